"""Binds the parameters of a statement: `$name` and `?` in the text become literals of the values that were given.

The parser finds the parameters, so that no text in quotes or comments is one. After the literals are in the text, it is
parsed again, and must differ from the parsed statement of the user in nothing but these literals: no value can change
what a statement does.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from nerium_worker.modes.messages import listed, nearest_name
from nerium_worker.modes.relations import Span, line_starts
from nerium_worker.modes.sql_values import NotBindableError, value_of_json, value_of_python
from nerium_worker.modes.syntax import parsed
from nerium_worker.protocol.errors import Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from nerium_worker.modes.sql_values import SqlValue

# Where a parameter stands: in an expression, alone in the list of IN or NOT IN, as one of several there, as the list of
# ANY or UNNEST, in a row of VALUES, as a count of LIMIT, behind a word such as DATE, or where a number means a column.
Place: TypeAlias = Literal["value", "in", "not in", "member", "array", "cell", "count", "prefixed", "ordinal"]

# The characters of literals that have no text of the user in them.
_PLAIN = re.compile(r"[A-Za-z0-9'+.:(), %\[\]-]*")
_INTEGER = re.compile(r"-?[0-9]+")
_BEHIND = re.compile(r"\s*\)")
_NO_ZONES = "A list of timestamps with a time zone can be bound to IN ({name}) only."
_HINTS: Mapping[Place, str] = {
    "value": _NO_ZONES,
    "array": f"ANY and UNNEST take a list of values. {_NO_ZONES}",
    "member": "Give a list to a parameter that is alone in the parentheses: IN ({name}).",
    "cell": "Write SELECT with {name} instead of VALUES: it takes values of every type.",
    "count": "LIMIT and OFFSET take an integer that is not negative.",
    "prefixed": "Give a text here. For a value that has its own type, leave out the word before {name}.",
    "ordinal": "ORDER BY and GROUP BY take columns, and a parameter is a value: write the name of the column.",
}


@dataclass(frozen=True, kw_only=True)
class Placeholder:
    """A parameter in the text: `text` as it is written there, and the name of its value."""

    text: str
    name: str
    span: Span
    place: Place

    @property
    def line(self) -> int:
        """The line of the text, from 1."""
        return self.span.start[0]

    @property
    def where(self) -> str:
        """The parameter with its position, for messages."""
        return f"{self.text} at line {self.span.start[0]}, column {self.span.start[1]}"


@dataclass(frozen=True, kw_only=True)
class Given:
    """The values for the parameters of a statement, in JSON or in Python.

    `is_exact`: that no value may be left over. `is_required`: not even where a statement has no parameters.
    """

    params: Mapping[str, Any] | Sequence[Any] = field(default_factory=dict)
    read: Callable[[Any], SqlValue] = value_of_json
    is_exact: bool = True
    is_required: bool = False

    @property
    def is_list(self) -> bool:
        """Whether the values have no names: these are `1`, `2`, ..."""
        return not isinstance(self.params, Mapping)

    @functools.cached_property
    def values(self) -> Mapping[str, SqlValue]:
        """The values by name; raises `Failure`."""
        if isinstance(self.params, Mapping):
            return {name: self._value(name, value) for name, value in self.params.items()}
        return {str(number): self._value(str(number), value) for number, value in enumerate(self.params, 1)}

    def _value(self, name: str, value: Any) -> SqlValue:  # noqa: ANN401  # a value of JSON or Python
        try:
            return self.read(value)
        except NotBindableError as error:
            raise Failure("sql", f"The value of the parameter ${name} {error}.") from error


NO_VALUES = Given()
_NULL = value_of_python(None)


def values_of_python(params: Mapping[str, Any] | Sequence[Any]) -> Given:
    """Take the values of a script, which may give more names than a statement has."""
    return Given(params=params, read=value_of_python, is_exact=not isinstance(params, Mapping))


def find_placeholders(statement: Any) -> tuple[Placeholder, ...]:  # noqa: ANN401  # a tree of JSON
    """Find the parameters of a parsed statement, in the order of the text."""
    found = sorted(_placeholders(statement), key=lambda each: each[1])
    texts = [text for text, _, _ in found]
    other = next((text for text in texts if text != "?"), None)
    if "?" in texts and other is not None:
        raise Failure(
            "sql", f"The statement has both ? and {other}.", hint="Write all its parameters as ?, or give all a name."
        )
    placeholders = []
    for number, (text, span, place) in enumerate(found, 1):
        name = str(number) if text == "?" else text[1:]
        if not name:
            raise Failure(
                "sql",
                f"A parameter without a name is at line {span.start[0]}, column {span.start[1]}.",
                line=span.start[0],
                hint="Write $name, or ?.",
            )
        placeholders.append(Placeholder(text=text, name=name, span=span, place=place))
    return tuple(placeholders)


def _placeholders(statement: Any) -> Iterator[tuple[str, Span, Place]]:  # noqa: ANN401  # a tree of JSON
    pending: list[tuple[Any, Place]] = [(statement, "value")]
    while pending:
        node, place = pending.pop()
        if (found := _placeholder(node)) is not None:
            yield *found, place
        elif place == "ordinal" and isinstance(node, dict) and "Nested" in node:
            pending.append((node["Nested"], place))
        elif isinstance(node, (list, tuple)):
            pending.extend((each, place) for each in node)
        elif isinstance(node, dict):
            pending.extend(_children(node))


def _children(node: Mapping[str, Any]) -> Iterator[tuple[Any, Place]]:
    """Give the parts of a node, each with the place that a parameter has which is the part itself."""
    match node:
        case {"InList": {"expr": expr, "list": [member], "negated": negated}}:
            yield expr, "value"
            yield member, "not in" if negated else "in"
        case {"InList": {"expr": expr, "list": [*members]}}:
            yield expr, "value"
            yield members, "member"
        case {"AnyOp": operation} | {"AllOp": operation}:
            yield operation["left"], "value"
            yield operation["right"], "array"
        case {"columns": _, "kind": {"Values": {"rows": rows}}}:
            # The rows of a MERGE are computed for each row of its source.
            yield rows, "value"
        case {"Values": {"rows": rows}}:
            yield rows, "cell"
        case {"UNNEST": {"array_exprs": arrays}}:
            yield arrays, "array"
        case {"limit": limit, "offset": offset, **rest}:
            yield [limit, offset["value"] if offset is not None and "rows" in offset else offset], "count"
            yield list(rest.values()), "value"
        case {"quantity": quantity, **rest}:
            yield quantity, "count"
            yield list(rest.values()), "value"
        case {"order_by": {"kind": {"Expressions": [*keys]}}, "body": _}:
            yield [key["expr"] for key in keys], "ordinal"
            yield [value for name, value in node.items() if name != "order_by"], "value"
        case {"group_by": {"Expressions": [[*keys], *_]}}:
            yield keys, "ordinal"
            yield [value for name, value in node.items() if name != "group_by"], "value"
        case {"TypedString": {"value": value}}:
            yield value, "prefixed"
        case {"Interval": {"value": value}}:
            yield value, "prefixed"
        case _:
            yield list(node.values()), "value"


def _placeholder(node: Any) -> tuple[str, Span] | None:  # noqa: ANN401  # a tree of JSON
    match node:
        case {"Value": {"value": {"Placeholder": str(text)}, "span": span}}:
            pass
        case {"value": {"Placeholder": str(text)}, "span": span}:
            pass
        case _:
            return None
    start, end = ((span[side]["line"], span[side]["column"]) for side in ("start", "end"))
    return text, Span(start, end)


def bind_statement(sql: str, given: Given) -> str:
    """Write literals for the parameters of any statement; raises `Failure`.

    A text that is not one statement of the parser is returned as it is: what reads it says what is wrong.
    """
    try:
        statement = parsed(sql)
    except ValueError:
        return sql
    placeholders = find_placeholders(statement)
    return bind(sql, statement, placeholders, given)[0] if placeholders or given.params else sql


def bind(sql: str, statement: Any, placeholders: Sequence[Placeholder], given: Given) -> tuple[str, Any]:  # noqa: ANN401
    """Write literals for the parameters of a statement; return its text, and its parsed form. Raises `Failure`.

    `statement`: the statement with its parameters.
    """
    _require_all(placeholders, given)
    values = {each.span: given.values[each.name] for each in placeholders}
    starts = line_starts(sql)
    text = sql
    for each in sorted(placeholders, key=lambda each: each.span, reverse=True):
        begin, end = (starts[line - 1] + column - 1 for line, column in each.span)
        literal, end = _literal(each, values[each.span], sql, end)
        text = text[:begin] + literal + text[end:]
    try:
        bound = parsed(text)
        is_same = _Comparison(values).is_bound(statement, bound)
    except (ValueError, TypeError, KeyError) as error:
        raise _not_bound(str(error)) from error
    if not is_same:
        raise _not_bound(None)
    return text, bound


def _not_bound(details: str | None) -> Failure:
    return Failure(
        "sql",
        "The values of the parameters could not be bound, so the statement is not run.",
        details=details,
        hint="Write the values into the statement, or use the parameters elsewhere in it.",
    )


def _require_all(placeholders: Sequence[Placeholder], given: Given) -> None:
    names = list(dict.fromkeys(each.name for each in placeholders))
    named = next((each for each in placeholders if not each.name.isdigit()), None)
    missing = next((each for each in placeholders if each.name not in given.values), None)
    extra = [name for name in given.values if name not in names]
    if given.is_list and named is not None:
        hint = f'Give the values by name: "params": {{"{named.name}": ...}}.'
        raise Failure(
            "sql", f"The statement has the parameter {named.where}, and params is a list.", line=named.line, hint=hint
        )
    if missing is not None and missing.name.isdigit():
        hint = _list_hint(len(names))
        raise Failure(
            "sql",
            f"The parameter {missing.where} is number {missing.name}, and params has {_counted(given)}.",
            line=missing.line,
            hint=hint,
        )
    if missing is not None:
        hint = nearest_name(missing.name, extra, "value") if extra else f'Add "{missing.name}" to params.'
        raise Failure(
            "sql",
            f"The parameter {missing.where} has no value: params has {_counted(given)}.",
            line=missing.line,
            hint=hint,
        )
    if extra and given.is_exact:
        what = f"value number {extra[0]}" if given.is_list else f"the value {extra[0]!r}"
        hint = _list_hint(len(names)) if given.is_list else nearest_name(extra[0], names, "parameter")
        raise Failure("sql", f"params has {what}, and the statement has no parameter for it.", hint=hint)


def _list_hint(count: int) -> str:
    return f"Give a list of {count} value{'s' if count > 1 else ''}, in the order of the parameters."


def _counted(given: Given) -> str:
    if not given.values:
        return "no values"
    if given.is_list:
        return f"{len(given.values)} value{'s' if len(given.values) > 1 else ''}"
    names = list(given.values)
    return f"the values {listed(names)}"


def _literal(placeholder: Placeholder, value: SqlValue, sql: str, end: int) -> tuple[str, int]:
    """Give the text for a parameter, and where the text ends that it replaces."""
    match placeholder.place:
        case "in" | "not in" as place if value.members == ():
            # IN takes no empty list. It is unknown of every value whether it is NULL.
            behind = _BEHIND.match(sql, end)
            if behind is None:
                raise _misplaced(placeholder, value, f"Write {place.upper()} ({placeholder.text}).")
            return f"NULL) IS {'NOT ' if place == 'in' else ''}NULL", behind.end()
        case "in" | "not in" if value.members is not None:
            return ", ".join(member.bare for member in value.members), end
        case "in" | "not in" | "member" if value.members is None:
            return value.bare, end
        case "array" if value.members is not None and not _has_zones(value):
            return value.bare, end
        case "cell" if value.cell is not None:
            return value.cell, end
        case "count" if isinstance(value.value, int) and value.value >= 0:
            return str(value.value), end
        case "prefixed" if value.type == "text":
            return value.text, end
        case "value" if not _has_zones(value):
            return value.text, end
        case place:
            raise _misplaced(placeholder, value, _HINTS[place].format(name=placeholder.text))


def _has_zones(value: SqlValue) -> bool:
    return any(member.type == "timestamptz" or _has_zones(member) for member in value.members or ())


def _misplaced(placeholder: Placeholder, value: SqlValue, hint: str) -> Failure:
    shown = value.type if value.members != () else "empty list"
    shown = f"{shown} {value.value}" if value.type == "integer" else shown
    return Failure(
        "sql",
        f"The parameter {placeholder.where} can't have the given value, of the type {shown}.",
        line=placeholder.line,
        hint=hint,
    )


class _Comparison:
    """Compares a parsed statement that has parameters with the one that has literals instead."""

    def __init__(self, values: Mapping[Span, SqlValue]) -> None:
        self._values = values
        self._plain = _parsed_literals({"NULL", *(text for value in values.values() for text in _plain_texts(value))})

    def is_bound(self, query: Any, bound: Any) -> bool:  # noqa: ANN401  # trees of JSON
        """Return whether they differ in nothing but the literals of the values, and positions."""
        pending = [(query, bound)]
        while pending:
            one, other = pending.pop()
            if (found := _placeholder(one)) is not None:
                if not self._is_literal(other, self._values[found[1]], wrapped="Value" in one):
                    return False
            elif (members := self._only_member(one)) is not None:
                inner = self._in_list(one["InList"], other, members)
                if inner is None:
                    return False
                pending.append((one["InList"]["expr"], inner))
            elif isinstance(one, dict):
                if not isinstance(other, dict) or one.keys() != other.keys():
                    return False
                pending.extend((one[key], other[key]) for key in one if key != "span")
            elif isinstance(one, (list, tuple)):
                if not isinstance(other, (list, tuple)) or len(one) != len(other):
                    return False
                pending.extend(zip(one, other, strict=True))
            elif one != other:
                return False
        return True

    def _only_member(self, node: Any) -> tuple[SqlValue, ...] | None:  # noqa: ANN401  # a tree of JSON
        """Give the members of a list that stands alone in IN."""
        match node:
            case {"InList": {"list": [member]}} if (found := _placeholder(member)) is not None:
                return self._values[found[1]].members
            case _:
                return None

    def _in_list(self, one: Mapping[str, Any], other: Any, members: Sequence[SqlValue]) -> Any:  # noqa: ANN401
        """Give the expression that is looked for in the literals of a list, None where the lists differ."""
        if not members:
            other = other.get("IsNull" if one["negated"] else "IsNotNull", {})
        match other:
            case {"InList": {"expr": expr, "list": [*literals], "negated": negated}} if negated == one["negated"]:
                expected = members or (_NULL,)
                is_same = len(literals) == len(expected) and all(map(self._is_literal, literals, expected))
                return expr if is_same else None
            case _:
                return None

    def _is_literal(self, node: Any, value: SqlValue, *, wrapped: bool = True) -> bool:  # noqa: ANN401  # a tree of JSON
        literal = _without_spans(node)
        return (literal if wrapped else {"Value": literal}) in self._trees(value)

    def _trees(self, value: SqlValue) -> list[Any]:
        """Give the parsed forms of a literal, built from the value itself if it is a text."""
        if isinstance(value.value, str):
            return [{"Value": {"value": {"SingleQuotedString": value.value}}}]
        trees = [self._plain[text] for text in _plain_texts(value) if text in self._plain]
        if value.members is not None:
            trees.append({"Array": {"elem": [self._trees(each)[-1] for each in value.members], "named": False}})
        return trees


def _plain_texts(value: SqlValue) -> list[str]:
    """Give the forms of a literal without text of the user."""
    if isinstance(value.value, str):
        return []
    if value.members:
        return [text for member in value.members for text in _plain_texts(member)]
    return [value.text, *([] if value.cell is None else [value.cell]), value.bare]


def _parsed_literals(texts: set[str]) -> dict[str, Any]:
    if any(_PLAIN.fullmatch(text) is None for text in texts):
        raise ValueError("a literal has other characters than those of numbers and times")
    trees = {text: _integer_tree(text) for text in texts if _INTEGER.fullmatch(text) is not None}
    others = sorted(texts - trees.keys())
    statement = parsed(f"SELECT {', '.join(others)}")
    items = statement["Query"]["body"]["Select"]["projection"]
    return trees | {text: _without_spans(item["UnnamedExpr"]) for text, item in zip(others, items, strict=True)}


def _integer_tree(text: str) -> Any:  # noqa: ANN401  # a tree of JSON
    number = {"Value": {"value": {"Number": [text.removeprefix("-"), False]}}}
    return {"UnaryOp": {"op": "Minus", "expr": number}} if text.startswith("-") else number


def _without_spans(node: Any) -> Any:  # noqa: ANN401  # a tree of JSON
    match node:
        case dict():
            return {key: _without_spans(value) for key, value in node.items() if key != "span"}
        case list() | tuple():
            return [_without_spans(each) for each in node]
        case _:
            return node
