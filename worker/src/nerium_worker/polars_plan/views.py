"""Polars' view of a plan: private classes, one for each kind of node and expression, distinguished by their names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import TypeAlias

Traverser: TypeAlias = "Any"
View: TypeAlias = "Any"

_CONNECTIVES = {"Operator.And", "Operator.LogicalAnd", "Operator.Or", "Operator.LogicalOr"}


def kind(view: View) -> str:
    """Name the kind of a node or expression."""
    return type(view).__name__


def function_name(view: View) -> str:
    """Name the function of a `Function`."""
    data = view.function_data
    return str(data[0] if isinstance(data, tuple) else data)


def is_connective(view: View) -> bool:
    """Return whether an expression is an AND or an OR."""
    return kind(view) == "BinaryExpr" and str(view.op) in _CONNECTIVES


def operands(view: View) -> list[int]:
    """Give the numbers of the expressions that an expression holds, for the kinds that conditions are made of."""
    match kind(view):
        case "Alias" | "Cast" | "Explode" | "Sort":
            return [view.expr]
        case "BinaryExpr":
            return [view.left, view.right]
        case "Ternary":
            return [view.predicate, view.truthy, view.falsy]
        case "Agg":
            return list(view.arguments)
        case "Function":
            return list(view.input)
        case "Filter":
            return [view.input, view.by]
        case _:
            return []


def all_operands(view: View) -> list[int]:
    """Give the same for every kind of expression."""
    match kind(view):
        case "SortBy":
            return [view.expr, *view.by]
        case "Gather":
            return [view.expr, view.idx]
        case "Slice":
            return [view.input, view.offset, view.length]
        case "Window":
            order = [] if view.order_by is None else [view.order_by]
            return [view.function, *order, *view.partition_by]
        case "Rolling":
            return [view.function, view.index_column]
        case "StructEval":
            return [view.expr, *(each.node for each in view.evaluation)]
        case _:
            return operands(view)
