"""Nodes that choose rows by a condition, and columns by expressions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nerium_worker.lineage.views import kind
from nerium_worker.spark.expressions import term
from nerium_worker.spark.grouping import totals
from nerium_worker.spark.relation import Column, Relation
from nerium_worker.spark.scope import Rows, rows_of
from nerium_worker.spark.shapes import aggregates, is_single
from nerium_worker.spark.subsets import subset
from nerium_worker.spark.text import quoted

if TYPE_CHECKING:
    import polars as pl

    from nerium_worker.lineage.views import View
    from nerium_worker.spark.plan import Plan
    from nerium_worker.spark.relation import SortKey
    from nerium_worker.spark.term import Term


def filtered(plan: Plan, view: View | int, source: int, relation: Relation) -> Relation:
    """Keep the rows for which the condition is true."""
    rows = rows_of(plan, relation, source)
    number = view if isinstance(view, int) else view.predicate.node
    condition = term(rows, number).sql
    base = rows.stage.over(relation.name)
    return _renamed(relation, plan.text.query(f"SELECT {relation.select()} FROM {base} WHERE {condition}"))


def projected(plan: Plan, relation: Relation, schema: pl.Schema) -> Relation:
    """Keep some columns."""
    columns = {name: relation.columns[name] for name in schema}
    narrow = Relation(name=relation.name, columns=columns, order=relation.order)
    hidden = ", ".join(map(quoted, [*schema, *narrow.hidden()])) or "1 AS `__0`"
    return _renamed(narrow, plan.text.query(f"SELECT {hidden} FROM {relation.name}"))


def selected(plan: Plan, view: View, source: int, relation: Relation) -> Relation:
    """Compute columns; aggregates beside columns are repeated, alone they make one row."""
    rows = rows_of(plan, relation, source)
    numbers = {each.output_name: each.node for each in view.expr}
    if all(is_single(rows, number) for number in numbers.values()):
        if any(aggregates(rows, number) for number in numbers.values()):
            return totals(plan, rows, numbers)
        return _constants(plan, rows, numbers)
    if len(numbers) == 1:
        ((name, number),) = numbers.items()
        chosen = subset(rows, name, number)
        if chosen is not None:
            return chosen
    if all(_is_column(rows, number) for number in numbers.values()):
        return _picked(plan, rows, numbers)
    return _computed(plan, rows, {name: term(rows, number) for name, number in numbers.items()})


def with_columns(plan: Plan, view: View, source: int, relation: Relation, schema: pl.Schema) -> Relation:
    """Compute columns beside those that are there."""
    rows = rows_of(plan, relation, source)
    new = {each.output_name: term(rows, each.node) for each in view.exprs}
    kept = {name: relation.columns[name].term(name) for name in schema if name not in new}
    return _computed(plan, rows, {name: new[name] if name in new else kept[name] for name in schema})


def _is_column(rows: Rows, number: int) -> bool:
    return kind(rows.view(number)) == "Column"


def _picked(plan: Plan, rows: Rows, numbers: dict[str, int]) -> Relation:
    names = {name: rows.view(number).name for name, number in numbers.items()}
    if list(names.items()) == [(name, name) for name in rows.relation.columns]:
        return rows.relation
    return _computed(plan, rows, {name: rows.column(old) for name, old in names.items()})


def _constants(plan: Plan, rows: Rows, numbers: dict[str, int]) -> Relation:
    terms = {name: term(rows, number) for name, number in numbers.items()}
    listed = ", ".join(f"{each.sql} AS {quoted(name)}" for name, each in terms.items())
    if not listed:
        listed = "1 AS `__0`"
    one = plan.text.query("SELECT 1 AS `__0`")
    return Relation(name=plan.text.query(f"SELECT {listed} FROM {rows.stage.over(one)}"), columns=_columns(terms))


def _computed(plan: Plan, rows: Rows, terms: dict[str, Term]) -> Relation:
    relation = rows.relation
    # A key of the order that is computed again gets a name of its own.
    changed = {
        key.name: plan.text.column()
        for key in relation.order
        if key.name in relation.columns and (key.name not in terms or terms[key.name].sql != quoted(key.name))
    }
    listed = [each.sql if each.sql == quoted(name) else f"{each.sql} AS {quoted(name)}" for name, each in terms.items()]
    listed += [f"{quoted(name)} AS {quoted(other)}" for name, other in changed.items()]
    order = tuple(_replaced(key, changed) for key in relation.order)
    listed += [quoted(key.name) for key in order if key.name not in terms and key.name not in changed.values()]
    base = rows.stage.over(relation.name)
    name = plan.text.query(f"SELECT {', '.join(listed)} FROM {base}")
    return Relation(name=name, columns=_columns(terms), order=order)


def _replaced(key: SortKey, names: dict[str, str]) -> SortKey:
    return replace(key, name=names.get(key.name, key.name))


def _columns(terms: dict[str, Term]) -> dict[str, Column]:
    return {
        name: Column(dtype=each.dtype, digits=each.digits, is_uniform=each.is_uniform) for name, each in terms.items()
    }


def _renamed(relation: Relation, name: str) -> Relation:
    return replace(relation, name=name)
