package dev.nerium.contract;

import static dev.nerium.contract.Requests.POLARS;
import static dev.nerium.contract.Requests.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.auth.Scope;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Failures that take a server of their own to provoke. {@code COMMIT_STATE_UNKNOWN} can't be provoked over HTTP on a local disk. */
@Tag("server")
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class FailureCodesTest {
    private static final String RUN = "01890000-0000-7000-8000-0000000000bb";
    private static final String ENDLESS = "import time\nwhile True:\n    time.sleep(0.01)";

    @Test
    void stopsARunThatTakesTooLong() {
        try (TestServer server = TestServer.start(Map.of("sandbox.timeout", "2s"))) {
            assertRefused(
                    server.script(ENDLESS),
                    "TIMED_OUT",
                    "The run was stopped after 2 s, its maximum duration (sandbox.timeout).");
        }
    }

    @Test
    void stopsARunThatNeedsTooMuchMemory() {
        try (TestServer server = TestServer.start(Map.of("sandbox.memory-per-vcpu", "256MiB"))) {
            Reply reply = server.script("x = [bytes(1 << 20) + bytes(1) for _ in range(1 << 20)]");

            assertRefused(reply, "OUT_OF_MEMORY", "The run needed more than the 512 MiB of memory of its tier.");
            assertThat(reply.details())
                    .isEqualTo(
                            "Filter or select less, aggregate earlier, or request more vcpus: memory grows with them.");
        }
    }

    @Test
    void turnsAwayWhatTheQueueCannotHoldAndCancelsWhatRuns() {
        try (TestServer server = TestServer.start(Map.of("sandbox.max-running", "1", "sandbox.max-queued", "0"))) {
            CompletableFuture<Reply> running = endless(server);

            Reply refused = server.post(POLARS, Requests.query(""));
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.error())
                    .isEqualTo("The server is busy: 0 runs wait already (sandbox.max-queued). Try again later.");
            assertThat(refused.json().path("code").asText()).isEqualTo("QUEUE_FULL");
            assertThat(refused.json().path("limit").asText()).isEqualTo("sandbox.max-queued");
            assertThat(refused.response().headers().firstValue("Retry-After").orElse(""))
                    .matches("[1-9][0-9]*");

            Reply cancelled = server.delete("/api/v2/runs/" + RUN);
            assertThat(cancelled.status()).isEqualTo(200);
            assertThat(cancelled.json().path("state").asText()).isEqualTo("ABORT");
            assertRefused(running.join(), "CANCELLED", "The run was cancelled.");
        }
    }

    @Test
    void turnsAwayWhatWaitedTooLong() {
        try (TestServer server = TestServer.start(Map.of("sandbox.max-running", "1", "sandbox.queue-timeout", "1s"))) {
            CompletableFuture<Reply> running = endless(server);

            Reply refused = server.post(POLARS, Requests.query(""));

            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.error())
                    .isEqualTo("The server is busy: the run waited for 1 s (sandbox.queue-timeout). Try again later.");
            server.delete("/api/v2/runs/" + RUN);
            assertThat(running.join().status()).isEqualTo(400);
        }
    }

    @Test
    void onlyItsKeyOrAnAdminCancelsARun() {
        try (TestServer server = TestServer.start()) {
            String admin = server.key();
            CompletableFuture<Reply> running = endless(server);
            server.useKey("other", Scope.WRITE);

            Reply refused = server.delete("/api/v2/runs/" + RUN);

            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.error())
                    .isEqualTo("The key 'other' has the scope write: cancelling a run of another key needs admin.");
            server.useKey(admin);
            assertThat(server.delete("/api/v2/runs/" + RUN).status()).isEqualTo(200);
            assertThat(running.join().json().path("code").asText()).isEqualTo("CANCELLED");
        }
    }

    @Test
    void takesNoNewWorkWhileItShutsDownAndLetsTheOldFinish() {
        TestServer server = TestServer.start();
        CompletableFuture<Reply> running =
                started(server, "import time\ntime.sleep(6)\nresult = pl.DataFrame({'a': [1]})");
        CompletableFuture<Void> closing = CompletableFuture.runAsync(server.nerium()::close);

        Reply refused = await().until(() -> server.post(POLARS, Requests.query("")), reply -> reply.status() != 200);

        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.error()).isEqualTo("The server is shutting down and accepts no new work. Try again later.");
        assertThat(refused.json().path("code").asText()).isEqualTo("SHUTTING_DOWN");
        assertThat(refused.response().headers().firstValue("Retry-After")).contains("5");
        assertThat(running.join().rows()).isEqualTo("[[1]]");
        closing.join();
        server.close();
    }

    @Test
    void aFailureOfTheServerIsA500ThatTellsNothingOfIt() throws IOException {
        try (TestServer server = TestServer.start()) {
            Path jobs = server.home().resolve("jobs");
            Files.move(jobs, server.home().resolve("away"));
            Files.createFile(jobs);

            Reply reply = server.query("select 1 as a from t", "t=default.flowers");

            assertThat(reply.status()).isEqualTo(500);
            assertThat(reply.text())
                    .isEqualTo(
                            ("{\"success\":false,\"status\":500,\"error\":\"The server failed to run the workload.\","
                                            + "\"details\":\"The server failed to run the workload.\","
                                            + "\"code\":\"INTERNAL_ERROR\",\"run_id\":\"%s\"}")
                                    .formatted(reply.json().path("run_id").asText()));
            assertThat(server.get("/api/v2/runs/" + reply.json().path("run_id").asText())
                            .json()
                            .path("state")
                            .asText())
                    .isEqualTo("FAIL");
        }
    }

    private static CompletableFuture<Reply> endless(TestServer server) {
        return started(server, ENDLESS);
    }

    /** A script under way, whose run is {@link #RUN}. */
    private static CompletableFuture<Reply> started(TestServer server, String script) {
        String body = Requests.JSON
                .createObjectNode()
                .put("mode", "script")
                .put("script", script)
                .toString();
        var request = server.request(POLARS)
                .header("X-Nerium-Run-Id", RUN)
                .POST(BodyPublishers.ofString(body))
                .build();
        CompletableFuture<Reply> running = CompletableFuture.supplyAsync(() -> server.send(request));
        await().until(() ->
                server.get("/api/v2/runs/" + RUN).json().path("state").asText().equals("RUNNING"));
        return running;
    }
}
