"""The origin of a whole frame: that of its columns, and the inputs that determine its rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nerium_worker.lineage.column import NOTHING, UNKNOWN, Column, together

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, kw_only=True)
class Frame:
    """The lineage of a frame; `rows` has the inputs that had a say in which rows there are, and in which order.

    `sides`: between filters and the cross joins below them, from which of the joined frames each column is.
    `is_single`: it is the value of a subquery that stands where one value is wanted.
    """

    columns: Mapping[str, Column]
    rows: Column = NOTHING
    sides: Mapping[str, int] | None = None
    is_single: bool = False

    def of(self, columns: Mapping[str, Column]) -> Frame:
        """Give a frame of these rows with other columns."""
        return Frame(columns=columns, rows=self.rows)

    def with_decision(self, by: Iterable[Column]) -> Frame:
        """Give a frame of these columns whose rows something more decided about."""
        return Frame(columns=self.columns, rows=together((self.rows, *by)), sides=self.sides)


def opaque(names: Iterable[str], inputs: Iterable[Frame]) -> Frame:
    """Give a frame of which nothing is known but what it was made of."""
    rows = together(source.rows for source in inputs)
    return Frame(columns=dict.fromkeys(names, UNKNOWN), rows=together((rows, UNKNOWN)))
