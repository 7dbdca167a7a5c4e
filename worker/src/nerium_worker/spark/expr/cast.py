"""Translates casts: Spark's own give null where Polars fails, accept other texts, and clamp what is out of range."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from nerium_worker.polars_plan.dtypes import instance
from nerium_worker.spark.expr import decimals
from nerium_worker.spark.expr.durations import microseconds, moment
from nerium_worker.spark.expression_sql import Term, digits_of
from nerium_worker.spark.quoting import string
from nerium_worker.spark.types import (
    DIGITS,
    bits,
    bounds,
    is_float,
    is_integer,
    is_unsigned,
    spark_type,
    ticks_per_second,
)
from nerium_worker.spark.unsupported import NOT_TRANSLATED, refuse

if TYPE_CHECKING:
    from polars.datatypes import DataType

    from nerium_worker.spark.scope import Scope

_INTEGER_TEXT = "^[+-]?[0-9]+\\z"
_FLOAT_TEXT = "^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?\\z"
# Spark's decimals of scale 7 and more are written with an exponent when they are small.
_PLAIN_SCALE = 6
# The powers of two at which a DOUBLE no longer is in the range of an integer.
_RANGE = "CAST('{0}' AS DOUBLE)"


def cast(scope: Scope, term: Term, dtype: DataType, mode: str) -> Term:
    """Cast; a value that does not fit fails (`strict`), becomes null (`null`), or wraps around (`wrap`)."""
    if term.dtype == dtype:
        return term
    if isinstance(term.dtype, pl.Null) or (term.constant is not None and term.constant.value is None):
        return Term(
            sql=f"CAST(NULL AS {spark_type(dtype)})",
            dtype=dtype,
            digits=_null_digits(dtype),
            constant=term.constant,
            is_uniform=True,
        )
    made = _cast(scope, term, dtype, mode)
    done = Term(sql=made, dtype=dtype) if isinstance(made, str) else made
    constant = term.constant if is_integer(term.dtype) and is_integer(dtype) else None
    return replace(done, constant=constant, is_uniform=term.is_uniform)


def _null_digits(dtype: DataType) -> int | None:
    return digits_of(dtype) if isinstance(dtype, pl.Decimal) else None


def _cast(scope: Scope, term: Term, dtype: DataType, mode: str) -> Term | str:  # one case per pair
    declared = spark_type(dtype)
    plain = f"CAST({term.sql} AS {declared})"
    match term.dtype, dtype:
        case pl.Boolean(), pl.String():
            return plain
        case pl.Boolean(), _ if is_integer(dtype) or is_float(dtype):
            return plain
        case one, pl.Boolean() if is_integer(one):
            return f"({term.sql} <> 0)"
        case one, pl.Boolean() if is_float(one):
            return f"({term.sql} <> 0)"
        case one, other if is_integer(one) and is_integer(other):
            return _integer(scope, term, dtype, mode)
        case one, other if is_float(one) and is_integer(other):
            return _float_to_integer(scope, term, dtype, mode)
        case one, other if is_integer(one) and is_float(other):
            return plain
        case one, other if is_float(one) and is_float(other):
            return plain
        case one, pl.String() if is_integer(one):
            return plain
        case pl.String(), other if is_integer(other) and not isinstance(other, pl.UInt64):
            return _text_to_integer(scope, term, dtype, mode)
        case pl.String(), other if is_float(other):
            return _text_to_float(scope, term, dtype, mode)
        case one, pl.Decimal() if is_integer(one) or isinstance(one, pl.Decimal):
            return _to_decimal(scope, term, dtype, mode)
        case pl.Decimal(), other if is_float(other):
            return plain
        case pl.Decimal(), other if is_integer(other):
            return _decimal_to_integer(scope, term, dtype, mode)
        case pl.Decimal(scale=places), pl.String() if places <= _PLAIN_SCALE:
            return plain
        case pl.Date(), pl.String():
            return plain
        case pl.Date(), pl.Datetime(time_zone=None):
            return plain
        case pl.Datetime(time_zone=None), pl.Date():
            return plain
        case pl.Date(), pl.Int32():
            return f"unix_date({term.sql})"
        case pl.Date(), pl.Int64():
            return f"CAST(unix_date({term.sql}) AS BIGINT)"
        case pl.Int32(), pl.Date():
            return f"date_from_unix_date({term.sql})"
        case pl.Datetime(), pl.Int64():
            return _scale(microseconds(term.sql, term.dtype), term.dtype)
        case pl.Int64(), pl.Datetime():
            factor = 1_000_000 // ticks_per_second(dtype)
            return moment(f"({term.sql} * {factor})", dtype)
        case pl.Duration(), pl.Int64():
            return term.sql
        case pl.Int64(), pl.Duration():
            return term.sql
        case pl.Duration(), pl.Duration():
            return _rescale(term, dtype)
        case pl.Datetime(time_zone=one), pl.Datetime(time_zone=other) if one == other:
            return _coarser(term, dtype)
        case pl.List(inner=one), pl.List(inner=other):
            return _list(scope, term, instance(one), instance(other), mode)
        case _:
            return refuse(f"cast from {term.dtype} to {dtype}", NOT_TRANSLATED)


def fail_on_null(scope: Scope, checked: str, source: Term, dtype: DataType, mode: str) -> str:
    """Fail where a value became null by a strict cast."""
    if mode != "strict":
        return checked
    message = string(f"conversion from {source.dtype} to {dtype} failed in a strict cast")
    return f"coalesce({checked}, CASE WHEN {scope.let(source.sql)} IS NOT NULL THEN raise_error({message}) END)"


def _integer(scope: Scope, term: Term, dtype: DataType, mode: str) -> str:
    declared = spark_type(dtype)
    (low, high), (least, greatest) = bounds(term.dtype), bounds(dtype)
    if least <= low and high <= greatest:
        return f"CAST({term.sql} AS {declared})"
    if mode == "wrap":
        return _wrap(term, dtype)
    value = scope.let(term.sql)
    fits = " AND ".join(
        ([f"{value} >= {_number(least)}"] if low < least else [])
        + ([f"{value} <= {_number(greatest)}"] if greatest < high else [])
    )
    return fail_on_null(
        scope, f"CASE WHEN {fits} THEN CAST({value} AS {declared}) END", replace(term, sql=value), dtype, mode
    )


def _number(value: int) -> str:
    kind = "BIGINT" if -(1 << 63) <= value < 1 << 63 else "DECIMAL(20,0)"
    return f"CAST('{value}' AS {kind})"


def _wrap(term: Term, dtype: DataType) -> str:
    if pl.UInt64 in (term.dtype, dtype):
        return refuse(f"wrapping cast from {term.dtype} to {dtype}", NOT_TRANSLATED)
    if is_unsigned(dtype):
        return f"CAST((CAST({term.sql} AS BIGINT) & {(1 << bits(dtype)) - 1}) AS {spark_type(dtype)})"
    return f"CAST({term.sql} AS {spark_type(dtype)})"


def _float_to_integer(scope: Scope, term: Term, dtype: DataType, mode: str) -> str:
    value = scope.let(term.sql)
    least, greatest = bounds(dtype)
    # Exclusive bounds, which doubles can represent: digits after the point are cut off.
    low = f"{value} > {_RANGE.format(least - 1)}" if bits(dtype) <= 32 else f"{value} >= {_RANGE.format(least)}"  # noqa: PLR2004
    if isinstance(dtype, pl.UInt64):
        low = f"{value} > {_RANGE.format(-1)}"
    fits = f"{low} AND {value} < {_RANGE.format(greatest + 1)}"
    made = f"CAST({value} AS {spark_type(dtype)})"
    if isinstance(dtype, pl.UInt64):
        return refuse(f"cast from {term.dtype} to {dtype}", NOT_TRANSLATED)
    return fail_on_null(scope, f"CASE WHEN {fits} THEN {made} END", replace(term, sql=value), dtype, mode)


def _text_to_integer(scope: Scope, term: Term, dtype: DataType, mode: str) -> str:
    value = scope.let(term.sql)
    least, greatest = bounds(dtype)
    number = scope.let(f"CASE WHEN {value} RLIKE {string(_INTEGER_TEXT)} THEN try_cast({value} AS DECIMAL(38,0)) END")
    fits = f"{number} BETWEEN {_number(least)} AND {_number(greatest)}"
    made = f"CASE WHEN {fits} THEN CAST({number} AS {spark_type(dtype)}) END"
    return fail_on_null(scope, made, replace(term, sql=value), dtype, mode)


def _text_to_float(scope: Scope, term: Term, dtype: DataType, mode: str) -> str:
    value = scope.let(term.sql)
    declared = spark_type(dtype)
    lowered = f"lower({value})"
    special = (
        f"WHEN {lowered} IN ('inf', '+inf', 'infinity', '+infinity') THEN CAST('Infinity' AS {declared}) "
        f"WHEN {lowered} IN ('-inf', '-infinity') THEN CAST('-Infinity' AS {declared}) "
        f"WHEN {lowered} IN ('nan', '+nan', '-nan') THEN CAST('NaN' AS {declared})"
    )
    made = f"CASE WHEN {value} RLIKE {string(_FLOAT_TEXT)} THEN try_cast({value} AS {declared}) {special} END"
    return fail_on_null(scope, made, replace(term, sql=value), dtype, mode)


def _to_decimal(scope: Scope, term: Term, dtype: pl.Decimal, mode: str) -> Term:
    places, precision = decimals.scale(term), dtype.precision or DIGITS
    digits = term.precision() - places + dtype.scale + (1 if dtype.scale < places else 0)
    value = (
        term
        if isinstance(term.dtype, pl.Decimal)
        else replace(
            term,
            sql=f"CAST({term.sql} AS DECIMAL({term.precision()},0))",
            dtype=pl.Decimal(term.precision(), 0),
            digits=term.precision(),
        )
    )
    if digits <= min(precision, DIGITS):
        return decimals.round_to(value, dtype)
    source = scope.let(value.sql)
    made = f"bround({source}, {dtype.scale})" if dtype.scale < places else source
    sql = fail_on_null(
        scope, f"CAST({made} AS DECIMAL({precision},{dtype.scale}))", replace(value, sql=source), dtype, mode
    )
    return Term(sql=sql, dtype=dtype, digits=precision)


def _decimal_to_integer(scope: Scope, term: Term, dtype: DataType, mode: str) -> str:
    value = scope.let(term.sql)
    least, greatest = bounds(dtype)
    whole = f"CAST(bround({value}, 0) AS DECIMAL({DIGITS},0))"
    fits = f"{whole} BETWEEN {_number(least)} AND {_number(greatest)}"
    made = f"CASE WHEN {fits} THEN CAST({whole} AS {spark_type(dtype)}) END"
    return fail_on_null(scope, made, replace(term, sql=value), dtype, mode)


def _scale(sql: str, dtype: DataType) -> str:
    factor = 1_000_000 // ticks_per_second(dtype)
    return sql if factor == 1 else f"({sql} div {factor})"


def _rescale(term: Term, dtype: DataType) -> str:
    one, other = ticks_per_second(term.dtype), ticks_per_second(dtype)
    return f"({term.sql} * {other // one})" if other >= one else f"({term.sql} div {one // other})"


def _coarser(term: Term, dtype: DataType) -> str:
    """Cut off the digits that a coarser unit does not have, towards the past."""
    factor = ticks_per_second(term.dtype) // ticks_per_second(dtype)
    if factor <= 1:
        return term.sql
    point = microseconds(term.sql, term.dtype)
    return moment(f"{point} - pmod({point}, {factor})", dtype)


def _list(scope: Scope, term: Term, one: DataType, other: DataType, mode: str) -> str:
    """Cast the items of a list, where that can't fail."""
    del scope, mode
    widening = (
        is_integer(one)
        and is_integer(other)
        and bounds(other)[0] <= bounds(one)[0]
        and bounds(one)[1] <= bounds(other)[1]
    )
    if (
        widening
        or (is_integer(one) and is_float(other))
        or (is_float(one) and is_float(other))
        or isinstance(one, pl.Null)
    ):
        return f"CAST({term.sql} AS {spark_type(pl.List(other))})"
    return refuse(f"cast from {term.dtype} to {pl.List(other)}", NOT_TRANSLATED)
