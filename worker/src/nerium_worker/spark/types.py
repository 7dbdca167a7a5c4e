"""Maps Polars' types to Spark's: unsigned integers to the next wider signed type, durations to their ticks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from nerium_worker.polars_plan.dtypes import instance
from nerium_worker.spark.quoting import quote
from nerium_worker.spark.unsupported import UnsupportedError

if TYPE_CHECKING:
    from polars.datatypes import DataType

DIGITS = 38
"""The widest decimal, of Polars as of Spark."""
_INTEGERS: dict[type[DataType], tuple[int, bool, str]] = {
    pl.Int8: (8, True, "TINYINT"),
    pl.Int16: (16, True, "SMALLINT"),
    pl.Int32: (32, True, "INT"),
    pl.Int64: (64, True, "BIGINT"),
    pl.UInt8: (8, False, "SMALLINT"),
    pl.UInt16: (16, False, "INT"),
    pl.UInt32: (32, False, "BIGINT"),
    pl.UInt64: (64, False, "DECIMAL(20,0)"),
}
_OTHERS = {
    pl.Float32: "FLOAT",
    pl.Float64: "DOUBLE",
    pl.Boolean: "BOOLEAN",
    pl.String: "STRING",
    pl.Binary: "BINARY",
    pl.Date: "DATE",
    pl.Duration: "BIGINT",
    pl.Null: "VOID",
}
TICKS = {"ms": 1_000, "us": 1_000_000}
"""How many ticks a second has, for the units that Spark can hold."""


def spark_type(dtype: DataType) -> str:
    """Name the type of Spark that holds the values of a type of Polars."""
    base = dtype.base_type()
    if base in _INTEGERS:
        return _INTEGERS[base][2]
    if base in _OTHERS:
        ticks_per_second(dtype)
        return _OTHERS[base]
    match dtype:
        case pl.Decimal(precision=precision, scale=scale):
            return f"DECIMAL({precision or DIGITS},{scale})"
        case pl.Datetime(time_zone=zone):
            ticks_per_second(dtype)
            return "TIMESTAMP_NTZ" if zone is None else "TIMESTAMP"
        case pl.List(inner=inner):
            return f"ARRAY<{spark_type(instance(inner))}>"
        case pl.Struct(fields=fields):
            members = (f"{quote(field.name)}: {spark_type(instance(field.dtype))}" for field in fields)
            return f"STRUCT<{', '.join(members)}>"
        case _:
            raise UnsupportedError(node=str(dtype), reason="Spark has no such type")


def ticks_per_second(dtype: DataType) -> int:
    """Return the unit of a Datetime or Duration; Spark has no nanoseconds."""
    match dtype:
        case pl.Datetime(time_unit=unit) | pl.Duration(time_unit=unit):
            if unit not in TICKS:
                raise UnsupportedError(
                    node=str(dtype), reason="Spark counts time in microseconds: cast it with .dt.cast_time_unit('us')"
                )
            return TICKS[unit]
        case _:
            return 1


def bits(dtype: DataType) -> int:
    """Return the width of an integer."""
    return _INTEGERS[dtype.base_type()][0]


def bounds(dtype: DataType) -> tuple[int, int]:
    """Return the least and the greatest integer of a type."""
    width, signed, _ = _INTEGERS[dtype.base_type()]
    return (-(1 << width - 1), (1 << width - 1) - 1) if signed else (0, (1 << width) - 1)


def is_integer(dtype: DataType) -> bool:
    """Return whether a type is an integer that Spark can hold."""
    return dtype.base_type() in _INTEGERS


def is_unsigned(dtype: DataType) -> bool:
    """Return whether a type is an integer without a sign."""
    return is_integer(dtype) and not _INTEGERS[dtype.base_type()][1]


def is_float(dtype: DataType) -> bool:
    """Return whether a type has NaN and infinities."""
    return isinstance(dtype, (pl.Float32, pl.Float64))


def holds(dtype: DataType, *kinds: type[DataType]) -> bool:
    """Return whether a type is one of these, or has one inside."""
    match dtype:
        case pl.List(inner=inner) | pl.Array(inner=inner):
            return isinstance(dtype, kinds) or holds(instance(inner), *kinds)
        case pl.Struct(fields=fields):
            return isinstance(dtype, kinds) or any(holds(instance(field.dtype), *kinds) for field in fields)
        case _:
            return isinstance(dtype, kinds)
