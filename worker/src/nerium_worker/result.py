"""Executes a frame and returns its rows within the job's limits."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from nerium_worker import native
from nerium_worker.errors import Failure
from nerium_worker.portable import portable_frame, reject_objects

if TYPE_CHECKING:
    from pathlib import Path

    from nerium_worker.job import Limits

FILE_NAME = "result.arrow"
# In characters of names and types: they must fit the header of a frame.
LARGEST_SCHEMA = 64 * 1024
_UNITS = ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB"))


@dataclass(frozen=True, kw_only=True)
class Collected:
    """The kept head of a result, and how large the whole was."""

    head: pl.DataFrame
    rows: int


def collect(frame: pl.LazyFrame, limits: Limits) -> Collected:
    """Execute; keep what the limits allow and count the rest.

    A result over the limits is counted to its end, so that the error can say how large it was, but not kept.
    """
    kept: list[pl.DataFrame] = []
    rows = size = 0

    def take(batch: pl.DataFrame) -> None:
        nonlocal rows, size
        batch_size = batch.estimated_size()
        fits = _rows_that_fit(batch, batch_size, limits.max_rows - rows, limits.max_bytes - size)
        if fits:
            kept.append(batch if fits == batch.height else batch.head(fits))
        rows, size = rows + batch.height, size + int(batch_size)
        if limits.overflow == "fail" and (rows > limits.max_rows or size > limits.max_bytes):
            kept.clear()

    native.each_batch(frame, take)
    if limits.overflow == "fail" and (rows > limits.max_rows or size > limits.max_bytes):
        raise _too_large(rows, size, limits)
    head = pl.concat(kept) if kept else pl.DataFrame(schema=frame.collect_schema())
    reject_objects(head.schema)
    return Collected(head=head, rows=rows)


def _rows_that_fit(batch: pl.DataFrame, batch_size: float, rows_left: int, bytes_left: int) -> int:
    rows = max(0, min(batch.height, rows_left))
    if batch_size <= bytes_left or rows == 0:
        return rows
    return max(0, min(rows, int(batch.height * bytes_left / batch_size)))


def _too_large(rows: int, size: int, limits: Limits) -> Failure:
    limit = f"{limits.max_rows:,} rows" if rows > limits.max_rows else readable(limits.max_bytes)
    whole = "1 row" if rows == 1 else f"{rows:,} rows"
    return Failure(
        "limit",
        f"The result has {whole} (about {readable(size)}): more than the inline limit of {limit}.",
        hint="Set a destination to write the result to a table, or return fewer rows.",
    )


def readable(size: int) -> str:
    """Write a number of bytes for people."""
    for unit, name in _UNITS:
        if size >= unit:
            return f"{size / unit:.1f} {name}"
    return f"{size} bytes"


def message(collected: Collected, limits: Limits, out: Path) -> tuple[dict[str, Any], memoryview]:
    """Encode the `result` message: small results travel in it, large ones in a file."""
    head, encodings = portable_frame(collected.head)
    if sum(len(name) + len(str(dtype)) for name, dtype in head.schema.items()) > LARGEST_SCHEMA:
        raise Failure("limit", f"The result has {head.width:,} columns, whose names and types are too long to return.")
    header = {
        "type": "result",
        "rows": collected.rows,
        "columns": collected.head.columns,
        "dtypes": [str(dtype) for dtype in collected.head.dtypes],
        "encodings": encodings,
        "returned": head.height,
        "file": None,
        "written": None,
    }
    # Readers outside Polars do not know string views.
    oldest = pl.CompatLevel.oldest()
    if head.estimated_size() <= limits.pipe_bytes:
        buffer = io.BytesIO()
        head.write_ipc_stream(buffer, compat_level=oldest)
        if buffer.tell() <= limits.pipe_bytes:
            return header, buffer.getbuffer()
    head.write_ipc_stream(out / FILE_NAME, compat_level=oldest)
    return {**header, "file": FILE_NAME}, memoryview(b"")
