"""Computes the lineage of a plan, from its tables up to its result."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from nerium_worker.lineage.column import NOTHING, UNKNOWN, Column, of_table, together
from nerium_worker.lineage.expressions import Expressions
from nerium_worker.lineage.frame import Frame, opaque
from nerium_worker.lineage.joins import conditions, cross_joins, join
from nerium_worker.lineage.subqueries import CORRELATED, is_row_index, of_values, without_rows
from nerium_worker.lineage.transformation import AGGREGATION, FILTER, GROUP_BY, JOIN, SORT, TRANSFORMATION
from nerium_worker.polars_plan.hidden import HiddenOperands
from nerium_worker.polars_plan.nodes import read_nodes
from nerium_worker.polars_plan.notes import python_function
from nerium_worker.polars_plan.views import kind
from nerium_worker.scan.placeholder import Placeholder

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from nerium_worker.polars_plan.nodes import Node
    from nerium_worker.polars_plan.notes import Note
    from nerium_worker.polars_plan.views import Traverser, View

_PYTHON_NODES = ("opaque python", "apply inside GroupBy")
_PLACES = {"Filter": "filter", "GroupBy": "aggregation", "HStack": "columns", "Select": "selection", "Sort": "order"}


class Plan:
    """A visited plan.

    `literal_frames`: whether all frames in memory are literals, as the VALUES of SQL are. `first`: the number of the
    last expression before those of the plan.
    """

    def __init__(self, traverser: Traverser, *, first: int, literal_frames: bool) -> None:
        self._traverser = traverser
        self._nodes = read_nodes(traverser)
        self._hidden = HiddenOperands(traverser, self._nodes, first, is_query=literal_frames)
        self._literal_frames = literal_frames
        self._around: dict[str, Column] = {}
        self.notes: list[Note] = []

    def frame(self) -> Frame:
        """Give the lineage of the plan's result."""
        frames: dict[int, Frame] = {}
        for node in self._nodes:
            self._traverser.set_node(node.number)
            frames[node.number] = self._frame(node, [frames[number] for number in node.inputs])
        self.notes += cross_joins(self._nodes, frames, self._hidden)
        return frames[self._nodes[-1].number]

    def _frame(self, node: Node, inputs: list[Frame]) -> Frame:
        view = node.view
        match kind(view):
            case "PythonScan" | "DataFrameScan" | "Scan":
                return self._scan(view)
            case "Join":
                left, right = inputs
                indexes = [name for name in left.columns if name in self._around and name in right.columns]
                joined = join(view, self._hidden, left, right)
                return joined.with_decision(self._around[name] for name in indexes)
            case "Union":
                return _union(inputs)
            case "HConcat":
                return _beside(inputs)
            case "MergeSorted":
                both = _union(inputs)
                return both.with_decision(both.columns[key].through(SORT) for key in view.key)
            case "Gather":
                frame, numbers = inputs
                return frame.with_decision(each.through(FILTER) for each in (*numbers.columns.values(), numbers.rows))
            case "Hidden":
                if any(text in view.answer for text in _PYTHON_NODES):
                    self.notes.append(python_function("change of a whole frame"))
                return opaque(self._traverser.get_schema(), inputs)
            case _ if len(inputs) == 1:
                return self._follow(node, inputs[0])
            case _:
                return opaque(self._traverser.get_schema(), inputs)

    def _scan(self, view: View) -> Frame:
        names = self._traverser.get_schema()
        match kind(view):
            case "PythonScan" if isinstance(table := view.options[0], Placeholder):
                return Frame(columns={name: of_table(table.handle, name) for name in names})
            case "PythonScan":
                self.notes.append(python_function("source of a frame"))
                return opaque(names, ())
            case "DataFrameScan" if self._literal_frames:
                return Frame(columns=dict.fromkeys(names, NOTHING))
            case _:
                return Frame(columns=dict.fromkeys(names, UNKNOWN))

    def _follow(self, node: Node, frame: Frame) -> Frame:
        expressions = Expressions(self._hidden, frame.columns, node.inputs[0])
        changed = self._change(node, frame, expressions)
        if expressions.runs_python:
            self.notes.append(python_function(_PLACES.get(kind(node.view), "plan")))
        return changed

    def _change(self, node: Node, frame: Frame, expressions: Expressions) -> Frame:
        view = node.view
        match kind(view):
            case "Filter":
                return frame.with_decision(conditions(frame.sides, expressions, view.predicate.node))
            case "Select":
                selected = {each.output_name: expressions.column(each.node) for each in view.expr}
                is_single = any(expressions.is_aggregation(each.node, "item") for each in view.expr)
                return Frame(columns=selected, rows=frame.rows, is_single=is_single)
            case "HStack":
                changed = {each.output_name: expressions.column(each.node) for each in view.exprs}
                return frame.of({**frame.columns, **changed})
            case "SimpleProjection":
                return frame.of({name: frame.columns[name] for name in self._traverser.get_schema()})
            case "GroupBy":
                return _group(view, frame, expressions)
            case "Sort":
                return frame.with_decision(expressions.column(key.node).through(SORT) for key in view.by_column)
            case "Distinct":
                keys = frame.columns if view.options[1] is None else view.options[1]
                return frame.with_decision(frame.columns[key].through(GROUP_BY) for key in keys)
            case "Slice" | "Cache" | "Sink":
                return frame
            case "MapFunction":
                return self._map(node, frame)
            case _:
                return opaque(self._traverser.get_schema(), (frame,))

    def _map(self, node: Node, frame: Frame) -> Frame:
        match node.view.function:
            case ("explode", columns, *_):
                exploded = {name: frame.columns[name].through(TRANSFORMATION) for name in columns}
                return frame.of({**frame.columns, **exploded})
            case ("row_index", name, *_) if is_row_index(name):
                # The subquery joins with a copy of these rows, and then with the rows again.
                self._around[name] = frame.rows
                return without_rows(frame.of({name: NOTHING, **frame.columns}))
            case ("row_index", name, *_):
                return frame.of({name: NOTHING, **frame.columns})
            case ("unpivot", index, values, variable_name, value_name):
                value = together(frame.columns[name] for name in values)
                kept = {name: frame.columns[name] for name in index}
                return frame.of({**kept, variable_name: NOTHING, value_name: value})
            case ("unnest", columns, separator):
                self._traverser.set_node(node.inputs[0])
                return frame.of(_unnest(frame, self._traverser.get_schema(), columns, separator))
            case ("rechunk" | "hint_sorted", *_):
                return frame
            case _:
                return opaque(self._traverser.get_schema(), (frame,))


def _group(view: View, frame: Frame, expressions: Expressions) -> Frame:
    step = JOIN if any(each.output_name.startswith(CORRELATED) for each in view.aggs) else GROUP_BY
    keys = {each.output_name: expressions.column(each.node) for each in view.keys}
    rows = [key.through(step) for key in keys.values()]
    window = view.options.dynamic or view.options.rolling
    if window is not None:
        index = frame.columns[window.index_column]
        rows.append(index.through(step))
        keys |= _window_columns(view, window, index)
    aggregated = {each.output_name: expressions.column(each.node).pick(AGGREGATION) for each in view.aggs}
    return frame.with_decision(rows).of({**keys, **aggregated})


def _window_columns(view: View, window: View, index: Column) -> dict[str, Column]:
    """Give the columns that describe the window of a group."""
    if view.options.dynamic is None:
        return {window.index_column: index}
    names = ["_lower_boundary", "_upper_boundary"] if window.include_boundaries else []
    return dict.fromkeys((*names, window.index_column), index.through(TRANSFORMATION))


def _union(frames: list[Frame]) -> Frame:
    columns = zip(*(frame.columns.values() for frame in frames), strict=True)
    rows = together(frame.rows for frame in frames)
    return Frame(columns=dict(zip(frames[0].columns, map(together, columns), strict=True)), rows=rows)


def _beside(frames: list[Frame]) -> Frame:
    frames = [frames[0], *map(of_values, frames[1:])]
    columns = {name: column for frame in frames for name, column in frame.columns.items()}
    return Frame(columns=columns, rows=together(frame.rows for frame in frames))


def _unnest(
    frame: Frame, schema: Mapping[str, pl.DataType], names: Iterable[str], separator: str | None
) -> dict[str, Column]:
    columns: dict[str, Column] = {}
    for name, column in frame.columns.items():
        dtype = schema[name]
        if name not in names or not isinstance(dtype, pl.Struct):
            columns[name] = column
            continue
        prefix = "" if separator is None else name + separator
        columns |= {prefix + field.name: column.member(field.name) for field in dtype.fields}
    return columns
