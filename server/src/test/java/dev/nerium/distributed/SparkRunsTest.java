package dev.nerium.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.auth.Scope;
import dev.nerium.interop.Python;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Workloads on a real Spark cluster, over tables of a lake that other runs write. */
@Tag("interop")
@Tag("spark")
@Timeout(300)
class SparkRunsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Six of the 44 texts, three of SQL and three scripts: {@code -Dnerium.tpch=full} asks for all of them. */
    private static final List<String> QUESTIONS = IntStream.rangeClosed(1, 22)
            .boxed()
            .flatMap(number -> Stream.of("sql", "py")
                    .filter(language -> isFull() || number % 8 == (language.equals("sql") ? 1 : 2))
                    .map("q%02d."::concat)
                    .map(name -> name.formatted(number)))
            .toList();

    private static boolean isFull() {
        return "full".equals(System.getProperty("nerium.tpch"));
    }

    private static SparkCluster cluster;
    private static TestServer server;

    @BeforeAll
    static void start() {
        cluster = SparkCluster.start();
        server = TestServer.start(cluster.settings());
        server.script("""
                import datetime as dt
                from decimal import Decimal
                result = pl.DataFrame({
                    'n': [1, 2, 3, 4],
                    's': ['a', 'ü', None, 'a'],
                    'x': [0.5, float('nan'), None, -0.0],
                    'd': [dt.date(2024, 2, 29), None, dt.date(1969, 12, 31), dt.date(2024, 1, 1)],
                    'm': [Decimal('1.50'), None, Decimal('-0.05'), Decimal('99999999.99')],
                    'l': [[1, None], [], None, [4]],
                    't': [dt.datetime(2024, 1, 1, 12, 0, 0, 123456), None, dt.datetime(1, 1, 1), dt.datetime(9999, 1, 1)],
                }, schema_overrides={'m': pl.Decimal(10, 2)})
                """, Map.of("destination", "default.t"));
    }

    @AfterAll
    static void stop() {
        server.close();
        cluster.close();
    }

    /** Whatever a run did, its staging folder is gone. */
    @AfterEach
    void nothingIsLeft() throws IOException {
        try (Stream<Path> left = Files.list(server.stagingFolder())) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void aQueryGivesTheRowsThatItGivesHere() {
        requireSame("SELECT s, COUNT(*) AS c, SUM(n) AS total FROM t GROUP BY s ORDER BY total DESC");
        requireSame("SELECT * FROM t ORDER BY n");
        requireSame("SELECT n FROM t WHERE x > 0 ORDER BY n");
        requireSame("SELECT n FROM t WHERE n > 100");
        requireSame("SELECT MAX(x) AS x, MIN(d) AS d, SUM(m) AS m FROM t");
    }

    @Test
    void namesThatDifferInCaseAreColumnsOfTheirOwn() {
        server.script(
                "result = pl.DataFrame({'id': [1, 2], 'ID': ['x', 'y'], 'a.B': [{'f': 1, 'F': 2}, None]})",
                Map.of("destination", "default.cases"));
        String sql = "SELECT ID, id, \"a.B\" FROM t WHERE id > 0 AND ID <> 'z' ORDER BY id DESC";
        Map<String, Object> there = Map.of("distributed", true, "destination", "default.cases_there");
        Map<String, Object> body = new HashMap<>(there);
        body.putAll(Map.of("mode", "query", "query", sql, "tables", List.of("t=default.cases")));

        Reply written =
                server.post("/api/v1/warehouse/polars", JSON.valueToTree(body).toString());

        assertThat(written.status()).as(written.text()).isEqualTo(200);
        assertThat(server.query("SELECT * FROM t ORDER BY id DESC", "t=default.cases_there")
                        .rows())
                .isEqualTo(server.query(sql, "t=default.cases").rows())
                .isEqualTo("[[\"y\",2,null],[\"x\",1,{\"f\":1,\"F\":2}]]");
    }

    @Test
    void aTableWithAVariantIsReadWithoutIt() {
        server.post("/iceberg/v1/oleander/namespaces/default/tables", """
                {"name": "variants", "properties": {"format-version": "3"}, "schema": {"type": "struct", "fields": [
                    {"id": 1, "name": "n", "type": "long", "required": false},
                    {"id": 2, "name": "v", "type": "variant", "required": false}]}}""");

        Reply without = distributed("SELECT COUNT(n) AS c FROM t", "t=default.variants");
        Reply with = distributed("SELECT n, v FROM t", "t=default.variants");

        assertThat(without.rows()).as(without.text()).isEqualTo("[[0]]");
        assertThat(with.status()).isEqualTo(400);
        assertThat(with.error()).contains("default.variants", "'v'", "variant");
    }

    @Test
    void theQuotaOfAKeyHoldsForADistributedRun() {
        String admin = server.key();
        String quota = "/api/v2/quotas/default";
        try {
            server.useKey("limited", Scope.READ);
            put(admin, quota, "{\"result_rows\": 2}");
            Reply large = distributed("SELECT n FROM t");
            put(admin, quota, "{\"concurrent_runs\": 0}");
            Reply refused = distributed("SELECT n FROM t");
            put(admin, quota, "{\"concurrent_runs\": 1}");
            Reply admitted = distributed("SELECT n FROM t WHERE n < 3 ORDER BY n");

            assertThat(large.error()).contains("result_rows is 2");
            assertThat(refused.status()).isEqualTo(429);
            assertThat(admitted.rows()).isEqualTo("[[1],[2]]");
        } finally {
            server.useKey(admin);
            server.delete(quota);
        }
    }

    private static void put(String key, String path, String body) {
        Reply reply = server.send(server.request(path)
                .setHeader("Authorization", "Bearer " + key)
                .PUT(BodyPublishers.ofString(body))
                .build());
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    }

    private static void requireSame(String sql) {
        Reply here = server.query(sql, "t=default.t");

        Reply there = distributed(sql);

        assertThat(there.status()).as(there.text()).isEqualTo(200);
        assertThat(there.rows()).as(sql).isEqualTo(here.rows());
        assertThat(there.json().at("/results/column_types"))
                .isEqualTo(here.json().at("/results/column_types"));
        assertThat(there.json().path("row_count")).isEqualTo(here.json().path("row_count"));
        assertThat(there.json().path("compute").toString())
                .isEqualTo(
                        "{\"mode\":\"spark-connect\",\"distributed\":true,\"instanceType\":null,\"clusterSize\":null,"
                                + "\"provider\":\"spark-connect\",\"vcpus\":null,\"memory_bytes\":null}");
    }

    /** TPC-H at a small scale: every answer equals that of Polars alone on the bare files. */
    @Test
    @Timeout(600)
    void theQuestionsOfTpchAreAnsweredAsByPolarsAlone() {
        try (TestServer tpch = TestServer.start(cluster.settings())) {
            JsonNode outcomes = Python.run(tpch, "tpch", """
                    load(0.01)
                    more["distributed"] = True
                    answer({name: compare(name) for name in "%s".split()})
                    """.formatted(String.join(" ", QUESTIONS)));

            QUESTIONS.forEach(
                    name -> assertThat(outcomes.path(name).asText()).as(name).isEqualTo("equal"));
        }
    }

    /** Files of Iceberg's writer have names that Avro takes. */
    @Test
    void namesMayHaveAnyCharacters() {
        String odd =
                "result = scan('default.t').sort('n').select(pl.col('n').alias('1st'), pl.col('s').alias('unit-price'),"
                        + " pl.col('m').alias('größe in €'), pl.struct(pl.col('n').alias('x y'), pl.struct(pl.col('s').alias('a.b')).alias('2'))"
                        + ".alias('n rows'), pl.concat_list(pl.struct(pl.col('n').alias('x y'))).alias('[]'))";
        Reply here = server.script(odd);

        Reply there = distributed(odd, Map.of());
        Reply written = distributed(odd, Map.of("destination", "default.odd"));

        assertThat(there.status()).as(there.text()).isEqualTo(200);
        assertThat(there.rows()).isEqualTo(here.rows());
        assertThat(there.json().at("/results/columns")).isEqualTo(here.json().at("/results/columns"));
        assertThat(written.status()).as(written.text()).isEqualTo(200);
        assertThat(server.query("SELECT * FROM o ORDER BY \"1st\"", "o=default.odd")
                        .rows())
                .isEqualTo(here.rows());
        assertThat(distributed("SELECT COUNT(*) AS \"n rows\" FROM t").rows()).isEqualTo("[[4]]");
        assertThat(distributed("SELECT * FROM o ORDER BY \"1st\"", "o=default.odd")
                        .rows())
                .isEqualTo(here.rows());
        Reply nameless = distributed("result = scan('default.t').select(pl.col('n').alias(''))", Map.of());
        assertThat(nameless.status()).as(nameless.text()).isEqualTo(400);
        assertThat(nameless.error())
                .isEqualTo("A column of the result has the name '', which the cluster can't write.");
    }

    @Test
    void aColumnWithADefaultIsNotLeftOut() {
        Reply made = server.post("/iceberg/v1/oleander/namespaces/default/tables", """
                {"name": "defaults", "properties": {"format-version": "3"}, "schema": {"type": "struct", "fields": [
                  {"id": 1, "name": "n", "required": false, "type": "long"},
                  {"id": 2, "name": "k", "required": false, "type": "int", "initial-default": 7, "write-default": 7}]}}
                """);
        assertThat(made.status()).as(made.text()).isEqualTo(200);

        Reply reply = distributed(
                "result = scan('default.t').select('n')",
                Map.of("destination", "default.defaults", "saveMode", "append"));

        assertThat(reply.status()).as(reply.text()).isEqualTo(400);
        assertThat(reply.error())
                .startsWith("The result has no column 'k', for which oleander.default.defaults has a default");
    }

    @Test
    void aSortedFrameKeepsItsOrder() {
        requireSame("SELECT DISTINCT s FROM t ORDER BY s DESC");
    }

    @Test
    void itsPlanIsThatOfThisMachine() {
        Reply there = distributed("SELECT MAX(n) AS n FROM t WHERE n > 2");

        Reply plan = server.get("/api/v2/runs/" + there.json().path("run_id").asText() + "/plan");

        assertThat(plan.status()).as(plan.text()).isEqualTo(200);
        assertThat(plan.json().path("plan").asText()).contains("default.t", "> 2");
    }

    @Test
    void aColumnThatSparkHasNoTypeForIsNamed() {
        server.script(
                "import datetime as dt\nresult = pl.DataFrame({'n': [1], 'at': [dt.time(12)]})",
                Map.of("destination", "default.clock"));

        Reply reply = distributed("SELECT n FROM c", "c=default.clock");

        assertThat(reply.status()).as(reply.text()).isEqualTo(400);
        assertThat(reply.error())
                .isEqualTo(
                        "The cluster can't read table oleander.default.clock: Spark has no type for its column 'at', which has Time.");
        assertThat(reply.details()).contains("Send distributed: false");
    }

    @Test
    void runsAtTheSameTimeReadTheirOwnTables() {
        List<CompletableFuture<Reply>> replies = Stream.of(
                        "f=default.flowers", "f=default.t", "f=default.flowers", "f=default.t")
                .map(table -> CompletableFuture.supplyAsync(() -> distributed("SELECT COUNT(*) AS c FROM f", table)))
                .toList();

        assertThat(replies)
                .extracting(reply -> reply.join().rows())
                .containsExactly("[[150]]", "[[4]]", "[[150]]", "[[4]]");
    }

    @Test
    void aScriptWritesToATable() {
        Reply written = distributed(
                "result = scan('default.t').filter(pl.col('n') > 1).select('n', double=pl.col('n') * 2)",
                Map.of("destination", "default.doubled", "clusterSize", 3));

        assertThat(written.status()).as(written.text()).isEqualTo(200);
        assertThat(written.json().has("results")).isFalse();
        assertThat(written.json().path("row_count").asInt()).isEqualTo(3);
        assertThat(written.json().at("/saved/rows_written").asInt()).isEqualTo(3);
        assertThat(written.json().path("warnings").toString())
                .isEqualTo("[\"clusterSize was not used: spark-connect has a fixed number of machines.\"]");
        assertThat(server.query("SELECT * FROM d ORDER BY n", "d=default.doubled")
                        .rows())
                .isEqualTo("[[2,4],[3,6],[4,8]]");

        Reply appended = distributed(
                "result = scan('default.doubled').select('n')",
                Map.of("destination", "default.doubled", "saveMode", "append"));

        assertThat(appended.status()).as(appended.text()).isEqualTo(200);
        assertThat(server.query("SELECT COUNT(*) AS c, SUM(double) AS s FROM d", "d=default.doubled")
                        .rows())
                .isEqualTo("[[6,18]]");
    }

    @Test
    void whatASchemaForbidsIsRefusedBeforeTheClusterBegins() {
        distributed("result = scan('default.t').select('n')", Map.of("destination", "default.narrow"));

        Reply reply = distributed(
                "result = scan('default.t').select(n='s')",
                Map.of("destination", "default.narrow", "saveMode", "append"));

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.error()).contains("narrow");
    }

    @Test
    void partitionsDeletesAndOlderVersionsAreRead() {
        server.script(
                "result = pl.DataFrame({'k': [1, 2, 3], 'v': ['a', 'b', 'c']})", Map.of("destination", "default.kept"));
        Reply first = server.query("SELECT snapshot_id FROM s", "s=default.kept$snapshots");
        String snapshot = first.json().at("/results/rows/0/0").asText();
        server.script(
                "result = pl.DataFrame({'k': [2, 4], 'v': ['B', 'D']})",
                Map.of("destination", "default.kept", "saveMode", "merge", "mergeKeys", List.of("k")));

        assertThat(distributed("SELECT k, v FROM t ORDER BY k", "t=default.kept")
                        .rows())
                .isEqualTo("[[1,\"a\"],[2,\"B\"],[3,\"c\"],[4,\"D\"]]");
        assertThat(distributed("SELECT k, v FROM t ORDER BY k", "t=default.kept@" + snapshot)
                        .rows())
                .isEqualTo("[[1,\"a\"],[2,\"b\"],[3,\"c\"]]");
    }

    @Test
    void whatTheClusterCantDoNamesTheNodeAndTheLine() {
        Reply reply = distributed("""
                frame = scan('default.t')
                result = frame.with_columns(
                    pl.col('n').cum_sum(),
                )
                """, Map.of());

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.error()).startsWith("The cluster can't run cum_sum: it depends on the order of rows");
        assertThat(reply.details()).contains("Send distributed: false");
    }

    @Test
    void whatFailsOnTheClusterFailsTheRun() {
        Reply reply = distributed(
                "result = scan('default.t').select(pl.col('s').cast(pl.Int64))",
                Map.of("destination", "default.never"));

        assertThat(reply.status()).as(reply.text()).isEqualTo(400);
        assertThat(reply.error()).startsWith("The cluster failed to run the workload:");
        assertThat(reply.text()).doesNotContain("org.apache.spark");
        assertThat(server.query("SELECT * FROM t", "t=default.never").status()).isEqualTo(400);
    }

    @Test
    void whatIsForOneMachineSaysSo() {
        assertThat(distributed("SELECT * FROM t", Map.of("explain", true)).error())
                .startsWith("explain and distributed are both true");
        assertThat(distributed(
                                "SELECT * FROM t",
                                Map.of("destination", "default.x", "saveMode", "merge", "mergeKeys", List.of("n")))
                        .error())
                .startsWith("saveMode is 'merge' and distributed is true");
        assertThat(distributed("SELECT * FROM t", "t=default.t$history").error())
                .contains("describes another");
    }

    /** An executor whose task is interrupted while it loads Iceberg's classes cannot load them any more. */
    private static void useEveryExecutor() {
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int query = 0; query < 4; query++) {
                clients.execute(() -> requireSame("SELECT MAX(n) AS n FROM t"));
            }
        }
    }

    @Test
    void aCancelReachesTheCluster() {
        UUID run = UUID.fromString("0198f8a2-6c1e-7cc4-9d3b-2f6c8e1a7b05");
        useEveryExecutor();
        Set<String> before = cluster.tasksBegun();
        CompletableFuture<Reply> reply = CompletableFuture.supplyAsync(
                () -> server.script(LONG, Map.of("destination", "default.long", "distributed", true), run));
        cluster.awaitLongTask(before);

        assertThat(server.delete("/api/v2/runs/" + run).status()).isLessThan(300);

        assertThat(reply.join().error()).isEqualTo("The run was cancelled.");
        assertThat(server.get("/api/v2/runs/" + run).json().path("state").asText())
                .isEqualTo("ABORT");
        cluster.awaitNoTask(before);
    }

    @Test
    void aRunThatTakesTooLongIsEnded() {
        useEveryExecutor();
        Set<String> before = cluster.tasksBegun();

        Reply reply = distributed(LONG, Map.of("destination", "default.long", "timeoutSeconds", 10));

        assertThat(reply.error()).startsWith("The run was stopped after 10 s");
        cluster.awaitNoTask(before);
    }

    @Test
    void aWorkerOfTheClusterMayDieMeanwhile() throws IOException {
        Set<String> before = cluster.tasksBegun();
        CompletableFuture<Reply> reply = CompletableFuture.supplyAsync(
                () -> distributed(SOME_SECONDS, Map.of("destination", "default.survived")));
        await().until(() -> cluster.tasksBegun().size() > before.size());

        cluster.killWorker();
        cluster.addWorker();

        assertThat(reply.join().status()).as(reply.join().text()).isEqualTo(200);
        assertThat(server.query("SELECT COUNT(*) AS c FROM t", "t=default.survived")
                        .rows())
                .isEqualTo("[[1]]");
    }

    @Test
    void aSparkThatWasStartedAnewIsUsedAgain() throws IOException {
        String count = "SELECT COUNT(*) AS c FROM t";
        Reply before = distributed(count);

        cluster.restart();

        Reply after = distributed(count);
        assertThat(after.status()).as(after.text()).isEqualTo(200);
        assertThat(after.rows()).isEqualTo(before.rows());
    }

    @Test
    void theServerSaysWhetherTheClusterAnswers() {
        assertThat(server.get("/ready").json().path("distributed").asText()).isEqualTo("ready");
    }

    private static final String CROSS = """
            t = scan('default.t').select('n')
            for _ in range(%d):
                t = t.join(scan('default.t').select(m='n'), how='cross').select(n=pl.col('n') * 3 + pl.col('m'))
            result = t.select(pl.col('n').max())
            """;

    /** More pairs than any machine multiplies in a minute. */
    private static final String LONG = CROSS.formatted(18);

    private static final String SOME_SECONDS = CROSS.formatted(11);

    private static Reply distributed(String sql, String... tables) {
        Map<String, Object> more = new HashMap<>();
        more.put("tables", List.of(tables.length == 0 ? new String[] {"t=default.t"} : tables));
        return send("query", sql, more);
    }

    private static Reply distributed(String code, Map<String, ?> more) {
        Map<String, Object> fields = new HashMap<>(more);
        if (code.startsWith("SELECT")) {
            fields.put("tables", List.of("t=default.t"));
            return send("query", code, fields);
        }
        return send("script", code, fields);
    }

    private static Reply send(String mode, String code, Map<String, Object> fields) {
        fields.put("mode", mode);
        fields.put(mode, code);
        fields.put("distributed", true);
        return server.post("/api/v1/warehouse/polars", JSON.valueToTree(fields).toString());
    }
}
