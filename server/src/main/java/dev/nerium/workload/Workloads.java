package dev.nerium.workload;

import dev.nerium.auth.Principal;
import dev.nerium.auth.Scope;
import dev.nerium.compute.Compute;
import dev.nerium.compute.Placement;
import dev.nerium.config.NeriumConfig;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.lake.CommitOutcome.Committed;
import dev.nerium.lake.CommitOutcome.Conflict;
import dev.nerium.lake.CommitOutcome.Unknown;
import dev.nerium.lake.Lake;
import dev.nerium.lake.WriteTarget;
import dev.nerium.result.ResultShape;
import dev.nerium.run.NewRun;
import dev.nerium.run.RunEnd;
import dev.nerium.run.RunState;
import dev.nerium.run.Runs;
import dev.nerium.sandbox.Execution;
import dev.nerium.sandbox.Job;
import dev.nerium.sandbox.Job.Overflow;
import dev.nerium.sandbox.Job.ResultLimits;
import dev.nerium.sandbox.Outcome.Completed;
import dev.nerium.sandbox.RunLog;
import dev.nerium.sandbox.Sandbox;
import dev.nerium.sandbox.TableDescription;
import dev.nerium.sandbox.Work;
import dev.nerium.workload.WorkloadResult.Saved;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Consumer;

/** Runs workloads, each on the thread that asks. Thread-safe. */
public final class Workloads {
    private final NeriumConfig.Results limits;
    private final Lake lake;
    private final Compute compute;
    private final Sandbox sandbox;
    private final Runs runs;
    private final ActiveRuns active;

    public Workloads(
            NeriumConfig.Results limits, Lake lake, Compute compute, Sandbox sandbox, Runs runs, ActiveRuns active) {
        this.limits = limits;
        this.lake = lake;
        this.compute = compute;
        this.sandbox = sandbox;
        this.runs = runs;
        this.active = active;
    }

    /**
     * Runs one workload to its end.
     *
     * @param reply gets the result once it is final: committed and recorded; its rows can be read only in there
     */
    public void run(Principal principal, WorkloadRequest request, UUID id, Consumer<WorkloadResult> reply) {
        authorize(principal, request);
        Placement placement = compute.choose(request.place());
        ActiveRun run = active.open(id, principal);
        try {
            runs.queue(record(id, principal, request, placement));
            execute(run, request, placement, reply);
        } finally {
            active.close(run);
        }
    }

    private static void authorize(Principal principal, WorkloadRequest request) {
        principal.require(Scope.READ, "running a workload");
        if (request.destination().isPresent()) {
            principal.require(Scope.WRITE, "writing to a destination");
        }
    }

    private void execute(ActiveRun run, WorkloadRequest request, Placement placement, Consumer<WorkloadResult> reply) {
        long start = System.nanoTime();
        RunLog log = new RunLog(0);
        try {
            LakeHost host = new LakeHost(lake, request.catalog(), request.destination());
            Job job = resolve(run.id(), request, host);
            try (Execution execution =
                    sandbox.lease(request.work(), placement.tier(), run.owner().keyId())) {
                log = execution.log();
                run.attach(execution);
                runs.start(run.id());
                Completed completed = Outcomes.orThrow(execution.run(job, host));
                run.seal();
                ResultShape shape = ResultShape.parse(completed.shape());
                Optional<Saved> saved = commit(run.id(), host.target(), completed);
                runs.end(
                        run.id(),
                        new RunEnd(
                                RunState.COMPLETE,
                                OptionalLong.of(shape.rows()),
                                Optional.empty(),
                                Optional.empty(),
                                log.text()));
                Duration time = Duration.ofNanos(System.nanoTime() - start);
                reply.accept(new WorkloadResult(
                        run.id(), shape, completed.arrow(), time, saved, placement, request.warnings()));
            }
        } catch (NeriumException e) {
            throw recorded(run, e, log);
        } catch (InterruptedException e) {
            throw recorded(run, ActiveRun.cancellation(), log);
        } catch (IOException | RuntimeException e) {
            throw recorded(
                    run,
                    new NeriumException(ErrorCode.INTERNAL_ERROR, "The server failed to run the workload.", "", e),
                    log);
        }
    }

    private Job resolve(UUID id, WorkloadRequest request, LakeHost host) {
        Map<String, TableDescription> tables = new LinkedHashMap<>();
        request.tables().forEach((alias, name) -> tables.put(alias, host.table(name)));
        request.destination().ifPresent(destination -> lake.requireDestination(destination.table()));
        lake.requireCatalog(request.catalog());
        ResultLimits bounds = request.destination().isPresent()
                ? new ResultLimits(limits.previewRows(), limits.inlineBytes().bytes(), Overflow.TRUNCATE)
                : new ResultLimits(limits.inlineRows(), limits.inlineBytes().bytes(), Overflow.FAIL);
        Optional<String> destination =
                request.destination().map(to -> to.table().toString());
        return new Job(id, request.work(), request.catalog(), tables, destination, bounds);
    }

    private Optional<Saved> commit(UUID id, Optional<WriteTarget> prepared, Completed completed) {
        if (prepared.isEmpty()) {
            return Optional.empty();
        }
        WriteTarget target = prepared.get();
        return switch (lake.commit(target, id, completed.staged())) {
            case Committed(long rows) -> Optional.of(new Saved(target.name(), rows, target.mode()));
            case Conflict(String reason) ->
                throw new NeriumException(
                        ErrorCode.COMMIT_CONFLICT,
                        "The table " + target.name() + " was changed by others meanwhile; nothing was written.",
                        reason);
            case Unknown(String reason) ->
                throw new NeriumException(
                        ErrorCode.COMMIT_UNKNOWN,
                        "Whether the rows reached " + target.name()
                                + " is not known: look before you send the workload again.",
                        reason);
        };
    }

    private NeriumException recorded(ActiveRun run, NeriumException e, RunLog log) {
        RunState state = e.code() == ErrorCode.CANCELLED ? RunState.ABORT : RunState.FAIL;
        runs.end(run.id(), new RunEnd(state, OptionalLong.empty(), Optional.of(e.message()), e.details(), log.text()));
        return e;
    }

    private static NewRun record(UUID id, Principal principal, WorkloadRequest request, Placement placement) {
        record Code(String text, Map<String, String> params) {}
        Code code =
                switch (request.work()) {
                    case Work.Query(String sql) -> new Code(sql, Map.of());
                    case Work.Script(String source, var params) -> new Code(source, params);
                    case Work.Load(var upload, var format) -> new Code("load " + format, Map.of());
                };
        return new NewRun(
                id,
                request.work().mode(),
                principal.name(),
                code.text(),
                code.params(),
                placement.provider(),
                placement.tier().requested(),
                request.destination().map(to -> to.table().toString()));
    }
}
