"""The 22 queries of TPC-H through HTTP, against Polars in this process on the bare files."""

from __future__ import annotations

import io
import math
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
from polars.testing import assert_frame_equal
from server import running

if TYPE_CHECKING:
    from collections.abc import Callable

    from server import Client, Server

TABLES = ("customer", "lineitem", "nation", "orders", "part", "partsupp", "region", "supplier")
QUERIES = Path(__file__).resolve().parent.parent / "server" / "src" / "test" / "resources" / "tpch"
ARROW = "application/vnd.apache.arrow.stream"


def measure(cache: Path, scale: float, rounds: int) -> dict[str, Any]:
    """Load the tables, compare every result, then take the times."""
    bare = generate(cache, scale)
    with running() as server:
        begun = time.perf_counter()
        for table in TABLES:
            server.load(f"default.{table}", bare / f"{table}.parquet")
        loaded = time.perf_counter() - begun
        sources = {
            "tpchgen": {table: pl.scan_parquet(bare / f"{table}.parquet") for table in TABLES},
            "table": {table: pl.scan_parquet(_data_files(server, table)) for table in TABLES},
        }
        client = server.client()
        wrong = [name for name in _names() if not _equal(client, name, sources["tpchgen"])]
        queries = {number: _times(client, number, sources, rounds) for number in range(1, 23)}
    return _report(queries, wrong, loaded, scale)


def generate(cache: Path, scale: float) -> Path:
    """Make the files of a scale factor once."""
    folder = cache / f"sf{scale:g}"
    if not (folder / "complete").exists():
        sys.stderr.write(f"generating TPC-H at scale factor {scale:g} in {folder}\n")
        folder.mkdir(parents=True, exist_ok=True)
        command = [Path(sys.executable).parent / "tpchgen-cli", "parquet", "-s", f"{scale:g}", "-o", folder]
        subprocess.run([*command, "--overwrite"], check=True)
        (folder / "complete").touch()
    return folder


def _data_files(server: Server, table: str) -> list[Path]:
    return sorted((server.home / "lake" / "warehouse" / "default" / table / "data").rglob("*.parquet"))


def _names() -> list[str]:
    return [f"q{number:02}.{suffix}" for suffix in ("sql", "py") for number in range(1, 23)]


def _workload(name: str) -> dict[str, Any]:
    text = (QUERIES / name).read_text()
    if name.endswith(".sql"):
        return {"mode": "query", "query": text, "tables": [f"default.{table}" for table in TABLES]}
    return {"mode": "script", "script": text}


def _alone(name: str, tables: dict[str, pl.LazyFrame]) -> pl.DataFrame:
    text = (QUERIES / name).read_text()
    if name.endswith(".sql"):
        return pl.SQLContext(tables).execute(text).collect(engine="streaming")
    scope: dict[str, Any] = {"pl": pl, "scan": lambda table: tables[table.removeprefix("default.")]}
    exec(compile(text, name, "exec"), scope)  # noqa: S102  # our own file
    return scope["result"].collect(engine="streaming")


def _equal(client: Client, name: str, tables: dict[str, pl.LazyFrame]) -> bool:
    through = pl.read_ipc_stream(io.BytesIO(client.run(_workload(name), ARROW)))
    try:
        assert_frame_equal(through, _alone(name, tables), check_exact=False, rel_tol=1e-9, abs_tol=0)
    except AssertionError as error:
        sys.stderr.write(f"{name} differs: {error}\n")
        return False
    return True


def _times(client: Client, number: int, sources: dict[str, dict[str, pl.LazyFrame]], rounds: int) -> dict[str, float]:
    name = f"q{number:02}.sql"
    workload = _workload(name)
    actions: dict[str, Callable[[], object]] = {
        "http": lambda: client.run(workload),
        "tpchgen": lambda: _alone(name, sources["tpchgen"]),
        "table": lambda: _alone(name, sources["table"]),
    }
    best = dict.fromkeys(actions, math.inf)
    for _ in range(rounds):
        for kind, action in actions.items():
            begun = time.perf_counter()
            action()
            best[kind] = min(best[kind], time.perf_counter() - begun)
    return best


def _report(queries: dict[int, dict[str, float]], wrong: list[str], loaded: float, scale: float) -> dict[str, Any]:
    print(f"\n## TPC-H, scale factor {scale:g}\n")
    print(f"loaded in {loaded:.1f} s; {44 - len(wrong)} of 44 results equal Polars' own {wrong or ''}\n")
    print(
        "| query | through HTTP ms | Polars, tpchgen's files ms | Polars, the table's files ms | ratio | ratio to the table's |"
    )
    print("|---|---|---|---|---|---|")
    for number, t in queries.items():
        print(
            f"| {number} | {t['http'] * 1e3:.0f} | {t['tpchgen'] * 1e3:.0f} | {t['table'] * 1e3:.0f}"
            f" | {t['http'] / t['tpchgen']:.2f} | {t['http'] / t['table']:.2f} |"
        )
    mean = {kind: _geometric_mean([t[kind] for t in queries.values()]) for kind in ("http", "tpchgen", "table")}
    print(
        f"| geometric mean | {mean['http'] * 1e3:.0f} | {mean['tpchgen'] * 1e3:.0f} | {mean['table'] * 1e3:.0f}"
        f" | {mean['http'] / mean['tpchgen']:.2f} | {mean['http'] / mean['table']:.2f} |"
    )
    return {
        "scale": scale,
        "loaded_s": loaded,
        "wrong": wrong,
        "seconds": queries,
        "geometric_mean": mean,
        "ratio": mean["http"] / mean["tpchgen"],
        "ratio_to_table_files": mean["http"] / mean["table"],
    }


def _geometric_mean(values: list[float]) -> float:
    return math.exp(sum(map(math.log, values)) / len(values))
