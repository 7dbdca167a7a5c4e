package dev.nerium.workload.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.distributed.ClusterRun;
import dev.nerium.distributed.ClusterRun.ClusterOutcome;
import dev.nerium.distributed.ClusterSize;
import dev.nerium.distributed.Submission;
import dev.nerium.distributed.Submission.StoredFile;
import dev.nerium.distributed.Submitter;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.lake.staging.Staging;
import dev.nerium.lake.staging.StagingPrefix;
import dev.nerium.lake.staging.StagingTable;
import dev.nerium.lake.staging.StagingTables;
import dev.nerium.lake.table.TableLocation;
import dev.nerium.lake.write.StagedFile;
import dev.nerium.lake.write.StagedResult;
import dev.nerium.sandbox.job.ClusterTask;
import dev.nerium.sandbox.job.ClusterTask.Plans;
import dev.nerium.sandbox.job.ClusterTask.Statement;
import dev.nerium.sandbox.job.JobOutcome.Completed;
import dev.nerium.sandbox.job.TimeLimit;
import dev.nerium.sandbox.job.Work;
import dev.nerium.workload.live.ActiveRun;
import dev.nerium.workload.request.OutcomeErrors;
import dev.nerium.workload.tables.RemoteFiles;
import dev.nerium.workload.tables.RunTables;
import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Executes on a cluster what a worker translated for it. Thread-safe. */
public final class ClusterEngine {
    private final Submitter submitter;
    private final StagingTables stagings;
    private final ClusterTask.Kind kind;

    /** @param kind of cluster that the submitter has */
    public ClusterEngine(Submitter submitter, StagingTables stagings, ClusterTask.Kind kind) {
        this.submitter = submitter;
        this.stagings = stagings;
        this.kind = kind;
    }

    public ClusterTask.Kind kind() {
        return kind;
    }

    /** The outcome of a cluster: the staged rows, which are removed when the staging is closed, and the machines that were used. */
    public record ClusterResult(Staging staging, ClusterSize machines) {}

    /** Has the cluster write the rows of what a worker prepared; fails where it does not do so within the time. */
    public ClusterResult execute(ActiveRun run, RunTables host, Completed prepared, ClusterSize wanted, TimeLimit limit)
            throws InterruptedException {
        ClusterTask task = prepared.task()
                .orElseThrow(() -> new NeriumException(
                        ErrorCode.WORKER_PROTOCOL_ERROR, "The worker sent no task for the cluster."));
        return switch (task) {
            case Statement statement -> {
                StagingTable staging = host.target()
                        .map(target -> stagings.of(run.id(), target))
                        .orElseGet(() -> stagings.of(run.id(), statement.schemaJson()));
                yield execute(run, staging, () -> submission(run, statement, host, staging), limit);
            }
            case Plans plans -> {
                RemoteFiles files = host.remoteFiles();
                StagingPrefix staging = files.staging(run.id(), host.target());
                yield execute(run, staging, () -> submission(run, plans, files, staging, wanted), limit);
            }
        };
    }

    private ClusterResult execute(ActiveRun run, Staging staging, Supplier<Submission> submission, TimeLimit limit)
            throws InterruptedException {
        long start = System.nanoTime();
        try {
            ClusterSize machines = await(run, submission.get(), limit);
            run.statistics().phase("cluster", start);
            return new ClusterResult(staging, machines);
        } catch (RuntimeException | InterruptedException e) {
            abandon(staging, e);
            throw e;
        }
    }

    /** Closes the staging after a failure; the first failure is reported. */
    private static void abandon(Staging staging, Exception failure) {
        try {
            staging.close();
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    private ClusterSize await(ActiveRun run, Submission submission, TimeLimit limit) throws InterruptedException {
        ClusterRun cluster = submitter.submit(submission, run.statistics()::clusterProgress);
        run.onCancel(cluster::cancel);
        return switch (cluster.await(limit.duration())) {
            case ClusterOutcome.Complete(ClusterSize on) -> on;
            case ClusterOutcome.Cancelled() -> throw run.cancellation();
            case ClusterOutcome.TimedOut() -> throw OutcomeErrors.timeout(limit);
        };
    }

    private static Submission submission(ActiveRun run, Statement statement, RunTables host, StagingTable staging) {
        Map<String, TableLocation> tables = new LinkedHashMap<>();
        statement.tables().forEach((name, handle) -> tables.put(name, host.address(handle)));
        return new Submission.SqlSubmission(run.id(), statement.sql(), tables, staging.location());
    }

    private static Submission submission(
            ActiveRun run, Plans plans, RemoteFiles files, StagingPrefix staging, ClusterSize wanted) {
        return new Submission.PlanSubmission(
                run.id(),
                plans.root(),
                plans.tables(),
                files.files(),
                new StoredFile(staging.location(), staging.keys()),
                wanted);
    }

    /** The end of a run whose rows are a destination's: none of them come back. */
    public static Completed written(Completed translated, Staging staging) {
        ObjectNode shape = translated.shape().deepCopy();
        StagedResult staged = staging.staged();
        long rows =
                staged.files().stream().mapToLong(file -> file.rows().orElse(0)).sum();
        return new Completed(
                shape.put("rows", rows),
                translated.parts(),
                staged,
                translated.lineage(),
                translated.notes(),
                false,
                Optional.empty());
    }

    /** The job of a worker that returns the rows. */
    public static Work.Gather gather(Completed translated, Staging staging) throws IOException {
        if (translated.parts().size() != 1) {
            throw new NeriumException(ErrorCode.WORKER_PROTOCOL_ERROR, "The worker sent no columns of the result.");
        }
        try (InputStream frame = translated.parts().getFirst().open()) {
            List<StagedFile> files = staging.staged().files();
            return new Work.Gather(
                    files.stream().map(StagedFile::path).toList(),
                    staging.hasFieldIds(),
                    Base64.getEncoder().encodeToString(frame.readNBytes(1 << 20)));
        }
    }
}
