"""Reads the files that a statement names by the readers of uploads: each value is kept, or the file is refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import polars as pl

from nerium_worker.iceberg.schema_of_frame import iceberg_schema
from nerium_worker.modes.files.messages import in_words_of_sql
from nerium_worker.modes.files.union import File, union
from nerium_worker.modes.load import is_readable, load
from nerium_worker.modes.messages import polars_message
from nerium_worker.protocol.errors import Failure, LakeError
from nerium_worker.protocol.job import Load, TableDescription
from nerium_worker.upload.text import compression_of, decompressed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from nerium_worker.modes.files.calls import FileCall
    from nerium_worker.protocol.channel import Asks
    from nerium_worker.protocol.job import Job
    from nerium_worker.scan.lake import Lake

_HEAD_BYTES = 64 * 1024


def require_readable(call: FileCall, views: Sequence[str], job: Job) -> None:
    """Refuse to read files in a view, and on a cluster; `views` are those around the call, the outermost first."""
    if views:
        error = f"The view {views[-1]} can't read files, which {call.function}() does."
        raise Failure("sql", error, hint="Write the rows into a table, with CREATE TABLE ... AS SELECT.")
    if job.distributed is not None:
        error = f"A cluster can't read the files of {call.function}()."
        raise Failure("sql", error, line=call.line, hint="Send the statement without compute, or load the files.")


def files_frame(call: FileCall, lake: Lake, asks: Asks) -> pl.LazyFrame:
    """Have the control plane bring the files of a call, and give the frame of their rows."""
    try:
        answer = asks.ask("files", function=call.function, paths=call.paths)[0]
    except LakeError as error:
        raise error.failure("sql", line=call.line) from error
    scratch = lake.data.parent / "out" / "files-read"
    scratch.mkdir(exist_ok=True)
    files = [_file(call, entry, lake.data, scratch / entry["name"]) for entry in answer["files"]]
    frame = union(files, by_name=call.union_by_name)
    described = TableDescription(handle=answer["table"], name=call.name, schema=iceberg_schema(frame.collect_schema()))
    return lake.outside(described, frame, {entry["name"]: entry["path"] for entry in answer["files"]})


def _file(call: FileCall, entry: dict[str, Any], data: Path, scratch: Path) -> File:
    path: str = entry["path"]
    format_ = call.format
    if format_ == "json":
        format_ = _json_format(data / entry["name"]) if call.json_format == "auto" else call.json_format
    work = Load(file=entry["name"], format=format_, options=call.options())
    try:
        frame = load(work, data, scratch).frame
        return File(path=path, frame=frame, schema=frame.collect_schema())
    except Failure as failure:
        raise in_words_of_sql(failure, path, call.line) from failure


def _json_format(file: Path) -> str:
    """Find out whether a file has an object in each line: the reader of lists reads others, and these more slowly."""
    try:
        first = _head(file).lstrip().split(b"\n", 1)[0]
        return "ndjson" if isinstance(json.loads(first), dict) else "json"
    except (ValueError, OSError, RecursionError, Failure):
        return "json"


def _head(file: Path) -> bytes:
    with file.open("rb") as raw:
        head = raw.read(_HEAD_BYTES)
    compression = compression_of(head)
    return head if compression is None else next(decompressed(file, compression), b"")[:_HEAD_BYTES]


def unreadable_file(error: BaseException, lake: Lake) -> Failure | None:
    """Find the Parquet file because of which the execution failed: Polars does not name it."""
    message = polars_message(error)
    if not message.startswith("parquet:"):
        return None
    path = next((path for name, path in lake.paths.items() if not is_readable(_rows(lake.data / name), "*")), None)
    if path is None:
        return None
    return Failure("engine", f"The file '{path}' can't be read as parquet: it is damaged.", details=message)


def _rows(file: Path) -> pl.LazyFrame:
    return pl.scan_parquet(file, glob=False)
