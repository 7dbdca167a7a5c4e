"""Computes the lineage of the expressions of a visited plan."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from nerium_worker.lineage.column import NOTHING, UNKNOWN, Column, together
from nerium_worker.lineage.functions import (
    CONDITIONAL_FUNCTIONS,
    COUNTING_AGGREGATIONS,
    PICKING_AGGREGATIONS,
    fill,
    members,
    select,
    steps_of,
)
from nerium_worker.lineage.subqueries import is_subquery
from nerium_worker.lineage.transformation import (
    AGGREGATION,
    FILTER,
    IDENTITY,
    JOIN,
    SORT,
    TRANSFORMATION,
    WINDOW,
    mask,
)
from nerium_worker.polars_plan.views import all_operands, function_name, kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from nerium_worker.lineage.transformation import Transformation
    from nerium_worker.polars_plan.hidden import HiddenOperands
    from nerium_worker.polars_plan.views import View

# Names that Polars returns for expressions that call Python, and what they do to their inputs as far as it is known.
_PYTHON = {
    "anonymousfunction": TRANSFORMATION,
    "anonymous_streaming_agg": AGGREGATION,
    "cum_fold": TRANSFORMATION,
    "cum_reduce": TRANSFORMATION,
    "fold": TRANSFORMATION,
    "reduce": TRANSFORMATION,
    "rolling map": AGGREGATION,
}
# A part of a list or struct, inside of an expression that has the list or struct as its input.
_PARTS = {"element", "field"}
_EVALUATION = "list.eval"
_RENAMING = {
    "StructFunction.MapFieldNames",
    "StructFunction.PrefixFields",
    "StructFunction.RenameFields",
    "StructFunction.SuffixFields",
}
_CONNECTIVES = {"Operator.And", "Operator.LogicalAnd", "Operator.Or", "Operator.LogicalOr"}


class Expressions:
    """The expressions of one node of a plan, over the columns of its input."""

    def __init__(self, hidden: HiddenOperands, columns: Mapping[str, Column], source: int) -> None:
        self._hidden = hidden
        self._traverser = hidden.traverser
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
            except NotImplementedError as answer:
                self._known[key] = self._hidden_column(number, str(answer))
            except RecursionError:
                self._known[key] = UNKNOWN
        return self._known[key]

    def _hidden_column(self, number: int, name: str) -> Column:
        """Give the lineage of an expression of which Polars shows no more than a name."""
        if name in _PARTS:
            return NOTHING
        # A query has functions of Polars that are not shown, but no Python.
        is_python = name in _PYTHON and not self._hidden.is_query
        self.runs_python = self.runs_python or is_python
        inputs = [self.column(operand) for operand in self._hidden.of(number)]
        steps = None if is_python else steps_of(name, len(inputs))
        if steps is not None:
            return together(column.through(step) for column, step in zip(inputs, steps, strict=True))
        step = self._evaluation(number) if name == _EVALUATION else _PYTHON.get(name, TRANSFORMATION)
        return together((together(inputs).through(step), UNKNOWN))

    def _evaluation(self, number: int) -> Transformation:
        """Distinguish the evaluation of each list from that of the rows so far."""
        operands = self._hidden.of(number)
        is_nested = bool(operands) and self._dtype(operands[0]).is_nested()
        return TRANSFORMATION if is_nested else AGGREGATION

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

    def _column(self, number: int, view: View) -> Column:
        match kind(view):
            case "Column":
                return self._columns.get(view.name, UNKNOWN)
            case "Literal" | "Len":
                return NOTHING
            case "Alias" | "Sort":
                return self.column(view.expr)
            case "Cast" if (condition := self._counted(view.expr)) is not None:
                return self.column(condition).through(FILTER)
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
                return self._struct_evaluation(number, view)
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
        if (composed := self._composed(view)) is not None:
            return self.column(composed).through(TRANSFORMATION)
        if self._windows and self._compares_peers(view.predicate):
            return self.column(view.predicate).through(WINDOW)
        return select(together((chosen, self.column(view.falsy))), [self.column(view.predicate)])

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

    def _counted(self, number: int) -> int | None:
        """Recognise SQL's COUNT(*) FILTER, which is a sum of truths: scripts may have such sums, too."""
        view = self.view(number)
        is_sum = self._hidden.is_query and kind(view) == "Agg" and view.name == "sum"
        return view.arguments[0] if is_sum and self._dtype(view.arguments[0]) == pl.Boolean else None

    def _composed(self, view: View) -> int | None:
        """Recognise functions of SQL that Polars composes of conditions: DAYOFWEEK and SPLIT_PART."""
        first = self.view(view.truthy)
        if self._is_function(view.falsy, "TemporalFunction.WeekDay"):
            return view.falsy if kind(first) == "Literal" and first.value == 0 else None
        is_part = (
            self._is_function(view.truthy, "fill_null")
            and self._is_function(first.input[0], "ListFunction.Get")
            and self._is_function(self.view(first.input[0]).input[0], "StringFunction.Split")
        )
        return first.input[0] if is_part and self._is_function(view.predicate, "BooleanFunction.IsNotNull") else None

    def _compares_peers(self, number: int) -> bool:
        """Recognise a comparison with the next row, by which SQL's windows find rows of the same order."""
        view = self.view(number)
        if kind(view) != "BinaryExpr" or str(view.op) not in _CONNECTIVES:
            return False
        compared = self.view(view.right)
        return (
            kind(compared) == "BinaryExpr"
            and str(compared.op) == "Operator.NotEqValidity"
            and self._is_function(compared.right, "shift")
        )

    def _is_function(self, number: int, name: str) -> bool:
        view = self.view(number)
        return kind(view) == "Function" and function_name(view) == name

    def _is_null(self, number: int) -> bool:
        view = self.view(number)
        return self._is_null(view.expr) if kind(view) == "Cast" else kind(view) == "Literal" and view.value is None

    def _tells_of_values(self, number: int) -> bool:
        """Return whether a condition only asks if there are values."""
        view = self.view(number)
        match kind(view):
            case "BinaryExpr" if str(view.op) in _CONNECTIVES:
                return self._tells_of_values(view.left) and self._tells_of_values(view.right)
            case "BinaryExpr" if self._is_function(view.left, "null_count"):
                return self.is_aggregation(view.right, "count")
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
        if name == "StructFunction.FieldByName":
            return self.column(inputs[0]).member(view.function_data[1])
        if name == "as_struct":
            return _struct(dict(zip(self._fields(number), map(self.column, inputs), strict=True)))
        if name in {"value_counts", "rle"}:
            return _struct(members(name, self.column(inputs[0]), self._fields(number)))
        if name in _RENAMING:
            return self._renamed(number, inputs[0])
        if name == "StructFunction.DropFields":
            whole = self.column(inputs[0])
            return _struct({field: whole.member(field) for field in self._fields(number)}, whole)
        if name == "fill_null_with_strategy" and self._windows and self._is_running(inputs[0]):
            # SQL's running aggregates have a value in rows without one, too.
            return self.column(inputs[0])
        if name == "fill_null_with_strategy":
            return fill(self.column(inputs[0]), view.function_data[1])
        if name == "fill_null" and (rank := self._rank(inputs[0])) is not None:
            return self.column(rank)
        if name == "fill_null" and self._is_position(inputs[0]):
            return self.column(inputs[0])
        if name in CONDITIONAL_FUNCTIONS:
            values = together(map(self.column, inputs))
            return select(values, [values])
        steps = steps_of(name, len(inputs))
        if steps is None:
            return together((*(self.column(value).through(TRANSFORMATION) for value in inputs), UNKNOWN))
        return together(self.column(value).through(step) for value, step in zip(inputs, steps, strict=True))

    def _is_position(self, number: int) -> bool:
        """Recognise SQL's STRPOS, which is 0 where nothing was found."""
        view = self.view(number)
        return kind(view) == "BinaryExpr" and self._is_function(view.left, "StringFunction.Find")

    def _is_running(self, number: int) -> bool:
        view = self.view(number)
        return kind(view) == "Function" and function_name(view).startswith("cum_")

    def _rank(self, number: int) -> int | None:
        """Recognise SQL's RANK, which Polars writes as a rank and the places of the rows without a value."""
        view = self.view(number)
        while kind(view) in {"Cast", "BinaryExpr"}:
            number = view.expr if kind(view) == "Cast" else view.left
            view = self.view(number)
        return number if kind(view) == "Function" and function_name(view) == "rank" else None

    def _struct_evaluation(self, number: int, view: View) -> Column:
        """Give the struct whose fields are changed, or replaced by others; a field in an expression stands for all."""
        whole = self.column(view.expr)
        changes = {change.output_name: self.column(change.node) for change in view.evaluation}
        everything = together((whole, *changes.values()))
        if any(self._has_fields(change.node) for change in view.evaluation):
            # A visited plan does not show which field it is.
            changes = {name: together((whole, change)).through(TRANSFORMATION) for name, change in changes.items()}
        fields = {name: changes[name] if name in changes else whole.member(name) for name in self._fields(number)}
        return _struct(fields, everything)

    def _has_fields(self, number: int) -> bool:
        view = self.view(number)
        return view is None or any(map(self._has_fields, all_operands(view)))

    def _renamed(self, number: int, struct: int) -> Column:
        whole = self.column(struct)
        names = zip(self._fields(number), self._fields(struct), strict=False)
        return _struct({name: whole.member(former) for name, former in names}, whole)

    def _fields(self, number: int) -> list[str]:
        dtype = self._dtype(number)
        return [field.name for field in dtype.fields] if isinstance(dtype, pl.Struct) else []

    def _dtype(self, number: int) -> pl.DataType:
        # Types are resolved in the schema of the traverser's node.
        self._traverser.set_node(self._source)
        dtype: pl.DataType = self._traverser.get_dtype(number)
        return dtype


def _struct(fields: Mapping[str, Column], whole: Column | None = None) -> Column:
    """Give the struct of these fields; `whole`: what it was made of, if that is more than its fields."""
    column = together(fields.values() if whole is None else (whole,)).through(TRANSFORMATION)
    return replace(column, members=fields)
