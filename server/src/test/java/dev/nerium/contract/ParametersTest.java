package dev.nerium.contract;

import static dev.nerium.contract.Requests.JSON;
import static dev.nerium.contract.Requests.POLARS;
import static dev.nerium.contract.Requests.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values for the parameters of a statement. */
@Tag("server")
class ParametersTest {
    private static final String COUNT = "SELECT count(*) AS n FROM default.flowers WHERE species = $species";
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start(Map.of("results.cache-bytes", "64MiB"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    5                                                   | 5                                  | Int32
                    9223372036854775808                                 | 9223372036854775808                | Int128
                    -170141183460469231731687303715884105728            | -170141183460469231731687303715884105728 | Int128
                    340282366920938463463374607431768211455             | 340282366920938463463374607431768211455 | UInt128
                    1.0                                                 | 1.0                                | Float64
                    0.30000000000000004                                 | 0.30000000000000004                | Float64
                    true                                                | true                               | Boolean
                    null                                                | null                               | Null
                    "it's \\u0000 $x \\\\ ? --"                         | "it's \\u0000 $x \\\\ ? --"        | String
                    [1, null]                                           | [1,null]                           | List(Int64)
                    {"type": "double", "value": "NaN"}                  | "NaN"                              | Float64
                    {"type": "date", "value": "2026-01-31"}             | "2026-01-31"                       | Date
                    {"type": "timestamptz", "value": "2026-01-31T12:00:00+01:00"} | "2026-01-31T11:00:00.000000+00:00" | Datetime(time_unit='us', time_zone='UTC')
                    {"type": "decimal(10,2)", "value": "1.5"}           | "1.50"                             | Decimal(precision=10, scale=2)
                    {"type": "binary", "value": "AP8="}                 | "AP8="                             | Binary
                    """)
    void givesAValueBackAsItWasSent(String sent, String received, String type) {
        Reply reply = run("SELECT $x AS v", "{\"x\": " + sent + "}");

        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(reply.rows()).isEqualTo("[[" + received + "]]");
        assertThat(reply.json().path("results").path("column_types").path(0).asText())
                .isEqualTo(type);
    }

    @Test
    void takesNoTextForAPartOfTheStatement() {
        for (String hostile :
                List.of("' OR ''='", "'; DROP TABLE flowers; --", "\\' OR 1=1 --", "setosa\u0000", "$species")) {
            assertThat(run(COUNT, JSON.valueToTree(Map.of("species", hostile)).toString())
                            .rows())
                    .isEqualTo("[[0]]");
        }
        assertThat(run(COUNT, "{\"species\": \"setosa\"}").rows()).isEqualTo("[[50]]");
    }

    @Test
    void aListIsForQuestionMarks() {
        String sql = "SELECT count(*) AS n FROM default.flowers WHERE species IN (?) AND petal_length > ?";

        assertThat(run(sql, "[[\"setosa\", \"virginica\"], 5]").rows()).isEqualTo("[[41]]");
        assertThat(run(sql, "[[], 5]").rows()).isEqualTo("[[0]]");
    }

    @Test
    void eachValueHasItsOwnResultPlansAndLineage() {
        Map<String, String> counts = Map.of("setosa", "[[50]]", "none", "[[0]]");
        for (String cache : List.of("true", "false", "false", "true")) {
            counts.forEach((species, count) -> assertThat(
                            run(COUNT, "{\"species\": \"" + species + "\"}", "\"cache\": " + cache)
                                    .rows())
                    .isEqualTo(count));
        }
        String text =
                "SELECT CASE WHEN $sepal THEN sepal_length ELSE petal_length END AS l FROM default.flowers LIMIT 1";

        assertThat(origins(run(text, "{\"sepal\": true}"))).contains("sepal_length");
        assertThat(origins(run(text, "{\"sepal\": false}"))).contains("petal_length");
        assertThat(cache(run(COUNT, "{\"species\": \"setosa\"}"))).isEqualTo("hit");
        assertThat(cache(run(COUNT, "{\"species\": \"versicolor\"}"))).isEqualTo("miss");
    }

    @Test
    void aReplayHasTheSameValuesAndTheRecordTheirTypes() {
        Reply first = run(
                "SELECT $day AS day, $n AS n",
                "{\"day\": {\"type\": \"date\", \"value\": \"2026-01-31\"}, \"n\": 18446744073709551616}");
        String run = "/api/v2/runs/" + first.json().path("run_id").asText();

        assertThat(server.get(run).json().path("params"))
                .isEqualTo(JSON.valueToTree(Map.of("day", "date", "n", "integer")));
        assertThat(server.get(run).text()).doesNotContain("2026-01-31", "18446744073709551616");
        assertThat(server.post(run + "/replay", "").rows())
                .isEqualTo(first.rows())
                .isEqualTo("[[\"2026-01-31\",18446744073709551616]]");
    }

    @Test
    void skipsTheFilesThatALiteralSkips() {
        String sql = "SELECT * FROM default.flowers WHERE species = ";
        String literal = explain(sql + "'it''s'", "{}");

        assertThat(explain(sql + "$s", "{\"s\": \"it's\"}")).isEqualTo(literal).contains("it's");
    }

    @Test
    void writesRowsOfValues() {
        Reply reply = run(
                "SELECT * FROM UNNEST($l) AS u(x)", "{\"l\": [3, 4]}", "\"destination\": \"default.values_of_a_list\"");

        assertThat(reply.json().path("saved").path("rows_written").asInt())
                .as(reply.text())
                .isEqualTo(2);
        assertThat(server.query("SELECT sum(x) AS s FROM default.values_of_a_list")
                        .rows())
                .isEqualTo("[[7]]");
    }

    @Test
    void aStatementThatWritesHasParameters() {
        server.script("result = pl.LazyFrame({'n': [1], 's': ['a']})", Map.of("destination", "default.bound"));
        String insert = "INSERT INTO default.bound VALUES ($n, $s)";

        Reply written = statement(insert, "{\"n\": 2, \"s\": \"'); DROP TABLE bound; --\"}");

        assertThat(written.json().path("saved").path("rows_written").asInt())
                .as(written.text())
                .isEqualTo(1);
        assertThat(server.query("SELECT s FROM default.bound WHERE n = 2").rows())
                .isEqualTo("[[\"'); DROP TABLE bound; --\"]]");
        assertRefused(
                statement(insert, "{\"n\": 3}"),
                "QUERY_FAILED",
                "The parameter $s at line 1, column 39 has no value: params has the values n.");
        assertRefused(
                statement("SELECT 1 AS a", "{\"n\": 3}"),
                "QUERY_FAILED",
                "params has the value 'n', and the statement has no parameter for it.");
        assertThat(server.query("SELECT count(*) AS c FROM default.bound").rows())
                .isEqualTo("[[2]]");
    }

    @Test
    void saysWhichParameterHasNoValue() {
        Reply reply = run("SELECT 1 AS a,\n  $day AS b", "{\"dya\": 1}");

        assertRefused(
                reply,
                "QUERY_FAILED",
                "The parameter $day at line 2, column 3 has no value: params has the values dya.");
        assertThat(reply.details()).contains("Did you mean the value 'dya'?");
    }

    @Test
    void refusesParamsThatAreNoValues() {
        assertRefused(
                run("SELECT $x", "5"),
                "INVALID_REQUEST",
                "params is 5: expected an object of values by name, or a list of values.");
        assertRefused(
                run("SELECT $x", "{\"x\": [1e400]}"),
                "INVALID_REQUEST",
                "params.x is 1E+400: expected a number up to 1.8e308, or {\"type\": \"double\", \"value\": \"Infinity\"}.");
    }

    @Test
    void aStatementWithoutParametersIgnoresValues() {
        assertThat(run("SELECT '$x' AS a", "{\"y\": {\"any\": [\"thing\"]}}").rows())
                .isEqualTo("[[\"$x\"]]");
    }

    private static Reply run(String sql, String params, String... more) {
        String fields = more.length == 0 ? "" : ", " + String.join(", ", more);
        return server.post(
                POLARS,
                "{\"mode\": \"query\", \"query\": %s, \"params\": %s%s}"
                        .formatted(JSON.valueToTree(sql), params, fields));
    }

    private static Reply statement(String sql, String params) {
        return server.post("/api/v1/query", "{\"query\": %s, \"params\": %s}".formatted(JSON.valueToTree(sql), params));
    }

    private static String explain(String sql, String params) {
        String scan = run(sql, params, "\"explain\": true")
                .json()
                .path("explain")
                .path("scans")
                .path(0)
                .toString();
        return scan.replaceAll("\"planning_ms\":[^,}]*", "");
    }

    private static String origins(Reply reply) {
        return server.get("/api/v2/runs/" + reply.json().path("run_id").asText() + "/lineage")
                .text();
    }

    private static String cache(Reply reply) {
        return reply.json().path("cache").asText();
    }
}
