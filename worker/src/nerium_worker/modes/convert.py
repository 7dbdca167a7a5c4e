"""Mode `convert`: writes a page of a result in a format that only Polars writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from nerium_worker.protocol.errors import Failure

if TYPE_CHECKING:
    from pathlib import Path

    from nerium_worker.protocol.job import Convert

FILE_NAME = "converted"


def convert(work: Convert, data: Path, out: Path) -> tuple[dict[str, Any], bytes]:
    """Give the `result` message, whose file is in the other format."""
    page = pl.read_ipc_stream(data / work.file)
    try:
        if work.format == "csv":
            page.write_csv(out / FILE_NAME)
        else:
            page.write_parquet(out / FILE_NAME)
    except Exception as error:
        hint = "Nested columns have no place in CSV: take Parquet, Arrow or JSON."
        raise Failure(
            "result", f"The rows can't be written as {work.format}.", details=str(error), hint=hint
        ) from error
    header = {
        "type": "result",
        "rows": page.height,
        "columns": page.columns,
        "dtypes": [str(dtype) for dtype in page.dtypes],
        "encodings": [None] * page.width,
        "returned": page.height,
        "file": FILE_NAME,
        "written": None,
    }
    return header, b""
