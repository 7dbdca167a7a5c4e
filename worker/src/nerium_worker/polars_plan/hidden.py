"""Finds the operands of the expressions that a visited plan does not show.

Polars numbers the operands of an expression before the expression, one operand after the other. Expressions that it
changes keep their numbers, and only casts and literals are added behind those of a node. So the operands of a hidden
expression are those before it that belong to no other.
"""

from __future__ import annotations

import bisect
import functools
from typing import TYPE_CHECKING

from nerium_worker.polars_plan.views import all_operands

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nerium_worker.polars_plan.nodes import Node
    from nerium_worker.polars_plan.views import Traverser, View


class HiddenOperands:
    """The operands of the hidden expressions of one visited plan.

    Its own expressions have numbers above `first`. `is_query`: it was made from SQL alone.
    """

    def __init__(self, traverser: Traverser, nodes: Sequence[Node], first: int, *, is_query: bool) -> None:
        self.traverser = traverser
        self.is_query = is_query
        self._nodes = nodes
        self._first = first

    def of(self, number: int) -> list[int]:
        """Give the numbers of the operands of a hidden expression, the first one first."""
        shown = self._shown
        before = bisect.bisect_left(shown, number)
        start = shown[before - 1] + 1 if before > 0 else self._first + 1
        inside = range(start, number)
        inner = self._reachable(operand for each in inside for operand in self._operands(each))
        return [each for each in inside if each not in inner]

    @functools.cached_property
    def _shown(self) -> list[int]:
        """Give the numbers of all expressions that are not operands of a hidden one."""
        current = self.traverser.get_node()
        roots = [root for node in self._nodes for root in self._roots(node)]
        self.traverser.set_node(current)
        return sorted(self._reachable(roots))

    def _roots(self, node: Node) -> list[int]:
        self.traverser.set_node(node.number)
        try:
            return [root.node for root in self.traverser.get_exprs()]
        except NotImplementedError:
            return []

    def _reachable(self, numbers: Iterable[int]) -> set[int]:
        pending, reached = list(numbers), set[int]()
        while pending:
            number = pending.pop()
            if number not in reached:
                reached.add(number)
                pending += self._operands(number)
        return reached

    def _operands(self, number: int) -> list[int]:
        view: View
        try:
            view = self.traverser.view_expression(number)
        except NotImplementedError:
            return []
        return all_operands(view)
