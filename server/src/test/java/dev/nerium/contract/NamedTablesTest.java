package dev.nerium.contract;

import static dev.nerium.contract.Requests.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.auth.Scope;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Queries that name tables in their text. */
@Tag("server")
class NamedTablesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static TestServer server;
    private static long first;

    @BeforeAll
    static void start() {
        server = TestServer.start(Map.of("results.cache-bytes", "64MiB", "telemetry.flush-interval", "1s"));
        save("sales.orders", "{'id': [1, 2], 'flower': ['setosa', 'virginica']}", "overwrite");
        save("sales.orders", "{'id': [3], 'flower': ['setosa']}", "append");
        save("sales.lines", "{'id': [1, 1, 3], 'n': [10, 20, 30]}", "overwrite");
        first = server.query(
                        "SELECT min(snapshot_id) AS id FROM (SELECT snapshot_id FROM s ORDER BY committed_at LIMIT 1) AS f",
                        "s=sales.orders$snapshots")
                .json()
                .at("/results/rows/0/0")
                .asLong();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static void save(String table, String rows, String mode) {
        Reply reply = server.write(rows, Map.of("destination", table, "saveMode", mode));
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            SELECT count(*) AS n FROM flowers                                                  | [[150]]
            SELECT count(*) AS n FROM default.flowers                                          | [[150]]
            SELECT count(*) AS n FROM oleander.default.flowers AS f                            | [[150]]
            SELECT max(sales.orders.id) AS n FROM sales.orders                                 | [[3]]
            SELECT max(orders.id) AS n FROM sales.orders                                       | [[3]]
            SELECT count(*) AS n FROM sales.orders$snapshots                                   | [[2]]
            SELECT o.id, sum(l.n) AS n FROM sales.orders o JOIN sales.lines l USING (id) GROUP BY o.id ORDER BY o.id | [[1,30],[3,30]]
            SELECT count(*) AS n FROM sales.orders WHERE flower IN (SELECT species FROM flowers) | [[3]]
            WITH flowers AS (SELECT id FROM sales.lines) SELECT count(*) AS n FROM flowers     | [[3]]
            SELECT 1 AS one                                                                    | [[1]]
            """)
    void namesAreTablesOfTheLake(String sql, String rows) {
        for (int times = 0; times < 3; times++) {
            assertThat(server.query(sql).rows()).isEqualTo(rows);
        }
        assertThat(ask(sql, "\"tables\": null, \"cache\": false").rows()).isEqualTo(rows);
    }

    @Test
    void aVersionIsPartOfTheName() {
        assertThat(server.query("SELECT count(*) AS n FROM \"sales.orders@" + first + "\"")
                        .rows())
                .isEqualTo("[[2]]");
        assertThat(server.query("SELECT count(*) AS n FROM sales.\"orders@branch:main\"")
                        .rows())
                .isEqualTo("[[3]]");
        assertRefused(
                server.query("SELECT count(*) AS n FROM sales.\"orders@tag:none\""),
                "UNKNOWN_TABLE",
                "The table oleander.sales.orders has no tag 'none'.");
        Reply quoted = server.query("SELECT count(*) AS n FROM \"sales.orders@tag:none\"");
        assertRefused(quoted, "QUERY_FAILED", "relation 'sales.orders@tag:none' was not found");
        assertThat(quoted.details()).endsWith("Hint: The table oleander.sales.orders has no tag 'none'.");
    }

    @Test
    void listedTablesHideOthers() {
        assertThat(server.query("SELECT count(*) AS n FROM flowers", "flowers=sales.lines")
                        .rows())
                .isEqualTo("[[3]]");
        assertThat(server.query(
                                "SELECT count(*) AS n FROM flowers CROSS JOIN default.flowers AS f",
                                "flowers=sales.lines")
                        .rows())
                .isEqualTo("[[450]]");
    }

    @Test
    void anUnknownNameIsTold() {
        assertRefused(
                server.query("SELECT * FROM sales.order"),
                "UNKNOWN_TABLE",
                "There is no table 'sales.order'. Did you mean 'sales.orders'?");
        Reply alone = server.query("SELECT * FROM flower");
        assertRefused(alone, "QUERY_FAILED", "relation 'flower' was not found");
        assertThat(alone.details())
                .endsWith("Hint: There is no table 'default.flower'. Did you mean 'default.flowers'?");
        assertRefused(
                server.query("SELECT nothing FROM sales.orders"), "QUERY_FAILED", "There is no column 'nothing'.");
    }

    @Test
    void aRepeatedQueryIsCachedUntilATableOfItsTextChanges() {
        save("sales.counted", "{'id': [1]}", "overwrite");
        String sql = "SELECT sum(id) AS n FROM sales.counted";

        assertThat(cache(server.query(sql))).isEqualTo("miss");
        assertThat(cache(server.query(sql))).isEqualTo("hit");
        save("sales.counted", "{'id': [2]}", "append");
        Reply changed = server.query(sql);

        assertThat(cache(changed)).isEqualTo("miss");
        assertThat(changed.rows()).isEqualTo("[[3]]");
        save("sales.counted", "{'id': ['a']}", "overwrite");
        assertRefused(server.query(sql), "QUERY_FAILED", "The function sum() does not take values of the type String.");
        server.delete("/iceberg/v1/oleander/namespaces/sales/tables/counted");
        assertRefused(server.query(sql), "UNKNOWN_TABLE", "There is no table 'sales.counted'.");
    }

    @Test
    void theCacheOfOneKeyIsNotThatOfAnother() {
        String sql = "SELECT count(*) AS n FROM telemetry.traces";
        server.query(sql);
        String admin = server.key();
        server.useKey("reader", Scope.READ);
        try {
            Reply own = server.query("SELECT count(DISTINCT key_id) AS n FROM telemetry.traces");
            assertThat(own.status()).as(own.text()).isEqualTo(200);
            assertThat(own.json().at("/results/rows/0/0").asInt()).isLessThanOrEqualTo(1);
            assertThat(server.query(sql).json().has("cache")).isFalse();
        } finally {
            server.useKey(admin);
        }
    }

    @Test
    void theRecordHasTheTablesOfTheText() {
        String id = server.query("SELECT sum(n) AS n FROM sales.lines")
                .json()
                .path("run_id")
                .asText();

        assertThat(server.get("/api/v2/runs/" + id + "/lineage").json().toString())
                .contains("oleander.sales.lines");
    }

    @Test
    void aDestinationAndAPlanTakeThem() {
        Reply saved = ask("SELECT id FROM sales.orders", "\"destination\": \"sales.copied\"");
        assertThat(saved.status()).as(saved.text()).isEqualTo(200);
        assertThat(server.query("SELECT count(*) AS n FROM sales.copied").rows())
                .isEqualTo("[[3]]");
        assertThat(ask("SELECT id FROM sales.orders", "\"explain\": true").text())
                .contains("sales.orders");
    }

    @Test
    void aScriptHasAFunctionForStatements() {
        assertThat(server.script("""
                        lines = scan('sales.lines').filter(pl.col('n') > 10)
                        result = sql('SELECT count(*) AS n FROM lines JOIN sales.orders AS o ON lines.id = o.id', lines=lines)
                        """).rows()).isEqualTo("[[2]]");
        Reply wrong = server.script("x = 1\nresult = sql('SELECT * FROM sales.order')");
        assertThat(wrong.error()).startsWith("SQLInterfaceError at line 2: There is no table 'sales.order'.");
    }

    private static String cache(Reply reply) {
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return reply.json().path("cache").asText();
    }

    private static Reply ask(String sql, String fields) {
        return server.run("{\"mode\": \"query\", \"query\": " + JSON.valueToTree(sql) + ", " + fields + "}");
    }
}
