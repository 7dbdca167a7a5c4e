package dev.nerium.workload;

import dev.nerium.auth.Principal;
import dev.nerium.config.ResultsConfig;
import dev.nerium.sandbox.Sandbox;
import dev.nerium.sandbox.SandboxLease;
import dev.nerium.sandbox.admission.LeaseRequest;
import dev.nerium.sandbox.job.Job;
import dev.nerium.sandbox.job.Job.Overflow;
import dev.nerium.sandbox.job.Job.ResultLimits;
import dev.nerium.sandbox.job.JobOutcome.Completed;
import dev.nerium.sandbox.job.Tier;
import dev.nerium.sandbox.job.Work;
import dev.nerium.sandbox.job.WorkerCallbacks;
import dev.nerium.workload.live.CancelReason;
import dev.nerium.workload.request.OutcomeErrors;
import dev.nerium.workload.request.ResultStreams;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Results as Parquet files, which Polars writes: in the sandbox, since the rows may be a hostile script's. Thread-safe. */
public final class ResultConversions {
    private final Sandbox sandbox;
    private final ResultsConfig limits;
    private final Path folder;

    /** @param folder for rows on their way to a worker */
    public ResultConversions(Sandbox sandbox, ResultsConfig limits, Path folder) {
        this.sandbox = sandbox;
        this.limits = limits;
        this.folder = folder;
    }

    /** @param rows an Arrow IPC stream */
    public InputStream parquet(Principal principal, InputStream rows) throws IOException {
        Files.createDirectories(folder);
        Path file = Files.createTempFile(folder, "result-", "");
        try {
            Files.copy(rows, file, StandardCopyOption.REPLACE_EXISTING);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
            return parquet(principal, List.of(file));
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /** @param pages Arrow IPC streams of one schema */
    public InputStream parquet(Principal principal, List<Path> pages) throws IOException {
        Work work = new Work.Convert(pages);
        Tier tier = sandbox.tier(Tier.DEFAULT_VCPUS);
        ResultLimits largest =
                new ResultLimits(Long.MAX_VALUE, limits.maxBytes().bytes(), Overflow.FAIL);
        Job job = new Job(
                new UUID(0, 0),
                work,
                "",
                Map.of(),
                Optional.empty(),
                largest,
                false,
                false,
                Optional.empty(),
                Optional.empty(),
                List.of());
        LeaseRequest request = new LeaseRequest(work, tier, principal.keyId(), Optional.empty());
        try (SandboxLease execution = sandbox.lease(request)) {
            Completed completed = OutcomeErrors.completed(
                    execution.run(job, WorkerCallbacks.NONE, sandbox.timeLimit(Optional.empty())),
                    CancelReason.SHUTDOWN::failure);
            return ResultStreams.open(completed.parts());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CancelReason.SHUTDOWN.failure();
        }
    }
}
