package dev.nerium.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tables that PyIceberg made in the server's own catalog, read by Nerium. */
@Tag("interop")
class NeriumReadsOthersTest {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.startEmpty();
        pyiceberg("""
                catalog.create_namespace_if_not_exists("py")
                answer(None)
                """);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void readsEveryTypeWithNulls() {
        pyiceberg("""
                from datetime import date, datetime, time, timezone
                from decimal import Decimal
                rows = pa.table({
                    "i": pa.array([1, None], pa.int32()), "l": pa.array([2**62, None], pa.int64()),
                    "f": pa.array([0.5, None], pa.float32()), "d": pa.array([0.1, None], pa.float64()),
                    "b": pa.array([True, None]), "s": pa.array(["ü", None]), "x": pa.array([b"\\x00\\xff", None]),
                    "day": pa.array([date(1900, 1, 1), None]), "t": pa.array([time(1, 2, 3, 4), None], pa.time64("us")),
                    "ts": pa.array([datetime(2024, 1, 1, 0, 0, 0, 1), None], pa.timestamp("us")),
                    "tz": pa.array([datetime(2024, 1, 1, tzinfo=timezone.utc), None], pa.timestamp("us", "UTC")),
                    "p": pa.array([Decimal("-1.25"), None], pa.decimal128(12, 2)),
                    "fixed": pa.array([b"ab", None], pa.binary(2)),
                })
                catalog.create_table("py.types", rows.schema).append(rows)
                answer(None)
                """);

        Reply reply = server.query("SELECT * FROM t ORDER BY i", "t=py.types");

        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(reply.rows())
                .isEqualTo("[[1,4611686018427387904,0.5,0.1,true,\"ü\",\"AP8=\",\"1900-01-01\",\"01:02:03.000004000\","
                        + "\"2024-01-01T00:00:00.000001\",\"2024-01-01T00:00:00.000000+00:00\",\"-1.25\",\"YWI=\"],"
                        + "[null,null,null,null,null,null,null,null,null,null,null,null,null]]");
        assertThat(reply.json().at("/results/column_types").toString())
                .isEqualTo(
                        "[\"Int32\",\"Int64\",\"Float32\",\"Float64\",\"Boolean\",\"String\",\"Binary\",\"Date\","
                                + "\"Time\",\"Datetime(time_unit='us', time_zone=None)\","
                                + "\"Datetime(time_unit='us', time_zone='UTC')\",\"Decimal(precision=12, scale=2)\",\"Binary\"]");
    }

    @Test
    void readsNestedTypes() {
        pyiceberg("""
                rows = pa.table({
                    "id": pa.array([1, 2], pa.int64()),
                    "l": pa.array([[1, None], None], pa.list_(pa.int32())),
                    "s": pa.array([{"a": 1, "b": {"c": ["x"]}}, None], pa.struct(
                        {"a": pa.int64(), "b": pa.struct({"c": pa.list_(pa.string())})})),
                    "m": pa.array([[("k", 1)], None], pa.map_(pa.string(), pa.int32())),
                })
                catalog.create_table("py.nested", rows.schema).append(rows)
                answer(None)
                """);

        assertThat(server.query("SELECT l, s FROM t ORDER BY id", "t=py.nested").rows())
                .isEqualTo("[[[1,null],{\"a\":1,\"b\":{\"c\":[\"x\"]}}],[null,null]]");
        assertThat(server.query("SELECT m FROM t ORDER BY id", "t=py.nested").rows())
                .isEqualTo("[[[{\"key\":\"k\",\"value\":1}]],[null]]");
    }

    @Test
    void followsRenamedDroppedAddedAndWidenedColumns() {
        pyiceberg("""
                from pyiceberg.types import LongType, StringType
                first = pa.table({
                    "a": pa.array([1], pa.int32()), "b": ["dropped"], "c": ["kept"],
                    "s": pa.array([{"x": 1, "y": 2}], pa.struct({"x": pa.int64(), "y": pa.int64()})),
                })
                table = catalog.create_table("py.evolved", first.schema)
                table.append(first)
                with table.update_schema() as update:
                    update.rename_column("a", "renamed")
                    update.delete_column("b")
                    update.rename_column("s.x", "z")
                    update.delete_column("s.y")
                with table.update_schema() as update:
                    update.update_column("renamed", LongType())
                    update.add_column("b", StringType())
                    update.move_first("c")
                table.append(pa.table({
                    "c": ["new"], "renamed": pa.array([2**40], pa.int64()),
                    "s": pa.array([{"z": 5}], pa.struct({"z": pa.int64()})), "b": ["other b"],
                }))
                answer(None)
                """);

        assertThat(server.query("SELECT * FROM t ORDER BY renamed", "t=py.evolved")
                        .rows())
                .isEqualTo("[[\"kept\",1,{\"z\":1},null],[\"new\",1099511627776,{\"z\":5},\"other b\"]]");
        assertThat(server.query("SELECT c FROM t WHERE renamed = 1", "t=py.evolved")
                        .rows())
                .isEqualTo("[[\"kept\"]]");
        assertThat(server.query("SELECT c FROM t WHERE b IS NULL", "t=py.evolved")
                        .rows())
                .isEqualTo("[[\"kept\"]]");
        assertThat(server.query("SELECT c FROM t WHERE b = 'dropped'", "t=py.evolved")
                        .rows())
                .isEqualTo("[]");
    }

    @Test
    void readsAnIdentityPartitionedTable() {
        pyiceberg("""
                from datetime import date, datetime
                rows = pa.table({
                    "region": ["eu", "eu", "us", None], "day": [date(2024, 1, d) for d in (1, 2, 1, 2)],
                    "at": [datetime(2024, 1, d, 5) for d in (1, 2, 1, 2)], "n": pa.array([1, 2, 3, 4], pa.int64()),
                })
                table = catalog.create_table("py.parts", rows.schema)
                with table.update_spec() as update:
                    update.add_identity("region")
                    update.add_identity("day")
                table.append(rows)
                answer(None)
                """);

        assertThat(server.query("SELECT * FROM t ORDER BY n", "t=py.parts").rows())
                .isEqualTo("[[\"eu\",\"2024-01-01\",\"2024-01-01T05:00:00.000000\",1],"
                        + "[\"eu\",\"2024-01-02\",\"2024-01-02T05:00:00.000000\",2],"
                        + "[\"us\",\"2024-01-01\",\"2024-01-01T05:00:00.000000\",3],"
                        + "[null,\"2024-01-02\",\"2024-01-02T05:00:00.000000\",4]]");
        assertThat(server.query("SELECT n FROM t WHERE region = 'eu' AND day > DATE '2024-01-01'", "t=py.parts")
                        .rows())
                .isEqualTo("[[2]]");
        assertThat(server.query("SELECT n FROM t WHERE region IS NULL", "t=py.parts")
                        .rows())
                .isEqualTo("[[4]]");
        assertThat(server.query("SELECT region, count(*) AS c FROM t GROUP BY region ORDER BY region", "t=py.parts")
                        .rows())
                .isEqualTo("[[\"eu\",2],[\"us\",1],[null,1]]");
    }

    @Test
    void readsATableWhosePartitioningWasAddedLater() {
        pyiceberg("""
                rows = pa.table({"k": ["a", "b"], "n": pa.array([1, 2], pa.int64())})
                table = catalog.create_table("py.later", rows.schema)
                table.append(rows)
                with table.update_spec() as update:
                    update.add_identity("k")
                table.append(rows)
                answer(None)
                """);

        assertThat(server.query("SELECT k, sum(n) AS n FROM t GROUP BY k ORDER BY k", "t=py.later")
                        .rows())
                .isEqualTo("[[\"a\",2],[\"b\",4]]");
    }

    @Test
    void readsWhatIsLeftAfterDeletes() {
        pyiceberg("""
                rows = pa.table({"n": pa.array(range(100), pa.int64())})
                table = catalog.create_table("py.deleted", rows.schema)
                table.append(rows)
                table.delete("n >= 10 and n < 90")
                table.append(pa.table({"n": pa.array([1000], pa.int64())}))
                answer(None)
                """);

        assertThat(server.query("SELECT count(*) AS c, sum(n) AS s, max(n) AS m FROM t", "t=py.deleted")
                        .rows())
                .isEqualTo("[[21,1990,1000]]");
    }

    @Test
    void readsATableWithoutSnapshot() {
        pyiceberg("""
                catalog.create_table("py.empty", pa.schema({"a": pa.int64(), "b": pa.list_(pa.string())}))
                answer(None)
                """);

        Reply reply = server.query("SELECT * FROM t", "t=py.empty");

        assertThat(reply.rows()).isEqualTo("[]");
        assertThat(reply.json().at("/results/columns").toString()).isEqualTo("[\"a\",\"b\"]");
        assertThat(server.query("SELECT count(*) AS n FROM t", "t=py.empty").rows())
                .isEqualTo("[[0]]");
    }

    @Test
    void seesEachCommitOfOthersAtTheNextRun() {
        pyiceberg("""
                catalog.create_table("py.moving", pa.schema({"a": pa.int64()})).append(
                    pa.table({"a": pa.array([1], pa.int64())}))
                answer(None)
                """);
        assertThat(server.query("SELECT sum(a) AS a FROM t", "t=py.moving").rows())
                .isEqualTo("[[1]]");
        pyiceberg("""
                catalog.load_table("py.moving").overwrite(pa.table({"a": pa.array([5], pa.int64())}))
                answer(None)
                """);
        assertThat(server.query("SELECT sum(a) AS a FROM t", "t=py.moving").rows())
                .isEqualTo("[[5]]");
        pyiceberg("""
                catalog.drop_table("py.moving")
                answer(None)
                """);
        assertThat(server.query("SELECT a FROM t", "t=py.moving").status()).isEqualTo(400);
    }

    private static JsonNode pyiceberg(String program) {
        return Python.run(server, "pyiceberg", program);
    }
}
