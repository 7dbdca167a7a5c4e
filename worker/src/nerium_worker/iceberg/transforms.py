"""Iceberg's partition transforms (table spec, "Partition Transforms") as Polars expressions."""

from __future__ import annotations

import re

import polars as pl

from nerium_worker.iceberg.bucket import bucket
from nerium_worker.iceberg.types import decimal_type

_WITH_ARGUMENT = re.compile(r"(bucket|truncate)\[(\d+)\]")
_MICROS_PER_DAY = 86_400_000_000
_UNITS_PER_DAY = {
    "timestamp": _MICROS_PER_DAY,
    "timestamptz": _MICROS_PER_DAY,
    "timestamp_ns": 1000 * _MICROS_PER_DAY,
    "timestamptz_ns": 1000 * _MICROS_PER_DAY,
}


def result_type(type_: str, transform: str) -> str:
    """Name the Iceberg type of what a transform makes of a type."""
    match transform:
        case "year" | "month" | "hour":
            return "int"
        case "day":
            return "date"
        case _ if transform.startswith("bucket"):
            return "int"
        case _:
            return type_


def apply_transform(value: pl.Expr, type_: str, transform: str) -> pl.Expr:
    """Apply a transform to a column of an Iceberg type.

    The result can be grouped and sorted: decimals are their unscaled integers, and the bits of floats distinguish
    -0.0 from 0.0, as Iceberg does.
    """
    match transform:
        case "identity":
            return _comparable(value, type_)
        case "year":
            return _day(value, type_).dt.year() - 1970
        case "month":
            day = _day(value, type_)
            return (day.dt.year() - 1970) * 12 + day.dt.month().cast(pl.Int32) - 1
        case "day":
            return _day(value, type_)
        case "hour":
            return (value.to_physical() // (_UNITS_PER_DAY[type_] // 24)).cast(pl.Int32)
    match = _WITH_ARGUMENT.fullmatch(transform)
    if match is None:
        raise ValueError(f"the transform {transform!r} is not known")
    name, argument = match[1], int(match[2])
    return bucket(value, type_, argument) if name == "bucket" else _truncate(value, type_, argument)


def float_order(value: pl.Expr, type_: str) -> pl.Expr:
    """Integers in the order of floats: -0.0 before 0.0, NaN, of which there is one, last."""
    whole = pl.Int32 if type_ == "float" else pl.Int64
    bits = _comparable(value, type_)
    flipped = bits ^ pl.lit(2**31 - 1 if type_ == "float" else 2**63 - 1, dtype=whole)
    return pl.when(bits < 0).then(flipped).otherwise(bits)


def _comparable(value: pl.Expr, type_: str) -> pl.Expr:
    match type_:
        case "float":
            return _one_nan(value).reinterpret(dtype=pl.Int32)
        case "double":
            return _one_nan(value).reinterpret(dtype=pl.Int64)
        case _ if decimal_type(type_) is not None:
            return value.to_physical().cast(pl.Int128)
        case _:
            return value


def _one_nan(value: pl.Expr) -> pl.Expr:
    return value.fill_nan(float("nan"))


def _day(value: pl.Expr, type_: str) -> pl.Expr:
    """Round down to the day in UTC, also before 1970."""
    if type_ == "date":
        return value
    return (value.to_physical() // _UNITS_PER_DAY[type_]).cast(pl.Int32).cast(pl.Date)


def _truncate(value: pl.Expr, type_: str, width: int) -> pl.Expr:
    match type_:
        case "string":
            return value.str.slice(0, width)
        case "binary":
            return value.bin.slice(0, width)
        case _:
            number = _comparable(value, type_)
            integers = {"int": pl.Int32, "long": pl.Int64}
            return number - number % pl.lit(width, dtype=integers.get(type_, pl.Int128))
