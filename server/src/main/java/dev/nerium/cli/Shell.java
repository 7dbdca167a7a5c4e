package dev.nerium.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What a command was started in: its streams, its environment, and what is known about the screen. */
record Shell(PrintStream out, PrintStream err, InputStream in, Map<String, String> environment, Screen screen) {

    /** The streams of this process, always UTF-8: what comes out is data, whatever the locale says. */
    static Shell ofProcess(Map<String, String> environment) {
        return new Shell(
                stream(FileDescriptor.out), stream(FileDescriptor.err), System.in, environment, Screen.ofProcess());
    }

    void flush() {
        out.flush();
        err.flush();
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(
                new BufferedOutputStream(new FileOutputStream(descriptor), 1 << 16), false, StandardCharsets.UTF_8);
    }
}
