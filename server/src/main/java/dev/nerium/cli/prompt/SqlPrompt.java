package dev.nerium.cli.prompt;

import dev.nerium.cli.client.ReceivedRows;
import dev.nerium.cli.client.ServerAccess;
import dev.nerium.cli.client.WorkloadReply;
import dev.nerium.cli.option.TextFile;
import dev.nerium.cli.output.OutputFormat;
import dev.nerium.cli.output.ResultPrinter;
import dev.nerium.cli.output.RowsOutput;
import dev.nerium.cli.shell.CliException;
import dev.nerium.cli.shell.ErrorPrinter;
import dev.nerium.cli.shell.ShutdownHook;
import dev.nerium.cli.shell.Terminal;
import dev.nerium.cli.statement.SqlName;
import dev.nerium.cli.statement.Statement;
import dev.nerium.cli.workload.StatementOptions;
import dev.nerium.cli.workload.StatementRunner;
import dev.nerium.cli.workload.WorkloadCall;
import dev.nerium.config.Build;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal.Signal;
import org.jline.terminal.TerminalBuilder;

/** Reads statements and commands from a terminal, and executes each, until the user leaves. */
public final class SqlPrompt {
    private static final String PROMPT = "nerium> ";
    private static final String CONTINUED = "     -> ";

    private final Terminal shell;
    private final ServerSession session;
    private final LakeNames lake;
    private final StatementRunner runner;
    private final ResultTarget target;
    private final RunInterrupts interrupts;
    private final int maxRows;
    private OutputFormat format;
    private boolean timed;

    private SqlPrompt(
            Terminal shell,
            ServerSession session,
            StatementOptions options,
            OutputFormat format,
            int maxRows,
            org.jline.terminal.Terminal screen) {
        this.shell = shell;
        this.session = session;
        this.lake = new LakeNames(session, options.catalog());
        this.runner = new StatementRunner(options);
        this.format = format;
        this.maxRows = maxRows;
        this.target = new ResultTarget(shell, screen);
        this.interrupts = new RunInterrupts();
        screen.handle(Signal.INT, _ -> interrupts.interrupt());
    }

    /**
     * Runs until the user leaves.
     *
     * @param home below which the history is kept
     * @param server opens the access to the server, each time that it is needed again
     * @param maxRows of a result that are shown in a format for people
     */
    public static void run(
            Terminal shell,
            Path home,
            Supplier<ServerAccess> server,
            StatementOptions options,
            OutputFormat format,
            int maxRows) {
        ServerSession session = new ServerSession(server);
        try (ShutdownHook _ = ShutdownHook.during(session::close);
                session;
                org.jline.terminal.Terminal screen = terminal()) {
            // Without a server there is nothing to do at the prompt.
            session.client();
            SqlPrompt prompt = new SqlPrompt(shell, session, options, format, maxRows, screen);
            try (ResultTarget _ = prompt.target) {
                prompt.loop(prompt.reader(screen, home));
            }
        } catch (IOException e) {
            throw new CliException("the terminal can't be used", String.valueOf(e.getMessage()), "");
        }
    }

    private static org.jline.terminal.Terminal terminal() throws IOException {
        return TerminalBuilder.builder()
                .system(true)
                .graphemeCluster(false)
                .encoding(StandardCharsets.UTF_8)
                .build();
    }

    private LineReader reader(org.jline.terminal.Terminal screen, Path home) {
        LineReaderBuilder builder = LineReaderBuilder.builder()
                .terminal(screen)
                .parser(new SqlLineParser())
                .completer(new SqlCompleter(lake, Words.read()))
                .variable(LineReader.SECONDARY_PROMPT_PATTERN, CONTINUED)
                .option(LineReader.Option.CASE_INSENSITIVE, true)
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true);
        History.file(home)
                .ifPresentOrElse(
                        file -> builder.variable(LineReader.HISTORY_FILE, file),
                        () -> shell.err().println("history is not kept: nothing can be written to " + home));
        shell.out().println("Nerium " + Build.read().version() + ". Statements end with ; and \\? shows commands.");
        shell.flush();
        return builder.build();
    }

    private void loop(LineReader reader) {
        while (true) {
            try {
                // An interrupt that came after the end of its run.
                Thread.interrupted();
                if (!handle(reader.readLine(PROMPT))) {
                    return;
                }
            } catch (UserInterruptException e) {
                // The line is cleared.
            } catch (EndOfFileException e) {
                return;
            } catch (CliException e) {
                session.close();
                ErrorPrinter.print(e, shell);
                shell.flush();
            }
        }
    }

    /** Returns false to leave. */
    private boolean handle(String input) {
        if (PromptCommand.isOne(input)) {
            PromptCommand.Call call = PromptCommand.find(input)
                    .orElseThrow(() -> new CliException(
                            "there is no command " + input.strip().split("\\s", 2)[0], "", "\\? shows all commands."));
            return handle(call);
        }
        Statement.all(input).forEach(this::execute);
        return true;
    }

    private boolean handle(PromptCommand.Call call) {
        String argument = call.argument();
        switch (call.command()) {
            case TABLES -> execute(argument.isEmpty() ? "SHOW TABLES" : "DESCRIBE " + SqlName.quoted(argument));
            case DETAILS -> execute("DESCRIBE EXTENDED " + SqlName.quoted(argument));
            case TABLES_OF -> execute("SHOW TABLES" + in(argument));
            case VIEWS -> execute("SHOW VIEWS" + in(argument));
            case NAMESPACES -> execute("SHOW SCHEMAS");
            case CATALOGS -> execute("SHOW CATALOGS");
            case INCLUDE -> Statement.all(read(argument)).forEach(this::execute);
            case FORMAT -> setFormat(argument);
            case EXPANDED -> {
                format = flag(argument, format == OutputFormat.EXPANDED) ? OutputFormat.EXPANDED : OutputFormat.TABLE;
                setFormat("");
            }
            case OUTPUT -> setOutput(argument);
            case PAGER -> {
                target.page(flag(argument, target.isPaged()));
                report("the pager is " + (target.isPaged() ? "on" : "off"));
            }
            case TIMING -> {
                timed = flag(argument, timed);
                report("timing is " + (timed ? "on" : "off"));
            }
            case HELP -> {
                shell.out().print(PromptCommand.help());
                shell.flush();
            }
            case QUIT -> {
                return false;
            }
        }
        return true;
    }

    private void execute(String statement) {
        execute(new Statement(statement, 1));
    }

    private void execute(Statement statement) {
        long begun = System.nanoTime();
        lake.forget();
        WorkloadCall call = WorkloadCall.of(session.client(), shell, interrupts);
        long nanos;
        if (format.isStreamed()) {
            runner.stream(statement, call, format.mediaType(), this::print);
            nanos = System.nanoTime() - begun;
        } else {
            WorkloadReply reply = runner.reply(statement, call);
            nanos = System.nanoTime() - begun;
            target.print(terminal -> new ResultPrinter(terminal, format, maxRows).print(reply));
        }
        if (timed) {
            report("time: " + Duration.ofNanos(nanos).toMillis() + " ms");
        }
    }

    private void print(Supplier<ReceivedRows> request, Runnable begin) {
        ReceivedRows rows = request.get();
        begin.run();
        target.print(terminal -> {
            try (RowsOutput out = RowsOutput.open(terminal, format, Optional.empty())) {
                out.receive(rows);
            }
        });
    }

    private static String in(String namespace) {
        return namespace.isEmpty() ? "" : " IN " + SqlName.quoted(namespace);
    }

    private void setFormat(String text) {
        if (!text.isEmpty()) {
            format = switch (text.toLowerCase(Locale.ROOT)) {
                case "table" -> OutputFormat.TABLE;
                case "expanded" -> OutputFormat.EXPANDED;
                case "csv" -> OutputFormat.CSV;
                case "json" -> OutputFormat.JSON;
                case "ndjson" -> OutputFormat.NDJSON;
                default ->
                    throw new CliException(
                            "the format is '" + text + "': expected table, expanded, csv, json or ndjson");
            };
        }
        report("results are printed as " + format.name().toLowerCase(Locale.ROOT));
    }

    private void setOutput(String text) {
        if (text.isEmpty()) {
            target.close();
            report("results are printed here");
            return;
        }
        target.writeTo(path(text));
        report("results are written to " + text);
    }

    private String read(String file) {
        if (file.isEmpty()) {
            throw new CliException("\\i needs the name of a file");
        }
        return TextFile.read(shell, "file", path(file).toAbsolutePath().toString());
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new CliException("'" + text + "' can't be the name of a file");
        }
    }

    private static boolean flag(String text, boolean now) {
        return switch (text) {
            case "" -> !now;
            case "on" -> true;
            case "off" -> false;
            default -> throw new CliException("the argument is '" + text + "': expected on or off");
        };
    }

    private void report(String text) {
        shell.err().println(text);
        shell.flush();
    }
}
