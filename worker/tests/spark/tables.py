"""The tables of the snippets: small, and full of values that engines treat differently."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl

from nerium_worker.polars_plan.unstable import scan_placeholder
from nerium_worker.scan.placeholder import Placeholder

if TYPE_CHECKING:
    from collections.abc import Mapping

NAN, INF = float("nan"), float("inf")
LONG = (1 << 63) - 1
_DAYS = ["2024-02-29", "1969-12-31", "2023-12-31", "2024-01-01", "2024-12-30", "1900-03-01", None, "2024-02-29"]
_TIMES = [
    dt.datetime(2024, 2, 29, 23, 59, 59, 999999),
    dt.datetime(1969, 12, 31, 23, 59, 59, 999500),
    dt.datetime(2024, 3, 31, 1, 30),
    dt.datetime(2024, 10, 27, 0, 30, 15, 120000),
    dt.datetime(2024, 1, 1),
    dt.datetime(1900, 1, 1, 0, 0, 0, 1),
    None,
    dt.datetime(2024, 10, 27, 1, 30),
]

TABLES: Mapping[str, pl.DataFrame] = {
    "a": pl.DataFrame(
        {
            "n": [1, 2, 3, 4, 5, 6, 7, 8],
            "i": [1, -7, None, 3, LONG, 0, -1, 3],
            "j": [2, 3, -3, None, 0, 2147483647, -2147483648, 2],
            "s": [7, -7, 0, None, 127, -128, 3, 7],
            "f": [1.5, NAN, None, -0.0, INF, -INF, 2.5, 0.0],
            "g": [0.5, 2.0, NAN, None, 3.25, -1.0, 0.0, 0.5],
            "x": [2.675, -0.5, 1e300, 1.0, -2.5, 0.1, None, 2.675],
            "h": pl.Series([0.1, NAN, None, 2.5, -1.0, 0.0, 1e10, 0.1], dtype=pl.Float32),
            "k": ["x", "y", None, "x", "", "ä", "y", "x"],
            "t": ["Hello, World", "  pad\t", "", None, "日本語テキスト", "ÄÖÜ ß straße", "a.b*c\\d", "line\nbreak"],
            "v": ["12", "-3", "+4", " 5", "1.5", "abc", None, "9223372036854775808"],
            "w": ["2024-02-29", "2023-02-29", "2024-2-9", "24-02-29", "", None, "2024-12-31", "x"],
            "d": [None if day is None else dt.date.fromisoformat(day) for day in _DAYS],
            "e": [
                dt.date(2024, 3, 1),
                None,
                dt.date(2000, 1, 1),
                dt.date(2024, 2, 28),
                dt.date(1970, 1, 1),
                dt.date(2024, 2, 29),
                dt.date(1582, 10, 15),
                dt.date(2024, 3, 1),
            ],
            "p": _TIMES,
            "z": pl.Series(_TIMES).dt.replace_time_zone("UTC"),
            "m": pl.Series(["0.12", "-0.15", None, "12345.67", "0.05", "0.00", "-99999.99", "0.12"]).cast(
                pl.Decimal(15, 2)
            ),
            "c": pl.Series(["1.5", None, "0.125", "2.5", "-3.5", "0.001", "1000", "1.5"]).cast(pl.Decimal(10, 4)),
            "b": [True, False, None, True, False, None, True, True],
            "l": [[1, 2, 3], [], None, [None], [3, None, 1], [5], [2, 2], [1, 2, 3]],
            "o": [["a", "b"], ["ä"], [], None, [None, "x"], ["z", "a"], [""], ["a", "b"]],
            "r": [
                {"q": 1, "u": "one"},
                {"q": None, "u": "two"},
                None,
                {"q": 4, "u": None},
                {"q": 5, "u": "ü"},
                {"q": 1, "u": "one"},
                {"q": -1, "u": ""},
                {"q": 8, "u": "x"},
            ],
            "y": [b"ab", b"", None, b"\x00\xff", b"a", b"ab", b"b", b"ab"],
        },
        schema_overrides={"n": pl.Int64, "i": pl.Int64, "j": pl.Int32, "s": pl.Int8},
    ).with_columns(pl.col("s").cast(pl.Int32)),
    "b": pl.DataFrame(
        {
            "n": [1, 2, 2, 9, None, 5],
            "i": [3, None, -7, 3, 100, 0],
            "k": ["x", "y", None, "x", "zz", ""],
            "f": [0.0, NAN, None, 1.5, INF, 2.5],
            "q": [1.5, None, -2.0, NAN, 0.0, 4.0],
            "m": pl.Series(["0.12", None, "5.00", "12345.67", "-1.10", "0.05"]).cast(pl.Decimal(15, 2)),
            "d": [
                dt.date(2024, 2, 29),
                None,
                dt.date(2024, 1, 1),
                dt.date(1969, 12, 31),
                dt.date(2024, 2, 29),
                dt.date(2030, 1, 1),
            ],
        }
    ),
    "w": pl.DataFrame(
        {
            "id": list(range(1, 41)),
            "g": [["red", "green", None, "blue"][index * 7 % 4] for index in range(40)],
            "v": [None if index % 11 == 3 else (index * 37) % 23 - 5 for index in range(40)],
            "p": [None if index % 13 == 5 else ((index * 29) % 31) / 4 for index in range(40)],
            "day": [dt.date(2024, 1, 1) + dt.timedelta(days=index * 17 % 90) for index in range(40)],
        }
    ),
}
TABLES = {**TABLES, "none": TABLES["a"].clear()}
HANDLES = {name: number for number, name in enumerate(TABLES)}


def leaves() -> dict[str, pl.LazyFrame]:
    """Give frames that only stand for the tables."""
    return {name: scan_placeholder(rows.schema, Placeholder(HANDLES[name], name)) for name, rows in TABLES.items()}


def frames() -> dict[str, pl.LazyFrame]:
    """Give the tables themselves."""
    return {name: rows.lazy() for name, rows in TABLES.items()}


def names() -> dict[int, str]:
    """Give the tables by their handles."""
    return {number: name for name, number in HANDLES.items()}
