"""The time of one check of a right, by the number of grants that a key has."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import java
from server import NERIUM

GRANTS = (1, 100, 1_000)
ROUNDS = 20
SOURCE = Path(__file__).parent / "Rights.java"


def measure() -> dict[str, Any]:
    """Measure and print a line for each number of grants."""
    subprocess.run([NERIUM, "--help"], check=True, capture_output=True)
    figures: dict[str, Any] = {}
    sys.stdout.write(f"{'grants of the key':20} {'granted, microseconds':>24} {'not granted':>14}\n")
    for grants in GRANTS:
        with tempfile.TemporaryDirectory(prefix="nerium-bench-") as home:
            command = java.command(SOURCE, home, str(grants), str(ROUNDS))
            lines = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
        # The first rounds compile the code.
        rounds = [[float(value) / 1000 for value in line.split()] for line in lines[ROUNDS // 2 :]]
        granted, refused = (statistics.median(each[column] for each in rounds) for column in (0, 1))
        figures[str(grants)] = {"granted": granted, "not granted": refused}
        sys.stdout.write(f"{grants:20} {granted:24.2f} {refused:14.2f}\n")
    return figures
