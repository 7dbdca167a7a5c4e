"""Translates aggregations of the rows of each group, or of all rows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nerium_worker.spark.expressions import term
from nerium_worker.spark.quoting import quote
from nerium_worker.spark.relation import Column, Relation, Stage
from nerium_worker.spark.scope import Groups, Window, rows_of
from nerium_worker.spark.unsupported import NOT_TRANSLATED, UnsupportedError

if TYPE_CHECKING:
    from nerium_worker.polars_plan.views import View
    from nerium_worker.spark.context import Translation
    from nerium_worker.spark.expression_sql import Term
    from nerium_worker.spark.relation import SortKey
    from nerium_worker.spark.scope import Rows


def group(translation: Translation, view: View, source: int, relation: Relation) -> Relation:
    """Aggregate the rows of each group."""
    if view.options.rolling is not None or view.options.dynamic is not None:
        raise UnsupportedError(
            node="group_by_dynamic" if view.options.rolling is None else "rolling", reason=NOT_TRANSLATED
        )
    if view.apply:
        raise UnsupportedError(node="map_groups", reason="it calls Python for each group")
    if view.options.slice is not None:
        raise UnsupportedError(node="head", reason="groups have no order: sort them first")
    rows = rows_of(translation, relation, source)
    keys = {each.output_name: term(rows, each.node) for each in view.keys}
    columns = {name: _as_column(rows, each) for name, each in keys.items()}
    window = Window(partition=tuple(columns.values()))
    groups = Groups(each=replace(rows, window=window), stage=Stage(translation.statement))
    terms = {each.output_name: term(groups, each.node) for each in view.aggs}
    order = _first_of_each(groups) if view.maintain_order else ()
    named = {name: replace(each, sql=columns[name]) for name, each in keys.items()}
    return _aggregate(translation, groups, named, terms, order)


def totals(translation: Translation, rows: Rows, numbers: dict[str, int]) -> Relation:
    """Aggregate all rows to one."""
    groups = Groups(each=rows, stage=Stage(translation.statement))
    terms = {name: term(groups, number) for name, number in numbers.items()}
    return _aggregate(translation, groups, {}, terms)


def _first_of_each(groups: Groups) -> tuple[SortKey, ...]:
    """Order groups as the first of their rows are ordered."""
    rows = groups.each
    if not rows.relation.order:
        return ()
    window = rows.ordered_window("group_by").ordered()
    return tuple(
        replace(key, name=groups.hoist(f"first({rows.stage.column(f'first({quote(key.name)}) {window}')})").strip("`"))
        for key in rows.relation.order
    )


def _as_column(rows: Rows, key: Term) -> str:
    """Make a key a column, as GROUP BY takes a number for the place of one."""
    return key.sql if key.sql.startswith("`") else rows.stage.column(key.sql)


def _aggregate(
    translation: Translation,
    groups: Groups,
    keys: dict[str, Term],
    terms: dict[str, Term],
    order: tuple[SortKey, ...] = (),
) -> Relation:
    by = [each.sql for each in keys.values()]
    listed = [*dict.fromkeys(by), *(f"{sql} AS {quote(name)}" for sql, name in groups.aggregates.items())]
    base = groups.each.stage.over(groups.each.relation.name)
    having = f" GROUP BY {', '.join(dict.fromkeys(by))}" if by else ""
    inner = translation.statement.query(f"SELECT {', '.join(listed)} FROM {base}{having}")
    outer = groups.stage.over(inner)
    columns = {**keys, **terms}
    named = [f"{each.sql} AS {quote(name)}" for name, each in columns.items()]
    named += [quote(key.name) for key in order]
    return Relation(
        name=translation.statement.query(f"SELECT {', '.join(named)} FROM {outer}"),
        order=order,
        columns={name: Column(dtype=each.dtype, digits=each.digits) for name, each in columns.items()},
    )
