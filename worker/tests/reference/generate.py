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

MERGE = "merge"
_ATTEMPTS = 12


@dataclass(frozen=True, kw_only=True)
class Task:
    """A statement to make: over this table, with this construct."""

    table: Table
    construct: str
    mode: Literal["query", "script"]


def tasks(rng: random.Random, tables: Tables, count: int) -> list[Task]:
    """Choose so many tasks, no pair of table and construct before each other pair had its turn."""
    by_construct: dict[str, list[Literal["query", "script"]]] = {}
    for construct in SqlGenerator.constructs():
        by_construct.setdefault(construct, []).append("query")
    for construct in PlanGenerator.constructs():
        by_construct.setdefault(construct, []).append("script")
    pairs = [(table, construct) for table in tables.read for construct in by_construct]
    by_construct[MERGE] = ["query", "script"]
    pairs += [(table, MERGE) for table in tables.read if table.kind in tables.targets]
    chosen: list[Task] = []
    turn = 0
    while len(chosen) < count:
        rng.shuffle(pairs)
        for table, construct in pairs[: count - len(chosen)]:
            modes = by_construct[construct]
            chosen.append(Task(table=table, construct=construct, mode=modes[(turn + rng.randrange(2)) % len(modes)]))
        turn += 1
    return chosen


def generate(rng: random.Random, tables: Tables, task: Task) -> Statement | None:
    """Make the statement of a task, None where the table has nothing that the construct needs."""
    # A step that does not fit the columns fails: another try takes other steps.
    attempts = (_attempt(rng, tables, task) for _ in range(_ATTEMPTS))
    return next((statement for statement in attempts if statement is not None), None)


def _attempt(rng: random.Random, tables: Tables, task: Task) -> Statement | None:
    try:
        if task.construct == MERGE:
            return merge_statement(rng, task.table, tables.targets[task.table.kind], task.mode)
        generator = SqlGenerator if task.mode == "query" else PlanGenerator
        return generator(rng, tables, task.table).statement(task.construct)
    except (LookupError, pl.exceptions.PolarsError):
        return None
