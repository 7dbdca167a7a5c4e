"""Q1 and Q6 over lineitem in S3: Nerium with an empty and a full cache, Polars on the same objects, Nerium on local files.

The store is the S3Proxy of the tests, on loopback and on the same processors.
"""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
from lake_reads import QUERIES
from polars.testing import assert_frame_equal
from server import NERIUM, running
from tpch import ARROW, generate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from server import Client

JARS = NERIUM.parent / "server" / "target" / "s3proxy"
KEY, SECRET = "bench", "bench-secret"
NAMES = ("Q1", "Q6")
COPIES = 3


def measure(cache: Path, scale: float, rounds: int) -> dict[str, Any]:
    """Write the tables, compare the results, then take the times: the best of the rounds, or of the copies where cold."""
    source = generate(cache, scale) / "lineitem.parquet"
    with _store() as (endpoint, folder):
        settings = (
            f"catalogs:\n  s3: {{type: jdbc, uri: 'jdbc:sqlite:{folder}/s3.db', warehouse: 's3://lake/warehouse', "
            f"storage-file: '{folder}/keys', "
            f"properties: {{s3.endpoint: '{endpoint}', s3.path-style-access: 'true'}}}}\n"
        )
        with running(settings) as server:
            server.load("default.lineitem", source)
            client = server.client()
            for copy in range(COPIES):
                for name in NAMES:
                    _copy(client, f"s3.default.{_table(name, copy)}")
            figures = {name: _times(client, endpoint, folder, name, rounds) for name in NAMES}
    print(f"\n## lineitem in S3, scale factor {scale:g}, through a store on loopback\n")
    print("| | Nerium, cold ms | warm ms | Polars, the same objects ms | Nerium, local files ms | cold throughput of Polars' |")
    print("|---|---|---|---|---|---|")
    for name, t in figures.items():
        print(
            f"| {name} | {t['cold'] * 1e3:.0f} | {t['warm'] * 1e3:.0f} | {t['polars'] * 1e3:.0f}"
            f" | {t['local'] * 1e3:.0f} | {t['polars'] / t['cold']:.2f} |"
        )
    return figures


def _times(client: Client, endpoint: str, folder: Path, name: str, rounds: int) -> dict[str, float]:
    direct = _direct(endpoint, folder, name, 0)
    colds, alone = [], []
    for copy in range(COPIES):
        frame = _direct(endpoint, folder, name, copy)
        alone.append(_seconds(lambda frame=frame: _alone(frame, name)))
        cold = _seconds(lambda copy=copy: _ask(client, f"s3.default.{_table(name, copy)}", name))
        colds.append(cold)
    warm = f"s3.default.{_table(name, 0)}"
    assert_frame_equal(_ask(client, warm, name), _alone(direct, name), check_dtypes=False, check_exact=False)
    assert_frame_equal(_ask(client, warm, name), _ask(client, "default.lineitem", name), check_exact=False)
    times: dict[str, list[float]] = {"warm": [], "local": [], "polars": alone}
    for _ in range(rounds):
        times["warm"].append(_seconds(lambda: _ask(client, warm, name)))
        times["polars"].append(_seconds(lambda: _alone(direct, name)))
        times["local"].append(_seconds(lambda: _ask(client, "default.lineitem", name)))
    return {"cold": min(colds), **{kind: min(taken) for kind, taken in times.items()}}


def _table(name: str, copy: int) -> str:
    return f"lineitem_{name.lower()}_{copy}"


def _copy(client: Client, table: str) -> None:
    client.run(
        {"mode": "script", "script": "result = scan('default.lineitem')", "destination": table, "saveMode": "overwrite"}
    )


def _ask(client: Client, table: str, name: str) -> pl.DataFrame:
    answer = client.run({"mode": "query", "query": QUERIES[name], "tables": [f"lineitem={table}"]}, ARROW)
    return pl.read_ipc_stream(io.BytesIO(answer))


def _direct(endpoint: str, folder: Path, name: str, copy: int) -> pl.LazyFrame:
    bucket = folder / "data" / "lake"
    objects = sorted((bucket / "warehouse" / "default" / _table(name, copy) / "data").rglob("*.parquet"))
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


def _alone(frame: pl.LazyFrame, name: str) -> pl.DataFrame:
    return pl.SQLContext(lineitem=frame).execute(QUERIES[name]).collect(engine="streaming")


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


@contextlib.contextmanager
def _store() -> Iterator[tuple[str, Path]]:
    """Start the store, with an empty bucket, and stop it at the end."""
    if not JARS.exists():
        subprocess.run(["mvn", "-q", "-B", "process-test-resources"], cwd=NERIUM.parent, check=True)
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
        yield f"http://127.0.0.1:{port}", folder
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
