"""Values in Polars' filters as Iceberg's single-value JSON, exact or not at all."""

from __future__ import annotations

import datetime as dt
import io
import json
import math
import struct
import uuid
from typing import TYPE_CHECKING, Any

import polars as pl

from nerium_worker.iceberg_types import decimal_type, fixed_type

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TypeAlias

Json: TypeAlias = "bool | int | float | str"

_INTEGERS = {f"{sign}Int{width}" for sign in ("", "U") for width in (8, 16, 32, 64, 128)}
_WIDTHS = {"int": 32, "long": 64}
_PER_SECOND = {"Milliseconds": 10**3, "Microseconds": 10**6, "Nanoseconds": 10**9}
_SCALAR_NAMES = {"ms": "Milliseconds", "us": "Microseconds", "ns": "Nanoseconds"}
_TIMESTAMPS = {
    "timestamp": (6, False),
    "timestamptz": (6, True),
    "timestamp_ns": (9, False),
    "timestamptz_ns": (9, True),
}


def literal(type_: str, scalar: Mapping[str, Any]) -> Json | None:
    """Translate a scalar, as Polars serialises it, to JSON for a column of an Iceberg type.

    None when the value has no exact form in that type: the predicate is then left to Polars.
    """
    ((kind, value),) = scalar.items()
    match type_, kind:
        case (("int" | "long"), _) if kind in _INTEGERS:
            return value if -(1 << _WIDTHS[type_] - 1) <= value < 1 << _WIDTHS[type_] - 1 else None
        case (("int" | "long"), "Decimal"):
            unscaled, rest = divmod(value[0], 10 ** value[2])
            return None if rest else literal(type_, {"Int128": unscaled})
        case ("float", "Float32") | ("double", "Float64"):
            return _float(type_, value)
        case "float", "Float64":
            narrow = _float(type_, value)
            return narrow if narrow == value else None
        case ("boolean", "Boolean") | ("string", "String"):
            return value  # type: ignore[no-any-return]  # by its kind
        case "date", "Date":
            return _date(value)
        case "time", "Time":
            return _time(value)
        case _, "Datetime" if type_ in _TIMESTAMPS:
            return _timestamp(type_, *value)
        case _, "Decimal" if (decimal := decimal_type(type_)) is not None:
            return _decimal(value[0], value[2], decimal[1])
        case "uuid", "Binary" if len(value) == 16:  # noqa: PLR2004  # bytes of a UUID
            return str(uuid.UUID(bytes=bytes(value)))
        case _, "Binary" if type_ == "binary" or fixed_type(type_) == len(value):
            return bytes(value).hex().upper()
        case _:
            return None


def _float(type_: str, value: float | None) -> float | None:
    if value is None or not math.isfinite(value):
        return None
    # A 32-bit value is written with all the digits of its 64-bit equal, so that no reader rounds it twice.
    return struct.unpack("<f", struct.pack("<f", value))[0] if type_ == "float" else float(value)


def _date(days: int) -> str | None:
    try:
        return (dt.date(1970, 1, 1) + dt.timedelta(days=days)).isoformat()
    except OverflowError:
        return None


def _time(nanoseconds: int) -> str | None:
    microseconds, rest = divmod(nanoseconds, 1_000)
    if rest:
        return None
    return (dt.datetime(1970, 1, 1) + dt.timedelta(microseconds=microseconds)).time().isoformat("microseconds")  # noqa: DTZ001


def _timestamp(type_: str, value: int, unit: str, zone: object) -> str | None:
    digits, zoned = _TIMESTAMPS[type_]
    if (zone is not None) != zoned:
        return None
    ticks, rest = divmod(value * 10**digits, _PER_SECOND[unit])
    if rest:
        return None
    seconds, fraction = divmod(ticks, 10**digits)
    try:
        moment = dt.datetime(1970, 1, 1) + dt.timedelta(seconds=seconds)  # noqa: DTZ001  # arithmetic on instants
    except OverflowError:
        return None
    return f"{moment.isoformat()}.{fraction:0{digits}d}{'+00:00' if zoned else ''}"


def _decimal(mantissa: int, scale: int, column_scale: int) -> str | None:
    unscaled, rest = divmod(mantissa * 10**column_scale, 10**scale)
    if rest:
        return None
    sign, digits = "-" if unscaled < 0 else "", f"{abs(unscaled):0{column_scale + 1}d}"
    return f"{sign}{digits[: len(digits) - column_scale]}.{digits[len(digits) - column_scale :]}".rstrip(".")


def scalars(node: Mapping[str, Any]) -> list[dict[str, Any] | None] | None:
    """Unpack the list of an `is_in`, from its serialised literal; a null is None, an unknown form is None for all."""
    match node:
        case {"Alias": [inner, _]}:
            return scalars(inner)
        case {"Literal": {"Series": _} | {"Scalar": {"List": _}}}:
            expression = pl.Expr.deserialize(io.BytesIO(json.dumps(node).encode()), format="json")
            values = pl.select(expression).to_series()
        case _:
            return None
    if isinstance(values.dtype, pl.List):
        values = values.explode(empty_as_null=False)
    return _series_scalars(values)


def _series_scalars(values: pl.Series) -> list[dict[str, Any] | None] | None:
    match values.dtype:
        case pl.Date() | pl.Time():
            return _tagged(str(values.dtype), values.to_physical().to_list())
        case pl.Datetime(time_unit=unit, time_zone=zone):
            return [
                None if value is None else {"Datetime": [value, _SCALAR_NAMES[unit], zone]}
                for value in values.to_physical().to_list()
            ]
        case pl.Decimal(precision=precision, scale=scale):
            return [
                None if value is None else {"Decimal": [value, precision, scale]}
                for value in values.to_physical().to_list()
            ]
        case pl.Boolean() | pl.String() | pl.Binary() | pl.Float32() | pl.Float64():
            return _tagged(str(values.dtype), values.to_list())
        case dtype if dtype.is_integer():
            return _tagged(str(dtype), values.to_list())
        case _:
            return None


def _tagged(kind: str, values: list[Any]) -> list[dict[str, Any] | None]:
    return [None if value is None else {kind: value} for value in values]
