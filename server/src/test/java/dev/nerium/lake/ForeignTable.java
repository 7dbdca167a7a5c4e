package dev.nerium.lake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionData;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericFileWriterFactory;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.apache.iceberg.deletes.EqualityDeleteWriter;
import org.apache.iceberg.deletes.PositionDelete;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.apache.iceberg.deletes.PositionDeleteWriter;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.types.TypeUtil;
import org.jspecify.annotations.Nullable;

/** A table written with Iceberg's own writers, straight into the lake of a server, and what Iceberg's own reader reads. */
public final class ForeignTable {
    private final Table table;
    private final String name;

    private ForeignTable(Table table, String name) {
        this.table = table;
        this.name = name;
    }

    public static ForeignTable create(Catalog catalog, String name, int version, Schema schema) {
        return create(catalog, name, version, schema, PartitionSpec.unpartitioned());
    }

    public static ForeignTable create(Catalog catalog, String name, int version, Schema schema, PartitionSpec spec) {
        Table table = catalog.createTable(
                TableIdentifier.of("default", name),
                schema,
                spec,
                Map.of(TableProperties.FORMAT_VERSION, Integer.toString(version)));
        return new ForeignTable(table, name);
    }

    /** A table that exists. */
    static ForeignTable of(Catalog catalog, String name) {
        return new ForeignTable(catalog.loadTable(TableIdentifier.of("default", name)), name);
    }

    public Table table() {
        return table;
    }

    /** Adds rows, one data file per partition. */
    public List<DataFile> append(Record... rows) {
        return append(List.of(rows));
    }

    public List<DataFile> append(List<Record> rows) {
        return append(rows, table.schema());
    }

    /** Adds rows in files that do not have these columns, such as those of a partition that came from Hive. */
    List<DataFile> appendWithout(Set<String> columns, List<Record> rows) {
        return append(
                rows,
                TypeUtil.selectNot(
                        table.schema(),
                        columns.stream()
                                .map(column -> table.schema().findField(column).fieldId())
                                .collect(Collectors.toSet())));
    }

    private List<DataFile> append(List<Record> rows, Schema stored) {
        List<DataFile> files = write(rows, stored);
        var append = table.newFastAppend();
        files.forEach(append::appendFile);
        append.commit();
        return files;
    }

    /** Writes rows, one data file per partition, which are not in the table yet. */
    List<DataFile> write(List<Record> rows) {
        return write(rows, table.schema());
    }

    private List<DataFile> write(List<Record> rows, Schema stored) {
        Map<PartitionKey, List<Record>> parts = new LinkedHashMap<>();
        for (Record row : rows) {
            PartitionKey key = new PartitionKey(table.spec(), table.schema());
            key.partition(new InternalRecordWrapper(table.schema().asStruct()).wrap(row));
            parts.computeIfAbsent(key, unseen -> new ArrayList<>()).add(row);
        }
        List<DataFile> files = new ArrayList<>();
        parts.forEach((key, part) -> files.add(write(key, part, stored)));
        return files;
    }

    /** A row of the current schema. */
    public Record row(@Nullable Object... values) {
        return record(table.schema(), values);
    }

    public static Record record(Schema schema, @Nullable Object... values) {
        GenericRecord row = GenericRecord.create(schema);
        for (int i = 0; i < values.length; i++) {
            row.set(i, values[i]);
        }
        return row;
    }

    /** A delete file of its own for the data file. */
    public void deletePositions(DataFile file, long... positions) {
        deletePositions(Map.of(file, positions));
    }

    /** One delete file for all data files, which are of one partition. */
    void deletePositions(Map<DataFile, long[]> positions) {
        DataFile any = positions.keySet().iterator().next();
        PartitionSpec spec = spec(any);
        PositionDeleteWriter<Record> writer =
                writers().build().newPositionDeleteWriter(output(spec, any.partition()), spec, any.partition());
        Map<String, long[]> sorted = new TreeMap<>();
        positions.forEach((file, of) -> sorted.put(file.location(), of));
        try (writer) {
            sorted.forEach((location, of) -> Arrays.stream(of)
                    .forEach(position ->
                            writer.write(PositionDelete.<Record>create().set(location, position))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        commit(List.of(writer.toDeleteFile()));
    }

    /** Deletion vectors, all in one Puffin file. */
    public void deleteByVector(Map<DataFile, long[]> positions) {
        try {
            BaseDVFileWriter writer = new BaseDVFileWriter(
                    OutputFileFactory.builderFor(table, 1, 1)
                            .format(FileFormat.PUFFIN)
                            .build(),
                    path -> PositionDeleteIndex.empty());
            try (writer) {
                positions.forEach((file, of) -> Arrays.stream(of)
                        .forEach(position -> writer.delete(file.location(), position, spec(file), file.partition())));
            }
            commit(writer.result().deleteFiles());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Deletes the rows that have these values in these columns, in the partition of a data file. */
    void deleteEqual(DataFile beside, List<String> columns, List<Record> values) {
        deleteEqual(spec(beside), beside.partition(), columns, values);
    }

    /** Deletes the rows that have these values in these columns, in all partitions. */
    public void deleteEqual(List<String> columns, List<Record> values) {
        PartitionSpec global = table.specs().values().stream()
                .filter(PartitionSpec::isUnpartitioned)
                .findFirst()
                .orElseThrow();
        deleteEqual(global, new PartitionData(global.partitionType()), columns, values);
    }

    private void deleteEqual(PartitionSpec spec, StructLike partition, List<String> columns, List<Record> values) {
        int[] ids = columns.stream()
                .mapToInt(column -> table.schema().findField(column).fieldId())
                .toArray();
        EqualityDeleteWriter<Record> writer = writers()
                .equalityFieldIds(ids)
                .equalityDeleteRowSchema(keySchema(columns))
                .build()
                .newEqualityDeleteWriter(output(spec, partition), spec, partition);
        try (writer) {
            values.forEach(writer::write);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        commit(List.of(writer.toDeleteFile()));
    }

    /** The columns that a delete file has. */
    public Schema keySchema(List<String> columns) {
        return TypeUtil.select(
                table.schema(),
                columns.stream()
                        .map(column -> table.schema().findField(column).fieldId())
                        .collect(Collectors.toSet()));
    }

    private PartitionSpec spec(DataFile file) {
        return Objects.requireNonNull(table.specs().get(file.specId()));
    }

    private void commit(List<DeleteFile> deletes) {
        RowDelta delta = table.newRowDelta();
        deletes.forEach(delta::addDeletes);
        delta.commit();
    }

    private DataFile write(StructLike partition, List<Record> rows, Schema stored) {
        DataWriter<Record> writer = writers()
                .dataSchema(stored)
                .build()
                .newDataWriter(output(table.spec(), partition), table.spec(), partition);
        try (writer) {
            rows.forEach(row -> writer.write(projected(row, stored)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return writer.toDataFile();
    }

    private static Record projected(Record row, Schema stored) {
        GenericRecord copy = GenericRecord.create(stored);
        stored.columns().forEach(field -> copy.setField(field.name(), row.getField(field.name())));
        return copy;
    }

    private GenericFileWriterFactory.Builder writers() {
        return new GenericFileWriterFactory.Builder(table).dataSchema(table.schema());
    }

    /** Without a partition it would get a path with two slashes, which are one in a file system and two in a store. */
    private EncryptedOutputFile output(PartitionSpec spec, StructLike partition) {
        OutputFileFactory files = OutputFileFactory.builderFor(table, 1, 1)
                .format(FileFormat.PARQUET)
                .build();
        return spec.isUnpartitioned() ? files.newOutputFile() : files.newOutputFile(spec, partition);
    }

    /** What Iceberg's reader reads, in a canonical form, sorted. */
    List<String> expected() {
        List<String> rows = new ArrayList<>();
        try (CloseableIterable<Record> records = IcebergGenerics.read(table).build()) {
            records.forEach(row -> rows.add(Canonical.row(table.schema().asStruct(), row)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return rows.stream().sorted().toList();
    }

    /** What a query of the table, as {@code t}, gives, in the same form; its columns must be the table's. */
    List<String> read(TestServer server, String query) {
        Reply reply = server.query(query, "t=default." + "\"" + name.replace("\"", "\"\"") + "\"");
        assertThat(reply.status()).as(query + "\n" + reply.text()).isEqualTo(200);
        List<String> rows = new ArrayList<>();
        reply.json()
                .at("/results/rows")
                .forEach(row -> rows.add(Canonical.row(table.schema().asStruct(), row)));
        return rows.stream().sorted().toList();
    }

    /** Fails unless Nerium reads all rows as Iceberg does, and counts them. */
    void assertReadAlike(TestServer server) {
        List<String> expected = expected();
        assertThat(read(server, "SELECT * FROM t")).as(name).isEqualTo(expected);
        assertThat(server.query("SELECT count(*) AS n FROM t", "t=default." + "\"" + name.replace("\"", "\"\"") + "\"")
                        .rows())
                .as(name)
                .isEqualTo("[[" + expected.size() + "]]");
    }
}
