"""The state that the nodes of one plan share during its translation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from nerium_worker.polars_plan.nodes import PlanTooLargeError, read_nodes
from nerium_worker.polars_plan.views import kind
from nerium_worker.spark.relation import Statement
from nerium_worker.spark.unsupported import UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nerium_worker.polars_plan.views import Traverser
    from nerium_worker.spark.relation import Relation

_OUTER = {"Full", "Left", "Right"}
"""Joins whose condition decides about the columns of one side only."""


class Translation:
    """One plan and its statement; `tables` names the tables of the run by handle, `read` those of the statement."""

    def __init__(self, traverser: Traverser, tables: Mapping[int, str]) -> None:
        self.traverser = traverser
        self.tables = tables
        self.statement = Statement()
        self.read: dict[str, str] = {}
        self.caches: dict[int, Relation] = {}
        try:
            self.nodes = read_nodes(traverser)
        except PlanTooLargeError as error:
            raise UnsupportedError(node="plan", reason=str(error)) from error

    def schema(self, number: int) -> pl.Schema:
        """Give the columns of a node."""
        self.traverser.set_node(number)
        return pl.Schema(self.traverser.get_schema())

    def outer_keys(self) -> int:
        """Count the keys of outer joins."""
        views = [node.view for node in self.nodes if kind(node.view) == "Join"]
        return sum(len(view.left_on) for view in views if view.options[0] in _OUTER)
