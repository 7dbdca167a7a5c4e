package dev.nerium.lake.merge;

import dev.nerium.lake.scan.MergeCandidates;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableUtil;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.apache.iceberg.util.ContentFileUtil;

/**
 * The deletes that a change of rows adds to its table.
 *
 * @param added position delete files, or deletion vectors from format version 3 on
 * @param superseded older ones whose positions the added ones contain, or whose data file is removed
 * @param dataFiles locations of the data files that lose some of their rows
 * @param removed data files that lose all of their rows
 */
record MergeDeletes(
        List<DeleteFile> added, List<DeleteFile> superseded, List<String> dataFiles, List<DataFile> removed) {
    static final MergeDeletes NONE = new MergeDeletes(List.of(), List.of(), List.of(), List.of());

    MergeDeletes {
        added = List.copyOf(added);
        superseded = List.copyOf(superseded);
        dataFiles = List.copyOf(dataFiles);
        removed = List.copyOf(removed);
    }

    /** The fate of a data file that loses all of its rows. */
    enum Emptied {
        /** It stays, all of its rows deleted. */
        KEPT,
        REMOVED
    }

    /** Writes the deletes of rows that are not deleted yet, so that no row is deleted twice. */
    static MergeDeletes write(Table table, UUID run, MergeCandidates candidates, Path rowNumbers, Emptied emptied) {
        ExistingDeletes existing = new ExistingDeletes(table.io());
        List<String> dataFiles = new ArrayList<>();
        List<DataFile> removed = new ArrayList<>();
        List<DeleteFile> ofRemoved = new ArrayList<>();
        DeleteWriter sink = TableUtil.formatVersion(table) < 3
                ? new PositionDeleteFileWriter(table, run, existing)
                : new DeletionVectorWriter(table, run, existing);
        try (RowPositions numbers =
                new RowPositions(rowNumbers, candidates.plan().rows())) {
            long first = 0;
            for (FileScanTask task : candidates.tasks()) {
                long rows = task.file().recordCount();
                PositionDeleteIndex fresh = fresh(task, numbers.within(first, rows), existing);
                if (emptied == Emptied.REMOVED && isWhole(task, fresh, existing)) {
                    removed.add(task.file());
                    ExistingDeletes.byPosition(task).stream()
                            .filter(ContentFileUtil::isFileScoped)
                            .forEach(ofRemoved::add);
                } else if (fresh.isNotEmpty()) {
                    sink.delete(task, fresh);
                    dataFiles.add(task.file().location());
                }
                first += rows;
            }
            DeleteWriter.WrittenDeletes result = sink.finish();
            ofRemoved.addAll(result.superseded());
            return new MergeDeletes(result.added(), ofRemoved, dataFiles, removed);
        } catch (IOException e) {
            throw new UncheckedIOException("The deletes of a merge can't be written", e);
        }
    }

    /** Whether a file has no other rows than these and those that were deleted by position before. */
    private static boolean isWhole(FileScanTask task, PositionDeleteIndex fresh, ExistingDeletes existing) {
        long rows = task.file().recordCount();
        if (fresh.isEmpty() || fresh.cardinality() > rows) {
            return false;
        }
        List<DeleteFile> older = ExistingDeletes.byPosition(task);
        if (fresh.cardinality() < rows && older.isEmpty()) {
            return false;
        }
        PositionDeleteIndex all = ExistingDeletes.none();
        all.merge(fresh);
        PositionDeleteIndex deleted = existing.load(task.file().location(), older);
        deleted.forEach(position -> {
            if (position < rows) {
                all.delete(position);
            }
        });
        return all.cardinality() == rows;
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
