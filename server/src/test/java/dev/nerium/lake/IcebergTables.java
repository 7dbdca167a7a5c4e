package dev.nerium.lake;

import dev.nerium.TestServer;
import dev.nerium.lake.catalog.EmbeddedCatalog;
import dev.nerium.lake.io.LocalFileIO;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.InternalData;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.PartitionSpecParser;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.transforms.Transform;
import org.apache.iceberg.transforms.Transforms;

/** The tables of a server under test, made and read by Iceberg's own library, as another engine would. */
public final class IcebergTables implements AutoCloseable {
    private final JdbcCatalog catalog;

    public IcebergTables(TestServer server) {
        this.catalog = EmbeddedCatalog.open("oleander", server.home(), new LocalFileIO());
    }

    /** A table of the namespace {@code default}. */
    public Table create(
            String name, Schema schema, PartitionSpec spec, SortOrder order, Map<String, String> properties) {
        return catalog.buildTable(identifier(name), schema)
                .withPartitionSpec(spec)
                .withSortOrder(order)
                .withProperties(properties)
                .create();
    }

    public Table create(String name, Schema schema, PartitionSpec spec) {
        return create(name, schema, spec, SortOrder.unsorted(), Map.of());
    }

    public Table load(String name) {
        return catalog.loadTable(identifier(name));
    }

    /** A spec with one field, named {@code p}. */
    public static PartitionSpec partitionedBy(Schema schema, String transform, int sourceId) {
        return PartitionSpecParser.fromJson(schema, """
                {"spec-id": 0, "fields": [
                    {"name": "p", "transform": "%s", "source-id": %d, "field-id": 1000}]}""".formatted(transform, sourceId));
    }

    static Transform<?, ?> transform(String text) {
        return Transforms.fromString(text);
    }

    public static List<DataFile> files(Table table) {
        List<DataFile> files = new ArrayList<>();
        try (CloseableIterable<FileScanTask> tasks =
                table.newScan().includeColumnStats().planFiles()) {
            tasks.forEach(task -> files.add(task.file()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    /** The rows of one file, in its order, each as a list of the columns' values in Iceberg's own representation. */
    public static List<List<Object>> rows(Table table, DataFile file) {
        List<List<Object>> rows = new ArrayList<>();
        try (CloseableIterable<StructLike> records = InternalData.read(
                        FileFormat.PARQUET, table.io().newInputFile(file.location()))
                .project(table.schema())
                .build()) {
            for (StructLike record : records) {
                List<Object> row = new ArrayList<>();
                for (int i = 0; i < record.size(); i++) {
                    row.add(record.get(i, Object.class));
                }
                rows.add(row);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return rows;
    }

    static Map<String, String> version(int number) {
        return new HashMap<>(Map.of("format-version", Integer.toString(number)));
    }

    @Override
    public void close() {
        catalog.close();
    }

    private static TableIdentifier identifier(String name) {
        return TableIdentifier.of(Namespace.of("default"), name);
    }
}
