"""Reads the conditions of outer joins from the plan's text, because the traverser does not show them.

Pushed down, a condition on one side only is a filter of that side, and what is left is an equality of columns. Where
something else is left, the traverser may still show two columns as if they were to be equal: `a.x < b.y` is one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_NESTED = re.compile(r"^\s*(?:LEFT|RIGHT|FULL) NESTED LOOP JOIN ON (.*):$")
_ANY_NESTED = re.compile(r"\b(?:LEFT|RIGHT|FULL|SEMI|ANTI) NESTED LOOP JOIN\b(?! ON .*:$|$)|IEJOIN|IE JOIN|RANGE JOIN")
_EQUALITY = re.compile(r'col\("[^"]*"\) == col\("[^"]*"\)')
_COLUMN = re.compile(r'col\("([^"]*)"\)')
_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"')


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """How many pairs of columns are to be equal, over all joins, and whether that is all there is."""

    equalities: int
    are_simple: bool


def conditions(explained: str) -> Conditions:
    """Read the conditions of the outer joins of a plan that is not optimised."""
    equalities, are_simple = 0, True
    for line in explained.splitlines():
        match = _NESTED.match(line)
        if match is None:
            are_simple = are_simple and _ANY_NESTED.search(line) is None
            continue
        parts = list(_conjuncts(match[1]))
        pairs = [part for part in parts if _EQUALITY.fullmatch(part)]
        one_sided = [part for part in parts if len(set(_COLUMN.findall(part))) == 1 and part not in pairs]
        equalities += len(pairs)
        are_simple = are_simple and bool(pairs) and len(pairs) + len(one_sided) == len(parts)
    return Conditions(equalities=equalities, are_simple=are_simple)


def _conjuncts(text: str) -> Iterator[str]:
    """Divide a condition at its ANDs."""
    text = _strip_parentheses(text)
    depth, begin, parts = 0, 0, []
    blank = _TEXT.sub(lambda match: "_" * len(match[0]), text)
    for index, letter in enumerate(blank):
        depth += (letter == "(") - (letter == ")")
        if depth == 0 and blank.startswith(" & ", index):
            parts.append(text[begin:index])
            begin = index + 3
    if not parts:
        yield text
        return
    for part in (*parts, text[begin:]):
        yield from _conjuncts(part)


def _strip_parentheses(text: str) -> str:
    """Take off the parentheses around all of a condition."""
    while text.startswith("(") and text.endswith(")"):
        blank, depth = _TEXT.sub(lambda match: "_" * len(match[0]), text), 0
        for index, letter in enumerate(blank):
            depth += (letter == "(") - (letter == ")")
            if depth == 0 and index < len(blank) - 1:
                return text
        text = text[1:-1]
    return text
