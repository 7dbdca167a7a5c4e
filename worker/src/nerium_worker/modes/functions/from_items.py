"""The items of FROM of one SELECT: tables, subqueries and others, with the joins between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nerium_worker.modes.syntax import Ast

# Joins whose rows have values of both sides, or of one side only.
_INNER = {"Join", "Inner", "CrossJoin", "Semi", "LeftSemi", "Anti", "LeftAnti"}


@dataclass(kw_only=True)
class Item:
    """An item of FROM; `is_nullable`: an outer join gives nulls in its columns where it has no row."""

    name: str | None
    relation: Ast
    is_nullable: bool = False


def find_items(tables: Sequence[Ast]) -> list[Item]:
    """Give the items of a FROM clause, in their order."""
    return [item for table in tables for item in _items(table)]


def joins_of(tables: Sequence[Ast]) -> Iterator[Ast]:
    """Give the joins of a FROM clause, also those in parentheses."""
    for table in tables:
        yield from table["joins"]
        for relation in (table["relation"], *(join["relation"] for join in table["joins"])):
            if "NestedJoin" in relation:
                yield from joins_of([relation["NestedJoin"]["table_with_joins"]])


def _items(table: Ast) -> list[Item]:
    items = _of_relation(table["relation"])
    for join in table["joins"]:
        right = _of_relation(join["relation"])
        operator = join["join_operator"]
        kind = operator if isinstance(operator, str) else next(iter(operator))
        if kind not in _INNER:
            for item in right if kind in ("Left", "LeftOuter") else [*items, *right]:
                # A right join keeps the rows of its right side; to count it in costs a refusal, and no row.
                item.is_nullable = True
        items += right
    return items


def _of_relation(relation: Ast) -> list[Item]:
    match relation:
        case {"NestedJoin": {"table_with_joins": inner}}:
            return _items(inner)
        case {"Table": {"alias": None, "name": [*_, {"Identifier": {"value": name}}]}}:
            return [Item(name=name, relation=relation)]
        case _:
            [fields] = relation.values()
            alias = fields.get("alias")
            return [Item(name=None if alias is None else alias["name"]["value"], relation=relation)]
