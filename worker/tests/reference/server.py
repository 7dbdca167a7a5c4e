"""The server under test, by HTTP."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

ARROW = "application/vnd.apache.arrow.stream"


@dataclass(frozen=True, kw_only=True)
class Reply:
    """A result, or the status and the text of an error."""

    status: int
    frame: pl.DataFrame | None
    text: str = ""


class Server:
    """A client that keeps its connection; one for each thread."""

    def __init__(self, url: str, key: str) -> None:
        self._client = httpx.Client(base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=300)

    def query(self, sql: str, tables: Mapping[str, str], **more: Any) -> Reply:
        """Run a statement; `tables` maps aliases to tables."""
        named = [{"alias": alias, "table": table} for alias, table in tables.items()]
        return self._run({"mode": "query", "query": sql, "tables": named, **more})

    def script(self, source: str, params: Mapping[str, str], **more: Any) -> Reply:
        """Run a script, which finds its tables in `params`."""
        return self._run({"mode": "script", "script": source, "params": dict(params), **more})

    def read(self, table: str) -> pl.DataFrame:
        """Read a whole table; raises `RuntimeError` where that fails."""
        reply = self.query("SELECT * FROM t", {"t": table})
        if reply.frame is None:
            raise RuntimeError(f"SELECT * FROM {table}: {reply.status} {reply.text}")
        return reply.frame

    def replace(self, namespace: str, table: str, parquet: bytes) -> None:
        """Upload the rows of a table."""
        self._upload("PUT", namespace, table, parquet)

    def append(self, namespace: str, table: str, parquet: bytes) -> None:
        """Upload more rows of a table."""
        self._upload("POST", namespace, table, parquet)

    def compact(self, table: str) -> str | None:
        """Rewrite the files of `namespace.table` or `catalog.namespace.table`; gives the text of an error."""
        catalog, namespace, name = f"oleander.{table}".split(".")[-3:]
        path = f"/api/v2/catalogs/{catalog}/namespaces/{namespace}/tables/{name}/compact"
        response = self._client.post(path, json={"all": True})
        return None if response.status_code == httpx.codes.OK else f"{response.status_code} {response.text}"

    def _upload(self, method: str, namespace: str, table: str, parquet: bytes) -> None:
        path = f"/api/v1/catalogs/oleander/namespaces/{namespace}/tables/{table}"
        headers = {"Content-Type": "application/vnd.apache.parquet"}
        response = self._client.request(method, path, content=parquet, headers=headers)
        if response.status_code != httpx.codes.OK:
            raise RuntimeError(f"{method} {path}: {response.status_code} {response.text}")

    def _run(self, body: dict[str, Any]) -> Reply:
        # A destination answers with a preview only, so its rows are read from the table.
        saved = "destination" in body
        response = self._client.post("/api/v1/warehouse/polars", json=body, headers={} if saved else {"Accept": ARROW})
        if response.status_code != httpx.codes.OK:
            return Reply(status=response.status_code, frame=None, text=response.text)
        if saved:
            return Reply(status=200, frame=pl.DataFrame(), text=response.text)
        return Reply(status=200, frame=pl.read_ipc_stream(io.BytesIO(response.content)))
