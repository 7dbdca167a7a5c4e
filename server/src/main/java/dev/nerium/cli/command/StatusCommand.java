package dev.nerium.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.auth.Scope;
import dev.nerium.cli.client.NeriumClient;
import dev.nerium.cli.client.ServerAccess;
import dev.nerium.cli.client.WorkloadReply;
import dev.nerium.cli.option.RunArgument;
import dev.nerium.cli.option.ServerOptions;
import dev.nerium.cli.output.RunPrinter;
import dev.nerium.cli.output.StatusPrinter;
import dev.nerium.cli.shell.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what a server does now. */
@Command(
        name = "status",
        description = {
            "Show the version of a server, its runs, its workers and its disk. Needs a key with the scope admin, or the"
                    + " account of the local server.",
            ""
        },
        sortOptions = false,
        footer = {"", "Example:", "  ./nerium status --format json"})
public final class StatusCommand implements Callable<Integer> {
    private final Terminal shell;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "table, or json (the API's object). Default: ${DEFAULT-VALUE}.")
    private TableRequest.ReportFormat format = TableRequest.ReportFormat.TABLE;

    @Mixin
    private ServerOptions server = new ServerOptions();

    public StatusCommand(Terminal shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        try (ServerAccess access = server.open(shell.environment(), Scope.ADMIN)) {
            NeriumClient client = new NeriumClient(access);
            JsonNode status = get(client, "/api/v2/status");
            switch (format) {
                case JSON -> shell.out().println(status);
                case TABLE -> {
                    new StatusPrinter(shell).print(status);
                    list(get(client, RunArgument.RUNS + "?state=RUNNING"));
                    list(get(client, RunArgument.RUNS + "?state=QUEUED"));
                }
            }
        }
        return 0;
    }

    private void list(JsonNode reply) {
        if (!reply.path("runs").isEmpty()) {
            shell.out().println();
            new RunPrinter(shell).list(reply.path("runs"));
        }
    }

    private static JsonNode get(NeriumClient client, String path) {
        return WorkloadReply.parse(NeriumClient.text(client.get(path, NeriumClient.JSON)))
                .rest();
    }
}
