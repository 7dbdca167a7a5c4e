"""Summaries and descriptions, compared with DuckDB's."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from typing import Any

import duckdb
import polars as pl
import pytest

from nerium_worker.modes.statements.answers import described, lines, summarized, texts

ROWS = pl.DataFrame(
    {
        "i": [1, 2, None, 4, 4],
        "f": [1.5, -2.25, 2.5, None, 0.0],
        "s": ["b", "a", "a", None, "é"],
        "d": [dt.date(2020, 1, 1), dt.date(2021, 1, 1), None, dt.date(2020, 5, 5), dt.date(1900, 1, 1)],
        "t": pl.Series(["2020-01-01 01:02:03", None, None, None, None]).str.to_datetime(),
        "b": [True, False, None, True, True],
        "n": pl.Series(
            [Decimal("1.10"), Decimal("2.25"), None, Decimal("3.00"), Decimal("-1.00")], dtype=pl.Decimal(9, 2)
        ),
    }
)


def summary(frame: pl.DataFrame) -> dict[str, dict[str, Any]]:
    rows = summarized(frame.lazy(), frame.schema).collect().to_dicts()
    return {row["column_name"]: row for row in rows}


def test_a_summary_has_the_values_of_duckdb() -> None:
    connection = duckdb.connect()
    connection.register("rows_", ROWS.to_arrow())
    reference = connection.execute("SUMMARIZE rows_").fetchall()
    names = [column[0] for column in connection.description or ()]
    own = summary(ROWS)
    for values in reference:
        expected = dict(zip(names, values, strict=True))
        found = own[expected["column_name"]]
        for key in ("min", "max", "approx_unique", "count"):
            assert found[key] == expected[key] or float(found[key]) == float(expected[key]), (key, found, expected)
        assert found["null_percentage"] == float(expected["null_percentage"])
        for key in ("avg", "std"):
            is_number = found["column_name"] in ("i", "f", "n")
            assert not is_number or math.isclose(found[key], float(expected[key])), (key, found, expected)


def test_quartiles_are_values_of_the_column() -> None:
    rows = summary(
        pl.DataFrame({"x": list(range(101)), "d": [dt.date(2020, 1, 1) + dt.timedelta(i) for i in range(101)]})
    )
    assert [rows["x"][key] for key in ("q25", "q50", "q75")] == ["25", "50", "75"]
    assert rows["d"]["q50"] == "2020-02-20"


@pytest.mark.parametrize("engine", ["in-memory", "streaming"])
def test_a_table_without_rows_has_a_summary(engine: Any) -> None:
    empty = ROWS.clear()
    rows = summarized(empty.lazy(), empty.schema).collect(engine=engine).to_dicts()
    assert len(rows) == ROWS.width
    assert {(row["count"], row["approx_unique"], row["min"], row["avg"], row["null_percentage"]) for row in rows} == {
        (0, 0, None, None, None)
    }


def test_types_without_an_order_have_a_summary() -> None:
    frame = pl.DataFrame(
        {
            "l": [[1], [2], None],
            "s": [{"a": 1}, None, {"a": 1}],
            "x": [b"\xff", b"", None],
            "n": [None, None, None],
            "c": pl.Series(["x", "y", None], dtype=pl.Categorical),
            "time": [dt.time(1), None, dt.time(2)],
            "dur": [dt.timedelta(seconds=1), None, None],
        }
    )
    rows = summary(frame)
    assert rows["l"]["approx_unique"] == 2
    assert (rows["x"]["min"], rows["x"]["max"]) == ("", "ff")
    assert rows["n"]["approx_unique"] == 0
    assert rows["s"]["column_type"] == "struct<a: bigint>"
    assert rows["time"]["max"] == "02:00:00"
    assert rows["dur"]["min"] == "PT1S"


def test_a_query_is_described_by_its_columns() -> None:
    rows = described(pl.Schema({"a": pl.Int64(), "b": pl.List(pl.String()), "c": pl.Duration()})).collect().rows()
    assert rows == [
        ("a", "bigint", "YES", None, None),
        ("b", "array<string>", "YES", None, None),
        ("c", "Duration(time_unit='us')", "YES", None, None),
    ]


def test_rows_of_texts_may_be_none() -> None:
    assert texts([], []).collect().shape == (0, 0)
    assert texts(["a"], []).collect().shape == (0, 1)
    assert texts(["a", "b"], [["x", None]]).collect().rows() == [("x", None)]
    assert lines("one\ntwo").collect().rows() == [("one",), ("two",)]
