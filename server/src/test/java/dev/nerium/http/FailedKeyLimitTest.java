package dev.nerium.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nerium.TestServer;
import dev.nerium.config.ConfigException;
import dev.nerium.http.RawClient.Response;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients without a valid key: they are limited by address, and neither their neighbours nor clients behind a trusted proxy are. */
@Tag("server")
@Timeout(120)
class FailedKeyLimitTest {
    private static final int LIMIT = 3;
    private static final String PROXY = "127.9.0.1";
    private static final String WRONG = "Authorization: Bearer nrm_0123456789abcdef_" + "0".repeat(64) + "\r\n";
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.startIdle(Map.of(
                "http.failed-keys.limit", String.valueOf(LIMIT),
                "http.failed-keys.window", "1h",
                "http.trusted-proxies", "127.9.0.0/16"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void overTheLimitAnAddressGetsA429AndAValidKeyOfItDoesNot() throws IOException {
        String from = "127.0.1.1";
        for (int i = 0; i < LIMIT; i++) {
            assertThat(get(from, i == 0 ? "" : WRONG).status()).isEqualTo(401);
        }

        Response refused = get(from, WRONG);

        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.body()).contains("\"code\":\"TOO_MANY_FAILED_KEYS\"", "http.failed-keys");
        assertThat(refused.head()).containsPattern("Retry-After: (3600|35\\d\\d)\r\n");
        assertThat(get(from, "").status()).isEqualTo(429);
        assertThat(get(from, "Authorization: Bearer " + server.key() + "\r\n").status())
                .isEqualTo(200);
        assertThat(get("127.0.1.2", WRONG).status()).isEqualTo(401);
    }

    @Test
    void tokensOfTheCatalogCount() throws IOException {
        String form = "grant_type=client_credentials&client_secret=wrong";
        String request = "POST /iceberg/v1/oauth/tokens HTTP/1.1\r\nHost: x\r\nContent-Length: " + form.length()
                + "\r\n\r\n" + form;
        for (int i = 0; i <= LIMIT; i++) {
            try (RawClient client = new RawClient(server.url(), "127.0.1.3")) {
                int status = client.send(request).response().orElseThrow().status();
                assertThat(status).isEqualTo(i < LIMIT ? 401 : 429);
            }
        }
    }

    @Test
    void headersOfAClientAreNotBelieved() throws IOException {
        String from = "127.0.1.4";
        for (int i = 0; i < LIMIT; i++) {
            get(from, WRONG + "X-Forwarded-For: 192.0.2." + i + "\r\nForwarded: for=192.0.2." + i + "\r\n");
        }

        assertThat(get(from, WRONG + "X-Forwarded-For: 192.0.2.99\r\n").status())
                .isEqualTo(429);
    }

    /** Headers of the proxy, and the address that they mean; empty for the proxy's own. */
    static Stream<Arguments> headersOfAProxy() {
        return Stream.of(
                Arguments.of("X-Forwarded-For: 192.0.2.1\r\n", "192.0.2.1"),
                Arguments.of("X-Forwarded-For: 192.0.2.1:4711\r\n", "192.0.2.1"),
                Arguments.of("X-Forwarded-For: 198.51.100.9, 192.0.2.1\r\n", "192.0.2.1"),
                Arguments.of("X-Forwarded-For: 198.51.100.9\r\nX-Forwarded-For: 192.0.2.1\r\n", "192.0.2.1"),
                Arguments.of("X-Forwarded-For: 198.51.100.9, 192.0.2.1, 127.9.3.4\r\n", "192.0.2.1"),
                Arguments.of("X-Forwarded-For: 192.0.2.1, what, 127.9.3.4\r\n", "127.9.3.4"),
                Arguments.of("X-Forwarded-For: 192.0.2.1, localhost\r\n", ""),
                Arguments.of("X-Forwarded-For: \r\n", ""),
                Arguments.of("X-Forwarded-For: 192.0.2.1,\r\n", ""),
                Arguments.of("X-Forwarded-For: " + "127.9.0.9,".repeat(500) + "127.9.0.9\r\n", "127.9.0.9"),
                Arguments.of("X-Forwarded-For: [2001:db8::1]:80\r\n", "2001:db8::1"),
                Arguments.of("X-Forwarded-For: 2001:db8:0:0:77::2\r\n", "2001:db8::1"),
                Arguments.of("Forwarded: for=192.0.2.1\r\n", "192.0.2.1"),
                Arguments.of("Forwarded: for=198.51.100.9, proto=https;for=\"192.0.2.1:80\";by=1\r\n", "192.0.2.1"),
                Arguments.of("Forwarded: For=\"[2001:db8::1]:4711\"\r\n", "2001:db8::1"),
                Arguments.of("Forwarded: for=192.0.2.1, for=_hidden\r\n", ""),
                Arguments.of("Forwarded: for=unknown\r\n", ""),
                Arguments.of("X-Forwarded-For: 192.0.2.1\r\nForwarded: for=192.0.2.1\r\n", "192.0.2.1"),
                Arguments.of("X-Forwarded-For: 192.0.2.1\r\nForwarded: for=198.51.100.9\r\n", ""));
    }

    @ParameterizedTest
    @MethodSource("headersOfAProxy")
    void aProxyNamesTheClientAndOnlyItsOwnWordCounts(String headers, String client) throws IOException {
        server.restart();
        for (int i = 0; i < LIMIT; i++) {
            assertThat(get(PROXY, WRONG + headers).status()).isEqualTo(401);
        }

        String same = client.isEmpty() ? "" : "X-Forwarded-For: " + client + "\r\n";
        assertThat(get(PROXY, WRONG + same).status()).isEqualTo(429);
        assertThat(get(PROXY, WRONG + "X-Forwarded-For: 203.0.113.5\r\n").status())
                .isEqualTo(401);
        assertThat(get(PROXY, headers + "Authorization: Bearer " + server.key() + "\r\n")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void wrongSettingsStopTheStart() {
        for (List<String> wrong : List.of(
                List.of("http.trusted-proxies", "proxy.example", "is not a network of IP addresses"),
                List.of("http.failed-keys.limit", "-1", "http.failed-keys.limit is -1: it can't be negative"),
                List.of(
                        "http.failed-keys.window",
                        "0s",
                        "http.failed-keys.window is 0s: it must be between 1s and 1d"))) {
            assertThatThrownBy(() -> TestServer.start(Map.of(wrong.get(0), wrong.get(1))))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining(wrong.get(2));
        }
    }

    private static Response get(String from, String headers) throws IOException {
        try (RawClient client = new RawClient(server.url(), from)) {
            return client.send("GET /api/v2/me HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n")
                    .response()
                    .orElseThrow();
        }
    }
}
