"""Disk space and processor time of the records, events and telemetry of runs, and a server after a million of them."""

from __future__ import annotations

import contextlib
import http.server
import json
import os
import sqlite3
import statistics
import subprocess
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import java
from server import home_of, running, serving
from small import QUERY, quantiles
from throughput import through_http

if TYPE_CHECKING:
    from collections.abc import Iterator

    from server import Server

HISTORY = Path(__file__).parent / "History.java"
RUNS = 1000
WARM_UP = 200
STATEMENTS = 20
ROUNDS = 5
DAYS = 60
TABLES = ("run_events", "traces", "logs", "runs", "table_reads", "tables", "usage")
OFF = (
    "telemetry: {run-events: false, traces: false, logs: false, runs: false, table-reads: false, tables: false, usage: false}\n"
    "lineage: {run-events: false}\n"
)


def measure(seconds: float, million: int) -> dict[str, Any]:
    """Measure each with a server of its own."""
    figures = {"storage": _storage(), "throughput": _throughput(seconds), "history": _history(million)}
    storage = figures["storage"]
    print(f"\n## Disk space of {RUNS:,} small runs\n\n| | bytes of a run |\n|---|---|")
    for name, size in storage.items():
        print(f"| {name} | {size:,.0f} |")
    print(
        "\n## 16 clients, in alternating rounds\n\n| sinks | queries per second, relative to none | server ms of one |"
    )
    print("|---|---|---|")
    for name, (ratio, milliseconds) in figures["throughput"].items():
        print(f"| {name} | {ratio:.3f} | {milliseconds:.2f} |")
    print(f"\n## A home with {million:,} runs\n\n| | |\n|---|---|")
    for name, value in figures["history"].items():
        print(f"| {name} | {value} |")
    return figures


def _storage() -> dict[str, float]:
    """Run small queries, 20 different ones, and measure what they leave after small files are compacted."""
    with home_of("telemetry: {maintenance-interval: 1s}\n") as home:
        with serving(home) as server:
            key = server.key
            _run(server, WARM_UP)
        before = _sizes(home, key)
        with serving(home, key) as server:
            _run(server, RUNS)
            wal = (home / "state.db-wal").stat().st_size
        after = _sizes(home, key)
    sizes = {name: (after[name] - before[name]) / RUNS for name in after}
    return {**sizes, "all": sum(sizes.values()), "state.db-wal at the end, all runs": wal}


def _run(server: Server, count: int) -> None:
    client = server.client()
    for i in range(count):
        client.run({**QUERY, "query": f"{QUERY['query']} LIMIT {100 + i % STATEMENTS}"})


def _sizes(home: Path, key: str) -> dict[str, float]:
    """Sum the files that a start with nothing to do leaves: those of the current snapshots."""
    with serving(home, key) as server:
        time.sleep(30)
        client = server.client()
        sizes = {}
        for name in TABLES:
            table = f"t=telemetry.{name}$files"
            answer = client.run({"mode": "query", "query": "SELECT sum(file_size_in_bytes) FROM t", "tables": [table]})
            sizes[f"telemetry.{name}"] = json.loads(answer)["results"]["rows"][0][0] or 0
    with contextlib.closing(sqlite3.connect(home / "state.db")) as state:
        state.execute("PRAGMA wal_checkpoint(truncate)")
        for name, size in state.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name ORDER BY name"):
            group = "lineage" if "lineage" in name else "run" if "run" in name else "other"
            sizes[f"state.db, {group}"] = sizes.get(f"state.db, {group}", 0) + size
    return sizes


def _throughput(seconds: float) -> dict[str, tuple[float, float]]:
    with _receiver() as port, home_of() as configured:
        transport = configured / "openlineage.yml"
        transport.write_text(f"transport: {{type: http, name: receiver, url: 'http://127.0.0.1:{port}'}}\n")
        transport.chmod(0o644)
        settings = {
            "none": OFF,
            "tables": "",
            "tables and transport": f"lineage: {{openlineage-config: '{transport}'}}\n",
        }
        with contextlib.ExitStack() as stack:
            servers = {name: stack.enter_context(running(text)) for name, text in settings.items()}
            for server in servers.values():
                through_http(server, seconds)
            turns = [{name: _turn(server, seconds) for name, server in servers.items()} for _ in range(ROUNDS)]
    return {
        name: (
            statistics.median(turn[name][0] / turn["none"][0] for turn in turns),
            statistics.median(turn[name][1] for turn in turns),
        )
        for name in settings
    }


def _turn(server: Server, seconds: float) -> tuple[float, float]:
    """Give the queries per second, and the milliseconds of the server's processor time of one."""
    before = _cpu_seconds(server.process.pid)
    rate = through_http(server, seconds)
    return rate, (_cpu_seconds(server.process.pid) - before) * 1000 / (rate * seconds)


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def _receiver() -> Iterator[int]:
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as receiver:
        threading.Thread(target=receiver.serve_forever, daemon=True).start()
        yield receiver.server_port
        receiver.shutdown()


def _history(count: int) -> dict[str, str]:
    """Repeat a run of a real server, then measure a server on the same home."""
    figures = {}
    with home_of(f"lineage: {{retention: {DAYS + 1}d}}\n") as home:
        with serving(home) as server:
            key = server.key
            run = json.loads(server.client().run(QUERY))["run_id"]
            figures["start of an empty home"] = f"{server.ready_seconds:.2f} s"
        begun = time.perf_counter()
        subprocess.run(java.command(HISTORY, str(home), run, str(count), str(DAYS)), check=True)
        figures["writing all of it"] = f"{(time.perf_counter() - begun) / count * 1e6:.0f} µs of a run"
        figures["state.db"] = f"{(home / 'state.db').stat().st_size / count:,.0f} bytes of a run"
        with serving(home, key) as server:
            figures["start"] = f"{server.ready_seconds:.2f} s"
            client = server.client()
            paths = (
                "/api/v2/runs",
                "/api/v2/runs?state=FAIL",
                "/api/v2/runs?state=COMPLETE&limit=500",
                "/api/v1/events?start=0&end=4000000000",
                "/api/v1/events?start=0&end=4000000000&offset=100000",
                f"/api/v2/runs/{run}/lineage",
                "/api/v1/lineage/graph?table=default.flowers",
            )
            for path in paths:
                figures[path] = f"{_p50(client.get, path):.1f} ms"
            figures["small query"] = f"{_p50(lambda _: client.run(QUERY), ''):.1f} ms"
        (home / "nerium.yaml").write_text(f"lineage: {{retention: {DAYS // 2}d}}\n")
        with contextlib.closing(sqlite3.connect(home / "state.db")) as state:
            state.execute("UPDATE recurring_task SET begun_at = 0 WHERE name = 'lineage-retention'")
            state.commit()
        with serving(home, key) as server:
            figures["removal of half of the events"] = f"{_await_half(home, count):.1f} s"
    return figures


def _p50(get: Any, path: str) -> float:  # noqa: ANN401  # a call
    times = []
    for _ in range(20):
        begun = time.perf_counter()
        get(path)
        times.append(time.perf_counter() - begun)
    return quantiles(times)["p50_ms"]


def _await_half(home: Path, count: int) -> float:
    begun = time.perf_counter()
    while True:
        with contextlib.closing(sqlite3.connect(home / "state.db")) as state:
            (left,) = state.execute("SELECT count(*) FROM lineage_run_event").fetchone()
        if left <= count * 1.01:
            return time.perf_counter() - begun
        time.sleep(0.2)
