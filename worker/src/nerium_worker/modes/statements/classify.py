"""Finds out what a text does: read rows, or write them to a table."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import sqloxide

from nerium_worker.modes.relations import full_name
from nerium_worker.modes.statements import ddl
from nerium_worker.modes.statements.merge_clauses import parseable_merge
from nerium_worker.modes.statements.unavailable import require_available, require_insertable
from nerium_worker.modes.tokens import first_word
from nerium_worker.protocol.errors import Failure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# Parts of INSERT that other engines have and that mean nothing here, or another statement.
_INSERT_CLAUSES = {
    "on": "ON CONFLICT is not available: MERGE INTO updates the rows that are there.",
    "returning": "RETURNING is not available: read the rows by a query of their own.",
    "partitioned": "PARTITION (...) is not available: the table's partitions follow from the rows.",
    "or": "INSERT OR ... is not available: MERGE INTO updates the rows that are there.",
}
_SPACE = re.compile(r"(?:\s+|--[^\n]*|/\*.*?\*/)*", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Query:
    """A text that reads, or that can't be parsed: Polars says why."""


@dataclass(frozen=True, kw_only=True)
class Insert:
    """`INSERT INTO|OVERWRITE table [(columns)] query`.

    `source`: the query, on the lines and in the columns of the whole text. `columns`: empty for all of the table.
    """

    table: str
    columns: tuple[str, ...]
    overwrite: bool
    source: str


@dataclass(frozen=True, kw_only=True)
class CreateTableAs:
    """`CREATE [OR REPLACE] TABLE [IF NOT EXISTS] table ... AS query`.

    `create`: partitioning, sort order, properties and comment, as the control plane reads them.
    """

    table: str
    replace: bool
    if_not_exists: bool
    source: str
    create: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class RowChange:
    """`UPDATE`, `DELETE`, `MERGE INTO` or `TRUNCATE`: the parser's name of it, and its parts as parsed.

    `with_`: the common table expressions before it.
    """

    kind: str
    parts: Any
    with_: Any


Statement: TypeAlias = "Query | Insert | CreateTableAs | RowChange | ddl.Command | ddl.CreateView | ddl.OfQuery"
_ROW_CHANGES = {"Update", "Delete", "Merge", "Truncate"}


@functools.lru_cache(maxsize=64)
def classify(text: str) -> Statement:
    """Return the kind of a text; raises `Failure` for several statements, and for a clause that is not available."""
    require_available(text)
    if ddl.is_one(text):
        return _metadata(ddl.parse(text))
    _, statements = _parsed(text)
    if statements is None:
        if first_word(text) == "INSERT":
            require_insertable(text)
        return Query()
    if len(statements) != 1:
        raise Failure("sql", f"This text has {len(statements)} statements: send each on its own.")
    match statements[0]:
        case {"Query": {"body": {"Insert": {"Insert": insert}}, "with": with_}}:
            if insert["source"] is not None:
                insert["source"]["with"] = insert["source"]["with"] or with_
            return _insert(text, insert)
        case {"Insert": insert}:
            return _insert(text, insert)
        case {"Query": {"body": dict() as body, "with": with_}} if not _ROW_CHANGES.isdisjoint(body):
            [(kind, statement)] = body.items()
            return RowChange(kind=kind, parts=statement[kind], with_=with_)
        case dict() as statement if not _ROW_CHANGES.isdisjoint(statement):
            [(kind, parts)] = statement.items()
            return RowChange(kind=kind, parts=parts, with_=None)
        case _:
            return Query()


def parseable(text: str) -> str:
    """Give the form of a text that the parser takes, of a MERGE that has forms which it does not know."""
    return _parsed(text)[0]


def _parsed(text: str) -> tuple[str, list[Any] | None]:
    """Parse a text; return the form that was parsed, and None if none is SQL."""
    for written in (str, parseable_merge):
        form = written(text)
        try:
            statements: list[Any] = sqloxide.parse_sql(sql=form, dialect="generic")
        except ValueError:
            continue
        return form, statements
    return text, None


def _metadata(statement: ddl.Statement) -> Statement:
    if not isinstance(statement, ddl.CreateTableAs):
        return statement
    return CreateTableAs(
        table=statement.table,
        replace=statement.mode == "replace",
        if_not_exists=statement.mode == "if_not_exists",
        source=statement.query,
        create=statement.create,
    )


def _insert(text: str, insert: dict[str, Any]) -> Insert:
    for clause, refusal in _INSERT_CLAUSES.items():
        if insert.get(clause):
            raise Failure("sql", refusal)
    names = insert["table"].get("TableName")
    if names is None or not all("Identifier" in name for name in names):
        raise Failure("sql", "INSERT INTO takes the name of a table, such as default.flowers.")
    if insert["source"] is None:
        raise Failure("sql", "INSERT INTO needs rows: VALUES (...) or a query.")
    last = insert["columns"][-1] if insert["columns"] else names[-1]["Identifier"]
    return Insert(
        table=full_name(names),
        columns=tuple(_plain(column) for column in insert["columns"]),
        overwrite=insert["overwrite"],
        source=_text_of(text, insert["source"], _end(last)),
    )


def _plain(column: dict[str, Any]) -> str:
    if isinstance(column, dict) and "value" in column:
        return str(column["value"])
    raise Failure("sql", "INSERT INTO takes names of columns of the table between the parentheses.")


def _end(identifier: dict[str, Any]) -> tuple[int, int]:
    end = identifier["span"]["end"]
    return end["line"], end["column"]


def _text_of(text: str, query: dict[str, Any], end: tuple[int, int]) -> str:
    """Blank what is before a query, so that its lines and columns stay; write it again where that is not the query."""
    lines = text.split("\n")
    start = sum(len(line) + 1 for line in lines[: end[0] - 1]) + end[1] - 1
    for skipped in (r"\)", r"AS\b", ""):
        space = _SPACE.match(text, start)
        start = start if space is None else space.end()
        word = re.compile(skipped, re.IGNORECASE).match(text, start)
        start = start if word is None else word.end()
    blanked = re.sub(r"[^\n]", " ", text[:start]) + text[start:]
    try:
        if sqloxide.parse_sql(sql=blanked, dialect="generic") == [{"Query": query}]:
            return blanked
    except ValueError:
        pass
    written: Sequence[str] = sqloxide.restore_ast(ast=[{"Query": query}])
    return written[0]
