"""Reads and writes Iceberg's single-value JSON (table spec, appendix D): defaults and partition values."""

from __future__ import annotations

import math
import uuid
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from nerium_worker.iceberg.types import UUID_BYTES, decimal_type, fixed_type, polars_schema

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def series(field: Mapping[str, Any], values: Sequence[Any]) -> pl.Series:
    """Build a series of the column's type from single-value JSON, null where there is none."""
    dtype = polars_schema({"fields": [field]})[field["name"]]
    if dtype.is_temporal():
        # From the text, as Python's datetime has neither nanoseconds nor more than four digits in a year.
        return _parse_temporal(pl.Series(values, dtype=pl.String), dtype)
    return pl.Series([None if value is None else _value(field["type"], value) for value in values], dtype=dtype)


def _parse_temporal(texts: pl.Series, dtype: pl.DataType) -> pl.Series:
    match dtype:
        case pl.Datetime(time_unit=unit, time_zone=zone):
            # Iceberg leaves out the fraction where it is zero, and writes an offset of +00:00 only.
            moments = texts.str.strip_suffix("+00:00").str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", time_unit=unit)
            return moments.dt.replace_time_zone(zone)
        case pl.Date():
            return texts.str.to_date("%Y-%m-%d")
        case _:
            return texts.str.to_time("%H:%M:%S%.f")


def _value(type_: Any, value: Any) -> Any:  # noqa: ANN401  # JSON
    match type_:
        case "uuid":
            return str(uuid.UUID(value))
        case _ if type_ == UUID_BYTES:
            return uuid.UUID(value).bytes
        case "float" | "double":
            # NaN and the infinities arrive as texts.
            return float(value)
        case "binary":
            return bytes.fromhex(value)
        case str() if fixed_type(type_) is not None:
            return bytes.fromhex(value)
        case str() if decimal_type(type_) is not None:
            return Decimal(value)
        case {"type": "struct", "fields": fields}:
            return {field["name"]: _nested_value(field, value.get(str(field["id"]))) for field in fields}
        case {"type": "list"}:
            return [_nested_value({"name": "element", "type": type_["element"]}, item) for item in value]
        case _:
            return value


def _nested_value(field: Mapping[str, Any], value: Any) -> Any:  # noqa: ANN401  # JSON
    if value is None:
        return None
    whole = {"id": 0, "required": False, **field}
    return series(whole, [value]).to_list()[0]


def json_values(values: pl.Series) -> list[Any]:
    """Write values of a primitive type, a decimal excepted, as single-value JSON, null for null."""
    match values.dtype:
        case pl.Datetime(time_unit=unit, time_zone=zone):
            digits = 9 if unit == "ns" else 6
            texts = values.dt.strftime(f"%Y-%m-%dT%H:%M:%S%.{digits}f").to_list()
            offset = "" if zone is None else "+00:00"
            return [None if text is None else text + offset for text in texts]
        case pl.Date():
            return values.dt.strftime("%Y-%m-%d").to_list()
        case pl.Time():
            return values.dt.strftime("%H:%M:%S%.6f").to_list()
        case pl.Binary():
            return [None if value is None else value.hex() for value in values.to_list()]
        case pl.Float32() | pl.Float64():
            # JSON has no word for these, and Iceberg none of its own.
            return [_float(value) for value in values.to_list()]
        case _:
            return values.to_list()


def _float(value: float | None) -> float | str | None:
    if value is None or math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
