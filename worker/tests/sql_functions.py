"""Examples of the functions that Polars does not have, with their results. Executed, it prints `docs/sql-functions.md`."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import Any

import polars as pl

from nerium_worker.modes.functions.computed import COMPUTED
from nerium_worker.modes.functions.library import FUNCTIONS
from nerium_worker.modes.sql import query_frame

# The functions of Polars' SQL, with an example of each.
POLARS = dict(line.split(": ", 1) for line in (Path(__file__).parent / "polars_functions.txt").read_text().splitlines())
PAGE = Path(__file__).parents[2] / "docs" / "sql-functions.md"
# The examples of times show no result: it is another one each time.
_OF_TIME = "the time of the run"
ROWS = pl.LazyFrame(
    {
        "n": [3, 0, None],
        "s": ["Rosa", "Iris", None],
        "day": [dt.date(2026, 2, 17), dt.date(2024, 2, 1), None],
        "j": ['{"name": "Rosa", "tags": ["red", 2]}', "{}", None],
        "l": [[1, 2], [3], None],
        "ts": [dt.datetime(2026, 2, 17, 13, 45, 30), dt.datetime(2024, 2, 1), None],  # noqa: DTZ001  # no zone
    }
)
EXAMPLES = {
    "date_trunc": "date_trunc('month', ts)",
    "date_diff": "date_diff('month', DATE '2025-12-31', day)",
    "strftime": "strftime(ts, '%d.%m.%Y %H:%M')",
    "to_char": "to_char(ts, 'DD.MM.YYYY HH24:MI')",
    "date_format": "date_format(ts, '%d.%m.%Y %H:%i')",
    "last_day": "last_day(day)",
    "dayname": "dayname(day)",
    "monthname": "monthname(day)",
    "epoch": "epoch(ts)",
    "epoch_ms": "epoch_ms(ts)",
    "epoch_us": "epoch_us(ts)",
    "to_timestamp": "to_timestamp(n * 3600)",
    "list": "list(s)",
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
    "strlen": "strlen(s)",
    "nvl": "nvl(n, -1)",
    "nvl2": "nvl2(n, 'known', 'unknown')",
    "iif": "iif(n > 1, 'many', 'few')",
    "zeroifnull": "zeroifnull(n)",
    "nullifzero": "nullifzero(n)",
    "isnull": "isnull(n)",
    "regexp_replace": r"regexp_replace(s, '(.)s', '<\1>', 'g')",
    "regexp_extract": "regexp_extract(s, '([A-Z])(.)', 2)",
    "regexp_extract_all": "regexp_extract_all(s, '[a-z]')",
    "regexp_count": "regexp_count(s, '[a-z]')",
    "regexp_full_match": "regexp_full_match(s, 'R.*')",
    "json_extract_string": "json_extract_string(j, '$.name')",
    "json_extract": "j -> 'tags'",
    "json_value": "json_value(j, '$.tags[0]')",
    "md5": "md5(s)",
    "sha1": "sha1(s)",
    "sha256": "sha256(s)",
    "make_date": "make_date(2026, n + 1, 9)",
    "date_add": "date_add(day, INTERVAL (n) MONTH)",
    "date_sub": "ts - n * INTERVAL '1 week'",
}
_HEAD = """# Functions of SQL

All functions of the SQL of queries, each with an example: those that become expressions or columns, which Polars' SQL does not have, and those [of Polars' own](#functions-of-polars-sql). The values of
the first two are those of DuckDB, except for the differences that are named here. The [lineage](lineage-functions.md#functions-and-operators-of-sql) of each is on another page.

The results are those of the first row of these three, or of all of them for a function of groups:

| n | s | day | ts | j | l |
|---|---|---|---|---|---|
| 3 | Rosa | 2026-02-17 | 2026-02-17 13:45:30 | {"name": "Rosa", "tags": ["red", 2]} | [1, 2] |
| 0 | Iris | 2024-02-01 | 2024-02-01 00:00:00 | {} | [3] |
| null | null | null | null | null | null |

To write this page: `cd worker/tests && PYTHONPATH=../src python sql_functions.py`.

## Functions that become expressions

Each call becomes an expression of Polars' own functions before the statement is planned ([ADR 0048](adr/0048-functions-become-expressions.md)), so it may stand anywhere. `date_trunc` of a date is a
date. The times are those of UTC, and the same for all statements of a run. A query with one of them is not cached.

Formats of times are texts in quotes. A date has no parts of a time of day. `strftime` has `%Y %y %G %m %b %B %d %j %a %A %u %w %U %W %V %H %I %p %M %S %g` (milliseconds) `%f %n %x %X %T %c %%`, and
`%-d %-m %-j %-H %-I %-M %-S` without zeros, and refuses `%z`. `to_char` has `YYYY YY IYYY IW MM Mon DD DDD Dy ID HH24 HH12 HH MI SS MS US AM PM`, `FMMonth FMDay` and `FMMM FMDD FMHH24 FMHH12`, and texts in
double quotes. `date_format` has `%Y %y %x %v %m %c %b %M %d %e %j %a %W %w %H %k %h %I %l %p %i %s %S %f %T %r %%`, or without a `%` the parts `yyyy yy MM M MMM MMMM dd d DDD EEE EEEE HH H hh h mm m ss s SSS SSSSSS a`.

| function | other names | gives | example | result |
|---|---|---|---|---|
"""
_COMPUTED = """
## Functions that become columns

Each call becomes a column of the table or subquery in FROM whose columns are its arguments, and is computed before WHERE and joins
([ADR 0051](adr/0051-functions-become-columns.md)). It can be in every clause, also in aggregate functions, but

- its arguments are columns of one table of the same SELECT, or constants. A call of `max(s)`, of a window or of columns of two tables is refused: compute the argument in a subquery,
  `SELECT regexp_replace(m, 'a', 'b') FROM (SELECT max(s) AS m FROM t) AS q`.
- over the table of an outer join that may lack rows, its arguments are plain columns.
- patterns, replacements, options and paths are constants.
- a value has the name of the first column in it, as of Polars' own functions: write `AS`.

Patterns are those of RE2, as in DuckDB: `\\w`, `\\d` and `\\s` are classes of ASCII. `\\B`, `\\Q`, `\\C` and `\\W` in brackets are refused.

A JSON text is read as RFC 8259 has it. Where DuckDB fails at a text that is not JSON, the value is null. The last of several members with one name counts, and JSON nested deeper than 127
levels has no values. The run fails, instead of giving another number, at a number above 1e16 with a fraction or an exponent, at an object or array beside a number of more than 15 digits, and
at an array of several kinds whose member is a number with a fraction. `json_extract` and `json_value` have none of these limits: the first of several members with one name counts, all digits are there, and
only JSON nested deeper than Python can read fails. They take about three times the time of `->>`. These two and the hashes are computed by Python, and are refused on a cluster. Paths have names and places from 0: `'$.a[0].b'`, `'/a/b'`, `'a'`, `0`. A field of a struct is taken by the same operators.

An interval of a number that is out of the range of timestamps fails.

| function | other names | gives | example | result |
|---|---|---|---|---|
"""
_MADE = """
## Items of FROM

| item | gives |
|---|---|
| `generate_series(1, 10, 2) AS s(n)` | the integers from the first to the last value, by a step, which is 1 if it is left out |
| `range(10)`, `range(1, 10)` | the same without the last value |
| `generate_series(DATE '2026-01-01', DATE '2026-12-31', INTERVAL 1 MONTH) AS s(ts)` | timestamps; months need a first day up to the 28th |
| `t TABLESAMPLE BERNOULLI (10)`, `t TABLESAMPLE (10 PERCENT)` | each row with a probability of 10 % |
| `t TABLESAMPLE (100 ROWS)`, `t TABLESAMPLE RESERVOIR(100 ROWS) REPEATABLE (7)` | 100 rows, or all if there are fewer |
| `t TABLESAMPLE SYSTEM (10) REPEATABLE (7)` | each block of 2,048 rows with a probability of 10 %, the same blocks each time while the table has the same snapshot |

A series has at most 100,000,000 values, which read no column. A query with TABLESAMPLE is not cached.
"""
_POLARS = """
## Functions of Polars' SQL

Their values are Polars' own. Some differ from those of other engines: `log(x, b)` has the base as its second argument, `strpos` counts bytes of UTF-8 and not characters, a negative start of `substr`
is before the text and not behind its end, and `DATE + INTERVAL '5 hours'` is a date.

| example | result |
|---|---|
"""


def result_of(example: str) -> Any:  # a value of any type
    """Give the value of an example."""
    column = query_frame(f"SELECT {example} AS r FROM t", {"t": ROWS}, pl.LazyFrame)[0].collect()["r"]
    return column[0]


def page() -> str:
    """Write the page."""
    return "".join(
        [
            _HEAD,
            *(_row(each.names, each.usage, each.meaning, each.is_stable) for each in FUNCTIONS),
            _COMPUTED,
            *(_row(each.names, each.usage, each.meaning) for each in COMPUTED),
            _MADE,
            _POLARS,
            *(
                f"| `{example}` | {_shown(value_in_polars(name, example))} |\n"
                for name, example in sorted(POLARS.items())
            ),
        ]
    )


def value_in_polars(name: str, example: str) -> Any:  # a value of any type
    """Give the value of an example of a function of Polars, by Polars alone."""
    groups = " GROUP BY ROLLUP (s)" if name.startswith("grouping") else ""
    return pl.SQLContext({"t": ROWS}).execute(f"SELECT {example} AS r FROM t{groups}").collect()["r"][0]


def _row(names: tuple[str, ...], usage: str, meaning: str, is_stable: bool = True) -> str:  # noqa: FBT001, FBT002  # a property
    example = EXAMPLES[names[0]]
    shown = _shown(result_of(example)) if is_stable else _OF_TIME
    others = ", ".join(f"`{name}`" for name in names[1:])
    return f"| `{usage}` | {others} | {meaning} | `{example.replace('|', chr(92) + '|')}` | {shown} |\n"


def _shown(value: Any) -> str:  # a value of any type
    match value:
        case pl.Series():
            return str(value.to_list())
        case bool():
            return str(value).lower()
        case None:
            return "null"
        case float():
            # The last digits depend on the machine.
            return str(round(value, 9))
        case _:
            return str(value)


if __name__ == "__main__":
    sys.stdout.write(page())
