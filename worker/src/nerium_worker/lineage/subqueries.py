"""Computes the lineage of the subqueries of SQL that stand where a value is wanted.

Polars puts the value of a subquery beside the rows of the query around it, or joins it by the keys that it compares.
Inputs that determine the rows of a subquery are inputs of its value, not of the rows around it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nerium_worker.lineage.frame import Frame

if TYPE_CHECKING:
    from collections.abc import Iterable

# Polars rewrites a subquery that refers to the query around it as a join with groups, which have such columns.
CORRELATED = "__POLARS_CORR_"
_VALUES = ("_POLARS_TMP_SQL_", CORRELATED)
_ROW_INDEX = "_idx"


def is_subquery(names: Iterable[str]) -> bool:
    """Return whether columns are nothing but values of subqueries."""
    columns = list(names)
    return bool(columns) and all(name.startswith(_VALUES) for name in columns)


def is_row_index(name: str) -> bool:
    """Return whether a column numbers the rows of the query around a subquery, to find them again."""
    return name.startswith(CORRELATED) and name.endswith(_ROW_INDEX)


def of_values(frame: Frame) -> Frame:
    """Give the frame of a subquery that is put beside others: its rows are theirs. Other frames stay as they are."""
    if not is_subquery(frame.columns):
        return frame
    return Frame(columns={name: column.of_subquery(frame.rows) for name, column in frame.columns.items()})


def without_rows(frame: Frame) -> Frame:
    """Give the same columns of rows that nothing decided about."""
    return Frame(columns=frame.columns)
