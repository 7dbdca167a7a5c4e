package dev.nerium.owner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.auth.Keys;
import dev.nerium.auth.Scope;
import dev.nerium.config.NeriumConfig;
import dev.nerium.run.RunIds;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a key's work when the key is revoked in the middle of it. */
@Tag("server")
@Timeout(120)
class RevokedKeysTest {
    private static final String REVOKED =
            "The run was cancelled, because its key was revoked or expired; nothing was written.";
    private static final String ENDLESS = "import time\nprint('begun', flush=True)\nwhile True: time.sleep(0.01)";
    private static final RunIds IDS = new RunIds(Clock.systemUTC());

    private static TestServer server;
    private static HttpClient client;

    @BeforeAll
    static void start() {
        server = TestServer.start(Map.of("sandbox.max-running", "1"));
        client = HttpClient.newHttpClient();
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    /** A key that lives for one test, and the run that it has. */
    private record Client(String name, String key, UUID run) {
        static Client create() {
            UUID run = IDS.next();
            String name = "key-" + run;
            return new Client(
                    name,
                    server.nerium()
                            .keys()
                            .create(name, Scope.WRITE, Optional.empty())
                            .text(),
                    run);
        }

        CompletableFuture<HttpResponse<String>> script(String source, String destination) {
            String target = destination.isEmpty() ? "" : ", \"destination\": \"" + destination + "\"";
            return send(request("/api/v1/warehouse/polars")
                    .header("X-Nerium-Run-Id", run.toString())
                    .POST(BodyPublishers.ofString("{\"mode\": \"script\", \"script\": \"" + source.replace("\n", "\\n")
                            + "\"" + target + "}")));
        }

        HttpRequest.Builder request(String path) {
            return HttpRequest.newBuilder(server.url().resolve(path)).header("Authorization", "Bearer " + key);
        }

        CompletableFuture<HttpResponse<String>> send(HttpRequest.Builder request) {
            return client.sendAsync(request.build(), BodyHandlers.ofString());
        }

        void revoke() {
            server.nerium().keys().revoke(name);
        }

        Reply record() {
            return server.get("/api/v2/runs/" + run);
        }

        void awaitState(String state) {
            await().until(() -> record().json().path("state").asText(), state::equals);
        }
    }

    @RepeatedTest(5)
    void aKeyThatAnotherProcessRevokesIsRefusedByTheNextRequest() {
        Client client = Client.create();
        assertThat(client.send(client.request("/api/v2/runs")).join().statusCode())
                .isEqualTo(200);

        try (Keys others = Keys.open(NeriumConfig.load(server.home(), Map.of(), Map.of()))) {
            others.revoke(client.name());
        }

        assertThat(client.send(client.request("/api/v2/runs")).join().statusCode())
                .isEqualTo(401);
    }

    @Test
    void aRunThatWaitsIsCancelled() {
        Client running = Client.create();
        var _ = running.script(ENDLESS, "");
        running.awaitState("RUNNING");
        Client waiting = Client.create();
        var answer = waiting.script("result = pl.DataFrame({'a': [1]})", "");
        waiting.awaitState("QUEUED");

        waiting.revoke();

        assertThat(answer.join().body()).contains(REVOKED);
        assertThat(waiting.record().json().path("state").asText()).isEqualTo("ABORT");
        assertThat(running.record().json().path("state").asText()).isEqualTo("RUNNING");
        running.revoke();
        running.awaitState("ABORT");
    }

    @Test
    void aRunThatIsInItsWorkerIsCancelled() {
        Client owner = Client.create();
        var answer = owner.script(ENDLESS, "default.of_revoked");
        owner.awaitState("RUNNING");

        owner.revoke();

        assertThat(answer.join().statusCode()).isEqualTo(400);
        assertThat(owner.record().json().path("error").asText()).isEqualTo(REVOKED);
        assertThat(exists("of_revoked")).isFalse();
    }

    @RepeatedTest(3)
    void nothingIsCommittedThatEndsAfterTheKeyWasRevoked() {
        Client owner = Client.create();
        String go = "go_" + owner.run().toString().replace("-", "");
        String destination = "late_" + owner.run().toString().replace("-", "");
        // It ends right after the key is revoked, long before anybody looks whether it was.
        var answer = owner.script("""
                while not catalog.table_exists('default.%s'): pass
                result = pl.DataFrame({'a': [1]})
                """.formatted(go), "default." + destination);
        owner.awaitState("RUNNING");

        owner.revoke();
        createTable(go);

        assertThat(answer.join().body()).contains(REVOKED);
        assertThat(exists(destination)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"catalog.create_namespace('late')", "catalog.drop_table('default.flowers')"})
    void aScriptChangesNoCatalogAfterItsKeyWasRevoked(String change) {
        Client owner = Client.create();
        String go = "go_" + owner.run().toString().replace("-", "");
        var answer = owner.script("""
                while not catalog.table_exists('default.%s'): pass
                %s
                result = pl.DataFrame({'a': [1]})
                """.formatted(go, change), "");
        owner.awaitState("RUNNING");

        owner.revoke();
        createTable(go);

        assertThat(answer.join().statusCode()).isEqualTo(400);
        assertThat(server.get("/api/v1/catalogs/oleander/namespaces").text()).doesNotContain("late");
        assertThat(exists("flowers")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/logs?follow=true", "/events"})
    void aStreamEndsForAKeyThatIsRevokedWhileTheRunGoesOn(String stream) {
        Client owner = Client.create();
        var _ = owner.script(ENDLESS, "");
        owner.awaitState("RUNNING");
        Client reader = new Client("admin-" + owner.run(), "", owner.run());
        reader = new Client(
                reader.name(),
                server.nerium()
                        .keys()
                        .create(reader.name(), Scope.ADMIN, Optional.empty())
                        .text(),
                owner.run());
        var following = reader.send(reader.request("/api/v2/runs/" + owner.run() + stream));

        reader.revoke();

        var _ = following.join();
        assertThat(owner.record().json().path("state").asText()).isEqualTo("RUNNING");
        owner.revoke();
        owner.awaitState("ABORT");
    }

    @Test
    void theRunsOfOtherKeysGoOn() {
        Client one = Client.create();
        Client other = Client.create();
        var _ = one.script(ENDLESS, "");
        one.awaitState("RUNNING");
        var waiting = other.script("result = pl.DataFrame({'a': [1]})", "default.of_other");
        other.awaitState("QUEUED");

        one.revoke();

        assertThat(waiting.join().statusCode()).isEqualTo(200);
        assertThat(exists("of_other")).isTrue();
    }

    private static void createTable(String name) {
        Reply made = server.post(
                "/iceberg/v1/oleander/namespaces/default/tables",
                "{\"name\": \"%s\", \"schema\": {\"type\": \"struct\", \"fields\": []}}".formatted(name));
        assertThat(made.status()).as(made.text()).isEqualTo(200);
    }

    private static boolean exists(String table) {
        return server.get("/api/v1/catalogs/oleander/namespaces/default/tables/" + table)
                        .status()
                == 200;
    }
}
