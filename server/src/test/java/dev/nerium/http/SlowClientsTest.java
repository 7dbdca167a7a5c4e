package dev.nerium.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.nerium.TestServer;
import dev.nerium.http.RawClient.Response;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that hold connections and do nothing with them, or little: they lose them, and others don't. */
@Tag("server")
@Timeout(180)
class SlowClientsTest {
    private static final int MOST = 24;
    private static final int PER_ADDRESS = 12;
    private static final String HEALTH = "GET /health HTTP/1.1\r\nHost: x\r\n";
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.startEmpty(Map.of(
                "http.max-connections", String.valueOf(MOST),
                "http.max-connections-per-address", String.valueOf(PER_ADDRESS),
                "http.header-timeout", "1s",
                "http.idle-timeout", "1s",
                "http.stall-timeout", "1s",
                "results.inline-bytes", "64MiB",
                "results.inline-rows", "10000000"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void theServerAnswersOthers() {
        await().until(() -> {
            try (RawClient client = new RawClient(server.url())) {
                return client.send(HEALTH + "\r\n")
                        .response()
                        .map(Response::status)
                        .equals(java.util.Optional.of(200));
            }
        });
    }

    @Test
    void aConnectionWithoutARequestIsClosed() throws IOException {
        try (RawClient client = new RawClient(server.url())) {
            assertThat(client.isEnded()).isTrue();
        }
    }

    @Test
    void aConnectionWithoutAnotherRequestIsClosed() throws IOException {
        try (RawClient client = new RawClient(server.url())) {
            assertThat(client.send(HEALTH + "\r\n").response()).isPresent();

            assertThat(client.isEnded()).isTrue();
        }
    }

    @Test
    void headersThatComeAByteAtATimeAreNotWaitedFor() throws Exception {
        try (RawClient client = new RawClient(server.url())) {
            CompletableFuture<Void> drip = client.drip(HEALTH + "X-Slow: " + "a".repeat(10_000));

            assertThat(client.response().orElseThrow()).satisfies(SlowClientsTest::isTimeout);
            assertThat(client.isEnded()).isTrue();
            drip.join();
        }
    }

    @Test
    void aBodyThatComesAByteAtATimeIsNotWaitedFor() throws Exception {
        String head = "POST /api/v1/warehouse/polars HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + server.key()
                + "\r\nContent-Length: 10000\r\n\r\n";
        try (RawClient client = new RawClient(server.url())) {
            CompletableFuture<Void> drip = client.send(head).drip(" ".repeat(10_000));

            assertThat(client.response().orElseThrow()).satisfies(SlowClientsTest::isTimeout);
            assertThat(client.isEnded()).isTrue();
            drip.join();
        }
    }

    @Test
    void aBodyOfWhichNothingComesIsNotWaitedFor() throws Exception {
        try (RawClient client = new RawClient(server.url())) {
            client.send("POST /api/v1/warehouse/polars HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + server.key()
                    + "\r\nTransfer-Encoding: chunked\r\n\r\n1000\r\n{");

            assertThat(client.response().orElseThrow()).satisfies(SlowClientsTest::isTimeout);
            assertThat(client.isEnded()).isTrue();
        }
    }

    @Test
    void aResultThatIsNotReadIsDropped() throws Exception {
        String body = """
                {"mode": "script", "script": "result = pl.select(pl.repeat('%s', 20000).alias('text'))"}""".formatted("x".repeat(1000));
        try (RawClient client = new RawClient(server.url())) {
            client.send("POST /api/v1/warehouse/polars HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + server.key()
                    + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);

            await().until(() -> server.get("/api/v2/runs?mode=script&state=COMPLETE")
                            .json()
                            .path("runs")
                            .size()
                    > 0);
            await().until(() -> connections() <= 1);

            assertThatThrownBy(client::response).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aRunAndAnEventStreamTakeLongerThanAllTimeouts() throws Exception {
        UUID id = UUID.fromString("01890000-0000-7000-8000-0000000000cc");
        CompletableFuture<TestServer.Reply> run = CompletableFuture.supplyAsync(
                () -> server.script("import time\ntime.sleep(4)\nresult = pl.DataFrame({'a': [1]})", Map.of(), id));
        await().until(() -> server.get("/api/v2/runs/" + id).status() == 200);

        TestServer.Reply events = server.get("/api/v2/runs/" + id + "/events");

        assertThat(events.text()).contains("RUNNING", "COMPLETE");
        assertThat(run.join().status()).isEqualTo(200);
    }

    @Test
    void aFloodOfIdleConnectionsPassesByItself() throws Exception {
        List<RawClient> flood = new ArrayList<>();
        try {
            for (int i = 0; i < 3 * MOST; i++) {
                flood.add(new RawClient(server.url(), "127.0.0." + (10 + i % 5)));
            }
            for (RawClient client : flood) {
                assertThat(client.isEnded()).isTrue();
            }
        } finally {
            close(flood);
        }
    }

    private static int connections() {
        return server.get("/ready").json().at("/connections/open").asInt(Integer.MAX_VALUE);
    }

    private static void close(List<RawClient> clients) throws IOException {
        for (RawClient client : clients) {
            client.close();
        }
    }

    private static void isTimeout(Response response) {
        assertThat(response.status()).isEqualTo(408);
        assertThat(response.body()).contains("took too long", "http.header-timeout");
    }
}
