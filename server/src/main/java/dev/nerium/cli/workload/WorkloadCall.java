package dev.nerium.cli.workload;

import dev.nerium.cli.client.NeriumClient;
import dev.nerium.cli.client.ServerAccess;
import dev.nerium.cli.client.WorkloadBody;
import dev.nerium.cli.client.WorkloadReply;
import dev.nerium.cli.output.RunProgress;
import dev.nerium.cli.shell.Interrupts;
import dev.nerium.cli.shell.ShutdownHook;
import dev.nerium.cli.shell.Terminal;
import dev.nerium.run.RunIds;
import java.io.InputStream;
import java.time.Clock;
import java.util.UUID;
import java.util.function.Consumer;

/** Runs workloads on a server, one after the other, with progress on a terminal. Ctrl-C cancels the one that runs. */
public final class WorkloadCall {
    private final RunIds ids = new RunIds(Clock.systemUTC());
    private final NeriumClient client;
    private final Terminal shell;
    private final Interrupts interrupts;
    private final Consumer<UUID> cancelled;

    private WorkloadCall(NeriumClient client, Terminal shell, Interrupts interrupts, Consumer<UUID> cancelled) {
        this.client = client;
        this.shell = shell;
        this.interrupts = interrupts;
        this.cancelled = cancelled;
    }

    /** For a command whose process Ctrl-C ends. */
    public static WorkloadCall endedByInterrupt(ServerAccess access, Terminal shell) {
        return new WorkloadCall(new NeriumClient(access), shell, ShutdownHook::during, run -> {
            access.close();
            shell.err().println("cancelled run " + run);
            shell.err().flush();
        });
    }

    /** For a command that goes on after Ctrl-C. */
    public static WorkloadCall of(NeriumClient client, Terminal shell, Interrupts interrupts) {
        return new WorkloadCall(client, shell, interrupts, _ -> {});
    }

    /** Gives the response to a workload when its run has ended. */
    public WorkloadReply reply(String path, WorkloadBody body) {
        UUID run = ids.next();
        try (Interrupts.Guard _ = interrupts.during(() -> cancel(run));
                RunProgress _ = RunProgress.of(run, client, shell)) {
            return WorkloadReply.parse(NeriumClient.text(client.post(path, body.json(), run, NeriumClient.JSON)));
        }
    }

    /** Copies the rows to stdout as an Arrow stream. */
    public void copyArrow(String path, WorkloadBody body) {
        UUID run = ids.next();
        try (Interrupts.Guard _ = interrupts.during(() -> cancel(run));
                RunProgress progress = RunProgress.of(run, client, shell)) {
            InputStream rows = client.post(path, body.json(), run, NeriumClient.ARROW_STREAM);
            progress.end();
            NeriumClient.copy(rows, shell.out());
        }
    }

    private void cancel(UUID run) {
        client.cancel(run);
        cancelled.accept(run);
    }
}
