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

/** Tables that Nerium wrote, read by PyIceberg and DuckDB from the same catalog file. */
@Tag("interop")
class OthersReadNeriumTest {
    private static final String NESTED = """
            from datetime import date, datetime
            from decimal import Decimal
            result = pl.LazyFrame(
                {
                    "id": [1, 2, 3],
                    "name": ["a", None, "ü"],
                    "price": [Decimal("1.50"), Decimal("-0.01"), None],
                    "day": [date(2024, 2, 29), None, date(1969, 12, 31)],
                    "at": [datetime(2024, 1, 1, 12, 30, 0, 123456), None, datetime(1960, 1, 1)],
                    "tags": [["x", None], [], None],
                    "place": [{"city": "Rom", "geo": {"lat": 41.9, "lon": 12.5}}, None, {"city": None, "geo": None}],
                    "visits": [[{"day": 1, "notes": ["n"]}], [], None],
                },
                schema_overrides={"price": pl.Decimal(10, 2)},
            )
            """;

    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start();
        save(NESTED, "others.nested", "overwrite");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void pyicebergListsNamespacesAndTables() {
        JsonNode names = pyiceberg("""
                answer([catalog.list_namespaces(), catalog.list_tables("others"), catalog.list_tables("default")])
                """);

        assertThat(names.get(0).toString()).contains("[\"default\"]", "[\"others\"]", "[\"telemetry\"]");
        assertThat(names.get(1).toString()).contains("[\"others\",\"nested\"]");
        assertThat(names.get(2).toString()).isEqualTo("[[\"default\",\"flowers\"]]");
    }

    @Test
    void pyicebergSeesFieldIdsAtEveryLevel() {
        JsonNode ids = pyiceberg("""
                import pyarrow.parquet as pq
                table = catalog.load_table("others.nested")
                def numbered(fields, parent=""):
                    for field in fields:
                        yield parent + field.name, int((field.metadata or {}).get(b"PARQUET:field_id", -1))
                        kind = field.type
                        if pa.types.is_struct(kind):
                            yield from numbered(kind, parent + field.name + ".")
                        elif pa.types.is_large_list(kind) or pa.types.is_list(kind):
                            yield from numbered([kind.value_field.with_name("element")], parent + field.name + ".")
                [file] = [task.file.file_path for task in table.scan().plan_files()]
                in_file = dict(numbered(pq.read_schema(file.removeprefix("file://"))))
                in_table = {table.schema().find_column_name(id): id for id in table.schema().field_ids}
                answer({"file": in_file, "table": in_table})
                """);

        assertThat(ids.get("table").size()).isEqualTo(17);
        assertThat(ids.get("file")).isEqualTo(ids.get("table"));
    }

    @Test
    void pyicebergReadsTheRows() {
        JsonNode rows = pyiceberg("""
                answer(catalog.load_table("others.nested").scan().to_arrow().to_pylist())
                """);

        assertThat(rows).hasSize(3);
        assertThat(rows.get(0).toString())
                .isEqualTo("{\"id\":1,\"name\":\"a\",\"price\":\"1.50\",\"day\":\"2024-02-29\","
                        + "\"at\":\"2024-01-01 12:30:00.123456\",\"tags\":[\"x\",null],"
                        + "\"place\":{\"city\":\"Rom\",\"geo\":{\"lat\":41.9,\"lon\":12.5}},"
                        + "\"visits\":[{\"day\":1,\"notes\":[\"n\"]}]}");
        assertThat(rows.get(1).toString())
                .isEqualTo("{\"id\":2,\"name\":null,\"price\":\"-0.01\",\"day\":null,\"at\":null,\"tags\":[],"
                        + "\"place\":null,\"visits\":[]}");
        assertThat(rows.get(2).toString())
                .isEqualTo("{\"id\":3,\"name\":\"ü\",\"price\":null,\"day\":\"1969-12-31\","
                        + "\"at\":\"1960-01-01 00:00:00\",\"tags\":null,"
                        // PyIceberg 0.12 takes a null list of structs for an empty one, also from files of pyarrow's
                        // own.
                        + "\"place\":{\"city\":null,\"geo\":null},\"visits\":[]}");
    }

    @Test
    void uuidsAreThoseOfPyicebergAndDuckdb() {
        pyiceberg("""
                from pyiceberg.schema import Schema
                from pyiceberg.types import LongType, NestedField, UUIDType
                catalog.create_table("others.uuids", Schema(NestedField(1, "u", UUIDType()), NestedField(2, "n", LongType())))
                answer(None)
                """);
        save("""
                result = pl.DataFrame({'u': ['00000000-0000-0000-0000-000000000001', 'F79C3E09-677C-4BBD-A479-3F349CB785E7', None]}
                    ).with_columns(n=pl.int_range(pl.len(), dtype=pl.Int64))
                """, "others.uuids", "append");

        JsonNode arrow = pyiceberg("""
                table = catalog.load_table("others.uuids")
                found = table.scan("u = 'f79c3e09-677c-4bbd-a479-3f349cb785e7'").to_arrow().to_pylist()
                answer([[str(u) for u in table.scan().to_arrow().sort_by("n")["u"].to_pylist()], [row["n"] for row in found]])
                """);
        JsonNode duck = duckdb("""
                answer([rows("others.uuids", "SELECT u, typeof(u) FROM {t} ORDER BY n"),
                    rows("others.uuids", "SELECT n FROM {t} WHERE u = 'f79c3e09-677c-4bbd-a479-3f349cb785e7'")])
                """);

        assertThat(arrow.toString())
                .isEqualTo(
                        "[[\"00000000-0000-0000-0000-000000000001\",\"f79c3e09-677c-4bbd-a479-3f349cb785e7\",\"None\"],[1]]");
        assertThat(duck.toString())
                .isEqualTo("[[[\"00000000-0000-0000-0000-000000000001\",\"UUID\"],"
                        + "[\"f79c3e09-677c-4bbd-a479-3f349cb785e7\",\"UUID\"],[null,\"UUID\"]],[[1]]]");
    }

    @Test
    void pyicebergSkipsFilesByTheirMetrics() {
        save("result = pl.LazyFrame({'n': [1, 2, None], 's': ['a', 'b', 'c']})", "others.metrics", "overwrite");
        save("result = pl.LazyFrame({'n': [10, 20], 's': ['x', None]})", "others.metrics", "append");

        JsonNode files = pyiceberg("""
                table = catalog.load_table("others.metrics")
                files = [[len(list(table.scan(filter).plan_files())) for filter in ("n > 5", "n = 2", "s is null", "n > 99")]]
                for row in table.inspect.files().sort_by("file_size_in_bytes").to_pylist():
                    metrics = row["readable_metrics"]
                    files.append([row["record_count"]] + [metrics[name][key] for name in ("n", "s")
                        for key in ("lower_bound", "upper_bound", "null_value_count", "value_count")])
                answer(files)
                """);

        assertThat(files.get(0).toString()).isEqualTo("[1,1,1,0]");
        assertThat(files.toString()).contains("[3,1,2,1,3,\"a\",\"c\",0,3]", "[2,10,20,0,2,\"x\",\"x\",1,2]");
    }

    @Test
    void historyNamesTheRunsAndOverwritesKeepIt() {
        Reply first = save("result = pl.LazyFrame({'a': [1, 2]})", "others.history", "overwrite");
        Reply second = save("result = pl.LazyFrame({'a': [3]})", "others.history", "append");
        Reply third = save("result = pl.LazyFrame({'b': ['x']})", "others.history", "overwrite");

        JsonNode history = pyiceberg("""
                table = catalog.load_table("others.history")
                answer([[s.summary["nerium.run-id"], s.summary.operation.value, s.summary["total-records"],
                    table.scan(snapshot_id=s.snapshot_id).to_arrow().to_pylist()] for s in table.snapshots()])
                """);

        assertThat(history.toString())
                .isEqualTo("[[\"%s\",\"append\",\"2\",[{\"a\":1},{\"a\":2}]],".formatted(run(first))
                        + "[\"%s\",\"append\",\"3\",[{\"a\":3},{\"a\":1},{\"a\":2}]],".formatted(run(second))
                        + "[\"%s\",\"overwrite\",\"1\",[{\"b\":\"x\"}]]]".formatted(run(third)));
    }

    @Test
    void pyicebergAppendsAndNeriumReadsOn() {
        save("result = pl.LazyFrame({'a': [1], 'b': ['x']})", "others.shared", "overwrite");
        pyiceberg("""
                table = catalog.load_table("others.shared")
                table.append(pa.table({"a": pa.array([2], pa.int64()), "b": ["y"]}))
                answer(None)
                """);
        assertThat(server.query("SELECT a, b FROM t ORDER BY a", "t=others.shared")
                        .rows())
                .isEqualTo("[[1,\"x\"],[2,\"y\"]]");

        save("result = pl.LazyFrame({'a': [3], 'b': ['z']})", "others.shared", "append");
        JsonNode rows = pyiceberg("""
                answer(catalog.load_table("others.shared").scan().to_arrow().sort_by("a")["b"].to_pylist())
                """);
        assertThat(rows.toString()).isEqualTo("[\"x\",\"y\",\"z\"]");
    }

    @Test
    void duckdbReadsTheRows() {
        JsonNode rows = duckdb("""
                answer([
                    rows("others.nested", 'SELECT id, name, price, day, "at", tags, place, visits FROM {t} ORDER BY id'),
                    rows("others.nested", "SELECT place.geo.lat FROM {t} WHERE place.geo.lat > 1 "),
                    rows("default.flowers", "SELECT species, count(*) FROM {t} GROUP BY species ORDER BY species"),
                ])
                """);

        assertThat(rows.at("/0/0").toString())
                .isEqualTo("[1,\"a\",\"1.50\",\"2024-02-29\",\"2024-01-01 12:30:00.123456\",[\"x\",null],"
                        + "{\"city\":\"Rom\",\"geo\":{\"lat\":41.9,\"lon\":12.5}},[{\"day\":1,\"notes\":[\"n\"]}]]");
        assertThat(rows.at("/0/1").toString()).isEqualTo("[2,null,\"-0.01\",null,null,[],null,[]]");
        assertThat(rows.at("/0/2/7").isNull()).isTrue();
        assertThat(rows.get(1).toString()).isEqualTo("[[41.9]]");
        assertThat(rows.get(2).toString()).isEqualTo("[[\"setosa\",50],[\"versicolor\",50],[\"virginica\",50]]");
    }

    private static Reply save(String script, String table, String mode) {
        Reply reply = server.script(script, Map.of("destination", table, "saveMode", mode));
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return reply;
    }

    private static String run(Reply reply) {
        return reply.json().path("run_id").asText();
    }

    private static JsonNode pyiceberg(String program) {
        return Python.run(server, "pyiceberg", program);
    }

    @Test
    void othersReadTablesThatNeriumMergedInto() {
        save("result = pl.LazyFrame({'id': range(100), 'v': ['old'] * 100})", "others.merged", "overwrite");
        for (int round = 0; round < 2; round++) {
            Reply reply = server.script(
                    "result = pl.LazyFrame({'id': [3, 50, %d], 'v': ['new'] * 3})".formatted(100 + round),
                    Map.of("destination", "others.merged", "saveMode", "merge", "mergeKeys", java.util.List.of("id")));
            assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        }

        JsonNode arrow = pyiceberg("""
                rows = catalog.load_table("others.merged").scan().to_arrow().to_pylist()
                answer([len(rows), len({row["id"] for row in rows}), sum(row["v"] == "new" for row in rows)])
                """);
        JsonNode duck = duckdb("""
                answer(rows("others.merged", "SELECT count(*), count(DISTINCT id), count(*) FILTER (v = 'new') FROM {t}"))
                """);

        assertThat(arrow.toString()).isEqualTo("[102,102,4]");
        assertThat(duck.toString()).isEqualTo("[[102,102,4]]");
    }

    private static JsonNode duckdb(String program) {
        return Python.run(server, "duckdb", program);
    }
}
