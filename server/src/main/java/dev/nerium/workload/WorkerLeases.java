package dev.nerium.workload;

import dev.nerium.sandbox.Sandbox;
import dev.nerium.sandbox.SandboxLease;
import dev.nerium.sandbox.admission.LeaseRequest;
import dev.nerium.sandbox.admission.LeaseRequest.Admittance;
import dev.nerium.sandbox.job.TimeLimit;
import dev.nerium.sandbox.job.Work;
import dev.nerium.variable.EnvironmentVariables;
import dev.nerium.variable.ScriptSecrets;
import dev.nerium.workload.live.ActiveRun;
import dev.nerium.workload.request.ResultDelivery;
import dev.nerium.workload.request.WorkloadRequest;
import java.io.IOException;
import java.time.Duration;

/** Leases workers to runs, and opens the values that their scripts get. Thread-safe. */
final class WorkerLeases {
    private final Sandbox sandbox;
    private final EnvironmentVariables variables;
    private final Duration queueTimeout;

    /** @param queueTimeout of a run whose client does not wait for the result */
    WorkerLeases(Sandbox sandbox, EnvironmentVariables variables, Duration queueTimeout) {
        this.sandbox = sandbox;
        this.variables = variables;
        this.queueTimeout = queueTimeout;
    }

    /** Waits in the queue, at most for the time that the request allows. */
    SandboxLease lease(StartedRun started, Work work) throws IOException, InterruptedException {
        WorkloadRequest request = started.request();
        ActiveRun run = started.run();
        long queued = System.nanoTime();
        try {
            SandboxLease lease = sandbox.lease(new LeaseRequest(
                    work,
                    started.placement().tier(),
                    run.owner().keyId(),
                    request.timeouts().queueTimeout(),
                    request.options().delivery() == ResultDelivery.PAGES ? queueTimeout : Duration.ZERO,
                    started.admittance(),
                    position -> {
                        run.quota().queued(started.admittance() == Admittance.NEW);
                        run.onQueued(position);
                    }));
            started.statistics().phase("queue", queued);
            return lease;
        } finally {
            run.quota().leftQueue();
        }
    }

    /** The values for the script of a run, as its key may use them now. */
    ScriptSecrets secrets(StartedRun started, Work work) {
        return variables.open(started.principal(), work.variables());
    }

    /** The longest time that a run may take from now on. */
    TimeLimit timeLimit(StartedRun started) {
        TimeLimit limit = sandbox.timeLimit(started.request().timeouts().runTimeout());
        return limit.within(started.run().quota().timeLimit(limit.duration()));
    }
}
