package dev.nerium.workload;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.audit.Actor;
import dev.nerium.audit.Audit;
import dev.nerium.audit.AuditAction;
import dev.nerium.audit.AuditChange;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.lake.Lake;
import dev.nerium.lake.name.TableBranch;
import dev.nerium.lake.table.PinnedTable;
import dev.nerium.lake.write.CommitOutcome.Committed;
import dev.nerium.lake.write.CommitOutcome.Conflict;
import dev.nerium.lake.write.CommitOutcome.Unknown;
import dev.nerium.lake.write.SaveMode;
import dev.nerium.lake.write.SaveMode.Merge;
import dev.nerium.lake.write.StagedFile;
import dev.nerium.lake.write.StagedResult;
import dev.nerium.lake.write.StagedResult.Replaced;
import dev.nerium.lake.write.WriteTarget;
import dev.nerium.result.ResultRows;
import dev.nerium.result.ResultShape;
import dev.nerium.result.spool.ResultSpool.SpoolWriter;
import dev.nerium.run.RunEnd;
import dev.nerium.run.RunFacts.Output;
import dev.nerium.run.RunFacts.TableChange;
import dev.nerium.run.RunFacts.Write;
import dev.nerium.sandbox.job.JobOutcome.Completed;
import dev.nerium.sandbox.job.Work;
import dev.nerium.workload.live.ActiveRun;
import dev.nerium.workload.request.Destination;
import dev.nerium.workload.request.ResultStreams;
import dev.nerium.workload.request.WorkloadResult;
import dev.nerium.workload.request.WorkloadResult.Saved;
import dev.nerium.workload.results.SpooledResults;
import dev.nerium.workload.tables.RunTables;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Commits what an execution wrote, all of it or nothing, stores its result where it is kept, and records the run's end. Thread-safe. */
public final class ResultCommitter {
    private static final Logger LOG = LoggerFactory.getLogger(ResultCommitter.class);

    private final Lake lake;
    private final SpooledResults spool;
    private final BufferAllocator memory;
    private final Audit audit;

    /** @param memory for results that are checked before they are committed */
    public ResultCommitter(Lake lake, SpooledResults spool, BufferAllocator memory, Audit audit) {
        this.lake = lake;
        this.spool = spool;
        this.memory = memory;
        this.audit = audit;
    }

    /** Returns the result that the client gets; its rows stay open after the execution is closed. */
    WorkloadResult commit(Execution execution, Completed completed, RunTables tables) throws IOException {
        StartedRun started = execution.started();
        ResultShape shape = ResultShape.parse(completed.shape());
        requireReadable(started, completed, shape);
        long bytes = ResultStreams.bytes(completed.parts());
        started.statistics().resultBytes(bytes);
        if (tables.destination().isEmpty() && !(started.request().work() instanceof Work.Load)) {
            started.run().quota().requireReturnable(shape.rows(), bytes);
        }
        Optional<SpoolWriter> draft = draft(execution, completed, shape, tables);
        try {
            InputStream rows = rows(draft, completed);
            started.run().beginCommit();
            Optional<Saved> saved = commit(started, completed, tables);
            WorkloadResult result = result(execution, completed, shape, rows, saved);
            publish(draft, completed, result);
            record(started.run(), result);
            execution.keepFiles();
            return result;
        } catch (IOException | RuntimeException e) {
            if (e instanceof NeriumException failure && failure.code() == ErrorCode.COMMIT_STATE_UNKNOWN) {
                execution.keepFiles();
            } else {
                draft.ifPresent(SpoolWriter::discard);
            }
            throw e;
        }
    }

    /** User code can forge a result, which must fail before the commit and not while its rows are sent. */
    private void requireReadable(StartedRun started, Completed completed, ResultShape shape) throws IOException {
        if (started.request().work() instanceof Work.Query) {
            return;
        }
        try (InputStream rows = ResultStreams.open(completed.parts())) {
            ResultRows.check(rows, memory, shape);
        }
    }

    /** The stored copy of a result that is kept, with what a restarted server needs to reply, should this one end before it does. */
    private Optional<SpoolWriter> draft(Execution execution, Completed completed, ResultShape shape, RunTables tables)
            throws IOException {
        StartedRun started = execution.started();
        if (!started.request().options().spooled()) {
            return Optional.empty();
        }
        started.run().storing(ResultStreams.bytes(completed.parts()));
        SpoolWriter draft = spool.store(started.id(), completed);
        try {
            if (tables.target().isPresent()) {
                Saved expected = saved(tables.target().get(), completed.staged(), 0);
                InputStream none = InputStream.nullInputStream();
                spool.prepare(draft, completed, result(execution, completed, shape, none, Optional.of(expected)));
            }
            return Optional.of(draft);
        } catch (IOException | RuntimeException e) {
            draft.discard();
            throw e;
        }
    }

    private static InputStream rows(Optional<SpoolWriter> draft, Completed completed) throws IOException {
        return draft.isPresent() ? SpooledResults.stream(draft.get().pages()) : ResultStreams.open(completed.parts());
    }

    private Optional<Saved> commit(StartedRun started, Completed completed, RunTables tables) {
        if (tables.destination().isEmpty()) {
            requireNothingWritten(completed);
            return Optional.empty();
        }
        WriteTarget target = tables.target()
                .orElseThrow(() -> wroteNothing(tables.destination().get()));
        StagedResult staged = completed.staged();
        started.run().requireUsableKey();
        tables.requireWritable();
        AuditChange change = new AuditChange(
                Actor.of(started.principal()),
                target.isNew() ? AuditAction.TABLE_CREATE : AuditAction.TABLE_WRITE,
                target.destination().toString(),
                Optional.of(started.id()));
        return Optional.of(audit.record(change, () -> commit(started, target, staged)));
    }

    private Saved commit(StartedRun started, WriteTarget target, StagedResult staged) {
        long bytes = bytes(staged);
        long committing = System.nanoTime();
        return switch (lake.commit(target, started.id(), staged)) {
            case Committed(long rows, OptionalLong snapshot) -> {
                started.statistics()
                        .wrote(new Output(
                                target.destination().toString(),
                                snapshot.isPresent() ? (Long) snapshot.getAsLong() : null,
                                rows,
                                bytes,
                                write(target),
                                change(target)));
                started.statistics().phase("commit", committing);
                yield saved(target, staged, rows);
            }
            case Conflict(String reason) -> throw conflict(target.destination(), reason);
            case Unknown(String reason) -> throw unknown(target.destination(), reason);
        };
    }

    /** Rows that were written are shown in part, so a result that was not written must not say that it was. */
    private static void requireNothingWritten(Completed completed) {
        if (completed.shape().hasNonNull("written")) {
            throw new NeriumException(
                    ErrorCode.WORKER_PROTOCOL_ERROR, "The worker wrote rows, and the run has no destination.");
        }
    }

    private static Write write(WriteTarget target) {
        List<String> keys = target.mode() instanceof Merge(var names) ? names : List.of();
        OptionalLong base = target.base().table().map(PinnedTable::snapshotId).orElse(OptionalLong.empty());
        return new Write(target.mode().text(), keys, base.isPresent() ? (Long) base.getAsLong() : null);
    }

    private static @Nullable TableChange change(WriteTarget target) {
        if (target.isNew()) {
            return TableChange.CREATE;
        }
        if (!target.destination().isMain()) {
            // Other branches keep their rows.
            return null;
        }
        return switch (target.mode()) {
            case SaveMode.Plain.OVERWRITE -> TableChange.OVERWRITE;
            case SaveMode.Plain.TRUNCATE -> TableChange.TRUNCATE;
            default -> null;
        };
    }

    private static NeriumException wroteNothing(Destination destination) {
        return new NeriumException(
                ErrorCode.WORKER_PROTOCOL_ERROR, "The worker wrote nothing to " + destination.table() + ".");
    }

    private static WorkloadResult result(
            Execution execution, Completed completed, ResultShape shape, InputStream rows, Optional<Saved> saved) {
        return new WorkloadResult(
                execution.started().id(),
                shape,
                rows,
                execution.started().run().elapsed(),
                saved,
                execution.placement(),
                execution.started().request().warnings(),
                execution.started().statistics().cached(),
                Optional.of(completed.shape().path("sniffed")).filter(JsonNode::isObject));
    }

    /** Committed rows stay in the table, whether or not their result can be stored. */
    private void publish(Optional<SpoolWriter> draft, Completed completed, WorkloadResult result) throws IOException {
        if (draft.isEmpty()) {
            return;
        }
        try {
            spool.publish(draft.get(), completed, result);
        } catch (IOException e) {
            if (result.saved().isEmpty()) {
                throw e;
            }
            LOG.error("The run {} is committed, but its result can't be stored", result.run(), e);
            draft.get().discard();
        }
    }

    /** A client repeats a workload that failed, which must not happen to one whose rows are in the table. */
    private static void record(ActiveRun run, WorkloadResult result) {
        try {
            run.ended(RunEnd.complete(
                    OptionalLong.of(result.rowCount()), run.statistics().facts(), run.log()));
        } catch (RuntimeException e) {
            if (result.saved().isEmpty()) {
                throw e;
            }
            LOG.error("The run {} is committed, but its end can't be recorded", run.id(), e);
        }
    }

    private static Saved saved(WriteTarget target, StagedResult staged, long rows) {
        return new Saved(
                target.destination(),
                rows,
                updated(target, staged),
                deleted(target, staged),
                target.mode().text());
    }

    private static long bytes(StagedResult staged) {
        long bytes = 0;
        for (StagedFile file : staged.files()) {
            try {
                bytes += Files.size(file.path());
            } catch (IOException e) {
                throw new UncheckedIOException("The file " + file.path() + " can't be measured", e);
            }
        }
        return bytes;
    }

    /** Rows that a statement took away, without a new version. */
    private static OptionalLong deleted(WriteTarget target, StagedResult staged) {
        if (target.mode() == SaveMode.Plain.TRUNCATE) {
            return staged.truncated();
        }
        return target.mode() == SaveMode.Plain.ROWS
                ? OptionalLong.of(staged.replaced()
                        .map(rows -> rows.count() - rows.updated())
                        .orElse(0L))
                : OptionalLong.empty();
    }

    private static OptionalLong updated(WriteTarget target, StagedResult staged) {
        return target.mode() instanceof Merge || target.mode() == SaveMode.Plain.ROWS
                ? OptionalLong.of(staged.replaced().map(Replaced::updated).orElse(0L))
                : OptionalLong.empty();
    }

    static NeriumException conflict(TableBranch table, String reason) {
        return new NeriumException(
                ErrorCode.COMMIT_CONFLICT,
                "The table " + table + " was changed by others meanwhile; nothing was written.",
                reason);
    }

    static NeriumException unknown(TableBranch table, String reason) {
        return new NeriumException(
                ErrorCode.COMMIT_STATE_UNKNOWN,
                "Whether the rows reached " + table + " is not known: look before you send the workload again.",
                reason);
    }
}
