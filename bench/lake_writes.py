"""Writes of TPC-H's lineitem: Nerium through HTTP, against `sink_parquet` of the same rows in this process."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
from rounds import best_times
from server import running
from tpch import generate

if TYPE_CHECKING:
    from collections.abc import Callable

    from server import Client


def measure(cache: Path, scale: float, rounds: int) -> dict[str, Any]:
    """Read the table's own files on both sides, and write them."""
    source = generate(cache, scale) / "lineitem.parquet"
    with running() as server, tempfile.TemporaryDirectory(prefix="nerium-bench-") as folder:
        server.load("default.raw", source)
        client = server.client()
        files = sorted((server.home / "lake/warehouse/default/raw/data").rglob("*.parquet"))
        alone = Path(folder) / "alone.parquet"
        actions: dict[str, Callable[[], object]] = {
            "sink_parquet": lambda: pl.scan_parquet(files).sink_parquet(alone, compression="snappy"),
            "overwrite": lambda: _save(client, "overwrite"),
            "append": lambda: _save(client, "append"),
        }
        best = best_times(actions, rounds)
    print(f"\n## Writing lineitem, scale factor {scale:g}\n")
    print("| | seconds | ratio to sink_parquet alone |\n|---|---|---|")
    for name, seconds in best.items():
        print(f"| {name} | {seconds:.2f} | {seconds / best['sink_parquet']:.2f} |")
    return best


def _save(client: Client, mode: str) -> None:
    script = "result = scan('default.raw')"
    client.run({"mode": "script", "script": script, "destination": f"default.{mode}", "saveMode": mode})
