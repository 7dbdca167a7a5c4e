package dev.nerium.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.auth.Principal;
import dev.nerium.auth.Scope;
import dev.nerium.auth.oidc.AccessTokens;
import dev.nerium.config.NeriumConfig;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tokens of a real Keycloak. */
@Tag("interop")
@Timeout(600)
class KeycloakTest {
    private static final String ME = "/api/v2/me";
    private static final String CLIENT = "nerium-cli";

    private static Keycloak keycloak;
    private static TestServer server;

    @BeforeAll
    static void start() throws IOException {
        keycloak = Keycloak.start();
        server = TestServer.start(settings("groups"));
    }

    @AfterAll
    static void stop() {
        server.close();
        keycloak.close();
    }

    private static Map<String, String> settings(String groups) {
        return Map.of(
                "oidc.issuer",
                keycloak.issuer(),
                "oidc.audience",
                "nerium",
                "oidc.groups-claim",
                groups,
                "oidc.scope-of-groups.analysts",
                "read",
                "oidc.scope-of-groups.loaders",
                "write",
                "oidc.scope-of-groups.platform",
                "admin");
    }

    @Test
    void ownersHaveTheirNamesGroupsAndScopes() {
        JsonNode alice = as(access("alice"), ME).json();
        JsonNode carol = as(access("carol"), ME).json();

        assertThat(alice.path("name").asText()).isEqualTo("oidc:alice");
        assertThat(alice.path("scope").asText()).isEqualTo("read");
        assertThat(alice.path("groups").toString()).isEqualTo("[\"analysts\"]");
        assertThat(carol.path("scope").asText()).isEqualTo("admin");
        assertThat(as(access("alice"), ME).json().path("id")).isEqualTo(alice.path("id"));
        assertThat(carol.path("id")).isNotEqualTo(alice.path("id"));
    }

    @Test
    void anOwnerRunsAQuery() {
        Reply reply = server.send(server.request("/api/v1/query")
                .setHeader("Authorization", "Bearer " + access("alice"))
                .POST(BodyPublishers.ofString("{\"query\": \"SELECT count(*) AS n FROM default.flowers\"}"))
                .build());

        assertThat(reply.rows()).isEqualTo("[[150]]");
        assertThat(as(access("alice"), "/api/v2/keys").status()).isEqualTo(403);
        assertThat(as(access("carol"), "/api/v2/keys").status()).isEqualTo(200);
    }

    @Test
    void otherTokensOfALoginAndTokensForOthersAreRefused() {
        JsonNode login = keycloak.login(CLIENT, "alice");

        assertThat(challenge(login.path("refresh_token").asText())).contains("the algorithm of the token");
        assertThat(challenge(login.path("id_token").asText())).contains("The audience of the token is not nerium.");
        assertThat(challenge(
                        keycloak.login("another", "alice").path("access_token").asText()))
                .contains("The audience of the token is not nerium.");
    }

    @Test
    void rolesCanBeTheGroups() {
        NeriumConfig config = NeriumConfig.load(server.home(), settings("realm_access.roles"), Map.of());

        Principal alice = AccessTokens.of(config.oidc(), server.home())
                .orElseThrow()
                .owner(access("alice"))
                .principal();

        assertThat(alice.scope()).isEqualTo(Scope.WRITE);
        assertThat(alice.groups()).containsExactly("loaders");
    }

    @Test
    void tokensOfANewKeyAreAcceptedAtOnceAndThoseOfTheOldKeyStillAre() throws IOException, InterruptedException {
        String old = access("alice");
        assertThat(as(old, ME).status()).isEqualTo(200);

        keycloak.rotateKeys();

        String next = access("alice");
        assertThat(header(next)).isNotEqualTo(header(old));
        assertThat(as(next, ME).status()).isEqualTo(200);
        assertThat(as(old, ME).status()).isEqualTo(200);
    }

    private static String header(String token) {
        return token.substring(0, token.indexOf('.'));
    }

    private static String access(String user) {
        return keycloak.login(CLIENT, user).path("access_token").asText();
    }

    private static String challenge(String token) {
        Reply reply = as(token, ME);
        assertThat(reply.status()).isEqualTo(401);
        return reply.response().headers().firstValue("WWW-Authenticate").orElse("");
    }

    private static Reply as(String token, String path) {
        return server.send(server.request(path)
                .setHeader("Authorization", "Bearer " + token)
                .build());
    }
}
