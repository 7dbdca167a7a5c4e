"""The environment variables that a script gets, and a mask for texts that quote their values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_FEWEST_CHARACTERS = 4
_MASK = "***"
_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


class Environment(dict[str, str]):
    """The variables of a script, by name; its representation has no values."""

    def __missing__(self, name: object) -> NoReturn:
        raise KeyError(f"the request does not name the environment variable {name!r} in `env`")

    def __repr__(self) -> str:
        return f"Environment({', '.join(self)})"


def decode_environment(variables: Sequence[Mapping[str, object]], values: bytes) -> Environment:
    """Decode the variables of a job, whose values are one after the other in the payload of the message."""
    environment = Environment()
    at = 0
    for variable in variables:
        size = variable["bytes"]
        if not isinstance(size, int):
            raise TypeError("the length of a value is not a number")
        environment[str(variable["name"])] = values[at : at + size].decode()
        at += size
    return environment


def mask(text: str, environment: Mapping[str, str]) -> str:
    """Replace the values, their lines, and both as Python, Polars and JSON quote them.

    The control plane does the same; here, a value is replaced before a long text is cut inside of it.
    """
    hidden = {form for value in environment.values() for part in _parts(value) for form in _forms(part)}
    if not hidden:
        return text
    longest_first = sorted(hidden, key=len, reverse=True)
    return re.sub("|".join(map(re.escape, longest_first)), _MASK, text)


def _parts(value: str) -> Iterator[str]:
    yield value
    yield from (line.strip() for line in re.split(r"[\r\n]", value))


def _forms(part: str) -> Iterator[str]:
    if len(part) >= _FEWEST_CHARACTERS:
        quoted = part.translate(_ESCAPES)
        yield from (part, quoted, quoted.replace('"', '\\"'), quoted.replace("'", "\\'"))
