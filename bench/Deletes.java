import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.deletes.PositionDelete;
import org.apache.iceberg.deletes.PositionDeleteWriter;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.parquet.Parquet;

/**
 * Deletes rows of a table by position, one delete file for each data file: what engines that merge on read write, and
 * PyIceberg cannot.
 *
 * <p>{@code Deletes.java HOME TABLE POSITIONS}, the last a file of lines "path TAB position", sorted.
 */
final class Deletes {
    public static void main(String[] arguments) throws IOException {
        Path home = Path.of(arguments[0]);
        Map<String, List<Long>> positions = positions(Path.of(arguments[2]));
        try (JdbcCatalog catalog = LocalFiles.catalog(home)) {
            Table table = catalog.loadTable(TableIdentifier.of("default", arguments[1]));
            RowDelta delta = table.newRowDelta();
            for (DeleteFile file : write(table, positions)) {
                delta.addDeletes(file);
            }
            delta.commit();
        }
    }

    private static Map<String, List<Long>> positions(Path file) throws IOException {
        Map<String, List<Long>> positions = new HashMap<>();
        try (BufferedReader lines = java.nio.file.Files.newBufferedReader(file)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] parts = line.split("\t");
                positions.computeIfAbsent(parts[0], path -> new ArrayList<>()).add(Long.parseLong(parts[1]));
            }
        }
        return positions;
    }

    private static List<DeleteFile> write(Table table, Map<String, List<Long>> positions) throws IOException {
        List<DeleteFile> written = new ArrayList<>();
        try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
            for (FileScanTask task : tasks) {
                List<Long> of = positions.remove(LocalFiles.path(task.file().location()));
                if (of != null) {
                    written.add(write(table, task, of));
                }
            }
        }
        if (!positions.isEmpty()) {
            throw new IllegalStateException("not of the table: " + positions.keySet());
        }
        return written;
    }

    private static DeleteFile write(Table table, FileScanTask task, List<Long> positions) throws IOException {
        DataFile data = task.file();
        String name = UUID.randomUUID() + "-deletes.parquet";
        PositionDeleteWriter<StructLike> writer = Parquet.writeDeletes(
                        table.io().newOutputFile(table.locationProvider().newDataLocation(name)))
                .metricsConfig(MetricsConfig.forPositionDelete())
                .withSpec(task.spec())
                .withPartition(data.partition())
                .buildPositionWriter();
        try (writer) {
            PositionDelete<StructLike> row = PositionDelete.create();
            positions.forEach(position -> writer.write(row.set(data.location(), position)));
        }
        return writer.toDeleteFile();
    }
}
