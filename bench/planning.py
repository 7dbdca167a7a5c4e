"""Plans tables of many files, which need not exist: Nerium's planner, PyIceberg's, and Polars' `scan_iceberg`."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import java
from server import NERIUM

SIZES = (10_000, 100_000)
SOURCE = Path(__file__).parent / "Planning.java"
OTHERS = Path(__file__).parent / "planning_others.py"
COLUMNS = ("first full", "cold full", "cold selective", "warm full", "warm selective")


def measure(rounds: int) -> dict[str, Any]:
    """Measure and print a table for each number of files."""
    subprocess.run([NERIUM, "--help"], check=True, capture_output=True)
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="nerium-bench-") as home:
        _java("make", home, *(str(size) for size in SIZES))
        for size in SIZES:
            figures[str(size)] = {
                "Nerium": _java("measure", home, str(size), str(rounds)),
                "PyIceberg": _others("pyiceberg", home, size, rounds),
                "pl.scan_iceberg": _others("polars", home, size, rounds),
            }
            _print(size, figures[str(size)])
    return figures


def _java(*arguments: str) -> dict[str, Any]:
    return _peak(java.command(SOURCE, *arguments))


def _others(which: str, home: str, size: int, rounds: int) -> dict[str, Any]:
    return _peak([sys.executable, str(OTHERS), which, home, str(size), str(rounds)])


def _peak(command: list[str]) -> dict[str, Any]:
    """Run a program that prints JSON; adds the memory that it had at most, in MiB."""
    timed = subprocess.run(
        [sys.executable, "-c", _WAIT, *command], check=True, stdout=subprocess.PIPE, text=True
    ).stdout.splitlines()
    figures: dict[str, Any] = json.loads("\n".join(timed[:-1]) or "{}")
    return {**figures, "peak MiB": int(timed[-1]) // 1024}


_WAIT = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def _print(size: int, figures: dict[str, Any]) -> None:
    print(f"\n### Planning {size:,} files, ms\n")
    print(f"| | {' | '.join(COLUMNS)} | peak MiB |")
    print("|---|" + "---|" * (len(COLUMNS) + 1))
    for name, row in figures.items():
        cells = (f"{row[column]:,.1f}" if column in row else "" for column in COLUMNS)
        print(f"| {name} | {' | '.join(cells)} | {row['peak MiB']} |")
