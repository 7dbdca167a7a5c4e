"""The origin of one column."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from nerium_worker.lineage.transformation import IDENTITY, chain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import TypeAlias

    from nerium_worker.lineage.transformation import Transformation

    Inputs: TypeAlias = "Mapping[Field, frozenset[Transformation]]"


class Field(NamedTuple):
    """A column of a table, or a field inside its structs."""

    table: int
    path: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Column:
    """The inputs of a column; `unknown`: there may be more of them.

    `context`: inputs that determine the rows of the subquery whose value it is; steps that follow don't change them.
    `members`: of a struct that the plan made. `is_whole`: its structs are those of the inputs.
    """

    inputs: Inputs = field(default_factory=dict)
    context: Inputs = field(default_factory=dict)
    unknown: bool = False
    members: Mapping[str, Column] | None = None
    is_whole: bool = False

    def through(self, step: Transformation) -> Column:
        """Give the column that one more step makes of this one."""
        return Column(inputs=self._chain(step), context=self.context, unknown=self.unknown)

    def pick(self, step: Transformation) -> Column:
        """Give the column of the same values that one more step picks: its structs have the same fields."""
        members = None if self.members is None else {name: each.pick(step) for name, each in self.members.items()}
        return replace(self, inputs=self._chain(step), members=members)

    def _chain(self, step: Transformation) -> Inputs:
        return {source: frozenset(chain(before, step) for before in steps) for source, steps in self.inputs.items()}

    def member(self, name: str) -> Column:
        """Give the column that a field of this struct makes."""
        if self.members is not None:
            return self.members.get(name, UNKNOWN)
        if not self.is_whole:
            return Column(inputs=self.inputs, context=self.context, unknown=self.unknown)
        inputs = {Field(source.table, (*source.path, name)): steps for source, steps in self.inputs.items()}
        return replace(self, inputs=inputs)

    def of_subquery(self, rows: Column) -> Column:
        """Give the column of the values of a subquery, whose rows something decided about."""
        context = _merge((self.context, rows.inputs, rows.context))
        return replace(self, context=context, unknown=self.unknown or rows.unknown)

    def all_inputs(self) -> Inputs:
        """Give the inputs of the values, and of the rows of subqueries."""
        return _merge((self.inputs, self.context)) if self.context else self.inputs


NOTHING = Column()
UNKNOWN = Column(unknown=True)


def of_table(table: int, name: str) -> Column:
    """Give a column of a table itself."""
    return Column(inputs={Field(table, (name,)): frozenset((IDENTITY,))}, is_whole=True)


def together(columns: Iterable[Column]) -> Column:
    """Give a column that all of these have a part in."""
    parts = list(columns)
    return Column(
        inputs=_merge(part.inputs for part in parts),
        context=_merge(part.context for part in parts),
        unknown=any(part.unknown for part in parts),
        is_whole=all(part.is_whole for part in parts),
    )


def _merge(parts: Iterable[Inputs]) -> Inputs:
    merged: dict[Field, frozenset[Transformation]] = {}
    for part in parts:
        for source, steps in part.items():
            merged[source] = merged[source] | steps if source in merged else steps
    return merged
