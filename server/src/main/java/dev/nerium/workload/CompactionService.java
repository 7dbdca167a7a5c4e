package dev.nerium.workload;

import dev.nerium.auth.Principal;
import dev.nerium.auth.Scope;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.grant.Grants;
import dev.nerium.lake.AuthorizedLake;
import dev.nerium.lake.Lake;
import dev.nerium.lake.maintenance.CompactionOptions;
import dev.nerium.lake.maintenance.CompactionPlan;
import dev.nerium.lake.maintenance.CompactionStep;
import dev.nerium.lake.maintenance.TableMaintenance;
import dev.nerium.lake.name.TableBranch;
import dev.nerium.lake.name.TableName;
import dev.nerium.lake.write.CommitOutcome;
import dev.nerium.lake.write.CommitOutcome.Committed;
import dev.nerium.lake.write.CommitOutcome.Conflict;
import dev.nerium.lake.write.CommitOutcome.Unknown;
import dev.nerium.lake.write.StagedFile;
import dev.nerium.lake.write.WriteTarget;
import dev.nerium.quota.QuotaLedger;
import dev.nerium.run.NewRun;
import dev.nerium.run.RunEnd;
import dev.nerium.run.RunOrigin;
import dev.nerium.sandbox.Sandbox;
import dev.nerium.sandbox.SandboxLease;
import dev.nerium.sandbox.admission.LeaseRequest;
import dev.nerium.sandbox.admission.LeaseRequest.Admittance;
import dev.nerium.sandbox.job.Job;
import dev.nerium.sandbox.job.Job.Overflow;
import dev.nerium.sandbox.job.Job.ResultLimits;
import dev.nerium.sandbox.job.JobOutcome.Completed;
import dev.nerium.sandbox.job.Tier;
import dev.nerium.sandbox.job.TimeLimit;
import dev.nerium.sandbox.job.Work;
import dev.nerium.workload.CompactionReport.Added;
import dev.nerium.workload.CompactionReport.CompletedStep;
import dev.nerium.workload.live.ActiveRun;
import dev.nerium.workload.live.ActiveRuns;
import dev.nerium.workload.request.ComputeTarget;
import dev.nerium.workload.request.OutcomeErrors;
import dev.nerium.workload.request.Placement;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * Compacts tables, a step at a time: a worker reads the files to replace and writes their rows to new files, in the sandbox, as
 * for any query with a destination. Each step is a run of its own, with one commit. Thread-safe.
 */
public final class CompactionService {
    private static final int ATTEMPTS = 3;
    private static final String ALIAS = "t";
    private static final Work WORK = new Work.Query("SELECT * FROM " + ALIAS);

    /** A step under way. */
    private record Task(ActiveRun run, AuthorizedLake lake, TableName table, CompactionOptions order, Tier tier) {}

    /** How a commit ended, and what the worker wrote for it. */
    private record Rewritten(CommitOutcome outcome, long files, long bytes) {}

    private final Lake lake;
    private final Grants grants;
    private final ComputeSelector compute;
    private final Sandbox sandbox;
    private final ActiveRuns active;
    private final QuotaLedger ledger;

    public CompactionService(
            Lake lake, Grants grants, ComputeSelector compute, Sandbox sandbox, ActiveRuns active, QuotaLedger ledger) {
        this.ledger = ledger;
        this.lake = lake;
        this.grants = grants;
        this.compute = compute;
        this.sandbox = sandbox;
        this.active = active;
    }

    /** Plans a compaction and records nothing. */
    public CompactionReport preview(Principal principal, TableName table, CompactionOptions order) {
        return CompactionReport.of(visible(principal).maintain(table).plan(order), Optional.empty());
    }

    /** Does the first step of a compaction; what is left for others is said. */
    public CompactionReport step(Principal principal, TableName table, CompactionOptions order, UUID id) {
        principal.require(Scope.WRITE, "compacting a table");
        AuthorizedLake visible = visible(principal);
        var _ = visible.maintain(table);
        Placement placement = compute.choose(ComputeTarget.Local.DEFAULT);
        try (ActiveRun run =
                active.open(ledger.of(id, principal, placement.tier().requested()))) {
            run.quota()
                    .admit(
                            false,
                            _ -> run.queued(new NewRun(
                                    id,
                                    new NewRun.Owner(principal.keyId(), principal.name(), principal.groups()),
                                    new NewRun.What("compact", table.toString(), Map.of()),
                                    new NewRun.Where(
                                            placement.provider(),
                                            placement.tier().requested()),
                                    Optional.of(table.toString()),
                                    Optional.empty(),
                                    RunOrigin.UNKNOWN,
                                    false)));
            run.bindThread();
            return execute(new Task(run, visible, table, order, placement.tier()));
        }
    }

    private AuthorizedLake visible(Principal principal) {
        return lake.as(grants.of(principal));
    }

    private CompactionReport execute(Task task) {
        ActiveRun run = task.run();
        try {
            CompactionReport report = attempt(task);
            long rows = report.done().map(done -> done.added().rows()).orElse(0L);
            run.ended(RunEnd.complete(OptionalLong.of(rows), run.statistics().facts(), run.log()));
            return report;
        } catch (IOException | InterruptedException | RuntimeException e) {
            NeriumException failure = run.quota().translate(OutcomeErrors.of(e, run::cancellation));
            run.ended(RunEnd.failed(failure, run.statistics().facts(), run.log()));
            throw failure;
        }
    }

    /** A conflict leaves no trace, so the step is chosen again from what the table has become. */
    private CompactionReport attempt(Task task) throws IOException, InterruptedException {
        String reason = "";
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            TableMaintenance maintenance = task.lake().maintain(task.table());
            CompactionPlan plan = maintenance.plan(task.order());
            if (plan.step().isEmpty()) {
                return CompactionReport.of(plan, Optional.empty());
            }
            CompactionStep step = plan.step().get();
            Rewritten rewritten = rewrite(task, maintenance, step);
            switch (rewritten.outcome()) {
                case Committed(long rows, var snapshot) -> {
                    Added added = new Added(rewritten.files(), rewritten.bytes(), rows);
                    CompletedStep done = new CompletedStep(task.run().id(), step.replaced(), step.dropped(), added);
                    return CompactionReport.of(plan, Optional.of(done));
                }
                case Conflict(String why) -> reason = why;
                case Unknown(String why) -> throw ResultCommitter.unknown(TableBranch.main(task.table()), why);
            }
            task.run().abortCommit();
        }
        throw ResultCommitter.conflict(TableBranch.main(task.table()), reason);
    }

    private Rewritten rewrite(Task task, TableMaintenance maintenance, CompactionStep step)
            throws IOException, InterruptedException {
        ActiveRun run = task.run();
        try (CompactionTables host = new CompactionTables(lake, step, task.order());
                SandboxLease execution = lease(task)) {
            run.onCancel(execution);
            run.started(execution.scheduledAt());
            Completed completed = OutcomeErrors.completed(
                    execution.run(job(run.id(), step, host), host, timeLimit(run)), run::cancellation);
            run.beginCommit();
            run.requireUsableKey();
            var _ = task.lake().maintain(task.table());
            WriteTarget target = host.target().orElseThrow(() -> wroteNothing(task.table()));
            long bytes = 0;
            for (StagedFile file : completed.staged().files()) {
                bytes += Files.size(file.path());
            }
            CommitOutcome outcome = maintenance.commit(
                    step, target, run.id(), completed.staged().files());
            return new Rewritten(outcome, completed.staged().files().size(), bytes);
        }
    }

    private SandboxLease lease(Task task) throws IOException, InterruptedException {
        ActiveRun run = task.run();
        try {
            return sandbox.lease(new LeaseRequest(
                    WORK,
                    task.tier(),
                    run.owner().keyId(),
                    Optional.empty(),
                    Duration.ZERO,
                    Admittance.NEW,
                    _ -> run.quota().queued(true)));
        } finally {
            run.quota().leftQueue();
        }
    }

    private TimeLimit timeLimit(ActiveRun run) {
        TimeLimit limit = sandbox.timeLimit(Optional.empty());
        return limit.within(run.quota().timeLimit(limit.duration()));
    }

    private static Job job(UUID run, CompactionStep step, CompactionTables host) {
        TableName table = step.table().reference().name();
        return new Job(
                run,
                WORK,
                table.catalog(),
                Map.of(ALIAS, host.table()),
                Optional.of(table.toString()),
                // Nobody looks at the rows.
                new ResultLimits(0, 1 << 20, Overflow.TRUNCATE),
                false,
                false,
                Optional.empty(),
                Optional.empty(),
                List.of());
    }

    private static NeriumException wroteNothing(TableName table) {
        return new NeriumException(ErrorCode.WORKER_PROTOCOL_ERROR, "The worker wrote nothing to " + table + ".");
    }
}
