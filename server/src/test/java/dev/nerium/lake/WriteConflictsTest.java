package dev.nerium.lake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.run.RunIds;
import java.time.Clock;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Writers that meet: whatever is answered with success stays, and nothing is read as something else. */
@Tag("server")
class WriteConflictsTest {
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
    void refusesAnAppendToASchemaThatWasReplacedMeanwhile() {
        server.script("result = pl.DataFrame({'a': [1], 'b': ['x']})", Map.of("destination", "default.swapped"));
        CompletableFuture<Reply> append = slowly(
                "pl.LazyFrame({'a': [2], 'b': ['y']})", Map.of("destination", "default.swapped", "saveMode", "append"));

        server.script("result = pl.DataFrame({'b': [0.5], 'a': [5]})", Map.of("destination", "default.swapped"));

        assertThat(append.join().status()).isEqualTo(409);
        assertThat(append.join().error())
                .isEqualTo("The table oleander.default.swapped was changed by others meanwhile; nothing was written.");
        assertThat(server.query("select * from t", "t=default.swapped").rows()).isEqualTo("[[0.5,5]]");
    }

    @Test
    void refusesAnOverwriteThatWouldDropRowsItNeverSaw() {
        server.script("result = pl.DataFrame({'x': [1]})", Map.of("destination", "default.replaced"));
        CompletableFuture<Reply> overwrite = slowly(
                "scan('default.replaced').with_columns(pl.col('x') + 100)", Map.of("destination", "default.replaced"));

        Reply append = server.script(
                "result = pl.DataFrame({'x': [2]})", Map.of("destination", "default.replaced", "saveMode", "append"));

        assertThat(append.status()).isEqualTo(200);
        assertThat(overwrite.join().status()).isEqualTo(409);
        assertThat(server.query("select x from t order by x", "t=default.replaced")
                        .rows())
                .isEqualTo("[[1],[2]]");
    }

    @Test
    void letsAppendsToOneTableLandTogether() {
        server.script("result = pl.DataFrame({'x': [0]})", Map.of("destination", "default.shared"));

        CompletableFuture<?>[] appends = java.util.stream.IntStream.rangeClosed(1, 6)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> server.script(
                                "result = pl.DataFrame({'x': [" + i + "]})",
                                Map.of("destination", "default.shared", "saveMode", "append")),
                        Thread::startVirtualThread))
                .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(appends).join();

        assertThat(server.query("select count(*) as n, sum(x) as s from t", "t=default.shared")
                        .rows())
                .isEqualTo("[[7,21]]");
    }

    /** Starts a script that waits, once it writes, until its destination has changed; returns while it waits. */
    private static CompletableFuture<Reply> slowly(String result, Map<String, ?> more) {
        UUID id = new RunIds(Clock.systemUTC()).next();
        String script = """
                import time
                def snapshot():
                    return catalog.load_table('%s').metadata.current_snapshot_id
                before = snapshot()
                def pause(frame):
                    print('waits', flush=True)
                    while snapshot() == before:
                        time.sleep(0.05)
                    return frame
                result = %s
                result = result.map_batches(pause, schema=result.collect_schema())
                """.formatted(more.get("destination"), result);
        CompletableFuture<Reply> reply =
                CompletableFuture.supplyAsync(() -> server.script(script, more, id), Thread::startVirtualThread);
        Awaitility.await()
                .until(() -> server.get("/api/v2/runs/" + id + "/logs").text().contains("waits"));
        return reply;
    }
}
