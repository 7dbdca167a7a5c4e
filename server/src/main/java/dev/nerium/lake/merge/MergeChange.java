package dev.nerium.lake.merge;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.lake.commit.CommitAttempt;
import dev.nerium.lake.merge.MergeDeletes.Emptied;
import dev.nerium.lake.scan.MergeCandidates;
import dev.nerium.lake.write.DataFileBuilder;
import dev.nerium.lake.write.StagedResult.Replaced;
import dev.nerium.lake.write.WriteTarget;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.expressions.Expression;

/**
 * One snapshot that takes rows away and adds those that replace them. It lands only where nobody added a row that may have one
 * of the keys, or touched what it deletes from, since the run looked: two rows with one key would else be the end of it.
 */
public final class MergeChange implements CommitAttempt.Change {
    private final UUID run;
    private final List<String> keys;
    private final MergeCandidates candidates;
    private final Optional<Replaced> replaced;
    private Optional<MergeDeletes> written = Optional.empty();

    /** @param keys names of the key columns */
    public MergeChange(UUID run, List<String> keys, MergeCandidates candidates, Optional<Replaced> replaced) {
        this.run = run;
        this.keys = List.copyOf(keys);
        this.candidates = candidates;
        this.replaced = replaced;
    }

    @Override
    public SnapshotUpdate<?> update(WriteTarget target, DataFileBuilder files) {
        MergeDeletes deletes = written.orElseGet(() -> write(target, files));
        written = Optional.of(deletes);
        Expression range = KeyBounds.of(files.dataFiles(), keys, target.schema());
        RowDelta delta = target.transaction()
                .newRowDelta()
                .conflictDetectionFilter(range)
                .validateNoConflictingDataFiles()
                .validateDataFilesExist(deletes.dataFiles())
                .validateDeletedFiles();
        if (!deletes.dataFiles().isEmpty()) {
            // A row that others deleted meanwhile must not come back as if it had never gone.
            delta.validateNoConflictingDeleteFiles();
        }
        target.base().snapshot().ifPresent(delta::validateFromSnapshot);
        files.dataFiles().forEach(delta::addRows);
        deletes.added().forEach(delta::addDeletes);
        deletes.superseded().forEach(delta::removeDeletes);
        return delta;
    }

    /** Once, whatever becomes of the first attempt: the deletes fit the table as it was when the run began. */
    private MergeDeletes write(WriteTarget target, DataFileBuilder files) {
        if (replaced.isEmpty()) {
            if (files.rows() > 0) {
                throw unusable("it did not request the candidates for the rows that it replaces");
            }
            return MergeDeletes.NONE;
        }
        long updated = replaced.get().updated();
        if (updated < 0 || updated > files.rows()) {
            throw unusable("of %d rows it reported %d as replacing others".formatted(files.rows(), updated));
        }
        return MergeDeletes.write(
                target.transaction().table(), run, candidates, replaced.get().numbers(), Emptied.KEPT);
    }

    private static NeriumException unusable(String why) {
        return new NeriumException(
                ErrorCode.WORKER_PROTOCOL_ERROR, "The worker's row numbers for the merge are invalid: " + why + ".");
    }
}
