"""Translates a frame to one statement of Spark SQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from nerium_worker.polars_plan.unstable import visit_plan
from nerium_worker.spark.context import Translation
from nerium_worker.spark.join_conditions import conditions
from nerium_worker.spark.script_lines import line_of
from nerium_worker.spark.translator import statement_of
from nerium_worker.spark.unsupported import HiddenConditionError, UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nerium_worker.polars_plan.views import Traverser


@dataclass(frozen=True, kw_only=True)
class SparkStatement:
    """One SELECT over `t0`, `t1`, ...; `tables` says which table of the run each of them stands for."""

    sql: str
    schema: pl.Schema
    tables: Mapping[str, str]


def translate(frame: pl.LazyFrame, tables: Mapping[int, str], source: str | None = None) -> SparkStatement:
    """Write a frame as one SELECT of Spark SQL that gives the rows that Polars gives, or raise `UnsupportedError`.

    `tables` maps the handles of the run's tables to their names. A table is known by its handle: a leaf of the plan is
    a scan of a `Placeholder`, to which the lake's frames resolve inside `Lake.planning_only()`, and `t7` stands for
    the table with handle 7. Nothing is read and nothing is asked. `source` is the script, whose line a refusal names.

    The session must have spark.sql.caseSensitive=true, spark.sql.session.timeZone=UTC and spark.sql.ansi.enabled=false.
    """
    try:
        return _translate(frame, tables)
    except UnsupportedError as refused:
        refused.line = None if source is None else line_of(refused.node, source)
        raise


def _translate(frame: pl.LazyFrame, tables: Mapping[int, str]) -> SparkStatement:
    try:
        return _visit(frame, tables, pushes_predicates=False)[0]
    except HiddenConditionError as hidden:
        found = conditions(frame.explain(optimizations=_optimizations(pushes_predicates=False)))
        if not found.are_simple:
            raise
        statement, keys = _visit(frame, tables, pushes_predicates=True)
        if keys != hidden.shown + found.equalities:
            raise
        return statement


def _optimizations(*, pushes_predicates: bool) -> pl.QueryOptFlags:
    """Let Polars leave out columns that nobody needs; the rest Spark does itself."""
    flags = pl.QueryOptFlags.none()
    flags.projection_pushdown = True
    flags.predicate_pushdown = pushes_predicates
    return flags


def _visit(frame: pl.LazyFrame, tables: Mapping[int, str], *, pushes_predicates: bool) -> tuple[SparkStatement, int]:
    """Translate a visited plan; return the number of keys of its outer joins, too."""
    visited: list[tuple[SparkStatement, int]] = []

    def visit(traverser: Traverser) -> None:
        translation = Translation(traverser, tables)
        sql, schema = statement_of(translation)
        visited.append((SparkStatement(sql=sql, schema=schema, tables=translation.read), translation.outer_keys()))

    try:
        visit_plan(frame, visit, _optimizations(pushes_predicates=pushes_predicates))
    except RecursionError:
        raise UnsupportedError(node="plan", reason="its expressions are nested too deeply") from None
    return visited[0]
