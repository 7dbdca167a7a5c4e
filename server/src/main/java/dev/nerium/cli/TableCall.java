package dev.nerium.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.config.ByteSize;
import dev.nerium.lake.TableName;
import dev.nerium.run.RunIds;
import java.time.Clock;
import java.util.UUID;
import java.util.function.BiConsumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What the commands over one table have in common. */
final class TableCall {
    /** How a report is printed. */
    enum ReportFormat {
        TABLE,
        JSON
    }

    private final RunIds ids = new RunIds(Clock.systemUTC());

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    @Parameters(index = "0", paramLabel = "NAMESPACE.TABLE", description = "The table.")
    private String table = "";

    @Option(names = "--dry-run", description = "Changes nothing, and says what would be done.")
    private boolean dryRun;

    @Option(names = "--catalog", paramLabel = "NAME", description = "The table's catalog. Default: ${DEFAULT-VALUE}.")
    private String catalog = "oleander";

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "table, or json (the API's report, which names the files; one line for each step).")
    private ReportFormat format = ReportFormat.TABLE;

    @Mixin
    private ServerOptions server = new ServerOptions();

    /** Asks until the server has nothing left for a next step. */
    int run(Shell shell, String action, ObjectNode body, BiConsumer<MaintenancePrinter, JsonNode> print) {
        TableName name = TableName.parse(table, "the table", catalog);
        body.put("dryRun", dryRun);
        try (Access access = server.open(shell.environment())) {
            NeriumClient client = new NeriumClient(access);
            JsonNode next;
            do {
                JsonNode report = ask(shell, client, access, TablePath.of("v2", name) + "/" + action, body);
                switch (format) {
                    case JSON -> shell.out().println(report);
                    case TABLE -> print.accept(new MaintenancePrinter(shell), report);
                }
                shell.flush();
                next = report.path("next");
                body.setAll(next instanceof ObjectNode more ? more : body.objectNode());
            } while (next.isObject() && !dryRun);
        }
        return 0;
    }

    long bytes(String text) {
        try {
            return ByteSize.parse(text).bytes();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private JsonNode ask(Shell shell, NeriumClient client, Access access, String path, ObjectNode body) {
        UUID run = ids.next();
        try (Interrupt _ = Interrupt.during(() -> cancel(shell, client, access, run))) {
            return Reply.parse(NeriumClient.text(client.post(path, body, run, NeriumClient.JSON)))
                    .rest();
        }
    }

    private static void cancel(Shell shell, NeriumClient client, Access access, UUID run) {
        client.cancel(run);
        access.close();
        shell.err().println("cancelled; what was reported before is done");
        shell.err().flush();
    }
}
