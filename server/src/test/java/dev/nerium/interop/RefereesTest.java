package dev.nerium.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tables that Nerium wrote: Spark, PyIceberg and DuckDB read of them what Nerium does. */
@Tag("interop")
@Tag("spark")
@ExtendWith(SparkExtension.class)
class RefereesTest {
    /** Rows around every border: nulls, NaN, the epoch, letters of several bytes. */
    private static final String ROWS = """
            n = pl.int_range(%s, dtype=pl.Int64, eager=False)
            result = pl.select(id=n).lazy().with_columns(
                i=(pl.col("id") - 12).cast(pl.Int32),
                s=pl.concat_str(pl.lit("abcde").str.slice(pl.col("id") %% 5, 1), pl.lit("ü"), (pl.col("id") %% 5).cast(pl.String)),
                p=((pl.col("id") - 12) * 1.5).cast(pl.Decimal(9, 2)),
                day=pl.date(1970, 1, 1) + pl.duration(days=(pl.col("id") - 12) * 9),
                at=pl.datetime(1970, 1, 1) + pl.duration(microseconds=(pl.col("id") - 12) * 3_000_000_001),
                tz=(pl.datetime(1970, 1, 1) + pl.duration(microseconds=(pl.col("id") - 12) * 3_000_000_000_001)).dt.replace_time_zone("UTC"),
                d=pl.when(pl.col("id") %% 6 == 0).then(float("nan")).otherwise(pl.col("id") / 4),
            ).with_columns(pl.when(pl.col("id") %% 9 != 4).then(pl.col("i", "s", "p", "day", "at", "tz", "d")))
            """;

    private static final String VALUES = """
            from datetime import date, datetime, timezone
            from decimal import Decimal
            result = pl.LazyFrame({
                "id": [1, 2, 3, None], "i8": pl.Series([-128, 127, 0, None], dtype=pl.Int8), "u64": pl.Series([2**64 - 1, 0, 1, None], dtype=pl.UInt64),
                "f": pl.Series([0.1, float("nan"), float("-inf"), None], dtype=pl.Float32), "d": [-0.0, float("inf"), 5e-324, None],
                "b": [True, False, None, None], "s": ["", "ü𝄞\\n", "x", None], "x": [b"", bytes(range(256)), b"a", None],
                "c": pl.Series(["u", "v", "u", None], dtype=pl.Categorical),
                "p9": pl.Series([Decimal("9999999.99"), Decimal("-0.01"), Decimal(0), None], dtype=pl.Decimal(9, 2)),
                "p38": pl.Series([Decimal(10)**27 + Decimal("0.0000000001"), Decimal("-0.0000000001"), Decimal(0), None], dtype=pl.Decimal(38, 10)),
                "day": [date(1, 1, 3), date(1969, 12, 31), date(9999, 12, 31), None],
                "at": [datetime(1, 1, 3), datetime(1969, 12, 31, 23, 59, 59, 999999), datetime(9999, 12, 30), None],
                "tz": pl.Series([datetime(1700, 1, 1), datetime(1969, 12, 31, 23, 59, 59, 999999), datetime(2200, 1, 1), None]).dt.replace_time_zone("UTC"),
            })
            """;

    private static final String NESTED = """
            result = pl.LazyFrame({
                "id": [1, 2, 3, 4],
                "l": [[1, None], [], [5], [None]],
                "s": [{"a": 1, "b": {"c": ["x", None], "d": 0.5}}, {"a": None, "b": None}, None, {"a": 4, "b": {"c": None, "d": None}}],
                "ls": [[{"q": "y", "r": [1]}, None], [], [{"q": None, "r": None}], [None]],
                "ll": [[[1], None, []], [], [[None]], [[2, 3]]],
            })
            """;

    private static TestServer server;
    private static JsonNode bySpark;
    private static JsonNode byPyIceberg;
    private static JsonNode byDuckDb;

    @BeforeAll
    static void writeTables(Spark spark) {
        server = TestServer.startEmpty();
        for (JsonNode table : spark.run(server, "spark/destinations.py")) {
            save(ROWS.formatted("0, 25"), table.asText(), "append");
            save(ROWS.formatted("25, 50"), table.asText(), "append");
        }
        save(VALUES, "values", "overwrite");
        save(NESTED, "nested", "overwrite");
        save(NESTED, "nested", "append");
        save(ROWS.formatted("0, 5"), "replaced", "overwrite");
        save(ROWS.formatted("5, 30"), "replaced", "overwrite");
        bySpark = spark.run(server, "requests.py", "spark/reads.py", "written.py", "spark/written.py");
        byPyIceberg = inPython("pyiceberg");
        byDuckDb = inPython("duckdb");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    static Stream<Read> readsOfSpark() {
        return Read.all(bySpark.path("reads"));
    }

    static Stream<Read> readsOfPyIceberg() {
        return Read.all(byPyIceberg.path("reads"));
    }

    static Stream<Read> readsOfDuckDb() {
        return Read.all(byDuckDb.path("reads"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("readsOfSpark")
    void sparkReadsTheSame(Read read) {
        read.assertAnsweredAlikeBy(server);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("readsOfPyIceberg")
    void pyIcebergReadsTheSame(Read read) {
        read.assertAnsweredAlikeBy(server);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("readsOfDuckDb")
    void duckDbReadsTheSame(Read read) {
        read.assertAnsweredAlikeBy(server);
    }

    private static JsonNode inPython(String client) {
        String program = Python.resources("requests.py", "written.py", "arrow.py", "written_" + client + ".py");
        return Python.run(server, client, program);
    }

    private static void save(String script, String table, String mode) {
        Reply reply = server.script(script, Map.of("destination", "written." + table, "saveMode", mode));
        assertThat(reply.status()).as(table + ": " + reply.text()).isEqualTo(200);
    }
}
