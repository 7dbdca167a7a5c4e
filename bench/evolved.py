"""TPC-H on tables that other engines left behind: partitioned, evolved after half of the rows, 1 % of them deleted.

`lineitem` is partitioned by the month of its ship date, `orders` by the year of its order date. The first half of the
rows is written with other names and narrower types of some columns; a column is added before the second half; then rows
are deleted by position. The other tables are as they were loaded.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import java
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from pyiceberg.catalog import load_catalog
from pyiceberg.transforms import MonthTransform, YearTransform
from pyiceberg.types import IntegerType, LongType
from server import running
from tpch import NAMES, TABLES, data_files, differing, equal_results, generate, report, times

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyiceberg.catalog import Catalog
    from pyiceberg.table import Table
    from pyiceberg.transforms import Transform
    from server import Server

DELETES = Path(__file__).parent / "Deletes.java"
ADDED = "checked"
DELETED = 7


@dataclass(frozen=True, kw_only=True)
class Copy:
    """A table, and what happens to it; `renamed` gives the first names of columns, `deleted` the rows that go."""

    key: str
    partitioned_by: str
    transform: Transform[Any, Any]
    renamed: dict[str, str]
    widened: list[str]
    deleted: pl.Expr


COPIES = {
    "lineitem": Copy(
        key="l_orderkey",
        partitioned_by="l_shipdate",
        transform=MonthTransform(),
        renamed={"l_shipdate": "shipped", "l_extendedprice": "price"},
        widened=["l_orderkey", "l_suppkey"],
        deleted=(pl.col("l_orderkey") + 31 * pl.col("l_linenumber")) % 100 == DELETED,
    ),
    "orders": Copy(
        key="o_orderkey",
        partitioned_by="o_orderdate",
        transform=YearTransform(),
        renamed={"o_orderdate": "ordered", "o_totalprice": "total"},
        widened=["o_orderkey", "o_custkey"],
        deleted=pl.col("o_orderkey") % 100 == DELETED,
    ),
}


def measure(cache: Path, scale: float, rounds: int) -> dict[str, Any]:
    """Make the tables, compare every result with that of the rows that are left, then take the times."""
    bare = generate(cache, scale)
    left = {table: pl.scan_parquet(bare / f"{table}.parquet") for table in TABLES}
    files = {}
    with running() as server:
        catalog = load_catalog(
            "nerium", type="rest", uri=f"http://127.0.0.1:{server.port}/iceberg", token=server.key, warehouse="oleander"
        )
        for table in TABLES:
            if copy := COPIES.get(table):
                files[table] = _make(server, catalog, table, bare / f"{table}.parquet")
                left[table] = left[table].filter(~copy.deleted)
            else:
                server.load(f"default.{table}", bare / f"{table}.parquet")
                files[table] = pl.scan_parquet(data_files(server, table))
        shares = {table: _deleted_share(server, catalog, table, files[table]) for table in COPIES}
        wrong = differing(server.client(), left)
        seconds = times(server, [name for name in NAMES if name not in wrong], {"files": files}, rounds)
    print(f"\n## TPC-H, partitioned and evolved, rows deleted by position, scale factor {scale:g}\n")
    print("; ".join(f"{table}: {share:.2%} deleted" for table, share in shares.items()), end="; ")
    print(equal_results(wrong))
    columns = {"files": "Polars, the data files"}
    return {"scale": scale, "deleted": shares, "wrong": wrong, **report(seconds, columns)}


def _make(server: Server, catalog: Catalog, table: str, source: Path) -> pl.LazyFrame:
    """Make the copy of a table; returns its data files as one frame, with today's names and types, nothing deleted."""
    copy = COPIES[table]
    server.load(f"default.raw_{table}", source)
    made = catalog.create_table(f"default.{table}", _first_schema(copy, source))
    with made.update_spec() as spec:
        spec.add_field(copy.renamed[copy.partitioned_by], copy.transform, "part")
    middle = pl.scan_parquet(source).select(pl.col(copy.key).max()).collect().item() // 2
    raw, key = f"scan('default.raw_{table}')", f"pl.col('{copy.key}')"
    narrow = f".rename({copy.renamed}).with_columns(pl.col({copy.widened}).cast(pl.Int32))"
    _append(server, table, f"{raw}.filter({key} <= {middle}){narrow}")
    first = data_files(server, table)
    _evolve(made, copy)
    _append(server, table, f"{raw}.filter({key} > {middle}).with_columns({ADDED}=pl.lit(1, pl.Int32))")
    second = sorted(set(data_files(server, table)) - set(first))
    _delete(server, table, [*first, *second])
    names = pq.read_schema(source).names
    back = pl.scan_parquet(first).rename({old: new for new, old in copy.renamed.items()})
    return pl.concat(
        [back.with_columns(pl.col(copy.widened).cast(pl.Int64)).select(names), pl.scan_parquet(second).select(names)]
    )


def _first_schema(copy: Copy, source: Path) -> pa.Schema:
    return pa.schema(
        field.with_name(copy.renamed.get(field.name, field.name)).with_type(
            pa.int32() if field.name in copy.widened else field.type
        )
        for field in pq.read_schema(source)
    ).remove_metadata()


def _append(server: Server, table: str, frame: str) -> None:
    script = {"mode": "script", "script": f"result = {frame}"}
    server.client().run({**script, "destination": f"default.{table}", "saveMode": "append"})


def _evolve(table: Table, copy: Copy) -> None:
    table.refresh()
    with table.update_schema() as schema:
        for new, old in copy.renamed.items():
            schema.rename_column(old, new)
        for column in copy.widened:
            schema.update_column(column, field_type=LongType())
        schema.add_column(ADDED, IntegerType())
        # Columns of files are then at other positions than those of the table.
        schema.move_first(ADDED)


def _delete(server: Server, table: str, files: Iterable[Path]) -> None:
    """Write the positions down, sorted as delete files are, and have them deleted."""
    rows = [
        pl.scan_parquet(file, row_index_name="position")
        .filter(COPIES[table].deleted)
        .select(path=pl.lit(str(file)), position="position")
        for file in files
    ]
    with tempfile.NamedTemporaryFile(suffix=".tsv") as positions:
        pl.concat(rows).collect().write_csv(positions.name, separator="\t", include_header=False)
        subprocess.run(java.command(DELETES, str(server.home), table, positions.name), check=True)


def _deleted_share(server: Server, catalog: Catalog, table: str, files: pl.LazyFrame) -> float:
    """Count what is left through HTTP; the deletes must be position deletes, and no file may be rewritten."""
    query = {"mode": "query", "query": "SELECT count(*) AS n FROM t", "tables": [f"t=default.{table}"]}
    left: int = json.loads(server.client().run(query))["results"]["rows"][0][0]
    written: int = files.select(pl.len()).collect().item()
    snapshot = catalog.load_table(f"default.{table}").current_snapshot()
    summary = snapshot.summary if snapshot else None
    if summary is None or int(summary["total-position-deletes"] or 0) != written - left:
        raise RuntimeError(f"{table} has {written} rows in its files and {left} left: {summary}")
    return (written - left) / written
