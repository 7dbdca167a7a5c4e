"""Translates arithmetic by the type of its result: integers wrap, decimals round or fail, floats follow IEEE 754."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from nerium_worker.spark.expr import decimals, durations
from nerium_worker.spark.expression_sql import Term
from nerium_worker.spark.literals import literal
from nerium_worker.spark.types import bits, is_float, is_integer, is_unsigned, spark_type
from nerium_worker.spark.unsupported import NOT_TRANSLATED, refuse

if TYPE_CHECKING:
    from polars.datatypes import DataType

    from nerium_worker.spark.scope import Scope

_SYMBOLS = {"Plus": "+", "Minus": "-", "Multiply": "*"}


def arithmetic(scope: Scope, operator: str, left: Term, right: Term, dtype: DataType) -> Term:
    """Combine two values."""
    if any(isinstance(each, pl.Decimal) for each in (left.dtype, right.dtype, dtype)):
        return _decimal(scope, operator, left, right, dtype)
    if any(each.is_temporal() for each in (left.dtype, right.dtype, dtype)):
        return Term(sql=durations.arithmetic(operator, left, right, dtype), dtype=dtype)
    return Term(sql=_sql(scope, operator, left, right, dtype), dtype=dtype)


def _sql(scope: Scope, operator: str, left: Term, right: Term, dtype: DataType) -> str:
    if isinstance(dtype, pl.String) and operator == "Plus":
        return f"({left.sql} || {right.sql})"
    if is_float(dtype) and operator in ("TrueDivide", "Divide"):
        return divide(scope.let, left, right, dtype)
    if left.dtype == right.dtype == dtype and is_integer(dtype):
        return _integer(scope, operator, left.sql, right.sql, dtype)
    if left.dtype == right.dtype == dtype and is_float(dtype):
        return _float(scope, operator, left, right, dtype)
    return refuse(f"operator {operator} of {left.dtype} and {right.dtype}", NOT_TRANSLATED)


def _integer(scope: Scope, operator: str, left: str, right: str, dtype: DataType) -> str:
    match operator:
        case "Plus" | "Minus" | "Multiply":
            return wrap(f"{left} {_SYMBOLS[operator]} {right}", left, right, operator, dtype)
        case "FloorDivide":
            left, right = scope.let(left), scope.let(right)
            if is_unsigned(dtype):
                return truncate_quotient(left, right, dtype)
            rest = f"({left} % {right})"
            correction = f"CASE WHEN {rest} <> 0 AND ({left} < 0) <> ({right} < 0) THEN 1 ELSE 0 END"
            return f"CAST(({left} div {right}) - {correction} AS {spark_type(dtype)})"
        case "Modulus":
            rest, right = scope.let(f"({left} % {right})"), scope.let(right)
            if is_unsigned(dtype):
                return f"CAST({rest} AS {spark_type(dtype)})"
            other_sign = f"{rest} <> 0 AND ({rest} < 0) <> ({right} < 0)"
            return f"CAST(CASE WHEN {other_sign} THEN {rest} + {right} ELSE {rest} END AS {spark_type(dtype)})"
        case _:
            return refuse(f"operator {operator} of {dtype}", NOT_TRANSLATED)


def wrap(sql: str, left: str, right: str, operator: str, dtype: DataType) -> str:
    """Let an integer overflow as Polars does; Spark's own types do so without ANSI mode."""
    declared = spark_type(dtype)
    if not is_unsigned(dtype):
        return f"({sql})" if declared in ("INT", "BIGINT") else f"CAST(({sql}) AS {declared})"
    if isinstance(dtype, pl.UInt64):
        if operator == "Multiply":
            refuse("multiplication of UInt64", "a decimal of Spark can't hold the product: cast it first")
        return f"CAST(pmod({sql}, CAST('{1 << 64}' AS DECIMAL(20,0))) AS {declared})"
    symbol = _SYMBOLS[operator]
    return f"CAST(((CAST({left} AS BIGINT) {symbol} CAST({right} AS BIGINT)) & {(1 << bits(dtype)) - 1}) AS {declared})"


def truncate_quotient(left: str, right: str, dtype: DataType) -> str:
    """Divide integers towards zero; by zero it is null in both engines."""
    if isinstance(dtype, pl.UInt64):
        left, right = f"({left} - {left} % {right})", f"nullif({right}, 0)"
        return f"CAST({left} / {right} AS {spark_type(dtype)})"
    return f"CAST(({left} div {right}) AS {spark_type(dtype)})"


def _float(scope: Scope, operator: str, left: Term, right: Term, dtype: DataType) -> str:
    match operator:
        case "Plus" | "Minus" | "Multiply":
            return f"({left.sql} {_SYMBOLS[operator]} {right.sql})"
        case "FloorDivide":
            return floor(scope.let(divide(scope.let, left, right, dtype)), dtype)
        case "Modulus":
            number = scope.let(left.sql)
            divisor = replace(right, sql=scope.let(right.sql))
            quotient = divide(scope.let, replace(left, sql=number), divisor, dtype)
            return f"({number} - {floor(scope.let(quotient), dtype)} * {divisor.sql})"
        case _:
            return refuse(f"operator {operator} of {dtype}", NOT_TRANSLATED)


def divide(let: durations.Let, left: Term, right: Term, dtype: DataType) -> str:
    """Divide as IEEE 754 says, where SQL has null for a divisor of zero.

    By one value for all rows Polars multiplies with its reciprocal, which shows in the last digit and in what is
    rounded down to a whole number.
    """
    number, divisor = as_double(left), as_double(right)
    declared = spark_type(dtype)
    if right.is_uniform and not left.is_uniform:
        if right.constant is not None and isinstance(right.constant.value, (int, float)):
            reciprocal = _reciprocal(right.constant.value, dtype)
        else:
            one = Term(sql="CAST(1 AS DOUBLE)", dtype=pl.Float64(), is_uniform=True)
            reciprocal = f"CAST({divide(let, one, right, dtype)} AS {declared})"
        return f"({number if declared == 'DOUBLE' else f'CAST({left.sql} AS FLOAT)'} * {reciprocal})"
    number, divisor = let(number), let(divisor)
    infinity = "CAST('Infinity' AS DOUBLE)"
    if is_float(right.dtype):
        infinity = f"CASE WHEN startswith(CAST({divisor} AS STRING), '-') THEN -{infinity} ELSE {infinity} END"
    sql = f"CASE WHEN {divisor} = 0 THEN {number} * {infinity} ELSE {number} / {divisor} END"
    return f"CAST({sql} AS FLOAT)" if declared == "FLOAT" else sql


def _reciprocal(value: float, dtype: DataType) -> str:
    if value == 0:
        return literal(math.copysign(math.inf, value), dtype).sql
    return literal(1 / value, dtype).sql


def as_double(term: Term) -> str:
    """Give a number as a DOUBLE."""
    return term.sql if isinstance(term.dtype, pl.Float64) else f"CAST({term.sql} AS DOUBLE)"


def floor(sql: str, dtype: DataType) -> str:
    """Round a float down to a float; Spark's own gives an integer, which has no -0.0."""
    whole = f"rint({sql})"
    return f"CAST(CASE WHEN {whole} > {sql} THEN {whole} - 1 ELSE {whole} END AS {spark_type(dtype)})"


def ceil(sql: str, dtype: DataType) -> str:
    """Round a float up to a float."""
    return f"-{floor(f'(-{sql})', dtype)}"


def _decimal(scope: Scope, operator: str, left: Term, right: Term, dtype: DataType) -> Term:
    match operator:
        case "Plus" | "Minus":
            return decimals.add(scope.let, _SYMBOLS[operator], left, right, dtype)
        case "Multiply":
            return decimals.multiply(scope.let, left, right, dtype)
        case "TrueDivide" | "Divide" if isinstance(dtype, pl.Decimal):
            return decimals.divide(scope.let, left, right, dtype)
        case _:
            return refuse(f"operator {operator} of {left.dtype} and {right.dtype}", NOT_TRANSLATED)
