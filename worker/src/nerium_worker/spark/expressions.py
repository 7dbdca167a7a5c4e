"""Expressions of a plan, in any scope."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from nerium_worker.polars_plan.views import function_name, kind
from nerium_worker.spark.expr import aggregates, windows
from nerium_worker.spark.expr.arithmetic import arithmetic
from nerium_worker.spark.expr.cast import cast
from nerium_worker.spark.expr.comparison import OPERATORS, compare
from nerium_worker.spark.expression_sql import Constant, Term
from nerium_worker.spark.functions import ELEMENTWISE
from nerium_worker.spark.functions.call import Call, label_of
from nerium_worker.spark.literals import literal
from nerium_worker.spark.types import is_integer, spark_type
from nerium_worker.spark.unsupported import NOT_TRANSLATED, ROW_ORDER, refuse

if TYPE_CHECKING:
    from typing import NoReturn

    from nerium_worker.polars_plan.views import View
    from nerium_worker.spark.scope import Scope

_ARITHMETIC = {"Plus", "Minus", "Multiply", "TrueDivide", "Divide", "FloorDivide", "Modulus"}
_CONNECTIVES = {"And": ("AND", "&"), "LogicalAnd": ("AND", "&"), "Or": ("OR", "|"), "LogicalOr": ("OR", "|")}
_CAST_MODES = {0: "strict", 1: "null", 2: "wrap"}


def term(scope: Scope, number: int) -> Term:
    """Write an expression."""
    view = scope.view(number)
    match kind(view):
        case "Column":
            return scope.column(view.name)
        case "Alias":
            return term(scope, view.expr)
        case "Literal":
            return _literal(view, scope.dtype(number))
        case "Cast":
            return cast(scope, term(scope, view.expr), scope.dtype(number), _CAST_MODES[view.options])
        case "BinaryExpr":
            return _binary(scope, view, number)
        case "Ternary":
            return _ternary(scope, view, number)
        case "Len":
            return aggregates.length(scope, scope.dtype(number))
        case "Agg":
            return aggregates.aggregate(scope, view, scope.dtype(number), term)
        case "Window":
            return windows.over(scope, view, scope.dtype(number), term)
        case "Gather":
            return windows.last_peer(scope, view, term)
        case "Function":
            return _function(scope, view, number)
        case "StructEval":
            return refuse("with_fields", NOT_TRANSLATED)
        case "Filter" | "Sort" | "SortBy" | "Explode" | "Slice" as name:
            return refuse(
                f"{name.lower()} of a column", "it changes which rows there are, or their order: do so with the frame"
            )
        case name:
            return refuse(name.lower(), NOT_TRANSLATED)


def _literal(view: View, dtype: pl.DataType) -> Term:
    if type(view.value).__name__ == "PySeries":
        refuse("literal of a whole Series", "it pairs rows by their place, which they do not have")
    return literal(view.value, dtype)


def _binary(scope: Scope, view: View, number: int) -> Term:
    name = str(view.op).removeprefix("Operator.")
    left, right = term(scope, view.left), term(scope, view.right)
    dtype = scope.dtype(number)
    uniform = left.is_uniform and right.is_uniform
    if name in OPERATORS:
        return Term(sql=compare(name, left, right), dtype=dtype, is_uniform=uniform)
    if name in _CONNECTIVES or name == "Xor":
        return Term(sql=_connect(name, left, right, dtype), dtype=dtype, is_uniform=uniform)
    if name in _ARITHMETIC:
        return replace(arithmetic(scope, name, left, right, dtype), is_uniform=uniform)
    return refuse(f"operator {name}", NOT_TRANSLATED)


def _connect(name: str, left: Term, right: Term, dtype: pl.DataType) -> str:
    if isinstance(dtype, pl.Boolean):
        if name == "Xor":
            return f"({left.sql} <> {right.sql})"
        return f"({left.sql} {_CONNECTIVES[name][0]} {right.sql})"
    if not is_integer(dtype) or isinstance(dtype, pl.UInt64):
        refuse(f"operator {name} of {dtype}", NOT_TRANSLATED)
    operator = "^" if name == "Xor" else _CONNECTIVES[name][1]
    return f"CAST(({left.sql} {operator} {right.sql}) AS {spark_type(dtype)})"


def _ternary(scope: Scope, view: View, number: int) -> Term:
    condition, yes, no = (term(scope, each) for each in (view.predicate, view.truthy, view.falsy))
    return choice(scope.dtype(number), condition, yes, no)


def choice(dtype: pl.DataType, condition: Term, yes: Term, no: Term) -> Term:
    """Write WHEN; a condition that is null is not met."""
    digits = max(yes.precision(), no.precision()) if isinstance(dtype, pl.Decimal) else None
    sql = f"CASE WHEN {condition.sql} THEN {yes.sql} ELSE {no.sql} END"
    uniform = condition.is_uniform and yes.is_uniform and no.is_uniform
    return Term(sql=sql, dtype=dtype, digits=digits, is_uniform=uniform)


def _function(scope: Scope, view: View, number: int) -> Term:
    name = function_name(view)
    dtype = scope.dtype(number)
    if name in aggregates.FUNCTIONS:
        return aggregates.FUNCTIONS[name](scope, view, dtype, term)
    if name in windows.FUNCTIONS:
        return windows.function(scope, view, dtype, term)
    if name not in ELEMENTWISE:
        _refuse_function(name)
    inputs = tuple(_input(scope, name, each) for each in view.input)
    options = tuple(view.function_data[1:]) if isinstance(view.function_data, tuple) else ()
    call = Call(name=name, options=options, inputs=inputs, dtype=dtype, let=scope.let)
    made = ELEMENTWISE[name](call)
    done = Term(sql=made, dtype=dtype) if isinstance(made, str) else made
    return replace(done, is_uniform=all(each.is_uniform for each in inputs))


def _input(scope: Scope, name: str, number: int) -> Term:
    view = scope.view(number)
    if name == "BooleanFunction.IsIn" and kind(view) == "Literal" and type(view.value).__name__ == "PySeries":
        # The set of values, as SQL's IN gives it.
        return Term(sql="NULL", dtype=scope.dtype(number), constant=Constant(view.value), is_uniform=True)
    return term(scope, number)


def _refuse_function(name: str) -> NoReturn:
    told = label_of(name)
    if name in windows.NEEDING_ORDER:
        refuse(told, ROW_ORDER)
    refuse(told, NOT_TRANSLATED)
