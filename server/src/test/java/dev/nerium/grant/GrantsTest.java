package dev.nerium.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.auth.Groups;
import dev.nerium.auth.Scope;
import dev.nerium.lake.TestLake;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotParser;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Rights on tables, as keys see them. */
@Tag("server")
@Timeout(120)
class GrantsTest {
    private static final String GRANTS = "/api/v2/grants";
    private static final List<String> RIGHTS = List.of("read", "write", "create", "drop", "manage");

    @TempDir
    static Path data;

    private static TestServer server;
    private static String admin;

    @BeforeAll
    static void start() throws IOException {
        Files.writeString(data.resolve("a.csv"), "a\n1\n");
        // The administrator's worker is kept while other keys have theirs.
        server = TestServer.startEmpty(Map.of("external.locations", data.toString(), "sandbox.pool.size", "3"));
        admin = server.key();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** The tables of a new server, without keys and grants of an earlier test. */
    @BeforeEach
    void reset() {
        server.useKey(admin);
        server.get(GRANTS)
                .json()
                .path("grants")
                .forEach(grant -> server.delete(GRANTS + "/" + grant.path("id").asText()));
        server.get("/api/v2/keys").json().path("keys").forEach(key -> {
            if (!key.path("name").asText().equals("admin")) {
                server.delete("/api/v2/keys/" + key.path("id").asText());
            }
        });
        for (String schema : List.of("sales", "hr", "finance", "lab")) {
            done("DROP SCHEMA IF EXISTS " + schema + " CASCADE");
        }
        done("CREATE TABLE sales.orders AS SELECT 1 AS id, 10 AS price");
        done("CREATE TABLE sales.returns AS SELECT 2 AS id");
        done("CREATE TABLE hr.salaries AS SELECT 3 AS id, 'ann' AS name");
    }

    /** Rights are enforced since the first grant of a server, so a test of the time before it needs a new one. */
    private void startWithoutAnyGrant() throws IOException {
        stop();
        start();
        reset();
    }

    private String key(String name, Scope scope) {
        return server.nerium().keys().create(name, scope, Optional.empty()).text();
    }

    private Reply as(String key, String statement) {
        server.useKey(key);
        return server.statement(statement);
    }

    private void done(String statement) {
        Reply reply = as(admin, statement);
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    }

    private String rows(String key, String statement) {
        Reply reply = as(key, statement);
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return reply.rows();
    }

    private void absent(String key, String statement) {
        Reply reply = as(key, statement);
        assertThat(reply.status()).as(statement + reply.text()).isEqualTo(400);
        assertThat(reply.error()).contains("There is no ");
    }

    private void forbidden(String key, String statement, String right) {
        Reply reply = as(key, statement);
        assertThat(reply.status()).as(statement + reply.text()).isEqualTo(403);
        assertThat(reply.error()).contains("needs the right " + right + " on ");
    }

    @Test
    void aKeyHasItsScopeOnAllTablesUntilTheFirstGrant() throws IOException {
        startWithoutAnyGrant();
        String analyst = key("analyst", Scope.WRITE);
        assertThat(rows(analyst, "SELECT id FROM hr.salaries")).isEqualTo("[[3]]");
        server.useKey(admin);
        assertThat(server.get(GRANTS).text()).isEqualTo("{\"grants\":[],\"enforced\":false}");

        done("GRANT READ ON SCHEMA sales TO KEY analyst");

        assertThat(rows(analyst, "SELECT id FROM sales.orders")).isEqualTo("[[1]]");
        assertThat(as(analyst, "SELECT id FROM hr.salaries").error())
                .isEqualTo(as(analyst, "SELECT id FROM hr.nothing").error().replace("nothing", "salaries"))
                .contains("There is no namespace 'hr' in the catalog 'oleander'");
        assertThat(rows(analyst, "SHOW TABLES"))
                .startsWith("[[\"sales\",\"orders\"],[\"sales\",\"returns\"],[\"telemetry\",")
                .doesNotContain("hr");
        assertThat(rows(admin, "SELECT id FROM hr.salaries")).isEqualTo("[[3]]");
    }

    @Test
    void tablesStayClosedAfterTheLastGrantIsRevoked() {
        String analyst = key("analyst", Scope.READ);
        done("GRANT READ ON ALL CATALOGS TO PUBLIC");
        assertThat(rows(analyst, "SELECT id FROM hr.salaries")).isEqualTo("[[3]]");

        done("REVOKE READ ON ALL CATALOGS FROM PUBLIC");

        absent(analyst, "SELECT id FROM hr.salaries");
        server.useKey(admin);
        assertThat(server.get(GRANTS).text()).isEqualTo("{\"grants\":[],\"enforced\":true}");
        server.restart();
        absent(analyst, "SELECT id FROM hr.salaries");
    }

    @Test
    void eachStatementNeedsItsRight() {
        String cases = """
            read   | SELECT * FROM sales.orders
            read   | SELECT * FROM sales."orders$snapshots"
            read   | DESCRIBE sales.orders
            read   | SHOW CREATE TABLE sales.orders
            read   | SHOW BRANCHES IN TABLE sales.orders
            read   | SHOW TBLPROPERTIES sales.orders
            write  | INSERT INTO sales.orders VALUES (5, 50)
            write  | INSERT OVERWRITE sales.orders SELECT 1 AS id, 10 AS price
            write  | CREATE BRANCH b IN TABLE sales.orders
            write  | INSERT INTO "sales.orders@branch:b" VALUES (6, 60)
            write  | DROP BRANCH b IN TABLE sales.orders
            manage | ALTER TABLE sales.orders ADD COLUMN extra INT
            manage | ALTER TABLE sales.orders SET TBLPROPERTIES ('a' = 'b')
            manage | COMMENT ON TABLE sales.orders IS 'x'
            """;
        Map<String, String> keys = new HashMap<>();
        for (String right : RIGHTS) {
            keys.put(right, key(right, Scope.WRITE));
            done("GRANT " + right + " ON TABLE sales.orders TO KEY \"" + right + "\"");
        }
        cases.lines().map(line -> line.split(" +\\| ", 2)).forEach(one -> {
            String other = RIGHTS.get((RIGHTS.indexOf(one[0]) + 1) % (RIGHTS.size() - 1));
            forbidden(keys.getOrDefault(other, ""), one[1], one[0]);
            rows(keys.getOrDefault(one[0], ""), one[1]);
        });
        for (String statement :
                new String[] {"SELECT * FROM sales.orders", "INSERT INTO sales.orders (id) VALUES (1)"}) {
            rows(keys.getOrDefault("manage", ""), statement);
        }
    }

    @Test
    void changesOfRowsByAConditionAlsoRead() {
        String writer = key("writer", Scope.WRITE);
        done("GRANT WRITE ON TABLE sales.orders TO KEY writer");
        done("GRANT READ ON TABLE sales.returns TO KEY writer");
        String[] statements = {
            "UPDATE sales.orders SET price = 11 WHERE id = 1",
            "DELETE FROM sales.orders WHERE id = 9",
            "MERGE INTO sales.orders AS t USING sales.returns AS s ON t.id = s.id WHEN NOT MATCHED THEN INSERT (id, price) VALUES (s.id, 0)",
            "INSERT INTO sales.orders SELECT id, price FROM sales.orders",
            "TRUNCATE TABLE sales.orders"
        };
        for (String statement : statements) {
            forbidden(writer, statement, "read");
        }
        assertThat(rows(admin, "SELECT id, price FROM sales.orders")).isEqualTo("[[1,10]]");

        done("GRANT READ ON TABLE sales.orders TO KEY writer");

        for (String statement : statements) {
            rows(writer, statement);
        }
        assertThat(rows(admin, "SELECT count(*) FROM sales.orders")).isEqualTo("[[0]]");
    }

    @Test
    void newTablesAreForKeysWithCreate() {
        String maker = key("maker", Scope.WRITE);
        done("GRANT CREATE ON SCHEMA sales TO KEY maker");
        done("GRANT CREATE ON TABLE lab.one TO KEY maker");

        rows(maker, "CREATE TABLE sales.new AS SELECT 1 AS a");
        rows(maker, "CREATE TABLE sales.empty (a INT)");
        rows(maker, "CREATE VIEW sales.shown AS SELECT 1 AS a");
        forbidden(maker, "CREATE OR REPLACE TABLE sales.orders (a INT)", "drop");
        forbidden(maker, "CREATE OR REPLACE TABLE sales.orders AS SELECT 1 AS a", "write");
        forbidden(maker, "CREATE OR REPLACE VIEW sales.shown AS SELECT 2 AS a", "drop");
        forbidden(maker, "CREATE TABLE hr.new AS SELECT 1 AS a", "write or create");
        forbidden(maker, "CREATE TABLE hr.new (a INT)", "create");
        forbidden(maker, "CREATE TABLE IF NOT EXISTS hr.salaries (a INT)", "create");
        forbidden(maker, "CREATE TABLE IF NOT EXISTS hr.none (a INT)", "create");
        forbidden(maker, "CREATE SCHEMA other", "create");
        // The schema would be made with it.
        forbidden(maker, "CREATE TABLE lab.one AS SELECT 1 AS a", "create");
        forbidden(maker, "DROP TABLE sales.new", "drop");
        done("GRANT DROP ON SCHEMA sales TO KEY maker");
        rows(maker, "DROP TABLE sales.new");
        // Else its rows would be read under the new name.
        forbidden(maker, "ALTER TABLE sales.orders RENAME TO sales.moved", "manage");
        done("GRANT MANAGE ON TABLE sales.orders TO KEY maker");
        forbidden(maker, "ALTER TABLE sales.orders RENAME TO hr.moved", "create");
        forbidden(maker, "ALTER TABLE sales.orders RENAME TO lab.one", "create");
        rows(maker, "ALTER TABLE sales.orders RENAME TO sales.moved");
        assertThat(rows(admin, "SELECT count(*) FROM sales.moved")).isEqualTo("[[1]]");
    }

    @Test
    void ifExistsOfATableThatIsNotSeenDoesNothing() {
        String dropper = key("dropper", Scope.WRITE);
        done("GRANT DROP ON SCHEMA sales TO KEY dropper");

        rows(dropper, "DROP TABLE IF EXISTS hr.salaries");
        rows(dropper, "DROP TABLE IF EXISTS hr.none");
        rows(dropper, "ALTER TABLE IF EXISTS hr.salaries DROP COLUMN name");
        rows(dropper, "DROP VIEW IF EXISTS hr.salaries");
        absent(dropper, "DROP TABLE hr.salaries");
        absent(dropper, "ALTER TABLE hr.salaries DROP COLUMN name");
        forbidden(dropper, "DROP SCHEMA hr CASCADE", "drop");
        rows(dropper, "DROP SCHEMA IF EXISTS hr CASCADE");
        assertThat(rows(admin, "SELECT id, name FROM hr.salaries")).isEqualTo("[[3,\"ann\"]]");

        rows(dropper, "DROP SCHEMA sales CASCADE");

        absent(admin, "SELECT * FROM sales.orders");
    }

    @Test
    void aViewNeedsRightsOnItsTablesToo() {
        String analyst = key("analyst", Scope.READ);
        done("CREATE VIEW sales.pay AS SELECT name FROM hr.salaries");
        absent(analyst("analyst", "GRANT READ ON SCHEMA sales TO KEY analyst"), "SELECT * FROM hr.salaries");
        absent(analyst, "SELECT * FROM sales.pay");

        done("GRANT READ ON TABLE hr.salaries TO KEY analyst");
        assertThat(rows(analyst, "SELECT * FROM sales.pay")).isEqualTo("[[\"ann\"]]");

        done("REVOKE READ ON SCHEMA sales FROM KEY analyst");
        absent(analyst, "SELECT * FROM sales.pay");
        absent(analyst, "SHOW CREATE VIEW sales.pay");
        absent(analyst, "DESCRIBE sales.pay");
        assertThat(rows(analyst, "SHOW VIEWS")).isEqualTo("[]");
    }

    private String analyst(String name, String grant) {
        done(grant);
        return server.nerium().keys().rotate(name, Duration.ofHours(1)).text();
    }

    @Test
    void aScriptHasTheRightsOfItsKey() {
        String writer = key("writer", Scope.WRITE);
        done("GRANT READ ON SCHEMA sales TO KEY writer");
        done("GRANT WRITE ON TABLE sales.returns TO KEY writer");
        server.useKey(writer);
        String seen = server.script("""
                        names = [".".join(t) for ns in catalog.list_namespaces() for t in catalog.list_tables(ns) if ns != ("telemetry",)]
                        result = pl.DataFrame({"name": sorted(names)})
                        """).rows();
        assertThat(seen).isEqualTo("[[\"sales.orders\"],[\"sales.returns\"]]");
        for (String source : new String[] {
            "result = scan('hr.salaries').collect()",
            "result = pl.DataFrame({'a': [str(catalog.load_table('hr.salaries'))]})",
            "catalog.drop_table('hr.salaries')\nresult = pl.DataFrame({'a': [1]})",
            "catalog.create_namespace('mine')\nresult = pl.DataFrame({'a': [1]})",
            "catalog.rename_table('sales.returns', 'sales.gone')\nresult = pl.DataFrame({'a': [1]})",
        }) {
            Reply reply = server.script(source);
            assertThat(reply.status()).as(source + reply.text()).isBetween(400, 403);
        }
        assertThat(server.script("result = pl.DataFrame({'id': [8]})", Map.of("destination", "sales.orders"))
                        .status())
                .isEqualTo(403);
        assertThat(server.script(
                                "result = pl.DataFrame({'id': [8]}, schema={'id': pl.Int32})",
                                Map.of("destination", "sales.returns", "saveMode", "append"))
                        .status())
                .isEqualTo(200);
        assertThat(rows(admin, "SELECT count(*) FROM hr.salaries")).isEqualTo("[[1]]");
        assertThat(rows(admin, "SELECT id FROM sales.returns ORDER BY id")).isEqualTo("[[2],[8]]");
    }

    @Test
    void aRevokedRightEndsCachedResultsAndCommitsUnderWay() throws Exception {
        String writer = key("writer", Scope.WRITE);
        done("GRANT READ, WRITE ON SCHEMA sales TO KEY writer");
        for (int i = 0; i < 3; i++) {
            server.useKey(writer);
            assertThat(server.query("SELECT * FROM o", "o=sales.orders").rows()).isEqualTo("[[1,10]]");
        }
        server.useKey(writer);
        UUID run = UUID.fromString("019a0000-0000-7000-8000-000000000001");
        CompletableFuture<Reply> waiting;
        TestServer asWriter = server;
        waiting = CompletableFuture.supplyAsync(
                () -> asWriter.script("""
                print("ready", flush=True)
                while True:
                    try:
                        catalog.list_tables("sales")
                    except Exception:
                        break
                result = pl.DataFrame({"id": [9]}, schema={"id": pl.Int32})
                """, Map.of("destination", "sales.returns", "saveMode", "append"), run));
        while (!server.get("/api/v2/runs/" + run + "/logs").text().contains("ready")) {
            Thread.onSpinWait();
        }

        done("REVOKE READ, WRITE ON SCHEMA sales FROM KEY writer");

        assertThat(waiting.get().status()).as(waiting.get().text()).isEqualTo(403);
        server.useKey(writer);
        assertThat(server.query("SELECT * FROM o", "o=sales.orders").status()).isEqualTo(400);
        assertThat(rows(admin, "SELECT id FROM sales.returns")).isEqualTo("[[2]]");
    }

    @Test
    void groupsAndAllKeysHaveRights() {
        String ann = key("ann", Scope.READ);
        String bob = key("bob", Scope.READ);
        server.nerium().keys().setGroups("ann", Groups.of(List.of("hr", "staff")));
        done("GRANT READ ON SCHEMA hr TO GROUP hr");
        done("GRANT READ ON TABLE sales.orders TO PUBLIC");

        assertThat(rows(ann, "SELECT id FROM hr.salaries")).isEqualTo("[[3]]");
        assertThat(rows(bob, "SELECT id FROM sales.orders")).isEqualTo("[[1]]");
        absent(bob, "SELECT id FROM hr.salaries");

        server.nerium().keys().setGroups("ann", Groups.of(List.of("staff")));

        absent(ann, "SELECT id FROM hr.salaries");
        assertThat(rows(ann, "SELECT id FROM sales.orders")).isEqualTo("[[1]]");
    }

    @Test
    void theWalkThroughOfTwoTeamsWorks() throws IOException {
        String page = Files.readString(Path.of("docs/how-to/README.md"));
        int from = page.indexOf("## … let two teams share one server?");
        int code = page.indexOf("```sql\n", from) + "```sql\n".length();
        String lead = key("sales-lead", Scope.WRITE);
        String sales = key("sales-etl", Scope.WRITE);
        String finance = key("finance-etl", Scope.WRITE);
        server.nerium().keys().setGroups("sales-etl", Groups.of(List.of("sales")));
        server.nerium().keys().setGroups("finance-etl", Groups.of(List.of("finance")));
        done("DROP SCHEMA sales CASCADE");

        page.substring(code, page.indexOf("```", code)).lines().forEach(line -> done(line.replace(";", "")));

        rows(sales, "CREATE TABLE sales.orders AS SELECT 1 AS id");
        rows(finance, "CREATE TABLE finance.totals AS SELECT count(*) AS n FROM sales.orders");
        absent(sales, "SELECT * FROM finance.totals");
        forbidden(finance, "INSERT INTO sales.orders VALUES (2)", "write or create");
        rows(lead, "ALTER TABLE sales.orders ADD COLUMN note VARCHAR");
        rows(lead, "GRANT WRITE ON SCHEMA sales TO GROUP finance");
        rows(finance, "INSERT INTO sales.orders VALUES (2, 'x')");
        assertThat(rows(sales, "SELECT id FROM sales.orders ORDER BY id")).isEqualTo("[[1],[2]]");
    }

    @Test
    void aNewKeyOfTheSameNameHasNoneOfTheRights() {
        key("etl", Scope.READ);
        done("GRANT READ ON ALL CATALOGS TO KEY etl");
        server.nerium().keys().revoke("etl");

        String second = key("etl", Scope.READ);

        absent(second, "SELECT id FROM hr.salaries");
        assertThat(rows(second, "SHOW GRANTS")).isEqualTo("[]");
    }

    @Test
    void aScopeLimitsWhatAKeyDoesWithARight() {
        String reader = key("reader", Scope.READ);
        done("GRANT ALL ON ALL CATALOGS TO KEY reader");

        assertThat(rows(reader, "SELECT id FROM hr.salaries")).isEqualTo("[[3]]");
        for (String statement : new String[] {
            "INSERT INTO sales.returns VALUES (1)", "DROP TABLE hr.salaries", "GRANT READ ON SCHEMA hr TO PUBLIC"
        }) {
            assertThat(as(reader, statement).status()).isEqualTo(403);
        }
    }

    @Test
    void aRefusedWriteDescribesNothing() {
        String ann = key("ann", Scope.WRITE);
        done("GRANT READ ON SCHEMA sales TO KEY ann");
        server.useKey(ann);
        for (String table : new String[] {"hr.salaries", "hr.nothing"}) {
            Reply refused = server.script(
                    "result = pl.DataFrame({'id': [1]})", Map.of("destination", table, "saveMode", "append"));
            assertThat(refused.status()).isEqualTo(403);
            assertThat(outputOf(refused.json().path("run_id").asText()))
                    .contains("oleander." + table)
                    .doesNotContain("schema")
                    .doesNotContain("file:");
        }
    }

    /** The outputs of the last event of a run that failed. */
    private String outputOf(String run) {
        String lineage = "/api/v2/runs/" + run + "/lineage";
        await().until(() -> lastEvent(lineage).path("eventType").asText().equals("FAIL"));
        return lastEvent(lineage).path("outputs").toString();
    }

    private JsonNode lastEvent(String lineage) {
        JsonNode events = server.get(lineage).json().path("events");
        return events.path(events.size() - 1);
    }

    @Test
    void anAppendToANewTableNeedsWriteToo() {
        String ann = key("ann", Scope.WRITE);
        done("GRANT CREATE ON SCHEMA sales TO KEY ann");
        server.useKey(ann);
        String script = "result = pl.DataFrame({'id': [1]})";

        assertThat(server.script(script, Map.of("destination", "sales.later", "saveMode", "append"))
                        .status())
                .isEqualTo(403);
        assertThat(server.script(script, Map.of("destination", "sales.later")).status())
                .isEqualTo(200);
    }

    @Test
    void aTableTakesNoFolderOfAView() {
        String ann = key("ann", Scope.WRITE);
        done("CREATE VIEW sales.shown AS SELECT 1 AS a");
        done("GRANT MANAGE ON TABLE sales.orders TO KEY ann");
        String folder = server.home().resolve("lake/warehouse/sales/shown").toString();
        server.useKey(ann);

        Reply moved = server.post(
                "/iceberg/v1/oleander/namespaces/sales/tables/orders",
                "{\"requirements\": [], \"updates\": [{\"action\": \"set-location\", \"location\": \"%s\"}]}"
                        .formatted(folder));

        assertThat(moved.status()).as(moved.text()).isEqualTo(400);
        assertThat(rows(admin, "SELECT * FROM sales.shown")).isEqualTo("[[1]]");
    }

    @Test
    void aManagerGrantsRightsOnWhatItManages() {
        String lead = key("lead", Scope.WRITE);
        key("ann", Scope.READ);
        done("GRANT MANAGE ON SCHEMA sales TO KEY lead");

        rows(lead, "GRANT READ ON TABLE sales.orders TO KEY ann");
        rows(lead, "GRANT READ, WRITE ON SCHEMA sales TO GROUP staff");
        for (String statement : new String[] {
            "GRANT READ ON SCHEMA hr TO KEY lead",
            "GRANT READ ON CATALOG oleander TO KEY lead",
            "GRANT READ ON ALL CATALOGS TO KEY lead",
            "REVOKE READ ON CATALOG oleander FROM PUBLIC",
            "GRANT READ ON LOCATION '" + data + "' TO KEY lead"
        }) {
            assertThat(as(lead, statement).status()).as(statement).isEqualTo(403);
        }
        assertThat(as(lead, "GRANT READ ON TABLE sales.orders TO KEY amm").error())
                .isEqualTo("There is no key named 'amm'.");
        assertThat(rows(lead, "SHOW GRANTS"))
                .contains("\"key\",\"lead\",\"manage\",\"schema\",\"oleander.sales\",\"admin\"")
                .contains("\"key\",\"ann\",\"read\",\"table\",\"oleander.sales.orders\",\"lead\"")
                .contains("\"group\",\"staff\",\"write\",\"schema\",\"oleander.sales\",\"lead\"");
        rows(lead, "REVOKE READ ON TABLE sales.orders FROM KEY ann");
        assertThat(rows(admin, "SHOW GRANTS FOR KEY ann")).isEqualTo("[]");
        // The first grant ever is an admin's.
        assertThat(as(admin, "GRANT READ ON TABLE sales.orders TO KEY anm").error())
                .isEqualTo("There is no key named 'anm'. Did you mean 'ann'?");
    }

    @Test
    void filesOfALocationNeedARight() throws IOException {
        startWithoutAnyGrant();
        String reader = key("reader", Scope.READ);
        String query = "SELECT * FROM read_csv('" + data + "/a.csv')";
        assertThat(rows(reader, query)).isEqualTo("[[1]]");
        done("GRANT READ ON SCHEMA sales TO KEY reader");

        Reply refused = as(reader, query);
        assertThat(refused.status()).isEqualTo(400);
        assertThat(as(reader, query.replace("a.csv", "none.csv")).error())
                .isEqualTo(refused.error().replace("a.csv", "none.csv"));
        assertThat(as(reader, query.replace("a.csv", "*.csv")).status()).isEqualTo(400);

        done("GRANT READ ON LOCATION '" + data + "' TO KEY reader");

        assertThat(rows(reader, query)).isEqualTo("[[1]]");
        assertThat(as(admin, "GRANT READ ON LOCATION '/etc' TO KEY reader").error())
                .contains("location is '/etc': expected a folder of external.locations");
        assertThat(as(admin, "GRANT WRITE ON LOCATION '" + data + "' TO KEY reader")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void lineageAndRunsShowOnlyWhatAKeySees() {
        String ann = key("ann", Scope.READ);
        done("CREATE TABLE hr.totals AS SELECT count(*) AS n FROM hr.salaries");
        done("CREATE TABLE sales.bonus AS SELECT n FROM hr.totals");
        done("CREATE TABLE sales.report AS SELECT n FROM sales.bonus");
        done("GRANT READ ON SCHEMA sales TO KEY ann");
        server.useKey(ann);

        String graph = graph("sales.report");
        assertThat(graph).contains("sales.bonus").contains("sales.report").doesNotContain("hr.");
        assertThat(server.get("/api/v1/lineage/graph?table=hr.salaries").text())
                .isEqualTo(server.get("/api/v1/lineage/graph?table=hr.nothing")
                        .text()
                        .replace("nothing", "salaries"))
                .contains("TABLE_NOT_FOUND");
        assertThat(server.get("/api/v2/runs?limit=500").text())
                .contains("sales.bonus")
                .doesNotContain("hr.");
        assertThat(server.get("/api/v2/runs?destination=oleander.hr.totals")
                        .json()
                        .path("runs"))
                .isEmpty();
        assertThat(as(ann, "SELECT * FROM telemetry.tables").status()).isEqualTo(403);
        server.useKey(admin);
        assertThat(graph("sales.report")).contains("hr.salaries");
    }

    /** The observers write the edges after the run. */
    private String graph(String table) {
        Reply reply;
        do {
            reply = server.get("/api/v1/lineage/graph?columns=true&table=" + table);
        } while (reply.status() == 404 || !reply.text().contains("sales.bonus"));
        return reply.text();
    }

    @Test
    void aCommitOfAnotherEngineNamesNoFileOfATableThatTheKeyDoesNotRead() throws IOException {
        String writer = key("writer", Scope.WRITE);
        done("CREATE TABLE sales.copy (id INT, name VARCHAR)");
        done("GRANT MANAGE ON SCHEMA sales TO KEY writer");
        String commit;
        try (JdbcCatalog catalog = TestLake.careless(server.home())) {
            Table hidden = catalog.loadTable(TableIdentifier.of("hr", "salaries"));
            Table mine = catalog.loadTable(TableIdentifier.of("sales", "copy"));
            try (CloseableIterable<FileScanTask> files = hidden.newScan().planFiles()) {
                DataFile file = files.iterator().next().file();
                Snapshot snapshot = mine.newFastAppend().appendFile(file).apply();
                commit = """
                        {"requirements": [], "updates": [{"action": "add-snapshot", "snapshot": %s},
                         {"action": "set-snapshot-ref", "ref-name": "main", "type": "branch", "snapshot-id": %d}]}
                        """.formatted(SnapshotParser.toJson(snapshot), snapshot.snapshotId());
            }
        }
        server.useKey(writer);

        Reply reply = server.post("/iceberg/v1/oleander/namespaces/sales/tables/copy", commit);

        assertThat(reply.status()).as(reply.text()).isEqualTo(400);
        assertThat(reply.text())
                .contains("file-path is ")
                .contains("a file of another table")
                .doesNotContain("hr.salaries");
        assertThat(rows(writer, "SELECT count(*) FROM sales.copy")).isEqualTo("[[0]]");
    }

    @Test
    void keysOfTheAccountOfTheServerAreNotRestricted() {
        done("GRANT READ ON SCHEMA sales TO PUBLIC");
        String local = server.nerium()
                .keys()
                .createLocal("ann", Scope.WRITE, Duration.ofHours(1))
                .text();

        assertThat(rows(local, "SELECT id FROM hr.salaries")).isEqualTo("[[3]]");
        rows(local, "GRANT READ ON SCHEMA hr TO GROUP hr");
    }

    @Test
    void grantsOverHttpAreThoseOfStatements() {
        key("etl", Scope.WRITE);
        server.useKey(admin);
        Reply created = server.post(
                GRANTS,
                "{\"rights\": [\"write\", \"read\"], \"on\": {\"catalog\": \"oleander\", \"namespace\": \"sales\"}, \"to\": {\"key\": \"etl\"}}");
        assertThat(created.status()).as(created.text()).isEqualTo(201);
        assertThat(server.post(
                                GRANTS,
                                "{\"rights\": [\"read\"], \"on\": {\"catalog\": \"oleander\", \"namespace\": \"sales\"}, \"to\": {\"key\": \"etl\"}}")
                        .json()
                        .at("/grants/0/id"))
                .isEqualTo(created.json().at("/grants/0/id"));

        assertThat(rows(admin, "SHOW GRANTS"))
                .contains("\"key\",\"etl\",\"read\",\"schema\",\"oleander.sales\",\"admin\"")
                .contains("\"key\",\"etl\",\"write\",\"schema\",\"oleander.sales\",\"admin\"");
        JsonNode first = server.get(GRANTS + "?key=etl").json().at("/grants/0");
        assertThat(first.path("on").toString()).isEqualTo("{\"catalog\":\"oleander\",\"namespace\":\"sales\"}");
        assertThat(server.delete(GRANTS + "/" + first.path("id").asText()).json())
                .isEqualTo(first);
        assertThat(server.delete(GRANTS + "/" + first.path("id").asText()).status())
                .isEqualTo(404);
        assertThat(server.get(GRANTS + "?key=etl").json().path("grants")).hasSize(1);
        assertThat(server.get(GRANTS + "?group=etl").json().path("grants")).isEmpty();
        assertThat(server.get(GRANTS + "?table=sales.orders").json().path("grants"))
                .isEmpty();
    }

    @Test
    void wrongFieldsAreNamed() {
        String cases = """
                {}                                                     | to is missing: expected {"key": "etl"}, {"group": "analysts"} or {"public": true}.
                {"to": "etl"}                                          | to is "etl": expected {"key": "etl"}, {"group": "analysts"} or {"public": true}.
                {"to": {}}                                             | to is empty: expected {"key": "etl"}, {"group": "analysts"} or {"public": true}.
                {"to": {"key": "a", "group": "b"}}                     | to name more than one: send a key, a group or public.
                {"to": {"keys": "a"}}                                  | The field 'keys' is not known: choose key, group, public. Did you mean 'key'?
                {"to": {"public": true}}                               | on is missing: expected {"catalog": "main", "namespace": "sales", "table": "orders"}, less of it, or {"location": "/data"}.
                {"to": {"public": true}, "on": {"table": "t"}}         | on.table is 't' and on.namespace is missing: a name is in the one above it.
                {"to": {"public": true}, "on": {"catalog": ""}}        | on.catalog is empty: send a name, or leave it out for all.
                {"to": {"public": true}, "on": {"catalog": "c", "location": "/x"}} | on has location and names of tables: send one of them.
                {"to": {"public": true}, "on": {}}                     | rights is missing: choose from read, write, create, drop, manage.
                {"to": {"public": true}, "on": {}, "rights": []}       | rights is []: expected a list of read, write, create, drop, manage.
                {"to": {"public": true}, "on": {}, "rights": ["all"]}  | rights is "all": expected one of read, write, create, drop, manage.
                {"to": {"group": "a b"}, "on": {}, "rights": ["read"]} | group is 'a b': expected 1 to 64 letters, digits, dots, dashes or underscores.
                {"to": {"key": "x"}, "on": {}, "right": ["read"]}      | The field 'right' is not known: choose rights, on, to. Did you mean 'rights'?
                """;
        server.useKey(admin);
        String before = server.get(GRANTS).text();
        cases.lines().map(line -> line.split(" +\\| ", 2)).forEach(one -> {
            Reply reply = server.post(GRANTS, one[0]);
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.error()).isEqualTo(one[1]);
        });
        assertThat(server.get(GRANTS).text()).isEqualTo(before).contains("\"grants\":[]");
        assertThat(server.get(GRANTS + "?kee=a").status()).isEqualTo(400);
        List<String> statements = Arrays.asList(
                "GRANT READ ON sales.orders",
                "GRANT FLY ON sales.orders TO PUBLIC",
                "GRANT INSERT ON sales.orders TO PUBLIC",
                "GRANT READ ON sales.orders TO etl",
                "GRANT READ ON sales.orders TO PUBLIC WITH GRANT OPTION",
                "REVOKE READ ON sales.orders TO PUBLIC",
                "SHOW GRANTS ON");
        statements.forEach(statement ->
                assertThat(as(admin, statement).error()).as(statement).contains("Line 1: "));
    }
}
