"""A Spark cluster of this machine's own, and statements that are typed into it."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
# The client of the submitter, as somebody would use it who types SQL.
_TYPIST = """
import json, sys, time
from pyspark.sql.connect.session import SparkSession
url = sys.argv[1]
spark = SparkSession.builder.remote(url).create()
spark.conf.set("spark.sql.session.timeZone", "UTC")
for line in sys.stdin:
    asked = json.loads(line)
    try:
        for name, metadata in asked["tables"].items():
            spark.read.format("iceberg").load(metadata).createOrReplaceTempView(name)
        begun = time.perf_counter()
        rows = spark.sql(asked["sql"]).toArrow().num_rows
        answer = {"rows": rows, "seconds": time.perf_counter() - begun}
    except Exception as error:
        answer = {"error": str(error).splitlines()[0]}
    print(json.dumps(answer), flush=True)
"""
# A Spark of one process, with a catalog `ice` of its own.
_ALONE = """
import json, sys, time
from pyspark.sql import SparkSession
jar, folder = sys.argv[1:]
settings = {
    "spark.jars": jar,
    "spark.sql.extensions": "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions",
    "spark.sql.catalog.ice": "org.apache.iceberg.spark.SparkCatalog",
    "spark.sql.catalog.ice.type": "hadoop",
    "spark.sql.catalog.ice.warehouse": f"{folder}/warehouse",
    "spark.sql.defaultCatalog": "ice",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "4",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.memory": "4g",
    "spark.local.dir": f"{folder}/local",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
}
builder = SparkSession.builder.master("local[2]")
for name, value in settings.items():
    builder = builder.config(name, value)
spark = builder.getOrCreate()
for line in sys.stdin:
    try:
        begun = time.perf_counter()
        rows = [[str(value) for value in row] for row in spark.sql(json.loads(line)).collect()]
        answer = {"rows": rows, "seconds": time.perf_counter() - begun}
    except Exception as error:
        answer = {"error": str(error)[:2000]}
    print("ANSWER " + json.dumps(answer), flush=True)
"""


class Alone:
    """Spark in one process on two cores, whose default catalog has Iceberg tables in a folder."""

    def __init__(self, folder: Path) -> None:
        self.warehouse = folder / "warehouse"
        jar = next((ROOT / "server" / "target" / "spark").glob("iceberg-spark-runtime*.jar"))
        environment = {name: value for name, value in os.environ.items() if name != "JDK_JAVA_OPTIONS"}
        java = os.environ.get("NERIUM_SPARK_JAVA", "/usr/lib/jvm/java-17-openjdk-amd64")
        self._process = subprocess.Popen(
            [_setup("--spark"), "-c", _ALONE, str(jar), str(folder)],
            env={**environment, "JAVA_HOME": java, "SPARK_LOCAL_IP": HOST, "TZ": "UTC"},
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def execute(self, sql: str) -> dict[str, Any]:
        """Run a statement; give its rows as texts, and the seconds that it took."""
        print(json.dumps(sql), file=self._process.stdin, flush=True)
        # Spark's JVM prints, too.
        line = next(line for line in self._process.stdout if line.startswith("ANSWER "))
        answer: dict[str, Any] = json.loads(line.removeprefix("ANSWER "))
        if "error" in answer:
            raise RuntimeError(f"{sql}: {answer['error']}")
        return answer

    def close(self) -> None:
        """Leave."""
        self._process.stdin.close()
        self._process.wait(60)


@contextlib.contextmanager
def cluster(executor_memory: str) -> Iterator[str]:
    """Start a master, two workers with an executor of one core each, and Spark Connect; gives its address."""
    folder = Path(tempfile.mkdtemp(prefix="nerium-bench-spark-"))
    python = _setup("--spark")
    home = next(python.parent.parent.glob("lib/python3*/site-packages/pyspark"))
    master, connect = _free_port(), _free_port()
    spark = f"spark://{HOST}:{master}"
    environment = {
        **{name: value for name, value in os.environ.items() if name != "JDK_JAVA_OPTIONS"},
        "JAVA_HOME": os.environ.get("NERIUM_SPARK_JAVA", "/usr/lib/jvm/java-17-openjdk-amd64"),
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": HOST,
        "SPARK_NO_DAEMONIZE": "1",
        "TZ": "UTC",
    }
    processes: list[subprocess.Popen[bytes]] = []

    def spawn(name: str, *command: str) -> None:
        log = (folder / f"{name}.log").open("wb")
        processes.append(
            subprocess.Popen(
                [home / "bin" / command[0], *command[1:]], env=environment, cwd=folder, stdout=log, stderr=log
            )
        )

    try:
        base = "org.apache.spark.deploy"
        spawn(
            "master", "spark-class", f"{base}.master.Master", "--host", HOST, "--port", str(master), "--webui-port", "0"
        )
        _await(master)
        for number in range(2):
            worker = (
                "--host",
                HOST,
                "--webui-port",
                "0",
                "--cores",
                "1",
                "--memory",
                "4g",
                "--work-dir",
                str(folder / "work"),
            )
            spawn(f"worker-{number}", "spark-class", f"{base}.worker.Worker", *worker, spark)
        settings = {
            "spark.connect.grpc.binding.address": HOST,
            "spark.connect.grpc.binding.port": connect,
            "spark.driver.host": HOST,
            "spark.driver.memory": "2g",
            "spark.executor.memory": executor_memory,
            "spark.executor.cores": 1,
            "spark.local.dir": folder / "local",
            "spark.sql.shuffle.partitions": 4,
            "spark.ui.enabled": "false",
        }
        jar = next((ROOT / "server" / "target" / "spark").glob("iceberg-spark-runtime*.jar"))
        options = [part for name, value in settings.items() for part in ("--conf", f"{name}={value}")]
        server = "org.apache.spark.sql.connect.service.SparkConnectServer"
        spawn(
            "connect",
            "spark-submit",
            "--master",
            spark,
            "--class",
            server,
            "--jars",
            str(jar),
            *options,
            "spark-internal",
        )
        _await(connect)
        yield f"sc://{HOST}:{connect}"
    finally:
        for process in reversed(processes):
            process.terminate()
            process.wait(60)
        shutil.rmtree(folder, ignore_errors=True)


class Typist:
    """Somebody who types SQL into a cluster, over the tables of a lake."""

    def __init__(self, url: str, warehouse: Path) -> None:
        self._warehouse = warehouse
        self._process = subprocess.Popen(
            [_setup("--submitter"), "-c", _TYPIST, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def type(self, sql: str, tables: list[str]) -> dict[str, Any]:
        """Have a statement run, and its rows brought here: gives how many, and the seconds; or the error."""
        places = {table: str(self._metadata(table)) for table in tables}
        print(json.dumps({"sql": sql, "tables": places}), file=self._process.stdin, flush=True)
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def _metadata(self, table: str) -> Path:
        return max((self._warehouse / table / "metadata").glob("*.metadata.json"))

    def close(self) -> None:
        """Leave."""
        self._process.stdin.close()
        self._process.wait(60)


def _setup(what: str) -> Path:
    told = subprocess.run([ROOT / "nerium", "setup", what], check=True, capture_output=True, text=True)
    return Path(told.stdout.strip())


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _await(port: int) -> None:
    for _ in range(600):
        with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=1):
            return
        time.sleep(0.2)
    raise RuntimeError(f"nobody listens on {port}")
