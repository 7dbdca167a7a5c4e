"""Small appends with and without the audit trail: its rows are written before and after each change."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING, Any

from server import running
from start import server_cpu_seconds

if TYPE_CHECKING:
    from server import Server

WARM_UP = 300
ROUNDS = 9
APPENDS = 60
# Events and records are written some time after the response.
SETTLE_SECONDS = 1.5


def measure() -> dict[str, Any]:
    """Alternate between a server of each kind, and compare the rounds of a pair."""
    with running() as recorded, running("telemetry:\n  audit: false\n") as bare:
        servers = {"with": recorded, "without": bare}
        for server in servers.values():
            _append(server, "CREATE TABLE default.appended (a BIGINT)", 1)
            _milliseconds(server, WARM_UP)
        turns = [{kind: _milliseconds(server, APPENDS) for kind, server in servers.items()} for _ in range(ROUNDS)]
    figures = {
        what: {
            "with": statistics.median(turn["with"][what] for turn in turns),
            "without": statistics.median(turn["without"][what] for turn in turns),
            "ratio": statistics.median(turn["with"][what] / turn["without"][what] for turn in turns),
        }
        for what in ("response", "processor")
    }
    print("\n## Audit trail\n\n| ms of an append of one row | with | without | ratio |\n|---|---|---|---|")
    for what, value in figures.items():
        print(f"| {what} | {value['with']:.2f} | {value['without']:.2f} | {value['ratio']:.3f} |")
    return figures


def _milliseconds(server: Server, appends: int) -> dict[str, float]:
    """Take the time of a statement, and the processor time of the server for it."""
    before, begin = server_cpu_seconds(server.process.pid), time.perf_counter()
    _append(server, "INSERT INTO default.appended VALUES (1)", appends)
    response = time.perf_counter() - begin
    time.sleep(SETTLE_SECONDS)
    processor = server_cpu_seconds(server.process.pid) - before
    return {"response": response / appends * 1000, "processor": processor / appends * 1000}


def _append(server: Server, statement: str, times: int) -> None:
    client = server.client()
    for _ in range(times):
        client.post("/api/v1/query", {"query": statement})
    client.close()
