package dev.nerium.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.auth.Scope;
import dev.nerium.run.RunIds;
import dev.nerium.run.RunState;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Quotas of keys, on a real server: what is refused, with which words, and when it is possible again. */
@Tag("server")
@Timeout(120)
class QuotaTest {
    private static final String POLARS = "/api/v1/warehouse/polars";
    private static final String QUOTAS = "/api/v2/quotas";
    private static final String ENDLESS = "import time\nwhile True: time.sleep(0.01)";
    private static final String ONE_ROW = "{'mode': 'query', 'query': 'SELECT 1 AS one'}";
    private static final RunIds IDS = new RunIds(Clock.systemUTC());

    private static TestServer server;
    private static String admin;
    private static int keys;

    private final List<UUID> started = new ArrayList<>();
    private String name;
    private String key;

    @BeforeAll
    static void start() {
        server = TestServer.start(Map.of("sandbox.max-running", "4", "results.cache-bytes", "16MiB"));
        admin = server.key();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void makeKey() {
        name = "key-" + keys++;
        key = server.useKey(name, Scope.WRITE);
    }

    @AfterEach
    void end() {
        server.useKey(admin);
        started.forEach(id -> server.delete("/api/v2/runs/" + id));
        server.delete(QUOTAS + "/default");
    }

    @ParameterizedTest
    @ValueSource(strings = {"key", "default"})
    void aRunOverTheLimitOfConcurrentRunsIsRefusedUntilAnotherEnds(String kind) {
        set(kind, "{'concurrent_runs': 1}");
        UUID first = occupy();

        Reply refused = server.run(ONE_ROW);

        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.error())
                .isEqualTo("The quota of the key '" + name + "'" + (kind.equals("default") ? " (the default)" : "")
                        + " is used up: concurrent_runs is 1, and the use is 1. Try again when a run has ended.");
        assertThat(refused.json().path("code").asText()).isEqualTo("QUOTA_EXCEEDED");
        assertThat(refused.json().path("limit").asText()).isEqualTo("concurrent_runs");
        assertThat(refused.json().at("/quota/value").asLong()).isEqualTo(1);
        assertThat(refused.json().at("/quota/used").asLong()).isEqualTo(1);
        assertThat(refused.response().headers().firstValue("Retry-After").orElse(""))
                .matches("[1-9][0-9]*");
        // Nothing of it exists.
        assertThat(server.get("/api/v2/runs?key=" + name).json().path("runs")).hasSize(1);
        server.delete("/api/v2/runs/" + first);
        assertThat(server.run(ONE_ROW).status()).isEqualTo(200);
    }

    @Test
    void otherKeysAreNotLimited() {
        set("key", "{'concurrent_runs': 0}");

        assertThat(server.run(ONE_ROW).status()).isEqualTo(429);
        server.useKey(admin);
        assertThat(server.run(ONE_ROW).status()).isEqualTo(200);
    }

    @Test
    void theKeysOfAGroupShareItsQuotaUntilTheyLeaveIt() {
        String group = "group-" + name;
        String colleague = server.useKey(name + "-colleague", Scope.WRITE);
        server.useKey(admin);
        for (String member : List.of(name, name + "-colleague")) {
            assertThat(setGroups(member, "['" + group + "']").status()).isEqualTo(200);
        }
        set("/group/" + group, "{'concurrent_runs': 1}");
        server.useKey(key);
        occupy();

        server.useKey(colleague);
        assertThat(server.run(ONE_ROW).error())
                .isEqualTo("The quota of the group '" + group
                        + "' is used up: concurrent_runs is 1, and the use is 1. Try again when a run has ended.");
        server.useKey(admin);
        assertThat(setGroups(name + "-colleague", "[]").status()).isEqualTo(200);
        server.useKey(colleague);
        assertThat(server.run(ONE_ROW).status()).isEqualTo(200);
    }

    private static Reply setGroups(String member, String groups) {
        return server.send(server.request("/api/v2/keys/" + member + "/groups")
                .PUT(BodyPublishers.ofString("{\"groups\": " + groups.replace('\'', '"') + "}"))
                .build());
    }

    @Test
    void theQuotaOfAKeyReplacesTheLimitsOfTheDefaultThatItHas() {
        set("default", "{'concurrent_runs': 0, 'result_rows': 1}");
        set("key", "{'concurrent_runs': 5}");

        assertThat(server.run(ONE_ROW).status()).isEqualTo(200);
        assertThat(server.query("SELECT * FROM f", "f=default.flowers").error()).contains("result_rows is 1");
    }

    @RepeatedTest(3)
    void neverMoreRunsThanTheLimitAreAdmittedAtOnce() {
        set("key", "{'concurrent_runs': 3}");

        List<Reply> replies =
                IntStream.range(0, 16)
                        .mapToObj(_ -> CompletableFuture.supplyAsync(() -> submit(ENDLESS)))
                        .toList()
                        .stream()
                        .map(CompletableFuture::join)
                        .toList();

        assertThat(replies).filteredOn(reply -> reply.status() == 202).hasSize(3);
        assertThat(replies).filteredOn(reply -> reply.status() == 429).hasSize(13);
        assertThat(server.get("/api/v2/runs?limit=100&key=" + name).json().path("runs"))
                .hasSize(3);
    }

    @Test
    void aFailedAndACancelledRunFreeTheirPart() {
        set("key", "{'concurrent_runs': 1}");

        for (int i = 0; i < 3; i++) {
            assertThat(server.script("raise ValueError('x')").status()).isEqualTo(400);
            assertThat(server.query("SELECT nothing FROM f", "f=default.flowers")
                            .status())
                    .isEqualTo(400);
            assertThat(server.query("SELECT 1 FROM f", "f=default.missing").status())
                    .isEqualTo(400);
            server.delete("/api/v2/runs/" + occupy());
        }
        assertThat(server.run(ONE_ROW).status()).isEqualTo(200);
    }

    @Test
    void vcpusAndMemoryOfConcurrentRunsAreLimited() {
        set("key", "{'concurrent_vcpus': 3}");
        occupy();
        Reply refused = server.run(ONE_ROW);
        assertThat(refused.error()).contains("concurrent_vcpus is 3, and the use is 2.");
        end();
        server.useKey(key);

        set("key", "{'concurrent_memory_bytes': 1000}");
        Reply tooLarge = server.run(ONE_ROW);
        assertThat(tooLarge.status()).isEqualTo(400);
        assertThat(tooLarge.error())
                .startsWith("vcpus is too high for the quota of the key '" + name
                        + "': concurrent_memory_bytes is 1000, and the run alone needs ");
    }

    @Test
    void explanationsAndCompactionsCountAsRuns() {
        server.run("{'mode': 'query', 'query': 'SELECT * FROM f', 'tables': ['f=default.flowers'],"
                + " 'destination': 'default." + name.replace('-', '_') + "'}");
        set("key", "{'concurrent_runs': 0}");

        assertThat(server.run("{'mode': 'query', 'query': 'SELECT 1', 'explain': true}")
                        .status())
                .isEqualTo(429);
        assertThat(server.post(
                                "/api/v2/catalogs/oleander/namespaces/default/tables/" + name.replace('-', '_')
                                        + "/compact",
                                "{}")
                        .status())
                .isEqualTo(429);
        assertThat(upload().status()).isEqualTo(429);
        assertThat(server.statement("SELECT 1 AS one").status()).isEqualTo(429);
    }

    private Reply upload() {
        return server.send(
                server.request("/api/v1/catalogs/oleander/namespaces/default/tables/up_" + name.replace('-', '_'))
                        .header("Content-Type", "text/csv")
                        .PUT(BodyPublishers.ofString("a\n1\n"))
                        .build());
    }

    @Test
    void aRepetitionWithItsIdempotencyKeyCountsOnce() {
        set("key", "{'concurrent_runs': 1}");

        Reply first = repeatable("same");
        Reply again = repeatable("same");

        assertThat(first.status()).isEqualTo(200);
        assertThat(again.rows()).isEqualTo(first.rows());
        assertThat(again.response().headers().firstValue("Idempotency-Replayed"))
                .contains("true");
        set("key", "{'concurrent_runs': 0}");
        assertThat(repeatable("other").status()).isEqualTo(429);
        // The response of a run that ended is not a run.
        assertThat(repeatable("same").status()).isEqualTo(200);
        set("key", "{'concurrent_runs': 1}");
        assertThat(repeatable("other").status()).isEqualTo(200);
    }

    private Reply repeatable(String idempotencyKey) {
        return server.send(server.request(POLARS)
                .header("Idempotency-Key", name + idempotencyKey)
                .POST(BodyPublishers.ofString(ONE_ROW.replace('\'', '"')))
                .build());
    }

    @Test
    void aRunThatWouldReadMoreThanIsLeftOfTheDayReadsNothing() {
        long bytes = bytesRead(server.query("SELECT * FROM f", "f=default.flowers"));
        assertThat(bytes).isPositive();
        set("key", "{'bytes_read_per_day': " + (2 * bytes + 10) + "}");
        String table = "default.half_" + name.replace('-', '_');

        assertThat(server.query("SELECT count(*) AS n FROM f WHERE petal_width > 0", "f=default.flowers")
                        .status())
                .isEqualTo(200);
        Reply refused = server.run("{'mode': 'query', 'query': 'SELECT * FROM f', 'tables': ['f=default.flowers'],"
                + " 'destination': '" + table + "'}");

        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.error())
                .contains("bytes_read_per_day is " + (2 * bytes + 10) + ", and the use is " + 2 * bytes + ".")
                .contains("Try again after " + tomorrow() + ".");
        assertThat(refused.json().at("/quota/resets_at").asText()).isEqualTo(tomorrow());
        assertThat(Long.parseLong(
                        refused.response().headers().firstValue("Retry-After").orElseThrow()))
                .isBetween(
                        1L,
                        Duration.between(Instant.now(), Instant.parse(tomorrow()))
                                        .toSeconds()
                                + 5);
        assertThat(server.query("SELECT * FROM t", "t=" + table).status()).isEqualTo(400);
        // The use of the day is not lost with the server.
        server.restart();
        assertThat(server.query("SELECT * FROM f", "f=default.flowers").status())
                .isEqualTo(429);
        set("key", "{'bytes_read_per_day': " + 3 * bytes + "}");
        assertThat(server.query("SELECT * FROM f", "f=default.flowers").status())
                .isEqualTo(200);
        assertThat(server.run(ONE_ROW).status()).isEqualTo(429);
    }

    @Test
    void aRunIsEndedWhenTheSecondsOfTheDayAreUsedUp() {
        set("key", "{'run_seconds_per_day': 2}");

        Reply ended = server.script(ENDLESS);

        assertThat(ended.status()).isEqualTo(429);
        assertThat(ended.json().path("code").asText()).isEqualTo("QUOTA_EXCEEDED");
        assertThat(ended.error())
                .containsPattern("run_seconds_per_day is 2, and the use is [2-9]\\.")
                .contains(tomorrow());
        Reply refused = server.run(ONE_ROW);
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.json().at("/quota/used").asLong()).isGreaterThanOrEqualTo(2);
        server.restart();
        assertThat(server.run(ONE_ROW).status()).isEqualTo(429);
    }

    @Test
    void aResultOverTheLimitIsRefusedAndOneThatIsWrittenIsNot() {
        set("key", "{'result_rows': 10}");
        String table = "default.rows_" + name.replace('-', '_');

        for (String sql : List.of("SELECT * FROM f", "SELECT * FROM f LIMIT 11")) {
            Reply refused = server.query(sql, "f=default.flowers");
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.json().path("code").asText()).isEqualTo("RESULT_TOO_LARGE");
            assertThat(refused.error())
                    .isEqualTo("The result is larger than the quota of the key '" + name
                            + "' allows: result_rows is 10. Return less, or write the result to a table.");
        }
        assertThat(server.query("SELECT * FROM f LIMIT 10", "f=default.flowers").status())
                .isEqualTo(200);
        assertThat(server.script("result = scan('default.flowers').head(11)").error())
                .contains("result_rows is 10");
        assertThat(server.run("{'mode': 'query', 'query': 'SELECT * FROM f', 'tables': ['f=default.flowers'],"
                                + " 'destination': '" + table + "'}")
                        .status())
                .isEqualTo(200);
        assertThat(server.statement("CREATE TABLE " + table + "_s AS SELECT * FROM flowers")
                        .status())
                .isEqualTo(200);
        assertThat(server.statement("SELECT * FROM flowers").error()).contains("result_rows is 10");
        set("key", "{'result_bytes': 2000}");
        assertThat(server.query("SELECT * FROM f", "f=default.flowers").error()).contains("result_bytes is 2000");
    }

    @Test
    void aCachedResultIsLimitedToo() {
        String sql = "SELECT species FROM f ORDER BY species DESC LIMIT 20";
        assertThat(server.query(sql, "f=default.flowers").status()).isEqualTo(200);
        assertThat(server.query(sql, "f=default.flowers").status()).isEqualTo(200);
        set("key", "{'result_rows': 19}");

        assertThat(server.query(sql, "f=default.flowers").error()).contains("result_rows is 19");
    }

    @Test
    void storedResultsAreLimitedUntilTheyExpire() {
        set("key", "{'stored_bytes': 1}");
        Reply refused = repeatable("large");
        assertThat(refused.error()).contains("stored_bytes is 1, and the use is 0.");
        set("key", "{'stored_bytes': 100000}");
        assertThat(repeatable("large").status()).isEqualTo(200);
        set("key", "{'stored_bytes': 10}");

        Reply more = submit("result = pl.DataFrame({'a': [1]})");

        assertThat(more.status()).isEqualTo(429);
        assertThat(more.error()).contains("stored_bytes is 10, and the use is ").contains("expires at");
        assertThat(server.run(ONE_ROW).status()).isEqualTo(200);
    }

    private static String tomorrow() {
        return LocalDate.now(ZoneOffset.UTC)
                .plusDays(1)
                .atStartOfDay(ZoneOffset.UTC)
                .toInstant()
                .toString();
    }

    private static long bytesRead(Reply reply) {
        return server.get("/api/v2/runs/" + reply.json().path("run_id").asText())
                .json()
                .path("bytes_in")
                .asLong();
    }

    /** Starts a run that ends when it is cancelled. */
    private UUID occupy() {
        UUID id = UUID.fromString(submit(ENDLESS).json().path("id").asText());
        await().until(() -> state(id).path("state").asText().equals(RunState.RUNNING.name()));
        return id;
    }

    private static JsonNode state(UUID id) {
        return server.get("/api/v2/runs/" + id).json();
    }

    private Reply submit(String script) {
        UUID id = IDS.next();
        synchronized (started) {
            started.add(id);
        }
        String body = new com.fasterxml.jackson.databind.ObjectMapper()
                .valueToTree(Map.of("mode", "script", "script", script))
                .toString();
        return server.send(server.request(POLARS)
                .header("Prefer", "respond-async")
                .header("X-Nerium-Run-Id", id.toString())
                .POST(BodyPublishers.ofString(body))
                .build());
    }

    private void set(String kind, String limits) {
        String path = QUOTAS + (kind.startsWith("/") ? kind : kind.equals("key") ? "/key/" + name : "/default");
        Reply reply = server.send(server.request(path)
                .setHeader("Authorization", "Bearer " + admin)
                .PUT(BodyPublishers.ofString(limits.replace('\'', '"')))
                .build());
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    }
}
