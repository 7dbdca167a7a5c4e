"""A comparison that Polars refuses is told of by the column and the value that the user wrote."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl
import pytest

if TYPE_CHECKING:
    from control_plane import ControlPlane

UTC = dt.timezone.utc
TYPES = {
    "order_id": "long",
    "price": "double",
    "cost": "decimal(9, 2)",
    "day": "date",
    "at": "time",
    "ts": "timestamp",
    "tz": "timestamptz",
    "note": "string",
}
FIELDS = [
    {"id": number, "name": name, "required": False, "type": type_}
    for number, (name, type_) in enumerate(TYPES.items(), 1)
]
ROWS = pl.DataFrame(
    {
        "order_id": [1, 5],
        "price": [1.0, 5.0],
        "cost": pl.Series([1, 5]).cast(pl.Decimal(9, 2)),
        "day": [dt.date(2024, 1, 1), dt.date(2024, 12, 1)],
        "at": [dt.time(1), dt.time(2)],
        "ts": [dt.datetime(2024, 1, 1), dt.datetime(2024, 12, 1)],  # noqa: DTZ001
        "tz": [dt.datetime(2024, 1, 1, tzinfo=UTC), dt.datetime(2024, 12, 1, tzinfo=UTC)],
        "note": ["1", "5"],
    }
)
IN_UTC = "as text in UTC, without Z or offset: tz > '2026-01-31 02:00:00'"


@pytest.fixture
def orders(lake: ControlPlane) -> ControlPlane:
    lake.add("o", {"type": "struct", "schema-id": 0, "fields": FIELDS}, ROWS)
    return lake


@pytest.mark.parametrize(
    ("condition", "error", "hint"),
    [
        ("order_id = '5'", "The column 'order_id' of the type Int64 can't be compared with the text '5'.", "quotes"),
        ("'5' < order_id", "The column 'order_id' of the type Int64 can't be compared with the text '5'.", "quotes"),
        ("o.order_id IN (5, '7')", "'order_id' of the type Int64 can't be compared with the text '7'.", "quotes"),
        ("order_id BETWEEN '1' AND '3'", "'order_id' of the type Int64 can't be compared with the text '1'", "quotes"),
        ("price > '5'", "The column 'price' of the type Float64 can't be compared with the text '5'.", "quotes"),
        ("cost IN ('5')", "'cost' of the type Decimal(precision=9, scale=2) can't be compared with the text", "quotes"),
        ("note > 5", "The column 'note' of the type String can't be compared with the number 5.", "cast"),
        ("day = 'soon'", "The column 'day' of the type Date can't be compared with the text 'soon'.", "day >"),
        ("at > 'noon'", "The column 'at' of the type Time can't be compared with the text 'noon'.", "at >"),
        ("day IN ('soon')", "The column 'day' of the type Date can't be compared with the text 'soon'.", "day >"),
        ("tz IN (DATE '2024-03-31')", "can't be compared with DATE '2024-03-31'.", IN_UTC),
        ("ts > '2024-03-31T02:00:00Z'", "can't be compared with the text '2024-03-31T02:00:00Z'.", "without Z"),
        ("tz > '2024-03-31T02:00:00Z'", "can't be compared with the text '2024-03-31T02:00:00Z'.", IN_UTC),
        ("tz > '2024-03-31 02:00:00+05:00'", "can't be compared with the text '2024-03-31 02:00:00+05:00'.", IN_UTC),
        ("tz > TIMESTAMP '2024-03-31 02:00:00'",
         "time_zone='UTC') can't be compared with TIMESTAMP '2024-03-31 02:00:00', which has no time zone.", IN_UTC),
        ("tz IN (TIMESTAMP '2024-03-31 02:00:00')", "TIMESTAMP '2024-03-31 02:00:00', which has no time zone.", IN_UTC),
        ("tz BETWEEN TIMESTAMP '2024-03-31 02:00:00' AND TIMESTAMP '2025-03-31 02:00:00'",
         "can't be compared with TIMESTAMP '2024-03-31 02:00:00', which has no time zone.", IN_UTC),
        ("tz > CAST('2024-03-31 02:00:00' AS TIMESTAMP)",
         "a timestamp without a time zone, cast from the text '2024-03-31 02:00:00'.", IN_UTC),
        ("tz > timestamp('2024-03-31')", "a timestamp without a time zone, made from the text '2024-03-31'.", IN_UTC),
    ],
)  # fmt: skip
def test_names_the_column_and_the_literal(orders: ControlPlane, condition: str, error: str, hint: str) -> None:
    failed = orders.query(f"SELECT order_id FROM o WHERE {condition}").header

    assert (failed["type"], failed["kind"]) == ("failed", "sql")
    assert error in failed["error"]
    assert hint in failed["hint"]
    for internal in ("_min", "_max", "_nc", '"len"'):
        assert internal not in failed["error"] + (failed["details"] or "")


@pytest.mark.parametrize(
    "condition",
    [
        "tz > TIMESTAMP WITH TIME ZONE '2024-03-31 02:00:00+00:00'",
        "tz > TIMESTAMPTZ '2024-03-31 02:00:00+00'",
        "tz > CAST('2024-03-31 02:00:00' AS TIMESTAMPTZ)",
        "tz > TIMESTAMP '2024-03-31 02:00:00Z'",
    ],
)
def test_says_how_to_write_a_moment_where_polars_has_no_such_literal(orders: ControlPlane, condition: str) -> None:
    failed = orders.query(f"SELECT order_id FROM o WHERE {condition}").header

    assert failed["kind"] == "sql"
    assert "as text in UTC, without Z or offset: created_at > '2026-01-31 02:00:00'" in failed["hint"]


@pytest.mark.parametrize(
    "condition",
    ["tz > '2024-03-31 02:00:00'", "tz > DATE '2024-03-31'", "ts > TIMESTAMP '2024-03-31 02:00:00'", "order_id = 5.0"],
)
def test_compares_what_polars_compares(orders: ControlPlane, condition: str) -> None:
    assert orders.query(f"SELECT order_id FROM o WHERE {condition}").frame().rows() == [(5,)]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("pl.col('order_id') == '5'", "The column 'order_id' is compared with \"5\": cannot compare string"),
        ("pl.col('tz') > dt.datetime(2024, 1, 1)", "The column 'tz' is compared with 2024-01-01 00:00:00: could not"),
    ],
)
def test_a_script_is_told_of_no_statistics(orders: ControlPlane, condition: str, expected: str) -> None:
    failed = orders.script(f"import datetime as dt\nresult = scan('o').filter({condition})").header

    assert expected in failed["error"]
    for internal in ("_min", "_max", "_nc"):
        assert internal not in failed["error"] + (failed["details"] or "")
