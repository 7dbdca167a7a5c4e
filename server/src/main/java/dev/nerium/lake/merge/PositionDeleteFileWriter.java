package dev.nerium.lake.merge;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.deletes.PositionDelete;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.apache.iceberg.deletes.PositionDeleteWriter;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.util.ContentFileUtil;

/**
 * Position delete files of format version 2, one for each data file. It takes in what older files of that data file alone
 * delete, so that readers open one file, however often the table is merged into.
 */
final class PositionDeleteFileWriter implements DeleteWriter {
    private final Table table;
    private final UUID run;
    private final ExistingDeletes existing;
    private final List<DeleteFile> added = new ArrayList<>();
    private final List<DeleteFile> superseded = new ArrayList<>();

    PositionDeleteFileWriter(Table table, UUID run, ExistingDeletes existing) {
        this.table = table;
        this.run = run;
        this.existing = existing;
    }

    @Override
    public void delete(FileScanTask task, PositionDeleteIndex positions) throws IOException {
        String dataFile = task.file().location();
        List<DeleteFile> own = ExistingDeletes.byPosition(task).stream()
                .filter(ContentFileUtil::isFileScoped)
                .toList();
        positions.merge(existing.load(dataFile, own));
        PositionDeleteWriter<StructLike> writer = writer(task);
        try (writer) {
            PositionDelete<StructLike> row = PositionDelete.create();
            positions.forEach(position -> writer.write(row.set(dataFile, position)));
        }
        added.add(writer.toDeleteFile());
        superseded.addAll(own);
    }

    private PositionDeleteWriter<StructLike> writer(FileScanTask task) throws IOException {
        String name = "%s-deletes-%05d.parquet".formatted(run, added.size());
        // Not in a partition's folder, whose name may be too long.
        OutputFile file = table.io().newOutputFile(table.locationProvider().newDataLocation(name));
        return Parquet.writeDeletes(file)
                .setAll(table.properties())
                .metricsConfig(MetricsConfig.forPositionDelete())
                .withSpec(task.spec())
                .withPartition(task.file().partition())
                .buildPositionWriter();
    }

    @Override
    public WrittenDeletes finish() {
        return new WrittenDeletes(added, superseded);
    }
}
