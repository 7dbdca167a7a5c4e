package dev.nerium.owner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.auth.Scope;
import dev.nerium.config.NeriumConfig;
import dev.nerium.lake.Lake;
import dev.nerium.lake.io.Relocation;
import dev.nerium.lake.system.SystemTable;
import dev.nerium.owner.OwnedRuns.Secret;
import dev.nerium.owner.OwnedRuns.Who;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The tables of the namespace telemetry show a key the rows of its own runs, by whichever way they are read. */
@Tag("server")
@Timeout(120)
class TelemetryOwnerTest {
    /** Sends all that a worker can read of its folder with the rows, while they are read. */
    private static final String SPY = """
            import os
            def spy(frame):
                seen = [str(frame.to_dicts())]
                for folder, _, files in os.walk('/job'):
                    for name in files:
                        path = os.path.join(folder, name)
                        try:
                            seen.append(str(pl.read_parquet(path, glob=False).to_dicts()))
                        except Exception:
                            seen.append(str(open(path, 'rb').read()))
                return pl.DataFrame({'seen': ['\\n'.join(seen)]})
            result = scan('telemetry.%s').map_batches(spy, schema={'seen': pl.String})
            """;

    private static OwnedRuns runs;
    private static String snapshot;
    private static String metadata;
    private static String ownerKey;

    @BeforeAll
    static void start() {
        runs = new OwnedRuns();
        JsonNode table = runs.get(Who.ADMIN, "/iceberg/v1/oleander/namespaces/telemetry/tables/logs")
                .json();
        metadata = table.path("metadata-location").asText();
        snapshot = table.at("/metadata/current-snapshot-id").asText();
        ownerKey = runs.key(Who.OWNER).split("_", -1)[1];
    }

    @AfterAll
    static void stop() {
        runs.close();
    }

    static Stream<Arguments> queries() {
        return Stream.of(
                Arguments.of("SELECT * FROM l", "l=telemetry.logs"),
                Arguments.of("SELECT * FROM t", "t=telemetry.traces"),
                Arguments.of("SELECT * FROM e", "e=telemetry.run_events"),
                Arguments.of("SELECT body FROM l", "l=oleander.telemetry.logs"),
                Arguments.of("SELECT body FROM l", "l=\"telemetry\".\"logs\""),
                Arguments.of("SELECT body FROM logs", "telemetry.logs"),
                Arguments.of("SELECT * FROM l WHERE key_id = 'OWNER'", "l=telemetry.logs"),
                Arguments.of("SELECT * FROM l WHERE key_id <> 'x' OR 1 = 1", "l=telemetry.logs"),
                Arguments.of("SELECT * FROM l WHERE key_id IS NOT NULL LIMIT 1000", "l=telemetry.logs"),
                Arguments.of("SELECT * FROM l ORDER BY time LIMIT 1000", "l=telemetry.logs"),
                Arguments.of("SELECT body, count(*) AS n FROM l GROUP BY body", "l=telemetry.logs"),
                Arguments.of("WITH a AS (SELECT * FROM l) SELECT * FROM a", "l=telemetry.logs"),
                Arguments.of(
                        "SELECT body FROM l UNION ALL SELECT span_attributes FROM t",
                        "l=telemetry.logs,t=telemetry.traces"),
                Arguments.of(
                        "SELECT l.body, t.span_attributes FROM l JOIN t ON l.trace_id = t.trace_id",
                        "l=telemetry.logs,t=telemetry.traces"),
                Arguments.of("SELECT a.body, b.body FROM a CROSS JOIN b", "a=telemetry.logs,b=telemetry.logs"),
                Arguments.of("SELECT body FROM l", "l=telemetry.logs@SNAPSHOT"),
                Arguments.of("SELECT body FROM l", "l=telemetry.logs@2999-01-01T00:00:00Z"),
                Arguments.of("SELECT body FROM l", "l=telemetry.logs@branch:main"));
    }

    private static String named(String text) {
        return text.replace("SNAPSHOT", snapshot).replace("OWNER", ownerKey);
    }

    @ParameterizedTest
    @MethodSource("queries")
    void aQueryShowsNoRowsOfAnotherKey(String sql, String tables) {
        Reply reply = runs.query(Who.READER, named(sql), named(tables).split(",", -1));

        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(OwnedRuns.secretsIn(reply.text())).as(reply.text()).isEmpty();
        Reply all = runs.query(Who.ADMIN, named(sql), named(tables).split(",", -1));
        assertThat(OwnedRuns.secretsIn(all.text())).as(all.text()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"logs", "traces", "run_events"})
    void aKeyCountsItsOwnRows(String table) {
        String sql = "SELECT count(*) AS n FROM t WHERE key_id = '" + ownerKey + "'";
        String whole = "SELECT count(*) AS n FROM t";

        long own = runs.query(Who.OWNER, whole, "t=telemetry." + table)
                .json()
                .at("/results/rows/0/0")
                .asLong();

        assertThat(own).isPositive();
        assertThat(runs.query(Who.READER, sql, "t=telemetry." + table).rows()).isEqualTo("[[0]]");
        assertThat(runs.query(Who.ADMIN, whole, "t=telemetry." + table)
                        .json()
                        .at("/results/rows/0/0")
                        .asLong())
                .isGreaterThan(own);
    }

    @Test
    void theOwnerSeesItsOwnRowsAndNoneOfOthers() {
        Reply own = runs.query(Who.OWNER, "SELECT body FROM l", "l=telemetry.logs");
        Reply others = runs.query(Who.READER, "SELECT body FROM l", "l=telemetry.logs");

        assertThat(own.text()).contains(Secret.LOG.text()).doesNotContain(OwnedRuns.OF_OTHERS);
        assertThat(others.rows()).isEqualTo("[[\"" + OwnedRuns.OF_OTHERS + "\"]]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "files",
                "data_files",
                "delete_files",
                "entries",
                "manifests",
                "partitions",
                "snapshots",
                "history",
                "refs",
                "metadata_log_entries",
                "all_files",
                "all_data_files",
                "all_entries",
                "all_manifests"
            })
    void metadataTablesAreForAdmins(String view) {
        Reply query = runs.query(Who.READER, "SELECT * FROM f", "f=telemetry.logs$" + view);

        assertThat(query.status()).isEqualTo(403);
        assertThat(query.error())
                .isEqualTo("The files and the metadata of telemetry.logs contain rows of all keys: reading them needs"
                        + " the scope admin. Read its rows instead, with a query or scan(\"telemetry.logs\"): you see the"
                        + " rows of your own runs.");
        assertThat(OwnedRuns.secretsIn(query.text())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"logs", "traces", "run_events"})
    void aScriptHasNoFilesOfAnotherKey(String table) {
        Reply reply = runs.script(Who.READER, SPY.formatted(table), Map.of());

        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(reply.text()).contains("key_id");
        assertThat(OwnedRuns.secretsIn(reply.text())).as(reply.text()).isEmpty();
        assertThat(OwnedRuns.secretsIn(
                        runs.script(Who.ADMIN, SPY.formatted(table), Map.of()).text()))
                .isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "str(catalog.load_table('telemetry.logs').metadata)",
                "str(scan('telemetry.logs$files'))",
                "catalog._session.get(catalog.uri + '/v1/oleander/namespaces/telemetry/tables/logs').text",
                "catalog._session.post(catalog.uri + '/v1/oleander/namespaces/telemetry/tables/logs/plan', json={}).text",
                "str(catalog.register_table('default.mine', 'METADATA'))",
                "str(catalog.rename_table('telemetry.logs', 'default.mine'))",
            })
    void theCatalogOfAScriptLeadsToNoFiles(String expression) {
        Reply reply = runs.script(
                Who.WRITER,
                "result = pl.DataFrame({'a': [" + expression.replace("METADATA", metadata) + "]})",
                Map.of());

        assertThat(OwnedRuns.secretsIn(reply.text())).as(reply.text()).isEmpty();
        assertThat(reply.text()).doesNotContain("current-snapshot", "current_snapshot", "file-path", ".parquet\"");
    }

    @Test
    void aTableThatAScriptMakesOfThemHasItsOwnRowsOnly() {
        Reply saved = runs.script(
                Who.WRITER, "result = scan('telemetry.logs')", Map.of("destination", "default.copied_logs"));

        assertThat(saved.status()).as(saved.text()).isEqualTo(200);
        Reply copied = runs.query(Who.ADMIN, "SELECT * FROM c", "c=default.copied_logs");
        assertThat(copied.text()).contains(OwnedRuns.OF_OTHERS);
        assertThat(OwnedRuns.secretsIn(copied.text())).isEmpty();
    }

    @Test
    void noTableMayHaveTheirFiles() {
        String folder = metadata.substring(0, metadata.indexOf("/telemetry/")) + "/telemetry/logs";
        Reply registered = runs.post(
                Who.WRITER,
                "/iceberg/v1/oleander/namespaces/default/register",
                "{\"name\": \"mine\", \"metadata-location\": \"" + metadata + "\"}");
        Reply created = runs.post(
                Who.WRITER,
                "/iceberg/v1/oleander/namespaces/default/tables",
                "{\"name\": \"mine\", \"location\": \"" + folder
                        + "\", \"schema\": {\"type\": \"struct\", \"fields\": []}}");

        assertThat(registered.status()).as(registered.text()).isEqualTo(403);
        assertThat(created.status()).as(created.text()).isEqualTo(403);
    }

    /** Its folder would be that of the data files of telemetry.logs, and the removal of its orphans would remove these. */
    @Test
    void noTableLiesInTheirFolders() {
        Reply saved = runs.script(
                Who.WRITER, "result = pl.DataFrame({'a': [1]})", Map.of("destination", "\"telemetry.logs\".data"));
        Reply made =
                runs.post(Who.WRITER, "/iceberg/v1/oleander/namespaces", "{\"namespace\": [\"telemetry\", \"logs\"]}");
        Reply created = runs.post(
                Who.WRITER,
                "/iceberg/v1/oleander/namespaces/telemetry%1Flogs/tables",
                "{\"name\": \"data\", \"schema\": {\"type\": \"struct\", \"fields\": []}}");

        assertThat(saved.status()).as(saved.text()).isEqualTo(403);
        assertThat(made.status()).as(made.text()).isEqualTo(403);
        assertThat(created.status()).as(created.text()).isEqualTo(403);
    }

    @Test
    void anExplanationAndAPlanTellNothingOfAnotherKeysRows() {
        Reply explained = runs.post(
                Who.READER,
                "/api/v1/warehouse/polars",
                "{\"mode\": \"query\", \"query\": \"SELECT body FROM l\", \"tables\": [\"l=telemetry.logs\"],"
                        + " \"explain\": true}");

        assertThat(explained.status()).as(explained.text()).isEqualTo(200);
        assertThat(explained.text()).doesNotContain(ownerKey);
        assertThat(OwnedRuns.secretsIn(explained.text())).isEmpty();
    }

    /** Before rows had owners. */
    @Test
    void rowsOfAnOlderVersionAreForAdmins() {
        Path home = TestServer.newHome();
        NeriumConfig config = NeriumConfig.load(home, Map.of(), Map.of());
        try (Lake lake = new Lake(config.lake(), Map.of(), Relocation.at(home))) {
            SystemTable logs = lake.records("logs", """
                    {"type": "struct", "schema-id": 0, "fields": [
                     {"id": 1, "name": "time", "required": false, "type": "timestamptz"},
                     {"id": 2, "name": "severity", "required": false, "type": "string"},
                     {"id": 3, "name": "trace_id", "required": false, "type": "string"},
                     {"id": 4, "name": "span_id", "required": false, "type": "string"},
                     {"id": 5, "name": "body", "required": false, "type": "string"},
                     {"id": 6, "name": "attributes", "required": false, "type": "string"},
                     {"id": 7, "name": "resource_attributes", "required": false, "type": "string"}]}
                    """, "time");
            logs.append(List.of(Map.of("time", Instant.now(), "body", "zqold7q")), UUID.randomUUID());
        }
        try (TestServer upgraded = TestServer.start(home, Map.of("telemetry.flush-interval", "200ms"))) {
            String admin = upgraded.key();
            Reply before = upgraded.query("SELECT body, key_id FROM l", "l=telemetry.logs");
            String reader = upgraded.useKey("reader", Scope.READ);
            upgraded.script("print('new')\nresult = pl.DataFrame({'a': [1]})");
            await().until(
                            () -> upgraded.query("SELECT body FROM l", "l=telemetry.logs")
                                    .rows(),
                            "[[\"new\"]]"::equals);
            String snapshots = "SELECT snapshot_id FROM s ORDER BY committed_at";
            upgraded.useKey(admin);
            String first = upgraded.query(snapshots, "s=telemetry.logs$snapshots")
                    .json()
                    .at("/results/rows/0/0")
                    .asText();
            Reply all = upgraded.query("SELECT body FROM l ORDER BY body", "l=telemetry.logs");
            upgraded.useKey(reader);
            Reply past = upgraded.query("SELECT body FROM l", "l=telemetry.logs@" + first);

            assertThat(before.rows()).contains("[\"zqold7q\",null]");
            assertThat(all.rows()).contains("zqold7q", "new");
            assertThat(past.rows()).isEqualTo("[]");
        }
    }
}
