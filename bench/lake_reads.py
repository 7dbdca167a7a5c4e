"""Reads of a partitioned table that was evolved and has deletes: Nerium through HTTP, Polars' `scan_iceberg`, DuckDB."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import duckdb_extension_avro
import duckdb_extension_iceberg
import polars as pl
from polars.testing import assert_frame_equal
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.transforms import MonthTransform
from pyiceberg.types import IntegerType
from rounds import best_times
from server import running
from tpch import ARROW, generate

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyiceberg.table import Table
    from server import Client, Server

QUERIES = {
    "Q1": """
        SELECT l_returnflag, l_linestatus, SUM(l_quantity) AS sum_qty, SUM(l_extendedprice) AS sum_base_price,
            SUM(l_extendedprice * (1 - l_discount)) AS sum_disc_price, COUNT(*) AS count_order
        FROM lineitem WHERE l_shipdate <= DATE '1998-09-02'
        GROUP BY l_returnflag, l_linestatus ORDER BY l_returnflag, l_linestatus""",
    "Q6": """
        SELECT SUM(l_extendedprice * l_discount) AS revenue FROM lineitem
        WHERE l_shipdate >= DATE '1994-01-01' AND l_shipdate < DATE '1995-01-01'
            AND l_discount BETWEEN 0.05 AND 0.07 AND l_quantity < 24""",
    "point lookup": """
        SELECT l_orderkey, l_linenumber, l_note, l_checked FROM lineitem
        WHERE l_orderkey = 3000003 AND l_shipdate >= DATE '1992-01-01' ORDER BY l_linenumber""",
}


def measure(cache: Path, scale: float, rounds: int) -> dict[str, Any]:
    """Make the table, compare the results, then take the times."""
    source = generate(cache, scale) / "lineitem.parquet"
    with running() as server:
        table = _make(server, source)
        client = server.client()
        connection = duckdb_with_iceberg()
        figures = {name: _times(client, table, connection, sql, rounds) for name, sql in QUERIES.items()}
    print(f"\n## Reading lineitem, scale factor {scale:g}, by month, a column renamed and one added, 1 % of rows merged\n")
    print("| | Nerium through HTTP ms | pl.scan_iceberg ms | DuckDB iceberg_scan ms | ratio to Polars | ratio to DuckDB |")
    print("|---|---|---|---|---|---|")
    for name, t in figures.items():
        print(
            f"| {name} | {t['nerium'] * 1e3:.0f} | {t['polars'] * 1e3:.0f} | {t['duckdb'] * 1e3:.0f}"
            f" | {t['nerium'] / t['polars']:.2f} | {t['nerium'] / t['duckdb']:.2f} |"
        )
    return figures


def _make(server: Server, source: Path) -> Table:
    server.load("default.raw", source)
    catalog = SqlCatalog("oleander", uri=f"sqlite:///{server.home}/lake/catalog.db")
    location = f"{server.home}/lake/warehouse/default/lineitem"
    table = catalog.create_table("default.lineitem", catalog.load_table("default.raw").schema(), location)
    with table.update_spec() as spec:
        spec.add_field("l_shipdate", MonthTransform(), "month")
    client = server.client()
    script = {"mode": "script", "destination": "default.lineitem"}
    client.run({**script, "script": "result = scan('default.raw')", "saveMode": "append"})
    with table.update_schema() as schema:
        schema.rename_column("l_comment", "l_note")
        schema.add_column("l_checked", IntegerType())
    merge = "result = scan('default.lineitem').filter(pl.col('l_orderkey') % 100 == 3).with_columns(l_checked=pl.lit(1))"
    keys = ["l_orderkey", "l_linenumber"]
    client.run({**script, "script": merge, "saveMode": "merge", "mergeKeys": keys})
    return catalog.load_table("default.lineitem")


def duckdb_with_iceberg() -> duckdb.DuckDBPyConnection:
    """Connect to DuckDB with its extensions for Iceberg, on two threads."""
    connection = duckdb.connect()
    for package in (duckdb_extension_avro, duckdb_extension_iceberg):
        connection.load_extension(str(next(Path(package.__path__[0]).rglob("*.duckdb_extension"))))
    connection.execute("SET threads = 2")
    return connection


def _times(
    client: Client, table: Table, connection: duckdb.DuckDBPyConnection, sql: str, rounds: int
) -> dict[str, float]:
    workload = {"mode": "query", "query": sql, "tables": ["default.lineitem"]}
    view = sql.replace("FROM lineitem", f"FROM iceberg_scan('{table.metadata_location}')")
    actions: dict[str, Callable[[], pl.DataFrame]] = {
        "nerium": lambda: pl.read_ipc_stream(io.BytesIO(client.run(workload, ARROW))),
        "polars": lambda: pl.SQLContext(lineitem=pl.scan_iceberg(table)).execute(sql).collect(engine="streaming"),
        "duckdb": lambda: connection.execute(view).pl(),
    }
    results = {name: action().cast(pl.String) for name, action in actions.items()}
    for name in ("polars", "duckdb"):
        try:
            assert_frame_equal(results["nerium"], results[name])
        except AssertionError as error:
            sys.stderr.write(f"{name} differs: {error}\n")
    return best_times(actions, rounds)
