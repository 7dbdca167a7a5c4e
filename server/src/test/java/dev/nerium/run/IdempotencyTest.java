package dev.nerium.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The same key and body are the same run, however often and by how many they are sent. */
@Tag("server")
class IdempotencyTest {
    private static final String APPEND = """
            {"mode": "query", "query": "select * from f limit 10", "tables": ["f=default.flowers"],
             "destination": "default.%s", "saveMode": "append"}""";
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void twentyClientsAtOnceWriteOnce() {
        String key = key();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<CompletableFuture<Reply>> replies = IntStream.range(0, 20)
                    .mapToObj(i -> CompletableFuture.supplyAsync(() -> post(key, APPEND.formatted("once")), threads))
                    .toList();

            assertThat(replies).allSatisfy(reply -> {
                assertThat(reply.join().status()).as(reply.join().text()).isEqualTo(200);
                assertThat(reply.join().text())
                        .isEqualTo(replies.getFirst().join().text());
            });
        }
        assertThat(server.query("select count(*) as n from t", "t=default.once").rows())
                .isEqualTo("[[10]]");
    }

    @Test
    void anUploadThatIsSentAgainIsWrittenOnce() {
        String key = key();
        Reply first = upload(key, "n\n1\n2\n");
        Reply second = upload(key, "n\n1\n2\n");
        Reply other = upload(key, "n\n1\n3\n");

        assertThat(first.status()).as(first.text()).isEqualTo(200);
        assertThat(second.text()).isEqualTo(first.text());
        assertThat(other.status()).isEqualTo(409);
        assertThat(server.query("select count(*) as n from t", "t=default.sent_twice")
                        .rows())
                .isEqualTo("[[2]]");
    }

    private static Reply upload(String key, String csv) {
        return server.send(server.request("/api/v1/catalogs/oleander/namespaces/default/tables/sent_twice")
                .header("Content-Type", "text/csv")
                .header("Idempotency-Key", key)
                .POST(BodyPublishers.ofString(csv))
                .build());
    }

    @Test
    void aRepetitionIsToldAsOne() {
        String key = key();
        Reply first = post(key, query("select 1 as one from f limit 1"));
        Reply second = post(key, query("select 1 as one from f limit 1"));

        assertThat(first.response().headers().firstValue("Idempotency-Replayed"))
                .isEmpty();
        assertThat(second.response().headers().firstValue("Idempotency-Replayed"))
                .contains("true");
        assertThat(second.text()).isEqualTo(first.text());
    }

    @Test
    void anotherBodyWithTheSameKeyIsAConflict() {
        String key = key();
        post(key, query("select 1 as one from f limit 1"));

        Reply other = post(key, query("select 2 as two from f limit 1"));

        assertThat(other.status()).isEqualTo(409);
        assertThat(other.json().path("code").asText()).isEqualTo("IDEMPOTENCY_CONFLICT");
    }

    @Test
    void aRunThatFailedIsNotTriedAgain() {
        String key = key();
        Reply first = post(key, query("select nothing from f"));
        Reply second = post(key, query("select nothing from f"));

        assertThat(first.status()).isEqualTo(400);
        assertThat(second.status()).isEqualTo(400);
        assertThat(second.error()).isEqualTo(first.error());
        assertThat(second.json().path("run_id")).isEqualTo(first.json().path("run_id"));
    }

    @Test
    void aRequestThatWasNeverARunMayBeSentAgain() {
        String key = key();
        assertThat(post(key, query("select 1 from f").replace("\"query\",", "\"query\", \"vcpus\": 3,"))
                        .status())
                .isEqualTo(400);

        assertThat(post(key, query("select 1 as one from f limit 1")).status()).isEqualTo(200);
    }

    @Test
    void aKeyOutlivesARestart() {
        try (TestServer own = TestServer.start()) {
            String key = key();
            Reply first = post(own, key, APPEND.formatted("kept"));

            own.restart();

            assertThat(post(own, key, APPEND.formatted("kept")).text()).isEqualTo(first.text());
            assertThat(own.query("select count(*) as n from t", "t=default.kept")
                            .rows())
                    .isEqualTo("[[10]]");
        }
    }

    @Test
    void whatWasWrittenIsNotWrittenAgainWhenItsAnswerIsGone() {
        try (TestServer own = TestServer.start(Map.of("results.retention", "1s"))) {
            String key = key();
            assertThat(post(own, key, APPEND.formatted("gone")).status()).isEqualTo(200);

            await().untilAsserted(() -> assertThat(
                            post(own, key, APPEND.formatted("gone")).status())
                    .isEqualTo(410));
            assertThat(own.query("select count(*) as n from t", "t=default.gone")
                            .rows())
                    .isEqualTo("[[10]]");
        }
    }

    @Test
    void aKeyThatIsNoneIsRefused() {
        Reply reply = post("with space", query("select 1 from f"));

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.error()).startsWith("The header Idempotency-Key is 'with space': expected");
    }

    private static String query(String sql) {
        return "{\"mode\": \"query\", \"query\": \"" + sql + "\", \"tables\": [\"f=default.flowers\"]}";
    }

    private static String key() {
        return UUID.randomUUID().toString();
    }

    private static Reply post(String key, String body) {
        return post(server, key, body);
    }

    private static Reply post(TestServer to, String key, String body) {
        return to.send(to.request("/api/v1/warehouse/polars")
                .header("Idempotency-Key", key)
                .POST(BodyPublishers.ofString(body))
                .build());
    }
}
