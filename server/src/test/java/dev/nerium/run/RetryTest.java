package dev.nerium.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.auth.Scope;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A request that is sent again with its Idempotency-Key, after its run was lost in one way or another. */
@Tag("server")
class RetryTest {
    private static final String QUERY =
            "{\"mode\": \"query\", \"query\": \"select 1 as one from f limit 1\", \"tables\": [\"f=default.flowers\"]}";
    private static final String APPEND = """
            {"mode": "query", "query": "select * from f limit 10", "tables": ["f=default.flowers"],
             "destination": "default.%s", "saveMode": "append"}""";
    private static final RunIds IDS = new RunIds(Clock.systemUTC());
    private static final ObjectMapper JSON = new ObjectMapper();
    private static TestServer server;

    private final String key = UUID.randomUUID().toString();

    @BeforeAll
    static void start() {
        server = TestServer.start(Map.of("sandbox.max-running", "1"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aRunThatWroteNothingBeforeItsServerDiedIsRunAnew() throws Exception {
        String lost = post(QUERY).json().path("run_id").asText();
        leaveAsKilled(lost);
        server.restart();
        assertThat(server.get("/api/v2/runs/" + lost).json().path("state").asText())
                .isEqualTo("ABORT");

        Reply again = post(QUERY);

        assertThat(again.status()).as(again.text()).isEqualTo(200);
        assertThat(again.rows()).isEqualTo("[[1]]");
        assertThat(again.json().path("run_id").asText()).isNotEqualTo(lost);
        assertThat(again.response().headers().firstValue("Idempotency-Replayed"))
                .isEmpty();
        assertThat(post(QUERY).text()).isEqualTo(again.text());
    }

    @Test
    void aRunThatWroteItsTableBeforeItsServerDiedIsAnsweredAndNotWrittenAgain() throws Exception {
        Reply first = post(APPEND.formatted("landed"));
        String run = first.json().path("run_id").asText();
        leaveAsKilled(run);
        Path kept = server.home().resolve("results").resolve(run);
        ObjectNode manifest =
                (ObjectNode) JSON.readTree(kept.resolve("result.json").toFile());
        ((ObjectNode) manifest.path("saved")).put("rows", 0);
        Files.writeString(kept.resolve("prepared.json"), manifest.toString());
        Files.delete(kept.resolve("result.json"));

        server.restart();

        assertThat(post(APPEND.formatted("landed")).text()).isEqualTo(first.text());
        assertThat(server.query("select count(*) as n from t", "t=default.landed")
                        .rows())
                .isEqualTo("[[10]]");
    }

    @Test
    void anUnknownOutcomeIsSaidUntilItIsKnown() throws Exception {
        String body = APPEND.formatted("unknown").replace("select *", "select nothing");
        String run = post(body).json().path("run_id").asText();
        change(
                "update run set state = 'FAIL', error_code = 'COMMIT_STATE_UNKNOWN', error = 'Nobody knows.' where id = ?",
                run);
        Path intent = server.home().resolve("lake").resolve("commits").resolve(run);
        Files.writeString(
                intent,
                "{\"table\": [\"oleander\", \"default\", \"unknown\"], \"id\": \"%s\", \"effect\": \"CREATES\", \"files\": []}\n"
                        .formatted(UUID.randomUUID()));

        Reply meanwhile = post(body);
        Files.delete(intent);
        Reply later = post(body);

        assertThat(meanwhile.status()).isEqualTo(500);
        assertThat(meanwhile.json().path("code").asText()).isEqualTo("COMMIT_STATE_UNKNOWN");
        assertThat(meanwhile.response().headers().firstValue("Retry-After")).isPresent();
        assertThat(later.status()).isEqualTo(400);
        assertThat(later.json().path("code").asText()).isEqualTo("QUERY_FAILED");
        assertThat(later.json().path("run_id").asText()).isNotEqualTo(run);
        assertThat(server.get("/api/v2/runs/" + run).json().path("state").asText())
                .isEqualTo("ABORT");
    }

    @Test
    void aCommitThatTurnsOutToHaveLandedIsAnswered() throws Exception {
        Reply first = post(APPEND.formatted("turned_out"));
        String run = first.json().path("run_id").asText();
        change(
                "update run set state = 'FAIL', error_code = 'COMMIT_STATE_UNKNOWN', error = 'Nobody knows.' where id = ?",
                run);

        Reply again = post(APPEND.formatted("turned_out"));

        assertThat(again.text()).isEqualTo(first.text());
        assertThat(server.get("/api/v2/runs/" + run).json().path("state").asText())
                .isEqualTo("COMPLETE");
        assertThat(server.query("select count(*) as n from t", "t=default.turned_out")
                        .rows())
                .isEqualTo("[[10]]");
    }

    @Test
    void aRunThatAnotherServerLostInTheMiddleOfAWriteIsUnknown() throws Exception {
        String body = APPEND.formatted("elsewhere");
        String run = post(body).json().path("run_id").asText();
        change("update run set state = 'RUNNING', ended_at = null, server = 'gone' where id = ?", run);
        change("insert into server (id, seen_at) values (?, 0)", "gone");

        await().until(() ->
                server.get("/api/v2/runs/" + run).json().path("state").asText().equals("FAIL"));

        assertThat(post(body).status()).isEqualTo(500);
        assertThat(post(body).json().path("code").asText()).isEqualTo("COMMIT_STATE_UNKNOWN");
        assertThat(server.query("select count(*) as n from t", "t=default.elsewhere")
                        .rows())
                .isEqualTo("[[10]]");
    }

    @Test
    void aRunWhoseClientLeftTheQueueIsRunAnew() throws Exception {
        UUID busy = IDS.next();
        server.send(request(
                        "{\"mode\": \"script\", \"script\": \"import time; time.sleep(600)\"}",
                        UUID.randomUUID().toString())
                .header("Prefer", "respond-async")
                .header("X-Nerium-Run-Id", busy.toString())
                .build());
        await().until(() -> state(busy).equals("RUNNING"));
        UUID left = IDS.next();
        try (Socket _ = leave(left)) {
            await().until(() -> state(left).equals("QUEUED"));
        }
        await().until(() -> state(left).equals("ABORT"));
        server.delete("/api/v2/runs/" + busy);

        Reply again = post(QUERY);

        assertThat(again.status()).as(again.text()).isEqualTo(200);
        assertThat(again.rows()).isEqualTo("[[1]]");
    }

    @Test
    void aRunThatSomebodyCancelledIsNotRunAgain() {
        UUID id = IDS.next();
        String body = "{\"mode\": \"script\", \"script\": \"import time; time.sleep(600)\"}";
        server.send(request(body, key)
                .header("Prefer", "respond-async")
                .header("X-Nerium-Run-Id", id.toString())
                .build());
        server.delete("/api/v2/runs/" + id);

        Reply again = post(body);

        assertThat(again.status()).isEqualTo(400);
        assertThat(again.json().path("code").asText()).isEqualTo("CANCELLED");
    }

    @Test
    void theSameRequestToTheLastHeaderGetsTheSameAnswer() {
        String id = IDS.next().toString();
        Reply first =
                server.send(request(QUERY, key).header("X-Nerium-Run-Id", id).build());
        Reply second =
                server.send(request(QUERY, key).header("X-Nerium-Run-Id", id).build());

        assertThat(first.status()).isEqualTo(200);
        assertThat(second.text()).isEqualTo(first.text());
    }

    @Test
    void aKeyDoesNotComeToStandForTheRunOfAnother() {
        String owner = server.key();
        String others = post(QUERY).json().path("run_id").asText();
        String mine = UUID.randomUUID().toString();
        try {
            server.useKey("thief-" + mine, Scope.READ);
            Reply taken = server.send(
                    request(QUERY, mine).header("X-Nerium-Run-Id", others).build());
            Reply after = server.send(request(QUERY, mine).build());

            assertThat(taken.status()).isEqualTo(400);
            assertThat(taken.error()).isEqualTo("The run id " + others + " was used before: use a new one.");
            assertThat(after.status()).isEqualTo(200);
            assertThat(after.json().path("run_id").asText()).isNotEqualTo(others);
        } finally {
            server.useKey(owner);
        }
    }

    /** As the record of a server that was killed in the middle of it. */
    private static void leaveAsKilled(String run) throws SQLException {
        change(
                "update run set state = 'RUNNING', ended_at = null, row_count = null, packed_facts = null where id = ?",
                run);
    }

    private static void change(String sql, String value) throws SQLException {
        try (Connection database = DriverManager.getConnection(
                        "jdbc:sqlite:" + server.home().resolve("state.db") + "?busy_timeout=10000");
                var statement = database.prepareStatement(sql)) {
            statement.setString(1, value);
            assertThat(statement.executeUpdate()).isEqualTo(1);
        }
    }

    private Socket leave(UUID run) throws IOException {
        byte[] body = QUERY.getBytes(StandardCharsets.UTF_8);
        String head = """
                POST /api/v1/warehouse/polars HTTP/1.1
                Host: localhost
                Authorization: Bearer %s
                X-Nerium-Run-Id: %s
                Idempotency-Key: %s
                Content-Length: %d

                """.formatted(server.key(), run, key, body.length).replace("\n", "\r\n");
        Socket socket = new Socket(server.url().getHost(), server.url().getPort());
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(body);
        return socket;
    }

    private static String state(UUID run) {
        return server.get("/api/v2/runs/" + run).json().path("state").asText();
    }

    private Reply post(String body) {
        return server.send(request(body, key).build());
    }

    private static HttpRequest.Builder request(String body, String idempotencyKey) {
        return server.request("/api/v1/warehouse/polars")
                .header("Idempotency-Key", idempotencyKey)
                .POST(BodyPublishers.ofString(body));
    }
}
