"""Refuses every statement that is not one SELECT over the run's own tables.

A statement was written in the sandbox, where a script may have forged it, and it runs with the rights of the cluster.
So it may contain only what the translator writes: these words, these operators, and names in backticks, which no
function has there. The tables that it reads are then checked in its parsed form.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import sqlglot
from sqlglot import exp

from nerium_submitter.errors import Refused
from nerium_submitter.spark.allowed import WORDS

if TYPE_CHECKING:
    from collections.abc import Collection

_LONGEST = 4 << 20
_SQLGLOT = "spark"
_TOKEN = re.compile(
    r"""
    (?P<space>[ \n]+)
  | (?P<binary>X'[0-9A-Fa-f]*')
  | (?P<text>'(?:[^'\\]|\\.)*')
  | (?P<name>`(?:[^`]|``)*`(?![ \n]*\())
  | (?P<number>\d+(?:\.\d+)?(?:E-?\d+)?[LD]?(?![\w'"`]))
  | (?P<word>[A-Za-z_]\w*(?!['"`\w]))
  | (?P<operator><=>|<=|>=|<>|!=|==|->|\|\||::|-(?!-)|/(?!\*)|\|(?!>)|[(),.*<>=+%\[\]:&^~])
    """,
    re.VERBOSE | re.DOTALL | re.ASCII,
)
_OWN_NAME = re.compile(r"n\d+")


def check(statement: str, tables: Collection[str]) -> list[str]:
    """Raise `Refused` unless the statement is one SELECT that reads these tables and calls known functions only.

    Gives the names of its columns.
    """
    if len(statement) > _LONGEST:
        raise Refused("it is too long")
    _check_words(statement)
    query = _parse(statement)
    _check_relations(query, tables)
    return [column.alias_or_name for column in query.selects]


def _check_words(statement: str) -> None:
    position = 0
    while position < len(statement):
        token = _TOKEN.match(statement, position)
        if token is None:
            raise Refused(f"at character {position} is something that no translated statement has")
        word = token["word"]
        if word is not None and word not in WORDS and not _OWN_NAME.fullmatch(word):
            raise Refused(f"it has the word {word[:80]!r}")
        position = token.end()


def _parse(statement: str) -> exp.Query:
    try:
        expressions = sqlglot.parse(statement, read=_SQLGLOT)
    except (sqlglot.errors.SqlglotError, RecursionError) as error:
        raise Refused("it can't be parsed") from error
    if len(expressions) != 1 or not isinstance(expressions[0], (exp.Select, exp.SetOperation)):
        raise Refused("it is not one SELECT")
    return expressions[0]


def _check_relations(query: exp.Query, tables: Collection[str]) -> None:
    known = {*tables, *(cte.alias for cte in query.find_all(exp.CTE))}
    for table in query.find_all(exp.Table):
        if not isinstance(table.this, exp.Identifier) or table.args.get("db") or table.args.get("catalog"):
            raise Refused("it reads something that is not a table of the run")
        if table.name not in known:
            raise Refused(f"it reads {table.name[:80]!r}, which is not a table of the run")
    foreign = query.find(exp.Into, exp.Lateral, exp.QueryTransform, exp.Placeholder, exp.Parameter, exp.Hint)
    if foreign is not None:
        raise Refused(f"it has a {type(foreign).__name__}")
