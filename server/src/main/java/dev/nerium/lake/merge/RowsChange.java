package dev.nerium.lake.merge;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.lake.commit.CommitAttempt;
import dev.nerium.lake.merge.MergeDeletes.Emptied;
import dev.nerium.lake.write.DataFileBuilder;
import dev.nerium.lake.write.StagedResult.Replaced;
import dev.nerium.lake.write.WriteTarget;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.SnapshotUpdate;

/**
 * One snapshot that takes rows away and adds their new versions and further rows, as UPDATE, DELETE and MERGE do. It is
 * committed only if nobody has added rows since the run began that the statement would have changed or read, or has deleted rows
 * of which it writes new versions: the result is that of the statements one after the other.
 */
public final class RowsChange implements CommitAttempt.Change {
    private final UUID run;
    private final Optional<Replaced> replaced;
    private Optional<MergeDeletes> written = Optional.empty();

    public RowsChange(UUID run, Optional<Replaced> replaced) {
        this.run = run;
        this.replaced = replaced;
    }

    @Override
    public SnapshotUpdate<?> update(WriteTarget target, DataFileBuilder files) {
        MergeDeletes deletes = written.orElseGet(() -> write(target, files));
        written = Optional.of(deletes);
        RowDelta delta = target.transaction()
                .newRowDelta()
                .conflictDetectionFilter(target.candidates().filter())
                .validateNoConflictingDataFiles()
                .validateDataFilesExist(deletes.dataFiles())
                .validateDeletedFiles();
        if (files.rows() > 0 || !deletes.removed().isEmpty()) {
            // Rows that are deleted twice are deleted; a row that others deleted must not come back in a new version.
            delta.validateNoConflictingDeleteFiles();
        }
        target.base().snapshot().ifPresent(delta::validateFromSnapshot);
        files.dataFiles().forEach(delta::addRows);
        deletes.added().forEach(delta::addDeletes);
        deletes.superseded().forEach(delta::removeDeletes);
        deletes.removed().forEach(delta::removeRows);
        return delta;
    }

    /** Once, whatever becomes of the first attempt: the deletes fit the table as it was when the run began. */
    private MergeDeletes write(WriteTarget target, DataFileBuilder files) {
        if (replaced.isEmpty()) {
            throw unusable("it reported none");
        }
        Replaced rows = replaced.get();
        if (rows.updated() < 0 || rows.updated() > Math.min(files.rows(), rows.count())) {
            throw unusable("it wrote %d rows, took %d away, and reported %d as updated"
                    .formatted(files.rows(), rows.count(), rows.updated()));
        }
        return MergeDeletes.write(
                target.transaction().table(), run, target.candidates(), rows.numbers(), Emptied.REMOVED);
    }

    private static NeriumException unusable(String why) {
        return new NeriumException(
                ErrorCode.WORKER_PROTOCOL_ERROR, "The worker's row numbers for the change are invalid: " + why + ".");
    }
}
