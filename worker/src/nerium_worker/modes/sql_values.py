"""Writes values as SQL literals of Polars, each with its exact value and type."""

from __future__ import annotations

import base64
import binascii
import contextlib
import datetime as dt
import json
import math
import re
import struct
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_LONGEST_DECIMAL = 38
_BIGINT = (-(1 << 63), (1 << 63) - 1)
_HUGEINT = (-(1 << 127), (1 << 127) - 1)
_UHUGEINT = (0, (1 << 128) - 1)
_INTEGERS = {
    "tinyint": (-(1 << 7), (1 << 7) - 1),
    "smallint": (-(1 << 15), (1 << 15) - 1),
    "integer": (-(1 << 31), (1 << 31) - 1),
    "bigint": _BIGINT,
    "hugeint": _HUGEINT,
    "utinyint": (0, (1 << 8) - 1),
    "usmallint": (0, (1 << 16) - 1),
    "uinteger": (0, (1 << 32) - 1),
    "ubigint": (0, (1 << 64) - 1),
    "uhugeint": _UHUGEINT,
}
_SYNONYMS = {
    "bool": "boolean",
    "int": "integer",
    "long": "bigint",
    "float": "real",
    "string": "text",
    "varchar": "text",
    "varbinary": "binary",
    "blob": "binary",
    "bytea": "binary",
    "timestamp with time zone": "timestamptz",
}
# In characters; its exponent has at most two digits.
_LONGEST_NUMBER = 80
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,2})?")
_FLOAT = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?")
_WORDS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
_DECIMAL = re.compile(r"decimal\((\d+)(?:, *(\d+))?\)")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"\d{2}:\d{2}(?::\d{2})?(\.\d{1,9})?")
_OFFSET = re.compile(r"(Z|[+-]\d{2}:\d{2})$")
# The first and the last second of a timestamp in nanoseconds since 1970, as 64 bits.
_NANOSECONDS = (dt.datetime(1677, 9, 21, 0, 12, 44), dt.datetime(2262, 4, 11, 23, 47, 16))  # noqa: DTZ001  # no zone
_MICROSECOND_DIGITS = 6


class NotBindableError(Exception):
    """A value that has no literal; its message is the end of a sentence that begins with the name of the value."""


@dataclass(frozen=True, kw_only=True)
class SqlValue:
    """A value with its SQL.

    `type`: as messages and typed values name it. `text`: the literal, in parentheses where it has a sign. `bare`: as it
    stands between commas. `value`: of a text, of an integer. `members`: of a list, else None.
    """

    type: str
    text: str
    bare: str
    value: str | int | None = None
    members: tuple[SqlValue, ...] | None = None

    @property
    def cell(self) -> str | None:
        """The literal within `VALUES`, which takes no casts; None where there is none of the type."""
        if isinstance(self.value, int):
            return str(self.value)
        if self.bare.startswith("CAST(NULL"):
            return "NULL"
        if _DECIMAL.fullmatch(self.type) is not None:
            return self.bare.split("'")[1]
        return None if self.members is not None or self.bare.startswith(("CAST", "timestamp")) else self.bare


def value_of_json(value: Any) -> SqlValue:  # noqa: ANN401  # any JSON
    """Convert a value of a request; raises `NotBindableError`."""
    match value:
        case {"type": str(name), "value": inner} if len(value) == len(("type", "value")):
            return _typed(name, inner)
        case dict():
            raise NotBindableError(
                'is an object: expected {"type": ..., "value": ...}, such as {"type": "date", "value": "2026-01-31"}'
            )
        case list():
            return _list([value_of_json(each) for each in value])
        case _:
            return value_of_python(value)


def value_of_python(value: Any) -> SqlValue:  # noqa: ANN401  # any object
    """Convert a value of a script; raises `NotBindableError`."""
    match value:
        case None:
            return SqlValue(type="null", text="NULL", bare="NULL")
        case bool():
            return _plain("boolean", str(value).upper())
        case int():
            return _integer(value)
        case float():
            return _double(value)
        case str():
            return _text(value)
        case bytes():
            return _plain("binary", f"X'{value.hex()}'")
        case dt.datetime():
            return _moment(value)
        case dt.date():
            return _plain("date", f"DATE '{value.isoformat()}'")
        case dt.time(tzinfo=None):
            return _plain("time", f"TIME '{value.isoformat()}'")
        case Decimal():
            return _decimal(value)
        case list() | tuple():
            return _list([value_of_python(each) for each in value])
        case _:
            raise NotBindableError(
                f"is of the type {type(value).__name__}: expected None, a bool, int, float, str, bytes, date,"
                " time without a zone, datetime, Decimal or a list of them"
            )


def _plain(type_: str, text: str) -> SqlValue:
    return SqlValue(type=type_, text=text, bare=text)


def _signed(type_: str, text: str, value: int | None = None) -> SqlValue:
    # Without parentheses `5 -$x` would become a comment.
    return SqlValue(type=type_, text=f"({text})" if text.startswith("-") else text, bare=text, value=value)


def _cast(type_: str, text: str, sql_type: str) -> SqlValue:
    return _plain(type_, f"CAST('{text}' AS {sql_type})")


def _text(value: str) -> SqlValue:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise NotBindableError("has one half of a surrogate pair without the other: give whole characters") from None
    text = "'" + value.replace("'", "''") + "'"
    return SqlValue(type="text", text=text, bare=text, value=value)


def _integer(value: int) -> SqlValue:
    low, high = _BIGINT
    if low < value <= high:
        return _signed("integer", str(value), value)
    if value == low:
        return replace(_cast("integer", str(value), "BIGINT"), value=value)
    return replace(_huge(value), value=value)


def _huge(value: int) -> SqlValue:
    for name in ("hugeint", "uhugeint"):
        low, high = _INTEGERS[name]
        if low <= value <= high:
            return _cast("integer", str(value), name.upper())
    raise NotBindableError(f"is {_shown(str(value))}: expected an integer of at most 128 bits")


def _double(value: float) -> SqlValue:
    if not math.isfinite(value):
        return _cast("double", str(value), "DOUBLE")
    text = repr(value)
    # Without an exponent it would be a decimal.
    return _signed("double", text if "e" in text else f"{text}e0")


def _decimal(value: Decimal) -> SqlValue:
    if not value.is_finite():
        raise NotBindableError(f"is the decimal {value}: expected a number with digits, or a float")
    text = f"{value:f}"
    whole, _, fraction = text.lstrip("-").partition(".")
    return _decimal_of(text, len(whole.lstrip("0")) + len(fraction), len(fraction))


def _decimal_of(text: str, precision: int, scale: int) -> SqlValue:
    precision = max(precision, 1)
    if precision > _LONGEST_DECIMAL:
        raise NotBindableError(f"is {_shown(text)}: a decimal has at most {_LONGEST_DECIMAL} digits")
    return _cast(f"decimal({precision},{scale})", text, f"DECIMAL({precision},{scale})")


def _moment(value: dt.datetime) -> SqlValue:
    if value.tzinfo is None:
        return _plain("timestamp", f"TIMESTAMP '{value.isoformat(sep=' ')}'")
    try:
        instant = value.astimezone(dt.timezone.utc)
    except OverflowError:
        raise NotBindableError(f"is {value.isoformat()}, which is not in the years 1 to 9999 of UTC") from None
    return _plain("timestamptz", f"timestamp('{instant.isoformat()}', '%+')")


def _list(members: Sequence[SqlValue]) -> SqlValue:
    members = _of_one_type(members)
    text = "[" + ", ".join(member.bare for member in members) + "]"
    return SqlValue(type="list", text=text, bare=text, members=tuple(members))


def _of_one_type(members: Sequence[SqlValue]) -> Sequence[SqlValue]:
    types = {member.type for member in members} - {"null"}
    if types == {"integer", "double"}:
        return [_as_double(member) if member.type == "integer" else member for member in members]
    if types == {"integer"} and any(member.bare.endswith("HUGEINT)") for member in members):
        return [_huge(member.value) if isinstance(member.value, int) else member for member in members]
    if types and all(_DECIMAL.fullmatch(each) for each in types):
        return _of_one_scale(members, types)
    if len(types) > 1:
        raise NotBindableError(f"is a list of several types ({', '.join(sorted(types))}): give all members one type")
    return members


def _as_double(member: SqlValue) -> SqlValue:
    value = member.value
    if not isinstance(value, int) or not -(1 << 53) <= value <= 1 << 53:
        raise NotBindableError(f"is a list of floats and of the integer {member.bare}, which no float equals")
    return _double(float(value))


def _of_one_scale(members: Sequence[SqlValue], types: set[str]) -> Sequence[SqlValue]:
    sizes = [_size(each) for each in types]
    scale = max(scale for _, scale in sizes)
    precision = max(precision - of for precision, of in sizes) + scale
    return [
        member if member.type == "null" else _decimal_of(member.bare.split("'")[1], precision, scale)
        for member in members
    ]


def _size(type_: str) -> tuple[int, int]:
    match = _DECIMAL.fullmatch(type_)
    if match is None:
        raise NotBindableError(type_)
    return int(match[1]), int(match[2] or 0)


def _typed(name: str, value: Any) -> SqlValue:  # noqa: ANN401  # any JSON
    type_ = re.sub(r"\s+", " ", name.strip().lower())
    if type_.endswith("[]"):
        return _typed_list(type_.removesuffix("[]"), value)
    type_ = _SYNONYMS.get(type_, type_)
    sql_type = _known_type(name, type_)
    if value is None:
        return _null(type_, sql_type)
    if type_ in _INTEGERS:
        return _typed_integer(type_, value)
    if (match := _DECIMAL.fullmatch(type_)) is not None:
        return _fixed_decimal(int(match[1]), int(match[2] or 0), _exact(value))
    return _READERS[type_](value)


def _typed_list(element: str, value: Any) -> SqlValue:  # noqa: ANN401  # any JSON
    if not isinstance(value, list):
        raise NotBindableError(f"is {_shown(str(value))}: the type {element}[] takes an array")
    if any(each is not None for each in value):
        return _list([value_of_python(None) if each is None else _typed(element, each) for each in value])
    if value:
        return _list([_typed(element, None) for _ in value])
    empty = _list([])
    if element.endswith("[]"):
        return replace(_typed_list(element.removesuffix("[]"), []), text=empty.text)
    sql_type = _known_type(element, _SYNONYMS.get(element, element))
    return empty if sql_type == "TIMESTAMPTZ" else replace(empty, text=f"CAST([] AS {sql_type}[])")


def _known_type(name: str, type_: str) -> str:
    sql_type = _sql_type(type_)
    if sql_type is None:
        raise NotBindableError(
            f"has the type '{_shown(name)}': choose {', '.join(_NAMES)}, or one of these with [] for a list"
        )
    return sql_type


def _sql_type(type_: str) -> str | None:
    if type_ in _INTEGERS:
        return type_.upper()
    if (match := _DECIMAL.fullmatch(type_)) is not None:
        precision, scale = int(match[1]), int(match[2] or 0)
        if not (1 <= precision <= _LONGEST_DECIMAL and scale <= precision):
            raise NotBindableError(
                f"has the type {type_}: a decimal has 1 to {_LONGEST_DECIMAL} digits, its scale no more"
            )
        return f"DECIMAL({precision},{scale})"
    return _SQL_TYPES.get(type_)


def _null(type_: str, sql_type: str) -> SqlValue:
    if type_ == "timestamptz":
        return _plain("timestamptz", "timestamp(CAST(NULL AS VARCHAR), '%+')")
    return _plain(type_, f"CAST(NULL AS {sql_type})")


def _typed_integer(type_: str, value: Any) -> SqlValue:  # noqa: ANN401  # any JSON
    low, high = _INTEGERS[type_]
    number = int(value) if isinstance(value, str) and re.fullmatch(r"[+-]?\d{1,40}", value) else value
    if not isinstance(number, int) or isinstance(number, bool) or not low <= number <= high:
        raise NotBindableError(
            f"is {_shown(json.dumps(value))}: the type {type_} takes an integer from {low} to {high}"
        )
    return replace(_cast(type_, str(number), type_.upper()), value=number)


def _exact(value: Any) -> Decimal:  # noqa: ANN401  # any JSON
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if isinstance(text, str) and len(text) <= _LONGEST_NUMBER and _NUMBER.fullmatch(text) is not None:
        return Decimal(text)
    raise NotBindableError(
        f'is {_shown(json.dumps(value))}: the type decimal takes a string of at most 38 digits, such as "19.90"'
    )


def _fixed_decimal(precision: int, scale: int, value: Decimal) -> SqlValue:
    digits = value.as_tuple()
    scaled = int("".join(map(str, digits.digits))) * 10 ** max(0, int(digits.exponent) + scale)
    lost = 10 ** max(0, -int(digits.exponent) - scale)
    if scaled % lost or scaled // lost >= 10**precision:
        raise NotBindableError(f"is {value}: it has no exact form as decimal({precision},{scale})")
    text = f"{'-' if digits.sign else ''}{scaled // lost:0{scale + 1}d}"
    return _decimal_of(f"{text[:-scale]}.{text[-scale:]}" if scale else text, precision, scale)


def _read_boolean(value: Any) -> SqlValue:  # noqa: ANN401  # any JSON
    for truth in (True, False):
        if value is truth or value == str(truth).lower():
            return value_of_python(truth)
    raise NotBindableError(f"is {_shown(json.dumps(value))}: the type boolean takes true or false")


def _read_text(value: Any) -> SqlValue:  # noqa: ANN401  # any JSON
    return _text(_string(value, "text", '"a"'))


def _read_double(value: Any) -> SqlValue:  # noqa: ANN401  # any JSON
    return _double(_number(value, "double"))


def _read_real(value: Any) -> SqlValue:  # noqa: ANN401  # any JSON
    number = _number(value, "real")
    try:
        struct.pack("<f", number)
    except OverflowError:
        raise NotBindableError(f"is {number}, which is beyond the type real: take double") from None
    return _cast("real", repr(number), "REAL")


def _number(value: Any, type_: str) -> float:  # noqa: ANN401  # any JSON
    if isinstance(value, str) and value in _WORDS:
        return _WORDS[value]
    if isinstance(value, str) and len(value) <= _LONGEST_NUMBER and _FLOAT.fullmatch(value) is not None:
        value = float(value)
        if not math.isfinite(value):
            raise NotBindableError(f"is beyond the type {type_}")
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        with contextlib.suppress(OverflowError):
            return float(value)
    raise NotBindableError(
        f'is {_shown(json.dumps(value))}: the type {type_} takes a number, or "NaN", "Infinity" or "-Infinity"'
    )


def _read_binary(value: Any) -> SqlValue:  # noqa: ANN401  # any JSON
    text = _string(value, "binary", '"AP8="')
    try:
        return value_of_python(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError):
        raise NotBindableError(f"is '{_shown(text)}': the type binary takes base64, with padding") from None


def _read_date(value: Any) -> SqlValue:  # noqa: ANN401  # any JSON
    text = _string(value, "date", '"2026-01-31"')
    return value_of_python(_day(text, "date", '"2026-01-31"'))


def _read_time(value: Any) -> SqlValue:  # noqa: ANN401  # any JSON
    example = '"12:30:00"'
    return _plain("time", f"TIME '{_time_of_day(_string(value, 'time', example), 'time', example)}'")


def _read_timestamp(value: Any) -> SqlValue:  # noqa: ANN401  # any JSON
    example = '"2026-01-31T12:30:00"'
    text = _string(value, "timestamp", example)
    if _OFFSET.search(text) is not None:
        raise NotBindableError(f"is '{_shown(text)}', which has a time zone: take the type timestamptz")
    day, time = _moment_parts(text, "timestamp", example)
    if len(time.partition(".")[2]) <= _MICROSECOND_DIGITS:
        return _plain("timestamp", f"TIMESTAMP '{day.isoformat()} {time}'")
    first, last = _NANOSECONDS
    if not first <= dt.datetime.combine(day, dt.time.fromisoformat(time[:8])) < last:
        raise NotBindableError(f"is '{_shown(text)}': with nanoseconds a timestamp is from {first} to {last}")
    return _plain("timestamp(9)", f"CAST('{day.isoformat()} {time}' AS TIMESTAMP(9))")


def _read_timestamptz(value: Any) -> SqlValue:  # noqa: ANN401  # any JSON
    example = '"2026-01-31T12:30:00+01:00"'
    text = _string(value, "timestamptz", example)
    zone = _OFFSET.search(text)
    if zone is None:
        raise NotBindableError(
            f"is '{_shown(text)}', which has no offset: the type timestamptz takes text such as {example}"
        )
    day, time = _moment_parts(text[: zone.start()], "timestamptz", example)
    if len(time.partition(".")[2]) > _MICROSECOND_DIGITS:
        raise NotBindableError(f"is '{_shown(text)}': the type timestamptz has microseconds")
    try:
        offset = dt.datetime.fromisoformat(f"2000-01-01T00:00:00{zone[1].replace('Z', '+00:00')}").tzinfo
    except ValueError:
        raise _not_one(text, "timestamptz", example) from None
    fraction = f"{time[9:]:0<6}"
    clock = dt.time.fromisoformat(time[:8]).replace(microsecond=int(fraction), tzinfo=offset)
    return _moment(dt.datetime.combine(day, clock))


def _moment_parts(text: str, type_: str, example: str) -> tuple[dt.date, str]:
    day, separator, time = text[:10], text[10:11], text[11:]
    if separator not in {"", "T", " "} or (separator and not time):
        raise _not_one(text, type_, example)
    return _day(day, type_, example), _time_of_day(time, type_, example) if time else "00:00:00"


def _day(text: str, type_: str, example: str) -> dt.date:
    if _DATE.fullmatch(text) is not None:
        try:
            return dt.date.fromisoformat(text)
        except ValueError:
            pass
    raise _not_one(text, type_, example)


def _time_of_day(text: str, type_: str, example: str) -> str:
    """Give the time with seconds, and without digits that are zeros behind the microseconds."""
    match = _TIME.fullmatch(text)
    if match is not None:
        fraction = match[1] or ""
        whole = text.removesuffix(fraction)
        if whole.count(":") == 1:
            whole += ":00"
        try:
            dt.time.fromisoformat(whole)
        except ValueError:
            raise _not_one(text, type_, example) from None
        kept, rest = fraction[: _MICROSECOND_DIGITS + 1], fraction[_MICROSECOND_DIGITS + 1 :]
        return whole + (fraction if rest.strip("0") else kept)
    raise _not_one(text, type_, example)


def _string(value: Any, type_: str, example: str) -> str:  # noqa: ANN401  # any JSON
    if not isinstance(value, str):
        raise _not_one(json.dumps(value), type_, example)
    return value


def _not_one(seen: str, type_: str, example: str) -> NotBindableError:
    return NotBindableError(f"is '{_shown(seen)}': the type {type_} takes text such as {example}")


def _shown(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}…"  # noqa: PLR2004  # as in messages of the control plane


_READERS: Mapping[str, Callable[[Any], SqlValue]] = {
    "boolean": _read_boolean,
    "text": _read_text,
    "double": _read_double,
    "real": _read_real,
    "decimal": lambda value: _decimal(_exact(value)),
    "date": _read_date,
    "time": _read_time,
    "timestamp": _read_timestamp,
    "timestamptz": _read_timestamptz,
    "binary": _read_binary,
}
_SQL_TYPES = {
    "boolean": "BOOLEAN",
    "text": "VARCHAR",
    "double": "DOUBLE",
    "real": "REAL",
    "decimal": "DECIMAL(38,9)",
    "date": "DATE",
    "time": "TIME",
    "timestamp": "TIMESTAMP",
    "timestamptz": "TIMESTAMPTZ",
    "binary": "BYTEA",
}
_NAMES = (*_SQL_TYPES, "decimal(p,s)", *_INTEGERS)
