"""Translates Polars' filters to Iceberg expressions, in the JSON that Iceberg's `ExpressionParser` reads.

The control plane uses them to leave out files; Polars filters the rows again. So a translation may keep too much but
must never leave out a row that Polars would keep. Three rules follow:

- What can't be said exactly is left out of a conjunction, and takes a disjunction with it.
- Negation is pushed down to the leaves, where each leaf says for which rows it is *false* (not: null or true).
- Polars orders NaN above all numbers and finds -0.0 equal to 0.0; Iceberg's bounds know neither.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from nerium_worker.iceberg.literals import literal
from nerium_worker.polars_plan.dtypes import instance
from nerium_worker.polars_plan.unstable import literal_list
from nerium_worker.polars_plan.views import function_name, kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import TypeAlias

    from polars.datatypes import DataType

    from nerium_worker.iceberg.literals import Json
    from nerium_worker.polars_plan.views import Traverser, View

Expression: TypeAlias = "dict[str, Any] | bool"

# Iceberg looks at no bounds for a longer list, but always at those of a range.
LONGEST_LIST = 200

# In characters of JSON: an ask must fit the header of a frame.
LARGEST_EXPRESSION = 256 * 1024

_CONNECTIVES = {"And": "and", "LogicalAnd": "and", "Or": "or", "LogicalOr": "or"}
_OPERATORS = {"Eq": "eq", "NotEq": "not-eq", "Lt": "lt", "LtEq": "lt-eq", "Gt": "gt", "GtEq": "gt-eq"}
_OPPOSITE = {"eq": "not-eq", "not-eq": "eq", "lt": "gt-eq", "gt-eq": "lt", "gt": "lt-eq", "lt-eq": "gt"}
_MIRRORED = {"eq": "eq", "not-eq": "not-eq", "lt": "gt", "gt": "lt", "lt-eq": "gt-eq", "gt-eq": "lt-eq"}
_INCLUSIVE = {"gt": "gt-eq", "lt": "lt-eq"}
_FLOATS = {"float", "double"}
# Casts that keep every value, which Polars adds where a column meets a literal of another type.
_WIDENINGS: dict[str, set[DataType]] = {
    "int": {pl.Int64(), pl.Int128()},
    "long": {pl.Int128()},
    "float": {pl.Float64()},
}
_DIGITS = {"int": 10, "long": 19}
# In UTC, as a parameter is written; Polars compares what a text is converted to with a column of the same type only.
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{6})?\+00:00")
# Their order in Iceberg is not the order of their bytes in every writer's statistics: equality only.
_UNORDERED = {"boolean"}


def expression_of(predicate: int, traverser: Traverser, schema: Mapping[str, Any]) -> Expression | None:
    """Translate an expression of a visited plan over an Iceberg schema; None when nothing can be said."""
    try:
        return within_limit(_Translator(traverser, schema).rows(predicate, holds=True))
    except RecursionError:
        # Thousands of comparisons in one filter: planning by them would cost more than it saves.
        return None


def within_limit(expression: Expression | None) -> Expression | None:
    """Give the expression unless it is too large to be sent."""
    return expression if len(json.dumps(expression)) <= LARGEST_EXPRESSION else None


def any_of(expressions: Iterable[Expression | None]) -> Expression | None:
    """Say that one of several expressions holds; None when one of them is not known."""
    known: list[Expression] = []
    for each in expressions:
        if each is None:
            return None
        if each not in known:
            known.append(each)
    return within_limit(_join("or", known)) if known else None


@dataclass(frozen=True, kw_only=True)
class Literal:
    """A constant that Polars does not show as a literal, with the attributes of one."""

    value: dt.datetime
    dtype: DataType


class _Translator:
    """Translates the expressions of a visited plan over one table."""

    def __init__(self, traverser: Traverser, schema: Mapping[str, Any]) -> None:
        self._traverser = traverser
        self._types = {field["name"]: field["type"] for field in schema["fields"]}

    def rows(self, number: int, *, holds: bool) -> Expression | None:
        """Say which rows make a boolean expression true (`holds`) or false; None when that can't be said."""
        view = self._view(number)
        match kind(view):
            case "BinaryExpr":
                return self._operation(view, _word(view.op), holds=holds)
            case "Function":
                return self._function(view, holds=holds)
            case "Literal" if isinstance(view.value, bool):
                return view.value is holds
            case "Column":
                return self._truth(number, holds=holds)
            case _:
                return None

    def _view(self, number: int) -> View:
        """Give an expression as Polars shows it, None where it doesn't or Python has no such value."""
        try:
            view = self._traverser.view_expression(number)
        except (NotImplementedError, ValueError, OverflowError):
            return None
        return self._instant(view) or view

    def _instant(self, view: View) -> Literal | None:
        """Give the moment that a text is converted to: SQL has no literal with a time zone."""
        if kind(view) != "Function" or function_name(view) != "StringFunction.Strptime":
            return None
        text = self._view(view.input[0])
        if view.function_data[1] != "%+" or kind(text) != "Literal" or not isinstance(text.value, str):
            return None
        if _INSTANT.fullmatch(text.value) is None:
            return None
        try:
            return Literal(value=dt.datetime.fromisoformat(text.value), dtype=pl.Datetime("us", "UTC"))
        except ValueError:
            return None

    def _operation(self, view: View, operator: str, *, holds: bool) -> Expression | None:
        connective = _CONNECTIVES.get(operator)
        if connective is None:
            return self._comparison(view.left, operator, view.right, holds=holds)
        parts = [self.rows(part, holds=holds) for part in self._operands(view, connective)]
        return _all(parts) if (connective == "and") is holds else _any(parts)

    def _operands(self, view: View, connective: str) -> list[int]:
        """Divide a chain of one connective, which may be longer than Python has frames."""
        pending, operands = [view.right, view.left], []
        while pending:
            number = pending.pop()
            inner = self._view(number)
            if kind(inner) == "BinaryExpr" and _CONNECTIVES.get(_word(inner.op)) == connective:
                pending += (inner.right, inner.left)
            else:
                operands.append(number)
        return operands

    def _column(self, number: int) -> tuple[str, str] | None:
        """Name the term and the primitive type of a column, or of a field inside structs."""
        view = self._view(number)
        if kind(view) == "Cast":
            column = self._column(view.expr)
            return column if column is not None and _widens(column[1], view.dtype) else None
        path = self._path(number)
        if path is None:
            return None
        type_: Any = {"type": "struct", "fields": [{"name": name, "type": of} for name, of in self._types.items()]}
        for name in path:
            if not isinstance(type_, dict) or type_["type"] != "struct":
                return None
            type_ = next((field["type"] for field in type_["fields"] if field["name"] == name), None)
        return (".".join(path), type_) if isinstance(type_, str) else None

    def _path(self, number: int) -> list[str] | None:
        view = self._view(number)
        match kind(view):
            case "Column":
                return [view.name]
            case "Function" if function_name(view) == "StructFunction.FieldByName":
                outer = self._path(view.input[0])
                return None if outer is None else [*outer, view.function_data[1]]
            case _:
                return None

    def _truth(self, number: int, *, holds: bool) -> Expression | None:
        match self._column(number):
            case (term, "boolean"):
                return _predicate("eq", term, value=holds)
            case _:
                return None

    def _comparison(self, left: int, operator: str, right: int, *, holds: bool) -> Expression | None:
        mirrored = kind(self._view(left)) == "Literal"
        side, constant = (right, left) if mirrored else (left, right)
        column, view = self._column(side), self._view(constant)
        if column is None or kind(view) != "Literal":
            return None
        if operator in {"EqValidity", "NotEqValidity"}:
            nested = len(self._path(side) or ()) > 1
            return _null_safe(column, view, equal=(operator == "EqValidity") is holds, nested=nested)
        if operator not in _OPERATORS:
            return None
        comparison = _MIRRORED[_OPERATORS[operator]] if mirrored else _OPERATORS[operator]
        return _compare(*column, comparison if holds else _OPPOSITE[comparison], view)

    def _function(self, view: View, *, holds: bool) -> Expression | None:
        name, (first, *others) = function_name(view), view.input
        match name:
            case "BooleanFunction.Not":
                return self.rows(first, holds=not holds)
            case "BooleanFunction.IsNull" | "BooleanFunction.IsNotNull":
                null = (name == "BooleanFunction.IsNull") is holds
                whole = self._top_level_name(first)
                return None if whole is None else _predicate("is-null" if null else "not-null", whole)
        column = self._column(first)
        if column is None:
            return None
        constants = [self._view(other) for other in others]
        if any(kind(constant) != "Literal" for constant in constants):
            return None
        return _of_constants(name, view.function_data[1:], column, constants, holds=holds)

    def _top_level_name(self, number: int) -> str | None:
        """Name a whole column of any type: the null counts of fields inside structs differ between writers."""
        view = self._view(number)
        return view.name if kind(view) == "Column" and view.name in self._types else None


def _word(operator: object) -> str:
    return str(operator).removeprefix("Operator.")


def _of_constants(
    name: str, options: Sequence[Any], column: tuple[str, str], constants: Sequence[View], *, holds: bool
) -> Expression | None:
    """Translate a function of a column and constants."""
    match name, constants:
        case (("BooleanFunction.IsNan" | "BooleanFunction.IsNotNan"), []) if column[1] in _FLOATS:
            nan = (name == "BooleanFunction.IsNan") is holds
            return _predicate("is-nan" if nan else "not-nan", column[0])
        case "BooleanFunction.IsBetween", [low, high]:
            return _between(column, options[0], low, high, holds=holds)
        case "BooleanFunction.IsIn", [members]:
            return _membership(column, members, nulls_equal=options[0], holds=holds)
        case "StringFunction.StartsWith", [prefix] if column[1] == "string" and prefix.value:
            return _predicate("starts-with" if holds else "not-starts-with", column[0], value=prefix.value)
        case _:
            return None


def _widens(type_: str, dtype: DataType) -> bool:
    if isinstance(dtype, pl.Decimal):
        return type_ in _DIGITS and dtype.precision - dtype.scale >= _DIGITS[type_]
    return dtype in _WIDENINGS.get(type_, ())


def _null_safe(column: tuple[str, str], constant: View, *, equal: bool, nested: bool) -> Expression | None:
    if constant.value is None or nested:
        return None
    if equal:
        return _compare(*column, "eq", constant)
    return _any([_compare(*column, "not-eq", constant), _predicate("is-null", column[0])])


def _compare(term: str, type_: str, operator: str, constant: View) -> Expression | None:
    value = literal(type_, constant.value, constant.dtype)
    if value is None or (type_ in _UNORDERED and operator not in {"eq", "not-eq"}):
        return None
    if type_ in _FLOATS:
        return _compare_float(term, operator, float(value))
    if type_ == "time":
        return _compare_time(term, operator, value)
    return _predicate(operator, term, value=value)


def _compare_time(term: str, operator: str, value: Json) -> Expression | None:
    """Compare whole microseconds with a time of which Python does not know the nanoseconds."""
    return None if operator == "not-eq" else _predicate(_INCLUSIVE.get(operator, operator), term, value=value)


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


def _between(column: tuple[str, str], closed: str, low: View, high: View, *, holds: bool) -> Expression | None:
    lower = "gt-eq" if closed in {"both", "left"} else "gt"
    upper = "lt-eq" if closed in {"both", "right"} else "lt"
    if holds:
        return _all([_compare(*column, lower, low), _compare(*column, upper, high)])
    return _any([_compare(*column, _OPPOSITE[lower], low), _compare(*column, _OPPOSITE[upper], high)])


def _membership(column: tuple[str, str], constant: View, *, nulls_equal: bool, holds: bool) -> Expression | None:
    members, dtype = literal_list(constant), constant.dtype
    if members is None or not isinstance(dtype, pl.List) or (nulls_equal and (not holds or None in members)):
        return None
    term, type_ = column
    inner = instance(dtype.inner)
    present = [member for member in members if member is not None]
    values = [literal(type_, member, inner) for member in present]
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return None
    if type_ in _FLOATS:
        return _float_membership(term, [float(value) for value in known], holds=holds)
    if type_ == "time" and not holds:
        return None
    return _in(column, known, present, holds=holds)


def _float_membership(term: str, values: list[float], *, holds: bool) -> Expression | None:
    if not holds or any(math.isnan(value) for value in values):
        return None
    if 0.0 in values:
        values = [value for value in values if value != 0.0] + [-0.0, 0.0]
    if len(values) > LONGEST_LIST:
        return _all([_predicate("gt-eq", term, value=min(values)), _predicate("lt-eq", term, value=max(values))])
    return _predicate("in", term, values=values) if values else False


def _in(column: tuple[str, str], values: list[Json], members: Sequence[Any], *, holds: bool) -> Expression | None:
    term, type_ = column
    if not values:
        return False if holds else None
    if len(values) <= LONGEST_LIST:
        return _predicate("in" if holds else "not-in", term, values=values)
    if not holds or type_ in _UNORDERED:
        return None
    order = sorted(range(len(members)), key=lambda index: _sort_key(members[index]))
    return _all([_predicate("gt-eq", term, value=values[order[0]]), _predicate("lt-eq", term, value=values[order[-1]])])


def _sort_key(member: Any) -> Any:  # noqa: ANN401  # members of one list have one type
    return member.encode() if isinstance(member, str) else member


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
    return _join("and", known) if known else None


def _any(parts: Iterable[Expression | None]) -> Expression | None:
    known = list(parts)
    if any(part is None for part in known):
        return None
    return _join("or", [part for part in known if part is not None])


def _join(operator: str, parts: list[Expression]) -> Expression:
    # Balanced, as readers of JSON have a limit of depth.
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    return {"type": operator, "left": _join(operator, parts[:middle]), "right": _join(operator, parts[middle:])}
