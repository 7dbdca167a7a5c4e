"""Mode `load`: an uploaded file as a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from nerium_worker.errors import Failure
from nerium_worker.hints import polars_message

if TYPE_CHECKING:
    from pathlib import Path

    from nerium_worker.job import Load

# Types are inferred from this many rows: reading the whole text twice would double the time of a large load.
INFERRED_ROWS = 100_000
_ARROW_FILE_MAGIC = b"ARROW1"


def load_frame(load: Load, data: Path) -> pl.LazyFrame:
    """Scan the upload; raises `Failure` of kind `load` when it isn't of its format."""
    try:
        frame = _scan(data / load.file, load.format)
        frame.collect_schema()
    except Exception as error:
        raise load_failure(error, load) from error
    return frame


def load_failure(error: Exception, load: Load) -> Failure:
    """Say that the upload can't be read."""
    message = polars_message(error)
    return Failure("load", f"The upload can't be read as {load.format}: {message.splitlines()[0]}", details=message)


def _scan(path: Path, format_: str) -> pl.LazyFrame:
    match format_:
        case "parquet":
            return pl.scan_parquet(path, glob=False)
        case "csv":
            return pl.scan_csv(path, glob=False, infer_schema_length=INFERRED_ROWS, try_parse_dates=True)
        case "ndjson":
            return pl.scan_ndjson(path, infer_schema_length=INFERRED_ROWS)
        case "arrow":
            return _scan_arrow(path)
        case _:
            raise ValueError(f"unknown format: {format_!r}")


def _scan_arrow(path: Path) -> pl.LazyFrame:
    """Arrow data comes as a file, with a footer, or as a stream."""
    with path.open("rb") as file:
        magic = file.read(len(_ARROW_FILE_MAGIC))
    return pl.scan_ipc(path, glob=False) if magic == _ARROW_FILE_MAGIC else pl.read_ipc_stream(path).lazy()
