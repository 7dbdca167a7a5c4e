r"""Translates regular expressions that mean the same in Rust, which Polars uses, and in Java.

Allowed constructs are listed; all others are refused. Java gets two flags: `d`, so that only \n ends a line, and `U`,
so that \d, \w, \s and \b are those of Unicode; and `$`, which in Java also matches before a last \n, becomes \z.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nerium_worker.spark.unsupported import refuse

if TYPE_CHECKING:
    from typing import NoReturn

_FLAGS = re.compile(r"\(\?([is]+)\)")
_ESCAPES = set(r".\()[]{}|^$*+?/-" + "tnrdDwWsSb")
_REPEATED = re.compile(r"(\*|\+|\?|\{\d+(?:,\d*)?\})(\??)")


def java_pattern(pattern: str, node: str, *, flags: str = "Ud") -> str:
    """Write a pattern for Java."""
    return f"(?{flags}{leading_flags(pattern)}){body(pattern, node)}"


def leading_flags(pattern: str) -> str:
    """Give the flags that a pattern begins with; Java needs one more to ignore the case of all letters."""
    match = _FLAGS.match(pattern)
    return "" if match is None else "".join(sorted(set(match[1]))) + ("u" if "i" in match[1] else "")


def body(pattern: str, node: str) -> str:
    """Translate a pattern without its flags."""
    match = _FLAGS.match(pattern)
    rest = pattern if match is None else pattern[match.end() :]
    made: list[str] = []
    while rest:
        piece, rest = _piece(rest, pattern, node)
        made.append(piece)
    return "".join(made)


def groups(pattern: str) -> int:
    """Count the capturing groups."""
    return len(re.findall(r"(?<!\\)\((?!\?)", pattern))


def _piece(rest: str, pattern: str, node: str) -> tuple[str, str]:
    if rest[0] == "\\":
        if len(rest) == 1 or rest[1] not in _ESCAPES:
            _refuse(pattern, node)
        return rest[:2], rest[2:]
    if rest[0] == "[":
        return _class(rest, pattern, node)
    if rest.startswith("(?") and not rest.startswith("(?:"):
        _refuse(pattern, node)
    if rest[0] == "$":
        return "\\z", rest[1:]
    repeated = _REPEATED.match(rest)
    if repeated is not None:
        # Java takes a second + for possessive, Rust for a repetition of the repetition.
        if rest[repeated.end() : repeated.end() + 1] in ("+", "*", "?", "{"):
            _refuse(pattern, node)
        return repeated[0], rest[repeated.end() :]
    if rest[0] in "{}":
        _refuse(pattern, node)
    return rest[0], rest[1:]


def _class(rest: str, pattern: str, node: str) -> tuple[str, str]:
    """Read a class of characters: letters, ranges and escapes, but no classes inside and no set operations."""
    index = 2 if rest.startswith("[^") else 1
    if rest[index : index + 1] == "]":
        _refuse(pattern, node)
    while index < len(rest) and rest[index] != "]":
        if rest[index] == "\\":
            if rest[index + 1 : index + 2] not in _ESCAPES or rest[index + 1] == "b":
                _refuse(pattern, node)
            index += 1
        elif rest[index] == "[" or rest[index : index + 2] in ("&&", "--", "~~") or rest[index] in "^&~ #":
            _refuse(pattern, node)
        index += 1
    if index >= len(rest):
        _refuse(pattern, node)
    return rest[: index + 1], rest[index + 1 :]


def _refuse(pattern: str, node: str) -> NoReturn:
    refuse(node, f"the regular expression {pattern!r} has syntax that may mean something else in Java")
