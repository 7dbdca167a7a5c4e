"""Queries over lineitem in S3: Nerium with an empty and a full cache, Polars on the same objects, 0 and 30 ms away.

The store is the S3Proxy of the tests, on loopback and on the same processors. A proxy before it delays each request,
and counts requests and bytes, of Nerium and of Polars alike. Each cold query reads through a catalog of its own,
because the cache belongs to a catalog: the catalogs have the same tables.
"""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import socket
import sqlite3
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
from gate import gate_of
from lake_reads import QUERIES
from polars.testing import assert_frame_equal
from server import NERIUM, running
from tpch import ARROW, generate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from gate import Gate
    from server import Client

JARS = NERIUM.parent / "server" / "target" / "s3proxy"
KEY, SECRET = "bench", "bench-secret"
LATENCIES = (0.0, 0.03)
# By name: the table, and the SQL. The last reads one row group of a table that is sorted by the filter's column.
TEXTS = {
    "Q1": ("lineitem", QUERIES["Q1"]),
    "Q6": ("lineitem", QUERIES["Q6"]),
    "one day": (
        "by_day",
        "SELECT SUM(l_extendedprice) AS price, SUM(l_tax) AS tax FROM lineitem WHERE l_shipdate = DATE '1995-03-15'",
    ),
}
TABLES = {
    "lineitem": "result = scan('default.lineitem')",
    "by_day": "result = scan('default.lineitem').sort('l_shipdate')",
    "small": "result = pl.DataFrame({'n': [1]})",
}


@dataclass(kw_only=True)
class Taken:
    """Seconds, requests and bytes of one way to run a query, one entry per round."""

    seconds: list[float] = field(default_factory=list)
    traffic: list[tuple[int, int]] = field(default_factory=list)

    def row(self) -> str:
        """Give the cells of a table: the best time, and requests and MiB of the first round."""
        requests, answered = self.traffic[0]
        return f"{min(self.seconds) * 1e3:.0f} | {requests} | {answered / (1 << 20):.1f}"


def measure(cache: Path, scale: float, rounds: int) -> dict[str, Any]:
    """Write the tables, compare the results, then take the times of all rounds."""
    source = generate(cache, scale) / "lineitem.parquet"
    figures: dict[str, Any] = {}
    print(f"\n## lineitem in S3, scale factor {scale:g}, through a store on loopback\n")
    print(
        "| latency ms, query | Nerium, cold ms | requests | MiB | warm ms | requests | Polars, the same objects ms"
        " | requests | MiB | cold throughput of Polars', median of the rounds | warm |"
    )
    print("|---" * 11 + "|")
    with _store() as (port, folder), gate_of(port) as gate:
        cases = [(latency, name) for latency in LATENCIES for name in TEXTS]
        names = iter([f"s{number}" for number in range(len(cases) * rounds)])
        endpoint = f"http://127.0.0.1:{gate.port}"
        catalogs = "".join(f"  s{number}: {_catalog(endpoint, folder)}\n" for number in range(len(cases) * rounds))
        with running(f"catalogs:\n{catalogs}") as server:
            server.load("default.lineitem", source)
            client = server.client()
            for table, script in TABLES.items():
                client.run(
                    {"mode": "script", "script": script, "destination": f"s0.default.{table}", "saveMode": "overwrite"}
                )
            _share(folder / "s3.db", len(cases) * rounds)
            for latency, name in cases:
                taken = _rounds(client, gate, latency, name, [next(names) for _ in range(rounds)], folder)
                figures[f"{latency * 1e3:.0f} ms {name}"] = _report(latency, name, taken)
    return figures


def _catalog(endpoint: str, folder: Path) -> str:
    return (
        f"{{type: jdbc, uri: 'jdbc:sqlite:{folder}/s3.db', warehouse: 's3://lake/warehouse', "
        f"storage-file: '{folder}/keys', timeout: 300s, "
        f"properties: {{s3.endpoint: '{endpoint}', s3.path-style-access: 'true'}}}}"
    )


def _share(database: Path, catalogs: int) -> None:
    """Give the tables of the first catalog to all of them."""
    with contextlib.closing(sqlite3.connect(database)) as connection, connection:
        for table in ("iceberg_tables", "iceberg_namespace_properties"):
            columns = [name for _, name, *_ in connection.execute(f"PRAGMA table_info({table})")]
            others = ", ".join(name for name in columns if name != "catalog_name")
            for number in range(1, catalogs):
                connection.execute(
                    f"INSERT INTO {table} (catalog_name, {others}) SELECT 's{number}', {others} FROM {table}"  # noqa: S608
                    " WHERE catalog_name = 's0'"
                )


def _rounds(
    client: Client, gate: Gate, latency: float, name: str, catalogs: list[str], folder: Path
) -> dict[str, Taken]:
    table, text = TEXTS[name]
    endpoint = f"http://127.0.0.1:{gate.port}"
    taken = {kind: Taken() for kind in ("cold", "warm", "polars")}
    actions: Mapping[str, Callable[[str], pl.DataFrame]] = {
        "cold": lambda catalog: _ask(client, f"lineitem={catalog}.default.{table}", text),
        # A frame that is used again would not read the footers again.
        "polars": lambda _: (
            pl.SQLContext(lineitem=_direct(endpoint, folder, table)).execute(text).collect(engine="streaming")
        ),
        "warm": lambda catalog: _ask(client, f"lineitem={catalog}.default.{table}", text),
    }
    for catalog in catalogs:
        # The catalog and the client of its store exist then.
        _ask(client, f"small={catalog}.default.small", "SELECT n FROM small")
        results = []
        for kind, action in actions.items():
            gate.count(latency)
            begun = time.perf_counter()
            results.append(action(catalog))
            taken[kind].seconds.append(time.perf_counter() - begun)
            taken[kind].traffic.append(gate.count(0))
        for result in results[1:]:
            assert_frame_equal(results[0], result, check_dtypes=False, check_exact=False)
    return taken


def _report(latency: float, name: str, taken: Mapping[str, Taken]) -> dict[str, float]:
    ratios = {
        kind: statistics.median(
            alone / own for own, alone in zip(taken[kind].seconds, taken["polars"].seconds, strict=True)
        )
        for kind in ("cold", "warm")
    }
    warm = taken["warm"]
    print(
        f"| {latency * 1e3:.0f}, {name} | {taken['cold'].row()} | {min(warm.seconds) * 1e3:.0f} | {warm.traffic[0][0]}"
        f" | {taken['polars'].row()} | {ratios['cold']:.2f} | {ratios['warm']:.2f} |"
    )
    return {**{kind: min(each.seconds) for kind, each in taken.items()}, "ratio": ratios["cold"]}


def _ask(client: Client, table: str, text: str) -> pl.DataFrame:
    answer = client.run({"mode": "query", "query": text, "tables": [table]}, ARROW)
    return pl.read_ipc_stream(io.BytesIO(answer))


def _direct(endpoint: str, folder: Path, table: str) -> pl.LazyFrame:
    bucket = folder / "data" / "lake"
    objects = sorted((bucket / "warehouse" / "default" / table / "data").rglob("*.parquet"))
    return pl.scan_parquet(
        [f"s3://lake/{file.relative_to(bucket)}" for file in objects],
        storage_options={
            "aws_access_key_id": KEY,
            "aws_secret_access_key": SECRET,
            "aws_endpoint_url": endpoint,
            "aws_region": "us-east-1",
            "aws_allow_http": "true",
        },
    )


@contextlib.contextmanager
def _store() -> Iterator[tuple[int, Path]]:
    """Start the store, with an empty bucket, and stop it at the end."""
    if not JARS.exists():
        subprocess.run(["mvn", "-q", "-B", "-Pinterop", "process-test-resources"], cwd=NERIUM.parent, check=True)
    folder = Path(tempfile.mkdtemp(prefix="nerium-bench-s3-"))
    folder.chmod(0o755)
    (folder / "data" / "lake").mkdir(parents=True)
    (folder / "keys").write_text(f"s3.access-key-id={KEY}\ns3.secret-access-key={SECRET}\n")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (folder / "s3proxy.conf").write_text(
        f"s3proxy.endpoint=http://127.0.0.1:{port}\ns3proxy.authorization=aws-v2-or-v4\ns3proxy.identity={KEY}\n"
        f"s3proxy.credential={SECRET}\njclouds.provider=filesystem-nio2\njclouds.filesystem.basedir={folder}/data\n"
    )
    logging = NERIUM.parent / "server" / "src" / "test" / "resources" / "s3" / "logback.xml"
    java = Path(os.environ["JAVA_HOME"]) / "bin" / "java" if "JAVA_HOME" in os.environ else "java"
    command = [java, f"-Dlogback.configurationFile={logging}", "-cp", f"{JARS}/*", "org.gaul.s3proxy.Main"]
    process = subprocess.Popen([*command, "--properties", folder / "s3proxy.conf"], stdout=subprocess.DEVNULL)
    try:
        _await_port(port)
        yield port, folder
    finally:
        process.terminate()
        process.wait(60)
        shutil.rmtree(folder, ignore_errors=True)


def _await_port(port: int) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return
