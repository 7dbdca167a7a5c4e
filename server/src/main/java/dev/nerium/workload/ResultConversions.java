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
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Pages of kept results in formats that Polars writes: in the sandbox, since the rows may be a hostile script's. Thread-safe. */
public final class ResultConversions {
    private final Sandbox sandbox;
    private final ResultsConfig limits;

    public ResultConversions(Sandbox sandbox, ResultsConfig limits) {
        this.sandbox = sandbox;
        this.limits = limits;
    }

    /** The format of a converted page. */
    public enum Format {
        CSV("text/csv"),
        PARQUET("application/vnd.apache.parquet");

        private final String mediaType;

        Format(String mediaType) {
            this.mediaType = mediaType;
        }

        public String mediaType() {
            return mediaType;
        }
    }

    /** @param page an Arrow IPC stream */
    public InputStream convert(Principal principal, Path page, Format format) throws IOException {
        Work work = new Work.Convert(page, format.name().toLowerCase(Locale.ROOT));
        Tier tier = sandbox.tier(Tier.DEFAULT_VCPUS);
        ResultLimits largest =
                new ResultLimits(Long.MAX_VALUE, limits.pageBytes().bytes() * 8, Overflow.FAIL);
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
                    execution.run(job, WorkerCallbacks.NONE, Optional.empty()), CancelReason.SHUTDOWN::failure);
            return ResultStreams.open(completed.parts());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CancelReason.SHUTDOWN.failure();
        }
    }
}
