import io
import math
import sys
from decimal import Decimal
from pathlib import Path

import duckdb
import httpx
import polars as pl

TEXTS = Path(os.environ["RESOURCES"]) / "clickbench"
sys.dont_write_bytecode = True
sys.path.insert(0, str(TEXTS))
import hits

ARROW = "application/vnd.apache.arrow.stream"
APPENDS = 3
http = httpx.Client(base_url=URL, headers={"Authorization": f"Bearer {KEY}"}, timeout=120)
reference = duckdb.connect()


def statements():
    """Reads the statements, the first of which has the number 1."""
    lines = (TEXTS / "statements.sql").read_text().splitlines()
    return [line for line in lines if not line.startswith("--")]


def load(rows):
    """Puts the rows into the lake, in several files, and into DuckDB."""
    frame = hits.generate(rows)
    for part in frame.iter_slices(-(-rows // APPENDS)):
        file = io.BytesIO()
        part.write_parquet(file)
        reply = http.post(
            "/api/v1/catalogs/oleander/namespaces/default/tables/hits",
            content=file.getvalue(),
            headers={"Content-Type": "application/vnd.apache.parquet"},
        )
        assert reply.status_code == 200, reply.text
    reference.register("frame", frame)
    reference.execute("CREATE TABLE hits AS SELECT * FROM frame")


def compare(statement):
    """Executes one statement by the server and by DuckDB, and describes the first difference."""
    body = {"mode": "query", "query": statement, "tables": ["default.hits"]}
    reply = http.post("/api/v1/warehouse/polars", json=body, headers={"Accept": ARROW})
    if reply.status_code != 200:
        return reply.text
    ours, theirs = pl.read_ipc_stream(reply.content).rows(), reference.execute(statement).fetchall()
    if not theirs:
        return "no rows, which compares nothing"
    if len(ours) != len(theirs):
        return f"{len(ours)} rows, DuckDB has {len(theirs)}"
    different = next((pair for pair in zip(ours, theirs) if not all(map(is_equal, *pair))), None)
    return "equal" if different is None else f"{different[0]}, DuckDB has {different[1]}"


def is_equal(one, other):
    """Compares two values: means are the only floats, and sums of DuckDB have a type of their own."""
    if isinstance(one, float):
        return math.isclose(one, other, rel_tol=1e-12, abs_tol=0)
    return one == (int(other) if isinstance(other, Decimal) else other)
