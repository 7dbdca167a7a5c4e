"""From an optimised plan to one statement of Spark SQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from nerium_worker.native import visit_plan
from nerium_worker.spark.conditions import conditions
from nerium_worker.spark.lines import line_of
from nerium_worker.spark.plan import Plan
from nerium_worker.spark.refused import HiddenCondition, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nerium_worker.lineage.views import Traverser


@dataclass(frozen=True, kw_only=True)
class SparkStatement:
    """One SELECT over `t0`, `t1`, ...; `tables` says which table of the run each of them stands for."""

    sql: str
    schema: pl.Schema
    tables: Mapping[str, str]


def translate(frame: pl.LazyFrame, tables: Mapping[int, str], source: str | None = None) -> SparkStatement:
    """Write a frame as one SELECT of Spark SQL that gives the rows that Polars gives, or raise `Refused`.

    `tables` maps the handles of the run's tables to their names. A table is known by its handle: a leaf of the plan is
    a scan of a `Placeholder`, which is what the lake's frames resolve to inside `Lake.looked_at()`, and `t7` stands for
    the table with handle 7. Nothing is read and nothing is asked. `source` is the script, whose line a refusal names.

    The session must have spark.sql.caseSensitive=true, spark.sql.session.timeZone=UTC and spark.sql.ansi.enabled=false.
    """
    try:
        return _translated(frame, tables)
    except Refused as refused:
        refused.line = None if source is None else line_of(refused.node, source)
        raise


def _translated(frame: pl.LazyFrame, tables: Mapping[int, str]) -> SparkStatement:
    try:
        return _visited(frame, tables, pushes_predicates=False)[0]
    except HiddenCondition as hidden:
        found = conditions(frame.explain(optimizations=_optimizations(pushes_predicates=False)))
        if not found.are_simple:
            raise
        statement, keys = _visited(frame, tables, pushes_predicates=True)
        if keys != hidden.shown + found.equalities:
            raise
        return statement


def _optimizations(*, pushes_predicates: bool) -> pl.QueryOptFlags:
    """Let Polars leave out columns that nobody needs; the rest Spark does itself."""
    flags = pl.QueryOptFlags.none()
    flags.projection_pushdown = True
    flags.predicate_pushdown = pushes_predicates
    return flags


def _visited(frame: pl.LazyFrame, tables: Mapping[int, str], *, pushes_predicates: bool) -> tuple[SparkStatement, int]:
    """Translate a visited plan; return the number of keys of its outer joins, too."""
    visited: list[tuple[SparkStatement, int]] = []

    def visit(traverser: Traverser) -> None:
        plan = Plan(traverser, tables)
        sql, schema = plan.statement()
        visited.append((SparkStatement(sql=sql, schema=schema, tables=plan.read), plan.outer_keys()))

    try:
        visit_plan(frame, visit, _optimizations(pushes_predicates=pushes_predicates))
    except RecursionError:
        raise Refused("plan", "its expressions are nested too deeply") from None
    return visited[0]
