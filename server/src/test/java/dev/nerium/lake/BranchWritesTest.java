package dev.nerium.lake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.run.RunIds;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.iceberg.types.Types.StringType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs that write to branches: the branch gets the rows, and nothing else changes. */
@Tag("server")
class BranchWritesTest {
    private static TestServer server;
    private static LakeTables tables;

    @BeforeAll
    static void start() {
        server = TestServer.startEmpty(Map.of(
                "sandbox.max-running", "4", "sandbox.cpu-oversubscription", "8", "results.cache-bytes", "64MiB"));
        tables = new LakeTables(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void eachModeWritesToTheBranchAlone(int version) {
        String table = "modes" + version;
        tables.fill(table, 1, 2);
        tables.with(table, loaded -> {
            loaded.updateProperties()
                    .set("format-version", String.valueOf(Math.max(2, version)))
                    .commit();
            return true;
        });
        branch(table, "x");
        long main = tables.currentSnapshot(table);

        Reply appended = save(table + "@branch:x", "append", 3);
        assertThat(appended.json().at("/saved/table").asText()).isEqualTo("default." + table + "@branch:x");
        assertThat(appended.json().at("/saved/rows_written").asLong()).isEqualTo(1);
        assertThat(rows(table + "@branch:x")).isEqualTo("[[1,\"row 1\"],[2,\"row 2\"],[3,\"new\"]]");

        Reply merged = merge(table + "@branch:x", 2, 4);
        assertThat(merged.json().at("/saved/rows_updated").asLong())
                .as(merged.text())
                .isEqualTo(1);
        assertThat(rows(table + "@branch:x")).isEqualTo("[[1,\"row 1\"],[2,\"new\"],[3,\"new\"],[4,\"new\"]]");

        save(table + "@branch:x", "overwrite", 9);
        assertThat(rows(table + "@branch:x")).isEqualTo("[[9,\"new\"]]");

        assertThat(tables.currentSnapshot(table)).isEqualTo(main);
        assertThat(rows(table)).isEqualTo("[[1,\"row 1\"],[2,\"row 2\"]]");
        assertThat(rows(table + "@branch:main")).isEqualTo("[[1,\"row 1\"],[2,\"row 2\"]]");
    }

    @Test
    void aTableOfFormatVersion1TakesAppendsAndOverwritesOnBranches() {
        server.script("""
                from pyiceberg.schema import Schema
                from pyiceberg.types import LongType, NestedField, StringType
                catalog.create_table("default.first", Schema(
                    NestedField(1, "x", LongType()), NestedField(2, "name", StringType())),
                    properties={"format-version": "1"})
                result = pl.DataFrame({'x': [1]})
                """);
        save("first", "append", 1);
        branch("first", "x");

        save("first@branch:x", "append", 2);
        Reply merge = merge("first@branch:x", 1);

        assertThat(merge.status()).isEqualTo(400);
        assertThat(merge.error()).contains("has the format version 1, which has no deletes");
        assertThat(rows("first@branch:x")).isEqualTo("[[1,\"new\"],[2,\"new\"]]");
        save("first@branch:x", "overwrite", 3);
        assertThat(rows("first@branch:x")).isEqualTo("[[3,\"new\"]]");
        assertThat(rows("first")).isEqualTo("[[1,\"new\"]]");
    }

    @Test
    void aRunThatReadsItsBranchReadsWhatItReplaces() {
        tables.fill("own", 1);
        branch("own", "x");
        save("own@branch:x", "append", 2);

        Reply reply = server.script(
                "result = scan('default.own@branch:x').with_columns(pl.col('x') * 10)", to("own@branch:x"));

        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(x("own@branch:x")).isEqualTo("[[10],[20]]");
        assertThat(x("own")).isEqualTo("[[1]]");
    }

    @Test
    void theMainBranchByItsNameIsTheTable() {
        Reply created = server.script("result = pl.DataFrame({'x': [1]})", to("by_name@branch:main"));

        assertThat(created.json().at("/saved/table").asText())
                .as(created.text())
                .isEqualTo("default.by_name");
        assertThat(x("by_name")).isEqualTo("[[1]]");
    }

    @Test
    void aWriteToABranchChangesNoColumns() {
        tables.fill("columns", 1);
        branch("columns", "x");
        String frame = "result = pl.DataFrame({'x': [1], 'more': [2.5]})";

        Reply overwrite = server.script(frame, to("columns@branch:x"));
        Reply append = server.script(
                frame, Map.of("destination", "default.columns@branch:x", "saveMode", "append", "schemaMode", "merge"));

        for (Reply reply : List.of(overwrite, append)) {
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.json().path("code").asText()).isEqualTo("SCHEMA_MISMATCH");
            assertThat(reply.error())
                    .isEqualTo("The result does not fit the table oleander.default.columns@branch:x, and a write to a"
                            + " branch does not change the columns, which all branches share.");
            assertThat(reply.details()).isEqualTo("column 'more' is not in the table");
        }
        assertThat(rows("columns")).isEqualTo("[[1,\"row 1\"]]");
    }

    @Test
    void aBranchHasTheColumnsThatTheTableGotLater() {
        tables.fill("grown", 1);
        branch("grown", "x");
        tables.with("grown", table -> {
            table.updateSchema()
                    .renameColumn("name", "title")
                    .addColumn("more", StringType.get())
                    .commit();
            return true;
        });

        Reply reply = server.script(
                "result = pl.DataFrame({'x': [2], 'more': ['m']})",
                Map.of("destination", "default.grown@branch:x", "saveMode", "append"));

        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(server.query("SELECT x, title, more FROM t ORDER BY x", "t=default.grown@branch:x")
                        .rows())
                .isEqualTo("[[1,\"row 1\",null],[2,null,\"m\"]]");
        assertThat(server.query("SELECT x, title, more FROM t", "t=default.grown")
                        .rows())
                .isEqualTo("[[1,\"row 1\",null]]");
    }

    @Test
    void aBranchMustExist() {
        tables.fill("known", 1);
        branch("known", "audit");
        tables.with("known", table -> {
            table.manageSnapshots()
                    .createTag("v1", table.currentSnapshot().snapshotId())
                    .commit();
            return true;
        });

        for (String mode : List.of("append", "overwrite", "merge")) {
            Reply reply = server.script(
                    "result = pl.DataFrame({'x': [1], 'name': ['n']})",
                    Map.of("destination", "default.known@branch:audt", "saveMode", mode));
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.json().path("code").asText()).isEqualTo("UNKNOWN_TABLE");
            assertThat(reply.error())
                    .isEqualTo("The table oleander.default.known has no branch 'audt'. Did you mean 'audit'? A run"
                            + " writes to branches that exist: create the branch with ./nerium branches create"
                            + " default.known NAME.");
        }
        assertThat(server.script("result = pl.DataFrame({'x': [1]})", to("known@branch:v1"))
                        .error())
                .startsWith("The table oleander.default.known has no branch 'v1'.");
        assertThat(server.script("result = pl.DataFrame({'x': [1]})", to("unknown@branch:x"))
                        .error())
                .startsWith("There is no table 'default.unknown'.");
        assertThat(tables.exists("unknown")).isFalse();
        assertThat(tables.snapshots("known")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a/b", "a b", "größe 🎉", "it's \"quoted\"", "a@b", "x.y$z", "branch:x", " ", "1234", "=a=b"})
    void aBranchHasAnyName(String name) {
        String table = "named" + UUID.randomUUID().toString().replace("-", "");
        tables.fill(table, 1);
        branch(table, name);
        String quoted = "@branch:\"" + name.replace("\"", "\"\"") + "\"";

        Reply saved = save(table + quoted, "append", 2);

        assertThat(x(table + quoted)).isEqualTo("[[1],[2]]");
        assertThat(x(table)).isEqualTo("[[1]]");
        JsonNode run = record(saved);
        assertThat(run.path("destination").asText()).startsWith("oleander.default." + table + "@branch:");
        assertThat(run.at("/output/table").asText())
                .isEqualTo(run.path("destination").asText());
    }

    @Test
    void aBranchOfThreeHundredCharactersIsWritten() {
        String name = "ü".repeat(300);
        tables.fill("long", 1);
        branch("long", name);

        save("long@branch:" + name, "append", 2);

        assertThat(x("long@branch:" + name)).isEqualTo("[[1],[2]]");
    }

    @Test
    void anUploadGoesToABranch() {
        tables.fill("uploaded", 1);
        branch("uploaded", "a/b");
        String path = "/api/v1/catalogs/oleander/namespaces/default/tables/uploaded?branch=";

        Reply appended = upload("POST", path + "a%2Fb", "x,name\n2,two\n");
        assertThat(appended.json().at("/saved/table").asText())
                .as(appended.text())
                .isEqualTo("default.uploaded@branch:a/b");
        assertThat(rows("uploaded@branch:a/b")).isEqualTo("[[1,\"row 1\"],[2,\"two\"]]");
        assertThat(upload("PUT", path + "a%2Fb", "x,name\n3,three\n").status()).isEqualTo(200);
        assertThat(rows("uploaded@branch:a/b")).isEqualTo("[[3,\"three\"]]");
        assertThat(upload("POST", path + "none", "x,name\n2,two\n").status()).isEqualTo(400);
        assertThat(rows("uploaded")).isEqualTo("[[1,\"row 1\"]]");
    }

    @Test
    void aStatementWritesToABranch() {
        tables.fill("stated", 1);
        branch("stated", "a b");

        Reply inserted = server.statement("INSERT INTO \"default.stated@branch:a b\" VALUES (2, 'two')");
        assertThat(inserted.json().at("/saved/table").asText())
                .as(inserted.text())
                .isEqualTo("default.stated@branch:\"a b\"");
        assertThat(record(inserted).path("destination").asText()).isEqualTo("oleander.default.stated@branch:\"a b\"");
        server.statement(
                "INSERT INTO default.\"stated@branch:a b\" SELECT x + 10, name FROM \"default.stated@branch:a b\"");
        assertThat(rows("stated@branch:\"a b\"")).isEqualTo("[[1,\"row 1\"],[2,\"two\"],[11,\"row 1\"],[12,\"two\"]]");
        assertThat(server.statement("CREATE OR REPLACE TABLE \"default.stated@branch:a b\" AS SELECT 1 AS x")
                        .error())
                .isEqualTo("CREATE TABLE makes a table, and default.stated@branch:\"a b\" is a branch of one: create"
                        + " the branch, then write INSERT INTO or INSERT OVERWRITE.");
        assertThat(server.statement("INSERT INTO \"default.stated@branch:none\" VALUES (2, 'two')")
                        .error())
                .startsWith("The table oleander.default.stated has no branch 'none'.");
        assertThat(server.statement("INSERT INTO \"default.stated@tag:x\" VALUES (2, 'two')")
                        .error())
                .contains("can only be read");
        assertThat(rows("stated")).isEqualTo("[[1,\"row 1\"]]");
    }

    @Test
    void aRequestThatIsSentAgainIsWrittenOnceAndOtherBranchesAreOtherRequests() {
        tables.fill("again", 1);
        branch("again", "x");
        branch("again", "y");
        String key = UUID.randomUUID().toString();
        String body = """
                {"mode": "query", "query": "SELECT 2 AS x, 'new' AS name", "saveMode": "append", "destination": "default.again@branch:%s"}""";

        Reply first = post(key, body.formatted("x"));
        Reply second = post(key, body.formatted("x"));
        Reply other = post(key, body.formatted("y"));

        assertThat(first.status()).as(first.text()).isEqualTo(200);
        assertThat(second.text()).isEqualTo(first.text());
        assertThat(second.json().at("/saved/table").asText()).isEqualTo("default.again@branch:x");
        assertThat(other.status()).isEqualTo(409);
        assertThat(x("again@branch:x")).isEqualTo("[[1],[2]]");
        assertThat(x("again@branch:y")).isEqualTo("[[1]]");
    }

    @Test
    void aCachedResultIsThatOfTheBranchAsItIs() {
        tables.fill("cached", 1);
        branch("cached", "x");

        for (int rows = 1; rows <= 3; rows++) {
            for (String outcome : List.of("miss", "hit")) {
                Reply reply = server.query("SELECT count(*) AS n FROM t", "t=default.cached@branch:x");
                assertThat(reply.rows()).isEqualTo("[[" + rows + "]]");
                assertThat(reply.json().path("cache").asText()).isEqualTo(outcome);
            }
            assertThat(server.query("SELECT count(*) AS n FROM t", "t=default.cached")
                            .rows())
                    .isEqualTo("[[1]]");
            save("cached@branch:x", "append", rows + 1);
        }
    }

    @Test
    void lineageNamesTheTableAndTheBranchOfTheWrite() {
        tables.fill("source", 1);
        tables.fill("lined", 1);
        branch("lined", "x");

        Reply reply = server.script("result = scan('default.source')", to("lined@branch:x"));
        Reply failed = server.script("result = scan('default.source').select('nope')", to("lined@branch:x"));

        JsonNode output = last(reply).at("/outputs/0");
        assertThat(output.path("name").asText()).endsWith("default/lined");
        assertThat(output.at("/outputFacets/nerium_write/branch").asText()).isEqualTo("x");
        assertThat(output.at("/facets/version/datasetVersion").asText())
                .isEqualTo(record(reply).at("/output/snapshot_id").asText());
        // The rows of the main branch are still there.
        assertThat(output.at("/facets/lifecycleStateChange").isMissingNode()).isTrue();
        assertThat(last(failed).at("/outputs/0/name").asText()).endsWith("default/lined");
        assertThat(server.get("/api/v1/lineage/graph?table=default.lined&direction=upstream")
                        .text())
                .contains("default/source");
    }

    @Test
    void writersToOneBranchLoseNothing() throws Exception {
        tables.fill("crowd", 0);
        branch("crowd", "x");
        branch("crowd", "y");
        List<Future<Reply>> replies = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 1; i <= 12; i++) {
                String to = "crowd" + List.of("@branch:x", "@branch:y", "").get(i % 3);
                int value = i;
                replies.add(threads.submit(() -> server.write(columns(value), to(to, "append"))));
            }
        }

        for (Future<Reply> reply : replies) {
            assertThat(reply.get().status()).as(reply.get().text()).isEqualTo(200);
        }
        assertThat(x("crowd@branch:x")).isEqualTo("[[0],[3],[6],[9],[12]]");
        assertThat(x("crowd@branch:y")).isEqualTo("[[0],[1],[4],[7],[10]]");
        assertThat(x("crowd")).isEqualTo("[[0],[2],[5],[8],[11]]");
    }

    @Test
    void anOverwriteOfABranchConflictsWithWritesToThatBranchAlone() {
        tables.fill("raced", 1);
        branch("raced", "x");
        CompletableFuture<Reply> apart = slowly("scan('default.raced@branch:x')", "raced@branch:x", "raced");
        save("raced", "append", 2);
        assertThat(apart.join().status()).as(apart.join().text()).isEqualTo(200);

        CompletableFuture<Reply> raced = slowly("scan('default.raced@branch:x')", "raced@branch:x", "raced");
        save("raced@branch:x", "append", 3);

        assertThat(raced.join().status()).as(raced.join().text()).isEqualTo(409);
        assertThat(raced.join().error())
                .isEqualTo("The table oleander.default.raced@branch:x was changed by others meanwhile; nothing was"
                        + " written.");
        assertThat(x("raced@branch:x")).isEqualTo("[[1],[3]]");
        assertThat(x("raced")).isEqualTo("[[1],[2]]");
    }

    @Test
    void aMergeIntoABranchConflictsWithWritesToThatBranchAlone() {
        tables.fill("merged", 1, 2);
        branch("merged", "x");
        Map<String, ?> merge =
                Map.of("destination", "default.merged@branch:x", "saveMode", "merge", "mergeKeys", List.of("x"));
        String rows = "pl.LazyFrame({'x': [2, 5], 'name': ['m', 'm']})";

        CompletableFuture<Reply> apart = slowly(rows, merge, "merged");
        save("merged", "append", 5);
        assertThat(apart.join().status()).as(apart.join().text()).isEqualTo(200);
        assertThat(rows("merged@branch:x")).isEqualTo("[[1,\"row 1\"],[2,\"m\"],[5,\"m\"]]");

        CompletableFuture<Reply> raced = slowly("pl.LazyFrame({'x': [2, 7], 'name': ['n', 'n']})", merge, "merged");
        save("merged@branch:x", "append", 7);
        assertThat(raced.join().status()).as(raced.join().text()).isEqualTo(409);
        assertThat(rows("merged@branch:x")).isEqualTo("[[1,\"row 1\"],[2,\"m\"],[5,\"m\"],[7,\"new\"]]");
        assertThat(rows("merged")).isEqualTo("[[1,\"row 1\"],[2,\"row 2\"],[5,\"new\"]]");
    }

    @Test
    void aBranchThatWasDroppedMeanwhileDoesNotComeBack() {
        tables.fill("gone", 1);
        branch("gone", "x");
        String before = tables.metadataFile("gone");
        CompletableFuture<Reply> append = slowly(
                "pl.LazyFrame({'x': [2], 'name': ['n']})",
                Map.of("destination", "default.gone@branch:x", "saveMode", "append"),
                "gone");
        tables.with("gone", table -> {
            table.manageSnapshots().removeBranch("x").commit();
            table.updateProperties().set("wake", "up").commit();
            return true;
        });

        assertThat(append.join().status()).as(append.join().text()).isEqualTo(409);
        assertThat(tables.<Boolean>with("gone", table -> table.refs().containsKey("x")))
                .isFalse();
        assertThat(x("gone")).isEqualTo("[[1]]");
        assertThat(tables.metadataFile("gone")).isNotEqualTo(before);
    }

    private static void branch(String table, String name) {
        tables.with(table, loaded -> {
            loaded.manageSnapshots()
                    .createBranch(name, loaded.currentSnapshot().snapshotId())
                    .commit();
            return true;
        });
    }

    private static String columns(int... values) {
        List<String> xs = new ArrayList<>();
        for (int value : values) {
            xs.add(String.valueOf(value));
        }
        return "{'x': [%s], 'name': [%s]}"
                .formatted(String.join(", ", xs), String.join(", ", Collections.nCopies(values.length, "'new'")));
    }

    private static Map<String, ?> to(String table) {
        return to(table, "overwrite");
    }

    private static Map<String, ?> to(String table, String mode) {
        return Map.of("destination", "default." + table, "saveMode", mode);
    }

    private static Reply save(String table, String mode, int... values) {
        Reply reply = server.write(columns(values), to(table, mode));
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return reply;
    }

    private static Reply merge(String table, int... values) {
        Map<String, Object> more = new HashMap<>(to(table, "merge"));
        more.put("mergeKeys", List.of("x"));
        return server.write(columns(values), more);
    }

    private static String rows(String table) {
        return query("SELECT x, name FROM t ORDER BY x", table);
    }

    private static String x(String table) {
        return query("SELECT x FROM t ORDER BY x", table);
    }

    private static String query(String sql, String table) {
        Reply reply = server.query(sql, "t=default." + table);
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return reply.rows();
    }

    private static JsonNode record(Reply reply) {
        return server.get("/api/v2/runs/" + reply.json().path("run_id").asText())
                .json();
    }

    private static JsonNode last(Reply reply) {
        String path = "/api/v2/runs/" + reply.json().path("run_id").asText() + "/lineage";
        await().until(() -> server.get(path).text().matches("(?s).*\"eventType\": ?\"(COMPLETE|FAIL)\".*"));
        JsonNode events = server.get(path).json().path("events");
        return events.get(events.size() - 1);
    }

    private static Reply post(String key, String body) {
        return server.send(server.request("/api/v1/warehouse/polars")
                .header("Idempotency-Key", key)
                .POST(BodyPublishers.ofString(body))
                .build());
    }

    private static Reply upload(String method, String path, String text) {
        return server.send(server.request(path)
                .header("Content-Type", "text/csv")
                .method(method, BodyPublishers.ofString(text))
                .build());
    }

    private static CompletableFuture<Reply> slowly(String result, String destination, String table) {
        return slowly(result, to(destination), table);
    }

    /** Starts a script that waits, once it writes, until its table has changed; returns while it waits. */
    private static CompletableFuture<Reply> slowly(String result, Map<String, ?> more, String table) {
        UUID id = new RunIds(Clock.systemUTC()).next();
        String script = """
                import time
                def version():
                    return catalog.load_table('default.%s').metadata_location
                before = version()
                def pause(frame):
                    print('waits', flush=True)
                    while version() == before:
                        time.sleep(0.05)
                    return frame
                result = %s
                result = result.map_batches(pause, schema=result.collect_schema())
                """.formatted(table, result);
        CompletableFuture<Reply> reply =
                CompletableFuture.supplyAsync(() -> server.script(script, more, id), Thread::startVirtualThread);
        await().until(() -> server.get("/api/v2/runs/" + id + "/logs").text().contains("waits"));
        return reply;
    }
}
