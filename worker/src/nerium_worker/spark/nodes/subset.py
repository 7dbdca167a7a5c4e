"""Translates a selection of one column that changes the number of rows: filtered, distinct, sorted or counted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from nerium_worker.polars_plan.views import function_name, kind
from nerium_worker.spark.expr.comparison import check_orderable
from nerium_worker.spark.expressions import term
from nerium_worker.spark.quoting import quote
from nerium_worker.spark.relation import Column, Relation, SortKey
from nerium_worker.spark.types import spark_type
from nerium_worker.spark.unsupported import NOT_TRANSLATED, refuse

if TYPE_CHECKING:
    from nerium_worker.polars_plan.views import View
    from nerium_worker.spark.expression_sql import Term
    from nerium_worker.spark.scope import Rows


def subset(rows: Rows, name: str, number: int) -> Relation | None:
    """Write such a selection; None when the expression has a value for each row."""
    view = rows.view(number)
    match kind(view):
        case "Alias":
            return subset(rows, name, view.expr)
        case "Filter":
            value, condition = term(rows, view.input), term(rows, view.by)
            return _where(rows, name, value, condition.sql)
        case "Sort":
            descending, nulls_last = _sort_flags(view.options)
            return _sort(rows, name, term(rows, view.expr), descending=descending, nulls_last=nulls_last)
        case "Function" if function_name(view) in ("drop_nulls", "drop_nans"):
            value = term(rows, view.input[0])
            named = replace(value, sql=rows.let(value.sql))
            missing = (
                f"{named.sql} IS NULL"
                if function_name(view) == "drop_nulls"
                else f"coalesce(isnan({named.sql}), FALSE)"
            )
            return _where(rows, name, named, f"NOT ({missing})")
        case "Function" if function_name(view) == "unique":
            value = term(rows, view.input[0])
            check_orderable(value.dtype, "unique")
            base = rows.stage.over(rows.relation.name)
            return _relation(rows, name, value, f"SELECT DISTINCT {value.sql} AS {quote(name)} FROM {base}")
        case "Function" if function_name(view) == "value_counts":
            return _value_counts(rows, name, view, rows.dtype(number))
        case "Function" if function_name(view) == "mode":
            return refuse("mode", NOT_TRANSLATED)
        case _:
            return None


def _sort_flags(options: object) -> tuple[bool, bool]:
    match options:
        case (_, bool(nulls_last), bool(descending)):
            return descending, nulls_last
        case _:
            return refuse("sort of a column", NOT_TRANSLATED)


def _where(rows: Rows, name: str, value: Term, condition: str) -> Relation:
    base = rows.stage.over(rows.relation.name)
    return _relation(rows, name, value, f"SELECT {value.sql} AS {quote(name)} FROM {base} WHERE {condition}")


def _sort(rows: Rows, name: str, value: Term, *, descending: bool, nulls_last: bool) -> Relation:
    check_orderable(value.dtype, "sort")
    base = rows.stage.over(rows.relation.name)
    made = _relation(rows, name, value, f"SELECT {value.sql} AS {quote(name)} FROM {base}")
    return replace(made, order=(SortKey(name=name, descending=descending, nulls_last=nulls_last),))


def _value_counts(rows: Rows, name: str, view: View, dtype: pl.DataType) -> Relation:
    is_sorted, _, _, is_share = view.function_data[1:]
    value = term(rows, view.input[0])
    if is_share or not isinstance(dtype, pl.Struct):
        refuse("value_counts", "shares are not translated: divide the counts")
    label, counted = (field.name for field in dtype.fields)
    key = rows.stage.column(value.sql)
    number = rows.translation.statement.column()
    base = rows.stage.over(rows.relation.name)
    kind_ = spark_type(dtype.fields[1].dtype)  # type: ignore[arg-type]  # an instance, from a plan
    grouped = rows.translation.statement.query(
        f"SELECT {key}, CAST(count(*) AS {kind_}) AS {quote(number)} FROM {base} GROUP BY {key}"
    )
    struct = f"struct({key} AS {quote(label)}, {quote(number)} AS {quote(counted)})"
    order = (SortKey(name=number, descending=True, nulls_last=False),) if is_sorted else ()
    kept = f", {quote(number)}" if order else ""
    sql = f"SELECT {struct} AS {quote(name)}{kept} FROM {grouped}"
    return Relation(name=rows.translation.statement.query(sql), columns={name: Column(dtype=dtype)}, order=order)


def _relation(rows: Rows, name: str, value: Term, sql: str) -> Relation:
    column = Column(dtype=value.dtype, digits=value.digits, is_uniform=value.is_uniform)
    return Relation(name=rows.translation.statement.query(sql), columns={name: column})
