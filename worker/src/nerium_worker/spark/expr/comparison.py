"""Translates comparisons. Like Polars, Spark orders NaN above all numbers, and -0.0 equals 0.0."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from nerium_worker.spark.expr.decimals import widen
from nerium_worker.spark.types import DIGITS, holds, is_float, is_integer
from nerium_worker.spark.unsupported import refuse

if TYPE_CHECKING:
    from nerium_worker.spark.expression_sql import Term

OPERATORS = {
    "Eq": "=",
    "NotEq": "<>",
    "Lt": "<",
    "LtEq": "<=",
    "Gt": ">",
    "GtEq": ">=",
    "EqValidity": "<=>",
    "NotEqValidity": "<=>",
}


def compare(operator: str, left: Term, right: Term) -> str:
    """Compare two values."""
    one, other = left.sql, right.sql
    if _digits(left, right) > DIGITS:
        # Their types may need more than there are, their values seldom do.
        places = max(_scale(left.dtype), _scale(right.dtype))
        one, other = widen(left, places), widen(right, places)
    else:
        check_comparable(left, right)
    sql = f"({one} {OPERATORS[operator]} {other})"
    return f"(NOT {sql})" if operator == "NotEqValidity" else sql


def check_comparable(left: Term, right: Term) -> None:
    """Refuse what Spark would compare otherwise, or after it lost digits."""
    one, other = left.dtype, right.dtype
    for dtype in (one, other):
        if isinstance(dtype, (pl.List, pl.Struct, pl.Array)):
            refuse(f"comparison of {dtype}", "nulls inside of lists and structs compare differently in Spark")
    if isinstance(one, pl.Decimal) or isinstance(other, pl.Decimal):
        if _digits(left, right) > DIGITS:
            refuse("comparison of decimals", f"they need more than {DIGITS} digits to be compared exactly")
    elif one != other and not _are_numbers(left, right) and pl.Null not in (one, other):
        refuse(f"comparison of {one} with {other}", "their types differ: cast one of them")


def _digits(left: Term, right: Term) -> int:
    """Return how many digits a type needs that holds both of two decimals; 0 where there is none among them."""
    if not (isinstance(left.dtype, pl.Decimal) or isinstance(right.dtype, pl.Decimal)):
        return 0
    places = [_scale(left.dtype), _scale(right.dtype)]
    return max(left.precision() - places[0], right.precision() - places[1]) + max(places)


def _are_numbers(left: Term, right: Term) -> bool:
    """Return whether Spark compares values of two types exactly: integers, and an integer as a constant."""
    if is_integer(left.dtype) and is_integer(right.dtype):
        return True
    pairs = ((left, right), (right, left))
    return any(is_float(one.dtype) and is_integer(other.dtype) and other.constant is not None for one, other in pairs)


def check_orderable(dtype: pl.DataType, node: str) -> None:
    """Refuse to compare what the two compare differently."""
    if holds(dtype, pl.Duration) and isinstance(dtype, (pl.List, pl.Struct)):
        refuse(node, f"Spark has no durations in a {dtype}")


def _scale(dtype: pl.DataType) -> int:
    if isinstance(dtype, pl.Decimal):
        return dtype.scale
    if is_integer(dtype):
        return 0
    return refuse(f"comparison of a decimal with {dtype}", "cast one of them")
