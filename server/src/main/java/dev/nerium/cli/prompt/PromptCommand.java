package dev.nerium.cli.prompt;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The prompt's own commands. */
enum PromptCommand {
    TABLES("\\d", "[TABLE]", "list all tables, or the columns of a table"),
    DETAILS("\\d+", "TABLE", "columns, partitioning, order, location and properties of a table"),
    TABLES_OF("\\dt", "[NAMESPACE]", "list the tables of a namespace, or of all"),
    VIEWS("\\dv", "[NAMESPACE]", "list the views of a namespace, or of all"),
    NAMESPACES("\\dn", "", "list the namespaces"),
    CATALOGS("\\l", "", "list the catalogs"),
    INCLUDE("\\i", "FILE", "execute the statements of a file until one fails"),
    FORMAT("\\format", "[FORMAT]", "print results as table, expanded, csv, json or ndjson"),
    EXPANDED("\\x", "[on|off]", "print a line for each column of a row, as \\format expanded"),
    OUTPUT("\\o", "[FILE]", "write results to a file, or to the terminal again"),
    PAGER("\\pager", "[on|off]", "show results that are larger than the terminal in a pager"),
    TIMING("\\timing", "[on|off]", "print the time from sending a statement to its result"),
    HELP("\\?", "", "show this help"),
    QUIT("\\q", "", "leave, as Ctrl-D does");

    private static final Set<String> LEAVE = Set.of("exit", "quit");

    private final String text;
    private final String arguments;
    private final String purpose;

    PromptCommand(String text, String arguments, String purpose) {
        this.text = text;
        this.arguments = arguments;
        this.purpose = purpose;
    }

    /** A command with its argument, which is empty if there is none. */
    record Call(PromptCommand command, String argument) {}

    static List<String> names() {
        return Stream.of(values()).map(command -> command.text).toList();
    }

    static String help() {
        StringBuilder help = new StringBuilder();
        for (PromptCommand command : values()) {
            help.append("  %-22s %s%n".formatted((command.text + " " + command.arguments).strip(), command.purpose));
        }
        return help.toString();
    }

    /** Whether an input is a command, perhaps of a name that there is not. */
    static boolean isOne(String input) {
        return input.stripLeading().startsWith("\\") || find(input).isPresent();
    }

    /** The command of an input; empty if it is not one. */
    static Optional<Call> find(String input) {
        String stripped = input.strip();
        String line = stripped.endsWith(";")
                ? stripped.substring(0, stripped.length() - 1).strip()
                : stripped;
        String word = line.toLowerCase(Locale.ROOT);
        if (LEAVE.contains(word)) {
            return Optional.of(new Call(QUIT, ""));
        }
        if (word.equals("help")) {
            return Optional.of(new Call(HELP, ""));
        }
        String[] parts = line.split("\\s+", 2);
        return Stream.of(values())
                .filter(command -> command.text.equals(parts[0]))
                .findFirst()
                .map(command -> new Call(command, parts.length > 1 ? parts[1] : ""));
    }
}
