package dev.nerium.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.run.RunIds;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Several clients write to one table at once. */
@Tag("interop")
class ConcurrentWritesTest {
    private static final int CLIENTS = 8;
    private static final int EACH = 5;

    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.startEmpty();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void allAppendsLand() throws Exception {
        server.script(rows(-1), Map.of("destination", "many.appends"));

        List<Reply> replies = together(IntStream.range(0, CLIENTS)
                .<Callable<List<Reply>>>mapToObj(client -> () -> IntStream.range(0, EACH)
                        .mapToObj(i -> append("many.appends", client * EACH + i))
                        .toList())
                .toList());

        assertThat(replies)
                .hasSize(CLIENTS * EACH)
                .allSatisfy(reply -> assertThat(reply.status()).as(reply.text()).isEqualTo(200));
        assertThat(server.query("SELECT count(*) AS n, count(DISTINCT who) AS w, sum(v) AS s FROM t", "t=many.appends")
                        .rows())
                .isEqualTo("[[4100,41,202950]]");
        assertThat(snapshots("many.appends")).hasSize(CLIENTS * EACH + 1);
    }

    @Test
    void twoAppendsMayBothMakeTheTable() throws Exception {
        for (int round = 0; round < 4; round++) {
            String table = "both.made" + round;

            List<Reply> replies = together(List.of(() -> List.of(append(table, 0)), () -> List.of(append(table, 1))));

            assertThat(replies)
                    .allSatisfy(
                            reply -> assertThat(reply.status()).as(reply.text()).isEqualTo(200));
            assertThat(server.query("SELECT count(*) AS n, count(DISTINCT who) AS w FROM t", "t=" + table)
                            .rows())
                    .isEqualTo("[[200,2]]");
        }
    }

    @Test
    void noAppendIsLostToAnOverwriteOfWhatWasReadBefore() throws Exception {
        server.script(rows(-1), Map.of("destination", "mixed.t"));
        long expected = 100;
        for (int round = 0; round < 6; round++) {
            int who = round;
            List<Reply> replies = together(List.of(
                    () -> List.of(append("mixed.t", who)),
                    () -> List.of(server.script("result = scan('mixed.t')", Map.of("destination", "mixed.t")))));

            assertThat(replies)
                    .allSatisfy(
                            reply -> assertThat(reply.status()).as(reply.text()).isIn(200, 409));
            expected += replies.getFirst().status() == 200 ? 100 : 0;
            assertThat(server.query("SELECT count(*) AS n FROM t", "t=mixed.t").rows())
                    .isEqualTo("[[" + expected + "]]");
        }
    }

    @Test
    void anOverwriteOfWhatWasReadBeforeAnAppendIsAConflict() throws Exception {
        server.script(rows(-1), Map.of("destination", "slow.t"));
        String slow = """
                import time
                read = scan('slow.t')
                time.sleep(8)
                result = read
                """;
        String id = new RunIds(Clock.systemUTC()).next().toString();

        List<Reply> replies = together(List.of(() -> List.of(overwrite("slow.t", slow, id)), () -> {
            // Long after the script has read, long before it ends.
            await().until(() -> state(id).equals("RUNNING"));
            await().pollDelay(Duration.ofSeconds(2)).until(() -> true);
            return List.of(append("slow.t", 1));
        }));

        assertThat(replies.get(1).status()).isEqualTo(200);
        assertThat(replies.get(0).status()).as(replies.get(0).text()).isEqualTo(409);
        assertThat(replies.get(0).json().path("code").asText()).isEqualTo("COMMIT_CONFLICT");
        assertThat(server.query("SELECT count(*) AS n FROM t", "t=slow.t").rows())
                .isEqualTo("[[200]]");
    }

    private static Reply overwrite(String table, String script, String id) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("mode", "script").put("script", script).put("destination", table);
        return server.send(server.request("/api/v1/warehouse/polars")
                .header("Content-Type", "application/json")
                .header("X-Nerium-Run-Id", id)
                .POST(BodyPublishers.ofString(body.toString()))
                .build());
    }

    private static String state(String id) {
        return server.get("/api/v2/runs/" + id).json().path("state").asText();
    }

    private static Reply append(String table, int who) {
        return server.script(rows(who), Map.of("destination", table, "saveMode", "append"));
    }

    private static String rows(int who) {
        return "result = pl.LazyFrame({'v': range(100)}).select('v', who=pl.lit(%d))".formatted(who);
    }

    /** The runs that made the table's snapshots, oldest first. */
    private static List<String> snapshots(String table) {
        Reply reply = server.script("""
                        snapshots = catalog.load_table("%s").metadata.snapshots
                        result = pl.LazyFrame({"run": [s.summary["nerium.run-id"] for s in snapshots]})
                        """.formatted(table));
        JsonNode rows = reply.json().at("/results/rows");
        assertThat(rows.isArray()).as(reply.text()).isTrue();
        return IntStream.range(0, rows.size())
                .mapToObj(i -> rows.get(i).get(0).asText())
                .toList();
    }

    private static List<Reply> together(List<Callable<List<Reply>>> clients) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<Reply>>> futures = threads.invokeAll(clients);
            return futures.stream()
                    .flatMap(future -> future.resultNow().stream())
                    .toList();
        }
    }
}
