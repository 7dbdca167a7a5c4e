"""`VALUES`: Polars takes only literals there, and a number with a point is a double, which has fewer digits."""

from __future__ import annotations

import decimal
from typing import TYPE_CHECKING, Any

import sqloxide

from nerium_worker.modes.relations import Span, replace_spans, span_of
from nerium_worker.modes.tokens import tokenize

if TYPE_CHECKING:
    from collections.abc import Sequence

_OPENING = {"(", "[", "{"}
_CLOSING = {")", "]", "}"}
_EXACT = decimal.Context(prec=decimal.MAX_PREC, rounding=decimal.ROUND_HALF_UP)


def decimals_as_text(text: str, scales: Sequence[int | None]) -> tuple[str, frozenset[int]]:
    """Write the numbers of a `VALUES` as text in columns that are decimals in the table; return the numbers of these.

    `scales`: of the columns, None for one of another type. A number with more digits is rounded. A column that has
    other values than numbers and nulls stays as it is.
    """
    if set(scales) == {None}:
        return text, frozenset()
    rows = _rows(text)
    if not rows or any(len(row) != len(scales) for row in rows):
        return text, frozenset()
    lines = text.split("\n")
    changes: dict[Span, str] = {}
    columns = set()
    for column, scale in enumerate(scales):
        texts = [None] if scale is None else [_quoted(row[column], lines, scale) for row in rows]
        if None not in texts:
            columns.add(column)
            changes |= {span: number for each in texts if each is not None for span, number in each.items()}
    return replace_spans(text, changes), frozenset(columns)


def expressions_as_select(text: str) -> str:
    """Write a `VALUES` that has expressions as a SELECT for each of its rows."""
    cells = [cell for row in _rows(text) for cell in row]
    if all(map(_is_literal, cells)):
        return text
    changes: list[tuple[int, int, str]] = []
    depth = column = 0
    first, *tokens = tokenize(text)
    for token in tokens:
        opens, closes = token.value in _OPENING, token.value in _CLOSING
        if token.kind != "symbol":
            continue
        depth -= closes
        if depth == 0 and opens:
            changes.append((token.start, token.end, "SELECT "))
            column = 0
        elif depth == 0 and closes:
            changes.append((token.start, token.end, f" AS column_{column}"))
        elif depth == 0 and token.value == ",":
            changes.append((token.start, token.end, " UNION ALL "))
        elif depth == 1 and token.value == ",":
            changes.append((token.start, token.end, f" AS column_{column},"))
            column += 1
        depth += opens
    if sum(" AS " in written for _, _, written in changes) != len(cells):
        # The tokens are others than those of the parser: a text in $$.
        return text
    parts, end = [text[: first.start]], first.end
    for start, behind, written in changes:
        parts += [text[end:start], written]
        end = behind
    return "".join([*parts, text[end:]])


def _rows(text: str) -> list[list[Any]]:
    """Give the parsed rows of a `VALUES`; none for another query."""
    try:
        statements = sqloxide.parse_sql(sql=text, dialect="generic")
    except ValueError:
        return []
    match statements:
        case [{"Query": {"body": {"Values": {"rows": [*rows]}}, "order_by": None, "with": None}}]:
            return rows
        case _:
            return []


def _is_literal(cell: Any) -> bool:  # noqa: ANN401  # a tree of JSON
    match cell:
        case {"Value": _} | {"TypedString": _} | {"UnaryOp": {"expr": {"Value": _}}}:
            return True
        case _:
            return False


def _quoted(cell: Any, lines: Sequence[str], scale: int) -> dict[Span, str] | None:  # noqa: ANN401  # a tree of JSON
    """Quote a number where it is written; None for another value, nothing to quote for null."""
    match cell:
        case {"Value": {"value": "Null"}}:
            return {}
        case {"Value": {"value": {"Number": [str(number), _]}, "span": span}} if _is_decimal(number):
            return {span_of(span): f"'{_rounded(number, scale)}'"}
        case {"UnaryOp": {"op": "Minus", "expr": {"Value": {"value": {"Number": [str(number), _]}, "span": span}}}} if (
            _is_decimal(number)
        ):
            at = span_of(span)
            line, column = at.start
            if lines[line - 1][: column - 1].endswith("-"):
                return {Span((line, column - 1), at.end): f"'-{_rounded(number, scale)}'"}
    return None


def _rounded(number: str, scale: int) -> str:
    """Round half away from zero, as `Assignments` does."""
    if len(number.partition(".")[2]) <= scale:
        return number
    return format(decimal.Decimal(number).quantize(decimal.Decimal(1).scaleb(-scale), context=_EXACT), "f")


def _is_decimal(number: str) -> bool:
    return number.replace(".", "", 1).isdigit()
