package dev.nerium.lake.scan;

import dev.nerium.lake.table.PinnedTable;
import dev.nerium.lake.table.TableSupport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.util.ContentFileUtil;

/** Sorts the position deletes of one data file by how they are read. */
final class PositionDeletePlanner {
    private PositionDeletePlanner() {}

    static PositionDeletes deletes(PinnedTable pinned, FileScanTask task) {
        List<DeleteFile> deletes = task.deletes().stream()
                .filter(delete -> delete.content() == FileContent.POSITION_DELETES)
                .toList();
        if (deletes.isEmpty()) {
            return PositionDeletes.NONE;
        }
        List<Path> own = new ArrayList<>();
        List<Path> shared = new ArrayList<>();
        Optional<DeletionVector> vector = Optional.empty();
        for (DeleteFile delete : deletes) {
            if (ContentFileUtil.isDV(delete)) {
                vector = Optional.of(vector(pinned, delete));
            } else {
                TableSupport.requireParquet(pinned, delete, "position deletes");
                (ContentFileUtil.isFileScoped(delete) ? own : shared).add(pinned.file(delete));
            }
        }
        return new PositionDeletes(
                own, shared, shared.isEmpty() ? "" : task.file().location(), vector);
    }

    private static DeletionVector vector(PinnedTable pinned, DeleteFile delete) {
        return new DeletionVector(
                pinned.file(delete), delete.contentOffset(), delete.contentSizeInBytes(), delete.recordCount());
    }
}
