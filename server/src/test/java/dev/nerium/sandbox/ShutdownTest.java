package dev.nerium.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.run.RunIds;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of work when the server stops. */
@Tag("sandbox")
@Timeout(120)
class ShutdownTest {
    private static final RunIds IDS = new RunIds(Clock.systemUTC());

    @Test
    void killsAndRecordsWhatDoesNotFinishWithinTheGrace() {
        try (TestServer server = TestServer.startEmpty(Map.of("shutdown.grace", "1s", "sandbox.max-running", "1"))) {
            UUID running = IDS.next();
            UUID waiting = IDS.next();
            CompletableFuture<Reply> first = submit(server, running, "import time; time.sleep(600)");
            awaitState(server, running, "RUNNING");
            CompletableFuture<Reply> second = submit(server, waiting, "result = pl.DataFrame({'a': [1]})");
            awaitState(server, waiting, "QUEUED");

            server.restart();

            for (CompletableFuture<Reply> reply : List.of(first, second)) {
                assertThat(reply.join().status()).isEqualTo(503);
                assertThat(reply.join().error())
                        .isEqualTo("The server shut down before the run ended. Send it again later.");
                assertThat(reply.join().response().headers().firstValue("Retry-After"))
                        .contains("5");
            }
            for (UUID id : List.of(running, waiting)) {
                JsonNode record = server.get("/api/v2/runs/" + id).json();
                assertThat(record.path("state").asText()).isEqualTo("ABORT");
                assertThat(record.path("error").asText())
                        .isEqualTo("The server shut down before the run ended. Send it again later.");
            }
        }
    }

    @Test
    void letsWorkFinishWithinTheGrace() {
        try (TestServer server = TestServer.startEmpty(Map.of("shutdown.grace", "30s"))) {
            UUID id = IDS.next();
            CompletableFuture<Reply> reply =
                    submit(server, id, "import time\ntime.sleep(2)\nresult = pl.DataFrame({'a': [1]})");
            awaitState(server, id, "RUNNING");

            server.restart();

            assertThat(reply.join().rows()).isEqualTo("[[1]]");
            assertThat(server.get("/api/v2/runs/" + id).json().path("state").asText())
                    .isEqualTo("COMPLETE");
        }
    }

    private static CompletableFuture<Reply> submit(TestServer server, UUID id, String script) {
        return CompletableFuture.supplyAsync(() -> server.script(script, Map.of(), id), Thread::startVirtualThread);
    }

    private static void awaitState(TestServer server, UUID id, String state) {
        await().until(() ->
                server.get("/api/v2/runs/" + id).json().path("state").asText().equals(state));
    }
}
