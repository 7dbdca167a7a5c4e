package dev.nerium.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.cli.client.NeriumClient;
import dev.nerium.cli.client.ServerAccess;
import dev.nerium.cli.client.WorkloadBody;
import dev.nerium.cli.client.WorkloadReply;
import dev.nerium.cli.option.OptionText;
import dev.nerium.cli.option.OutputOptions;
import dev.nerium.cli.option.ParamArguments;
import dev.nerium.cli.option.SaveModeOption;
import dev.nerium.cli.option.ServerOptions;
import dev.nerium.cli.option.TextFile;
import dev.nerium.cli.option.TimeArgument;
import dev.nerium.cli.output.ExplanationPrinter;
import dev.nerium.cli.output.OutputFormat;
import dev.nerium.cli.shell.Terminal;
import dev.nerium.cli.workload.WorkloadCall;
import dev.nerium.error.CommandName;
import dev.nerium.lake.write.SchemaMode;
import dev.nerium.run.RunIds;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs one workload and prints its rows. */
@Command(
        name = "polars",
        description = {"Run Polars SQL, or a Python script that assigns 'result', over tables of the lake.", ""},
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  ${ROOT-COMMAND-NAME} polars \"SELECT species, avg(petal_length) AS petal FROM f GROUP BY species\" \\",
            "      --table f=default.flowers",
            "  ${ROOT-COMMAND-NAME} polars 'SELECT * FROM flowers WHERE species IN ($names)' --param 'names:json=[\"setosa\"]'",
            "  ${ROOT-COMMAND-NAME} polars --script report.py --param limit=25 --save default.report",
            "  ${ROOT-COMMAND-NAME} polars \"SELECT * FROM flowers\" --table default.flowers --output flowers.parquet",
            "  ${ROOT-COMMAND-NAME} polars --explain \"SELECT species FROM f WHERE petal_length > 6\" --table f=default.flowers",
            "",
            "Exit codes: 0 success, 1 failure, 2 invalid command line, 130 cancelled with Ctrl-C."
        })
public final class PolarsCommand implements Callable<Integer> {
    private final Terminal shell;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "SQL", arity = "0..1", description = "One SELECT, WITH or set operation.")
    private Optional<String> query = Optional.empty();

    @Option(
            names = "--table",
            paramLabel = "[ALIAS=]NAMESPACE.TABLE",
            description = "Alias of a table for the SQL or the script, as ALIAS=TABLE. Repeatable.")
    private List<String> tables = new ArrayList<>();

    @Option(names = "--script", paramLabel = "FILE", description = "Python script instead of SQL; - reads stdin.")
    private Optional<String> script = Optional.empty();

    @Option(
            names = "--param",
            paramLabel = "NAME[:TYPE]=VALUE",
            description =
                    "Value of $NAME in the SQL: text, or of a type such as int, date or decimal, or json, for lists and null."
                            + " Value of a '?' by its number. Entry of the script's 'params'. Repeatable.")
    private List<String> params = new ArrayList<>();

    @Option(
            names = "--env",
            paramLabel = "NAME",
            description = "Environment variable of the server, for the script's 'env'. Repeatable.")
    private List<String> env = new ArrayList<>();

    @Option(
            names = "--catalog",
            paramLabel = "NAME",
            description = "Catalog of the tables. Default: the built-in catalog.")
    private Optional<String> catalog = Optional.empty();

    @Option(
            names = "--save",
            paramLabel = "NAMESPACE.TABLE",
            description = "Also write the rows to this table, or to NAMESPACE.TABLE@branch:NAME.")
    private Optional<String> save = Optional.empty();

    @Option(
            names = "--save-mode",
            paramLabel = "MODE",
            description =
                    "overwrite replaces the table, append adds to it, merge replaces rows with the same key and adds"
                            + " the others. Default: overwrite.")
    private SaveModeOption saveMode = SaveModeOption.OVERWRITE;

    @Option(
            names = "--merge-key",
            paramLabel = "COLUMN",
            description = "Key column of --save-mode merge. Repeatable. Default: the table's" + " identifier fields.")
    private List<String> mergeKeys = new ArrayList<>();

    @Option(
            names = "--schema-mode",
            paramLabel = "MODE",
            description =
                    "merge adds new columns of the result to the table, with --save-mode append. Default: strict.")
    private Optional<SchemaMode> schemaMode = Optional.empty();

    @Option(names = "--vcpus", paramLabel = "N", description = "The sandbox's tier: 2, 4, 8, 16 or 32.")
    private Optional<Integer> vcpus = Optional.empty();

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            description =
                    "Stop the run after this time, such as 90s or 5m. Default and maximum: the server's settings.")
    private Optional<String> timeout = Optional.empty();

    @Option(names = "--distributed", description = "Run on the cluster that the server is configured with.")
    private boolean distributed;

    @Option(names = "--instance-type", paramLabel = "TYPE", description = "The cluster's machines.")
    private Optional<String> instanceType = Optional.empty();

    @Option(names = "--cluster-size", paramLabel = "N", description = "Number of machines.")
    private Optional<Integer> clusterSize = Optional.empty();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Option(
            names = "--explain",
            description = "Read no data. Show the files that remain after pruning, the plan, and a recommended tier.")
    private boolean explain;

    @Option(names = "--no-cache", description = "Execute the query also if its result is cached.")
    private boolean noCache;

    @Option(names = "--detach", description = "Do not wait. Print the run's id, for '${ROOT-COMMAND-NAME} runs'.")
    private boolean detach;

    @Mixin
    private ServerOptions server = new ServerOptions();

    public PolarsCommand(Terminal shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        WorkloadBody body = body();
        if (explain && detach) {
            throw misuse("give --explain or --detach, not both.");
        }
        if (output.hasFile() && (explain || detach)) {
            throw misuse("--output takes rows, which --explain and --detach do not return.");
        }
        OutputFormat format = output.format(shell);
        Map<String, String> environment = shell.environment();
        try (ServerAccess access = detach ? server.openLasting(environment) : server.open(environment)) {
            if (detach) {
                submit(body, new NeriumClient(access));
            } else {
                run(body, format, access);
            }
        }
        return 0;
    }

    private void submit(WorkloadBody body, NeriumClient client) {
        UUID run = new RunIds(Clock.systemUTC()).next();
        NeriumClient.text(client.submit(body.json(), run));
        shell.out().println(run);
        shell.flush();
        shell.err()
                .println("'" + CommandName.with("runs show " + run)
                        + "' shows its state, '... result' prints its rows.");
    }

    private void run(WorkloadBody body, OutputFormat format, ServerAccess access) {
        WorkloadCall call = WorkloadCall.endedByInterrupt(access, shell);
        if (format.isStreamed() && !explain) {
            call.stream(
                    NeriumClient.POLARS,
                    body,
                    format.mediaType(),
                    (request, begin) -> output.write(shell, format, request, begin));
        } else {
            print(call.reply(NeriumClient.POLARS, body), format);
        }
    }

    private void print(WorkloadReply reply, OutputFormat format) {
        if (explain && format.isForPeople()) {
            new ExplanationPrinter(shell).print(reply.rest().path("explain"));
        } else if (explain) {
            shell.out().println(reply.rest().path("explain"));
        } else {
            output.printer(shell, format).print(reply);
        }
    }

    private WorkloadBody body() {
        if (query.isPresent() == script.isPresent()) {
            throw misuse("give either SQL or --script FILE" + (query.isPresent() ? ", not both." : "."));
        }
        if (query.isPresent() && !env.isEmpty()) {
            throw misuse("--env is for scripts: give the values of SQL by --param.");
        }
        WorkloadBody body = query.map(WorkloadBody::query)
                .orElseGet(() -> WorkloadBody.script(TextFile.read(shell, "script", script.orElseThrow())));
        body.tables(tables)
                .params(params())
                .with("env", Optional.of(env).filter(names -> !names.isEmpty()))
                .with("catalog", catalog)
                .with("destination", save)
                .saveMode(saveMode.text())
                .with("schemaMode", schemaMode.map(mode -> mode.name().toLowerCase(Locale.ROOT)))
                .with("mergeKeys", Optional.of(mergeKeys).filter(keys -> !keys.isEmpty()))
                .with("vcpus", vcpus)
                .with("timeoutSeconds", timeout.map(this::seconds))
                .with("instanceType", instanceType)
                .with("clusterSize", clusterSize);
        if (explain) {
            body.explain();
        }
        if (noCache) {
            body.withoutCache();
        }
        return distributed ? body.distributed() : body;
    }

    private Map<String, JsonNode> params() {
        return OptionText.read(
                spec, () -> query.isPresent() ? ParamArguments.ofQuery(params) : ParamArguments.ofScript(params));
    }

    private int seconds(String text) {
        return OptionText.read(spec, () -> TimeArgument.seconds("--timeout", text));
    }

    private ParameterException misuse(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
