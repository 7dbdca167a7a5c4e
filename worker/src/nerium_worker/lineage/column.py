"""What is known of the origin of one column."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from nerium_worker.lineage.transformation import IDENTITY, chained

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
    """The inputs of a column; `unknown`: there may be more of them; `members`: of a struct that the plan made."""

    inputs: Inputs = field(default_factory=dict)
    unknown: bool = False
    members: Mapping[str, Column] | None = None

    def through(self, step: Transformation) -> Column:
        """Give the column that one more step makes of this one."""
        inputs = {source: frozenset(chained(before, step) for before in steps) for source, steps in self.inputs.items()}
        return Column(inputs=inputs, unknown=self.unknown)

    def member(self, name: str) -> Column:
        """Give the column that a field of this struct makes."""
        if self.members is not None:
            return self.members.get(name, UNKNOWN)
        inputs = {_inner(source, steps, name): steps for source, steps in self.inputs.items()}
        return Column(inputs=inputs, unknown=self.unknown)


NOTHING = Column()
UNKNOWN = Column(unknown=True)


def of_table(table: int, name: str) -> Column:
    """Give a column of a table itself."""
    return Column(inputs={Field(table, (name,)): frozenset((IDENTITY,))})


def together(columns: Iterable[Column]) -> Column:
    """Give a column that all of these have a part in."""
    inputs: dict[Field, frozenset[Transformation]] = {}
    unknown = False
    for column in columns:
        unknown = unknown or column.unknown
        for source, steps in column.inputs.items():
            inputs[source] = inputs[source] | steps if source in inputs else steps
    return Column(inputs=inputs, unknown=unknown)


def _inner(source: Field, steps: frozenset[Transformation], name: str) -> Field:
    """Point into a struct of a table, as long as it is the table's own."""
    return Field(source.table, (*source.path, name)) if steps == {IDENTITY} else source
