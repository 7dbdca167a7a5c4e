"""The statements of ClickBench through HTTP, against DuckDB on the same Iceberg table."""

from __future__ import annotations

import io
import math
import sys
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
from lake_reads import duckdb_with_iceberg
from pyiceberg.catalog.sql import SqlCatalog
from rounds import best_times
from server import running
from tpch import ARROW

if TYPE_CHECKING:
    from collections.abc import Callable

    import duckdb
    from server import Client, Server

FOLDER = Path(__file__).resolve().parent.parent / "server" / "src" / "test" / "resources" / "clickbench"


def measure(texts: Path | None, rows: int, rounds: int) -> dict[str, Any]:
    """Load the table, compare the results, then take the times."""
    statements = read(texts or FOLDER / "statements.sql")
    with running() as server:
        connection = _tables(server, rows)
        client = server.client()
        # Statements of others leave the order of equal rows open.
        wrong = [
            number for number, text in statements.items() if not _is_equal(client, connection, text, texts is None)
        ]
        seconds = {number: _times(client, connection, text, rounds) for number, text in statements.items()}
    print(f"\n## ClickBench, {rows:,} rows{'' if texts is None else f', {texts}'}\n")
    print(
        f"{len(statements) - len(wrong)} of {len(statements)} results equal DuckDB's{f'; not {wrong}' if wrong else ''}\n"
    )
    print("| statement | through HTTP ms | DuckDB iceberg_scan ms | ratio |\n|---|---|---|---|")
    for number, t in seconds.items():
        print(f"| {number} | {t['nerium'] * 1e3:.0f} | {t['duckdb'] * 1e3:.0f} | {t['nerium'] / t['duckdb']:.2f} |")
    ratio = math.exp(sum(math.log(t["nerium"] / t["duckdb"]) for t in seconds.values()) / len(seconds))
    print(f"| geometric mean of the ratios | | | {ratio:.2f} |")
    return {"rows": rows, "wrong": wrong, "seconds": seconds, "ratio": ratio}


def read(texts: Path) -> dict[int, str]:
    """Read a file with one statement in each line."""
    lines = [line for line in texts.read_text().splitlines() if line and not line.startswith("--")]
    return dict(enumerate(lines, 1))


def _tables(server: Server, rows: int) -> duckdb.DuckDBPyConnection:
    sys.path.insert(0, str(FOLDER))
    import hits  # noqa: PLC0415  # a program of the tests

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "hits.parquet"
        hits.generate(rows).write_parquet(file)
        server.load("default.hits", file)
    table = SqlCatalog("oleander", uri=f"sqlite:///{server.home}/lake/catalog.db").load_table("default.hits")
    connection = duckdb_with_iceberg()
    connection.execute(f"CREATE VIEW hits AS SELECT * FROM iceberg_scan('{table.metadata_location}')")
    return connection


def _by_nerium(client: Client, text: str) -> pl.DataFrame:
    return pl.read_ipc_stream(
        io.BytesIO(client.run({"mode": "query", "query": text, "tables": ["default.hits"]}, ARROW))
    )


def _is_equal(client: Client, connection: duckdb.DuckDBPyConnection, text: str, by_row: bool) -> bool:  # noqa: FBT001
    ours, theirs = _by_nerium(client, text).rows(), connection.execute(text).fetchall()
    if not by_row:
        return len(ours) == len(theirs)
    return len(ours) == len(theirs) and all(
        _is_close(one, other)
        for row, expected in zip(ours, theirs, strict=True)
        for one, other in zip(row, expected, strict=True)
    )


def _is_close(one: object, other: object) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9)
    return one == (int(other) if isinstance(other, Decimal) else other)


def _times(client: Client, connection: duckdb.DuckDBPyConnection, text: str, rounds: int) -> dict[str, float]:
    actions: dict[str, Callable[[], object]] = {
        "nerium": lambda: _by_nerium(client, text),
        "duckdb": lambda: connection.execute(text).pl(),
    }
    return best_times(actions, rounds)
