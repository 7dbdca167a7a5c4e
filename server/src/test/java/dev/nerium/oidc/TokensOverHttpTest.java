package dev.nerium.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.jwk.JWKSet;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.run.RunIds;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Access tokens of an OpenID provider in place of keys. */
@Tag("server")
@Timeout(180)
class TokensOverHttpTest {
    private static final String ME = "/api/v2/me";
    private static final String POLARS = "/api/v1/warehouse/polars";
    private static final String ENDLESS = "{\"mode\": \"script\", \"script\": \"import time; time.sleep(600)\"}";
    private static final String QUERY =
            "{\"mode\": \"query\", \"query\": \"SELECT count(*) AS n FROM f\", \"tables\": [\"f=default.flowers\"]}";

    private static final String MAX = QUERY.replace("count(*)", "max(sepal_length)");
    private static final String SAVE =
            "{\"mode\": \"script\", \"destination\": \"default.late\", \"script\": \"result = pl.DataFrame({'a': [1]})\"}";

    private TestProvider provider;
    private TestServer server;

    @BeforeEach
    void start() {
        provider = TestProvider.start();
        server = TestServer.start(provider.settings(Map.of(
                "sandbox.max-running",
                "1",
                "shutdown.grace",
                "0s",
                "http.failed-keys.limit",
                "5",
                "results.cache-bytes",
                "64MiB")));
    }

    @AfterEach
    void stop() {
        server.close();
        provider.close();
    }

    @Test
    void anOwnerOfATokenReadsItself() {
        JsonNode me = as(provider.token("alice", "analysts", "finance"), ME).json();

        assertThat(me.path("id").asText()).matches("oidc-[0-9a-f]{32}");
        assertThat(me.path("name").asText()).isEqualTo("oidc:alice");
        assertThat(me.path("scope").asText()).isEqualTo("read");
        assertThat(me.path("groups").toString()).isEqualTo("[\"analysts\",\"finance\"]");
        assertThat(me.path("credential").asText()).isEqualTo("token");
        assertThat(Instant.parse(me.path("expires_at").asText())).isAfter(Instant.now());
        assertThat(me.path("created_at").isNull()).isTrue();
        assertThat(me.path("permissions").toString()).isEqualTo("[\"run_workloads\",\"read_tables\"]");
        assertThat(server.get(ME).json().path("credential").asText()).isEqualTo("key");
    }

    @Test
    void runsBelongToTheOwnerOfTheTokenAndNotToTheToken() {
        String first = provider.token("alice", "analysts");
        String second = provider.token(claims -> claims.jwtID("another"));
        Reply run = as(first, POLARS, MAX);
        String path = "/api/v2/runs/" + run.json().path("run_id").asText();

        assertThat(run.rows()).as(run.text()).isEqualTo("[[7.9]]");
        assertThat(run.json().path("cache").asText()).as(run.text()).isEqualTo("miss");
        assertThat(as(second, path).json().path("code").asText()).contains("max(sepal_length)");
        assertThat(as(second, POLARS, MAX).json().path("cache").asText()).isEqualTo("hit");
        assertThat(as(second, "/api/v2/runs?own=true").json().path("runs")).hasSize(2);
        assertThat(as(provider.token("bob", "analysts"), path).json().has("code"))
                .isFalse();
        assertThat(as(provider.token("bob", "analysts"), POLARS, MAX)
                        .json()
                        .path("cache")
                        .asText())
                .isEqualTo("miss");
        assertThat(as(provider.token("carol", "platform"), path)
                        .json()
                        .path("key")
                        .asText())
                .isEqualTo("oidc:alice");
        assertThat(server.get("/api/v2/runs?key=oidc:alice").json().path("runs"))
                .hasSize(2);
    }

    @Test
    void theScopeOfTheGroupsLimitsTheToken() {
        String reader = provider.token("alice", "analysts");
        String writer = provider.token("bob", "loaders");
        String save = QUERY.replace("\"query\",", "\"query\", \"destination\": \"default.copy\",");

        Reply refused = as(reader, POLARS, save);
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.error()).startsWith("The token of 'oidc:alice' has the scope read: ");
        assertThat(as(writer, POLARS, save).status()).isEqualTo(200);
        assertThat(as(writer, "/api/v2/keys").status()).isEqualTo(403);
        assertThat(as(provider.token("carol", "platform"), "/api/v2/keys").status())
                .isEqualTo(200);
        Reply none = as(provider.token("dave", "others"), ME);
        assertThat(none.status()).isEqualTo(403);
        assertThat(none.error())
                .isEqualTo(
                        "The token of 'oidc:dave' has no scope: its owner is in none of the groups of oidc.scope-of-groups.");
    }

    @Test
    void anOwnerOfATokenHasNoKeyToRotate() {
        String token = provider.token("alice", "analysts");
        String id = as(token, ME).json().path("id").asText();

        for (String target : List.of(id, "oidc:alice")) {
            Reply reply = as(token, "/api/v2/keys/" + target + "/rotate", "{}");
            assertThat(reply.status()).isEqualTo(404);
            assertThat(reply.error()).startsWith("There is no key named 'oidc");
        }
    }

    @Test
    void theCatalogTakesTokensAlsoAsAClientSecret() {
        String token = provider.token("alice", "analysts");
        assertThat(as(token, "/iceberg/v1/config").status()).isEqualTo(200);

        Reply reply = server.send(HttpRequest.newBuilder(server.url().resolve("/iceberg/v1/oauth/tokens"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("grant_type=client_credentials&client_secret=" + token))
                .build());

        assertThat(reply.json().path("access_token").asText()).isEqualTo(token);
    }

    @Test
    void aBrowserCanExchangeATokenForASession() {
        String token = provider.token("alice", "analysts");
        Reply login = as(token, "/api/v2/session", "");
        String cookie = login.response()
                .headers()
                .firstValue("Set-Cookie")
                .orElseThrow()
                .split(";", -1)[0];

        JsonNode me = server.send(HttpRequest.newBuilder(server.url().resolve(ME))
                        .header("Cookie", cookie)
                        .build())
                .json();

        assertThat(me).isEqualTo(as(token, ME).json());
        assertThat(login.json().path("expires_at")).isEqualTo(me.path("expires_at"));
    }

    @Test
    void a401NamesTheReasonInItsHeaderOnly() {
        String expired = provider.token(
                claims -> claims.expirationTime(Date.from(Instant.now().minusSeconds(90))));

        Reply reply = as(expired, ME);

        assertThat(reply.status()).isEqualTo(401);
        assertThat(reply.text()).isEqualTo("{\"error\":\"Unauthorized\"}");
        assertThat(challenge(reply))
                .isEqualTo("Bearer error=\"invalid_token\", error_description=\"The token has expired.\"");
        assertThat(challenge(as("nrm_no_key", ME)))
                .isEqualTo(
                        "Bearer error=\"invalid_token\", error_description=\"The key is unknown, expired or revoked.\"");
        assertThat(challenge(server.send(
                        HttpRequest.newBuilder(server.url().resolve(ME)).build())))
                .isEqualTo("Bearer");
    }

    @Test
    void invalidTokensCountAsFailedKeysAndValidOnesDoNot() {
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            statuses.add(as("eyJ.e30.AAAA", ME).status());
        }

        assertThat(statuses).containsExactly(401, 401, 401, 401, 401, 429, 429, 429);
        assertThat(as(provider.token("alice", "analysts"), ME).status()).isEqualTo(200);
    }

    @Test
    void aHugeTokenIsRefused() {
        for (int size : List.of(20_000, 100_000)) {
            Reply reply = as(provider.token(claims -> claims.claim("padding", "x".repeat(size))), ME);
            assertThat(reply.status()).isGreaterThanOrEqualTo(400).isLessThan(500);
        }
        assertThat(as(provider.token("alice", "analysts"), ME).status()).isEqualTo(200);
    }

    @Test
    void keysWorkWhileTheProviderDoesNot() {
        provider.serveKeys(exchange -> TestProvider.send(exchange, 503, ""));

        Reply refused = as(provider.token("alice", "analysts"), ME);

        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.json().path("code").asText()).isEqualTo("ISSUER_UNAVAILABLE");
        assertThat(refused.response().headers().firstValue("Retry-After")).isPresent();
        assertThat(server.get(ME).status()).isEqualTo(200);
        assertThat(server.get("/ready").status()).isEqualTo(200);
        provider.serveKeys(exchange ->
                TestProvider.send(exchange, 200, new JWKSet(provider.key().toPublicJWK()).toString()));
        assertThat(as(provider.token("alice", "analysts"), ME).status()).isEqualTo(200);
    }

    @Test
    void aRunBeginsAndCommitsAfterTheEndOfItsToken() {
        UUID running = submit(server.key(), ENDLESS);
        await().until(() -> state(running).equals("RUNNING"));
        // Clocks may differ by 30 s.
        String almostOver = provider.token(claims -> claims.claim("groups", "loaders")
                .expirationTime(Date.from(Instant.now().minusSeconds(18))));
        UUID queued = submit(almostOver, SAVE);
        await().atMost(Duration.ofMinutes(1)).until(() -> as(almostOver, ME).status() != 200);
        assertThat(state(queued)).isEqualTo("QUEUED");

        server.delete("/api/v2/runs/" + running);

        await().atMost(Duration.ofMinutes(1)).until(() -> state(queued).equals("COMPLETE"));
        assertThat(server.query("SELECT a FROM t", "t=default.late").rows()).isEqualTo("[[1]]");
    }

    @Test
    void aQueuedRunIsRefusedAfterARestartWithTheReason() {
        String token = provider.token("alice", "loaders");
        UUID running = submit(token, ENDLESS);
        await().until(() -> state(running).equals("RUNNING"));
        UUID queued = submit(
                token,
                "{\"mode\": \"script\", \"destination\": \"default.late\", \"script\": \"result = pl.DataFrame({'a': [1]})\"}");

        server.restart();

        await().until(() -> state(queued).equals("ABORT"));
        assertThat(record(queued).path("error").asText())
                .isEqualTo(
                        "The run was cancelled: the server stopped before it began, and keeps no tokens, such as that of 'oidc:alice'. Send it again.");
        assertThat(state(running)).isEqualTo("ABORT");
        assertThat(server.get("/api/v1/catalogs/oleander/namespaces/default/tables/late")
                        .status())
                .isEqualTo(404);
        assertThat(as(token, POLARS, QUERY).rows()).isEqualTo("[[150]]");
    }

    private Reply as(String token, String path) {
        return server.send(server.request(path)
                .setHeader("Authorization", "Bearer " + token)
                .build());
    }

    private Reply as(String token, String path, String body) {
        return server.send(server.request(path)
                .setHeader("Authorization", "Bearer " + token)
                .POST(BodyPublishers.ofString(body))
                .build());
    }

    private UUID submit(String token, String body) {
        UUID id = new RunIds(Clock.systemUTC()).next();
        Reply reply = server.send(server.request(POLARS)
                .setHeader("Authorization", "Bearer " + token)
                .header("Prefer", "respond-async")
                .header("X-Nerium-Run-Id", id.toString())
                .POST(BodyPublishers.ofString(body))
                .build());
        assertThat(reply.status()).as(reply.text()).isEqualTo(202);
        return id;
    }

    private JsonNode record(UUID id) {
        return server.get("/api/v2/runs/" + id).json();
    }

    private String state(UUID id) {
        return record(id).path("state").asText();
    }

    private static String challenge(Reply reply) {
        return reply.response().headers().firstValue("WWW-Authenticate").orElse("");
    }
}
