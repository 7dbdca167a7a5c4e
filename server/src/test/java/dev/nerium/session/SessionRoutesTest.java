package dev.nerium.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.auth.Scope;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Browsers that log in, and pages of other sites that want to use their sessions. */
@Tag("server")
@Timeout(120)
class SessionRoutesTest {
    private static final String SESSION = "/api/v2/session";
    private static final String ME = "/api/v2/me";
    private static final String KEYS = "/api/v2/keys";
    private static final String NEW_KEY = "{\"name\": \"made\", \"scope\": \"read\"}";

    private TestServer server;
    private String admin;

    @BeforeEach
    void start() {
        server = TestServer.startIdle(Map.of("http.failed-keys.limit", "4", "http.trusted-proxies", "127.0.0.1"));
        admin = server.key();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** What a browser has after a login. */
    private record Browser(String cookie, String csrf) {}

    @Test
    void aLoginSetsACookieThatAuthenticatesRequests() {
        Reply login = server.send(plain(SESSION)
                .POST(BodyPublishers.ofString("{\"key\": \"" + admin + "\"}"))
                .build());

        assertThat(login.status()).isEqualTo(201);
        String cookie = login.response().headers().firstValue("Set-Cookie").orElseThrow();
        assertThat(cookie).matches("nerium_session=[0-9a-f]{64}; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict");
        assertThat(login.response().headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(login.text()).doesNotContain(cookie.substring(15, 79));
        Browser browser = browser(login);
        JsonNode session = get(browser, SESSION).json();
        assertThat(session.path("csrf_token").asText()).isEqualTo(browser.csrf());
        assertThat(session.path("name").asText()).isEqualTo("admin");
        assertThat(session.path("scope").asText()).isEqualTo("admin");
        assertThat(get(browser, ME).json().path("id")).isEqualTo(session.path("id"));
        assertThat(browser(login(admin))).isNotEqualTo(browser);
    }

    @Test
    void theCookieIsForHttpsOnlyBehindAProxyThatSpeaksIt() {
        Reply login = server.send(server.request(SESSION)
                .header("X-Forwarded-Proto", "https")
                .POST(BodyPublishers.noBody())
                .build());

        assertThat(login.response().headers().firstValue("Set-Cookie").orElse(""))
                .endsWith("; Secure");
    }

    @Test
    void aChangeNeedsTheTokenAgainstForgedRequests() {
        Browser browser = browser(login(admin));

        Reply without = server.send(
                with(browser, KEYS).POST(BodyPublishers.ofString(NEW_KEY)).build());
        Reply wrong = server.send(with(browser, KEYS)
                .header("X-Nerium-CSRF", browser.csrf().replace('a', 'b').replace('0', '1'))
                .POST(BodyPublishers.ofString(NEW_KEY))
                .build());
        Reply logout = server.send(with(browser, SESSION).DELETE().build());

        assertThat(without.status()).isEqualTo(403);
        assertThat(without.error())
                .isEqualTo(
                        "The request has a session, and its header X-Nerium-CSRF is missing: send the csrf_token of /api/v2/session.");
        assertThat(wrong.status()).isEqualTo(403);
        assertThat(logout.status()).isEqualTo(403);
        assertThat(server.get(KEYS).json().path("keys")).hasSize(1);
        assertThat(post(browser, KEYS, NEW_KEY).status()).isEqualTo(201);
    }

    @Test
    void pagesOfOtherSitesAreRefused() {
        Browser browser = browser(login(admin));
        String own = server.url().toString().replaceAll("/$", "");

        for (String[] header : new String[][] {
            {"Sec-Fetch-Site", "cross-site"},
            {"Sec-Fetch-Site", "same-site"},
            {"Sec-Fetch-Site", ""},
            {"Origin", "https://evil.example.com"},
            {"Origin", own + ".evil.example.com"},
            {"Origin", "null"}
        }) {
            Reply change = server.send(with(browser, KEYS)
                    .header("X-Nerium-CSRF", browser.csrf())
                    .header(header[0], header[1])
                    .POST(BodyPublishers.ofString(NEW_KEY))
                    .build());
            Reply read =
                    server.send(with(browser, KEYS).header(header[0], header[1]).build());
            Reply login = server.send(plain(SESSION)
                    .header(header[0], header[1])
                    .POST(BodyPublishers.ofString("{\"key\": \"" + admin + "\"}"))
                    .build());
            for (Reply reply : List.of(change, read, login)) {
                assertThat(reply.status()).as(String.join(" ", header)).isEqualTo(403);
                assertThat(reply.error()).startsWith("The request comes from a page of another site");
            }
        }
        assertThat(server.get(KEYS).json().path("keys")).hasSize(1);
        Reply change = server.send(with(browser, KEYS)
                .header("X-Nerium-CSRF", browser.csrf())
                .header("Sec-Fetch-Site", "same-origin")
                .header("Origin", own)
                .POST(BodyPublishers.ofString(NEW_KEY))
                .build());
        assertThat(change.status()).isEqualTo(201);
    }

    @Test
    void aBearerHeaderWinsOverTheCookie() {
        Browser browser = browser(login(admin));
        String reader = server.nerium()
                .keys()
                .create("reader", Scope.READ, Optional.empty())
                .text();

        Reply other = server.send(
                with(browser, ME).header("Authorization", "Bearer " + reader).build());
        Reply wrong = server.send(
                with(browser, ME).header("Authorization", "Bearer nrm_no_key").build());
        Reply change = server.send(plain(KEYS)
                .header("Cookie", "nerium_session=" + browser.cookie())
                .header("Authorization", "Bearer " + admin)
                .POST(BodyPublishers.ofString(NEW_KEY))
                .build());

        assertThat(other.json().path("name").asText()).isEqualTo("reader");
        assertThat(wrong.status()).isEqualTo(401);
        // No page can make a browser send a key.
        assertThat(change.status()).isEqualTo(201);
    }

    @Test
    void aLoginTakesNoValueThatTheBrowserHadBefore() {
        String planted = "a".repeat(64);
        Browser first = browser(login(admin));

        Browser second = browser(server.send(server.request(SESSION)
                .header("Cookie", "nerium_session=" + first.cookie())
                .POST(BodyPublishers.noBody())
                .build()));
        Browser third = browser(server.send(server.request(SESSION)
                .header("Cookie", "nerium_session=" + planted)
                .POST(BodyPublishers.noBody())
                .build()));

        assertThat(second.cookie()).isNotEqualTo(first.cookie());
        assertThat(third.cookie()).isNotEqualTo(planted);
        assertThat(get(first, ME).status()).isEqualTo(401);
        assertThat(get(second, ME).status()).isEqualTo(200);
        assertThat(get(new Browser(planted, ""), ME).status()).isEqualTo(401);
        // Another host of the site may plant a second cookie.
        assertThat(server.send(plain(ME)
                                .header("Cookie", "nerium_session=" + planted + "; nerium_session=" + second.cookie())
                                .build())
                        .status())
                .isEqualTo(401);
    }

    @Test
    void guessedCookiesCountAsFailedKeys() {
        Browser browser = browser(login(admin));
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            statuses.add(get(new Browser(String.valueOf(i).repeat(64), ""), ME).status());
        }

        assertThat(statuses).containsExactly(401, 401, 401, 401, 429, 429);
        assertThat(get(browser, ME).status()).isEqualTo(200);
        Reply logins = server.send(plain(SESSION)
                .POST(BodyPublishers.ofString("{\"key\": \"nrm_no_key\"}"))
                .build());
        assertThat(logins.status()).isEqualTo(429);
    }

    @Test
    void aLogoutEndsTheSessionAndNoOther() {
        Browser browser = browser(login(admin));
        Browser other = browser(login(admin));

        Reply logout = server.send(with(browser, SESSION)
                .header("X-Nerium-CSRF", browser.csrf())
                .DELETE()
                .build());

        assertThat(logout.status()).isEqualTo(204);
        assertThat(logout.response().headers().firstValue("Set-Cookie"))
                .contains("nerium_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict");
        Reply after = get(browser, ME);
        assertThat(after.status()).isEqualTo(401);
        assertThat(after.response().headers().firstValue("WWW-Authenticate"))
                .contains("Bearer error=\"invalid_token\", error_description=\"The session is unknown or over.\"");
        assertThat(get(other, ME).status()).isEqualTo(200);
    }

    @Test
    void aSessionOutlivesARestartAndNotItsKey() {
        server.nerium().keys().create("second", Scope.ADMIN, Optional.empty());
        Browser browser = browser(login(admin));

        server.restart();

        assertThat(get(browser, ME).status()).isEqualTo(200);
        assertThat(post(browser, KEYS + "/admin/rotate", "{\"grace\": \"1h\"}").status())
                .isEqualTo(200);
        assertThat(get(browser, ME).status()).isEqualTo(401);
        Reply former = login(admin);
        assertThat(former.status()).isEqualTo(403);
        assertThat(former.error())
                .isEqualTo(
                        "The request has the former secret of a key that was rotated: beginning a session needs its new secret.");
    }

    @Test
    void withoutACredentialThereIsNoSession() {
        assertThat(server.send(plain(SESSION).POST(BodyPublishers.noBody()).build())
                        .status())
                .isEqualTo(401);
        assertThat(server.send(plain(SESSION)
                                .POST(BodyPublishers.ofString("{\"key\": null}"))
                                .build())
                        .status())
                .isEqualTo(401);
        Reply wrong = server.send(plain(SESSION)
                .POST(BodyPublishers.ofString("{\"token\": \"x\"}"))
                .build());
        assertThat(wrong.error()).isEqualTo("The field 'token' is not known: choose key.");
        assertThat(server.get(SESSION).status()).isEqualTo(401);
        assertThat(server.delete(SESSION).status()).isEqualTo(401);
    }

    private Reply login(String key) {
        return server.send(plain(SESSION)
                .header("Authorization", "Bearer " + key)
                .POST(BodyPublishers.noBody())
                .build());
    }

    private static Browser browser(Reply login) {
        String cookie = login.response().headers().firstValue("Set-Cookie").orElseThrow();
        return new Browser(
                cookie.substring("nerium_session=".length(), cookie.indexOf(';')),
                login.json().path("csrf_token").asText());
    }

    private HttpRequest.Builder plain(String path) {
        return HttpRequest.newBuilder(server.url().resolve(path)).header("Content-Type", "application/json");
    }

    private HttpRequest.Builder with(Browser browser, String path) {
        return plain(path).header("Cookie", "theme=dark; nerium_session=" + browser.cookie());
    }

    private Reply get(Browser browser, String path) {
        return server.send(with(browser, path).build());
    }

    private Reply post(Browser browser, String path, String body) {
        return server.send(with(browser, path)
                .header("X-Nerium-CSRF", browser.csrf())
                .POST(BodyPublishers.ofString(body))
                .build());
    }
}
