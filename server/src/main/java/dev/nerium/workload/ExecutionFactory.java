package dev.nerium.workload;

import dev.nerium.lake.Lake;
import dev.nerium.sandbox.Sandbox;
import dev.nerium.variable.EnvironmentVariables;
import dev.nerium.workload.cache.CachedResult;
import dev.nerium.workload.cluster.ClusterEngine;
import dev.nerium.workload.lineage.LineageCache;
import dev.nerium.workload.tables.PreparedQueries;
import java.time.Duration;
import java.util.Optional;

/** Makes the execution of each run, in the sandbox, on the cluster or from the cache. Thread-safe. */
public final class ExecutionFactory {
    private final WorkerLeases leases;
    private final Optional<ClusterEngine> cluster;
    private final JobFactory jobs;
    private final Lake lake;
    private final LineageCache lineage = new LineageCache();
    private final PreparedQueries queries = new PreparedQueries();

    /**
     * @param queueTimeout of a run whose client does not wait for the result
     * @param cluster for distributed runs, where one is configured
     */
    public ExecutionFactory(
            Sandbox sandbox,
            EnvironmentVariables variables,
            Duration queueTimeout,
            Optional<ClusterEngine> cluster,
            JobFactory jobs,
            Lake lake) {
        this.leases = new WorkerLeases(sandbox, variables, queueTimeout);
        this.cluster = cluster;
        this.jobs = jobs;
        this.lake = lake;
    }

    /** @param known the result, if it is cached */
    Execution of(StartedRun started, Optional<CachedResult> known) {
        if (known.isPresent()) {
            return new CachedExecution(started, known.get());
        }
        return started.placement().distributed()
                ? new DistributedExecution(started, cluster.orElseThrow(), jobs, lake, leases, lineage, queries)
                : local(started);
    }

    LocalExecution local(StartedRun started) {
        return new LocalExecution(started, leases, lineage, queries);
    }
}
