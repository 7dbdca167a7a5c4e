package dev.nerium.cli.workload;

import dev.nerium.cli.client.NeriumClient;
import dev.nerium.cli.client.ReceivedRows;
import dev.nerium.cli.client.ServerAccess;
import dev.nerium.cli.client.WorkloadBody;
import dev.nerium.cli.client.WorkloadReply;
import dev.nerium.cli.output.RunProgress;
import dev.nerium.cli.output.ScriptOutput;
import dev.nerium.cli.shell.CliException;
import dev.nerium.cli.shell.Interrupts;
import dev.nerium.cli.shell.ShutdownHook;
import dev.nerium.cli.shell.Terminal;
import dev.nerium.run.RunIds;
import java.time.Clock;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;

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

    /** Receives rows that the server streams. */
    public interface RowsReceiver {
        /**
         * Receives the rows of a run.
         *
         * @param request is sent when there is a place for the rows
         * @param begin is called before the first row is written
         */
        void receive(Supplier<ReceivedRows> request, Runnable begin);
    }

    /** Gives the response to a workload when its run has ended. */
    public WorkloadReply reply(String path, WorkloadBody body) {
        return call(body, (run, begin) -> {
            String answer = NeriumClient.text(client.post(path, body.json(), run, NeriumClient.JSON));
            begin.run();
            return WorkloadReply.parse(answer);
        });
    }

    /** Has the rows of a workload received in a format that the server streams. */
    public void stream(String path, WorkloadBody body, String mediaType, RowsReceiver receiver) {
        call(body, (run, begin) -> {
            receiver.receive(() -> client.rows(path, body.json(), run, mediaType), begin);
            return run;
        });
    }

    private <T> T call(WorkloadBody body, BiFunction<UUID, Runnable, T> request) {
        UUID run = ids.next();
        try (Interrupts.Guard _ = interrupts.during(() -> cancel(run));
                RunProgress progress = RunProgress.of(run, client, shell);
                ScriptOutput printed = follow(run, body, progress)) {
            try {
                return request.apply(run, () -> end(printed, progress));
            } catch (CliException e) {
                end(printed, progress);
                throw printed.withoutPrinted(e);
            }
        }
    }

    /** SQL prints nothing. */
    private ScriptOutput follow(UUID run, WorkloadBody body, RunProgress progress) {
        return body.isExecutedScript()
                ? ScriptOutput.follow(run, client, progress::print)
                : ScriptOutput.none(run, client);
    }

    private static void end(ScriptOutput printed, RunProgress progress) {
        printed.close();
        progress.end();
    }

    private void cancel(UUID run) {
        client.cancel(run);
        cancelled.accept(run);
    }
}
