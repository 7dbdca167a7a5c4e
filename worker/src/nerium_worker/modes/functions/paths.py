"""Reads the paths of DuckDB's JSON functions: `$.a[0].b`, `/a/b`, or one name."""

from __future__ import annotations

import re
from typing import TypeAlias

# A name of an object's member, or a place in an array, from 0.
Step: TypeAlias = "str | int"

_STEP = re.compile(
    r"""
      \.(?P<name>[^."\[*]+)
    | \."(?P<quoted>[^"*]+)"
    | \[(?P<place>\d{1,9})\]
    """,
    re.VERBOSE,
)
_POINTER = re.compile(r"(?:/[^/~]+)+")


class PathError(Exception):
    """A path that is not available; its message is the end of a sentence."""


def read_path(path: str | int) -> tuple[Step, ...]:
    """Give the steps of a path; raises `PathError`."""
    if isinstance(path, int):
        if path < 0:
            raise PathError("counts from the end of an array, which is not available")
        return (path,)
    if path.startswith("$"):
        return _steps(path)
    if path.startswith("/"):
        if _POINTER.fullmatch(path) is None or any(step.isdigit() for step in path.split("/")):
            raise PathError("is a pointer with numbers, ~ or empty names: write it as $.name[0]")
        return tuple(path.split("/")[1:])
    if not path or '"' in path or "*" in path:
        raise PathError("is not a name: write it as $.name[0]")
    return (path,)


def _steps(path: str) -> tuple[Step, ...]:
    steps: list[Step] = []
    at = 1
    while at < len(path):
        step = _STEP.match(path, at)
        if step is None:
            raise PathError(f"can't be read at character {at + 1}: a path has names and places, such as $.name[0]")
        name = step["name"] or step["quoted"]
        steps.append(int(step["place"]) if name is None else name)
        at = step.end()
    return tuple(steps)
