package dev.nerium.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nerium.ServerProcess;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.auth.Keys;
import dev.nerium.auth.Scope;
import dev.nerium.config.NeriumConfig;
import dev.nerium.run.RunIds;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Quotas of two servers on one PostgreSQL database, and of a server that is killed. */
@Tag("server")
@Timeout(240)
class QuotaServersTest {
    private static final String POLARS = "/api/v1/warehouse/polars";
    private static final String ENDLESS =
            "{\"mode\": \"script\", \"script\": \"import time\\nwhile True: time.sleep(0.01)\"}";
    private static final String ONE_ROW = "{'mode': 'query', 'query': 'SELECT 1 AS one'}";
    private static final RunIds IDS = new RunIds(Clock.systemUTC());

    @Test
    void twoServersOnOneDatabaseAdmitNoMoreRunsThanTheLimit() throws IOException {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start()) {
            Map<String, String> settings = Map.of(
                    "store.url",
                    postgres.getJdbcUrl("postgres", "postgres"),
                    "store.user",
                    "postgres",
                    "store.encryption-key-file",
                    keyFile().toString(),
                    "lake.sample-table",
                    "false");
            try (TestServer first = TestServer.start(TestServer.newHome(), settings);
                    TestServer second = TestServer.start(TestServer.newHome(), first.key(), settings)) {
                String admin = first.key();
                String key = first.useKey("shared", Scope.WRITE);
                second.useKey(key);
                // The other server knows a change within its interval.
                set(first, admin, "{\"concurrent_runs\": 0}");
                await().until(() -> second.run(ONE_ROW).status() == 429);
                set(first, admin, "{\"concurrent_runs\": 3}");
                await().until(() -> second.run(ONE_ROW).status() == 200);

                List<UUID> ids = new ArrayList<>();
                IntStream.range(0, 16).forEach(_ -> ids.add(IDS.next()));
                List<Reply> replies = IntStream.range(0, 16)
                        .mapToObj(i ->
                                CompletableFuture.supplyAsync(() -> submit(i % 2 == 0 ? first : second, ids.get(i))))
                        .toList()
                        .stream()
                        .map(CompletableFuture::join)
                        .toList();

                assertThat(replies).filteredOn(reply -> reply.status() == 202).hasSize(3);
                assertThat(replies)
                        .filteredOn(reply -> reply.status() == 429)
                        .hasSize(13)
                        .allSatisfy(
                                reply -> assertThat(reply.error()).contains("concurrent_runs is 3, and the use is 3."));
                for (UUID id : ids) {
                    first.delete("/api/v2/runs/" + id);
                    second.delete("/api/v2/runs/" + id);
                }
                await().until(() -> second.run(ONE_ROW).status() == 200);

                // What one used of the day counts for the other.
                double used = as(first, admin, "/api/v2/usage?key=shared")
                        .json()
                        .at("/usage/0/run_seconds")
                        .asDouble();
                set(first, admin, "{\"run_seconds_per_day\": " + ((long) used + 3) + "}");
                assertThat(first.script("import time\nwhile True: time.sleep(0.01)")
                                .error())
                        .contains("run_seconds_per_day is");
                await().until(() -> second.run(ONE_ROW).status() == 429);
                assertThat(as(first, admin, "/api/v2/usage?key=shared").json().at("/usage"))
                        .isEqualTo(as(second, admin, "/api/v2/usage?key=shared")
                                .json()
                                .at("/usage"));
            }
        }
    }

    @Test
    void runsOfAKilledServerAreNotCountedByTheNext() throws Exception {
        Path home = TestServer.newHome();
        String admin;
        String key;
        try (Keys keys = Keys.open(NeriumConfig.load(home, Map.of(), Map.of()))) {
            admin = keys.create("boss", Scope.ADMIN, Optional.empty()).text();
            key = keys.create("worker", Scope.WRITE, Optional.empty()).text();
        }
        try (ServerProcess server = ServerProcess.start(home)) {
            assertThat(server.put(admin, "/api/v2/quotas/key/worker", "{'concurrent_runs': 1}")
                            .status())
                    .isEqualTo(200);
            UUID id = IDS.next();
            var _ = CompletableFuture.runAsync(() -> occupy(server, key, id));
            await().until(() -> server.get(key, "/api/v2/runs/" + id)
                    .body()
                    .path("state")
                    .asText()
                    .equals("RUNNING"));
            assertThat(server.run(key, Map.of("mode", "query", "query", "SELECT 1 AS one"))
                            .status())
                    .isEqualTo(429);
            server.kill();
        }

        try (ServerProcess server = ServerProcess.start(home)) {
            assertThat(server.run(key, Map.of("mode", "query", "query", "SELECT 1 AS one"))
                            .status())
                    .isEqualTo(200);
            var usage = server.get(key, "/api/v2/usage").body().path("usage");
            assertThat(usage).hasSize(1);
            assertThat(usage.path(0).path("runs").asLong()).isEqualTo(2);
            assertThat(usage.path(0).path("cancelled_runs").asLong()).isEqualTo(1);
        }
    }

    private static void occupy(ServerProcess server, String key, UUID id) {
        try {
            server.run(
                    key,
                    Map.of("mode", "script", "script", "import time\nwhile True: time.sleep(0.01)"),
                    Map.of("X-Nerium-Run-Id", id.toString()));
        } catch (IOException | InterruptedException e) {
            // The server was killed before it answered.
            assertThat(e).isNotNull();
        }
    }

    private static Path keyFile() throws IOException {
        return java.nio.file.Files.writeString(
                TestServer.newHome().resolve("shared.key"), "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=\n");
    }

    private static Reply submit(TestServer server, UUID id) {
        return server.send(server.request(POLARS)
                .header("Prefer", "respond-async")
                .header("X-Nerium-Run-Id", id.toString())
                .POST(BodyPublishers.ofString(ENDLESS))
                .build());
    }

    private static Reply as(TestServer server, String key, String path) {
        return server.send(
                server.request(path).setHeader("Authorization", "Bearer " + key).build());
    }

    private static void set(TestServer server, String admin, String limits) {
        Reply reply = server.send(server.request("/api/v2/quotas/key/shared")
                .setHeader("Authorization", "Bearer " + admin)
                .PUT(BodyPublishers.ofString(limits))
                .build());
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    }
}
