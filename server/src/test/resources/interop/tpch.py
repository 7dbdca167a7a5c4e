import math, subprocess, tempfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import httpx
import polars as pl

TABLES = ("customer", "lineitem", "nation", "orders", "part", "partsupp", "region", "supplier")
TEXTS = Path(os.environ["RESOURCES"]) / "tpch"
NAMES = [f"q{number:02}.{suffix}" for suffix in ("sql", "py") for number in range(1, 23)]

http = httpx.Client(base_url=URL, headers={"Authorization": f"Bearer {KEY}"}, timeout=120)
bare = {}
# Further fields of every request.
more = {}


def load(scale):
    """Generates the tables and puts each into the lake."""
    folder = Path(tempfile.mkdtemp())
    generator = Path(sys.executable).parent / "tpchgen-cli"
    subprocess.run([generator, "parquet", "-s", str(scale), "-o", folder], check=True)
    for table in TABLES:
        file = folder / f"{table}.parquet"
        bare[table] = pl.read_parquet(file).lazy()
        route = f"/api/v1/catalogs/oleander/namespaces/default/tables/{table}"
        reply = http.put(route, content=file.read_bytes(), headers={"Content-Type": "application/vnd.apache.parquet"})
        assert reply.status_code == 200, reply.text
        file.unlink()
    folder.rmdir()


def compare(name):
    """Runs one text through the server and alone; says where the two differ."""
    text = (TEXTS / name).read_text()
    if name.endswith(".sql"):
        body = {"mode": "query", "query": text, "tables": [f"default.{table}" for table in TABLES]}
        alone = pl.SQLContext(bare).execute(text).collect()
    else:
        body = {"mode": "script", "script": text}
        scope = {"pl": pl, "scan": lambda table: bare[table.removeprefix("default.")]}
        exec(text, scope)
        alone = scope["result"].collect()
    reply = http.post("/api/v1/warehouse/polars", json=body | more)
    if reply.status_code != 200:
        return reply.text
    results = reply.json()["results"]
    rows = [[wire(value) for value in row] for row in alone.rows()]
    if results["columns"] != alone.columns or results["column_types"] != [str(dtype) for dtype in alone.dtypes]:
        return f"columns {results['columns']} {results['column_types']} instead of {alone.schema}"
    if len(rows) != len(results["rows"]):
        return f"{len(results['rows'])} rows instead of {len(rows)}"
    for seen, expected in zip(results["rows"], rows):
        if not all(map(same, seen, expected)):
            return f"{seen} instead of {expected}"
    return "equal"


def wire(value):
    """Writes a value as the contract does."""
    match value:
        case Decimal():
            return f"{value:f}"
        case date():
            return value.isoformat()
        case _:
            return value


def same(seen, expected):
    if isinstance(expected, float):
        return math.isclose(seen, expected, rel_tol=1e-9)
    return seen == expected
