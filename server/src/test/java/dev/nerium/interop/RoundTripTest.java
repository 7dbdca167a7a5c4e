package dev.nerium.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a result writes to a table is what a query reads from it. */
@Tag("interop")
class RoundTripTest {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.startEmpty();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** Values as Python, and the type that the table gives back where it is not the result's own. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            pl.Int8                   | [-128, 127, None]                         | Int32
            pl.Int16                  | [-32768, 32767, None]                     | Int32
            pl.Int32                  | [-2**31, 2**31 - 1, None]                 | Int32
            pl.Int64                  | [-2**63, 2**63 - 1, None]                 | Int64
            pl.UInt8                  | [0, 255, None]                            | Int32
            pl.UInt16                 | [0, 65535, None]                          | Int32
            pl.UInt32                 | [0, 2**32 - 1, None]                      | Int64
            pl.UInt64                 | [0, 2**63, 2**64 - 1, None]               | Decimal(precision=20, scale=0)
            pl.Float32                | [0.5, -1.5e30, float('nan'), float('inf'), None] | Float32
            pl.Float64                | [0.1, -0.0, 5e-324, float('nan'), float('-inf'), None] | Float64
            pl.Boolean                | [True, False, None]                       | Boolean
            pl.String                 | ['', 'ü\\u0000𝄞', ' a\\n', None]            | String
            pl.Categorical            | ['b', 'a', 'b', None]                     | String
            pl.Enum(['x', 'y'])       | ['y', 'x', None]                          | String
            pl.Binary                 | [b'', bytes(range(256)), None]            | Binary
            pl.Date                   | [date(1, 1, 1), date(1969, 12, 31), date(9999, 12, 31), None] | Date
            pl.Time                   | [time(0), time(23, 59, 59, 999999), None] | Time
            pl.Datetime('us')         | [datetime(1, 1, 1), datetime(1969, 12, 31, 23, 59, 59, 999999), None] | Datetime(time_unit='us', time_zone=None)
            pl.Datetime('us', 'UTC')  | [datetime(2024, 2, 29, tzinfo=UTC), None] | Datetime(time_unit='us', time_zone='UTC')
            pl.Decimal(38, 10)        | [Decimal('9999999999999999999999999999.0123456789'), Decimal('-0.0000000001'), None] | Decimal(precision=38, scale=10)
            pl.Decimal(5, 0)          | [Decimal('99999'), None]                  | Decimal(precision=5, scale=0)
            pl.List(pl.Int64)         | [[1, None], [], None]                     | List(Int64)
            pl.List(pl.List(pl.String)) | [[['a'], None, []], [], None]           | List(List(String))
            pl.Struct({'a': pl.Int64, 'b': pl.List(pl.Struct({'c': pl.Date}))}) | [{'a': 1, 'b': [{'c': date(2024, 1, 1)}, None]}, {'a': None, 'b': None}, None] | Struct({'a': Int64, 'b': List(Struct({'c': Date}))})
            """)
    void keepsEveryValue(String dtype, String values, String stored) {
        String script = """
                from datetime import date, datetime, time, timezone
                from decimal import Decimal
                UTC = timezone.utc
                result = pl.DataFrame({"v": pl.Series(%s, dtype=%s, strict=False)}).with_row_index("i")
                """.formatted(values, dtype);
        Reply direct = ok(server.script(script));

        Reply written = ok(server.script(script, Map.of("destination", "trip.t")));
        Reply read = ok(server.query("SELECT v FROM t ORDER BY i", "t=trip.t"));

        assertThat(read.json().at("/results/column_types/0").asText()).isEqualTo(stored);
        assertThat(written.rows())
                .isEqualTo(ok(server.query("SELECT i, v FROM t ORDER BY i", "t=trip.t"))
                        .rows());
        assertThat(read.json().at("/results/rows")).hasSameSizeAs(direct.json().at("/results/rows"));
        for (int row = 0; row < read.json().at("/results/rows").size(); row++) {
            JsonNode was = direct.json().at("/results/rows/" + row + "/1");
            JsonNode is = read.json().at("/results/rows/" + row + "/0");
            // A UInt64 comes back as a decimal, which is written as a string.
            assertThat(stored.startsWith("Decimal(precision=20") ? is.asText("null") : is.toString())
                    .isEqualTo(stored.startsWith("Decimal(precision=20") ? was.asText("null") : was.toString());
        }
    }

    @Test
    void keepsEveryRowOfALargeResult() {
        ok(server.script(
                "result = pl.LazyFrame({'n': range(3_000_000)}).with_columns(s=pl.col('n').cast(pl.String), d=pl.col('n') % 7)",
                Map.of("destination", "trip.large")));

        assertThat(server.query(
                                "SELECT count(*) AS c, sum(n) AS s, sum(CAST(s AS BIGINT)) AS t, sum(d) AS d FROM t",
                                "t=trip.large")
                        .rows())
                .isEqualTo("[[3000000,4499998500000,4499998500000,8999994]]");
        assertThat(server.query("SELECT n, s FROM t WHERE n BETWEEN 2999998 AND 4000000 ORDER BY n", "t=trip.large")
                        .rows())
                .isEqualTo("[[2999998,\"2999998\"],[2999999,\"2999999\"]]");
    }

    @Test
    void cutsTheRowsThatComeBackButCountsAll() {
        Reply reply =
                ok(server.script("result = pl.LazyFrame({'n': range(5000)})", Map.of("destination", "trip.preview")));

        assertThat(reply.json().path("row_count").asInt()).isEqualTo(5000);
        assertThat(reply.json().at("/results/rows")).hasSize(1000);
        assertThat(reply.json().path("results_truncated").asBoolean()).isTrue();
        assertThat(reply.json().at("/saved/rows_written").asInt()).isEqualTo(5000);
    }

    @Test
    void writesAnEmptyResultAsAnEmptyTable() {
        Reply reply = ok(
                server.script("result = pl.LazyFrame({'n': [1]}).filter(False)", Map.of("destination", "trip.empty")));

        assertThat(reply.json().at("/saved/rows_written").asInt()).isZero();
        assertThat(server.query("SELECT * FROM t", "t=trip.empty").rows()).isEqualTo("[]");
    }

    @Test
    void anAppendTellsEveryMismatchAndWritesNothing() {
        ok(server.script(
                "result = pl.LazyFrame({'a': [1], 'b': ['x'], 'c': [True]})", Map.of("destination", "trip.strict")));

        Reply reply = server.script(
                "result = pl.LazyFrame({'a': ['text'], 'b': [1.5], 'd': [1], 'c': [False]})",
                Map.of("destination", "trip.strict", "saveMode", "append"));

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.error()).contains("trip.strict");
        assertThat(reply.details())
                .contains(
                        "column 'a' is string in the result and long in the table",
                        "column 'b' is double in the result and string in the table",
                        "column 'd' is not in the table")
                .doesNotContain("'c'");
        assertThat(server.query("SELECT count(*) AS n FROM t", "t=trip.strict").rows())
                .isEqualTo("[[1]]");
    }

    @Test
    void anAppendFillsMissingColumnsWithNullAndWidensNumbers() {
        ok(server.script(
                "result = pl.LazyFrame({'a': [1], 'b': ['x'], 'c': [0.5]})", Map.of("destination", "trip.wide")));

        ok(server.script(
                "result = pl.LazyFrame({'c': pl.Series([0.25], dtype=pl.Float32), 'a': pl.Series([2], dtype=pl.Int8)})",
                Map.of("destination", "trip.wide", "saveMode", "append")));

        assertThat(server.query("SELECT a, b, c FROM t ORDER BY a", "t=trip.wide")
                        .rows())
                .isEqualTo("[[1,\"x\",0.5],[2,null,0.25]]");
    }

    @Test
    void anOverwriteReplacesRowsAndSchema() {
        ok(server.script("result = pl.LazyFrame({'a': [1], 'b': ['x']})", Map.of("destination", "trip.replaced")));

        ok(server.script("result = pl.LazyFrame({'b': [1.5], 'z': [True]})", Map.of("destination", "trip.replaced")));

        assertThat(server.query("SELECT * FROM t", "t=trip.replaced").text())
                .contains("\"columns\":[\"b\",\"z\"]", "\"rows\":[[1.5,true]]");
    }

    private static Reply ok(Reply reply) {
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return reply;
    }
}
