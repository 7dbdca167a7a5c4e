package dev.nerium.lake;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.run.RunIds;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Merges that meet other writers: a key is never there twice, and no answer of success is lost. */
@Tag("server")
class MergeConflictsTest {
    private static final int CLIENTS = 16;

    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.startEmpty(Map.of("sandbox.max-running", "4", "sandbox.cpu-oversubscription", "8"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void refusesAMergeWhoseKeyOthersAddedMeanwhile() {
        save("default.raced", "{'id': [1, 2], 'v': [1, 1]}", "overwrite");
        CompletableFuture<Reply> merge = slowly("default.raced", "{'id': [2, 5], 'v': [2, 2]}");

        save("default.raced", "{'id': [4, 5], 'v': [3, 3]}", "append");

        assertThat(merge.join().status()).as(merge.join().text()).isEqualTo(409);
        assertThat(rows("default.raced")).isEqualTo("[[1,1],[2,1],[4,3],[5,3]]");
    }

    @Test
    void landsBesideAnAppendOfOtherKeys() {
        save("default.apart", "{'id': [1, 2], 'v': [1, 1]}", "overwrite");
        CompletableFuture<Reply> merge = slowly("default.apart", "{'id': [2, 5], 'v': [2, 2]}");

        save("default.apart", "{'id': [6, 7], 'v': [3, 3]}", "append");

        assertThat(merge.join().status()).as(merge.join().text()).isEqualTo(200);
        assertThat(rows("default.apart")).isEqualTo("[[1,1],[2,2],[5,2],[6,3],[7,3]]");
    }

    @Test
    void refusesAMergeIntoFilesThatWereReplacedMeanwhile() {
        save("default.rewritten", "{'id': [1, 2], 'v': [1, 1]}", "overwrite");
        CompletableFuture<Reply> merge = slowly("default.rewritten", "{'id': [2], 'v': [2]}");

        save("default.rewritten", "{'id': [1, 2], 'v': [7, 7]}", "overwrite");

        assertThat(merge.join().status()).as(merge.join().text()).isEqualTo(409);
        assertThat(rows("default.rewritten")).isEqualTo("[[1,7],[2,7]]");
    }

    @Test
    void keepsEachKeyOnceUnderManyWriters() throws Exception {
        save("default.crowd", "{'id': [0, 1, 2, 3], 'v': [-1, -1, -1, -1]}", "overwrite");
        List<Future<Reply>> replies = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int client = 0; client < CLIENTS; client++) {
                int who = client;
                replies.add(threads.submit(() -> merge("default.crowd", columns(who))));
            }
        }

        Map<Integer, List<Integer>> accepted = new HashMap<>();
        for (int client = 0; client < CLIENTS; client++) {
            Reply reply = replies.get(client).get();
            assertThat(reply.status()).as(reply.text()).isIn(200, 409);
            for (int id = client % 4; reply.status() == 200 && id < client % 4 + 3; id++) {
                accepted.computeIfAbsent(id, unseen -> new ArrayList<>()).add(client);
            }
        }
        assertThat(accepted).isNotEmpty();
        JsonNode rows = server.query("SELECT id, v FROM t ORDER BY id", "t=default.crowd")
                .json()
                .at("/results/rows");
        List<Integer> ids = new ArrayList<>();
        for (JsonNode row : rows) {
            ids.add(row.get(0).asInt());
            if (accepted.containsKey(row.get(0).asInt())) {
                assertThat(accepted.get(row.get(0).asInt())).contains(row.get(1).asInt());
            }
        }
        assertThat(ids).doesNotHaveDuplicates().containsAll(accepted.keySet());
    }

    private static String columns(int who) {
        int first = who % 4;
        return "{'id': [%d, %d, %d], 'v': [%d, %d, %d]}".formatted(first, first + 1, first + 2, who, who, who);
    }

    private static Reply merge(String table, String columns) {
        return server.write(columns, Map.of("destination", table, "saveMode", "merge", "mergeKeys", List.of("id")));
    }

    private static void save(String table, String columns, String mode) {
        Reply reply = server.write(columns, Map.of("destination", table, "saveMode", mode));
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    }

    private static String rows(String table) {
        return server.query("SELECT id, v FROM t ORDER BY id", "t=" + table).rows();
    }

    /** Starts a merge that waits while the test does something; returns once it runs. */
    private static CompletableFuture<Reply> slowly(String table, String columns) {
        UUID id = new RunIds(Clock.systemUTC()).next();
        String script = """
                import time
                def pause(frame):
                    time.sleep(6)
                    return frame
                result = pl.LazyFrame(%s)
                result = result.map_batches(pause, schema=result.collect_schema())
                """.formatted(columns);
        Map<String, ?> more = Map.of("destination", table, "saveMode", "merge", "mergeKeys", List.of("id"));
        CompletableFuture<Reply> reply =
                CompletableFuture.supplyAsync(() -> server.script(script, more, id), Thread::startVirtualThread);
        Awaitility.await()
                .until(() -> server.get("/api/v2/runs/" + id)
                        .json()
                        .path("state")
                        .asText()
                        .equals("RUNNING"));
        return reply;
    }
}
