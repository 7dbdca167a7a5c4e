"""Values of JSON texts at paths: `j ->> '$.name'`, `j -> 'a' ->> 'b'`, and the functions of the same meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from nerium_worker.modes.functions import json_texts
from nerium_worker.modes.functions.computation import Arguments, Computation, failing, text_of
from nerium_worker.modes.functions.paths import PathError, read_path
from nerium_worker.modes.functions.per_value import per_value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nerium_worker.modes.functions.paths import Step
    from nerium_worker.modes.syntax import Ast

_OPERATORS = {"Arrow": "->", "LongArrow": "->>"}
_LOOSER = {"Eq", "NotEq", "Lt", "LtEq", "Gt", "GtEq", "And", "Or", "StringConcat"}
# A number that has a fraction or an exponent, as Polars writes it.
_FRACTION = r"^-?\d+(?:\.\d+(?:e[+-]?\d+)?|e[+-]?\d+)$"
# Smaller numbers are written with an exponent.
_LEAST_IN_FULL = 1e-6
# Larger ones may be integers, whose digits Polars does not keep.
_MOST_IN_FULL = 1e16
_NESTED = r"(?s)^[\[{].*[\]}]$"
# A number of more than 15 digits with a fraction or an exponent: a double may round them.
_LONG_NUMBER = (
    r"[:\[,]\s*-?(?:"
    + "|".join(rf"[1-9]\d{{{count - 1}}}\.\d{{{16 - count},}}" for count in range(1, 16))
    + r"|0\.0*[1-9]\d{15,}|\d{16,}[.eE])"
)
# Numbers that Polars writes in another way.
_OTHER_NUMBER = r"[:\[,](?:-0\.0[,\]}]|-?\d+(?:\.\d+)?e)"
_OF_JSON = {"->", "json_extract", "json_extract_path"}


def text_at(arguments: Arguments) -> Computation:
    """Read the extraction of a text."""
    value, steps = _value_and_steps(arguments)
    return Computation(
        name=arguments.name,
        values=(value,),
        steps=[
            lambda values: _found(text_of(values[0], arguments.name), steps),
            lambda values: _exact(
                pl.when(values[1].expression.str.contains(_FRACTION)).then(values[0].expression), steps
            ),
            lambda values: _unrounded(*(each.expression for each in values)),
        ],
    )


def _found(text: pl.Expr, steps: Sequence[Step]) -> pl.Expr:
    """Give the text of the value at a path.

    Polars rounds numbers of more than 15 digits here, and writes some numbers in another way than DuckDB. So numbers
    with a fraction or an exponent are read again by the reader of columns, which rounds nothing. Texts that look like
    such numbers are, too, and stay as they are.
    """
    return text.str.json_path_match("$" + "".join(f"[{step!r}]" for step in steps))


def _exact(text: pl.Expr, steps: Sequence[Step]) -> pl.Expr:
    """Give the digits of the number at a path, without an exponent."""
    type_: pl.DataType = pl.String()
    for step in reversed(steps):
        type_ = pl.Struct({step: type_}) if isinstance(step, str) else pl.List(type_)
    value = text.str.json_decode(type_)
    for step in steps:
        value = value.struct.field(step) if isinstance(step, str) else value.list.get(step, null_on_oob=True)
    return value


def _unrounded(text: pl.Expr, found: pl.Expr, exact: pl.Expr) -> pl.Expr:
    """Write a number as DuckDB does: exact below 1e16, with an exponent below 1e-6."""
    size = exact.cast(pl.Float64, strict=False).abs()
    digits = exact.str.replace(r"^-?0\.0*", "")
    small = (
        found.str.extract("^(-?)", 1) + digits.str.replace("^(.)(.+)$", "${1}.${2}") + found.str.extract(r"(e-\d+)$", 1)
    )
    is_small = found.str.contains("e-") & (found.str.extract(r"(\d)", 1) == digits.str.head(1))
    has_point = exact.str.contains(".", literal=True)
    number = (
        pl.when((exact == found) | ((found == "-0.0") & (exact == "0")))
        .then(exact)
        .when((size < _LEAST_IN_FULL) & (size > 0) & is_small)
        .then(small)
        .when((size >= _LEAST_IN_FULL) & has_point)
        .then(exact)
        .when((size < _MOST_IN_FULL) & ~has_point)
        .then(exact + ".0")
    )
    is_rounded = found.str.contains(_NESTED) & (text.str.contains(_LONG_NUMBER) | found.str.contains(_OTHER_NUMBER))
    failed = failing(
        "The JSON has a number with too many digits",
        pl.when((exact.is_not_null() & number.is_null()) | (exact.is_null() & is_rounded)).then(found),
    )
    return pl.when(failed.is_null()).then(pl.coalesce(number, found))


def json_at(arguments: Arguments) -> Computation:
    """Read the extraction of JSON, which is a text, too."""
    return _read_by_python(arguments, json_texts.json_at)


def scalar_at(arguments: Arguments) -> Computation:
    """Read the extraction of a text, a number or a boolean."""
    return _read_by_python(arguments, json_texts.scalar_at)


def _read_by_python(arguments: Arguments, read: Callable[[str, Sequence[Step]], str | None]) -> Computation:
    value, steps = _value_and_steps(arguments)
    return Computation(
        name=arguments.name,
        values=(value,),
        steps=[lambda values: per_value(text_of(values[0], arguments.name), lambda text: read(text, steps))],
    )


def _value_and_steps(arguments: Arguments) -> tuple[Ast, Sequence[Step]]:
    """Give the value, and the path in it, of an extraction and those of JSON that its value consists of."""
    value, path = arguments.each
    steps = _steps(arguments, path)
    while (inner := operands(value)) is not None and inner[0] in _OF_JSON:
        value, path = inner[1]
        steps = [*_steps(arguments, path), *steps]
    return value, steps


def operands(node: Ast) -> tuple[str, Sequence[Ast]] | None:
    """Give the name and the two operands of an extraction; None if the node is another one."""
    match node:
        case {"Nested": inner}:
            return operands(inner)
        case {"BinaryOp": {"left": left, "op": str(operator), "right": right}} if operator in _OPERATORS:
            return _OPERATORS[operator], (left, right)
        case {
            "Function": {
                "name": [{"Identifier": {"value": str(name)}}],
                "args": {"List": {"args": [{"Unnamed": {"Expr": value}}, {"Unnamed": {"Expr": path}}]}},
            }
        } if name.lower() in _OF_JSON:
            return name.lower(), (value, path)
        case _:
            return None


def base(node: Ast) -> Ast | None:
    """Give the value from which operators `->` and `->>` take a part; None if the node is no such operator."""
    found = operands(node)
    if found is None or found[0] not in _OPERATORS.values():
        return None
    return base(found[1][0]) or found[1][0]


def with_bound_operators(node: Ast) -> Ast:
    """Let `->` and `->>` take the literal behind them only, as in DuckDB: `j ->> 'a' = 'b'` is `(j ->> 'a') = 'b'`.

    The parser gives them all that follows, and takes `j -> 'a'` for a function of `j`.
    """
    match node:
        case list():
            return [with_bound_operators(each) for each in node]
        case {"BinaryOp": {"left": left, "op": str(operator), "right": right}} if operator in _OPERATORS:
            return _bound(with_bound_operators(left), operator, with_bound_operators(right))
        case {"Lambda": {"syntax": "Arrow", "params": {"One": name}, "body": body}}:
            return _bound({"Identifier": name}, "Arrow", with_bound_operators(body))
        case dict():
            return {key: with_bound_operators(value) for key, value in node.items()}
        case _:
            return node


def _bound(left: Ast, operator: str, right: Ast) -> Ast:
    match right:
        case {"Nested": {"BinaryOp": {"left": inner, "op": str(other), "right": last}}} if other in _OPERATORS:
            return _operation(_bound(left, operator, inner), other, last)
        case {"BinaryOp": {"left": inner, "op": str(other), "right": last}} if other in _LOOSER:
            return {"BinaryOp": {"left": _bound(left, operator, inner), "op": other, "right": last}}
        case (
            {"InList": {"expr": inner}}
            | {"Like": {"expr": inner}}
            | {"ILike": {"expr": inner}}
            | {"Between": {"expr": inner}}
            | {"InSubquery": {"expr": inner}}
        ):
            [(kind, fields)] = right.items()
            return {kind: {**fields, "expr": _bound(left, operator, inner)}}
        case {"IsNull": inner} | {"IsNotNull": inner}:
            [kind] = right
            return {kind: _bound(left, operator, inner)}
        case _:
            return _operation(left, operator, right)


def _operation(left: Ast, operator: str, right: Ast) -> Ast:
    return {"Nested": {"BinaryOp": {"left": left, "op": operator, "right": right}}}


def _steps(arguments: Arguments, path: Ast) -> list[Step]:
    value = arguments.constant(path)
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise arguments.failure("takes a path, which is the same for all rows, such as '$.name[0]'")
    try:
        return list(read_path(value))
    except PathError as error:
        raise arguments.failure(f"has the path {value!r}, which {error}") from error
