package dev.nerium.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.auth.Scope;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The usage of the API and of {@code telemetry.usage} against sums over {@code telemetry.runs}, after random work of several keys. */
@Tag("server")
@Timeout(240)
class UsageTest {
    private static final int RUNS = 24;
    private static final List<String> KEYS = List.of("one", "two", "three");
    private static final List<String> COUNTS = List.of(
            "runs",
            "failed_runs",
            "cancelled_runs",
            "rows_read",
            "bytes_read",
            "rows_returned",
            "bytes_returned",
            "rows_written",
            "bytes_written");

    private static TestServer server;
    private static String admin;

    @BeforeAll
    static void start() {
        server = TestServer.start(Map.of(
                "telemetry.flush-interval", "300ms", "results.cache-bytes", "16MiB", "sandbox.max-running", "4"));
        admin = server.key();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void allThreeAgreeForEachKey() {
        Random random = new Random(7);
        List<String> texts = new ArrayList<>();
        KEYS.forEach(name -> texts.add(server.useKey(name, Scope.WRITE)));
        for (int i = 0; i < RUNS; i++) {
            server.useKey(texts.get(random.nextInt(KEYS.size())));
            work(random);
            if (i == RUNS / 2) {
                // What was not written before is not lost, and is not counted twice.
                server.restart();
            }
        }
        server.useKey(admin);

        for (String name : KEYS) {
            JsonNode api = server.get("/api/v2/usage?key=" + name).json().at("/usage/0");
            assertThat(api.path("runs").asLong()).isPositive();
            await().untilAsserted(() -> assertThat(
                            sums("sum(runs)", "telemetry.usage", name).path(0).asLong())
                    .isEqualTo(api.path("runs").asLong()));
            await().untilAsserted(() -> assertThat(
                            sums("count(*)", "telemetry.runs", name).path(0).asLong())
                    .isEqualTo(api.path("runs").asLong()));
            JsonNode usage = sums(
                    "sum(runs), sum(failed_runs), sum(cancelled_runs), sum(rows_read), sum(bytes_read),"
                            + " sum(rows_returned), sum(bytes_returned), sum(rows_written), sum(bytes_written),"
                            + " sum(run_seconds), sum(cpu_seconds), sum(stored_bytes)",
                    "telemetry.usage",
                    name);
            JsonNode runs = sums(
                    "count(*), sum(CASE WHEN state = 'FAIL' THEN 1 ELSE 0 END),"
                            + " sum(CASE WHEN state = 'ABORT' THEN 1 ELSE 0 END), sum(rows_read), sum(bytes_read),"
                            + " coalesce(sum(rows_returned), 0), coalesce(sum(bytes_returned), 0),"
                            + " coalesce(sum(rows_written), 0), coalesce(sum(bytes_written), 0),"
                            + " coalesce(sum(date_diff('millisecond', started_at, ended_at)), 0) / 1000.0,"
                            + " coalesce(sum(cpu_ms), 0) / 1000.0",
                    "telemetry.runs",
                    name);
            for (int i = 0; i < COUNTS.size(); i++) {
                String count = COUNTS.get(i);
                assertThat(usage.path(i).asLong())
                        .as("%s of %s in telemetry.usage", count, name)
                        .isEqualTo(runs.path(i).asLong());
                assertThat(api.path(count).asLong())
                        .as("%s of %s in the API", count, name)
                        .isEqualTo(runs.path(i).asLong());
            }
            Offset<Double> close = Offset.offset(1e-3);
            assertThat(usage.path(9).asDouble()).isCloseTo(runs.path(9).asDouble(), close);
            assertThat(api.path("run_seconds").asDouble())
                    .isCloseTo(runs.path(9).asDouble(), close);
            assertThat(usage.path(10).asDouble()).isCloseTo(runs.path(10).asDouble(), close);
            assertThat(api.path("cpu_seconds").asDouble())
                    .isCloseTo(runs.path(10).asDouble(), close);
            assertThat(usage.path(11).asLong())
                    .isEqualTo(api.path("stored_bytes").asLong());
        }
        server.useKey(texts.getFirst());
        assertThat(server.query("SELECT DISTINCT key FROM u", "u=telemetry.usage")
                        .rows())
                .isEqualTo("[[\"one\"]]");
    }

    private static void work(Random random) {
        String table = "default.usage_" + random.nextInt(5);
        switch (random.nextInt(8)) {
            case 0 -> server.query("SELECT * FROM f LIMIT " + random.nextInt(200), "f=default.flowers");
            // Again, from the cache.
            case 1 -> server.query("SELECT count(*) AS n FROM f", "f=default.flowers");
            case 2 -> server.query("SELECT missing FROM f", "f=default.flowers");
            case 3 ->
                server.run("{'mode': 'query', 'query': 'SELECT * FROM f', 'tables': ['f=default.flowers'],"
                        + " 'destination': '" + table + "'}");
            case 4 -> server.script("result = scan('default.flowers').head(" + random.nextInt(50) + ")");
            case 5 ->
                server.send(server.request("/api/v1/warehouse/polars")
                        .header("Idempotency-Key", UUID.randomUUID().toString())
                        .POST(BodyPublishers.ofString(
                                "{\"mode\": \"query\", \"query\": \"SELECT * FROM default.flowers\"}"))
                        .build());
            case 6 -> server.statement("CREATE OR REPLACE TABLE " + table + " AS SELECT species FROM default.flowers");
            default -> cancelled();
        }
    }

    private static void cancelled() {
        Reply submitted = server.send(server.request("/api/v1/warehouse/polars")
                .header("Prefer", "respond-async")
                .POST(BodyPublishers.ofString(
                        "{\"mode\": \"script\", \"script\": \"import time\\nwhile True: time.sleep(0.01)\"}"))
                .build());
        server.delete("/api/v2/runs/" + submitted.json().path("id").asText());
    }

    private static JsonNode sums(String values, String table, String key) {
        Reply reply = server.query("SELECT " + values + " FROM u WHERE key = '" + key + "'", "u=" + table);
        return reply.json().at("/results/rows/0");
    }
}
