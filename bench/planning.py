"""Plans tables of many files, which need not exist: Nerium's planner, PyIceberg's, and Polars' `scan_iceberg`."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from server import NERIUM

SIZES = (10_000, 100_000)
JAVA_VERSION = 25
HEAP = "-Xmx1g"
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
    target = NERIUM.parent / "server" / "target"
    classes = f"{target}/nerium.jar:{target}/lib/*"
    logging = f"-Djava.util.logging.config.file={NERIUM.parent}/server/src/main/resources/logging.properties"
    command = ["--enable-native-access=ALL-UNNAMED", HEAP, logging, "-cp", classes, str(SOURCE), *arguments]
    return _peak([_java_home() + "/bin/java", *command])


def _java_home() -> str:
    """Find a JDK as new as the server needs, as the launcher does."""
    homes = [Path(os.environ.get("JAVA_HOME") or "/"), *Path("/usr/lib/jvm").glob("*")]
    for home in homes:
        release = home / "release"
        version = re.search(r'JAVA_VERSION="(\d+)', release.read_text()) if release.exists() else None
        if version is not None and int(version[1]) >= JAVA_VERSION:
            return str(home)
    raise SystemExit(f"a JDK of version {JAVA_VERSION} or later is missing: set JAVA_HOME")


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
