package dev.nerium.lake.merge;

import dev.nerium.lake.scan.MergeCandidates;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableUtil;
import org.apache.iceberg.deletes.PositionDeleteIndex;

/**
 * The deletes that a merge adds to its table.
 *
 * @param added position delete files, or deletion vectors from format version 3 on
 * @param superseded older ones whose positions the added ones contain
 * @param dataFiles locations of the data files that lose rows
 */
record MergeDeletes(List<DeleteFile> added, List<DeleteFile> superseded, List<String> dataFiles) {
    static final MergeDeletes NONE = new MergeDeletes(List.of(), List.of(), List.of());

    MergeDeletes {
        added = List.copyOf(added);
        superseded = List.copyOf(superseded);
        dataFiles = List.copyOf(dataFiles);
    }

    /** Writes the deletes of rows that are not deleted yet, so that no row is deleted twice. */
    static MergeDeletes write(Table table, UUID run, MergeCandidates candidates, Path rowNumbers) {
        ExistingDeletes existing = new ExistingDeletes(table.io());
        List<String> dataFiles = new ArrayList<>();
        DeleteWriter sink = TableUtil.formatVersion(table) < 3
                ? new PositionDeleteFileWriter(table, run, existing)
                : new DeletionVectorWriter(table, run, existing);
        try (RowPositions numbers =
                new RowPositions(rowNumbers, candidates.plan().rows())) {
            long first = 0;
            for (FileScanTask task : candidates.tasks()) {
                long rows = task.file().recordCount();
                PositionDeleteIndex fresh = fresh(task, numbers.within(first, rows), existing);
                if (fresh.isNotEmpty()) {
                    sink.delete(task, fresh);
                    dataFiles.add(task.file().location());
                }
                first += rows;
            }
            DeleteWriter.WrittenDeletes result = sink.finish();
            return new MergeDeletes(result.added(), result.superseded(), dataFiles);
        } catch (IOException e) {
            throw new UncheckedIOException("The deletes of a merge can't be written", e);
        }
    }

    private static PositionDeleteIndex fresh(FileScanTask task, PositionDeleteIndex found, ExistingDeletes existing) {
        List<DeleteFile> older = ExistingDeletes.byPosition(task);
        if (found.isEmpty() || older.isEmpty()) {
            return found;
        }
        PositionDeleteIndex deleted = existing.load(task.file().location(), older);
        PositionDeleteIndex fresh = ExistingDeletes.none();
        found.forEach(position -> {
            if (!deleted.isDeleted(position)) {
                fresh.delete(position);
            }
        });
        return fresh;
    }
}
