package dev.nerium.lake;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileAppender;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * The rows of the reference test's tables as Iceberg's own reader reads them, each table's in one Parquet file, and a file that
 * lists the tables: kind, name in a request, unique column, frame.
 */
final class ReferenceFrames {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    private final List<Map<String, Object>> tables = new ArrayList<>();

    ReferenceFrames(Path folder) {
        this.folder = folder;
    }

    void add(String kind, ForeignTable table) {
        add(kind, reference(table), frame(kind, table.table().schema(), read(table.table())));
    }

    /** @param rows what Iceberg's generic reader can't read */
    void add(String kind, ForeignTable table, List<Record> rows) {
        add(kind, reference(table), frame(kind, table.table().schema(), rows));
    }

    /** A table that merges change: its first rows are those that it has when the statements begin. */
    void addTarget(String kind, ForeignTable table) {
        tables.add(described(kind, "target", reference(table), "id"));
    }

    /** A table as it was, with the columns that it had. */
    void addVersion(String kind, ForeignTable table, String reference, long snapshot) {
        int schema = Objects.requireNonNull(table.table().snapshot(snapshot).schemaId());
        Schema columns = Objects.requireNonNull(table.table().schemas().get(schema));
        List<Record> rows =
                all(IcebergGenerics.read(table.table()).useSnapshot(snapshot).build());
        add(kind, reference, frame(kind, columns, rows));
    }

    /** A metadata table, which nobody but Nerium reads: its frame is what {@code SELECT *} answers. */
    void addMetadata(String reference, String key) {
        tables.add(described("metadata", "metadata", reference, key));
    }

    /** The same columns with UUIDs as their text, which is how Nerium reads them. */
    private static Schema shown(Schema schema) {
        return new Schema(schema.columns().stream()
                .map(column -> column.type().typeId() == Type.TypeID.UUID
                        ? Types.NestedField.from(column)
                                .ofType(Types.StringType.get())
                                .build()
                        : column)
                .toList());
    }

    private static Record shown(Schema columns, Record row) {
        Record shown = GenericRecord.create(columns);
        for (int i = 0; i < columns.columns().size(); i++) {
            Object value = row.get(i);
            shown.set(i, value instanceof UUID ? value.toString() : value);
        }
        return shown;
    }

    /** Writes {@code tables.json}. */
    void describe() {
        try {
            JSON.writerWithDefaultPrettyPrinter()
                    .writeValue(folder.resolve("tables.json").toFile(), tables);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, Object> described(String kind, String role, String reference, String key) {
        Map<String, Object> table = new LinkedHashMap<>();
        table.put("kind", kind);
        table.put("role", role);
        table.put("reference", reference);
        table.put("key", key);
        return table;
    }

    private void add(String kind, String reference, Path frame) {
        Map<String, Object> table = described(kind, "table", reference, "id");
        // Iceberg's writer leaves no file where there are no rows: Polars takes none of the rows of another table.
        table.put(
                "frame",
                (Files.exists(frame) ? frame : folder.resolve("plain.parquet"))
                        .getFileName()
                        .toString());
        table.put("empty", !Files.exists(frame));
        tables.add(table);
    }

    private static String reference(ForeignTable table) {
        // A catalog's name, then "default", then the table's.
        String[] parts = table.table().name().split("\\.", 2);
        return parts[0].equals("oleander") ? parts[1] : table.table().name();
    }

    private static List<Record> read(Table table) {
        table.refresh();
        return table.currentSnapshot() == null
                ? List.of()
                : all(IcebergGenerics.read(table).build());
    }

    private static List<Record> all(CloseableIterable<Record> records) {
        List<Record> rows = new ArrayList<>();
        try (records) {
            records.forEach(row -> rows.add(row.copy()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return rows;
    }

    private Path frame(String name, Schema schema, List<Record> rows) {
        Path file = folder.resolve(name + ".parquet");
        Schema columns = shown(schema);
        try (FileAppender<Record> out = Parquet.write(org.apache.iceberg.Files.localOutput(file.toFile()))
                .schema(columns)
                .overwrite()
                .createWriterFunc(type -> GenericParquetWriter.create(columns, type))
                .build()) {
            rows.forEach(row -> out.add(shown(columns, row)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file;
    }
}
