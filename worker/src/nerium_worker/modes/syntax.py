"""Walks the trees of JSON that the parser makes of statements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


def objects(node: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401  # a tree of JSON
    """Give all objects of a tree, at every depth."""
    pending = [node]
    while pending:
        match pending.pop():
            case list() | tuple() as items:
                pending.extend(items)
            case dict() as fields:
                yield fields
                pending.extend(fields.values())
