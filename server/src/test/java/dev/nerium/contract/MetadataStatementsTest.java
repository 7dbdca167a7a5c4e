package dev.nerium.contract;

import static dev.nerium.contract.Requests.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.Statements;
import dev.nerium.TestFiles;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.auth.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Statements about metadata, by {@code POST /api/v1/query}. */
@Tag("server")
class MetadataStatementsTest {
    private static final Pattern EXAMPLES = Pattern.compile("```sql\n(.*?)```", Pattern.DOTALL);
    private static TestServer server;
    private static Statements statements;
    private static Path landing;

    @BeforeAll
    static void start() throws IOException {
        landing = TestFiles.newFolder("landing");
        server = TestServer.start(Map.of(
                "results.cache-bytes",
                "64MiB",
                "telemetry.flush-interval",
                "1s",
                "external.locations",
                landing.toString()));
        statements = new Statements(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void everyExampleOfTheReferencePageRuns() throws IOException {
        Files.writeString(landing.resolve("prices.csv"), "id;price;zip\n1;2,50;01234\n");
        Files.writeString(landing.resolve("orders.ndjson"), "{\"id\": 1}\n{\"id\": 2}\n");
        Files.writeString(landing.resolve("more.json"), "[{\"id\": 3}]");
        statements.done("CREATE TABLE shop.statuses AS SELECT 'open' AS status");
        Files.copy(onlyDataFile("statuses"), landing.resolve("statuses.parquet"));
        statements.done("DROP TABLE shop.statuses");
        String page = Files.readString(Path.of("docs/sql.md")).replace("/data/landing", landing.toString());
        Matcher examples = EXAMPLES.matcher(page);
        int executed = 0;
        while (examples.find()) {
            List<String> each =
                    Pattern.compile(";\n").splitAsStream(examples.group(1)).toList();
            each.forEach(statements::done);
            executed += each.size();
        }
        assertThat(executed).isGreaterThan(50);
    }

    @Test
    void aQueryOfAViewHasTheLineageOfTheViewsTables() {
        statements.done("CREATE TABLE made.under AS SELECT 1 AS a, 2 AS b");
        statements.done("CREATE VIEW made.above AS SELECT b AS c FROM made.under");
        for (int repetition = 0; repetition < 2; repetition++) {
            String run =
                    statements.done("SELECT c FROM made.above").path("run_id").asText();
            JsonNode columns =
                    server.get("/api/v2/runs/" + run + "/lineage").json().path("columns");
            assertThat(columns.at("/fields/0/inputs/0/table").asText()).isEqualTo("oleander.made.under");
            assertThat(columns.at("/fields/0/inputs/0/field").asText()).isEqualTo("b");
        }
        statements.done("DROP VIEW made.above");
        statements.done("DROP TABLE made.under");
    }

    private static Path onlyDataFile(String table) throws IOException {
        List<Path> files = TestFiles.files(server.home().resolve("lake/warehouse")).stream()
                .filter(file ->
                        file.toString().contains(table) && file.toString().endsWith(".parquet"))
                .toList();
        assertThat(files).hasSize(1);
        return files.getFirst();
    }

    @Test
    void aTableIsMadeDescribedWrittenAndDropped() {
        JsonNode made =
                statements.done("CREATE TABLE made.t (id BIGINT NOT NULL COMMENT 'a', day DATE) PARTITIONED BY (day)");
        assertThat(made.path("row_count").asInt()).isZero();
        assertThat(made.at("/results/rows").toString()).isEqualTo("[]");
        assertThat(statements.rows("DESCRIBE made.t"))
                .isEqualTo("[[\"id\",\"bigint\",\"NO\",null,\"a\"],[\"day\",\"date\",\"YES\",null,null]]");
        statements.done("INSERT INTO made.t VALUES (1, DATE '2026-01-31'), (2, NULL)");
        assertThat(statements.rows("SELECT * FROM made.t ORDER BY id")).isEqualTo("[[1,\"2026-01-31\"],[2,null]]");
        assertThat(statements.rows("SHOW PARTITIONS made.t")).isEqualTo("[[null,1,1],[\"2026-01-31\",1,1]]");

        statements.done("ALTER TABLE made.t ADD COLUMN note STRING FIRST");
        assertThat(statements.rows("SELECT * FROM made.t ORDER BY id"))
                .isEqualTo("[[null,1,\"2026-01-31\"],[null,2,null]]");
        statements.done("DROP TABLE made.t PURGE");
        assertRefused(server.statement("DESCRIBE made.t"), "UNKNOWN_TABLE", "There is no table 'made.t'.");
    }

    @Test
    void aStatementThatIsShownMakesAnEqualTable() {
        statements.done("""
                CREATE TABLE made.first (id BIGINT NOT NULL COMMENT 'it''s', ts TIMESTAMPTZ, n INT DEFAULT 7,
                  x STRUCT<a: INT, "b c": ARRAY<MAP<STRING, DECIMAL(9, 2)>>>, u UUID, f FIXED(4), t TIMESTAMP_NS)
                PARTITIONED BY (month(ts), truncate(10, id)) SORTED BY (ts DESC NULLS FIRST, bucket(4, id))
                COMMENT 'x' TBLPROPERTIES ('owner' = 'me')""");
        String statement = statements
                .done("SHOW CREATE TABLE made.first")
                .at("/results/rows/0/0")
                .asText();
        statements.done(statement.replace("made.first", "made.second"));
        assertThat(statements
                        .done("SHOW CREATE TABLE made.second")
                        .at("/results/rows/0/0")
                        .asText())
                .isEqualTo(statement.replace("made.first", "made.second"));
    }

    @Test
    void aTableOfAQueryHasItsOwnLayout() {
        statements.done("CREATE TABLE made.laid PARTITIONED BY (species, bucket(2, id)) SORTED BY (id DESC) COMMENT 'x'"
                + " TBLPROPERTIES ('owner' = 'me') AS SELECT 1 AS id, 'a' AS species UNION ALL SELECT 2, NULL");

        assertThat(statements.rows("SELECT * FROM made.laid ORDER BY id")).isEqualTo("[[1,\"a\"],[2,null]]");
        assertThat(statements
                        .done("SHOW CREATE TABLE made.laid")
                        .at("/results/rows/0/0")
                        .asText())
                .contains("PARTITIONED BY (species, bucket(2, id))\nSORTED BY (id DESC NULLS LAST)\nCOMMENT 'x'")
                .contains("'owner' = 'me'");
        assertThat(statements.done("SHOW PARTITIONS made.laid").at("/results/rows"))
                .hasSize(2);
        assertThat(server.statement("CREATE OR REPLACE TABLE made.laid PARTITIONED BY (id) AS SELECT 1 AS id")
                        .error())
                .startsWith("The table made.laid exists, and CREATE OR REPLACE TABLE ... AS keeps its partitioning");
        assertThat(server.statement("CREATE TABLE made.lost PARTITIONED BY (nope) AS SELECT 1 AS id")
                        .error())
                .isEqualTo("The table has no column 'nope'.");
        assertThat(server.statement(
                                "CREATE TABLE made.lost TBLPROPERTIES ('write.data.path' = '/etc') AS SELECT 1 AS id")
                        .error())
                .contains("outside of the folders");
        assertThat(statements.rows("SHOW TABLES IN made LIKE 'lost'")).isEqualTo("[]");
    }

    @Test
    void statementsNeedTheScopeWrite() {
        statements.done("CREATE TABLE made.scoped (a INT)");
        String admin = server.key();
        server.useKey("reader", Scope.READ);
        try {
            for (String sql : List.of(
                    "CREATE TABLE made.x (a INT)",
                    "ALTER TABLE made.scoped ADD COLUMN b INT",
                    "DROP TABLE made.scoped",
                    "CREATE SCHEMA nothing",
                    "DROP SCHEMA made",
                    "CREATE VIEW made.v AS SELECT 1 AS a",
                    "DROP VIEW made.v")) {
                assertThat(server.statement(sql).status()).isEqualTo(403);
                assertThat(server.statement(sql).error())
                        .isEqualTo("The key 'reader' has the scope read: changing a table needs write.");
            }
            assertThat(statements.rows("DESCRIBE made.scoped")).isEqualTo("[[\"a\",\"int\",\"YES\",null,null]]");
            assertThat(statements.rows("SHOW TABLES IN made LIKE 'scop%'")).isEqualTo("[[\"made\",\"scoped\"]]");
            for (String sql : List.of(
                    "SHOW CREATE TABLE telemetry.traces",
                    "DESCRIBE EXTENDED telemetry.traces",
                    "SHOW PARTITIONS telemetry.traces")) {
                Reply refused = server.statement(sql);
                assertThat(refused.error() + refused.details()).contains("needs the scope admin");
            }
        } finally {
            server.useKey(admin);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            CREATE TABLE made.y (a variant)                           | QUERY_FAILED    | Line 1: found 'variant', expected a type
            CREATE TABLE made.y (a int) USING delta                   | QUERY_FAILED    | Line 1: found 'delta', expected ICEBERG
            CREATE TABLE made.y (a int, a int)                        | INVALID_REQUEST | The columns can't be those of a table
            CREATE TABLE made.y (a int) PARTITIONED BY (day(a))       | INVALID_REQUEST | day(a) can't be computed from the column 'a'
            CREATE TABLE made.y (a int) PARTITIONED BY (b)            | INVALID_REQUEST | The table has no column 'b'
            CREATE TABLE telemetry.y (a int)                          | FORBIDDEN       | is the server's own
            CREATE TABLE nothing.made.y (a int)                       | UNKNOWN_TABLE   | There is no catalog 'nothing'
            CREATE TABLE made.y (a int) TBLPROPERTIES ('write.location-provider.impl' = 'x') | INVALID_REQUEST | names a Java class
            CREATE TABLE made.y (a int) TBLPROPERTIES ('write.data.path' = '/etc') | FORBIDDEN | outside of the folders
            DROP TABLE made.y                                         | UNKNOWN_TABLE   | There is no table 'made.y'
            DROP TABLE default.flowers; DROP TABLE made.y             | QUERY_FAILED    | Line 1: found ';', expected the end
            ALTER TABLE default.flowers ALTER COLUMN species TYPE int | INVALID_REQUEST | has the type string, which can't become int
            CREATE VIEW made.y AS SELECT nothing FROM flowers         | QUERY_FAILED    | There is no column 'nothing'
            CREATE VIEW made.y AS DROP TABLE flowers                  | QUERY_FAILED    | is not a query
            CREATE VIEW made.y (a, b) AS SELECT 1 AS a                | QUERY_FAILED    | The view has 2 names of columns, and its query has 1
            EXPLAIN DROP TABLE flowers                                | QUERY_FAILED    | is not a query
            SUMMARIZE nothing                                         | QUERY_FAILED    | relation 'nothing' was not found
            CREATE VIEW made.y AS SELECT 1 FROM flowers WHERE 1 = $x  | QUERY_FAILED    | A view has no parameters
            OPTIMIZE flowers                                          | QUERY_FAILED    | OPTIMIZE is not available
            SHOW EVERYTHING                                           | QUERY_FAILED    | Line 1: found 'EVERYTHING', expected CATALOGS
            """)
    void aRefusedStatementChangesNothing(String sql, String code, String error) {
        statements.done("CREATE SCHEMA IF NOT EXISTS made");
        String before = statements.rows("SHOW TABLES IN made")
                + statements.rows("SHOW VIEWS IN made")
                + statements.rows("SHOW CREATE TABLE flowers");

        Reply reply = server.statement(sql);

        assertThat(reply.json().path("code").asText()).as(reply.text()).isEqualTo(code);
        assertThat(reply.error() + reply.details()).contains(error);
        assertThat(statements.rows("SHOW TABLES IN made")
                        + statements.rows("SHOW VIEWS IN made")
                        + statements.rows("SHOW CREATE TABLE flowers"))
                .isEqualTo(before);
    }

    @Test
    void thePageRouteStaysOneQuery() {
        assertThat(server.query("SHOW TABLES").json().path("code").asText()).isEqualTo("QUERY_FAILED");
        assertThat(server.query("DROP TABLE default.flowers")
                        .json()
                        .path("code")
                        .asText())
                .isEqualTo("QUERY_FAILED");
        assertThat(statements.rows("SELECT count(*) AS n FROM flowers")).isEqualTo("[[150]]");
    }

    @Test
    void changesAtTheSameTimeAreAllMade() throws Exception {
        statements.done("CREATE TABLE made.busy (id INT)");
        try (ExecutorService writers = Executors.newFixedThreadPool(4)) {
            List<Callable<JsonNode>> changes = IntStream.range(0, 8)
                    .<Callable<JsonNode>>mapToObj(
                            i -> () -> statements.done("ALTER TABLE made.busy ADD COLUMN c" + i + " INT"))
                    .toList();
            for (Future<JsonNode> change : writers.invokeAll(changes)) {
                change.get();
            }
        }
        assertThat(statements.done("DESCRIBE made.busy").at("/results/rows")).hasSize(9);
    }

    @Test
    void aDescriptionIsNeverOutOfDate() {
        statements.done("CREATE TABLE made.fresh (a INT)");
        for (int i = 0; i < 3; i++) {
            statements.done("ALTER TABLE made.fresh ADD COLUMN b" + i + " INT");
            assertThat(statements.done("DESCRIBE made.fresh").at("/results/rows"))
                    .hasSize(i + 2);
            assertThat(statements.done("SELECT * FROM made.fresh").at("/results/columns"))
                    .hasSize(i + 2);
        }
    }

    @Test
    void aQueryIsSummarizedDescribedAndExplained() {
        String summary = statements.rows("SUMMARIZE SELECT species, sepal_length FROM flowers");
        assertThat(summary)
                .contains("[\"species\",\"string\",\"setosa\",\"virginica\",3,null,null,null,null,null,150,0.0]");
        assertThat(summary).contains("\"4.3\",\"7.9\"");
        assertThat(statements.rows("DESCRIBE SELECT species AS s, 1 AS n FROM flowers"))
                .isEqualTo("[[\"s\",\"string\",\"YES\",null,null],[\"n\",\"int\",\"YES\",null,null]]");
        assertThat(statements.rows("EXPLAIN SELECT species FROM flowers WHERE sepal_length > 7"))
                .contains("default.flowers");
    }

    @Test
    void aViewIsReadByItsName() {
        statements.done("CREATE TABLE made.base AS SELECT 1 AS id, 'a' AS s");
        statements.done("CREATE VIEW made.inner (number, text) AS SELECT id, s FROM made.base");
        statements.done("CREATE VIEW made.outer AS SELECT number + 1 AS n FROM made.inner");
        assertThat(statements.rows("SELECT o.n, i.text FROM made.outer o CROSS JOIN made.inner i"))
                .isEqualTo("[[2,\"a\"]]");

        statements.done("INSERT INTO made.base VALUES (5, 'b')");
        assertThat(statements.rows("SELECT n FROM made.outer ORDER BY n")).isEqualTo("[[2],[6]]");
        statements.done("CREATE OR REPLACE VIEW made.inner AS SELECT id * 10 AS number, s AS text FROM made.base");
        assertThat(statements.rows("SELECT n FROM made.outer ORDER BY n")).isEqualTo("[[11],[51]]");
        assertThat(statements.rows("DESCRIBE made.inner"))
                .isEqualTo("[[\"number\",\"int\",\"YES\",null,null],[\"text\",\"string\",\"YES\",null,null]]");

        assertThat(server.statement(
                                "CREATE OR REPLACE VIEW made.inner AS SELECT n AS number, 'x' AS text FROM made.outer")
                        .error())
                .endsWith(
                        "The view oleander.made.inner names itself: oleander.made.inner names oleander.made.outer names"
                                + " oleander.made.inner.");
        assertThat(server.statement("INSERT INTO made.inner VALUES (1, 'x')").error())
                .startsWith("oleander.made.inner is a view");
        assertThat(server.statement("DROP TABLE made.inner").error()).startsWith("oleander.made.inner is a view");
        statements.done("DROP TABLE made.base");
        assertThat(server.statement("SELECT * FROM made.outer").error()).contains("There is no table 'made.base'");
    }

    @Test
    void viewsOfOtherEnginesAreReadIfTheirTextIsAQueryHere() {
        statements.done("CREATE SCHEMA IF NOT EXISTS made");
        assertThat(foreign("spark_view", "spark", "SELECT count(*) AS n FROM flowers")
                        .status())
                .isEqualTo(200);
        assertThat(foreign("hive_view", "hive", "SELECT 1 AS n").status()).isEqualTo(200);
        assertThat(foreign("broken_view", "spark", "SELECT collect_list(species) AS n FROM flowers LATERAL VIEW x")
                        .status())
                .isEqualTo(200);

        assertThat(statements.rows("SELECT n FROM made.spark_view")).isEqualTo("[[150]]");
        assertRefused(
                server.statement("SELECT n FROM made.hive_view"),
                "UNSUPPORTED_TABLE",
                "The view oleander.made.hive_view has its query in hive, and this server reads nerium, polars, spark, trino,"
                        + " duckdb. Create the view again with CREATE OR REPLACE VIEW.");
        assertThat(server.statement("SELECT n FROM made.broken_view").error())
                .startsWith(
                        "The view oleander.made.broken_view, which another engine wrote in the dialect spark, can't be read");
    }

    private static Reply foreign(String name, String dialect, String sql) {
        return server.post("/iceberg/v1/oleander/namespaces/made/views", """
                {"name": "%s", "properties": {},
                 "schema": {"type": "struct", "schema-id": 0, "fields": [{"id": 1, "name": "n", "required": false, "type": "long"}]},
                 "view-version": {"version-id": 1, "schema-id": 0, "timestamp-ms": 1, "summary": {}, "default-namespace": ["default"],
                   "representations": [{"type": "sql", "sql": "%s", "dialect": "%s"}]}}""".formatted(name, sql, dialect));
    }
}
