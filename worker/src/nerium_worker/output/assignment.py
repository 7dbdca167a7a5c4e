"""Converts the values that a statement assigns to the types of the table's columns.

These are the conversions that SQL makes by itself. A value that the column can't hold is an error, so none is changed
without notice. Digits after the scale of a decimal are rounded, and so are those that a floating-point number lacks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from nerium_worker.iceberg.types import fixed_type
from nerium_worker.polars_plan.dtypes import instance
from nerium_worker.protocol.errors import Failure, shorten
from nerium_worker.scan.schema_evolution import UUID_EXAMPLE, dtype, is_uuid

if TYPE_CHECKING:
    from collections.abc import Callable

    from polars.datatypes import DataType

    from nerium_worker.scan.nested_fields import Field

_LONGEST_VALUE = 100
_NAMES = {
    "boolean": "BOOLEAN",
    "int": "INTEGER",
    "long": "BIGINT",
    "float": "REAL",
    "double": "DOUBLE",
    "string": "VARCHAR",
    "date": "DATE",
    "time": "TIME",
    "timestamp": "TIMESTAMP",
    "binary": "BLOB",
}
_NANOSECONDS_PER_MICROSECOND = 1000


class Assignments:
    """Makes the values of columns; an error of one of them is the `failure` of the frame that has them."""

    def __init__(self) -> None:
        self.failure: Failure | None = None

    def expression(self, value: pl.Expr, present: DataType, field: Field) -> pl.Expr:
        """Give values of a type as those of a column of the table; raises `Failure` if no value of the type is one."""
        wanted = dtype(field)
        is_checked = field["required"] or _is_measured(field["type"])
        if present == pl.Null():
            if field["required"]:
                raise _null(field)
            return value.cast(wanted)
        if not is_checked and _keeps(present, wanted):
            return value.cast(wanted)
        if not _keeps(present, wanted) and not _may_fit(present, wanted):
            raise _other_type(field, present)

        def convert(values: pl.Series) -> pl.Series:
            try:
                return _converted(values, field, wanted)
            except Failure as failure:
                # Polars raises another exception of the same type, with another text.
                self.failure = failure
                raise

        return value.map_batches(convert, return_dtype=wanted, is_elementwise=True)


def _is_measured(type_: object) -> bool:
    """Return whether the type of the column says more of a value than the type that Polars has for it."""
    return isinstance(type_, str) and (type_ in {"uuid", "time"} or fixed_type(type_) is not None)


def _keeps(present: DataType, wanted: DataType) -> bool:
    """Return whether a cast keeps every value."""
    if present == wanted:
        return True
    match present, wanted:
        case (
            (pl.Int8() | pl.Int16() | pl.UInt8() | pl.UInt16()),
            (pl.Int32() | pl.Int64() | pl.Float32() | pl.Float64()),
        ):
            return True
        case ((pl.Int32() | pl.UInt32()), (pl.Int64() | pl.Float64())):
            return True
        case ((pl.Float16() | pl.Float32()), pl.Float64()):
            return True
        case pl.Float16(), pl.Float32():
            return True
        case ((pl.Categorical() | pl.Enum()), pl.String()):
            return True
        case pl.Decimal(precision=digits, scale=scale), pl.Decimal(precision=more, scale=finer):
            return bool(finer >= scale and more - finer >= digits - scale)
        case _:
            return _is_alike(present, wanted, _keeps)


def _is_alike(present: DataType, wanted: DataType, inner: Callable[[DataType, DataType], bool]) -> bool:
    """Return whether nested types have the same shape, and `inner` holds for the types inside."""
    match present, wanted:
        case ((pl.List(inner=one) | pl.Array(inner=one)), pl.List(inner=other)):
            return _fits_inside(instance(one), instance(other), inner)
        case pl.Struct(fields=some), pl.Struct(fields=others):
            return [field.name for field in some] == [field.name for field in others] and all(
                _fits_inside(instance(one.dtype), instance(other.dtype), inner)
                for one, other in zip(some, others, strict=True)
            )
        case pl.Map(key=key, value=value), pl.Map(key=other_key, value=other_value):
            return _fits_inside(instance(key), instance(other_key), inner) and _fits_inside(
                instance(value), instance(other_value), inner
            )
        case _:
            return False


def _fits_inside(present: DataType, wanted: DataType, inner: Callable[[DataType, DataType], bool]) -> bool:
    return present == pl.Null() or _keeps(present, wanted) or inner(present, wanted)


def _may_fit(present: DataType, wanted: DataType) -> bool:
    """Return whether some values of a type are values of the other."""
    match wanted:
        case pl.Int32() | pl.Int64() | pl.Float32() | pl.Float64() | pl.Decimal():
            return present.is_numeric()
        case pl.Date() | pl.Datetime(time_zone=None):
            return (
                present == pl.Date()
                or (isinstance(present, pl.Datetime) and present.time_zone is None)
                or _is_text(present)
            )
        case pl.Datetime():
            return (isinstance(present, pl.Datetime) and present.time_zone is not None) or _is_text(present)
        case pl.Time():
            return _is_text(present)
        case _:
            return _is_alike(present, wanted, _both_integers)


def _both_integers(present: DataType, wanted: DataType) -> bool:
    return (present.is_integer() and wanted.is_integer()) or _is_alike(present, wanted, _both_integers)


def _is_text(present: DataType) -> bool:
    return isinstance(present, pl.String)


def _converted(values: pl.Series, field: Field, wanted: DataType) -> pl.Series:
    if values.null_count() and field["required"]:
        raise _null(field)
    if _is_text(values.dtype) and wanted.is_temporal():
        return _moments(values, field, wanted)
    converted, is_bad = _fit(values, field, wanted)
    found = values.filter(values.is_not_null() & is_bad.fill_null(value=True))
    if len(found):
        raise _no_fit(found[0], field)
    return converted


def _fit(values: pl.Series, field: Field, wanted: DataType) -> tuple[pl.Series, pl.Series]:
    """Convert, and say which values do not fit: null is a yes."""
    present = values.dtype
    if (length := fixed_type(str(field["type"]))) is not None:
        return values, values.bin.size() != length
    if field["type"] == "uuid":
        return values, ~values.to_frame("value").select(is_uuid(pl.col("value"))).to_series()
    match wanted:
        case pl.Time():
            return values, values.cast(pl.Int64) % _NANOSECONDS_PER_MICROSECOND != 0
        case pl.Float32() | pl.Float64():
            converted = values.cast(wanted, strict=False)
            finite = values.is_finite() if present.is_float() else pl.Series([True]).new_from_index(0, len(values))
            return converted, finite & ~converted.is_finite()
        case pl.Decimal(scale=scale):
            exact = values
            if isinstance(present, pl.Decimal) and present.scale > scale:
                exact = values.round(scale, mode="half_away_from_zero")
            converted = exact.cast(wanted, strict=False)
            return converted, converted.is_null()
        case _:
            converted = values.cast(wanted, strict=False)
            return converted, converted.cast(present, strict=False).ne_missing(values)


def _moments(values: pl.Series, field: Field, wanted: DataType) -> pl.Series:
    """Read dates and times, each text in a form of its own."""
    read: dict[str, pl.Series] = {}
    for text in values.drop_nulls().unique().to_list():
        try:
            moment = _moment(pl.Series([text]), wanted)
        except pl.exceptions.PolarsError as error:
            raise _no_fit(text, field) from error
        if moment.dtype != wanted:
            raise _no_fit(text, field)
        read[text] = moment
    if not read:
        return values.cast(pl.Null).cast(wanted)
    return values.replace_strict(list(read), pl.concat(list(read.values())), return_dtype=wanted)


def _moment(text: pl.Series, wanted: DataType) -> pl.Series:
    match wanted:
        case pl.Date():
            return text.str.to_date()
        case pl.Time():
            return text.str.to_time()
        case pl.Datetime(time_unit=unit):
            # Of a text with an offset Polars makes a moment in UTC, of another one without a zone.
            return text.str.to_datetime(time_unit=unit)
        case _:
            raise ValueError(f"no moments have the type {wanted}")


def _no_fit(value: object, field: Field) -> Failure:
    type_ = _shown(field)
    hint = "Change the value in the statement, for example with round(...) or CAST(... AS ...), or leave out its rows."
    if type_ == "uuid":
        hint = f"Write a UUID as text, such as {UUID_EXAMPLE}."
    elif type_.startswith("timestamptz"):
        hint = "Write a moment with its offset, such as '2026-01-31T02:00:00Z'."
    elif type_.startswith(("timestamp", "date", "time")):
        hint = "Write dates and times as '2026-01-31', '2026-01-31 02:00:00' and '02:00:00'."
    return Failure(
        "sql",
        f"The value {shorten(repr(value), _LONGEST_VALUE)} does not fit the column {field['name']!r} of the type"
        f" {type_}; nothing was changed.",
        hint=hint,
    )


def _null(field: Field) -> Failure:
    return Failure(
        "sql",
        f"The statement sets the column {field['name']!r} to null, and the table requires a value in it;"
        " nothing was changed.",
        hint="Leave out these rows, or give them a value, for example with COALESCE(..., ...).",
    )


def _other_type(field: Field, present: DataType) -> Failure:
    type_ = _shown(field)
    name = type_.upper() if type_.startswith("decimal") else _NAMES.get(type_)
    return Failure(
        "sql",
        f"The column {field['name']!r} has the type {type_}, and the value that the statement assigns to it has the"
        f" type {present}.",
        hint="Assign a value of the column's type." if name is None else f"Cast the value: CAST(... AS {name}).",
    )


def _shown(field: Field) -> str:
    return field["type"] if isinstance(field["type"], str) else str(dtype(field))
