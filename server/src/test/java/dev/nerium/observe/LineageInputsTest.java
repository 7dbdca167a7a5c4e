package dev.nerium.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The inputs of a run are the tables that its plan reads, in its event, its record and the graph. */
@Tag("server")
class LineageInputsTest {
    private static final OpenLineageSchemas SCHEMAS = new OpenLineageSchemas();

    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.startEmpty(Map.of("results.cache-bytes", "16MiB"));
        make("default.orders", "{'id': [1, 2], 'amount': [10, 20]}");
        make("default.returns", "{'id': [2], 'reason': ['late']}");
        make("default.nothing", "{'id': pl.Series([], dtype=pl.Int64)}");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static void make(String table, String columns) {
        assertThat(server.script("result = pl.DataFrame(" + columns + ")", Map.of("destination", table))
                        .status())
                .isEqualTo(200);
    }

    private static JsonNode last(Reply reply) {
        return last(reply.json().path("run_id").asText());
    }

    private static JsonNode last(String run) {
        List<JsonNode> ended = new ArrayList<>();
        await().until(() -> {
            server.get("/api/v2/runs/" + run + "/lineage").json().path("events").forEach(event -> {
                if (List.of("COMPLETE", "FAIL", "ABORT")
                        .contains(event.path("eventType").asText())) {
                    ended.add(event);
                }
            });
            return !ended.isEmpty();
        });
        assertThat(SCHEMAS.violations(ended.getFirst())).isEmpty();
        return ended.getFirst();
    }

    private static List<String> inputs(Reply reply) {
        return tables(last(reply).path("inputs"));
    }

    private static List<String> tables(JsonNode datasets) {
        List<String> names = new ArrayList<>();
        datasets.forEach(dataset -> names.add(
                dataset.path("name").asText().replaceAll(".*/warehouse/", "").replace('/', '.')));
        return names;
    }

    private static List<String> recorded(Reply reply, String suffix) {
        List<String> names = new ArrayList<>();
        server.get("/api/v2/runs/" + reply.json().path("run_id").asText() + suffix)
                .json()
                .path("inputs")
                .forEach(input -> names.add(input.path("table").asText()));
        return names;
    }

    @Test
    void aTableThatAQueryListsAndDoesNotReadIsNoInput() {
        Reply reply = server.query("SELECT sum(amount) AS s FROM o", "o=default.orders", "r=default.returns");

        assertThat(inputs(reply)).containsExactly("default.orders");
        assertThat(recorded(reply, "")).containsExactly("oleander.default.orders");
        assertThat(recorded(reply, "/lineage")).containsExactly("oleander.default.orders");
    }

    @Test
    void aTableThatAScriptScansAndDoesNotUseIsNoInput() {
        Reply reply = server.script(
                "unused = scan('default.returns').filter(pl.col('id') > 1)\nresult = scan('default.orders')",
                Map.of("destination", "default.copied"));

        assertThat(inputs(reply)).containsExactly("default.orders");
        assertThat(recorded(reply, "/lineage")).containsExactly("oleander.default.orders");
        String graph = server.get("/api/v1/lineage/graph?table=default.copied&direction=upstream")
                .text();
        assertThat(graph).contains("default/orders").doesNotContain("default/returns");
    }

    @Test
    void aTableOfWhichOnlyTheRowsAreCountedIsAnInput() {
        assertThat(inputs(server.query("SELECT count(*) AS n FROM o", "o=default.orders")))
                .containsExactly("default.orders");
        assertThat(inputs(server.query("SELECT count(*) AS n FROM o", "o=default.orders")))
                .as("from the result cache")
                .containsExactly("default.orders");
        assertThat(inputs(server.query("SELECT r.reason FROM r CROSS JOIN o", "r=default.returns", "o=default.orders")))
                .containsExactlyInAnyOrder("default.returns", "default.orders");
    }

    @Test
    void anEmptyTableAndATableThatOnlyFiltersAreInputs() {
        assertThat(inputs(server.query("SELECT id FROM n", "n=default.nothing")))
                .containsExactly("default.nothing");
        assertThat(inputs(server.query(
                        "SELECT amount FROM o WHERE id NOT IN (SELECT id FROM r WHERE reason = 'late')",
                        "o=default.orders",
                        "r=default.returns")))
                .containsExactlyInAnyOrder("default.orders", "default.returns");
    }

    @Test
    void aTableThatOnlyARunThatFailedNamedIsNoInput() {
        Reply reply = server.script("scan('default.orders')\nraise ValueError('no')");

        assertThat(last(reply).path("eventType").asText()).isEqualTo("FAIL");
        assertThat(inputs(reply)).isEmpty();
    }

    @Test
    void theDestinationOfAMergeIsAFacetOfTheOutput() {
        make("default.merged", "{'id': [1], 'amount': [1]}");
        String base = server.get("/api/v1/lineage/graph?table=default.merged").text();
        assertThat(base).contains("default/merged");
        Map<String, Object> merge =
                Map.of("destination", "default.merged", "saveMode", "merge", "mergeKeys", List.of("id"));

        Reply reply = server.script("result = scan('default.orders')", merge);
        JsonNode event = last(reply);

        assertThat(tables(event.path("inputs"))).containsExactly("default.orders");
        assertThat(recorded(reply, "/lineage")).containsExactly("oleander.default.orders");
        JsonNode write = event.at("/outputs/0/outputFacets/nerium_write");
        assertThat(write.path("mode").asText()).isEqualTo("merge");
        assertThat(write.path("mergeKeys").toString()).isEqualTo("[\"id\"]");
        assertThat(write.path("baseSnapshotId").asText()).matches("\\d+");
    }

    @Test
    void theDestinationOfAMergeThatTheQueryReadsIsAnInput() {
        make("default.added", "{'id': [1], 'amount': [1]}");
        Map<String, Object> merge =
                Map.of("destination", "default.added", "saveMode", "merge", "mergeKeys", List.of("id"));

        Reply reply = server.script("result = scan('default.added').with_columns(amount=pl.col('amount') + 1)", merge);

        assertThat(inputs(reply)).containsExactly("default.added");
    }

    @Test
    void theDestinationThatIsScannedAndOnlyMergedIntoIsNoInput() {
        make("default.other", "{'id': [1], 'amount': [1]}");
        Map<String, Object> merge =
                Map.of("destination", "default.other", "saveMode", "merge", "mergeKeys", List.of("id"));

        Reply reply = server.script("scan('default.other')\nresult = scan('default.orders')", merge);

        assertThat(inputs(reply)).containsExactly("default.orders");
    }

    @Test
    void aReplayHasTheInputsAndLineageOfTheOriginalAndALinkToIt() {
        Reply original = server.query(
                "SELECT o.id, sum(o.amount) AS total FROM o JOIN r ON o.id = r.id WHERE r.reason = 'late' GROUP BY o.id",
                "o=default.orders",
                "r=default.returns");
        String run = original.json().path("run_id").asText();
        // So that the replay reads another version than the current one.
        assertThat(server.script(
                                "result = pl.DataFrame({'id': [3], 'amount': [30]})",
                                Map.of("destination", "default.orders", "saveMode", "append"))
                        .status())
                .isEqualTo(200);

        Reply replay = server.post("/api/v2/runs/" + run + "/replay", "");
        JsonNode first = last(original);
        JsonNode second = last(replay);

        assertThat(second.path("inputs")).hasSize(2).hasSameSizeAs(first.path("inputs"));
        for (int i = 0; i < 2; i++) {
            assertThat(timeless(second.path("inputs").path(i)))
                    .isEqualTo(timeless(first.path("inputs").path(i)));
        }
        assertThat(second.at("/run/facets/nerium_result"))
                .isEqualTo(first.at("/run/facets/nerium_result"))
                .isNotEmpty();
        assertThat(second.at("/run/facets/nerium_result/fields/total/inputFields"))
                .isNotEmpty();
        JsonNode link = second.at("/run/facets/nerium_replay");
        assertThat(link.at("/run/runId").asText()).isEqualTo(run);
        assertThat(link.at("/job/name").asText())
                .isEqualTo(first.at("/job/name").asText());
        assertThat(first.at("/run/facets/nerium_replay").isMissingNode()).isTrue();
        assertThat(recorded(replay, "/lineage")).isEqualTo(recorded(original, "/lineage"));
        assertThat(server.get("/api/v2/runs/" + replay.json().path("run_id").asText() + "/lineage")
                        .json()
                        .path("columns"))
                .isEqualTo(server.get("/api/v2/runs/" + run + "/lineage").json().path("columns"));
    }

    private static JsonNode timeless(JsonNode dataset) {
        ObjectNode copy = dataset.deepCopy();
        ((ObjectNode) copy.at("/inputFacets/icebergScanReport/scanMetrics")).remove("totalPlanningDuration");
        return copy;
    }

    @Test
    void aReplayOfAScriptReadsTheTableThatTheOriginalOnlyNamed() {
        String script = "other = scan('default.returns')\nresult = scan('default.orders').select('id')";
        Reply original = server.script(script);

        Reply replay =
                server.post("/api/v2/runs/" + original.json().path("run_id").asText() + "/replay", "");

        assertThat(replay.status()).isEqualTo(200);
        assertThat(inputs(replay)).containsExactly("default.orders");
        assertThat(last(replay).at("/run/facets/nerium_result"))
                .isEqualTo(last(original).at("/run/facets/nerium_result"));
    }

    @Test
    void aReplayInTheBackgroundIsLinkedToo() {
        Reply original = server.query("SELECT max(amount) AS most FROM o", "o=default.orders");
        String run = original.json().path("run_id").asText();

        Reply accepted = server.send(server.request("/api/v2/runs/" + run + "/replay")
                .header("Prefer", "respond-async")
                .POST(BodyPublishers.noBody())
                .build());

        assertThat(accepted.status()).isEqualTo(202);
        JsonNode event = last(accepted.json().path("id").asText());
        assertThat(event.at("/run/facets/nerium_replay/run/runId").asText()).isEqualTo(run);
        assertThat(tables(event.path("inputs"))).containsExactly("default.orders");
    }

    @Test
    void anAnswerFromTheResultCacheHasTheInputsAndLineageOfTheRunBefore() {
        String sql = "SELECT o.id AS cached, r.reason FROM o JOIN r ON o.id = r.id";
        JsonNode first = last(server.query(sql, "o=default.orders", "r=default.returns"));
        Reply hit = server.query(sql, "o=default.orders", "r=default.returns");

        assertThat(server.get("/api/v2/runs/" + hit.json().path("run_id").asText())
                        .json()
                        .path("cache")
                        .asText())
                .isEqualTo("hit");
        assertThat(tables(last(hit).path("inputs"))).isEqualTo(tables(first.path("inputs")));
        assertThat(last(hit).at("/run/facets/nerium_result"))
                .isEqualTo(first.at("/run/facets/nerium_result"))
                .isNotEmpty();
    }
}
