package dev.nerium.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.cli.option.RunArgument;
import dev.nerium.cli.output.RunPrinter;
import dev.nerium.cli.output.StatusPrinter;
import dev.nerium.cli.shell.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows what a server does now. */
@Command(
        name = "status",
        description = {
            "Show the version of a server, its runs, its workers and its disk. Needs a key with the scope admin, or the"
                    + " account of the local server.",
            ""
        },
        sortOptions = false,
        footer = {"", "Example:", "  ${ROOT-COMMAND-NAME} status --format json"})
public final class StatusCommand implements Callable<Integer> {
    private final Terminal shell;

    @Mixin
    private ReportRequest report = new ReportRequest();

    public StatusCommand(Terminal shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        return report.show(shell, "/api/v2/status", (client, status) -> {
            new StatusPrinter(shell).print(status);
            list(ReportRequest.get(client, RunArgument.RUNS + "?state=RUNNING"));
            list(ReportRequest.get(client, RunArgument.RUNS + "?state=QUEUED"));
        });
    }

    private void list(JsonNode reply) {
        if (!reply.path("runs").isEmpty()) {
            shell.out().println();
            new RunPrinter(shell).list(reply.path("runs"));
        }
    }
}
