"""Explains comparisons that Polars refuses, by the column and the value that the user wrote.

Polars compares the statistics of a file first, and then speaks of columns that no table has, like `day_max`.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import polars as pl
import sqloxide

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_CONTEXT = re.compile(r"\n+This error occurred in the following expression:.*", re.DOTALL)
_OF_STATISTICS = re.compile(r'col\("(.+?)_(?:min|max|nc)"\)(?:\.alias\(""\)|\) == \(col\("len"\)|\) [<>]=? )')
_COMPARED = re.compile(r'\[\(col\("(.+?)"\)\) [<>=!]+ \((.+?)\)\]\n')
_SERIES = re.compile(r"series '(.+?)_(?:min|max)'")
_REFUSALS = (
    "cannot compare",
    "could not evaluate",
    "'is_in' cannot check",
    "could not find an appropriate format to parse",
    "`strptime` / `to_datetime` was called with no format",
)
_OPERATORS = {"Eq", "NotEq", "Lt", "LtEq", "Gt", "GtEq", "Spaceship"}
_MOMENT = dt.datetime(2000, 1, 1)  # noqa: DTZ001  # a time without a zone
_IN_UTC = (
    "Write a moment of a column with a time zone as text in UTC, without Z or offset: {column} > '2026-01-31 02:00:00'"
    " (in Python: datetime(2026, 1, 31, 2, tzinfo=timezone.utc))."
)


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """A column and what it is compared with: the value as it was written, and one of its type."""

    column: str
    written: str
    value: Any


def is_refused(message: str) -> bool:
    """Return whether an error of Polars is about a comparison."""
    return message.startswith(_REFUSALS)


def without_statistics(text: str) -> str:
    """Name the columns of tables where Polars names those of their statistics."""
    if _OF_STATISTICS.search(text) is None:
        return text
    return _SERIES.sub(r"series '\1'", _CONTEXT.sub("", text))


def find_operands(text: str) -> tuple[str, str] | None:
    """Name the column and the value that Polars' message ends with."""
    match = _COMPARED.search(f"{text}\n")
    if match is None:
        return None
    column = re.sub("_(?:min|max)$", "", match[1]) if _OF_STATISTICS.search(text) else match[1]
    return column, match[2]


def sentence(column: str, dtype: pl.DataType | None, written: str) -> str:
    """Say what is compared with what."""
    of_type = "" if dtype is None else f" of the type {dtype}"
    return f"The column {column!r}{of_type} can't be compared with {written}."


def hint(column: str, dtype: pl.DataType | None) -> str:
    """Say how to write the comparison."""
    match dtype:
        case pl.Datetime(time_zone=str()):
            return _IN_UTC.format(column=column)
        case pl.Datetime():
            return (
                f"Write a moment as text without Z or offset: {column} > '2026-01-31 02:00:00'."
                " The present time without a time zone is localtimestamp."
            )
        case pl.Date():
            return f"Write a date as text: {column} > '2026-01-31'."
        case pl.Time():
            return f"Write a time of day as text: {column} > '02:00:00'."
        case _ if dtype is not None and dtype.is_numeric():
            return f"Write a number without quotes, or compare text: CAST({column} AS VARCHAR)."
        case _:
            return "Write a value of the column's type, or cast one of the two."


def find_refused(sql: str, schema: Mapping[str, pl.DataType]) -> Comparison | None:
    """Find the first comparison of a column and a literal in a statement that Polars refuses."""
    try:
        statements = sqloxide.parse_sql(sql=sql, dialect="generic")
    except ValueError:
        return None
    refused = [found for found in _comparisons(statements) if _refuses(found, schema)]
    # A text is the reason where a column of numbers is compared with numbers, too.
    return min(refused, key=_is_number, default=None)


def _is_number(found: Comparison) -> bool:
    value = found.value[0] if isinstance(found.value, list) else found.value
    return isinstance(value, (int, float))


def shown(literal: str) -> str | None:
    """Give the words for a literal of SQL, as they are in a sentence."""
    projection = sqloxide.parse_sql(sql=f"SELECT {literal}", dialect="generic")[0]["Query"]["body"]["Select"][
        "projection"
    ]
    described = _literal(projection[0].get("UnnamedExpr"))
    return None if described is None else described[0]


def _refuses(found: Comparison, schema: Mapping[str, pl.DataType]) -> bool:
    dtype = schema.get(found.column)
    if dtype is None:
        return False
    column, value = pl.Series(found.column, [None], dtype=dtype).to_frame().lazy(), found.value
    if isinstance(value, list) and isinstance(value[0], int if dtype.is_integer() else float) and dtype.is_numeric():
        # A literal has no width.
        return False
    condition = pl.col(found.column)
    try:
        column.select(condition.is_in(value) if isinstance(value, list) else condition == value).collect()
    except Exception:  # noqa: BLE001  # any of Polars' errors is the answer
        return True
    return False


def _comparisons(statements: Any) -> Iterator[Comparison]:  # noqa: ANN401  # a tree of JSON
    pending = [statements]
    while pending:
        node = pending.pop()
        match node:
            case {"left": left, "op": str(operator), "right": right} if operator in _OPERATORS:
                yield from _pair(left, right)
                yield from _pair(right, left)
            case {"expr": column, "low": low, "high": high}:
                yield from _pair(column, low)
                yield from _pair(column, high)
            case {"expr": column, "list": [*members]}:
                pairs = itertools.chain.from_iterable(_pair(column, member) for member in members)
                yield from (replace(pair, value=[pair.value]) for pair in pairs)
        match node:
            case dict():
                pending.extend(reversed(node.values()))
            case list() | tuple():
                pending.extend(reversed(node))


def _pair(column: Any, constant: Any) -> Iterator[Comparison]:  # noqa: ANN401  # trees of JSON
    match column:
        case {"Identifier": {"value": str(name)}}:
            pass
        case {"CompoundIdentifier": [*_, {"value": str(name)}]}:
            pass
        case _:
            return
    literal = _literal(constant)
    if literal is not None:
        yield Comparison(column=name, written=literal[0], value=literal[1])


def _literal(node: Any) -> tuple[str, Any] | None:  # noqa: ANN401  # a tree of JSON
    match node:
        case {"Value": {"value": {"SingleQuotedString": str(text)}}}:
            return f"the text '{text}'", text
        case {"Value": {"value": {"Number": [str(text), *_]}}}:
            return f"the number {text}", float(text) if re.search("[.eE]", text) else int(text)
        case {"Value": {"value": {"Boolean": bool(truth)}}}:
            return str(truth).lower(), truth
        case {"TypedString": {"data_type": {"Timestamp": _}, "value": {"value": {"SingleQuotedString": str(text)}}}}:
            return f"TIMESTAMP '{text}', which has no time zone", _MOMENT
        case {"TypedString": {"data_type": {"Datetime": _}, "value": {"value": {"SingleQuotedString": str(text)}}}}:
            return f"DATETIME '{text}', which has no time zone", _MOMENT
        case {
            "TypedString": {"data_type": "Date" | "Time" as kind, "value": {"value": {"SingleQuotedString": str(text)}}}
        }:
            return f"{kind.upper()} '{text}'", _MOMENT.date() if kind == "Date" else _MOMENT.time()
        case {"Cast": {"expr": inner, "data_type": {"Timestamp": _} | {"Datetime": _}}}:
            literal = _literal(inner)
            return None if literal is None else (f"a timestamp without a time zone, cast from {literal[0]}", _MOMENT)
        case {"Function": {"args": {"List": {"args": [{"Unnamed": {"Expr": inner}}, format_]}}}}:
            literal = _literal(inner)
            # As a parameter with a time zone is written.
            if literal is None or "'%+'" not in str(format_):
                return None
            return f"a timestamp with a time zone, made from {literal[0]}", _MOMENT.replace(tzinfo=dt.timezone.utc)
        case {"Function": {"name": [{"Identifier": {"value": str(name)}}], "args": {"List": {"args": [argument]}}}}:
            inner = argument.get("Unnamed", {}).get("Expr")
            literal = _literal(inner)
            if literal is None or name.lower() not in {"timestamp", "datetime", "strptime"}:
                return None
            return f"a timestamp without a time zone, made from {literal[0]}", _MOMENT
        case _:
            return None
