package dev.nerium.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The columns of the graph are those of the rows that a table has, and a graph of a time is that of its runs. */
@Tag("server")
class LineageGraphColumnsTest {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.startEmpty();
        write("default.a", "overwrite", "pl.DataFrame({'x': [1], 'y': [2]})");
        write("default.b", "overwrite", "pl.DataFrame({'x': [3], 'z': [4]})");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** Returns when the graph may have the run. */
    private static String write(String table, String mode, String script) {
        Map<String, Object> body = mode.equals("merge")
                ? Map.of("destination", table, "saveMode", mode, "mergeKeys", List.of("x"))
                : Map.of("destination", table, "saveMode", mode);
        return ended(server.script("result = " + script, body));
    }

    private static String ended(Reply reply) {
        assertThat(reply.text()).contains("run_id");
        assertThat(reply.status()).isEqualTo(200);
        String run = reply.json().path("run_id").asText();
        await().until(() ->
                server.get("/api/v2/runs/" + run + "/lineage").text().contains("\"COMPLETE\""));
        return run;
    }

    private static JsonNode graph(String table, String more) {
        Reply reply = server.get("/api/v1/lineage/graph?table=" + table + "&direction=upstream&columns=true" + more);
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return reply.json();
    }

    /** Edges such as {@code a.x > t.x}, those of all rows with a star. */
    private static Set<String> columns(String table, String more) {
        Set<String> edges = new TreeSet<>();
        graph(table, more)
                .path("columns")
                .forEach(edge -> edges.add(column(edge.path("from")) + " > " + column(edge.path("to"))));
        return edges;
    }

    private static String column(JsonNode side) {
        String dataset = side.path("dataset").asText();
        return dataset.substring(dataset.lastIndexOf('/') + 1) + "."
                + side.path("field").asText("*").replace("null", "*");
    }

    private static String at(String table) {
        String latest = "";
        for (JsonNode edge : graph(table, "").path("edges")) {
            String seen = edge.path("last_seen").asText();
            latest = seen.compareTo(latest) > 0 ? seen : latest;
        }
        return URLEncoder.encode(latest, StandardCharsets.UTF_8);
    }

    @Test
    void anAppendAddsColumnsAndAnOverwriteReplacesThem() {
        write("default.t", "overwrite", "scan('default.a').select('x')");
        assertThat(columns("default.t", "")).containsExactly("a.x > t.x");

        write("default.t", "append", "scan('default.b').select('x')");
        assertThat(columns("default.t", "")).containsExactly("a.x > t.x", "b.x > t.x");

        // The same job, mode and destination again, without any input.
        write("default.t", "append", "pl.DataFrame({'x': [9]})");
        assertThat(columns("default.t", "")).containsExactly("a.x > t.x", "b.x > t.x");

        write("default.t", "overwrite", "scan('default.b').select(x='z')");
        assertThat(columns("default.t", "")).containsExactly("b.z > t.x");
    }

    @Test
    void aMergeAddsColumns() {
        write("default.m", "overwrite", "scan('default.a').select('x', 'y')");
        write("default.m", "merge", "scan('default.b').select('x', y='z')");

        assertThat(columns("default.m", "")).containsExactly("a.x > m.x", "a.y > m.y", "b.x > m.x", "b.z > m.y");
    }

    @Test
    void aQueryReplacesWhatAScriptWrote() {
        write("default.q", "overwrite", "scan('default.a').select('x')");
        ended(server.run("{\"mode\":\"query\",\"query\":\"SELECT z AS x FROM b\",\"tables\":[\"b=default.b\"],"
                + "\"destination\":\"default.q\"}"));

        assertThat(columns("default.q", "")).containsExactly("b.z > q.x");
    }

    @Test
    void aRunThatFailsChangesNoColumns() {
        write("default.f", "overwrite", "scan('default.a').select('x')");
        Reply failed = server.script(
                "result = scan('default.b').select('x').map_batches(lambda rows: rows.item(5, 5))",
                Map.of("destination", "default.f"));
        assertThat(failed.status()).isNotEqualTo(200);

        assertThat(columns("default.f", "")).containsExactly("a.x > f.x");
    }

    @Test
    void manyRunsWithTheSameColumnsAreOneEdge() {
        write("default.r", "overwrite", "scan('default.a').select('x')");
        for (int i = 0; i < 5; i++) {
            write("default.r", "append", "scan('default.a').select('x')");
        }

        assertThat(columns("default.r", "")).containsExactly("a.x > r.x");
        assertThat(graph("default.r", "").path("edges"))
                .filteredOn(edge -> edge.path("to").asText().endsWith("/default/r"))
                .hasSize(1);
    }

    @Test
    void aGraphOfATimeHasTheRunsOfTheTime() {
        write("default.u", "overwrite", "scan('default.a').select('x')");
        String first = at("default.u");
        write("default.u", "overwrite", "scan('default.b').select('x')");
        write("default.u", "append", "scan('default.a').select(x='y')");

        assertThat(columns("default.u", "&until=" + first)).containsExactly("a.x > u.x");
        assertThat(columns("default.u", "&since=" + first)).containsExactly("a.y > u.x", "b.x > u.x");
        assertThat(graph("default.u", "&until=" + first).toString())
                .contains("warehouse/default/a")
                .doesNotContain("warehouse/default/b");
        assertThat(server.get("/api/v1/lineage/graph?table=default.u&until=2020-01-01T00:00:00Z")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void aTimeThatCantBeReadIsRefused() {
        String graph = "/api/v1/lineage/graph?table=default.a";
        assertThat(server.get(graph + "&since=yesterday").error())
                .isEqualTo("since is 'yesterday': expected a time with its zone, such as 2026-11-01T12:00:00Z.");
        Reply backwards = server.get(graph + "&since=2026-11-02T00:00:00Z&until=2026-11-01T00:00:00Z");
        assertThat(backwards.status()).isEqualTo(400);
        assertThat(backwards.error())
                .isEqualTo("until is 2026-11-01T00:00:00Z, before since, which is 2026-11-02T00:00:00Z:"
                        + " expected a time from since on.");
        Reply unknown = server.get(graph + "&from=2026-11-01T00:00:00Z");
        assertThat(unknown.status()).isEqualTo(400);
        assertThat(unknown.error()).startsWith("There is no parameter 'from'. The parameters are: table, namespace,");
    }

    @Test
    void aReportedEventReplacesColumnsIfItSaysSo() {
        report("spark.one", "in", "OVERWRITE");
        report("spark.two", "other", "");
        assertThat(reported()).containsExactly("in.c > out.c", "other.c > out.c");

        report("spark.two", "third", "");
        assertThat(reported()).as("of the same job").containsExactly("in.c > out.c", "third.c > out.c");

        report("spark.three", "last", "CREATE");
        assertThat(reported()).containsExactly("last.c > out.c");
    }

    private static Set<String> reported() {
        Set<String> edges = new TreeSet<>();
        server.get("/api/v1/lineage/graph?namespace=x&name=out&columns=true")
                .json()
                .path("columns")
                .forEach(edge -> edges.add(edge.at("/from/dataset").asText().replace("dataset:x:", "") + ".c > out.c"));
        return edges;
    }

    @Test
    void anEventOfTheSameRunWithoutColumnsRemovesNone() {
        String run = UUID.randomUUID().toString();
        String event = """
                {"eventType":"%s","eventTime":"2026-11-01T12:00:00Z","producer":"p:x",
                 "schemaURL":"https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
                 "run":{"runId":"%s"},"job":{"namespace":"x","name":"twice"},"inputs":[{"namespace":"x","name":"in"}],
                 "outputs":[{"namespace":"x","name":"twice","facets":{"lifecycleStateChange":
                   {"_producer":"p:x","_schemaURL":"p:x","lifecycleStateChange":"OVERWRITE"}%s}}]}
                """;
        String columns = """
                ,"columnLineage":{"_producer":"p:x","_schemaURL":"p:x","fields":{"c":{"inputFields":[
                     {"namespace":"x","name":"in","field":"c"}]}}}
                """;
        server.post("/api/v1/lineage", event.formatted("RUNNING", run, columns));
        server.post("/api/v1/lineage", event.formatted("COMPLETE", run, ""));
        assertThat(server.get("/api/v1/lineage/graph?namespace=x&name=twice&columns=true")
                        .json()
                        .path("columns"))
                .hasSize(1);

        server.post("/api/v1/lineage", event.formatted("COMPLETE", UUID.randomUUID(), ""));
        assertThat(server.get("/api/v1/lineage/graph?namespace=x&name=twice&columns=true")
                        .json()
                        .path("columns"))
                .isEmpty();
    }

    private static void report(String job, String input, String change) {
        String lifecycle = change.isEmpty()
                ? ""
                : ",\"lifecycleStateChange\":{\"_producer\":\"p:x\",\"_schemaURL\":\"p:x\",\"lifecycleStateChange\":\""
                        + change + "\"}";
        String body = """
                {"eventType":"COMPLETE","eventTime":"2026-11-01T12:00:00Z","producer":"p:x",
                 "schemaURL":"https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
                 "run":{"runId":"%s"},"job":{"namespace":"x","name":"%s"},
                 "inputs":[{"namespace":"x","name":"%s"}],
                 "outputs":[{"namespace":"x","name":"out","facets":{
                   "columnLineage":{"_producer":"p:x","_schemaURL":"p:x","fields":{"c":{"inputFields":[
                     {"namespace":"x","name":"%s","field":"c"}]}}}%s}}]}
                """.formatted(UUID.randomUUID(), job, input, input, lifecycle);
        assertThat(server.post("/api/v1/lineage", body).status()).isEqualTo(200);
    }
}
