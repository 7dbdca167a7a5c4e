"""Whether a result is the one that Polars alone has: names, order of columns, types, rows, and their order where it is determined."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from polars.datatypes import DataTypeClass


def difference(expected: pl.DataFrame, actual: pl.DataFrame, *, ordered: bool) -> str | None:
    """Describe the first difference, None where there is none."""
    if expected.columns != actual.columns:
        return f"columns {actual.columns}, expected {expected.columns}"
    for name, dtype in expected.schema.items():
        if actual.schema[name] != dtype:
            return f"column {name!r} has the type {actual.schema[name]}, expected {dtype}"
    if expected.height != actual.height:
        return f"{actual.height} rows, expected {expected.height}"
    if expected.equals(actual):
        return None
    expected_rows, actual_rows = _rows(expected), _rows(actual)
    if not ordered:
        expected_rows.sort()
        actual_rows.sort()
    for number, (one, other) in enumerate(zip(expected_rows, actual_rows, strict=True)):
        if one != other:
            return f"row {number} is {other}, expected {one}"
    return None


def _rows(frame: pl.DataFrame) -> list[str]:
    return [repr(tuple(_value(value) for value in row)) for row in frame.iter_rows()]


def _value(value: Any) -> Any:
    """Every NaN is alike, and so are both zeros."""
    match value:
        case float():
            return "NaN" if math.isnan(value) else value + 0.0
        case dict():
            return {key: _value(item) for key, item in value.items()}
        case list():
            return [_value(item) for item in value]
        case _:
            return value


def as_stored(frame: pl.DataFrame) -> pl.DataFrame | None:
    """Give a result the types that an Iceberg table gives back (docs/types.md), None where one of them or a name can't be stored."""
    columns = []
    for name, dtype in frame.schema.items():
        target = _stored(dtype)
        if target is None or not name:
            return None
        columns.append(pl.col(name).cast(target))
    return frame.select(columns)


def _stored(dtype: pl.DataType) -> pl.DataType | None:
    match dtype:
        case pl.Int8() | pl.Int16() | pl.UInt8() | pl.UInt16():
            return pl.Int32()
        case pl.UInt32():
            return pl.Int64()
        case pl.UInt64():
            return pl.Decimal(20, 0)
        case pl.Int128() | pl.UInt128() | pl.Duration() | pl.Null() | pl.Object():
            return None
        case pl.Datetime(time_unit=unit, time_zone=zone):
            return pl.Datetime("us" if unit == "ms" else unit, "UTC" if zone else None)
        case pl.List(inner=inner) | pl.Array(inner=inner):
            stored = _stored(_instance(inner))
            return None if stored is None else pl.List(stored)
        case pl.Struct(fields=fields):
            stored_fields = {field.name: _stored(_instance(field.dtype)) for field in fields}
            if not fields or None in stored_fields.values():
                return None
            return pl.Struct([pl.Field(name, stored) for name, stored in stored_fields.items() if stored is not None])
        case pl.Categorical() | pl.Enum():
            return pl.String()
        case _:
            return dtype


def _instance(dtype: pl.DataType | DataTypeClass) -> pl.DataType:
    return dtype if isinstance(dtype, pl.DataType) else dtype()
