"""Queries over a table of 10,000 small files: planning and whole queries, the first of a process and repeated ones.

Nerium runs them through HTTP; the profile of a run contains its planning time and its number of files. PyIceberg's
`plan_files` is the reference for planning, `pl.scan_iceberg` for queries.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import java
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from pyiceberg.catalog import load_catalog
from pyiceberg.transforms import IdentityTransform
from server import home_of, new_run_id, serving

if TYPE_CHECKING:
    from server import Client, Server

FILES, ROWS_PER_FILE = 10_000, 200
TABLE = "many"
OTHERS = Path(__file__).parent / "manyfiles_others.py"
APPEND = Path(__file__).parent / "Append.java"
SCHEMA = pa.schema([("id", pa.int64()), ("part", pa.int32()), ("value", pa.int64()), ("name", pa.string())])


@dataclass(frozen=True)
class Query:
    """A query, the number of files that hold its rows, and the lowest and highest id of these, or none for all rows."""

    sql: str
    files: int
    low: int | None = None
    high: int | None = None


def _between(files: int) -> Query:
    """Select ids from within one file up to within another."""
    low = FILES // 2 * ROWS_PER_FILE + ROWS_PER_FILE // 4
    high = low + (files - 1) * ROWS_PER_FILE + ROWS_PER_FILE // 2
    columns = "count(*) AS n, sum(value) AS total, max(name) AS name"
    sql = f"SELECT {columns} FROM many WHERE id BETWEEN {low} AND {high}"  # noqa: S608  # two numbers
    return Query(sql, files, low, high)


QUERIES = {
    **{f"{files} files" if files > 1 else "1 file": _between(files) for files in (1, 10, 100)},
    "count(*)": Query("SELECT count(*) AS n FROM many", FILES),
    "aggregate": Query(
        "SELECT part % 10 AS k, count(*) AS n, sum(value) AS total FROM many GROUP BY part % 10 ORDER BY k", FILES
    ),
}


def measure(rounds: int) -> dict[str, Any]:
    """Make the table, then measure each query by a server that has planned nothing yet, and by others."""
    figures: dict[str, Any] = {}
    with home_of() as home:
        with serving(home) as server:
            _make(server)
            key = server.key
        for name, query in QUERIES.items():
            with serving(home, key) as server:
                nerium = _nerium(server.client(), query, rounds)
            figures[name] = {"Nerium": nerium, "others": _others(home, query, rounds)}
            _check(name, query, nerium, figures[name]["others"])
    _print(figures)
    return figures


def _make(server: Server) -> None:
    """Write the files here, which is faster than a partitioned write through the server, and append them at once."""
    catalog = load_catalog(
        "nerium", type="rest", uri=f"http://127.0.0.1:{server.port}/iceberg", token=server.key, warehouse="oleander"
    )
    table = catalog.create_table(f"default.{TABLE}", SCHEMA)
    with table.update_spec() as spec:
        spec.add_field("part", IdentityTransform(), "part")
    rows = _rows().collect().to_arrow().cast(table.schema().as_arrow())
    data = server.home / "lake" / "warehouse" / "default" / TABLE / "data"
    for part in range(FILES):
        folder = data / f"part={part}"
        folder.mkdir(parents=True)
        pq.write_table(rows.slice(part * ROWS_PER_FILE, ROWS_PER_FILE), folder / f"{uuid.uuid4()}.parquet")
    subprocess.run(java.command(APPEND, str(server.home), TABLE), check=True)


def _rows() -> pl.LazyFrame:
    """One file for each part; ids grow from file to file, so that their bounds distinguish the files."""
    return pl.LazyFrame({"id": pl.int_range(FILES * ROWS_PER_FILE, eager=True)}).with_columns(
        part=(pl.col("id") // ROWS_PER_FILE).cast(pl.Int32),
        value=pl.col("id") * 7919 % 10_007,
        name=pl.lit("name ") + (pl.col("id") % 97).cast(pl.String),
    )


def _nerium(client: Client, query: Query, rounds: int) -> dict[str, Any]:
    # The first query of a server starts a worker, and compiles much that is not about this table.
    client.run({"mode": "query", "query": "SELECT count(*) AS n FROM f", "tables": ["f=default.flowers"]})
    runs = [_run(client, query) for _ in range(1 + rounds)]
    return {
        "first query": runs[0]["query"],
        "query": min(run["query"] for run in runs[1:]),
        "first plan": runs[0]["plan"],
        "plan": min(run["plan"] for run in runs[1:]),
        "rows": runs[0]["rows"],
        "files": runs[0]["files"],
    }


def _run(client: Client, query: Query) -> dict[str, Any]:
    run = new_run_id()
    begun = time.perf_counter()
    reply = client.run({"mode": "query", "query": query.sql, "tables": [f"default.{TABLE}"]}, run=run)
    milliseconds = (time.perf_counter() - begun) * 1e3
    profile = json.loads(client.get(f"/api/v2/runs/{run}/profile"))
    return {
        "query": milliseconds,
        "plan": profile["phases_ms"].get("plan", 0.0),
        "rows": json.loads(reply)["results"]["rows"],
        "files": [scan["files"] for scan in profile["scans"]],
    }


def _others(home: Path, query: Query, rounds: int) -> dict[str, Any]:
    """Start a process for the plan and one for the query: each finds PyIceberg's cache of manifests empty."""
    figures: dict[str, Any] = {}
    for what in ("plan", "query"):
        command = [sys.executable, OTHERS, what, home, f"default.{TABLE}", json.dumps(asdict(query)), str(rounds)]
        figures |= json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    return figures


def _check(name: str, query: Query, nerium: dict[str, Any], others: dict[str, Any]) -> None:
    """Compare the rows with those of the frame that the table is made from, and PyIceberg's plan with its files."""
    truth = pl.SQLContext(many=_rows()).execute(query.sql).collect()
    expected = [list(row) for row in truth.rows()]
    wrong = [
        f"{who} gives {seen['rows']} instead of {expected}"
        for who, seen in (("Nerium", nerium), ("pl.scan_iceberg", others))
        if seen["rows"] != expected
    ]
    if others["files"] != query.files:
        wrong.append(f"PyIceberg plans {others['files']} files instead of {query.files}")
    if wrong:
        raise RuntimeError(f"{name}: {'; '.join(wrong)}")


def _print(figures: dict[str, Any]) -> None:
    print(f"\n## {FILES:,} files of {ROWS_PER_FILE} rows; all results are right\n")
    print("| ms | first query | pl.scan_iceberg | repeated | pl.scan_iceberg | files planned |")
    print("|---|---|---|---|---|---|")
    for name, kinds in figures.items():
        _print_row(name, kinds, ("first query", "query"))
    print("\n| ms | first plan | PyIceberg | repeated | PyIceberg | files planned |")
    print("|---|---|---|---|---|---|")
    for name, kinds in figures.items():
        _print_row(name, kinds, ("first plan", "plan"))


def _print_row(name: str, kinds: dict[str, Any], columns: tuple[str, str]) -> None:
    cells = (f"{kinds[who][column]:,.1f}" for column in columns for who in ("Nerium", "others"))
    # A count comes from the snapshot's summary, and plans none.
    print(f"| {name} | {' | '.join(cells)} | {sum(kinds['Nerium']['files'])} |")
