"""UPDATE, DELETE and MERGE of 1 % of TPC-H's lineitem through HTTP and in DuckDB's own tables; a change of one row."""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl
from server import running
from tpch import generate

if TYPE_CHECKING:
    from server import Client, Server

STATEMENTS = {
    "UPDATE of 1 %": "UPDATE lineitem SET l_quantity = l_quantity + 1 WHERE l_orderkey % 100 = 7",
    "DELETE of 1 %": "DELETE FROM lineitem WHERE l_orderkey % 100 = 7",
    "MERGE of 1 %, half of it new rows": (
        "MERGE INTO lineitem AS t USING changes AS s ON t.l_orderkey = s.l_orderkey AND t.l_linenumber = s.l_linenumber"
        " WHEN MATCHED THEN UPDATE SET l_quantity = s.l_quantity WHEN NOT MATCHED THEN INSERT *"
    ),
}
ONE_ROW = {
    "UPDATE of 1 row": "UPDATE lineitem SET l_quantity = 0 WHERE l_orderkey = 1 AND l_linenumber = 1",
    "DELETE of 1 row": "DELETE FROM lineitem WHERE l_orderkey = 1 AND l_linenumber = 2",
}
_SUM = "SELECT count(*) AS n, sum(l_orderkey) AS k, sum(l_quantity) AS q FROM lineitem"


def measure(cache: Path, scale: float, rounds: int) -> dict[str, Any]:
    """Run each statement on a fresh table, by both in turn; the tables must be equal afterwards."""
    lineitem = generate(cache, scale) / "lineitem.parquet"
    with tempfile.TemporaryDirectory(prefix="nerium-changes-") as folder, running() as server:
        changes = Path(folder) / "changes.parquet"
        _changes(lineitem).sink_parquet(changes)
        server.load("default.given", lineitem)
        server.load("default.changes", changes)
        client, database = server.client(), duckdb.connect(f"{folder}/duck.db")
        database.execute(f"CREATE TABLE changes AS FROM '{changes}'")
        seconds: dict[str, dict[str, list[float]]] = {name: {"nerium": [], "duckdb": []} for name in STATEMENTS}
        for _ in range(rounds):
            for name, sql in STATEMENTS.items():
                _reset(client, database, lineitem)
                seconds[name]["nerium"].append(_timed(lambda sql=sql: _statement(client, sql)))
                seconds[name]["duckdb"].append(_timed(lambda sql=sql: database.execute(sql)))
                _require_equal(client, database, name)
        _reset(client, database, lineitem)
        written = {name: _written(server, client, sql) for name, sql in ONE_ROW.items()}
        database.close()
    return _report({"scale": scale, "rounds": rounds, "seconds": seconds, "one_row": written})


def _changes(lineitem: Path) -> pl.LazyFrame:
    """Give rows from all over the table with a changed quantity, and as many whose orders are new."""
    every = pl.scan_parquet(lineitem).gather_every(200)
    every = every.with_columns((pl.col("l_quantity") + 1).cast(pl.Decimal(15, 2)))
    return pl.concat([every, every.with_columns(l_orderkey=-pl.col("l_orderkey"))])


def _reset(client: Client, database: duckdb.DuckDBPyConnection, lineitem: Path) -> None:
    _statement(client, "CREATE OR REPLACE TABLE default.lineitem AS SELECT * FROM default.given")
    database.execute(f"CREATE OR REPLACE TABLE lineitem AS FROM '{lineitem}'")
    database.execute("CHECKPOINT")


def _timed(run: Any) -> float:  # noqa: ANN401  # a function
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun


def _statement(client: Client, sql: str) -> dict[str, Any]:
    reply: dict[str, Any] = json.loads(client.post("/api/v1/query", {"query": sql}))
    return reply


def _require_equal(client: Client, database: duckdb.DuckDBPyConnection, name: str) -> None:
    [ours] = _statement(client, _SUM)["results"]["rows"]
    theirs = database.execute(_SUM).fetchone()
    if [str(value) for value in ours] != [str(value) for value in theirs or ()]:
        raise RuntimeError(f"{name}: {ours} are the sums of Nerium, {theirs} those of DuckDB")


def _written(server: Server, client: Client, sql: str) -> dict[str, Any]:
    """Count the files that a statement adds to the table's folder, and their bytes."""
    before = _files(server)
    seconds = _timed(lambda: _statement(client, sql))
    added = {path: size for path, size in _files(server).items() if path not in before}
    data = [size for path, size in added.items() if path.parent.name != "metadata"]
    return {
        "seconds": seconds,
        "data_files": len(data),
        "data_bytes": sum(data),
        "metadata_files": len(added) - len(data),
        "metadata_bytes": sum(added.values()) - sum(data),
    }


def _files(server: Server) -> dict[Path, int]:
    folder = server.home / "lake" / "warehouse" / "default"
    return {path: path.stat().st_size for path in folder.glob("lineitem*/**/*") if path.is_file()}


def _report(figures: dict[str, Any]) -> dict[str, Any]:
    print(f"\n## Changes of rows of lineitem, scale factor {figures['scale']:g}, median of {figures['rounds']}\n")
    print("| | Nerium, s | DuckDB, s | ratio |\n|---|---|---|---|")
    for name, seconds in figures["seconds"].items():
        ours, theirs = (statistics.median(seconds[side]) for side in ("nerium", "duckdb"))
        print(f"| {name} | {ours:.2f} | {theirs:.2f} | {ours / theirs:.2f} |")
    print("\n| | seconds | data and delete files | bytes | metadata files | bytes |\n|---|---|---|---|---|---|")
    for name, row in figures["one_row"].items():
        print(
            f"| {name} | {row['seconds']:.3f} | {row['data_files']} | {row['data_bytes']:,} | {row['metadata_files']}"
            f" | {row['metadata_bytes']:,} |"
        )
    return figures
