"""`INSERT INTO` and `CREATE TABLE AS`: the rows of a query, as rows of a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from nerium_worker.iceberg.types import decimal_type
from nerium_worker.modes.messages import nearest_name
from nerium_worker.modes.sql import query_frame, resolved
from nerium_worker.modes.statements.assignment import Assignments, fields_by_name
from nerium_worker.modes.statements.values import polars_values
from nerium_worker.protocol.errors import Failure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nerium_worker.modes.sql import Scan
    from nerium_worker.modes.statements.classify import Insert
    from nerium_worker.protocol.job import TableDescription


@dataclass(frozen=True, kw_only=True)
class Rows:
    """The rows that a statement adds to a table, and those of its query before they got the table's types."""

    frame: pl.LazyFrame
    source: pl.LazyFrame
    tables: Mapping[str, pl.LazyFrame]
    assignments: Assignments


def inserted(
    insert: Insert,
    table: TableDescription,
    frames: Mapping[str, pl.LazyFrame],
    scan: Scan,
) -> Rows:
    """Give the rows of an INSERT: the columns of its query by their order, in the types of the table."""
    fields = fields_by_name(table.schema)
    columns = insert.columns or tuple(fields)
    _require_columns(columns, list(fields))
    decimals = [decimal_type(str(fields[column]["type"])) for column in columns]
    text, numbers = polars_values(insert.source, [None if each is None else each[1] for each in decimals])
    source, tables = query_frame(text, frames, scan)
    schema = resolved(source, text, tables)
    if len(schema) != len(columns):
        raise Failure(
            "sql",
            f"INSERT INTO has {_count(len(columns), 'column')} ({', '.join(columns)}), and its query has"
            f" {_count(len(schema), 'column')}.",
            hint="Name the columns that the query has: INSERT INTO table (a, b) SELECT ...",
        )
    assignments = Assignments()
    frame = source.select(
        assignments.assign(pl.col(name), dtype, fields[column], is_number=number in numbers)
        for number, ((name, dtype), column) in enumerate(zip(schema.items(), columns, strict=True))
    )
    return Rows(frame=frame, source=source, tables=tables, assignments=assignments)


def created(query: str, frames: Mapping[str, pl.LazyFrame], scan: Scan) -> Rows:
    """Give the rows of a new table, which has the columns of the query."""
    source, tables = query_frame(query, frames, scan)
    resolved(source, query, tables)
    return Rows(frame=source, source=source, tables=tables, assignments=Assignments())


def _require_columns(columns: Sequence[str], known: Sequence[str]) -> None:
    for number, column in enumerate(columns):
        if column not in known:
            raise Failure("sql", f"The table has no column {column!r}.", hint=nearest_name(column, known, "column"))
        if column in columns[:number]:
            raise Failure("sql", f"INSERT INTO names the column {column!r} twice.")


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
