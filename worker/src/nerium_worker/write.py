"""Writes a result as Parquet files that an Iceberg table can take in as they are."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import polars as pl

from nerium_worker import native
from nerium_worker.errors import Failure
from nerium_worker.iceberg_types import arrow_schema
from nerium_worker.portable import reject_objects
from nerium_worker.result import collect, message
from nerium_worker.table_types import iceberg_schema

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import arro3.core as arrow

    from nerium_worker.channel import Asks
    from nerium_worker.job import Limits

FOLDER = "files"
# Polars measures rows in memory: about four times their compressed size in Parquet.
_MEMORY_PER_FILE_BYTE = 4
_DEFAULT_FILE_BYTES = 512 * 1024 * 1024


def write(frame: pl.LazyFrame, limits: Limits, asks: Asks, out: Path) -> tuple[dict[str, Any], memoryview]:
    """Write the frame below `out` and describe it in a `result` message, with the head of the rows."""
    schema = frame.collect_schema()
    reject_objects(schema)
    answer, _ = asks.ask("write", schema=iceberg_schema(schema))
    target = arrow_schema(answer["schema"])
    folder = out / FOLDER
    # A reused worker may have failed here before; what it left must not be counted.
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    _sink(_conformed(frame, answer["schema"], target), target, answer["properties"], folder)
    files = _keep_filled(folder)
    head = _head(folder, [file["name"] for file in files], target, limits)
    header, payload = message(collect(head, limits), limits, out)
    return {**header, "rows": sum(file["rows"] for file in files), "written": {"files": files}}, payload


def _conformed(frame: pl.LazyFrame, schema: Mapping[str, Any], target: arrow.Schema) -> pl.LazyFrame:
    """Give the frame the table's columns: in its order and types, null where the result has no such column."""
    present = frame.collect_schema()
    required = [field["name"] for field in schema["fields"] if field["required"] and field["name"] not in present]
    if required:
        raise Failure(
            "result", f"The result has no column {required[0]!r}, which the table requires.", hint="Add the column."
        )
    types = pl.Schema(target)
    return frame.select(
        pl.col(name).cast(dtype) if name in present else pl.lit(None, dtype=dtype).alias(name)
        for name, dtype in types.items()
    )


def _sink(frame: pl.LazyFrame, target: arrow.Schema, properties: Mapping[str, Any], folder: Path) -> None:
    file_bytes = properties.get("targetFileBytes") or _DEFAULT_FILE_BYTES
    frame.sink_parquet(
        native.partition_by_size(f"{folder}/", bytes_per_file=file_bytes * _MEMORY_PER_FILE_BYTE),
        arrow_schema=target,
        compression=properties.get("compression") or "zstd",
        statistics=True,
        maintain_order=True,
        engine="streaming",
    )


def _keep_filled(folder: Path) -> list[dict[str, Any]]:
    """Count the rows of each file, and delete the one without any that an empty result leaves."""
    files = []
    for path in sorted(folder.iterdir()):
        rows = pl.scan_parquet(path, glob=False).select(pl.len()).collect().item()
        if rows:
            files.append({"name": path.name, "rows": rows})
        else:
            path.unlink()
    return files


def _head(folder: Path, names: list[str], target: arrow.Schema, limits: Limits) -> pl.LazyFrame:
    """Read back the first rows, so that the reply shows what the table holds and the query runs once."""
    if not names:
        return pl.LazyFrame(schema=pl.Schema(target))
    return pl.scan_parquet([folder / name for name in names], glob=False).head(limits.max_rows)
