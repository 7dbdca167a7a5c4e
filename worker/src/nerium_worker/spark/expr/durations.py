"""Computes times and durations as whole numbers of their unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from nerium_worker.spark.types import is_integer, ticks_per_second
from nerium_worker.spark.unsupported import NOT_TRANSLATED, refuse

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from polars.datatypes import DataType

    from nerium_worker.spark.expression_sql import Term

    Let: TypeAlias = "Callable[[str], str]"

SECONDS_PER_DAY = 86_400


def microseconds(sql: str, dtype: DataType) -> str:
    """Count the microseconds since 1970 of a Datetime, in UTC or in local time."""
    zoned = isinstance(dtype, pl.Datetime) and dtype.time_zone is not None
    return f"unix_micros({sql})" if zoned else f"unix_micros(CAST({sql} AS TIMESTAMP))"


def moment(sql: str, dtype: DataType) -> str:
    """Make a Datetime of the microseconds since 1970."""
    zoned = isinstance(dtype, pl.Datetime) and dtype.time_zone is not None
    return f"timestamp_micros({sql})" if zoned else f"CAST(timestamp_micros({sql}) AS TIMESTAMP_NTZ)"


def arithmetic(operator: str, left: Term, right: Term, dtype: DataType) -> str:
    """Add and subtract points in time and durations."""
    match operator, left.dtype, right.dtype:
        case "Minus", pl.Date(), pl.Date() if isinstance(dtype, pl.Duration):
            return f"(datediff({left.sql}, {right.sql}) * CAST({SECONDS_PER_DAY * ticks_per_second(dtype)} AS BIGINT))"
        case "Minus", pl.Datetime(), pl.Datetime() if left.dtype == right.dtype and isinstance(dtype, pl.Duration):
            return _scale(f"({microseconds(left.sql, left.dtype)} - {microseconds(right.sql, right.dtype)})", dtype)
        case "Plus" | "Minus", pl.Datetime(), pl.Duration():
            return _move(left, operator, right, dtype)
        case "Plus", pl.Duration(), pl.Datetime():
            return _move(right, operator, left, dtype)
        case "Plus" | "Minus", pl.Duration(), pl.Duration() if left.dtype == right.dtype == dtype:
            return f"({left.sql} {_symbol(operator)} {right.sql})"
        case "Multiply", pl.Duration(), _ if is_integer(right.dtype) and not isinstance(right.dtype, pl.UInt64):
            return f"({left.sql} * {right.sql})"
        case "Multiply", _, pl.Duration() if is_integer(left.dtype) and not isinstance(left.dtype, pl.UInt64):
            return f"({left.sql} * {right.sql})"
        case "Plus" | "Minus", pl.Date(), pl.Duration() if isinstance(dtype, pl.Date):
            return _move_date(left, operator, right)
        case _:
            return refuse(f"operator {operator} of {left.dtype} and {right.dtype}", NOT_TRANSLATED)


def _move(point: Term, operator: str, duration: Term, dtype: DataType) -> str:
    if ticks_per_second(duration.dtype) != ticks_per_second(point.dtype) or dtype != point.dtype:
        refuse(f"{point.dtype} {operator} {duration.dtype}", "their units differ: cast one of them")
    factor = 1_000_000 // ticks_per_second(duration.dtype)
    moved = duration.sql if factor == 1 else f"{duration.sql} * {factor}"
    return moment(f"{microseconds(point.sql, point.dtype)} {_symbol(operator)} {moved}", dtype)


def _move_date(day: Term, operator: str, duration: Term) -> str:
    """Move a date, and cut off the hours of the day that it comes to."""
    per_day = f"CAST({SECONDS_PER_DAY * ticks_per_second(duration.dtype)} AS BIGINT)"
    moved = f"({'-' if operator == 'Minus' else ''}{duration.sql})"
    return f"date_add({day.sql}, CAST(({moved} - pmod({moved}, {per_day})) div {per_day} AS INT))"


def _scale(sql: str, dtype: DataType) -> str:
    factor = 1_000_000 // ticks_per_second(dtype)
    return sql if factor == 1 else f"({sql} div {factor})"


def _symbol(operator: str) -> str:
    return "+" if operator == "Plus" else "-"
