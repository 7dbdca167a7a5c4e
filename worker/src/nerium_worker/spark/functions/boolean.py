"""Translates conditions, and functions that choose among values."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl

from nerium_worker.polars_plan.dtypes import instance
from nerium_worker.spark.expr.comparison import check_comparable, compare
from nerium_worker.spark.expression_sql import Term
from nerium_worker.spark.literals import literal
from nerium_worker.spark.types import is_float
from nerium_worker.spark.unsupported import refuse

if TYPE_CHECKING:
    from nerium_worker.spark.functions.call import Call, Function

_BETWEEN = {"both": (">=", "<="), "left": (">=", "<"), "right": (">", "<="), "none": (">", "<")}
_MOST_VALUES = 10_000


def _not(call: Call) -> str:
    return (
        f"(NOT {call.sql()})" if isinstance(call.dtype, pl.Boolean) else f"CAST(~{call.sql()} AS {_refuse_type(call)})"
    )


def _refuse_type(call: Call) -> str:
    return refuse(call.label, f"of {call.dtype} it is not translated")


def _is_nan(call: Call) -> str:
    return _float_test(call, "isnan({0})")


def _float_test(call: Call, test: str) -> str:
    """Test a float; null stays null, which Spark's own tests take for false."""
    value = call.named()
    if not is_float(call.inputs[0].dtype):
        holds = "TRUE" if "NOT" in test else "FALSE"
        return f"CASE WHEN {value} IS NOT NULL THEN {holds} END"
    return f"CASE WHEN {value} IS NOT NULL THEN {test.format(value)} END"


def _is_between(call: Call) -> str:
    low, high = _BETWEEN[str(call.options[0])]
    value = call.named()
    for bound in call.inputs[1:]:
        check_comparable(call.inputs[0], bound)
    return f"({value} {low} {call.sql(1)} AND {value} {high} {call.sql(2)})"


def _is_in(call: Call) -> str:
    nulls_equal = bool(call.options[0])
    value, values = call.inputs
    if values.constant is None:
        return _is_in_column(call, nulls_equal=nulls_equal)
    inner = instance(values.dtype.inner) if isinstance(values.dtype, (pl.List, pl.Array)) else values.dtype
    members = _members(values.constant.value)
    if len(members) > _MOST_VALUES:
        refuse("is_in", f"its list has {len(members):,} values: make it a table and join")
    terms = [literal(member, inner) for member in members if member is not None]
    for term in terms:
        check_comparable(value, term)
    listed = ", ".join(term.sql for term in terms)
    name = call.named()
    found = f"({name} IN ({listed}))" if terms else f"CASE WHEN {name} IS NOT NULL THEN FALSE END"
    if not nulls_equal:
        return found
    return f"coalesce({found}, {'TRUE' if None in members else 'FALSE'})"


def _members(value: Any) -> list[Any]:  # noqa: ANN401  # a list, or a series of lists
    if type(value).__name__ == "PySeries":
        series = pl.Series._from_pyseries(value)  # noqa: SLF001  # the traverser gives no other
        value = series[0] if isinstance(series.dtype, (pl.List, pl.Array)) and series.len() == 1 else series
    return [] if value is None else list(value)


def _is_in_column(call: Call, *, nulls_equal: bool) -> str:
    value, values = call.inputs
    if not isinstance(values.dtype, pl.List) or instance(values.dtype.inner) != value.dtype:
        refuse("is_in", f"{value.dtype} is not what a {values.dtype} holds: cast it")
    if isinstance(value.dtype, (pl.List, pl.Struct)):
        refuse("is_in", "of nested values it is not translated")
    name = call.named()
    found = f"exists({values.sql}, x -> coalesce(x = {name}, FALSE))"
    if nulls_equal:
        return f"exists({values.sql}, x -> x <=> {name})"
    return f"CASE WHEN {name} IS NOT NULL THEN {found} END"


def _first_given(call: Call) -> Term:
    digits = max(each.precision() for each in call.inputs) if isinstance(call.dtype, pl.Decimal) else None
    return Term(sql=f"coalesce({', '.join(each.sql for each in call.inputs)})", dtype=call.dtype, digits=digits)


def _replace(call: Call) -> Term:
    """Replace values by others; lists of the plan say which by which."""
    value = call.inputs[0]
    old, new = _values(call, 1), _values(call, 2)
    if len(new) == 1:
        new = new * len(old)
    if len(old) != len(new) or any(isinstance(each.dtype, (pl.List, pl.Struct)) for each in (*old, *new)):
        refuse(call.label, "its lists have different lengths, or nested values")
    name = replace(value, sql=call.named())
    cases = " ".join(f"WHEN {compare('EqValidity', name, a)} THEN {b.sql}" for a, b in zip(old, new, strict=True))
    if call.name == "replace":
        rest = name.sql
    elif len(call.inputs) > 3:  # noqa: PLR2004  # the fourth is the default
        rest = call.sql(3)
    else:
        rest = "raise_error('replace_strict found a value that is not to be replaced')"
    if isinstance(call.dtype, pl.Decimal):
        refuse(call.label, "by decimals it is not translated")
    return Term(sql=f"CASE {cases} ELSE {rest} END" if cases else rest, dtype=call.dtype)


def _values(call: Call, index: int) -> list[Term]:
    inner = call.inputs[index].dtype
    values = call.constant(index)
    if not isinstance(inner, pl.List):
        return [literal(values, inner)]
    return [literal(each, instance(inner.inner)) for each in _members(values)]


FUNCTIONS: dict[str, Function] = {
    "BooleanFunction.AllHorizontal": lambda call: f"({' AND '.join(each.sql for each in call.inputs)})",
    "BooleanFunction.AnyHorizontal": lambda call: f"({' OR '.join(each.sql for each in call.inputs)})",
    "BooleanFunction.IsBetween": _is_between,
    "BooleanFunction.IsFinite": lambda call: _float_test(
        call, "NOT isnan({0}) AND abs({0}) <> CAST('Infinity' AS DOUBLE)"
    ),
    "BooleanFunction.IsIn": _is_in,
    "BooleanFunction.IsInfinite": lambda call: _float_test(call, "abs({0}) = CAST('Infinity' AS DOUBLE)"),
    "BooleanFunction.IsNan": _is_nan,
    "BooleanFunction.IsNotNan": lambda call: _float_test(call, "NOT isnan({0})"),
    "BooleanFunction.IsNotNull": lambda call: f"({call.sql()} IS NOT NULL)",
    "BooleanFunction.IsNull": lambda call: f"({call.sql()} IS NULL)",
    "BooleanFunction.Not": _not,
    "coalesce": _first_given,
    "fill_null": _first_given,
    "replace": _replace,
    "replace_strict": _replace,
}
