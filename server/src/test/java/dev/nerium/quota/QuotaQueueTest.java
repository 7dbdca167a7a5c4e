package dev.nerium.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.auth.Scope;
import dev.nerium.run.RunIds;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Clock;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The quota of runs that wait, on a server that executes one run at a time. */
@Tag("server")
@Timeout(120)
class QuotaQueueTest {
    private static final String ENDLESS = "import time\\nwhile True: time.sleep(0.01)";
    private static final String ONE_ROW = "{'mode': 'query', 'query': 'SELECT 1 AS one'}";
    private static final RunIds IDS = new RunIds(Clock.systemUTC());

    private static TestServer server;
    private static String admin;

    @BeforeAll
    static void start() {
        server = TestServer.startEmpty(Map.of("sandbox.max-running", "1", "shutdown.grace", "1s"));
        admin = server.key();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aRunThatWouldWaitIsRefusedAndAnotherKeyKeepsItsTurn() {
        String limited = server.useKey("limited", Scope.WRITE);
        String other = server.useKey("other", Scope.WRITE);
        server.useKey(admin);
        assertThat(server.send(server.request("/api/v2/quotas/key/limited")
                                .PUT(BodyPublishers.ofString("{\"queued_runs\": 1}"))
                                .build())
                        .status())
                .isEqualTo(200);
        server.useKey(limited);
        UUID running = submit();
        await().until(() -> state(running).equals("RUNNING"));
        UUID waiting = submit();
        await().until(() -> server.get("/api/v2/runs/" + waiting)
                        .json()
                        .path("queue_position")
                        .asInt()
                == 1);

        Reply refused = server.run(ONE_ROW);
        Reply detached = send(IDS.next());
        server.useKey(other);
        HttpRequest request = server.request("/api/v1/warehouse/polars")
                .POST(BodyPublishers.ofString(ONE_ROW.replace('\'', '"')))
                .build();
        CompletableFuture<Reply> ofOther = CompletableFuture.supplyAsync(() -> server.send(request));
        server.useKey(limited);

        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.error())
                .isEqualTo(
                        "The quota of the key 'limited' is used up: queued_runs is 1, and the use is 1. Try again when a run has ended.");
        assertThat(detached.status()).isEqualTo(429);
        server.delete("/api/v2/runs/" + running);
        server.delete("/api/v2/runs/" + waiting);
        assertThat(ofOther.join().status()).isEqualTo(200);
        assertThat(server.run(ONE_ROW).status()).isEqualTo(200);
    }

    @Test
    void runsThatWereAcceptedBeforeARestartCount() {
        server.useKey(admin);
        String detached = server.useKey("detached", Scope.WRITE);
        UUID running = submit();
        await().until(() -> state(running).equals("RUNNING"));
        UUID first = submit();
        UUID second = submit();
        server.useKey(admin);
        assertThat(server.send(server.request("/api/v2/quotas/key/detached")
                                .PUT(BodyPublishers.ofString("{\"concurrent_runs\": 2}"))
                                .build())
                        .status())
                .isEqualTo(200);
        server.useKey(detached);
        server.restart();

        // They are not refused, and leave nothing for another run.
        await().until(() -> state(first).equals("RUNNING"));
        assertThat(state(second)).isEqualTo("QUEUED");
        assertThat(server.run(ONE_ROW).error()).contains("concurrent_runs is 2, and the use is 2.");
        server.delete("/api/v2/runs/" + first);
        server.delete("/api/v2/runs/" + second);
        assertThat(server.run(ONE_ROW).status()).isEqualTo(200);
    }

    private static UUID submit() {
        UUID id = IDS.next();
        assertThat(send(id).status()).isEqualTo(202);
        return id;
    }

    private static Reply send(UUID id) {
        return server.send(server.request("/api/v1/warehouse/polars")
                .header("Prefer", "respond-async")
                .header("X-Nerium-Run-Id", id.toString())
                .POST(BodyPublishers.ofString("{\"mode\": \"script\", \"script\": \"" + ENDLESS + "\"}"))
                .build());
    }

    private static String state(UUID id) {
        return server.get("/api/v2/runs/" + id).json().path("state").asText();
    }
}
