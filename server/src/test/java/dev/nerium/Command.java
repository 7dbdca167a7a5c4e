package dev.nerium;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;

/** A program of the machine. */
public final class Command {
    private Command() {}

    /** Runs it to its end, without its output, and returns its exit status. */
    public static int run(String... command) throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(Redirect.DISCARD)
                .start()
                .onExit()
                .join()
                .exitValue();
    }
}
