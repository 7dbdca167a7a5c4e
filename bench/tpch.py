"""The 22 queries and 22 scripts of TPC-H through HTTP, against Polars in this process on bare files."""

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
KINDS = {"sql": "SQL", "py": "scripts"}
NAMES = [f"q{number:02}.{kind}" for kind in KINDS for number in range(1, 23)]
Tables = dict[str, pl.LazyFrame]


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
            "table": {table: pl.scan_parquet(data_files(server, table)) for table in TABLES},
        }
        wrong = differing(server.client(), sources["tpchgen"])
        seconds = times(server, [name for name in NAMES if name not in wrong], sources, rounds)
    print(f"\n## TPC-H, scale factor {scale:g}\n\nloaded in {loaded:.1f} s; {equal_results(wrong)}")
    columns = {"tpchgen": "Polars, tpchgen's files", "table": "Polars, the table's files"}
    return {"scale": scale, "loaded_s": loaded, "wrong": wrong, **report(seconds, columns)}


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


def data_files(server: Server, table: str) -> list[Path]:
    """List the Parquet files of a table."""
    return sorted((server.home / "lake" / "warehouse" / "default" / table / "data").rglob("*.parquet"))


def differing(client: Client, tables: Tables) -> list[str]:
    """Name the queries and scripts whose results through HTTP are not those of Polars on these tables."""
    return [name for name in NAMES if not _equal(client, name, tables)]


def equal_results(wrong: list[str]) -> str:
    """Say how many results are equal, and which are not."""
    count = f"{len(NAMES) - len(wrong)} of {len(NAMES)} results equal Polars' own"
    return f"{count}; not {', '.join(wrong)}" if wrong else count


def times(server: Server, names: list[str], sources: dict[str, Tables], rounds: int) -> dict[str, dict[str, float]]:
    """Take the best of the rounds of each query and script through HTTP, and in this process on each of the sources."""
    client = server.client()
    seconds = {}
    for name in names:
        workload = _workload(name)
        actions: dict[str, Callable[[], object]] = {
            "http": lambda workload=workload: client.run(workload),
            **{kind: lambda name=name, tables=tables: _alone(name, tables) for kind, tables in sources.items()},
        }
        best = dict.fromkeys(actions, math.inf)
        for _ in range(rounds):
            if name.endswith(".py"):
                # A script uses its worker up: the next one must not measure the start of another.
                _await_worker(client)
            for kind, action in actions.items():
                begun = time.perf_counter()
                action()
                best[kind] = min(best[kind], time.perf_counter() - begun)
        seconds[name] = best
    return seconds


def _await_worker(client: Client) -> None:
    """Wait until a worker is ready that has run nothing yet."""
    deadline = time.monotonic() + 120
    while 'nerium_workers_idle{kind="new"} 0' in client.get("/metrics").decode():
        if time.monotonic() > deadline:
            raise RuntimeError("no worker became ready in 120 s")
        time.sleep(0.05)


def report(seconds: dict[str, dict[str, float]], columns: dict[str, str]) -> dict[str, Any]:
    """Print a table for the queries and one for the scripts, with the ratio to each source, and return the means."""
    ratios: dict[str, dict[str, float]] = {}
    for kind, title in KINDS.items():
        rows = {name: t for name, t in seconds.items() if name.endswith(kind)}
        print(f"\n### {title}\n")
        referees = [name.removeprefix("Polars, ") for name in columns.values()]
        _print_row(
            "query", ["through HTTP ms", *(f"{c} ms" for c in columns.values()), *(f"ratio to {r}" for r in referees)]
        )
        print("|---|" + "---|" * (1 + 2 * len(columns)))
        for name, t in rows.items():
            _print_row(str(int(name[1:3])), _cells(t, columns))
        mean = {column: _geometric_mean([t[column] for t in rows.values()]) for column in ("http", *columns)}
        _print_row("geometric mean", _cells(mean, columns))
        ratios[title] = {column: mean["http"] / mean[column] for column in columns}
    every = {column: _geometric_mean([t["http"] / t[column] for t in seconds.values()]) for column in columns}
    told = ", ".join(f"{every[column]:.2f} to {name}" for column, name in columns.items())
    print(f"\nall {len(seconds)}, geometric mean of the ratios: {told}")
    return {"seconds": seconds, "ratios": {**ratios, "all": every}}


def _workload(name: str) -> dict[str, Any]:
    text = (QUERIES / name).read_text()
    if name.endswith(".sql"):
        return {"mode": "query", "query": text, "tables": [f"default.{table}" for table in TABLES]}
    return {"mode": "script", "script": text}


def _alone(name: str, tables: Tables) -> pl.DataFrame:
    text = (QUERIES / name).read_text()
    if name.endswith(".sql"):
        return pl.SQLContext(tables).execute(text).collect(engine="streaming")
    scope: dict[str, Any] = {"pl": pl, "scan": lambda table: tables[table.removeprefix("default.")]}
    exec(compile(text, name, "exec"), scope)  # noqa: S102  # our own file
    return scope["result"].collect(engine="streaming")


def _equal(client: Client, name: str, tables: Tables) -> bool:
    alone = _alone(name, tables)
    try:
        through = pl.read_ipc_stream(io.BytesIO(client.run(_workload(name), ARROW)))
        assert_frame_equal(through, alone, check_exact=False, rel_tol=1e-9, abs_tol=0)
    except (AssertionError, RuntimeError) as error:
        sys.stderr.write(f"{name} differs: {error}\n")
        return False
    return True


def _cells(seconds: dict[str, float], columns: dict[str, str]) -> list[str]:
    milliseconds = [f"{seconds[column] * 1e3:.0f}" for column in ("http", *columns)]
    return milliseconds + [f"{seconds['http'] / seconds[column]:.2f}" for column in columns]


def _print_row(name: str, cells: list[str]) -> None:
    print(f"| {name} | {' | '.join(cells)} |")


def _geometric_mean(values: list[float]) -> float:
    return math.exp(sum(map(math.log, values)) / len(values))
