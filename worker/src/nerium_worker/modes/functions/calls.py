"""Reads the calls and operators that become computed columns from a parsed statement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nerium_worker.modes.functions.computation import Arguments, Computation
from nerium_worker.modes.functions.computed import BY_NAME
from nerium_worker.modes.functions.intervals import is_sum, read_sum
from nerium_worker.modes.functions.json_values import operands
from nerium_worker.modes.functions.keys import repeated_keys
from nerium_worker.modes.functions.made_items import is_sampled, series_name
from nerium_worker.modes.syntax import objects, without_places
from nerium_worker.protocol.errors import Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from nerium_worker.modes.syntax import Ast


def has_calls(tree: Ast) -> bool:
    """Return whether a parsed statement has such a call or operator, or an item of FROM that is made."""
    return any(True for _ in _calls(tree))


def is_changed(tree: Ast) -> bool:
    """Return whether a parsed statement has one of them, or keys of groups that become columns, too."""
    return has_calls(tree) or any(repeated_keys(fields) for fields in objects(tree))


def has_other_calls(tree: Ast, kept: Sequence[Ast]) -> bool:
    """Return whether a parsed statement has others than these."""
    return any(without_places(call) not in kept for call in _calls(tree))


def _calls(tree: Ast) -> Iterator[Ast]:
    return (fields for fields in objects(tree) if _is_call(fields) or _is_made(fields))


def _is_made(node: Ast) -> bool:
    return ("Table" in node or "Derived" in node) and (is_sampled(node) or series_name(node) is not None)


def read_call(node: Ast, constant: Callable[[Ast], Any]) -> Computation | None:
    """Read a call or an operator; None if the node is another one. Raises `Failure`.

    `constant` gives the value of an expression that reads no column, and another object for others.
    """
    if not _is_call(node):
        return None
    if is_sum(node):
        return read_sum(node)
    if "Function" in node:
        return _function(node["Function"], constant)
    found = operands(node)
    assert found is not None  # noqa: S101  # `->` or `->>`
    name, each = found
    function = BY_NAME[name]
    return function.read(Arguments(name=name, usage=function.usage, each=each, constant=constant))


def _is_call(node: Ast) -> bool:
    match node:
        case {"Function": {"name": [{"Identifier": {"value": str(name), "quote_style": None}}]}}:
            return name.lower() in BY_NAME
        case {"BinaryOp": {"op": "Arrow" | "LongArrow"}}:
            return True
        case {"BinaryOp": _}:
            return is_sum(node)
        case {"Lambda": {"syntax": "Arrow"}}:
            return True
        case _:
            return False


def _function(call: Ast, constant: Callable[[Ast], Any]) -> Computation:
    name = call["name"][0]["Identifier"]["value"].lower()
    function = BY_NAME[name]
    usage = function.usage.replace(function.names[0], name, 1)
    match call:
        case {
            "args": {"List": {"args": [*given], "clauses": [], "duplicate_treatment": None}},
            "filter": None,
            "over": None,
            "null_treatment": None,
            "within_group": [],
        } if all("Expr" in each.get("Unnamed", ()) for each in given) and len(given) in function.counts:
            each = [argument["Unnamed"]["Expr"] for argument in given]
            return function.read(Arguments(name=name, usage=usage, each=each, constant=constant))
        case _:
            raise Failure("sql", f"This call of {name}() is not available.", hint=f"Write {usage}.")
