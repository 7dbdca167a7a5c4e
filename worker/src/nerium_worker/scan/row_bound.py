"""Bounds the rows that a plan holds at once, from the rows of its tables."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nerium_worker.polars_plan.views import kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from nerium_worker.polars_plan.nodes import Node
    from nerium_worker.polars_plan.views import View

# Nodes whose result has at most as many rows as their inputs together. A `Join` has at most the product. Other nodes,
# such as those that make rows of the members of lists, have no bound.
_BOUNDED = {
    "Cache",
    "Distinct",
    "Filter",
    "GroupBy",
    "HConcat",
    "HStack",
    "Select",
    "SimpleProjection",
    "Slice",
    "Sort",
    "Union",
}


@dataclass(frozen=True, kw_only=True)
class RowBound:
    """A node, its inputs among the nodes before it, and the table that it reads, None where it has inputs."""

    number: int
    inputs: Sequence[int]
    multiplies: bool
    table: int | None


def row_bounds(nodes: Iterable[Node], table_of: Callable[[View], int | None]) -> Sequence[RowBound] | None:
    """Describe a plan by what bounds the rows of its nodes; None where a node has no bound."""
    bounds = []
    for node in nodes:
        table, name = table_of(node.view), kind(node.view)
        if table is None and name != "Join" and name not in _BOUNDED:
            return None
        bounds.append(RowBound(number=node.number, inputs=node.inputs, multiplies=name == "Join", table=table))
    return bounds


def most_rows(bounds: Sequence[RowBound], tables: Mapping[int, int]) -> int:
    """Return the largest number of rows that a node may have, with these rows in the tables."""
    rows: dict[int, int] = {}
    for bound in bounds:
        inputs = [rows[number] for number in bound.inputs]
        if bound.table is not None:
            rows[bound.number] = tables[bound.table]
        elif bound.multiplies:
            rows[bound.number] = math.prod(max(1, each) for each in inputs)
        else:
            rows[bound.number] = sum(inputs)
    return max(rows.values(), default=0)
