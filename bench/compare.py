"""The same small queries and TPC-H's Q1 through the servers of two checkouts, in turns."""

from __future__ import annotations

import statistics
import time
from itertools import count
from typing import TYPE_CHECKING, Any

import tpch
from server import running
from small import QUERY, SQL, quantiles

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from server import Client

WARM_UP = 300
ROUNDS_OF_Q1 = 15


def measure(other: Path, data: Path, scale: float, requests: int) -> dict[str, Any]:
    """Ask both, this and the other; the median of the pairs' differences says more than that of each."""
    lineitem = tpch.generate(data, scale) / "lineitem.parquet"
    with running() as here, running(nerium=other / "nerium") as there:
        for server in (here, there):
            server.load("default.lineitem", lineitem)
        figures = {}
        print("\n## This checkout against another\n")
        print("| | this p50 ms | other p50 ms | added, median of pairs ms | ratio |\n|---|---|---|---|---|")
        clients = (here.client(), there.client())
        for name, repetitions, workload in (
            ("small query, the same again", requests, lambda _: QUERY),
            ("small query, never the same", requests, _fresh),
            ("TPC-H Q1", ROUNDS_OF_Q1, lambda _: _q1()),
        ):
            figures[name] = _turns(name, clients, repetitions, workload)
        return figures


def _fresh(number: int) -> dict[str, Any]:
    return {**QUERY, "query": SQL.replace("ORDER BY", f"HAVING avg(sepal_length) > -{number} ORDER BY")}


def _q1() -> dict[str, Any]:
    return {"mode": "query", "query": (tpch.QUERIES / "q01.sql").read_text(), "tables": ["default.lineitem"]}


def _turns(
    name: str, clients: tuple[Client, Client], repetitions: int, workload: Callable[[int], dict[str, Any]]
) -> dict[str, Any]:
    numbers = count(1)
    times: tuple[list[float], list[float]] = ([], [])
    warm_up = min(WARM_UP, repetitions)
    for turn in range(warm_up + repetitions):
        body = workload(next(numbers))
        for client, taken in zip(clients, times, strict=True):
            begun = time.perf_counter()
            client.run(body)
            if turn >= warm_up:
                taken.append(time.perf_counter() - begun)
    this, other = (quantiles(taken)["p50_ms"] for taken in times)
    added = statistics.median(a - b for a, b in zip(*times, strict=True)) * 1000
    ratio = statistics.median(a / b for a, b in zip(*times, strict=True))
    print(f"| {name} | {this:.2f} | {other:.2f} | {added:.2f} | {ratio:.3f} |", flush=True)
    return {"this_p50_ms": this, "other_p50_ms": other, "added_ms": added, "ratio": ratio}
