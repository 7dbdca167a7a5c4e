"""Translates nodes that sort rows, take a slice of them, or drop duplicates."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nerium_worker.polars_plan.views import kind
from nerium_worker.spark.expr.comparison import check_orderable
from nerium_worker.spark.expressions import term
from nerium_worker.spark.quoting import quote
from nerium_worker.spark.relation import Relation, SortKey
from nerium_worker.spark.scope import rows_of
from nerium_worker.spark.unsupported import ROW_ORDER, UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nerium_worker.polars_plan.views import View
    from nerium_worker.spark.context import Translation

_LONGEST = (1 << 31) - 1


def sort(translation: Translation, view: View, source: int, relation: Relation) -> Relation:
    """Remember the order: it is written where rows are chosen by it, and at the end."""
    rows = rows_of(translation, relation.without_order() if not view.sort_options[0] else relation, source)
    count = len(view.by_column)
    stable, nulls_last, descending = view.sort_options
    keys = []
    for each, is_last, is_descending in zip(
        view.by_column, _each(nulls_last, count), _each(descending, count), strict=True
    ):
        key = term(rows, each.node)
        check_orderable(key.dtype, "sort")
        column = kind(rows.view(each.node)) == "Column"
        name = rows.view(each.node).name if column else rows.stage.column(key.sql).strip("`")
        keys.append(SortKey(name=name, descending=is_descending, nulls_last=is_last))
    order = (*keys, *relation.order) if stable else tuple(keys)
    return replace(relation, name=rows.stage.over(relation.name), order=_without_repeats(order))


def slice_rows(translation: Translation, relation: Relation, offset: int, length: int) -> Relation:
    """Keep rows by their place in the order."""
    if not relation.order:
        raise UnsupportedError(node="head" if offset == 0 else "slice", reason=ROW_ORDER)
    if offset < 0 or length > _LONGEST or offset > _LONGEST:
        if offset >= 0 and offset <= _LONGEST:
            return _cut(translation, relation, f"OFFSET {offset}") if offset else relation
        return _last(translation, relation, offset, length)
    return _cut(translation, relation, f"LIMIT {length}" + (f" OFFSET {offset}" if offset else ""))


def _cut(translation: Translation, relation: Relation, part: str) -> Relation:
    order = ", ".join(relation.total_order())
    return replace(relation, name=translation.statement.query(f"SELECT * FROM {relation.name} ORDER BY {order} {part}"))


def _last(translation: Translation, relation: Relation, offset: int, length: int) -> Relation:
    """Keep rows from the end: `tail`."""
    if length < -offset:
        raise UnsupportedError(node="slice", reason="it begins at the end and ends before it: sort the other way round")
    number, count = translation.statement.column(), translation.statement.column()
    order = ", ".join(relation.total_order())
    numbered = translation.statement.query(
        f"SELECT *, row_number() OVER (ORDER BY {order}) AS {quote(number)}, count(*) OVER () AS {quote(count)}"
        f" FROM {relation.name}"
    )
    kept = f"SELECT {relation.select()} FROM {numbered} WHERE {quote(number)} > {quote(count)} - {-offset}"
    return replace(relation, name=translation.statement.query(kept))


def distinct(translation: Translation, view: View, relation: Relation) -> Relation:
    """Keep one row of each that are alike."""
    keep, names, is_stable, part = view.options
    keeps_order = is_stable and bool(relation.order)
    if part is not None:
        raise UnsupportedError(node="unique", reason="a slice of it depends on the order of rows")
    names = list(relation.columns) if names is None else list(names)
    for name in names:
        check_orderable(relation.columns[name].dtype, "unique")
    keys = ", ".join(map(quote, names))
    if not keeps_order and set(names) == set(relation.columns) and keep != "none":
        relation = relation.without_order()
        return replace(
            relation, name=translation.statement.query(f"SELECT DISTINCT {relation.select()} FROM {relation.name}")
        )
    if keep in ("first", "last") and not relation.order:
        raise UnsupportedError(node="unique", reason=f"with keep={keep!r} {ROW_ORDER}")
    number = translation.statement.column()
    if keep == "none":
        counted = f"SELECT *, count(*) OVER (PARTITION BY {keys}) AS {quote(number)} FROM {relation.name}"
    else:
        by_order = keeps_order or keep != "any"
        order = relation.total_order() if by_order else relation.without_order().total_order()
        order = _reverse(relation) if keep == "last" else order
        place = f"row_number() OVER (PARTITION BY {keys} ORDER BY {', '.join(order)})"
        counted = f"SELECT *, {place} AS {quote(number)} FROM {relation.name}"
    kept = f"SELECT {relation.select()} FROM {translation.statement.query(counted)} WHERE {quote(number)} = 1"
    chosen = replace(relation, name=translation.statement.query(kept))
    return chosen if keeps_order else chosen.without_order()


def _reverse(relation: Relation) -> list[str]:
    keys = [replace(key, descending=not key.descending, nulls_last=not key.nulls_last) for key in relation.order]
    return replace(relation, order=tuple(keys)).total_order()


def _each(options: Sequence[bool], count: int) -> Sequence[bool]:
    return [*options] * count if len(options) == 1 else options


def _without_repeats(keys: tuple[SortKey, ...]) -> tuple[SortKey, ...]:
    first: dict[str, SortKey] = {}
    for key in keys:
        first.setdefault(key.name, key)
    return tuple(first.values())
