"""The task of a Polars cluster: plans in the format of its own client, without locations and keys.

The run's plan has names where tables are read, and each table a plan of its own, whose files have names, too. The
submitter knows the files of these names, and the destination of the rows.
"""

from __future__ import annotations

import base64
import zlib
from typing import TYPE_CHECKING, Any

import polars as pl

from nerium_worker.iceberg.partitioning import TEXT_IS_EXACT, key_names, key_text, layout, sort_frame
from nerium_worker.iceberg.schema_of_frame import iceberg_schema
from nerium_worker.iceberg.types import polars_schema
from nerium_worker.modes.messages import polars_message
from nerium_worker.modes.spark_job import require_no_uuid
from nerium_worker.output import result, write
from nerium_worker.output.arrow_types import reject_objects
from nerium_worker.polars_plan import unstable
from nerium_worker.protocol.errors import Failure
from nerium_worker.protocol.job import Script
from nerium_worker.scan.placeholder import remote_table_name
from nerium_worker.scan.scan_plan import ELSEWHERE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from nerium_worker.protocol.channel import Asks
    from nerium_worker.protocol.job import Job
    from nerium_worker.scan.lake import Lake

_STAGING = f"{ELSEWHERE}staging/"
# In memory, of a file of a result that no table gets.
_BYTES_PER_FILE = 512 << 20
# The plans travel in the header of a frame.
_LONGEST = 1024 * 1024
_LOCAL = "Send distributed: false to run it on one machine."


def prepare(
    frame: pl.LazyFrame, job: Job, asks: Asks, lake: Lake, out: Path
) -> tuple[dict[str, Any], memoryview | bytes]:
    """Give the `result` message of no rows, with the plans of which a cluster makes them."""
    schema = frame.collect_schema()
    reject_objects(schema)
    if job.destination is None:
        # The cluster counts with 64 bits: its counts and row numbers are wider than here.
        rows = frame.select(pl.col(name).cast(dtype) for name, dtype in schema.items())
        root = _serialize(rows, job, _BYTES_PER_FILE, {}, {})
    else:
        answer, _ = asks.ask("write", schema=iceberg_schema(schema))
        require_no_uuid(answer["schema"], job.destination)
        root = _write(frame, job, answer)
        schema = polars_schema(answer["schema"])
    tables = {
        table.handle: lake.remote_scan(table).serialize()
        for table in lake.tables()
        if remote_table_name(table.handle).encode() in root
    }
    empty = result.Collected(head=pl.DataFrame(schema=schema), rows=0)
    header, payload = result.message(empty, job.limits, out)
    return {**header, "plan": _message(root, tables)}, payload


def _write(frame: pl.LazyFrame, job: Job, answer: Mapping[str, Any]) -> bytes:
    order = layout(answer["schema"], answer["spec"], answer["order"])
    if inexact := {key.type for key in order.keys} - TEXT_IS_EXACT:
        raise Failure(
            "engine",
            f"The cluster can't write to {job.destination}, which is partitioned by {min(inexact)}: a cluster of Polars"
            " says the partition of a file in its name, where such values are not exact.",
            hint=_LOCAL,
        )
    rows = sort_frame(write.conform(frame, answer["schema"]), order)
    size = write.bytes_per_file(answer["properties"])
    names = key_names(order.keys, rows.collect_schema())
    keys = {name: key_text(key) for name, key in zip(names, order.keys, strict=True)}
    return _serialize(rows, job, size, write.file_format(answer["schema"], answer["properties"]), keys)


def _serialize(
    rows: pl.LazyFrame,
    job: Job,
    bytes_per_file: int,
    file_format: Mapping[str, Any],
    keys: Mapping[str, pl.Expr],
) -> bytes:
    sink = rows.sink_parquet(
        unstable.partition_by_text(_STAGING, keys, bytes_per_file=bytes_per_file)
        if keys
        else unstable.partition_by_size(_STAGING, bytes_per_file=bytes_per_file),
        **file_format,
        maintain_order=True,
        credential_provider=None,
        lazy=True,
    )
    try:
        return unstable.serialize_plan(sink)
    except pl.exceptions.PolarsError as error:
        raise Failure(
            "script" if isinstance(job.work, Script) else "sql",
            f"The cluster can't run the plan: {polars_message(error).splitlines()[0]}.",
            details=polars_message(error),
            hint=_LOCAL,
        ) from error


def _message(root: bytes, tables: Mapping[int, bytes]) -> dict[str, Any]:
    texts = {handle: _text(plan) for handle, plan in tables.items()}
    text = _text(root)
    if len(text) + sum(map(len, texts.values())) > _LONGEST:
        raise Failure("limit", "The task of the cluster is too long to be sent.", hint=_LOCAL)
    return {"root": text, "tables": [{"table": handle, "plan": plan} for handle, plan in texts.items()]}


def _text(plan: bytes) -> str:
    return base64.b64encode(zlib.compress(plan)).decode()
