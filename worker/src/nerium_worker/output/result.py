"""Executes a frame and returns its rows within the job's limits."""

from __future__ import annotations

import io
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from nerium_worker.output.arrow_types import portable_frame, reject_objects
from nerium_worker.polars_plan import unstable
from nerium_worker.protocol.errors import Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from typing import TypeAlias

    from nerium_worker.protocol.job import Limits

    Execute: TypeAlias = Callable[[pl.LazyFrame, Callable[[pl.DataFrame], None]], None]

FILE_NAME = "result.arrow"
# In characters of names and types: they must fit the header of a frame.
LARGEST_SCHEMA = 512 * 1024
_REPORT_SECONDS = 1.0
_UNITS = ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB"))


def _nobody(_: int) -> None:
    """Ignore progress."""


@dataclass(frozen=True, kw_only=True)
class Page:
    """A part of a result that lies in a file of its own."""

    file: str
    rows: int


@dataclass(frozen=True, kw_only=True)
class Collected:
    """The rows that are kept in memory, those that lie in pages, and how many there were in all."""

    head: pl.DataFrame
    rows: int
    pages: Sequence[Page] = ()


class _Collector:
    """Takes batches in order; keeps what the limits allow and counts the rest.

    A result over the limits is counted to its end, so that the error can say how large it was, but not kept.
    """

    def __init__(self, limits: Limits, out: Path, progress: Callable[[int], None]) -> None:
        self._limits = limits
        self._out = out
        self._progress = progress
        self._next_report = time.monotonic() + _REPORT_SECONDS
        self._kept: list[pl.DataFrame] = []
        self._kept_bytes = 0
        self.pages: list[Page] = []
        self.rows = 0
        self.size = 0

    def take(self, batch: pl.DataFrame) -> None:
        batch_size = batch.estimated_size()
        limits = self._limits
        fits = _rows_that_fit(batch, batch_size, limits.max_rows - self.rows, limits.max_bytes - self.size)
        if fits:
            self._keep(batch if fits == batch.height else batch.head(fits))
        self.rows, self.size = self.rows + batch.height, self.size + int(batch_size)
        if self.over():
            self._kept.clear()
        if time.monotonic() > self._next_report:
            self._next_report += _REPORT_SECONDS
            self._progress(self.rows)

    def over(self) -> bool:
        limits = self._limits
        return limits.overflow == "fail" and (self.rows > limits.max_rows or self.size > limits.max_bytes)

    def head(self) -> pl.DataFrame | None:
        """Give the rows that are in no page."""
        return pl.concat(self._kept) if self._kept else None

    def _keep(self, batch: pl.DataFrame) -> None:
        pages = self._limits.pages
        while pages is not None and self._height() + batch.height >= pages.rows:
            fill = pages.rows - self._height()
            self._kept.append(batch.head(fill))
            batch = batch.slice(fill)
            self._end_page()
        if batch.height:
            self._kept.append(batch)
            self._kept_bytes += int(batch.estimated_size())
        if pages is not None and self._kept_bytes >= pages.bytes:
            self._end_page()

    def end(self) -> None:
        """Put what is left into a page too, where there are pages."""
        if self.pages and self._kept:
            self._end_page()

    def _height(self) -> int:
        return sum(frame.height for frame in self._kept)

    def _end_page(self) -> None:
        page, _ = portable_frame(pl.concat(self._kept))
        name = f"page-{len(self.pages)}.arrow"
        page.write_ipc_stream(self._out / name, compat_level=pl.CompatLevel.oldest())
        self.pages.append(Page(file=name, rows=page.height))
        self._kept.clear()
        self._kept_bytes = 0


def collect(
    frame: pl.LazyFrame,
    limits: Limits,
    out: Path,
    progress: Callable[[int], None] = _nobody,
    execute: Execute = unstable.each_batch,
) -> Collected:
    """Execute; keep what the limits allow and count the rest."""
    collector = _Collector(limits, out, progress)
    execute(frame, collector.take)
    if collector.over():
        raise _too_large(collector.rows, collector.size, limits)
    collector.end()
    head = collector.head()
    if head is None:
        head = pl.DataFrame(schema=frame.collect_schema())
    reject_objects(head.schema)
    return Collected(head=head, rows=collector.rows, pages=collector.pages)


def _rows_that_fit(batch: pl.DataFrame, batch_size: float, rows_left: int, bytes_left: int) -> int:
    rows = max(0, min(batch.height, rows_left))
    if batch_size <= bytes_left or rows == 0:
        return rows
    return max(0, min(rows, int(batch.height * bytes_left / batch_size)))


def _too_large(rows: int, size: int, limits: Limits) -> Failure:
    limit = f"{limits.max_rows:,} rows" if rows > limits.max_rows else readable(limits.max_bytes)
    whole = "1 row" if rows == 1 else f"{rows:,} rows"
    kept = limits.pages is not None
    larger = (
        ""
        if kept
        else " To get a larger result, send Accept: application/vnd.apache.arrow.stream (or text/csv,"
        " application/vnd.apache.parquet, application/x-ndjson), or run it detached, with Prefer: respond-async,"
        " and fetch the rows later."
    )
    return Failure(
        "limit",
        f"The result has {whole} (about {readable(size)}): more than the {'' if kept else 'inline '}limit of {limit}.",
        hint=f"Set a destination to write the result to a table, or return fewer rows.{larger}",
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
    if collected.pages:
        # The rows that the message would bring are in the last page.
        pages = [{"file": page.file, "rows": page.rows} for page in collected.pages]
        return {**header, "returned": sum(page.rows for page in collected.pages), "pages": pages}, memoryview(b"")
    # Readers outside Polars do not know string views.
    oldest = pl.CompatLevel.oldest()
    if head.estimated_size() <= limits.pipe_bytes:
        buffer = io.BytesIO()
        head.write_ipc_stream(buffer, compat_level=oldest)
        if buffer.tell() <= limits.pipe_bytes:
            return header, buffer.getbuffer()
    head.write_ipc_stream(out / FILE_NAME, compat_level=oldest)
    return {**header, "file": FILE_NAME}, memoryview(b"")


def nothing() -> tuple[dict[str, Any], memoryview]:
    """Encode the `result` message of a job that has nothing to do."""
    buffer = io.BytesIO()
    pl.DataFrame().write_ipc_stream(buffer, compat_level=pl.CompatLevel.oldest())
    empty: dict[str, Any] = {"columns": [], "dtypes": [], "encodings": []}
    return {"type": "result", "rows": 0, "returned": 0, "file": None, "written": None, **empty}, buffer.getbuffer()
