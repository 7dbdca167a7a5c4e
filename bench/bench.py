"""Runs the benchmarks, prints their tables and stores the measurements in `results/latest.json`."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import appends
import audit
import catalogs
import changes
import clickbench
import compare
import corpus
import cpu
import distributed
import evolved
import graph
import lake_reads
import lake_writes
import lineage
import manyfiles
import planning
import polars as pl
import rights
import runs
import small
import start
import starts
import storage
import telemetry
import throughput
import tls
import tpch
import translate
import uploads
import upsert

if TYPE_CHECKING:
    from collections.abc import Callable

RESULTS = Path(__file__).parent / "results" / "latest.json"
CACHE = Path("/var/cache/nerium" if os.geteuid() == 0 else Path.home() / ".cache" / "nerium") / "tpch"
BENCHMARKS: dict[str, Callable[[argparse.Namespace], Any]] = {
    "start": lambda _: start.measure(),
    "catalogs": lambda arguments: catalogs.measure(arguments.requests),
    "audit": lambda _: audit.measure(),
    "cpu": lambda arguments: cpu.measure(arguments.requests),
    "small": lambda arguments: small.measure(arguments.requests),
    "starts": lambda arguments: starts.measure(arguments.starts),
    "rights": lambda _: rights.measure(),
    "runs": lambda arguments: runs.measure(arguments.requests),
    "telemetry": lambda arguments: telemetry.measure(arguments.seconds, arguments.history),
    "tls": lambda arguments: tls.measure(arguments.requests),
    "throughput": lambda arguments: throughput.measure(arguments.seconds),
    "tpch": lambda arguments: tpch.measure(arguments.data, arguments.scale, arguments.rounds),
    "evolved": lambda arguments: evolved.measure(arguments.data, arguments.scale, arguments.rounds),
    "graph": lambda arguments: graph.measure(arguments.requests),
    "planning": lambda arguments: planning.measure(arguments.rounds),
    "files": lambda arguments: manyfiles.measure(arguments.rounds),
    "reads": lambda arguments: lake_reads.measure(arguments.data, arguments.scale, arguments.rounds),
    "storage": lambda arguments: storage.measure(arguments.data, arguments.scale, arguments.rounds),
    "clickbench": lambda arguments: clickbench.measure(arguments.texts, arguments.hits, arguments.rounds),
    "writes": lambda arguments: lake_writes.measure(arguments.data, arguments.scale, arguments.rounds),
    "appends": lambda _: appends.measure(),
    "lineage": lambda arguments: lineage.measure(arguments.requests),
    "translate": lambda arguments: translate.measure(arguments.rounds),
    "distributed": lambda arguments: distributed.measure(
        arguments.data, arguments.scale, arguments.rounds, arguments.executor_memory
    ),
    "corpus": lambda arguments: corpus.measure(arguments.files, arguments.server, arguments.part),
    "uploads": lambda arguments: uploads.measure(arguments.mib),
    "changes": lambda arguments: changes.measure(arguments.data, arguments.scale, arguments.rounds),
    "upsert": lambda arguments: upsert.measure(arguments.data, arguments.scale, arguments.rows, arguments.patience),
}


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(prog="bench/run", description=__doc__)
    parser.add_argument("only", nargs="*", help=f"which to run, of {', '.join(BENCHMARKS)}; default: all")
    parser.add_argument("--scale", type=float, default=1, help="scale factor of TPC-H (default: 1)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of TPC-H, of which the best counts (default: 5)")
    parser.add_argument("--requests", type=int, default=600, help="small queries in a row (default: 600)")
    parser.add_argument("--starts", type=int, default=5, help="rounds of 20 starts (default: 5)")
    parser.add_argument("--seconds", type=float, default=5, help="of each turn of the throughput (default: 5)")
    parser.add_argument("--history", type=int, default=1_000_000, help="runs of a home's past (default: 1,000,000)")
    parser.add_argument("--rows", type=int, default=100_000, help="rows of the upsert (default: 100,000)")
    parser.add_argument("--hits", type=int, default=1_000_000, help="rows of ClickBench's table (default: 1,000,000)")
    parser.add_argument("--texts", type=Path, help="other statements over ClickBench's table, one in each line")
    parser.add_argument("--mib", type=int, default=1024, help="size of an upload (default: 1024)")
    parser.add_argument("--files", type=Path, help="the folder with the checkouts whose files are uploaded by corpus")
    parser.add_argument("--part", type=int, default=1, help="every nth file of corpus (default: 1, all of them)")
    parser.add_argument("--server", type=Path, help="another checkout, whose server takes the files of corpus")
    parser.add_argument("--patience", type=float, default=600, help="seconds for PyIceberg's upsert (default: 600)")
    parser.add_argument("--executor-memory", default="2g", help="of each of Spark's two executors (default: 2g)")
    parser.add_argument("--data", type=Path, default=CACHE, help="where TPC-H's files are kept (default: %(default)s)")
    parser.add_argument("--against", type=Path, help="another checkout, whose server is measured in alternating rounds")
    arguments = parser.parse_args()
    if unknown := set(arguments.only) - set(BENCHMARKS):
        parser.error(f"unknown: {', '.join(unknown)}")
    figures = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    figures["machine"] = {
        "processors": len(os.sched_getaffinity(0)),
        "system": platform.platform(),
        "python": platform.python_version(),
        "polars": pl.__version__,
    }
    everything = [name for name in BENCHMARKS if name != "corpus" or arguments.files]
    for name in arguments.only or ([] if arguments.against else everything):
        figures[name] = BENCHMARKS[name](arguments)
    if arguments.against:
        figures["compare"] = compare.measure(arguments.against, arguments.data, arguments.scale, arguments.requests)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(figures, indent=2) + "\n")
    sys.stderr.write(f"measurements: {RESULTS}\n")


if __name__ == "__main__":
    main()
