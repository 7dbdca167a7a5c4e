package dev.nerium.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.auth.Scope;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The routes of branches and tags. */
@Tag("server")
class RefRoutesTest {
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
    void aTableHasItsBranchesAndTags() {
        String table = table(1, 2);
        List<Long> history = snapshots(table);

        JsonNode branch = create(
                table,
                "{'name': 'audit', 'type': 'branch', 'from': '%d', 'maxRefAge': '7d',".formatted(history.get(0))
                        + " 'minSnapshotsToKeep': 3, 'maxSnapshotAge': '12h'}");
        create(table, "{'name': 'v2', 'type': 'tag', 'maxRefAge': '365d'}");
        create(table, "{'name': 'a/b', 'type': 'branch', 'from': 'branch:audit'}");
        create(table, "{'name': 'same', 'type': 'tag', 'from': 'tag:v2'}");
        create(table, "{'name': 'now', 'type': 'tag', 'from': '" + Instant.now() + "'}");

        assertThat(branch.path("table").asText()).isEqualTo("default." + table);
        assertThat(branch.at("/ref/max_ref_age_ms").asLong()).isEqualTo(7 * 86_400_000L);
        assertThat(branch.at("/ref/min_snapshots_to_keep").asInt()).isEqualTo(3);
        assertThat(branch.at("/ref/max_snapshot_age_ms").asLong()).isEqualTo(12 * 3_600_000L);
        assertThat(branch.at("/ref/snapshot/row_count").asLong()).isEqualTo(1);
        JsonNode list = refs(table);
        assertThat(list.findValuesAsText("name")).containsExactly("a/b", "audit", "main", "now", "same", "v2");
        assertThat(list.findValuesAsText("type")).containsExactly("branch", "branch", "branch", "tag", "tag", "tag");
        assertThat(list.findValuesAsText("snapshot_id")).containsExactlyElementsOf(ids(history, 0, 0, 1, 1, 1, 1));
        assertThat(list.get(2).path("max_ref_age_ms").isNull()).isTrue();
        assertThat(x(table + "@branch:audit")).isEqualTo("[[1]]");
        assertThat(x(table + "@tag:now")).isEqualTo("[[1],[2]]");
        assertThat(server.query("SELECT name FROM r ORDER BY name", "r=default." + table + "$refs")
                        .rows())
                .isEqualTo("[[\"a/b\"],[\"audit\"],[\"main\"],[\"now\"],[\"same\"],[\"v2\"]]");
    }

    @Test
    void whatExistsIsRefusedKeptOrReplaced() {
        String table = table(1, 2);
        long first = snapshots(table).get(0);
        create(table, "{'name': 'x', 'type': 'branch', 'from': '" + first + "', 'maxRefAge': '1d'}");

        Reply refused = post(table, "", "{'name': 'x', 'type': 'branch'}");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.error())
                .isEqualTo("The table oleander.default." + table
                        + " has the branch 'x' already: replace it, or choose another name.");
        JsonNode kept = create(table, "{'name': 'x', 'type': 'branch', 'existing': 'keep'}");
        assertThat(kept.at("/ref/snapshot/snapshot_id").asLong()).isEqualTo(first);
        JsonNode replaced =
                create(table, "{'name': 'x', 'type': 'branch', 'existing': 'replace', 'minSnapshotsToKeep': 2}");
        assertThat(replaced.at("/ref/snapshot/row_count").asLong()).isEqualTo(2);
        assertThat(replaced.at("/ref/max_ref_age_ms").asLong()).isEqualTo(86_400_000);
        assertThat(replaced.at("/ref/min_snapshots_to_keep").asInt()).isEqualTo(2);
        for (String existing : List.of("refuse", "keep", "replace")) {
            assertThat(post(table, "", "{'name': 'x', 'type': 'tag', 'existing': '" + existing + "'}")
                            .error())
                    .isEqualTo("'x' is a branch of the table oleander.default." + table + ": expected a tag.");
        }
        assertThat(create(table, "{'name': 'new', 'type': 'tag', 'existing': 'replace'}")
                        .at("/ref/type")
                        .asText())
                .isEqualTo("tag");
    }

    @Test
    void aFastForwardPublishesABranch() {
        String table = table(1);
        create(table, "{'name': 'x', 'type': 'branch'}");
        save(table + "@branch:x", 2);
        save(table + "@branch:x", 3);
        long before = snapshots(table).getFirst();

        Reply published = post(table, "/fast-forward", "{'to': 'x'}");

        assertThat(published.json().path("branch").asText())
                .as(published.text())
                .isEqualTo("main");
        assertThat(published.json().at("/from/snapshot_id").asLong()).isEqualTo(before);
        assertThat(published.json().at("/to/row_count").asLong()).isEqualTo(3);
        assertThat(x(table)).isEqualTo("[[1],[2],[3]]");
        Reply again = post(table, "/fast-forward", "{'branch': 'main', 'to': 'x'}");
        assertThat(again.json().path("from")).isEqualTo(again.json().path("to"));
        save(table, 4);
        assertThat(post(table, "/fast-forward", "{'branch': 'x', 'to': 'main'}").status())
                .isEqualTo(200);
        assertThat(x(table + "@branch:x")).isEqualTo("[[1],[2],[3],[4]]");
    }

    @Test
    void aFastForwardThatWouldLoseRowsIsRefused() {
        String table = table(1);
        create(table, "{'name': 'x', 'type': 'branch'}");
        save(table + "@branch:x", 2);
        long audited = snapshots(table + "@branch:x").getLast();
        save(table, 3);
        long main = snapshots(table).getLast();

        Reply reply = post(table, "/fast-forward", "{'to': 'x'}");

        assertThat(reply.status()).isEqualTo(409);
        assertThat(reply.json().path("code").asText()).isEqualTo("COMMIT_CONFLICT");
        assertThat(reply.error())
                .isEqualTo("The table oleander.default." + table + ": the branch 'main' can't be fast-forwarded to 'x':"
                        + " its snapshot " + main
                        + " is not in the history of 'x'; nothing was changed. Create a branch"
                        + " from 'main' again, and write to that.");
        assertThat(x(table)).isEqualTo("[[1],[3]]");
        assertThat(x(table + "@branch:x")).isEqualTo("[[1],[2]]");

        create(table, "{'name': 'y', 'type': 'branch'}");
        save(table + "@branch:y", 5);
        Reply unchecked = post(table, "/fast-forward", "{'to': 'y', 'snapshot': '" + audited + "'}");
        assertThat(unchecked.status()).isEqualTo(409);
        assertThat(unchecked.error()).contains("the branch 'y' has the snapshot ", " and " + audited + " was expected");
        long checked = snapshots(table + "@branch:y").getLast();
        assertThat(post(table, "/fast-forward", "{'to': 'y', 'snapshot': " + checked + "}")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aTableThatWasNeverWrittenHasBranches() {
        String table = name();
        server.script("""
                from pyiceberg.schema import Schema
                from pyiceberg.types import LongType, NestedField
                catalog.create_table("default.%s", Schema(NestedField(1, "x", LongType())))
                result = pl.DataFrame({'x': [1]})
                """.formatted(table));
        assertThat(refs(table)).isEmpty();
        assertThat(post(table, "", "{'name': 't', 'type': 'tag'}").error())
                .isEqualTo("The table oleander.default." + table
                        + " has no snapshot, which a tag needs: write to it first.");

        create(table, "{'name': 'x', 'type': 'branch', 'maxRefAge': '1d', 'minSnapshotsToKeep': 2}");
        assertThat(x(table + "@branch:x")).isEqualTo("[]");
        save(table + "@branch:x", 1);
        assertThat(x(table)).isEqualTo("[]");
        Reply published = post(table, "/fast-forward", "{'to': 'x'}");

        assertThat(published.json().path("from").isNull()).as(published.text()).isTrue();
        assertThat(x(table)).isEqualTo("[[1]]");
        assertThat(refs(table).findValuesAsText("name")).containsExactly("main", "x");
        assertThat(refs(table).get(1).path("min_snapshots_to_keep").asInt()).isEqualTo(2);
    }

    @Test
    void aBranchOrTagIsDropped() {
        String table = table(1);
        create(table, "{'name': 'x', 'type': 'branch'}");
        create(table, "{'name': 'v1', 'type': 'tag'}");

        assertThat(post(table, "/drop", "{'name': 'x', 'type': 'tag'}").error())
                .isEqualTo("'x' is a branch of the table oleander.default." + table + ": expected a tag.");
        assertThat(post(table, "/drop", "{'name': 'x', 'type': 'branch'}")
                        .json()
                        .at("/dropped/name")
                        .asText())
                .isEqualTo("x");
        assertThat(post(table, "/drop", "{'name': 'v1', 'type': 'tag'}").status())
                .isEqualTo(200);
        assertThat(refs(table).findValuesAsText("name")).containsExactly("main");
        Reply again = post(table, "/drop", "{'name': 'maim', 'type': 'branch'}");
        assertThat(again.status()).isEqualTo(400);
        assertThat(again.error())
                .isEqualTo("name is 'maim': the table oleander.default." + table
                        + " has no such branch or tag. Did you mean 'main'?");
        assertThat(post(table, "/drop", "{'name': 'x', 'type': 'branch', 'ifExists': true}")
                        .json()
                        .path("dropped")
                        .isNull())
                .isTrue();
    }

    @Test
    void theMainBranchIsNeitherDroppedNorReplaced() {
        String table = table(1);

        assertThat(post(table, "/drop", "{'name': 'main', 'type': 'branch'}").error())
                .isEqualTo("The branch 'main' is the table itself, so it can't be dropped.");
        for (String existing : List.of("refuse", "replace")) {
            assertThat(post(table, "", "{'name': 'main', 'type': 'branch', 'existing': '" + existing + "'}")
                            .error())
                    .isEqualTo("The branch 'main' is the table itself: it can't be created or replaced."
                            + " Use a fast-forward or a rollback.");
        }
        assertThat(x(table)).isEqualTo("[[1]]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "größe 🎉", "it's \"x\"", "a/b/../c", "%2F", "branch:x", "@", "MAIN"})
    void anyTextIsAName(String text) {
        String table = table(1);
        ObjectNode body =
                new ObjectMapper().createObjectNode().put("name", text).put("type", "branch");

        Reply created = server.post(path(table), body.toString());

        assertThat(created.json().at("/ref/name").asText()).as(created.text()).isEqualTo(text);
        assertThat(refs(table).findValuesAsText("name")).containsExactlyInAnyOrder("main", text);
        assertThat(server.post(
                                path(table) + "/fast-forward",
                                body.deepCopy().removeAll().put("to", text).toString())
                        .status())
                .isEqualTo(200);
        assertThat(server.post(path(table) + "/drop", body.toString()).status()).isEqualTo(200);
    }

    @Test
    void aNameIsShortEnoughForMetadataFiles() {
        String table = table(1);

        create(table, "{'name': '" + "ü".repeat(300) + "', 'type': 'branch'}");
        assertThat(post(table, "", "{'name': '" + "ü".repeat(600) + "', 'type': 'branch'}")
                        .error())
                .isEqualTo("The name of the branch or tag is '" + "ü".repeat(60) + "…': expected at most 1024 bytes.");
        assertThat(post(table, "", "{'name': ' ', 'type': 'branch'}").error())
                .isEqualTo("The name of the branch or tag is ' ': expected text that is not empty, without control"
                        + " characters.");
        assertThat(post(table, "", "{'name': 'a\\u0007', 'type': 'branch'}").status())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {'type': 'branch'}                                            | name is missing: name the branch or tag.
            {'name': 'x'}                                                 | type is missing: choose branch or tag.
            {'name': 'x', 'type': 'twig'}                                 | type is 'twig': choose branch or tag.
            {'name': 'x', 'type': 'branch', 'frm': 'main'}               | The field 'frm' is not known: choose name, type, from, existing, maxRefAge, minSnapshotsToKeep, maxSnapshotAge. Did you mean 'from'?
            {'name': 'x', 'type': 'branch', 'from': 'yesterday'}          | from is 'yesterday': expected a snapshot id, tag:NAME, branch:NAME or a time with its zone, such as 2026-11-01T12:00:00Z.
            {'name': 'x', 'type': 'branch', 'from': 'branch:y'}           | The table oleander.default.fields has no branch 'y'.
            {'name': 'x', 'type': 'branch', 'from': '12'}                 | The table oleander.default.fields has no snapshot 12: it never existed, or has expired. default.fields$snapshots lists them.
            {'name': 'x', 'type': 'branch', 'maxRefAge': '0s'}            | maxRefAge is '0s': expected a duration such as 500ms, 90s, 45m, 12h or 30d.
            {'name': 'x', 'type': 'branch', 'minSnapshotsToKeep': 0}      | minSnapshotsToKeep is 0: expected a whole number of at least 1.
            {'name': 'x', 'type': 'tag', 'maxSnapshotAge': '1d'}          | A tag has one snapshot: minSnapshotsToKeep and maxSnapshotAge are for branches.
            """)
    void aFieldThatIsWrongIsNamed(String body, String error) {
        if (server.get(path("fields")).status() != 200) {
            save("fields", 1);
        }

        Reply reply = post("fields", "", body);

        assertThat(reply.status()).as(reply.text()).isEqualTo(400);
        assertThat(reply.error()).isEqualTo(error);
        assertThat(refs("fields")).hasSize(1);
    }

    @Test
    void anUnknownTableIsNotFound() {
        assertThat(server.get(path("nope")).status()).isEqualTo(404);
        assertThat(post("nope", "", "{'name': 'x', 'type': 'branch'}").status()).isEqualTo(404);
        assertThat(post("nope", "/fast-forward", "{'to': 'x'}").status()).isEqualTo(404);
        assertThat(post("nope", "/drop", "{'name': 'x', 'type': 'tag'}").status())
                .isEqualTo(404);
    }

    @Test
    void aKeyThatReadsListsAndChangesNothing() {
        String table = table(1);
        String admin = server.key();
        server.useKey("reader" + UUID.randomUUID(), Scope.READ);
        try {
            assertThat(server.get(path(table)).status()).isEqualTo(200);
            assertThat(post(table, "", "{'name': 'x', 'type': 'branch'}").status())
                    .isEqualTo(403);
            assertThat(post(table, "/fast-forward", "{'to': 'x'}").status()).isEqualTo(403);
            assertThat(post(table, "/drop", "{'name': 'x', 'type': 'branch'}").status())
                    .isEqualTo(403);
        } finally {
            server.useKey(admin);
        }
        assertThat(server.post(
                                "/api/v1/catalogs/oleander/namespaces/telemetry/tables/runs/refs",
                                "{\"name\": \"x\", \"type\": \"branch\"}")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void changesAtOnceAreAllMade() {
        String table = table(1);
        List<CompletableFuture<Reply>> replies = IntStream.range(0, 12)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> i % 3 == 0
                                ? saved(table, i)
                                : post(table, "", "{'name': 'b%d', 'type': 'branch'}".formatted(i)),
                        Thread::startVirtualThread))
                .toList();

        assertThat(replies)
                .allSatisfy(reply -> assertThat(reply.join().status())
                        .as(reply.join().text())
                        .isEqualTo(200));
        assertThat(refs(table)).hasSize(9);
        assertThat(x(table)).isEqualTo("[[0],[1],[3],[6],[9]]");
    }

    private static List<String> ids(List<Long> history, int... indices) {
        return IntStream.of(indices)
                .mapToObj(index -> String.valueOf(history.get(index)))
                .toList();
    }

    private static String name() {
        return "refs_" + UUID.randomUUID().toString().replace("-", "");
    }

    /** A new table with one commit for each value. */
    private static String table(int... values) {
        String table = name();
        for (int value : values) {
            save(table, value);
        }
        return table;
    }

    private static void save(String table, int value) {
        Reply reply = saved(table, value);
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    }

    private static Reply saved(String table, int value) {
        return server.write("{'x': [" + value + "]}", Map.of("destination", "default." + table, "saveMode", "append"));
    }

    private static String x(String table) {
        Reply reply = server.query("SELECT x FROM t ORDER BY x", "t=default." + table);
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return reply.rows();
    }

    /** The snapshots of a table or branch, the oldest first. */
    private static List<Long> snapshots(String table) {
        int at = table.indexOf("@branch:");
        String name = at < 0 ? table : table.substring(0, at);
        String branch = at < 0 ? "main" : table.substring(at + "@branch:".length());
        List<Long> ids = new ArrayList<>();
        server.query("SELECT snapshot_id, parent_id FROM s ORDER BY committed_at", "s=default." + name + "$snapshots")
                .json()
                .at("/results/rows")
                .forEach(row -> ids.add(row.get(0).asLong()));
        long head = 0;
        for (JsonNode ref : refs(name)) {
            if (ref.path("name").asText().equals(branch)) {
                head = ref.at("/snapshot/snapshot_id").asLong();
            }
        }
        return ids.subList(0, ids.indexOf(head) + 1);
    }

    private static JsonNode refs(String table) {
        return server.get(path(table)).json().path("refs");
    }

    private static JsonNode create(String table, String body) {
        Reply reply = post(table, "", body);
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return reply.json();
    }

    private static Reply post(String table, String action, String body) {
        return server.post(path(table) + action, body.replace('\'', '"'));
    }

    private static String path(String table) {
        return "/api/v1/catalogs/oleander/namespaces/default/tables/" + table + "/refs";
    }
}
