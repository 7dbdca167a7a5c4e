package dev.nerium.workload;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.distributed.ClusterRun;
import dev.nerium.distributed.Submission;
import dev.nerium.distributed.Submitter;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.lake.Staged;
import dev.nerium.lake.StagedFile;
import dev.nerium.lake.StagingTable;
import dev.nerium.lake.StagingTables;
import dev.nerium.lake.TableAddress;
import dev.nerium.sandbox.ClusterStatement;
import dev.nerium.sandbox.Outcome.Completed;
import dev.nerium.sandbox.TimeLimit;
import dev.nerium.sandbox.Work;
import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a worker wrote for a cluster, on its way through it. Thread-safe. */
public final class ClusterWork {
    private final Submitter submitter;
    private final StagingTables stagings;

    public ClusterWork(Submitter submitter, StagingTables stagings) {
        this.submitter = submitter;
        this.stagings = stagings;
    }

    /**
     * Has the cluster write the rows of what a worker translated; fails where it does not do so within the time.
     *
     * @return where they are, gone when it is closed
     */
    StagingTable execute(ActiveRun run, LakeHost host, Completed translated, TimeLimit limit)
            throws InterruptedException {
        ClusterStatement statement = translated
                .statement()
                .orElseThrow(() -> new NeriumException(
                        ErrorCode.WORKER_DIED, "The worker did not say what the cluster is to do."));
        Map<String, TableAddress> tables = tables(statement, host);
        StagingTable staging = host.target()
                .map(target -> stagings.of(run.id(), target))
                .orElseGet(() -> stagings.of(run.id(), statement.schemaJson()));
        long start = System.nanoTime();
        try {
            await(run, new Submission(run.id(), statement.sql(), tables, staging.location()), limit);
            run.observations().phase("cluster", start);
            return staging;
        } catch (RuntimeException | InterruptedException e) {
            staging.close();
            throw e;
        }
    }

    private void await(ActiveRun run, Submission submission, TimeLimit limit) throws InterruptedException {
        ClusterRun cluster = submitter.submit(submission, run.observations()::clusterProgress);
        run.attach(cluster::cancel);
        switch (cluster.await(limit.duration())) {
            case COMPLETE -> {}
            case CANCELLED -> throw run.cancellation();
            case TIMED_OUT -> throw Outcomes.timeout(limit);
        }
    }

    private static Map<String, TableAddress> tables(ClusterStatement statement, LakeHost host) {
        Map<String, TableAddress> tables = new LinkedHashMap<>();
        statement.tables().forEach((name, handle) -> tables.put(name, host.address(handle)));
        return tables;
    }

    /** The end of a run whose rows are a destination's: none of them come back. */
    static Completed written(Completed translated, StagingTable staging) {
        ObjectNode shape = translated.shape().deepCopy();
        Staged staged = staging.staged();
        long rows =
                staged.files().stream().mapToLong(file -> file.rows().orElse(0)).sum();
        return new Completed(
                shape.put("rows", rows),
                translated.parts(),
                staged,
                translated.lineage(),
                translated.notes(),
                Optional.empty());
    }

    /** The job of a worker that returns the rows. */
    static Work.Gather gather(Completed translated, StagingTable staging) throws IOException {
        if (translated.parts().size() != 1) {
            throw new NeriumException(ErrorCode.WORKER_DIED, "The worker did not say the columns of the result.");
        }
        try (InputStream frame = translated.parts().getFirst().open()) {
            List<StagedFile> files = staging.staged().files();
            return new Work.Gather(
                    files.stream().map(StagedFile::path).toList(),
                    Base64.getEncoder().encodeToString(frame.readNBytes(1 << 20)));
        }
    }
}
