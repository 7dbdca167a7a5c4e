package dev.nerium.owner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.auth.Scope;
import dev.nerium.run.RunIds;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Events that clients report are theirs, are marked as theirs, and are never those of Nerium's own runs. */
@Tag("server")
class ReportedEventsTest {
    private static final String EVENTS = "/api/v1/events?start=0&end=99999999999&limit=1000";
    private static final RunIds IDS = new RunIds(Clock.systemUTC());

    private static TestServer server;
    private static String admin;
    private static String owner;
    private static String forger;
    private static String run;

    @BeforeAll
    static void start() {
        server = TestServer.start();
        admin = server.key();
        forger = server.useKey("forger", Scope.WRITE);
        owner = server.useKey("owner", Scope.WRITE);
        run = server.script(
                        "result = scan('default.flowers').select(long=pl.col('petal_length') * 10)",
                        Map.of("destination", "default.derived"))
                .json()
                .path("run_id")
                .asText();
        await().until(
                        () -> server.get("/api/v2/runs/" + run + "/lineage").text(),
                        text -> text.contains("\"COMPLETE\""));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void asAdmin() {
        server.useKey(admin);
    }

    private static Reply report(String key, String runId, String job, String producer) {
        server.useKey(key);
        try {
            String derived =
                    server.home().resolve("lake/warehouse/default/derived").toString();
            return server.post("/api/v1/lineage", """
                    {"eventType": "COMPLETE", "eventTime": "2026-11-01T12:00:00Z", "producer": "%s",
                     "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
                     "run": {"runId": "%s"},
                     "job": {%s, "facets": {"jobType": {"integration": "NERIUM"}}},
                     "inputs": [{"namespace": "forged", "name": "source"}],
                     "outputs": [{"namespace": "file", "name": "%s"}]}
                    """.formatted(producer, runId, job, derived));
        } finally {
            server.useKey(admin);
        }
    }

    private static String ownJob() {
        return "\"namespace\": \"nerium\", \"name\": \"script.oleander.default.derived\"";
    }

    private static String job(String name) {
        return "\"namespace\": \"elsewhere\", \"name\": \"" + name + "\"";
    }

    @ParameterizedTest
    @ValueSource(strings = {"owner", "forger", "admin"})
    void anEventOfANeriumRunIsRefused(String who) {
        String key = Objects.requireNonNull(
                Map.of("owner", owner, "forger", forger, "admin", admin).get(who));

        Reply reply = report(key, run, ownJob(), "urn:nerium:0.1.0");
        Reply upper = report(key, run.toUpperCase(Locale.ROOT), job("x"), "urn:nerium:0.1.0");

        assertThat(reply.status()).isEqualTo(403);
        assertThat(reply.error())
                .isEqualTo(
                        "run.runId is '" + run + "', a run of this server, which reports its own runs by itself: send"
                                + " events of other runs. A run that belongs to it names it in the parent facet.");
        assertThat(upper.status()).isEqualTo(403);
        assertThat(server.get("/api/v2/runs/" + run + "/lineage").text()).doesNotContain("forged");
    }

    @Test
    void anEventThatCameBeforeTheRunIsNotItsLineage() {
        UUID id = IDS.next();
        assertThat(report(forger, id.toString(), job("early"), "urn:nerium:0.1.0")
                        .status())
                .isEqualTo(200);
        server.useKey(forger);
        assertThat(server.script("result = scan('default.flowers')", Map.of(), id)
                        .status())
                .isEqualTo(200);
        server.useKey(admin);

        String path = "/api/v2/runs/" + id + "/lineage";
        await().until(() -> server.get(path).text(), text -> text.contains("COMPLETE"));

        assertThat(server.get(path).text()).doesNotContain("forged");
    }

    @Test
    void anEventIsMarkedWhoeverItSaysMadeIt() {
        String id = IDS.next().toString();
        report(forger, id, job("marked"), "urn:nerium:0.1.0");

        JsonNode forged = server.get(EVENTS + "&run_id=" + id).json();
        JsonNode own = server.get(EVENTS + "&run_id=" + run).json();

        assertThat(forged)
                .extracting(event -> event.path("reported").asBoolean())
                .containsExactly(true);
        assertThat(own)
                .hasSize(2)
                .extracting(event -> event.path("reported").asBoolean())
                .containsOnly(false);
    }

    @Test
    void anEventIsListedToWhoeverReportedIt() {
        String id = IDS.next().toString();
        report(forger, id, job("listed"), "https://example.org");

        server.useKey(forger);
        JsonNode own = server.get(EVENTS + "&run_id=" + id).json();
        server.useKey(owner);
        JsonNode others = server.get(EVENTS + "&run_id=" + id).json();
        JsonNode ofOwner = server.get(EVENTS).json();
        server.useKey(admin);

        assertThat(own).hasSize(1);
        assertThat(others).isEmpty();
        assertThat(ofOwner)
                .isNotEmpty()
                .allMatch(event -> !event.path("reported").asBoolean());
        assertThat(server.get(EVENTS + "&run_id=" + id).json()).hasSize(1);
    }

    @Test
    void theGraphKeepsWhatNeriumDidApartFromWhatIsSaid() {
        String id = IDS.next().toString();
        report(forger, id, ownJob(), "urn:nerium:0.1.0");
        report(forger, IDS.next().toString(), job("graph"), "https://example.org");

        JsonNode graph = server.get("/api/v1/lineage/graph?table=default.derived&depth=1")
                .json();

        List<JsonNode> written = edgesTo(graph, "job:nerium:script.oleander.default.derived");
        assertThat(written).isNotEmpty().allSatisfy(edge -> {
            boolean forged = edge.path("from").asText().contains("forged");
            assertThat(edge.path("reported").asBoolean()).isEqualTo(forged);
            if (!forged) {
                assertThat(edge.path("last_run").asText()).isEqualTo(run);
            }
        });
        assertThat(node(graph, "job:nerium:script.oleander.default.derived")
                        .path("reported")
                        .asBoolean())
                .isFalse();
        assertThat(node(graph, "job:elsewhere:graph").path("reported").asBoolean())
                .isTrue();
    }

    @Test
    void anotherKeySeesTheTablesOfAGraphAndNothingOfItsJobs() {
        String path = "/api/v1/lineage/graph?table=default.derived&direction=upstream&columns=true";
        server.useKey(owner);
        JsonNode own = server.get(path).json();
        server.useKey(forger);
        report(forger, IDS.next().toString(), job("mine"), "https://example.org");
        server.useKey(forger);
        JsonNode other = server.get(path).json();
        server.useKey(admin);

        assertThat(own.path("columns"))
                .extracting(edge -> edge.at("/to/field").asText())
                .contains("long");
        assertThat(other.path("columns")).isEmpty();
        assertThat(other.toString()).contains("default/flowers", run, "job:elsewhere:mine", "job::job-1");
        assertThat(own.toString()).contains("job:nerium:script.oleander.default.derived");
    }

    @Test
    void aRunOfOthersMayNameANeriumRunAsItsParent() {
        server.useKey(forger);
        Reply child = server.post("/api/v1/lineage", """
                {"eventTime": "2026-11-01T12:00:00Z", "producer": "p", "job": {"namespace": "elsewhere", "name": "child"},
                 "run": {"runId": "%s", "facets": {"parent": {"run": {"runId": "%s"}, "job": {"namespace": "n", "name": "j"}}}}}
                """.formatted(IDS.next(), run));

        assertThat(child.status()).as(child.text()).isEqualTo(200);
    }

    private static List<JsonNode> edgesTo(JsonNode graph, String job) {
        return StreamSupport.stream(graph.path("edges").spliterator(), false)
                .filter(edge -> edge.path("from").asText().equals(job)
                        || edge.path("to").asText().equals(job))
                .toList();
    }

    private static JsonNode node(JsonNode graph, String id) {
        return StreamSupport.stream(graph.path("nodes").spliterator(), false)
                .filter(node -> node.path("id").asText().equals(id))
                .findAny()
                .orElseThrow();
    }
}
