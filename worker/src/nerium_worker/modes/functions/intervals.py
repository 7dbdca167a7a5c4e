"""Intervals whose size is a value of the rows: `ts + INTERVAL (n) DAY`, `day - n * INTERVAL '1 month'`.

As in DuckDB, months are added first, then days, then hours and less: the end of a month stays in the month.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from nerium_worker.modes.functions.computation import Computation, require
from nerium_worker.modes.syntax import parsed_expression, written_expression
from nerium_worker.protocol.errors import Failure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nerium_worker.modes.functions.computation import Arguments, Value
    from nerium_worker.modes.syntax import Ast

_SECOND = 1_000_000
_INTEGER = re.compile(r"\s*[+-]?\d{1,18}\s*")


class Interval(NamedTuple):
    """Months, days and microseconds, all of which are multiplied by the same number of each row."""

    months: int = 0
    days: int = 0
    microseconds: int = 0


_UNITS = {
    "year": Interval(months=12),
    "quarter": Interval(months=3),
    "month": Interval(months=1),
    "week": Interval(days=7),
    "day": Interval(days=1),
    "hour": Interval(microseconds=3600 * _SECOND),
    "minute": Interval(microseconds=60 * _SECOND),
    "second": Interval(microseconds=_SECOND),
    "millisecond": Interval(microseconds=1_000),
    "microsecond": Interval(microseconds=1),
}
_TERM = re.compile(r"\s*([+-]?\d{1,9})\s*([A-Za-z]+)\s*,?")
# The names of DuckDB's functions that make an interval of a number.
_MAKERS = {f"to_{unit}s": interval for unit, interval in _UNITS.items()}
MAKERS = frozenset(_MAKERS)
# The most digits of months, days and microseconds: their sum with any year from 1 to 9999 is a timestamp.
_DIGITS_OF_MONTHS = 7
_DIGITS_OF_DAYS = 8
_DIGITS_OF_MICROSECONDS = 18
_HINT = "Write ts + INTERVAL (n) DAY, or ts + n * INTERVAL '1 day'."


def is_sum(node: Ast) -> bool:
    """Return whether a node adds an interval of a size that a row has, or takes it away."""
    match node:
        case {"BinaryOp": {"op": "Plus", "left": left, "right": right}}:
            return _is_sized(right) or _is_sized(left)
        case {"BinaryOp": {"op": "Minus", "right": right}}:
            return _is_sized(right)
        case _:
            return False


def read_sum(node: Ast) -> Computation:
    """Read such a node; raises `Failure`."""
    operation = node["BinaryOp"]
    left, right, sign = operation["left"], operation["right"], 1 if operation["op"] == "Plus" else -1
    if not _is_sized(right):
        left, right = right, left
    if _is_sized(left):
        raise Failure("sql", "Two intervals are added.", hint="Add them to a date or a timestamp, one after the other.")
    return _moved("The sum with an interval", left, right, sign)


def constant_interval(node: Ast) -> Interval | None:
    """Read an interval that is the same for all rows; None if it is not one."""
    sized = _interval(node)
    if sized is None:
        return None
    number, interval = sized
    text = "1" if number is None else written_expression(number)
    return Interval(*(int(text) * part for part in interval)) if _INTEGER.fullmatch(text) else None


def date_add(arguments: Arguments) -> Computation:
    """Read `date_add(time, interval)`."""
    return _moved(arguments.name, *_time_and_interval(arguments), 1)


def date_sub(arguments: Arguments) -> Computation:
    """Read `date_sub(time, interval)`."""
    return _moved(arguments.name, *_time_and_interval(arguments), -1)


def _time_and_interval(arguments: Arguments) -> tuple[Ast, Ast]:
    time, interval = arguments.each
    if _interval(interval) is None:
        raise arguments.failure("takes an interval as its second argument")
    return time, interval


def _is_sized(node: Ast) -> bool:
    """Return whether a node is an interval with a number that is not in its text, which Polars' SQL does not have."""
    match node:
        case {"Nested": inner}:
            return _is_sized(inner)
        case {"Interval": {"leading_field": None}} | {"Interval": {"value": {"Value": _}}}:
            return False
        case _:
            return _interval(node) is not None


def _interval(node: Ast) -> tuple[Ast | None, Interval] | None:
    """Give the number of an interval, None for 1, and the interval; None if the node is another one."""
    match node:
        case {"Nested": inner}:
            return _interval(inner)
        case {"Interval": {"value": value, "leading_field": None, "last_field": None}}:
            text = _text(value)
            found = None if text is None else _parsed(text)
            return None if found is None else (None, found)
        case {
            "Interval": {
                "value": value,
                "leading_field": str(unit),
                "last_field": None,
                "leading_precision": None,
                "fractional_seconds_precision": None,
            }
        } if (interval := _UNITS.get(unit.lower().removesuffix("s"))) is not None:
            return _number(value), interval
        case {"BinaryOp": {"op": "Multiply", "left": left, "right": right}}:
            for number, other in ((left, right), (right, left)):
                one = _interval(other)
                if one is not None and one[0] is None:
                    return number, one[1]
            return None
        case {
            "Function": {
                "name": [{"Identifier": {"value": str(name), "quote_style": None}}],
                "args": {"List": {"args": [{"Unnamed": {"Expr": value}}]}},
            }
        } if name.lower() in _MAKERS:
            return value, _MAKERS[name.lower()]
        case _:
            return None


def _text(node: Ast) -> str | None:
    match node:
        case {"Value": {"value": {"SingleQuotedString": str(text)}}}:
            return text
        case _:
            return None


def _number(node: Ast) -> Ast:
    """Give the number of `INTERVAL '3' DAY` as one."""
    text = _text(node)
    return node if text is None or _INTEGER.fullmatch(text) is None else parsed_expression(text)


def _parsed(text: str) -> Interval | None:
    total = Interval()
    at = 0
    while at < len(text):
        term = _TERM.match(text, at)
        unit = None if term is None else _UNITS.get(term[2].lower().removesuffix("s"))
        if term is None or unit is None:
            return None
        total = Interval(*(one + int(term[1]) * other for one, other in zip(total, unit, strict=True)))
        at = term.end()
    return total if at else None


def _moved(name: str, time: Ast, interval: Ast, sign: int) -> Computation:
    found = _interval(interval)
    if found is None:
        raise Failure("sql", f"{name} has an interval that can't be read.", hint=_HINT)
    number, unit = found

    def build(values: Sequence[Value]) -> pl.Expr:
        moment, count = values
        require(
            moment,
            name,
            moment.dtype.is_temporal() and moment.dtype not in (pl.Duration, pl.Time),
            "a date or a timestamp",
        )
        require(
            count, name, count.dtype.is_integer() or count.dtype == pl.Null, "an integer as the size of the interval"
        )
        return _sum(moment, count.expression.cast(pl.Int64) * sign, unit)

    return Computation(name=name, values=(time, parsed_expression("1") if number is None else number), steps=[build])


def _sum(moment: Value, count: pl.Expr, unit: Interval) -> pl.Expr:
    result = moment.expression
    if unit.microseconds and moment.dtype == pl.Date:
        result = result.cast(pl.Datetime("us"))
    if unit.months:
        result = result.dt.offset_by(pl.format("{}mo", _product(count, unit.months, _DIGITS_OF_MONTHS)))
    if unit.days:
        result = result.dt.offset_by(pl.format("{}d", _product(count, unit.days, _DIGITS_OF_DAYS)))
    if unit.microseconds:
        result += _product(count, unit.microseconds, _DIGITS_OF_MICROSECONDS).cast(pl.Duration("us"))
    return result


def _product(count: pl.Expr, size: int, most_digits: int) -> pl.Expr:
    """Multiply a number, and fail where the product is out of range: Polars would compute another timestamp."""
    digits = most_digits - len(str(abs(size)))
    return count.cast(pl.Decimal(digits, 0)).cast(pl.Int64) * size
