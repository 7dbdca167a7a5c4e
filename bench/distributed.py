"""TPC-H on a Spark cluster of two workers: through Nerium, typed into Spark by hand, and on Nerium's one machine."""

from __future__ import annotations

import io
import math
import time
from typing import TYPE_CHECKING, Any

import polars as pl
from polars.testing import assert_frame_equal
from server import running
from spark import Typist, cluster
from tpch import ARROW, QUERIES, TABLES, generate

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from server import Client

# For a larger lake only the queries over its three largest tables.
LARGE = 5
LARGE_QUERIES, LARGE_TABLES = (1, 6, 18), ("customer", "lineitem", "orders")


def measure(cache: Path, scale: float, rounds: int, executor_memory: str) -> dict[str, Any]:
    """Take the times of each query in turns, and compare the rows of the cluster with those of one machine."""
    bare = generate(cache, scale)
    tables = LARGE_TABLES if scale >= LARGE else TABLES
    numbers = LARGE_QUERIES if scale >= LARGE else range(1, 23)
    with cluster(executor_memory) as url:
        settings = f"distributed: {{backend: spark-connect, spark-connect: {{url: '{url}', timeout: 30s}}}}\n"
        with running(settings + "sandbox: {timeout: 30m, max-timeout: 30m}\n") as server:
            for table in tables:
                server.load(f"default.{table}", bare / f"{table}.parquet")
            typist = Typist(url, server.home / "lake" / "warehouse" / "default")
            client = server.client()
            typist.type("SELECT COUNT(*) FROM lineitem", ["lineitem"])
            client.run(_workload("SELECT COUNT(*) AS c FROM lineitem", ("lineitem",), distributed=True))
            times = {number: _times(client, typist, number, tables, rounds) for number in numbers}
            wrong = [number for number in numbers if not _equal(client, number, tables)]
            typist.close()
    return _report(times, wrong, scale, executor_memory)


def _workload(sql: str, tables: tuple[str, ...], *, distributed: bool) -> dict[str, Any]:
    named = [f"default.{table}" for table in tables]
    return {"mode": "query", "query": sql, "tables": named, "distributed": distributed}


def _text(number: int) -> str:
    return (QUERIES / f"q{number:02}.sql").read_text()


def _times(client: Client, typist: Typist, number: int, tables: tuple[str, ...], rounds: int) -> dict[str, float]:
    sql = _text(number)
    actions: dict[str, Callable[[], float]] = {
        "cluster": lambda: _timed(lambda: client.run(_workload(sql, tables, distributed=True))),
        "typed": lambda: _typed(typist, sql, tables),
        "here": lambda: _timed(lambda: client.run(_workload(sql, tables, distributed=False))),
    }
    best = dict.fromkeys(actions, math.inf)
    kinds = list(actions)
    for round_ in range(rounds):
        # The second kind finds the cluster's code compiled, so the order alternates.
        for kind in kinds[round_ % 2 :] + kinds[: round_ % 2]:
            best[kind] = min(best[kind], actions[kind]())
    return best


def _timed(action: Callable[[], object]) -> float:
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun


def _typed(typist: Typist, sql: str, tables: tuple[str, ...]) -> float:
    answer = typist.type(sql, list(tables))
    # Not all that Polars' SQL allows is SQL of Spark's.
    return math.nan if "error" in answer else float(answer["seconds"])


def _equal(client: Client, number: int, tables: tuple[str, ...]) -> bool:
    there, here = (
        pl.read_ipc_stream(io.BytesIO(client.run(_workload(_text(number), tables, distributed=distributed), ARROW)))
        for distributed in (True, False)
    )
    try:
        assert_frame_equal(there, here, check_exact=False, rel_tol=1e-9, abs_tol=0, check_row_order=False)
    except AssertionError:
        return False
    return True


def _report(times: dict[int, dict[str, float]], wrong: list[int], scale: float, memory: str) -> dict[str, Any]:
    print(f"\n## Distributed runs, TPC-H at scale factor {scale:g}, two executors of {memory}\n")
    print(f"{len(times) - len(wrong)} of {len(times)} results equal those of one machine {wrong or ''}\n")
    print("| query | on Spark, through Nerium s | typed into Spark s | ratio | on one machine, Nerium s |")
    print("|---|---|---|---|---|")
    for number, t in times.items():
        print(
            f"| {number} | {t['cluster']:.2f} | {t['typed']:.2f} | {t['cluster'] / t['typed']:.2f} | {t['here']:.2f} |"
        )
    both = [t for t in times.values() if not math.isnan(t["typed"])]
    total = {kind: sum(t[kind] for t in both) for kind in ("cluster", "typed", "here")}
    print(
        f"\n{len(both)} that Spark takes as they are: {total['cluster']:.1f} s through Nerium, {total['typed']:.1f} s typed,"
    )
    print(f"ratio {total['cluster'] / total['typed']:.2f}; {total['here']:.1f} s on one machine")
    return {"times": times, "wrong": wrong, "totals": total}
