"""Examples of the functions that become others, with their results. Executed, it prints `docs/sql-functions.md`."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import Any

import polars as pl

from nerium_worker.modes.functions.library import FUNCTIONS
from nerium_worker.modes.sql import query_frame

PAGE = Path(__file__).parents[2] / "docs" / "sql-functions.md"
# The examples of times show no result: it is another one each time.
_OF_TIME = "the time of the run"
ROWS = pl.LazyFrame(
    {
        "n": [3, 0, None],
        "s": ["Rosa", "Iris", None],
        "day": [dt.date(2026, 2, 17), dt.date(2024, 2, 1), None],
        "ts": [dt.datetime(2026, 2, 17, 13, 45, 30), dt.datetime(2024, 2, 1), None],  # noqa: DTZ001  # no zone
    }
)
EXAMPLES = {
    "date_trunc": "date_trunc('month', ts)",
    "date_diff": "date_diff('month', DATE '2025-12-31', day)",
    "last_day": "last_day(day)",
    "dayname": "dayname(day)",
    "monthname": "monthname(day)",
    "epoch": "epoch(ts)",
    "epoch_ms": "epoch_ms(ts)",
    "epoch_us": "epoch_us(ts)",
    "now": "now()",
    "localtimestamp": "localtimestamp",
    "current_date": "current_date",
    "any_value": "any_value(s)",
    "arg_max": "arg_max(s, day)",
    "arg_min": "arg_min(s, day)",
    "count_if": "count_if(n > 1)",
    "sum_if": "sum_if(n, s = 'Rosa')",
    "bool_and": "bool_and(n > 1)",
    "bool_or": "bool_or(n > 1)",
    "approx_count_distinct": "approx_count_distinct(s)",
    "regexp_matches": "regexp_matches(s, '^R')",
    "startswith": "startswith(s, 'Ro')",
    "endswith": "endswith(s, 'sa')",
    "ucase": "ucase(s)",
    "lcase": "lcase(s)",
    "char_len": "char_len(s)",
    "nvl": "nvl(n, -1)",
    "nvl2": "nvl2(n, 'known', 'unknown')",
    "iif": "iif(n > 1, 'many', 'few')",
    "zeroifnull": "zeroifnull(n)",
    "nullifzero": "nullifzero(n)",
    "isnull": "isnull(n)",
}
_HEAD = """# Functions of SQL

Polars' SQL has the functions of the [last table of another page](lineage-functions.md#functions-and-operators-of-sql). Nerium has the following ones besides: each call becomes
an expression of Polars' own functions before the statement is planned ([ADR 0048](adr/0048-functions-become-expressions.md)). Their values are those of DuckDB, except that
`date_trunc` of a date is a date. The times are those of UTC, and the same for all statements of a run. A query with one of them is not cached.

The results are those of the first row of these three, or of all of them for a function of groups:

| n | s | day | ts |
|---|---|---|---|
| 3 | Rosa | 2026-02-17 | 2026-02-17 13:45:30 |
| 0 | Iris | 2024-02-01 | 2024-02-01 00:00:00 |
| null | null | null | null |

To write this page: `cd worker/tests && PYTHONPATH=../src python sql_functions.py`.

| function | other names | gives | example | result |
|---|---|---|---|---|
"""


def result_of(example: str) -> Any:  # a value of any type
    """Give the value of an example."""
    column = query_frame(f"SELECT {example} AS r FROM t", {"t": ROWS}, pl.LazyFrame)[0].collect()["r"]
    return column[0]


def page() -> str:
    """Write the page."""
    return _HEAD + "".join(
        _row(function.names, function.usage, function.meaning, function.is_stable) for function in FUNCTIONS
    )


def _row(names: tuple[str, ...], usage: str, meaning: str, is_stable: bool) -> str:  # noqa: FBT001  # a property
    example = EXAMPLES[names[0]]
    value = result_of(example)
    shown = _OF_TIME if not is_stable else str(value).lower() if isinstance(value, bool) else str(value)
    others = ", ".join(f"`{name}`" for name in names[1:])
    return f"| `{usage}` | {others} | {meaning} | `{example}` | {shown} |\n"


if __name__ == "__main__":
    sys.stdout.write(page())
