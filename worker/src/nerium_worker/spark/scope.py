"""The scope of an expression: the rows of a relation, the rows of a window, or whole groups."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from nerium_worker.spark.relation import Stage
from nerium_worker.spark.unsupported import ROW_ORDER, refuse

if TYPE_CHECKING:
    from typing import TypeAlias

    from polars.datatypes import DataType

    from nerium_worker.polars_plan.views import View
    from nerium_worker.spark.context import Translation
    from nerium_worker.spark.expression_sql import Term
    from nerium_worker.spark.relation import Relation

# The name that Polars returns for an expression that calls Python.
_PYTHON = "anonymousfunction"


@dataclass(frozen=True, kw_only=True)
class Window:
    """What OVER says. `keys` are the keys of the order alone, `order` has what decides between ties, too.

    `with_peers`: a row's frame ends with the last row that has the same keys, as in SQL without an explicit frame.
    """

    partition: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    with_peers: bool = False

    def whole(self) -> str:
        """Write OVER for all rows of the partition."""
        return f"OVER ({self._partition()})"

    def ordered(self, frame: str = "") -> str:
        """Write OVER for the rows in their order."""
        parts = [self._partition(), f"ORDER BY {', '.join(self.order)}", frame]
        return f"OVER ({' '.join(part for part in parts if part)})"

    def up_to_here(self) -> str:
        """Write OVER for the rows from the first of the partition to this one."""
        if self.with_peers:
            order = f"ORDER BY {', '.join(self.keys)} RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
            return f"OVER ({' '.join(part for part in (self._partition(), order) if part)})"
        return self.ordered("ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW")

    def ranked(self, order: str, frame: str = "") -> str:
        """Write OVER for the rows in another order."""
        parts = [self._partition(), f"ORDER BY {order}", frame]
        return f"OVER ({' '.join(part for part in parts if part)})"

    def _partition(self) -> str:
        return f"PARTITION BY {', '.join(self.partition)}" if self.partition else ""


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Expressions of each row; `source` is the node whose types they have, `window` what aggregates range over.

    Without a window they range over the whole relation, computed once beside it.
    """

    translation: Translation
    relation: Relation
    source: int
    stage: Stage
    window: Window | None = None

    def view(self, number: int) -> View:
        """Give an expression as Polars shows it."""
        try:
            return self.translation.traverser.view_expression(number)
        except NotImplementedError as error:
            if str(error) == _PYTHON:
                refuse("a function of Python", "Spark does not have it")
            refuse(str(error), "Polars does not show what it does")

    def dtype(self, number: int) -> DataType:
        """Give the type of an expression."""
        self.translation.traverser.set_node(self.source)
        return self.translation.traverser.get_dtype(number)  # type: ignore[no-any-return]

    def column(self, name: str) -> Term:
        """Read a column."""
        return self.relation.columns[name].term(name)

    def hoist(self, aggregate: str) -> str:
        """Compute an aggregate over the window, or over everything."""
        if self.window is None:
            return self.stage.total(aggregate)
        return self.stage.column(f"{aggregate} {self.window.whole()}")

    def let(self, sql: str) -> str:
        """Name an expression that is repeated."""
        return self.stage.let(sql)

    def rows(self) -> Rows:
        """Give the scope of what an aggregate aggregates."""
        return self

    def ordered_window(self, node: str) -> Window:
        """Give the window, whose rows must have an order."""
        window = self.window or Window()
        if window.order:
            return window
        if not self.relation.order:
            refuse(node, ROW_ORDER)
        keys = tuple(key.sql() for key in self.relation.order)
        return replace(window, keys=keys, order=tuple(self.relation.total_order()))


@dataclass(frozen=True, kw_only=True)
class Groups:
    """Expressions of each group; `each` is the scope of a group's rows."""

    each: Rows
    stage: Stage
    aggregates: dict[str, str] = field(default_factory=dict)

    def view(self, number: int) -> View:
        """Give an expression as Polars shows it."""
        return self.each.view(number)

    def dtype(self, number: int) -> DataType:
        """Give the type of an expression."""
        return self.each.dtype(number)

    def column(self, name: str) -> Term:
        """Refuse a column: its value in a group is the list of the rows' values."""
        refuse(f"column {name!r} in a group", f"as a list of values {ROW_ORDER}")

    def hoist(self, aggregate: str) -> str:
        """Compute an aggregate of the group."""
        if aggregate not in self.aggregates:
            self.aggregates[aggregate] = self.each.translation.statement.column()
        return f"`{self.aggregates[aggregate]}`"

    def let(self, sql: str) -> str:
        """Name an expression that is repeated."""
        return self.stage.let(sql)

    def rows(self) -> Rows:
        """Give the scope of what an aggregate aggregates."""
        return self.each


Scope: TypeAlias = "Rows | Groups"


def rows_of(translation: Translation, relation: Relation, source: int) -> Rows:
    """Stand over the rows of a relation."""
    return Rows(translation=translation, relation=relation, source=source, stage=Stage(translation.statement))
