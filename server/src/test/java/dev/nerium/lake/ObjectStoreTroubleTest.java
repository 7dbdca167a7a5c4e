package dev.nerium.lake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nerium.S3Gate;
import dev.nerium.S3Server;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.logging.StreamHandler;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Stores that refuse, fail, break off, hang or have more than the cache holds. */
@Tag("interop")
@Timeout(300)
class ObjectStoreTroubleTest {
    private static final ByteArrayOutputStream LOG = new ByteArrayOutputStream();
    private static final Handler HANDLER =
            new StreamHandler(new PrintStream(LOG, true, StandardCharsets.UTF_8), new SimpleFormatter());

    private static S3Server store;
    private static S3Gate gate;
    private static TestServer server;

    @BeforeAll
    static void start() throws IOException {
        HANDLER.setLevel(Level.ALL);
        Logger.getLogger("").addHandler(HANDLER);
        store = S3Server.start();
        gate = new S3Gate(store.url());
        Path home = TestServer.newHome();
        Files.writeString(home.resolve("keys"), S3Server.keys());
        Files.writeString(
                home.resolve("wrong"),
                "s3.access-key-id=" + S3Server.KEY + "\ns3.secret-access-key=wrong-" + S3Server.SECRET + "\n");
        Files.writeString(home.resolve("nerium.yaml"), """
                lake: {cache-size: 8MiB}
                catalogs:
                  s3: {type: jdbc, uri: "jdbc:sqlite:HOME/s3.db", warehouse: s3://lake/warehouse, storage-file: keys, properties: GATE, timeout: 60s}
                  brief: {type: jdbc, uri: "jdbc:sqlite:HOME/brief.db", warehouse: s3://lake/brief, storage-file: keys, properties: GATE, timeout: 1s}
                  locked: {type: jdbc, uri: "jdbc:sqlite:HOME/locked.db", warehouse: s3://lake/locked, storage-file: wrong, properties: GATE}
                  bucketless: {type: jdbc, uri: "jdbc:sqlite:HOME/none.db", warehouse: s3://none/warehouse, storage-file: keys, properties: GATE}
                  gone: {type: jdbc, uri: "jdbc:sqlite:HOME/gone.db", warehouse: s3://lake/gone, storage-file: keys, properties: GONE}
                """.replace("HOME", home.toString())
                .replace("GATE", S3Server.properties(gate.url()))
                .replace("GONE", S3Server.properties(java.net.URI.create("http://127.0.0.1:1"))));
        server = TestServer.start(home, Map.of());
    }

    @AfterEach
    void letPass() {
        gate.failEvery(0);
        gate.hang(false);
    }

    @AfterAll
    static void stop() {
        server.close();
        gate.close();
        store.close();
        Logger.getLogger("").removeHandler(HANDLER);
        HANDLER.flush();
        assertThat(LOG.toString(StandardCharsets.UTF_8)).doesNotContain(S3Server.SECRET);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            locked     | the store refuses the key that the server has for it (status 403).
            bucketless | the store has no such bucket (status 404).
            gone       | the store can't be reached.
            """)
    void aStoreThatDoesNotTakeATableIsToldOf(String catalog, String why) {
        Reply reply = save(catalog + ".new.t", "{'n': [1]}");

        assertThat(reply.status()).isEqualTo(500);
        assertThat(reply.json().path("code").asText()).isEqualTo("STORAGE_ERROR");
        assertThat(reply.error()).contains("The object s3://").endsWith(why);
        assertThat(reply.text()).doesNotContain(S3Server.SECRET);
        assertThat(store.objects(catalog)).isEmpty();
        assertThat(server.query("SELECT n FROM t", "t=" + catalog + ".new.t").status())
                .isEqualTo(400);
    }

    @Test
    void aWrongKeyReadsNothing() throws IOException {
        assertSaved(save("s3.owned.t", "{'n': [1]}"));
        Path keys = server.home().resolve("keys");
        Files.copy(server.home().resolve("wrong"), keys, StandardCopyOption.REPLACE_EXISTING);
        server.restart();

        Reply reply = server.query("SELECT n FROM t", "t=s3.owned.t");
        Files.writeString(keys, S3Server.keys());
        server.restart();

        assertThat(reply.status()).isEqualTo(500);
        assertThat(reply.error()).contains("can't be read: the store refuses the key that the server has for it");
        assertThat(server.query("SELECT n FROM t", "t=s3.owned.t").rows()).isEqualTo("[[1]]");
    }

    @Test
    void aStoreThatFailsNowAndThenGivesAndTakesAllRows() {
        gate.failEvery(10);
        for (int round = 0; round < 5; round++) {
            assertSaved(server.script(
                    "n = pl.int_range(%d, %d, eager=True)\nresult = pl.DataFrame({'n': n, 'h': n.hash(1)})"
                            .formatted(round * 100_000, (round + 1) * 100_000),
                    Map.of("destination", "s3.flaky.t", "saveMode", "append")));
            assertThat(server.query("SELECT count(*) AS c, sum(n) AS s, count(h) AS h FROM t", "t=s3.flaky.t")
                            .rows())
                    .isEqualTo("[[%d,%d,%d]]"
                            .formatted(
                                    (round + 1) * 100_000L,
                                    IntStream.range(0, (round + 1) * 100_000)
                                            .asLongStream()
                                            .sum(),
                                    (round + 1) * 100_000L));
        }
        // Metadata and manifests come through the same gate when another server reads them.
        server.restart();
        assertThat(server.query("SELECT count(*) AS c, sum(n) AS s, count(h) AS h FROM t", "t=s3.flaky.t")
                        .rows())
                .isEqualTo("[[500000,124999750000,500000]]");
    }

    @Test
    void whatIsNotCommittedLeavesNothing() {
        assertSaved(save("s3.undone.t", "{'n': [1]}"));
        assertThat(server.query("SELECT n FROM t", "t=s3.undone.t").rows()).isEqualTo("[[1]]");
        List<String> before = store.objects("warehouse/undone");

        gate.failEvery(1);
        Reply reply = save("s3.undone.t", "{'n': [2]}");
        gate.failEvery(0);

        assertThat(reply.status()).as(reply.text()).isEqualTo(500);
        assertThat(reply.json().path("code").asText()).isEqualTo("STORAGE_ERROR");
        // What reached the store although it said that it did not is removed once it answers again.
        await().atMost(Duration.ofMinutes(2))
                .until(() -> store.objects("warehouse/undone").equals(before));
        assertThat(server.query("SELECT n FROM t", "t=s3.undone.t").rows()).isEqualTo("[[1]]");
        assertSaved(save("s3.undone.t", "{'n': [2]}"));
        assertThat(server.query("SELECT sum(n) AS s FROM t", "t=s3.undone.t").rows())
                .isEqualTo("[[3]]");
    }

    @Test
    void aStoreThatHangsIsToldOf() {
        assertSaved(save("brief.hangs.t", "{'n': [1]}"));

        gate.hang(true);
        Reply read = server.query("SELECT n FROM t", "t=brief.hangs.t");
        Reply written = save("brief.hangs.t", "{'n': [2]}");
        gate.hang(false);

        for (Reply reply : List.of(read, written)) {
            assertThat(reply.status()).as(reply.text()).isEqualTo(500);
            assertThat(reply.json().path("code").asText()).isEqualTo("STORAGE_ERROR");
            assertThat(reply.error()).endsWith("the store does not respond in time.");
        }
        assertThat(server.query("SELECT n FROM t", "t=brief.hangs.t").rows()).isEqualTo("[[1]]");
    }

    @Test
    void aRunThatWaitsForAStoreCanBeCancelled() {
        assertSaved(server.script(
                "n = pl.int_range(0, 400_000, eager=True)\nresult = pl.DataFrame({'n': n, 'h': n.hash(1)})",
                Map.of("destination", "s3.waits.t")));
        // The table is known then, and a column of it brought.
        assertThat(server.query("SELECT max(n) AS m FROM t", "t=s3.waits.t").rows())
                .isEqualTo("[[399999]]");
        gate.forget();
        gate.hang(true);
        Reply begun = server.send(server.request("/api/v1/warehouse/polars")
                .header("Content-Type", "application/json")
                .header("Prefer", "respond-async")
                .POST(BodyPublishers.ofString(
                        "{\"mode\": \"query\", \"query\": \"SELECT count(h) FROM t\", \"tables\": [\"t=s3.waits.t\"]}"))
                .build());
        String run = begun.response().headers().firstValue("Location").orElseThrow();
        await().until(() -> !gate.dataRequests().isEmpty());

        server.delete(run);

        await().until(() -> server.get(run).json().path("state").asText().equals("ABORT"));
        assertThat(server.get(run + "/result").error()).isEqualTo("The run was cancelled.");
        gate.hang(false);
        assertThat(server.query("SELECT count(h) FROM t", "t=s3.waits.t").rows())
                .isEqualTo("[[400000]]");
    }

    @Test
    void theCacheMakesRoomAndSaysWhenOneRunNeedsMore() throws IOException {
        for (int part = 0; part < 4; part++) {
            assertSaved(server.script(
                    "n = pl.int_range(0, 300_000, eager=True)\nresult = pl.DataFrame({'n': n, 'h': n.hash(%d)})"
                            .formatted(part),
                    Map.of("destination", "s3.large.t" + part, "saveMode", "overwrite")));
        }
        List<CompletableFuture<Reply>> reads = IntStream.range(0, 12)
                .mapToObj(n -> CompletableFuture.supplyAsync(
                        () -> server.query("SELECT count(h) AS c, max(n) AS m FROM t", "t=s3.large.t" + n % 4),
                        Thread::startVirtualThread))
                .toList();
        for (CompletableFuture<Reply> read : reads) {
            // Two that read at once may need more than there is, and say so.
            if (read.join().status() != 200) {
                assertThat(read.join().error()).contains("lake.cache-size (8 MiB)");
            } else {
                assertThat(read.join().rows()).isEqualTo("[[300000,299999]]");
            }
        }
        for (int part = 0; part < 4; part++) {
            assertThat(server.query("SELECT count(h) AS c, max(n) AS m FROM t", "t=s3.large.t" + part)
                            .rows())
                    .isEqualTo("[[300000,299999]]");
            assertThat(cached()).isLessThanOrEqualTo(9L << 20);
        }

        Reply all = server.query(
                "SELECT count(a.h) AS c FROM a JOIN b ON a.h = b.h JOIN c ON b.h = c.h JOIN d ON c.h = d.h",
                "a=s3.large.t0",
                "b=s3.large.t1",
                "c=s3.large.t2",
                "d=s3.large.t3");

        assertThat(all.json().path("code").asText()).as(all.text()).isEqualTo("OUT_OF_DISK");
        assertThat(all.error()).contains("need more than lake.cache-size (8 MiB)");
    }

    /** Bytes of the cache's folder that take room on the disk. */
    private static long cached() throws IOException {
        try (Stream<Path> files = Files.list(server.home().resolve("lake").resolve("cache"))) {
            long bytes = 0;
            for (Path file : files.toList()) {
                bytes += Files.size(file);
            }
            return bytes;
        }
    }

    private static Reply save(String table, String columns) {
        return server.write(columns, Map.of("destination", table, "saveMode", "append"));
    }

    private static void assertSaved(Reply reply) {
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    }
}
