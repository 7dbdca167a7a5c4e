"""Partitioning, sort order and properties of a table in a statement, as the control plane reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nerium_worker.modes.tokens import TokenReader
from nerium_worker.protocol.errors import Failure

if TYPE_CHECKING:
    from collections.abc import Callable

_TIMES = {
    **dict.fromkeys(("YEAR", "YEARS"), "year"),
    **dict.fromkeys(("MONTH", "MONTHS"), "month"),
    **dict.fromkeys(("DAY", "DAYS", "DATE"), "day"),
    **dict.fromkeys(("HOUR", "HOURS", "DATE_HOUR"), "hour"),
}
_SIZED = ("BUCKET", "TRUNCATE")
_TRANSFORMS = "a column, year(c), month(c), day(c), hour(c), bucket(n, c) or truncate(n, c)"
_LARGEST_SIZE = 2**31 - 1


def refused_location(reader: TokenReader) -> Failure:
    """Give the refusal of a folder that a statement chooses."""
    return reader.refusal("LOCATION", "The catalog chooses the folder of each schema, table and view: omit it.")


def read_transform(reader: TokenReader) -> dict[str, Any]:
    """Read a column, or a transform of one."""
    word = reader.next.value.upper() if reader.next.kind == "word" else ""
    if word in ("IDENTITY", *_TIMES) and reader.accept(word, "("):
        column = read_column(reader, _TRANSFORMS)
        reader.expect(")")
        return {"transform": _TIMES.get(word, "identity"), "column": column}
    if word in _SIZED and reader.accept(word, "("):
        return _sized(word.lower(), reader)
    column = read_column(reader, _TRANSFORMS)
    if reader.sees("("):
        raise reader.failure(f"no transform of this name: {_TRANSFORMS}")
    return {"transform": "identity", "column": column}


def _sized(name: str, reader: TokenReader) -> dict[str, Any]:
    """Spark writes the size first, Trino the column."""
    size = _size(reader) if reader.next.kind == "number" else None
    if size is not None:
        reader.expect(",")
    column = read_column(reader, "a column")
    if size is None:
        reader.expect(",")
        size = _size(reader)
    reader.expect(")")
    return {"transform": f"{name}[{size}]", "column": column}


def _size(reader: TokenReader) -> int:
    token = reader.next
    size = reader.integer("a number from 1")
    if not 1 <= size <= _LARGEST_SIZE:
        raise Failure(
            "sql", f"Line {token.line}: found {size}, expected a number from 1 to {_LARGEST_SIZE}.", line=token.line
        )
    return size


def read_column(reader: TokenReader, what: str) -> str:
    """Read the name of a column, or of a field inside of columns, as Iceberg writes it: with dots."""
    return ".".join(reader.parts(what))


def read_order(reader: TokenReader) -> dict[str, Any]:
    """Read one member of a sort order; nulls are first in ascending orders, as in Spark and Trino."""
    transform = read_transform(reader)
    descends = reader.accept_one(("ASC", "DESC")) == "DESC"
    nulls = "last" if descends else "first"
    if reader.accept("NULLS"):
        place = reader.accept_one(("FIRST", "LAST"))
        if place is None:
            raise reader.failure("FIRST or LAST")
        nulls = place.lower()
    return {**transform, "direction": "desc" if descends else "asc", "nulls": nulls}


def read_list(reader: TokenReader, read: Callable[[TokenReader], dict[str, Any]]) -> list[dict[str, Any]]:
    """Read members in parentheses, with commas between them."""
    reader.expect("(")
    return read_members(reader, read, ")")


def read_members(
    reader: TokenReader, read: Callable[[TokenReader], dict[str, Any]], close: str | None
) -> list[dict[str, Any]]:
    """Read members with commas between them, up to a symbol, if there is one."""
    found = [read(reader)]
    while reader.accept(","):
        found.append(read(reader))
    if close is not None:
        reader.expect(close)
    return found


def read_texts(reader: TokenReader, read: Callable[[TokenReader], dict[str, Any]]) -> list[dict[str, Any]]:
    """Read Trino's `ARRAY['...', ...]`, of which each text is one member."""
    reader.expect("ARRAY", "[")
    found: list[dict[str, Any]] = []
    while not reader.accept("]"):
        if found:
            reader.expect(",")
        member = TokenReader(reader.string("a string"))
        found.append(read(member))
        member.expect_end()
    return found


def read_properties(reader: TokenReader) -> dict[str, str]:
    """Read properties in parentheses: `'key' = 'value'`, as Spark writes them."""
    reader.expect("(")
    properties: dict[str, str] = {}
    while True:
        token = reader.next
        key = read_key(reader)
        if key in properties:
            raise Failure(
                "sql", f"Line {token.line}: found the property '{key}' twice, expected it once.", line=token.line
            )
        reader.accept("=")
        properties[key] = read_value(reader)
        if not reader.accept(","):
            reader.expect(")")
            return properties


def read_key(reader: TokenReader) -> str:
    """Read the key of a property: a string, or words with dots between them."""
    if reader.next.kind == "word":
        return ".".join(reader.parts("the key of a property"))
    return reader.string("the key of a property")


def read_value(reader: TokenReader) -> str:
    """Read the value of a property: a string, a number, true or false."""
    flag = reader.accept_one(("TRUE", "FALSE"))
    if flag is not None:
        return flag.lower()
    sign = "-" if reader.accept("-") else ""
    if reader.next.kind == "number":
        return sign + reader.read().value
    if sign:
        raise reader.failure("a number")
    return reader.string("the value of a property: a string, a number, true or false")
