"""Statements on Spark, by Spark Connect; each run has a session of its own."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import grpc
from pyspark.errors import PySparkException
from pyspark.errors.exceptions.connect import SparkConnectGrpcException
from pyspark.sql.connect.client.retries import DefaultPolicy
from pyspark.sql.connect.functions import col, lit
from pyspark.sql.connect.session import SparkSession

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pyspark.sql.connect.dataframe import DataFrame
    from pyspark.sql.types import StructType

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


class LostError(Exception):
    """The cluster does not answer."""


class StatementError(Exception):
    """The cluster refused or failed to run a statement."""


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a run is: stages that are complete, tasks of all stages, and bytes that were read."""

    stages: int
    stages_complete: int
    tasks: int
    tasks_complete: int
    bytes_read: int


class Cluster:
    """One Spark Connect server."""

    def __init__(self, url: str, seconds: float) -> None:
        self._url = url
        self._seconds = seconds

    def probe(self) -> str:
        """Give the version of the Spark that answers."""
        with self._session() as session, _telling():
            return session.version

    def run(
        self,
        run: Run,
        *,
        statement: str,
        tables: Mapping[str, Table],
        staging: str,
        progress: Callable[[Progress], None],
    ) -> None:
        """Write the rows of a statement to a staging table, a table of Iceberg's that is a folder."""
        with self._session() as session, run.of(session), _telling():
            session.registerProgressHandler(_Reporter(progress))
            for name, table in tables.items():
                _read(session, table).createOrReplaceTempView(name)
            schema = session.read.format(_ICEBERG).load(staging).schema
            rows = _conformed(session.sql(statement), schema)
            rows.write.format(_ICEBERG).mode("append").save(staging)

    @contextlib.contextmanager
    def _session(self):  # noqa: ANN202  # a context manager of SparkSession
        self._require_listener()
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

    def _require_listener(self) -> None:
        """Look before the client does, which would try for minutes."""
        address = urlsplit(self._url.split(";")[0])
        try:
            with socket.create_connection((address.hostname, address.port or _PORT), timeout=self._seconds):
                pass
        except OSError as error:
            raise LostError(f"nothing answers at {address.hostname}:{address.port or _PORT}: {error}") from error


class Run:
    """A run that may be cancelled from another thread, also before it has begun."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._session: SparkSession | None = None
        self.is_cancelled = False

    @contextlib.contextmanager
    def of(self, session: SparkSession):  # noqa: ANN201  # a context manager of nothing
        """Let a cancel reach the session."""
        with self._lock:
            self._session = session
            if self.is_cancelled:
                raise StatementError("cancelled")
        try:
            yield
        finally:
            with self._lock:
                self._session = None

    def cancel(self) -> None:
        """End what the run has on the cluster."""
        with self._lock:
            self.is_cancelled = True
            session = self._session
        if session is not None:
            with contextlib.suppress(Exception):
                session.interruptAll()


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
