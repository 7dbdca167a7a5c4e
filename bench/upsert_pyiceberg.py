"""The upsert of `upsert.py` by PyIceberg, in a process of its own so that its memory can be measured."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyiceberg.catalog.sql import SqlCatalog


def main() -> None:
    """Create the table, upsert, print the measurements."""
    lineitem, changes, folder = map(Path, sys.argv[1:])
    catalog = SqlCatalog("bench", uri=f"sqlite:///{folder}/catalog.db", warehouse=f"file://{folder}/warehouse")
    catalog.create_namespace("bench")
    rows = pq.read_table(lineitem)
    # Written by Polars, the changes have no column that can't be null.
    schema = pa.schema([field.with_nullable(True) for field in rows.schema])
    table = catalog.create_table("bench.lineitem", schema)
    table.append(rows.cast(schema))
    del rows
    begun = time.perf_counter()
    table.upsert(pq.read_table(changes).cast(schema), join_cols=["l_orderkey", "l_linenumber"])
    seconds = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    after = table.scan(selected_fields=("l_orderkey", "l_quantity")).to_arrow()
    total = [after.num_rows, pc.sum(after["l_orderkey"]).as_py(), str(pc.sum(after["l_quantity"]).as_py())]
    json.dump({"seconds": seconds, "peak_bytes": peak, "sum": total}, sys.stdout)


if __name__ == "__main__":
    main()
