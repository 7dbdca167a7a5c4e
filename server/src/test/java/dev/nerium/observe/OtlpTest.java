package dev.nerium.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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

        List<Span> spans = spans(trace, "encode");

        Span root = named(spans, "run query");
        assertThat(root.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
        assertThat(root.getParentSpanId().isEmpty()).isTrue();
        assertThat(OtlpReceiver.hex(root.getSpanId())).isEqualTo(trace.substring(16));
        assertThat(texts(root)).contains("db.query.text=SELECT species FROM f WHERE petal_length > 6");
        assertThat(spans).extracting(Span::getName).contains("resolve", "queue", "sandbox", "execute");
        Span execute = named(spans, "execute");
        assertThat(execute.getParentSpanId()).isEqualTo(root.getSpanId());
        assertThat(named(spans, "plan oleander.default.flowers").getParentSpanId())
                .isEqualTo(execute.getSpanId());
    }

    @Test
    void thePhasesLieWithinTheRun() {
        Reply reply = server.script(
                "result = scan('default.flowers')", Map.of("destination", "otlp.flowers", "saveMode", "overwrite"));
        List<Span> spans = spans(reply.json().path("run_id").asText().replace("-", ""), "commit");
        Span root = named(spans, "run script");

        assertThat(spans).filteredOn(span -> !span.getName().equals("encode")).allSatisfy(span -> {
            assertThat(span.getStartTimeUnixNano()).isBetween(root.getStartTimeUnixNano(), root.getEndTimeUnixNano());
            assertThat(span.getEndTimeUnixNano()).isBetween(span.getStartTimeUnixNano(), root.getEndTimeUnixNano());
        });
    }

    @Test
    void aRunIsPartOfItsClientsTrace() {
        Reply reply = send("00-" + TRACE + "-" + CALLER + "-01");
        String run = reply.json().path("run_id").asText().replace("-", "");

        List<Span> spans = spans(TRACE, "encode");

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
                        spans -> spans.stream().anyMatch(span -> span.getName().equals(last)));
    }

    private static Span named(List<Span> spans, String name) {
        return spans.stream()
                .filter(span -> span.getName().equals(name))
                .findAny()
                .orElseThrow();
    }

    private static List<String> texts(Span span) {
        return span.getAttributesList().stream()
                .map(attribute ->
                        attribute.getKey() + "=" + attribute.getValue().getStringValue())
                .toList();
    }
}
