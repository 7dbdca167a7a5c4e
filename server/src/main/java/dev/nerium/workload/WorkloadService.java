package dev.nerium.workload;

import dev.nerium.auth.Principal;
import dev.nerium.error.NeriumException;
import dev.nerium.run.CacheOutcome;
import dev.nerium.run.RunEnd;
import dev.nerium.run.RunFacts;
import dev.nerium.sandbox.Sandbox;
import dev.nerium.sandbox.job.Job;
import dev.nerium.sandbox.job.JobOutcome.Completed;
import dev.nerium.sandbox.job.JobOutcome.Explained;
import dev.nerium.workload.cache.CachedResult;
import dev.nerium.workload.cache.ResultCache;
import dev.nerium.workload.cache.ResultCache.CacheSlot;
import dev.nerium.workload.live.ActiveRun;
import dev.nerium.workload.request.Explanation;
import dev.nerium.workload.request.OutcomeErrors;
import dev.nerium.workload.request.ResultDelivery;
import dev.nerium.workload.request.TierAdvice;
import dev.nerium.workload.request.WorkloadRequest;
import dev.nerium.workload.request.WorkloadResult;
import dev.nerium.workload.tables.RunTables;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs workloads, each on the thread of its caller. Thread-safe. */
public final class WorkloadService {
    private static final Logger LOG = LoggerFactory.getLogger(WorkloadService.class);

    private final RunStarter starter;
    private final Sandbox sandbox;
    private final RunTablesFactory tables;
    private final JobFactory jobs;
    private final ExecutionFactory executions;
    private final ResultCache cache;
    private final ResultCommitter committer;

    public WorkloadService(
            RunStarter starter,
            Sandbox sandbox,
            RunTablesFactory tables,
            JobFactory jobs,
            ExecutionFactory executions,
            ResultCache cache,
            ResultCommitter committer) {
        this.starter = starter;
        this.sandbox = sandbox;
        this.tables = tables;
        this.jobs = jobs;
        this.executions = executions;
        this.cache = cache;
        this.committer = committer;
    }

    /** Runs a workload to its end, and returns its result once that is committed and recorded. The caller closes the rows. */
    public WorkloadResult run(Principal principal, WorkloadRequest request, UUID id) {
        try (StartedRun started = starter.start(principal, request, id)) {
            return execute(started);
        }
    }

    /**
     * Starts a workload in the background. Its record exists when this returns, and its result is stored.
     *
     * @param resumption what a restarted server needs, beside the body, to read the request again
     */
    public void submit(Principal principal, WorkloadRequest request, UUID id, String resumption) {
        WorkloadRequest stored = request.delivered(ResultDelivery.PAGES).spooled();
        executeInBackground(starter.startInBackground(principal, stored, id, resumption));
    }

    /** Starts a run that was accepted before this server started, and whose record is queued. */
    void resume(ActiveRun run, Principal principal, WorkloadRequest request) {
        WorkloadRequest stored = request.delivered(ResultDelivery.PAGES).spooled();
        executeInBackground(starter.resume(run, principal, stored));
    }

    /** Plans a workload and does not execute it. */
    public Explanation explain(Principal principal, WorkloadRequest request, UUID id) {
        try (StartedRun started = starter.start(principal, request.explained(), id)) {
            return explain(started);
        }
    }

    private void executeInBackground(StartedRun started) {
        var _ = Thread.ofVirtual().name("run-" + started.id()).start(() -> {
            try (started) {
                if (started.request().options().explain()) {
                    explain(started);
                } else {
                    execute(started).arrow().close();
                }
            } catch (NeriumException e) {
                LOG.debug("The run {} ended: {}", started.id(), e.message());
            } catch (IOException e) {
                LOG.debug("The result of the run {} can't be closed", started.id(), e);
            }
        });
    }

    private WorkloadResult execute(StartedRun started) {
        try {
            started.run().bindThread();
            try (RunTables host = tables.open(started)) {
                return execute(started, jobs.resolve(started, host), host);
            }
        } catch (IOException | InterruptedException | RuntimeException e) {
            throw failed(started.run(), e);
        }
    }

    private WorkloadResult execute(StartedRun started, Job job, RunTables host)
            throws IOException, InterruptedException {
        Optional<CacheSlot> slot = cache.slot(started.principal(), started.request(), job, host);
        Optional<CachedResult> known = slot.flatMap(CacheSlot::find);
        try (Execution execution = executions.of(started, known)) {
            Completed completed = execution.execute(job, host);
            jobs.learn(started, host);
            // Before the commit, which may take the files.
            Optional<Runnable> keep = known.isPresent() ? Optional.empty() : copy(started, job, host, completed);
            WorkloadResult result = committer.commit(execution, completed, host);
            keep.ifPresent(Runnable::run);
            return result;
        }
    }

    /** Reads the result into memory; running what is returned puts it into the cache. Empty if it may not be cached. */
    private Optional<Runnable> copy(StartedRun started, Job job, RunTables host, Completed completed)
            throws IOException {
        Optional<CacheSlot> slot = cache.slot(started.principal(), started.request(), host.complete(job), host);
        if (slot.isEmpty() || host.destination().isPresent() || host.readsViewsOrFiles()) {
            return Optional.empty();
        }
        started.statistics().cached(CacheOutcome.MISS);
        return slot.get()
                .copy(completed, started.statistics().facts())
                .map(rows -> () -> slot.get().keep(rows));
    }

    private Explanation explain(StartedRun started) {
        try {
            started.run().bindThread();
            try (RunTables host = tables.open(started);
                    LocalExecution execution = executions.local(started)) {
                Job job = jobs.resolve(started, host);
                Explained explained = execution.explain(job, host);
                RunFacts facts = started.statistics().facts();
                started.run()
                        .ended(RunEnd.complete(
                                OptionalLong.empty(), facts, started.run().log()));
                return new Explanation(
                        started.id(),
                        explained,
                        facts,
                        TierAdvice.of(facts, sandbox::tier),
                        started.run().elapsed(),
                        started.placement(),
                        started.request().warnings());
            }
        } catch (IOException | InterruptedException | RuntimeException e) {
            throw failed(started.run(), e);
        }
    }

    /** Records the failure, and returns what the client gets: also where it can't be recorded, perhaps for the same reason. */
    private static NeriumException failed(ActiveRun run, Exception e) {
        NeriumException failure = run.mask().apply(run.quota().translate(OutcomeErrors.of(e, run::cancellation)));
        try {
            run.ended(RunEnd.failed(failure, run.statistics().facts(), run.log()));
        } catch (RuntimeException unrecorded) {
            failure.addSuppressed(unrecorded);
        }
        return failure;
    }
}
