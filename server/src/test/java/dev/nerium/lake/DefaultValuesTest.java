package dev.nerium.lake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.lake.catalog.EmbeddedCatalog;
import dev.nerium.lake.io.LocalFileIO;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Literal;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Default values of format version 3, at every depth: older files are read with the initial one, new rows get the one for writes. */
@Tag("server")
class DefaultValuesTest {
    private static final Types.StructType INNER =
            Types.StructType.of(NestedField.optional(3, "a", Types.LongType.get()));
    private static final Schema SCHEMA = new Schema(
            NestedField.optional(1, "id", Types.LongType.get()),
            NestedField.optional(2, "st", INNER),
            NestedField.optional(
                    4,
                    "ls",
                    Types.ListType.ofOptional(
                            5, Types.StructType.of(NestedField.optional(6, "a", Types.LongType.get())))),
            NestedField.optional(
                    7,
                    "mp",
                    Types.MapType.ofOptional(
                            8,
                            9,
                            Types.StringType.get(),
                            Types.StructType.of(NestedField.optional(10, "a", Types.LongType.get())))));

    private static TestServer server;
    private static Catalog catalog;

    @BeforeAll
    static void start() {
        server = TestServer.startEmpty();
        catalog = EmbeddedCatalog.open("oleander", server.home(), new LocalFileIO());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** Two rows of before the defaults, among them missing structs and empty lists. */
    private static ForeignTable table(String name) {
        ForeignTable table = ForeignTable.create(catalog, name, 3, SCHEMA);
        Record st = ForeignTable.record(new Schema(INNER.fields()), 1L);
        Types.NestedField element = SCHEMA.findField("ls.element");
        Types.NestedField value = SCHEMA.findField("mp.value");
        Record inList =
                ForeignTable.record(new Schema(element.type().asStructType().fields()), 2L);
        Record inMap =
                ForeignTable.record(new Schema(value.type().asStructType().fields()), 3L);
        table.append(
                table.row(1L, st, List.of(inList, inList), Map.of("k", inMap)),
                table.row(2L, null, List.of(), Map.of()));
        table.table()
                .updateSchema()
                .addColumn("st", "b", Types.IntegerType.get(), null, Literal.of(42))
                .addColumn("ls", "b", Types.StringType.get(), null, Literal.of("first"))
                .addColumn("mp", "b", Types.IntegerType.get(), null, Literal.of(5))
                .addColumn("opt", Types.IntegerType.get(), null, Literal.of(7))
                .addRequiredColumn("req", Types.IntegerType.get(), null, Literal.of(8))
                .commit();
        table.table()
                .updateSchema()
                .updateColumnDefault("st.b", Literal.of(43))
                .updateColumnDefault("ls.b", Literal.of("later"))
                .updateColumnDefault("mp.b", Literal.of(6))
                .updateColumnDefault("opt", Literal.of(70))
                .updateColumnDefault("req", Literal.of(80))
                .commit();
        return table;
    }

    @Test
    void readsInitialDefaultsAtEveryDepth() {
        ForeignTable table = table("read");

        table.assertReadAlike(server);
        assertThat(rows("SELECT id, st.b AS b FROM t WHERE st.b = 42", "read")).isEqualTo("[[1,42]]");
        assertThat(rows("SELECT id, opt, req FROM t WHERE req = 8 ORDER BY id", "read"))
                .isEqualTo("[[1,7,8],[2,7,8]]");
    }

    @Test
    void readsFilesOfBeforeAndAfterTogether() {
        ForeignTable table = table("mixed");
        Record st = ForeignTable.record(
                new Schema(table.table()
                        .schema()
                        .findField("st")
                        .type()
                        .asStructType()
                        .fields()),
                1L,
                null);
        table.append(table.row(3L, st, null, null, null, 1));

        table.assertReadAlike(server);
        assertThat(rows("SELECT id, st.b AS b FROM t ORDER BY id", "mixed")).isEqualTo("[[1,42],[2,null],[3,null]]");
    }

    @Test
    void compactionAndDerivedTablesKeepThem() {
        ForeignTable table = table("compacted");
        List<String> expected = table.expected();

        assertThat(server.script("result = scan('default.compacted')", Map.of("destination", "default.derived"))
                        .status())
                .isEqualTo(200);
        assertThat(server.post(
                                "/api/v2/catalogs/oleander/namespaces/default/tables/compacted/compact",
                                "{\"all\": true}")
                        .status())
                .isEqualTo(200);

        table.table().refresh();
        assertThat(table.expected()).isEqualTo(expected);
        assertThat(rows("SELECT id, st.b AS b FROM t ORDER BY id", "derived")).isEqualTo("[[1,42],[2,null]]");
    }

    @Test
    void appendsWriteTheDefaultForWrites() {
        ForeignTable table = table("appended");

        Reply appended = server.script("""
                        result = pl.DataFrame({'id': [3, 4], 'st': [{'a': 3}, None], 'ls': [[{'a': 3}, None], []],
                            'mp': [{'k': {'a': 3}}, {}]},
                            schema={'id': pl.Int64, 'st': pl.Struct({'a': pl.Int64}), 'ls': pl.List(pl.Struct({'a': pl.Int64})),
                            'mp': pl.Map(pl.String, pl.Struct({'a': pl.Int64}))})
                        """, Map.of("destination", "default.appended", "saveMode", "append"));

        assertThat(appended.status()).as(appended.text()).isEqualTo(200);
        table.table().refresh();
        table.assertReadAlike(server);
        assertThat(rows("SELECT st.b AS b, opt, req FROM t WHERE id > 2 ORDER BY id", "appended"))
                .isEqualTo("[[43,70,80],[null,70,80]]");
        assertThat(table.expected())
                .anyMatch(row -> row.contains("b: \"later\"") && row.contains("b: 6"))
                .anyMatch(row -> row.contains("b: \"first\"") && row.contains("b: 5"));
    }

    @Test
    void aMergeDoesNotRewriteFilesThatLackANestedDefault() {
        ForeignTable table = table("merged");
        List<String> expected = table.expected();

        Reply merged = server.script(
                "result = pl.DataFrame({'id': [1]})",
                Map.of("destination", "default.merged", "saveMode", "merge", "mergeKeys", List.of("id")));

        assertThat(merged.status()).as(merged.text()).isEqualTo(400);
        assertThat(merged.error()).contains("without a nested field that has an initial default");
        table.table().refresh();
        assertThat(table.expected()).isEqualTo(expected);
    }

    private static String rows(String query, String table) {
        return server.query(query, "t=default." + table).rows();
    }
}
