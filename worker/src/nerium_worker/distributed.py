"""Distributed runs: says what a cluster is to do instead of doing it, and brings back what a cluster wrote."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, Any

import polars as pl

from nerium_worker import result
from nerium_worker.errors import Failure
from nerium_worker.job import Script
from nerium_worker.spark import Refused, translate
from nerium_worker.table_types import iceberg_schema

if TYPE_CHECKING:
    from pathlib import Path

    from nerium_worker.channel import Asks
    from nerium_worker.job import Gather, Job, Limits, Work
    from nerium_worker.lake import Lake
    from nerium_worker.spark import SparkStatement

# The statement travels in the header of a frame.
_LONGEST_STATEMENT = 512 * 1024
_LOCAL = "Send distributed: false to run it on one machine."


def translated(
    frame: pl.LazyFrame, job: Job, asks: Asks, lake: Lake, out: Path
) -> tuple[dict[str, Any], memoryview | bytes]:
    """Give the `result` message of no rows, with the statement that has them."""
    statement = _statement(frame, job.work, lake)
    schema = iceberg_schema(statement.schema)
    if job.destination is not None:
        asks.ask("write", schema=schema)
    empty = result.Collected(head=pl.DataFrame(schema=statement.schema), rows=0)
    header, payload = result.message(empty, job.limits, out)
    handles = lake.handles()
    tables = {name: handles[table] for name, table in statement.tables.items()}
    return {**header, "statement": {"sql": statement.sql, "tables": tables, "schema": schema}}, payload


def _statement(frame: pl.LazyFrame, work: Work, lake: Lake) -> SparkStatement:
    source = work.source if isinstance(work, Script) else None
    tables = {handle: name for name, handle in lake.handles().items()}
    try:
        with lake.looked_at():
            statement = translate(frame, tables, source)
    except Refused as refused:
        raise Failure(
            "sql" if source is None else "script",
            f"The cluster can't run {refused.node}: {refused.reason}.",
            line=refused.line,
            hint=_LOCAL,
        ) from refused
    if len(statement.sql) > _LONGEST_STATEMENT:
        raise Failure("limit", "What the cluster is to do is too long to be sent.", hint=_LOCAL)
    return statement


def gathered(work: Gather, limits: Limits, data: Path, out: Path) -> tuple[dict[str, Any], bytes | memoryview]:
    """Give the rows of files with the columns and types of a frame."""
    schema = pl.read_ipc_stream(io.BytesIO(base64.b64decode(work.frame))).schema
    if not work.files:
        rows = pl.LazyFrame(schema=schema)
    else:
        # The cluster has fewer types: it wrote some of them wider.
        columns = (pl.col(name).cast(dtype) for name, dtype in schema.items())
        rows = pl.scan_parquet([data / file for file in work.files], glob=False).select(columns)
    return result.message(result.collect(rows, limits, out), limits, out)
