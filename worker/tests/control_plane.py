"""A control plane small enough for tests: real pipes, real files, plans of every file."""

from __future__ import annotations

import io
import json
import shutil
import struct
import subprocess
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl

from nerium_worker.iceberg.types import arrow_schema

SOURCES = Path(__file__).parents[1] / "src"
UNPARTITIONED: dict[str, Any] = {"spec-id": 0, "fields": []}
UNSORTED: dict[str, Any] = {"order-id": 0, "fields": []}
PROPERTIES = {
    "compression": "zstd",
    "compressionLevel": None,
    "targetFileBytes": 1 << 29,
    "pageBytes": None,
    "rowGroupBytes": None,
}
LENGTHS = struct.Struct(">II")


@dataclass(kw_only=True)
class Table:
    """A table of the test lake: its Iceberg schema and one plan row per file.

    `stored`: the schema of the first file, where the files are read by the names of their columns.
    """

    name: str
    schema: dict[str, Any]
    files: list[dict[str, Any]] = field(default_factory=list)
    deleted: int | None = 0
    equality: dict[str, Any] | None = None
    layouts: list[dict[str, Any]] = field(default_factory=list)
    stored: dict[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class Reply:
    """How a job ended, and what the worker asked on the way."""

    header: dict[str, Any]
    payload: bytes
    asks: list[dict[str, Any]]

    def frame(self) -> pl.DataFrame:
        assert self.header["type"] == "result", self.header
        assert self.header["file"] is None
        return pl.read_ipc_stream(io.BytesIO(self.payload))

    def plans(self) -> list[dict[str, Any]]:
        return [ask for ask in self.asks if ask["what"] == "plan"]


class ControlPlane:
    """Starts a worker process and serves it a lake of Parquet files."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.tables: dict[str, Table] = {}
        self.target: dict[str, Any] | None = None
        self.spec: dict[str, Any] = UNPARTITIONED
        self.order: dict[str, Any] = UNSORTED
        self.properties: dict[str, Any] = PROPERTIES
        self.merge: Any = None
        self.changed = ""
        self.metadata: dict[str, Any] = {}
        self.views: dict[str, dict[str, Any]] = {}
        self.command: dict[str, Any] = {"columns": [], "rows": []}
        self.outside: Path | None = None
        self.brought = 0
        (root / "data").mkdir()
        (root / "out").mkdir()
        self.log = (root / "log.txt").open("wb")
        self._worker = subprocess.Popen(
            [sys.executable, "-m", "nerium_worker", "--job-root", str(root)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            env={"PYTHONPATH": str(SOURCES), "PATH": "", "POLARS_MAX_THREADS": "2"},
        )
        assert self._worker.stdin
        assert self._worker.stdout
        self._in, self._out = self._worker.stdin, self._worker.stdout
        self.ready = self.read()[0]

    def add(self, name: str, schema: dict[str, Any], *frames: pl.DataFrame) -> Table:
        """Register a table with one file per frame, the columns carrying the schema's field ids."""
        table = Table(name=name, schema=schema, stored=schema if frames else None)
        for number, frame in enumerate(frames):
            path = self.root / "data" / f"{name}-{number}.parquet"
            frame.lazy().sink_parquet(path, arrow_schema=arrow_schema(schema))
            table.files.append({"path": path.name, "bytes": path.stat().st_size, "rows": frame.height})
        self.tables[name] = table
        return table

    def query(self, sql: str, /, **changes: Any) -> Reply:
        tables = changes.pop("tables", None) or {name: name for name in self.tables}
        return self.run({"mode": "query", "query": sql, "tables": tables, **changes})

    def script(self, source: str, /, **changes: Any) -> Reply:
        return self.run({"mode": "script", "script": source, "params": {}, "tables": {}, **changes})

    def message(self, job: dict[str, Any]) -> dict[str, Any]:
        limits = {"maxRows": 1000, "maxBytes": 1 << 20, "pipeBytes": 1 << 20, "overflow": "fail"}
        aliases = job.pop("tables", {})
        return {
            "type": "job",
            "run": "0198f8a2-0000-7000-8000-000000000000",
            "catalog": "oleander",
            "destination": None,
            "tables": [{"alias": alias, "table": self.describe(name)} for alias, name in aliases.items()],
            **job,
            "result": {**limits, **job.get("result", {})},
        }

    def run(self, job: dict[str, Any]) -> Reply:
        values = {name: value.encode() for name, value in job.pop("env", {}).items()}
        if values:
            job["env"] = [{"name": name, "bytes": len(value)} for name, value in values.items()]
        self.write(self.message(job), b"".join(values.values()))
        asks: list[dict[str, Any]] = []
        while True:
            header, payload = self.read()
            if header["type"] == "progress":
                continue
            if header["type"] != "ask":
                return Reply(header=header, payload=payload, asks=asks)
            asks.append(header)
            self.write(*self.answer(header))

    def describe(self, name: str) -> dict[str, Any]:
        return {
            "handle": list(self.tables).index(name) + 1,
            "name": f"oleander.{name}",
            "schema": self.tables[name].schema,
        }

    def answer(self, ask: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        answer = {"type": "answer", "id": ask["id"]}
        match ask:
            case {"what": "plan", "table": handle} if handle > len(self.tables):
                return {
                    **answer,
                    "error": {"error": f"There is no table {handle}.", "details": None, "hint": None},
                }, b""
            case {"what": "plan", "table": handle}:
                table = list(self.tables.values())[handle - 1]
                rows = sum(file["rows"] for file in table.files)
                plan_answer = {
                    **answer,
                    "rows": rows,
                    "deleted": table.deleted,
                    "equality": table.equality,
                    "layouts": table.layouts,
                }
                if table.stored is None or ask.get("byIds", False):
                    return plan_answer, plan(table)
                if any(len(file) > 3 for file in table.files):
                    return {**plan_answer, "stored": table.stored, "files": None}, plan(table)
                files = [[file["path"], file["bytes"], file["rows"]] for file in table.files]
                return {**plan_answer, "stored": table.stored, "files": files}, b""
            case {"what": "count", "table": handle}:
                table = list(self.tables.values())[handle - 1]
                return {**answer, "rows": None if table.deleted else sum(file["rows"] for file in table.files)}, b""
            case {"what": "table", "name": name} if (known := self.known(name)) is not None:
                return {**answer, "table": self.describe(known)}, b""
            case {"what": "table", "name": name} if name.removeprefix("oleander.") in self.views:
                return {**answer, "view": self.views[name.removeprefix("oleander.")]}, b""
            case {"what": "command"}:
                return {**answer, **self.command}, b""
            case {"what": "table" | "metadata", "name": name} if name not in self.metadata:
                refusal = {
                    "error": f"There is no table {name}.",
                    "details": None,
                    "hint": "Did you mean default.flowers?",
                }
                return {**answer, "error": refusal}, b""
            case {"what": "metadata", "name": name}:
                return {**answer, "location": "file:/lake/v1.json", "metadata": self.metadata[name]}, b""
            case {"what": "catalog"}:
                error = {"message": "The key 'k' has the scope read.", "type": "ForbiddenException", "code": 403}
                return {**answer, "status": 403, "body": {"error": error}}, b""
            case {"what": "write"}:
                return {
                    **answer,
                    "schema": self.target or ask["schema"],
                    "spec": self.spec,
                    "order": self.order,
                    "properties": self.properties,
                    "merge": self.merge,
                }, b""
            case {"what": "change", "table": name, "kind": kind}:
                known = self.known(name)
                described = None if known is None else self.describe(known)
                self.changed = known or ""
                if kind in {"rows", "truncate"} and known is not None:
                    self.target = self.tables[known].schema
                return {**answer, "exists": kind == "create" and described is not None, "table": described}, b""
            case {"what": "candidates", "columns": _}:
                table = self.tables[self.changed]
                rows = sum(file["rows"] for file in table.files)
                known_deletes = {"deleted": table.deleted, "equality": table.equality, "layouts": table.layouts}
                return {**answer, "rows": rows, **known_deletes, "deletes": table.deleted != 0}, plan(table)
            case {"what": "candidates"}:
                table = self.tables[self.merge["table"]["name"].removeprefix("oleander.")]
                whole = replace(table, files=[{**file, "deletes": []} for file in table.files])
                rows = sum(file["rows"] for file in table.files)
                deletes = table.deleted != 0
                return {**answer, "rows": rows, "deleted": 0, "equality": None, "deletes": deletes}, plan(whole)
            case {"what": "files", "paths": paths} if self.outside is not None:
                return {**answer, **self.bring(paths)}, b""
            case {"what": "files", "function": function, "paths": [path, *_]}:
                sentence = f"{function}() can't read '{path}': this server has no locations for files."
                return {**answer, "error": {"error": sentence, "details": None, "hint": None}}, b""
            case {"what": "read"}:
                return answer, b""
            case {"what": "namespaces"}:
                return {**answer, "namespaces": [] if ask["parent"] else [["default"], ["telemetry"]]}, b""
            case {"what": "tables"}:
                return {**answer, "tables": [name.split(".")[-1] for name in self.tables]}, b""
        raise AssertionError(ask)

    def bring(self, paths: list[str]) -> dict[str, Any]:
        """Copy files of the folder outside; the control plane checks what a worker does not."""
        assert self.outside is not None
        files: list[dict[str, Any]] = []
        for path in (found for each in paths for found in sorted(self.outside.glob(each))):
            self.brought += 1
            name = f"outside-{self.brought}.parquet"
            shutil.copy(path, self.root / "data" / name)
            files.append({"name": name, "path": path.name})
        return {"table": 1000 + self.brought, "files": files}

    def known(self, name: str) -> str | None:
        """Find the table of a name, which may have the catalog, and the default namespace."""
        local = name.removeprefix("oleander.")
        return next((each for each in (local, local.removeprefix("default.")) if each in self.tables), None)

    def write(self, header: dict[str, Any], payload: bytes = b"") -> None:
        text = json.dumps(header).encode()
        self._in.write(LENGTHS.pack(len(text), len(payload)) + text + payload)
        self._in.flush()

    def read(self) -> tuple[dict[str, Any], bytes]:
        lengths = self._out.read(LENGTHS.size)
        if len(lengths) < LENGTHS.size:
            raise AssertionError(f"the worker ended: {self.log_text()}")
        header_length, payload_length = LENGTHS.unpack(lengths)
        return json.loads(self._out.read(header_length)), self._out.read(payload_length)

    def log_text(self) -> str:
        return (self.root / "log.txt").read_text()

    def close(self) -> int:
        self._in.close()
        self._out.close()
        code = self._worker.wait(timeout=10)
        self.log.close()
        return code


def plan(table: Table) -> bytes:
    """Encode the rows of a plan; columns that no file has are left out."""
    schema: dict[str, Any] = {
        "path": pl.String,
        "bytes": pl.Int64,
        "rows": pl.Int64,
        "deletes": pl.List(pl.String),
        "location": pl.String,
        "shared-deletes": pl.List(pl.String),
        "vector": pl.String,
        "vector-offset": pl.Int64,
        "vector-bytes": pl.Int64,
        "vector-rows": pl.Int64,
        "sequence": pl.Int64,
        "partition": pl.Int32,
        "layout": pl.Int32,
    }
    used = {name for file in table.files for name in file} | {"path", "bytes", "rows"}
    constants = {name: pl.String for name in used if name.startswith("constant-")}
    buffer = io.BytesIO()
    columns = {name: dtype for name, dtype in schema.items() if name in used}
    frame = pl.DataFrame(table.files, schema={**columns, **constants})
    frame.write_ipc_stream(buffer, compat_level=pl.CompatLevel.oldest())
    return buffer.getvalue()
