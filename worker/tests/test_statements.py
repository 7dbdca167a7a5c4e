"""Statements that write rows, through a worker."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from control_plane import Table
from nerium_worker.modes.statements.classify import CreateTableAs, Insert, Query, classify
from nerium_worker.protocol.errors import Failure

if TYPE_CHECKING:
    from control_plane import ControlPlane


def schema(*fields: tuple[str, Any], required: bool = False) -> dict[str, Any]:
    return {
        "type": "struct",
        "fields": [
            {"id": number, "name": name, "required": required, "type": type_}
            for number, (name, type_) in enumerate(fields, 1)
        ],
    }


ORDERS = schema(("id", "long"), ("price", "decimal(10, 2)"), ("day", "date"), ("at", "timestamptz"), ("note", "string"))


@pytest.fixture
def orders(lake: ControlPlane) -> ControlPlane:
    lake.add("orders", ORDERS)
    lake.target = ORDERS
    return lake


def written(plane: ControlPlane, sql: str, **fields: Any) -> pl.DataFrame:
    reply = plane.run({"mode": "query", "query": sql, "statements": True, "destination": None, **fields})
    assert reply.header["type"] == "result", reply.header
    assert reply.header["returned"] == 0
    files = [plane.root / "out" / "files" / file["name"] for file in reply.header["written"]["files"]]
    return pl.read_parquet(files)


def refused(plane: ControlPlane, sql: str, **fields: Any) -> dict[str, Any]:
    reply = plane.run({"mode": "query", "query": sql, "statements": True, "destination": None, **fields})
    assert reply.header["type"] == "failed", reply.header
    return reply.header


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT 1", Query()),
        ("not sql at all (", Query()),
        (
            "INSERT INTO t SELECT 1 AS a",
            Insert(table="default.t", columns=(), overwrite=False, source="              SELECT 1 AS a"),
        ),
        (
            'INSERT INTO a."b c" ("x", y /* ) */ )\n-- AS\nSELECT 1, 2',
            Insert(table='a."b c"', columns=("x", "y"), overwrite=False, source=" " * 36 + "\n     \nSELECT 1, 2"),
        ),
        (
            "CREATE OR REPLACE TABLE c.a.b /* x */ AS SELECT 1 AS a",
            CreateTableAs(
                table="c.a.b", replace=True, if_not_exists=False, source=" " * 40 + " SELECT 1 AS a", create={}
            ),
        ),
    ],
)
def test_tells_statements_apart(text: str, expected: object) -> None:
    found = classify(text)
    if isinstance(expected, (Insert, CreateTableAs)):
        assert isinstance(found, type(expected))
        assert found.source.split() == expected.source.split()
        assert found.source.count("\n") == text.count("\n")
        assert len(found.source.split("\n")[-1]) == len(text.rsplit("\n", maxsplit=1)[-1])
        assert (found.table, getattr(found, "columns", ())) == (expected.table, getattr(expected, "columns", ()))
    else:
        assert found == expected


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("SELECT 1; DELETE FROM t", "2 statements"),
        ("INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING", "MERGE INTO"),
        ("INSERT INTO t VALUES (1) RETURNING id", "RETURNING"),
        ("INSERT INTO t DEFAULT VALUES", "needs rows"),
    ],
)
def test_refuses_clauses_of_other_engines(text: str, part: str) -> None:
    with pytest.raises(Failure, match=part):
        classify(text)


def test_inserts_values_in_the_types_of_the_table(orders: ControlPlane) -> None:
    rows = written(
        orders,
        "INSERT INTO orders VALUES (1, 1.50, '2026-01-31', TIMESTAMP '2026-01-31 12:00:00', 'x'),"
        " (2, NULL, NULL, NULL, NULL)",
    )
    assert rows.schema["price"] == pl.Decimal(10, 2)
    assert rows["price"].cast(pl.String).to_list() == ["1.50", None]
    assert rows["day"].cast(pl.String).to_list() == ["2026-01-31", None]
    assert str(rows["at"].dtype) == "Datetime(time_unit='us', time_zone='UTC')"
    assert rows["note"].to_list() == ["x", None]


def test_an_order_by_a_name_is_not_the_clause_by_name() -> None:
    assert classify("INSERT INTO t SELECT a FROM u WHERE ORDER BY name") == Query()


@pytest.mark.parametrize("order", ["", " ORDER BY column_1"])
def test_inserts_decimals_of_ordered_values(orders: ControlPlane, order: str) -> None:
    rows = written(orders, f"INSERT INTO orders (id, price) VALUES (1, 12345678.91), (2, 0.1){order}")
    assert rows.sort("id")["price"].to_list() == [Decimal("12345678.91"), Decimal("0.10")]


def test_inserts_expressions(orders: ControlPlane) -> None:
    rows = written(
        orders,
        "INSERT INTO orders (id, price, day, note) VALUES\n"
        " (1 + 1 /* , ( */, 1.50, last_day(DATE '2026-02-03'), concat('a,', 'b)')),\n"
        " (-3, 12345678.91, NULL, (((NULL)))), (4, -0.01, current_date, upper('x'))",
    ).sort("id")
    assert rows["id"].to_list() == [-3, 2, 4]
    assert rows["price"].to_list() == [Decimal("12345678.91"), Decimal("1.50"), Decimal("-0.01")]
    assert rows["day"][:2].to_list() == [None, dt.date(2026, 2, 28)]
    assert rows["note"].to_list() == [None, "a,b)", "X"]


def test_a_text_in_dollars_is_not_split(orders: ControlPlane) -> None:
    header = refused(orders, "INSERT INTO orders (id, note) VALUES (1 + 1, $$a, b$$)")
    assert header["error"] == "VALUES has another value than a literal."


@pytest.mark.parametrize("number", ["12345678.91", "-12345678.91", "99999999.99", "0.1", "7"])
def test_inserts_decimals_as_they_are_written(orders: ControlPlane, number: str) -> None:
    rows = written(orders, f"INSERT INTO orders (id, price) VALUES (1, {number}), (2, NULL)")
    assert rows["price"].to_list() == [Decimal(number), None]


def test_inserts_decimals_with_more_digits_than_a_double_has(lake: ControlPlane) -> None:
    amounts = schema(("amount", "decimal(38, 4)"))
    lake.tables["amounts"] = Table(name="amounts", schema=amounts)
    lake.target = amounts
    rows = written(lake, "INSERT INTO amounts VALUES (12345678901234567890.1234),\n(-0.0001), (3)")
    assert rows["amount"].cast(pl.String).to_list() == ["12345678901234567890.1234", "-0.0001", "3.0000"]


@pytest.mark.parametrize("rows", ["VALUES (1.005), (-1.005), (2.6749999), (7), (0.001)", "SELECT * FROM digits"])
def test_rounds_decimals_half_away_from_zero(orders: ControlPlane, rows: str) -> None:
    digits = [Decimal(number) for number in ("1.005", "-1.005", "2.6749999", "7", "0.001")]
    orders.add("digits", schema(("d", "decimal(20, 7)")), pl.DataFrame({"d": digits}, schema={"d": pl.Decimal(20, 7)}))
    assert written(orders, f"INSERT INTO orders (price) {rows}")["price"].to_list() == [
        Decimal(number) for number in ("1.01", "-1.01", "2.67", "7.00", "0.00")
    ]


def test_writes_a_rounded_number_without_an_exponent(lake: ControlPlane) -> None:
    amounts = schema(("amount", "decimal(12, 8)"))
    lake.tables["amounts"] = Table(name="amounts", schema=amounts)
    lake.target = amounts
    rows = written(lake, "INSERT INTO amounts VALUES (0.000000001), (0.0000000051), (-0.000000005)")
    assert rows["amount"].to_list() == [Decimal(0), Decimal("1E-8"), Decimal("-1E-8")]


def test_inserts_some_columns_in_another_order(orders: ControlPlane) -> None:
    rows = written(orders, "WITH s AS (SELECT 'y' AS n, 7 AS i) INSERT INTO orders (note, id) SELECT n, i FROM s")
    assert rows.rows() == [(7, None, None, None, "y")]


def test_inserts_what_a_table_has_into_itself(lake: ControlPlane) -> None:
    numbers = schema(("n", "long"))
    lake.add("numbers", numbers, pl.DataFrame({"n": [1, 2, 3]}))
    lake.target = numbers
    assert written(lake, "INSERT INTO numbers SELECT n + 10 FROM numbers WHERE n > 1")["n"].to_list() == [
        12,
        13,
    ]


@pytest.mark.parametrize(
    ("sql", "parts"),
    [
        ("INSERT INTO orders (id) VALUES (1.5)", ["1.5", "'id'", "long"]),
        ("INSERT INTO orders (id) VALUES (9223372036854775808)", ["9223372036854775808", "'id'"]),
        ("INSERT INTO orders (price) VALUES (99999999.995)", ["100000000.00", "'price'", "decimal(10, 2)"]),
        ("INSERT INTO orders (price) SELECT 99999999.995", ["99999999.995", "'price'", "decimal(10, 2)"]),
        ("INSERT INTO orders (price) SELECT 1.005e0", ["1.005", "'price'", "decimal(10, 2)"]),
        ("INSERT INTO orders (price) VALUES (123456789012)", ["'price'"]),
        ("INSERT INTO orders (day) VALUES ('2026-02-30')", ["2026-02-30", "'day'"]),
        ("INSERT INTO orders (id) VALUES ('1')", ["'id'", "String"]),
        ("INSERT INTO orders (id) VALUES (true)", ["'id'", "Boolean"]),
        ("INSERT INTO orders (id, id) VALUES (1, 2)", ["twice"]),
        ("INSERT INTO orders (idd) VALUES (1)", ["'idd'"]),
        ("INSERT INTO orders (id, note) VALUES (1)", ["2 columns", "1 column"]),
        ("INSERT INTO orders SELECT nope FROM orders", ["nope"]),
    ],
)
def test_refuses_values_that_do_not_fit(orders: ControlPlane, sql: str, parts: list[str]) -> None:
    failed = refused(orders, sql)
    assert failed["kind"] == "sql", failed
    assert all(part in failed["error"] for part in parts), failed


def test_creates_a_table_of_a_query(lake: ControlPlane) -> None:
    lake.target = None
    assert written(lake, "CREATE TABLE made AS SELECT 1 AS a, 'x' AS b").rows() == [(1, "x")]


def test_reads_by_the_same_route(orders: ControlPlane) -> None:
    reply = orders.run({"mode": "query", "query": "SELECT 1 AS a", "statements": True})
    assert reply.frame().rows() == [(1,)]


def test_changes_nothing_where_only_queries_are_allowed(orders: ControlPlane) -> None:
    reply = orders.run({"mode": "query", "query": "INSERT INTO orders (id) VALUES (1)"})
    assert reply.header["error"] == "INSERT is not a query."
    assert reply.asks == []


def test_binds_the_values_of_a_statement(orders: ControlPlane) -> None:
    values = [
        1,
        {"type": "decimal", "value": "19.90"},
        {"type": "date", "value": "2026-01-31"},
        "'); DROP TABLE orders; --",
    ]
    rows = written(
        orders, "INSERT INTO orders (id, price, day, note) VALUES (?, ?, ?, ?), (2, 1.5, NULL, '?')", params=values
    )
    assert rows.select("id", "price", "note").rows() == [(1, Decimal("19.90"), values[3]), (2, Decimal("1.50"), "?")]
    assert rows["day"].dt.to_string().to_list() == ["2026-01-31", None]
    rows = written(
        orders, "INSERT INTO orders (id) SELECT x FROM UNNEST($l) AS u(x) WHERE x > $n", params={"l": [1, 2], "n": 1}
    )
    assert rows["id"].to_list() == [2]


@pytest.mark.parametrize(
    ("sql", "params", "error"),
    [
        ("INSERT INTO orders (id)\nVALUES ($id)", {}, "The parameter $id at line 2, column 9 has no value"),
        (
            "INSERT INTO orders (id) VALUES (1)",
            {"x": 1},
            "params has the value 'x', and the statement has no parameter for it.",
        ),
        ("SELECT 1", {"x": 1}, "params has the value 'x', and the statement has no parameter for it."),
        ("INSERT INTO orders (id) VALUES ($id)", {"id": "a"}, "id"),
    ],
)
def test_a_wrong_value_changes_nothing(orders: ControlPlane, sql: str, params: Any, error: str) -> None:
    header = refused(orders, sql, params=params)
    assert error in header["error"]
    assert header["kind"] == "sql"
