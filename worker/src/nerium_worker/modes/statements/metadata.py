"""Executes statements about metadata: the control plane changes and describes the lake, queries are described here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from nerium_worker.iceberg.schema_of_frame import iceberg_schema
from nerium_worker.modes.messages import polars_message
from nerium_worker.modes.sql import has_parameters, query_frame, resolved
from nerium_worker.modes.statements import answers
from nerium_worker.modes.statements.alter import with_default
from nerium_worker.modes.statements.ddl import Command, CreateView
from nerium_worker.protocol.errors import Failure, LakeError
from nerium_worker.protocol.job import decode_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nerium_worker.modes.sql import Scan
    from nerium_worker.protocol.channel import Asks
    from nerium_worker.protocol.job import Job
    from nerium_worker.scan.lake import Lake


def commanded(statement: Command | CreateView, job: Job, asks: Asks, scan: Scan) -> pl.LazyFrame:
    """Have the control plane execute a statement; return the rows of its answer."""
    if job.explain or job.destination is not None or job.distributed is not None:
        raise Failure(
            "sql",
            "The statement is not a query, so it has no plan, no destination and no cluster.",
            hint="Send it without explain, destination and compute.",
        )
    message = _view(statement, scan) if isinstance(statement, CreateView) else _with_defaults(statement.message, asks)
    try:
        answer = asks.ask("command", command=message)[0]
    except LakeError as error:
        raise error.failure("sql") from error
    return answers.texts(answer["columns"], answer["rows"])


def _with_defaults(message: dict[str, Any], asks: Asks) -> dict[str, Any]:
    """Give the literals of SET DEFAULT their values, in the types of the table's columns."""
    changes = message.get("changes", ())
    if not any("literal" in change for change in changes):
        return message
    try:
        table = asks.ask("table", name=message["table"])[0].get("table")
    except LakeError as error:
        if not message["if_exists"]:
            raise error.failure("sql") from error
        table = None
    if table is None:
        # No table, or a view: the control plane says so.
        return {**message, "changes": []}
    schema = decode_table(table).schema
    return {
        **message,
        "changes": [with_default(change, schema) if "literal" in change else change for change in changes],
    }


def _view(statement: CreateView, scan: Scan) -> dict[str, Any]:
    """Complete the command by the schema of the view's query, which has to be one that can be planned."""
    if has_parameters(statement.query):
        hint = "Write the value into its query, or give it to the queries that read the view: WHERE id = $id."
        raise Failure("sql", "A view has no parameters.", hint=hint)
    frame, tables = query_frame(statement.query, {}, scan)
    schema = iceberg_schema(resolved(frame, statement.query, tables))
    columns = statement.message["columns"]
    fields = schema["fields"]
    if columns is not None:
        if len(columns) != len(fields):
            raise Failure(
                "sql",
                f"The view has {len(columns)} names of columns, and its query has {len(fields)} columns.",
                hint="Name all of them, or none.",
            )
        fields = [
            {**field, "name": column["name"], **({} if column["doc"] is None else {"doc": column["doc"]})}
            for field, column in zip(fields, columns, strict=True)
        ]
    return {**statement.message, "schema": {**schema, "fields": fields}, "query": _plain(statement.query)}


def _plain(query: str) -> str:
    """Leave out what is around a query, and the semicolon behind it."""
    text = query.strip()
    return text[:-1].rstrip() if text.endswith(";") else text


def of_query(
    kind: str, query: tuple[pl.LazyFrame, Mapping[str, pl.LazyFrame]], text: str, lake: Lake
) -> tuple[pl.LazyFrame, Mapping[str, pl.LazyFrame]]:
    """Give the frame that answers a question about a query, with the frames of the query's tables."""
    frame, tables = query
    schema = resolved(frame, text, tables)
    match kind:
        case "describe":
            return answers.described(schema), {}
        case "summarize":
            return answers.summarized(frame, schema), tables
        case "partitions":
            return _partitions(frame, schema), tables
        case _:
            return answers.lines(_plan(frame, lake)), {}


def _partitions(frame: pl.LazyFrame, schema: pl.Schema) -> pl.LazyFrame:
    """Give the partitions of a table, each with its numbers of rows and of data files."""
    if not isinstance(fields := schema.get("partition"), pl.Struct):
        raise Failure("sql", "The table is not partitioned: SHOW PARTITIONS has nothing to show.")
    numbers = ("record_count", "file_count")
    names = [field.name for field in fields.fields]
    return frame.select("partition", *numbers).unnest("partition").select(*names, *numbers).sort(names)


def _plan(frame: pl.LazyFrame, lake: Lake) -> str:
    try:
        plan = lake.open(frame).explain(engine="streaming", optimizations=lake.optimizations())
    except Exception as error:
        raise Failure("sql", polars_message(error).splitlines()[0], details=polars_message(error)) from error
    return lake.with_table_names(plan)
