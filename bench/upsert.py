"""Upsert of 100,000 rows into TPC-H's lineitem through HTTP, against PyIceberg's `Table.upsert`."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
from server import running
from tpch import generate

if TYPE_CHECKING:
    from server import Server

KEYS = ["l_orderkey", "l_linenumber"]
MERGE = {
    "mode": "script",
    "script": "result = scan('default.changes')",
    "destination": "default.lineitem",
    "saveMode": "merge",
    "mergeKeys": KEYS,
}


def measure(cache: Path, scale: float, rows: int, patience: float) -> dict[str, Any]:
    """Upsert the same rows by both, half of them new, and compare the tables."""
    lineitem = generate(cache, scale) / "lineitem.parquet"
    with tempfile.TemporaryDirectory(prefix="nerium-upsert-") as folder:
        changes = Path(folder) / "changes.parquet"
        _changes(lineitem, rows).sink_parquet(changes)
        nerium = _nerium(lineitem, changes)
        others = _pyiceberg(lineitem, changes, Path(folder), patience)
    return _report({"scale": scale, "rows": rows, "nerium": nerium, "pyiceberg": others})


def _changes(lineitem: Path, rows: int) -> pl.LazyFrame:
    """Rows from all over the table with a changed quantity, and as many whose orders are new."""
    table = pl.scan_parquet(lineitem)
    height = table.select(pl.len()).collect().item()
    every = table.gather_every(max(1, height * 2 // rows)).head(rows // 2).with_columns((pl.col("l_quantity") + 1).cast(pl.Decimal(15, 2)))
    new = every.with_columns(l_orderkey=-pl.col("l_orderkey"))
    return pl.concat([every, new])


def _nerium(lineitem: Path, changes: Path) -> dict[str, Any]:
    with running() as server:
        server.load("default.lineitem", lineitem)
        server.load("default.changes", changes)
        client = server.client()
        with _Memory(server) as memory:
            begun = time.perf_counter()
            reply = json.loads(client.run(MERGE))
            seconds = time.perf_counter() - begun
        again = time.perf_counter()
        client.run(MERGE)
        return {
            "seconds": seconds,
            "again_seconds": time.perf_counter() - again,
            "saved": reply["saved"],
            "peak_bytes": memory.peak,
            "sum": _sum(client),
        }


def _sum(client: Any) -> list[Any]:  # noqa: ANN401  # a client of the server
    query = "SELECT count(*) AS n, sum(l_orderkey) AS k, sum(l_quantity) AS q FROM lineitem"
    reply = client.run({"mode": "query", "query": query, "tables": ["default.lineitem"]})
    row: list[Any] = json.loads(reply)["results"]["rows"][0]
    return row


class _Memory:
    """Samples the resident memory of a server and all its workers, which share some pages: an upper bound."""

    def __init__(self, server: Server) -> None:
        self._root = server.process.pid
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.peak = 0

    def __enter__(self) -> _Memory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(0.05):
            self.peak = max(self.peak, sum(map(_resident, _family(self._root))))


def _family(root: int) -> list[int]:
    found = [root]
    for process in found:
        for children in Path(f"/proc/{process}/task").glob("*/children"):
            try:
                found.extend(map(int, children.read_text().split()))
            except OSError:
                continue
    return found


def _resident(process: int) -> int:
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * 4096
    except OSError:
        return 0


def _pyiceberg(lineitem: Path, changes: Path, folder: Path, patience: float) -> dict[str, Any]:
    program = Path(__file__).parent / "upsert_pyiceberg.py"
    try:
        done = subprocess.run(
            [sys.executable, program, lineitem, changes, folder], check=True, capture_output=True, timeout=patience
        )
    except subprocess.TimeoutExpired:
        return {"seconds": None, "gave_up_after": patience}
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def _report(figures: dict[str, Any]) -> dict[str, Any]:
    nerium, others = figures["nerium"], figures["pyiceberg"]
    print(f"\n## Upsert of {figures['rows']:,} rows into lineitem, scale factor {figures['scale']:g}\n")
    print("| | seconds | peak memory MiB |\n|---|---|---|")
    print(f"| Nerium, through HTTP, server and workers | {nerium['seconds']:.1f} | {nerium['peak_bytes'] / 2**20:.0f} |")
    print(f"| Nerium, the same rows again | {nerium['again_seconds']:.1f} | |")
    if others["seconds"] is None:
        print(f"| PyIceberg's `Table.upsert` | gave up after {others['gave_up_after']:.0f} | |")
        figures["ratio_at_most"] = nerium["seconds"] / others["gave_up_after"]
    else:
        print(f"| PyIceberg's `Table.upsert` | {others['seconds']:.1f} | {others['peak_bytes'] / 2**20:.0f} |")
        figures["ratio"] = nerium["seconds"] / others["seconds"]
        figures["equal"] = nerium["sum"] == others["sum"]
    print(f"\n{nerium['saved']}")
    return figures
