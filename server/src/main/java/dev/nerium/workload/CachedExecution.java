package dev.nerium.workload;

import dev.nerium.run.CacheOutcome;
import dev.nerium.sandbox.job.Job;
import dev.nerium.sandbox.job.JobOutcome.Completed;
import dev.nerium.workload.cache.CachedResult;
import dev.nerium.workload.live.RunStatistics;
import dev.nerium.workload.request.Placement;
import dev.nerium.workload.tables.RunTables;

/** Gives the result of an earlier run, without a worker. */
final class CachedExecution extends Execution {
    private final CachedResult result;

    CachedExecution(StartedRun started, CachedResult result) {
        super(started);
        this.result = result;
    }

    @Override
    Completed execute(Job job, RunTables tables) {
        started().run().begins();
        RunStatistics statistics = started().statistics();
        statistics.cached(CacheOutcome.HIT);
        statistics.versions(result.versions());
        statistics.read(result.inputs());
        result.completed().lineage().ifPresent(statistics::derived);
        statistics.noted(result.completed().notes());
        return result.completed();
    }

    @Override
    Placement placement() {
        return started().placement();
    }

    @Override
    void keepFiles() {}

    @Override
    public void close() {}
}
