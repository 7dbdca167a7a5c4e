package dev.nerium.lake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.lake.io.LocalFileIO;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.NullOrder;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalInputFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rows lie in the files of a table as its partition spec, sort order and properties say. */
@Tag("server")
class TableLayoutTest {
    private static final Schema SCHEMA = new Schema(
            NestedField.optional(1, "k", Types.StringType.get()),
            NestedField.optional(2, "x", Types.DoubleType.get()),
            NestedField.optional(3, "s", Types.StructType.of(NestedField.optional(4, "day", Types.DateType.get()))));

    private static TestServer server;
    private static IcebergTables lake;

    @BeforeAll
    static void start() {
        server = TestServer.startEmpty();
        lake = new IcebergTables(server);
    }

    @AfterAll
    static void stop() {
        lake.close();
        server.close();
    }

    @Test
    void sortsWithinEachPartitionAsIcebergOrdersFloats() {
        PartitionSpec spec = PartitionSpec.builderFor(SCHEMA).identity("k").build();
        SortOrder order = SortOrder.builderFor(SCHEMA)
                .desc("x", NullOrder.NULLS_LAST)
                .asc("s.day", NullOrder.NULLS_FIRST)
                .build();
        Table table = lake.create("sorted", SCHEMA, spec, order, Map.of());

        save("""
            import random
            xs = [float('nan'), None, 0.0, -0.0, 1.5, -1.5, float('inf'), -float('inf')] * 2
            random.shuffle(xs)
            result = pl.concat([pl.DataFrame({'k': [k] * 16, 'x': xs}) for k in 'ab']).sample(fraction=1, shuffle=True)
            """, "sorted", "append");

        table.refresh();
        List<DataFile> files = IcebergTables.files(table);
        assertThat(files).hasSize(2);
        for (DataFile file : files) {
            assertThat(file.sortOrderId()).isEqualTo(table.sortOrder().orderId());
            assertThat(column(table, file, 1).toString())
                    .isEqualTo("[NaN, NaN, Infinity, Infinity, 1.5, 1.5, 0.0, 0.0, -0.0, -0.0, -1.5, -1.5,"
                            + " -Infinity, -Infinity, null, null]");
        }
    }

    @Test
    void readsOnlyTheFilesOfAPartitionThatIsAskedFor() throws IOException {
        Schema days = new Schema(NestedField.optional(1, "day", Types.DateType.get()));
        Table table = lake.create("pruned", days, IcebergTables.partitionedBy(days, "month", 1));
        save("""
            days = pl.date_range(pl.date(1969, 12, 30), pl.date(1970, 2, 2), eager=True)
            result = pl.DataFrame({'day': days})
            """, "pruned", "append");
        table.refresh();
        List<DataFile> files = IcebergTables.files(table);
        assertThat(files)
                .extracting(file -> file.partition().get(0, Integer.class))
                .containsExactlyInAnyOrder(-1, 0, 1);
        for (DataFile file : files) {
            if (file.partition().get(0, Integer.class) != 0) {
                Files.delete(LocalFileIO.path(file.location()));
            }
        }

        Reply reply = server.script("""
            import datetime as dt
            january = pl.col('day').is_between(dt.date(1970, 1, 1), dt.date(1970, 1, 31))
            result = scan('default.pruned').filter(january).select(pl.len())
            """);

        assertThat(reply.rows()).as(reply.text()).isEqualTo("[[31]]");
    }

    @Test
    void honoursTheTablesProperties() throws IOException {
        Table table = lake.create(
                "tuned",
                SCHEMA,
                PartitionSpec.unpartitioned(),
                SortOrder.unsorted(),
                Map.of(
                        "write.parquet.compression-codec", "GZIP",
                        "write.parquet.compression-level", "9",
                        "write.parquet.row-group-size-bytes", "160000",
                        "write.metadata.metrics.default", "none",
                        "write.metadata.metrics.column.x", "full",
                        "write.data.path",
                                server.home()
                                        .resolve("lake/warehouse/elsewhere")
                                        .toString()));

        save("result = pl.DataFrame({'k': ['a'] * 50_000, 'x': [1.0] * 50_000})", "tuned", "append");

        table.refresh();
        DataFile file = IcebergTables.files(table).getFirst();
        assertThat(file.location()).contains("/warehouse/elsewhere/");
        assertThat(file.lowerBounds()).containsOnlyKeys(2);
        try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(LocalFileIO.path(file.location())))) {
            assertThat(reader.getRowGroups().size()).isGreaterThan(5);
            assertThat(reader.getRowGroups().getFirst().getColumns().getFirst().getCodec())
                    .isEqualTo(CompressionCodecName.GZIP);
        }
    }

    @Test
    void aPropertyThatMeansNothingIsTold() {
        lake.create(
                "mistuned",
                SCHEMA,
                PartitionSpec.unpartitioned(),
                SortOrder.unsorted(),
                Map.of("write.target-file-size-bytes", "lots"));

        Reply reply = server.script(
                "result = pl.DataFrame({'k': ['a']})", Map.of("destination", "default.mistuned", "saveMode", "append"));

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.error())
                .contains("has the property write.target-file-size-bytes = 'lots': expected a whole number of at least"
                        + " 1024");
    }

    @Test
    void overwriteKeepsIdsSpecAndOrder() {
        SortOrder order = SortOrder.builderFor(SCHEMA).asc("x").build();
        Table table =
                lake.create("kept", SCHEMA, IcebergTables.partitionedBy(SCHEMA, "truncate[1]", 1), order, Map.of());
        save("result = pl.DataFrame({'k': ['ab', 'b'], 'x': [1.0, 2.0]})", "kept", "append");

        save(
                "result = pl.DataFrame({'more': [1], 'x': [3.0], 'k': ['cd']}).cast({'x': pl.Float32})",
                "kept",
                "overwrite");

        table.refresh();
        assertThat(table.schema().findField("k").fieldId()).isEqualTo(1);
        assertThat(table.schema().findField("x").fieldId()).isEqualTo(2);
        assertThat(table.schema().columns()).extracting(NestedField::name).containsExactly("more", "x", "k");
        assertThat(table.spec().isPartitioned()).isTrue();
        assertThat(table.sortOrder().isSorted()).isTrue();
        assertThat(IcebergTables.files(table))
                .singleElement()
                .satisfies(
                        file -> assertThat(file.partition().get(0, Object.class).toString())
                                .isEqualTo("c"));
        assertThat(server.query("select k, x, more from t", "t=default.kept").rows())
                .isEqualTo("[[\"cd\",3.0,1]]");
    }

    @Test
    void overwriteTakesNoColumnAwayThatTheLayoutNeeds() {
        SortOrder order = SortOrder.builderFor(SCHEMA).asc("x").build();
        lake.create("needed", SCHEMA, IcebergTables.partitionedBy(SCHEMA, "truncate[1]", 1), order, Map.of());

        Reply reply = server.script("result = pl.DataFrame({'k': [1]})", Map.of("destination", "default.needed"));

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.error())
                .startsWith("The result lacks columns that oleander.default.needed is partitioned or sorted by");
        assertThat(reply.details())
                .isEqualTo("column 'k' partitions the table (truncate[1]) as string, and is long in the result;"
                        + " column 'x' sorts the table (identity), and the result does not have it");
    }

    @Test
    void anEmptyResultMakesNoPartition() {
        Table table = lake.create("empty", SCHEMA, IcebergTables.partitionedBy(SCHEMA, "identity", 1));

        save("result = pl.DataFrame(schema={'k': pl.String})", "empty", "append");
        save(
                "result = pl.DataFrame({'k': ['a'], 'x': [1.0], 's': [None]}, schema_overrides={'s': pl.Struct({'day':"
                        + " pl.Date})})",
                "empty",
                "overwrite");
        save("result = scan('default.empty').filter(pl.col('k') == 'b')", "empty", "overwrite");

        table.refresh();
        assertThat(IcebergTables.files(table)).isEmpty();
    }

    @Test
    void writesMorePartitionsThanAProcessMayOpenFiles() {
        Schema numbers = new Schema(NestedField.optional(1, "n", Types.LongType.get()));
        Table table = lake.create("many", numbers, IcebergTables.partitionedBy(numbers, "identity", 1));

        save("result = pl.select(n=pl.int_range(2_400) % 1_200)", "many", "append");

        table.refresh();
        assertThat(IcebergTables.files(table)).hasSize(1_200);
    }

    @Test
    void commitsNoFileToAPartitionThatItsRowsAreNotOf() {
        for (String transform : List.of("identity", "truncate[1]", "bucket[4]")) {
            String name = "forged_" + transform.charAt(0);
            Table table = lake.create(name, SCHEMA, IcebergTables.partitionedBy(SCHEMA, transform, 1));
            for (String value : List.of("'zz'", "None", "4", "[]", "'c'")) {
                Reply reply = server.script(
                        """
                        import nerium_worker.output.write as write
                        real = write.write
                        def forged(*arguments):
                            header, payload = real(*arguments)
                            header['written']['files'][0]['partition'] = {'1000': %s}
                            return header, payload
                        write.write = forged
                        result = pl.DataFrame({'k': ['ab', 'ab']})
                        """.formatted(value), Map.of("destination", "default." + name, "saveMode", "append"));

                assertThat(reply.status()).as(transform + value + reply.text()).isEqualTo(400);
                assertThat(reply.error()).startsWith("A file of the run can't be committed: ");
            }
            table.refresh();
            assertThat(table.currentSnapshot()).isNull();
        }
    }

    private static List<Object> column(Table table, DataFile file, int index) {
        List<List<Object>> rows = IcebergTables.rows(table, file);
        return new ArrayList<>(IntStream.range(0, rows.size())
                .mapToObj(i -> String.valueOf(rows.get(i).get(index)))
                .toList());
    }

    private static void save(String script, String table, String mode) {
        Reply reply = server.script(script, Map.of("destination", "default." + table, "saveMode", mode));
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    }
}
