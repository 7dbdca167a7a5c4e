package dev.nerium.lake;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.auth.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Small files are put together, and no row is lost, doubled or changed by it. */
@Tag("server")
class CompactionTest {
    private static TestServer server;
    private static LakeTables tables;

    @BeforeAll
    static void start() {
        server = TestServer.startEmpty(Map.of("sandbox.max-running", "4", "sandbox.cpu-oversubscription", "8"));
        tables = new LakeTables(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void putsSmallFilesTogether() {
        tables.fill("small", 3, 1, 2, 5, 4);

        Reply reply = tables.act("small", "compact", "{}");

        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        JsonNode report = reply.json();
        assertThat(report.at("/replaced_files/count").asLong()).isEqualTo(5);
        assertThat(report.at("/replaced_files/files")).hasSize(5);
        assertThat(report.at("/replaced_files/bytes").asLong()).isPositive();
        assertThat(report.at("/added_files/count").asLong()).isEqualTo(1);
        assertThat(report.path("row_count").asLong()).isEqualTo(5);
        assertThat(report.path("next").isNull()).isTrue();
        assertThat(tables.files("small")).isEqualTo(1);
        assertThat(tables.rows("small")).isEqualTo("[[1],[2],[3],[4],[5]]");
        // In the file the rows stand as they were added.
        assertThat(server.query("SELECT name FROM t", "t=default.small").rows())
                .isEqualTo("[[\"row 3\"],[\"row 1\"],[\"row 2\"],[\"row 5\"],[\"row 4\"]]");
    }

    @Test
    void isARunWithARecordThatItsCommitNames() {
        tables.fill("recorded", 1, 2, 3, 4, 5);

        String run =
                tables.act("recorded", "compact", "{}").json().path("run_id").asText();

        JsonNode record = server.get("/api/v2/runs/" + run).json();
        assertThat(record.path("mode").asText()).isEqualTo("compact");
        assertThat(record.path("state").asText()).isEqualTo("COMPLETE");
        assertThat(record.path("row_count").asLong()).isEqualTo(5);
        assertThat(record.path("destination").asText()).isEqualTo("oleander.default.recorded");
        assertThat(tables.<Map<String, String>>with(
                        "recorded", table -> table.currentSnapshot().summary()))
                .containsEntry("nerium.run-id", run);
        assertThat(tables.<String>with(
                        "recorded", table -> table.currentSnapshot().operation()))
                .isEqualTo("replace");
    }

    @Test
    void leavesATableAloneThatHasTooFewSmallFiles() {
        tables.fill("few", 1, 2, 3, 4);
        String before = tables.metadataFile("few");

        Reply reply = tables.act("few", "compact", "{}");

        assertThat(reply.json().at("/candidate_files/count").asLong()).isZero();
        assertThat(reply.json().has("run_id")).isFalse();
        assertThat(tables.metadataFile("few")).isEqualTo(before);
        assertThat(tables.act("few", "compact", "{'minInputFiles': 4}")
                        .json()
                        .at("/replaced_files/count")
                        .asLong())
                .isEqualTo(4);
        assertThat(tables.act("few", "compact", "{'all': true}")
                        .json()
                        .at("/replaced_files/count")
                        .asLong())
                .isEqualTo(1);
        assertThat(tables.rows("few")).isEqualTo("[[1],[2],[3],[4]]");
    }

    @Test
    void changesNothingInADryRun() {
        tables.fill("dry", 1, 2, 3, 4, 5);
        String before = tables.metadataFile("dry");

        Reply reply = tables.act("dry", "compact", "{'dryRun': true}");

        assertThat(reply.json().path("dry_run").asBoolean()).isTrue();
        assertThat(reply.json().at("/candidate_files/count").asLong()).isEqualTo(5);
        assertThat(reply.json().path("groups").asLong()).isEqualTo(1);
        assertThat(tables.metadataFile("dry")).isEqualTo(before);
    }

    @Test
    void leavesOutWhatLaterCommitsBrought() {
        tables.fill("cursor", 1, 2, 3, 4, 5, 6);

        Reply reply = tables.act("cursor", "compact", "{'all': true, 'upToSequence': 4}");

        assertThat(reply.json().at("/replaced_files/count").asLong()).isEqualTo(4);
        assertThat(tables.files("cursor")).isEqualTo(3);
        assertThat(tables.rows("cursor")).isEqualTo("[[1],[2],[3],[4],[5],[6]]");
    }

    @Test
    void letsAppendsLandMeanwhile() {
        tables.fill("busy", 1, 2, 3, 4, 5);

        CompletableFuture<Reply> compaction =
                CompletableFuture.supplyAsync(() -> tables.act("busy", "compact", "{}"), Thread::startVirtualThread);
        tables.fill("busy", 6, 7, 8);

        assertThat(compaction.join().status()).as(compaction.join().text()).isEqualTo(200);
        assertThat(tables.rows("busy")).isEqualTo("[[1],[2],[3],[4],[5],[6],[7],[8]]");
    }

    /** Whichever of the two comes first, its outcome stands. */
    @Test
    void neverBringsBackRowsThatAnOverwriteRemovedMeanwhile() {
        tables.fill("replaced", 1, 2, 3, 4, 5);

        CompletableFuture<Reply> compaction = CompletableFuture.supplyAsync(
                () -> tables.act("replaced", "compact", "{}"), Thread::startVirtualThread);
        Reply overwrite = server.script(
                "result = pl.DataFrame({'x': [9], 'name': ['new']})", Map.of("destination", "default.replaced"));

        compaction.join();
        assertThat(tables.rows("replaced")).isEqualTo(overwrite.status() == 200 ? "[[9]]" : "[[1],[2],[3],[4],[5]]");
    }

    @Test
    void leavesTheTableAsItWasWhenItsWorkerDies() throws IOException {
        tables.fill("killed", 1, 2, 3, 4, 5);
        String before = tables.metadataFile("killed");
        Path data = tables.folder("killed").resolve("data");
        List<Path> files = files(data);
        Path gone = files.getFirst();
        byte[] bytes = Files.readAllBytes(gone);
        Files.write(gone, new byte[bytes.length]);

        Reply reply = tables.act("killed", "compact", "{}");

        assertThat(reply.status()).as(reply.text()).isEqualTo(400);
        assertThat(tables.metadataFile("killed")).isEqualTo(before);
        assertThat(files(data)).isEqualTo(files);
        Files.write(gone, bytes);
        assertThat(tables.rows("killed")).isEqualTo("[[1],[2],[3],[4],[5]]");
    }

    @Test
    void namesTheFieldTheValueAndWhatWasExpected() {
        tables.fill("options", 1);

        assertThat(tables.act("options", "compact", "{'minInputFiles': 1}").error())
                .isEqualTo("minInputFiles is 1: expected a whole number of at least 2.");
        assertThat(tables.act("options", "compact", "{'targetFileBytes': 'big'}")
                        .error())
                .isEqualTo("targetFileBytes is \"big\": expected a whole number from 1048576 to 1099511627776.");
        Reply mistyped = tables.act("options", "compact", "{'dryrun': true}");
        assertThat(mistyped.status()).isEqualTo(400);
        assertThat(mistyped.error())
                .isEqualTo(
                        "The field 'dryrun' is not known: choose dryRun, all, minInputFiles, deleteFileThreshold, targetFileBytes, upToSequence. Did you mean 'dryRun'?");
    }

    @Test
    void isRefusedToReadersAndWhereThereIsNoTable() {
        Reply unknown = tables.act("nowhere", "compact", "{}");
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.json().path("code").asText()).isEqualTo("TABLE_NOT_FOUND");
        assertThat(unknown.error()).startsWith("There is no table 'default.nowhere'.");

        String admin = server.key();
        server.useKey("reader", Scope.READ);
        assertThat(tables.act("nowhere", "compact", "{}").status()).isEqualTo(403);
        server.useKey(admin);
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".parquet"))
                    .sorted()
                    .toList();
        }
    }
}
