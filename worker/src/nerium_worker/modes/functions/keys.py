"""Keys of GROUP BY to which Polars gives one name: `GROUP BY a, a - 1`."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from nerium_worker.modes.functions.computation import Computation
from nerium_worker.modes.syntax import without_places

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nerium_worker.modes.syntax import Ast


def repeated_keys(select: Ast) -> list[Ast]:
    """Give the keys of a SELECT that are sums and the like, and begin with the column of another key."""
    match select:
        case {"group_by": {"Expressions": [[_, _, *_] as keys, _]}, "projection": _}:
            names = [_first_column(key) for key in keys]
            counts = Counter(names)
            return [
                key for key, name in zip(keys, names, strict=True) if name and counts[name] > 1 and "BinaryOp" in key
            ]
        case _:
            return []


def is_one_of(node: Ast, keys: Sequence[Ast]) -> bool:
    """Return whether an expression is one of these keys."""
    return "BinaryOp" in node and any(without_places(node) == without_places(key) for key in keys)


def as_column(key: Ast) -> Computation:
    """Compute a key below the SELECT."""
    return Computation(name="GROUP BY", values=(key,), steps=[lambda values: values[0].expression])


def _first_column(expression: Ast) -> str | None:
    match expression:
        case {"Identifier": {"value": str(name)}} | {"CompoundIdentifier": [_, {"value": str(name)}]}:
            return name
        case {"BinaryOp": {"left": inner}} | {"Nested": inner}:
            return _first_column(inner)
        case _:
            return None
