"""Values of a query as values of a table's column: exactly, or not at all, but for decimals, which are rounded.

A value that the column can't hold is an error that names it. Text is read as a date, a time or a timestamp, and one
without a zone is in UTC, as in a text of SQL there is no other way to write them; no other type is read from text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from nerium_worker.protocol.errors import Failure, shorten
from nerium_worker.protocol.upload_options import Options
from nerium_worker.scan.schema_evolution import dtype
from nerium_worker.upload.fit import Conversion, from_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars.datatypes import DataType

    from nerium_worker.scan.nested_fields import Field

_LONGEST_SHOWN = 100


class Assignments:
    """Assigns expressions over one frame to columns of a table."""

    def __init__(self) -> None:
        self._checked: dict[str, tuple[pl.Expr, pl.Expr, Field]] = {}

    def assign(self, value: pl.Expr, present: DataType, field: Field, *, is_number: bool = False) -> pl.Expr:
        """Give an expression as a value of a column, under its name; `is_number`: it is the text of a number."""
        name = field["name"]
        wanted = dtype(field)
        conversion = from_text(value, wanted, Options()) if is_number else _conversion(value, present, wanted, field)
        if conversion.is_bad is None:
            return conversion.value.alias(name)
        self._checked[name] = (value, conversion.is_bad, field)
        # A text that is none of the type ends the execution, if there is a value that does not fit.
        refused = pl.when(conversion.is_bad).then(pl.lit("a value that does not fit")).cast(wanted, strict=True)
        return pl.coalesce(conversion.value, refused).alias(name)

    def failure(self, frame: pl.LazyFrame, optimizations: pl.QueryOptFlags) -> Failure | None:
        """Find the value that does not fit, after the execution failed; None if it failed for another reason."""
        for name, (value, is_bad, field) in self._checked.items():
            bad = frame.filter(is_bad).select(value.alias(name)).head(1)
            found = bad.collect(engine="streaming", optimizations=optimizations)
            if found.height:
                shown = str(found.item()) if found.dtypes[0] != pl.String() else repr(found.item())
                return Failure(
                    "sql",
                    f"The value {shorten(shown, _LONGEST_SHOWN)} does not fit the column {name!r},"
                    f" which is {field['type']} in the table.",
                    hint="Nothing was written. Round or CAST the value, or leave the row out.",
                )
        return None


def _conversion(value: pl.Expr, present: DataType, wanted: DataType, field: Field) -> Conversion:
    if present in (wanted, pl.Null()) or present.is_nested():
        return Conversion(value=value.cast(wanted) if present == pl.Null() else value)
    match present, wanted:
        case pl.String(), pl.Date() | pl.Time() | pl.Datetime():
            return _temporal(value, wanted)
        case pl.Date(), pl.Datetime(time_zone=zone):
            midnight = value.cast(pl.Datetime("us"))
            return _checked(value, _zoned(midnight, zone).cast(wanted, strict=False), back=None)
        case pl.Datetime(time_zone=None), pl.Datetime(time_zone=zone):
            return _units(value, _zoned(value, zone), wanted)
        case pl.Datetime(), pl.Datetime(time_zone=str()):
            return _units(value, value, wanted)
        case pl.Decimal(scale=digits), pl.Decimal(scale=scale) if digits > scale:
            rounded = value.round(scale, mode="half_away_from_zero")
            return _checked(value, rounded.cast(wanted, strict=False), back=None)
        case _ if present.is_integer() and (wanted.is_integer() or wanted.is_decimal()):
            return _checked(value, value.cast(wanted, strict=False), back=None)
        case _ if present.is_decimal() and wanted.is_float():
            return Conversion(value=value.cast(wanted))
        case _ if present.is_float() and wanted.is_float():
            narrow = value.cast(wanted)
            return Conversion(value=narrow, is_bad=narrow.is_infinite() & value.is_finite())
        case _ if present.is_numeric() and wanted.is_numeric():
            return _checked(value, value.cast(wanted, strict=False), back=present)
        case pl.String() | pl.Binary(), pl.String() | pl.Binary():
            # UUIDs are text, and fixed bytes are bytes.
            return Conversion(value=value)
        case _:
            raise Failure(
                "sql",
                f"The column {field['name']!r} is {field['type']} in the table, and its value here is {present}.",
                hint=f"CAST the value to the column's type, such as CAST(... AS {_cast_name(wanted)}).",
            )


def _checked(value: pl.Expr, converted: pl.Expr, back: DataType | None) -> Conversion:
    """Have the values found that became null, or that are others when they are converted `back`."""
    is_bad = value.is_not_null() & converted.is_null()
    if back is not None:
        same = converted.cast(back, strict=False)
        is_bad |= (same != value).fill_null(value=False)
        converted = pl.when(~is_bad).then(converted)
    return Conversion(value=converted, is_bad=is_bad)


def _temporal(text: pl.Expr, wanted: DataType) -> Conversion:
    naive = pl.Datetime(wanted.time_unit) if isinstance(wanted, pl.Datetime) else wanted
    read = from_text(text, naive, Options())
    value = read.value
    if isinstance(wanted, pl.Datetime) and wanted.time_zone is not None:
        value = pl.coalesce(_zoned(value, wanted.time_zone), from_text(text, wanted, Options()).value)
    return Conversion(value=value, is_bad=text.is_not_null() & value.is_null())


def _units(value: pl.Expr, zoned: pl.Expr, wanted: DataType) -> Conversion:
    """Convert the unit of a timestamp: in a coarser one some have no place, and in a finer one, far years."""
    converted = zoned.cast(wanted, strict=False)
    is_bad = value.is_not_null() & (converted.dt.timestamp("us") != zoned.dt.timestamp("us"))
    unit = getattr(wanted, "time_unit", "us")
    if unit == "us":
        is_bad |= (zoned.dt.nanosecond() % 1000 != 0).fill_null(value=False)
    return Conversion(value=pl.when(~is_bad).then(converted), is_bad=is_bad)


def _zoned(value: pl.Expr, zone: str | None) -> pl.Expr:
    return value if zone is None else value.dt.replace_time_zone(zone)


def _cast_name(wanted: DataType) -> str:
    match wanted:
        case pl.Datetime():
            return "TIMESTAMP"
        case pl.Int32():
            return "INT"
        case pl.Int64():
            return "BIGINT"
        case pl.Float32():
            return "REAL"
        case pl.Float64():
            return "DOUBLE"
        case pl.Decimal(precision=precision, scale=scale):
            return f"DECIMAL({precision}, {scale})"
        case pl.String():
            return "VARCHAR"
        case _:
            return str(wanted).upper()


def fields_by_name(schema: Mapping[str, Any]) -> dict[str, Field]:
    """Give the fields of a table by their names."""
    return {field["name"]: field for field in schema["fields"]}
