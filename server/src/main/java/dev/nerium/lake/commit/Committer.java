package dev.nerium.lake.commit;

import dev.nerium.lake.commit.CommitAttempt.Change;
import dev.nerium.lake.commit.CommitJournal.Entry;
import dev.nerium.lake.commit.CommitRecovery.CommitState;
import dev.nerium.lake.io.TableFileIO;
import dev.nerium.lake.write.CommitOutcome;
import dev.nerium.lake.write.CommitOutcome.Committed;
import dev.nerium.lake.write.CommitOutcome.Conflict;
import dev.nerium.lake.write.CommitOutcome.Unknown;
import dev.nerium.lake.write.DataFileBuilder;
import dev.nerium.lake.write.StagedFile;
import dev.nerium.lake.write.WriteTarget;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.ValidationException;

/**
 * Commits staged files, each run in one atomic commit with its id, so that a run is never committed twice. Each commit is
 * recorded in the journal before it starts, and deleted from it when its outcome is known. Commits of this server to one table are
 * serialised; retries are for conflicts with other writers. Thread-safe.
 */
public final class Committer {
    private final CommitAttempt attempt;
    private final CommittedRuns committedRuns;
    private final CommitJournal journal;
    private final CommitRecovery recovery;
    private final TableLocks locks;

    public Committer(
            CommitAttempt attempt,
            CommittedRuns committedRuns,
            CommitJournal journal,
            CommitRecovery recovery,
            TableLocks locks) {
        this.attempt = attempt;
        this.committedRuns = committedRuns;
        this.journal = journal;
        this.recovery = recovery;
        this.locks = locks;
    }

    public CommitOutcome commit(WriteTarget target, UUID run, List<StagedFile> staged) {
        return commit(target, run, staged, attempt::save);
    }

    public CommitOutcome commit(WriteTarget target, UUID run, List<StagedFile> staged, Change change) {
        DataFileBuilder files = DataFileBuilder.measure(staged, target, run);
        return locks.withLock(target.name(), () -> switch (earlier(target, run)) {
            case COMMITTED -> new Committed(files.rows(), snapshot(target, run));
            case ROLLED_BACK -> commit(target, run, files, change);
            case UNKNOWN -> new Unknown("the state of an earlier commit of the run is unknown");
        });
    }

    /** The outcome of an earlier commit of the run, if there was one. */
    private CommitState earlier(WriteTarget target, UUID run) {
        if (journal.find(run).isPresent()) {
            return recovery.settle(run);
        }
        return CommittedRuns.has(target.transaction().table(), run) ? CommitState.COMMITTED : CommitState.ROLLED_BACK;
    }

    /** The snapshot of an earlier commit of the run. */
    private OptionalLong snapshot(WriteTarget target, UUID run) {
        return committedRuns
                .committed(target.name(), run)
                .map(Committed::snapshot)
                .orElse(OptionalLong.empty());
    }

    private CommitOutcome commit(WriteTarget target, UUID run, DataFileBuilder files, Change change) {
        files.requireNew(target.files(), run);
        try (Entry entry = write(CommitIntent.of(target, run, files.locations()))) {
            target.setFileListener(entry::record);
            place(files, target.files(), entry);
            OptionalLong snapshot;
            try {
                snapshot = attempt.apply(target, run, files, change, entry::record);
            } catch (RuntimeException e) {
                return afterFailure(entry.intent(), files, e);
            }
            recovery.finish(entry.intent());
            return new Committed(files.rows(), snapshot);
        }
    }

    private Entry write(CommitIntent intent) {
        try {
            return journal.open(intent);
        } catch (RuntimeException e) {
            throw CommitErrors.toNeriumException(intent.table(), e);
        }
    }

    private void place(DataFileBuilder files, TableFileIO into, Entry entry) {
        try {
            files.moveInto(into);
        } catch (RuntimeException e) {
            recovery.undo(entry.intent());
            throw CommitErrors.toNeriumException(entry.intent().table(), e);
        }
    }

    /** After any failure, the run's id in the table's history decides whether it is committed. */
    private CommitOutcome afterFailure(CommitIntent intent, DataFileBuilder files, RuntimeException failure) {
        String reason = String.valueOf(failure.getMessage());
        boolean landed;
        try {
            landed = committedRuns.has(intent.table(), intent.run());
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
            recovery.later(intent.run());
            return new Unknown(reason);
        }
        if (landed) {
            recovery.finish(intent);
            return new Committed(files.rows(), OptionalLong.empty());
        }
        if (failure instanceof CommitStateUnknownException) {
            recovery.later(intent.run());
            return new Unknown(reason);
        }
        recovery.undo(intent);
        if (isConflict(failure)) {
            return new Conflict(reason);
        }
        throw CommitErrors.toNeriumException(intent.table(), failure);
    }

    private static boolean isConflict(RuntimeException failure) {
        return failure instanceof CommitFailedException
                || failure instanceof ValidationException
                || failure instanceof NoSuchTableException
                || failure instanceof IllegalStateException;
    }
}
