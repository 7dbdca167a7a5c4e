"""Translates aggregates: one value over all rows, a group, or a window."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from nerium_worker.polars_plan.views import function_name, kind
from nerium_worker.spark.expr.arithmetic import as_double
from nerium_worker.spark.expr.comparison import check_orderable
from nerium_worker.spark.expression_sql import Term
from nerium_worker.spark.relation import ordering
from nerium_worker.spark.scope import Rows, Window
from nerium_worker.spark.types import DIGITS, is_float, is_integer, spark_type
from nerium_worker.spark.unsupported import NOT_TRANSLATED, ROW_ORDER, refuse

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from polars.datatypes import DataType

    from nerium_worker.polars_plan.views import View
    from nerium_worker.spark.scope import Scope

    Evaluate: TypeAlias = "Callable[[Scope, int], Term]"

# The number of digits that Spark's sum of decimals has more than its values.
_SUM_DIGITS = 10
# The squares of larger numbers are infinite, which then shows in other places than in Polars.
_LARGEST_SQUARED = "CAST('1e150' AS DOUBLE)"


@dataclass(frozen=True, kw_only=True)
class Selection:
    """The input of an aggregate: values, null in the rows that are left out; `kept` is true for the others."""

    value: Term
    kept: str | None = None
    distinct: bool = False
    order: tuple[str, ...] = ()

    def among(self, condition: str) -> Selection:
        """Leave out more rows."""
        kept = condition if self.kept is None else f"({self.kept} AND {condition})"
        sql = f"CASE WHEN {condition} THEN {self.value.sql} END"
        return replace(self, value=replace(self.value, sql=sql), kept=kept)


def selection(rows: Rows, number: int, evaluate: Evaluate) -> Selection:
    """Write the argument of an aggregate, which may choose among the rows of its group."""
    view = rows.view(number)
    match kind(view):
        case "Alias":
            return selection(rows, view.expr, evaluate)
        case "Filter":
            inner = selection(rows, view.input, evaluate)
            if inner.distinct:
                refuse("filter", "it is given for other rows than those it filters")
            return inner.among(rows.let(evaluate(rows, view.by).sql))
        case "SortBy":
            inner = selection(rows, view.expr, evaluate)
            _, nulls_last, descending = view.sort_options
            keys = [evaluate(rows, each) for each in view.by]
            count = len(keys)
            flags = zip(keys, [*descending] * count, [*nulls_last] * count)  # noqa: B905  # one flag may stand for all
            order = tuple(ordering(rows.let(key.sql), descending=down, nulls_last=last) for key, down, last in flags)
            return replace(inner, order=(*order, *inner.order))
        case "Function" if function_name(view) in ("drop_nulls", "drop_nans"):
            inner = selection(rows, view.input[0], evaluate)
            value = rows.let(inner.value.sql)
            named = replace(inner, value=replace(inner.value, sql=value))
            is_there = f"{value} IS NOT NULL"
            return named.among(
                is_there if function_name(view) == "drop_nulls" else f"({value} IS NULL OR NOT isnan({value}))"
            )
        case "Function" if function_name(view) == "unique":
            return replace(selection(rows, view.input[0], evaluate), distinct=True)
        case "Sort":
            return selection(rows, view.expr, evaluate)
        case _:
            return Selection(value=evaluate(rows, number))


def length(scope: Scope, dtype: DataType) -> Term:
    """Count rows."""
    return Term(sql=scope.hoist("count(*)"), dtype=dtype, is_uniform=True)


def aggregate(scope: Scope, view: View, dtype: DataType, evaluate: Evaluate) -> Term:
    """Write an aggregate."""
    name = view.name
    if name not in _AGGREGATES:
        refuse(name, ROW_ORDER if name in ("implode", "first", "last") else NOT_TRANSLATED)
    chosen = selection(scope.rows(), view.arguments[0], evaluate)
    if chosen.distinct and name not in ("count", "n_unique", "min", "max"):
        refuse(f"{name} of unique", NOT_TRANSLATED)
    made = _AGGREGATES[name](scope, chosen, view.options, dtype)
    return replace(made, is_uniform=True)


def _cast_result(sql: str, dtype: DataType) -> Term:
    """Give a DOUBLE, or an integer, the type that Polars says."""
    return Term(sql=sql if isinstance(dtype, pl.Float64) else f"CAST({sql} AS {spark_type(dtype)})", dtype=dtype)


def _sum(scope: Scope, chosen: Selection, _: object, dtype: DataType) -> Term:
    value = chosen.value
    if isinstance(dtype, pl.Decimal):
        return _decimal_sum(scope, value, dtype)
    if isinstance(value.dtype, pl.Boolean):
        return _cast_result(scope.hoist(f"count_if({value.sql})"), dtype)
    if not (is_integer(value.dtype) or is_float(value.dtype)) or isinstance(dtype, pl.UInt64):
        refuse(f"sum of {value.dtype}", NOT_TRANSLATED)
    total = scope.hoist(f"sum({value.sql})")
    zero = "0" if is_integer(dtype) else "CAST(0 AS DOUBLE)"
    return _cast_result(f"coalesce({total}, {zero})", dtype)


def _decimal_sum(scope: Scope, value: Term, dtype: pl.Decimal) -> Term:
    digits = min(DIGITS, value.precision() + _SUM_DIGITS)
    total = scope.hoist(f"sum({value.sql})")
    zero = f"CAST(0 AS DECIMAL({digits},{dtype.scale}))"
    if value.precision() + _SUM_DIGITS <= DIGITS:
        return Term(sql=f"coalesce({total}, {zero})", dtype=dtype, digits=digits)
    count = scope.hoist(f"count({value.sql})")
    checked = f"coalesce({total}, raise_error('a sum has more than {DIGITS} digits'))"
    sql = f"CASE WHEN {count} = 0 THEN {zero} ELSE {checked} END"
    return Term(sql=sql, dtype=dtype, digits=digits)


def _extreme(name: str) -> Callable[[Scope, Selection, object, DataType], Term]:
    def write(scope: Scope, chosen: Selection, propagates_nan: object, dtype: DataType) -> Term:
        value = chosen.value
        check_orderable(value.dtype, name)
        if isinstance(value.dtype, (pl.List, pl.Struct)):
            refuse(f"{name} of {value.dtype}", NOT_TRANSLATED)
        if not is_float(value.dtype):
            return Term(sql=scope.hoist(f"{name}({value.sql})"), dtype=dtype, digits=value.digits)
        if propagates_nan:
            refuse(f"nan_{name}", NOT_TRANSLATED)
        # To Spark NaN is the greatest number; Polars leaves it out where there is another.
        rows = scope.rows()
        number = rows.let(value.sql)
        extreme = scope.hoist(f"{name}(CASE WHEN NOT isnan({number}) THEN {number} END)")
        return Term(sql=f"coalesce({extreme}, {scope.hoist(f'max({number})')})", dtype=dtype)

    return write


def _mean(scope: Scope, chosen: Selection, _: object, dtype: DataType) -> Term:
    value = chosen.value
    if isinstance(value.dtype, pl.Decimal) and is_float(dtype):
        total, count = scope.hoist(f"sum({value.sql})"), scope.hoist(f"count({value.sql})")
        if value.precision() + _SUM_DIGITS > DIGITS:
            refuse("mean of decimals", f"their sum may need more than {DIGITS} digits: cast them to Float64")
        return _cast_result(f"(CAST({total} AS DOUBLE) / {count})", dtype)
    if not is_float(dtype) or not (
        is_integer(value.dtype) or is_float(value.dtype) or isinstance(value.dtype, pl.Boolean)
    ):
        refuse(f"mean of {value.dtype}", NOT_TRANSLATED)
    number = f"CAST({value.sql} AS INT)" if isinstance(value.dtype, pl.Boolean) else value.sql
    return _cast_result(scope.hoist(f"avg(CAST({number} AS DOUBLE))"), dtype)


def _count(scope: Scope, chosen: Selection, with_nulls: object, dtype: DataType) -> Term:
    if chosen.distinct:
        return _n_unique(scope, chosen, None, dtype, with_nulls=bool(with_nulls))
    if not with_nulls:
        return Term(sql=_as(scope.hoist(f"count({chosen.value.sql})"), dtype), dtype=dtype)
    return Term(
        sql=_as(scope.hoist("count(*)" if chosen.kept is None else f"count_if({chosen.kept})"), dtype), dtype=dtype
    )


def _as(count: str, dtype: DataType) -> str:
    return count if spark_type(dtype) == "BIGINT" else f"CAST({count} AS {spark_type(dtype)})"


def _n_unique(scope: Scope, chosen: Selection, _: object, dtype: DataType, *, with_nulls: bool = True) -> Term:
    """Count different values; a null is one of them."""
    value = chosen.value
    rows = scope.rows()
    if isinstance(value.dtype, pl.List | pl.Struct):
        refuse(f"n_unique of {value.dtype}", NOT_TRANSLATED)
    named = rows.let(value.sql)
    if isinstance(scope, Rows) and scope.window is not None:
        if is_float(value.dtype):
            named = f"CASE WHEN {named} = 0 THEN CAST(0 AS {spark_type(value.dtype)}) ELSE {named} END"
        count = f"CAST(size({scope.hoist(f'collect_set({named})')}) AS BIGINT)"
    else:
        count = scope.hoist(f"count(DISTINCT {named})")
    if not with_nulls:
        return Term(sql=_as(count, dtype), dtype=dtype)
    is_null = f"{named} IS NULL" if chosen.kept is None else f"({chosen.kept} AND {named} IS NULL)"
    nulls = scope.hoist(f"count_if({is_null})")
    return Term(sql=_as(f"({count} + CASE WHEN {nulls} > 0 THEN 1 ELSE 0 END)", dtype), dtype=dtype)


def _spread(name: str) -> Callable[[Scope, Selection, object, DataType], Term]:
    def write(scope: Scope, chosen: Selection, freedom: object, dtype: DataType) -> Term:
        value = chosen.value
        if freedom not in (0, 1) or not is_float(dtype):
            refuse(name, f"ddof={freedom} of {value.dtype} has no equal in Spark")
        number = f"CAST({value.sql} AS INT)" if isinstance(value.dtype, pl.Boolean) else value.sql
        kind_ = "pop" if freedom == 0 else "samp"
        spread = scope.hoist(f"{name}_{kind_}(CAST({number} AS DOUBLE))")
        if not is_float(value.dtype):
            return _cast_result(spread, dtype)
        sized = scope.rows().let(f"abs({number})")
        largest = scope.hoist(f"max(CASE WHEN {sized} < CAST('Infinity' AS DOUBLE) THEN {sized} END)")
        wrong = f"raise_error('{name} of numbers whose squares are too large')"
        return _cast_result(f"CASE WHEN {largest} > {_LARGEST_SQUARED} THEN {wrong} ELSE {spread} END", dtype)

    return write


def _median(scope: Scope, chosen: Selection, _: object, dtype: DataType) -> Term:
    return _quantile(scope, chosen, 0.5, "linear", dtype)


def _item(scope: Scope, chosen: Selection, allows_none: object, dtype: DataType) -> Term:
    """Take the only value there is."""
    count = scope.hoist("count(*)" if chosen.kept is None else f"count_if({chosen.kept})")
    wrong = f"{count} > 1" if allows_none else f"{count} <> 1"
    # The least of one value is that value; it is put in a struct, so that it may be null.
    value = scope.hoist(f"max({chosen.value.sql})")
    sql = f"CASE WHEN {wrong} THEN raise_error('item() found another number of values than one') ELSE {value} END"
    return Term(sql=sql, dtype=dtype, digits=chosen.value.digits)


def _end(name: str) -> Callable[[Scope, Selection, object, DataType], Term]:
    def write(scope: Scope, chosen: Selection, _: object, dtype: DataType) -> Term:
        value = chosen.value
        rows = scope.rows()
        if value.is_uniform and chosen.kept is None:
            return Term(sql=scope.hoist(f"max({value.sql})"), dtype=dtype, digits=value.digits)
        window = _order_window(rows, chosen, name)
        place = rows.stage.column(f"row_number() {window.ordered()}")
        if chosen.kept is not None:
            place = f"CASE WHEN {chosen.kept} THEN {place} END"
        picked = scope.hoist(f"{'min_by' if name == 'first' else 'max_by'}(struct({value.sql} AS v), {place})")
        return Term(sql=f"{picked}.v", dtype=dtype, digits=value.digits)

    return write


def _order_window(rows: Rows, chosen: Selection, name: str) -> Window:
    window = rows.window or Window()
    if chosen.order:
        ties = rows.relation.total_order()
        return replace(window, order=(*chosen.order, *(each for each in ties if each not in chosen.order)))
    return rows.ordered_window(name)


_AGGREGATES: dict[str, Callable[[Scope, Selection, object, DataType], Term]] = {
    "count": _count,
    "first": _end("first"),
    "item": _item,
    "last": _end("last"),
    "max": _extreme("max"),
    "mean": _mean,
    "median": _median,
    "min": _extreme("min"),
    "n_unique": _n_unique,
    "std": _spread("stddev"),
    "sum": _sum,
    "var": _spread("var"),
}


def _quantile(scope: Scope, chosen: Selection, place: float, how: str, dtype: DataType) -> Term:
    value = chosen.value
    if not (is_integer(value.dtype) or is_float(value.dtype)) or not is_float(dtype):
        refuse(f"quantile of {value.dtype}", NOT_TRANSLATED)
    values = scope.let(f"sort_array({scope.hoist(f'collect_list({as_double(value)})')})")
    last = f"(size({values}) - 1)"
    spot = scope.let(f"CAST({place!r} AS DOUBLE) * {last}")
    low, high = f"{values}[CAST(floor({spot}) AS INT)]", f"{values}[CAST(ceil({spot}) AS INT)]"
    match how:
        case "lower":
            sql = low
        case "higher":
            sql = high
        case "nearest":
            sql = f"{values}[CAST(round({spot}) AS INT)]"
        case "midpoint":
            low, high = scope.let(low), scope.let(high)
            sql = f"CASE WHEN {low} = {high} THEN {low} ELSE ({low} + {high}) / 2 END"
        case "linear":
            low, high = scope.let(low), scope.let(high)
            sql = f"CASE WHEN {low} = {high} THEN {low} ELSE {low} + ({high} - {low}) * ({spot} - floor({spot})) END"
        case "equiprobable":
            first = f"greatest(ceil(CAST({place!r} AS DOUBLE) * size({values})) - 1, 0)"
            sql = f"{values}[CAST({first} AS INT)]"
        case _:
            refuse(f"quantile with interpolation {how!r}", NOT_TRANSLATED)
    return _cast_result(f"CASE WHEN size({values}) > 0 THEN {sql} END", dtype)


def _quantile_function(scope: Scope, view: View, dtype: DataType, evaluate: Evaluate) -> Term:
    place = evaluate(scope.rows(), view.input[1])
    if place.constant is None or not isinstance(place.constant.value, (int, float)):
        refuse("quantile", "which one must be a number")
    chosen = selection(scope.rows(), view.input[0], evaluate)
    return _quantile(scope, chosen, float(place.constant.value), view.function_data[1], dtype)


def _null_count(scope: Scope, view: View, dtype: DataType, evaluate: Evaluate) -> Term:
    chosen = selection(scope.rows(), view.input[0], evaluate)
    value = scope.rows().let(chosen.value.sql)
    is_null = f"{value} IS NULL" if chosen.kept is None else f"({chosen.kept} AND {value} IS NULL)"
    return Term(sql=_as(scope.hoist(f"count_if({is_null})"), dtype), dtype=dtype, is_uniform=True)


def _has_nulls(scope: Scope, view: View, dtype: DataType, evaluate: Evaluate) -> Term:
    return Term(sql=f"({_null_count(scope, view, pl.UInt32(), evaluate).sql} > 0)", dtype=dtype, is_uniform=True)


def _quantify(name: str) -> Callable[[Scope, View, DataType, Evaluate], Term]:
    def write(scope: Scope, view: View, dtype: DataType, evaluate: Evaluate) -> Term:
        ignores_nulls = view.function_data[1]
        value = selection(scope.rows(), view.input[0], evaluate).value
        named = scope.rows().let(value.sql)
        decided, other = ("TRUE", "FALSE") if name == "any" else ("FALSE", "TRUE")
        found = scope.hoist(f"count_if({named if name == 'any' else f'NOT {named}'})")
        if ignores_nulls:
            return Term(sql=f"({found} {'>' if name == 'any' else '='} 0)", dtype=dtype, is_uniform=True)
        nulls = scope.hoist(f"count_if({named} IS NULL)")
        sql = f"CASE WHEN {found} > 0 THEN {decided} WHEN {nulls} > 0 THEN NULL ELSE {other} END"
        return Term(sql=sql, dtype=dtype, is_uniform=True)

    return write


def _by(name: str) -> Callable[[Scope, View, DataType, Evaluate], Term]:
    def write(scope: Scope, view: View, dtype: DataType, evaluate: Evaluate) -> Term:
        rows = scope.rows()
        value, key = (evaluate(rows, each) for each in view.input)
        if is_float(key.dtype):
            refuse(f"{name} of a float", "it may be NaN, which the engines treat differently")
        picked = scope.hoist(f"{name}(struct({value.sql} AS v), {key.sql})")
        return Term(sql=f"{picked}.v", dtype=dtype, digits=value.digits, is_uniform=True)

    return write


FUNCTIONS: dict[str, Callable[[Scope, View, DataType, Evaluate], Term]] = {
    "BooleanFunction.All": _quantify("all"),
    "BooleanFunction.Any": _quantify("any"),
    "BooleanFunction.HasNulls": _has_nulls,
    "max_by": _by("max_by"),
    "min_by": _by("min_by"),
    "null_count": _null_count,
    "quantile": _quantile_function,
}
