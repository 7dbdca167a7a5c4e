"""The source of a MERGE: the table or the query after USING."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nerium_worker.modes.relations import find_relations
from nerium_worker.modes.statements.selects import column_of, named_item, table_item
from nerium_worker.protocol.errors import Failure
from nerium_worker.scan.internal_fields import private_name

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

    from nerium_worker.modes.statements.selects import TargetName
    from nerium_worker.modes.syntax import Ast


@dataclass(frozen=True, kw_only=True)
class SourceName:
    """The source as the statement names it.

    `item`: the table that stands for it in FROM; `qualifier`: the parts before the name of one of its columns.
    """

    item: Ast
    qualifier: tuple[str, ...]
    columns: Sequence[str]

    def column(self, name: str) -> Ast:
        """Give the expression for one of its columns."""
        return column_of(*self.qualifier, name)

    def equal_columns(self, condition: Ast, target: TargetName, others: Container[str]) -> Iterator[tuple[str, str]]:
        """Give the pairs of columns, of the target and of the source, that are equal wherever a condition holds."""
        match condition:
            case {"Nested": inner}:
                yield from self.equal_columns(inner, target, others)
            case {"BinaryOp": {"op": "And", "left": left, "right": right}}:
                yield from self.equal_columns(left, target, others)
                yield from self.equal_columns(right, target, others)
            case {"BinaryOp": {"op": "Eq", "left": left, "right": right}}:
                ours = {target.qualifier, *([target.parts[-1:]] if target.alias is None else [])}
                own = {self.qualifier, self.qualifier[-1:]}
                for one, other in ((left, right), (right, left)):
                    # A qualifier that both may have is of one of them, and only Polars knows of which.
                    column = _column(one, ours - own, others, self.columns)
                    key = _column(other, own - ours, self.columns, others)
                    if column is not None and key is not None:
                        yield column, key


def _column(
    expression: Ast, qualifiers: Container[tuple[str, ...]], columns: Container[str], others: Container[str]
) -> str | None:
    """Return the column of one table that an expression is; None where it may be of the other table, too."""
    match expression:
        case {"Identifier": {"value": str(name)}} if name in columns and name not in others:
            return name
        case {"CompoundIdentifier": [*qualifier, {"value": str(name)}]} if (
            tuple(part["value"] for part in qualifier) in qualifiers and name in columns
        ):
            return name
        case _:
            return None


def source_name(relation: Ast, columns: Sequence[str]) -> SourceName:
    """Read how a statement names the source, whose columns these are."""
    alias, tables = _alias(relation), find_relations(relation).tables
    if alias is None and tables and len(tables[0].parts) > 1:
        # The parts of its name may qualify its columns anywhere.
        return SourceName(item=table_item(relation), qualifier=tables[0].parts, columns=columns)
    if alias is None and tables:
        [alias] = tables[0].parts
    if alias is None:
        raise Failure(
            "sql",
            "The source of MERGE has no name.",
            hint="Give it one: MERGE INTO t USING (SELECT ...) AS s ON t.id = s.id.",
        )
    return SourceName(item=named_item(private_name("source"), alias), qualifier=(alias,), columns=columns)


def _alias(relation: Ast) -> str | None:
    match relation:
        case {"Table": {"alias": {"name": {"value": str(name)}}}} | {
            "Derived": {"alias": {"name": {"value": str(name)}}}
        }:
            return name
        case _:
            return None
