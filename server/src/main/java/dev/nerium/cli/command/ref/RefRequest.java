package dev.nerium.cli.command.ref;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.cli.client.ClientTablePath;
import dev.nerium.cli.client.NeriumClient;
import dev.nerium.cli.client.ServerAccess;
import dev.nerium.cli.client.WorkloadReply;
import dev.nerium.cli.option.ReportFormat;
import dev.nerium.cli.option.ServerOptions;
import dev.nerium.cli.output.RefPrinter;
import dev.nerium.cli.shell.Terminal;
import dev.nerium.lake.name.TableName;
import dev.nerium.run.RunIds;
import java.time.Clock;
import java.util.function.BiConsumer;
import java.util.function.Function;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The common part of the commands on the branches and tags of one table. */
final class RefRequest {
    private final RunIds ids = new RunIds(Clock.systemUTC());

    @Parameters(index = "0", paramLabel = "NAMESPACE.TABLE", description = "The table.")
    private String table = "";

    @Option(names = "--catalog", paramLabel = "NAME", description = "The table's catalog. Default: ${DEFAULT-VALUE}.")
    private String catalog = "oleander";

    @Option(names = "--format", paramLabel = "FORMAT", description = "table, or json (the API's response).")
    private ReportFormat format = ReportFormat.TABLE;

    @Mixin
    private ServerOptions server = new ServerOptions();

    int list(Terminal shell, BiConsumer<RefPrinter, JsonNode> print) {
        return run(shell, client -> NeriumClient.text(client.get(path(), NeriumClient.JSON)), print);
    }

    /** @param action the last part of the path, with its slash; empty to create */
    int change(Terminal shell, String action, ObjectNode body, BiConsumer<RefPrinter, JsonNode> print) {
        return run(
                shell,
                client -> NeriumClient.text(client.post(path() + action, body, ids.next(), NeriumClient.JSON)),
                print);
    }

    private int run(Terminal shell, Function<NeriumClient, String> ask, BiConsumer<RefPrinter, JsonNode> print) {
        try (ServerAccess access = server.open(shell.environment())) {
            JsonNode reply =
                    WorkloadReply.parse(ask.apply(new NeriumClient(access))).rest();
            switch (format) {
                case JSON -> shell.out().println(reply);
                case TABLE -> print.accept(new RefPrinter(shell), reply);
            }
        }
        return 0;
    }

    private String path() {
        return ClientTablePath.of("v1", TableName.parse(table, "the table", catalog)) + "/refs";
    }
}
