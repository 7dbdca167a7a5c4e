"""Runs statements on Spark by Spark Connect, each run in its own session."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import grpc
from pyspark.errors import PySparkException
from pyspark.errors.exceptions.connect import SparkConnectGrpcException
from pyspark.sql.connect.dataframe import DataFrame
from pyspark.sql.connect.functions import col, lit
from pyspark.sql.connect.plan import SQL, SubqueryAlias

from nerium_submitter.errors import ConnectionLostError, Refused, StatementError
from nerium_submitter.listener import require_listener
from nerium_submitter.run import Progress
from nerium_submitter.spark import gate
from nerium_submitter.spark.sessions import Sessions

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from pyspark.sql.connect.session import SparkSession
    from pyspark.sql.types import StructType

    from nerium_submitter.run import Run

_ICEBERG = "iceberg"
_PORT = 15002
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
        self._sessions = Sessions(self._url)

    def probe(self) -> str:
        """Give the version of the Spark that answers."""
        with self._session() as session:
            return f"Spark {session.version}"

    def run(self, run: Run) -> Mapping[str, Any]:
        """Write the rows of a statement to a staging table, a table of Iceberg's that is a folder."""
        statement, staging = run.message["statement"], run.message["staging"]
        tables = {name: Table(**table) for name, table in run.message["tables"].items()}
        columns = gate.check(statement, tables)
        with self._session() as session, run.ended_by(session.interruptAll):
            session.registerProgressHandler(_Reporter(run.progress))
            schema = session.read.format(_ICEBERG).load(staging).schema
            rows = _select(session, statement, tables)
            _conform(rows, columns, schema).write.format(_ICEBERG).mode("append").save(staging)
        return {}

    def close(self) -> None:
        """End its sessions."""
        self._sessions.close()

    @contextlib.contextmanager
    def _session(self) -> Iterator[SparkSession]:
        require_listener(self._url.split(";")[0], _PORT, self._seconds)
        with _translate_errors(), self._sessions.borrow() as session:
            yield session


def _select(session: SparkSession, statement: str, tables: Mapping[str, Table]) -> DataFrame:
    """Make a plan of a statement and its tables. `session.sql` would run it once to name its columns."""
    views = [SubqueryAlias(_read(session, table)._plan, name) for name, table in tables.items()]  # noqa: SLF001
    return DataFrame(SQL(statement, views=views), session)


def _read(session: SparkSession, table: Table) -> DataFrame:
    reader = session.read.format(_ICEBERG)
    if table.snapshot is not None:
        reader = reader.option("versionAsOf", table.snapshot)
    if table.branch is not None:
        reader = reader.option("branch", table.branch)
    return reader.load(table.metadata)


def _conform(rows: DataFrame, columns: Collection[str], schema: StructType) -> DataFrame:
    """Give the rows the columns of a table: in its order and types, null where there is no such column."""
    unknown = sorted(set(columns).difference(schema.names))
    if unknown:
        raise Refused(f"its column {unknown[0][:80]!r} is not one of the result")
    return rows.select(
        *(
            (col(_quote(field.name)) if field.name in columns else lit(None)).cast(field.dataType).alias(field.name)
            for field in schema.fields
        )
    )


def _quote(name: str) -> str:
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
def _translate_errors():  # noqa: ANN202  # a context manager of nothing
    """Distinguish a lost cluster from one that refuses a statement."""
    try:
        yield
    except grpc.RpcError as error:
        raise ConnectionLostError(str(error.details() if hasattr(error, "details") else error)) from error
    except PySparkException as error:
        if type(error) is SparkConnectGrpcException:
            # Spark's own errors have other classes: this one is an error of the connection.
            raise ConnectionLostError(_transport(str(error))) from error
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
