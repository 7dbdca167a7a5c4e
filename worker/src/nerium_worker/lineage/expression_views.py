"""Polars' views of the expressions of one node of a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nerium_worker.polars_plan.views import all_operands, is_connective, kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from nerium_worker.polars_plan.hidden import HiddenOperands
    from nerium_worker.polars_plan.views import View


class ExpressionViews:
    """The expressions of one node of a plan; `is_query`: the plan was made from SQL alone."""

    def __init__(self, hidden: HiddenOperands, source: int) -> None:
        self._hidden = hidden
        self._traverser = hidden.traverser
        self._source = source
        self.is_query = hidden.is_query

    def comparisons(self, number: int) -> Iterator[int]:
        """Divide a predicate at its ANDs and ORs."""
        pending = [number]
        while pending:
            number = pending.pop()
            view = self.view(number)
            if is_connective(view):
                pending += (view.right, view.left)
            else:
                yield number

    def names(self, number: int) -> set[str]:
        """Name the columns of a condition, as far as Polars shows them."""
        names, pending = set(), [number]
        while pending:
            view = self.view(pending.pop())
            if kind(view) == "Column":
                names.add(view.name)
            pending += all_operands(view)
        return names

    def is_aggregation(self, number: int, name: str) -> bool:
        """Return whether an expression is this aggregation."""
        view = self.view(number)
        return kind(view) == "Agg" and view.name == name

    def view(self, number: int) -> View:
        """Give an expression as Polars shows it, None where it doesn't."""
        try:
            return self._traverser.view_expression(number)
        except NotImplementedError:
            return None

    def dtype(self, number: int) -> pl.DataType:
        """Give the type of an expression's values, in the schema of the input."""
        self._traverser.set_node(self._source)
        dtype: pl.DataType = self._traverser.get_dtype(number)
        return dtype
