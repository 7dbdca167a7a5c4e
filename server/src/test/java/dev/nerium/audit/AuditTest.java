package dev.nerium.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.ServerProcess;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.auth.Keys;
import dev.nerium.auth.Scope;
import dev.nerium.config.NeriumConfig;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The audit trail: a row for each change, whichever door it takes, and none for reads. */
@Tag("server")
@Timeout(180)
class AuditTest {
    private static final String KEYS = "/api/v2/keys";
    private static final String QUOTA = "/api/v2/quotas/group/loaders";
    private static final String VARIABLES = "/api/v1/environment-variables";
    private static final String TABLE = "/api/v1/catalogs/oleander/namespaces/default/tables/t";
    private static final String MAINTENANCE = "/api/v2/catalogs/oleander/namespaces/default/tables/t";
    private static final String ICEBERG = "/iceberg/v1/oleander/namespaces";

    /** All that the server needs to start and stop. */
    private static final List<String> STARTS = List.of("settings", "key.create admin");

    private Optional<TestServer> open = Optional.empty();

    @AfterEach
    void stop() {
        open.ifPresent(TestServer::close);
    }

    @Test
    void eachDoorLeavesOneRowAndReadsLeaveNone() {
        TestServer server = start(Map.of());
        Reply key = server.post(KEYS, "{\"name\": \"etl\", \"scope\": \"write\"}");
        String id = key.json().path("id").asText();
        server.post(KEYS + "/" + id + "/rotate", "{}");
        put(server, KEYS + "/" + id + "/groups", "{\"groups\": [\"loaders\"]}");
        put(server, QUOTA, "{\"concurrent_runs\": 5}");
        server.delete(QUOTA);
        String grant = server.post(
                        "/api/v2/grants",
                        "{\"rights\": [\"read\"], \"on\": {\"catalog\": \"oleander\", \"namespace\": \"default\"}, \"to\": {\"key\": \"etl\"}}")
                .json()
                .at("/grants/0/id")
                .asText();
        server.delete("/api/v2/grants/" + grant);
        server.statement("GRANT READ ON SCHEMA default TO PUBLIC");
        server.statement("REVOKE READ ON SCHEMA default FROM PUBLIC");
        server.post("/api/v2/session", "");
        server.delete(KEYS + "/" + id);
        String variable = server.post(VARIABLES, "{\"name\": \"token\", \"value\": \"hidden-7\"}")
                .json()
                .path("id")
                .asText();
        put(server, VARIABLES + "/" + variable, "{\"readers\": {\"groups\": [\"etl\"]}}");
        server.delete(VARIABLES + "/" + variable);
        server.script("result = pl.DataFrame({'a': [1, 2]})", Map.of("destination", "default.t"));
        server.script("result = pl.DataFrame({'a': [3]})", Map.of("destination", "default.t", "saveMode", "append"));
        server.statement("INSERT INTO default.t VALUES (4)");
        server.statement("ALTER TABLE default.t ADD COLUMN b BIGINT");
        server.statement("CREATE VIEW default.v AS SELECT a FROM default.t");
        server.statement("DROP VIEW default.v");
        server.statement("CREATE TABLE default.u (a BIGINT)");
        server.statement("DROP TABLE default.u");
        server.send(server.request(TABLE)
                .header("Content-Type", "text/csv")
                .POST(BodyPublishers.ofString("a,b\n5,6\n"))
                .build());
        server.post(TABLE + "/refs", "{\"name\": \"audited\", \"type\": \"tag\"}");
        server.post(MAINTENANCE + "/expire", "{\"dryRun\": true}");
        server.post(MAINTENANCE + "/expire", "{\"retainLast\": 1}");
        server.post(ICEBERG, "{\"namespace\": [\"sales\"]}");
        server.script("catalog.create_namespace('marketing')\nresult = pl.DataFrame({'a': [1]})");
        server.delete(ICEBERG + "/sales");
        server.query("SELECT count(*) AS n FROM t", "t=default.t");
        server.script("result = scan('default.t')");
        server.get(ICEBERG + "/default/tables/t");
        server.statement("SHOW TABLES");

        assertThat(changes(server))
                .containsExactly(
                        "key.create admin",
                        "settings",
                        "key.create etl",
                        "key.rotate etl",
                        "key.groups etl",
                        "quota.set the group 'loaders'",
                        "quota.drop the group 'loaders'",
                        "grant.create SCHEMA oleander.default KEY 'etl'",
                        "grant.revoke SCHEMA oleander.default KEY 'etl'",
                        "grant.create SCHEMA oleander.default PUBLIC",
                        "grant.revoke SCHEMA oleander.default PUBLIC",
                        "login.session admin",
                        "key.revoke etl",
                        "variable.set TOKEN",
                        "variable.set TOKEN",
                        "variable.delete TOKEN",
                        "table.create oleander.default.t",
                        "table.write oleander.default.t",
                        "table.write oleander.default.t",
                        "table.alter oleander.default.t",
                        "view.create oleander.default.v",
                        "view.drop oleander.default.v",
                        "table.create oleander.default.u",
                        "table.drop oleander.default.u",
                        "table.write oleander.default.t",
                        "ref.change oleander.default.t",
                        "table.maintain oleander.default.t",
                        "namespace.create oleander.sales",
                        "namespace.create oleander.marketing",
                        "namespace.drop oleander.sales");
        assertThat(server.query("SELECT DISTINCT outcome FROM a", "a=telemetry.audit")
                        .rows())
                .isEqualTo("[[\"ok\"]]");
    }

    @Test
    void aRowSaysWhoChangedWhatFromWhere() {
        TestServer server = start(Map.of());
        server.send(server.request(VARIABLES)
                .header("X-Request-Id", "r-17")
                .POST(BodyPublishers.ofString("{\"name\": \"A\", \"value\": \"hidden-7\"}"))
                .build());
        String run = server.script("result = pl.DataFrame({'a': [1]})", Map.of("destination", "default.t"))
                .json()
                .path("run_id")
                .asText();
        String keyId = server.get("/api/v2/me").json().path("id").asText();
        server.restart();

        assertThat(server.query(
                                "SELECT actor_id, actor, address, object_kind, object_name, outcome, run_id, request_id, times"
                                        + " FROM a WHERE action IN ('variable.set', 'table.create') ORDER BY time",
                                "a=telemetry.audit")
                        .rows())
                .isEqualTo(
                        "[[\"%1$s\",\"admin\",\"127.0.0.1\",\"variable\",\"A\",\"ok\",null,\"r-17\",1],[\"%1$s\",\"admin\",null,\"table\",\"oleander.default.t\",\"ok\",\"%2$s\",null,1]]"
                                .formatted(keyId, run));
        assertThat(server.query(
                                "SELECT r.table_name FROM a JOIN r ON a.run_id = r.run_id",
                                "a=telemetry.audit",
                                "r=telemetry.table_reads")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void changesThatFailHaveTheirCode() {
        TestServer server = start(Map.of());
        server.post(KEYS, "{\"name\": \"etl\", \"scope\": \"read\"}");
        server.post(KEYS, "{\"name\": \"etl\", \"scope\": \"read\"}");
        server.statement("DROP TABLE default.nothing");
        server.delete(ICEBERG + "/nothing");
        server.restart();

        assertThat(server.query(
                                "SELECT action, outcome, error_code FROM a WHERE outcome <> 'ok' ORDER BY time",
                                "a=telemetry.audit")
                        .rows())
                .isEqualTo("[[\"key.create\",\"failed\",\"KEY_CONFLICT\"],"
                        + "[\"table.drop\",\"failed\",\"UNKNOWN_TABLE\"],"
                        + "[\"namespace.drop\",\"failed\",\"HTTP_404\"]]");
    }

    @Test
    void deniedRequestsAreRecordedUpToALimitAndThenCounted() {
        TestServer server = start(Map.of());
        String admin = server.key();
        server.useKey("reader", Scope.READ);
        for (int i = 0; i < 25; i++) {
            assertThat(server.get(KEYS).status()).isEqualTo(403);
        }
        assertThat(server.statement("DROP TABLE default.flowers").status()).isEqualTo(403);
        assertThat(server.delete(KEYS + "/hidden-7").status()).isEqualTo(403);
        server.useKey("nobody");
        for (int i = 0; i < 5; i++) {
            assertThat(server.get(KEYS).status()).isEqualTo(401);
        }
        server.useKey(admin);
        server.restart();

        assertThat(server.query(
                                "SELECT action, object_name, outcome, actor, count(*) AS n, sum(times) AS times FROM a"
                                        + " WHERE outcome <> 'ok' GROUP BY action, object_name, outcome, actor ORDER BY n DESC, object_name",
                                "a=telemetry.audit")
                        .rows())
                .isEqualTo(
                        "[[\"request.denied\",\"GET /api/v2/keys\",\"denied\",\"reader\",21,25],[\"login.failed\",\"127.0.0.1\",\"failed\",null,2,5],[\"request.denied\",\"DELETE /api/v2/keys/{id}\",\"denied\",\"reader\",1,1],[\"request.denied\",\"POST /api/v1/query\",\"denied\",\"reader\",1,1]]");
    }

    @Test
    void onlyAdminsSeeRowsAndNobodyWritesThem() {
        TestServer server = start(Map.of());
        server.post(VARIABLES, "{\"name\": \"A\", \"value\": \"hidden-7\"}");
        server.restart();
        assertThat(server.statement("DELETE FROM telemetry.audit").status()).isEqualTo(403);
        server.useKey("writer", Scope.WRITE);

        assertThat(server.query("SELECT count(*) AS n FROM a", "a=telemetry.audit")
                        .rows())
                .isEqualTo("[[0]]");
        assertThat(server.script("result = scan('telemetry.audit')").rows()).isEqualTo("[]");
        assertThat(server.query("SELECT * FROM a", "a=telemetry.audit$files").status())
                .isEqualTo(403);
        assertThat(server.get("/iceberg/v1/oleander/namespaces/telemetry/tables/audit")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void aChangeThatCanNotBeRecordedIsNotMade() throws SQLException {
        TestServer server = start(Map.of());
        change(server.home(), "alter table audit_event rename to hidden");

        Reply key = server.post(KEYS, "{\"name\": \"etl\", \"scope\": \"read\"}");
        Reply write = server.script("result = pl.DataFrame({'a': [1]})", Map.of("destination", "default.t"));

        assertThat(key.status()).isEqualTo(503);
        assertThat(write.status()).isEqualTo(503);
        assertThat(server.get(KEYS).text()).doesNotContain("etl");
        assertThat(server.script("result = scan('default.t')").error()).contains("There is no table");
        change(server.home(), "alter table hidden rename to audit_event");
        assertThat(server.post(KEYS, "{\"name\": \"etl\", \"scope\": \"read\"}").status())
                .isEqualTo(201);
    }

    @Test
    void rowsAreKeptLongerThanOtherTelemetry() throws SQLException {
        TestServer server = start(Map.of(
                "telemetry.flush-interval", "100ms",
                "telemetry.maintenance-interval", "300ms",
                "telemetry.retention", "1d",
                "audit.retention", "200d"));
        for (int days : List.of(100, 300)) {
            change(
                    server.home(),
                    "insert into audit_event select '%s', server, process, %d, actor_id, actor, actor_groups, address, action, object_kind, '%s days', 'ok', error_code, run_id, request_id, times, null from (select '%s' as server, '' as process, '' as actor_id, '' as actor, '' as actor_groups, '' as address, 'settings' as action, 'settings' as object_kind, '' as error_code, '' as run_id, '' as request_id, 1 as times)"
                            .formatted(
                                    UUID.randomUUID(),
                                    Instant.now().minus(Duration.ofDays(days)).toEpochMilli() * 1000,
                                    days,
                                    serverId(server)));
        }

        await().until(() -> objects(server).contains("100 days"));
        await().until(() -> !objects(server).contains("300 days"));
        assertThat(objects(server)).contains("100 days");
    }

    @Test
    void withoutTheSettingNothingIsRecorded() {
        TestServer server = start(Map.of("telemetry.audit", "false"));
        server.post(VARIABLES, "{\"name\": \"A\", \"value\": \"hidden-7\"}");
        server.restart();

        assertThat(server.query("SELECT * FROM a", "a=telemetry.audit").error()).contains("telemetry.audit");
    }

    @Test
    void aKilledServerHasTheRowAfterItsRestart() throws Exception {
        Path home = TestServer.newHome();
        String key;
        try (Keys keys = Keys.open(NeriumConfig.load(home, Map.of(), Map.of()))) {
            key = keys.create("test", Scope.ADMIN, Optional.empty()).text();
        }
        Path settings = home.resolve("nerium.yaml");
        Files.writeString(settings, "telemetry:\n  flush-interval: 1h\n");
        try (ServerProcess server = ServerProcess.start(home)) {
            var reply = server.run(
                    key,
                    Map.of(
                            "mode",
                            "script",
                            "script",
                            "result = pl.DataFrame({'a': [1]})",
                            "destination",
                            "default.t"));
            assertThat(reply.status()).isEqualTo(200);
            server.kill();
        }
        Files.delete(settings);
        change(
                home,
                "insert into audit_event select 'x', server, 'killed', at, actor_id, actor, actor_groups, address, 'table.drop', object_kind, 'x', null, error_code, run_id, request_id, times, null from audit_event limit 1");

        try (ServerProcess server = ServerProcess.start(home)) {
            await().atMost(Duration.ofSeconds(60)).until(() -> rows(server, key).contains("table.create ok"));
            assertThat(rows(server, key)).containsOnlyOnce("table.create ok").contains("table.drop unknown");
        }
    }

    private static List<String> rows(ServerProcess server, String key) throws Exception {
        JsonNode rows = server.run(
                        key,
                        Map.of(
                                "mode",
                                "query",
                                "query",
                                "SELECT action, outcome FROM a WHERE object_name <> 'oleander.default.flowers'",
                                "cache",
                                false,
                                "tables",
                                List.of("a=telemetry.audit")))
                .body()
                .path("results")
                .path("rows");
        List<String> texts = new ArrayList<>();
        rows.forEach(row -> texts.add(row.path(0).asText() + " " + row.path(1).asText()));
        return texts;
    }

    private TestServer start(Map<String, String> settings) {
        TestServer server = TestServer.startEmpty(settings);
        open = Optional.of(server);
        return server;
    }

    /** The actions and the names of their objects, in the order of the changes, after the first start. */
    private static List<String> changes(TestServer server) {
        server.restart();
        JsonNode rows = server.query("SELECT action, object_name FROM a ORDER BY time", "a=telemetry.audit")
                .json()
                .path("results")
                .path("rows");
        List<String> changes = new ArrayList<>();
        for (JsonNode row : rows) {
            String action = row.path(0).asText();
            changes.add(
                    action.equals("settings")
                            ? action
                            : action + " " + row.path(1).asText());
        }
        assertThat(changes).containsAll(STARTS);
        return changes;
    }

    private static List<String> objects(TestServer server) {
        JsonNode rows = server.query("SELECT object_name FROM a", "a=telemetry.audit")
                .json()
                .path("results")
                .path("rows");
        List<String> names = new ArrayList<>();
        rows.forEach(row -> names.add(row.path(0).asText()));
        return names;
    }

    private static String serverId(TestServer server) {
        return server.get("/api/v2/status").json().path("server").asText();
    }

    private static Reply put(TestServer server, String path, String body) {
        return server.send(
                server.request(path).PUT(BodyPublishers.ofString(body)).build());
    }

    private static void change(Path home, String sql) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection("jdbc:sqlite:" + home.resolve("state.db") + "?busy_timeout=10000");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
