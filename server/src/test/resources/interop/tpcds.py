import io
from pathlib import Path

import httpx
import polars as pl
from polars.testing import assert_frame_equal
from pyiceberg.catalog import load_catalog

TEXTS = Path(os.environ["RESOURCES"]) / "tpcds"
sys.dont_write_bytecode = True
sys.path.insert(0, str(TEXTS))
import tables

ARROW = "application/vnd.apache.arrow.stream"
# Facts come in several appends, so that their tables have several files.
APPENDS = {"store_sales": 3, "catalog_sales": 3, "web_sales": 2, "store_returns": 2, "inventory": 2}
frames = tables.generate()
bare = pl.SQLContext({name: frame.lazy() for name, frame in frames.items()})
http = httpx.Client(base_url=URL, headers={"Authorization": f"Bearer {KEY}"}, timeout=120)


def load():
    """Puts the tables into the lake: store sales partitioned by their store, facts in several appends."""
    catalog = load_catalog("nerium", type="rest", uri=f"{URL}/iceberg", token=KEY, warehouse="oleander")
    partitioned = catalog.create_table("default.store_sales", frames["store_sales"].to_arrow().schema)
    with partitioned.update_spec() as spec:
        spec.add_identity("ss_store_sk")
    for name, frame in frames.items():
        parts = APPENDS.get(name, 1)
        for part in frame.iter_slices(-(-frame.height // parts)):
            append(name, part)


def append(name, frame):
    file = io.BytesIO()
    frame.write_parquet(file)
    reply = http.post(
        f"/api/v1/catalogs/oleander/namespaces/default/tables/{name}",
        content=file.getvalue(),
        headers={"Content-Type": "application/vnd.apache.parquet"},
    )
    assert reply.status_code == 200, reply.text


def files(name):
    query = {"mode": "query", "query": "SELECT count(*) AS n FROM f", "tables": [f"f=default.{name}$files"]}
    return http.post("/api/v1/warehouse/polars", json=query).json()["results"]["rows"][0][0]


def compare(name):
    """Runs one statement through the server and in Polars alone, and says where the two differ."""
    text = (TEXTS / f"{name}.sql").read_text()
    alone = bare.execute(text).collect(engine="streaming")
    if alone.is_empty():
        return "no rows, which compares nothing"
    body = {"mode": "query", "query": text, "tables": [f"default.{table}" for table in frames]}
    reply = http.post("/api/v1/warehouse/polars", json=body, headers={"Accept": ARROW})
    if reply.status_code != 200:
        return reply.text
    try:
        # Integers, decimals and texts exactly; means of integers are the only floats.
        assert_frame_equal(pl.read_ipc_stream(reply.content), alone, rel_tol=1e-12, abs_tol=0)
    except AssertionError as error:
        return str(error)
    return "equal"
