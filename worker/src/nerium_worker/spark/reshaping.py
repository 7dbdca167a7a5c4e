"""Nodes that put relations together, and that turn columns into rows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from nerium_worker.portable import instance
from nerium_worker.spark.refused import NOT_TRANSLATED, ROW_ORDER, Refused
from nerium_worker.spark.relation import Column, Relation
from nerium_worker.spark.term import digits_of
from nerium_worker.spark.text import quoted, string
from nerium_worker.spark.types import spark_type

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nerium_worker.lineage.views import View
    from nerium_worker.spark.plan import Plan

# Polars numbers rows so when it rewrites a subquery that refers to the query around it; nobody sees the number.
_CORRELATED = "__POLARS_CORR_"


def union(plan: Plan, view: View, inputs: Sequence[Relation], schema: pl.Schema) -> Relation:
    """Put rows under rows."""
    if view.slice is not None:
        raise Refused("head", ROW_ORDER)
    listed = ", ".join(map(quoted, schema))
    parts = " UNION ALL ".join(f"SELECT {listed} FROM {each.name}" for each in inputs)
    columns = {
        name: Column(dtype=dtype, digits=_widest(dtype, [each.columns[name] for each in inputs]))
        for name, dtype in schema.items()
    }
    return Relation(name=plan.text.query(parts), columns=columns)


def beside(plan: Plan, view: View, inputs: Sequence[Relation]) -> Relation:
    """Put the one row of subqueries beside each row."""
    if not (len(view.options) > 2 and view.options[2]):  # noqa: PLR2004  # the third says: repeated
        raise Refused("concat", "with how='horizontal' it pairs rows by their place, which they do not have")
    columns = dict(inputs[0].columns)
    for each in inputs[1:]:
        columns |= {name: replace(column, is_uniform=True) for name, column in each.columns.items()}
    listed = ", ".join(map(quoted, columns))
    names = " CROSS JOIN ".join(each.name for each in inputs)
    return Relation(name=plan.text.query(f"SELECT {listed} FROM {names}"), columns=columns)


def mapped(plan: Plan, view: View, relation: Relation, schema: pl.Schema) -> Relation:
    """Do what has no node of its own."""
    match view.function:
        case ("explode", names, empty_as_null, keep_nulls):
            return _exploded(plan, relation, names, schema, empty_as_null=empty_as_null, keep_nulls=keep_nulls)
        case ("unnest", names, separator):
            return _unnested(plan, relation, names, separator, schema)
        case ("unpivot", index, values, variable_name, value_name):
            return _unpivoted(plan, relation, index, values, (variable_name, value_name), schema)
        case ("row_index", name, offset, *_):
            return _numbered(plan, relation, name, offset or 0, schema)
        case ("rechunk" | "hint_sorted", *_):
            return relation
        case (str() as name, *_):
            raise Refused(name, NOT_TRANSLATED)
        case _:
            raise Refused("function of a frame", NOT_TRANSLATED)


def _exploded(  # noqa: PLR0913  # the node's options
    plan: Plan, relation: Relation, names: Sequence[str], schema: pl.Schema, *, empty_as_null: bool, keep_nulls: bool
) -> Relation:
    if len(names) > 1:
        raise Refused("explode", "of several columns at once it needs lists of the same lengths: explode a struct")
    (name,) = names
    item = plan.text.column()
    column = relation.columns[name]
    if not isinstance(column.dtype, pl.List):
        raise Refused("explode", f"column {name!r} is of type {column.dtype}")
    condition = []
    if not empty_as_null:
        condition.append(f"({quoted(name)} IS NULL OR size({quoted(name)}) > 0)")
    if not keep_nulls:
        condition.append(f"{quoted(name)} IS NOT NULL")
    source = f"SELECT * FROM {relation.name} WHERE {' AND '.join(condition)}" if condition else None
    base = relation.name if source is None else plan.text.query(source)
    exploded = plan.text.query(f"SELECT *, explode_outer({quoted(name)}) AS {quoted(item)} FROM {base}")
    values = {each: quoted(item) if each == name else quoted(each) for each in schema}
    return _of(plan, exploded, values, schema, relation.columns)


def _unnested(
    plan: Plan, relation: Relation, names: Iterable[str], separator: str | None, schema: pl.Schema
) -> Relation:
    values: dict[str, str] = {}
    for name, column in relation.columns.items():
        if name in names and isinstance(column.dtype, pl.Struct):
            prefix = "" if separator is None else name + separator
            values |= {prefix + field.name: f"{quoted(name)}.{quoted(field.name)}" for field in column.dtype.fields}
        else:
            values[name] = quoted(name)
    return _of(plan, relation.name, values, schema, relation.columns)


def _unpivoted(  # noqa: PLR0913, PLR0917  # the node's options
    plan: Plan,
    relation: Relation,
    index: Sequence[str],
    values: Sequence[str],
    names: tuple[str, str],
    schema: pl.Schema,
) -> Relation:
    variable, value = names
    if not values:
        raise Refused("unpivot", "it has no columns to turn")
    dtype = schema[value]
    declared = spark_type(dtype)
    for each in values:
        if relation.columns[each].dtype != dtype:
            raise Refused("unpivot", f"its columns are not all of one type: cast {each!r} to {dtype}")
    pairs = ", ".join(f"struct({string(each)}, CAST({quoted(each)} AS {declared}))" for each in values)
    kept = [quoted(each) for each in index]
    columns = [f"inline(array({pairs})) AS ({quoted(variable)}, {quoted(value)})"]
    unpivoted = plan.text.query(f"SELECT {', '.join([*kept, *columns])} FROM {relation.name}")
    return _of(plan, unpivoted, {each: quoted(each) for each in schema}, schema, relation.columns)


def _numbered(plan: Plan, relation: Relation, name: str, offset: int, schema: pl.Schema) -> Relation:
    if name.startswith(_CORRELATED):
        number = "monotonically_increasing_id()"
    elif relation.order:
        number = f"row_number() OVER (ORDER BY {', '.join(relation.total_order())}) + {offset - 1}"
    else:
        raise Refused("with_row_index", ROW_ORDER)
    listed = [f"CAST({number} AS {spark_type(schema[name])}) AS {quoted(name)}", relation.select()]
    columns = {name: Column(dtype=schema[name]), **relation.columns}
    return replace(relation, name=plan.text.query(f"SELECT {', '.join(listed)} FROM {relation.name}"), columns=columns)


def _of(
    plan: Plan, source: str, values: dict[str, str], schema: pl.Schema, old: dict[str, Column] | object
) -> Relation:
    known = old if isinstance(old, dict) else {}
    listed = ", ".join(f"{values[name]} AS {quoted(name)}" for name in schema)
    columns = {
        name: known[name] if name in known and known[name].dtype == dtype else Column(dtype=instance(dtype))
        for name, dtype in schema.items()
    }
    return Relation(name=plan.text.query(f"SELECT {listed} FROM {source}"), columns=columns)


def _widest(dtype: pl.DataType, columns: Sequence[Column]) -> int | None:
    if not isinstance(dtype, pl.Decimal):
        return None
    return max(digits_of(column.dtype) if column.digits is None else column.digits for column in columns)
