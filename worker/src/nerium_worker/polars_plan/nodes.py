"""Reads the nodes of a visited plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from nerium_worker.polars_plan.views import Traverser, View

_LARGEST_PLAN = 20_000


class PlanTooLargeError(Exception):
    """A plan has too many nodes to be followed beside a run."""


@dataclass(frozen=True)
class Hidden:
    """What Polars answers where it doesn't show a node."""

    answer: str


@dataclass(frozen=True, kw_only=True)
class Node:
    """A node, its number among all, and those of its inputs; `view` is `Hidden` where Polars shows nothing."""

    number: int
    view: View
    inputs: Sequence[int]


def read_nodes(traverser: Traverser) -> list[Node]:
    """Read all nodes, each after its inputs, the last one the result."""
    root = traverser.get_node()
    pending, read = [root], dict[int, Node]()
    while pending:
        number = pending.pop()
        if number in read:
            continue
        read[number] = _node(traverser, number)
        pending += read[number].inputs
        if len(read) > _LARGEST_PLAN:
            raise PlanTooLargeError(f"the plan has more than {_LARGEST_PLAN:,} nodes")
    return list(_order(read, root))


def _node(traverser: Traverser, number: int) -> Node:
    traverser.set_node(number)
    try:
        view = traverser.view_current_node()
    except NotImplementedError as error:
        view = Hidden(str(error))
    return Node(number=number, view=view, inputs=traverser.get_inputs())


def _order(nodes: Mapping[int, Node], root: int) -> Iterator[Node]:
    pending, done = [root], set[int]()
    while pending:
        node = nodes[pending[-1]]
        missing = [number for number in node.inputs if number not in done]
        if missing:
            pending += missing
            continue
        pending.pop()
        if node.number not in done:
            done.add(node.number)
            yield node
