"""Reads a JSON text, and writes the value at a path as DuckDB does.

Python reads the text, because expressions of Polars neither distinguish a text from a number, nor keep all digits.
"""

from __future__ import annotations

import json
import math
import re
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Any

from nerium_worker.modes.functions.computation import failed_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nerium_worker.modes.functions.paths import Step

_UNPAIRED = re.compile(r"\\u[dD][89a-fA-F]")
_CONTROL = re.compile(r"\\u00[01][0-9a-f]")
# A number is written without an exponent if its point is in these places, counted from its first digit.
_FIRST_POINT = -5
_LAST_POINT = 21


class _Number(str):
    """The text of a number."""

    __slots__ = ()


class _NotJsonError(ValueError):
    pass


def _refuse(_: str) -> Any:  # noqa: ANN401  # never returns
    raise _NotJsonError


# An object is the pairs of its members in their order, because a name may be there twice.
_DECODER = json.JSONDecoder(object_pairs_hook=tuple, parse_float=_Number, parse_int=_Number, parse_constant=_refuse)


def json_at(text: str, steps: Sequence[Step]) -> str | None:
    """Give the JSON of the value at a path; None if there is none, or if the text is not JSON."""
    try:
        found = _find(text, steps)
        return None if found is None else _written(found[0])
    except RecursionError as error:
        raise failed_value("The JSON is nested too deeply", text) from error


def scalar_at(text: str, steps: Sequence[Step]) -> str | None:
    """Give the text of the value at a path; None if it is null, an object or an array, too."""
    try:
        found = _find(text, steps)
    except RecursionError as error:
        raise failed_value("The JSON is nested too deeply", text) from error
    match found:
        case None | (None | tuple() | list(),):
            return None
        case (_Number() | bool() as value,):
            return _written(value)
        case (value,):
            return str(value)


def _find(text: str, steps: Sequence[Step]) -> tuple[Any] | None:
    try:
        value = _DECODER.decode(text)
        if _UNPAIRED.search(text) is not None:
            _written(value).encode()
    except RecursionError:
        raise
    except ValueError:
        return None
    for step in steps:
        match step, value:
            case str(), tuple():
                found = next((member for name, member in value if name == step), _NotJsonError)
                if found is _NotJsonError:
                    return None
                value = found
            case int(), list() if step < len(value):
                value = value[step]
            case _:
                return None
    return (value,)


def _written(value: Any) -> str:  # noqa: ANN401  # a value of JSON
    match value:
        case None:
            return "null"
        case True:
            return "true"
        case False:
            return "false"
        case _Number():
            return _number(value)
        case str():
            return _text(value)
        case list():
            return f"[{','.join(map(_written, value))}]"
        case _:
            return f"{{{','.join(f'{_text(name)}:{_written(member)}' for name, member in value)}}}"


def _text(value: str) -> str:
    written = encode_basestring(value)
    return _CONTROL.sub(lambda escape: f"\\u{escape[0][2:].upper()}", written) if "\\u00" in written else written


def _number(text: str) -> str:
    """Write an integer as it is, and a number with a fraction or an exponent with the fewest digits that it needs."""
    if text.lstrip("-").isdigit():
        return "0" if text == "-0" else text
    number = float(text)
    if math.isinf(number):
        return str(text)
    sign = "-" if math.copysign(1, number) < 0 else ""
    if number == 0:
        return f"{sign}0.0"
    digits, _, exponent = f"{abs(number)!r}".partition("e")
    whole, _, fraction = digits.partition(".")
    point = len(whole) + int(exponent or 0)
    significant = (whole + fraction).lstrip("0")
    point -= len(whole + fraction) - len(significant)
    return sign + _decimal(significant.rstrip("0"), point)


def _decimal(digits: str, point: int) -> str:
    """Write digits with the point behind the first `point` of them."""
    if not _FIRST_POINT <= point <= _LAST_POINT:
        fraction = f".{digits[1:]}" if len(digits) > 1 else ""
        return f"{digits[0]}{fraction}e{point - 1}"
    if point <= 0:
        return f"0.{'0' * -point}{digits}"
    padded = digits.ljust(point, "0")
    return f"{padded[:point]}.{padded[point:] or '0'}"
