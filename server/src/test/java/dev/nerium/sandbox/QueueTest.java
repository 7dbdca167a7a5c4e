package dev.nerium.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.auth.Scope;
import dev.nerium.run.RunIds;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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

/** What a client sees of the queue of runs. */
@Tag("sandbox")
@Timeout(120)
class QueueTest {
    private static final String POLARS = "/api/v1/warehouse/polars";
    private static final String ENDLESS = "import time\nwhile True: time.sleep(0.01)";
    private static final String SHORT = "result = pl.DataFrame({'a': [1]})";
    private static final RunIds IDS = new RunIds(Clock.systemUTC());

    private static TestServer server;
    private static String admin;

    private final List<UUID> started = new ArrayList<>();

    @BeforeAll
    static void start() {
        server = TestServer.startEmpty(Map.of("sandbox.max-running", "1"));
        admin = server.key();
    }

    @AfterEach
    void endWhatRuns() {
        server.useKey(admin);
        started.forEach(id -> server.delete("/api/v2/runs/" + id));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void theRecordTellsHowLongARunWaited() {
        UUID first = occupy();
        UUID second = IDS.next();
        CompletableFuture<Reply> waiting = submit(second, SHORT);
        awaitState(second, "QUEUED");
        assertThat(run(second).path("scheduled_at").isNull()).isTrue();
        Instant freed = Instant.now();

        server.delete("/api/v2/runs/" + first);

        assertThat(waiting.join().status()).isEqualTo(200);
        JsonNode record = run(second);
        assertThat(instant(record, "queued_at")).isBefore(freed);
        assertThat(instant(record, "scheduled_at")).isAfterOrEqualTo(freed.minusMillis(1));
        assertThat(instant(record, "started_at")).isAfterOrEqualTo(instant(record, "scheduled_at"));
    }

    @Test
    void waitsNoLongerThanTheClientPrefers() {
        occupy();

        Reply refused = preferring("handling=lenient, wait=1; note=x");

        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.error())
                .isEqualTo("The server is busy: the run waited for 1 s (Prefer: wait=1). Try again later.");
        assertThat(refused.json().path("code").asText()).isEqualTo("QUEUE_FULL");
        assertThat(refused.json().path("limit").asText()).isEqualTo("Prefer: wait=1");
        assertThat(refused.response().headers().firstValue("Preference-Applied"))
                .contains("wait=1");
        assertThat(refused.response().headers().firstValue("Retry-After").orElse(""))
                .matches("[1-9][0-9]*");
        assertThat(run(UUID.fromString(refused.json().path("run_id").asText()))
                        .path("state")
                        .asText())
                .isEqualTo("FAIL");
    }

    @Test
    void takesAFreePlaceWithoutAnyWait() {
        Reply reply = preferring("wait=0");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.response().headers().firstValue("Preference-Applied")).contains("wait=0");
    }

    @Test
    void refusesAWaitThatIsNoNumber() {
        for (String wait : new String[] {"wait=soon", "wait", "wait=-1", "wait=1.5"}) {
            Reply reply = preferring(wait);

            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.error())
                    .isEqualTo("The header Prefer has '" + wait
                            + "': expected wait=N, the seconds to wait for a place, such as wait=10.");
        }
    }

    @Test
    void ignoresOtherPreferences() {
        Reply reply = preferring("return=minimal");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.response().headers().firstValue("Preference-Applied")).isEmpty();
    }

    @Test
    void aKeyWithManyRunsDoesNotHoldUpAnother() {
        UUID first = occupy();
        List<CompletableFuture<Reply>> many = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            UUID id = IDS.next();
            many.add(submit(id, SHORT));
            awaitState(id, "QUEUED");
        }
        server.useKey(server.useKey("modest", Scope.READ));
        UUID other = IDS.next();
        CompletableFuture<Reply> modest = submit(other, SHORT);
        awaitState(other, "QUEUED");
        server.useKey(admin);

        server.delete("/api/v2/runs/" + first);

        assertThat(modest.join().status()).isEqualTo(200);
        assertThat(many.stream().map(CompletableFuture::join).filter(reply -> reply.status() == 200))
                .hasSize(10);
        Instant scheduled = instant(run(other), "scheduled_at");
        long before = many.stream()
                .map(reply ->
                        run(UUID.fromString(reply.join().json().path("run_id").asText())))
                .filter(record -> instant(record, "scheduled_at").isBefore(scheduled))
                .count();
        assertThat(before).isLessThanOrEqualTo(1);
        server.nerium().keys().revoke("modest");
    }

    @Test
    void aClientThatLeavesTheQueueFreesItsPlace() throws IOException {
        UUID first = occupy();
        UUID left = IDS.next();
        try (LeavingClient _ = LeavingClient.send(server, left, SHORT)) {
            awaitState(left, "QUEUED");
        }

        awaitState(left, "ABORT");
        assertThat(run(left).path("error").asText())
                .isEqualTo("The run was cancelled, because its client closed the connection.");
        assertThat(run(left).path("scheduled_at").isNull()).isTrue();
        UUID next = IDS.next();
        CompletableFuture<Reply> waiting = submit(next, SHORT);
        server.delete("/api/v2/runs/" + first);
        assertThat(waiting.join().status()).isEqualTo(200);
    }

    @Test
    void aRunOutlivesItsClient() throws IOException {
        UUID id = IDS.next();
        try (LeavingClient _ = LeavingClient.send(server, id, "import time\ntime.sleep(3)\n" + SHORT)) {
            awaitState(id, "RUNNING");
        }

        awaitState(id, "COMPLETE");
    }

    @Test
    void aRunEndsWithItsClientWhereThatIsConfigured() throws IOException {
        try (TestServer own = TestServer.startEmpty(Map.of("runs.cancel-on-disconnect", "true"))) {
            UUID id = IDS.next();
            try (LeavingClient _ = LeavingClient.send(own, id, ENDLESS)) {
                awaitState(own, id, "RUNNING");
            }

            awaitState(own, id, "ABORT");
            assertThat(own.script(SHORT).status()).isEqualTo(200);
        }
    }

    @Test
    void stopsARunAfterTheTimeThatItsRequestGives() {
        Reply reply = server.script(ENDLESS, Map.of("timeoutSeconds", 1));

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().path("code").asText()).isEqualTo("TIMED_OUT");
        assertThat(reply.error()).isEqualTo("The run was stopped after 1 s, its maximum duration (timeoutSeconds).");
        assertThat(reply.details())
                .isEqualTo("Time in the queue did not count: do less in one run, or send timeoutSeconds,"
                        + " at most 1800 here (sandbox.max-timeout).");
    }

    @Test
    void timeInTheQueueDoesNotCount() {
        UUID first = occupy();
        UUID second = IDS.next();
        CompletableFuture<Reply> waiting = CompletableFuture.supplyAsync(
                () -> server.script(SHORT, Map.of("timeoutSeconds", 2), second), Thread::startVirtualThread);
        awaitState(second, "QUEUED");
        await().pollDelay(Duration.ofSeconds(3)).until(() -> true);

        server.delete("/api/v2/runs/" + first);

        assertThat(waiting.join().status()).isEqualTo(200);
    }

    private static Reply preferring(String preference) {
        return server.send(server.request(POLARS)
                .header("Prefer", preference)
                .POST(BodyPublishers.ofString("{\"mode\": \"script\", \"script\": \"" + SHORT + "\"}"))
                .build());
    }

    /** Takes the only place. */
    private UUID occupy() {
        UUID id = IDS.next();
        var _ = submit(id, ENDLESS);
        awaitState(id, "RUNNING");
        return id;
    }

    private CompletableFuture<Reply> submit(UUID id, String script) {
        started.add(id);
        return CompletableFuture.supplyAsync(() -> server.script(script, Map.of(), id), Thread::startVirtualThread);
    }

    private static Instant instant(JsonNode record, String field) {
        return Instant.parse(record.path(field).asText());
    }

    private static JsonNode run(UUID id) {
        return server.get("/api/v2/runs/" + id).json();
    }

    private static void awaitState(UUID id, String state) {
        awaitState(server, id, state);
    }

    private static void awaitState(TestServer on, UUID id, String state) {
        await().until(() ->
                on.get("/api/v2/runs/" + id).json().path("state").asText().equals(state));
    }
}
