package dev.nerium.cli.shell;

/** Calls a command's cleanup at Ctrl-C. */
public interface Interrupts {
    /** The cleanup stays registered until the result is closed. */
    Guard during(Runnable cleanUp);

    /** Ends the registration. */
    interface Guard extends AutoCloseable {
        @Override
        void close();
    }
}
