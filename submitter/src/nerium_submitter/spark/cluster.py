"""Statements on Spark, by Spark Connect; each run has a session of its own."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import grpc
from pyspark.errors import PySparkException
from pyspark.errors.exceptions.connect import SparkConnectGrpcException
from pyspark.sql.connect.client.retries import DefaultPolicy
from pyspark.sql.connect.functions import col, lit
from pyspark.sql.connect.session import SparkSession

from nerium_submitter.errors import LostError, StatementError
from nerium_submitter.listener import require_listener
from nerium_submitter.run import Progress
from nerium_submitter.spark import gate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pyspark.sql.connect.dataframe import DataFrame
    from pyspark.sql.types import StructType

    from nerium_submitter.run import Run

_ICEBERG = "iceberg"
_PORT = 15002
# What a statement relies on, see `translate` of the worker, and what keeps it from files.
_SETTINGS = {
    "spark.sql.ansi.enabled": "false",
    "spark.sql.caseSensitive": "true",
    "spark.sql.runSQLOnFiles": "false",
    "spark.sql.session.timeZone": "UTC",
}
_RETRIES = 3
_DETAILS = re.compile(r'details = "(.*?)"')
_RAISED = re.compile(r"\[USER_RAISED_EXCEPTION\] (.*) SQLSTATE: P0001", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Table:
    """A version of a table: its metadata file, and the snapshot or the branch where that is not the current one."""

    metadata: str
    snapshot: int | None
    branch: str | None


class SparkConnect:
    """One Spark Connect server."""

    def __init__(self, setting: Mapping[str, Any]) -> None:
        self._url: str = setting["url"]
        self._seconds: float = setting["seconds"]

    def probe(self) -> str:
        """Give the version of the Spark that answers."""
        with self._session() as session, _telling():
            return f"Spark {session.version}"

    def run(self, run: Run) -> Mapping[str, Any]:
        """Write the rows of a statement to a staging table, a table of Iceberg's that is a folder."""
        statement, staging = run.message["statement"], run.message["staging"]
        tables = {name: Table(**table) for name, table in run.message["tables"].items()}
        gate.check(statement, tables)
        with self._session() as session, run.ended_by(session.interruptAll), _telling():
            session.registerProgressHandler(_Reporter(run.progress))
            for name, table in tables.items():
                _read(session, table).createOrReplaceTempView(name)
            schema = session.read.format(_ICEBERG).load(staging).schema
            rows = _conformed(session.sql(statement), schema)
            rows.write.format(_ICEBERG).mode("append").save(staging)
        return {}

    def close(self) -> None:
        """Give back nothing: sessions end with their runs."""

    @contextlib.contextmanager
    def _session(self):  # noqa: ANN202  # a context manager of SparkSession
        require_listener(self._url.split(";")[0], _PORT, self._seconds)
        with _telling():
            session = SparkSession.builder.remote(self._url).create()
            session.client.set_retry_policies([DefaultPolicy(max_retries=_RETRIES, max_backoff=1000)])
            for key, value in _SETTINGS.items():
                session.conf.set(key, value)
        try:
            yield session
        finally:
            with contextlib.suppress(Exception):
                session.stop()


def _read(session: SparkSession, table: Table) -> DataFrame:
    reader = session.read.format(_ICEBERG)
    if table.snapshot is not None:
        reader = reader.option("versionAsOf", table.snapshot)
    if table.branch is not None:
        reader = reader.option("branch", table.branch)
    return reader.load(table.metadata)


def _conformed(rows: DataFrame, schema: StructType) -> DataFrame:
    """Give the rows the columns of a table: in its order and types, null where there is no such column."""
    present = set(rows.columns)
    return rows.select(
        *(
            (col(_quoted(field.name)) if field.name in present else lit(None)).cast(field.dataType).alias(field.name)
            for field in schema.fields
        )
    )


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


class _Reporter:
    """Passes on what is new: the client reports several times a second."""

    def __init__(self, progress: Callable[[Progress], None]) -> None:
        self._progress = progress
        self._last: Progress | None = None

    def __call__(self, stages: Sequence | None, *_: object, **__: object) -> None:
        now = _progress(stages or ())
        if now.stages and now != self._last:
            self._last = now
            self._progress(now)


def _progress(stages: Sequence) -> Progress:
    return Progress(
        stages=len(stages),
        stages_complete=sum(stage.done for stage in stages),
        tasks=sum(stage.num_tasks for stage in stages),
        tasks_complete=sum(stage.num_completed_tasks for stage in stages),
        bytes_read=sum(stage.num_bytes_read for stage in stages),
    )


@contextlib.contextmanager
def _telling():  # noqa: ANN202  # a context manager of nothing
    """Tell a cluster that is lost from one that says no."""
    try:
        yield
    except grpc.RpcError as error:
        raise LostError(str(error.details() if hasattr(error, "details") else error)) from error
    except PySparkException as error:
        if type(error) is SparkConnectGrpcException:
            # What Spark itself says has a class of its own: this is the way to it.
            raise LostError(_transport(str(error))) from error
        raise StatementError(_sentence(str(error))) from error


def _transport(text: str) -> str:
    """Give what gRPC says of a failure without its wrapping."""
    details = _DETAILS.search(text)
    return text if details is None else details[1]


def _sentence(text: str) -> str:
    """Leave out the stack of the cluster, and what Spark wraps around an error that the statement raises itself."""
    text = text.split("\n\nJVM stacktrace:", maxsplit=1)[0]
    raised = _RAISED.fullmatch(text)
    return text if raised is None else raised[1]
