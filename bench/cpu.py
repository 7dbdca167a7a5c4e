"""Processor time of the server and of its workers for a small query, executed and from the cache."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import polars as pl
from server import running
from small import QUERY, SQL
from start import cpu_seconds, server_cpu_seconds

if TYPE_CHECKING:
    from collections.abc import Callable

    from server import Server

# Until Java has compiled what small queries use.
WARM_UP = 4_000
ROUNDS = 3
# Events and records are written some time after the response.
SETTLE_SECONDS = 1.5


def measure(requests: int) -> dict[str, Any]:
    """Alternate between the three, and take the best round of each."""
    with running() as server:
        client = server.client()
        [flowers] = (server.home / "lake" / "warehouse" / "default" / "flowers" / "data").rglob("*.parquet")

        def alone() -> None:
            pl.SQLContext({"flowers": pl.scan_parquet(flowers)}).execute(SQL).collect(engine="streaming").rows()

        def executed() -> None:
            client.run(QUERY)

        def cached() -> None:
            client.run({**QUERY, "cache": True})

        for action in (executed, cached):
            _repeat(action, WARM_UP)
        _repeat(alone, requests)
        turns = [
            {
                "alone": _own(alone, requests),
                "executed": _of_server(server, executed, requests),
                "cached": _of_server(server, cached, requests),
            }
            for _ in range(ROUNDS)
        ]
    figures = {
        "alone": min(turn["alone"] for turn in turns),
        "executed": min((turn["executed"] for turn in turns), key=sum),
        "cached": min((turn["cached"] for turn in turns), key=sum),
    }
    print("\n## Processor time of a small query\n\n| | server ms | worker ms |\n|---|---|---|")
    print(f"| Polars alone | | {figures['alone']:.2f} |")
    for name in ("executed", "cached"):
        of_server, of_worker = figures[name]
        print(f"| through HTTP, {name} | {of_server:.2f} | {of_worker:.2f} |")
    return figures


def _repeat(action: Callable[[], None], count: int) -> None:
    for _ in range(count):
        action()


def _own(action: Callable[[], None], count: int) -> float:
    begun = time.process_time()
    _repeat(action, count)
    return (time.process_time() - begun) / count * 1e3


def _of_server(server: Server, action: Callable[[], None], count: int) -> tuple[float, float]:
    """Return the milliseconds of the server and of its workers for one action."""
    before = server_cpu_seconds(server.process.pid), cpu_seconds(server.process.pid)
    _repeat(action, count)
    time.sleep(SETTLE_SECONDS)
    after = server_cpu_seconds(server.process.pid), cpu_seconds(server.process.pid)
    of_server, of_workers = ((end - start) / count * 1e3 for start, end in zip(before, after, strict=True))
    return of_server, of_workers
