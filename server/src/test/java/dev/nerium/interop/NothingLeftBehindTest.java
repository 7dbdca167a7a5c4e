package dev.nerium.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nerium.TestFiles;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.run.RunIds;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A run that does not end well changes no table and leaves no file. */
@Tag("interop")
class NothingLeftBehindTest {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.startEmpty();
        server.script("result = pl.LazyFrame({'a': [1, 2], 'b': ['x', 'y']})", Map.of("destination", "kept.t"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void afterAScriptThatFailsBeforeItsResult() throws IOException {
        leavesNothing("result = pl.LazyFrame({'a': [1]})\nraise ValueError('on purpose')", "overwrite", "on purpose");
    }

    @Test
    void afterAResultThatFailsWhileItIsWritten() throws IOException {
        leavesNothing(
                "result = pl.LazyFrame({'a': range(3_000_000)}).select(a=pl.col('a'), b=pl.when(pl.col('a') == 2_999_999)"
                        + ".then(pl.lit('x')).otherwise(pl.lit('1')).cast(pl.Int64))",
                "overwrite",
                "conversion");
    }

    @Test
    void afterAResultThatDoesNotFit() throws IOException {
        leavesNothing("result = pl.LazyFrame({'a': ['text'], 'c': [1]})", "append", "does not fit");
    }

    @Test
    void afterAScriptThatLeavesFilesOfItsOwn() throws IOException {
        leavesNothing(
                "import pathlib\npathlib.Path('/job/out/files/mine.parquet').write_bytes(b'PAR1')\nraise ValueError('on purpose')",
                "overwrite",
                "on purpose");
    }

    @Test
    void afterAScriptThatKillsItsWorker() throws IOException {
        leavesNothing("import os\nos.kill(os.getpid(), 9)", "overwrite", "died");
    }

    @Test
    void afterAWorkerThatIsKilledInTheMiddleOfWriting() throws IOException {
        leavesNothing("""
                import os
                def die(frame):
                    os.kill(os.getpid(), 9)
                first = pl.LazyFrame({"a": range(1_000_000)})
                last = pl.LazyFrame({"a": [1]}).map_batches(die, schema=pl.Schema({"a": pl.Int64}))
                result = pl.concat([first, last])
                """, "append", "died");
    }

    @Test
    void afterACancelledRun() throws IOException {
        List<String> before = WarehouseTree.files(server.home());
        String snapshots = snapshots();
        UUID id = new RunIds(Clock.systemUTC()).next();
        CompletableFuture<Reply> reply =
                CompletableFuture.supplyAsync(() -> server.send(server.request("/api/v1/warehouse/polars")
                        .header("Content-Type", "application/json")
                        .header("X-Nerium-Run-Id", id.toString())
                        .POST(BodyPublishers.ofString("""
                        {"mode": "script", "destination": "kept.t", "saveMode": "append", "script":
                        "import pathlib, time\\npathlib.Path('/job/out/files/0.parquet').write_bytes(b'PAR1')\\ntime.sleep(60)"}
                        """))
                        .build()));
        // A refused request would be waited for in vain.
        assertThat(reply).as(() -> reply.join().text()).isNotDone();
        // Cancelled once it writes, so that there is something to clean up.
        await().until(() -> stagedBytes() > 0);
        assertThat(server.delete("/api/v2/runs/" + id).status()).isEqualTo(200);

        assertThat(reply.join().status()).isEqualTo(400);
        assertThat(server.get("/api/v2/runs/" + id).json().path("state").asText())
                .isEqualTo("ABORT");
        assertThat(WarehouseTree.files(server.home())).isEqualTo(before);
        assertThat(snapshots()).isEqualTo(snapshots);
        await().until(() -> stagedBytes() == 0);
    }

    private static void leavesNothing(String script, String saveMode, String known) throws IOException {
        List<String> before = WarehouseTree.files(server.home());
        String snapshots = snapshots();

        Reply existing = server.script(script, Map.of("destination", "kept.t", "saveMode", saveMode));
        assertThat(existing.status()).isEqualTo(400);
        assertThat(existing.error() + existing.details()).contains(known);
        if (!saveMode.equals("append")) {
            Reply created = server.script(script, Map.of("destination", "never.made", "saveMode", saveMode));
            assertThat(created.status()).isEqualTo(400);
            assertThat(server.query("SELECT 1 FROM t", "t=never.made").error())
                    .contains("There is no namespace 'never'");
        }

        assertThat(WarehouseTree.files(server.home())).isEqualTo(before);
        assertThat(snapshots()).isEqualTo(snapshots);
        await().until(() -> stagedBytes() == 0);
    }

    /** The table's snapshots, as the worker's PyIceberg sees them. */
    private static String snapshots() {
        return server.script("""
                        result = pl.LazyFrame({"id": [s.snapshot_id for s in catalog.load_table("kept.t").metadata.snapshots]})
                        """).rows();
    }

    private static long stagedBytes() throws IOException {
        return TestFiles.files(server.home().resolve("jobs")).stream()
                .filter(file -> file.toString().contains("/out/files/"))
                .mapToLong(file -> file.toFile().length())
                .sum();
    }
}
