package dev.nerium.lake;

import static org.apache.iceberg.types.Types.NestedField.optional;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.auth.Scope;
import dev.nerium.lake.catalog.EmbeddedCatalog;
import dev.nerium.lake.io.LocalFileIO;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** UPDATE, DELETE, MERGE and TRUNCATE on tables that Iceberg's own writers made; Iceberg's own reader is the referee. */
@Tag("server")
class RowChangesTest {
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

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void oneChangedRowIsTwoSmallFiles(int version) {
        ForeignTable t = ForeignTable.create(catalog, "small" + version, version, ROWS);
        t.append(rows(t, 0, 1000));
        t.append(rows(t, 1000, 2000));

        Reply reply = server.statement("UPDATE small%d SET v = -1 WHERE id = 1500".formatted(version));

        assertThat(reply.json().at("/saved").toString())
                .as(reply.text())
                .isEqualTo("{\"table\":\"default.small%d\",\"rows_written\":1,\"mode\":\"rows\",".formatted(version)
                        + "\"rows_inserted\":0,\"rows_updated\":1,\"rows_deleted\":0}");
        assertThat(reply.json().at("/row_count").asInt()).isEqualTo(1);
        Map<String, String> summary = last(t).summary();
        assertThat(summary)
                .containsEntry("added-data-files", "1")
                .containsEntry("added-delete-files", "1")
                .containsEntry("added-records", "1")
                .doesNotContainKey("deleted-data-files");
        assertThat(Long.parseLong(summary.get("added-files-size"))).isLessThan(8000);
        t.assertReadAlike(server);
        assertThat(server.query("SELECT id, v FROM small%d WHERE v < 0".formatted(version))
                        .rows())
                .isEqualTo("[[1500,-1]]");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void changesRowsAgainAndAgain(int version) {
        String name = "often" + version;
        ForeignTable t = ForeignTable.create(catalog, name, version, ROWS);
        t.append(rows(t, 0, 10));
        for (int round = 0; round < 4; round++) {
            ok("UPDATE %s SET v = v * 10 WHERE id IN (%d, 9)".formatted(name, round));
            ok("DELETE FROM %s WHERE id = %d".formatted(name, 4 + round));
        }
        assertThat(server.query("SELECT id, v FROM %s ORDER BY id".formatted(name))
                        .rows())
                .isEqualTo("[[0,0],[1,10],[2,20],[3,30],[8,8],[9,90000]]");
        t.table().refresh();
        t.assertReadAlike(server);
        for (FileScanTask task : tasks(t)) {
            assertThat(task.deletes()).hasSizeLessThanOrEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void leavesRowsDeletedThatOthersDeleted(int version) {
        String name = "deleted" + version;
        ForeignTable t = ForeignTable.create(catalog, name, version, ROWS);
        DataFile first = t.append(rows(t, 0, 10)).getFirst();
        if (version == 2) {
            t.deletePositions(first, 3, 4);
        } else {
            t.deleteByVector(Map.of(first, new long[] {3, 4}));
        }
        t.deleteEqual(List.of("id"), List.of(ForeignTable.record(t.keySchema(List.of("id")), 7L)));
        t.append(rows(t, 7, 8));

        assertThat(ok("UPDATE %s SET v = -1 WHERE id >= 3 AND id <= 7".formatted(name))
                        .at("/row_count")
                        .asInt())
                .isEqualTo(3);
        t.table().refresh();
        t.assertReadAlike(server);
        assertThat(server.query("SELECT id FROM %s WHERE v = -1 ORDER BY id".formatted(name))
                        .rows())
                .isEqualTo("[[5],[6],[7]]");
    }

    @Test
    void removesADataFileThatLosesItsLastRow() {
        PartitionSpec spec = PartitionSpec.builderFor(ROWS).identity("kind").build();
        ForeignTable t = ForeignTable.create(catalog, "whole", 2, ROWS, spec);
        t.append(rows(t, 0, 10));
        ok("DELETE FROM whole WHERE id = 1");

        assertThat(ok("DELETE FROM whole WHERE kind = 'k1'")
                        .at("/saved/rows_deleted")
                        .asInt())
                .isEqualTo(4);

        assertThat(last(t).summary())
                .containsEntry("deleted-data-files", "1")
                .containsEntry("removed-delete-files", "1")
                .doesNotContainKeys("added-delete-files", "added-data-files");
        t.assertReadAlike(server);
        assertThat(t.expected()).hasSize(5);
    }

    @Test
    void movesRowsToOtherPartitions() {
        PartitionSpec spec =
                PartitionSpec.builderFor(ROWS).identity("kind").bucket("id", 3).build();
        ForeignTable t = ForeignTable.create(catalog, "moved", 3, ROWS, spec);
        t.append(rows(t, 0, 20));

        ok("UPDATE moved SET kind = NULL, id = id + 100 WHERE id < 4");

        t.table().refresh();
        t.assertReadAlike(server);
        assertThat(server.query("SELECT id FROM moved WHERE kind IS NULL ORDER BY id")
                        .rows())
                .isEqualTo("[[100],[101],[102],[103]]");
    }

    @Test
    void changesFilesOfOlderSchemasAndSpecs() {
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

        ok("UPDATE evolved SET extra = 'new' WHERE id IN (1, 3)");
        ok("MERGE INTO evolved AS t USING (VALUES (2, 'B'), (5, 'E')) AS s(id, p) ON t.id = s.id"
                + " WHEN MATCHED THEN UPDATE SET p = s.p WHEN NOT MATCHED THEN INSERT (id, p) VALUES (s.id, s.p)");

        t.table().refresh();
        t.assertReadAlike(server);
        assertThat(server.query("SELECT id, p, extra FROM evolved ORDER BY id").rows())
                .isEqualTo("[[1,\"a\",\"new\"],[2,\"B\",null],[3,\"c\",\"new\"],[5,\"E\",null]]");
    }

    @Test
    void mergesAllStandardClauses() {
        ForeignTable t = ForeignTable.create(catalog, "merged", 2, ROWS);
        t.append(rows(t, 0, 6));

        Reply reply = server.statement(
                "MERGE INTO default.merged AS t USING (VALUES (1, 10), (2, 20), (3, 30), (8, 80), (9, 90)) AS s(id, v)"
                        + " ON t.id = s.id"
                        + " WHEN MATCHED AND s.v = 10 THEN DELETE"
                        + " WHEN MATCHED AND s.v = 20 THEN DO NOTHING"
                        + " WHEN MATCHED THEN UPDATE SET v = t.v + s.v"
                        + " WHEN NOT MATCHED BY TARGET AND s.v = 80 THEN INSERT (id, v) VALUES (s.id, s.v)"
                        + " WHEN NOT MATCHED BY SOURCE AND t.id = 5 THEN DELETE"
                        + " WHEN NOT MATCHED BY SOURCE THEN UPDATE SET kind = 'left'");

        assertThat(reply.json().at("/saved").toString())
                .as(reply.text())
                .contains("\"rows_inserted\":1,\"rows_updated\":3,\"rows_deleted\":2");
        assertThat(reply.json().at("/row_count").asInt()).isEqualTo(6);
        t.table().refresh();
        t.assertReadAlike(server);
        assertThat(server.query("SELECT id, kind, v FROM merged ORDER BY id").rows())
                .isEqualTo("[[0,\"left\",0],[2,\"k0\",2],[3,\"k1\",33],[4,\"left\",4],[8,null,80]]");
    }

    @Test
    void commitsNothingIfNothingChanges() {
        ForeignTable t = ForeignTable.create(catalog, "same", 2, ROWS);
        t.append(rows(t, 0, 3));
        long before = last(t).snapshotId();

        for (String sql : List.of(
                "DELETE FROM same WHERE id = 9",
                "UPDATE same SET v = 1 WHERE FALSE",
                "MERGE INTO same USING (SELECT 1 AS id) AS s ON same.id = s.id WHEN NOT MATCHED THEN INSERT (id) VALUES (s.id)")) {
            assertThat(ok(sql).at("/row_count").asInt()).isZero();
        }
        assertThat(last(t).snapshotId()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TRUNCATE TABLE %s", "DELETE FROM %s"})
    void takesAllRowsAwayWithoutReadingThem(String sql) {
        String name = sql.startsWith("TRUNCATE") ? "truncated" : "emptied";
        ForeignTable t = ForeignTable.create(catalog, name, 1, ROWS);
        t.append(rows(t, 0, 10));
        t.append(rows(t, 10, 20));

        Reply reply = server.statement(sql.formatted(name));

        assertThat(reply.json().at("/saved/rows_deleted").asInt())
                .as(reply.text())
                .isEqualTo(20);
        assertThat(last(t).summary()).containsEntry("deleted-data-files", "2").doesNotContainKey("added-data-files");
        t.assertReadAlike(server);
        assertThat(ok(sql.formatted(name)).at("/row_count").asInt()).isZero();
        assertThat(t.expected()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void losesNoUpdateOfManyWriters(int version) throws Exception {
        String name = "counters" + version;
        ForeignTable t = ForeignTable.create(catalog, name, version, ROWS);
        t.append(IntStream.range(0, 4).mapToObj(i -> t.row((long) i, "k", 0L)).toList());
        List<Callable<Integer>> updates = IntStream.range(0, 24)
                .<Callable<Integer>>mapToObj(i ->
                        () -> server.statement("UPDATE %s SET v = v + 1 WHERE id = %d".formatted(name, i % 4))
                                .status())
                .toList();

        List<Integer> statuses = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
            for (Future<Integer> status : threads.invokeAll(updates)) {
                statuses.add(status.get());
            }
        }

        assertThat(statuses).contains(200).isSubsetOf(200, 409);
        long done = statuses.stream().filter(status -> status == 200).count();
        assertThat(server.query("SELECT sum(v) AS s, count(*) AS n FROM " + name)
                        .rows())
                .isEqualTo("[[%d,4]]".formatted(done));
        t.table().refresh();
        t.assertReadAlike(server);
    }

    @Test
    void refusesAKeyThatMayOnlyRead() {
        ForeignTable t = ForeignTable.create(catalog, "guarded", 2, ROWS);
        t.append(rows(t, 0, 3));
        String admin = server.key();
        server.useKey("reader", Scope.READ);
        try {
            for (String sql : List.of(
                    "DELETE FROM guarded WHERE id = 1",
                    "UPDATE guarded SET v = 9",
                    "TRUNCATE guarded",
                    "MERGE INTO guarded USING (SELECT 1 AS id) AS s ON guarded.id = s.id WHEN MATCHED THEN DELETE")) {
                assertThat(server.statement(sql).status()).as(sql).isEqualTo(403);
            }
        } finally {
            server.useKey(admin);
        }
        assertThat(t.expected()).hasSize(3);
    }

    @Test
    void recordsWhatAStatementChanged() {
        ForeignTable t = ForeignTable.create(catalog, "recorded", 2, ROWS);
        t.append(rows(t, 0, 5));

        String run = ok("UPDATE recorded SET v = id * 2 WHERE kind = 'k1'")
                .path("run_id")
                .asText();

        JsonNode record = server.get("/api/v2/runs/" + run).json();
        assertThat(record.path("state").asText()).isEqualTo("COMPLETE");
        assertThat(record.path("row_count").asInt()).isEqualTo(2);
        assertThat(record.at("/output/table").asText()).isEqualTo("oleander.default.recorded");
        assertThat(record.at("/inputs/0/table").asText()).isEqualTo("oleander.default.recorded");
        String lineage = server.get("/api/v2/runs/" + run + "/lineage").text();
        assertThat(lineage).contains("TRANSFORMATION", "FILTER").doesNotContain("__nerium");
    }

    @Test
    void refusesAFormatWithoutDeletesAndSaysHowToUpgrade() {
        ForeignTable t = ForeignTable.create(catalog, "v1", 1, ROWS);
        t.append(rows(t, 0, 3));

        Reply reply = server.statement("UPDATE v1 SET v = 1 WHERE id = 1");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.error())
                .isEqualTo(
                        "The table oleander.default.v1 has the format version 1, which has no deletes, so rows can't be"
                                + " updated or deleted.");
        assertThat(reply.details())
                .isEqualTo("Set the table's property format-version to 2, with any engine; its files do not change.");
        t.assertReadAlike(server);
    }

    private static List<FileScanTask> tasks(ForeignTable t) {
        try (CloseableIterable<FileScanTask> tasks = t.table().newScan().planFiles()) {
            List<FileScanTask> planned = new ArrayList<>();
            tasks.forEach(planned::add);
            return planned;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Snapshot last(ForeignTable t) {
        t.table().refresh();
        return t.table().currentSnapshot();
    }

    private static List<Record> rows(ForeignTable t, int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> t.row((long) i, "k" + i % 2, (long) i))
                .toList();
    }

    private static JsonNode ok(String sql) {
        Reply reply = server.statement(sql);
        assertThat(reply.status()).as(sql + "\n" + reply.text()).isEqualTo(200);
        return reply.json();
    }
}
