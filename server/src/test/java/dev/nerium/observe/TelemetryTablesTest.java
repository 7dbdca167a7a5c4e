package dev.nerium.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.auth.Scope;
import dev.nerium.config.NeriumConfig;
import dev.nerium.interop.Python;
import dev.nerium.lake.Lake;
import dev.nerium.lake.io.Relocation;
import dev.nerium.observe.telemetry.RunEventRow;
import dev.nerium.observe.telemetry.RunEventRow.NamedPart;
import dev.nerium.observe.telemetry.RunEventRow.RunPart;
import dev.nerium.observe.telemetry.TelemetryTables;
import dev.nerium.store.RecurringTasks;
import dev.nerium.store.StateStore;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a user can ask of the server about itself, by SQL. */
@Tag("server")
class TelemetryTablesTest {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start(Map.of("telemetry.flush-interval", "200ms"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aRunIsATrace() {
        Reply reply = server.script(
                "result = scan('default.flowers')", Map.of("destination", "seen.flowers", "saveMode", "overwrite"));
        String run = reply.json().path("run_id").asText();

        JsonNode spans = spans(run, "encode");

        assertThat(names(spans))
                .contains("run script", "resolve", "queue", "sandbox", "execute", "plan")
                .contains("commit", "encode");
    }

    @Test
    void aSpanTellsOfItsScan() {
        String run = server.query("SELECT count(*) FROM f WHERE petal_length > 6", "f=default.flowers")
                .json()
                .path("run_id")
                .asText();
        spans(run, "encode");

        Reply plan = server.query(
                "SELECT p.span_kind, p.status_code, p.span_attributes, e.span_name AS parent"
                        + " FROM t AS p JOIN t AS e ON p.parent_span_id = e.span_id"
                        + " WHERE p.trace_id = '" + run.replace("-", "") + "' AND p.span_name = 'plan'",
                "t=telemetry.traces");

        assertThat(plan.rows()).contains("\"INTERNAL\",\"UNSET\"", "\\\"nerium.files\\\":1", "\"execute\"");
    }

    @Test
    void whatARunPrintsIsLogRecords() {
        String run = server.script("print('one')\nprint('two')\nresult = pl.DataFrame()")
                .json()
                .path("run_id")
                .asText();

        String sql = "SELECT body, severity, span_id FROM l WHERE trace_id = '" + run.replace("-", "")
                + "' ORDER BY attributes";
        String span = run.replace("-", "").substring(16);

        Awaitility.await()
                .untilAsserted(() -> assertThat(
                                server.query(sql, "l=telemetry.logs").rows())
                        .isEqualTo("[[\"one\",\"INFO\",\"%1$s\"],[\"two\",\"INFO\",\"%1$s\"]]".formatted(span)));
    }

    @Test
    void aFailureIsToldInBoth() {
        String run = server.script("raise ValueError('no such thing')")
                .json()
                .path("run_id")
                .asText();
        String where = " WHERE trace_id = '" + run.replace("-", "") + "'";

        Awaitility.await()
                .untilAsserted(() -> assertThat(server.query(
                                        "SELECT body FROM l" + where + " AND severity = 'ERROR'", "l=telemetry.logs")
                                .rows())
                        .contains("ValueError at line 1: no such thing"));
        spans(run, "run script");
        Reply root = server.query(
                "SELECT status_code, span_attributes FROM t" + where + " AND span_name = 'run script'",
                "t=telemetry.traces");
        assertThat(root.rows()).contains("ERROR", "SCRIPT_FAILED", "no such thing");
    }

    @Test
    void nobodyWritesToThem() {
        Reply saved = server.script(
                "result = scan('telemetry.logs')", Map.of("destination", "telemetry.logs", "saveMode", "overwrite"));
        Reply made = server.script("result = pl.DataFrame({'a': [1]})", Map.of("destination", "telemetry.mine"));
        Reply rolledBack = server.post(
                "/api/v2/catalogs/oleander/namespaces/telemetry/tables/logs/rollback", "{\"toSnapshot\": 1}");

        assertThat(saved.status()).isEqualTo(403);
        assertThat(saved.error())
                .isEqualTo("The namespace 'telemetry' is the server's own: its tables can only be read."
                        + " Write to another namespace than in telemetry.logs.");
        assertThat(made.status()).isEqualTo(403);
        assertThat(rolledBack.status()).isEqualTo(403);
    }

    @Test
    void aKeyThatMayOnlyReadReadsThem() {
        try (TestServer fresh = TestServer.start()) {
            fresh.useKey("reader", Scope.READ);

            assertThat(fresh.query("SELECT count(*) FROM t", "t=telemetry.run_events")
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void pyicebergReadsThem() {
        String run = server.query("SELECT count(*) FROM f", "f=default.flowers")
                .json()
                .path("run_id")
                .asText();
        spans(run, "encode");

        JsonNode answer = Python.run(server, "pyiceberg", """
                from pyiceberg.expressions import EqualTo
                table = catalog.load_table("telemetry.traces")
                rows = table.scan(row_filter=EqualTo("trace_id", "%s")).to_arrow().to_pylist()
                root = next(row for row in rows if row["span_name"] == "run query")
                spec = [f"{field.name} {field.transform}" for field in table.spec().fields]
                answer([spec, root["span_kind"], root["end_time"] > root["start_time"]])
                """.formatted(run.replace("-", "")));

        assertThat(answer.toString()).isEqualTo("[[\"start_time_day day\",\"key_id identity\"],\"SERVER\",true]");
    }

    @Test
    void runEventsHaveStructsAndLists() {
        Path home = TestServer.newHome();
        NeriumConfig config = NeriumConfig.load(home, Map.of(), Map.of());
        Instant now = Instant.parse("2026-11-23T07:00:00Z");
        Clock clock = Clock.systemUTC();
        try (StateStore store = StateStore.open(config.store(), home);
                Lake lake = new Lake(config.lake(), Map.of(), Relocation.at(home));
                TelemetryTables tables = TelemetryTables.open(
                        lake, config.telemetry(), new RecurringTasks(store, clock), "one", clock)) {
            tables.add(new RunEventRow(
                    "4f6f1c2d3e4a5b6c",
                    "COMPLETE",
                    now,
                    now.plusMillis(5),
                    "4bf92f3577b34da6a3ce929d0e0e4736",
                    new RunPart("01a206a7-0d3e-74c1-88fd-fe8c28d1c1ac", "{}"),
                    new NamedPart("nerium", "query", "{}"),
                    List.of(new NamedPart("lake", "default.flowers", "{\"schema\":{}}")),
                    List.of()));
        }

        try (TestServer started = TestServer.start(home, Map.of())) {
            Reply events =
                    started.query("SELECT event_type, run, job, inputs, outputs FROM e", "e=telemetry.run_events");

            assertThat(events.json().path("results").path("rows").get(0).toString())
                    .isEqualTo(
                            "[\"COMPLETE\",{\"id\":\"01a206a7-0d3e-74c1-88fd-fe8c28d1c1ac\",\"facets\":\"{}\"},"
                                    + "{\"namespace\":\"nerium\",\"name\":\"query\",\"facets\":\"{}\"},"
                                    + "[{\"namespace\":\"lake\",\"name\":\"default.flowers\",\"facets\":\"{\\\"schema\\\":{}}\"}],[]]");
        }
    }

    @Test
    void theLastRowsSurviveAStop() {
        try (TestServer slow = TestServer.start(Map.of("telemetry.flush-interval", "1h"))) {
            slow.query("SELECT count(*) FROM f", "f=default.flowers");

            slow.restart();

            assertThat(slow.query("SELECT count(*) > 3 FROM t", "t=telemetry.traces")
                            .rows())
                    .isEqualTo("[[true]]");
        }
    }

    /** Of a run, once the last one is there. */
    private static JsonNode spans(String run, String last) {
        String sql = "SELECT span_name, trace_id FROM t WHERE trace_id = '" + run.replace("-", "") + "'";
        return Awaitility.await()
                .until(
                        () -> server.query(sql, "t=telemetry.traces")
                                .json()
                                .path("results")
                                .path("rows"),
                        rows -> names(rows).contains(last));
    }

    private static List<String> names(JsonNode rows) {
        List<String> names = new ArrayList<>();
        rows.forEach(row -> names.add(row.get(0).asText()));
        return names;
    }
}
