package dev.nerium.lake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import java.util.Map;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Results whose columns are not quite the table's. */
@Tag("server")
class SchemaOnAppendTest {
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
    void everyMismatchIsToldAtOnce() {
        Schema schema = new Schema(
                NestedField.required(1, "id", Types.LongType.get()),
                NestedField.optional(2, "n", Types.IntegerType.get()),
                NestedField.optional(
                        3,
                        "s",
                        Types.StructType.of(
                                NestedField.optional(4, "a", Types.StringType.get()),
                                NestedField.required(5, "b", Types.StringType.get()))),
                NestedField.optional(6, "l", Types.ListType.ofOptional(7, Types.DateType.get())));
        lake.create("strict", schema, PartitionSpec.unpartitioned());

        Reply reply = append(
                "pl.DataFrame({'n': [2**40], 's': [{'a': 1, 'c': 2}], 'l': [['x']], 'new': [1]})", "strict", "strict");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.error()).isEqualTo("The result does not fit the table oleander.default.strict.");
        assertThat(reply.details().split("; "))
                .containsExactlyInAnyOrder(
                        "column 'n' is long in the result and int in the table",
                        "column 's.a' is long in the result and string in the table",
                        "column 's.b' is required and the result does not have it",
                        "column 'l.element' is string in the result and date in the table",
                        "column 'id' is required and the result does not have it",
                        "column 's.c' is not in the table",
                        "column 'new' is not in the table");
        assertThat(lake.load("strict").currentSnapshot()).isNull();
    }

    @Test
    void whatIsMissingBecomesNullAndWhatIsNarrowIsWidened() {
        Schema schema = new Schema(
                NestedField.optional(1, "n", Types.LongType.get()),
                NestedField.optional(2, "x", Types.DoubleType.get()),
                NestedField.optional(
                        3,
                        "s",
                        Types.StructType.of(
                                NestedField.optional(4, "a", Types.LongType.get()),
                                NestedField.optional(5, "b", Types.StringType.get()))),
                NestedField.optional(6, "d", Types.DecimalType.of(12, 2)),
                NestedField.optional(7, "u", Types.FixedType.ofLength(16)));
        lake.create("widened", schema, PartitionSpec.unpartitioned());

        Reply reply = append("""
                pl.DataFrame(
                    {'s': [{'a': 1}], 'n': [2], 'd': ['1.50'], 'u': [bytes(16)]},
                    schema={'s': pl.Struct({'a': pl.Int8}), 'n': pl.Int16, 'd': pl.String, 'u': pl.Binary},
                ).with_columns(pl.col('d').cast(pl.Decimal(5, 2)))""", "widened", "strict");

        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(server.query("select n, x, s, d from t", "t=default.widened").rows())
                .isEqualTo("[[2,null,{\"a\":1,\"b\":null},\"1.50\"]]");
    }

    @Test
    void newColumnsAndFieldsAreAddedInTheCommitOfTheirRows() {
        server.script(
                "result = pl.DataFrame({'a': [1], 's': [{'x': 1}], 'l': [[{'y': 1}]]})",
                Map.of("destination", "default.merged"));

        Reply reply = append(
                "pl.DataFrame({'b': ['new'], 's': [{'x': 2, 'z': 'in'}], 'l': [[{'y': 2, 'w': 3}]]})",
                "merged",
                "merge");

        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(server.query("select a, b, s, l from t order by a nulls last", "t=default.merged")
                        .rows())
                .isEqualTo("[[1,null,{\"x\":1,\"z\":null},[{\"y\":1,\"w\":null}]],"
                        + "[null,\"new\",{\"x\":2,\"z\":\"in\"},[{\"y\":2,\"w\":3}]]]");
        assertThat(lake.load("merged").history()).hasSize(2);
    }

    @Test
    void aTableWithAUuidInsideOfAColumnIsNotWritten() {
        Schema schema = new Schema(
                NestedField.optional(1, "a", Types.LongType.get()),
                NestedField.optional(2, "s", Types.StructType.of(NestedField.optional(3, "u", Types.UUIDType.get()))));
        lake.create("uuids", schema, PartitionSpec.unpartitioned());

        Reply reply = append("pl.DataFrame({'a': [1]})", "uuids", "strict");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.error())
                .isEqualTo(
                        "The destination oleander.default.uuids has the field 's.u' of the type uuid inside of a column,"
                                + " which Polars can't write.");
    }

    @Test
    void mergingChangesNoType() {
        server.script("result = pl.DataFrame({'a': [1]})", Map.of("destination", "default.typed"));

        Reply reply = append("pl.DataFrame({'a': ['x'], 'b': [1]})", "typed", "merge");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.details()).isEqualTo("column 'a' is string in the result and long in the table");
        assertThat(lake.load("typed").schema().columns()).hasSize(1);
    }

    @Test
    void mergingNeedsAnAppend() {
        Reply reply = server.script(
                "result = pl.DataFrame({'a': [1]})", Map.of("destination", "default.typed", "schemaMode", "merge"));

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.error())
                .isEqualTo("schemaMode is 'merge', which adds columns to the table that is appended to:"
                        + " it needs a destination and the saveMode append.");
    }

    @Test
    void nanosecondsMakeATableOfVersionThreeAndFitNoOlderOne() {
        String nanos = "pl.DataFrame({'t': [1]}).cast(pl.Datetime('ns'))";
        server.script("result = " + nanos, Map.of("destination", "default.nanos"));
        server.script("result = pl.DataFrame({'a': [1]})", Map.of("destination", "default.older"));

        Table table = lake.load("nanos");
        assertThat(table.schema().findType("t")).isEqualTo(Types.TimestampNanoType.withoutZone());
        assertThat(server.query("select t from t", "t=default.nanos").rows())
                .isEqualTo("[[\"1970-01-01T00:00:00.000000001\"]]");
        for (Map<String, String> modes : java.util.List.of(
                Map.of("saveMode", "overwrite"), Map.of("saveMode", "append", "schemaMode", "merge"))) {
            Map<String, String> more = new java.util.HashMap<>(modes);
            more.put("destination", "default.older");
            Reply reply = server.script("result = " + nanos, more);
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.error())
                    .isEqualTo(
                            "The table oleander.default.older has the format version 2, and nanoseconds need version 3:"
                                    + " cast them with .dt.cast_time_unit('us').");
            assertThat(reply.details()).isEqualTo("column 't' is timestamp_ns in the result");
        }
    }

    private static Reply append(String frame, String table, String schemaMode) {
        return server.script(
                "result = " + frame,
                Map.of("destination", "default." + table, "saveMode", "append", "schemaMode", schemaMode));
    }
}
