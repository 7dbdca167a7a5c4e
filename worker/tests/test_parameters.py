"""Parameters of statements: bound by value, wherever they stand."""

from __future__ import annotations

import datetime as dt
import math
import random
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl
import pytest

from nerium_worker.modes.parameters import Given, values_of_python
from nerium_worker.modes.sql import query_frame
from nerium_worker.protocol.errors import Failure

if TYPE_CHECKING:
    from control_plane import ControlPlane, Reply

UTC = dt.timezone.utc
ROWS = {"a": [1, 2, None], "s": ["x", "it's", None]}
TABLES = {"t": pl.LazyFrame(ROWS)}


def frame(sql: str, params: Any) -> pl.DataFrame:
    return query_frame(sql, TABLES, TABLES.__getitem__, Given(params=params))[0].collect()


def rows(sql: str, params: Any) -> list[Any]:
    return frame(sql, params).rows()


def failure(sql: str, params: Any) -> Failure:
    with pytest.raises(Failure) as raised:
        frame(sql, params)
    assert raised.value.kind == "sql"
    return raised.value


def as_date(value: Any) -> dict[str, Any]:
    return {"type": "date", "value": value}


def as_moment(value: Any) -> dict[str, Any]:
    return {"type": "timestamptz", "value": value}


PYTHON_VALUES: list[tuple[Any, pl.DataType]] = [
    (None, pl.Null()),
    (True, pl.Boolean()),
    (5, pl.Int32()),
    (-5, pl.Int32()),
    (5_000_000_000, pl.Int64()),
    (-(1 << 63), pl.Int64()),
    ((1 << 63) - 1, pl.Int64()),
    (1 << 63, pl.Int128()),
    (-(1 << 127), pl.Int128()),
    ((1 << 128) - 1, pl.UInt128()),
    (1.5, pl.Float64()),
    (0.1 + 0.2, pl.Float64()),
    (-0.0, pl.Float64()),
    (5e-324, pl.Float64()),
    (1.7976931348623157e308, pl.Float64()),
    (math.inf, pl.Float64()),
    (-math.inf, pl.Float64()),
    ("", pl.String()),
    ("it's $x ? -- \\ \0 \n é 🌺", pl.String()),
    (b"", pl.Binary()),
    (b"a'\0\xff", pl.Binary()),
    (dt.date(1, 1, 1), pl.Date()),
    (dt.date(9999, 12, 31), pl.Date()),
    (dt.time(1, 2, 3, 4), pl.Time()),
    (dt.datetime(2026, 1, 31, 1, 2, 3, 4), pl.Datetime("us")),  # noqa: DTZ001  # no zone
    (dt.datetime(2026, 1, 31, 1, 2, 3, 4, tzinfo=UTC), pl.Datetime("us", "UTC")),
    (dt.datetime(1, 1, 1, tzinfo=UTC), pl.Datetime("us", "UTC")),
    (Decimal("1.50"), pl.Decimal(3, 2)),
    (Decimal("-0.0001"), pl.Decimal(4, 4)),
    (Decimal(10**38 - 1), pl.Decimal(38, 0)),
    ([1, -2, None], pl.List(pl.Int64())),
    ([1 << 64, 1], pl.List(pl.Int128())),
    ([1, 2.5], pl.List(pl.Float64())),
    (["a", "b'", None], pl.List(pl.String())),
    ([dt.date(2026, 1, 31), None], pl.List(pl.Date())),
    ([Decimal("1.5"), Decimal("10.25")], pl.List(pl.Decimal(4, 2))),
    ([[1], []], pl.List(pl.List(pl.Int64()))),
    ([], pl.List(pl.Null())),
]


@pytest.mark.parametrize(("value", "dtype"), PYTHON_VALUES, ids=lambda each: repr(each)[:40])
def test_gives_a_value_of_python_back(value: Any, dtype: pl.DataType) -> None:
    given = values_of_python({"x": value})
    result = query_frame("SELECT $x AS v", {}, TABLES.__getitem__, given)[0].collect()
    assert result.schema == {"v": dtype}
    [taken] = result["v"].to_list()
    assert taken == value
    assert str(taken) == str(value) or isinstance(value, (list, dt.datetime))
    assert not isinstance(value, float) or math.copysign(1, taken) == math.copysign(1, value)


def test_keeps_a_nan() -> None:
    given = values_of_python([math.nan])
    assert math.isnan(query_frame("SELECT ?", {}, TABLES.__getitem__, given)[0].collect().item())


@pytest.mark.parametrize(
    ("type_", "value", "literal"),
    [
        ("boolean", True, "TRUE"),
        ("tinyint", -128, "CAST(-128 AS TINYINT)"),
        ("smallint", 5, "CAST(5 AS SMALLINT)"),
        ("integer", "5", "CAST(5 AS INT)"),
        ("INT", 5, "CAST(5 AS INT)"),
        ("bigint", 5, "CAST(5 AS BIGINT)"),
        ("hugeint", str(1 << 100), f"CAST('{1 << 100}' AS HUGEINT)"),
        ("utinyint", 255, "CAST(255 AS UTINYINT)"),
        ("usmallint", 5, "CAST(5 AS USMALLINT)"),
        ("uinteger", 5, "CAST(5 AS UINTEGER)"),
        ("ubigint", (1 << 64) - 1, f"CAST('{(1 << 64) - 1}' AS UBIGINT)"),
        ("uhugeint", (1 << 128) - 1, f"CAST('{(1 << 128) - 1}' AS UHUGEINT)"),
        ("real", 1.5, "CAST(1.5 AS REAL)"),
        ("float", "-Infinity", "CAST('-inf' AS REAL)"),
        ("double", 1, "CAST(1 AS DOUBLE)"),
        ("double", "1.5", "CAST(1.5 AS DOUBLE)"),
        ("boolean", "false", "FALSE"),
        ("double", "Infinity", "CAST('inf' AS DOUBLE)"),
        ("text", "x", "'x'"),
        ("varchar", "2026-01-31", "'2026-01-31'"),
        ("date", "2026-01-31", "DATE '2026-01-31'"),
        ("time", "01:02:03.5", "TIME '01:02:03.5'"),
        ("time", "01:02", "TIME '01:02:00'"),
        ("time", "01:02:03.123456789", "TIME '01:02:03.123456789'"),
        ("timestamp", "2026-01-31T01:02:03.5", "TIMESTAMP '2026-01-31 01:02:03.5'"),
        ("timestamp", "2026-01-31", "TIMESTAMP '2026-01-31 00:00:00'"),
        ("timestamp", "2026-01-31 01:02:03.123456000", "TIMESTAMP '2026-01-31 01:02:03.123456'"),
        ("timestamp", "2026-01-31 01:02:03.123456789", "CAST('2026-01-31 01:02:03.123456789' AS TIMESTAMP(9))"),
        ("timestamptz", "2026-01-31T01:02:03+02:00", "timestamp('2026-01-30T23:02:03+00:00', '%+')"),
        ("timestamp with time zone", "2026-01-31T01:02:03.5Z", "timestamp('2026-01-31T01:02:03.5+00:00', '%+')"),
        ("decimal", "1.50", "CAST('1.50' AS DECIMAL(3,2))"),
        ("decimal(10, 2)", "-1.5", "CAST('-1.50' AS DECIMAL(10,2))"),
        ("decimal(5)", 12, "CAST('12' AS DECIMAL(5,0))"),
        ("decimal(38,38)", "1e-38", f"CAST('0.{'0' * 37}1' AS DECIMAL(38,38))"),
        ("binary", "AP8=", "X'00ff'"),
        ("date", None, "CAST(NULL AS DATE)"),
        ("bigint", None, "CAST(NULL AS BIGINT)"),
        ("timestamptz", None, "timestamp(CAST(NULL AS VARCHAR), '%+')"),
        ("decimal(10,2)", None, "CAST(NULL AS DECIMAL(10,2))"),
        ("date[]", ["2026-01-31", None], "[DATE '2026-01-31', NULL]"),
        ("date[]", [None], "[CAST(NULL AS DATE)]"),
        ("date[]", [], "CAST([] AS DATE[])"),
        ("decimal[]", ["1.5", None, "10.25"], "[CAST('1.50' AS DECIMAL(4,2)), NULL, CAST('10.25' AS DECIMAL(4,2))]"),
    ],
)
def test_takes_a_type(type_: str, value: Any, literal: str) -> None:
    bound, written = (
        frame("SELECT $x AS v", {"x": {"type": type_, "value": value}}),
        frame(f"SELECT {literal} AS v", {}),
    )
    assert bound.schema == written.schema
    assert bound.equals(written, null_equal=True)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (1 << 128, "is 340282366920938463463374607431768211456: expected an integer of at most 128 bits"),
        ({"a": 1}, 'is an object: expected {"type": ..., "value": ...}'),
        ({"type": "date"}, "is an object"),
        ({"type": "dat", "value": "x"}, "has the type 'dat': choose boolean, text"),
        ({"type": "dat[]", "value": []}, "has the type 'dat'"),
        ({"type": "date", "value": "2026-02-30"}, "is '2026-02-30': the type date takes text such as \"2026-01-31\""),
        ({"type": "date", "value": 5}, "is '5': the type date takes text"),
        ({"type": "date[]", "value": "2026-01-31"}, "the type date[] takes an array"),
        ({"type": "time", "value": "25:00"}, "is '25:00': the type time takes text"),
        ({"type": "timestamp", "value": "2026-01-31T01:02:03Z"}, "which has a time zone: take the type timestamptz"),
        ({"type": "timestamp", "value": "1600-01-01T00:00:00.000000001"}, "with nanoseconds a timestamp is from 1677"),
        ({"type": "timestamptz", "value": "2026-01-31T01:02:03"}, "which has no offset"),
        ({"type": "timestamptz", "value": "0001-01-01T00:00:00+02:00"}, "not in the years 1 to 9999"),
        ({"type": "timestamptz", "value": "2026-01-31T01:02:03.123456789Z"}, "has microseconds"),
        ({"type": "tinyint", "value": 128}, "is 128: the type tinyint takes an integer from -128 to 127"),
        ({"type": "bigint", "value": 1.5}, "is 1.5: the type bigint takes an integer"),
        ({"type": "bigint", "value": True}, "is true: the type bigint takes an integer"),
        ({"type": "boolean", "value": 1}, "is 1: the type boolean takes true or false"),
        ({"type": "decimal", "value": 1.5}, "is 1.5: the type decimal takes a string"),
        ({"type": "decimal(3,2)", "value": "1.555"}, "is 1.555: it has no exact form as decimal(3,2)"),
        ({"type": "decimal(3,2)", "value": "10"}, "is 10: it has no exact form as decimal(3,2)"),
        ({"type": "decimal(39,2)", "value": "10"}, "a decimal has 1 to 38 digits"),
        ({"type": "decimal", "value": "1" * 39}, "a decimal has at most 38 digits"),
        ({"type": "double", "value": "x"}, 'takes a number, or "NaN"'),
        ({"type": "double", "value": "1e999"}, "is beyond the type double"),
        ({"type": "real", "value": 1e300}, "is beyond the type real: take double"),
        ({"type": "binary", "value": "zz"}, "the type binary takes base64"),
        ({"type": "text", "value": 5}, "the type text takes text"),
        ([1, "a"], "is a list of several types (integer, text): give all members one type"),
        ([1, True], "is a list of several types (boolean, integer)"),
        ([(1 << 53) + 1, 0.5], "which no float equals"),
        ("\ud800", "has one half of a surrogate pair"),
    ],
)
def test_names_the_parameter_of_a_wrong_value(value: Any, said: str) -> None:
    assert said in (error := failure("SELECT $x", {"x": value}).error)
    assert error.startswith("The value of the parameter $x ")


def test_refuses_an_object_of_a_script() -> None:
    with pytest.raises(Failure, match=r"The value of the parameter \$x is of the type object: expected None, a bool"):
        query_frame("SELECT $x", {}, TABLES.__getitem__, values_of_python({"x": object()}))


# ruff: noqa: RUF001  # such characters are hostile, too
HOSTILE = [
    "'", "''", "\\", "\\'", '"', "`", "--", "/*", "*/", ";", "\0", "\n", "\r\n", "\t", "$x", "$1", "$$", "$a$", "?", ":x", "@",
    " OR 1=1", "'; DROP TABLE t; --", "' OR ''='", "') OR ('a'='a", "NULL", "é", "🌺", "\u2028", "\ufeff", "％", "ʼ", "E'", "N'",
    "X'", "{x}", "%s", "a", " ", "(", ")", "[", "]", ",", "\x7f", "\x1a", "\u202e",
]  # fmt: skip


@pytest.mark.parametrize("seed", range(60))
def test_takes_no_text_for_a_part_of_the_statement(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  # a test
    texts = ["".join(chance.choices(HOSTILE, k=chance.randint(1, 12))) for _ in range(3)]
    lake = {"t": pl.LazyFrame({"s": [*texts, "other", None]})}

    def taken(sql: str, params: Any) -> list[Any]:
        return query_frame(sql, lake, lake.__getitem__, Given(params=params))[0].collect().rows()

    one, two, three = texts
    for sql, params in [
        ("SELECT $a, $b AS b, $c AS c", dict(zip("abc", texts, strict=True))),
        ("SELECT ?,?AS b,?AS c", texts),
    ]:
        assert taken(sql, params) == [(one, two, three)]
    assert set(taken("SELECT s FROM t WHERE s = $a", {"a": one})) == {(one,)}
    assert set(taken("SELECT s FROM t WHERE s IN ($l)", {"l": texts})) == {(text,) for text in texts}
    assert taken("SELECT s FROM t WHERE s IN (?, ?) AND s NOT IN (?)", [one, "other", texts]) == [("other",)]
    assert taken("SELECT s FROM t WHERE s = ANY($l) AND s <> $l1", {"l": ["other"], "l1": one}) == [("other",)]
    assert set(taken("SELECT x FROM UNNEST($l) AS u(x)", {"l": texts})) == {(text,) for text in texts}
    assert taken("SELECT concat($a, '$b', '?', $b) /* $c */ -- $d\n", {"a": one, "b": two}) == [(f"{one}$b?{two}",)]


@pytest.mark.parametrize("seed", range(20))
def test_has_the_rows_of_duckdb(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  # a test
    day = dt.date(2026, 1, 1)
    table = pl.DataFrame(
        {
            "i": [chance.choice([None, -1, 0, 1, 2]) for _ in range(40)],
            "d": [chance.choice([None, -0.5, 0.0, 1.5, math.inf]) for _ in range(40)],
            "s": [chance.choice([None, "", "a", "it's", "b\\"]) for _ in range(40)],
            "day": [chance.choice([None, day, day + dt.timedelta(1)]) for _ in range(40)],
            "dec": [chance.choice([None, Decimal("1.50"), Decimal("-2.25")]) for _ in range(40)],
            "b": [chance.choice([None, b"", b"\0'"]) for _ in range(40)],
            "ok": [chance.choice([None, True, False]) for _ in range(40)],
        },
        schema_overrides={"i": pl.Int64, "dec": pl.Decimal(10, 2)},
    ).with_row_index("n")
    connection = duckdb.connect()
    connection.register("t", table.to_arrow())
    for column in ("i", "d", "s", "day", "dec", "b", "ok"):
        value = chance.choice([each for each in table[column].to_list() if each is not None])
        others = [chance.choice(table[column].to_list()) for _ in range(chance.randint(0, 3))]
        for condition, params in [
            (f"{column} = $x", {"x": value}),
            (f"{column} <> $x", {"x": value}),
            (f"{column} >= $x OR {column} IS NULL", {"x": value}),
            (f"NOT {column} < $x", {"x": value}),
            (f"{column} IS NOT DISTINCT FROM $x", {"x": value}),
            (f"{column} BETWEEN $x AND $x", {"x": value}),
            (f"{column} IN ($l)", {"l": others}),
            (f"{column} NOT IN ($l)", {"l": others}),
            (f"NOT ({column} IN ($l))", {"l": others}),
        ]:
            sql = f"SELECT n FROM t WHERE {condition} ORDER BY n"
            if column == "b" and "BETWEEN" in condition:
                continue
            expected = connection.execute(_with_members(sql, params), _members(params)).fetchall()
            frames = {"t": table.lazy()}
            given = query_frame(sql, frames, frames.__getitem__, values_of_python(params))[0].collect().rows()
            assert given == expected, (sql, params)


def _with_members(sql: str, params: dict[str, Any]) -> str:
    """Write a list as one parameter for each member, with DuckDB's form of an empty list."""
    if "l" not in params:
        return sql
    members = ", ".join(f"$l{number}" for number in range(len(params["l"])))
    return sql.replace("IN ($l)", f"IN ({members})" if members else "IN (SELECT i FROM t WHERE FALSE)").replace(
        "SELECT i FROM t", "SELECT " + sql.split("WHERE ")[1].replace("NOT (", "").split(" ")[0] + " FROM t"
    )


def _members(params: dict[str, Any]) -> dict[str, Any]:
    if "l" not in params:
        return params
    return {f"l{number}": value for number, value in enumerate(params["l"])}


@pytest.mark.parametrize(
    ("sql", "params", "expected"),
    [
        ("SELECT a FROM t WHERE a IN ($l)", {"l": []}, []),
        ("SELECT a FROM t WHERE a NOT IN ($l )", {"l": []}, [(1,), (2,), (None,)]),
        ("SELECT a FROM t WHERE NOT a IN ($l)", {"l": []}, [(1,), (2,), (None,)]),
        ("SELECT a FROM t WHERE a IN ($l) OR a = 1", {"l": []}, [(1,)]),
        ("SELECT a FROM t WHERE a IN ($l) AND a = 1 OR s IN ($m)", {"l": [1, 2], "m": ["it's"]}, [(1,), (2,)]),
        ("SELECT a FROM t WHERE a IN ($x)", {"x": -1}, []),
        ("SELECT a FROM t WHERE a IN ($x, 1)", {"x": 2}, [(1,), (2,)]),
        ("SELECT a FROM t WHERE a NOT IN ($l)", {"l": [1, None]}, []),
        ("SELECT a FROM t WHERE a = ANY($l)", {"l": [2, 3]}, [(2,)]),
        ("SELECT x FROM UNNEST($l) AS u(x)", {"l": [-1, None]}, [(-1,), (None,)]),
        ("SELECT a FROM t ORDER BY a NULLS LAST LIMIT $n OFFSET $m", {"n": 1, "m": 1}, [(2,)]),
        ("SELECT a FROM t ORDER BY a NULLS LAST FETCH FIRST $n ROWS ONLY", {"n": 1}, [(1,)]),
        ("SELECT * FROM (VALUES ($a, $b), (NULL, -1)) AS v(a, b)", {"a": "'x'", "b": -2}, [("'x'", -2), (None, -1)]),
        ("SELECT * FROM (VALUES (?, ?)) AS v(a, b)", [True, 1.5], [(True, 1.5)]),
        (
            "SELECT * FROM (VALUES (?, ?, ?)) AS v(a, b, c)",
            [{"type": "decimal", "value": "-1.50"}, as_date("2026-01-31"), as_date(None)],
            [(Decimal("-1.50"), dt.date(2026, 1, 31), None)],
        ),
        ("SELECT * FROM (VALUES ($a)) AS v(a)", {"a": {"type": "bigint", "value": "7"}}, [(7,)]),
        ("SELECT DATE $d", {"d": "2026-01-31"}, [(dt.date(2026, 1, 31),)]),
        ("SELECT DATE '2026-01-31' + INTERVAL $i", {"i": "1 day"}, [(dt.date(2026, 2, 1),)]),
        ("SELECT CAST($d AS DATE), $d::date AS d", {"d": "2026-01-31"}, [(dt.date(2026, 1, 31),) * 2]),
        ("SELECT a FROM t WHERE s LIKE $p", {"p": "it%"}, [(2,)]),
        ("SELECT 5 -$x AS a, -$x AS b, 2*$x AS c", {"x": -5}, [(10, 5, -10)]),
        ("SELECT CASE WHEN $x THEN $y ELSE $z END", {"x": True, "y": 1, "z": 2}, [(1,)]),
        ("WITH c AS (SELECT $x AS x) SELECT x, $x AS y FROM c", {"x": 1}, [(1, 1)]),
        ("SELECT $1 AS a, $2 AS b, $1 AS c", [1, 2], [(1, 2, 1)]),
        ("SELECT $1 AS a, ?2 AS b", {"1": 1, "2": 2}, [(1, 2)]),
        ("SELECT :a, $b AS b", {"a": 1, "b": 2}, [(1, 2)]),
        ("SELECT $é, $A AS b, $a AS c, $select AS d", {"é": 1, "A": 2, "a": 3, "select": 4}, [(1, 2, 3, 4)]),
        ('SELECT $x$y$x$ AS v, \'$a\' AS w, "s" AS "$b" FROM t LIMIT $n -- $c', {"n": 1}, [("y", "$a", "x")]),
        ("SELECT s FROM t WHERE s = '?' /* ? */ OR s = ?", ["x"], [("x",)]),
        ("SELECT s FROM t WHERE a IS NOT DISTINCT FROM $x", {"x": None}, [(None,)]),
    ],
)
def test_binds_where_a_value_stands(sql: str, params: Any, expected: list[Any]) -> None:
    assert rows(sql, params) == expected


@pytest.mark.parametrize(
    ("sql", "params", "line", "said", "hint"),
    [
        ("SELECT $x", {}, 1, "The parameter $x at line 1, column 8 has no value: params has no values.", 'Add "x"'),
        ("SELECT $x,\n  $day", {"x": 1, "dya": 2}, 2, "$day at line 2, column 3 has no value: params has the values x, dya.", "Did you mean the value 'dya'?"),
        ("SELECT $x", {"x": 1, "y": 2}, None, "params has the value 'y', and the statement has no parameter for it.",
         "The parameters are: x."),
        ("SELECT ?, ?", [1], 1, "The parameter ? at line 1, column 11 is number 2, and params has 1 value.",
         "Give a list of 2 values, in the order of the parameters."),
        ("SELECT ?", [1, 2], None, "params has value number 2, and the statement has no parameter for it.", "list of 1 value"),
        ("SELECT $x", [1], 1, "The statement has the parameter $x at line 1, column 8, and params is a list.", '{"x": ...}'),
        ("SELECT ?, $x", [1], None, "The statement has both ? and $x.", "Write all its parameters as ?"),
        ("SELECT $", {}, 1, "A parameter without a name is at line 1, column 8.", "Write $name, or ?."),
        ("SELECT a FROM t ORDER BY $x", {"x": 1}, 1, "The parameter $x at line 1, column 26 can't have the given value",
         "ORDER BY and GROUP BY take columns, and a parameter is a value"),
        ("SELECT count(*) FROM t GROUP BY ($x)", {"x": 1}, 1, "can't have the given value, of the type integer 1.",
         "ORDER BY and GROUP BY take columns"),
        ("SELECT a FROM t LIMIT $n", {"n": -1}, 1, "can't have the given value, of the type integer -1.", "not negative"),
        ("SELECT a FROM t LIMIT $n", {"n": "1; DROP TABLE t"}, 1, "can't have the given value, of the type text.", "LIMIT"),
        ("SELECT a FROM t LIMIT $n", {"n": None}, 1, "can't have the given value, of the type null.", "LIMIT"),
        ("SELECT DATE $d", {"d": 5}, 1, "can't have the given value, of the type integer 5.", "leave out the word before $d"),
        ("SELECT a FROM t WHERE a IN ($x, 1)", {"x": [1]}, 1, "of the type list.", "alone in the parentheses: IN ($x)"),
        ("SELECT a FROM t WHERE a IN ($x /* ) */)", {"x": []}, 1, "of the type empty list.", "Write IN ($x)."),
        ("SELECT a FROM t WHERE a = ANY($x)", {"x": 1}, 1, "of the type integer 1.", "ANY and UNNEST take a list"),
        ("SELECT * FROM (VALUES ($x)) AS v(a)", {"x": as_moment("2026-01-31T00:00:00Z")}, 1, "of the type timestamptz.",
         "Write SELECT with $x instead of VALUES"),
        ("SELECT a FROM $x", {"x": "t"}, 1, "A parameter can't stand for a name: $x at line 1, column 15.", "Write the name"),
        ("SELECT t.$x FROM t", {"x": "a"}, 1, "A parameter can't stand for a name: $x at line 1, column 10.", "Write the name"),
    ],
)  # fmt: skip
def test_says_what_is_wrong_with_parameters(sql: str, params: Any, line: int | None, said: str, hint: str) -> None:
    refused = failure(sql, params)
    assert said in refused.error
    assert hint in (refused.hint or "")
    assert refused.line == line


def test_ignores_values_where_the_statement_has_no_parameters() -> None:
    assert rows("SELECT 1", {"x": {"no": "value"}}) == [(1,)]


TYPES: dict[str, tuple[str, Any]] = {
    "i": ("int", pl.Int32),
    "l": ("long", pl.Int64),
    "f": ("float", pl.Float32),
    "d": ("double", pl.Float64),
    "s": ("string", pl.String),
    "day": ("date", pl.Date),
    "t": ("time", pl.Time),
    "ts": ("timestamp", pl.Datetime("us")),
    "tz": ("timestamptz", pl.Datetime("us", "UTC")),
    "amount": ("decimal(10, 2)", pl.Decimal(10, 2)),
    "b": ("binary", pl.Binary),
    "ok": ("boolean", pl.Boolean),
}


@pytest.fixture(scope="module")
def typed(lake: ControlPlane) -> ControlPlane:
    fields = [
        {"id": n, "name": name, "required": False, "type": t} for n, (name, (t, _)) in enumerate(TYPES.items(), 1)
    ]
    schema = {"type": "struct", "schema-id": 0, "fields": fields}
    lake.add("typed", schema, pl.DataFrame(schema={name: dtype for name, (_, dtype) in TYPES.items()}))
    return lake


@pytest.mark.parametrize(
    ("bound", "params", "written"),
    [
        ("i = $x", {"x": 5}, "i = 5"),
        ("i > $x", {"x": -5}, "i > -5"),
        ("l >= $x", {"x": (1 << 63) - 1}, "l >= 9223372036854775807"),
        ("i = $x", {"x": {"type": "bigint", "value": 5}}, "i = 5"),
        ("i IN ($x)", {"x": [-1, 2]}, "i IN (-1, 2)"),
        ("i IN ($x)", {"x": {"type": "int[]", "value": [1, 2]}}, "i IN (1, 2)"),
        ("i NOT IN ($x)", {"x": [1, 2]}, "i NOT IN (1, 2)"),
        ("i = ANY($x)", {"x": [1, 2]}, "i = ANY([1, 2])"),
        ("l BETWEEN $x AND $y", {"x": 1, "y": 2}, "l BETWEEN 1 AND 2"),
        ("f < $x", {"x": 1.5}, "f < 1.5"),
        ("d < $x", {"x": 1.5}, "d < 1.5"),
        ("d < $x", {"x": 1}, "d < 1"),
        ("s = $x", {"x": "it's"}, "s = 'it''s'"),
        ("s IN ($x)", {"x": ["a", "b"]}, "s IN ('a', 'b')"),
        ("starts_with(s, $x)", {"x": "a"}, "starts_with(s, 'a')"),
        ("s LIKE $x", {"x": "a%"}, "s LIKE 'a%'"),
        ("day = $x", {"x": "2026-01-31"}, "day = '2026-01-31'"),
        ("day >= $x", {"x": as_date("2026-01-31")}, "day >= DATE '2026-01-31'"),
        ("day IN ($x)", {"x": {"type": "date[]", "value": ["2026-01-31"]}}, "day IN (DATE '2026-01-31')"),
        ("day = CAST($x AS DATE)", {"x": "2026-01-31"}, "day = CAST('2026-01-31' AS DATE)"),
        ("t < $x", {"x": {"type": "time", "value": "01:02:03"}}, "t < TIME '01:02:03'"),
        ("ts < $x", {"x": {"type": "timestamp", "value": "2026-01-31T00:00:00"}}, "ts < '2026-01-31 00:00:00'"),
        ("tz < $x", {"x": "2026-01-31 00:00:00"}, "tz < '2026-01-31 00:00:00'"),
        ("tz < $x", {"x": as_moment("2026-01-31T01:00:00+01:00")}, "tz < '2026-01-31 00:00:00'"),
        ("tz BETWEEN $x AND $x", {"x": as_moment("2026-01-31T00:00:00Z")}, "tz >= '2026-01-31' AND tz <= '2026-01-31'"),
        ("amount = $x", {"x": {"type": "decimal", "value": "1.5"}}, "amount = 1.5"),
        ("amount < $x", {"x": 2}, "amount < 2"),
        ("b = $x", {"x": {"type": "binary", "value": "YQ=="}}, "b = X'61'"),
        ("ok = $x", {"x": True}, "ok = TRUE"),
        ("i = 1 OR (s = $x AND l > $y)", {"x": "a", "y": 3}, "i = 1 OR (s = 'a' AND l > 3)"),
        ("i IS NOT NULL AND $x", {"x": False}, "i IS NOT NULL AND FALSE"),
    ],
)
def test_prunes_as_with_a_literal(typed: ControlPlane, bound: str, params: Any, written: str) -> None:
    asked = filters(typed.query(f"SELECT * FROM typed WHERE {bound}", params=params))
    assert asked == filters(typed.query(f"SELECT * FROM typed WHERE {written}"))
    assert asked not in ([], [None])


def filters(reply: Reply) -> list[Any]:
    assert reply.header["type"] == "result", reply.header
    return [plan["filter"] for plan in reply.plans()]


def test_reads_the_rows_that_a_limit_needs(lake: ControlPlane) -> None:
    reply = lake.query("SELECT species FROM flowers LIMIT $n", params={"n": 2})
    assert reply.frame().height == 2
    assert reply.plans()[0]["limit"] == 2


def test_says_which_parameter_has_another_type_than_its_column(lake: ControlPlane) -> None:
    header = lake.query("SELECT *\nFROM flowers WHERE day > $day", params={"day": "today"}).header
    assert header["error"] == (
        "The column 'day' of the type Date can't be compared with $day at line 2, column 26, the text 'today'."
    )
    assert header["line"] == 2
    assert header["hint"] == "Write a date as text: day > '2026-01-31'."


def test_a_prepared_query_has_the_rows_of_its_own_values(lake: ControlPlane) -> None:
    sql = "SELECT count(*) AS n FROM flowers WHERE species = $x"
    for value, count in [("setosa", 2), ("virginica", 1), ("setosa", 2), ("none", 0), ("setosa", 2)]:
        first = lake.query(sql, params={"x": value})
        assert first.frame().item() == count
        asks = [{name: ask[name] for name in ("table", "filter", "limit", "columns")} for ask in first.plans()]
        answers = [lake.answer(ask)[0] for ask in first.plans()]
        plans = [
            {"ask": ask, "answer": {name: each for name, each in answer.items() if name not in {"type", "id"}}}
            for ask, answer in zip(asks, answers, strict=True)
        ]
        for _ in range(2):
            again = lake.query(sql, params={"x": value}, plans=plans, lineage=False)
            assert again.frame().item() == count
            assert again.asks == []


def test_a_script_gives_values_to_its_statements(lake: ControlPlane) -> None:
    statement = "'SELECT size FROM flowers WHERE day >= $day LIMIT $n'"
    source = f"import datetime as dt\nresult = sql({statement}, {{'day': dt.date(2020, 1, 2), 'n': 1}}, flowers=scan('flowers'))"
    assert lake.script(source).frame().rows() == [(2.5,)]
    assert lake.script("result = sql('SELECT ? AS a, ? AS b', [1, 'x'])").frame().rows() == [(1, "x")]
    assert lake.script("result = sql('SELECT $a AS a', params)", params={"a": "x", "b": "y"}).frame().rows() == [("x",)]
    header = lake.script("result = sql('SELECT $a', {'b': 1})").header
    assert "The parameter $a at line 1, column 8 has no value" in header["error"]
    assert header["line"] == 1
