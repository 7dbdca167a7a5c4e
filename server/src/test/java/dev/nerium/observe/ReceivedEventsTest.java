package dev.nerium.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.auth.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Events that others report, and the graph that they and Nerium's own make. */
@Tag("server")
class ReceivedEventsTest {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String event(String job, String input, String output) {
        return """
                {"eventType": "COMPLETE", "eventTime": "2026-11-01T12:00:00Z", "producer": "https://example.org/spark",
                 "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
                 "run": {"runId": "%s"},
                 "job": {"namespace": "spark", "name": "%s", "facets": {"jobType": {"integration": "SPARK"}}},
                 "inputs": [%s], "outputs": [%s]}
                """.formatted(UUID.randomUUID(), job, input, output);
    }

    private static String dataset(String namespace, String name) {
        return "{\"namespace\": \"%s\", \"name\": \"%s\"}".formatted(namespace, name);
    }

    private static Reply report(String event) {
        return server.post("/api/v1/lineage", event);
    }

    private static List<String> ids(JsonNode graph, String type) {
        return StreamSupport.stream(graph.path("nodes").spliterator(), false)
                .filter(node -> node.path("type").asText().equals(type))
                .map(node -> node.path("id").asText())
                .sorted()
                .toList();
    }

    /** Examples of OpenLineage's own: integrations' tests and the specification's. */
    static Stream<Path> examples() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("server/src/test/resources/openlineage/events"))) {
            return files.sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void examplesOfOpenLineageAreTaken(Path example) throws IOException {
        Reply reply = report(Files.readString(example));

        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(reply.text()).isEqualTo("{\"status\":200}");
    }

    @Test
    void whatWasReportedIsListedAsItCame() {
        report(event("listed", dataset("s3://bucket", "in"), dataset("s3://bucket", "out")));

        JsonNode list = server.get("/api/v1/events?start=1793000000&end=1794000000&job_name=listed")
                .json();

        assertThat(list).hasSize(1);
        JsonNode event = list.get(0);
        assertThat(event.path("run_state").asText()).isEqualTo("COMPLETE");
        assertThat(event.path("job_namespace").asText()).isEqualTo("spark");
        assertThat(event.path("integration").asText()).isEqualTo("SPARK");
        assertThat(event.path("event_schema_version").asText()).isEqualTo("2-0-2");
        assertThat(event.path("event_time").asText()).isEqualTo("2026-11-01T12:00:00Z");
        assertThat(event.path("inputs").toString()).isEqualTo("[{\"namespace\":\"s3://bucket\",\"name\":\"in\"}]");
        assertThat(event.at("/event_raw/producer").asText()).isEqualTo("https://example.org/spark");
        assertThat(event.path("event_size_in_bytes").asLong())
                .isEqualTo(event.path("event_raw").toString().length());
    }

    @Test
    void aListIsSortedFilteredAndPaged() {
        for (int i = 0; i < 3; i++) {
            report(event("paged" + "x".repeat(i), dataset("p", "in"), dataset("p", "out"))
                    .replace("\"spark\", \"name\"", "\"paging\", \"name\""));
        }
        String all =
                "/api/v1/events?start=0&end=99999999999&job_namespace=paging&sort_by=EVENT_SIZE_IN_BYTES&order=asc";

        JsonNode first = server.get(all + "&limit=2").json();
        JsonNode rest = server.get(all + "&limit=2&offset=2").json();

        assertThat(first).extracting(event -> event.path("job_name").asText()).containsExactly("paged", "pagedx");
        assertThat(rest).extracting(event -> event.path("job_name").asText()).containsExactly("pagedxx");
        assertThat(server.get(all + "&run_state=FAIL").json()).isEmpty();
        assertThat(server.get(all + "&integration=DBT").json()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                                                                       | The event has none of run, job and dataset: send a RunEvent, JobEvent or DatasetEvent of OpenLineage.
            {"run":{"runId":"7"},"eventTime":"2026-11-01T12:00:00Z","producer":"p"}  | run.runId is '7': expected a UUID.
            {"job":{"name":"a"},"eventTime":"2026-11-01T12:00:00Z","producer":"p"}   | job.namespace is missing or not a text of at most 2000 characters.
            {"dataset":{"namespace":"a","name":"b"},"eventTime":"today","producer":"p"} | eventTime is 'today': expected a time such as 2026-11-01T12:00:00Z.
            {"dataset":{"namespace":"a","name":"b"},"producer":"p"}                  | eventTime is missing or not a text: every OpenLineage event has it.
            []                                                                       | The body must be a JSON object, such as {"mode": "query", ...}.
            """)
    void whatIsNoEventIsRefused(String body, String error) {
        Reply reply = report(body);

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.error()).isEqualTo(error);
    }

    @Test
    void reportingNeedsTheScopeWrite() {
        String own = server.key();
        server.useKey("reader", Scope.READ);
        try {
            assertThat(report("{}").status()).isEqualTo(403);
        } finally {
            server.useKey(own);
        }
    }

    @Test
    void theGraphGoesThroughNeriumAndOthers() {
        script(
                "result = scan('default.flowers').select('species', long=pl.col('petal_length') * 10)",
                "default.middle");
        String last =
                script("result = scan('default.middle').group_by('species').agg(pl.col('long').max())", "default.last");
        await().until(() ->
                server.get("/api/v2/runs/" + last + "/lineage").text().contains("COMPLETE"));
        String middle = server.home().resolve("lake/warehouse/default/middle").toString();
        // Another engine calls the table by its files, with a scheme, and writes it to a bucket.
        report(event("export", dataset("file", middle), dataset("s3://bucket", "exported")));

        JsonNode down = server.get("/api/v1/lineage/graph?table=default.flowers&direction=downstream")
                .json();
        JsonNode near =
                server.get("/api/v1/lineage/graph?table=default.middle&depth=1").json();
        JsonNode up = server.get("/api/v1/lineage/graph?namespace=s3://bucket&name=exported&direction=upstream")
                .json();

        assertThat(names(down)).contains("last", "middle", "flowers", "exported");
        assertThat(names(near)).containsExactlyInAnyOrder("last", "middle", "flowers", "exported");
        assertThat(names(up)).containsExactlyInAnyOrder("flowers", "middle", "exported");
        assertThat(near.path("nodes").findValues("aliases").toString()).contains("\"oleander.default.middle\"");
        assertThat(ids(up, "JOB"))
                .containsExactly(
                        "job:nerium:load.oleander.default.flowers",
                        "job:nerium:script.oleander.default.middle",
                        "job:spark:export");
        assertThat(server.get("/api/v1/lineage/graph?namespace=nerium&name=oleander.default.middle&depth=1")
                        .json()
                        .path("edges"))
                .hasSize(near.path("edges").size());
    }

    @Test
    void jobsThatWriteNothingAreIncludedOnRequest() {
        server.query("SELECT count(*) AS n FROM t", "t=default.flowers");
        String path = "/api/v1/lineage/graph?table=default.flowers&depth=1";

        await().until(() -> ids(server.get(path + "&include_readers=true").json(), "JOB").stream()
                .anyMatch(job -> job.startsWith("job:nerium:query")));
        assertThat(ids(server.get(path).json(), "JOB")).noneMatch(job -> job.startsWith("job:nerium:query"));
    }

    @Test
    void columnsAreFollowedThroughTheGraph() {
        script(
                "result = scan('default.flowers').select('species', long=pl.col('petal_length') * 10, w='petal_width')",
                "default.c1");
        String last =
                script("result = scan('default.c1').group_by('species').agg(m=pl.col('long').max())", "default.c2");
        await().until(() ->
                server.get("/api/v2/runs/" + last + "/lineage").text().contains("COMPLETE"));

        JsonNode edges = server.get("/api/v1/lineage/graph?table=default.c2&direction=upstream&columns=m")
                .json()
                .path("columns");

        assertThat(edges)
                .extracting(edge -> edge.at("/from/field").asText() + " -> "
                        + edge.at("/to/field").asText() + " "
                        + edge.at("/transformations/0/subtype").asText())
                .contains("petal_length -> long TRANSFORMATION", "long -> m AGGREGATION")
                .noneMatch(edge -> edge.contains("petal_width"));
    }

    @Test
    void aTableThatNobodyKnowsIsSaidSo() {
        Reply reply = server.get("/api/v1/lineage/graph?table=default.nowhere");

        assertThat(reply.status()).isEqualTo(404);
        assertThat(reply.error()).isEqualTo("No known run read or wrote oleander.default.nowhere.");
        assertThat(server.get("/api/v1/lineage/graph").status()).isEqualTo(400);
        assertThat(server.get("/api/v1/lineage/graph?table=a.b&depth=0").error())
                .isEqualTo("depth is '0': expected a number from 1 to 100.");
    }

    private static String script(String source, String destination) {
        Reply reply = server.script(source, Map.of("destination", destination));
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return reply.json().path("run_id").asText();
    }

    private static List<String> names(JsonNode graph) {
        return ids(graph, "DATASET").stream()
                .map(id -> id.substring(Math.max(id.lastIndexOf('/'), id.lastIndexOf(':')) + 1))
                .toList();
    }
}
