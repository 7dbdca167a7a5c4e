"""Hashes of texts, as hexadecimal digits in lower case."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from nerium_worker.modes.functions.computation import Arguments, Computation, text_of
from nerium_worker.modes.functions.per_value import per_value

if TYPE_CHECKING:
    from collections.abc import Callable


def md5(arguments: Arguments) -> Computation:
    """Read a call of `md5`."""
    return _hash(arguments, lambda text: hashlib.md5(text.encode(), usedforsecurity=False).hexdigest())


def sha1(arguments: Arguments) -> Computation:
    """Read a call of `sha1`."""
    return _hash(arguments, lambda text: hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest())


def sha256(arguments: Arguments) -> Computation:
    """Read a call of `sha256`."""
    return _hash(arguments, lambda text: hashlib.sha256(text.encode()).hexdigest())


def _hash(arguments: Arguments, function: Callable[[str], str]) -> Computation:
    return Computation(
        name=arguments.name,
        values=(arguments.each[0],),
        steps=[lambda values: per_value(text_of(values[0], arguments.name), function)],
    )
