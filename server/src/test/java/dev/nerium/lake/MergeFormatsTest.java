package dev.nerium.lake;

import static org.apache.iceberg.types.Types.NestedField.optional;
import static org.apache.iceberg.types.Types.NestedField.required;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.lake.catalog.EmbeddedCatalog;
import dev.nerium.lake.io.LocalFileIO;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.util.ContentFileUtil;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Merges into tables that Iceberg's own writers made; Iceberg's own reader is the referee. */
@Tag("server")
class MergeFormatsTest {
    private static final Schema ROWS = new Schema(
            optional(1, "id", Types.LongType.get()),
            optional(2, "kind", Types.StringType.get()),
            optional(3, "v", Types.LongType.get()));

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

    @Test
    void refusesAFormatWithoutDeletesAndSaysHowToUpgrade() {
        ForeignTable t = ForeignTable.create(catalog, "v1", 1, ROWS);
        t.append(rows(t, 0, 3));

        Reply reply = merge("v1", "{'id': [1], 'v': [9]}", "id");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.error())
                .isEqualTo(
                        "The table oleander.default.v1 has the format version 1, which has no deletes, so rows can't be"
                                + " merged into it.");
        assertThat(reply.details())
                .isEqualTo("Set the table's property format-version to 2, with any engine; its files do not change.");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void keepsOneDeleteFileForEachDataFileHoweverOftenItMerges(int version) throws Exception {
        String name = "often" + version;
        ForeignTable t = ForeignTable.create(catalog, name, version, ROWS);
        t.append(rows(t, 0, 10));
        t.append(rows(t, 10, 20));

        for (int round = 0; round < 3; round++) {
            Reply reply =
                    merge(name, "{'id': [%d, %d, 30], 'v': [-1, -1, %d]}".formatted(round, 10 + round, round), "id");
            assertThat(reply.json().at("/saved/rows_updated").asInt())
                    .as(reply.text())
                    .isEqualTo(round == 0 ? 2 : 3);
        }

        t.table().refresh();
        try (CloseableIterable<FileScanTask> tasks = t.table().newScan().planFiles()) {
            for (FileScanTask task : tasks) {
                assertThat(task.deletes()).hasSizeLessThanOrEqualTo(1);
                for (DeleteFile delete : task.deletes()) {
                    assertThat(ContentFileUtil.isFileScoped(delete)).isTrue();
                    assertThat(ContentFileUtil.isDV(delete)).isEqualTo(version == 3);
                }
            }
        }
        assertThat(t.expected()).hasSize(21);
        t.assertReadAlike(server);
    }

    @Test
    void deletesNoRowTwiceThatIsDeletedAlready() {
        ForeignTable t = ForeignTable.create(catalog, "deleted", 2, ROWS);
        DataFile first = t.append(rows(t, 0, 10)).getFirst();
        DataFile second = t.append(rows(t, 10, 20)).getFirst();
        t.deletePositions(Map.of(first, new long[] {0, 1}, second, new long[] {0}));
        t.deletePositions(first, 2);
        t.deleteEqual(first, List.of("id"), List.of(ForeignTable.record(t.keySchema(List.of("id")), 3L)));

        Reply reply = merge("deleted", "{'id': [0, 2, 3, 4, 10], 'v': [-1, -1, -1, -1, -1]}", "id");

        assertThat(reply.json().at("/saved/rows_updated").asInt())
                .as(reply.text())
                .isEqualTo(1);
        t.table().refresh();
        assertThat(t.expected()).hasSize(20 - 5 + 4);
        t.assertReadAlike(server);
    }

    @Test
    void takesPositionDeletesOfAnOlderVersionIntoItsVectors() {
        ForeignTable t = ForeignTable.create(catalog, "upgraded", 2, ROWS);
        DataFile first = t.append(rows(t, 0, 10)).getFirst();
        t.deletePositions(first, 5, 6);
        t.table().updateProperties().set("format-version", "3").commit();

        Reply reply = merge("upgraded", "{'id': [6, 7], 'v': [-1, -1]}", "id");

        assertThat(reply.json().at("/saved/rows_updated").asInt())
                .as(reply.text())
                .isEqualTo(1);
        t.table().refresh();
        assertThat(t.expected()).hasSize(9);
        t.assertReadAlike(server);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void movesARowToAnotherPartition(int version) {
        String name = "moved" + version;
        PartitionSpec spec =
                PartitionSpec.builderFor(ROWS).identity("kind").bucket("id", 3).build();
        ForeignTable t = ForeignTable.create(catalog, name, version, ROWS, spec);
        t.append(rows(t, 0, 20));

        Reply reply = merge(name, "{'id': [0, 3, 25], 'kind': ['new', 'k1', None], 'v': [-1, -1, -1]}", "id");

        assertThat(reply.json().at("/saved/rows_updated").asInt())
                .as(reply.text())
                .isEqualTo(2);
        t.table().refresh();
        assertThat(t.expected())
                .hasSize(21)
                .filteredOn(row -> row.contains("new"))
                .hasSize(1);
        t.assertReadAlike(server);
    }

    @Test
    void findsKeysInFilesOfAnOlderSchemaAndSpec() {
        Schema narrow =
                new Schema(optional(1, "old", Types.IntegerType.get()), optional(2, "p", Types.StringType.get()));
        ForeignTable t = ForeignTable.create(catalog, "evolved", 2, narrow);
        t.append(t.row(1, "a"), t.row(2, "b"));
        t.table()
                .updateSchema()
                .renameColumn("old", "id")
                .updateColumn("old", Types.LongType.get())
                .addColumn("extra", Types.StringType.get())
                .commit();
        t.table().updateSpec().addField("id").commit();
        t.append(t.row(3L, "c", "x"));

        Reply reply = merge("evolved", "{'id': [2, 3, 4], 'p': ['b', 'c', 'd'], 'extra': ['y', 'y', 'y']}", "id", "p");

        assertThat(reply.json().at("/saved/rows_updated").asInt())
                .as(reply.text())
                .isEqualTo(2);
        t.table().refresh();
        assertThat(t.expected()).hasSize(4);
        t.assertReadAlike(server);
    }

    @Test
    void refusesFilesWhoseKeysItCanNotCompareAsTheyLie() {
        Schema narrow = new Schema(optional(1, "id", Types.DecimalType.of(9, 2)));
        ForeignTable t = ForeignTable.create(catalog, "widened", 2, narrow);
        t.append(t.row(new BigDecimal("1.00")));
        t.table().updateSchema().updateColumn("id", Types.DecimalType.of(18, 2)).commit();

        Reply reply = merge("widened", "{'id': ['1.00']}", List.of("pl.col('id').cast(pl.Decimal(9, 2))"), "id");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.error()).endsWith("this version of Nerium does not merge into them.");
    }

    @Test
    void mergesByTheIdentifierFieldsWhereNoKeysAreGiven() {
        Schema schema = new Schema(
                List.of(required(1, "id", Types.LongType.get()), optional(2, "v", Types.LongType.get())),
                java.util.Set.of(1));
        ForeignTable t = ForeignTable.create(catalog, "identified", 2, schema);
        t.append(t.row(1L, 1L), t.row(2L, 2L));

        Reply reply = server.script(
                "result = pl.LazyFrame({'id': [2, 3], 'v': [9, 9]})",
                Map.of("destination", "default.identified", "saveMode", "merge"));

        assertThat(reply.json().at("/saved/rows_updated").asInt())
                .as(reply.text())
                .isEqualTo(1);
        t.table().refresh();
        t.assertReadAlike(server);
    }

    private static List<Record> rows(ForeignTable t, int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> t.row((long) i, "k" + i % 2, (long) i))
                .toList();
    }

    private static Reply merge(String table, String columns, String... keys) {
        return merge(table, columns, List.of(), keys);
    }

    private static Reply merge(String table, String columns, List<String> casts, String... keys) {
        return server.script(
                "result = pl.LazyFrame(%s).with_columns(%s)".formatted(columns, String.join(", ", casts)),
                Map.of("destination", "default." + table, "saveMode", "merge", "mergeKeys", List.of(keys)));
    }
}
