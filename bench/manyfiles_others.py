"""Times the plan of a query by PyIceberg, or the query by `pl.scan_iceberg`; prints JSON."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Any

import polars as pl
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.expressions import AlwaysTrue, And, GreaterThanOrEqual, LessThanOrEqual

if TYPE_CHECKING:
    from collections.abc import Callable


def main(what: str, home: str, name: str, query: dict[str, Any], rounds: int) -> None:
    """Load the table again each time, as each request through HTTP does."""
    catalog = SqlCatalog("oleander", uri=f"sqlite:///{home}/lake/catalog.db")
    condition = AlwaysTrue()
    if query["low"] is not None:
        condition = And(GreaterThanOrEqual("id", query["low"]), LessThanOrEqual("id", query["high"]))

    def plan() -> int:
        return sum(1 for _ in catalog.load_table(name).scan(row_filter=condition).plan_files())

    def run() -> list[tuple[Any, ...]]:
        frame = pl.scan_iceberg(catalog.load_table(name))
        return pl.SQLContext(many=frame).execute(query["sql"]).collect(engine="streaming").rows()

    action: Callable[[], Any] = plan if what == "plan" else run
    first, result = _timed(action)
    repeated = min(_timed(action)[0] for _ in range(rounds))
    print(json.dumps({f"first {what}": first, what: repeated, "files" if what == "plan" else "rows": result}))


def _timed(action: Callable[[], Any]) -> tuple[float, Any]:
    begun = time.perf_counter()
    result = action()
    return (time.perf_counter() - begun) * 1e3, result


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], json.loads(sys.argv[4]), int(sys.argv[5]))
