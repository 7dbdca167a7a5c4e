"""Reads the clauses of MERGE."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from nerium_worker.modes.statements.assignments import find_column, is_default, read_assignments
from nerium_worker.modes.statements.selects import require_row_expression
from nerium_worker.protocol.errors import Failure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import TypeAlias

    from nerium_worker.modes.statements.selects import TargetName
    from nerium_worker.modes.statements.source import SourceName
    from nerium_worker.modes.syntax import Ast
    from nerium_worker.protocol.job import TableDescription

    Kind: TypeAlias = Literal["Matched", "NotMatched", "NotMatchedBySource"]

_TOKEN = re.compile(
    r"""--[^\n]* | /\*.*?\*/ | '(?:[^']|'')*' | "(?:[^"]|"")*" | `[^`]*` | \w+ | \S""", re.VERBOSE | re.DOTALL
)
# Replacements for `*` and DO NOTHING, which the parser does not know.
_EVERY_COLUMN = "__nerium_every_column__"
_NO_COLUMN = "__nerium_no_column__"
_SET_NOTHING = f'UPDATE SET "{_NO_COLUMN}" = NULL'
_INSERT_NOTHING = f'INSERT ("{_NO_COLUMN}") VALUES (NULL)'  # noqa: S608  # for the parser only
_KINDS: dict[str, Kind] = {
    "Matched": "Matched",
    "NotMatched": "NotMatched",
    "NotMatchedByTarget": "NotMatched",
    "NotMatchedBySource": "NotMatchedBySource",
}
_NAMES = {
    "Matched": "WHEN MATCHED",
    "NotMatched": "WHEN NOT MATCHED",
    "NotMatchedBySource": "WHEN NOT MATCHED BY SOURCE",
}


@dataclass(frozen=True, kw_only=True)
class Clause:
    """One WHEN; `values`: those of columns, None for a default; None for the whole if the clause deletes.

    `does_nothing`: rows for which it holds stay as they are, and no later clause holds for them.
    """

    condition: Ast | None
    values: Mapping[str, Ast | None] | None
    does_nothing: bool

    def parts(self) -> list[Ast]:
        """Give its expressions."""
        return [self.condition, list((self.values or {}).values())]


def parseable_merge(text: str) -> str:
    """Write a MERGE so that the parser takes `UPDATE SET *`, `INSERT *` and `DO NOTHING`."""
    tokens = [token for token in _TOKEN.finditer(text) if not token[0].startswith(("--", "/*"))]
    words = [token[0].upper() for token in tokens]
    changes: list[tuple[int, int, str]] = []
    when: list[str] = []
    for index, word in enumerate(words):
        if word == "WHEN":
            when = words[index + 1 : index + 5]
        before = words[max(0, index - 2) : index]
        if word == "*" and before == ["UPDATE", "SET"]:
            changes.append((*tokens[index].span(), f'"{_EVERY_COLUMN}" = NULL'))
        elif word == "*" and before[-1:] == ["INSERT"]:
            changes.append((*tokens[index].span(), "ROW"))
        elif word == "NOTHING" and before == ["THEN", "DO"]:
            is_insert = when[:2] == ["NOT", "MATCHED"] and when[2:4] != ["BY", "SOURCE"]
            changes.append(
                (tokens[index - 1].start(), tokens[index].end(), _INSERT_NOTHING if is_insert else _SET_NOTHING)
            )
    for start, end, replacement in reversed(changes):
        text = text[:start] + replacement + text[end:]
    return text


def read_clauses(
    written: Ast, name: TargetName, table: TableDescription, source: SourceName
) -> Mapping[Kind, Sequence[Clause]]:
    """Read the clauses of each kind, in their order."""
    clauses: dict[Kind, list[Clause]] = {"Matched": [], "NotMatched": [], "NotMatchedBySource": []}
    for clause in written:
        kind = _KINDS[clause["clause_kind"]]
        earlier = clauses[kind]
        if earlier and earlier[-1].condition is None:
            raise Failure(
                "sql",
                f"A clause {_NAMES[kind]} follows one without a condition, so it can never hold.",
                hint="Write the clause without AND as the last one of its kind.",
            )
        if clause["predicate"] is not None:
            require_row_expression(clause["predicate"], "a condition of MERGE")
        earlier.append(_clause(kind, clause, name, table, source))
    return clauses


def _clause(kind: Kind, clause: Ast, name: TargetName, table: TableDescription, source: SourceName) -> Clause:
    condition, action = clause["predicate"], clause["action"]
    match action:
        case {"Delete": _} if kind != "NotMatched":
            return Clause(condition=condition, values=None, does_nothing=False)
        case {"Update": {"assignments": [{"target": {"ColumnName": [{"Identifier": {"value": word}}]}}]}} if (
            word == _NO_COLUMN
        ):
            return Clause(condition=condition, values={}, does_nothing=True)
        case {"Insert": {"columns": [[{"Identifier": {"value": word}}]]}} if word == _NO_COLUMN:
            return Clause(condition=condition, values={}, does_nothing=True)
        case {"Update": {"assignments": [{"target": {"ColumnName": [{"Identifier": {"value": word}}]}}]}} if (
            word == _EVERY_COLUMN
        ):
            if kind == "NotMatchedBySource":
                raise Failure("sql", "UPDATE SET * needs a row of the source, and WHEN NOT MATCHED BY SOURCE has none.")
            return Clause(condition=condition, values=_every_column(table, source), does_nothing=False)
        case {"Update": {"assignments": assignments, "update_predicate": None, "delete_predicate": None}} if (
            kind != "NotMatched"
        ):
            return Clause(condition=condition, values=read_assignments(assignments, name, table), does_nothing=False)
        case {"Insert": {"kind": "Row", "columns": [], "insert_predicate": None}} if kind == "NotMatched":
            return Clause(condition=condition, values=_every_column(table, source), does_nothing=False)
        case {"Insert": {"kind": {"Values": {"rows": [values]}}, "columns": columns, "insert_predicate": None}} if (
            kind == "NotMatched"
        ):
            return Clause(condition=condition, values=dict(_inserted(columns, values, name, table)), does_nothing=False)
        case _:
            verb = str(next(iter(action))).upper()
            raise Failure("sql", f"{verb} in this form is not possible in {_NAMES[kind]} of MERGE.")


def _every_column(table: TableDescription, source: SourceName) -> Mapping[str, Ast]:
    names = [field["name"] for field in table.schema["fields"]]
    missing = [column for column in names if column not in source.columns]
    if missing:
        raise Failure(
            "sql",
            f"The * of MERGE stands for every column of {table.name}, and the source has no column {missing[0]!r}.",
            hint=f"List the columns instead, or add it to the source. It has: {', '.join(source.columns)}.",
        )
    return {column: source.column(column) for column in names}


def _inserted(columns: Ast, values: Ast, name: TargetName, table: TableDescription) -> Iterator[tuple[str, Ast | None]]:
    """Give the values of every column of the table: a column that is not listed has its default."""
    every = [field["name"] for field in table.schema["fields"]]
    listed = [find_column([part["Identifier"]["value"] for part in column], name, table) for column in columns] or every
    if len(listed) != len(values):
        raise Failure("sql", f"MERGE inserts {len(values):,} values into {len(listed):,} columns.")
    if len(set(listed)) < len(listed):
        twice = next(column for column in listed if listed.count(column) > 1)
        raise Failure("sql", f"INSERT of MERGE names the column {twice!r} twice.")
    given = dict(zip(listed, values, strict=True))
    for value in values:
        require_row_expression(value, "VALUES of MERGE")
    for column in every:
        value = given.get(column)
        yield column, None if value is None or is_default(value) else value
