package dev.nerium.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.run.RunIds;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What Nerium tells of its own runs. */
@Tag("server")
class LineageEventsTest {
    private static final OpenLineageSchemas SCHEMAS = new OpenLineageSchemas();

    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start(Map.of("lineage.heartbeat-interval", "200ms"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** The events of a run, once the last is there. */
    private static List<JsonNode> events(String run) {
        List<JsonNode> events = new ArrayList<>();
        await().until(() -> {
            events.clear();
            server.get("/api/v2/runs/" + run + "/lineage").json().path("events").forEach(events::add);
            return events.stream().anyMatch(LineageEventsTest::isLast);
        });
        assertThat(events.stream().flatMap(event -> SCHEMAS.violations(event).stream()))
                .isEmpty();
        return events;
    }

    private static boolean isLast(JsonNode event) {
        return List.of("COMPLETE", "FAIL", "ABORT")
                .contains(event.path("eventType").asText());
    }

    private static String run(Reply reply) {
        return reply.json().path("run_id").asText();
    }

    private static Stream<String> types(List<JsonNode> events) {
        return events.stream().map(event -> event.path("eventType").asText());
    }

    @Test
    void aQueryStartsAndCompletesWithWhatItRead() {
        Reply reply = server.query(
                "select species, avg(petal_length) as p from f where petal_width > 1 group by species",
                "f=default.flowers");

        List<JsonNode> events = events(run(reply));

        assertThat(types(events)).startsWith("START").endsWith("COMPLETE");
        JsonNode event = events.getLast();
        assertThat(event.at("/job/facets/sql/query").asText()).startsWith("select species");
        assertThat(event.at("/job/name").asText()).matches("query\\.[0-9a-f]{12}");
        assertThat(event.at("/run/facets/processing_engine/name").asText()).isEqualTo("Polars");
        assertThat(event.path("outputs")).isEmpty();
        JsonNode input = event.at("/inputs/0");
        assertThat(input.path("namespace").asText()).isEqualTo("file");
        assertThat(input.path("name").asText()).endsWith("/lake/warehouse/default/flowers");
        assertThat(input.at("/facets/symlinks/identifiers/0").toString())
                .isEqualTo("{\"namespace\":\"nerium\",\"name\":\"oleander.default.flowers\",\"type\":\"TABLE\"}");
        assertThat(input.at("/facets/schema/fields/0/name").asText()).isEqualTo("sepal_length");
        assertThat(input.at("/facets/version/datasetVersion").asText()).matches("\\d+");
        assertThat(input.at("/inputFacets/inputStatistics/rowCount").asLong()).isEqualTo(150);
        JsonNode report = input.at("/inputFacets/icebergScanReport");
        assertThat(report.path("snapshotId").asText())
                .isEqualTo(input.at("/facets/version/datasetVersion").asText());
        assertThat(report.path("projectedFieldNames").toString()).contains("species", "petal_length");
        assertThat(report.path("filterDescription").asText()).contains("petal_width");
        assertThat(report.at("/scanMetrics/resultDataFiles").asLong()).isEqualTo(1);
        assertThat(report.at("/scanMetrics/scannedDataManifests").asLong()).isEqualTo(1);
        assertThat(event.at("/run/facets/nerium_result/fields/p/inputFields").toString())
                .contains("\"field\":\"petal_length\"", "\"subtype\":\"AGGREGATION\"");
    }

    @Test
    void aQueryThatCameBeforeHasItsLineageAgain() {
        String sql = "select species as again, petal_width * 2 as w from f where sepal_width > 2";

        Reply first = server.query(sql, "f=default.flowers");
        Reply second = server.query(sql, "f=default.flowers");

        JsonNode columns =
                server.get("/api/v2/runs/" + run(second) + "/lineage").json().path("columns");
        assertThat(columns.at("/fields/0/inputs/0/field").asText()).isEqualTo("species");
        assertThat(columns)
                .isEqualTo(server.get("/api/v2/runs/" + run(first) + "/lineage")
                        .json()
                        .path("columns"));
    }

    @Test
    void aTableThatIsWrittenIsAnOutputWithItsCommit() {
        Reply reply = server.script(
                "result = scan('default.flowers').filter(pl.col('species') == 'setosa')",
                Map.of("destination", "default.setosa", "params", Map.of("hidden", "s3cr3t-value")));

        List<JsonNode> events = events(run(reply));

        JsonNode event = events.getLast();
        assertThat(event.at("/job/name").asText()).isEqualTo("script.oleander.default.setosa");
        assertThat(event.at("/job/facets/sourceCode/language").asText()).isEqualTo("PYTHON");
        JsonNode output = event.at("/outputs/0");
        assertThat(output.path("name").asText()).endsWith("/lake/warehouse/default/setosa");
        assertThat(output.at("/outputFacets/outputStatistics/rowCount").asLong())
                .isEqualTo(50);
        JsonNode commit = output.at("/outputFacets/icebergCommitReport");
        assertThat(commit.path("operation").asText()).isEqualTo("append");
        assertThat(commit.at("/commitMetrics/addedRecords").asLong()).isEqualTo(50);
        assertThat(output.at("/facets/version/datasetVersion").asText())
                .isEqualTo(commit.path("snapshotId").asText());
        assertThat(output.at("/facets/columnLineage/fields/species/inputFields/0/field")
                        .asText())
                .isEqualTo("species");
        assertThat(output.at("/facets/columnLineage/dataset/0/transformations/0")
                        .toString())
                .isEqualTo("{\"type\":\"INDIRECT\",\"subtype\":\"FILTER\",\"masking\":false}");
        assertThat(events.toString()).doesNotContain("s3cr3t-value");
    }

    @Test
    void aStartHasTheTablesThatTheRequestNames() {
        Reply query = server.query("select count(*) from f", "f=default.flowers");
        Reply missing = server.query("select 1 from x", "x=default.missing");

        JsonNode start = events(run(query)).getFirst();

        assertThat(start.path("eventType").asText()).isEqualTo("START");
        assertThat(start.at("/inputs/0/name").asText()).endsWith("/lake/warehouse/default/flowers");
        assertThat(start.at("/inputs/0/facets/version/datasetVersion").asText()).matches("\\d+");
        assertThat(types(events(run(missing)))).containsExactly("START", "FAIL");
    }

    @Test
    void aCreatedAndAReplacedTableAreChangesOfItsLifecycle() {
        String script = "result = scan('default.flowers').head(3)";
        List<String> changes = new ArrayList<>();

        for (String mode : List.of("append", "append", "overwrite")) {
            Reply reply = server.script(script, Map.of("destination", "default.lifecycle", "saveMode", mode));
            changes.add(events(run(reply))
                    .getLast()
                    .at("/outputs/0/facets/lifecycleStateChange/lifecycleStateChange")
                    .asText());
        }

        assertThat(changes).containsExactly("CREATE", "", "OVERWRITE");
    }

    @Test
    void aFailureNamesTheDestinationThatItDidNotWrite() {
        server.script("result = scan('default.flowers').head(3)", Map.of("destination", "default.failing"));

        Reply existing = server.script("1 / 0", Map.of("destination", "default.failing", "saveMode", "append"));
        Reply missing = server.script("1 / 0", Map.of("destination", "default.never_written"));

        JsonNode output = events(run(existing)).getLast().at("/outputs/0");
        assertThat(output.path("name").asText()).endsWith("/lake/warehouse/default/failing");
        assertThat(output.has("outputFacets")).isFalse();
        assertThat(events(run(missing)).getLast().at("/outputs/0").toString())
                .isEqualTo("{\"namespace\":\"nerium\",\"name\":\"oleander.default.never_written\"}");
        assertThat(server.get("/api/v1/lineage/graph?namespace=nerium&name=oleander.default.never_written")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void aFailureIsToldWithItsMessage() {
        Reply reply = server.script("def f():\n    raise ValueError('too bad')\nf()");

        List<JsonNode> events = events(run(reply));

        assertThat(types(events)).startsWith("START").endsWith("FAIL");
        JsonNode error = events.getLast().at("/run/facets/errorMessage");
        assertThat(error.path("message").asText()).isEqualTo(reply.error());
        assertThat(error.path("stackTrace").asText()).contains("line 2");
        assertThat(error.path("programmingLanguage").asText()).isEqualTo("PYTHON");
    }

    @Test
    void aRunThatGoesOnIsToldAndItsCancelToo() {
        UUID id = new RunIds(Clock.systemUTC()).next();
        Thread runs = Thread.startVirtualThread(() -> server.script("import time; time.sleep(600)", Map.of(), id));
        await().until(() -> server.get("/api/v2/runs/" + id + "/lineage").text().contains("RUNNING"));

        server.delete("/api/v2/runs/" + id);

        List<String> types = types(events(id.toString())).toList();
        assertThat(types.getFirst()).isEqualTo("START");
        assertThat(types).contains("RUNNING");
        assertThat(types.getLast()).isEqualTo("ABORT");
        await().until(() -> !runs.isAlive());
    }

    @Test
    void theRunThatAskedForItIsItsParent() {
        UUID parent = UUID.randomUUID();
        Reply reply = server.send(server.request("/api/v1/warehouse/polars")
                .header("OpenLineage-Parent-Id", "airflow://prod/dag.task/" + parent)
                .header("OpenLineage-Root-Parent-Id", "airflow/dag/" + parent)
                .POST(BodyPublishers.ofString(
                        "{\"mode\":\"query\",\"query\":\"select 1 as a from f\",\"tables\":[\"f=default.flowers\"]}"))
                .build());

        JsonNode facet = events(run(reply)).getFirst().at("/run/facets/parent");

        assertThat(facet.at("/run/runId").asText()).isEqualTo(parent.toString());
        assertThat(facet.at("/job/namespace").asText()).isEqualTo("airflow://prod");
        assertThat(facet.at("/job/name").asText()).isEqualTo("dag.task");
        assertThat(facet.at("/root/job/name").asText()).isEqualTo("dag");
    }

    @Test
    void aTraceIsAParentWhereNothingElseIsKnown() {
        Reply reply = server.send(server.request("/api/v1/warehouse/polars")
                .header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
                .POST(BodyPublishers.ofString(
                        "{\"mode\":\"query\",\"query\":\"select 1 as a from f\",\"tables\":[\"f=default.flowers\"]}"))
                .build());

        JsonNode event = events(run(reply)).getFirst();

        assertThat(event.at("/run/facets/parent/run/runId").asText()).isEqualTo("4bf92f35-77b3-4da6-a3ce-929d0e0e4736");
        assertThat(event.at("/run/facets/nerium_run/traceId").asText()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
    }

    @Test
    void aParentThatCantBeReadIsIgnoredWithAWarning() {
        String body = "{\"mode\":\"query\",\"query\":\"select 2 as a from f\",\"tables\":[\"f=default.flowers\"]}";
        Reply reply = server.send(server.request("/api/v1/warehouse/polars")
                .header("OpenLineage-Parent-Id", "dag.task")
                .header("OpenLineage-Root-Parent-Id", "//not-a-uuid")
                .POST(BodyPublishers.ofString(body))
                .build());

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json().path("warnings"))
                .extracting(JsonNode::asText)
                .containsExactly(
                        "The header OpenLineage-Parent-Id is 'dag.task', and was ignored: expected namespace/job/run,"
                                + " the run a UUID, as OpenLineage's lineage_parent_id gives it.",
                        "The header OpenLineage-Root-Parent-Id is '//not-a-uuid', and was ignored: expected"
                                + " namespace/job/run, the run a UUID, as OpenLineage's lineage_parent_id gives it.");
        assertThat(events(run(reply)).getFirst().at("/run/facets/parent").isMissingNode())
                .isTrue();
    }
}
