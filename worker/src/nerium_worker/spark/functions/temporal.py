"""Translates functions of dates, times and durations; parts of a zoned time are those of its local time."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import polars as pl

from nerium_worker.spark.expr.datetime_formats import translate_reading, translate_writing
from nerium_worker.spark.expr.durations import SECONDS_PER_DAY, microseconds, moment
from nerium_worker.spark.literals import literal
from nerium_worker.spark.quoting import string
from nerium_worker.spark.types import spark_type, ticks_per_second
from nerium_worker.spark.unsupported import NOT_TRANSLATED, refuse

if TYPE_CHECKING:
    from nerium_worker.spark.expression_sql import Term
    from nerium_worker.spark.functions.call import Call, Function

_SPAN = re.compile(r"(-?)(\d+)(us|ms|mo|s|m|h|d|w|q|y)")
_PER_SECOND = 1_000_000
_MICROSECONDS = {
    "us": 1,
    "ms": 1_000,
    "s": _PER_SECOND,
    "m": 60_000_000,
    "h": 3_600_000_000,
    "d": 86_400_000_000,
    "w": 7 * 86_400_000_000,
}
_MONTHS = {"mo": 1, "q": 3, "y": 12}
_TRUNCATIONS = {
    "d": "DAY",
    "w": "WEEK",
    "mo": "MONTH",
    "q": "QUARTER",
    "y": "YEAR",
    "h": "HOUR",
    "m": "MINUTE",
    "s": "SECOND",
}
_PARTS = {
    "Day": "day({0})",
    "Hour": "hour({0})",
    "IsoYear": "extract(YEAROFWEEK FROM {0})",
    "Minute": "minute({0})",
    "Month": "month({0})",
    "OrdinalDay": "dayofyear({0})",
    "Quarter": "quarter({0})",
    "Second": "second({0})",
    "Week": "weekofyear({0})",
    "WeekDay": "(weekday({0}) + 1)",
    "Year": "year({0})",
    "DaysInMonth": "day(last_day({0}))",
}
_TOTALS = {
    "TotalDays": SECONDS_PER_DAY * _PER_SECOND,
    "TotalHours": 3_600_000_000,
    "TotalMicroseconds": 1,
    "TotalMilliseconds": 1_000,
    "TotalMinutes": 60_000_000,
    "TotalSeconds": _PER_SECOND,
}
_UTC = ("UTC", "Etc/UTC")


def wall(term: Term) -> str:
    """Give a date or time as the clock of its zone shows it."""
    match term.dtype:
        case pl.Date() | pl.Datetime(time_zone=None):
            return term.sql
        case pl.Datetime(time_zone=str() as zone) if zone in _UTC:
            return f"CAST({term.sql} AS TIMESTAMP_NTZ)"
        case pl.Datetime(time_zone=str() as zone):
            return f"CAST(from_utc_timestamp({term.sql}, {string(zone)}) AS TIMESTAMP_NTZ)"
        case dtype:
            return refuse(f"part of a {dtype}", NOT_TRANSLATED)


def _part(call: Call) -> str:
    template = _PARTS[call.name.rpartition(".")[2]]
    return f"CAST({template.format(wall(call.inputs[0]))} AS {spark_type(call.dtype)})"


def _fraction(microseconds_per_unit: str) -> Function:
    def write(call: Call) -> str:
        value = call.inputs[0]
        if not isinstance(value.dtype, pl.Datetime):
            refuse(call.label, NOT_TRANSLATED)
        fraction = f"pmod({microseconds(value.sql, value.dtype)}, 1000000)"
        return f"CAST({fraction} {microseconds_per_unit} AS {spark_type(call.dtype)})"

    return write


def _date(call: Call) -> str:
    return f"CAST({wall(call.inputs[0])} AS DATE)"


def _is_leap_year(call: Call) -> str:
    year = call.let(f"year({wall(call.inputs[0])})")
    return f"({year} % 4 = 0 AND ({year} % 100 <> 0 OR {year} % 400 = 0))"


def _span(call: Call, index: int = 1) -> tuple[int, str]:
    text = call.constant(index)
    match = _SPAN.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        refuse(call.label, f"{text!r} must be one constant span, like '1d' or '3mo'")
    return int(match[2]) * (-1 if match[1] else 1), match[3]


def _truncate(call: Call) -> str:
    count, unit = _span(call)
    value = call.inputs[0]
    if isinstance(value.dtype, pl.Datetime) and value.dtype.time_zone not in (None, *_UTC):
        refuse(call.label, "in a time zone with summer time it is not translated: convert it to UTC")
    if count == 1 and unit in _TRUNCATIONS:
        if isinstance(value.dtype, pl.Date):
            if unit in ("h", "m", "s"):
                refuse(call.label, "a date has no hours")
            return value.sql if unit == "d" else f"trunc({value.sql}, '{_TRUNCATIONS[unit]}')"
        return f"CAST(date_trunc('{_TRUNCATIONS[unit]}', {value.sql}) AS {spark_type(call.dtype)})"
    if count > 0 and unit in ("s", "m", "h", "ms", "us") and isinstance(value.dtype, pl.Datetime):
        point = call.let(microseconds(value.sql, value.dtype))
        return moment(f"({point} - pmod({point}, CAST({count * _MICROSECONDS[unit]} AS BIGINT)))", call.dtype)
    return refuse(call.label, f"to {count}{unit} it is not translated")


def _move(call: Call) -> str:
    count, unit = _span(call)
    value = call.inputs[0]
    if isinstance(value.dtype, pl.Datetime) and value.dtype.time_zone not in (None, *_UTC):
        refuse(call.label, "in a time zone with summer time it is not translated: convert it to UTC")
    if unit in _MONTHS:
        months = count * _MONTHS[unit]
        if isinstance(value.dtype, pl.Date):
            return f"add_months({value.sql}, {months})"
        return f"({value.sql} + make_ym_interval(0, {months}))"
    if isinstance(value.dtype, pl.Date):
        if unit not in ("d", "w"):
            refuse(call.label, "a date moves by days: cast it to Datetime")
        return f"date_add({value.sql}, {count * (7 if unit == 'w' else 1)})"
    return moment(
        f"({microseconds(value.sql, value.dtype)} + CAST({count * _MICROSECONDS[unit]} AS BIGINT))", call.dtype
    )


def _month_start(call: Call) -> str:
    if not isinstance(call.dtype, pl.Date):
        refuse(call.label, "of a Datetime it is not translated: use .dt.truncate('1mo')")
    return f"trunc({call.sql()}, 'MONTH')"


def _month_end(call: Call) -> str:
    if not isinstance(call.dtype, pl.Date):
        refuse(call.label, "of a Datetime it is not translated: use .dt.date()")
    return f"last_day({call.sql()})"


def _write(call: Call) -> str:
    if not isinstance(call.inputs[0].dtype, (pl.Date, pl.Datetime)):
        refuse(call.label, f"of {call.inputs[0].dtype} it is not translated")
    return f"date_format({wall(call.inputs[0])}, {string(translate_writing(call.options[0], call.label))})"


def _read(call: Call) -> str:
    format_, strict, exact, _ = call.options
    if call.inputs[0].constant is not None and format_ is None:
        return _read_constant(call)
    if format_ is None or not exact or not isinstance(call.dtype, (pl.Date, pl.Datetime)):
        refuse(call.label, "without a format, or with exact=False, it is not translated")
    if isinstance(call.dtype, pl.Datetime) and call.dtype.time_zone is not None:
        refuse(call.label, "of zoned times it is not translated")
    how = translate_reading(format_, call.label)
    value = call.named()
    declared = spark_type(call.dtype)
    parsed = f"CAST(try_to_timestamp({value}, {string(how.pattern)}) AS {declared})"
    made = call.let(f"CASE WHEN {value} RLIKE {string(how.sure)} THEN {parsed} END")
    wrong = f"raise_error({string(f'a text is not in the format {format_}')})"
    # A more generous reader might take it: better no result than another one.
    is_wrong = (
        f"{value} IS NOT NULL"
        if strict
        else f"{value} RLIKE {string(how.doubtful)} AND NOT {value} RLIKE {string(how.sure)}"
    )
    return f"coalesce({made}, CASE WHEN {is_wrong} THEN {wrong} END)"


def _read_constant(call: Call) -> str:
    try:
        day = dt.date.fromisoformat(call.constant(0))
    except (TypeError, ValueError):
        refuse(call.label, "without a format only dates like 2024-12-31 are translated")
    if not isinstance(call.dtype, pl.Date):
        refuse(call.label, "without a format only dates are translated")
    return literal(day, call.dtype).sql


def _make_datetime(call: Call) -> str:
    """Make a Datetime of its parts."""
    parts = call.inputs[:7]
    if isinstance(call.dtype, pl.Datetime) and (
        call.dtype.time_zone is not None or ticks_per_second(call.dtype) != _PER_SECOND
    ):
        refuse("datetime", "in a time zone, or another unit than microseconds, it is not translated")
    named = [call.let(f"CAST({each.sql} AS INT)") for each in parts]
    seconds = f"CAST({named[5]} AS DECIMAL(16,6)) + CAST({named[6]} AS DECIMAL(16,6)) / 1000000"
    made = f"make_timestamp_ntz({', '.join(named[:5])}, CAST({seconds} AS DECIMAL(16,6)))"
    given = " AND ".join(f"{each} IS NOT NULL" for each in named)
    return f"coalesce({made}, CASE WHEN {given} THEN raise_error('there is no such date') END)"


def _duration(call: Call) -> str:
    ticks = ticks_per_second(call.dtype)
    spans = (7 * SECONDS_PER_DAY * ticks, SECONDS_PER_DAY * ticks, 3_600 * ticks, 60 * ticks, ticks, ticks // 1_000)
    last = call.inputs[7]
    if last.constant is None or last.constant.value != 0 or ticks != _PER_SECOND:
        refuse("duration", "of nanoseconds, or in another unit than microseconds, it is not translated")
    parts = [
        f"CAST({each.sql} AS BIGINT) * CAST({span} AS BIGINT)"
        for each, span in zip(call.inputs, (*spans, 1), strict=False)
        if each.constant is None or each.constant.value != 0
    ]
    return f"({' + '.join(parts)})" if parts else "CAST(0 AS BIGINT)"


def _total(call: Call) -> str:
    value = call.inputs[0]
    span = _TOTALS[call.name.rpartition(".")[2]]
    if not isinstance(value.dtype, pl.Duration):
        refuse(call.label, f"of {value.dtype} it is not translated")
    factor = _PER_SECOND // ticks_per_second(value.dtype)
    ticks = value.sql if factor == 1 else f"({value.sql} * {factor})"
    if call.options[0]:
        return f"(CAST({ticks} AS DOUBLE) / CAST('{span}' AS DOUBLE))"
    return ticks if span == 1 else f"({ticks} div CAST({span} AS BIGINT))"


def _timestamp(call: Call) -> str:
    value, unit = call.inputs[0], call.options[0]
    if isinstance(value.dtype, pl.Date):
        point = f"(CAST(unix_date({value.sql}) AS BIGINT) * CAST(86400000000 AS BIGINT))"
    elif isinstance(value.dtype, pl.Datetime):
        point = microseconds(value.sql, value.dtype)
    else:
        return refuse(call.label, NOT_TRANSLATED)
    match unit:
        case "us":
            return point
        case "ms":
            named = call.let(point)
            return f"(({named} - pmod({named}, 1000)) div 1000)"
        case _:
            return refuse(call.label, f"in {unit} it is not translated")


def _convert_zone(call: Call) -> str:
    """Show a point in time on the clock of another zone: it stays the same point."""
    return call.sql()


def _replace_zone(call: Call) -> str:
    value, zone = call.inputs[0], call.options[0]
    if not isinstance(value.dtype, pl.Datetime):
        refuse(call.label, NOT_TRANSLATED)
    if zone is None:
        return wall(value)
    if zone not in _UTC:
        refuse(call.label, "to a zone with summer time it is not translated")
    return f"CAST({wall(value)} AS TIMESTAMP)"


def _cast_unit(call: Call) -> str:
    value = call.inputs[0]
    if not isinstance(value.dtype, pl.Datetime) or not isinstance(call.dtype, pl.Datetime):
        refuse(call.label, f"of {value.dtype} it is not translated")
    factor = ticks_per_second(value.dtype) // ticks_per_second(call.dtype)
    if factor <= 1:
        return value.sql
    point = call.let(microseconds(value.sql, value.dtype))
    return moment(f"({point} - pmod({point}, {factor}))", call.dtype)


FUNCTIONS: dict[str, Function] = {
    **{f"TemporalFunction.{name}": _part for name in _PARTS},
    **{f"TemporalFunction.{name}": _total for name in _TOTALS},
    "TemporalFunction.CastTimeUnit": _cast_unit,
    "TemporalFunction.ConvertTimeZone": _convert_zone,
    "TemporalFunction.Date": _date,
    "TemporalFunction.DatetimeFunction": _make_datetime,
    "TemporalFunction.Duration": _duration,
    "TemporalFunction.IsLeapYear": _is_leap_year,
    "TemporalFunction.Microsecond": _fraction(""),
    "TemporalFunction.Millisecond": _fraction("div 1000"),
    "TemporalFunction.MonthEnd": _month_end,
    "TemporalFunction.MonthStart": _month_start,
    "TemporalFunction.Nanosecond": _fraction("* 1000"),
    "TemporalFunction.OffsetBy": _move,
    "TemporalFunction.ReplaceTimeZone": _replace_zone,
    "TemporalFunction.TimeStamp": _timestamp,
    "TemporalFunction.ToString": _write,
    "TemporalFunction.Truncate": _truncate,
    "StringFunction.Strptime": _read,
}
