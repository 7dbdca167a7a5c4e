package dev.nerium.workload;

import dev.nerium.lake.Lake;
import dev.nerium.lake.staging.Staging;
import dev.nerium.sandbox.job.Job;
import dev.nerium.sandbox.job.JobOutcome.Completed;
import dev.nerium.sandbox.job.Work;
import dev.nerium.workload.cluster.ClusterEngine;
import dev.nerium.workload.cluster.ClusterEngine.ClusterResult;
import dev.nerium.workload.lineage.LineageCache;
import dev.nerium.workload.request.Placement;
import dev.nerium.workload.tables.PreparedQueries;
import dev.nerium.workload.tables.RunTables;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Executes a job on a cluster: a worker translates it, the cluster writes the rows to a staging folder, and another worker reads
 * them, unless they are for a destination.
 */
final class DistributedExecution extends Execution {
    private final ClusterEngine cluster;
    private final JobFactory jobs;
    private final Lake lake;
    private final WorkerLeases leases;
    private final LocalExecution translation;
    private final LocalExecution gathering;
    private Placement placement;
    private @Nullable Staging staging;
    private boolean keepsFiles;

    DistributedExecution(
            StartedRun started,
            ClusterEngine cluster,
            JobFactory jobs,
            Lake lake,
            WorkerLeases leases,
            LineageCache lineage,
            PreparedQueries queries) {
        super(started);
        this.cluster = cluster;
        this.jobs = jobs;
        this.lake = lake;
        this.leases = leases;
        this.translation = new LocalExecution(started, leases, lineage, queries);
        this.gathering = new LocalExecution(started, leases, lineage, queries);
        this.placement = started.placement();
    }

    @Override
    Completed execute(Job job, RunTables tables) throws IOException, InterruptedException {
        Completed translated = translate(job, tables);
        Staging rows = executeOnCluster(translated, tables);
        staging = rows;
        if (started().request().destination().isPresent()) {
            return ClusterEngine.written(translated, rows);
        }
        Work.Gather gather = ClusterEngine.gather(translated, rows);
        return gathering.gather(jobs.gather(job, gather, started()));
    }

    /** The worker's place is free while the cluster works. */
    private Completed translate(Job job, RunTables tables) throws IOException, InterruptedException {
        try (translation) {
            return translation.execute(job, tables);
        }
    }

    private Staging executeOnCluster(Completed translated, RunTables tables) throws InterruptedException {
        ClusterResult done = cluster.execute(
                started().run(), tables, translated, started().placement().machines(), leases.timeLimit(started()));
        placement = placement.on(done.machines());
        return done.staging();
    }

    @Override
    Placement placement() {
        return placement;
    }

    @Override
    void keepFiles() {
        keepsFiles = true;
    }

    @Override
    public void close() {
        gathering.close();
        if (staging != null) {
            if (keepsFiles || mayBeCommitted()) {
                staging.keep();
            }
            staging.close();
        }
    }

    private boolean mayBeCommitted() {
        return started()
                .request()
                .destination()
                .filter(to -> lake.mayBeCommitted(to.table().name(), started().id()))
                .isPresent();
    }
}
