package dev.nerium.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nerium.S3Server;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.interop.IcebergRest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Workloads on what stands in for a cluster of Polars, by the vendor's client, over tables whose catalog vends keys. */
@Tag("interop")
@Tag("spark") // for its Java
@Timeout(300)
class PolarsRunsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String HEADER = "canary-licence-of-the-cluster";

    private static PolarsStub cluster;
    private static S3Server store;
    private static IcebergRest catalog;
    private static IcebergRest lasting;
    private static TestServer server;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        cluster = PolarsStub.start();
        store = S3Server.start();
        catalog = catalog(folder, "session");
        lasting = catalog(folder, "credentials");
        server = TestServer.start(home(), cluster.onPrem());
        write("session.a.t", """
                import datetime as dt
                from decimal import Decimal
                result = pl.DataFrame({
                    'n': [1, 2, 3, 4],
                    's': ['a', 'ü', None, 'a'],
                    'x': [0.5, float('nan'), None, -0.0],
                    'd': [dt.date(2024, 2, 29), None, dt.date(1969, 12, 31), dt.date(2024, 1, 1)],
                    'm': [Decimal('1.50'), None, Decimal('-0.05'), Decimal('99999999.99')],
                    'l': [[1, None], [], None, [4]],
                    'q': [{'a': 1, 'b': 'x'}, None, {'a': None, 'b': 'y'}, {'a': 4, 'b': None}],
                    't': [dt.datetime(2024, 1, 1, 12, 0, 0, 123456), None, dt.datetime(1, 1, 1), dt.datetime(9999, 1, 1)],
                }, schema_overrides={'m': pl.Decimal(10, 2)})
                """);
        write("session.a.many", "result = pl.LazyFrame({'n': range(1000), 'k': ['a', 'b'] * 500})");
    }

    private static void write(String table, String source) {
        Reply reply = server.script(source, Map.of("destination", table, "saveMode", "append"));
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    }

    private static IcebergRest catalog(Path folder, String kind) throws IOException {
        return new IcebergRest(
                Files.createDirectory(folder.resolve(kind)),
                "s3://lake/" + kind,
                store.url().toString(),
                S3Server.KEY,
                S3Server.SECRET,
                kind);
    }

    private static Path home() throws IOException {
        Path home = TestServer.newHome();
        Files.writeString(home.resolve("headers"), "x-licence: " + HEADER + "\n");
        Files.writeString(home.resolve("token"), PolarsStub.token());
        Files.writeString(
                home.resolve("nerium.yaml"), "catalogs:\n" + entry("session", catalog) + entry("credentials", lasting));
        return home;
    }

    private static String entry(String name, IcebergRest from) {
        return "  %s: {type: rest, uri: '%s', folders: ['s3://lake/%s'], properties: {client.region: us-east-1}}%n"
                .formatted(name, from.uri(), name);
    }

    @AfterAll
    static void stop() throws IOException {
        String log = Files.readString(server.home().resolve("submitter.log"));
        server.close();
        catalog.close();
        lasting.close();
        store.close();
        cluster.close();
        assertThat(log).doesNotContain("canary").doesNotContain(S3Server.SECRET);
    }

    /** Whatever a run did, rows that were on their way are gone. */
    @AfterEach
    void nothingIsLeft() {
        cluster.ending("well");
        assertThat(store.objects("session")).noneMatch(object -> object.contains("nerium-staging"));
        assertThat(store.objects("session/a/never")).isEmpty();
    }

    @Test
    void aQueryGivesTheRowsThatItGivesHere() {
        requireSame("SELECT s, COUNT(*) AS c, SUM(n) AS total FROM t GROUP BY s ORDER BY total DESC, s");
        requireSame("SELECT * FROM t ORDER BY n");
        requireSame("SELECT n FROM t WHERE x > 0 ORDER BY n");
        requireSame("SELECT n FROM t WHERE n > 100");
        requireSame("SELECT MAX(x) AS x, MIN(d) AS d, SUM(m) AS m FROM t");
        requireSame("SELECT a.n, b.s FROM t AS a JOIN t AS b ON a.n = b.n + 1 ORDER BY a.n");
        requireSame("WITH u AS (SELECT n FROM t WHERE n < 3) SELECT COUNT(*) AS c FROM t WHERE n IN (SELECT n FROM u)");
    }

    @Test
    void aScriptGivesTheRowsThatItGivesHere() {
        requireSameScript("result = scan('session.a.t').filter(pl.col('q').struct.field('a') > 1)");
        requireSameScript("result = scan('session.a.t').select(pl.len(), pl.col('l').list.len().sum())");
        requireSameScript("result = scan('session.a.many').with_row_index().filter(pl.col('n') % 333 == 1)");
        requireSameScript("""
                other = pl.LazyFrame({'n': [1, 3, 9], 'v': ['one', None, 'drei']})
                result = scan('session.a.t').select('n', 's').join(other, on='n', how='left').sort('n')
                """);
    }

    private static void requireSame(String sql) {
        requireSame(
                sql, server.query(sql, "t=session.a.t"), distributed(sql, Map.of("tables", List.of("t=session.a.t"))));
    }

    private static void requireSameScript(String source) {
        requireSame(source, server.script(source), distributed(source, Map.of()));
    }

    private static void requireSame(String what, Reply here, Reply there) {
        assertThat(here.status()).as(here.text()).isEqualTo(200);
        assertThat(there.status()).as(there.text()).isEqualTo(200);
        assertThat(there.rows()).as(what).isEqualTo(here.rows());
        assertThat(there.json().at("/results/column_types"))
                .as(what)
                .isEqualTo(here.json().at("/results/column_types"));
        assertThat(there.json().path("row_count")).isEqualTo(here.json().path("row_count"));
        assertThat(there.json().path("compute").toString())
                .isEqualTo(
                        "{\"mode\":\"polars-on-prem\",\"distributed\":true,\"instanceType\":null,\"clusterSize\":null,"
                                + "\"provider\":\"polars-on-prem\",\"vcpus\":null,\"memory_bytes\":null}");
    }

    @Test
    void aScriptWritesToATable() {
        Reply written = distributed(
                "result = scan('session.a.t').filter(pl.col('n') > 1).select('n', double=pl.col('n') * 2)",
                Map.of("destination", "session.a.doubled", "clusterSize", 3));

        assertThat(written.status()).as(written.text()).isEqualTo(200);
        assertThat(written.json().has("results")).isFalse();
        assertThat(written.json().at("/saved/rows_written").asInt()).isEqualTo(3);
        assertThat(written.json().path("warnings").toString())
                .isEqualTo("[\"clusterSize was not used: polars-on-prem has a fixed number of machines.\"]");
        assertThat(rows("SELECT * FROM t ORDER BY n", "doubled")).isEqualTo("[[2,4],[3,6],[4,8]]");

        Reply appended = distributed(
                "result = scan('session.a.doubled').select('n')",
                Map.of("destination", "session.a.doubled", "saveMode", "append"));

        assertThat(appended.status()).as(appended.text()).isEqualTo(200);
        assertThat(rows("SELECT COUNT(*) AS c, SUM(double) AS s FROM t", "doubled"))
                .isEqualTo("[[6,18]]");

        Reply replaced = distributed(
                "result = scan('session.a.doubled').filter(pl.col('n') > 99)",
                Map.of("destination", "session.a.doubled", "saveMode", "overwrite"));

        assertThat(replaced.status()).as(replaced.text()).isEqualTo(200);
        assertThat(rows("SELECT COUNT(*) AS c FROM t", "doubled")).isEqualTo("[[0]]");
    }

    @Test
    void aPartitionedTableGetsItsPartitions() throws IOException, InterruptedException {
        create("""
                {"name": "parts", "schema": {"type": "struct", "fields": [
                  {"id": 1, "name": "n", "required": false, "type": "long"},
                  {"id": 2, "name": "s", "required": false, "type": "string"},
                  {"id": 3, "name": "d", "required": false, "type": "date"}]},
                 "partition-spec": {"spec-id": 0, "fields": [
                  {"source-id": 2, "field-id": 1000, "name": "s", "transform": "identity"},
                  {"source-id": 3, "field-id": 1001, "name": "m", "transform": "month"},
                  {"source-id": 1, "field-id": 1002, "name": "b", "transform": "bucket[4]"}]}}
                """);
        write("session.a.source", """
                import datetime as dt
                result = pl.DataFrame({
                    'n': [1, 2, 3, None, 5],
                    's': ['a/b=ü %+', '', None, 'a/b=ü %+', '__HIVE_DEFAULT_PARTITION__'],
                    'd': [dt.date(2024, 2, 29), None, dt.date(1969, 12, 31), dt.date(2024, 2, 1), dt.date(1, 1, 1)]})
                """);

        Reply written = distributed(
                "result = scan('session.a.source')", Map.of("destination", "session.a.parts", "saveMode", "append"));

        assertThat(written.status()).as(written.text()).isEqualTo(200);
        assertThat(rows("SELECT * FROM t ORDER BY n", "parts")).isEqualTo(rows("SELECT * FROM t ORDER BY n", "source"));
        assertThat(rows("SELECT n FROM t WHERE s = 'a/b=ü %+' ORDER BY n", "parts"))
                .isEqualTo(rows("SELECT n FROM t WHERE s = 'a/b=ü %+' ORDER BY n", "source"));
        assertThat(rows("SELECT n FROM t WHERE d < DATE '1970-01-01' ORDER BY n", "parts"))
                .isEqualTo("[[3],[5]]");
    }

    private static void create(String table) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(catalog.uri() + "/v1/namespaces/a/tables"))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(table))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        }
    }

    /** The files of the cluster are the table's, where it wrote them. */
    @Test
    void whatWasWrittenIsNotMoved() {
        Reply written = distributed("result = scan('session.a.many')", Map.of("destination", "session.a.stays"));

        assertThat(written.status()).as(written.text()).isEqualTo(200);
        String run = written.json().path("run_id").asText();
        assertThat(store.objects("session/a/stays/data"))
                .singleElement()
                .asString()
                .contains("/" + run + "/");
    }

    @Test
    void deletedRowsStayDeleted() {
        write("session.a.merged", "result = pl.LazyFrame({'n': [3, 500, 999, 2000], 'k': ['z'] * 4})");
        write("session.a.merged", "result = pl.LazyFrame({'n': range(3000), 'k': ['a', 'b'] * 1500})");
        Reply merged = server.script(
                "result = pl.LazyFrame({'n': [3, 999, 2999], 'k': ['m'] * 3})",
                Map.of("destination", "session.a.merged", "saveMode", "merge", "mergeKeys", List.of("n")));
        assertThat(merged.status()).as(merged.text()).isEqualTo(200);

        String sql = "SELECT k, COUNT(*) AS c, SUM(n) AS s FROM t GROUP BY k ORDER BY k";
        Reply there = distributed(sql, Map.of("tables", List.of("t=session.a.merged")));

        assertThat(there.status()).as(there.text()).isEqualTo(200);
        assertThat(there.rows()).isEqualTo(rows(sql, "merged")).contains("[\"m\",3,4001]");
    }

    @Test
    void whatAClusterDoesNotDoIsRefused() {
        requireRefused(
                distributed("result = scan('session.a.t').select(pl.col('n').map_elements(lambda n: n + 1))", Map.of()),
                "it calls a Python function, and a cluster runs Polars' own only");
        requireRefused(
                distributed("result = pl.LazyFrame({'n': [1]})", Map.of()),
                "distributed is true, and the run reads no table");
        requireRefused(
                distributed("SELECT COUNT(*) AS c FROM t", Map.of("tables", List.of("t=session.a.t$snapshots"))),
                "describes another");
        write("default.here", "result = pl.LazyFrame({'n': [1]})");
        requireRefused(
                distributed("SELECT * FROM t", Map.of("tables", List.of("t=default.here"))),
                "which is a folder of this server");
        write("credentials.a.lasts", "result = pl.LazyFrame({'n': [1]})");
        requireRefused(
                distributed("SELECT * FROM t", Map.of("tables", List.of("t=credentials.a.lasts"))),
                "vends no key that expires");
    }

    private static void requireRefused(Reply reply, String why) {
        assertThat(reply.status()).as(reply.text()).isEqualTo(400);
        assertThat(reply.error()).contains(why).contains("distributed: false");
    }

    @ParameterizedTest
    @CsvSource({
        "failed, 400, the division by zero of the tests",
        "failed-silently, 400, the cluster does not say why",
        "preempted, 400, worker 2 was preempted",
        "cancelled, 400, the cluster cancelled the query",
        "wrongly, 400, the cluster does not say why",
        "expired, 400, ExpiredToken: The provided token has expired",
        "malformed, 503, Server returned unknown query status code",
        "missing-status, 503, no such query",
        "gone, 503, the scheduler is gone",
        "forbidden, 503, the licence has expired",
        "no-capacity, 503, no workers are left",
        "silent, 503, said nothing for 3 s",
        "silent-later, 503, said nothing for 3 s",
    })
    void aFailureIsNoSuccess(String ending, int status, String said) {
        cluster.ending(ending);

        Reply reply = distributed("result = scan('session.a.t')", Map.of("destination", "session.a.never"));

        assertThat(reply.status()).as(reply.text()).isEqualTo(status);
        assertThat(reply.error() + " " + reply.details()).contains(said).doesNotContain(S3Server.KEY);
        assertThat(server.query("SELECT * FROM t", "t=session.a.never").error()).startsWith("There is no table");
    }

    @Test
    void aRunThatTakesTooLongIsEndedOnTheCluster() {
        cluster.ending("endless");
        int before = cluster.asked("cancel").size();

        Reply reply = distributed("result = scan('session.a.t')", Map.of("timeoutSeconds", 3));

        assertThat(reply.error()).startsWith("The run was stopped after 3 s");
        await().until(() -> cluster.asked("cancel").size() == before + 1);
    }

    @Test
    void whatAKilledServerLeftIsRemovedByTheNext() throws IOException {
        write("session.a.doubtful", "result = pl.LazyFrame({'n': [0]})");
        cluster.ending("endless-after-it-wrote");
        UUID run = UUID.fromString("0198f8a2-6c1e-7cc4-9d3b-2f6c8e1a7b07");
        CompletableFuture<Reply> reply = CompletableFuture.supplyAsync(() -> server.script(
                "result = scan('session.a.t').select('n')",
                Map.of("distributed", true, "destination", "session.a.doubtful", "saveMode", "append"),
                run));
        String prefix = "session/a/doubtful/data/" + run;
        await().until(() -> !store.objects(prefix).isEmpty());
        // As it is in the moment when the server dies.
        Path home = TestServer.newHome();
        Files.copy(server.home().resolve("nerium.yaml"), home.resolve("nerium.yaml"));
        Path noted = server.home().resolve("lake").resolve("staged").resolve(run + ".json");
        Files.createDirectories(home.resolve("lake").resolve("staged"));
        Files.copy(noted, home.resolve("lake").resolve("staged").resolve(run + ".json"));

        try (TestServer next = TestServer.start(home, Map.of())) {
            await().until(() -> store.objects(prefix).isEmpty());
            assertThat(next.home().resolve("lake").resolve("staged")).isEmptyDirectory();
        }
        server.delete("/api/v2/runs/" + run);
        assertThat(reply.join().error()).isEqualTo("The run was cancelled.");
        assertThat(noted).doesNotExist();
    }

    @Test
    void aCancelReachesTheCluster() {
        cluster.ending("endless");
        int submitted = cluster.asked("submit").size();
        UUID run = UUID.fromString("0198f8a2-6c1e-7cc4-9d3b-2f6c8e1a7b06");
        CompletableFuture<Reply> reply = CompletableFuture.supplyAsync(
                () -> server.script("result = scan('session.a.t')", Map.of("distributed", true), run));
        await().until(() -> cluster.asked("submit").size() > submitted);

        assertThat(server.delete("/api/v2/runs/" + run).status()).isLessThan(300);

        assertThat(reply.join().error()).isEqualTo("The run was cancelled.");
    }

    @Test
    void theClusterIsToldHowAndByWhom() {
        Reply reply = distributed("SELECT COUNT(*) AS c FROM t", Map.of("tables", List.of("t=session.a.t")));

        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        var submitted = cluster.asked("submit").getLast();
        assertThat(submitted.at("/headers/x-licence").asText()).isEqualTo(HEADER);
        // Two workers at least, two retries of tasks; no operator on one worker.
        assertThat(submitted.path("settings").toString())
                .contains("[\"6\",\"2\"]")
                .contains("[\"9\",\"b'\\\\x08\\\\x02'\"]");
        assertThat(server.get("/ready").json().path("distributed").asText()).isEqualTo("ready");
    }

    @Test
    void machinesAreRentedBySizeAndTakenAgain() throws IOException {
        try (TestServer renting = TestServer.start(home(), cluster.cloud())) {
            for (int i = 0; i < 2; i++) {
                Reply reply = rented(renting, Map.of("instanceType", "m5.large", "clusterSize", 3));

                assertThat(reply.status()).as(reply.text()).isEqualTo(200);
                assertThat(reply.rows()).isEqualTo("[[4]]");
                assertThat(reply.json().path("compute").toString())
                        .isEqualTo(
                                "{\"mode\":\"polars-cloud\",\"distributed\":true,\"instanceType\":\"m5.large\","
                                        + "\"clusterSize\":3,\"provider\":\"polars-cloud\",\"vcpus\":null,\"memory_bytes\":null}");
                assertThat(reply.json().has("warnings")).isFalse();
            }
            assertThat(cluster.asked("start")).singleElement().satisfies(started -> {
                assertThat(started.path("type").asText()).isEqualTo("m5.large");
                assertThat(started.path("size").asInt()).isEqualTo(3);
                assertThat(started.path("idle").asInt()).isEqualTo(10);
            });

            assertThat(rented(renting, Map.of()).status()).isEqualTo(200);
            assertThat(cluster.asked("start")).hasSize(2);
            assertThat(cluster.asked("start").getLast().path("size").asInt()).isEqualTo(2);

            cluster.ending("unauthorized");
            Reply refused = rented(renting, Map.of());
            assertThat(refused.status()).as(refused.text()).isEqualTo(503);
            assertThat(refused.details()).contains("401 Unauthorized").doesNotContain("canary");
            cluster.ending("no-machines");
            Reply failed = rented(renting, Map.of("clusterSize", 5));
            assertThat(failed.status()).as(failed.text()).isEqualTo(503);
            assertThat(failed.details()).contains("Compute cluster in terminal state");
            cluster.ending("well");
        }
        // What did not start is stopped as well: it may start one day.
        assertThat(cluster.asked("stop")).hasSize(3);
    }

    private static Reply rented(TestServer renting, Map<String, ?> more) {
        return distributed(
                renting, "SELECT COUNT(*) AS c FROM t", fields(more, Map.of("tables", List.of("t=session.a.t"))));
    }

    private static Map<String, Object> fields(Map<String, ?> some, Map<String, ?> others) {
        Map<String, Object> all = new HashMap<>(some);
        all.putAll(others);
        return all;
    }

    private static String rows(String sql, String table) {
        return server.query(sql, "t=session.a." + table).rows();
    }

    private static Reply distributed(String code, Map<String, ?> more) {
        return distributed(server, code, more);
    }

    private static Reply distributed(TestServer to, String code, Map<String, ?> more) {
        String mode = code.startsWith("SELECT") || code.startsWith("WITH") ? "query" : "script";
        Map<String, Object> fields = fields(more, Map.of("mode", mode, mode, code, "distributed", true));
        return to.post("/api/v1/warehouse/polars", JSON.valueToTree(fields).toString());
    }
}
