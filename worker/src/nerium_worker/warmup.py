"""Runs queries through all steps, so that the first job finds code loaded and threads started."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from nerium_worker import worker
from nerium_worker.iceberg.types import arrow_schema
from nerium_worker.modes.planned import PreparedQueries

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nerium_worker.protocol.channel import Message

_FILE = "rehearsal.parquet"
_QUERY = (
    "SELECT name, COUNT(*) AS n, AVG(size) AS size FROM rehearsal WHERE size > 0 GROUP BY name ORDER BY name LIMIT 5"
)
# A query with VALUES is executed by the streaming engine, however few its rows are.
_STREAMED_QUERY = "SELECT name, COUNT(*) AS n FROM rehearsal CROSS JOIN (VALUES (1)) AS one(x) GROUP BY name"
_FIELDS = [
    {"id": 1, "name": "name", "required": False, "type": "string"},
    {"id": 2, "name": "size", "required": False, "type": "double"},
]
_JOB = {
    "type": "job",
    "run": "",
    "mode": "query",
    "catalog": "",
    "tables": [
        {
            "alias": "rehearsal",
            "table": {"handle": 1, "name": "rehearsal", "schema": {"type": "struct", "fields": _FIELDS}},
        }
    ],
    "destination": None,
    "result": {"maxRows": 10, "maxBytes": 1 << 20, "pipeBytes": 1 << 20, "overflow": "fail"},
}


class _Rehearsal:
    """Answers as the control plane would, with a plan of one file."""

    def __init__(self, file: Path) -> None:
        self._plan = {
            "rows": 1,
            "deleted": 0,
            "equality": None,
            "layouts": [],
            "stored": {"type": "struct", "fields": _FIELDS},
            "files": [[file.name, file.stat().st_size, 1]],
        }

    def ask(self, what: str, **fields: object) -> Message:  # noqa: ARG002
        """Answer every ask, which is `plan`, alike."""
        return self._plan, b""

    def ask_all(self, what: str, asks: Sequence[Mapping[str, object]]) -> list[Message]:
        """Answer each of several asks."""
        return [self.ask(what, **fields) for fields in asks]

    def progress(self, rows: int) -> None:
        """Ignore progress."""


def warm_up() -> None:
    """Run the rehearsal with both engines of Polars; a worker that can't is not fit for jobs."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder, "data")
        data.mkdir()
        frame = pl.LazyFrame({"name": ["oleander"], "size": [1.0]})
        frame.sink_parquet(data / _FILE, arrow_schema=arrow_schema({"fields": _FIELDS}))
        for query in (_QUERY, _STREAMED_QUERY):
            job = {**_JOB, "query": query}
            header, _ = worker.run(job, _Rehearsal(data / _FILE), Path(folder), PreparedQueries())
            if header["type"] != "result":
                raise RuntimeError(f"the worker can't run a query: {header}")
