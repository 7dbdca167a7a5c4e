package dev.nerium.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.ServerProcess;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.auth.Keys;
import dev.nerium.auth.Scope;
import dev.nerium.config.NeriumConfig;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs that were accepted with {@code Prefer: respond-async} and had not begun when their server stopped. */
@Tag("server")
@Timeout(600)
class AcceptedRunsTest {
    /** How many wait while a server is killed; a release is measured with 8500. */
    private static final int COUNT = Integer.getInteger("nerium.accepted", 30);

    private static final RunIds IDS = new RunIds(Clock.systemUTC());
    private static final Map<String, String> ONE_AT_A_TIME =
            Map.of("sandbox.max-running", "1", "sandbox.max-queued", "50", "shutdown.grace", "0s");

    private static final String ENDLESS = "{\"mode\": \"script\", \"script\": \"import time; time.sleep(600)\"}";

    @Test
    void beginAfterAStopInTheOrderInWhichTheyCame() {
        try (TestServer server = TestServer.start(ONE_AT_A_TIME)) {
            UUID running = busy(server);
            List<UUID> accepted = IntStream.range(0, 6)
                    .mapToObj(i -> submit(server, append(i)))
                    .toList();

            server.restart();

            assertThat(state(server, running)).isEqualTo("ABORT");
            await().atMost(Duration.ofMinutes(2))
                    .until(() ->
                            accepted.stream().allMatch(id -> state(server, id).equals("COMPLETE")));
            assertThat(accepted.stream()
                            .sorted(Comparator.comparing(
                                    id -> record(server, id).path("started_at").asText()))
                            .toList())
                    .isEqualTo(accepted);
            assertThat(server.query("select count(*) as n from t", "t=default.accepted")
                            .rows())
                    .isEqualTo("[[6]]");
            assertThat(server.get("/api/v2/runs/" + accepted.getFirst() + "/result")
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void beginWithTheRightsOfTheirKeyAndNotWithoutIt() {
        try (TestServer server = TestServer.start(ONE_AT_A_TIME)) {
            String admin = server.key();
            busy(server);
            server.useKey("temporary", Scope.WRITE);
            UUID orphan = submit(server, append(1));
            server.useKey(admin);
            server.nerium().keys().revoke("temporary");

            server.restart();

            await().until(() -> state(server, orphan).equals("ABORT"));
            assertThat(record(server, orphan).path("error").asText())
                    .isEqualTo(
                            "The run was cancelled: its key 'temporary' was revoked or expired before the run began.");
            assertThat(server.get("/api/v1/catalogs/oleander/namespaces/default/tables/accepted")
                            .status())
                    .isEqualTo(404);
        }
    }

    @Test
    void areTheSameRequestAsBefore() {
        try (TestServer server = TestServer.start(ONE_AT_A_TIME)) {
            String original = server.query("select count(*) as n from f", "f=default.flowers")
                    .json()
                    .path("run_id")
                    .asText();
            busy(server);
            UUID replay = IDS.next();
            Reply accepted = server.send(server.request("/api/v2/runs/" + original + "/replay")
                    .header("Prefer", "respond-async")
                    .header("X-Nerium-Run-Id", replay.toString())
                    .POST(BodyPublishers.ofString("{\"destination\": \"default.replayed\"}"))
                    .build());
            assertThat(accepted.status()).as(accepted.text()).isEqualTo(202);
            String key = UUID.randomUUID().toString();
            UUID once = IDS.next();
            assertThat(server.send(request(server, append(7), once)
                                    .header("Idempotency-Key", key)
                                    .build())
                            .status())
                    .isEqualTo(202);

            server.restart();

            Reply repeated = server.send(server.request("/api/v1/warehouse/polars")
                    .header("Idempotency-Key", key)
                    .POST(BodyPublishers.ofString(append(7)))
                    .build());
            assertThat(repeated.status()).as(repeated.text()).isEqualTo(200);
            assertThat(repeated.json().path("run_id").asText()).isEqualTo(once.toString());
            await().until(() -> state(server, replay).equals("COMPLETE"));
            assertThat(server.query("select n from t", "t=default.replayed").rows())
                    .isEqualTo("[[150]]");
        }
    }

    @Test
    void canBeCancelledBeforeAndAfterTheRestart() {
        try (TestServer server = TestServer.start(ONE_AT_A_TIME)) {
            busy(server);
            UUID before = submit(server, append(1));
            UUID blocks = submit(server, ENDLESS);
            UUID after = submit(server, append(2));
            server.delete("/api/v2/runs/" + before);

            server.restart();

            await().until(() -> state(server, blocks).equals("RUNNING"));
            server.delete("/api/v2/runs/" + after);
            assertThat(state(server, before)).isEqualTo("ABORT");
            assertThat(state(server, after)).isEqualTo("ABORT");
            assertThat(record(server, after).path("error").asText()).isEqualTo("The run was cancelled.");
        }
    }

    @Test
    void surviveAKilledServerHoweverManyTheyAre() throws Exception {
        Path home = TestServer.newHome();
        Files.writeString(
                home.resolve("nerium.yaml"),
                "sandbox: {max-running: 1, max-queued: %d, max-queued-per-key: %d}".formatted(2 * COUNT, 2 * COUNT));
        String key;
        try (Keys keys = Keys.open(NeriumConfig.load(home, Map.of(), Map.of()))) {
            key = keys.create("test", Scope.ADMIN, Optional.empty()).text();
        }
        List<UUID> accepted = new ArrayList<>();
        try (ServerProcess server = ServerProcess.start(home)) {
            UUID endless = IDS.next();
            server.run(
                    key,
                    Map.of("mode", "script", "script", "import time; time.sleep(600)"),
                    Map.of("Prefer", "respond-async", "X-Nerium-Run-Id", endless.toString()));
            // One that had not begun would begin after the start, and take the one place.
            await().until(() -> state(server, key, endless).equals("RUNNING"));
            for (int i = 0; i < COUNT; i++) {
                UUID id = IDS.next();
                accepted.add(id);
                assertThat(server.run(
                                        key,
                                        Map.of(
                                                "mode",
                                                "query",
                                                "query",
                                                "select 1 as one from f limit 1",
                                                "tables",
                                                List.of("f=default.flowers")),
                                        Map.of("Prefer", "respond-async", "X-Nerium-Run-Id", id.toString()))
                                .status())
                        .isEqualTo(202);
            }
            server.kill();
        }

        long start = System.nanoTime();
        try (ServerProcess server = ServerProcess.start(home)) {
            System.out.printf(
                    "Ready after %d ms with %d runs that wait%n", (System.nanoTime() - start) / 1_000_000, COUNT);
            UUID last = accepted.getLast();
            if (COUNT > 1000) {
                // Enough is seen where the others are there.
                assertThat(state(server, key, last)).isEqualTo("QUEUED");
                return;
            }
            await().atMost(Duration.ofMinutes(4))
                    .until(() -> state(server, key, last).equals("COMPLETE"));
            JsonNode runs =
                    server.get(key, "/api/v2/runs?mode=query&limit=500").body().path("runs");
            assertThat(StreamSupport.stream(runs.spliterator(), false)
                            .filter(run -> run.path("state").asText().equals("COMPLETE"))
                            .count())
                    .isEqualTo(COUNT);
        }
    }

    /** Takes the one place. */
    private static UUID busy(TestServer server) {
        UUID id = submit(server, ENDLESS);
        await().until(() -> state(server, id).equals("RUNNING"));
        return id;
    }

    private static UUID submit(TestServer server, String body) {
        UUID id = IDS.next();
        Reply reply = server.send(request(server, body, id).build());
        assertThat(reply.status()).as(reply.text()).isEqualTo(202);
        return id;
    }

    private static HttpRequest.Builder request(TestServer server, String body, UUID id) {
        return server.request("/api/v1/warehouse/polars")
                .header("Prefer", "respond-async")
                .header("X-Nerium-Run-Id", id.toString())
                .POST(BodyPublishers.ofString(body));
    }

    private static String append(int number) {
        return "{\"mode\": \"query\", \"query\": \"select %d as n from f limit 1\", \"tables\": [\"f=default.flowers\"],"
                        .formatted(number)
                + " \"destination\": \"default.accepted\", \"saveMode\": \"append\"}";
    }

    private static JsonNode record(TestServer server, UUID id) {
        return server.get("/api/v2/runs/" + id).json();
    }

    private static String state(ServerProcess server, String key, UUID id) throws IOException, InterruptedException {
        return server.get(key, "/api/v2/runs/" + id).body().path("state").asText();
    }

    private static String state(TestServer server, UUID id) {
        return record(server, id).path("state").asText();
    }
}
