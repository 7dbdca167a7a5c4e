package dev.nerium.cli;

import dev.nerium.cli.shell.Terminal;
import dev.nerium.cli.shell.TerminalInfo;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;

/** Reads commands without running them, for tests that are not of this package. */
public final class ParsedCommand {
    private static final Terminal NOWHERE = new Terminal(
            new PrintStream(OutputStream.nullOutputStream()),
            new PrintStream(OutputStream.nullOutputStream()),
            InputStream.nullInputStream(),
            Map.of(),
            TerminalInfo.NONE);

    private ParsedCommand() {}

    /** Runs a command with the streams of a test. */
    public static int run(Terminal shell, String... words) {
        return new Cli(shell).run(words);
    }

    /** Why a command could not run; empty where it could. */
    public static Optional<String> complaint(List<String> words) {
        return complaints(words).map(ParsedCommand::message).findFirst();
    }

    /** The same for a command that may lack arguments, because a text only names it. */
    public static Optional<String> complaintOfMention(List<String> words) {
        return complaints(words)
                .filter(complaint -> !(complaint instanceof MissingParameterException))
                .map(ParsedCommand::message)
                .findFirst();
    }

    /** The options of all commands. */
    public static Set<String> options() {
        Set<String> names = new TreeSet<>();
        tree(new Cli(NOWHERE).commands())
                .flatMap(command -> command.getCommandSpec().options().stream())
                .forEach(option -> names.addAll(List.of(option.names())));
        return names;
    }

    /** The lines below the help of all commands, where examples stand. */
    public static List<String> footers() {
        return tree(new Cli(NOWHERE).commands())
                .flatMap(command ->
                        Stream.of(command.getCommandSpec().usageMessage().footer()))
                .toList();
    }

    private static Stream<Exception> complaints(List<String> words) {
        CommandLine commands = new Cli(NOWHERE).commands();
        tree(commands).forEach(command -> command.getCommandSpec().parser().collectErrors(true));
        try {
            List<Exception> errors = new ArrayList<>();
            commands.parseArgs(words.toArray(String[]::new)).asCommandLineList().stream()
                    .map(CommandLine::getParseResult)
                    .forEach(parsed -> errors.addAll(parsed.errors()));
            return errors.stream();
        } catch (ParameterException e) {
            return Stream.of(e);
        }
    }

    private static Stream<CommandLine> tree(CommandLine command) {
        return Stream.concat(
                Stream.of(command),
                command.getSubcommands().values().stream().distinct().flatMap(ParsedCommand::tree));
    }

    private static String message(Exception complaint) {
        return String.valueOf(complaint.getMessage());
    }
}
