"""Polars' filters as Iceberg expressions, in the JSON that Iceberg's `ExpressionParser` reads.

The control plane uses them to leave out files; Polars filters the rows again. So a translation may keep too much but
must never leave out a row that Polars would keep. Three rules follow:

- What can't be said exactly is left out of a conjunction, and takes a disjunction with it.
- Negation is pushed down to the leaves, where each leaf says for which rows it is *false* (not: null or true).
- Polars orders NaN above all numbers and finds -0.0 equal to 0.0; Iceberg's bounds know neither.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from nerium_worker.literals import literal, scalars

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import TypeAlias

    from nerium_worker.literals import Json

Node: TypeAlias = "Mapping[str, Any]"
Expression: TypeAlias = "dict[str, Any] | bool"

# Iceberg looks at no bounds for a longer list, but always at those of a range.
LONGEST_LIST = 200

# In characters of JSON: an ask must fit the header of a frame.
LARGEST_EXPRESSION = 256 * 1024

_OPERATORS = {"Eq": "eq", "NotEq": "not-eq", "Lt": "lt", "LtEq": "lt-eq", "Gt": "gt", "GtEq": "gt-eq"}
_OPPOSITE = {"eq": "not-eq", "not-eq": "eq", "lt": "gt-eq", "gt-eq": "lt", "gt": "lt-eq", "lt-eq": "gt"}
_MIRRORED = {"eq": "eq", "not-eq": "not-eq", "lt": "gt", "gt": "lt", "lt-eq": "gt-eq", "gt-eq": "lt-eq"}
_FLOATS = {"float", "double"}
# Casts that keep every value, which Polars adds where a column meets a literal of another type.
_WIDENINGS = {"int": {"Int64", "Int128"}, "long": {"Int128"}, "float": {"Float64"}}
_DIGITS = {"int": 10, "long": 19}
# Their order in Iceberg is not the order of their bytes in every writer's statistics: equality only.
_UNORDERED = {"uuid", "boolean"}


def conjunction(filters: Iterable[str], schema: Mapping[str, Any]) -> Expression | None:
    """Translate serialised filters, all of which hold, over an Iceberg schema; None when nothing can be said."""
    translator = _Translator(schema)
    expression = _all(_translated(translator, text) for text in filters)
    return expression if len(json.dumps(expression)) <= LARGEST_EXPRESSION else None


def _translated(translator: _Translator, text: str) -> Expression | None:
    try:
        return translator.rows(json.loads(text), holds=True)
    except RecursionError:
        # Thousands of comparisons in one filter: planning by them would cost more than it saves.
        return None


class _Translator:
    """Translates trees of Polars expressions over one table."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._types = {field["name"]: field["type"] for field in schema["fields"]}

    def rows(self, node: Node, *, holds: bool) -> Expression | None:
        """Say which rows make a boolean node true (`holds`) or false; None when that can't be said."""
        match node:
            case {"BinaryExpr": {"left": left, "op": "And" | "LogicalAnd", "right": right}}:
                parts = [self.rows(left, holds=holds), self.rows(right, holds=holds)]
                return _all(parts) if holds else _any(parts)
            case {"BinaryExpr": {"left": left, "op": "Or" | "LogicalOr", "right": right}}:
                parts = [self.rows(left, holds=holds), self.rows(right, holds=holds)]
                return _any(parts) if holds else _all(parts)
            case {"BinaryExpr": {"left": left, "op": str(op), "right": right}}:
                return self._comparison(left, op, right, holds=holds)
            case {"Function": {"input": [argument], "function": {"Boolean": "Not"}}}:
                return self.rows(argument, holds=not holds)
            case {"Function": {"input": [argument, *others], "function": {"Boolean": function}}}:
                return self._boolean_function(function, argument, others, holds=holds)
            case {
                "Function": {
                    "input": [argument, {"Literal": {"Scalar": {"String": str(prefix)}}}],
                    "function": function,
                }
            }:
                return self._starts_with(function, argument, prefix, holds=holds)
            case {"Literal": {"Scalar": {"Boolean": bool(value)}}}:
                return value is holds
            case {"Column": str()}:
                return self._truth(node, holds=holds)
            case _:
                return None

    def _column(self, node: Node) -> tuple[str, str] | None:
        """Name the term and the primitive type of a column, or of a field inside structs."""
        match node:
            case {"Cast": {"expr": inner, "dtype": {"Literal": wider}}}:
                column = self._column(inner)
                return column if column is not None and _widens(column[1], wider) else None
        path = _path(node)
        if path is None:
            return None
        type_: Any = {"type": "struct", "fields": [{"name": name, "type": of} for name, of in self._types.items()]}
        for name in path:
            if not isinstance(type_, dict) or type_["type"] != "struct":
                return None
            type_ = next((field["type"] for field in type_["fields"] if field["name"] == name), None)
        return (".".join(path), type_) if isinstance(type_, str) else None

    def _truth(self, node: Node, *, holds: bool) -> Expression | None:
        match self._column(node):
            case (term, "boolean"):
                return _predicate("eq", term, value=holds)
            case _:
                return None

    def _comparison(self, left: Node, op: str, right: Node, *, holds: bool) -> Expression | None:
        match left, right:
            case {"Literal": {"Scalar": scalar}}, _:
                column, mirrored = self._column(right), True
            case _, {"Literal": {"Scalar": scalar}}:
                column, mirrored = self._column(left), False
            case _:
                return None
        if column is None or not isinstance(scalar, dict):
            return None
        if op in {"EqValidity", "NotEqValidity"}:
            return self._null_safe(column, scalar, equal=(op == "EqValidity") is holds, nested=_nested(left, right))
        if op not in _OPERATORS:
            return None
        operator = _MIRRORED[_OPERATORS[op]] if mirrored else _OPERATORS[op]
        return _compare(*column, operator if holds else _OPPOSITE[operator], scalar)

    @staticmethod
    def _null_safe(column: tuple[str, str], scalar: Node, *, equal: bool, nested: bool) -> Expression | None:
        if "Null" in scalar or nested:
            return None
        if equal:
            return _compare(*column, "eq", scalar)
        return _any([_compare(*column, "not-eq", scalar), _predicate("is-null", column[0])])

    def _boolean_function(
        self, function: object, argument: Node, others: list[Node], *, holds: bool
    ) -> Expression | None:
        column = self._column(argument)
        name = self._top_level_name(argument)
        match function, others:
            case (("IsNull" | "IsNotNull"), []):
                null = (function == "IsNull") is holds
                return None if name is None else _predicate("is-null" if null else "not-null", name)
            case _ if column is None:
                return None
            case (("IsNan" | "IsNotNan"), []) if column[1] in _FLOATS:
                nan = (function == "IsNan") is holds
                return _predicate("is-nan" if nan else "not-nan", column[0])
            case {"IsBetween": {"closed": str(closed)}}, [
                {"Literal": {"Scalar": dict(low)}},
                {"Literal": {"Scalar": dict(high)}},
            ]:
                return _between(column, closed, low, high, holds=holds)
            case {"IsIn": {"nulls_equal": bool(nulls_equal)}}, [values]:
                return _membership(column, values, nulls_equal=nulls_equal, holds=holds)
            case _:
                return None

    def _top_level_name(self, node: Node) -> str | None:
        """Name a whole column of any type: the null counts of fields inside structs differ between writers."""
        match node:
            case {"Column": str(name)} if name in self._types:
                return name
            case _:
                return None

    def _starts_with(self, function: object, argument: Node, prefix: str, *, holds: bool) -> Expression | None:
        match function, self._column(argument):
            case {"StringExpr": "StartsWith"}, (term, "string") if prefix:
                return _predicate("starts-with" if holds else "not-starts-with", term, value=prefix)
            case _:
                return None


def _widens(type_: str, dtype: object) -> bool:
    match dtype:
        case str():
            return dtype in _WIDENINGS.get(type_, ())
        case {"Decimal": [int(precision), int(scale)]}:
            return type_ in _DIGITS and precision - scale >= _DIGITS[type_]
        case _:
            return False


def _path(node: Node) -> list[str] | None:
    match node:
        case {"Column": str(name)}:
            return [name]
        case {"Function": {"input": [inner], "function": {"StructExpr": {"FieldByName": str(name)}}}}:
            outer = _path(inner)
            return None if outer is None else [*outer, name]
        case _:
            return None


def _nested(*nodes: Node) -> bool:
    return any(len(_path(node) or ()) > 1 for node in nodes)


def _compare(term: str, type_: str, operator: str, scalar: Node) -> Expression | None:
    value = literal(type_, scalar)
    if value is None or (type_ in _UNORDERED and operator not in {"eq", "not-eq"}):
        return None
    if type_ in _FLOATS:
        return _compare_float(term, operator, float(value))
    return _predicate(operator, term, value=value)


def _compare_float(term: str, operator: str, value: float) -> Expression | None:
    low, high = (-0.0, 0.0) if value == 0.0 else (value, value)
    match operator:
        case "eq" if value == 0.0:
            return _all([_predicate("gt-eq", term, value=low), _predicate("lt-eq", term, value=high)])
        case "lt" | "lt-eq" | "eq":
            return _predicate(operator, term, value=high)
        case "gt" | "gt-eq":
            return _any([_predicate(operator, term, value=low), _predicate("is-nan", term)])
        case _:
            return None


def _between(column: tuple[str, str], closed: str, low: Node, high: Node, *, holds: bool) -> Expression | None:
    lower = "gt-eq" if closed in {"Both", "Left"} else "gt"
    upper = "lt-eq" if closed in {"Both", "Right"} else "lt"
    if holds:
        return _all([_compare(*column, lower, low), _compare(*column, upper, high)])
    return _any([_compare(*column, _OPPOSITE[lower], low), _compare(*column, _OPPOSITE[upper], high)])


def _membership(column: tuple[str, str], node: Node, *, nulls_equal: bool, holds: bool) -> Expression | None:
    members = scalars(node)
    if members is None or (nulls_equal and (not holds or None in members)):
        return None
    present = [member for member in members if member is not None]
    values = [literal(column[1], member) for member in present]
    if any(value is None for value in values):
        return None
    if column[1] in _FLOATS:
        return _float_membership(column[0], [float(value) for value in values if value is not None], holds=holds)
    return _in(column, [value for value in values if value is not None], present, holds=holds)


def _float_membership(term: str, values: list[float], *, holds: bool) -> Expression | None:
    if not holds or any(math.isnan(value) for value in values):
        return None
    if 0.0 in values:
        values = [value for value in values if value != 0.0] + [-0.0, 0.0]
    if len(values) > LONGEST_LIST:
        return _all([_predicate("gt-eq", term, value=min(values)), _predicate("lt-eq", term, value=max(values))])
    return _predicate("in", term, values=values) if values else False


def _in(column: tuple[str, str], values: list[Json], members: Sequence[Node], *, holds: bool) -> Expression | None:
    term, type_ = column
    if not values:
        return False if holds else None
    if len(values) <= LONGEST_LIST:
        return _predicate("in" if holds else "not-in", term, values=values)
    if not holds or type_ in _UNORDERED:
        return None
    order = sorted(range(len(members)), key=lambda index: _sort_key(members[index]))
    return _all([_predicate("gt-eq", term, value=values[order[0]]), _predicate("lt-eq", term, value=values[order[-1]])])


def _sort_key(member: Node) -> Any:  # noqa: ANN401  # members of one list have one type
    (value,) = member.values()
    match value:
        case [int(number), *_]:
            return number
        case str():
            return value.encode()
        case _:
            return value


def _predicate(
    operator: str, term: str, *, value: Json | None = None, values: list[Json] | list[float] | None = None
) -> dict[str, Any]:
    predicate: dict[str, Any] = {"type": operator, "term": term}
    if value is not None:
        predicate["value"] = value
    if values is not None:
        predicate["values"] = values
    return predicate


def _all(parts: Iterable[Expression | None]) -> Expression | None:
    known = [part for part in parts if part is not None]
    return _joined("and", known) if known else None


def _any(parts: Iterable[Expression | None]) -> Expression | None:
    known = list(parts)
    if any(part is None for part in known):
        return None
    return _joined("or", [part for part in known if part is not None])


def _joined(operator: str, parts: list[Expression]) -> Expression:
    # Balanced, as readers of JSON have a limit of depth.
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    return {"type": operator, "left": _joined(operator, parts[:middle]), "right": _joined(operator, parts[middle:])}
