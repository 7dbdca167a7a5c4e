"""Writes Python values as literals of Spark SQL."""

from __future__ import annotations

import datetime as dt
import decimal
import math
import struct
from typing import TYPE_CHECKING, Any

import polars as pl

from nerium_worker.polars_plan.dtypes import instance
from nerium_worker.spark.expression_sql import Constant, Term
from nerium_worker.spark.quoting import quote, string
from nerium_worker.spark.types import DIGITS, is_float, is_integer, spark_type, ticks_per_second
from nerium_worker.spark.unsupported import UnsupportedError

if TYPE_CHECKING:
    from polars.datatypes import DataType


def literal(value: Any, dtype: DataType) -> Term:  # noqa: ANN401  # any value that Polars has
    """Write a value of a type."""
    constant = Constant(value)
    if value is not None and isinstance(dtype, pl.Decimal):
        return _decimal(value, dtype, constant)
    return Term(sql=_sql(value, dtype), dtype=dtype, constant=constant, is_uniform=True)


def _sql(value: Any, dtype: DataType) -> str:  # noqa: ANN401
    if value is None:
        return "NULL" if isinstance(dtype, pl.Null) else f"CAST(NULL AS {spark_type(dtype)})"
    match dtype:
        case pl.Boolean():
            return "TRUE" if value else "FALSE"
        case pl.String():
            return string(value)
        case pl.Binary():
            return f"X'{value.hex()}'"
        case pl.Date():
            return f"DATE '{value.isoformat()}'"
        case pl.Datetime():
            return f"CAST('{_moment(value)}' AS {spark_type(dtype)})"
        case pl.Duration():
            per_second = ticks_per_second(dtype)
            ticks = value if isinstance(value, int) else value // dt.timedelta(microseconds=1_000_000 // per_second)
            return f"CAST({ticks} AS BIGINT)"
        case pl.List(inner=inner):
            return (
                f"CAST(array({', '.join(literal(each, instance(inner)).sql for each in value)}) AS {spark_type(dtype)})"
            )
        case pl.Struct(fields=fields):
            members = (
                f"{literal(value[field.name], instance(field.dtype)).sql} AS {quote(field.name)}" for field in fields
            )
            return f"struct({', '.join(members)})"
        case _ if is_integer(dtype):
            return str(value) if isinstance(dtype, pl.Int32) and value >= 0 else f"CAST({value} AS {spark_type(dtype)})"
        case _ if is_float(dtype):
            return f"CAST('{_float(value, dtype)}' AS {spark_type(dtype)})"
        case _:
            raise UnsupportedError(node=f"literal of type {dtype}", reason="it has no form in Spark SQL")


def _float(value: float, dtype: DataType) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return repr(struct.unpack("<f", struct.pack("<f", value))[0] if isinstance(dtype, pl.Float32) else float(value))


def _moment(value: dt.datetime) -> str:
    if value.tzinfo is None:
        return value.isoformat(sep=" ")
    return f"{value.astimezone(dt.timezone.utc).replace(tzinfo=None).isoformat(sep=' ')}Z"


def _decimal(value: decimal.Decimal | int, dtype: pl.Decimal, constant: Constant) -> Term:
    scaled = decimal.Decimal(value).scaleb(dtype.scale)
    unscaled = int(scaled)
    if unscaled != scaled:
        raise UnsupportedError(node=f"literal {value}", reason=f"it has more than {dtype.scale} digits after the point")
    digits = max(len(str(abs(unscaled))), dtype.scale + 1)
    digits = min(digits, DIGITS)
    sql = (
        f"CAST('{value:f}' AS DECIMAL({digits},{dtype.scale}))"
        if isinstance(value, decimal.Decimal)
        else f"CAST('{value}' AS DECIMAL({digits},{dtype.scale}))"
    )
    return Term(sql=sql, dtype=dtype, digits=digits, constant=constant, is_uniform=True)
