package dev.nerium.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs that are followed while they run. */
@Tag("server")
@Timeout(120)
class RunEventsTest {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start(Map.of("sandbox.max-running", "1"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void tellsStatesAndWhatIsPlanned() {
        String events = follow(submit("import time\ntime.sleep(1)\nresult = scan('default.flowers')"));

        assertThat(names(events)).startsWith("state").contains("scan").endsWith("state");
        assertThat(events)
                .contains("\"state\":\"QUEUED\"")
                .contains("\"state\":\"RUNNING\"")
                .contains("\"table\":\"oleander.default.flowers\"")
                .contains("\"files\":1")
                .contains("\"state\":\"COMPLETE\"");
    }

    @Test
    void tellsHowManyRowsThereAreSoFar() {
        String events = follow(submit("""
                import time
                def slow(frame):
                    time.sleep(0.3)
                    return frame
                parts = [pl.LazyFrame({'n': range(1000)}).map_batches(slow) for _ in range(12)]
                result = pl.concat(parts)
                """));

        assertThat(names(events)).contains("progress");
    }

    @Test
    void tellsThePositionInTheQueue() {
        String first = submit("import time; time.sleep(600)");
        awaitState(first, "RUNNING");
        String second = submit("result = pl.LazyFrame({'a': [1]})");
        String third = submit("result = pl.LazyFrame({'a': [1]})");
        await().until(() -> run(third).json().path("queue_position").asInt() == 2);
        CompletableFuture<String> events = CompletableFuture.supplyAsync(() -> follow(third));

        server.delete("/api/v2/runs/" + first);

        assertThat(events.join()).contains("\"position\":2").contains("\"state\":\"COMPLETE\"");
        awaitState(second, "COMPLETE");
    }

    @Test
    void aRunThatIsOverTellsWhatHappened() {
        String id = server.query("select count(species) as n from f", "f=default.flowers")
                .json()
                .path("run_id")
                .asText();

        String events = follow(id);

        assertThat(names(events)).containsExactly("state", "state", "scan", "state");
    }

    @Test
    void aClientThatLostTheConnectionGoesOn() {
        String id = submit("import time\ntime.sleep(2)\nresult = scan('default.flowers')");
        awaitState(id, "RUNNING");

        String events = server.send(server.request("/api/v2/runs/" + id + "/events")
                        .header("Last-Event-ID", "2")
                        .build())
                .text();

        assertThat(events).doesNotContain("QUEUED").doesNotContain("\nid: 1\n").contains("COMPLETE");
    }

    @Test
    void aLogIsReadFromSomePointOn() {
        String id = server.script("print('one')\nprint('two')\nresult = pl.LazyFrame({'a': [1]})")
                .json()
                .path("run_id")
                .asText();

        Reply rest = server.get("/api/v2/runs/" + id + "/logs?offset=4");

        assertThat(rest.text()).isEqualTo("two\n");
        assertThat(rest.response().headers().firstValue("X-Nerium-Next-Offset")).contains("8");
        assertThat(server.get("/api/v2/runs/" + id + "/logs?offset=99").text()).isEmpty();
        assertThat(server.get("/api/v2/runs/" + id + "/logs?offset=-1").status())
                .isEqualTo(400);
    }

    @Test
    void aLogIsFollowedToItsEnd() {
        String id = submit(
                "import time\nfor i in range(3):\n    print('line', i)\n    time.sleep(1)\nresult = pl.LazyFrame({'a': [1]})");

        String events = server.get("/api/v2/runs/" + id + "/logs?follow=true").text();

        assertThat(names(events)).contains("log").doesNotContain("state");
        assertThat(events).contains("line 0").contains("line 2");
    }

    @Test
    void streamsThatNobodyReadsHoldNothingUp() throws IOException {
        String id = submit("import time\ntime.sleep(3)\nresult = scan('default.flowers')");
        for (int i = 0; i < 50; i++) {
            Socket socket = new Socket(server.url().getHost(), server.url().getPort());
            String request = "GET /api/v2/runs/%s/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n"
                    .formatted(id, server.key());
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        }

        awaitState(id, "COMPLETE");

        assertThat(server.query("select 1 as one from f limit 1", "f=default.flowers")
                        .status())
                .isEqualTo(200);
    }

    private static String submit(String source) {
        UUID id = new RunIds(Clock.systemUTC()).next();
        String body = new com.fasterxml.jackson.databind.ObjectMapper()
                .valueToTree(Map.of("mode", "script", "script", source))
                .toString();
        Reply reply = server.send(server.request("/api/v1/warehouse/polars")
                .header("Prefer", "respond-async")
                .header("X-Nerium-Run-Id", id.toString())
                .POST(BodyPublishers.ofString(body))
                .build());
        assertThat(reply.status()).as(reply.text()).isEqualTo(202);
        return id.toString();
    }

    private static String follow(String id) {
        Reply reply = server.get("/api/v2/runs/" + id + "/events");
        assertThat(reply.response().headers().firstValue("Content-Type").orElse(""))
                .startsWith("text/event-stream");
        return reply.text();
    }

    private static List<String> names(String events) {
        return events.lines()
                .filter(line -> line.startsWith("event: "))
                .map(line -> line.substring("event: ".length()))
                .toList();
    }

    private static Reply run(String id) {
        return server.get("/api/v2/runs/" + id);
    }

    private static void awaitState(String id, String state) {
        await().until(() -> run(id).json().path("state").asText().equals(state));
    }
}
