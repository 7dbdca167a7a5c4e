package dev.nerium.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.auth.Scope;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** {@code /metrics}, as Prometheus reads it. */
@Tag("server")
class MetricsTest {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start(Map.of("http.failed-keys.limit", "0"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void countsRunsByModeAndState() {
        server.query("SELECT count(*) FROM f WHERE petal_length > 0", "f=default.flowers");
        server.script("1 / 0");

        Awaitility.await()
                .untilAsserted(() -> assertThat(metrics())
                        .contains("nerium_runs_total{mode=\"query\",state=\"COMPLETE\"} ")
                        .contains("nerium_runs_total{mode=\"script\",state=\"FAIL\"} ")
                        .contains("nerium_run_queue_seconds_bucket{mode=\"query\",le=\"+Inf\"} ")
                        .contains("nerium_run_execute_seconds_count{mode=\"query\"} ")
                        .contains("nerium_run_seconds_sum{mode=\"query\"} ")
                        .containsPattern("nerium_run_rows_total\\{flow=\"read\"} [1-9]")
                        .containsPattern("nerium_run_bytes_total\\{flow=\"written\"} [1-9]"));
    }

    @Test
    void countsRequestsByRouteAndNotByPath() {
        server.get("/api/v2/runs/01a206a7-0d3e-74c1-88fd-fe8c28d1c1ac");
        server.get("/nowhere/at/all");

        assertThat(metrics())
                .contains("nerium_http_requests_total{method=\"GET\",route=\"/api/v2/runs/{id}\",status=\"404\"} ")
                .doesNotContain("01a206a7")
                .doesNotContain("nowhere");
    }

    @Test
    void aClientWithoutAKeyCannotCreateSeries() {
        String key = server.useKey("series", Scope.READ);
        sendFromNobody("ROUND-0");
        server.useKey(key);
        long before = series();

        for (int round = 1; round <= 20; round++) {
            sendFromNobody("ROUND-" + round);
        }
        server.useKey(key);

        assertThat(metrics())
                .contains(
                        "nerium_http_requests_total{method=\"_OTHER\",route=\"/api/v1/warehouse/polars\",status=\"405\"} 63.0")
                .contains("method=\"_OTHER\",route=\"none\",status=\"404\"")
                .doesNotContain("ROUND-");
        assertThat(series()).isEqualTo(before);
    }

    /** Every text that a client chooses is different in each round: methods, paths, queries, headers and bodies. */
    private static void sendFromNobody(String text) {
        server.useKey("nobody's");
        for (String method : List.of(text, text.toLowerCase(Locale.ROOT), "POST", "PROPFIND")) {
            for (String path : List.of(
                    "/api/v1/warehouse/polars",
                    "/" + text,
                    "/api/v2/runs/" + text,
                    "/api/v1/catalogs/" + text + "/namespaces/" + text + "/tables/" + text,
                    "/iceberg/v1/" + text + "/namespaces?warehouse=" + text)) {
                server.send(server.request(path)
                        .header("User-Agent", text)
                        .header("Content-Type", "text/" + text)
                        .header("Accept", text)
                        .header("X-Forwarded-For", text)
                        .method(method, BodyPublishers.ofString("{\"mode\": \"" + text + "\"}"))
                        .build());
            }
        }
    }

    private static long series() {
        return metrics()
                .lines()
                .filter(line -> line.startsWith("nerium_") && !line.contains("/metrics"))
                .count();
    }

    @Test
    void tellsOfTheServersParts() {
        assertThat(metrics())
                .contains("nerium_active_runs{state=\"queued\"} 0.0")
                .contains("nerium_active_runs{state=\"running\"} 0.0")
                .contains("nerium_workers_idle{kind=\"new\"} ")
                .contains("nerium_up{part=\"store\"} 1.0")
                .contains("nerium_telemetry_queue_size{queue=\"rows\"} ")
                .contains("nerium_telemetry_dropped_total{queue=\"events\"} 0.0")
                .contains("jvm_memory_used_bytes{area=\"heap\"} ")
                .contains("jvm_gc_collection_seconds_count");
    }

    @Test
    void speaksOpenMetricsToThoseWhoAskForIt() {
        Reply reply = server.send(server.request("/metrics")
                .header("Accept", "application/openmetrics-text; version=1.0.0")
                .GET()
                .build());

        assertThat(reply.response().headers().firstValue("Content-Type").orElse(""))
                .startsWith("application/openmetrics-text");
        assertThat(reply.text()).endsWith("# EOF\n");
    }

    @Test
    void wantsAKeyUnlessItIsOpen() {
        try (TestServer open = TestServer.start(Map.of("metrics.allow-anonymous", "true"))) {
            server.useKey("nobody's");
            open.useKey("nobody's");

            assertThat(server.get("/metrics").status()).isEqualTo(401);
            assertThat(open.get("/metrics").status()).isEqualTo(200);
        } finally {
            server.useKey("metrics", Scope.READ);
        }
    }

    private static String metrics() {
        Reply reply = server.get("/metrics");
        assertThat(reply.status()).isEqualTo(200);
        return reply.text();
    }
}
