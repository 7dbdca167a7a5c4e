"""Which statements a run makes: every construct over every kind of table, in turn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import polars as pl

from reference.merges import merge_statement
from reference.plans import PlanGenerator
from reference.sql import SqlGenerator

if TYPE_CHECKING:
    import random

    from reference.statement import Statement
    from reference.tables import Table, Tables

Mode = Literal["query", "script"]
MERGE = "merge"
_ATTEMPTS = 12
# Constructs that only one mode has, or that few tables have columns for in both.
_SCARCE = {
    "case",
    "cast",
    "group-by-dynamic",
    "join-asof",
    "join-using",
    "merge",
    "pivot",
    "qualify",
    "rolling",
    "rolling-group",
    "row-index",
    "unnest",
    "unpivot",
    "window-named",
}


@dataclass(frozen=True, kw_only=True)
class Task:
    """A statement to make: over this table, with this construct."""

    table: Table
    construct: str
    mode: Mode


def tasks(rng: random.Random, tables: Tables, count: int) -> list[Task]:
    """Choose so many tasks: each pair of table and construct has its turn, scarce constructs two, before any has another."""
    modes = modes_by_construct()
    pairs = [
        (table, construct)
        for table in tables.read
        for construct in modes
        if construct != MERGE or table.kind in tables.targets
    ]
    pairs += [pair for pair in pairs if pair[1] in _SCARCE]
    chosen: list[Task] = []
    while len(chosen) < count:
        rng.shuffle(pairs)
        chosen += [
            Task(table=table, construct=construct, mode=rng.choice(modes[construct]))
            for table, construct in pairs[: count - len(chosen)]
        ]
    return chosen


def generate(rng: random.Random, tables: Tables, task: Task) -> Statement | None:
    """Make the statement of a task, None where the table has nothing that the construct needs."""
    # A step that does not fit the columns fails: another try takes other steps. Structs are made by scripts only.
    attempts = (_attempt(rng, tables, task, mode) for mode in _modes(task) for _ in range(_ATTEMPTS))
    return next((statement for statement in attempts if statement is not None), None)


def _modes(task: Task) -> list[Mode]:
    other: Mode = "script" if task.mode == "query" else "query"
    return [task.mode, other] if other in modes_by_construct()[task.construct] else [task.mode]


def modes_by_construct() -> dict[str, list[Mode]]:
    """Give every construct, and whether SQL, scripts or both have it."""
    modes: dict[str, list[Mode]] = {MERGE: ["query", "script"]}
    for construct in SqlGenerator.constructs():
        modes.setdefault(construct, []).append("query")
    for construct in PlanGenerator.constructs():
        modes.setdefault(construct, []).append("script")
    return modes


def _attempt(rng: random.Random, tables: Tables, task: Task, mode: Mode) -> Statement | None:
    try:
        if task.construct == MERGE:
            return merge_statement(rng, task.table, tables.targets[task.table.kind], mode)
        generator = SqlGenerator if mode == "query" else PlanGenerator
        return generator(rng, tables, task.table).statement(task.construct)
    except (LookupError, pl.exceptions.PolarsError):
        return None
