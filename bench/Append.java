import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.parquet.ParquetUtil;

/**
 * Appends the Parquet files of a table's own folder to the table, in one commit. PyIceberg's {@code add_files} refuses files
 * with field ids, which are what engines write.
 *
 * <p>{@code Append.java HOME TABLE}; a file's folder is named as its partition.
 */
final class Append {
    public static void main(String[] arguments) throws IOException {
        Path home = Path.of(arguments[0]);
        try (JdbcCatalog catalog = LocalFiles.catalog(home)) {
            Table table = catalog.loadTable(TableIdentifier.of("default", arguments[1]));
            AppendFiles append = table.newAppend();
            for (Path file : files(home.resolve("lake/warehouse/default/" + arguments[1] + "/data"))) {
                append.appendFile(describe(table, file));
            }
            append.commit();
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = java.nio.file.Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".parquet")).toList();
        }
    }

    private static DataFile describe(Table table, Path file) {
        InputFile input = table.io().newInputFile(file.toString());
        return DataFiles.builder(table.spec())
                .withInputFile(input)
                .withPartitionPath(file.getParent().getFileName().toString())
                .withMetrics(ParquetUtil.fileMetrics(input, MetricsConfig.forTable(table)))
                .build();
    }
}
