"""Translates the nodes of a plan by their kinds, each to a subquery over its inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nerium_worker.polars_plan.views import kind
from nerium_worker.spark.nodes import reshape, result, source
from nerium_worker.spark.nodes.group_by import group
from nerium_worker.spark.nodes.join import join
from nerium_worker.spark.nodes.order import distinct, slice_rows, sort
from nerium_worker.spark.nodes.select import filter_rows, project, select, with_columns
from nerium_worker.spark.quoting import RESERVED
from nerium_worker.spark.unsupported import NOT_TRANSLATED, UnsupportedError

if TYPE_CHECKING:
    import polars as pl

    from nerium_worker.polars_plan.nodes import Node
    from nerium_worker.spark.context import Translation
    from nerium_worker.spark.relation import Relation


def statement_of(translation: Translation) -> tuple[str, pl.Schema]:
    """Give the statement of a plan and the types of its columns."""
    made: dict[int, Relation] = {}
    for node in translation.nodes:
        made[node.number] = _relation(translation, node, [made[number] for number in node.inputs])
    last = translation.nodes[-1].number
    schema = translation.schema(last)
    return result.statement(translation, made[last], schema), schema


def _relation(translation: Translation, node: Node, inputs: list[Relation]) -> Relation:
    view = node.view
    schema = translation.schema(node.number)
    for name in schema:
        if RESERVED.fullmatch(name):
            raise UnsupportedError(
                node=f"column {name!r}", reason="such names are for the statement's own columns: rename it"
            )
    match kind(view):
        case "PythonScan":
            return source.table(translation, view, node, schema)
        case "DataFrameScan":
            return source.values(translation, view, schema)
        case "Cache":
            return translation.caches.setdefault(view.id_, inputs[0])
        case "SimpleProjection":
            return project(translation, inputs[0], schema)
        case "Filter":
            return filter_rows(translation, view, node.inputs[0], inputs[0])
        case "Select":
            return select(translation, view, node.inputs[0], inputs[0])
        case "HStack":
            return with_columns(translation, view, node.inputs[0], inputs[0], schema)
        case "GroupBy":
            return group(translation, view, node.inputs[0], inputs[0])
        case "Join":
            return join(translation, view, node.inputs, inputs, schema)
        case "Sort":
            return sort(translation, view, node.inputs[0], inputs[0])
        case "Slice":
            return slice_rows(translation, inputs[0], view.offset, view.len)
        case "Distinct":
            return distinct(translation, view, inputs[0])
        case "Union":
            return reshape.union(translation, view, inputs, schema)
        case "HConcat":
            return reshape.attach_scalars(translation, view, inputs)
        case "MapFunction":
            return reshape.map_function(translation, view, inputs[0], schema)
        case "Hidden":
            raise UnsupportedError(node="plan", reason=f"Polars does not show a part of it: {view.answer}")
        case name:
            raise UnsupportedError(node=name, reason=NOT_TRANSLATED)
