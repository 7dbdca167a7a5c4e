package dev.nerium.lake;

import dev.nerium.lake.io.LocalFileIO;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.Files;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.mapping.MappingUtil;
import org.apache.iceberg.mapping.NameMappingParser;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/** A table of the reference test whose files an engine without Iceberg wrote: their columns have names, but no field ids. */
final class HiveFiles {
    private static final int ROWS_EACH = 150;

    /** The columns of {@link ReferenceTables#COLUMNS} in another order, and one that the table has not. */
    private static final MessageType STORED = MessageTypeParser.parseMessageType("""
            message hive {
              optional boolean flag;
              optional double c;
              optional int32 unknown;
              optional int32 a;
              optional int64 b;
              optional binary d (STRING);
              required int64 id;
              optional binary s (STRING);
              optional int64 ts (TIMESTAMP(MICROS,false));
              optional int32 day (DATE);
              optional double x;
              optional group e (LIST) { repeated group list { optional int32 element; } }
              optional int32 m (DECIMAL(9,2));
              optional float f;
            }
            """);

    private final ForeignTable table;

    HiveFiles(Catalog catalog, String name) {
        this.table = ForeignTable.create(catalog, name, 2, ReferenceTables.COLUMNS);
    }

    ForeignTable create() {
        table.table()
                .updateProperties()
                .set(
                        TableProperties.DEFAULT_NAME_MAPPING,
                        NameMappingParser.toJson(MappingUtil.create(ReferenceTables.COLUMNS)))
                .commit();
        List<Record> rows = rows();
        add("first", rows.subList(0, ROWS_EACH));
        add("second", rows.subList(ROWS_EACH, 2 * ROWS_EACH));
        table.table().updateSchema().renameColumn("b", "bb").commit();
        return table;
    }

    /** In the order of the columns, whose names are the old ones. */
    static List<Record> rows() {
        return new ReferenceRows(11).next(ReferenceTables.COLUMNS.asStruct(), 2 * ROWS_EACH);
    }

    private void add(String name, List<Record> rows) {
        Path path = Path.of(LocalFileIO.path(table.table().location()).toString(), name + ".parquet");
        try (ParquetWriter<Group> writer = ExampleParquetWriter.builder(new LocalOutputFile(path))
                .withType(STORED)
                .build()) {
            for (Record row : rows) {
                writer.write(group(row));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        table.table()
                .newFastAppend()
                .appendFile(DataFiles.builder(table.table().spec())
                        .withInputFile(Files.localInput(path.toFile()))
                        .withRecordCount(rows.size())
                        .build())
                .commit();
    }

    private static Group group(Record row) {
        Group group = new SimpleGroupFactory(STORED).newGroup().append("unknown", 5);
        for (NestedField field : row.struct().fields()) {
            Object value = row.getField(field.name());
            if (value != null) {
                add(group, field.name(), value);
            }
        }
        return group;
    }

    private static void add(Group group, String name, Object value) {
        switch (value) {
            case Integer number -> group.append(name, number);
            case Long number -> group.append(name, number);
            case Double number -> group.append(name, number);
            case Float number -> group.append(name, number);
            case Boolean truth -> group.append(name, truth);
            case String text -> group.append(name, text);
            case BigDecimal decimal ->
                group.append(name, decimal.unscaledValue().intValueExact());
            case LocalDate date -> group.append(name, (int) date.toEpochDay());
            case LocalDateTime moment ->
                group.append(
                        name, ChronoUnit.MICROS.between(LocalDateTime.ofEpochSecond(0, 0, ZoneOffset.UTC), moment));
            case List<?> items -> {
                Group list = group.addGroup(name);
                for (Object item : items) {
                    Group element = list.addGroup("list");
                    Stream.ofNullable(item).forEach(number -> element.append("element", (Integer) number));
                }
            }
            default -> throw new IllegalArgumentException(name + " is " + value);
        }
    }
}
