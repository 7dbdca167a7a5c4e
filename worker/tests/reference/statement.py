"""A statement or script, the tables that it reads, and what Polars alone answers."""

from __future__ import annotations

import datetime as dt
import decimal
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reference.tables import Table

# What a script begins with: it runs as it is in Nerium and here.
PRELUDE = "import datetime as dt\nfrom decimal import Decimal as D\n"


@dataclass(frozen=True, kw_only=True)
class Statement:
    """SQL over aliases, or a script over `scan(params[alias])`."""

    mode: Literal["query", "script"]
    text: str
    tables: Mapping[str, Table]
    # Whether the statement determines the order of its rows.
    ordered: bool
    constructs: frozenset[str]
    # The text with names of the lake; None where the request has the names of the tables.
    named: str | None = None

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset(table.kind for table in self.tables.values())

    def frame(self, frames: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
        """Build the statement's frame over given frames, by alias."""
        return sql_frame(self.text, frames) if self.mode == "query" else script_frame(self.text, frames)

    def plain_frames(self) -> dict[str, pl.LazyFrame]:
        return {alias: table.frame.lazy() for alias, table in self.tables.items()}


def sql_frame(sql: str, frames: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    return pl.SQLContext(frames).execute(sql, eager=False)


def script_frame(source: str, frames: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    scope: dict[str, Any] = {"pl": pl, "scan": frames.__getitem__, "params": {alias: alias for alias in frames}}
    exec(source, scope)  # noqa: S102  # a text of the generator or of a case
    result: pl.LazyFrame = scope["result"].lazy()
    return result


def sql_literal(value: Any) -> str:
    """Write a value as SQL."""
    match value:
        case bool():
            return str(value).upper()
        case str():
            return "'" + value.replace("'", "''") + "'"
        case dt.datetime():
            return f"TIMESTAMP '{value.replace(tzinfo=None).isoformat(' ')}'"
        case dt.date():
            return f"DATE '{value.isoformat()}'"
        case decimal.Decimal():
            return f"CAST('{value}' AS DECIMAL(9, 2))"
        case _:
            return str(value)


def python_literal(value: Any) -> str:
    """Write a value as Python, with the names of the prelude."""
    match value:
        case decimal.Decimal():
            return f"D('{value}')"
        case dt.datetime() if value.tzinfo is not None:
            naive = value.astimezone(dt.timezone.utc).replace(tzinfo=None)
            return f"{python_literal(naive)}.replace(tzinfo=dt.timezone.utc)"
        case dt.datetime() | dt.date() | dt.time():
            return repr(value).replace("datetime.", "dt.", 1)
        case _:
            return repr(value)
