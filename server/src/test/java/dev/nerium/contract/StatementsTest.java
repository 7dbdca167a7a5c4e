package dev.nerium.contract;

import static dev.nerium.contract.Requests.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.Statements;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.auth.Scope;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Statements that write rows, by {@code POST /api/v1/query}. */
@Tag("server")
class StatementsTest {
    private static TestServer server;
    private static Statements statements;

    @BeforeAll
    static void start() {
        server = TestServer.startEmpty(Map.of("results.cache-bytes", "64MiB", "telemetry.flush-interval", "1s"));
        statements = new Statements(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aTableIsMadeOfAQueryAndGetsRows() {
        JsonNode made = statements.done("CREATE TABLE shop.orders AS SELECT 1 AS id, 'setosa' AS flower");
        assertThat(made.at("/saved/table").asText()).isEqualTo("shop.orders");
        assertThat(made.at("/saved/mode").asText()).isEqualTo("overwrite");
        assertThat(made.path("row_count").asInt()).isEqualTo(1);
        assertThat(made.at("/results/rows").toString()).isEqualTo("[]");
        assertThat(made.has("results_truncated")).isFalse();

        JsonNode added = statements.done("INSERT INTO shop.orders VALUES (2, NULL), (3, 'it''s')");
        assertThat(added.path("row_count").asInt()).isEqualTo(2);
        assertThat(added.at("/saved/mode").asText()).isEqualTo("append");
        statements.done("INSERT INTO oleander.shop.orders (flower, id) SELECT flower, id + 10 FROM shop.orders");

        assertThat(statements.rows("SELECT * FROM shop.orders ORDER BY id"))
                .isEqualTo("[[1,\"setosa\"],[2,null],[3,\"it's\"],[11,\"setosa\"],[12,null],[13,\"it's\"]]");
    }

    @Test
    void aTableThatExistsIsKeptReplacedOrRefused() {
        statements.done("CREATE TABLE shop.kept AS SELECT 1 AS a");
        assertRefused(
                server.statement("CREATE TABLE shop.kept AS SELECT 2 AS a"),
                "INVALID_REQUEST",
                "The table shop.kept exists: write CREATE OR REPLACE TABLE, CREATE TABLE IF NOT EXISTS, or INSERT INTO.");
        JsonNode same = statements.done("CREATE TABLE IF NOT EXISTS shop.kept AS SELECT 2 AS a");
        assertThat(same.has("saved")).isFalse();
        assertThat(same.path("row_count").asInt()).isZero();
        assertThat(statements.rows("SELECT * FROM shop.kept")).isEqualTo("[[1]]");

        statements.done("INSERT OVERWRITE shop.kept SELECT 5");
        assertThat(statements.rows("SELECT a FROM shop.kept")).isEqualTo("[[5]]");
        statements.done("CREATE OR REPLACE TABLE shop.kept AS SELECT 'x' AS b");
        assertThat(statements.rows("SELECT * FROM shop.kept")).isEqualTo("[[\"x\"]]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            INSERT INTO shop.nothing VALUES (1)                          | UNKNOWN_TABLE   | There is no table
            INSERT INTO shop.typed VALUES (1, 2, 3)                      | QUERY_FAILED    | INSERT INTO has 2 columns (n, day)
            INSERT INTO shop.typed VALUES ('1', NULL)                    | QUERY_FAILED    | The column 'n' is int
            INSERT INTO shop.typed VALUES (1.5, NULL)                    | QUERY_FAILED    | The value 1.5 does not fit the column 'n'
            INSERT INTO shop.typed VALUES (3000000000, NULL)             | QUERY_FAILED    | The value 3000000000 does not fit the column 'n'
            INSERT INTO shop.typed SELECT 1, 'soon'                      | QUERY_FAILED    | The value 'soon' does not fit the column 'day'
            INSERT INTO shop.typed SELECT nope FROM shop.typed           | QUERY_FAILED    | There is no column 'nope'.
            INSERT INTO "shop.typed@tag:x" VALUES (1, NULL)              | INVALID_REQUEST | a snapshot, a tag, a time
            INSERT INTO telemetry.traces SELECT * FROM telemetry.traces  | FORBIDDEN       | The namespace 'telemetry' is the server's own
            INSERT INTO shop.typed VALUES (1, NULL); SELECT 1            | QUERY_FAILED    | This text has 2 statements
            DROP DATABASE shop                                           | INVALID_REQUEST | The schema oleander.shop has the table
            """)
    void aRefusedStatementChangesNothing(String sql, String code, String error) {
        statements.done("CREATE OR REPLACE TABLE shop.typed AS SELECT CAST(7 AS INT) AS n, DATE '2026-01-31' AS day");
        long before = snapshots("shop.typed");

        Reply reply = server.statement(sql);

        assertThat(reply.json().path("code").asText()).as(reply.text()).isEqualTo(code);
        assertThat(reply.error() + reply.details()).contains(error);
        assertThat(snapshots("shop.typed")).isEqualTo(before);
        assertThat(statements.rows("SELECT * FROM shop.typed")).isEqualTo("[[7,\"2026-01-31\"]]");
    }

    private static long snapshots(String table) {
        return statements
                .done("SELECT count(*) AS n FROM " + table + "$snapshots")
                .at("/results/rows/0/0")
                .asLong();
    }

    @Test
    void theRouteOfTheApiStaysOneQuery() {
        statements.done("CREATE OR REPLACE TABLE shop.read AS SELECT 1 AS a");
        assertRefused(server.query("INSERT INTO shop.read VALUES (2)"), "QUERY_FAILED", "INSERT is not a query.");
        assertRefused(
                server.run("{\"mode\": \"statement\", \"query\": \"INSERT INTO shop.read VALUES (2)\"}"),
                "INVALID_REQUEST",
                "mode is 'statement': choose query or script.");
        assertRefused(
                server.post("/api/v1/query", "{\"mode\": \"query\", \"query\": \"SELECT 1 AS a\"}"),
                "INVALID_REQUEST",
                "mode is not a field of this route: it runs the statement in query, whatever that does.");
        assertThat(statements.rows("SELECT a FROM shop.read")).isEqualTo("[[1]]");
    }

    @Test
    void aKeyThatOnlyReadsChangesNothing() {
        statements.done("CREATE OR REPLACE TABLE shop.guarded AS SELECT 1 AS a");
        String admin = server.key();
        server.useKey("statements-reader", Scope.READ);
        try {
            assertThat(statements.rows("SELECT a FROM shop.guarded")).isEqualTo("[[1]]");
            Reply reply = server.statement("INSERT INTO shop.guarded VALUES (2)");
            assertThat(reply.json().path("code").asText()).as(reply.text()).isEqualTo("FORBIDDEN");
            assertThat(statements.rows("SELECT a FROM shop.guarded")).isEqualTo("[[1]]");
        } finally {
            server.useKey(admin);
        }
    }

    @Test
    void aRepeatedStatementIsExecutedAgainAndAQueryIsCached() {
        statements.done("CREATE OR REPLACE TABLE shop.repeated AS SELECT 1 AS a");
        for (int times = 0; times < 4; times++) {
            assertThat(statements
                            .done("INSERT INTO shop.repeated SELECT count(*) FROM shop.repeated")
                            .has("cache"))
                    .isFalse();
        }
        assertThat(statements.rows("SELECT a FROM shop.repeated ORDER BY a")).isEqualTo("[[1],[1],[2],[3],[4]]");
        statements.done("SELECT sum(a) AS n FROM shop.repeated");
        assertThat(statements
                        .done("SELECT sum(a) AS n FROM shop.repeated")
                        .path("cache")
                        .asText())
                .isEqualTo("hit");
        assertThat(server.query("SELECT sum(a) AS n FROM shop.repeated")
                        .json()
                        .path("cache")
                        .asText())
                .isEqualTo("hit");
    }

    @Test
    void aStatementWithAnIdempotencyKeyIsExecutedOnce() {
        statements.done("CREATE OR REPLACE TABLE shop.once AS SELECT 1 AS a");
        for (int times = 0; times < 2; times++) {
            Reply reply = server.send(server.request("/api/v1/query")
                    .header("Idempotency-Key", "statements-once")
                    .POST(BodyPublishers.ofString("{\"query\": \"INSERT INTO shop.once VALUES (2)\"}"))
                    .build());
            assertThat(reply.status()).as(reply.text()).isEqualTo(200);
            assertThat(reply.json().at("/saved/rows_written").asInt()).isEqualTo(1);
        }
        assertThat(statements.rows("SELECT a FROM shop.once ORDER BY a")).isEqualTo("[[1],[2]]");
    }

    @Test
    void manyWritersLoseNothing() throws Exception {
        statements.done("CREATE OR REPLACE TABLE shop.busy AS SELECT 0 AS n");
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            var sent = clients.invokeAll(IntStream.rangeClosed(1, 8)
                    .<Callable<JsonNode>>mapToObj(
                            n -> () -> statements.done("INSERT INTO shop.busy VALUES (" + n + ")"))
                    .toList());
            for (var each : sent) {
                each.get();
            }
        }
        assertThat(statements.rows("SELECT count(*) AS c, sum(n) AS s FROM shop.busy"))
                .isEqualTo("[[9,36]]");
    }

    @Test
    void oneOfManyCreatesMakesTheTable() throws Exception {
        List<Integer> made = new ArrayList<>();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            var sent = clients.invokeAll(IntStream.range(0, 6)
                    .<Callable<Reply>>mapToObj(
                            n -> () -> server.statement("CREATE TABLE shop.raced AS SELECT " + n + " AS c" + n))
                    .toList());
            for (int n = 0; n < sent.size(); n++) {
                Reply reply = sent.get(n).get();
                assertThat(reply.status()).as(reply.text()).isIn(200, 400, 409);
                if (reply.status() == 200) {
                    made.add(n);
                }
            }
        }
        assertThat(made).hasSize(1);
        assertThat(statements.rows("SELECT * FROM shop.raced")).isEqualTo("[[" + made.getFirst() + "]]");
    }

    @Test
    void theRecordHasTheTableTheLineageAndTheSameJobFromStartToEnd() {
        statements.done("CREATE OR REPLACE TABLE shop.source AS SELECT 1 AS a");
        statements.done("CREATE OR REPLACE TABLE shop.target AS SELECT 0 AS b");
        String id = statements
                .done("INSERT INTO shop.target SELECT a + 1 FROM shop.source WHERE a > 0")
                .path("run_id")
                .asText();

        JsonNode run = server.get("/api/v2/runs/" + id).json();
        assertThat(run.path("destination").asText()).as(run.toString()).isEqualTo("oleander.shop.target");
        assertThat(server.get("/api/v2/runs/" + id + "/lineage").json().toString())
                .contains("oleander.shop.source")
                .contains("\"b\"");
        assertThat(statements
                        .done("SELECT destination, state FROM telemetry.runs WHERE run_id = '" + id + "'")
                        .at("/results/rows")
                        .size())
                .isLessThanOrEqualTo(1);
    }

    @Test
    void aStatementWritesToABranch() {
        statements.done("CREATE OR REPLACE TABLE shop.branched AS SELECT 1 AS a");
        Reply made = server.post(
                "/api/v1/catalogs/oleander/namespaces/shop/tables/branched/refs",
                "{\"name\": \"audit\", \"type\": \"branch\"}");
        assertThat(made.status()).as(made.text()).isBetween(200, 201);

        statements.done("INSERT INTO \"shop.branched@branch:audit\" SELECT a + 1 FROM \"shop.branched@branch:audit\"");

        assertThat(statements.rows("SELECT a FROM \"shop.branched@branch:audit\" ORDER BY a"))
                .isEqualTo("[[1],[2]]");
        assertThat(statements.rows("SELECT a FROM shop.branched")).isEqualTo("[[1]]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"INSERT INTO shop.replayed VALUES (2)", "SELECT a FROM shop.replayed"})
    void aReplayOnlyReads(String sql) {
        statements.done("CREATE OR REPLACE TABLE shop.replayed AS SELECT 1 AS a");
        String id = statements.done(sql).path("run_id").asText();
        String before = statements.rows("SELECT count(*) AS n FROM shop.replayed");

        Reply replay = server.post("/api/v2/runs/" + id + "/replay", "");

        assertThat(replay.status()).as(replay.text()).isEqualTo(sql.startsWith("SELECT") ? 200 : 400);
        assertThat(statements.rows("SELECT count(*) AS n FROM shop.replayed")).isEqualTo(before);
    }

    @Test
    void aPlanOfAStatementIsThatOfItsQuery() {
        statements.done("CREATE OR REPLACE TABLE shop.planned AS SELECT 1 AS a");
        Reply plan = server.post(
                "/api/v1/query",
                "{\"query\": \"INSERT INTO shop.planned SELECT a FROM shop.planned\", \"explain\": true}");
        assertThat(plan.status()).as(plan.text()).isEqualTo(200);
        assertThat(plan.text()).contains("shop.planned");
        assertThat(statements.rows("SELECT count(*) AS n FROM shop.planned")).isEqualTo("[[1]]");
    }
}
