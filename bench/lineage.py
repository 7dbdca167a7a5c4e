"""Column lineage: precision and recall against hand-written expected lineage, and the time that it costs a query."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

WORKER = Path(__file__).parents[1] / "worker"
TIMED = ("a filter on a column that is not in the result", "groups", "an inner join", "q01.sql", "q05.sql", "q21.sql")


def measure(rounds: int) -> dict[str, Any]:
    """Compare with the truth, take the time, and print both."""
    sys.path[:0] = [str(WORKER / "src"), str(WORKER / "tests")]
    figures = {"truth": _truth(), "milliseconds": _cost(rounds)}
    for name, value in [*figures["truth"].items(), *figures["milliseconds"].items()]:
        sys.stdout.write(f"{name:50} {value}\n")
    return figures


def _truth() -> dict[str, Any]:
    import lineage_truth  # noqa: PLC0415  # the path is set above

    cases = lineage_truth.cases()
    right = missed = wrong = 0
    with tempfile.TemporaryDirectory(prefix="nerium-bench-") as folder:
        for case in cases:
            found = {fact for fact in lineage_truth.found(case, Path(folder))[0] if fact.subtype != lineage_truth.MORE}
            true = {fact for fact in case.facts | case.hidden if fact.subtype != lineage_truth.MORE}
            right += len(found & true)
            wrong += len(found - true)
            missed += len(true - found)
    return {
        "queries and scripts": len(cases),
        "facts": right + missed,
        "precision": right / (right + wrong),
        "recall": right / (right + missed),
    }


def _cost(rounds: int) -> dict[str, float]:
    import lineage_truth  # noqa: PLC0415  # the path is set above
    from nerium_worker.scan.lake import Lake  # noqa: PLC0415
    from nerium_worker.lineage.message import lineage_message  # noqa: PLC0415
    from nerium_worker.lineage.of_frame import lineage_of  # noqa: PLC0415

    def follow(case: lineage_truth.Case) -> Callable[[], object]:
        lake = Lake(lineage_truth.NobodyAnswers(), Path())
        frame = lineage_truth.made_frame(case, lake, Path())
        frame.collect_schema()

        def followed() -> object:
            lineage = lineage_of(frame, lake, literal_frames=True)
            return lineage_message(lineage, list(lineage.columns), 1 << 19)

        return followed

    cases = {case.name: case for case in lineage_truth.cases()}
    return {name: _p50([follow(cases[name]) for _ in range(rounds)]) for name in TIMED}


def _p50(actions: list[Callable[[], object]]) -> float:
    times = []
    for action in actions:
        start = time.perf_counter()
        action()
        times.append((time.perf_counter() - start) * 1000)
    return round(statistics.median(times), 3)
