"""What a small workload costs more through HTTP than the same query in a warm Polars process."""

from __future__ import annotations

import statistics
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
from server import running

if TYPE_CHECKING:
    from collections.abc import Callable

    from server import Server

SQL = (
    "SELECT species, avg(sepal_length) AS avg_sepal_length, avg(petal_length) AS avg_petal_length"
    " FROM flowers GROUP BY species ORDER BY avg_sepal_length DESC"
)
QUERY = {"mode": "query", "query": SQL, "tables": ["flowers=default.flowers"]}
SCRIPT = {
    "mode": "script",
    "script": "result = scan('default.flowers').group_by('species').agg(pl.len()).sort('species')",
}
CLIENTS = 8
SCRIPTS = 12
# A pool of two refills in less.
REFILL_SECONDS = 2.5


def measure(requests: int) -> dict[str, Any]:
    """Small SQL, then small scripts."""
    with running() as server:
        sql = _sql(server, requests)
        warm = _scripts(server, pause=REFILL_SECONDS)
        exhausted = _scripts(server, pause=0)
    with running("sandbox: {pool: {size: 0}}\n") as server:
        cold = _scripts(server, pause=0.5)
    scripts = {"warm worker": warm, "pool exhausted": exhausted, "no pool": cold}
    print("\n## Small script through HTTP\n\n| | p50 ms | p99 ms |\n|---|---|---|")
    for name, figures in scripts.items():
        print(f"| {name} | {figures['p50_ms']:.1f} | {figures['p99_ms']:.1f} |")
    return {"sql": sql, "scripts": scripts}


def _sql(server: Server, requests: int) -> dict[str, Any]:
    [flowers] = (server.home / "lake" / "warehouse" / "default" / "flowers" / "data").rglob("*.parquet")
    with tempfile.TemporaryDirectory() as folder:
        # Kept open in this process's own place, as a script beside the data would have it.
        path = Path(folder, "flowers.parquet")
        path.write_bytes(flowers.read_bytes())

        def alone() -> Any:  # noqa: ANN401  # rows
            return pl.SQLContext({"flowers": pl.scan_parquet(path)}).execute(SQL).collect(engine="streaming").rows()

        def through_http() -> Callable[[], object]:
            client = server.client()
            return lambda: client.run(QUERY)

        def from_cache() -> object:
            return client.run({**QUERY, "cache": True})

        client, http = server.client(), through_http()
        _alternate(requests // 3, alone, http, from_cache)
        sequential = dict(
            zip(("alone", "http", "cached"), _alternate(requests, alone, http, from_cache), strict=True)
        )
        alone_8 = _together(requests, lambda: alone)
        _together(requests // 3, through_http)
        http_8 = _together(requests, through_http)
    figures = {}
    print("\n## Small SQL over default.flowers\n")
    print("| | Polars alone p50 | p99 | through HTTP p50 | p99 | added p50 | added p99 | per second |")
    print("|---|---|---|---|---|---|---|---|")
    for name, (bare, full) in {
        "1 client": (sequential["alone"], sequential["http"]),
        "1 client, cached": (sequential["alone"], sequential["cached"]),
        f"{CLIENTS} clients": (alone_8, http_8),
    }.items():
        a, h = quantiles(bare["times"]), quantiles(full["times"])
        added = {key: h[key] - a[key] for key in a}
        figures[name] = {
            "alone": a,
            "http": h,
            "added": added,
            "http_per_s": full["per_s"],
            "alone_per_s": bare["per_s"],
        }
        print(
            f"| {name} | {a['p50_ms']:.1f} ms | {a['p99_ms']:.1f} ms | {h['p50_ms']:.1f} ms | {h['p99_ms']:.1f} ms"
            f" | {added['p50_ms']:.1f} ms | {added['p99_ms']:.1f} ms | {full['per_s']:.0f} |"
        )
    return figures


def _alternate(count: int, *actions: Callable[[], object]) -> list[dict[str, Any]]:
    """Alternate, so that other load on the machine affects all equally."""
    times: list[list[float]] = [[] for _ in actions]
    for _ in range(count):
        for action, taken in zip(actions, times, strict=True):
            taken.append(_timed(action))
    return [{"times": taken, "per_s": len(taken) / sum(taken)} for taken in times]


def _together(count: int, make: Callable[[], Callable[[], object]]) -> dict[str, Any]:
    times: list[float] = []

    def work(action: Callable[[], object]) -> None:
        for _ in range(count // CLIENTS):
            times.append(_timed(action))  # noqa: PERF401  # shared by threads

    threads = [threading.Thread(target=work, args=(make(),)) for _ in range(CLIENTS)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {"times": times, "per_s": len(times) / (time.perf_counter() - begun)}


def _scripts(server: Server, pause: float) -> dict[str, float]:
    client = server.client()
    times = []
    for _ in range(SCRIPTS):
        time.sleep(pause)
        times.append(_timed(lambda: client.run(SCRIPT)))
    # The first ones find Java cold.
    return quantiles(times[SCRIPTS // 4 :])


def _timed(action: Callable[[], object]) -> float:
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun


def quantiles(times: list[float]) -> dict[str, float]:
    """Milliseconds that half, 95 and 99 of 100 stay below."""
    ordered = sorted(times)
    return {
        "p50_ms": statistics.median(ordered) * 1e3,
        "p95_ms": ordered[int(len(ordered) * 0.95)] * 1e3,
        "p99_ms": ordered[int(len(ordered) * 0.99)] * 1e3,
    }
