"""UPDATE, DELETE and MERGE of 1 % of TPC-H's lineitem through HTTP, by Spark with Iceberg, and in DuckDB's own tables; a change of one row."""

from __future__ import annotations

import json
import re
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl
from server import running
from spark import Alone
from tpch import generate

if TYPE_CHECKING:
    from server import Server

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
SIDES = ("nerium", "spark", "duckdb")
# As Nerium changes rows; Spark's default rewrites each file that has a changed row.
MERGE_ON_READ = ", ".join(f"'write.{what}.mode' = 'merge-on-read'" for what in ("delete", "update", "merge"))
_SUM = "SELECT count(*) AS n, sum(l_orderkey) AS k, sum(l_quantity) AS q FROM lineitem"


def measure(cache: Path, scale: float, rounds: int) -> dict[str, Any]:
    """Run each statement on a fresh table, by both in turn; the tables must be equal afterwards."""
    lineitem = generate(cache, scale) / "lineitem.parquet"
    with tempfile.TemporaryDirectory(prefix="nerium-changes-") as folder, running() as server:
        changes = Path(folder) / "changes.parquet"
        _changes(lineitem).sink_parquet(changes)
        server.load("default.given", lineitem)
        server.load("default.changes", changes)
        database = duckdb.connect(f"{folder}/duck.db")
        database.execute(f"CREATE TABLE changes AS FROM '{changes}'")
        spark = Alone(Path(folder))
        spark.execute("CREATE NAMESPACE ice.db")
        spark.execute(f"CREATE TABLE db.changes USING iceberg AS SELECT * FROM parquet.`{changes}`")
        seconds: dict[str, dict[str, list[float]]] = {name: {side: [] for side in SIDES} for name in STATEMENTS}
        for _ in range(rounds):
            for name, sql in STATEMENTS.items():
                _reset(server, database, spark, lineitem)
                seconds[name]["nerium"].append(_timed(lambda sql=sql: _statement(server, sql)))
                seconds[name]["spark"].append(_timed(lambda sql=sql: spark.execute(_of_spark(sql))))
                seconds[name]["duckdb"].append(_timed(lambda sql=sql: database.execute(sql)))
                _require_equal(server, database, spark, name)
        _reset(server, database, spark, lineitem)
        ours = server.home / "lake" / "warehouse" / "default"
        written = {
            name: {
                "nerium": _written(ours, lambda sql=sql: _statement(server, sql)),
                "spark": _written(spark.warehouse / "db", lambda sql=sql: spark.execute(_of_spark(sql))),
            }
            for name, sql in ONE_ROW.items()
        }
        database.close()
        spark.close()
    return _report({"scale": scale, "rounds": rounds, "seconds": seconds, "one_row": written})


def _changes(lineitem: Path) -> pl.LazyFrame:
    """Give rows from all over the table with a changed quantity, and as many whose orders are new."""
    every = pl.scan_parquet(lineitem).gather_every(200)
    every = every.with_columns((pl.col("l_quantity") + 1).cast(pl.Decimal(15, 2)))
    return pl.concat([every, every.with_columns(l_orderkey=-pl.col("l_orderkey"))])


def _of_spark(sql: str) -> str:
    return re.sub(r"\b(lineitem|changes) (?=SET|WHERE|AS)", r"db.\1 ", sql)


def _reset(server: Server, database: duckdb.DuckDBPyConnection, spark: Alone, lineitem: Path) -> None:
    _statement(server, "CREATE OR REPLACE TABLE default.lineitem AS SELECT * FROM default.given")
    spark.execute(
        f"CREATE OR REPLACE TABLE db.lineitem USING iceberg TBLPROPERTIES ({MERGE_ON_READ})"
        f" AS SELECT * FROM parquet.`{lineitem}`"
    )
    database.execute(f"CREATE OR REPLACE TABLE lineitem AS FROM '{lineitem}'")
    database.execute("CHECKPOINT")


def _timed(run: Any) -> float:  # noqa: ANN401  # a function
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun


def _statement(server: Server, sql: str) -> dict[str, Any]:
    # A connection of its own: the server closes one that was idle while the others worked.
    reply: dict[str, Any] = json.loads(server.client().post("/api/v1/query", {"query": sql}))
    return reply


def _require_equal(server: Server, database: duckdb.DuckDBPyConnection, spark: Alone, name: str) -> None:
    [ours] = _statement(server, _SUM)["results"]["rows"]
    sums = {
        "nerium": [str(value) for value in ours],
        "duckdb": [str(value) for value in database.execute(_SUM).fetchone() or ()],
        "spark": spark.execute(_SUM.replace("FROM lineitem", "FROM db.lineitem"))["rows"][0],
    }
    if len({tuple(each) for each in sums.values()}) > 1:
        raise RuntimeError(f"{name}: the sums are {sums}")


def _written(folder: Path, run: Any) -> dict[str, Any]:  # noqa: ANN401  # a function
    """Count the files that a statement adds to the table's folder, and their bytes."""
    before = _files(folder)
    seconds = _timed(run)
    added = {path: size for path, size in _files(folder).items() if path not in before}
    data = [size for path, size in added.items() if path.parent.name != "metadata"]
    return {
        "seconds": seconds,
        "data_files": len(data),
        "data_bytes": sum(data),
        "metadata_files": len(added) - len(data),
        "metadata_bytes": sum(added.values()) - sum(data),
    }


def _files(folder: Path) -> dict[Path, int]:
    # Hadoop's file system keeps a checksum beside each file.
    files = folder.glob("lineitem*/**/*")
    return {path: path.stat().st_size for path in files if path.is_file() and path.suffix != ".crc"}


def _report(figures: dict[str, Any]) -> dict[str, Any]:
    print(f"\n## Changes of rows of lineitem, scale factor {figures['scale']:g}, median of {figures['rounds']}\n")
    print("| | Nerium, s | Spark, s | DuckDB, s | Nerium / Spark | Nerium / DuckDB |\n|---|---|---|---|---|---|")
    for name, seconds in figures["seconds"].items():
        ours, spark, duck = (statistics.median(seconds[side]) for side in SIDES)
        print(f"| {name} | {ours:.2f} | {spark:.2f} | {duck:.2f} | {ours / spark:.2f} | {ours / duck:.2f} |")
    print("\n| | seconds | data and delete files | bytes | metadata files | bytes |\n|---|---|---|---|---|---|")
    for name, sides in figures["one_row"].items():
        for side, row in sides.items():
            print(
                f"| {name}, {side.capitalize()} | {row['seconds']:.3f} | {row['data_files']} | {row['data_bytes']:,}"
                f" | {row['metadata_files']} | {row['metadata_bytes']:,} |"
            )
    return figures
