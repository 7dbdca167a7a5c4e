"""Mode `convert`: writes the pages of a result as one Parquet file."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import polars as pl
from polars.io.plugins import register_io_source

from nerium_worker.protocol.errors import Failure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from nerium_worker.protocol.job import Convert

FILE_NAME = "converted.parquet"


def convert(work: Convert, data: Path, out: Path) -> tuple[dict[str, Any], bytes]:
    """Give the `result` message, whose file is the Parquet file."""
    pages = [data / file for file in work.files]
    try:
        schema = next(_frames(pages[:1])).schema
        rows = 0

        def read(*_: object) -> Iterator[pl.DataFrame]:
            nonlocal rows
            for frame in _frames(pages):
                rows += frame.height
                yield frame

        if schema:
            register_io_source(read, schema=schema).sink_parquet(out / FILE_NAME, engine="streaming")
        else:
            # Such as the result of a statement that changes a table. Polars has no sink for it.
            pl.DataFrame().write_parquet(out / FILE_NAME)
    except Exception as error:
        raise Failure("result", "The rows can't be written as parquet.", details=str(error)) from error
    header = {
        "type": "result",
        "rows": rows,
        "columns": schema.names(),
        "dtypes": [str(dtype) for dtype in schema.dtypes()],
        "encodings": [None] * len(schema),
        "returned": rows,
        "file": FILE_NAME,
        "written": None,
    }
    return header, b""


def _frames(pages: Sequence[Path]) -> Iterator[pl.DataFrame]:
    """Read one record batch at a time: Polars reads whole streams, which may be larger than the memory."""
    from pyarrow import OSFile, ipc  # noqa: PLC0415  # not needed when a worker starts

    for page in pages:
        with OSFile(str(page)) as file:
            messages = ipc.MessageReader.open_stream(file)
            schema = messages.read_next_message().serialize().to_pybytes()
            yield pl.read_ipc_stream(io.BytesIO(schema))
            for batch in messages:
                yield pl.read_ipc_stream(io.BytesIO(schema + batch.serialize().to_pybytes()))
