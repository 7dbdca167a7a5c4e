"""Small SQL queries per second at 16 clients, against Polars in one process with the same threads."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from server import running
from small import QUERY, SQL

if TYPE_CHECKING:
    from pathlib import Path

    from server import Server

CLIENTS = 16
ROUNDS = 5


def measure(seconds: float) -> dict[str, Any]:
    """Alternate with Polars, so that other load on the machine affects both equally."""
    with running() as server:
        [flowers] = (server.home / "lake" / "warehouse" / "default" / "flowers" / "data").rglob("*.parquet")
        through_http(server, seconds)
        turns = [(_in_process(flowers, seconds), through_http(server, seconds)) for _ in range(ROUNDS)]
    alone = statistics.median(bare for bare, _ in turns)
    http = statistics.median(full for _, full in turns)
    ratio = statistics.median(full / bare for bare, full in turns)
    print(f"\n## Small SQL at {CLIENTS} clients\n\n| Polars alone, per second | through HTTP | ratio |\n|---|---|---|")
    print(f"| {alone:.0f} | {http:.0f} | {ratio:.2f} |")
    return {"alone_per_s": alone, "http_per_s": http, "ratio": ratio, "turns": turns}


def through_http(server: Server, seconds: float) -> float:
    """Give the queries per second of all clients."""
    until = time.perf_counter() + seconds

    def work(_: int) -> int:
        client, count = server.client(), 0
        while time.perf_counter() < until:
            client.run(QUERY)
            count += 1
        client.close()
        return count

    return _per_second(work)


def _in_process(flowers: Path, seconds: float) -> float:
    """Run in a process of its own, whose threads are a worker's."""
    script = [sys.executable, __file__, str(flowers), str(seconds)]
    environment = {**os.environ, "POLARS_MAX_THREADS": "2"}
    return float(subprocess.run(script, check=True, capture_output=True, text=True, env=environment).stdout)


def _per_second(work: Any) -> float:  # noqa: ANN401  # takes a client's number, gives its queries
    begun = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as threads:
        count = sum(threads.map(work, range(CLIENTS)))
    return count / (time.perf_counter() - begun)


def main() -> None:
    """Print how many queries a second 16 threads of this process get from Polars."""
    import polars as pl  # noqa: PLC0415  # only here

    flowers, seconds = sys.argv[1], float(sys.argv[2])

    def query() -> None:
        pl.SQLContext({"flowers": pl.scan_parquet(flowers)}).execute(SQL).collect(engine="streaming").rows()

    for _ in range(20):
        query()
    until = time.perf_counter() + seconds

    def work(_: int) -> int:
        count = 0
        while time.perf_counter() < until:
            query()
            count += 1
        return count

    print(_per_second(work))


if __name__ == "__main__":
    main()
