package dev.nerium.workload;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.auth.Principal;
import dev.nerium.auth.Scope;
import dev.nerium.compute.Compute;
import dev.nerium.compute.Placement;
import dev.nerium.distributed.Machines;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.error.PlainText;
import dev.nerium.lake.Lake;
import dev.nerium.lake.rest.CatalogOperation.Access;
import dev.nerium.lake.rest.RestCatalogServer;
import dev.nerium.lake.rest.ScriptCatalog;
import dev.nerium.lake.staging.Staging;
import dev.nerium.result.CorruptResultException;
import dev.nerium.result.JsonRows;
import dev.nerium.result.ResultShape;
import dev.nerium.result.spool.ResultSpool.Draft;
import dev.nerium.run.NewRun;
import dev.nerium.run.RunEnd;
import dev.nerium.run.RunFacts;
import dev.nerium.sandbox.Sandbox;
import dev.nerium.sandbox.SandboxLease;
import dev.nerium.sandbox.admission.LeaseRequest;
import dev.nerium.sandbox.admission.LeaseRequest.Admittance;
import dev.nerium.sandbox.job.ClusterTask;
import dev.nerium.sandbox.job.Job;
import dev.nerium.sandbox.job.JobOutcome;
import dev.nerium.sandbox.job.JobOutcome.Completed;
import dev.nerium.sandbox.job.JobOutcome.Explained;
import dev.nerium.sandbox.job.Work;
import dev.nerium.sandbox.job.WorkerCallbacks;
import dev.nerium.workload.cluster.ClusterExecution;
import dev.nerium.workload.lineage.LineageCache;
import dev.nerium.workload.live.ActiveRun;
import dev.nerium.workload.live.ActiveRuns;
import dev.nerium.workload.live.RunStatistics;
import dev.nerium.workload.request.Explanation;
import dev.nerium.workload.request.OutcomeErrors;
import dev.nerium.workload.request.ResultDelivery;
import dev.nerium.workload.request.ResultStreams;
import dev.nerium.workload.request.TierAdvice;
import dev.nerium.workload.request.WorkloadRequest;
import dev.nerium.workload.request.WorkloadResult;
import dev.nerium.workload.request.WorkloadResult.Saved;
import dev.nerium.workload.results.SpooledResults;
import dev.nerium.workload.tables.NoTables;
import dev.nerium.workload.tables.RunTables;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs workloads, each on the thread that asks. Thread-safe. */
public final class WorkloadService {
    private static final Logger LOG = LoggerFactory.getLogger(WorkloadService.class);

    private final Lake lake;
    private final RestCatalogServer catalogs;
    private final Compute compute;
    private final Sandbox sandbox;
    private final Optional<ClusterExecution> cluster;
    private final JobFactory jobs;
    private final LineageCache lineage = new LineageCache();
    private final ActiveRuns active;
    private final SpooledResults kept;
    private final Duration queueTimeout;
    private final String version;
    private final BufferAllocator memory;

    /**
     * @param catalogs as scripts see them
     * @param cluster for runs that are distributed, where there is one
     * @param queueTimeout of a run that nobody waits for
     * @param version of this program
     * @param memory for results that are read through before they count
     */
    public WorkloadService(
            Lake lake,
            RestCatalogServer catalogs,
            Compute compute,
            Sandbox sandbox,
            Optional<ClusterExecution> cluster,
            JobFactory jobs,
            ActiveRuns active,
            SpooledResults kept,
            Duration queueTimeout,
            String version,
            BufferAllocator memory) {
        this.kept = kept;
        this.queueTimeout = queueTimeout;
        this.version = version;
        this.lake = lake;
        this.catalogs = catalogs;
        this.compute = compute;
        this.sandbox = sandbox;
        this.cluster = cluster;
        this.jobs = jobs;
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
        WorkloadResult result;
        try (Started started = start(principal, request, id)) {
            result = execute(started, this::attempt);
        }
        reply.accept(result);
    }

    /**
     * Runs one workload behind the client's back; its record exists when this returns, and its result is kept.
     *
     * @param resumption what is needed, beside the body, to read the request again after a restart
     */
    public void submit(Principal principal, WorkloadRequest request, UUID id, String resumption) {
        sandbox.requireRoom(principal.keyId(), compute.choose(request.place()).tier());
        Started started =
                start(principal, request.delivered(ResultDelivery.PAGES).kept(), id, Optional.of(resumption));
        var _ = Thread.ofVirtual().name("run-" + id).start(() -> finish(started));
    }

    /** Begins a run that was accepted before this server started, and whose record waits. */
    void resume(ActiveRun run, Principal principal, WorkloadRequest request) {
        requireRights(principal, request);
        Placement placement = compute.choose(request.place());
        Started started = new Started(
                run, principal, request.delivered(ResultDelivery.PAGES).kept(), placement, Admittance.ACCEPTED);
        var _ = Thread.ofVirtual().name("run-" + run.id()).start(() -> finish(started));
    }

    /** Nobody waits: the record and the kept result say how it ended. */
    private void finish(Started started) {
        try (started) {
            if (started.request().manner().explain()) {
                execute(started, this::explanation);
            } else {
                execute(started, this::attempt).arrow().close();
            }
        } catch (NeriumException e) {
            LOG.debug("The run {} ended: {}", started.run().id(), e.message());
        } catch (IOException e) {
            LOG.debug("The result of the run {} can't be closed", started.run().id(), e);
        }
    }

    /** Plans one workload and does not execute it. */
    public Explanation explain(Principal principal, WorkloadRequest request, UUID id) {
        try (Started started = start(principal, request.explained(), id)) {
            return execute(started, this::explanation);
        }
    }

    /** A run that is recorded. */
    private record Started(
            ActiveRun run, Principal principal, WorkloadRequest request, Placement placement, Admittance admittance)
            implements AutoCloseable {
        /** The same, once it is known on which machines it runs. */
        Started on(Machines machines) {
            return new Started(run, principal, request, placement.on(machines), admittance);
        }

        @Override
        public void close() {
            run.close();
        }
    }

    private Started start(Principal principal, WorkloadRequest request, UUID id) {
        return start(principal, request, id, Optional.empty());
    }

    private void requireRights(Principal principal, WorkloadRequest request) {
        principal.require(Scope.READ, "running a workload");
        if (request.destination().isPresent()) {
            principal.require(Scope.WRITE, "writing to a destination");
            lake.requireUsers(request.destination().get().table());
        }
    }

    private Started start(Principal principal, WorkloadRequest request, UUID id, Optional<String> resumption) {
        requireRights(principal, request);
        Placement placement = compute.choose(request.place());
        ActiveRun run = active.open(id, principal);
        try {
            run.queued(new NewRun(
                    id,
                    new NewRun.Owner(principal.keyId(), principal.name()),
                    what(request.work()),
                    where(placement),
                    request.target(),
                    request.manner().body().map(body -> new NewRun.Request(body, resumption)),
                    request.origin()));
            return new Started(run, principal, request, placement, Admittance.NEW);
        } catch (RuntimeException e) {
            run.close();
            throw e;
        }
    }

    /** Does a run's work, and records how it ended where it did not work. */
    private <T> T execute(Started started, Attempt<T> attempt) {
        ActiveRun run = started.run();
        try {
            run.begin();
            return attempt.of(started);
        } catch (IOException | InterruptedException | RuntimeException e) {
            NeriumException failure = failure(e, run);
            try {
                run.ended(RunEnd.failed(failure, run.observations().facts(), run.log()));
            } catch (RuntimeException unrecorded) {
                // What failed first may be why the record can't be written, and is what the client should hear.
                failure.addSuppressed(unrecorded);
            }
            throw failure;
        }
    }

    @FunctionalInterface
    private interface Attempt<T> {
        T of(Started started) throws IOException, InterruptedException;
    }

    private WorkloadResult attempt(Started started) throws IOException, InterruptedException {
        return started.placement().distributed()
                ? onCluster(started)
                : inSandbox(
                        started,
                        (outcome, host, start) -> finish(
                                started, OutcomeErrors.completed(outcome, started.run()::cancellation), host, start));
    }

    private Explanation explanation(Started started) throws IOException, InterruptedException {
        return inSandbox(started, (outcome, host, start) -> {
            ActiveRun run = started.run();
            Explained explained = OutcomeErrors.explained(outcome, run::cancellation);
            RunFacts facts = run.observations().facts();
            Explanation explanation = new Explanation(
                    run.id(),
                    explained,
                    facts,
                    TierAdvice.of(facts, sandbox::tier),
                    Duration.ofNanos(System.nanoTime() - start),
                    started.placement(),
                    started.request().warnings());
            complete(run, RunEnd.complete(OptionalLong.empty(), facts, run.log()), Optional.empty());
            return explanation;
        });
    }

    /** What becomes of a job's outcome while its worker is still leased. */
    @FunctionalInterface
    private interface Ending<T> {
        T of(JobOutcome outcome, RunTables host, long startNanos) throws IOException;
    }

    /** A script may do to the catalog what its key may; where it is only explained, it changes nothing. */
    private ScriptCatalog catalog(Started started) {
        return new ScriptCatalog(catalogs, access -> {
            if (access == Access.ADMIN) {
                started.principal().require(Scope.ADMIN, RestCatalogServer.FILES_OF_ALL);
            }
            if (access == Access.WRITE) {
                started.principal().require(Scope.WRITE, "changing a catalog");
                started.run().requireUsableKey();
                if (started.request().manner().explain()) {
                    throw NeriumException.invalid("A run that is only explained changes no catalog.");
                }
            }
        });
    }

    private RunTables host(Started started) {
        RunStatistics seen = started.run().observations();
        seen.versions(Map.of("nerium", version));
        boolean staysAway =
                started.placement().distributed() && cluster.orElseThrow().kind() == ClusterTask.Kind.POLARS;
        return new RunTables(
                lake,
                started.request(),
                seen,
                catalog(started),
                started.principal().onlyKey(),
                staysAway);
    }

    private <T> T inSandbox(Started started, Ending<T> ending) throws IOException, InterruptedException {
        long start = System.nanoTime();
        try (RunTables host = host(started)) {
            Job job = resolve(started, host);
            return asAsked(started, job, host, outcome -> ending.of(outcome, host, start));
        }
    }

    /** A worker says what the cluster is to do, and another one brings back what it did, where that comes back. */
    private WorkloadResult onCluster(Started started) throws IOException, InterruptedException {
        ActiveRun run = started.run();
        WorkloadRequest request = started.request();
        long start = System.nanoTime();
        try (RunTables host = host(started)) {
            Job job = resolve(started, host);
            Completed prepared =
                    asAsked(started, job, host, outcome -> OutcomeErrors.completed(outcome, run::cancellation));
            ClusterExecution.Done done = cluster.orElseThrow()
                    .execute(
                            run,
                            host,
                            prepared,
                            started.placement().machines(),
                            sandbox.timeLimit(request.time().timeout()));
            Started there = started.on(done.machines());
            try (Staging staging = done.staging()) {
                if (request.destination().isPresent()) {
                    return committed(there, prepared, staging, host, start);
                }
                Work.Gather gather = ClusterExecution.gather(prepared, staging);
                return leased(there, gather, execution -> {
                    JobOutcome outcome =
                            execute(there, execution, jobs.gather(job, gather, request), NoTables.INSTANCE);
                    return finish(there, OutcomeErrors.completed(outcome, run::cancellation), host, start);
                });
            }
        }
    }

    /** Where it fails, the files may go only if the table has none of them. */
    private WorkloadResult committed(Started started, Completed prepared, Staging staging, RunTables host, long start)
            throws IOException {
        try {
            WorkloadResult result = finish(started, ClusterExecution.written(prepared, staging), host, start);
            staging.keep();
            return result;
        } catch (IOException | RuntimeException e) {
            if (isUnknown(e)
                    || lake.mayHave(host.target().orElseThrow(), started.run().id())) {
                staging.keep();
            }
            throw e;
        }
    }

    private Job resolve(Started started, RunTables host) {
        long resolving = System.nanoTime();
        Job job = jobs.resolve(started.run().id(), started.request(), host);
        started.run().observations().phase("resolve", resolving);
        return job;
    }

    /** What is made of a job's outcome. */
    @FunctionalInterface
    private interface Use<T> {
        T of(JobOutcome outcome) throws IOException;
    }

    private <T> T asAsked(Started started, Job job, RunTables host, Use<T> use)
            throws IOException, InterruptedException {
        RunStatistics seen = started.run().observations();
        return leased(started, started.request().work(), execution -> {
            seen.versions(execution.versions());
            started.run().started(execution.scheduledAt());
            JobOutcome outcome = execute(started, execution, lineage.asked(job), host);
            lineage.tell(job, outcome, host, seen);
            return use.of(outcome);
        });
    }

    /** What is done with a worker. */
    @FunctionalInterface
    private interface Turn<T> {
        T with(SandboxLease execution) throws IOException;
    }

    private <T> T leased(Started started, Work work, Turn<T> turn) throws IOException, InterruptedException {
        ActiveRun run = started.run();
        long queued = System.nanoTime();
        try (SandboxLease execution = sandbox.lease(lease(started, work))) {
            run.observations().phase("queue", queued);
            run.attach(execution);
            return turn.with(execution);
        }
    }

    private static JobOutcome execute(Started started, SandboxLease execution, Job job, WorkerCallbacks host)
            throws IOException {
        RunStatistics seen = started.run().observations();
        long executing = System.nanoTime();
        JobOutcome outcome = execution.run(job, host, started.request().time().timeout());
        seen.phase("execute", executing);
        seen.used(execution.usage());
        return outcome;
    }

    private WorkloadResult finish(Started started, Completed completed, RunTables host, long start) throws IOException {
        ActiveRun run = started.run();
        WorkloadRequest request = started.request();
        ResultShape shape = ResultShape.parse(completed.shape());
        if (!(request.work() instanceof Work.Query)) {
            requireReadable(completed, shape);
        }
        run.observations().resultBytes(ResultStreams.bytes(completed.parts()));
        Optional<Draft> draft =
                request.manner().kept() ? Optional.of(kept.take(run.id(), completed)) : Optional.empty();
        try {
            InputStream rows = draft.isPresent()
                    ? SpooledResults.stream(draft.get().pages())
                    : ResultStreams.open(completed.parts());
            if (draft.isPresent() && host.target().isPresent()) {
                Saved expected = ResultCommitter.saved(host.target().get(), completed.staged(), 0);
                prepare(draft.get(), completed, started, expected);
            }
            run.seal();
            long committing = System.nanoTime();
            Optional<Saved> saved =
                    ResultCommitter.commit(lake, run, request.destination(), host.target(), completed.staged());
            if (saved.isPresent()) {
                run.observations().phase("commit", committing);
            }
            Duration time = Duration.ofNanos(System.nanoTime() - start);
            WorkloadResult result = new WorkloadResult(
                    run.id(),
                    shape,
                    rows,
                    time,
                    saved,
                    started.placement(),
                    request.warnings(),
                    Optional.of(completed.shape().path("sniffed")).filter(JsonNode::isObject));
            if (draft.isPresent()) {
                publish(draft.get(), completed, result);
            }
            complete(
                    run,
                    RunEnd.complete(
                            OptionalLong.of(shape.rows()), run.observations().facts(), run.log()),
                    saved);
            return result;
        } catch (IOException | RuntimeException e) {
            if (!isUnknown(e)) {
                draft.ifPresent(Draft::discard);
            }
            throw e;
        }
    }

    /** Should the server die before it hears of the commit, the next one can still give the answer. */
    private void prepare(Draft draft, Completed completed, Started started, Saved expected) throws IOException {
        WorkloadResult result = new WorkloadResult(
                started.run().id(),
                ResultShape.parse(completed.shape()),
                InputStream.nullInputStream(),
                Duration.ZERO,
                Optional.of(expected),
                started.placement(),
                started.request().warnings(),
                Optional.empty());
        kept.prepare(draft, completed, result);
    }

    private static boolean isUnknown(Exception e) {
        return e instanceof NeriumException told && told.code() == ErrorCode.COMMIT_STATE_UNKNOWN;
    }

    /** Rows that are in a table stay there, whether or not they can be shown again. */
    private void publish(Draft draft, Completed completed, WorkloadResult result) throws IOException {
        try {
            kept.publish(draft, completed, result);
        } catch (IOException e) {
            if (result.saved().isEmpty()) {
                throw e;
            }
            LOG.error("The run {} is committed, but its answer can't be kept", result.run(), e);
            draft.discard();
        }
    }

    private LeaseRequest lease(Started started, Work work) {
        WorkloadRequest request = started.request();
        ActiveRun run = started.run();
        return new LeaseRequest(
                work,
                started.placement().tier(),
                run.owner().keyId(),
                request.time().patience(),
                request.manner().delivery() == ResultDelivery.PAGES ? queueTimeout : Duration.ZERO,
                started.admittance(),
                run::waits);
    }

    /** A result that user code may have forged must not show that only when its rows are committed and on their way. */
    private void requireReadable(Completed completed, ResultShape shape) throws IOException {
        try (InputStream rows = ResultStreams.open(completed.parts())) {
            JsonRows.check(rows, memory, shape);
        }
    }

    /** A client that hears of a failure sends the workload again: not where its rows are in the table. */
    private void complete(ActiveRun run, RunEnd end, Optional<Saved> saved) {
        try {
            run.ended(end);
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
            case Work.Load load -> new NewRun.What(work.mode(), load.format().name(), Map.of());
            case Work.Convert(var page, String format) -> new NewRun.What(work.mode(), format, Map.of());
            case Work.Gather gather -> new NewRun.What(work.mode(), "", Map.of());
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
                        ErrorCode.WORKER_PROTOCOL_ERROR,
                        "The worker left a result that can't be read.",
                        PlainText.of(String.valueOf(corrupt.getMessage())),
                        corrupt);
            default -> NeriumException.unexpected("The server failed to run the workload.", e);
        };
    }
}
