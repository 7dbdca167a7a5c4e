package dev.nerium.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.cli.client.ServerAccess;
import dev.nerium.cli.option.OptionText;
import dev.nerium.cli.option.OutputOptions;
import dev.nerium.cli.option.ParamArguments;
import dev.nerium.cli.option.ServerOptions;
import dev.nerium.cli.option.TextFile;
import dev.nerium.cli.option.TimeArgument;
import dev.nerium.cli.output.OutputFormat;
import dev.nerium.cli.prompt.SqlPrompt;
import dev.nerium.cli.shell.CliException;
import dev.nerium.cli.shell.ErrorPrinter;
import dev.nerium.cli.shell.Terminal;
import dev.nerium.cli.shell.TerminalInfo;
import dev.nerium.cli.statement.Statement;
import dev.nerium.cli.workload.StatementOptions;
import dev.nerium.cli.workload.StatementRunner;
import dev.nerium.cli.workload.WorkloadCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Executes statements of SQL, from an argument, a file or stdin, or those that are typed at a prompt. */
@Command(
        name = "sql",
        description = {
            "Execute statements of SQL, which may also change tables: SELECT, INSERT, MERGE, CREATE, SHOW, and the others of docs/sql.md.",
            "Without statements on a terminal it opens a prompt, which completes names with Tab; \\? shows its commands.",
            ""
        },
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  ${ROOT-COMMAND-NAME} sql",
            "  ${ROOT-COMMAND-NAME} sql 'SHOW TABLES'",
            "  ${ROOT-COMMAND-NAME} sql 'DELETE FROM sales.orders WHERE id = $id' --param id:int=7",
            "  ${ROOT-COMMAND-NAME} sql --file changes.sql",
            "  ${ROOT-COMMAND-NAME} sql --format csv < report.sql > report.csv",
            "",
            "Exit codes: 0 success, 1 failure, 2 invalid command line, 130 cancelled with Ctrl-C."
        })
public final class SqlCommand implements Callable<Integer> {
    private final Terminal shell;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(
            paramLabel = "SQL",
            arity = "0..1",
            description =
                    "Statements with semicolons between them, executed in order. Default: those of stdin, or of the prompt.")
    private Optional<String> sql = Optional.empty();

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "File of statements; - reads stdin.")
    private Optional<String> file = Optional.empty();

    @Option(names = "--ignore-errors", description = "Continue with the next statement after an error.")
    private boolean ignoreErrors;

    @Option(
            names = "--param",
            paramLabel = "NAME[:TYPE]=VALUE",
            description =
                    "Value of $NAME: text, or of a type such as int, date or decimal, or json, for lists and null. Value of"
                            + " a '?' by its number. Each statement gets those that it names. Repeatable.")
    private List<String> params = new ArrayList<>();

    @Option(
            names = "--catalog",
            paramLabel = "NAME",
            description = "Catalog of names that have none. Default: the built-in catalog.")
    private Optional<String> catalog = Optional.empty();

    @Option(names = "--vcpus", paramLabel = "N", description = "The sandbox's tier: 2, 4, 8, 16 or 32.")
    private Optional<Integer> vcpus = Optional.empty();

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            description =
                    "Stop each statement after this time, such as 90s or 5m. Default and maximum: the server's settings.")
    private Optional<String> timeout = Optional.empty();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Option(names = "--no-cache", description = "Execute a query also if its result is cached.")
    private boolean noCache;

    @Mixin
    private ServerOptions server = new ServerOptions();

    public SqlCommand(Terminal shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        if (sql.isPresent() && file.isPresent()) {
            throw misuse("give either SQL or --file FILE, not both.");
        }
        OutputFormat format = output.format(shell);
        StatementOptions options = new StatementOptions(params(), catalog, vcpus, timeout.map(this::seconds), !noCache);
        if (isInteractive()) {
            prompt(options, format);
            return CommandLine.ExitCode.OK;
        }
        return runAll(Statement.all(text()), options, format);
    }

    private void prompt(StatementOptions options, OutputFormat format) {
        if (output.hasFile()) {
            throw misuse("--output is for one statement: give SQL or --file FILE.");
        }
        SqlPrompt.run(
                shell,
                server.home(shell.environment()),
                () -> server.open(shell.environment()),
                options,
                format,
                output.maxRows());
    }

    private boolean isInteractive() {
        return sql.isEmpty()
                && file.isEmpty()
                && TerminalInfo.readsFromTerminal()
                && shell.screen().showsOut();
    }

    private Map<String, JsonNode> params() {
        return OptionText.read(spec, () -> ParamArguments.ofQuery(params));
    }

    private int seconds(String text) {
        return OptionText.read(spec, () -> TimeArgument.seconds("--timeout", text));
    }

    private String text() {
        return sql.orElseGet(() -> TextFile.read(shell, "file", file.orElse("-")));
    }

    private int runAll(List<Statement> statements, StatementOptions options, OutputFormat format) {
        if (statements.isEmpty() && sql.isPresent()) {
            throw misuse("SQL has no statement.");
        }
        requireUse(options.params(), statements);
        if (statements.size() > 1 && (output.hasFile() || format.isBinary())) {
            throw misuse(
                    (output.hasFile() ? "--output" : "--format " + format.name().toLowerCase(Locale.ROOT))
                            + " is for one statement, and there are " + statements.size() + ".");
        }
        if (statements.isEmpty()) {
            return 0;
        }
        try (ServerAccess access = server.open(shell.environment())) {
            return run(statements, format, new StatementRunner(options), WorkloadCall.endedByInterrupt(access, shell));
        }
    }

    /** A value for a name that is misspelled must not leave a statement without it unnoticed. */
    private void requireUse(Map<String, JsonNode> params, List<Statement> statements) {
        params.keySet().stream()
                .filter(name -> statements.stream()
                        .noneMatch(statement -> statement.parameters().contains(name)))
                .findFirst()
                .ifPresent(name -> {
                    throw misuse("--param has a value for '" + name + "', which no statement names: write $" + name
                            + " in one.");
                });
    }

    private int run(List<Statement> statements, OutputFormat format, StatementRunner runner, WorkloadCall call) {
        int exit = CommandLine.ExitCode.OK;
        for (Statement statement : statements) {
            try {
                output.print(shell, format, statement, runner, call);
                // The reader of a pipe gets each result before the next statement begins.
                shell.flush();
            } catch (CliException e) {
                if (!ignoreErrors) {
                    throw e;
                }
                exit = ErrorPrinter.print(e, shell);
            }
        }
        return exit;
    }

    private ParameterException misuse(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
