package dev.nerium.lake;

import dev.nerium.error.NeriumException;
import dev.nerium.lake.CommitOutcome.Committed;
import dev.nerium.lake.CommitOutcome.Conflict;
import dev.nerium.lake.CommitOutcome.Unknown;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.expressions.Expressions;

/**
 * Commits staged files, each run in one atomic commit that carries its id, so that a run is never committed twice. Commits of
 * this server to one table queue on a lock; Iceberg's retries are for the commits of others. Thread-safe.
 */
final class Committer {
    private static final String RUN_ID = "nerium.run-id";

    private final Catalog catalog;
    private final TableWriter writer;
    private final ConcurrentHashMap<TableName, ReentrantLock> locks = new ConcurrentHashMap<>();

    Committer(Catalog catalog, TableWriter writer) {
        this.catalog = catalog;
        this.writer = writer;
    }

    CommitOutcome commit(WriteTarget target, UUID run, List<StagedFile> staged) {
        ReentrantLock lock = locks.computeIfAbsent(target.name(), name -> new ReentrantLock());
        lock.lock();
        try {
            List<DataFile> placed = StagedFiles.place(staged, target, run);
            CommitOutcome outcome = attempt(target, run, placed);
            if (outcome instanceof Conflict) {
                StagedFiles.remove(placed);
            }
            return outcome;
        } finally {
            lock.unlock();
        }
    }

    private CommitOutcome attempt(WriteTarget target, UUID run, List<DataFile> placed) {
        try {
            stage(target, run, placed);
            target.transaction().commitTransaction();
            return committed(placed);
        } catch (AlreadyExistsException e) {
            return joinCreated(target, run, placed);
        } catch (CommitFailedException | ValidationException | NoSuchTableException | IllegalStateException e) {
            return new Conflict(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            return afterFailure(target.name(), run, placed, e);
        }
    }

    /** The catalog failed in the middle: the run's id in the table's history says whether the commit landed. */
    private CommitOutcome afterFailure(TableName name, UUID run, List<DataFile> placed, RuntimeException failure) {
        boolean landed;
        try {
            landed = landed(name, run);
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
            return new Unknown(String.valueOf(failure.getMessage()));
        }
        if (landed) {
            return committed(placed);
        }
        if (failure instanceof CommitStateUnknownException) {
            return new Unknown(String.valueOf(failure.getMessage()));
        }
        StagedFiles.remove(placed);
        throw failure;
    }

    private static Committed committed(List<DataFile> placed) {
        return new Committed(placed.stream().mapToLong(DataFile::recordCount).sum());
    }

    private static void stage(WriteTarget target, UUID run, List<DataFile> files) {
        if (target.mode() == SaveMode.OVERWRITE && !target.isNew()) {
            OverwriteFiles overwrite = target.transaction()
                    .newOverwrite()
                    .overwriteByRowFilter(Expressions.alwaysTrue())
                    .conflictDetectionFilter(Expressions.alwaysTrue())
                    .validateNoConflictingData()
                    .validateNoConflictingDeletes();
            target.base().snapshot().ifPresent(overwrite::validateFromSnapshot);
            files.forEach(overwrite::addFile);
            overwrite.set(RUN_ID, run.toString()).commit();
        } else {
            AppendFiles append = target.transaction().newFastAppend();
            files.forEach(append::appendFile);
            append.set(RUN_ID, run.toString()).commit();
        }
    }

    /** Another run made the table meanwhile: an append still fits if it made the same one. */
    private CommitOutcome joinCreated(WriteTarget target, UUID run, List<DataFile> placed) {
        Conflict conflict = new Conflict("the table " + target.name() + " was made by another run meanwhile");
        if (target.mode() != SaveMode.APPEND) {
            return conflict;
        }
        WriteTarget again;
        try {
            again = writer.prepare(target.name(), SaveMode.APPEND, target.base(), target.schemaJson());
        } catch (NeriumException e) {
            // The other run made a table that this result does not fit.
            return conflict;
        }
        return !again.isNew() && again.schema().sameSchema(target.schema()) ? attempt(again, run, placed) : conflict;
    }

    private boolean landed(TableName name, UUID run) {
        try {
            Table table = catalog.loadTable(TableLoader.identifier(name));
            for (Snapshot snapshot : table.snapshots()) {
                if (run.toString().equals(snapshot.summary().get(RUN_ID))) {
                    return true;
                }
            }
            return false;
        } catch (NoSuchTableException e) {
            return false;
        }
    }
}
