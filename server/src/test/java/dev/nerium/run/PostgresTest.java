package dev.nerium.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.auth.Scope;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
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
    void eachAuditTrailHasTheChangesOfItsOwnServer() {
        String audit = "SELECT object_name FROM a WHERE action = 'key.create'";
        first.post("/api/v2/keys", "{\"name\": \"audit-one\", \"scope\": \"read\"}");
        second.post("/api/v2/keys", "{\"name\": \"audit-two\", \"scope\": \"read\"}");

        await().atMost(Duration.ofSeconds(60))
                .until(() -> first.query(audit, "a=telemetry.audit").text().contains("audit-one")
                        && second.query(audit, "a=telemetry.audit").text().contains("audit-two"));
        assertThat(first.query(audit, "a=telemetry.audit").text()).doesNotContain("audit-two");
        assertThat(second.query(audit, "a=telemetry.audit").text()).doesNotContain("audit-one");
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
    void aRotationAndARevocationByOneCountForTheNextRequestOfTheOther() {
        String keys = "/api/v2/keys";
        Reply created = first.post(keys, "{\"name\": \"rotated\", \"scope\": \"read\"}");
        assertThat(statusOf(second, created)).isEqualTo(200);

        Reply rotated = first.post(keys + "/rotated/rotate", "{\"grace\": \"1h\"}");
        assertThat(statusOf(second, created)).isEqualTo(200);
        assertThat(statusOf(second, rotated)).isEqualTo(200);
        Reply again = second.post(keys + "/rotated/rotate", "{}");
        first.send(first.request(keys + "/rotated/groups")
                .PUT(BodyPublishers.ofString("{\"groups\": [\"finance\"]}"))
                .build());
        assertThat(me(second, again).json().path("groups")).hasSize(1);
        assertThat(statusOf(first, created)).isEqualTo(401);
        assertThat(statusOf(first, rotated)).isEqualTo(401);
        assertThat(statusOf(first, again)).isEqualTo(200);
        assertThat(second.post(keys, "{\"name\": \"rotated\", \"scope\": \"read\"}")
                        .status())
                .isEqualTo(409);
        first.delete(keys + "/rotated");
        assertThat(statusOf(second, again)).isEqualTo(401);
        assertThat(second.get(keys + "?revoked=true&limit=1").json().path("keys"))
                .hasSize(1);
    }

    @Test
    void aSessionOfOneIsASessionOfTheOtherUntilEitherEndsIt() {
        Reply login = first.post("/api/v2/session", "{}");
        String cookie = login.response()
                .headers()
                .firstValue("Set-Cookie")
                .orElseThrow()
                .split(";", -1)[0];
        assertThat(login.status()).isEqualTo(201);
        assertThat(sessionOf(second, cookie)).isEqualTo(200);

        Reply logout = second.send(HttpRequest.newBuilder(second.url().resolve("/api/v2/session"))
                .header("Cookie", cookie)
                .header("X-Nerium-CSRF", login.json().path("csrf_token").asText())
                .DELETE()
                .build());

        assertThat(logout.status()).isEqualTo(204);
        assertThat(sessionOf(first, cookie)).isEqualTo(401);
        assertThat(sessionOf(second, cookie)).isEqualTo(401);
    }

    private static int sessionOf(TestServer server, String cookie) {
        return server.send(HttpRequest.newBuilder(server.url().resolve("/api/v2/session"))
                        .header("Cookie", cookie)
                        .build())
                .status();
    }

    @RepeatedTest(5)
    void adminsThatRevokeEachOtherOnTwoServersLeaveOne() {
        String keys = "/api/v2/keys";
        Reply one = first.post(keys, "{\"name\": \"one\", \"scope\": \"admin\"}");
        String admin = first.key();
        first.useKey(one.json().path("key").asText());

        CompletableFuture<Reply> by = CompletableFuture.supplyAsync(() -> first.delete(keys + "/admin"));
        CompletableFuture<Reply> of = CompletableFuture.supplyAsync(() -> second.delete(keys + "/one"));

        assertThat(List.of(by.join().status(), of.join().status())).containsOnlyOnce(200);
        // The one that is left makes the keys of the next test.
        boolean isAdminLeft = second.get(keys).status() == 200;
        String left = isAdminLeft ? admin : first.key();
        first.useKey(left);
        second.useKey(left);
        if (!isAdminLeft) {
            String next = first.post(keys, "{\"name\": \"admin\", \"scope\": \"admin\"}")
                    .json()
                    .path("key")
                    .asText();
            first.useKey(next);
            second.useKey(next);
            assertThat(first.delete(keys + "/one").status()).isEqualTo(200);
        }
    }

    private static int statusOf(TestServer server, Reply key) {
        return me(server, key).status();
    }

    private static Reply me(TestServer server, Reply key) {
        return server.send(server.request("/api/v2/me")
                .setHeader("Authorization", "Bearer " + key.json().path("key").asText())
                .build());
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
                .POST(BodyPublishers.ofString("{\"mode\": \"script\", \"script\": \"import time; time.sleep(600)\"}"))
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
