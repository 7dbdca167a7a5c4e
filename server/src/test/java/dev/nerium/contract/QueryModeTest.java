package dev.nerium.contract;

import static dev.nerium.contract.Requests.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Mode {@code query}: one statement over the tables that the request lists. */
@Tag("server")
class QueryModeTest {
    private static final String ONE_STATEMENT = "Hint: Mode `query` takes one SELECT, WITH or set operation.";
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "flowers",
                "my table",
                "größe 花",
                "a=b",
                "a.b",
                "a'b",
                "select",
                "1st",
                "FLOWERS",
                "a\"b",
                "😀",
                "a\tb"
            })
    void takesAnyAliasInBothForms(String alias) {
        String sql = "select count(*) as n from \"" + alias.replace("\"", "\"\"") + '"';

        assertThat(Requests.query(server, sql, alias + "=default.flowers").rows())
                .isEqualTo("[[150]]");
        assertThat(Requests.query(server, sql, Map.of("alias", alias, "table", "default.flowers"))
                        .rows())
                .isEqualTo("[[150]]");
    }

    @Test
    void aTableAloneHasItsLastPartAsAlias() {
        assertThat(server.query("select count(*) as n from flowers", "default.flowers")
                        .rows())
                .isEqualTo("[[150]]");
    }

    @Test
    void joinsOneTableUnderTwoAliases() {
        Reply reply = server.query(
                "select count(*) as n from a join b on a.species = b.species",
                "a=default.flowers",
                "b=default.flowers");

        assertThat(reply.rows()).isEqualTo("[[7500]]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            DELETE FROM t                                     | DELETE is not a query.
            TRUNCATE TABLE t                                  | TRUNCATE is not a query.
            DROP TABLE t                                      | DROP is not a query.
            CREATE TABLE x AS SELECT * FROM t                 | CREATE TABLE is not a query.
            INSERT INTO t VALUES (1)                          | INSERT is not a query.
            UPDATE t SET a = 1                                | UPDATE is not a query.
            MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN DELETE | MERGE is not a query.
            ALTER TABLE t ADD COLUMN a INT                    | ALTER TABLE is not a query.
            COPY t TO 'x'                                     | COPY is not a query.
            EXPLAIN SELECT * FROM t                           | EXPLAIN is not a query.
            SHOW TABLES                                       | SHOW TABLES is not a query.
            SELECT 1 AS a FROM t; SELECT 2 AS b FROM t        | A query is one statement, and this text has 2.
            SELECT 1 AS a FROM t; DROP TABLE t                | A query is one statement, and this text has 2.
            -- nothing                                        | A query is one statement, and this text has 0.
            SELECT * INTO x FROM t                            | SELECT INTO writes a table: set a destination instead.
            WITH d AS (DELETE FROM t) SELECT 1 AS a FROM t    | DELETE changes data: a query only reads. To write rows, set a destination.
            """)
    void takesNothingButOneReadingStatement(String sql, String error) {
        assertNotRun(sql, error);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            SELECT * FROM read_text('/etc/passwd')                             | read_text()
            SELECT * FROM READ_TEXT('/etc/passwd')                             | READ_TEXT()
            SELECT * FROM "scan_csv"('/etc/passwd') x                          | scan_csv()
            SELECT * FROM (SELECT * FROM lake.read_parquet('x')) a             | lake.read_parquet()
            SELECT * FROM t JOIN read_ipc('x') b ON t.a = b.a                  | read_ipc()
            SELECT * FROM t WHERE species IN (SELECT a FROM scan_csv('x'))     | scan_csv()
            SELECT (SELECT max(a) FROM scan_ndjson('x')) AS m FROM t           | scan_ndjson()
            SELECT * FROM t WHERE EXISTS (SELECT 1 FROM read_avro('x'))        | read_avro()
            WITH c AS (SELECT * FROM scan_csv('x')) SELECT * FROM c            | scan_csv()
            SELECT species FROM t UNION SELECT a FROM scan_csv('x')            | scan_csv()
            """)
    void takesNoTableFunctionAnywhere(String sql, String function) {
        assertNotRun(
                sql,
                "The table function " + function
                        + " is not available: name tables of the lake, such as default.flowers.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            SELECT * FROM read_csv('/etc/passwd')                              | read_csv() can't read '/etc/passwd'
            SELECT * FROM READ_CSV('/etc/passwd')                              | read_csv() can't read '/etc/passwd'
            SELECT * FROM "read_csv"('/etc/passwd') x                          | read_csv() can't read '/etc/passwd'
            SELECT * FROM (SELECT * FROM read_parquet('/x')) a                 | read_parquet() can't read '/x'
            SELECT (SELECT max(a) FROM read_json('/x')) AS m FROM t            | read_json() can't read '/x'
            SELECT * FROM t WHERE EXISTS (SELECT 1 FROM read_ndjson('/x'))     | read_ndjson() can't read '/x'
            WITH c AS (SELECT * FROM read_csv('/x')) SELECT * FROM c           | read_csv() can't read '/x'
            SELECT species FROM t UNION SELECT a FROM read_csv('/job/data/0.parquet') | read_csv() can't read '/job/data/0.parquet'
            """)
    void readsNoFilesWithoutALocation(String sql, String error) {
        Reply reply = server.query(sql, "t=default.flowers");

        assertRefused(reply, "QUERY_FAILED", error + ": this server has no allowed locations.");
        assertThat(reply.details()).contains("./nerium load", "external.locations");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            SELEC * FROM t        | The statement can't be read at line 1, column 1: expected an SQL statement, found SELEC.
            SELECT * FROM t WHERE | The statement can't be read: expected an expression, and the text ends.
            SELECT nofunc(species) FROM t | The function nofunc() is not available.
            SELECT sum(species) AS s FROM t | The function sum() does not take values of the type String.
            """)
    void saysWhatIsWrong(String sql, String error) {
        assertRefused(server.query(sql, "t=default.flowers"), "QUERY_FAILED", error);
    }

    @Test
    void namesTheLineOfASyntaxError() {
        Reply reply = server.query("SELECT species\nFROM t\nWHERE species == = 'setosa'", "t=default.flowers");

        assertRefused(
                reply,
                "QUERY_FAILED",
                "The statement can't be read at line 3, column 18: expected an expression, found =.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT speces FROM t",
                "SELECT t.speces FROM t",
                "SELECT species FROM t WHERE speces = 'x'",
                "SELECT species FROM t GROUP BY species ORDER BY speces"
            })
    void hintsAtTheNearestColumn(String sql) {
        Reply reply = server.query(sql, "t=default.flowers");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().path("code").asText()).isEqualTo("QUERY_FAILED");
        assertThat(reply.error()).contains("speces");
        assertThat(reply.details()).endsWith("Hint: Did you mean the column 'species'?");
    }

    @Test
    void hintsAtTheNearestAlias() {
        Reply reply = server.query("SELECT * FROM flower", "flowers=default.flowers");

        assertRefused(reply, "QUERY_FAILED", "relation 'flower' was not found");
        assertThat(reply.details()).endsWith("Hint: Did you mean the table 'flowers'?");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT species, species FROM t",
                "SELECT sepal_length AS species, petal_width AS species FROM t",
                "SELECT *, species FROM t"
            })
    void twoColumnsCannotShareAName(String sql) {
        Reply reply = server.query(sql, "t=default.flowers");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.error()).isEqualTo("Two columns of the result have the name 'species'.");
        assertThat(reply.details()).endsWith("Hint: Give each result column its own name with AS.");
    }

    @Test
    void zeroRowsKeepTheirColumns() {
        Reply reply = server.query("SELECT species, sepal_length FROM t WHERE 1 = 0", "t=default.flowers");

        assertThat(reply.json().path("results").toString())
                .isEqualTo("{\"columns\":[\"species\",\"sepal_length\"],"
                        + "\"column_types\":[\"String\",\"Float64\"],\"rows\":[]}");
        assertThat(reply.json().path("row_count").asInt(-1)).isZero();
    }

    @Test
    void zeroColumnsAreAResultToo() {
        Reply reply = server.query(
                "SELECT * EXCLUDE (sepal_length, sepal_width, petal_length, petal_width, species) FROM t",
                "t=default.flowers");

        assertThat(reply.json().path("results").toString())
                .isEqualTo("{\"columns\":[],\"column_types\":[],\"rows\":[]}");
    }

    @Test
    void aFailureOfTheDataNamesItsColumn() {
        Reply reply = server.query("SELECT CAST(species AS INT) AS a FROM t", "t=default.flowers");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().path("code").asText()).isEqualTo("ENGINE_ERROR");
        assertThat(reply.error())
                .contains(" values of the column 'species' can't be converted from String to Int32, such as ");
    }

    private static void assertNotRun(String sql, String error) {
        Reply reply = server.query(sql, "t=default.flowers");

        assertRefused(reply, "QUERY_FAILED", error);
        assertThat(reply.details()).isEqualTo(ONE_STATEMENT);
    }
}
