package dev.nerium.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.Statements;
import dev.nerium.TestServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Functions that become computed columns, in each kind of statement that has a query or an expression. */
@Tag("server")
class ComputedFunctionsTest {
    private static TestServer server;
    private static Statements statements;

    @BeforeAll
    static void start() {
        server = TestServer.start();
        statements = new Statements(server);
        statements.done("CREATE TABLE hosts AS SELECT 1 AS id, 'https://a.example/x' AS url, '{\"k\": 7}' AS j"
                + " UNION ALL SELECT 2, 'http://b.example/', '{}' UNION ALL SELECT 3, NULL, NULL");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void statementsThatWriteRowsHaveThem() {
        statements.done(
                "CREATE TABLE found AS SELECT id, regexp_extract(url, '//([^/]+)', 1) AS host, CAST(j ->> '$.k' AS BIGINT) AS k FROM hosts");
        assertThat(statements.rows("SELECT * FROM found ORDER BY id"))
                .isEqualTo("[[1,\"a.example\",7],[2,\"b.example\",null],[3,null,null]]");

        statements.done(
                "INSERT INTO found (id, host) SELECT id + 10, regexp_replace(url, '^https?:', '') FROM hosts WHERE regexp_full_match(url, 'https:.*')");
        statements.done(
                "UPDATE found SET host = regexp_replace(host, '[ab]', 'z') WHERE regexp_extract(host, '^.') = 'a'");
        statements.done("DELETE FROM found WHERE regexp_extract(host, '^.') = 'b'");
        statements.done(
                "MERGE INTO found USING (SELECT id, j ->> 'k' AS k FROM hosts) AS s ON found.id = s.id AND regexp_extract(s.k, '7') = '7'"
                        + " WHEN MATCHED THEN UPDATE SET host = regexp_replace(s.k, '7', 'seven')");
        assertThat(statements.rows("SELECT id, host FROM found ORDER BY id"))
                .isEqualTo("[[1,\"seven\"],[3,null],[11,\"//a.example/x\"]]");

        statements.done("INSERT INTO found (id) SELECT n FROM generate_series(20, 22) AS s(n)");
        assertThat(statements.rows("SELECT count(*) FROM found WHERE id >= 20")).isEqualTo("[[3]]");
    }

    @Test
    void valuesThatPythonComputesAreInStatementsOfAllKinds() {
        statements.done(
                "CREATE TABLE hashed AS SELECT id, md5(url) AS m, sha256(url) AS s, json_extract(j, '$') AS j, json_value(j, '$.k') AS k FROM hosts");
        assertThat(statements.rows("SELECT m, j, k FROM hashed ORDER BY id"))
                .isEqualTo("[[\"c565384b205789329e48af200d0aeb30\",\"{\\\"k\\\":7}\",\"7\"],"
                        + "[\"2d8341083df6e51e1fcc42cf6407edb7\",\"{}\",null],[null,null,null]]");
        assertThat(statements.rows("SELECT id FROM hashed WHERE sha256(CAST(id AS VARCHAR)) LIKE '6b86b273%'"))
                .isEqualTo("[[1]]");

        statements.done("DELETE FROM hashed WHERE json_value(j, '$.k') = '7'");
        assertThat(statements.rows("SELECT id FROM hashed TABLESAMPLE RESERVOIR(5 ROWS) ORDER BY id"))
                .isEqualTo("[[2],[3]]");
        assertThat(statements.rows("EXPLAIN SELECT md5(url) AS h FROM hosts WHERE id = 1"))
                .contains("hosts");
    }

    @Test
    void viewsAndQuestionsHaveThem() {
        statements.done("CREATE VIEW names AS SELECT id, regexp_extract(url, '[a-z]\\.example') AS host FROM hosts");
        assertThat(statements.rows("SELECT regexp_replace(host, '\\..*', '') AS h FROM names WHERE id = 1"))
                .isEqualTo("[[\"a\"]]");
        assertThat(statements.rows("DESCRIBE SELECT regexp_extract(url, 'a') AS h FROM hosts"))
                .contains("\"h\"", "string");
        assertThat(statements.rows("EXPLAIN SELECT regexp_extract(url, 'a') AS h FROM hosts WHERE id = 1"))
                .contains("hosts");
        assertThat(statements.rows("SELECT count(*) FROM hosts TABLESAMPLE BERNOULLI (100)"))
                .isEqualTo("[[3]]");
    }
}
