"""Translates a run to a statement for a Spark cluster, and reads the files that a cluster wrote."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, Any

import polars as pl

from nerium_worker.iceberg.schema_of_frame import iceberg_schema
from nerium_worker.iceberg.types import arrow_schema, polars_schema
from nerium_worker.output import result
from nerium_worker.polars_plan import unstable
from nerium_worker.polars_plan.dtypes import instance
from nerium_worker.protocol.errors import Failure
from nerium_worker.protocol.job import Script
from nerium_worker.protocol.table_schema import UNREADABLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from nerium_worker.protocol.channel import Asks
    from nerium_worker.protocol.job import Gather, Job, Limits, Work
    from nerium_worker.scan.lake import Lake
    from nerium_worker.spark import SparkStatement

# The statement travels in the header of a frame.
_LONGEST_STATEMENT = 512 * 1024
_LOCAL = "Send distributed: false to run it on one machine."


def translate(
    frame: pl.LazyFrame, job: Job, asks: Asks, lake: Lake, out: Path
) -> tuple[dict[str, Any], memoryview | bytes]:
    """Give the `result` message of no rows, with the statement that has them."""
    statement = _statement(frame, job.work, lake)
    _require_names(statement.schema)
    schema = iceberg_schema(statement.schema)
    if job.destination is not None:
        answer, _ = asks.ask("write", schema=schema)
        require_no_uuid(answer["schema"], job.destination)
        _require_values(answer["schema"], statement.schema, job.destination)
    empty = result.Collected(head=pl.DataFrame(schema=statement.schema), rows=0)
    header, payload = result.message(empty, job.limits, out)
    handles = lake.handles()
    tables = {name: handles[table] for name, table in statement.tables.items()}
    return {**header, "statement": {"sql": statement.sql, "tables": tables, "schema": schema}}, payload


def _require_types(statement: SparkStatement, lake: Lake) -> None:
    """Refuse tables that Spark can't open: it reads all of a table's schema, whichever columns are selected."""
    read = set(statement.tables.values())
    for table in lake.tables():
        if table.name not in read:
            continue
        for name, dtype in polars_schema(table.schema).items():
            unknown = [str(part) for part in _parts(dtype) if _is_unknown(part)]
            if unknown:
                raise Failure(
                    "sql",
                    f"The cluster can't read table {table.name}: Spark has no type for its column {name!r},"
                    f" which has {unknown[0]}.",
                    hint=_LOCAL,
                )


def _require_readable(frame: pl.LazyFrame, lake: Lake) -> None:
    """Refuse columns that are shown as nulls, where they are read: the cluster would give their values."""
    hidden = {
        table.handle: [field for field in table.schema["fields"] if UNREADABLE in field] for table in lake.tables()
    }
    if not any(hidden.values()):
        return
    read = lake.columns(frame)
    for table in lake.tables():
        for field in hidden[table.handle]:
            if table.handle in read and ((names := read[table.handle]) is None or field["name"] in names):
                raise Failure(
                    "sql",
                    f"The cluster can't read the column {field['name']!r} of {table.name}, which has the type"
                    f" {field[UNREADABLE]}.",
                    hint="Read its other columns.",
                )


def _is_unknown(dtype: pl.DataType) -> bool:
    return isinstance(dtype, pl.Time) or (isinstance(dtype, pl.Datetime) and dtype.time_unit == "ns")


def require_no_uuid(table: Mapping[str, Any], destination: str) -> None:
    """Refuse a table with UUIDs: clusters write them as other bytes, or take texts for UUIDs that are none."""
    for field in table["fields"]:
        if field["type"] == "uuid":
            raise Failure(
                "engine",
                f"The cluster can't write to {destination}, which has the column {field['name']!r} of the type uuid.",
                hint=_LOCAL,
            )


def _require_values(table: Mapping[str, Any], written: pl.Schema, destination: str) -> None:
    """Refuse to leave out a column that has a default: the cluster writes nulls."""
    for field in table["fields"]:
        if field["name"] not in written and field.get("write-default") is not None:
            raise Failure(
                "result",
                f"The result has no column {field['name']!r}, for which {destination} has a default, and the cluster"
                " can't fill it in.",
                hint=f"Give the column a value, or: {_LOCAL}",
            )


def _require_names(schema: pl.Schema) -> None:
    """Refuse what no file of a cluster can hold."""
    for name, dtype in schema.items():
        if not name:
            raise _no_name("A column of the result")
        if any(field.name == "" for part in _parts(dtype) if isinstance(part, pl.Struct) for field in part.fields):
            raise _no_name(f"A field within column {name!r}")


def _parts(dtype: pl.DataType) -> Iterator[pl.DataType]:
    """Give a type, and the types that it is made of."""
    yield dtype
    inner = [getattr(dtype, part) for part in ("inner", "key", "value") if hasattr(dtype, part)]
    if isinstance(dtype, pl.Struct):
        inner += [field.dtype for field in dtype.fields]
    for each in inner:
        yield from _parts(instance(each))


def _no_name(what: str) -> Failure:
    return Failure("result", f"{what} has the name '', which the cluster can't write.", hint="Give it another name.")


def _statement(frame: pl.LazyFrame, work: Work, lake: Lake) -> SparkStatement:
    from nerium_worker import spark  # noqa: PLC0415  # not needed when a worker starts

    _require_readable(frame, lake)
    source = work.source if isinstance(work, Script) else None
    tables = {handle: name for name, handle in lake.handles().items()}
    try:
        with lake.planning_only():
            statement = spark.translate(frame, tables, source)
    except spark.UnsupportedError as refused:
        raise Failure(
            "sql" if source is None else "script",
            f"The cluster can't run {refused.node}: {refused.reason}.",
            line=refused.line,
            hint=_LOCAL,
        ) from refused
    _require_types(statement, lake)
    if len(statement.sql) > _LONGEST_STATEMENT:
        raise Failure("limit", "The task of the cluster is too long to be sent.", hint=_LOCAL)
    return statement


def _scan(work: Gather, paths: list[str], schema: pl.Schema) -> pl.LazyFrame:
    if work.has_ids:
        return unstable.scan_iceberg_files(paths, arrow_schema=arrow_schema(iceberg_schema(schema)))
    return pl.scan_parquet(paths, glob=False)


def gather(work: Gather, limits: Limits, data: Path, out: Path) -> tuple[dict[str, Any], bytes | memoryview]:
    """Give the rows of files with the columns and types of a frame."""
    schema = pl.read_ipc_stream(io.BytesIO(base64.b64decode(work.frame))).schema
    if not work.files:
        rows = pl.LazyFrame(schema=schema)
    else:
        # The cluster has fewer types: it wrote some of them wider.
        columns = (pl.col(name).cast(dtype) for name, dtype in schema.items())
        rows = _scan(work, [str(data / file) for file in work.files], schema).select(columns)
    return result.message(result.collect(rows, limits, out), limits, out)
