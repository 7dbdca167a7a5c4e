"""Translation of TPC-H's queries and scripts to Spark SQL, in the worker."""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

WORKER = Path(__file__).parents[1] / "worker"


def measure(rounds: int) -> dict[str, float]:
    """The median of each text's rounds; then the median and the greatest of all."""
    sys.path[:0] = [str(WORKER / "src"), str(WORKER / "tests" / "spark")]
    from nerium_worker.spark import translate  # noqa: PLC0415  # the path is set above
    from tpch_plans import NAMES, TPCH, plan  # noqa: PLC0415

    milliseconds = []
    for name in TPCH:
        frame = plan(name)
        times = []
        for _ in range(rounds):
            start = time.perf_counter()
            translate(frame, NAMES)
            times.append((time.perf_counter() - start) * 1000)
        milliseconds.append(statistics.median(times))
    figures = {"texts": len(TPCH), "p50_ms": statistics.median(milliseconds), "max_ms": max(milliseconds)}
    print(f"\n## Translation\n\n{figures['texts']} texts: p50 {figures['p50_ms']:.1f} ms, max {figures['max_ms']:.1f} ms")
    return figures
