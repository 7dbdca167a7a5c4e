package dev.nerium.cli.shell;

import java.util.concurrent.Semaphore;

/** Cleanup for a process that is terminated (Ctrl-C, SIGTERM) before the block is left. */
public final class ShutdownHook implements Interrupts.Guard {
    private final Thread hook;

    private ShutdownHook(Runnable cleanUp) {
        this.hook = new Thread(cleanUp, "interrupt");
    }

    /** Java ends with 128 + the signal's number afterwards: 130 for Ctrl-C. */
    public static ShutdownHook during(Runnable cleanUp) {
        ShutdownHook interrupt = new ShutdownHook(cleanUp);
        Runtime.getRuntime().addShutdownHook(interrupt.hook);
        return interrupt;
    }

    /** For a server: termination is not a failure, so the exit code is 0. Stays registered until the process ends. */
    public static void endsWell(Runnable cleanUp) {
        Thread hook = new Thread(
                () -> {
                    cleanUp.run();
                    Runtime.getRuntime().halt(0);
                },
                "shutdown");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** For a server that failed: cleans up, and ends the process with 1. */
    public static int endsBadly(Runnable cleanUp) {
        try {
            cleanUp.run();
        } finally {
            Runtime.getRuntime().halt(1);
        }
        return 1;
    }

    /** Never returns if the process is already ending, so that the block prints nothing more. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            waitForTheEnd();
        }
    }

    /** Keeps the calling thread until the process ends. */
    public static void waitForTheEnd() {
        new Semaphore(0).acquireUninterruptibly();
    }
}
