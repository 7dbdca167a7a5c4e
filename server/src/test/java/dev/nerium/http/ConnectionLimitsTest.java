package dev.nerium.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nerium.TestServer;
import dev.nerium.config.ConfigException;
import dev.nerium.http.RawClient.Response;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How many connections there may be; those that are over it are told so. */
@Tag("server")
@Timeout(180)
class ConnectionLimitsTest {
    private static final int MOST = 24;
    private static final int PER_ADDRESS = 12;
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.startEmpty(Map.of(
                "http.max-connections", String.valueOf(MOST),
                "http.max-connections-per-address", String.valueOf(PER_ADDRESS),
                "http.proxies", "127.0.0.2"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void oneAddressHasNoMoreThanItsShare() throws Exception {
        List<RawClient> flood = new ArrayList<>();
        try {
            for (int i = 0; i < PER_ADDRESS; i++) {
                flood.add(served("127.0.0.3"));
            }
            try (RawClient refused = new RawClient(server.url(), "127.0.0.3");
                    RawClient other = served("127.0.0.4")) {
                assertThat(refused.response().orElseThrow()).satisfies(response -> {
                    assertThat(response.status()).isEqualTo(503);
                    assertThat(response.body()).contains("TOO_MANY_CONNECTIONS", "http.max-connections-per-address");
                    assertThat(response.head()).contains("Retry-After");
                });
                assertThat(refused.isEnded()).isTrue();
                assertThat(get(other, "/health").status()).isEqualTo(200);
            }
        } finally {
            close(flood);
        }
    }

    @Test
    void aProxyMayHaveAllConnectionsButNoMore() throws Exception {
        List<RawClient> flood = new ArrayList<>();
        try (RawClient watcher = served("127.0.0.5")) {
            await().until(() -> open(watcher) == 1);
            for (int i = 1; i < MOST; i++) {
                flood.add(served("127.0.0.2"));
            }
            try (RawClient refused = new RawClient(server.url(), "127.0.0.6")) {
                assertThat(refused.response().orElseThrow().status()).isEqualTo(503);
            }
            Response full = get(watcher, "/ready");
            close(flood);
            await().until(() -> open(watcher) == 1);

            assertThat(full.status()).isEqualTo(503);
            assertThat(full.body()).contains("All 24 connections are in use", "TOO_MANY_CONNECTIONS");
            assertThat(get(watcher, "/ready").body()).contains("\"connections\":{\"open\":1,\"most\":24,\"refused\":");
        } finally {
            close(flood);
        }
    }

    @ParameterizedTest
    @CsvSource({"4096", "100000"})
    void moreConnectionsThanTheProcessCanHaveAreRefusedAtStart(int thousands) {
        assertThatThrownBy(() -> TestServer.startEmpty(Map.of("http.max-connections", thousands + "000")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("http.max-connections is " + thousands + "000: the process may open")
                .hasMessageContaining("ulimit -n");
    }

    @Test
    void aProxyIsAnAddress() {
        assertThatThrownBy(() -> TestServer.startEmpty(Map.of("http.proxies", "proxy.example")))
                .isInstanceOf(ConfigException.class)
                .hasMessage("http.proxies has 'proxy.example': expected an IP address");
    }

    private static RawClient served(String address) throws IOException {
        RawClient client = new RawClient(server.url(), address);
        assertThat(get(client, "/health").status()).isEqualTo(200);
        return client;
    }

    private static Response get(RawClient client, String path) throws IOException {
        return client.send("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n")
                .response()
                .orElseThrow();
    }

    private static int open(RawClient client) throws IOException {
        Response ready = get(client, "/ready");
        return new ObjectMapper().readTree(ready.body()).at("/connections/open").asInt(MOST);
    }

    private static void close(List<RawClient> clients) throws IOException {
        for (RawClient client : clients) {
            client.close();
        }
    }
}
