package dev.nerium.workload;

import dev.nerium.auth.Principal;
import dev.nerium.auth.Scope;
import dev.nerium.compute.Compute;
import dev.nerium.compute.Placement;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.error.PlainText;
import dev.nerium.lake.Lake;
import dev.nerium.result.CorruptResultException;
import dev.nerium.result.JsonRows;
import dev.nerium.result.ResultShape;
import dev.nerium.run.NewRun;
import dev.nerium.run.RunEnd;
import dev.nerium.run.Runs;
import dev.nerium.sandbox.Execution;
import dev.nerium.sandbox.Job;
import dev.nerium.sandbox.LeaseRequest;
import dev.nerium.sandbox.Outcome.Completed;
import dev.nerium.sandbox.Sandbox;
import dev.nerium.sandbox.Work;
import dev.nerium.workload.WorkloadResult.Saved;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs workloads, each on the thread that asks. Thread-safe. */
public final class Workloads {
    private static final Logger LOG = LoggerFactory.getLogger(Workloads.class);

    private final Lake lake;
    private final Compute compute;
    private final Sandbox sandbox;
    private final Jobs jobs;
    private final Runs runs;
    private final ActiveRuns active;
    private final BufferAllocator memory;

    /** @param memory for results that are read through before they count */
    public Workloads(
            Lake lake,
            Compute compute,
            Sandbox sandbox,
            Jobs jobs,
            Runs runs,
            ActiveRuns active,
            BufferAllocator memory) {
        this.lake = lake;
        this.compute = compute;
        this.sandbox = sandbox;
        this.jobs = jobs;
        this.runs = runs;
        this.active = active;
        this.memory = memory;
    }

    /**
     * Runs one workload to its end.
     *
     * @param reply gets the result once it is final, committed and recorded, and closes its rows. The worker's place is free
     *     by then, however slowly the client reads.
     */
    public void run(Principal principal, WorkloadRequest request, UUID id, Consumer<WorkloadResult> reply) {
        authorize(principal, request);
        Placement placement = compute.choose(request.place());
        WorkloadResult result;
        try (ActiveRun run = active.open(id, principal)) {
            runs.queue(new NewRun(id, principal.name(), what(request.work()), where(placement), request.target()));
            result = execute(run, request, placement);
        }
        reply.accept(result);
    }

    private static void authorize(Principal principal, WorkloadRequest request) {
        principal.require(Scope.READ, "running a workload");
        if (request.destination().isPresent()) {
            principal.require(Scope.WRITE, "writing to a destination");
        }
    }

    private WorkloadResult execute(ActiveRun run, WorkloadRequest request, Placement placement) {
        try {
            return attempt(run, request, placement);
        } catch (IOException | InterruptedException | RuntimeException e) {
            NeriumException failure = failure(e, run);
            try {
                runs.end(run.id(), RunEnd.failed(failure, run.log()));
            } catch (RuntimeException unrecorded) {
                // What failed first may be why the record can't be written, and is what the client should hear.
                failure.addSuppressed(unrecorded);
            }
            throw failure;
        }
    }

    private WorkloadResult attempt(ActiveRun run, WorkloadRequest request, Placement placement)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        try (LakeHost host = new LakeHost(lake, request.catalog(), request.destination())) {
            Job job = jobs.resolve(run.id(), request, host);
            try (Execution execution = sandbox.lease(lease(run, request, placement))) {
                run.attach(execution);
                runs.start(run.id(), execution.scheduledAt());
                Completed completed =
                        Outcomes.orThrow(execution.run(job, host, request.time().timeout()), run);
                ResultShape shape = ResultShape.parse(completed.shape());
                if (!(request.work() instanceof Work.Query)) {
                    requireReadable(completed, shape);
                }
                InputStream rows = completed.rows().open();
                run.seal();
                Optional<Saved> saved =
                        Commits.commit(lake, run.id(), request.destination(), host.target(), completed.staged());
                complete(run, shape, saved);
                Duration time = Duration.ofNanos(System.nanoTime() - start);
                return new WorkloadResult(run.id(), shape, rows, time, saved, placement, request.warnings());
            }
        }
    }

    private static LeaseRequest lease(ActiveRun run, WorkloadRequest request, Placement placement) {
        return new LeaseRequest(
                request.work(),
                placement.tier(),
                run.owner().keyId(),
                request.time().patience());
    }

    /** A result that user code may have forged must not show that only when its rows are committed and on their way. */
    private void requireReadable(Completed completed, ResultShape shape) throws IOException {
        try (InputStream rows = completed.rows().open()) {
            JsonRows.check(rows, memory, shape);
        }
    }

    /** A client that hears of a failure sends the workload again: not where its rows are in the table. */
    private void complete(ActiveRun run, ResultShape shape, Optional<Saved> saved) {
        try {
            runs.end(run.id(), RunEnd.complete(shape.rows(), run.log()));
        } catch (RuntimeException e) {
            if (saved.isEmpty()) {
                throw e;
            }
            LOG.error("The run {} is committed, but its end can't be recorded", run.id(), e);
        }
    }

    private static NewRun.What what(Work work) {
        return switch (work) {
            case Work.Query(String sql) -> new NewRun.What(work.mode(), sql, Map.of());
            case Work.Script(String source, var params) -> new NewRun.What(work.mode(), source, params);
            case Work.Load(var upload, var format) -> new NewRun.What(work.mode(), format.name(), Map.of());
        };
    }

    private static NewRun.Where where(Placement placement) {
        return new NewRun.Where(placement.provider(), placement.tier().requested());
    }

    /** What the client is told of it. */
    static NeriumException failure(Exception e, ActiveRun run) {
        return switch (e) {
            case NeriumException told -> told;
            case InterruptedException interrupted -> run.cancellation();
            case CorruptResultException corrupt ->
                new NeriumException(
                        ErrorCode.WORKER_DIED,
                        "The worker left a result that can't be read.",
                        PlainText.of(String.valueOf(corrupt.getMessage())),
                        corrupt);
            default -> new NeriumException(ErrorCode.INTERNAL_ERROR, "The server failed to run the workload.", "", e);
        };
    }
}
