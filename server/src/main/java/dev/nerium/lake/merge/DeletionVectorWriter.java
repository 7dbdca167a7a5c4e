package dev.nerium.lake.merge;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.apache.iceberg.io.DeleteWriteResult;
import org.apache.iceberg.io.OutputFileFactory;

/**
 * Deletion vectors of format version 3, all in one Puffin file. A data file has at most one, so a new one takes in all that was
 * deleted by position before.
 */
final class DeletionVectorWriter implements DeleteWriter {
    private final BaseDVFileWriter writer;
    private final Map<String, List<DeleteFile>> older = new HashMap<>();

    DeletionVectorWriter(Table table, UUID run, ExistingDeletes existing) {
        OutputFileFactory files = OutputFileFactory.builderFor(table, 0, 0)
                .operationId(run.toString())
                .suffix("deletes")
                .format(FileFormat.PUFFIN)
                .build();
        this.writer = new BaseDVFileWriter(
                files, dataFile -> existing.load(dataFile, older.getOrDefault(dataFile, List.of())));
    }

    @Override
    public void delete(FileScanTask task, PositionDeleteIndex positions) {
        String dataFile = task.file().location();
        older.put(dataFile, ExistingDeletes.byPosition(task));
        writer.delete(dataFile, positions, task.spec(), task.file().partition());
    }

    @Override
    public WrittenDeletes finish() throws IOException {
        writer.close();
        DeleteWriteResult result = writer.result();
        return new WrittenDeletes(result.deleteFiles(), result.rewrittenDeleteFiles());
    }
}
