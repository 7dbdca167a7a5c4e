"""Notable facts about the plan of a run. The control plane decides whether they explain its cost."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

_MOST = 100
_IN_MEMORY = re.compile(r'label="(in-memory-(?!source|sink)[a-z-]+)')


class Note(NamedTuple):
    """One fact; `table`: the handle of the table that it is about."""

    kind: str
    detail: str
    table: int | None = None


def python_function(where: str) -> Note:
    """Note that rows leave Polars for Python."""
    return Note("python-function", f"Python code runs in the {where}.")


def cross_join() -> Note:
    """Note that two frames are multiplied, and no condition compares them."""
    return Note("cross-join", "Each row of one side is joined with each row of the other.")


def all_columns(table: int, count: int) -> Note:
    """Note that a scan leaves out no column."""
    return Note("all-columns", f"All {count:,} columns are read.", table)


def unplanned_filter(table: int) -> Note:
    """Note that filters look at rows, and can't leave out a file."""
    return Note("unplanned-filter", "The filters say nothing by which files could be left out.", table)


def in_memory(graph: str) -> list[Note]:
    """Note which nodes of the streaming engine hold all their rows in memory, by its graph in DOT."""
    return [Note("in-memory", f"The node {name} holds all its rows in memory.") for name in _IN_MEMORY.findall(graph)]


def notes_message(notes: Iterable[Note]) -> list[dict[str, Any]]:
    """Give notes in the format of a message, each once."""
    return [note._asdict() for note in list(dict.fromkeys(notes))[:_MOST]]
