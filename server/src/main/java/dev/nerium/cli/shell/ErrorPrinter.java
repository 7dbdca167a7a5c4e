package dev.nerium.cli.shell;

import dev.nerium.config.ConfigException;
import dev.nerium.error.IoReason;
import dev.nerium.error.NeriumException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** Prints an error for a person to stderr. */
public final class ErrorPrinter {
    private ErrorPrinter() {}

    /** Returns the exit code. */
    public static int print(Exception failure, Terminal shell) {
        // Earlier output comes first, also if both streams go to the same place.
        shell.out().flush();
        switch (failure) {
            case CliException e -> print(shell, String.valueOf(e.getMessage()), e.details(), e.hint());
            case NeriumException e -> print(shell, e.message(), e.details().orElse(""), "");
            case ConfigException e -> print(shell, String.valueOf(e.getMessage()), "", "");
            // A folder or a file of the server's that can't be used: the message names it.
            case UncheckedIOException e -> print(shell, String.valueOf(e.getMessage()), reason(e.getCause()), "");
            default -> unexpected(failure, shell);
        }
        return CommandLine.ExitCode.SOFTWARE;
    }

    private static void print(Terminal shell, String error, String details, String hint) {
        PrintStream err = shell.err();
        err.println((hasColours(shell) ? "\u001b[31merror:\u001b[0m " : "error: ") + error);
        // Details that repeat the error are not printed.
        details.lines().filter(line -> !line.equals(error)).forEach(line -> err.println("  " + line));
        if (!hint.isEmpty()) {
            err.println("hint: " + hint);
        }
    }

    /** As https://no-color.org defines it. */
    private static boolean hasColours(Terminal shell) {
        Map<String, String> environment = shell.environment();
        return shell.screen().showsErr()
                && environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !environment.getOrDefault("TERM", "dumb").equals("dumb");
    }

    private static String reason(@Nullable IOException cause) {
        return cause == null ? "" : IoReason.of(cause);
    }

    private static void unexpected(Exception failure, Terminal shell) {
        print(
                shell,
                "internal error: " + failure,
                "",
                "Please report it, with the output of the same command under NERIUM_DEBUG=1.");
        if (shell.environment().containsKey("NERIUM_DEBUG")) {
            failure.printStackTrace(shell.err());
        }
    }
}
