"""Converts values of a file to a type, and finds those that do not fit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from nerium_worker.polars_plan.dtypes import instance
from nerium_worker.protocol.errors import Failure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from polars.datatypes import DataType, TemporalType

    from nerium_worker.protocol.upload_options import Options

_DATES = ("%Y-%m-%d",)
_TIMES = ("%H:%M:%S%.f", "%H:%M")
_TIMESTAMPS = ("%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M")
_INSTANTS = ("%Y-%m-%d %H:%M:%S%.f%#z", "%Y-%m-%d %H:%M%#z")
_DATE_BYTES = 10
# From here on not every integer is a double.
EXACT_DOUBLES = 2**53
_NANOSECOND_YEARS = (1678, 2261)
_TOO_FINE = r"\.\d{6}\d*[1-9]"
_OFFSET = re.compile(r"%(?:[:#]*z|\+)")
_WORDS = {pl.Date: "date", pl.Datetime: "timestamp", pl.Time: "time"}
_TRUE_AND_FALSE = {"true": True, "false": False}


@dataclass(frozen=True, kw_only=True)
class Conversion:
    """A column as another type, null where it is none; `is_bad` is true for values that became null so."""

    value: pl.Expr
    is_bad: pl.Expr | None = None


def from_text(text: pl.Expr, dtype: DataType, options: Options) -> Conversion:
    """Read text as a type; every type but text takes an empty text for null."""
    if dtype == pl.String():
        return Conversion(value=text)
    given = pl.when(text != "").then(text)
    value = _parse(given, dtype, options)
    return Conversion(value=value, is_bad=given.is_not_null() & value.is_null())


def _parse(text: pl.Expr, dtype: DataType, options: Options) -> pl.Expr:
    number = _with_point(text) if options.decimal_comma else text
    match dtype:
        case pl.Boolean():
            return text.str.to_lowercase().replace_strict(_TRUE_AND_FALSE, default=None, return_dtype=pl.Boolean)
        case pl.Float64() | pl.Float32():
            return _finite(number, number.cast(dtype, strict=False))
        case pl.Decimal(scale=scale):
            return _exact_decimal(number, dtype, scale)
        case pl.Date():
            return _date(text, options)
        case pl.Time():
            times = _first(text.str.to_time(form, strict=False) for form in _forms(options.time_format, _TIMES))
            return pl.when(~text.str.contains(_TOO_FINE)).then(times)
        case pl.Datetime():
            return _timestamp(text, dtype, options)
        case _:
            return text.cast(dtype, strict=False)


def _with_point(text: pl.Expr) -> pl.Expr:
    """Write a number with a point where it has a comma; one with a point is none, or 1.500 would be one and a half."""
    return pl.when(~text.str.contains(".", literal=True)).then(text.str.replace(",", ".", literal=True))


def _first(values: Sequence[pl.Expr] | object) -> pl.Expr:
    return pl.coalesce(*values)  # type: ignore[misc]


def _forms(given: str | None, usual: Sequence[str]) -> Sequence[str]:
    return usual if given is None else (given,)


def _finite(text: pl.Expr, value: pl.Expr) -> pl.Expr:
    """Leave out what is a number too large; infinity is written with letters."""
    is_word = text.str.to_lowercase().str.strip_chars_start("+-").str.starts_with("i")
    return pl.when(~value.is_infinite() | is_word).then(value)


def _exact_decimal(text: pl.Expr, dtype: DataType, scale: int) -> pl.Expr:
    value = text.cast(dtype, strict=False)
    has_more_digits = text.str.contains(rf"\.\d{{{scale}}}\d*[1-9]")
    has_exponent = text.str.contains("[eE]")
    is_same = value.cast(pl.Float64) == text.cast(pl.Float64, strict=False)
    return pl.when(pl.when(has_exponent).then(is_same).otherwise(~has_more_digits)).then(value)


def _date(text: pl.Expr, options: Options) -> pl.Expr:
    if options.date_format is not None:
        return text.str.to_date(options.date_format, strict=False)
    return pl.when(text.str.len_bytes() == _DATE_BYTES).then(text.str.to_date(_DATES[0], strict=False))


def _timestamp(text: pl.Expr, dtype: pl.Datetime, options: Options) -> pl.Expr:
    is_fine = dtype.time_unit == "ns"
    zone = dtype.time_zone
    if zone is None and _OFFSET.search(options.timestamp_format or ""):
        # A text with an offset is an instant.
        return pl.lit(None, dtype=dtype)
    spaced = text if options.timestamp_format else text.str.replace("T", " ", literal=True)
    forms = _forms(options.timestamp_format, _TIMESTAMPS if zone is None else _INSTANTS)
    parsed = [spaced.str.to_datetime(form, time_unit="us", time_zone=zone, strict=False) for form in forms]
    if zone is None:
        parsed.append(_date(text, options).cast(pl.Datetime("us")))
    value = _first(parsed)
    if not is_fine:
        return pl.when(~text.str.contains(_TOO_FINE)).then(value)
    exact = [spaced.str.to_datetime(form, time_unit="ns", time_zone=zone, strict=False) for form in forms]
    return pl.when(value.dt.year().is_between(*_NANOSECOND_YEARS)).then(_first([*exact, value.dt.cast_time_unit("ns")]))


def require_formats(options: Options) -> None:
    """Refuse formats in which nothing can be written, so that no column is text for that."""
    for name, form, dtype in (
        ("dateFormat", options.date_format, pl.Date()),
        ("timestampFormat", options.timestamp_format, pl.Datetime("us", "UTC")),
        ("timeFormat", options.time_format, pl.Time()),
    ):
        if form is not None and not _is_format(form, dtype):
            raise Failure(
                "load",
                f"{name} is {form!r}, in which no {_WORDS[type(dtype)]} can be written.",
                hint="Its directives are those of strftime, such as %d.%m.%Y for 31.12.2025, %Y-%m-%d %H:%M:%S for"
                " 2025-12-31 23:59:58, %H:%M for 23:59.",
            )


def _is_format(form: str, dtype: TemporalType) -> bool:
    moment = pl.select(pl.datetime(2024, 2, 29, 23, 59, 58, time_zone="UTC"))
    try:
        whole = moment.to_series() if isinstance(dtype, pl.Datetime) else moment.to_series().dt.replace_time_zone(None)
        text = (whole.cast(pl.Date) if isinstance(dtype, pl.Date) else whole).dt.strftime(
            # `%#z` is for parsing only.
            form.replace("%#z", "%z")
        )
        return "%" in form and text.str.strptime(dtype, form, strict=False).null_count() == 0
    except pl.exceptions.PolarsError:
        return False


def is_plain(text: pl.Expr, dtype: DataType, options: Options) -> pl.Expr:
    """Return whether a text loses nothing as a value of a type that was only guessed.

    Zip codes and telephone numbers are not numbers: numbers are not written with leading zeros or a plus.
    """
    match dtype:
        case pl.Int64() | pl.Decimal():
            return ~(
                text.str.starts_with("+")
                | ((text.str.len_bytes() > 1) & text.str.starts_with("0"))
                | text.str.starts_with("-0")
            )
        case pl.Float64():
            value = text.cast(pl.Float64, strict=False)
            is_integer = ~text.str.contains(r"[.,eE]")
            return ~(
                text.str.contains(r"^[+]|^-?0\d")
                | (is_integer & value.is_finite() & (value.abs() >= EXACT_DOUBLES).fill_null(value=False))
            )
        case pl.Time() if options.time_format is None:
            return text.str.len_bytes() >= len("12:00:00")
        case pl.Datetime() if options.timestamp_format is None:
            return text.str.len_bytes() > _DATE_BYTES
        case _:
            return pl.lit(value=True)


def shape(value: pl.Expr, source: DataType, target: DataType, options: Options) -> Conversion:
    """Convert a value of a file to the type of a table's column, at every depth."""
    if source == target:
        return Conversion(value=value)
    match source, target:
        case pl.Null(), _:
            return Conversion(value=value.cast(target))
        case pl.String(), _ if not target.is_nested() and target != pl.Binary():
            return from_text(value, target, options)
        case pl.List(inner=inner), pl.List(inner=wanted):
            return each_element(value, shape(pl.element(), instance(inner), instance(wanted), options))
        case pl.Struct(), pl.Struct():
            return _shape_struct(value, source, target, options)
        case _:
            return Conversion(value=value)


def _shape_struct(value: pl.Expr, source: pl.Struct, target: pl.Struct, options: Options) -> Conversion:
    wanted = {field.name: instance(field.dtype) for field in target.fields}
    parts = {}
    for field in source.fields:
        own = instance(field.dtype)
        parts[field.name] = shape(value.struct.field(field.name), own, wanted.get(field.name, own), options)
    return each_field(value, parts)


def each_element(value: pl.Expr, element: Conversion) -> Conversion:
    """Convert a list by the conversion of `pl.element()`."""
    is_bad = None if element.is_bad is None else value.list.eval(element.is_bad).list.any().fill_null(value=False)
    return Conversion(value=value.list.eval(element.value), is_bad=is_bad)


def each_field(value: pl.Expr, parts: Mapping[str, Conversion]) -> Conversion:
    """Convert a struct by the conversions of its fields."""
    fields = [part.value.alias(name) for name, part in parts.items()]
    bad = [part.is_bad for part in parts.values() if part.is_bad is not None]
    whole = pl.when(value.is_not_null()).then(pl.struct(fields)) if fields else value
    return Conversion(value=whole, is_bad=pl.any_horizontal(bad) if bad else None)


@dataclass(frozen=True, kw_only=True)
class Demand:
    """The requirement for a column: `is_bad` is true for a value that violates it."""

    is_bad: pl.Expr
    wanted: str


def require_converted(
    frame: pl.LazyFrame, conversions: Mapping[str, Conversion], demanded: Mapping[str, tuple[DataType, str]]
) -> None:
    """Raise `Failure` for the first row that has a value which is none of the type that is demanded of its column."""
    require(
        frame,
        {
            name: [Demand(is_bad=conversion.is_bad, wanted=demanded[name][1])]
            for name, conversion in conversions.items()
            if name in demanded and conversion.is_bad is not None
        },
    )


def require(frame: pl.LazyFrame, demands: Mapping[str, Sequence[Demand]]) -> None:
    """Raise `Failure` for the first row that has a value which doesn't fit."""
    if not demands:
        return
    row = "\0row"
    checks = [(name, demand) for name, several in demands.items() for demand in several]
    firsts = (
        frame.with_row_index(row)
        .select(pl.col(row).filter(demand.is_bad).min().alias(str(at)) for at, (_, demand) in enumerate(checks))
        .collect(engine="streaming")
        .row(0)
    )
    found = [(first, at) for at, first in enumerate(firsts) if first is not None]
    if not found:
        return
    number, at = min(found)
    name, demand = checks[at]
    value = frame.select(pl.col(name)).slice(number, 1).collect(engine="streaming").item()
    shown = value.to_list() if isinstance(value, pl.Series) else value
    seen = "no value" if shown is None else f"the value {_cut(repr(shown))}"
    raise Failure(
        "load",
        f"Row {number + 1:,} has {seen} in the column {name!r}, which is {demand.wanted}.",
        hint="Rows are counted from 1, without the header. Correct the value, or load the file into another table.",
    )


def _cut(text: str, longest: int = 100) -> str:
    return text if len(text) <= longest else f"{text[:longest]}..."
