package dev.nerium.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.auth.Scope;
import java.time.Clock;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Records of runs, over HTTP. */
@Tag("server")
class RunsTest {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start(Map.of("sandbox.max-running", "2"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void recordsARunThatWorked() {
        Reply reply = server.script("print('hello')\nresult = scan('default.flowers')");
        String id = reply.json().path("run_id").asText();

        Reply run = server.get("/api/v2/runs/" + id);

        assertThat(run.json().path("state").asText()).isEqualTo("COMPLETE");
        assertThat(run.json().path("row_count").asLong()).isEqualTo(150);
        assertThat(run.json().path("ended_at").asText()).isNotEmpty();
        assertThat(server.get("/api/v2/runs/" + id + "/logs").text()).isEqualTo("hello\n");
    }

    @Test
    void recordsWhyARunFailed() {
        Reply reply = server.script("print('before')\n1 / 0");
        String id = reply.json().path("run_id").asText();

        Reply run = server.get("/api/v2/runs/" + id);

        assertThat(run.json().path("state").asText()).isEqualTo("FAIL");
        assertThat(run.json().path("error").asText()).contains("line 2");
        assertThat(server.get("/api/v2/runs/" + id + "/logs").text())
                .startsWith("before\n")
                .contains("ZeroDivisionError");
    }

    @Test
    void cancelsARunThatIsUnderWay() {
        UUID id = new RunIds(Clock.systemUTC()).next();
        CompletableFuture<Reply> run = startEndless(id);
        awaitState(id, "RUNNING");

        Reply cancelled = server.delete("/api/v2/runs/" + id);

        assertThat(cancelled.json().path("state").asText()).isEqualTo("ABORT");
        assertThat(run.join().status()).isEqualTo(400);
        assertThat(run.join().error()).isEqualTo("The run was cancelled.");
    }

    @Test
    void cancelsARunThatWaitsForAPlace() {
        RunIds ids = new RunIds(Clock.systemUTC());
        UUID first = ids.next();
        UUID second = ids.next();
        UUID waiting = ids.next();
        CompletableFuture<Reply> firstRun = startEndless(first);
        CompletableFuture<Reply> secondRun = startEndless(second);
        awaitState(first, "RUNNING");
        awaitState(second, "RUNNING");
        CompletableFuture<Reply> waitingRun = startEndless(waiting);
        awaitState(waiting, "QUEUED");

        server.delete("/api/v2/runs/" + waiting);

        assertThat(waitingRun.join().error()).isEqualTo("The run was cancelled.");
        server.delete("/api/v2/runs/" + first);
        server.delete("/api/v2/runs/" + second);
        CompletableFuture.allOf(firstRun, secondRun).join();
    }

    @Test
    void answersWhileEveryPlaceIsTaken() {
        RunIds ids = new RunIds(Clock.systemUTC());
        UUID first = ids.next();
        UUID second = ids.next();
        CompletableFuture<Reply> firstRun = startEndless(first);
        CompletableFuture<Reply> secondRun = startEndless(second);
        awaitState(first, "RUNNING");
        awaitState(second, "RUNNING");

        assertThat(server.get("/health").status()).isEqualTo(200);

        server.delete("/api/v2/runs/" + first);
        server.delete("/api/v2/runs/" + second);
        CompletableFuture.allOf(firstRun, secondRun).join();
    }

    @Test
    void refusesARunIdThatWasUsed() {
        UUID id = new RunIds(Clock.systemUTC()).next();
        assertThat(start(id, "result = scan('default.flowers')").join().status())
                .isEqualTo(200);

        Reply again = start(id, "result = scan('default.flowers')").join();

        assertThat(again.status()).isEqualTo(400);
        assertThat(again.error()).isEqualTo("The run id " + id + " was used before: use a new one.");
    }

    @Test
    void knowsNoRunOfAnotherId() {
        Reply reply = server.get("/api/v2/runs/01890000-0000-7000-8000-000000000000");

        assertThat(reply.status()).isEqualTo(404);
        assertThat(reply.error()).isEqualTo("There is no run '01890000-0000-7000-8000-000000000000'.");
    }

    @Test
    void abortsWhatAStoppedServerLeftOpen() {
        try (TestServer own = TestServer.start(Map.of("shutdown.grace", "1s"))) {
            UUID id = new RunIds(Clock.systemUTC()).next();
            CompletableFuture<Reply> run = start(own, id, "import time; time.sleep(600)");
            awaitState(own, id, "RUNNING");

            own.restart();

            assertThat(run).isDone();
            assertThat(own.get("/api/v2/runs/" + id).json().path("state").asText())
                    .isEqualTo("ABORT");
        }
    }

    @Test
    void letsRunningWorkFinishAtShutdown() {
        try (TestServer own = TestServer.start()) {
            UUID id = new RunIds(Clock.systemUTC()).next();
            CompletableFuture<Reply> run =
                    start(own, id, "import time\ntime.sleep(2)\nresult = scan('default.flowers')");
            awaitState(own, id, "RUNNING");

            own.restart();

            assertThat(run.join().status()).isEqualTo(200);
        }
    }

    @Test
    void keysOutliveARestartAndCanBeRevoked() {
        try (TestServer own = TestServer.start()) {
            String reader = own.useKey("reader", Scope.READ);
            own.restart();
            own.useKey(reader);
            assertThat(own.query("select 1 as x from f limit 1", "f=default.flowers")
                            .status())
                    .isEqualTo(200);

            own.nerium().keys().revoke("reader");

            assertThat(own.query("select 1 as x from f limit 1", "f=default.flowers")
                            .status())
                    .isEqualTo(401);
        }
    }

    private static CompletableFuture<Reply> startEndless(UUID id) {
        return start(id, "import time; time.sleep(600)");
    }

    private static CompletableFuture<Reply> start(UUID id, String script) {
        return start(server, id, script);
    }

    private static CompletableFuture<Reply> start(TestServer on, UUID id, String script) {
        return CompletableFuture.supplyAsync(() -> on.script(script, Map.of(), id), Thread::startVirtualThread);
    }

    private static void awaitState(UUID id, String state) {
        awaitState(server, id, state);
    }

    private static void awaitState(TestServer on, UUID id, String state) {
        Awaitility.await()
                .until(() -> on.get("/api/v2/runs/" + id)
                        .json()
                        .path("state")
                        .asText()
                        .equals(state));
    }
}
