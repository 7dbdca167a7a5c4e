"""Translates window expressions: values of a row that depend on the rows around it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from nerium_worker.polars_plan.views import function_name, kind
from nerium_worker.spark.expr.arithmetic import arithmetic
from nerium_worker.spark.expr.comparison import check_orderable
from nerium_worker.spark.expression_sql import Term
from nerium_worker.spark.relation import ordering
from nerium_worker.spark.scope import Groups, Rows, Window
from nerium_worker.spark.types import is_float, is_integer, spark_type
from nerium_worker.spark.unsupported import NOT_TRANSLATED, refuse

if TYPE_CHECKING:
    from collections.abc import Callable

    from polars.datatypes import DataType

    from nerium_worker.polars_plan.views import View
    from nerium_worker.spark.expr.aggregates import Evaluate
    from nerium_worker.spark.scope import Scope

NEEDING_ORDER = {
    "arg_max",
    "arg_min",
    "arg_sort",
    "arg_unique",
    "argwhere",
    "gather_every",
    "interpolate",
    "reverse",
    "rle",
    "rle_id",
    "sample",
    "search_sorted",
    "shuffle",
    "BooleanFunction.IsSorted",
    "cum_prod",
    "peak_max",
    "peak_min",
    "pct_change",
    "RangeFunction.IntRange",
    "top_k",
}
"""Functions that are not translated, and could not be without an order."""


def over(scope: Scope, view: View, dtype: DataType, evaluate: Evaluate) -> Term:
    """Write an expression of each row over the rows that are alike."""
    if isinstance(scope, Groups):
        refuse("over", "inside of an aggregation it is not translated: compute it before")
    if view.options.kind != "groups_to_rows":
        refuse("over", f"mapping_strategy {view.options.kind!r} changes the rows' order")
    outer = replace(scope, window=None)
    partition = tuple(
        scope.let(key.sql) for key in (evaluate(outer, each) for each in view.partition_by) if not key.is_uniform
    )
    window = Window(partition=partition)
    if view.order_by is not None:
        window = _in_order(scope, view, window, evaluate)
    elif scope.relation.order:
        order = tuple(key.sql() for key in scope.relation.order)
        window = replace(window, keys=order, order=tuple(scope.relation.total_order()))
    made = evaluate(replace(scope, window=window), view.function)
    return replace(made, dtype=dtype, is_uniform=False)


def _in_order(scope: Rows, view: View, window: Window, evaluate: Evaluate) -> Window:
    keys = _sort_keys(scope, view.order_by)
    terms = [evaluate(replace(scope, window=None), each) for each in keys]
    for key in terms:
        check_orderable(key.dtype, "over")
    order = tuple(
        ordering(scope.let(key.sql), descending=view.order_by_descending, nulls_last=view.order_by_nulls_last)
        for key in terms
    )
    ties = [
        each
        for each in scope.relation.without_order().total_order()
        if not any(key.startswith(f"{each} ") for key in order)
    ]
    return replace(window, keys=order, order=(*order, *ties))


def _sort_keys(scope: Rows, number: int) -> list[int]:
    """Take apart the struct that Polars makes of several keys."""
    view = scope.view(number)
    if kind(view) == "Function" and function_name(view) == "as_struct":
        return list(view.input)
    return [number]


def last_peer(scope: Scope, view: View, evaluate: Evaluate) -> Term:
    """Write a running aggregate of SQL, which counts the rows that have the same keys as this one in.

    Polars gathers the value of the last of them: its number is the least number, from here on, of a row whose
    neighbour has other keys.
    """
    index = scope.view(view.idx)
    is_known = (
        isinstance(scope, Rows)
        and kind(index) == "Function"
        and tuple(index.function_data) == ("cum_min", True)
        and kind(scope.view(index.input[0])) == "Ternary"
        and _is_row_number(scope, scope.view(index.input[0]).truthy)
    )
    if not is_known or not isinstance(scope, Rows) or scope.window is None or not scope.window.keys:
        refuse("gather", "it takes rows by their place, which they do not have")
    return evaluate(replace(scope, window=replace(scope.window, with_peers=True)), view.expr)


def _is_row_number(scope: Scope, number: int) -> bool:
    view = scope.view(number)
    return kind(view) == "Function" and function_name(view) == "RangeFunction.IntRange"


def function(scope: Scope, view: View, dtype: DataType, evaluate: Evaluate) -> Term:
    """Write a function that looks at other rows."""
    name = function_name(view)
    if isinstance(scope, Groups):
        refuse(name, "in a group it gives a list: use it with over() before")
    return FUNCTIONS[name](scope, view, dtype, evaluate)


def _column(scope: Rows, sql: str) -> str:
    return scope.stage.column(sql)


def _window(scope: Rows) -> Window:
    return scope.window or Window()


def _rank(scope: Rows, view: View, dtype: DataType, evaluate: Evaluate) -> Term:
    method, descending = view.function_data[1:3]
    value = evaluate(scope, view.input[0])
    check_orderable(value.dtype, "rank")
    key = scope.let(value.sql)
    order = ordering(key, descending=descending, nulls_last=True)
    window = _window(scope)
    frame = "RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
    match method:
        case "min":
            sql = f"rank() {window.ranked(order)}"
        case "dense":
            sql = f"dense_rank() {window.ranked(order)}"
        case "max":
            sql = f"count({key}) {window.ranked(order, frame)}"
        case "average":
            least, greatest = f"rank() {window.ranked(order)}", f"count({key}) {window.ranked(order, frame)}"
            sql = f"({_column(scope, least)} + {_column(scope, greatest)}) / 2"
        case "ordinal":
            ordered = scope.ordered_window("rank")
            sql = f"row_number() {window.ranked(', '.join((order, *ordered.order)))}"
        case _:
            refuse(f"rank with method {method!r}", NOT_TRANSLATED)
    place = _column(scope, sql)
    return Term(sql=f"CAST(CASE WHEN {key} IS NOT NULL THEN {place} END AS {spark_type(dtype)})", dtype=dtype)


def _shift(scope: Rows, view: View, dtype: DataType, evaluate: Evaluate) -> Term:
    value, by = evaluate(scope, view.input[0]), evaluate(scope, view.input[1])
    if by.constant is None or not isinstance(by.constant.value, int):
        refuse("shift", "by how many rows must be a number")
    window = scope.ordered_window("shift")
    places: int = by.constant.value
    name, count = ("lag", places) if places >= 0 else ("lead", -places)
    others = [value.sql, str(count)]
    if len(view.input) > 2:  # noqa: PLR2004  # the third is what is filled in
        fill = evaluate(scope, view.input[2])
        others.append(fill.sql)
    return Term(sql=_column(scope, f"{name}({', '.join(others)}) {window.ordered()}"), dtype=dtype, digits=value.digits)


def _difference(scope: Rows, view: View, dtype: DataType, evaluate: Evaluate) -> Term:
    if view.function_data[1] != "ignore":
        refuse("diff", "null_behavior 'drop' changes the number of rows")
    earlier = _shift(scope, view, evaluate(scope, view.input[0]).dtype, evaluate)
    value = evaluate(scope, view.input[0])
    if is_integer(value.dtype) and value.dtype != dtype:
        declared = spark_type(dtype)
        value, earlier = (
            replace(each, sql=f"CAST({each.sql} AS {declared})", dtype=dtype) for each in (value, earlier)
        )
    return arithmetic(scope, "Minus", value, earlier, dtype)


def _run(name: str) -> Callable[[Rows, View, DataType, Evaluate], Term]:
    def write(scope: Rows, view: View, dtype: DataType, evaluate: Evaluate) -> Term:
        value = evaluate(scope, view.input[0])
        key = scope.let(value.sql)
        window = scope.ordered_window(f"cum_{name}")
        if view.function_data[1]:
            refuse(f"cum_{name}", "in reverse it is not translated: order the other way round")
        if name in ("min", "max") and is_float(value.dtype):
            refuse(f"cum_{name} of floats", "a NaN counts differently")
        if name == "sum" and (isinstance(dtype, pl.Decimal) or not (is_integer(dtype) or is_float(dtype))):
            refuse(f"cum_sum of {value.dtype}", NOT_TRANSLATED)
        number = f"CAST({key} AS INT)" if isinstance(value.dtype, pl.Boolean) and name == "sum" else key
        total = _column(scope, f"{name}({number}) {window.up_to_here()}")
        sql = total if name == "count" or window.with_peers else f"CASE WHEN {key} IS NOT NULL THEN {total} END"
        if name in ("sum", "count") and not isinstance(dtype, pl.Float64):
            sql = f"CAST({sql} AS {spark_type(dtype)})"
        return Term(sql=sql, dtype=dtype, digits=value.digits)

    return write


def _fill(scope: Rows, view: View, dtype: DataType, evaluate: Evaluate) -> Term:
    strategy, limit = view.function_data[1:3]
    value = evaluate(scope, view.input[0])
    if _window(scope).with_peers:
        # A running aggregate is null only where nothing came before.
        return value
    if strategy in ("zero", "one") and (is_integer(dtype) or is_float(dtype)):
        return Term(sql=f"coalesce({value.sql}, CAST({int(strategy == 'one')} AS {spark_type(dtype)}))", dtype=dtype)
    window = scope.ordered_window(f"fill_null with strategy {strategy!r}")
    if strategy not in ("forward", "backward") or limit is not None:
        refuse(f"fill_null with strategy {strategy!r}", NOT_TRANSLATED)
    key = scope.let(value.sql)
    if strategy == "forward":
        sql = f"last_value({key}, TRUE) {window.ordered('ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW')}"
    else:
        sql = f"first_value({key}, TRUE) {window.ordered('ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING')}"
    return Term(sql=_column(scope, sql), dtype=dtype, digits=value.digits)


def _alike(comparison: str) -> Callable[[Rows, View, DataType, Evaluate], Term]:
    def write(scope: Rows, view: View, dtype: DataType, evaluate: Evaluate) -> Term:
        value = evaluate(scope, view.input[0])
        check_orderable(value.dtype, "unique")
        window = _window(scope)
        with_value = replace(window, partition=(*window.partition, scope.let(value.sql)))
        return Term(sql=f"({_column(scope, f'count(*) {with_value.whole()}')} {comparison} 1)", dtype=dtype)

    return write


def _first_distinct(scope: Rows, view: View, dtype: DataType, evaluate: Evaluate) -> Term:
    value = evaluate(scope, view.input[0])
    window = scope.ordered_window("is_first_distinct")
    with_value = replace(window, partition=(*window.partition, scope.let(value.sql)))
    return Term(sql=f"({_column(scope, f'row_number() {with_value.ordered()}')} = 1)", dtype=dtype)


def _row_number(scope: Rows, view: View, dtype: DataType, evaluate: Evaluate) -> Term:
    """Recognise `int_range(0, len())`, which numbers the rows."""
    start = evaluate(scope, view.input[0])
    end = scope.view(view.input[1])
    while kind(end) == "Cast":
        end = scope.view(end.expr)
    if start.constant is None or start.constant.value != 0 or kind(end) != "Len" or view.function_data[1] != 1:
        refuse("int_range", "ranges other than from 0 to len() do not belong to rows")
    window = scope.ordered_window("int_range")
    return Term(
        sql=f"CAST({_column(scope, f'row_number() {window.ordered()}')} - 1 AS {spark_type(dtype)})", dtype=dtype
    )


_ROLLING = {"Sum": "sum", "Mean": "avg", "Min": "min", "Max": "max", "Std": "stddev_samp", "Var": "var_samp"}


def _roll(scope: Rows, view: View, dtype: DataType, evaluate: Evaluate) -> Term:
    name = function_name(view).rpartition(".")[2]
    size, least, weights, center, *parameters = view.function_data[1:]
    value = evaluate(scope, view.input[0])
    is_plain = weights is None and not center and (name not in ("Std", "Var") or _is_sample(parameters))
    if name not in _ROLLING or not is_plain or isinstance(dtype, pl.Decimal):
        refuse(f"rolling_{name.lower()}", NOT_TRANSLATED)
    if name in ("Min", "Max") and is_float(value.dtype):
        refuse(f"rolling_{name.lower()} of floats", "a NaN counts differently")
    window = scope.ordered_window(f"rolling_{name.lower()}")
    framed = window.ordered(f"ROWS BETWEEN {size - 1} PRECEDING AND CURRENT ROW")
    key = scope.let(value.sql)
    number = key if name in ("Sum", "Min", "Max") else f"CAST({key} AS DOUBLE)"
    total, count = _column(scope, f"{_ROLLING[name]}({number}) {framed}"), _column(scope, f"count({key}) {framed}")
    return Term(sql=f"CASE WHEN {count} >= {least} THEN CAST({total} AS {spark_type(dtype)}) END", dtype=dtype)


def _is_sample(parameters: list[object]) -> bool:
    return len(parameters) == 1 and parameters[0] in ((1,), 1, ())


FUNCTIONS: dict[str, Callable[[Rows, View, DataType, Evaluate], Term]] = {
    "BooleanFunction.IsDuplicated": _alike(">"),
    "BooleanFunction.IsFirstDistinct": _first_distinct,
    "BooleanFunction.IsUnique": _alike("="),
    "RangeFunction.IntRange": _row_number,
    "cum_count": _run("count"),
    "cum_max": _run("max"),
    "cum_min": _run("min"),
    "cum_sum": _run("sum"),
    "diff": _difference,
    "fill_null_with_strategy": _fill,
    "rank": _rank,
    "shift": _shift,
    "shift_and_fill": _shift,
    **{f"RollingFunction.{name}": _roll for name in _ROLLING},
}
