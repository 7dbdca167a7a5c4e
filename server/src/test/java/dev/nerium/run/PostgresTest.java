package dev.nerium.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.auth.Scope;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two servers that keep their runs and keys in one PostgreSQL database. */
@Tag("server")
@Timeout(180)
class PostgresTest {
    private static EmbeddedPostgres postgres;
    private static TestServer first;
    private static TestServer second;

    @BeforeAll
    static void start() throws IOException {
        postgres = EmbeddedPostgres.start();
        Path home = TestServer.newHome();
        Path key = Files.writeString(home.resolve("shared.key"), "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=\n");
        Map<String, String> settings = Map.of(
                "store.url",
                postgres.getJdbcUrl("postgres", "postgres"),
                "store.user",
                "postgres",
                "store.encryption-key-file",
                key.toString());
        first = TestServer.start(home, settings);
        second = TestServer.start(TestServer.newHome(), first.key(), settings);
    }

    @AfterAll
    static void stop() throws IOException {
        second.close();
        first.close();
        postgres.close();
    }

    @Test
    void eachKnowsTheRunsOfTheOther() {
        String id = first.query("select 1 as one from f limit 1", "f=default.flowers")
                .json()
                .path("run_id")
                .asText();

        assertThat(second.get("/api/v2/runs/" + id).json().path("state").asText())
                .isEqualTo("COMPLETE");
        assertThat(second.get("/api/v2/runs?limit=500").text()).contains(id);
        assertThat(second.get("/api/v2/runs/" + id + "/events").text()).contains("COMPLETE");
    }

    @Test
    void anEnvironmentVariableOfOneIsOneOfTheOther() {
        String path = "/api/v1/environment-variables";
        Reply made = first.post(path, "{\"name\": \"token\", \"value\": \"shared value\"}");
        String id = made.json().path("id").asText();

        assertThat(second.get(path).json().path("environment_variables")).containsExactly(made.json());
        assertThat(second.post(path, "{\"name\": \"TOKEN\", \"value\": \"changed\"}")
                        .status())
                .isEqualTo(200);
        assertThat(first.get(path + "/" + id).json().path("value").asText()).isEqualTo("changed");
        assertThat(first.delete(path + "/" + id).status()).isEqualTo(200);
        assertThat(second.get(path + "/" + id).status()).isEqualTo(404);
    }

    @Test
    void aKeyOfOneIsAKeyOfTheOther() {
        String admin = first.key();
        try {
            String key = first.useKey("shared", Scope.READ);
            assertThat(second.send(second.request("/api/v2/runs")
                                    .setHeader("Authorization", "Bearer " + key)
                                    .build())
                            .status())
                    .isEqualTo(200);
        } finally {
            first.useKey(admin);
        }
    }

    @Test
    void anIdempotencyKeyIsOneRunWhereverItIsSent() {
        String key = UUID.randomUUID().toString();
        Reply one = post(first, key);

        Reply other = post(second, key);

        // The rows are where they were made.
        assertThat(one.status()).isEqualTo(200);
        assertThat(other.status()).isEqualTo(410);
        assertThat(other.json().path("run_id")).isEqualTo(one.json().path("run_id"));
    }

    @Test
    void aRestartEndsOnlyItsOwnRuns() {
        UUID id = new RunIds(Clock.systemUTC()).next();
        first.send(first.request("/api/v1/warehouse/polars")
                .header("Prefer", "respond-async")
                .header("X-Nerium-Run-Id", id.toString())
                .POST(BodyPublishers.ofString("{\"mode\": \"script\", \"script\": \"while True: pass\"}"))
                .build());
        await().until(() -> state(first, id).equals("RUNNING"));

        second.restart();

        assertThat(state(second, id)).isEqualTo("RUNNING");
        first.delete("/api/v2/runs/" + id);
        assertThat(state(second, id)).isEqualTo("ABORT");
    }

    @Test
    void theRunsOfAServerThatFellSilentAreEnded() throws SQLException {
        UUID id = new RunIds(Clock.systemUTC()).next();
        try (Connection database = postgres.getPostgresDatabase().getConnection()) {
            database.createStatement().execute("insert into server (id, seen_at) values ('gone', 0)");
            database.createStatement()
                    .execute(
                            "insert into run (id, mode, state, principal, code, params, provider, vcpus, queued_at, server)"
                                    + " values ('%s', 'query', 'RUNNING', 'admin', 'select', '{}', 'bubblewrap', 2, 0, 'gone')"
                                            .formatted(id));
        }

        await().until(() -> state(first, id).equals("ABORT"));

        assertThat(first.get("/api/v2/runs/" + id).json().path("error").asText())
                .isEqualTo("The server stopped before the run ended.");
    }

    private static String state(TestServer at, UUID id) {
        return at.get("/api/v2/runs/" + id).json().path("state").asText();
    }

    private static Reply post(TestServer to, String key) {
        return to.send(to.request("/api/v1/warehouse/polars")
                .header("Idempotency-Key", key)
                .POST(
                        BodyPublishers.ofString(
                                "{\"mode\": \"query\", \"query\": \"select 1 as one from f limit 1\", \"tables\": [\"f=default.flowers\"]}"))
                .build());
    }
}
