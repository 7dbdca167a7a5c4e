package dev.nerium.lake.commit;

import dev.nerium.error.NeriumException;
import dev.nerium.lake.write.DataFileBuilder;
import dev.nerium.lake.write.SaveMode;
import dev.nerium.lake.write.WritePlanner;
import dev.nerium.lake.write.WriteTarget;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import java.util.stream.StreamSupport;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.expressions.Expressions;

/**
 * Applies a run's files to its table, and again where others committed first and the files still fit. Iceberg retries as the
 * table's properties require; without these properties, it gets more time than Iceberg's four retries. Thread-safe.
 */
public final class CommitAttempt {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final WritePlanner writer;
    private final ExecutorService onThisThread = new DirectExecutor();

    public CommitAttempt(WritePlanner writer) {
        this.writer = writer;
    }

    /** Applies the files of a commit. */
    @FunctionalInterface
    public interface Change {
        SnapshotUpdate<?> update(WriteTarget target, DataFileBuilder files);
    }

    /**
     * @param listener called with each file before it is created
     * @return the snapshot that has them
     */
    OptionalLong apply(WriteTarget target, UUID run, DataFileBuilder files, Change change, Consumer<String> listener) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        WriteTarget current = target;
        while (!CommittedRuns.has(current.transaction().table(), run)) {
            current.setFileListener(listener);
            try {
                commitOnce(change.update(current, files), current, run);
                current.transaction().commitTransaction();
                return CommittedRuns.snapshot(table(current), run);
            } catch (AlreadyExistsException e) {
                current = again(current)
                        .orElseThrow(() ->
                                new CommitFailedException(e, "the table %s was created by another run", target.name()));
            } catch (CommitFailedException e) {
                if (retriesAreSet(current) || System.nanoTime() > deadline) {
                    throw e;
                }
                current = again(current).orElseThrow(() -> e);
            }
        }
        return CommittedRuns.snapshot(table(current), run);
    }

    /** Adds the files, or replaces the table's files by them, according to the target. */
    SnapshotUpdate<?> save(WriteTarget target, DataFileBuilder files) {
        if (replacesRows(target)) {
            OverwriteFiles overwrite = target.transaction()
                    .newOverwrite()
                    .overwriteByRowFilter(Expressions.alwaysTrue())
                    .conflictDetectionFilter(Expressions.alwaysTrue())
                    .validateNoConflictingData()
                    .validateNoConflictingDeletes();
            target.base().snapshot().ifPresent(overwrite::validateFromSnapshot);
            files.dataFiles().forEach(overwrite::addFile);
            return overwrite;
        }
        // One manifest is soon written; Iceberg looks only every 10 ms whether another thread has done it.
        AppendFiles append = target.transaction()
                .newFastAppend()
                .writeManifestsWith(onThisThread, 1)
                .scanManifestsWith(onThisThread);
        files.dataFiles().forEach(append::appendFile);
        return append;
    }

    private static boolean replacesRows(WriteTarget target) {
        return target.mode() == SaveMode.Plain.TRUNCATE
                || (target.mode() == SaveMode.Plain.OVERWRITE && !target.isNew());
    }

    /** Iceberg applies an update again if a catalog reports a failed commit, which some catalogs do too early. */
    private static void commitOnce(SnapshotUpdate<?> update, WriteTarget target, UUID run) {
        update.toBranch(target.destination().branch());
        update.validateWith(ancestors -> StreamSupport.stream(ancestors.spliterator(), false)
                .noneMatch(snapshot -> CommittedRuns.isOf(snapshot, run)));
        update.set(CommittedRuns.RUN_ID, run.toString());
        update.commit();
    }

    /** The destination as others left it, where the files fit it as they are. */
    private Optional<WriteTarget> again(WriteTarget target) {
        if (target.isNew() && target.mode() != SaveMode.Plain.APPEND) {
            return Optional.empty();
        }
        try {
            WriteTarget again =
                    writer.prepare(target.destination(), target.modes(), target.base(), target.schemaJson());
            return Optional.of(again).filter(target::canRetryOn);
        } catch (NeriumException e) {
            // Others made a table of it that this result does not fit.
            return Optional.empty();
        }
    }

    private static boolean retriesAreSet(WriteTarget target) {
        return table(target).properties().containsKey(TableProperties.COMMIT_NUM_RETRIES);
    }

    private static Table table(WriteTarget target) {
        return target.transaction().table();
    }
}
