package dev.nerium.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.run.RunIds;
import dev.nerium.run.ServerRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Workers at Daytona, against a server that holds all that is sent to the vendor's own models and really runs it: {@code
 * resources/daytona/server.py}. The service itself is not asked.
 */
@Tag("sandbox")
@Timeout(240)
class DaytonaTest {
    private static final String KEY = "dtn_not_to_be_seen";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    private static Path folder;

    private static Process daytona;
    private static String url;
    private static TestServer server;

    @BeforeAll
    static void start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                System.getenv("NERIUM_DEV_PYTHON"),
                "server/src/test/resources/daytona/server.py",
                KEY,
                folder.toString());
        builder.environment()
                .put("WORKER", Path.of("worker", "src").toAbsolutePath().toString());
        daytona = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        url = "http://127.0.0.1:"
                + new BufferedReader(new InputStreamReader(daytona.getInputStream(), StandardCharsets.UTF_8))
                        .readLine();
        server = TestServer.start(settings());
    }

    @AfterAll
    static void stop() {
        server.close();
        daytona.destroy();
        HTTP.shutdownNow();
    }

    private static Map<String, String> settings() throws IOException {
        Path key = Files.writeString(folder.resolve("key"), KEY + "\n");
        return Map.of(
                "sandbox.provider", "daytona",
                "sandbox.daytona.url", url + "/api",
                "sandbox.daytona.key-file", key.toString(),
                "sandbox.daytona.snapshot", "nerium-worker",
                "sandbox.daytona.python", System.getenv("NERIUM_DEV_PYTHON"),
                "sandbox.pool.size", "0",
                "sandbox.disk-size", "3GiB");
    }

    @AfterEach
    void nothingIsLeftAndNothingWasAgainstTheSchema() {
        await().untilAsserted(() -> assertThat(control("{}").path("sandboxes")).isEmpty());
        assertThat(control("{}").path("violations")).isEmpty();
    }

    @Test
    void aQueryRunsInASandboxOfTheTiersSize() {
        Reply reply = server.query(
                "select species, count(*) as n from f group by species order by species", "f=default.flowers");

        assertThat(reply.rows()).isEqualTo("[[\"setosa\",50],[\"versicolor\",50],[\"virginica\",50]]");
        assertThat(reply.json().path("compute").path("provider").asText()).isEqualTo("daytona");
        JsonNode order = control("{}").path("orders").path(0);
        assertThat(order.path("cpu").asInt()).isEqualTo(2);
        assertThat(order.path("memory").asInt()).isEqualTo(4);
        assertThat(order.path("disk").asInt()).isEqualTo(3);
        assertThat(order.path("networkBlockAll").asBoolean()).isTrue();
        assertThat(order.path("public").asBoolean(true)).isFalse();
        assertThat(order.path("ttlMinutes").asInt()).isEqualTo(100);
    }

    @Test
    void aScriptIsLoggedAndItsRowsAreCommitted() {
        Reply reply = server.script(
                "print('far away')\nresult = scan('default.flowers').with_columns(pl.lit(params['x']).alias('x'))",
                Map.of("destination", "default.far", "params", Map.of("x", "ü")));

        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(server.query("select count(*) as n, max(x) as x from t", "t=default.far")
                        .rows())
                .isEqualTo("[[150,\"ü\"]]");
        assertThat(server.get("/api/v2/runs/" + reply.json().path("run_id").asText() + "/logs")
                        .text())
                .isEqualTo("far away\n");
    }

    @Test
    void aLargeResultComesBackAsFiles() {
        Reply reply = server.script("result = pl.LazyFrame({'n': range(90000), 't': ['0123456789' * 20] * 90000})");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json().path("results").path("rows").size()).isEqualTo(90_000);
    }

    @Test
    void aMistakeOfTheUserIsToldAsSuch() {
        Reply reply = server.script("1 / 0");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().path("code").asText()).isEqualTo("SCRIPT_FAILED");
        assertThat(reply.details()).contains("ZeroDivisionError");
    }

    @Test
    void aRunThatTakesTooLongOrIsCancelledIsDeletedThere() {
        Reply late = server.script("import time\ntime.sleep(300)", Map.of("timeoutSeconds", 3));
        UUID id = new RunIds(Clock.systemUTC()).next();
        CompletableFuture<Reply> running =
                CompletableFuture.supplyAsync(() -> server.script("import time\ntime.sleep(300)", Map.of(), id));
        await().until(() -> server.get("/api/v2/runs/" + id).text().contains("RUNNING"));
        server.delete("/api/v2/runs/" + id);

        assertThat(late.json().path("code").asText()).isEqualTo("TIMED_OUT");
        assertThat(running.join().json().path("code").asText()).isEqualTo("CANCELLED");
    }

    @Test
    void aWorkerThatIsKilledThereRanOutOfMemory() {
        Reply reply = server.script("import os\nos.kill(os.getpid(), 9)");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().path("code").asText()).isEqualTo("OUT_OF_MEMORY");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'request': 'POST /api/sandbox', 'status': 429}",
                "{'request': 'GET /api/sandbox/[^/]+', 'status': 502, 'times': 2}",
                "{'request': 'POST .*/files/upload-v2', 'status': 503, 'times': 2}",
                "{'request': 'GET .*/files/download', 'status': 504, 'times': 3}",
                "{'request': 'POST .*/files/folder', 'lost': true}",
            })
    void whatPassesIsTriedAgain(String failure) {
        fail(failure);

        assertThat(server.script("result = scan('default.flowers').head(2)").rows())
                .startsWith("[[5.1,");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'request': 'POST /api/sandbox', 'status': 402, 'message': 'quota exceeded'}",
                "{'request': 'POST /api/sandbox', 'status': 500}",
                "{'request': 'POST /api/sandbox', 'lost': true}",
                "{'request': 'GET /api/sandbox/[^/]+', 'status': 500, 'times': 5}",
                "{'request': 'POST .*/process/session', 'status': 500}",
                "{'request': 'POST .*/exec', 'lost': true}",
            })
    void whatDoesNotPassIsToldAndLeavesNothing(String failure) {
        fail(failure);

        Reply reply = server.script("result = scan('default.flowers')", Map.of("destination", "default.never"));

        assertThat(reply.status()).as(reply.text()).isEqualTo(503);
        assertThat(reply.json().path("code").asText()).isEqualTo("SANDBOX_UNAVAILABLE");
        assertThat(reply.details()).startsWith("Daytona ").doesNotContain(KEY);
        assertThat(server.query("select * from t", "t=default.never").status()).isEqualTo(400);
    }

    @Test
    void aSandboxThatBreaksWhileItStartsIsToldWithItsReason() {
        fail("{'request': 'GET /api/sandbox/[^/]+', 'status': 502, 'times': 3}");
        CompletableFuture<Reply> reply = CompletableFuture.supplyAsync(() -> server.script("result = 1"));
        await().until(() -> !control("{}").path("sandboxes").isEmpty());
        control("{\"state\": \"error\", \"reason\": \"no runner has room\"}");

        assertThat(reply.join().status()).isEqualTo(503);
        assertThat(reply.join().details()).isEqualTo("The sandbox became 'error': no runner has room");
    }

    @Test
    void aSandboxThatVanishesEndsItsRun() {
        CompletableFuture<Reply> reply =
                CompletableFuture.supplyAsync(() -> server.script("print('on')\nimport time\ntime.sleep(300)"));
        await().until(() ->
                server.get("/api/v2/runs?state=RUNNING&mode=script").text().contains("RUNNING"));
        control("{\"vanish\": true}");

        assertThat(reply.join().status()).isEqualTo(400);
        assertThat(reply.join().json().path("code").asText()).isEqualTo("WORKER_CRASHED");
    }

    @Test
    void aResultThatArrivesCutOffIsNoResult() {
        fail("{'request': 'GET .*/files/download', 'cut': true, 'times': 100}");
        Reply reply = server.script("result = scan('default.flowers')", Map.of("destination", "default.cut"));
        control("{\"clear\": true}");

        assertThat(reply.status()).isNotEqualTo(200);
        assertThat(server.query("select * from t", "t=default.cut").status()).isEqualTo(400);
    }

    @Test
    void whatAKilledServerLeftIsDeletedAtTheNextStart() throws IOException {
        Path home = TestServer.newHome();
        try (TestServer first = TestServer.start(home, settings())) {
            String id = ServerRegistry.id(home);
            for (int i = 0; i < 3; i++) {
                control("{\"leave\": {\"nerium-server\": \"" + id + "\"}}");
            }
            assertThat(control("{}").path("sandboxes").size()).isEqualTo(3);

            first.restart();

            assertThat(control("{}").path("sandboxes")).isEmpty();
        }
    }

    private static void fail(String failure) {
        control("{\"fail\": " + failure.replace('\'', '"') + "}");
    }

    private static JsonNode control(String body) {
        try {
            return JSON.readTree(HTTP.send(
                            HttpRequest.newBuilder(URI.create(url + "/control"))
                                    .POST(BodyPublishers.ofString(body))
                                    .build(),
                            BodyHandlers.ofString())
                    .body());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
