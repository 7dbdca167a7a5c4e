"""Translates nodes that filter rows and compute columns."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nerium_worker.polars_plan.views import kind
from nerium_worker.spark.cardinality import aggregates, is_single
from nerium_worker.spark.expressions import term
from nerium_worker.spark.nodes.group_by import totals
from nerium_worker.spark.nodes.subset import subset
from nerium_worker.spark.quoting import quote
from nerium_worker.spark.relation import Column, Relation
from nerium_worker.spark.scope import Rows, rows_of

if TYPE_CHECKING:
    import polars as pl

    from nerium_worker.polars_plan.views import View
    from nerium_worker.spark.context import Translation
    from nerium_worker.spark.expression_sql import Term
    from nerium_worker.spark.relation import SortKey


def filter_rows(translation: Translation, view: View | int, source: int, relation: Relation) -> Relation:
    """Keep the rows for which the condition is true."""
    rows = rows_of(translation, relation, source)
    number = view if isinstance(view, int) else view.predicate.node
    condition = term(rows, number).sql
    base = rows.stage.over(relation.name)
    return _rename(relation, translation.statement.query(f"SELECT {relation.select()} FROM {base} WHERE {condition}"))


def project(translation: Translation, relation: Relation, schema: pl.Schema) -> Relation:
    """Keep some columns."""
    columns = {name: relation.columns[name] for name in schema}
    narrow = Relation(name=relation.name, columns=columns, order=relation.order)
    hidden = ", ".join(map(quote, [*schema, *narrow.hidden()])) or "1 AS `__0`"
    return _rename(narrow, translation.statement.query(f"SELECT {hidden} FROM {relation.name}"))


def select(translation: Translation, view: View, source: int, relation: Relation) -> Relation:
    """Compute columns; aggregates beside columns are repeated, alone they make one row."""
    rows = rows_of(translation, relation, source)
    numbers = {each.output_name: each.node for each in view.expr}
    if all(is_single(rows, number) for number in numbers.values()):
        if any(aggregates(rows, number) for number in numbers.values()):
            return totals(translation, rows, numbers)
        return _constants(translation, rows, numbers)
    if len(numbers) == 1:
        ((name, number),) = numbers.items()
        chosen = subset(rows, name, number)
        if chosen is not None:
            return chosen
    if all(_is_column(rows, number) for number in numbers.values()):
        return _pick(translation, rows, numbers)
    return _compute(translation, rows, {name: term(rows, number) for name, number in numbers.items()})


def with_columns(translation: Translation, view: View, source: int, relation: Relation, schema: pl.Schema) -> Relation:
    """Compute columns beside those that are there."""
    rows = rows_of(translation, relation, source)
    new = {each.output_name: term(rows, each.node) for each in view.exprs}
    kept = {name: relation.columns[name].term(name) for name in schema if name not in new}
    return _compute(translation, rows, {name: new[name] if name in new else kept[name] for name in schema})


def _is_column(rows: Rows, number: int) -> bool:
    return kind(rows.view(number)) == "Column"


def _pick(translation: Translation, rows: Rows, numbers: dict[str, int]) -> Relation:
    names = {name: rows.view(number).name for name, number in numbers.items()}
    if list(names.items()) == [(name, name) for name in rows.relation.columns]:
        return rows.relation
    return _compute(translation, rows, {name: rows.column(old) for name, old in names.items()})


def _constants(translation: Translation, rows: Rows, numbers: dict[str, int]) -> Relation:
    terms = {name: term(rows, number) for name, number in numbers.items()}
    listed = ", ".join(f"{each.sql} AS {quote(name)}" for name, each in terms.items())
    if not listed:
        listed = "1 AS `__0`"
    one = translation.statement.query("SELECT 1 AS `__0`")
    return Relation(
        name=translation.statement.query(f"SELECT {listed} FROM {rows.stage.over(one)}"), columns=_columns(terms)
    )


def _compute(translation: Translation, rows: Rows, terms: dict[str, Term]) -> Relation:
    relation = rows.relation
    # A key of the order that is computed again gets a name of its own.
    changed = {
        key.name: translation.statement.column()
        for key in relation.order
        if key.name in relation.columns and (key.name not in terms or terms[key.name].sql != quote(key.name))
    }
    listed = [each.sql if each.sql == quote(name) else f"{each.sql} AS {quote(name)}" for name, each in terms.items()]
    listed += [f"{quote(name)} AS {quote(other)}" for name, other in changed.items()]
    order = tuple(_replace_name(key, changed) for key in relation.order)
    listed += [quote(key.name) for key in order if key.name not in terms and key.name not in changed.values()]
    base = rows.stage.over(relation.name)
    name = translation.statement.query(f"SELECT {', '.join(listed)} FROM {base}")
    return Relation(name=name, columns=_columns(terms), order=order)


def _replace_name(key: SortKey, names: dict[str, str]) -> SortKey:
    return replace(key, name=names.get(key.name, key.name))


def _columns(terms: dict[str, Term]) -> dict[str, Column]:
    return {
        name: Column(dtype=each.dtype, digits=each.digits, is_uniform=each.is_uniform) for name, each in terms.items()
    }


def _rename(relation: Relation, name: str) -> Relation:
    return replace(relation, name=name)
