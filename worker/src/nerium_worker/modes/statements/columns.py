"""Types and defaults of columns in a statement, as Iceberg's JSON."""

from __future__ import annotations

import datetime as dt
import itertools
import math
import re
import uuid
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from nerium_worker.iceberg.types import decimal_type, fixed_type
from nerium_worker.protocol.errors import Failure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nerium_worker.modes.tokens import TokenReader

# By their spellings in Spark, Trino and DuckDB. Types that differ between them, such as INT8, are missing.
_TYPES = {
    **dict.fromkeys(("BOOLEAN", "BOOL"), "boolean"),
    **dict.fromkeys(("INT", "INTEGER", "INT4", "SMALLINT", "TINYINT", "SHORT", "BYTE"), "int"),
    **dict.fromkeys(("BIGINT", "LONG"), "long"),
    **dict.fromkeys(("FLOAT", "REAL", "FLOAT4"), "float"),
    **dict.fromkeys(("DOUBLE", "FLOAT8"), "double"),
    **dict.fromkeys(("STRING", "TEXT", "VARCHAR"), "string"),
    **dict.fromkeys(("BINARY", "VARBINARY", "BLOB", "BYTEA"), "binary"),
    "DATE": "date",
    "TIME": "time",
    **dict.fromkeys(("TIMESTAMP", "TIMESTAMP_NTZ", "DATETIME"), "timestamp"),
    **dict.fromkeys(("TIMESTAMPTZ", "TIMESTAMP_LTZ"), "timestamptz"),
    "TIMESTAMP_NS": "timestamp_ns",
    "TIMESTAMPTZ_NS": "timestamptz_ns",
    "UUID": "uuid",
}
_ZONED = {"timestamp": "timestamptz", "timestamp_ns": "timestamptz_ns"}
_UNSUPPORTED = ("VARIANT", "GEOMETRY", "GEOGRAPHY", "UNKNOWN", "NULL", "VOID", "JSON", "INTERVAL", "ENUM", "UNION")
_TYPE_NAMES = (
    "a type: boolean, int, bigint, float, double, decimal(p, s), string, binary, fixed(n), date, time, timestamp,"
    " timestamptz, timestamp_ns, timestamptz_ns, uuid, struct<...>, array<...> or map<...>"
)
_MICROSECONDS, _NANOSECONDS = 6, 9
_DEEPEST_TYPE = 32
_MOST_DIGITS = 38
_WIDTHS = {"int": 32, "long": 64}
_MOMENT = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)(?:[T ](?P<time>\d\d:\d\d(?::\d\d)?)(?:\.(?P<fraction>\d{1,9}))?)?"
    r"(?P<zone>Z|[+-]\d\d:\d\d)?"
)


class TypeReader:
    """Reads types from the tokens of a statement, each nested field with a number of its own."""

    def __init__(self, reader: TokenReader) -> None:
        self._reader = reader
        self._ids = itertools.count(1)

    def field(self, name: str, type_: Any, *, required: bool, doc: str | None) -> dict[str, Any]:  # noqa: ANN401  # JSON
        """Give a field of an Iceberg schema."""
        field = {"id": next(self._ids), "name": name, "required": required, "type": type_}
        return field if doc is None else {**field, "doc": doc}

    def read(self) -> Any:  # noqa: ANN401  # JSON
        """Read a type."""
        return self._read(1)

    def _read(self, depth: int) -> Any:  # noqa: ANN401  # JSON
        if depth > _DEEPEST_TYPE:
            raise self._reader.failure(f"a type with at most {_DEEPEST_TYPE} levels")
        type_ = self._unlisted(depth)
        while self._reader.accept("[", "]"):
            depth += 1
            if depth > _DEEPEST_TYPE:
                raise self._reader.failure(f"a type with at most {_DEEPEST_TYPE} levels")
            type_ = self._list(type_)
        return type_

    def _unlisted(self, depth: int) -> Any:  # noqa: ANN401  # JSON
        reader = self._reader
        token = reader.next
        word = token.value.upper() if token.kind == "word" else ""
        if word in _UNSUPPORTED:
            raise Failure(
                "sql",
                f"Line {token.line}: found '{token.value}', expected a type that this server reads and writes;"
                f" {word} is none.",
                line=token.line,
            )
        if word in ("STRUCT", "ROW"):
            reader.read()
            return self._struct(depth)
        if word in ("ARRAY", "LIST"):
            reader.read()
            close = self._open()
            element = self._read(depth + 1)
            reader.expect(close)
            return self._list(element)
        if word == "MAP":
            reader.read()
            return self._map(depth)
        if word in ("DECIMAL", "NUMERIC", "DEC"):
            reader.read()
            return self._decimal()
        if word == "FIXED":
            reader.read()
            close = "]" if reader.accept("[") else ")"
            if close == ")":
                reader.expect("(")
            length = reader.integer("the length in bytes")
            reader.expect(close)
            return f"fixed[{length}]"
        if word not in _TYPES:
            raise reader.failure(_TYPE_NAMES)
        reader.read()
        return self._primitive(word)

    def _primitive(self, word: str) -> str:
        reader = self._reader
        type_ = _TYPES[word]
        if word == "DOUBLE":
            reader.accept("PRECISION")
        if type_ in ("time", "timestamp") and reader.accept("("):
            type_ = self._precise(type_)
        if type_ in ("time", *_ZONED):
            if type_ in _ZONED and reader.accept("WITH", "TIME", "ZONE"):
                return _ZONED[type_]
            if reader.sees("WITH", "TIME"):
                raise reader.failure("no time zone: Iceberg has one in timestamptz only")
            reader.accept("WITHOUT", "TIME", "ZONE")
        if type_ == "string" and reader.sees("("):
            raise reader.failure("no length, because Iceberg's strings have none")
        return type_

    def _precise(self, type_: str) -> str:
        reader = self._reader
        line = reader.next.line
        digits = reader.integer("the number of fractional digits")
        reader.expect(")")
        if digits == _MICROSECONDS:
            return type_
        if digits == _NANOSECONDS and type_ == "timestamp":
            return "timestamp_ns"
        raise Failure(
            "sql",
            f"Line {line}: found {type_}({digits}), expected {type_}({_MICROSECONDS})"
            + (f" or {type_}({_NANOSECONDS})" if type_ == "timestamp" else "")
            + ", the precisions of Iceberg.",
            line=line,
        )

    def _decimal(self) -> str:
        reader = self._reader
        reader.expect("(")
        line = reader.next.line
        precision = reader.integer("the number of digits")
        scale = reader.integer("the number of fractional digits") if reader.accept(",") else 0
        reader.expect(")")
        if not (1 <= precision <= _MOST_DIGITS and scale <= precision):
            raise Failure(
                "sql",
                f"Line {line}: found decimal({precision}, {scale}), expected 1 to {_MOST_DIGITS} digits,"
                " of which no more are fractional.",
                line=line,
            )
        return f"decimal({precision}, {scale})"

    def _open(self) -> str:
        close = ">" if self._reader.accept("<") else ")"
        if close == ")":
            self._reader.expect("(")
        return close

    def _list(self, element: Any) -> dict[str, Any]:  # noqa: ANN401  # JSON
        return {"type": "list", "element-id": next(self._ids), "element": element, "element-required": False}

    def _map(self, depth: int) -> dict[str, Any]:
        close = self._open()
        key = self._read(depth + 1)
        self._reader.expect(",")
        value = self._read(depth + 1)
        self._reader.expect(close)
        ids = {"key-id": next(self._ids), "value-id": next(self._ids)}
        return {"type": "map", "key": key, "value": value, "value-required": False, **ids}

    def _struct(self, depth: int) -> dict[str, Any]:
        reader = self._reader
        close = self._open()
        fields = []
        while True:
            name = reader.name("the name of a field")
            reader.accept(":")
            type_ = self._read(depth + 1)
            required = reader.accept("NOT", "NULL")
            doc = reader.string("the comment of a field") if reader.accept("COMMENT") else None
            fields.append(self.field(name, type_, required=required, doc=doc))
            if not reader.accept(","):
                reader.expect(close)
                return {"type": "struct", "fields": fields}


def read_constraints(reader: TokenReader, type_: Any) -> dict[str, Any]:  # noqa: ANN401  # JSON
    """Read what follows the type of a column: NOT NULL, COMMENT, DEFAULT, in any order."""
    found: dict[str, Any] = {}
    while True:
        if reader.accept("NOT", "NULL"):
            found["required"] = True
        elif reader.accept("COMMENT"):
            found["doc"] = reader.string("the comment of a column")
        elif reader.accept("DEFAULT"):
            found["default"] = read_default(reader, type_)
        elif not reader.accept("NULL"):
            return found


def read_default(reader: TokenReader, type_: Any) -> Any:  # noqa: ANN401  # JSON
    """Read the literal of a default; return it as Iceberg's single-value JSON, None for NULL."""
    token = reader.next
    if reader.accept("NULL"):
        return None
    text = _literal(reader, type_)
    value = None if text is None else _value(text, type_)
    if value is None:
        shown = type_ if isinstance(type_, str) else type_["type"]
        raise Failure(
            "sql",
            f"Line {token.line}: found the default '{token.value}', expected NULL or a literal of the type {shown}.",
            line=token.line,
        )
    return value


def _literal(reader: TokenReader, type_: Any) -> str | None:  # noqa: ANN401  # JSON
    """Read the text of a literal that may have the type."""
    is_number = type_ in ("int", "long", "float", "double") or decimal_type(str(type_)) is not None
    if is_number:
        sign = "-" if reader.accept("-") else ""
        return sign + reader.read().value if reader.next.kind == "number" else None
    if type_ == "boolean":
        return reader.accept_one(("TRUE", "FALSE"))
    if type_ == "binary" or fixed_type(str(type_)) is not None:
        return reader.string("a string of hexadecimal digits") if reader.accept("X") else None
    if isinstance(type_, str) and type_ != "string":
        # DATE '2020-01-01' and the like.
        reader.accept_one(("DATE", "TIMESTAMPTZ", "TIMESTAMP", "TIME", "UUID"))
    return reader.read().value if reader.next.kind == "string" else None


def _value(text: str, type_: Any) -> Any:  # noqa: ANN401  # JSON
    """Give a literal as single-value JSON; None where it is none of the type."""
    try:
        return next(_values(text, type_), None)
    except (ValueError, InvalidOperation, OverflowError):
        return None


def _values(text: str, type_: Any) -> Iterator[Any]:  # noqa: ANN401  # JSON
    match type_:
        case "int" | "long":
            number = int(text)
            if -(1 << _WIDTHS[type_] - 1) <= number < 1 << _WIDTHS[type_] - 1:
                yield number
        case "float" | "double":
            if math.isfinite(float(text)) and (type_ == "double" or abs(float(text)) <= 3.4028234663852886e38):  # noqa: PLR2004
                yield float(text)
        case "boolean":
            yield text == "TRUE"
        case "string":
            yield text
        case "date":
            yield dt.date.fromisoformat(text).isoformat()
        case "time":
            time = dt.time.fromisoformat(text)
            if time.tzinfo is None:
                yield time.isoformat("microseconds")
        case "timestamp" | "timestamptz" | "timestamp_ns" | "timestamptz_ns":
            yield _moment(text, is_zoned="tz" in type_, digits=9 if type_.endswith("_ns") else 6)
        case "uuid":
            yield str(uuid.UUID(text))
        case str() if (digits := decimal_type(type_)) is not None:
            precision, scale = digits
            decimal = Decimal(text)
            exponent = decimal.as_tuple().exponent
            fits = not decimal or decimal.adjusted() < precision - scale
            if isinstance(exponent, int) and -exponent <= scale and fits:
                yield f"{decimal:.{scale}f}"
        case str() if type_ == "binary" or fixed_type(type_) in (None, len(text) // 2):
            yield bytes.fromhex(text).hex().upper()


def _moment(text: str, *, is_zoned: bool, digits: int) -> str:
    match = _MOMENT.fullmatch(text)
    if match is None or (match["zone"] is not None) != is_zoned or len(match["fraction"] or "") > digits:
        raise ValueError(text)
    zone = (match["zone"] or "Z").replace("Z", "+00:00")
    moment = dt.datetime.fromisoformat(f"{match['date']}T{match['time'] or '00:00'}{zone}").astimezone(dt.timezone.utc)
    fraction = (match["fraction"] or "").ljust(digits, "0")
    return f"{moment.replace(tzinfo=None).isoformat()}.{fraction}{'+00:00' if is_zoned else ''}"
