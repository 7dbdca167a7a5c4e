"""Computes the lineage of the expressions of a visited plan."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from nerium_worker.lineage.column import NOTHING, UNKNOWN, Column, together
from nerium_worker.lineage.expression_views import ExpressionViews
from nerium_worker.lineage.functions import (
    CONDITIONAL_FUNCTIONS,
    COUNTING_AGGREGATIONS,
    PICKING_AGGREGATIONS,
    fill,
    members,
    select,
    steps_of,
)
from nerium_worker.lineage.sql_forms import SqlForms
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
    from collections.abc import Mapping

    from nerium_worker.lineage.transformation import Transformation
    from nerium_worker.polars_plan.hidden import HiddenOperands
    from nerium_worker.polars_plan.views import View

# In a query it is a function of SQL that computes each value by itself.
_PER_VALUE = "anonymousfunction"
# Names that Polars returns for expressions that call Python, and what they do to their inputs as far as it is known.
_PYTHON = {
    _PER_VALUE: TRANSFORMATION,
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


class Expressions(ExpressionViews):
    """The lineage of the expressions of one node of a plan, over the columns of its input."""

    def __init__(self, hidden: HiddenOperands, columns: Mapping[str, Column], source: int) -> None:
        super().__init__(hidden, source)
        self._columns = columns
        self._windows = 0
        self.runs_python = False
        self._known: dict[tuple[int, bool], Column] = {}
        self._sql = SqlForms(self)

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
        # A query has functions of Polars that are not shown, but no Python of users.
        is_python = name in _PYTHON and not self.is_query
        self.runs_python = self.runs_python or is_python
        inputs = [self.column(operand) for operand in self._hidden.of(number)]
        steps = None if is_python else steps_of(name, len(inputs))
        if name == _PER_VALUE and self.is_query:
            return together(inputs).through(TRANSFORMATION)
        if steps is not None:
            return together(column.through(step) for column, step in zip(inputs, steps, strict=True))
        step = self._evaluation(number) if name == _EVALUATION else _PYTHON.get(name, TRANSFORMATION)
        return together((together(inputs).through(step), UNKNOWN))

    def _evaluation(self, number: int) -> Transformation:
        """Distinguish the evaluation of each list from that of the rows so far."""
        operands = self._hidden.of(number)
        is_nested = bool(operands) and self.dtype(operands[0]).is_nested()
        return TRANSFORMATION if is_nested else AGGREGATION

    def _column(self, number: int, view: View) -> Column:
        match kind(view):
            case "Column":
                return self._columns.get(view.name, UNKNOWN)
            case "Literal" | "Len":
                return NOTHING
            case "Alias" | "Sort":
                return self.column(view.expr)
            case "Cast" if (condition := self._sql.counted(view.expr)) is not None:
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
        if self._sql.is_of_nothing(view):
            return chosen
        if (compared := self._sql.membership(view)) is not None:
            return together(self.column(number).through(JOIN) for number in compared)
        if (composed := self._sql.composed(view)) is not None:
            return self.column(composed).through(TRANSFORMATION)
        if self._windows and self._sql.compares_peers(view.predicate):
            return self.column(view.predicate).through(WINDOW)
        return select(together((chosen, self.column(view.falsy))), [self.column(view.predicate)])

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
        if name == "fill_null_with_strategy" and self._windows and self._sql.is_running(inputs[0]):
            # SQL's running aggregates have a value in rows without one, too.
            return self.column(inputs[0])
        if name == "fill_null_with_strategy":
            return fill(self.column(inputs[0]), view.function_data[1])
        if name == "fill_null" and (rank := self._sql.rank(inputs[0])) is not None:
            return self.column(rank)
        if name == "fill_null" and self._sql.is_position(inputs[0]):
            return self.column(inputs[0])
        if name in CONDITIONAL_FUNCTIONS:
            values = together(map(self.column, inputs))
            return select(values, [values])
        steps = steps_of(name, len(inputs))
        if steps is None:
            return together((*(self.column(value).through(TRANSFORMATION) for value in inputs), UNKNOWN))
        return together(self.column(value).through(step) for value, step in zip(inputs, steps, strict=True))

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
        dtype = self.dtype(number)
        return [field.name for field in dtype.fields] if isinstance(dtype, pl.Struct) else []


def _struct(fields: Mapping[str, Column], whole: Column | None = None) -> Column:
    """Give the struct of these fields; `whole`: what it was made of, if that is more than its fields."""
    column = together(fields.values() if whole is None else (whole,)).through(TRANSFORMATION)
    return replace(column, members=fields)
