package dev.nerium.cli;

import dev.nerium.cli.command.ConfigCommand;
import dev.nerium.cli.command.DemoCommand;
import dev.nerium.cli.command.DistributedCommand;
import dev.nerium.cli.command.GrantsCommand;
import dev.nerium.cli.command.KeysCommand;
import dev.nerium.cli.command.LoadCommand;
import dev.nerium.cli.command.PolarsCommand;
import dev.nerium.cli.command.QuotasCommand;
import dev.nerium.cli.command.RunsCommand;
import dev.nerium.cli.command.SandboxCommand;
import dev.nerium.cli.command.ServeCommand;
import dev.nerium.cli.command.SqlCommand;
import dev.nerium.cli.command.StatusCommand;
import dev.nerium.cli.command.TableCommand;
import dev.nerium.cli.command.TableStatements;
import dev.nerium.cli.command.UsageCommand;
import dev.nerium.cli.command.VersionText;
import dev.nerium.cli.command.ref.BranchesCommand;
import dev.nerium.cli.command.ref.TagsCommand;
import dev.nerium.cli.shell.ErrorPrinter;
import dev.nerium.cli.shell.Terminal;
import dev.nerium.error.CommandName;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The root of the command line. */
@Command(
        name = "nerium",
        description = {
            "Nerium runs Polars SQL and Python scripts over Apache Iceberg tables, each in a sandbox of its own, and returns rows"
                    + " or commits a table.",
            ""
        },
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        footer = {
            "",
            "In a clone, the launcher adds:",
            "  setup   Install the workers' Python, and print its folder.",
            "  test    Run all tests; 'test quick' runs only the quick checks.",
            "",
            "To try Nerium:",
            "  ${ROOT-COMMAND-NAME} demo",
            "",
            "To start a server, and query it from a second terminal:",
            "  ${ROOT-COMMAND-NAME} serve",
            "  ${ROOT-COMMAND-NAME} sql 'SELECT species, count(*) AS n FROM flowers GROUP BY species'",
            "",
            "To load your own data:",
            "  ${ROOT-COMMAND-NAME} load default.orders orders.parquet",
            "",
            "A server elsewhere:",
            "  export NERIUM_URL=https://nerium.example.com NERIUM_KEY=nrm_...",
            "",
            "'${ROOT-COMMAND-NAME} COMMAND --help' describes a command."
        })
public final class Cli implements Runnable {
    private static final List<String> COMMANDS = List.of(
            "demo",
            "serve",
            "sql",
            "polars",
            "runs",
            "load",
            "tables",
            "describe",
            "create",
            "drop",
            "table",
            "branches",
            "tags",
            "status",
            "config",
            "sandbox",
            "distributed",
            "keys",
            "quotas",
            "usage",
            "grants");

    private final Terminal shell;
    private final CommandLine commands;

    Cli(Terminal shell) {
        this(shell, COMMANDS);
    }

    private Cli(Terminal shell, List<String> names) {
        this.shell = shell;
        this.commands = new CommandLine(this).setCommandName(CommandName.text());
        names.forEach(name -> commands.addSubcommand(name, command(name, shell)));
        configure();
    }

    /** Runs one command of this process and returns its exit code: 0, 1 when it failed, 2 when it was not understood. */
    public static int run(String[] words, Map<String, String> environment) {
        return new Cli(Terminal.ofProcess(environment), needed(words)).run(words);
    }

    /** Reflection over all commands would take longer than most commands. */
    private static List<String> needed(String[] words) {
        String first = words.length > 0 ? words[0] : "";
        if (first.equals("--version")) {
            return List.of();
        }
        return COMMANDS.contains(first) ? List.of(first) : COMMANDS;
    }

    private static Object command(String name, Terminal shell) {
        return switch (name) {
            case "demo" -> new DemoCommand(shell);
            case "serve" -> new ServeCommand(shell);
            case "sql" -> new SqlCommand(shell);
            case "polars" -> new PolarsCommand(shell);
            case "runs" -> RunsCommand.tree(shell);
            case "load" -> new LoadCommand(shell);
            case "tables" -> new TableStatements.Tables(shell);
            case "describe" -> new TableStatements.Describe(shell);
            case "create" -> new TableStatements.Create(shell);
            case "drop" -> new TableStatements.Drop(shell);
            case "table" -> TableCommand.tree(shell);
            case "branches" -> BranchesCommand.tree(shell);
            case "tags" -> TagsCommand.tree(shell);
            case "status" -> new StatusCommand(shell);
            case "config" -> new ConfigCommand(shell);
            case "sandbox" -> SandboxCommand.tree(shell);
            case "distributed" -> DistributedCommand.tree(shell);
            case "keys" -> KeysCommand.tree(shell);
            case "quotas" -> QuotasCommand.tree(shell);
            case "usage" -> new UsageCommand(shell);
            case "grants" -> GrantsCommand.tree(shell);
            default -> throw new IllegalArgumentException(name);
        };
    }

    int run(String... words) {
        try {
            return commands.execute(words);
        } finally {
            shell.flush();
        }
    }

    /** The commands, for those who read one without running it. */
    CommandLine commands() {
        return commands;
    }

    @Override
    public void run() {
        commands.usage(commands.getOut());
    }

    private void configure() {
        commands.getCommandSpec()
                .addOption(OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .scopeType(CommandLine.ScopeType.INHERIT)
                        .description("Show this help.")
                        .build())
                .addOption(OptionSpec.builder("--version")
                        .versionHelp(true)
                        .description("Show the version, and that of the server if it responds.")
                        .build())
                .versionProvider(new VersionText(shell));
        // A word that starts with @ is the user's own text, not a file of arguments.
        commands.registerConverter(Path.class, Cli::path)
                .setExpandAtFiles(false)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpWidth(100)
                .setOut(new PrintWriter(shell.out(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(shell.err(), true, StandardCharsets.UTF_8))
                .setParameterExceptionHandler((e, words) -> misunderstood(e))
                .setExecutionExceptionHandler((e, command, parsed) -> ErrorPrinter.print(e, shell));
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new TypeConversionException(
                    "'" + text.replace('\0', '?') + "' can't be the name of a file or folder");
        }
    }

    private int misunderstood(ParameterException e) {
        CommandLine command = e.getCommandLine();
        shell.err().println("error: " + e.getMessage() + suggestion(e));
        shell.err().println("'" + command.getCommandSpec().qualifiedName() + " --help' lists its options.");
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    private static String suggestion(ParameterException e) {
        return e instanceof UnmatchedArgumentException unmatched
                ? unmatched.getSuggestions().stream()
                        .findFirst()
                        .map(nearest -> " Did you mean '" + nearest + "'?")
                        .orElse("")
                : "";
    }
}
