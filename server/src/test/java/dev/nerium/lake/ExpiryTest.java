package dev.nerium.lake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.run.RunIds;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Old snapshots go with the files that only they had, and nothing else does. */
@Tag("server")
class ExpiryTest {
    private static TestServer server;
    private static LakeTables tables;

    @BeforeAll
    static void start() {
        server = TestServer.startEmpty();
        tables = new LakeTables(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void deletesTheFilesThatOnlyOldSnapshotsHad() {
        tables.fill("old", 1, 2);
        overwrite("old", 3);
        String before = tables.metadataFile("old");

        JsonNode rehearsed = tables.act("old", "expire", "{'olderThan': '0m', 'dryRun': true}")
                .json();
        assertThat(tables.metadataFile("old")).isEqualTo(before);
        assertThat(rehearsed.path("snapshots")).hasSize(2);
        assertThat(rehearsed.at("/data_files/count").asLong()).isEqualTo(2);
        assertThat(files(rehearsed)).allMatch(file -> Files.exists(Path.of(file)));

        Reply reply = tables.act("old", "expire", "{'olderThan': '0m'}");

        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(reply.json().path("snapshots")).isEqualTo(rehearsed.path("snapshots"));
        assertThat(reply.json().path("data_files")).isEqualTo(rehearsed.path("data_files"));
        assertThat(reply.json().path("metadata_files")).isEqualTo(rehearsed.path("metadata_files"));
        assertThat(files(reply.json())).isNotEmpty().noneMatch(file -> Files.exists(Path.of(file)));
        assertThat(tables.snapshots("old")).isEqualTo(1);
        assertThat(tables.rows("old")).isEqualTo("[[3]]");
    }

    @Test
    void freesTheSmallFilesThatACompactionReplaced() {
        tables.fill("compacted", 1, 2, 3, 4, 5);
        tables.act("compacted", "compact", "{}");

        JsonNode report =
                tables.act("compacted", "expire", "{'olderThan': '0m'}").json();

        assertThat(report.at("/data_files/count").asLong()).isEqualTo(5);
        assertThat(tables.rows("compacted")).isEqualTo("[[1],[2],[3],[4],[5]]");
    }

    @Test
    void keepsWhatTheTableSaysByItself() {
        tables.fill("young", 1, 2, 3);
        String before = tables.metadataFile("young");

        assertThat(tables.act("young", "expire", "{}").json().path("snapshots")).isEmpty();
        assertThat(tables.metadataFile("young")).isEqualTo(before);
    }

    @Test
    void keepsTheLastAndWhatTagsReferTo() {
        tables.fill("tagged", 1, 2, 3, 4);
        long first = tables.<Long>with("tagged", table -> {
            long oldest = table.history().getFirst().snapshotId();
            table.manageSnapshots().createTag("release", oldest).commit();
            return oldest;
        });

        Reply reply = tables.act("tagged", "expire", "{'olderThan': '0m', 'retainLast': 2}");

        assertThat(reply.json().path("snapshots")).hasSize(1);
        assertThat(tables.snapshots("tagged")).isEqualTo(3);
        Reply named = tables.act("tagged", "expire", "{'snapshots': ['" + first + "']}");
        assertThat(named.status()).as(named.text()).isEqualTo(400);
        assertThat(named.error())
                .isEqualTo("snapshots has " + first
                        + ", which the tag 'release' refers to: it can't be removed before that is moved or dropped.");
        assertThat(tables.rows("tagged")).isEqualTo("[[1],[2],[3],[4]]");
    }

    @Test
    void takesTheSnapshotsThatAreNamed() {
        tables.fill("named", 1, 2, 3);
        long second = tables.<Long>with("named", table -> table.history().get(1).snapshotId());

        JsonNode report =
                tables.act("named", "expire", "{'snapshots': [" + second + "]}").json();

        assertThat(report.at("/snapshots/0/snapshot_id").asLong()).isEqualTo(second);
        assertThat(report.at("/snapshots/0/row_count").asLong()).isEqualTo(2);
        assertThat(tables.snapshots("named")).isEqualTo(2);
        Reply again = tables.act("named", "expire", "{'snapshots': [" + second + "]}");
        assertThat(again.error())
                .isEqualTo("snapshots has " + second + ", which the table does not have: it may have expired before.");
    }

    /** A script names the table, waits while its snapshot expires, and reads what it named. */
    @Test
    void tellsARunWhoseSnapshotExpiredMeanwhile() {
        tables.fill("pinned", 1, 2);
        UUID id = new RunIds(Clock.systemUTC()).next();
        CompletableFuture<Reply> run =
                CompletableFuture.supplyAsync(() -> server.script("""
                        import time
                        result = scan('default.pinned')
                        print(result.collect_schema(), flush=True)
                        while not catalog.table_exists('default.expired'):
                            time.sleep(0.1)
                        """, Map.of(), id), Thread::startVirtualThread);
        await().until(() -> server.get("/api/v2/runs/" + id + "/logs").text().contains("Schema"));
        overwrite("pinned", 3);
        tables.act("pinned", "expire", "{'olderThan': '0m'}");
        tables.fill("expired", 1);

        assertThat(run.join().status()).as(run.join().text()).isEqualTo(409);
        assertThat(run.join().json().path("code").asText()).isEqualTo("DATA_FILE_NOT_FOUND");
        assertThat(run.join().error()).startsWith("A file of the table no longer exists: ");
        assertThat(run.join().details()).startsWith("The snapshot that the run reads has expired, or another");
        assertThat(tables.rows("pinned")).isEqualTo("[[3]]");
    }

    @Test
    void refusesATableWhoseFilesAreNotItsOwn() {
        tables.fill("shared", 1);
        tables.with("shared", table -> {
            table.updateProperties().set("gc.enabled", "false").commit();
            return true;
        });

        for (String action : List.of("expire", "remove-orphans")) {
            Reply reply = tables.act("shared", action, "{}");
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.error())
                    .isEqualTo(
                            "The table oleander.default.shared has the property gc.enabled=false: its files must not be deleted.");
        }
    }

    @Test
    void namesTheFieldTheValueAndWhatWasExpected() {
        assertThat(tables.act("any", "expire", "{'olderThan': 'yesterday'}").error())
                .isEqualTo(
                        "olderThan is 'yesterday': expected an age such as 500ms, 90s, 45m, 12h or 30d, or a time such as 2026-11-01T12:00:00Z.");
        assertThat(tables.act("any", "expire", "{'retainLast': 0}").error())
                .isEqualTo("retainLast is 0: expected a whole number of at least 1.");
        assertThat(tables.act("any", "expire", "{'snapshots': ['x']}").error())
                .isEqualTo("snapshots is \"x\": expected a snapshot id, such as 3051729675574597004.");
    }

    private static void overwrite(String table, int value) {
        Reply reply =
                server.write("{'x': [" + value + "], 'name': ['new']}", Map.of("destination", "default." + table));
        assertThat(reply.status()).isEqualTo(200);
    }

    private static List<String> files(JsonNode report) {
        List<String> files = new ArrayList<>();
        report.at("/data_files/files").forEach(file -> files.add(file.asText()));
        report.at("/metadata_files/files").forEach(file -> files.add(file.asText()));
        return files;
    }
}
