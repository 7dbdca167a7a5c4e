"""Computes the lineage of the expressions of a visited plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nerium_worker.lineage.column import NOTHING, UNKNOWN, Column, together
from nerium_worker.lineage.functions import (
    CONDITIONAL_FUNCTIONS,
    COUNTING_AGGREGATIONS,
    OPAQUE_FUNCTIONS,
    PICKING_AGGREGATIONS,
    steps_of,
)
from nerium_worker.lineage.subqueries import is_subquery
from nerium_worker.lineage.transformation import (
    AGGREGATION,
    CONDITIONAL,
    FILTER,
    IDENTITY,
    JOIN,
    SORT,
    TRANSFORMATION,
    WINDOW,
    mask,
)
from nerium_worker.polars_plan.views import function_name, kind, operands

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from nerium_worker.lineage.transformation import Transformation
    from nerium_worker.polars_plan.views import Traverser, View

# Names that Polars returns for expressions that call Python.
_PYTHON = {"anonymousfunction", "anonymous_streaming_agg", "fold", "reduce", "cum_fold", "cum_reduce", "rolling map"}
_CONNECTIVES = {"Operator.And", "Operator.LogicalAnd", "Operator.Or", "Operator.LogicalOr"}


class Expressions:
    """The expressions of one node of a plan, over the columns of its input."""

    def __init__(self, traverser: Traverser, columns: Mapping[str, Column], source: int) -> None:
        self._traverser = traverser
        self._columns = columns
        self._source = source
        self._windows = 0
        self.runs_python = False
        self._known: dict[tuple[int, bool], Column] = {}

    def column(self, number: int) -> Column:
        """Give the lineage of an expression's values; unknown where Polars doesn't show what it is."""
        key = (number, self._windows > 0)
        if key not in self._known:
            try:
                self._known[key] = self._column(number, self._traverser.view_expression(number))
            except (NotImplementedError, RecursionError) as error:
                self.runs_python = self.runs_python or str(error) in _PYTHON
                self._known[key] = UNKNOWN
        return self._known[key]

    def comparisons(self, number: int) -> Iterator[int]:
        """Divide a predicate at its ANDs and ORs."""
        pending = [number]
        while pending:
            number = pending.pop()
            view = self.view(number)
            if kind(view) == "BinaryExpr" and str(view.op) in _CONNECTIVES:
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
            pending += operands(view)
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

    def _column(self, number: int, view: View) -> Column:
        match kind(view):
            case "Column":
                return self._columns.get(view.name, UNKNOWN)
            case "Literal" | "Len":
                return NOTHING
            case "Alias" | "Sort":
                return self.column(view.expr)
            case "Cast" | "Explode":
                return self.column(view.expr).through(TRANSFORMATION)
            case "BinaryExpr":
                return together(map(self.column, self._terms(view))).through(TRANSFORMATION)
            case "Ternary":
                return self._choice(view)
            case "Agg":
                value = self.column(view.arguments[0])
                if view.name in PICKING_AGGREGATIONS:
                    return value.pick(AGGREGATION)
                return value.through(mask(AGGREGATION) if view.name in COUNTING_AGGREGATIONS else AGGREGATION)
            case "Function":
                return self._function(number, view)
            case "SortBy":
                return together((self.column(view.expr), *(self.column(by).through(SORT) for by in view.by)))
            case "Filter":
                return together((self.column(view.input), self.column(view.by).through(FILTER)))
            case "Gather":
                # In a window it is the value of another row, as of SQL's LAST_VALUE.
                value = self.column(view.expr).through(AGGREGATION if self._windows else IDENTITY)
                return together((value, self.column(view.idx).through(self._selection())))
            case "Slice":
                bounds = (self.column(bound).through(self._selection()) for bound in (view.offset, view.length))
                return together((self.column(view.input), *bounds))
            case "Window":
                return self._window(view)
            case "Rolling":
                return together((self.column(view.function), self.column(view.index_column).through(WINDOW)))
            case "StructEval":
                changes = (self.column(change.node) for change in view.evaluation)
                return together((self.column(view.expr), *changes)).through(TRANSFORMATION)
            case _:
                return UNKNOWN

    def _terms(self, view: View) -> list[int]:
        """Give what a chain of operators combines; a sum may have more terms than Python has frames."""
        pending, terms = [view.right, view.left], []
        while pending:
            number = pending.pop()
            inner = self.view(number)
            if kind(inner) == "BinaryExpr":
                pending += (inner.right, inner.left)
            else:
                terms.append(number)
        return terms

    def _selection(self) -> Transformation:
        """Say what chooses rows: in a window it is part of the window, as in the frames of SQL."""
        return WINDOW if self._windows else FILTER

    def _choice(self, view: View) -> Column:
        chosen = self.column(view.truthy)
        if self._is_of_nothing(view):
            return chosen
        if (compared := self._membership(view)) is not None:
            return together(self.column(number).through(JOIN) for number in compared)
        values = together((chosen, self.column(view.falsy))).through(TRANSFORMATION)
        return together((values, self.column(view.predicate).through(CONDITIONAL)))

    def _is_of_nothing(self, view: View) -> bool:
        """Recognise SQL's aggregations of no values, which are null: SUM is when(x.count() > 0).then(x.sum())."""
        return (
            kind(self.view(view.truthy)) in {"Agg", "Function"}
            and self._is_null(view.falsy)
            and self._tells_of_values(view.predicate)
            and self.names(view.predicate) == self.names(view.truthy)
        )

    def _membership(self, view: View) -> Sequence[int] | None:
        """Recognise IN with a subquery, which asks if there are values, then for a value, and then for nulls."""
        either = self.view(view.falsy)
        if kind(either) != "BinaryExpr" or str(either.op) not in _CONNECTIVES:
            return None
        is_in = self.view(either.left)
        if kind(is_in) != "Function" or function_name(is_in) != "BooleanFunction.IsIn":
            return None
        return is_in.input if is_subquery(self.names(is_in.input[1])) else None

    def _is_null(self, number: int) -> bool:
        view = self.view(number)
        return self._is_null(view.expr) if kind(view) == "Cast" else kind(view) == "Literal" and view.value is None

    def _tells_of_values(self, number: int) -> bool:
        """Return whether a condition only asks if there are values."""
        view = self.view(number)
        match kind(view):
            case "BinaryExpr" if str(view.op) in _CONNECTIVES:
                return self._tells_of_values(view.left) and self._tells_of_values(view.right)
            case "BinaryExpr":
                zero = self.view(view.right)
                return self.is_aggregation(view.left, "count") and kind(zero) == "Literal" and zero.value == 0
            case "Function" if function_name(view) == "BooleanFunction.Any":
                return self._tells_of_values(view.input[0])
            case "Function":
                return function_name(view) == "BooleanFunction.IsNotNull"
            case _:
                return False

    def _window(self, view: View) -> Column:
        keys = [*view.partition_by, *([] if view.order_by is None else [view.order_by])]
        self._windows += 1
        value = self.column(view.function).through(TRANSFORMATION)
        self._windows -= 1
        return together((value, *(self.column(key).through(WINDOW) for key in keys)))

    def _function(self, number: int, view: View) -> Column:
        name, inputs = function_name(view), view.input
        if name in OPAQUE_FUNCTIONS:
            return UNKNOWN
        if name == "StructFunction.FieldByName":
            return self.column(inputs[0]).member(view.function_data[1])
        if name == "as_struct":
            return self._struct(number, [self.column(member) for member in inputs])
        if name == "fill_null" and (rank := self._rank(inputs[0])) is not None:
            return self.column(rank)
        if name in CONDITIONAL_FUNCTIONS:
            values = together(map(self.column, inputs))
            return together((values.through(TRANSFORMATION), values.through(CONDITIONAL)))
        steps = steps_of(name, len(inputs))
        return together(self.column(value).through(step) for value, step in zip(inputs, steps, strict=True))

    def _rank(self, number: int) -> int | None:
        """Recognise SQL's RANK, which Polars writes as a rank and the places of the rows without a value."""
        view = self.view(number)
        while kind(view) in {"Cast", "BinaryExpr"}:
            number = view.expr if kind(view) == "Cast" else view.left
            view = self.view(number)
        return number if kind(view) == "Function" and function_name(view) == "rank" else None

    def _struct(self, number: int, members: list[Column]) -> Column:
        whole = together(members).through(TRANSFORMATION)
        # Types are resolved in the schema of the traverser's node, and only they have the names.
        self._traverser.set_node(self._source)
        names = self._traverser.get_dtype(number).to_schema()
        return Column(inputs=whole.inputs, unknown=whole.unknown, members=dict(zip(names, members, strict=True)))
