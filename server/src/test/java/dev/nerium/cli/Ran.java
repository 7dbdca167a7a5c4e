package dev.nerium.cli;

import dev.nerium.cli.shell.Terminal;
import dev.nerium.cli.shell.TerminalInfo;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;

/** What came of one command: its exit code and what it printed. */
public record Ran(int exit, String out, String err) {

    public static Ran with(Map<String, String> environment, String... words) {
        return on(TerminalInfo.NONE, environment, "", words);
    }

    /** Runs a script, with further options. */
    public static Ran script(Map<String, String> environment, String source, String... options) {
        return on(
                TerminalInfo.NONE,
                environment,
                source,
                Stream.concat(Stream.of("polars", "--script", "-"), Stream.of(options))
                        .toArray(String[]::new));
    }

    public static Ran on(TerminalInfo screen, Map<String, String> environment, String stdin, String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal shell = new Terminal(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                new ByteArrayInputStream(stdin.getBytes(StandardCharsets.UTF_8)),
                environment,
                screen);
        int exit = new Cli(shell).run(words);
        return new Ran(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
