package dev.nerium.workload;

import dev.nerium.sandbox.SandboxLease;
import dev.nerium.sandbox.job.Job;
import dev.nerium.sandbox.job.JobOutcome;
import dev.nerium.sandbox.job.JobOutcome.Completed;
import dev.nerium.sandbox.job.JobOutcome.Explained;
import dev.nerium.sandbox.job.WorkerCallbacks;
import dev.nerium.variable.ScriptSecrets;
import dev.nerium.workload.lineage.LineageCache;
import dev.nerium.workload.live.RunStatistics;
import dev.nerium.workload.request.OutcomeErrors;
import dev.nerium.workload.request.Placement;
import dev.nerium.workload.tables.PreparedQueries;
import dev.nerium.workload.tables.RunTables;
import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Executes a job in a worker of the sandbox, which is leased until this is closed. */
final class LocalExecution extends Execution {
    private final WorkerLeases leases;
    private final LineageCache lineage;
    private final PreparedQueries queries;
    private @Nullable SandboxLease lease;

    LocalExecution(StartedRun started, WorkerLeases leases, LineageCache lineage, PreparedQueries queries) {
        super(started);
        this.leases = leases;
        this.lineage = lineage;
        this.queries = queries;
    }

    @Override
    Completed execute(Job job, RunTables tables) throws IOException, InterruptedException {
        return OutcomeErrors.completed(outcome(job, tables), started().run()::cancellation);
    }

    /** Plans the job and does not execute it. */
    Explained explain(Job job, RunTables tables) throws IOException, InterruptedException {
        Explained explained =
                OutcomeErrors.explained(outcome(job, tables), started().run()::cancellation);
        return explained.without(started().run().mask()::apply);
    }

    /** Reads the rows that a cluster left for the run. */
    Completed gather(Job job) throws IOException, InterruptedException {
        SandboxLease leased = lease(job);
        return OutcomeErrors.completed(
                run(leased, () -> job, WorkerCallbacks.NONE), started().run()::cancellation);
    }

    private JobOutcome outcome(Job job, RunTables tables) throws IOException, InterruptedException {
        SandboxLease leased = lease(job);
        RunStatistics statistics = started().statistics();
        statistics.versions(leased.versions());
        started().run().started(leased.scheduledAt());
        String keyId = started().run().owner().keyId();
        JobOutcome outcome = run(leased, () -> queries.prepare(lineage.prepare(job), keyId, tables), tables);
        Job complete = tables.complete(job);
        if (tables.readsViewsOrFiles()) {
            LineageCache.recordOnce(outcome, statistics);
        } else {
            lineage.record(complete, outcome, statistics);
        }
        queries.record(complete, keyId, tables, outcome);
        return outcome;
    }

    private SandboxLease lease(Job job) throws IOException, InterruptedException {
        SandboxLease leased = leases.lease(started(), job.work());
        lease = leased;
        started().run().onCancel(leased);
        return leased;
    }

    /** @param job whose plans are made while the run executes, as those are that its worker requests */
    private JobOutcome run(SandboxLease leased, Supplier<Job> job, WorkerCallbacks callbacks) throws IOException {
        RunStatistics statistics = started().statistics();
        long executing = System.nanoTime();
        Job prepared = job.get();
        try (ScriptSecrets secrets = leases.secrets(started(), prepared.work())) {
            started().run().hide(secrets.mask());
            JobOutcome outcome = leased.run(prepared, secrets, callbacks, leases.timeLimit(started()));
            statistics.phase("execute", executing);
            statistics.used(leased.usage());
            return outcome;
        }
    }

    @Override
    Placement placement() {
        return started().placement();
    }

    /** A commit has moved them out of the worker's folder by itself. */
    @Override
    void keepFiles() {}

    @Override
    public void close() {
        if (lease != null) {
            lease.close();
        }
    }
}
