"""Finds whether an expression has one value, one per row, or a number that depends on the values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nerium_worker.polars_plan.views import function_name, kind, operands
from nerium_worker.spark.expr.aggregates import FUNCTIONS as AGGREGATES

if TYPE_CHECKING:
    from nerium_worker.spark.scope import Rows

RESHAPING = {"drop_nans", "drop_nulls", "unique", "value_counts", "mode"}
"""Functions whose result has fewer rows."""


def is_single(rows: Rows, number: int) -> bool:
    """Return whether an expression has one value for all rows."""
    view = rows.view(number)
    match kind(view):
        case "Agg":
            return bool(view.name != "implode")
        case "Len" | "Literal":
            return True
        case "Function" if function_name(view) in AGGREGATES:
            return True
        case "Column" | "Window" | "Filter" | "Explode" | "Sort" | "SortBy" | "Slice" | "Gather":
            return False
        case "Function" if function_name(view) in RESHAPING:
            return False
        case _:
            inputs = operands(view)
            return bool(inputs) and all(is_single(rows, each) for each in inputs)


def aggregates(rows: Rows, number: int) -> bool:
    """Return whether an expression looks at all rows."""
    view = rows.view(number)
    match kind(view):
        case "Agg" | "Len":
            return True
        case "Function" if function_name(view) in AGGREGATES:
            return True
        case _:
            return any(aggregates(rows, each) for each in operands(view))
