"""Builds the SELECTs that stand for a statement, from parts of its parsed text."""

from __future__ import annotations

import copy
import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nerium_worker.modes.relations import find_relations
from nerium_worker.modes.syntax import AGGREGATES, identifier, parsed, parsed_expression, written
from nerium_worker.protocol.errors import Failure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from nerium_worker.modes.syntax import Ast


@dataclass(frozen=True, kw_only=True)
class TargetName:
    """The table that a statement changes, as its text names it.

    `relation`: the table in FROM of a SELECT; `parts`: of its name; `alias`: None where the statement gives it none;
    `reference`: its name in the lake.
    """

    relation: Ast
    parts: tuple[str, ...]
    alias: str | None
    reference: str

    def column(self, name: str) -> Ast:
        """Give the expression for one of its columns."""
        return column_of(*self.qualifier, name)

    @property
    def qualifier(self) -> tuple[str, ...]:
        """The parts before the name of a column."""
        return self.parts if self.alias is None else (self.alias,)


def target_name(relation: Ast, with_: Ast, statement: str) -> TargetName:
    """Read the name of the table that a statement changes."""
    match relation, find_relations(relation).tables:
        case {"Table": {"sample": None, "version": None, "alias": alias}}, [table] if table.call is None:
            pass
        case _:
            raise Failure("sql", f"{statement} changes rows of one table: write the table's name after it.")
    ctes = () if with_ is None else [cte["alias"]["name"]["value"] for cte in with_["cte_tables"]]
    if len(table.parts) == 1 and table.parts[0] in ctes:
        raise Failure(
            "sql", f"{statement} can't change {table.parts[0]!r}, which WITH gives to a query: it is not a table."
        )
    if alias is not None and alias["columns"]:
        raise Failure("sql", f"{statement} can't rename the columns of the table that it changes.")
    return TargetName(relation=relation, parts=table.parts, alias=table.alias, reference=table.reference)


def select(
    values: Mapping[str, Ast], tables: Sequence[Ast], condition: Ast | None = None, with_: Ast | None = None
) -> str:
    """Write the SELECT of some values by their names over tables: items of FROM."""
    query = copy.deepcopy(_template())
    query["Query"]["with"] = with_
    body = query["Query"]["body"]["Select"]
    body["projection"] = [
        {"ExprWithAlias": {"expr": value, "alias": identifier(name)}} for name, value in values.items()
    ]
    body["from"] = list(tables)
    body["selection"] = condition
    return written(query)


def select_all(table: Ast, with_: Ast | None = None) -> str:
    """Write the SELECT of all columns of an item of FROM."""
    query = copy.deepcopy(parsed("SELECT * FROM t"))
    query["Query"]["with"] = with_
    query["Query"]["body"]["Select"]["from"] = [table]
    return written(query)


def table_item(relation: Ast) -> Ast:
    """Give the item of FROM that is one relation."""
    return {"relation": relation, "joins": []}


def named_item(name: str, alias: str | None = None) -> Ast:
    """Give the item of FROM that is the table of a name."""
    item = copy.deepcopy(_template()["Query"]["body"]["Select"]["from"][0])
    item["relation"]["Table"]["name"] = [{"Identifier": identifier(name)}]
    if alias is not None:
        item["relation"]["Table"]["alias"] = {"explicit": True, "name": identifier(alias), "columns": []}
    return item


def table_of(name: Ast) -> Ast:
    """Give the relation that is the table of a parsed name."""
    relation = copy.deepcopy(_template()["Query"]["body"]["Select"]["from"][0]["relation"])
    relation["Table"]["name"] = name
    return relation


def column_of(*parts: str) -> Ast:
    """Give the expression for a column by the parts of its qualified name."""
    return {"CompoundIdentifier": [identifier(part) for part in parts]}


@functools.cache
def _template() -> Ast:
    return parsed("SELECT 1 FROM t")


def both(*conditions: Ast) -> Ast:
    """Give the expression that all conditions hold."""
    return functools.reduce(
        lambda left, right: {"BinaryOp": {"left": left, "op": "And", "right": {"Nested": right}}},
        conditions[1:],
        {"Nested": conditions[0]},
    )


def equal(left: Ast, right: Ast) -> Ast:
    """Give the expression that two values are equal."""
    return {"BinaryOp": {"left": left, "op": "Eq", "right": right}}


def first_that_holds(conditions: Sequence[Ast | None]) -> Ast:
    """Give the expression for the number of the first condition that is true, else null; None is always true."""
    if not conditions:
        return parsed_expression("CAST(NULL AS INTEGER)")
    if conditions[0] is None:
        return parsed_expression("CAST(0 AS INTEGER)")
    case = parsed_expression("CASE WHEN TRUE THEN 0 END")
    case["Case"]["conditions"] = [
        {"condition": condition, "result": parsed_expression(str(number))}
        for number, condition in enumerate(conditions)
        if condition is not None
    ]
    if conditions[-1] is None:
        case["Case"]["else_result"] = parsed_expression(str(len(conditions) - 1))
    return case


def used_names(expressions: Ast) -> set[str] | None:
    """Give the names that may be of columns that expressions read; None if they read all columns of a table."""
    names: set[str] = set()
    pending = [expressions]
    while pending:
        match pending.pop():
            case list() as items:
                pending.extend(items)
            case dict() as fields:
                if "Wildcard" in fields or "QualifiedWildcard" in fields:
                    return None
                if isinstance(name := fields.get("value"), str):
                    names.add(name)
                pending.extend(fields.values())
    return names


def require_row_expression(expression: Ast, where: str) -> None:
    """Refuse what needs more rows than one, such as an aggregate; a subquery may have them."""
    for call in _calls(expression):
        names = [part["Identifier"]["value"] for part in call["name"] if "Identifier" in part]
        name = ".".join(names)
        if call.get("over") is not None:
            raise Failure(
                "sql",
                f"The window function {name} is not possible in {where}, which sees one row.",
                hint=f"Compute {name}(...) OVER (...) in a subquery, and compare with its rows.",
            )
        if name.lower() in AGGREGATES:
            raise Failure(
                "sql",
                f"The function {name} needs several rows and is not possible in {where}, which sees one row.",
                hint=f"Compute it in a subquery: (SELECT {name}(...) FROM ...).",  # noqa: S608  # a hint
            )


def _calls(node: Ast) -> Iterator[Ast]:
    pending = [node]
    while pending:
        match pending.pop():
            case list() as items:
                pending.extend(items)
            case {"body": _, "order_by": _}:
                # A subquery, in which other rows may be.
                continue
            case dict() as fields:
                if isinstance(call := fields.get("Function"), dict):
                    yield call
                pending.extend(fields.values())


def require_no_clauses(statement: Ast, name: str, clauses: Mapping[str, str]) -> None:
    """Refuse a statement that has one of these clauses: the parser's name of each, and what people write."""
    for clause, written_as in clauses.items():
        if statement.get(clause):
            raise Failure("sql", f"{name} with {written_as} is not available.")
