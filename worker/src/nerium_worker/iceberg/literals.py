"""Translates values in Polars' filters to Iceberg's single-value JSON, exactly or not at all."""

from __future__ import annotations

import datetime as dt
import math
import struct
from decimal import Context, Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from nerium_worker.iceberg.types import decimal_type, fixed_type

if TYPE_CHECKING:
    from typing import TypeAlias

    from polars.datatypes import DataType

Json: TypeAlias = "bool | int | float | str"

_WIDTHS = {"int": 32, "long": 64}
# Not those with nanoseconds: Python's values have none, and Iceberg's planner takes such literals for microseconds.
_TIMESTAMPS = {"timestamp": False, "timestamptz": True}
_EXACT = Context(prec=80)
# Python types of literals; a whole series is another kind of literal.
_VALUES = (bool, int, float, str, bytes, Decimal, dt.date, dt.time)


def literal(type_: str, value: Any, dtype: DataType) -> Json | None:  # noqa: ANN401  # one return for each type
    """Translate the value of a literal of a Polars type to JSON for a column of an Iceberg type.

    None when the value has no exact form in that type: the predicate is then left to Polars.
    """
    return _literal(type_, value, dtype) if isinstance(value, _VALUES) else None


def _literal(type_: str, value: Any, dtype: DataType) -> Json | None:  # noqa: ANN401  # any of `_VALUES`
    match type_, dtype:
        case (("int" | "long"), _) if dtype.is_integer() or dtype.is_decimal():
            return _integer(value, _WIDTHS[type_])
        case ("float", pl.Float32()) | ("double", pl.Float64()):
            return _float(type_, value)
        case "float", pl.Float64():
            narrow = _float(type_, value)
            return narrow if narrow == value else None
        case ("boolean", pl.Boolean()) | ("string", pl.String()):
            return value  # type: ignore[no-any-return]  # by its type
        case "date", pl.Date():
            return str(value.isoformat())
        case "time", pl.Time():
            return str(value.isoformat("microseconds"))
        case _, pl.Datetime() if type_ in _TIMESTAMPS:
            return _timestamp(type_, value, dtype)
        case _, pl.Decimal() if (decimal := decimal_type(type_)) is not None:
            return _decimal(value, decimal[1])
        case _, pl.Binary() if type_ == "binary" or fixed_type(type_) == len(value):
            return bytes(value).hex().upper()
        case _:
            # Also a uuid: Iceberg's planner compares them as signed numbers, the bounds in files are in unsigned order.
            return None


def _integer(value: int | Decimal, width: int) -> int | None:
    whole = int(value)
    return whole if whole == value and -(1 << width - 1) <= whole < 1 << width - 1 else None


def _float(type_: str, value: float) -> float | None:
    if not math.isfinite(value):
        return None
    if type_ == "double":
        return float(value)
    try:
        # A 32-bit value is written with all the digits of its 64-bit equal, so that no reader rounds it twice.
        return struct.unpack("<f", struct.pack("<f", value))[0]  # type: ignore[no-any-return]  # a float
    except OverflowError:
        return None


def _timestamp(type_: str, value: dt.datetime, dtype: pl.Datetime) -> str | None:
    zoned = _TIMESTAMPS[type_]
    if dtype.time_unit == "ns" or dtype.time_zone not in ({"UTC"} if zoned else {None}):
        return None
    return value.replace(tzinfo=None).isoformat(timespec="microseconds") + ("+00:00" if zoned else "")


def _decimal(value: Decimal, scale: int) -> str | None:
    scaled = _EXACT.scaleb(value, scale)
    if scaled != scaled.to_integral_value():
        return None
    return f"{_EXACT.quantize(value, Decimal(1).scaleb(-scale)):f}"
