package dev.nerium.lake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.auth.Scope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Queries that are executed again and again, by workers that know them, while their tables change. */
@Tag("server")
class PreparedQueriesTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The first run plans, the second is prepared, and the third finds what its worker has kept. */
    private static final int RUNS = 4;

    private static TestServer server;
    private static LakeTables tables;
    private static String admin;

    @BeforeAll
    static void start() {
        server = TestServer.start();
        tables = new LakeTables(server);
        admin = server.key();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void actAsAdmin() {
        server.useKey(admin);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT sum(x) AS n FROM t",
                "SELECT * FROM t WHERE x > 2 ORDER BY x",
                "SELECT name FROM t WHERE x = 3",
                "SELECT x FROM t LIMIT 1",
                "SELECT a.x, b.x AS y FROM t a JOIN t b ON a.x = b.x ORDER BY a.x",
                "SELECT t.x, u.species FROM t JOIN u ON t.x = CAST(u.petal_length AS BIGINT) ORDER BY t.x, u.species",
                "SELECT count(*) AS n FROM t",
                "SELECT count(*) AS n FROM t WHERE x > 1",
                "SELECT 1 AS one",
            })
    void eachRunHasTheSameRowsAndTheSameRecord(String sql) {
        if (!tables.exists("recorded")) {
            tables.fill("recorded", 1, 2, 3);
        }
        Reply first = query(sql, "t=default.recorded", "u=default.flowers");

        for (int i = 1; i < RUNS; i++) {
            Reply again = query(sql, "t=default.recorded", "u=default.flowers");

            assertThat(again.rows()).isEqualTo(first.rows());
            assertThat(profile(again)).isEqualTo(profile(first));
            assertThat(amounts(again)).isEqualTo(amounts(first));
            assertThat(lineage(again)).isEqualTo(lineage(first));
            assertThat(scanEvents(again)).isEqualTo(scanEvents(first));
        }
    }

    @Test
    void aFilterStillLeavesOutFiles() {
        tables.fill("pruned", 1, 2, 3);

        for (int i = 0; i < RUNS; i++) {
            JsonNode scan = profile(query("SELECT name FROM t WHERE x = 3", "t=default.pruned"))
                    .path("scans")
                    .path(0);

            assertThat(scan.path("files").asInt()).isEqualTo(1);
            assertThat(scan.path("files_skipped").asInt()).isEqualTo(2);
            assertThat(scan.path("filter").asText()).contains("\"value\":3");
        }
    }

    @Test
    void aCommitIsSeenAtOnce() {
        tables.fill("changing", 1);
        int sum = 1;
        for (int value = 2; value < 8; value++) {
            for (int i = 0; i < RUNS; i++) {
                assertThat(sum("changing")).isEqualTo("[[" + sum + "]]");
            }
            tables.fill("changing", value);
            sum += value;
        }
    }

    @Test
    void anEmptiedTableHasNoRowsAndAFilledOneHasThem() {
        tables.fill("emptied", 1, 2);
        repeat("emptied", "[[3]]");
        overwrite("emptied", "result = pl.DataFrame(schema={'x': pl.Int64, 'name': pl.String})");
        repeat("emptied", "[[null]]");
        tables.fill("emptied", 5);
        repeat("emptied", "[[5]]");
    }

    @Test
    void deletedRowsStayDeleted() {
        tables.fill("merged", 1, 2);
        repeat("merged", "[[3]]");
        Reply merge = server.script(
                "result = pl.DataFrame({'x': [2], 'name': ['new']})",
                Map.of("destination", "default.merged", "saveMode", "merge", "mergeKeys", List.of("x")));
        assertThat(merge.status()).as(merge.text()).isEqualTo(200);
        repeat("merged", "[[3]]");
        assertThat(query("SELECT name FROM t WHERE x = 2", "t=default.merged").rows())
                .isEqualTo("[[\"new\"]]");
    }

    @Test
    void aRenamedColumnHasOneNameAtATime() {
        tables.fill("renamed", 1, 2);
        repeat("renamed", "[[3]]");
        rename("renamed", "x", "y");

        for (int i = 0; i < RUNS; i++) {
            assertThat(query("SELECT sum(x) AS n FROM t", "t=default.renamed").status())
                    .isEqualTo(400);
            assertThat(query("SELECT sum(y) AS n FROM t", "t=default.renamed").rows())
                    .isEqualTo("[[3]]");
        }
        rename("renamed", "y", "x");

        repeat("renamed", "[[3]]");
        assertThat(query("SELECT sum(y) AS n FROM t", "t=default.renamed").status())
                .isEqualTo(400);
    }

    @Test
    void aColumnThatTakesTheNameOfAnotherHasItsOwnValues() {
        overwrite("swapped", "result = pl.DataFrame({'x': [1, 2], 'z': [10, 20]})");
        repeat("swapped", "[[3]]");
        rename("swapped", "x", "was_x");
        rename("swapped", "z", "x");

        repeat("swapped", "[[30]]");
    }

    @Test
    void aTableThatWasDroppedAndMadeAgainIsAnother() {
        tables.fill("remade", 1);
        repeat("remade", "[[1]]");
        assertThat(server.delete("/iceberg/v1/oleander/namespaces/default/tables/remade?purgeRequested=true")
                        .status())
                .isEqualTo(204);
        assertThat(query("SELECT sum(x) AS n FROM t", "t=default.remade").status())
                .isEqualTo(400);

        tables.fill("remade", 2);

        repeat("remade", "[[2]]");
    }

    @Test
    void oldVersionsAndTheCurrentOneAreApart() {
        tables.fill("old", 1);
        long first = tables.currentSnapshot("old");
        tables.fill("old", 10);

        for (int i = 0; i < RUNS; i++) {
            assertThat(sum("old@" + first)).isEqualTo("[[1]]");
            assertThat(sum("old")).isEqualTo("[[11]]");
        }
    }

    @Test
    void oneTextOverSeveralTables() {
        tables.fill("one", 1);
        tables.fill("two", 2);

        for (int i = 0; i < RUNS; i++) {
            assertThat(sum("one")).isEqualTo("[[1]]");
            assertThat(sum("two")).isEqualTo("[[2]]");
            assertThat(query("SELECT t.x, u.x AS y FROM t, u", "t=default.one", "u=default.two")
                            .rows())
                    .isEqualTo("[[1,2]]");
            assertThat(query("SELECT t.x, u.x AS y FROM t, u", "t=default.two", "u=default.one")
                            .rows())
                    .isEqualTo("[[2,1]]");
        }
    }

    @Test
    void filesThatExpiredAreNeitherReadNorKept() throws IOException {
        tables.fill("expiring", 1, 2, 3, 4, 5);
        repeat("expiring", "[[15]]");
        List<Path> old = dataFiles("expiring");
        Set<Object> inodes = inodes(old);
        assertThat(linkedInodes()).containsAll(inodes);
        tables.act("expiring", "compact", "{}");
        tables.act("expiring", "expire", "{'olderThan': '0m'}");
        assertThat(old).noneMatch(Files::exists);

        repeat("expiring", "[[15]]");

        assertThat(linkedInodes()).doesNotContainAnyElementsOf(inodes);
    }

    @Test
    void aFileThatWasRemovedFailsTheRun() throws IOException {
        tables.fill("removed", 1);
        repeat("removed", "[[1]]");
        Files.delete(dataFiles("removed").getFirst());

        for (int i = 0; i < RUNS; i++) {
            Reply reply = query("SELECT sum(x) AS n FROM t", "t=default.removed");
            assertThat(reply.json().path("code").asText()).as(reply.text()).isEqualTo("DATA_FILE_NOT_FOUND");
        }
        repeat("flowers", "petal_width * 0", "[[0.0]]");
    }

    @Test
    void aFileThatWasReplacedUnderItsNameIsReadAgain() throws IOException {
        tables.fill("replaced", 1);
        tables.fill("replacement", 2);
        repeat("replaced", "[[1]]");
        Path copy = server.home().resolve("copy.parquet");
        Files.copy(dataFiles("replacement").getFirst(), copy);

        Files.move(copy, dataFiles("replaced").getFirst(), StandardCopyOption.ATOMIC_MOVE);

        repeat("replaced", "[[2]]");
    }

    @Test
    void aFailureIsTheSameEachTime() {
        tables.fill("text", 1);
        Reply first = query("SELECT CAST(name AS BIGINT) AS n FROM t", "t=default.text");
        assertThat(first.status()).isEqualTo(400);

        for (int i = 1; i < RUNS; i++) {
            Reply again = query("SELECT CAST(name AS BIGINT) AS n FROM t", "t=default.text");
            assertThat(again.error()).isEqualTo(first.error());
        }
    }

    @Test
    void aNewSnapshotMayMakeAPreparedQueryFail() {
        overwrite("digits", "result = pl.DataFrame({'name': ['1', '2']})");
        String sql = "SELECT sum(CAST(name AS BIGINT)) AS n FROM t";
        for (int i = 0; i < RUNS; i++) {
            assertThat(query(sql, "t=default.digits").rows()).isEqualTo("[[3]]");
        }
        overwrite("digits", "result = pl.DataFrame({'name': ['1', 'x']})");
        for (int i = 0; i < RUNS; i++) {
            assertThat(query(sql, "t=default.digits").json().path("code").asText())
                    .isEqualTo("ENGINE_ERROR");
        }
        overwrite("digits", "result = pl.DataFrame({'name': ['4']})");
        for (int i = 0; i < RUNS; i++) {
            assertThat(query(sql, "t=default.digits").rows()).isEqualTo("[[4]]");
        }
    }

    @Test
    void aWorkerHasFilesOfTheTablesOfItsKeyOnly() throws IOException {
        tables.fill("of_admin", 1);
        tables.fill("of_reader", 2);
        repeat("of_admin", "[[1]]");
        server.useKey("reader-of-one-table", Scope.READ);
        repeat("of_reader", "[[2]]");

        Set<Object> ofAdmin = inodes(dataFiles("of_admin"));
        Set<Object> ofReader = inodes(dataFiles("of_reader"));
        for (Path folder : jobFolders()) {
            Set<Object> linked = inodes(list(folder.resolve("data")));
            assertThat(linked.containsAll(ofAdmin) && linked.containsAll(ofReader))
                    .isFalse();
        }
        assertThat(linkedInodes()).containsAll(ofReader);
    }

    @Test
    void aNewWorkerOfTheKeyHasTheSameRows() throws IOException {
        tables.fill("replanned", 1, 2);
        repeat("replanned", "[[3]]");
        List<Path> before = jobFolders();

        ProcessHandle.current()
                .descendants()
                .filter(process -> process.info().commandLine().orElse("").contains("nerium_worker"))
                .forEach(ProcessHandle::destroyForcibly);

        await().until(() -> jobFolders().stream().noneMatch(before::contains));
        repeat("replanned", "[[3]]");
    }

    @Test
    void theNumberOfLinksHasALimit() throws IOException {
        tables.fill("many", IntStream.range(0, 70).toArray());

        for (int number = 0; number < 70; number++) {
            for (int i = 0; i < 2; i++) {
                assertThat(query("SELECT name FROM t WHERE x = " + number, "t=default.many")
                                .rows())
                        .isEqualTo("[[\"row " + number + "\"]]");
            }
        }

        for (Path folder : jobFolders()) {
            assertThat(list(folder.resolve("data"))).hasSizeLessThanOrEqualTo(64);
        }
        assertThat(sum("many")).isEqualTo("[[" + 69 * 35 + "]]");
    }

    @Test
    void eachRunSeesTheSnapshotThatItsRecordNames() throws Exception {
        tables.fill("busy", 1);
        Map<Long, Long> sums = new HashMap<>(Map.of(tables.currentSnapshot("busy"), 1L));
        List<Reply> replies = new ArrayList<>();
        try (ExecutorService clients = Executors.newFixedThreadPool(3)) {
            for (int value = 2; value < 8; value++) {
                List<Future<Reply>> running = IntStream.range(0, 12)
                        .mapToObj(_ -> clients.submit(() -> query("SELECT sum(x) AS n FROM t", "t=default.busy")))
                        .toList();
                tables.fill("busy", value);
                sums.put(tables.currentSnapshot("busy"), value * (value + 1L) / 2);
                for (Future<Reply> each : running) {
                    replies.add(each.get());
                }
            }
        }

        for (Reply reply : replies) {
            assertThat(reply.status()).as(reply.text()).isEqualTo(200);
            long snapshot = record(reply).at("/inputs/0/snapshot_id").asLong();
            assertThat(reply.rows()).isEqualTo("[[" + sums.get(snapshot) + "]]");
        }
    }

    private static void repeat(String table, String rows) {
        repeat(table, "x", rows);
    }

    private static void repeat(String table, String column, String rows) {
        for (int i = 0; i < RUNS; i++) {
            Reply reply = query("SELECT sum(" + column + ") AS n FROM t", "t=default." + table);
            assertThat(reply.status()).as(reply.text()).isEqualTo(200);
            assertThat(reply.rows()).isEqualTo(rows);
        }
    }

    private static String sum(String table) {
        return query("SELECT sum(x) AS n FROM t", "t=default." + table).rows();
    }

    /** A query that is executed, whatever the server has cached. */
    private static Reply query(String sql, String... aliases) {
        return server.post(
                "/api/v1/warehouse/polars",
                JSON.valueToTree(Map.of("mode", "query", "query", sql, "tables", aliases, "cache", false))
                        .toString());
    }

    private static void overwrite(String table, String script) {
        Reply reply = server.script(script, Map.of("destination", "default." + table, "saveMode", "overwrite"));
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    }

    private static void rename(String table, String from, String to) {
        tables.with(table, loaded -> {
            loaded.updateSchema().renameColumn(from, to).commit();
            return true;
        });
    }

    private static JsonNode profile(Reply reply) {
        ObjectNode profile = (ObjectNode)
                server.get("/api/v2/runs/" + id(reply) + "/profile").json();
        profile.path("scans").forEach(scan -> ((ObjectNode) scan).remove(List.of("planning_ms")));
        return profile.remove(List.of("id", "phases_ms", "cpu_ms", "peak_memory_bytes", "findings", "duration_ms"));
    }

    private static JsonNode record(Reply reply) {
        return server.get("/api/v2/runs/" + id(reply)).json();
    }

    private static JsonNode amounts(Reply reply) {
        return ((ObjectNode) record(reply))
                .retain("state", "inputs", "row_count", "rows_in", "bytes_in", "bytes_out", "error", "error_code");
    }

    private static JsonNode lineage(Reply reply) {
        return server.get("/api/v2/runs/" + id(reply) + "/lineage").json().path("columns");
    }

    private static List<String> scanEvents(Reply reply) {
        return server.get("/api/v2/runs/" + id(reply) + "/events")
                .text()
                .lines()
                .filter(line -> line.contains("\"files\""))
                .map(line -> line.replaceAll("\"planning_ms\":[0-9.]+", ""))
                .toList();
    }

    private static String id(Reply reply) {
        return reply.json().path("run_id").asText();
    }

    private static List<Path> dataFiles(String table) {
        return tables.with(table, loaded -> {
            try (CloseableIterable<FileScanTask> tasks = loaded.newScan().planFiles()) {
                List<Path> files = new ArrayList<>();
                tasks.forEach(task -> files.add(Path.of(task.file().location().replaceFirst("^file:", ""))));
                return files;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static Set<Object> linkedInodes() throws IOException {
        List<Path> linked = new ArrayList<>();
        for (Path folder : jobFolders()) {
            linked.addAll(list(folder.resolve("data")));
        }
        return inodes(linked);
    }

    private static List<Path> jobFolders() throws IOException {
        return list(server.home().resolve("jobs")).stream()
                .filter(folder -> Files.isDirectory(folder.resolve("data")))
                .toList();
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    private static Set<Object> inodes(List<Path> files) {
        return files.stream()
                .map(file -> {
                    try {
                        return Files.getAttribute(file, "unix:ino");
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .collect(Collectors.toSet());
    }
}
