"""Times PyIceberg's planner, alone or as Polars uses it, in a process of its own; prints JSON."""

from __future__ import annotations

import itertools
import json
import sys
import time
from typing import TYPE_CHECKING

import polars as pl
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.expressions import EqualTo

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyiceberg.table import Table

ROWS_PER_FILE = 1_000


def main(which: str, home: str, files: int, rounds: int) -> None:
    """Measure the first plan of the process, then the best of the rounds, each with the table loaded again."""
    catalog = SqlCatalog("oleander", uri=f"sqlite:///{home}/lake/catalog.db")

    def load() -> Table:
        return catalog.load_table(f"default.files{files}")

    plan = _pyiceberg if which == "pyiceberg" else _polars
    ids = itertools.count(7 * ROWS_PER_FILE, 7 * ROWS_PER_FILE)
    first = _timed(lambda: plan(load(), None))
    full = min(_timed(lambda: plan(load(), None)) for _ in range(rounds))
    selective = min(_timed(lambda: plan(load(), next(ids) % (files * ROWS_PER_FILE))) for _ in range(rounds))
    loaded = load()
    warm_full = min(_timed(lambda: plan(loaded, None)) for _ in range(rounds))
    warm_selective = min(_timed(lambda: plan(loaded, next(ids) % (files * ROWS_PER_FILE))) for _ in range(rounds))
    print(
        json.dumps(
            {
                "first full": first,
                "cold full": full,
                "cold selective": selective,
                "warm full": warm_full,
                "warm selective": warm_selective,
            }
        )
    )


def _pyiceberg(table: Table, wanted: int | None) -> None:
    scan = table.scan() if wanted is None else table.scan(row_filter=EqualTo("id", wanted))
    assert sum(1 for _ in scan.plan_files()) > 0


def _polars(table: Table, wanted: int | None) -> None:
    frame = pl.scan_iceberg(table)
    (frame if wanted is None else frame.filter(pl.col("id") == wanted)).explain()


def _timed(run: Callable[[], None]) -> float:
    start = time.perf_counter()
    run()
    return (time.perf_counter() - start) * 1000


if __name__ == "__main__":
    name, folder, count, times = sys.argv[1:]
    main(name, folder, int(count), int(times))
