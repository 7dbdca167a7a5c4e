package dev.nerium.lake.scan;

import dev.nerium.lake.io.LocalFileIO;
import dev.nerium.lake.io.TemporaryFiles;
import dev.nerium.lake.table.PinnedTable;
import dev.nerium.lake.table.TableSupport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.iceberg.DataTask;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.data.parquet.InternalWriter;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileAppender;
import org.apache.iceberg.parquet.Parquet;

/** Metadata tables as files that a worker reads like any other: Iceberg makes their rows from manifests and metadata. */
public final class MetadataTableScan {
    private MetadataTableScan() {}

    public static ScanPlan plan(PinnedTable view, TemporaryFiles scratch) {
        Path file = scratch.file(".parquet");
        try {
            long rows = write(view, file);
            if (rows == 0) {
                // Iceberg makes no file then.
                return ScanPlan.EMPTY;
            }
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
            return ScanPlan.of(PlannedFile.plain(file, Files.size(file), rows));
        } catch (IOException e) {
            throw new UncheckedIOException("The rows of " + view.reference() + " can't be written", e);
        } catch (RuntimeException e) {
            throw TableSupport.unreadable(view, e);
        }
    }

    private static long write(PinnedTable view, Path file) throws IOException {
        FileAppender<StructLike> appender = Parquet.write(new LocalFileIO().newOutputFile(file.toString()))
                .schema(view.schema())
                .createWriterFunc((schema, type) -> InternalWriter.create(schema.asStruct(), type))
                .build();
        try (appender;
                CloseableIterable<FileScanTask> tasks = view.scan().planFiles()) {
            for (FileScanTask task : tasks) {
                try (CloseableIterable<StructLike> rows = ((DataTask) task).rows()) {
                    appender.addAll(rows);
                }
            }
        }
        return appender.metrics().recordCount();
    }
}
