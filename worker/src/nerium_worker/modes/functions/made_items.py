"""Items of FROM that are made: `generate_series(1, 10)`, and a random part, `t TABLESAMPLE (10 PERCENT)`."""

from __future__ import annotations

import datetime as dt
import secrets
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from nerium_worker.modes.functions.intervals import constant_interval
from nerium_worker.protocol.errors import Failure
from nerium_worker.scan.internal_fields import private_name

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nerium_worker.modes.syntax import Ast

# With the last value, and without it.
SERIES = {"generate_series": True, "range": False}
# So that a mistake does not fill the memory.
_MOST_VALUES = 100_000_000
_BLOCK = 2048
_MOST_DIGITS = 18
_NUMBER = private_name("sample_row")
_CHANCE = private_name("sample_chance")
_MOST_ROWS = 100_000_000
_LAST_DAY_OF_ALL_MONTHS = 28
_USAGE = "Write {name}(1, 10) AS s(n), or {name}(DATE '2026-01-01', DATE '2026-12-31', INTERVAL 1 DAY) AS s(day)."
_SAMPLE = "Write TABLESAMPLE BERNOULLI (10), TABLESAMPLE SYSTEM (10 PERCENT) REPEATABLE (1), or TABLESAMPLE (100 ROWS)."


def series_name(relation: Ast) -> str | None:
    """Give the name of the function that an item of FROM is; None if it is another item."""
    match relation:
        case {"Table": {"name": [{"Identifier": {"value": str(name), "quote_style": None}}], "args": dict()}}:
            return name.lower() if name.lower() in SERIES else None
        case _:
            return None


def is_sampled(relation: Ast) -> bool:
    """Return whether an item of FROM is a random part of one."""
    return any(isinstance(fields, dict) and fields.get("sample") is not None for fields in relation.values())


def series(relation: Ast, constant: Callable[[Ast], Any]) -> pl.LazyFrame:
    """Give the values of `generate_series` or `range`; raises `Failure`."""
    table = relation["Table"]
    name = table["name"][0]["Identifier"]["value"].lower()
    arguments = [argument.get("Unnamed", {}).get("Expr") for argument in table["args"]["args"]]
    if None in arguments or not 1 <= len(arguments) <= 3:  # noqa: PLR2004
        raise _refused(name, "takes a first value, a last value and a step")
    interval = constant_interval(arguments[2]) if len(arguments) > 2 else None  # noqa: PLR2004
    if interval is None:
        values = _integers(name, [constant(each) for each in arguments])
    else:
        values = _moments(name, constant(arguments[0]), constant(arguments[1]), interval)
    return pl.LazyFrame().select(values.alias(_column(name, table["alias"])))


def _column(name: str, alias: Ast) -> str:
    if alias is None or not alias["columns"]:
        return name
    if len(alias["columns"]) > 1:
        raise _refused(name, "has one column")
    return str(alias["columns"][0]["name"]["value"])


def _integers(name: str, values: Sequence[Any]) -> pl.Expr:
    if not all(isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 62 for value in values):
        raise _refused(name, "takes integers, or two dates and an interval, which read no column")
    start, end, step = (0, values[0], 1) if len(values) == 1 else (*values, 1)[:3]
    if step == 0:
        raise _refused(name, "has the step 0")
    if SERIES[name]:
        end += 1 if step > 0 else -1
    if len(range(start, end, step)) > _MOST_VALUES:
        raise _refused(name, f"would give more than {_MOST_VALUES:,} values")
    return pl.int_range(start, end, step, dtype=pl.Int64)


def _moments(name: str, first: Any, last: Any, step: tuple[int, int, int]) -> pl.Expr:  # noqa: ANN401  # values of SQL
    if not isinstance(first, dt.date) or not isinstance(last, dt.date) or type(first) is not type(last):
        raise _refused(name, "takes two dates or two timestamps with an interval")
    months, days, microseconds = step
    if (months and (days or microseconds)) or min(step) < 0 or not any(step):
        raise _refused(name, "takes an interval above 0, of months or of days and hours")
    if months and first.day > _LAST_DAY_OF_ALL_MONTHS:
        raise _refused(name, "takes months only from a day that all months have")
    kind = pl.Datetime("us", "UTC") if isinstance(first, dt.datetime) and first.tzinfo else pl.Datetime("us")
    every = f"{months}mo" if months else f"{days * 86_400_000_000 + microseconds}us"
    size = dt.timedelta(days=28 * months + days, microseconds=microseconds)
    if (last - first) / size > _MOST_VALUES:
        raise _refused(name, f"would give more than {_MOST_VALUES:,} values")
    return pl.datetime_range(
        pl.lit(first).cast(kind), pl.lit(last).cast(kind), every, closed="both" if SERIES[name] else "left"
    )


def _refused(name: str, why: str) -> Failure:
    return Failure("sql", f"{name}() {why}.", hint=_USAGE.format(name=name))


def sampled(frame: pl.LazyFrame, relation: Ast, constant: Callable[[Ast], Any]) -> pl.LazyFrame:
    """Give a random part of the rows of an item of FROM; raises `Failure`."""
    [fields] = relation.values()
    [sample] = fields["sample"].values()
    match sample:
        case {
            "name": None | "Bernoulli" | "System" as method,
            "quantity": {"value": quantity, "unit": None | "Percent"},
            "bucket": None,
            "offset": None,
        }:
            share = constant(quantity)
        case {"name": None, "quantity": {"value": quantity, "unit": "Rows"}, "bucket": None, "offset": None}:
            return _sampled_rows(frame, constant(quantity), _seed(sample["seed"]))
        case _:
            raise Failure("sql", "This TABLESAMPLE is not available.", hint=_SAMPLE)
    if isinstance(share, bool) or not isinstance(share, (int, float, Decimal)) or not 0 <= share <= 100:  # noqa: PLR2004
        raise Failure("sql", "TABLESAMPLE takes a percentage from 0 to 100.", hint=_SAMPLE)
    number = pl.col(_NUMBER) // _BLOCK if method == "System" else pl.col(_NUMBER)
    limit = int(float(share) / 100 * (1 << 64))
    chosen = (
        number.hash(_seed(sample["seed"])) < pl.lit(limit, dtype=pl.UInt64) if limit < 1 << 64 else pl.lit(value=True)
    )
    return frame.with_row_index(_NUMBER).filter(chosen).drop(_NUMBER)


def _sampled_rows(frame: pl.LazyFrame, count: Any, seed: int) -> pl.LazyFrame:  # noqa: ANN401  # a value of SQL
    """Give `count` rows, in their order; each set of rows is as likely as another."""
    if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= _MOST_ROWS:
        raise Failure("sql", f"TABLESAMPLE takes a number of rows from 0 to {_MOST_ROWS:,}.", hint=_SAMPLE)
    return (
        frame.with_row_index(_NUMBER)
        .with_columns(pl.col(_NUMBER).hash(seed).alias(_CHANCE))
        .bottom_k(count, by=[_CHANCE, _NUMBER])
        .sort(_NUMBER)
        .drop(_NUMBER, _CHANCE)
    )


def _seed(seed: Ast) -> int:
    match seed:
        case None:
            return secrets.randbits(63)
        case {"modifier": "Repeatable", "value": {"Number": [str(digits), _]}} if (
            digits.isdecimal() and len(digits) <= _MOST_DIGITS
        ):
            return int(digits)
        case _:
            raise Failure("sql", "REPEATABLE takes an integer that is not negative.", hint=_SAMPLE)
