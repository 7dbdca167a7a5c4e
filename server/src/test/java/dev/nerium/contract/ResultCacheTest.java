package dev.nerium.contract;

import static dev.nerium.contract.Requests.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.auth.Scope;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Results that are returned again while the tables of a query do not change. */
@Tag("server")
class ResultCacheTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String FLOWERS = "t=default.flowers";
    private static TestServer server;
    private static TestServer small;
    private static String admin;

    @BeforeAll
    static void start() {
        server = TestServer.start(Map.of("results.cache-bytes", "64MiB", "telemetry.flush-interval", "1s"));
        small = TestServer.start(Map.of("results.cache-bytes", "64KiB", "results.cache-ttl", "3s"));
        admin = server.key();
    }

    @AfterAll
    static void stop() {
        server.close();
        small.close();
    }

    @AfterEach
    void actAsAdmin() {
        server.useKey(admin);
    }

    @Test
    void aRepeatedQueryHasTheSameRowsWithoutAnExecution() {
        String sql = "SELECT species, avg(petal_length) AS petal FROM t GROUP BY species ORDER BY species";

        Reply first = server.query(sql, FLOWERS);
        Reply second = server.query(sql, FLOWERS);

        assertThat(cache(first)).isEqualTo("miss");
        assertThat(cache(second)).isEqualTo("hit");
        assertThat(second.json().path("results")).isEqualTo(first.json().path("results"));
        assertThat(second.json().path("row_count").asInt()).isEqualTo(3);
        assertThat(second.json().path("run_id")).isNotEqualTo(first.json().path("run_id"));
    }

    @Test
    void aHitHasARecordOfItsOwnWithInputsAndLineage() {
        String sql = "SELECT max(sepal_width) AS widest FROM t";
        JsonNode executed = record(server.query(sql, FLOWERS));

        JsonNode hit = record(server.query(sql, FLOWERS));

        assertThat(executed.path("cache").asText()).isEqualTo("miss");
        assertThat(executed.path("bytes_in").asLong()).isPositive();
        assertThat(hit.path("cache").asText()).isEqualTo("hit");
        assertThat(hit.path("state").asText()).isEqualTo("COMPLETE");
        assertThat(hit.path("row_count").asLong()).isEqualTo(1);
        assertThat(hit.path("bytes_in").asLong()).isZero();
        assertThat(hit.path("bytes_out")).isEqualTo(executed.path("bytes_out"));
        assertThat(hit.path("inputs")).isEqualTo(executed.path("inputs"));
        assertThat(hit.path("versions")).isEqualTo(executed.path("versions"));
        assertThat(hit.path("started_at").isTextual()).isTrue();
        assertThat(hit.path("duration").isNumber()).isTrue();
        assertThat(lineage(hit)).isEqualTo(lineage(executed)).contains("sepal_width");
    }

    @Test
    void aCommitIsSeenAtOnce() {
        write("default.changing", "overwrite", "[1, 2]");
        String sql = "SELECT sum(n) AS s FROM t";
        server.query(sql, "t=default.changing");
        assertThat(cache(server.query(sql, "t=default.changing"))).isEqualTo("hit");

        write("default.changing", "append", "[10]");
        Reply changed = server.query(sql, "t=default.changing");

        assertThat(cache(changed)).isEqualTo("miss");
        assertThat(changed.rows()).isEqualTo("[[13]]");
    }

    @Test
    void aTableThatWasDroppedAndMadeAgainIsAnother() {
        write("default.remade", "overwrite", "[1]");
        String sql = "SELECT sum(n) AS s FROM t";
        server.query(sql, "t=default.remade");
        assertThat(server.delete("/iceberg/v1/oleander/namespaces/default/tables/remade")
                        .status())
                .isEqualTo(204);

        assertThat(server.query(sql, "t=default.remade").json().path("code").asText())
                .isEqualTo("UNKNOWN_TABLE");

        write("default.remade", "overwrite", "[2]");
        assertThat(server.query(sql, "t=default.remade").rows()).isEqualTo("[[2]]");
    }

    @Test
    void theTextTheAliasesAndTheTablesAreParts() {
        server.query("SELECT count(*) AS n FROM t", FLOWERS);
        write("default.few", "overwrite", "[1]");

        assertThat(cache(server.query("SELECT count(*) AS n FROM t ", FLOWERS))).isEqualTo("miss");
        assertThat(cache(server.query("SELECT count(*) AS n FROM t", FLOWERS, "u=default.flowers")))
                .isEqualTo("miss");
        assertThat(server.query("SELECT count(*) AS n FROM t", "t=default.few").rows())
                .isEqualTo("[[1]]");
        assertThat(cache(server.query("SELECT count(*) AS n FROM t", FLOWERS))).isEqualTo("hit");
    }

    @Test
    void everyKindOfValueIsReturnedAsItWas() {
        server.script("""
                from decimal import Decimal
                result = pl.LazyFrame({
                    'd': [Decimal('1.10'), None], 'f': [float('nan'), -0.0], 'i': [float('inf'), None],
                    's': [{'a': [1, None], 'b': 'x'}, None], 'l': [[[1.5], []], []], 't': ['ä', ''], 'b': [b'\\x00', None],
                }, schema_overrides={'d': pl.Decimal(20, 2)})
                """, Map.of("destination", "default.kinds"));

        Reply first = server.query("SELECT * FROM t", "t=default.kinds");
        Reply second = server.query("SELECT * FROM t", "t=default.kinds");

        assertThat(first.status()).as(first.text()).isEqualTo(200);
        assertThat(cache(second)).isEqualTo("hit");
        assertThat(second.json().path("results")).isEqualTo(first.json().path("results"));
    }

    @Test
    void anArrowStreamIsByteForByteTheSame() {
        Reply first = arrow("SELECT species, petal_width FROM t WHERE petal_width > 1");
        Reply second = arrow("SELECT species, petal_width FROM t WHERE petal_width > 1");

        assertThat(first.response().headers().firstValue("X-Nerium-Cache")).contains("miss");
        assertThat(second.response().headers().firstValue("X-Nerium-Cache")).contains("hit");
        assertThat(second.text()).isEqualTo(first.text());
    }

    @Test
    void aResultOfAFileIsReturnedToo() {
        String sql = "SELECT a.petal_length, b.species, c.sepal_width FROM t AS a CROSS JOIN t AS b CROSS JOIN u AS c"
                + " WHERE c.sepal_width > 3.2";
        server.script("result = scan('default.flowers').head(60)", Map.of("destination", "default.sixty"));

        Reply first = arrow(sql, "t=default.sixty", "u=default.flowers");
        Reply second = arrow(sql, "t=default.sixty", "u=default.flowers");

        assertThat(first.text()).hasSizeGreaterThan(3_000_000);
        assertThat(second.response().headers().firstValue("X-Nerium-Cache")).contains("hit");
        assertThat(second.text()).isEqualTo(first.text());
    }

    @Test
    void anotherKeyExecutesItsOwn() {
        String sql = "SELECT min(petal_width) AS p FROM t";
        server.query(sql, FLOWERS);
        server.useKey("other-reader", Scope.READ);

        assertThat(cache(server.query(sql, FLOWERS))).isEqualTo("miss");
        assertThat(cache(server.query(sql, FLOWERS))).isEqualTo("hit");
    }

    @Test
    void aRevokedKeyGetsNothingAndItsRowsAreForgotten() {
        double before = metric(server, "nerium_result_cache_bytes");
        server.useKey("to-be-revoked", Scope.READ);
        String sql = "SELECT a.petal_width AS x, b.petal_width AS y FROM t AS a CROSS JOIN t AS b";
        server.query(sql, FLOWERS);
        assertThat(cache(server.query(sql, FLOWERS))).isEqualTo("hit");
        assertThat(metric(server, "nerium_result_cache_bytes")).isGreaterThan(before + 300_000);

        server.nerium().keys().revoke("to-be-revoked");

        assertThat(server.query(sql, FLOWERS).status()).isEqualTo(401);
        server.useKey(admin);
        await().untilAsserted(() ->
                assertThat(metric(server, "nerium_result_cache_bytes")).isLessThan(before + 300_000));
    }

    @Test
    void aRequestCanOptOut() {
        String sql = "SELECT max(petal_width) AS p FROM t";
        server.query(sql, FLOWERS);

        Reply fresh = query(Map.of("query", sql, "tables", List.of(FLOWERS), "cache", false));

        assertThat(fresh.json().has("cache")).isFalse();
        assertThat(record(fresh).path("cache").isNull()).isTrue();
        assertThat(record(fresh).path("bytes_in").asLong()).isPositive();
        assertThat(cache(query(Map.of("query", sql, "tables", List.of(FLOWERS), "cache", true))))
                .isEqualTo("hit");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"no\"", "0", "[]"})
    void theFieldIsABoolean(String value) {
        Reply reply = server.run(
                "{'mode': 'query', 'query': 'SELECT 1 AS a FROM t', 'tables': ['t=default.flowers'], 'cache': " + value
                        + "}");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.error()).contains("cache").contains("true or false");
    }

    @ParameterizedTest
    @ValueSource(strings = {"current_time", "random()", "uuid()", "nextval('s')"})
    void aVolatileFunctionIsNeverAnsweredFromTheCache(String call) {
        String sql = "SELECT " + call + " AS x FROM t";

        for (int i = 0; i < 2; i++) {
            assertRefused(
                    server.query(sql, FLOWERS),
                    "QUERY_FAILED",
                    "The function " + call.split("\\(", -1)[0] + "() is not available.");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"now()", "CURRENT_TIMESTAMP", "localtimestamp"})
    void aTimeOfTheRunIsNeverAnsweredFromTheCache(String call) {
        String sql = "SELECT max(" + call + ") AS x FROM t";

        Reply one = server.query(sql, FLOWERS);
        Reply two = server.query(sql, FLOWERS);

        assertThat(cache(two)).isEqualTo("miss");
        assertThat(two.rows()).isNotEqualTo(one.rows());
    }

    @Test
    void metadataTablesAndTheServersOwnAreReadAnew() {
        write("default.watched", "overwrite", "[1]");
        String sql = "SELECT count(*) AS n FROM t";
        Reply one = server.query(sql, "t=default.watched$snapshots");
        write("default.watched", "append", "[2]");
        Reply two = server.query(sql, "t=default.watched$snapshots");

        assertThat(one.rows()).isEqualTo("[[1]]");
        assertThat(two.rows()).isEqualTo("[[2]]");
        assertThat(two.json().has("cache")).isFalse();
        Reply own = server.query("SELECT count(*) AS n FROM t", "t=telemetry.run_events");
        assertThat(own.json().has("cache")).isFalse();
    }

    @Test
    void scriptsDestinationsAndExplanationsAreExecuted() {
        String sql = "SELECT count(*) AS n FROM t";
        server.query(sql, FLOWERS);

        for (int i = 0; i < 2; i++) {
            Reply script = server.script("result = scan('default.flowers').select(pl.len())");
            Reply saved =
                    query(Map.of("query", sql, "tables", List.of(FLOWERS), "destination", "default.cached_count"));
            Reply explained = query(Map.of("query", sql, "tables", List.of(FLOWERS), "explain", true));
            for (Reply reply : List.of(script, saved, explained)) {
                assertThat(reply.status()).as(reply.text()).isEqualTo(200);
                assertThat(reply.json().has("cache")).isFalse();
            }
        }
    }

    @Test
    void aReplayIsExecuted() {
        Reply first = server.query("SELECT sum(petal_width) AS replayed FROM t", FLOWERS);

        Reply again = server.post("/api/v2/runs/" + first.json().path("run_id").asText() + "/replay", "");

        assertThat(again.rows()).isEqualTo(first.rows());
        assertThat(again.json().has("cache")).isFalse();
        assertThat(record(again).path("bytes_in").asLong()).isPositive();
    }

    @Test
    void aRetryIsTheSameReplyAgain() {
        String sql = "SELECT count(*) AS retried FROM t";
        String key = UUID.randomUUID().toString();

        Reply first = retried(sql, key);
        Reply retry = retried(sql, key);
        Reply other = retried(sql, UUID.randomUUID().toString());

        assertThat(cache(first)).isEqualTo("miss");
        assertThat(retry.text()).isEqualTo(first.text());
        assertThat(cache(other)).isEqualTo("hit");
        assertThat(other.rows()).isEqualTo(first.rows());
    }

    @Test
    void aRunThatNobodyWaitsForGetsStoredRowsToo() {
        String body = body(Map.of("query", "SELECT species AS in_background FROM t", "tables", List.of(FLOWERS)));
        JsonNode first = inBackground(body);
        JsonNode second = inBackground(body);

        assertThat(first.path("cache").asText()).isEqualTo("miss");
        assertThat(second.path("cache").asText()).isEqualTo("hit");
        assertThat(rowsOf(second)).isEqualTo(rowsOf(first)).contains("setosa");
    }

    @Test
    void identicalRequestsAtTheSameTimeAllHaveTheRows() throws InterruptedException, ExecutionException {
        String sql = "SELECT species, count(*) AS together FROM t GROUP BY species ORDER BY species";
        try (ExecutorService clients = Executors.newFixedThreadPool(6)) {
            List<Future<Reply>> replies = IntStream.range(0, 12)
                    .mapToObj(_ -> clients.submit(() -> server.query(sql, FLOWERS)))
                    .toList();
            for (Future<Reply> reply : replies) {
                assertThat(reply.get().rows()).isEqualTo("[[\"setosa\",50],[\"versicolor\",50],[\"virginica\",50]]");
            }
        }
        assertThat(cache(server.query(sql, FLOWERS))).isEqualTo("hit");
    }

    @Test
    void aFailureIsNotKept() {
        for (int i = 0; i < 2; i++) {
            assertThat(server.query("SELECT nothing FROM t", FLOWERS).status()).isEqualTo(400);
        }
    }

    @Test
    void metricsCountHitsAndMisses() {
        double hits = metric(server, "nerium_result_cache_requests_total{outcome=\"hit\"}");
        double misses = metric(server, "nerium_result_cache_requests_total{outcome=\"miss\"}");
        for (int i = 0; i < 3; i++) {
            server.query("SELECT count(*) AS metered FROM t", FLOWERS);
        }

        // The runs of other tests may be counted meanwhile.
        await().untilAsserted(() -> {
            assertThat(metric(server, "nerium_result_cache_requests_total{outcome=\"hit\"}"))
                    .isGreaterThanOrEqualTo(hits + 2);
            assertThat(metric(server, "nerium_result_cache_requests_total{outcome=\"miss\"}"))
                    .isGreaterThanOrEqualTo(misses + 1);
        });
    }

    @Test
    void aResultThatIsTooLargeIsNotKept() {
        String sql = "SELECT a.petal_width AS x FROM t AS a CROSS JOIN t AS b";

        assertThat(cache(small.query(sql, FLOWERS))).isEqualTo("miss");
        assertThat(cache(small.query(sql, FLOWERS))).isEqualTo("miss");
    }

    @Test
    void theCacheStaysBelowItsLimit() {
        for (int i = 0; i < 20; i++) {
            assertThat(small.query("SELECT count(*) AS n" + i + " FROM t", FLOWERS)
                            .status())
                    .isEqualTo(200);
        }

        assertThat(metric(small, "nerium_result_cache_bytes")).isBetween(1.0, 65_536.0);
    }

    @Test
    void aResultIsForgottenAfterItsTime() {
        String sql = "SELECT count(*) AS aged FROM t";
        await().untilAsserted(() -> assertThat(cache(small.query(sql, FLOWERS))).isEqualTo("hit"));

        await().untilAsserted(() -> assertThat(cache(small.query(sql, FLOWERS))).isEqualTo("miss"));
    }

    private static String cache(Reply reply) {
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return reply.json().path("cache").asText();
    }

    private static JsonNode record(Reply reply) {
        return server.get("/api/v2/runs/" + reply.json().path("run_id").asText())
                .json();
    }

    private static String lineage(JsonNode run) {
        return server.get("/api/v2/runs/" + run.path("id").asText() + "/lineage")
                .json()
                .path("columns")
                .toString();
    }

    private static void write(String table, String mode, String numbers) {
        Reply reply = server.write("{'n': %s}".formatted(numbers), Map.of("destination", table, "saveMode", mode));
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    }

    private static String body(Map<String, ?> fields) {
        Map<String, Object> body = new HashMap<>(fields);
        body.put("mode", "query");
        return JSON.valueToTree(body).toString();
    }

    private static Reply query(Map<String, ?> fields) {
        return server.post("/api/v1/warehouse/polars", body(fields));
    }

    private static Reply arrow(String sql, String... tables) {
        String[] read = tables.length == 0 ? new String[] {FLOWERS} : tables;
        return server.send(server.request("/api/v1/warehouse/polars")
                .header("Accept", "application/vnd.apache.arrow.stream")
                .POST(BodyPublishers.ofString(body(Map.of("query", sql, "tables", read))))
                .build());
    }

    private static Reply retried(String sql, String key) {
        return server.send(server.request("/api/v1/warehouse/polars")
                .header("Idempotency-Key", key)
                .POST(BodyPublishers.ofString(body(Map.of("query", sql, "tables", List.of(FLOWERS)))))
                .build());
    }

    private static JsonNode inBackground(String body) {
        Reply accepted = server.send(server.request("/api/v1/warehouse/polars")
                .header("Prefer", "respond-async")
                .POST(BodyPublishers.ofString(body))
                .build());
        String run = "/api/v2/runs/" + accepted.json().path("id").asText();
        await().untilAsserted(() ->
                assertThat(server.get(run).json().path("state").asText()).isEqualTo("COMPLETE"));
        return server.get(run).json();
    }

    private static String rowsOf(JsonNode run) {
        return server.get("/api/v2/runs/" + run.path("id").asText() + "/result").rows();
    }

    private static double metric(TestServer of, String name) {
        return of.get("/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElse(0);
    }
}
