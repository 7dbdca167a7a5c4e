"""Errors for plans that have no statement of Spark SQL with the very same result."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import NoReturn


class UnsupportedError(Exception):
    """A plan is not translated: which node of it, why, and in which line of the script it is, where that is known."""

    def __init__(self, *, node: str, reason: str, line: int | None = None) -> None:
        super().__init__(f"{node}: {reason}")
        self.node = node
        self.reason = reason
        self.line = line


class HiddenConditionError(UnsupportedError):
    """An outer join has a condition that Polars does not show; `shown` is how many keys the others have."""

    def __init__(self, *, node: str, shown: int) -> None:
        super().__init__(
            node=node,
            reason="Polars does not show its condition: join by equal columns, and filter before or after",
        )
        self.shown = shown


def refuse(node: str, reason: str) -> NoReturn:
    """Refuse a node, in expressions."""
    raise UnsupportedError(node=node, reason=reason)


ROW_ORDER = "it depends on the order of rows, which a distributed table does not have: sort first, or give an order"
"""The reason for most refused nodes."""
NOT_TRANSLATED = "Spark has no equivalent that is known to give the same result"
"""The reason for the others."""
