package dev.nerium.cli.shell;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The environment of a command: its streams, its environment variables, and the properties of the screen. */
public record Terminal(
        PrintStream out, PrintStream err, InputStream in, Map<String, String> environment, TerminalInfo screen) {

    /** The streams of this process, always UTF-8: what comes out is data, whatever the locale says. */
    public static Terminal ofProcess(Map<String, String> environment) {
        return new Terminal(
                stream(FileDescriptor.out),
                stream(FileDescriptor.err),
                System.in,
                environment,
                TerminalInfo.ofProcess());
    }

    public void flush() {
        out.flush();
        err.flush();
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(
                new BufferedOutputStream(new FileOutputStream(descriptor), 1 << 16), false, StandardCharsets.UTF_8);
    }
}
