"""Recognises what Polars makes of SQL, which a visited plan shows as expressions that nobody wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from nerium_worker.lineage.subqueries import is_subquery
from nerium_worker.polars_plan.views import function_name, is_connective, kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nerium_worker.lineage.expression_views import ExpressionViews
    from nerium_worker.polars_plan.views import View


class SqlForms:
    """The forms of SQL among the expressions of one node of a plan."""

    def __init__(self, expressions: ExpressionViews) -> None:
        self._expressions = expressions

    def is_of_nothing(self, view: View) -> bool:
        """Recognise SQL's aggregations of no values, which are null: SUM is when(x.count() > 0).then(x.sum())."""
        return (
            kind(self._expressions.view(view.truthy)) in {"Agg", "Function"}
            and self._is_null(view.falsy)
            and self._tells_of_values(view.predicate)
            and self._expressions.names(view.predicate) == self._expressions.names(view.truthy)
        )

    def membership(self, view: View) -> Sequence[int] | None:
        """Recognise IN with a subquery, which asks if there are values, then for a value, and then for nulls."""
        either = self._expressions.view(view.falsy)
        if not is_connective(either):
            return None
        is_in = self._expressions.view(either.left)
        if kind(is_in) != "Function" or function_name(is_in) != "BooleanFunction.IsIn":
            return None
        return is_in.input if is_subquery(self._expressions.names(is_in.input[1])) else None

    def counted(self, number: int) -> int | None:
        """Recognise SQL's COUNT(*) FILTER, which is a sum of truths: scripts may have such sums, too."""
        view = self._expressions.view(number)
        is_sum = self._expressions.is_query and kind(view) == "Agg" and view.name == "sum"
        return view.arguments[0] if is_sum and self._expressions.dtype(view.arguments[0]) == pl.Boolean else None

    def composed(self, view: View) -> int | None:
        """Recognise functions of SQL that Polars composes of conditions: DAYOFWEEK and SPLIT_PART."""
        first = self._expressions.view(view.truthy)
        if self._is_function(view.falsy, "TemporalFunction.WeekDay"):
            return view.falsy if kind(first) == "Literal" and first.value == 0 else None
        is_part = (
            self._is_function(view.truthy, "fill_null")
            and self._is_function(first.input[0], "ListFunction.Get")
            and self._is_function(self._expressions.view(first.input[0]).input[0], "StringFunction.Split")
        )
        return first.input[0] if is_part and self._is_function(view.predicate, "BooleanFunction.IsNotNull") else None

    def compares_peers(self, number: int) -> bool:
        """Recognise a comparison with the next row, by which SQL's windows find rows of the same order."""
        view = self._expressions.view(number)
        if not is_connective(view):
            return False
        compared = self._expressions.view(view.right)
        return (
            kind(compared) == "BinaryExpr"
            and str(compared.op) == "Operator.NotEqValidity"
            and self._is_function(compared.right, "shift")
        )

    def _is_function(self, number: int, name: str) -> bool:
        view = self._expressions.view(number)
        return kind(view) == "Function" and function_name(view) == name

    def _is_null(self, number: int) -> bool:
        view = self._expressions.view(number)
        return self._is_null(view.expr) if kind(view) == "Cast" else kind(view) == "Literal" and view.value is None

    def _tells_of_values(self, number: int) -> bool:
        """Return whether a condition only asks if there are values."""
        view = self._expressions.view(number)
        match kind(view):
            case "BinaryExpr" if is_connective(view):
                return self._tells_of_values(view.left) and self._tells_of_values(view.right)
            case "BinaryExpr" if self._is_function(view.left, "null_count"):
                return self._expressions.is_aggregation(view.right, "count")
            case "BinaryExpr":
                zero = self._expressions.view(view.right)
                return (
                    self._expressions.is_aggregation(view.left, "count") and kind(zero) == "Literal" and zero.value == 0
                )
            case "Function" if function_name(view) == "BooleanFunction.Any":
                return self._tells_of_values(view.input[0])
            case "Function":
                return function_name(view) == "BooleanFunction.IsNotNull"
            case _:
                return False

    def is_position(self, number: int) -> bool:
        """Recognise SQL's STRPOS, which is 0 where nothing was found."""
        view = self._expressions.view(number)
        return kind(view) == "BinaryExpr" and self._is_function(view.left, "StringFunction.Find")

    def is_running(self, number: int) -> bool:
        """Return whether an expression is a running aggregate."""
        view = self._expressions.view(number)
        return kind(view) == "Function" and function_name(view).startswith("cum_")

    def rank(self, number: int) -> int | None:
        """Recognise SQL's RANK, which Polars writes as a rank and the places of the rows without a value."""
        view = self._expressions.view(number)
        while kind(view) in {"Cast", "BinaryExpr"}:
            number = view.expr if kind(view) == "Cast" else view.left
            view = self._expressions.view(number)
        return number if kind(view) == "Function" and function_name(view) == "rank" else None
