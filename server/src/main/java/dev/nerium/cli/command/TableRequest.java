package dev.nerium.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.cli.client.ClientTablePath;
import dev.nerium.cli.client.NeriumClient;
import dev.nerium.cli.client.ServerAccess;
import dev.nerium.cli.client.WorkloadReply;
import dev.nerium.cli.option.OptionText;
import dev.nerium.cli.option.ReportFormat;
import dev.nerium.cli.option.ServerOptions;
import dev.nerium.cli.output.MaintenancePrinter;
import dev.nerium.cli.shell.ShutdownHook;
import dev.nerium.cli.shell.Terminal;
import dev.nerium.config.ByteSize;
import dev.nerium.lake.name.TableName;
import dev.nerium.run.RunIds;
import java.time.Clock;
import java.util.UUID;
import java.util.function.BiConsumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The common part of the commands on one table. */
final class TableRequest {
    private final RunIds ids = new RunIds(Clock.systemUTC());

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    @Parameters(index = "0", paramLabel = "NAMESPACE.TABLE", description = "The table.")
    private String table = "";

    @Option(names = "--dry-run", description = "Change nothing, and print what the command would do.")
    private boolean dryRun;

    @Option(names = "--catalog", paramLabel = "NAME", description = "The table's catalog. Default: ${DEFAULT-VALUE}.")
    private String catalog = "oleander";

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "table, or json (the API's report with the names of files; one line for each step).")
    private ReportFormat format = ReportFormat.TABLE;

    @Mixin
    private ServerOptions server = new ServerOptions();

    /** Asks until the server has nothing left for a next step. */
    int run(Terminal shell, String action, ObjectNode body, BiConsumer<MaintenancePrinter, JsonNode> print) {
        TableName name = TableName.parse(table, "the table", catalog);
        body.put("dryRun", dryRun);
        try (ServerAccess access = server.open(shell.environment())) {
            NeriumClient client = new NeriumClient(access);
            JsonNode next;
            do {
                JsonNode report = ask(shell, client, access, ClientTablePath.of("v2", name) + "/" + action, body);
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
        return OptionText.read(spec, () -> ByteSize.parse(text).bytes());
    }

    private JsonNode ask(Terminal shell, NeriumClient client, ServerAccess access, String path, ObjectNode body) {
        UUID run = ids.next();
        try (ShutdownHook _ = ShutdownHook.during(() -> cancel(shell, client, access, run))) {
            return WorkloadReply.parse(NeriumClient.text(client.post(path, body, run, NeriumClient.JSON)))
                    .rest();
        }
    }

    private static void cancel(Terminal shell, NeriumClient client, ServerAccess access, UUID run) {
        client.cancel(run);
        access.close();
        shell.err().println("cancelled; the steps that were reported before are done");
        shell.err().flush();
    }
}
