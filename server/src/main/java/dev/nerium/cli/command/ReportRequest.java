package dev.nerium.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.auth.Scope;
import dev.nerium.cli.client.NeriumClient;
import dev.nerium.cli.client.ServerAccess;
import dev.nerium.cli.client.WorkloadReply;
import dev.nerium.cli.option.ReportFormat;
import dev.nerium.cli.option.ServerOptions;
import dev.nerium.cli.shell.Terminal;
import java.util.function.BiConsumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of a command that shows an object of the API, which a local server's account may see in full. */
final class ReportRequest {
    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "table, or json (the API's object). Default: ${DEFAULT-VALUE}.")
    private ReportFormat format = ReportFormat.TABLE;

    @Mixin
    private ServerOptions server = new ServerOptions();

    /** @param table prints the object for people */
    int show(Terminal shell, String path, BiConsumer<NeriumClient, JsonNode> table) {
        try (ServerAccess access = server.open(shell.environment(), Scope.ADMIN)) {
            NeriumClient client = new NeriumClient(access);
            JsonNode report = get(client, path);
            switch (format) {
                case JSON -> shell.out().println(report);
                case TABLE -> table.accept(client, report);
            }
        }
        return 0;
    }

    static JsonNode get(NeriumClient client, String path) {
        return WorkloadReply.parse(NeriumClient.text(client.get(path, NeriumClient.JSON)))
                .rest();
    }
}
