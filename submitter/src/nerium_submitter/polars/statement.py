"""Checks SQL text in a plan, which the cluster parses itself: one query, over named tables only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqloxide

from nerium_submitter.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_RELATIONS = {"Table", "Derived", "NestedJoin", "UNNEST"}
_STATEMENTS = {"Insert", "Update", "Delete", "Merge"}


def require_query(sql: Any) -> None:  # noqa: ANN401  # a tree of MessagePack
    """Raise `Refused` unless it is one query without table functions and without statements inside."""
    try:
        # The parser, and its version, that Polars has.
        statements = sqloxide.parse_sql(sql=sql, dialect="generic")
    except (ValueError, TypeError) as error:
        raise Refused("its SQL can't be read") from error
    if len(statements) != 1 or not isinstance(statements[0], dict) or set(statements[0]) != {"Query"}:
        raise Refused("its SQL is not one query")
    for node in _nodes(statements[0]):
        _require_plain(node)


def _nodes(tree: Any) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401  # JSON
    pending = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, list):
            pending.extend(node)
        elif isinstance(node, dict):
            pending.extend(node.values())
            yield node


def _require_plain(node: Mapping[str, Any]) -> None:
    if not _STATEMENTS.isdisjoint(node):
        raise Refused("its SQL changes data")
    if isinstance(node.get("into"), dict):
        raise Refused("its SQL writes a table")
    table = node.get("Table")
    if isinstance(table, dict) and table.get("args") is not None:
        raise Refused("its SQL calls a table function")
    relation = node.get("relation")
    if isinstance(relation, dict) and not _RELATIONS.issuperset(relation):
        raise Refused("its SQL reads something else than tables")
