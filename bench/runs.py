"""The time of records of runs, of a cancel, and of large results."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import java
import polars as pl
from server import NERIUM, new_run_id, running
from small import quantiles
from start import peak_mib, worker_processes

if TYPE_CHECKING:
    from server import Server

RECORDS = Path(__file__).parent / "Records.java"
STORED = 10_000
CANCELS = 30
FOREVER = {"mode": "script", "script": "import itertools\nsum(itertools.repeat(1))"}
GIB_ROWS = 1 << 24
COLUMNS = 8
JSON_ROWS = 1_000_000
ROUNDS = 5
LARGE = f"result = pl.LazyFrame().select(pl.int_range(0, {GIB_ROWS}).alias('c0'))" + "".join(
    f".with_columns((pl.col('c0') * {i + 1}).alias('c{i}'))" for i in range(1, COLUMNS)
)
WIDE = (
    pl.select(pl.int_range(0, JSON_ROWS).alias("id"))
    .with_columns(
        (pl.col("id") * 7919 % 1000).alias("small"),
        (pl.col("id") / 7).alias("seventh"),
        (pl.col("id") * 0.01).round(2).alias("price"),
        pl.col("id").cast(pl.String).alias("text"),
        pl.lit("the quick brown fox").alias("words"),
        (pl.col("id") % 2 == 0).alias("even"),
        pl.from_epoch(pl.col("id") * 60, time_unit="s").alias("at"),
        pl.from_epoch(pl.col("id") % 20_000, time_unit="d").alias("day"),
        pl.when(pl.col("id") % 3 > 0).then(pl.col("id")).alias("gaps"),
    )
)


def measure(requests: int) -> dict[str, Any]:
    """Measure each with a server that fits."""
    figures = {"records": _records(requests)}
    with running() as server:
        figures["listing"] = _listing(server)
    with running("sandbox: {pool: {size: 0}}\n") as server:
        figures["cancel"] = _cancel(server)
    with running("results:\n  inline-rows: 2000000\n  inline-bytes: 2GiB\n") as server:
        figures["json"] = _json(server)
        figures["arrow"] = _arrow(server)
    _print(figures)
    return figures


def _records(count: int) -> dict[str, Any]:
    subprocess.run([NERIUM, "--help"], check=True, capture_output=True)
    with tempfile.TemporaryDirectory(prefix="nerium-bench-") as home:
        printed = subprocess.run(
            java.command(RECORDS, home, str(max(count, 2000))), check=True, stdout=subprocess.PIPE, text=True
        ).stdout
    return json.loads(printed)


def _listing(server: Server) -> dict[str, Any]:
    client = server.client()
    run = json.loads(client.run({"mode": "query", "query": "SELECT 1 AS x FROM f", "tables": ["f=default.flowers"]}))
    with sqlite3.connect(server.home / "state.db") as state:
        state.row_factory = sqlite3.Row
        row = dict(state.execute("SELECT * FROM run WHERE id = ?", (run["run_id"],)).fetchone())
        names = ", ".join(row)
        marks = ", ".join("?" * len(row))
        for i in range(STORED):
            stored = {**row, "id": f"01890000-{i:04x}-7000-8000-000000000000", "queued_at": row["queued_at"] + i}
            state.execute(f"INSERT INTO run ({names}) VALUES ({marks})", tuple(stored.values()))  # noqa: S608
    figures = {}
    for path in ("/api/v2/runs", "/api/v2/runs?state=COMPLETE", "/api/v2/runs?state=FAIL", "/api/v2/runs?limit=500"):
        times = [_timed(lambda path=path: client.get(path)) for _ in range(200)]
        figures[path] = quantiles(times[50:])
    return figures


def _cancel(server: Server) -> dict[str, Any]:
    times = []
    for _ in range(CANCELS):
        run = new_run_id()
        caller = threading.Thread(target=_ignore_failure, args=(server, run))
        caller.start()
        while not (workers := worker_processes(server.process.pid)) or sum(one["cpu_s"] for one in workers) < 1.5:  # noqa: PLR2004  # well past its start
            time.sleep(0.05)
        begun = time.perf_counter()
        server.client().delete(f"/api/v2/runs/{run}")
        while worker_processes(server.process.pid):
            pass
        times.append(time.perf_counter() - begun)
        caller.join()
    return quantiles(times)


def _ignore_failure(server: Server, run: str) -> None:
    try:
        server.client().run(FOREVER, run=run)
    except RuntimeError:
        return


def _json(server: Server) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="nerium-bench-") as folder:
        file = Path(folder, "wide.parquet")
        WIDE.write_parquet(file)
        server.load("default.wide", file)
        target = Path(folder, "wide.ndjson")
        client = server.client()
        query = {"mode": "query", "query": "SELECT * FROM w", "tables": ["w=default.wide"]}
        alone, http = [], []
        for _ in range(ROUNDS):
            alone.append(_timed(lambda: pl.read_parquet(file).write_ndjson(target)))
            http.append(_timed(lambda: client.drain(query, "application/json")))
        return {
            "write_ndjson_s": min(alone),
            "http_s": min(http),
            "ratio": min(http) / min(alone),
            "ndjson_bytes": target.stat().st_size,
            "http_bytes": client.drain(query, "application/json"),
        }


def _arrow(server: Server) -> dict[str, Any]:
    client = server.client()
    script = {"mode": "script", "script": LARGE, "vcpus": 4}
    with tempfile.TemporaryDirectory(prefix="nerium-bench-") as folder:
        target = Path(folder, "large.arrow")
        names: dict[str, Any] = {"pl": pl}
        alone, http, size = [], [], 0
        for _ in range(ROUNDS):
            exec(LARGE, names)  # noqa: S102  # the script above
            alone.append(_timed(lambda: names["result"].collect(engine="streaming").write_ipc_stream(target)))
            begun = time.perf_counter()
            size = client.drain(script, "application/vnd.apache.arrow.stream")
            http.append(time.perf_counter() - begun)
    [run] = json.loads(client.get("/api/v2/runs?mode=script&limit=1"))["runs"]
    record = json.loads(client.get(f"/api/v2/runs/{run['id']}"))
    return {
        "bytes": size,
        "write_ipc_stream_s": min(alone),
        "http_s": min(http),
        "ratio": min(http) / min(alone),
        "mib_per_s": size / min(http) / (1 << 20),
        "server_peak_mib": peak_mib(server.process.pid),
        "worker_peak_mib": (record["peak_memory_bytes"] or 0) / (1 << 20),
    }


def _timed(action: Any) -> float:  # noqa: ANN401  # anything that can be called
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun


def _print(figures: dict[str, Any]) -> None:
    print("\n## Runs\n")
    print("| | p50 ms | p95 ms | p99 ms |\n|---|---|---|---|")
    rows = {
        "record of a run: queued, started, ended": figures["records"],
        f"cancel to no process left, {CANCELS} runs": figures["cancel"],
        **{f"`GET {path}`, {STORED:,} runs": times for path, times in figures["listing"].items()},
    }
    for name, times in rows.items():
        print(f"| {name} | {times['p50_ms']:.2f} | {times['p95_ms']:.2f} | {times['p99_ms']:.2f} |")
    large = figures["arrow"]
    print(
        f"\n{large['bytes'] / (1 << 20):,.0f} MiB as Arrow through HTTP in {large['http_s']:.2f} s"
        f" ({large['mib_per_s']:,.0f} MiB/s); Polars alone writes the stream in {large['write_ipc_stream_s']:.2f} s:"
        f" ratio {large['ratio']:.2f}. Peak memory: server {large['server_peak_mib']:.0f} MiB,"
        f" worker {large['worker_peak_mib']:.0f} MiB"
    )
    wide = figures["json"]
    print(
        f"\n{JSON_ROWS:,} rows of {WIDE.width} columns as JSON through HTTP in {wide['http_s']:.2f} s"
        f" ({wide['http_bytes'] / (1 << 20):,.0f} MiB); `write_ndjson` of the same file in {wide['write_ndjson_s']:.2f} s"
        f" ({wide['ndjson_bytes'] / (1 << 20):,.0f} MiB): ratio {wide['ratio']:.2f}"
    )
