"""From an optimised plan to one statement of Spark SQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from nerium_worker.native import visit_plan
from nerium_worker.spark.lines import line_of
from nerium_worker.spark.plan import Plan
from nerium_worker.spark.refused import Refused

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
        try:
            return _translated(frame, tables, _optimizations(pushes_predicates=False))
        except Refused as refused:
            # A condition of an outer join that concerns one side only is not shown until it is pushed to that side.
            if not refused.node.startswith("Join"):
                raise
            return _translated(frame, tables, _optimizations(pushes_predicates=True))
    except Refused as refused:
        refused.line = None if source is None else line_of(refused.node, source)
        raise


def _optimizations(*, pushes_predicates: bool) -> pl.QueryOptFlags:
    """Let Polars leave out columns that nobody needs; the rest Spark does itself."""
    flags = pl.QueryOptFlags.none()
    flags.projection_pushdown = True
    flags.predicate_pushdown = pushes_predicates
    return flags


def _translated(frame: pl.LazyFrame, tables: Mapping[int, str], flags: pl.QueryOptFlags) -> SparkStatement:
    translated: list[SparkStatement] = []

    def visit(traverser: Traverser) -> None:
        plan = Plan(traverser, tables)
        sql, schema = plan.statement()
        translated.append(SparkStatement(sql=sql, schema=schema, tables=plan.read))

    try:
        visit_plan(frame, visit, flags)
    except RecursionError:
        raise Refused("plan", "its expressions are nested too deeply") from None
    return translated[0]
