"""UPDATE, DELETE and MERGE: the rows that go, the rows that come, and what is asked of the control plane."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

import duckdb
import polars as pl
import pytest

from nerium_worker.iceberg.types import arrow_schema, as_stored
from row_changes import ChangingTable, counts, in_order, schema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from control_plane import ControlPlane, Reply

COLUMNS = {"id": pl.Int64(), "x": pl.Int32(), "s": pl.String()}


@pytest.fixture(autouse=True)
def clean(lake: ControlPlane) -> Iterator[None]:
    yield
    for name in list(lake.tables):
        if name not in {"flowers", "empty"}:
            lake.tables.pop(name)


@pytest.fixture
def table(lake: ControlPlane) -> ChangingTable:
    """Rows in three files, of which one row is deleted; `default.s` matches some of them."""
    rows = [(1, 10, "a"), (2, 20, "b"), (3, None, "c")], [(4, 40, "d")], [(5, 50, None), (None, 60, "f")]
    frames = [pl.DataFrame(file, COLUMNS, orient="row") for file in rows]
    changing = ChangingTable(lake, "default.t", schema(id="long", x="int", s="string"), *frames)
    changing.delete(0, 1)
    source = pl.DataFrame({"id": [1, 4, 4, 9], "y": [1.0, 2.0, 2.5, None]})
    ChangingTable(lake, "default.s", schema(id="long", y="double"), source)
    return changing


def asked(reply: Reply, what: str) -> dict[str, Any]:
    [ask] = [ask for ask in reply.asks if ask["what"] == what]
    return ask


def refusal(table: ChangingTable, sql: str) -> dict[str, Any]:
    header = table.change(sql).header
    assert header["type"] == "failed", header
    return header


def test_numbers_rows_over_all_files_deleted_ones_counted(table: ChangingTable) -> None:
    reply = table.change("DELETE FROM t WHERE id >= 1 AND id < 5")
    assert table.numbers(reply) == [0, 2, 3]
    assert counts(reply) == (0, 3, 0)
    assert reply.header["rows"] == 0


def test_announces_the_table_as_it_is_named(table: ChangingTable) -> None:
    reply = table.change("DELETE FROM default.t AS q WHERE q.id = 1")
    assert asked(reply, "change") == {**asked(reply, "change"), "table": "default.t", "kind": "rows"}
    assert [ask["what"] for ask in reply.asks] == ["change", "write", "candidates"]


def test_asks_for_the_files_and_columns_of_the_condition(table: ChangingTable) -> None:
    deleted = asked(table.change("DELETE FROM t WHERE id = 5"), "candidates")
    assert deleted["filter"] == {"type": "eq", "term": "id", "value": 5}
    assert deleted["columns"] == ["id"]
    updated = asked(table.change("UPDATE t SET x = 1 WHERE id = 5"), "candidates")
    assert sorted(updated["columns"]) == ["id", "s"]


@pytest.mark.parametrize(
    ("sql", "numbers"),
    [
        ("DELETE FROM t WHERE x > 10", [3, 4, 5]),
        ("DELETE FROM t WHERE NOT (x > 10)", [0]),
        ("DELETE FROM t WHERE x IS NULL OR s IS NULL", [2, 4]),
        ("DELETE FROM t WHERE NULL", []),
        ("DELETE FROM t WHERE id NOT IN (1, NULL)", []),
        ("DELETE FROM t USING s WHERE t.id = s.id", [0, 3]),
        ("DELETE FROM t USING s AS q, s AS r WHERE t.id = q.id AND r.id = q.id", [0, 3]),
        ("DELETE FROM t USING (SELECT id FROM s WHERE y > 2) AS q WHERE t.id = q.id", [3]),
        ("DELETE FROM t WHERE EXISTS (SELECT 1 FROM s WHERE s.id = t.id AND y = 1)", [0]),
        ("DELETE FROM t WHERE x = (SELECT max(x) FROM t)", [5]),
        ("DELETE FROM default.t WHERE default.t.id = 4", [3]),
        ("WITH q AS (SELECT max(id) AS id FROM t) DELETE FROM t USING q WHERE t.id = q.id", [4]),
        ('DELETE FROM "default.t" WHERE id = 1', [0]),
        ("DELETE FROM t WHERE id = 1;", [0]),
        ("DELETE FROM t WHERE regexp_extract(s, '[a-z]') = 'a'", [0]),
        ("DELETE FROM default.t USING s WHERE t.id = s.id AND regexp_replace(default.t.s, 'a', 'b') = 'b'", [0]),
    ],
)
def test_deletes(table: ChangingTable, sql: str, numbers: list[int]) -> None:
    assert table.numbers(table.change(sql)) == numbers


@pytest.mark.parametrize(
    ("sql", "written"),
    [
        ("UPDATE t SET x = x + 1, s = s || '!' WHERE id < 4", [(1, 11, "a!"), (3, None, "c!")]),
        ("UPDATE t SET x = 0 WHERE s = 'a'", [(1, 0, "a")]),
        ("UPDATE t SET x = id, id = x WHERE id = 4", [(40, 4, "d")]),
        ("UPDATE default.t SET default.t.x = 7 WHERE default.t.id = 1", [(1, 7, "a")]),
        ("UPDATE t AS q SET x = q.x * 2 WHERE q.id = 1", [(1, 20, "a")]),
        ("UPDATE t SET (x, s) = (1, 'z') WHERE id = 1", [(1, 1, "z")]),
        ("UPDATE t SET x = DEFAULT WHERE id = 1", [(1, None, "a")]),
        ("UPDATE t SET x = CASE WHEN s = 'a' THEN 1 END WHERE id IN (1, 4)", [(1, 1, "a"), (4, None, "d")]),
        ("UPDATE t SET x = y FROM s WHERE t.id = s.id AND y < 2.5", [(1, 1, "a"), (4, 2, "d")]),
        ("UPDATE t SET x = (SELECT max(x) FROM t) WHERE id = 1", [(1, 60, "a")]),
        ("UPDATE t SET x = (SELECT count(*) FROM s WHERE s.id = t.id) WHERE id IN (1, 4)", [(1, 1, "a"), (4, 2, "d")]),
        ("UPDATE t SET x = 3.0 WHERE id = 1", [(1, 3, "a")]),
        ("UPDATE t SET x = 1 WHERE FALSE", []),
        ("UPDATE t SET s = regexp_replace(s, '[ad]', 'z') WHERE id IN (1, 4)", [(1, 10, "z"), (4, 40, "z")]),
        ("UPDATE t SET s = regexp_extract(n, '.$') FROM (SELECT 1 AS i, 'axb' AS n) AS q WHERE id = i", [(1, 10, "b")]),
    ],
)
def test_updates(table: ChangingTable, sql: str, written: list[tuple[Any, ...]]) -> None:
    reply = table.change(sql)
    assert sorted(table.written(reply).rows(), key=repr) == sorted(written, key=repr)
    assert counts(reply) == (len(written), 0, 0)
    assert len(table.numbers(reply)) == len(written)


MERGES = [
    (
        (
            "MERGE INTO t USING (SELECT * FROM s WHERE y < 2.5 OR y IS NULL) AS q ON t.id = q.id"
            " WHEN MATCHED AND q.y = 2 THEN DELETE WHEN MATCHED THEN UPDATE SET x = q.y"
            " WHEN NOT MATCHED THEN INSERT (id, s) VALUES (q.id, 'new')"
        ),
        [3, 0],
        [(1, 1, "a"), (9, None, "new")],
    ),
    (
        (
            "MERGE INTO t USING s ON t.id = s.id AND s.y < 2 WHEN NOT MATCHED BY SOURCE AND t.x > 45 THEN DELETE"
            " WHEN NOT MATCHED BY SOURCE AND t.x > 0 THEN UPDATE SET s = 'gone'"
        ),
        [4, 5, 3],
        [(4, 40, "gone")],
    ),
    (
        (
            "MERGE INTO t USING (VALUES (1, 5, 'n'), (7, 7, 'm')) AS v(id, x, s) ON v.id = t.id"
            " WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *"
        ),
        [0],
        [(1, 5, "n"), (7, 7, "m")],
    ),
    (
        (
            "MERGE INTO t USING s ON t.id = s.id AND FALSE WHEN NOT MATCHED BY TARGET AND s.y > 2 THEN DO NOTHING"
            " WHEN NOT MATCHED BY TARGET AND s.id = 4 THEN INSERT VALUES (s.id, s.y, DEFAULT)"
        ),
        [],
        [(4, 2, None)],
    ),
    (
        (
            "MERGE INTO default.t USING default.s ON default.t.id = default.s.id AND default.s.y > 2"
            " WHEN MATCHED THEN UPDATE SET x = default.s.id"
        ),
        [3],
        [(4, 4, "d")],
    ),
    ("MERGE INTO t USING s ON t.id = s.id + 1 WHEN MATCHED AND s.y = 2 THEN DELETE", [4], []),
    (
        (
            "MERGE INTO t USING (SELECT id, regexp_replace('n-' || CAST(id AS VARCHAR), '-', '') AS n FROM s WHERE y < 2) AS q"
            " ON t.id = q.id AND regexp_extract(t.s, '[a-z]') = 'a' WHEN MATCHED AND regexp_extract(q.n, '1') = '1' THEN"
            " UPDATE SET s = regexp_replace(q.n, 'n', '<') WHEN NOT MATCHED THEN INSERT (s) VALUES (regexp_extract(n, '.'))"
        ),
        [0],
        [(1, 10, "<1")],
    ),
    ("MERGE INTO t USING s ON t.x > 45 AND s.y = 1 WHEN MATCHED THEN DELETE", [4, 5], []),
    (
        (
            "WITH q AS (SELECT 1 AS id) MERGE INTO t USING q ON t.id = q.id WHEN MATCHED THEN DO NOTHING"
            " WHEN NOT MATCHED BY SOURCE AND t.id > (SELECT max(q.id) FROM q) THEN DELETE"
        ),
        [2, 3, 4],
        [],
    ),
    (
        (
            "MERGE INTO t USING (SELECT max(id) + 1 AS id FROM t) AS q ON t.id = q.id"
            " WHEN NOT MATCHED THEN INSERT (id, x) VALUES (q.id, (SELECT max(x) FROM t))"
        ),
        [],
        [(6, 60, None)],
    ),
]


@pytest.mark.parametrize(("sql", "numbers", "written"), MERGES)
def test_merges(table: ChangingTable, sql: str, numbers: list[int], written: list[tuple[Any, ...]]) -> None:
    reply = table.change(sql)
    assert table.numbers(reply) == sorted(numbers)
    assert sorted(table.written(reply).rows(), key=repr) == sorted(written, key=repr)


def test_counts_what_a_merge_does(table: ChangingTable) -> None:
    assert counts(table.change(MERGES[0][0])) == (1, 1, 1)


def test_looks_only_where_the_keys_of_the_source_may_be(table: ChangingTable) -> None:
    reply = table.change("MERGE INTO t USING (VALUES (1), (9)) AS v(id) ON t.id = v.id WHEN MATCHED THEN DELETE")
    ask = asked(reply, "candidates")
    assert ask["filter"]["type"] == "in"
    assert sorted(ask["filter"]["values"]) == [1, 9]
    assert ask["columns"] == ["id"]


def test_looks_at_every_row_if_unmatched_ones_are_changed(table: ChangingTable) -> None:
    reply = table.change(
        "MERGE INTO t USING (VALUES (1)) AS v(id) ON t.id = v.id WHEN NOT MATCHED BY SOURCE AND t.id = 4 THEN DELETE"
    )
    assert asked(reply, "candidates")["filter"] is None
    assert table.numbers(reply) == [3]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE t SET x = y FROM s WHERE t.id = s.id",
        "MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN UPDATE SET s = 'same'",
        "MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN DELETE",
        "MERGE INTO t USING s ON t.id = s.id WHEN MATCHED AND y = 2 THEN DELETE WHEN MATCHED THEN UPDATE SET s = ''",
    ],
)
def test_refuses_to_change_a_row_twice(table: ChangingTable, sql: str) -> None:
    if sql.startswith("UPDATE"):
        sql = sql.replace("x = y", "s = 'same'")
    assert "would change a row of the table more than once" in refusal(table, sql)["error"]


@pytest.mark.parametrize(
    ("sql", "error"),
    [
        ("UPDATE t SET x = 3000000000", "The value 3000000000 does not fit the column 'x', which is int"),
        ("UPDATE t SET x = 2.5", "The value 2.5 does not fit the column 'x', which is int"),
        ("UPDATE t SET x = 1e0 / 0e0", "The value inf does not fit the column 'x', which is int"),
        ("UPDATE t SET x = '5'", "The column 'x' is int in the table, and its value here is String."),
        ("UPDATE t SET s = 5", "The column 's' is string in the table, and its value here is Int32."),
        ("UPDATE t SET y = 5", "The table oleander.default.t has no column 'y'."),
        ("UPDATE t SET x = y", "There is no column 'y'."),
        ("UPDATE t SET x = 1, x = 2", "SET assigns two values to the column 'x'."),
        ("UPDATE t SET s.y = 1", "A statement can't set the field 's.y' of a column alone."),
        ("UPDATE t SET x = max(id)", "The function max needs several rows"),
        ("UPDATE t SET x = 1 WHERE id = max(id)", "The function max needs several rows"),
        ("UPDATE t SET x = sum(id) OVER ()", "The window function sum is not possible in SET"),
        ("DELETE FROM t WHERE row_number() OVER (ORDER BY id) = 1", "The window function row_number"),
        ("DELETE FROM t WHERE id = 1 RETURNING *", "DELETE with RETURNING is not available."),
        ("DELETE FROM t WHERE id = 1 ORDER BY id LIMIT 1", "DELETE with ORDER BY is not available."),
        ("UPDATE t JOIN s ON true SET x = 1", "UPDATE names one table"),
        ("UPDATE t SET x = 1 FROM t WHERE t.id = 1", "Two tables of the statement have the name 't'."),
        ("WITH t AS (SELECT 1) DELETE FROM t WHERE id = 1", "DELETE can't change 't', which WITH gives to a query"),
        ("DELETE FROM t USING read_csv('/etc/passwd') AS s WHERE id = 1", "read_csv"),
        ("MERGE INTO t USING s ON t.id = s.id WHEN NOT MATCHED THEN INSERT *", "the source has no column 'x'"),
        (
            "MERGE INTO t USING s ON t.id = s.id WHEN NOT MATCHED THEN INSERT (id) VALUES (t.id)",
            "There is no table, alias or struct 't'.",
        ),
        (
            "MERGE INTO t USING s ON t.id = s.id WHEN NOT MATCHED THEN INSERT (id, x) VALUES (1)",
            "inserts 1 values into 2 columns",
        ),
        ("MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN DELETE WHEN MATCHED THEN DELETE", "can never hold"),
        ("MERGE INTO t USING (SELECT 1 AS id) ON t.id = 1 WHEN MATCHED THEN DELETE", "has no name"),
        (
            "MERGE INTO t USING s AS v ON t.id = v.id WHEN NOT MATCHED BY SOURCE THEN UPDATE SET x = v.y",
            "There is no table, alias or struct 'v'.",
        ),
    ],
)
def test_refuses_with_the_reason(table: ChangingTable, sql: str, error: str) -> None:
    header = refusal(table, sql)
    assert error in header["error"], header
    assert "__nerium" not in str(header)


UGLY: dict[str, tuple[Any, Any, list[Any]]] = {
    "huge": ("long", pl.Int64(), [2**63 - 1, -(2**63)]),
    "exact": ("decimal(38, 4)", pl.Decimal(38, 4), [Decimal("9" * 34 + ".9999"), Decimal("-0.0001")]),
    "float": ("float", pl.Float32(), [-0.0, float("nan")]),
    "double": ("double", pl.Float64(), [float("-inf"), 5e-324]),
    "text": ("string", pl.String(), ["\x00", "\U0001d518"]),
    "bytes": ("binary", pl.Binary(), [b"\x00\xff", b""]),
    "fixed": ("fixed[2]", pl.Binary(), [b"ab", b"\x00\x00"]),
    "date": ("date", pl.Date(), [dt.date(1, 1, 1), dt.date(9999, 12, 31)]),
    "time": ("time", pl.Time(), [dt.time(23, 59, 59, 999999), dt.time(0)]),
    "stamp": ("timestamp", pl.Datetime("us"), [dt.datetime(1, 1, 1), dt.datetime(2024, 2, 29, 1, 2, 3, 4)]),  # noqa: DTZ001
    "zoned": ("timestamptz", pl.Datetime("us", "UTC"), [dt.datetime(1969, 12, 31, 23, tzinfo=dt.timezone.utc), None]),
    "nanos": ("timestamp_ns", pl.Datetime("ns"), [dt.datetime(2024, 1, 1), None]),  # noqa: DTZ001
    "list": (
        {"type": "list", "element-id": 101, "element": "long", "element-required": False},
        pl.List(pl.Int64()),
        [[2**63 - 1, None], []],
    ),
    "struct": (
        {"type": "struct", "fields": [{"id": 102, "name": "in", "required": False, "type": "date"}]},
        pl.Struct({"in": pl.Date()}),
        [{"in": dt.date(2024, 1, 1)}, None],
    ),
}


def test_keeps_every_value_that_is_not_assigned(lake: ControlPlane) -> None:
    described = schema(id="long", **{name: type_ for name, (type_, _, _) in UGLY.items()})
    frame = pl.DataFrame(
        {"id": [1, 2], **{name: pl.Series(values, dtype=dtype) for name, (_, dtype, values) in UGLY.items()}}
    ).with_columns(pl.col("nanos") + pl.duration(nanoseconds=1))
    table = ChangingTable(lake, "default.ugly", described, frame)
    for sql in (
        "UPDATE ugly SET id = id + 10",
        (
            "MERGE INTO ugly USING (VALUES (1), (2)) AS v(id) ON ugly.id = v.id"
            " WHEN MATCHED THEN UPDATE SET id = ugly.id + 10"
        ),
    ):
        written = table.written(table.change(sql)).sort("id")
        assert written.drop("id").equals(frame.drop("id"), null_equal=True), sql
        assert str(written["float"].to_list()) == "[-0.0, nan]"


def test_keeps_uuids(lake: ControlPlane) -> None:
    described = schema(id="long", u="uuid")
    value = UUID("550e8400-e29b-41d4-a716-446655440000")
    stored = {"fields": [as_stored(field) for field in described["fields"]]}
    table = ChangingTable(lake, "default.uuids", described)
    path = lake.root / "data" / "uuids-1.parquet"
    frame = pl.DataFrame({"id": [1, 2], "u": [value.bytes, None]}, schema={"id": pl.Int64, "u": pl.Binary})
    frame.lazy().sink_parquet(path, arrow_schema=arrow_schema(stored))
    table.table.files.append({"path": path.name, "bytes": path.stat().st_size, "rows": 2})
    kept = lake.query("UPDATE uuids SET id = 3 WHERE u IS NOT NULL", tables={}, statements=True,
                      result={"overflow": "truncate"})  # fmt: skip
    [file] = kept.header["written"]["files"]
    assert pl.read_parquet(lake.root / "out" / "files" / file["name"]).rows() == [(3, value.bytes)]
    wrong = lake.query("UPDATE uuids SET u = 'none'", tables={}, statements=True).header
    assert "has the value 'none' in the column 'u', which is uuid in the table" in wrong["error"]


@pytest.mark.parametrize(
    ("type_", "value", "stored"),
    [
        ("long", "7", 7),
        ("double", "7", 7.0),
        ("float", "1.5e0", 1.5),
        ("decimal(10, 2)", "7", Decimal("7.00")),
        ("decimal(10, 2)", "-1.50", Decimal("-1.50")),
        ("decimal(10, 2)", "-1.005", Decimal("-1.01")),
        ("decimal(10, 2)", "0.1e0", Decimal("0.10")),
        ("date", "'2024-02-29'", dt.date(2024, 2, 29)),
        ("time", "'01:02:03'", dt.time(1, 2, 3)),
        ("timestamp", "'2024-02-29 01:02:03.000004'", dt.datetime(2024, 2, 29, 1, 2, 3, 4)),  # noqa: DTZ001
        ("timestamp", "DATE '2024-02-29'", dt.datetime(2024, 2, 29)),  # noqa: DTZ001
        ("timestamptz", "'2024-02-29T01:00:00+02:00'", dt.datetime(2024, 2, 28, 23, tzinfo=dt.timezone.utc)),
        ({"type": "list", "element-id": 9, "element": "int", "element-required": False}, "[1, 2]", [1, 2]),
        ("boolean", "id = 1", True),
        ("binary", "X'00ff'", b"\x00\xff"),
    ],
)
def test_assigns_values_of_the_columns_type(lake: ControlPlane, type_: Any, value: str, stored: Any) -> None:
    described = schema(id="long", v=type_)
    frame = pl.DataFrame({"id": [1]}).with_columns(v=pl.lit(None))
    dtype = pl.Schema(arrow_schema(described))["v"]
    table = ChangingTable(lake, "default.v", described, frame.cast({"v": dtype}))
    assert table.written(table.change(f"UPDATE v SET v = {value}"))["v"].to_list() == [stored]


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        ("int", "-2147483649"),
        ("long", "9223372036854775808"),
        ("long", "CAST('nan' AS DOUBLE)"),
        ("float", "1e300"),
        ("decimal(4, 2)", "99.995"),
        ("decimal(4, 2)", "100"),
        ("decimal(4, 2)", "CAST('inf' AS DOUBLE)"),
        ("date", "'2024-02-30'"),
        ("decimal(10, 2)", "1.005e0"),
        ("timestamp", "'noon'"),
    ],
)
def test_refuses_values_that_the_column_cannot_hold(lake: ControlPlane, type_: Any, value: str) -> None:
    described = schema(id="long", v=type_)
    dtype = pl.Schema(arrow_schema(described))["v"]
    frame = pl.DataFrame({"id": [1]}).with_columns(v=pl.lit(None).cast(dtype))
    table = ChangingTable(lake, "default.v", described, frame)
    assert "does not fit the column 'v'" in refusal(table, f"UPDATE v SET v = {value}")["error"]


def test_rounds_decimals_as_duckdb_does(lake: ControlPlane) -> None:
    chosen = random.Random(26)  # noqa: S311  # repeatable
    ties = [Decimal(chosen.randrange(-(10**9), 10**9) * 10**4 + 5000).scaleb(-6) for _ in range(500)]
    others = [Decimal(chosen.randrange(-(10**16), 10**16)).scaleb(-6) for _ in range(500)]
    nulls = [None] * 1000
    types = {"d": pl.Decimal(18, 6), "p": pl.Decimal(14, 2), "n": pl.Decimal(11, 0)}
    frame = pl.DataFrame({"d": ties + others, "p": nulls, "n": nulls}, schema=types)
    table = ChangingTable(lake, "default.r", schema(d="decimal(18, 6)", p="decimal(14, 2)", n="decimal(11, 0)"), frame)

    rows = table.written(table.change("UPDATE r SET p = d, n = d / 1"))

    expected = duckdb.sql("SELECT d, CAST(d AS DECIMAL(14, 2)) AS p, CAST(d AS DECIMAL(11, 0)) AS n FROM frame").pl()
    assert in_order(rows) == in_order(expected)
    assert sum(row["p"] != Decimal(row["d"]).quantize(Decimal("0.01")) for row in rows.rows(named=True)) > 200


def test_refuses_a_null_where_the_table_requires_a_value(lake: ControlPlane) -> None:
    table = ChangingTable(lake, "default.r", schema(id="long!", x="int"), pl.DataFrame({"id": [1, 2], "x": [1, None]},
                          schema={"id": pl.Int64, "x": pl.Int32}))  # fmt: skip
    for value in ("NULL", "x", "CASE WHEN id = 1 THEN 1 END"):
        assert refusal(table, f"UPDATE r SET id = {value}")["error"] == (
            "Column 'id' of the result has a null, and the table requires a value in it."
        )
    merge = "MERGE INTO r USING (SELECT 1 AS x) AS s ON FALSE WHEN NOT MATCHED THEN INSERT (x) VALUES (s.x)"
    assert "requires a value in the column 'id'" in refusal(table, merge)["error"]


def test_gives_columns_their_defaults(lake: ControlPlane) -> None:
    described = schema(id="long", v="int")
    described["fields"][1] |= {"initial-default": 5, "write-default": 6}
    table = ChangingTable(lake, "default.d", schema(id="long"), pl.DataFrame({"id": [1, 2]}))
    table.table.schema = described
    updated = table.change("UPDATE d SET id = id * 10 WHERE v = 5")
    assert sorted(table.written(updated).rows()) == [(10, 5), (20, 5)]
    merged = table.change(
        "MERGE INTO d USING (VALUES (1), (7)) AS s(id) ON d.id = s.id"
        " WHEN MATCHED THEN UPDATE SET v = DEFAULT WHEN NOT MATCHED THEN INSERT (id) VALUES (s.id)"
    )
    assert sorted(table.written(merged).rows()) == [(1, 6), (7, 6)]


def test_reads_files_without_field_ids_by_their_layout(lake: ControlPlane) -> None:
    described = schema(id="long", x="int")
    table = ChangingTable(
        lake, "default.l", described, pl.DataFrame({"id": [1, 2], "x": [1, 2]}, {"id": pl.Int64, "x": pl.Int32})
    )
    path = lake.root / "data" / "foreign.parquet"
    pl.DataFrame({"ident": [3, 4]}, {"ident": pl.Int64}).write_parquet(path)
    layout = {"type": "struct", "fields": [{"id": 1, "name": "ident", "required": False, "type": "long"}]}
    table.table.layouts.append(layout)
    table.table.files[0]["layout"] = -1
    table.table.files.append({"path": path.name, "bytes": path.stat().st_size, "rows": 2, "layout": 0})
    reply = table.change("UPDATE l SET x = 9 WHERE id IN (2, 4)")
    assert table.numbers(reply) == [1, 3]
    assert sorted(table.written(reply).rows()) == [(2, 9), (4, 9)]


def test_leaves_rows_alone_that_equality_deletes_removed(lake: ControlPlane) -> None:
    described = schema(id="long", x="int")
    rows = pl.DataFrame({"id": [1, 2, 3], "x": [1, 1, 1]}, {"id": pl.Int64, "x": pl.Int32})
    table = ChangingTable(lake, "default.e", described, rows, rows)
    key = {"type": "struct", "fields": described["fields"][:1]}
    path = lake.root / "data" / "equality.parquet"
    pl.DataFrame({"id": [2]}).lazy().sink_parquet(path, arrow_schema=arrow_schema(key))
    for file, sequence in zip(table.table.files, (1, 3), strict=True):
        file |= {"sequence": sequence, "partition": 0}
    table.table.deleted = None
    table.table.equality = {
        "files": [{"file": path.name, "fields": [1], "sequence": 2, "partition": None}],
        "keys": [{"field": 1, "schema": key}],
    }
    assert table.numbers(table.change("DELETE FROM e WHERE id >= 2")) == [2, 4, 5]
    assert table.numbers(table.change("UPDATE e SET x = 2 WHERE x = 1")) == [0, 2, 3, 4, 5]


def test_reads_its_source_once(table: ChangingTable) -> None:
    merged = table.change(
        "MERGE INTO t USING (SELECT id, y FROM s WHERE y < 2.5) AS q ON t.id = q.id WHEN MATCHED THEN UPDATE SET x = q.y"
        " WHEN NOT MATCHED THEN INSERT (id) VALUES (q.id)"
    )
    assert len(merged.plans()) == 1
    assert asked(merged, "candidates")


def test_leaves_no_file_but_the_change(lake: ControlPlane, table: ChangingTable) -> None:
    table.change("UPDATE t SET x = 1 WHERE id = 1")
    assert sorted(path.name for path in (lake.root / "out").iterdir()) == ["files", "replaced"]
    refusal(table, "UPDATE t SET x = 3000000000")
    assert not (lake.root / "out" / "changes").exists()


def test_equals_the_rows_of_two_statements_in_one(table: ChangingTable) -> None:
    updated = table.after(table.change("UPDATE t SET x = 0 WHERE id = 1"))
    merged = table.after(
        table.change("MERGE INTO t USING (SELECT 1 AS k) AS q ON t.id = q.k WHEN MATCHED THEN UPDATE SET x = 0")
    )
    assert in_order(updated) == in_order(merged)


def lineage(reply: Reply) -> dict[str, str]:
    """Give the inputs of each column that has some, those of the rows under `rows`."""
    told = reply.header["lineage"]
    assert told["complete"]
    texts = {field["name"]: _inputs(field["inputs"]) for field in told["fields"]} | {"rows": _inputs(told["dataset"])}
    return {name: inputs for name, inputs in texts.items() if inputs}


def _inputs(inputs: list[dict[str, Any]]) -> str:
    return ", ".join(
        f"{each['table']}.{each['field']} {step['subtype']}" for each in inputs for step in each["transformations"]
    )


def test_tells_which_columns_the_new_values_come_from(lake: ControlPlane, table: ChangingTable) -> None:
    t, s = (lake.describe(name)["handle"] for name in ("default.t", "default.s"))
    assert lineage(table.change("DELETE FROM t WHERE x > 10")) == {"rows": f"{t}.x FILTER"}
    assert lineage(table.change("UPDATE t SET x = id + 1 WHERE s = 'a'")) == {
        "id": f"{t}.id IDENTITY",
        "x": f"{t}.id TRANSFORMATION",
        "s": f"{t}.s IDENTITY",
        "rows": f"{t}.s FILTER",
    }
    merged = table.change(
        "MERGE INTO t USING (SELECT id, max(y) AS y FROM s GROUP BY id) AS v ON t.id = v.id"
        " WHEN MATCHED AND v.y < 2 THEN UPDATE SET x = v.y WHEN MATCHED THEN DELETE"
        " WHEN NOT MATCHED THEN INSERT (id) VALUES (v.id)"
    )
    told = lineage(merged)
    assert told["x"] == f"{s}.y AGGREGATION"
    assert told["id"] == f"{t}.id IDENTITY, {s}.id IDENTITY"
    assert told["s"] == f"{t}.s IDENTITY"
    assert f"{t}.id JOIN" in told["rows"]
    assert f"{s}.y FILTER" in told["rows"]
    insert_only = "MERGE INTO t USING s ON t.id = s.id WHEN NOT MATCHED AND y > 2 THEN INSERT (id) VALUES (s.id)"
    assert f"{t}.id JOIN" in lineage(table.change(insert_only))["rows"]


@pytest.mark.parametrize("sql", ["TRUNCATE TABLE t", "TRUNCATE default.t", "DELETE FROM t", "DELETE FROM default.t;"])
def test_truncates_without_reading_a_row(table: ChangingTable, sql: str) -> None:
    reply = table.change(sql)
    assert reply.header["written"] == {"files": [], "replaced": None, "truncated": 5}
    assert asked(reply, "change")["kind"] == "truncate"


def test_changes_an_empty_table(lake: ControlPlane) -> None:
    table = ChangingTable(lake, "default.none", schema(id="long", x="int"))
    for sql in ("DELETE FROM none WHERE id = 1", "UPDATE none SET x = 1", "UPDATE none SET x = 1 WHERE id = 1"):
        assert counts(table.change(sql)) == (0, 0, 0)
    merged = table.change(
        "MERGE INTO none USING (VALUES (1)) AS s(id) ON none.id = s.id WHEN MATCHED THEN UPDATE SET x = 1"
        " WHEN NOT MATCHED THEN INSERT (id) VALUES (s.id) WHEN NOT MATCHED BY SOURCE THEN DELETE"
    )
    assert counts(merged) == (0, 0, 1)
    emptied = table.change(
        "MERGE INTO none USING (SELECT 1 AS id WHERE FALSE) AS s ON none.id = s.id WHEN MATCHED THEN DELETE"
    )
    assert counts(emptied) == (0, 0, 0)


@pytest.mark.parametrize(
    ("sql", "numbers"),
    [
        ("MERGE INTO default.t AS x USING other.t ON x.id = t.id WHEN MATCHED THEN DELETE", [3]),
        ("MERGE INTO default.t AS x USING other.t ON t.id = t.y AND x.id = 1 WHEN MATCHED THEN DELETE", [0]),
        ("MERGE INTO other.t AS o USING default.t AS t ON t.id = 1 AND t.id = t.id WHEN MATCHED THEN DELETE", [0]),
        ("MERGE INTO default.t AS t USING other.t ON t.id = t.x AND other.t.id = 4 WHEN MATCHED THEN DELETE", []),
    ],
)
def test_knows_whose_columns_are_equal(table: ChangingTable, lake: ControlPlane, sql: str, numbers: list[int]) -> None:
    other = ChangingTable(lake, "other.t", schema(id="long", y="long"), pl.DataFrame({"id": [4], "y": [4]}))
    assert (other if "INTO other" in sql else table).numbers(table.change(sql)) == numbers


@pytest.mark.parametrize(
    ("sql", "params", "written"),
    [
        (
            "UPDATE t SET x = $x, s = $s WHERE id IN ($ids)",
            {"x": 7, "s": "'; --", "ids": [1, 4]},
            [(1, 7, "'; --"), (4, 7, "'; --")],
        ),
        ("UPDATE t SET x = ? WHERE id = ?", [7, 1], [(1, 7, "a")]),
        ("DELETE FROM t WHERE id IN ($ids) AND s = $s", {"ids": [1, 4], "s": "a"}, []),
        (
            "MERGE INTO t USING s ON t.id = s.id WHEN MATCHED AND s.id = $id THEN UPDATE SET s = $s WHEN NOT MATCHED THEN INSERT (id, x, s) VALUES (s.id, $x, $s)",
            {"id": 1, "s": "it's", "x": -1},
            [(1, 10, "it's"), (9, -1, "it's")],
        ),
    ],
)
def test_binds_the_values_of_a_change(table: ChangingTable, sql: str, params: Any, written: list[Any]) -> None:
    reply = table.change(sql, params=params)
    assert table.numbers(reply)
    assert sorted(table.written(reply).rows()) == written


def test_a_change_needs_all_its_values(table: ChangingTable) -> None:
    header = table.change("UPDATE t SET x = 1\nWHERE id = $id", params={"ID": 1}).header
    assert header["error"] == "The parameter $id at line 2, column 12 has no value: params has the values ID."
    header = table.change("DELETE FROM t", params={"id": 1}).header
    assert header["error"] == "params has the value 'id', and the statement has no parameter for it."
    header = table.change("DELETE FROM t WHERE id > 'a'").header
    assert header["error"] == "The column 'id' of the type Int64 can't be compared with the text 'a'."


def test_binds_parameters(lake: ControlPlane, table: ChangingTable) -> None:
    def change(sql: str, params: object) -> Reply:
        return lake.query(sql, tables={}, statements=True, params=params, result={"overflow": "truncate"})

    updated = change("UPDATE t SET s = $new WHERE id = $id", {"new": "it's; DELETE FROM t", "id": 1})
    assert table.written(updated).rows() == [(1, 10, "it's; DELETE FROM t")]
    assert table.numbers(change("DELETE FROM t WHERE id IN (?, ?)", [1, 4])) == [0, 3]
    merged = change(
        "MERGE INTO t USING (SELECT $id AS id, CAST(1 AS INTEGER) AS x, $new AS s) AS q ON t.id = q.id"
        " WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *",
        {"id": 9, "new": "n"},
    )
    assert table.written(merged).rows() == [(9, 1, "n")]
