package dev.nerium.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.auth.Scope;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an OpenTelemetry collector gets of a run. */
@Tag("server")
class OtlpTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String REFUSED_TRACE = "5cf92f3577b34da6a3ce929d0e0e4737";
    private static final String CALLER = "00f067aa0ba902b7";

    private static final String COUNT = "SELECT count(*) FROM f";
    private static final String FLOWERS = "f=default.flowers";

    private static OtlpReceiver receiver;
    private static TestServer server;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        receiver = OtlpReceiver.start();
        Path headers = Files.writeString(folder.resolve("headers"), "Authorization: Bearer collectors-own\n");
        server = TestServer.start(Map.of(
                "telemetry.otlp.endpoint", receiver.endpoint(), "telemetry.otlp.headers-file", headers.toString()));
    }

    @AfterAll
    static void stop() {
        server.close();
        receiver.close();
    }

    @Test
    void aRunIsOneTraceUnderItsOwnId() {
        Reply reply = server.query("SELECT species FROM f WHERE petal_length > 6", "f=default.flowers");
        String trace = reply.json().path("run_id").asText().replace("-", "");

        List<Span> spans = spans(trace, "run query");

        Span root = named(spans, "run query");
        assertThat(root.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
        assertThat(root.getParentSpanId().isEmpty()).isTrue();
        assertThat(OtlpReceiver.hex(root.getSpanId())).isEqualTo(trace.substring(16));
        assertThat(texts(root)).contains("db.query.text=SELECT species FROM f WHERE petal_length > 6");
        assertThat(spans).extracting(Span::getName).contains("resolve", "queue", "sandbox", "execute");
        Span execute = named(spans, "execute");
        assertThat(execute.getParentSpanId()).isEqualTo(root.getSpanId());
        assertThat(named(spans, "plan").getParentSpanId()).isEqualTo(execute.getSpanId());
        assertThat(texts(named(spans, "plan"))).contains("db.collection.name=oleander.default.flowers");
    }

    @Test
    void theStepsOfARunCoverTheTimeThatItsClientWaits() throws IOException {
        List<Reply> replies = List.of(
                server.query(COUNT, FLOWERS),
                server.query(COUNT, FLOWERS),
                server.query("SELECT nothing FROM f", FLOWERS),
                server.script("result = scan('default.flowers')"),
                server.script("raise ValueError('no')"),
                server.script(
                        "result = scan('default.flowers')",
                        Map.of("destination", "otlp.flowers", "saveMode", "overwrite")),
                server.send(server.request("/api/v1/catalogs/oleander/namespaces/otlp/tables/loaded")
                        .setHeader("Content-Type", "text/csv")
                        .PUT(BodyPublishers.ofString("a,b\n1,2\n"))
                        .build()));

        assertThat(replies).allSatisfy(reply -> {
            String run = reply.json().path("run_id").asText();
            assertCovered(trace(run), "encode");
        });
    }

    @Test
    void theStepsOfARunInTheBackgroundCoverIt() {
        Reply accepted = server.send(server.request("/api/v1/warehouse/polars")
                .header("Prefer", "respond-async")
                .POST(BodyPublishers.ofString("{\"mode\": \"script\", \"script\": \"result = pl.DataFrame()\"}"))
                .build());

        List<Span> spans = assertCovered(trace(accepted.json().path("id").asText()), "finish", "execute");

        assertThat(spans).extracting(Span::getName).doesNotContain("encode");
    }

    /**
     * The root's children follow each other without gaps, and no span ends after its parent.
     *
     * @param last names of the last child; a step of less than 0.5 % of the run has no span
     */
    private static List<Span> assertCovered(String trace, String... last) {
        List<Span> spans = spans(trace, "run ");
        Span root = named(spans, "run ");
        List<Span> steps = spans.stream()
                .filter(span -> span.getParentSpanId().equals(root.getSpanId()))
                .sorted(Comparator.comparingLong(Span::getStartTimeUnixNano))
                .toList();

        for (Span span : spans) {
            spans.stream()
                    .filter(parent -> parent.getSpanId().equals(span.getParentSpanId()))
                    .forEach(parent -> {
                        assertThat(span.getStartTimeUnixNano())
                                .isBetween(parent.getStartTimeUnixNano(), parent.getEndTimeUnixNano());
                        assertThat(span.getEndTimeUnixNano())
                                .isBetween(span.getStartTimeUnixNano(), parent.getEndTimeUnixNano());
                    });
        }
        for (int i = 1; i < steps.size(); i++) {
            assertThat(steps.get(i).getStartTimeUnixNano())
                    .isGreaterThanOrEqualTo(steps.get(i - 1).getEndTimeUnixNano());
        }
        assertThat(steps.getLast().getName()).isIn((Object[]) last);
        assertThat(steps.stream().mapToLong(OtlpTest::nanos).sum()).isGreaterThan(nanos(root) * 95 / 100);
        return spans;
    }

    private static long nanos(Span span) {
        return span.getEndTimeUnixNano() - span.getStartTimeUnixNano();
    }

    @Test
    void aRefusedRequestHasTheTraceOfItsClient() {
        server.useKey("refused", Scope.READ);
        List<HttpRequest> refused = List.of(
                workload("{"),
                workload("{\"mode\": \"query\"}"),
                workload("{\"mode\": \"script\", \"script\": \"result = 1\", \"destination\": \"otlp.no\"}"),
                workload("{\"mode\": \"query\", \"query\": \"SELECT 1 FROM x\", \"tables\": [\"x=otlp.absent\"]}"),
                server.request("/api/v1/catalogs/oleander/namespaces/otlp/tables/refused")
                        .header("traceparent", "00-" + REFUSED_TRACE + "-" + CALLER + "-01")
                        .POST(BodyPublishers.ofString("a\n1\n"))
                        .build(),
                server.request("/api/v2/runs/01a206a7-0d3e-74c1-88fd-fe8c28d1c1ac/replay")
                        .header("traceparent", "00-" + REFUSED_TRACE + "-" + CALLER + "-01")
                        .POST(BodyPublishers.noBody())
                        .build());
        server.useKey("nobody's");
        HttpRequest unauthorized = workload("{}");
        server.useKey("otlp", Scope.ADMIN);

        assertThat(Stream.concat(refused.stream(), Stream.of(unauthorized))).allSatisfy(request -> {
            Reply reply = server.send(request);
            assertThat(reply.status()).isBetween(400, 499);
            assertThat(reply.response().headers().allValues("traceparent"))
                    .singleElement()
                    .asString()
                    .matches("00-" + REFUSED_TRACE + "-(?!" + CALLER + ")[0-9a-f]{16}-0[01]");
        });
    }

    private static HttpRequest workload(String body) {
        return server.request("/api/v1/warehouse/polars")
                .header("traceparent", "00-" + REFUSED_TRACE + "-" + CALLER + "-01")
                .POST(BodyPublishers.ofString(body))
                .build();
    }

    @Test
    void aRunIsPartOfItsClientsTrace() {
        Reply reply = send("00-" + TRACE + "-" + CALLER + "-01");
        String run = reply.json().path("run_id").asText().replace("-", "");

        List<Span> spans = spans(TRACE, "run query");

        assertThat(OtlpReceiver.hex(named(spans, "run query").getParentSpanId()))
                .isEqualTo(CALLER);
        assertThat(reply.response().headers().firstValue("traceparent"))
                .contains("00-" + TRACE + "-" + run.substring(16) + "-01");
    }

    @Test
    void aTraceThatItsClientDoesNotSampleIsNotMade() {
        String unsampled = "11111111111111111111111111111111";
        Reply reply = send("00-" + unsampled + "-" + CALLER + "-00");
        String next =
                server.query(COUNT, FLOWERS).json().path("run_id").asText().replace("-", "");

        spans(next, "encode");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(receiver.spans(unsampled)).isEmpty();
    }

    @Test
    void whatARunPrintsIsLogRecordsOfItsTrace() {
        String trace = server.script("print('hello')\nresult = pl.DataFrame()")
                .json()
                .path("run_id")
                .asText()
                .replace("-", "");

        List<LogRecord> logs = Awaitility.await().until(() -> receiver.logs(trace), records -> !records.isEmpty());

        assertThat(logs).singleElement().satisfies(log -> {
            assertThat(log.getBody().getStringValue()).isEqualTo("hello");
            assertThat(log.getSeverityText()).isEqualTo("INFO");
            assertThat(OtlpReceiver.hex(log.getSpanId())).isEqualTo(trace.substring(16));
        });
    }

    @Test
    void aFailedRunIsAnError() {
        String trace = server.query("SELECT nothing FROM f", "f=default.flowers")
                .json()
                .path("run_id")
                .asText()
                .replace("-", "");

        Span root = named(spans(trace, "run query"), "run query");

        assertThat(root.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_ERROR);
        assertThat(root.getEventsList())
                .singleElement()
                .satisfies(event -> assertThat(event.getName()).isEqualTo("exception"));
        assertThat(texts(root)).contains("error.type=QUERY_FAILED");
    }

    @Test
    void theCollectorGetsItsHeaders() {
        spans(server.query(COUNT, FLOWERS).json().path("run_id").asText().replace("-", ""), "encode");

        assertThat(receiver.authorizations()).containsOnly("Bearer collectors-own");
    }

    @Test
    void runsDoNotCareForACollectorThatRefuses() {
        try (OtlpReceiver refusing = OtlpReceiver.refusing();
                TestServer other = TestServer.start(Map.of("telemetry.otlp.endpoint", refusing.endpoint()))) {
            assertThat(other.query(COUNT, FLOWERS).rows()).isEqualTo("[[150]]");
            Awaitility.await().until(() -> !refusing.bodies().isEmpty());
            assertThat(other.query(COUNT, FLOWERS).rows()).isEqualTo("[[150]]");
        }
    }

    @Test
    void runsDoNotWaitForACollectorThatIsSilent() {
        try (OtlpReceiver silent = OtlpReceiver.silent();
                TestServer other = TestServer.start(Map.of("telemetry.otlp.endpoint", silent.endpoint()))) {
            other.query(COUNT, FLOWERS);
            Awaitility.await().until(() -> !silent.bodies().isEmpty());

            assertThat(other.query(COUNT, FLOWERS).rows()).isEqualTo("[[150]]");
        }
    }

    private static Reply send(String traceparent) {
        return server.send(server.request("/api/v1/warehouse/polars")
                .header("traceparent", traceparent)
                .POST(BodyPublishers.ofString("{'mode': 'query', 'query': '%s', 'tables': ['%s']}"
                        .formatted(COUNT, FLOWERS)
                        .replace('\'', '"')))
                .build());
    }

    /** Of a trace, once the last one came. */
    private static List<Span> spans(String trace, String last) {
        return Awaitility.await()
                .until(
                        () -> receiver.spans(trace),
                        spans -> spans.stream().anyMatch(span -> span.getName().startsWith(last)));
    }

    private static Span named(List<Span> spans, String name) {
        return spans.stream()
                .filter(span -> span.getName().startsWith(name))
                .findAny()
                .orElseThrow();
    }

    private static String trace(String run) {
        return run.replace("-", "");
    }

    private static List<String> texts(Span span) {
        return span.getAttributesList().stream()
                .map(attribute ->
                        attribute.getKey() + "=" + attribute.getValue().getStringValue())
                .toList();
    }
}
