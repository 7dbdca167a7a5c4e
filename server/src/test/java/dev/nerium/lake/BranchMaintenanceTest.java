package dev.nerium.lake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Maintenance of tables with branches and tags: what they refer to stays, for as long as they are to be kept. */
@Tag("server")
class BranchMaintenanceTest {
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
    void anExpirationKeepsBranchesAndTags() {
        tables.fill("kept", 1, 2);
        create("kept", "{'name': 'v1', 'type': 'tag'}");
        create("kept", "{'name': 'x', 'type': 'branch'}");
        save("kept@branch:x", "overwrite", 3);
        save("kept@branch:x", "append", 4);
        save("kept", "overwrite", 5);
        save("kept", "overwrite", 6);

        JsonNode report = expire("kept", "{'olderThan': '0m'}");

        // The first one, that before the last overwrite of the branch, and that of the table.
        assertThat(report.path("snapshots")).hasSize(3);
        assertThat(report.path("refs")).isEmpty();
        assertThat(tables.rows("kept")).isEqualTo("[[6]]");
        assertThat(tables.rows("kept@branch:x")).isEqualTo("[[3],[4]]");
        assertThat(tables.rows("kept@tag:v1")).isEqualTo("[[1],[2]]");
        sweep("kept");
        assertThat(tables.rows("kept@branch:x")).isEqualTo("[[3],[4]]");
        assertThat(tables.rows("kept@tag:v1")).isEqualTo("[[1],[2]]");
        save("kept@branch:x", "append", 7);
        assertThat(tables.rows("kept@branch:x")).isEqualTo("[[3],[4],[7]]");
    }

    @Test
    void theFilesOfADroppedBranchGo() {
        tables.fill("dropped", 1);
        create("dropped", "{'name': 'x', 'type': 'branch'}");
        save("dropped@branch:x", "append", 2);
        tables.act("dropped", "expire", "{'olderThan': '0m'}");
        assertThat(tables.rows("dropped@branch:x")).isEqualTo("[[1],[2]]");
        post("dropped", "/drop", "{'name': 'x', 'type': 'branch'}");

        JsonNode report = expire("dropped", "{'olderThan': '0m'}");

        assertThat(report.path("snapshots")).hasSize(1);
        assertThat(report.at("/data_files/count").asInt()).isEqualTo(1);
        assertThat(tables.rows("dropped")).isEqualTo("[[1]]");
    }

    @Test
    void aBranchOrTagThatIsOlderThanItsRetentionIsDropped() {
        tables.fill("aged", 1);
        create("aged", "{'name': 'old', 'type': 'tag', 'maxRefAge': '1ms'}");
        create("aged", "{'name': 'young', 'type': 'tag', 'maxRefAge': '30d'}");
        create("aged", "{'name': 'x', 'type': 'branch', 'maxRefAge': '1ms'}");
        save("aged@branch:x", "append", 2);
        long written = System.currentTimeMillis();
        await().until(() -> System.currentTimeMillis() > written + 1);

        JsonNode dryRun = expire("aged", "{'olderThan': '0m', 'dryRun': true}");
        assertThat(refs("aged").findValuesAsText("name")).containsExactly("main", "x", "old", "young");
        JsonNode report = expire("aged", "{'olderThan': '0m'}");

        assertThat(report.path("refs").findValuesAsText("name")).containsExactly("old", "x");
        assertThat(dryRun.path("refs")).isEqualTo(report.path("refs"));
        assertThat(dryRun.path("snapshots")).isEqualTo(report.path("snapshots"));
        assertThat(dryRun.path("data_files")).isEqualTo(report.path("data_files"));
        assertThat(report.path("snapshots")).hasSize(1);
        assertThat(refs("aged").findValuesAsText("name")).containsExactly("main", "young");
        assertThat(tables.rows("aged@tag:young")).isEqualTo("[[1]]");
        assertThat(tables.rows("aged")).isEqualTo("[[1]]");
        String before = tables.metadataFile("aged");
        expire("aged", "{}");
        assertThat(tables.metadataFile("aged")).as("nothing is left to do").isEqualTo(before);
    }

    @Test
    void aTagGoesAlsoWhereItsSnapshotStays() {
        tables.fill("shared", 1);
        create("shared", "{'name': 'old', 'type': 'tag', 'maxRefAge': '1ms'}");
        await().until(() -> expire("shared", "{'dryRun': true}").path("refs").size() == 1);

        JsonNode report = expire("shared", "{}");

        assertThat(report.path("snapshots")).isEmpty();
        assertThat(report.at("/refs/0/name").asText()).isEqualTo("old");
        assertThat(refs("shared").findValuesAsText("name")).containsExactly("main");
        assertThat(tables.rows("shared")).isEqualTo("[[1]]");
    }

    @Test
    void aBranchKeepsTheNumberOfSnapshotsThatItSays() {
        tables.fill("counted", 1);
        create("counted", "{'name': 'x', 'type': 'branch', 'minSnapshotsToKeep': 2, 'maxSnapshotAge': '1ms'}");
        save("counted@branch:x", "overwrite", 2);
        save("counted@branch:x", "overwrite", 3);
        save("counted@branch:x", "overwrite", 4);
        save("counted", "overwrite", 5);

        JsonNode report = expire("counted", "{'olderThan': '0m'}");

        assertThat(report.path("snapshots")).hasSize(2);
        assertThat(tables.snapshots("counted")).isEqualTo(3);
        assertThat(tables.rows("counted@branch:x")).isEqualTo("[[4]]");
        assertThat(tables.rows("counted")).isEqualTo("[[5]]");
    }

    @Test
    void aCompactionAndARollbackChangeTheMainBranchOnly() {
        tables.fill("main_only", 1, 2, 3, 4, 5);
        create("main_only", "{'name': 'x', 'type': 'branch'}");
        save("main_only@branch:x", "append", 6);
        save("main_only@branch:x", "merge", 2);
        String branch = tables.rows("main_only@branch:x");
        long files = tables.files("main_only");

        Reply compacted = tables.act("main_only", "compact", "{}");
        assertThat(compacted.status()).as(compacted.text()).isEqualTo(200);
        assertThat(tables.files("main_only")).isLessThan(files);
        expire("main_only", "{'olderThan': '0m'}");
        sweep("main_only");
        assertThat(tables.rows("main_only@branch:x")).isEqualTo(branch).isEqualTo("[[1],[2],[3],[4],[5],[6]]");
        Reply diverged = post("main_only", "/fast-forward", "{'to': 'x'}");
        assertThat(diverged.status()).isEqualTo(409);

        Reply back = tables.act("main_only", "rollback", "{'toRef': 'x', 'force': true}");
        assertThat(back.status()).as(back.text()).isEqualTo(200);
        assertThat(tables.rows("main_only")).isEqualTo(branch);
        assertThat(tables.rows("main_only@branch:x")).isEqualTo(branch);
    }

    private static void sweep(String table) {
        Reply reply = tables.act(table, "remove-orphans", "{'olderThan': '0m', 'force': true}");
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    }

    private static JsonNode expire(String table, String body) {
        Reply reply = tables.act(table, "expire", body);
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return reply.json();
    }

    private static void create(String table, String body) {
        Reply reply = post(table, "", body);
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    }

    private static Reply post(String table, String action, String body) {
        return server.post(path(table) + action, body.replace('\'', '"'));
    }

    private static JsonNode refs(String table) {
        return server.get(path(table)).json().path("refs");
    }

    private static String path(String table) {
        return "/api/v1/catalogs/oleander/namespaces/default/tables/" + table + "/refs";
    }

    private static void save(String table, String mode, int value) {
        Map<String, Object> more = mode.equals("merge")
                ? Map.of("destination", "default." + table, "saveMode", mode, "mergeKeys", List.of("x"))
                : Map.of("destination", "default." + table, "saveMode", mode);
        Reply reply = server.write("{'x': [" + value + "], 'name': ['new']}", more);
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    }
}
