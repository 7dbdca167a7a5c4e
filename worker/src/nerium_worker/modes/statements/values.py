"""Numbers of `VALUES` for columns of decimals: a number with a point is a double in Polars, which has fewer digits."""

from __future__ import annotations

import decimal
from typing import TYPE_CHECKING, Any

import sqloxide

from nerium_worker.modes.relations import Span, replace_spans, span_of

if TYPE_CHECKING:
    from collections.abc import Sequence

_EXACT = decimal.Context(prec=decimal.MAX_PREC, rounding=decimal.ROUND_HALF_UP)


def decimals_as_text(text: str, scales: Sequence[int | None]) -> tuple[str, frozenset[int]]:
    """Write the numbers of a `VALUES` as text in columns that are decimals in the table; return the numbers of these.

    `scales`: of the columns, None for one of another type. A number with more digits is rounded. A column that has
    other values than numbers and nulls stays as it is.
    """
    if set(scales) == {None}:
        return text, frozenset()
    try:
        statements = sqloxide.parse_sql(sql=text, dialect="generic")
    except ValueError:
        return text, frozenset()
    match statements:
        case [{"Query": {"body": {"Values": {"rows": [*rows]}}}}] if all(len(row) == len(scales) for row in rows):
            pass
        case _:
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
