"""Translates unions, subqueries beside rows, and nodes that turn columns into rows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from nerium_worker.polars_plan.dtypes import instance
from nerium_worker.spark.expression_sql import digits_of
from nerium_worker.spark.quoting import quote, string
from nerium_worker.spark.relation import Column, Relation, SortKey, ascending, without_ties
from nerium_worker.spark.types import spark_type
from nerium_worker.spark.unsupported import NOT_TRANSLATED, ROW_ORDER, UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nerium_worker.polars_plan.views import View
    from nerium_worker.spark.context import Translation

# Polars numbers rows so when it rewrites a subquery that refers to the query around it; nobody sees the number.
_CORRELATED = "__POLARS_CORR_"


def union(translation: Translation, view: View, inputs: Sequence[Relation], schema: pl.Schema) -> Relation:
    """Put rows under rows."""
    if view.slice is not None:
        raise UnsupportedError(node="head", reason=ROW_ORDER)
    order = _order_of_parts(translation, inputs) if view.maintain_order else {}
    parts = [
        f"SELECT {', '.join([*map(quote, schema), *(key.column(sqls[place]) for key, sqls in order.items())])}"
        f" FROM {each.name}"
        for place, each in enumerate(inputs)
    ]
    columns = {
        name: Column(dtype=dtype, digits=_widest(dtype, [each.columns[name] for each in inputs]))
        for name, dtype in schema.items()
    }
    return Relation(name=translation.statement.query(" UNION ALL ".join(parts)), columns=columns, order=tuple(order))


def _order_of_parts(translation: Translation, inputs: Sequence[Relation]) -> dict[SortKey, list[str]]:
    """Give the keys of the order of sorted frames under each other, and what each of them is in each frame."""
    if not any(each.order for each in inputs):
        return {}
    order = {ascending(translation.statement.column()): [str(number) for number in range(len(inputs))]}
    for number, each in enumerate(inputs):
        for key in each.order:
            sqls = ["NULL"] * len(inputs)
            sqls[number] = quote(key.name)
            order[replace(key, name=translation.statement.column())] = sqls
    return order


def attach_scalars(translation: Translation, view: View, inputs: Sequence[Relation]) -> Relation:
    """Put the one row of subqueries beside each row."""
    if not (len(view.options) > 2 and view.options[2]):  # noqa: PLR2004  # the third says: repeated
        raise UnsupportedError(
            node="concat", reason="with how='horizontal' it pairs rows by their place, which they do not have"
        )
    columns = dict(inputs[0].columns)
    for each in inputs[1:]:
        columns |= {name: replace(column, is_uniform=True) for name, column in each.columns.items()}
    listed = ", ".join([*map(quote, columns), *map(quote, inputs[0].hidden())])
    names = " CROSS JOIN ".join(each.name for each in inputs)
    return Relation(
        name=translation.statement.query(f"SELECT {listed} FROM {names}"), columns=columns, order=inputs[0].order
    )


def map_function(translation: Translation, view: View, relation: Relation, schema: pl.Schema) -> Relation:
    """Do what has no node of its own."""
    match view.function:
        case ("explode", names, empty_as_null, keep_nulls):
            return _explode(translation, relation, names, schema, empty_as_null=empty_as_null, keep_nulls=keep_nulls)
        case ("unnest", names, separator):
            return _unnest(translation, relation, names, separator, schema)
        case ("unpivot", index, values, variable_name, value_name):
            return _unpivot(translation, relation, index, values, (variable_name, value_name), schema)
        case ("row_index", name, offset, *_):
            return _add_row_index(translation, relation, name, offset or 0, schema)
        case ("rechunk" | "hint_sorted", *_):
            return relation
        case (str() as name, *_):
            raise UnsupportedError(node=name, reason=NOT_TRANSLATED)
        case _:
            raise UnsupportedError(node="function of a frame", reason=NOT_TRANSLATED)


def _explode(  # noqa: PLR0913  # the node's options
    translation: Translation,
    relation: Relation,
    names: Sequence[str],
    schema: pl.Schema,
    *,
    empty_as_null: bool,
    keep_nulls: bool,
) -> Relation:
    if len(names) > 1:
        raise UnsupportedError(
            node="explode", reason="of several columns at once it needs lists of the same lengths: explode a struct"
        )
    (name,) = names
    item = translation.statement.column()
    column = relation.columns[name]
    if not isinstance(column.dtype, pl.List):
        raise UnsupportedError(node="explode", reason=f"column {name!r} is of type {column.dtype}")
    condition = []
    if not empty_as_null:
        condition.append(f"({quote(name)} IS NULL OR size({quote(name)}) > 0)")
    if not keep_nulls:
        condition.append(f"{quote(name)} IS NOT NULL")
    source = f"SELECT * FROM {relation.name} WHERE {' AND '.join(condition)}" if condition else None
    base = relation.name if source is None else translation.statement.query(source)
    values = {each: quote(item) if each == name else quote(each) for each in schema}
    if not relation.order:
        exploded = translation.statement.query(f"SELECT *, explode_outer({quote(name)}) AS {quote(item)} FROM {base}")
        return _rebuild(translation, exploded, values, schema, relation.columns)
    rows = without_ties(translation.statement, replace(relation, name=base))
    place = translation.statement.column()
    exploded = translation.statement.query(
        f"SELECT *, posexplode_outer({quote(name)}) AS ({quote(place)}, {quote(item)}) FROM {rows.name}"
    )
    return _rebuild(translation, exploded, values, schema, relation.columns, (*rows.order, ascending(place)))


def _unnest(
    translation: Translation, relation: Relation, names: Iterable[str], separator: str | None, schema: pl.Schema
) -> Relation:
    values: dict[str, str] = {}
    for name, column in relation.columns.items():
        if name in names and isinstance(column.dtype, pl.Struct):
            prefix = "" if separator is None else name + separator
            values |= {prefix + field.name: f"{quote(name)}.{quote(field.name)}" for field in column.dtype.fields}
        else:
            values[name] = quote(name)
    return _rebuild(translation, relation.name, values, schema, relation.columns, relation.order)


def _unpivot(  # noqa: PLR0913, PLR0917  # the node's options
    translation: Translation,
    relation: Relation,
    index: Sequence[str],
    values: Sequence[str],
    names: tuple[str, str],
    schema: pl.Schema,
) -> Relation:
    variable, value = names
    if not values:
        raise UnsupportedError(node="unpivot", reason="it has no columns to turn")
    dtype = schema[value]
    declared = spark_type(dtype)
    for each in values:
        if relation.columns[each].dtype != dtype:
            raise UnsupportedError(
                node="unpivot", reason=f"its columns are not all of one type: cast {each!r} to {dtype}"
            )
    pairs = ", ".join(f"struct({string(each)}, CAST({quote(each)} AS {declared}))" for each in values)
    kept = [quote(each) for each in index]
    columns = [f"inline(array({pairs})) AS ({quote(variable)}, {quote(value)})"]
    unpivoted = translation.statement.query(f"SELECT {', '.join([*kept, *columns])} FROM {relation.name}")
    return _rebuild(translation, unpivoted, {each: quote(each) for each in schema}, schema, relation.columns)


def _add_row_index(translation: Translation, relation: Relation, name: str, offset: int, schema: pl.Schema) -> Relation:
    if name.startswith(_CORRELATED):
        number = "monotonically_increasing_id()"
    elif relation.order:
        number = f"row_number() OVER (ORDER BY {', '.join(relation.total_order())}) + {offset - 1}"
    else:
        raise UnsupportedError(node="with_row_index", reason=ROW_ORDER)
    listed = [f"CAST({number} AS {spark_type(schema[name])}) AS {quote(name)}", relation.select()]
    columns = {name: Column(dtype=schema[name]), **relation.columns}
    return replace(
        relation, name=translation.statement.query(f"SELECT {', '.join(listed)} FROM {relation.name}"), columns=columns
    )


def _rebuild(  # noqa: PLR0913, PLR0917  # a relation's parts
    translation: Translation,
    source: str,
    values: dict[str, str],
    schema: pl.Schema,
    old: dict[str, Column] | object,
    order: tuple[SortKey, ...] = (),
) -> Relation:
    keys = {replace(key, name=translation.statement.column()): key.name for key in order}
    known = old if isinstance(old, dict) else {}
    listed = [f"{values[name]} AS {quote(name)}" for name in schema]
    listed += [key.column(quote(name)) for key, name in keys.items()]
    columns = {
        name: known[name] if name in known and known[name].dtype == dtype else Column(dtype=instance(dtype))
        for name, dtype in schema.items()
    }
    return Relation(
        name=translation.statement.query(f"SELECT {', '.join(listed)} FROM {source}"),
        columns=columns,
        order=tuple(keys),
    )


def _widest(dtype: pl.DataType, columns: Sequence[Column]) -> int | None:
    if not isinstance(dtype, pl.Decimal):
        return None
    return max(digits_of(column.dtype) if column.digits is None else column.digits for column in columns)
