"""`VALUES`: Polars takes only literals there, and a number with a point is a double, which has fewer digits."""

from __future__ import annotations

import decimal
from typing import TYPE_CHECKING, Any

import sqloxide

from nerium_worker.modes.relations import Span, replace_spans, span_of
from nerium_worker.modes.tokens import first_word, nested, tokenize

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nerium_worker.modes.tokens import Token

_EXACT = decimal.Context(prec=decimal.MAX_PREC, rounding=decimal.ROUND_HALF_UP)


def polars_values(text: str, scales: Sequence[int | None]) -> tuple[str, frozenset[int]]:
    """Write a `VALUES` so that Polars gives its values exactly; return the numbers of the columns that became text.

    `scales`: of the columns that are decimals in the table, None for others. Another query stays as it is.
    """
    if first_word(text) != "VALUES":
        return text, frozenset()
    try:
        statements = sqloxide.parse_sql(sql=text, dialect="generic")
    except ValueError:
        return text, frozenset()
    match statements:
        case [{"Query": {"body": {"Values": {"rows": [*rows]}}, "order_by": order}}]:
            changed, columns = _decimals_as_text(text, rows, scales)
            cells = [cell for row in rows for cell in row]
            is_plain = order is not None or all(map(_is_literal, cells))
            return changed if is_plain else _as_select(changed, len(cells)), columns
        case _:
            return text, frozenset()


def _decimals_as_text(
    text: str, rows: Sequence[Sequence[Any]], scales: Sequence[int | None]
) -> tuple[str, frozenset[int]]:
    """Write the numbers of columns of decimals as text; a number with more digits is rounded.

    A column that has other values than numbers and nulls stays as it is.
    """
    if any(len(row) != len(scales) for row in rows):
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


def _as_select(text: str, cells: int) -> str:
    """Write a SELECT for each row, which takes expressions."""
    changes: list[tuple[Token, str]] = []
    column = 0
    first, *tokens = tokenize(text)
    for token, depth in nested(tokens):
        match depth, token.value:
            case _ if token.kind != "symbol":
                pass
            case 0, "(":
                changes.append((token, "SELECT "))
                column = 0
            case 0, ")":
                changes.append((token, f" AS column_{column}"))
            case 0, ",":
                changes.append((token, " UNION ALL "))
            case 1, ",":
                changes.append((token, f" AS column_{column},"))
                column += 1
    if sum(" AS " in written for _, written in changes) != cells:
        # The tokens are others than those of the parser: a text in $$.
        return text
    parts, end = [text[: first.start]], first.end
    for token, written in changes:
        parts += [text[end : token.start], written]
        end = token.end
    return "".join([*parts, text[end:]])


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
