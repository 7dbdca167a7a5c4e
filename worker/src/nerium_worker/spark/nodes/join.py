"""Translates joins, whose keys and output columns Polars names by its own rules."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nerium_worker.polars_plan.views import kind
from nerium_worker.spark.expr.comparison import check_comparable, check_orderable
from nerium_worker.spark.expressions import term
from nerium_worker.spark.quoting import quote
from nerium_worker.spark.relation import Column, Relation, without_ties
from nerium_worker.spark.scope import rows_of
from nerium_worker.spark.unsupported import NOT_TRANSLATED, HiddenConditionError, UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from nerium_worker.polars_plan.views import View
    from nerium_worker.spark.context import Translation
    from nerium_worker.spark.expression_sql import Term
    from nerium_worker.spark.relation import SortKey

_KEEPS = {"left": {"Anti", "Cross", "Inner", "Left", "Semi"}, "right": {"Cross", "Inner", "Right"}}
"""Joins each of whose rows has a row of that side."""
_JOINS = {
    "Anti": "LEFT ANTI JOIN",
    "Cross": "CROSS JOIN",
    "Full": "FULL OUTER JOIN",
    "Inner": "JOIN",
    "Left": "LEFT OUTER JOIN",
    "Right": "RIGHT OUTER JOIN",
    "Semi": "LEFT SEMI JOIN",
}


def join(
    translation: Translation, view: View, sources: Sequence[int], inputs: Sequence[Relation], schema: pl.Schema
) -> Relation:
    """Join two relations."""
    how, nulls_equal, part, suffix, coalesce, maintained = view.options
    name = how if isinstance(how, str) else how[0]
    if name not in _JOINS:
        raise UnsupportedError(node=f"Join ({name})", reason=NOT_TRANSLATED)
    if part is not None:
        raise UnsupportedError(node="head", reason="a join's rows have no order: sort them first")
    if name != "Cross" and not view.left_on:
        raise HiddenConditionError(node=f"Join ({name})", shown=translation.outer_keys())
    sides = maintained.split("_") if maintained != "none" else []
    if len(sides) > 1 and all(each.order for each in inputs):
        inputs = [without_ties(translation.statement, each) for each in inputs]
    order = _order(translation, name, sides, inputs)
    left, left_names, left_keys = _side(translation, inputs[0], sources[0], view.left_on)
    right, right_names, right_keys = _side(translation, inputs[1], sources[1], view.right_on)
    condition = _condition(left_keys, right_keys, nulls_equal=nulls_equal)
    both = f"{left} AS l {_JOINS[name]} {right} AS r{condition}"
    hidden = [key.column(sql) for key, sql in order.items()]
    if name in ("Semi", "Anti"):
        columns = {column: inputs[0].columns[column] for column in schema}
        listed = ", ".join([*(f"l.{quote(column)}" for column in schema), *hidden])
        return Relation(
            name=translation.statement.query(f"SELECT {listed} FROM {both}"), columns=columns, order=tuple(order)
        )
    values = _outputs(name, inputs, (left_names, right_names), suffix, coalesce=coalesce)
    if set(values) != set(schema):
        raise UnsupportedError(node=f"Join ({name})", reason="the names of its columns are not as expected")
    listed = ", ".join([*(f"{values[column].sql} AS {quote(column)}" for column in schema), *hidden])
    columns = {
        column: Column(
            dtype=dtype,
            digits=values[column].digits,
            is_uniform=name in ("Inner", "Cross") and values[column].is_uniform,
        )
        for column, dtype in schema.items()
    }
    return Relation(
        name=translation.statement.query(f"SELECT {listed} FROM {both}"), columns=columns, order=tuple(order)
    )


def _order(translation: Translation, how: str, sides: Sequence[str], inputs: Sequence[Relation]) -> dict[SortKey, str]:
    """Give the keys of the order that a join keeps, and what each of them is, until a side has none."""
    order: dict[SortKey, str] = {}
    for side in sides:
        keys = inputs[side == "right"].order
        if not keys:
            break
        if not order and how not in _KEEPS[side]:
            raise UnsupportedError(
                node=f"Join ({how})",
                reason=f"with maintain_order={'_'.join(sides)!r} rows without a partner have no place",
            )
        order |= {replace(key, name=translation.statement.column()): f"{side[0]}.{quote(key.name)}" for key in keys}
    return order


def _side(
    translation: Translation, relation: Relation, source: int, keys: Sequence[View]
) -> tuple[str, list[str | None], list[Term]]:
    """Give a side with its keys as columns, the names of those that are columns, and the keys."""
    rows = rows_of(translation, relation.without_order(), source)
    terms = []
    for key in keys:
        each = term(rows, key.node)
        check_orderable(each.dtype, "join")
        terms.append(each if each.sql.startswith("`") else _as_column(each, rows.stage.column(each.sql)))
    names = [key.output_name if kind(rows.view(key.node)) == "Column" else None for key in keys]
    return rows.stage.over(relation.name), names, terms


def _as_column(key: Term, name: str) -> Term:
    return replace(key, sql=name)


def _condition(left: Sequence[Term], right: Sequence[Term], *, nulls_equal: bool) -> str:
    """Compare keys; Spark, like Polars, joins NaN with NaN and -0.0 with 0.0."""
    if not left:
        return ""
    for one, other in zip(left, right, strict=True):
        check_comparable(one, other)
    operator = "<=>" if nulls_equal else "="
    return " ON " + " AND ".join(
        f"l.{one.sql} {operator} r.{other.sql}" for one, other in zip(left, right, strict=True)
    )


def _outputs(
    how: str,
    inputs: Sequence[Relation],
    keys: tuple[list[str | None], list[str | None]],
    suffix: str,
    *,
    coalesce: bool,
) -> dict[str, Term]:
    """Say which value each output column has."""
    (left, right), (left_keys, right_keys) = inputs, keys
    values: dict[str, Term] = {}
    merged = {
        one: other
        for one, other in zip(left_keys, right_keys, strict=True)
        if coalesce and one is not None and other is not None
    }
    for name, column in left.columns.items():
        if how == "Right" and name in merged:
            continue
        value = column.term(name, "l.")
        if how == "Full" and name in merged:
            other = right.columns[merged[name]].term(merged[name], "r.")
            digits = (
                None if value.digits is None and other.digits is None else max(value.precision(), other.precision())
            )
            value = replace(value, sql=f"coalesce({value.sql}, {other.sql})", digits=digits)
        values[name] = value
    for name, column in right.columns.items():
        if how != "Right" and name in merged.values():
            continue
        values[name + suffix if name in values else name] = column.term(name, "r.")
    return values
