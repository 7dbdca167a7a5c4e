"""Runs one statement in Polars alone and through HTTP, and compares."""

from __future__ import annotations

import itertools
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import polars as pl

from reference.compare import as_stored, difference

if TYPE_CHECKING:
    import threading
    from collections.abc import Mapping

    from reference.server import Reply, Server
    from reference.statement import Statement
    from reference.tables import Table

Way = Literal["inline", "overwrite", "append", "merge"]
# A table that was overwritten so often has a history that slows every commit.
_COMMITS_PER_TABLE = 40
# A query is planned first, then prepared, then kept by its worker.
_SENT = 3


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """`verdict`: equal, different, undetermined (Polars' own engines disagree) or refused (Polars can't run it either)."""

    verdict: Literal["equal", "different", "undetermined", "refused"]
    way: Way = "inline"
    message: str = ""


@dataclass(frozen=True, kw_only=True)
class Target:
    """A table that merges change, and the rows that it has by now."""

    table: Table
    lock: threading.Lock
    rows: list[pl.DataFrame]


class Runner:
    """Runs statements of one thread."""

    def __init__(self, server: Server, name: str) -> None:
        self._server = server
        self._name = name
        self._commits = itertools.count()

    def run(self, statement: Statement, way: Way) -> Outcome:
        """Compare one statement; a result that no table can hold comes inline whatever `way` says."""
        alone = run_alone(statement)
        if isinstance(alone, Outcome):
            return alone
        if isinstance(alone, BaseException):
            return self._refused(statement, alone)
        stored = as_stored(alone)
        if way in ("overwrite", "append") and stored is not None and stored.width > 0:
            return self._saved(statement, stored, way)
        return self._inline(statement, alone)

    def _inline(self, statement: Statement, expected: pl.DataFrame) -> Outcome:
        """Send a query several times: a worker that knows it executes it in another way."""
        outcome = Outcome(verdict="equal")
        for _ in range(_SENT if statement.mode == "query" else 1):
            reply = self._send(statement, **({"cache": False} if statement.mode == "query" else {}))
            message = f"{reply.status} {reply.text}"
            if reply.frame is not None:
                message = difference(expected, reply.frame, ordered=statement.ordered) or ""
            outcome = self._outcome(statement, "inline", message, reply.frame)
            if outcome.verdict != "equal":
                break
        return outcome

    def refuse(self, statement: Statement, way: Way, status: int) -> Outcome:
        """Expect an error of that status, where the table exists."""
        table = f"reference.refused_{self._name}"
        if way != "inline":
            self._server.script("result = pl.DataFrame({'kept': [1]})", {}, destination=table)
        more = {} if way == "inline" else {"destination": table, "saveMode": way}
        reply = self._send(statement, **more)
        message = "" if reply.status == status else f"{reply.status} {reply.text}, expected {status}"
        return Outcome(verdict="different" if message else "equal", way=way, message=message)

    def merge(self, statement: Statement, target: Target) -> Outcome:
        """Merge a result by `id` into a table of some kind, and look at the whole table."""
        alone = run_alone(statement)
        if isinstance(alone, Outcome):
            return alone
        if isinstance(alone, BaseException):
            return Outcome(verdict="refused", way="merge", message=str(alone))
        with target.lock:
            reference = target.table.reference
            reply = self._send(statement, destination=reference, saveMode="merge", mergeKeys=["id"])
            if reply.status != 200:
                return Outcome(verdict="different", way="merge", message=f"{reply.status} {reply.text}")
            kept = target.rows[0].join(alone, on="id", how="anti")
            # A column that the result lacks becomes null.
            expected = pl.concat([kept, alone], how="diagonal").select(kept.columns)
            actual = self._server.read(reference)
            message = difference(expected, actual, ordered=False)
            target.rows[0] = actual
        return Outcome(verdict="equal" if message is None else "different", way="merge", message=message or "")

    def compact(self, target: Target) -> str | None:
        """Compact a table and describe what that changed in its rows."""
        reference = target.table.reference
        error = self._server.compact(reference)
        if error is not None:
            return f"compact {reference}: {error}"
        message = difference(target.rows[0], self._server.read(reference), ordered=False)
        return None if message is None else f"compact {reference}: {message}"

    def _saved(self, statement: Statement, expected: pl.DataFrame, way: Way) -> Outcome:
        # A type of nanoseconds needs a table of version 3, which only a new one becomes.
        nanoseconds = "_ns" if "ns" in str(expected.schema) else ""
        table = f"reference.out_{self._name}_{next(self._commits) // _COMMITS_PER_TABLE}{nanoseconds}"
        reply = self._send(statement, destination=table, saveMode="overwrite")
        if reply.status == 200 and way == "append":
            reply = self._send(statement, destination=table, saveMode="append")
            expected = pl.concat([expected, expected])
        if reply.status != 200:
            return self._outcome(statement, way, f"{reply.status} {reply.text}", None)
        actual = self._server.read(table)
        message = difference(expected, actual, ordered=statement.ordered and way == "overwrite")
        return self._outcome(statement, way, message or "", actual)

    @staticmethod
    def _outcome(statement: Statement, way: Way, message: str, actual: pl.DataFrame | None) -> Outcome:
        """Call different only what Polars alone does not answer in the same way over Parquet files."""
        if not message:
            return Outcome(verdict="equal", way=way)
        over_files = run_over_files(statement)
        if isinstance(over_files, BaseException):
            if actual is None:
                return Outcome(
                    verdict="undetermined", way=way, message=f"Polars alone fails over Parquet: {over_files!r:.300}"
                )
        elif actual is not None and difference(over_files, actual, ordered=statement.ordered) is None:
            return Outcome(verdict="undetermined", way=way, message=f"Polars alone over Parquet, too: {message}")
        return Outcome(verdict="different", way=way, message=message)

    def _refused(self, statement: Statement, error: BaseException) -> Outcome:
        """What Polars can't run must be an ordinary refusal here, too."""
        reply = self._send(statement)
        message = ""
        if reply.status == 200:
            message = f"200, but Polars alone fails: {error!r:.300}"
        elif not 400 <= reply.status < 500:
            message = f"{reply.status} {reply.text}"
        elif "PanicException" in reply.text and not isinstance(error, pl.exceptions.PanicException):
            message = f"a panic, but Polars alone says: {error!r:.300}"
        return Outcome(verdict="different" if message else "refused", message=message or repr(error))

    def _send(self, statement: Statement, **more: object) -> Reply:
        tables: Mapping[str, str] = {alias: table.reference for alias, table in statement.tables.items()}
        if statement.named is not None:
            return self._server.query(statement.named, {}, **more)
        if statement.mode == "query":
            return self._server.query(statement.text, tables, **more)
        return self._server.script(statement.text, tables, **more)


def run_alone(statement: Statement) -> pl.DataFrame | BaseException | Outcome:
    """Give what Polars alone answers, or its error, or that its two engines disagree."""
    try:
        streaming = statement.frame(statement.plain_frames()).collect(engine="streaming")
    except (Exception, pl.exceptions.PanicException) as error:  # noqa: BLE001  # any of Polars' errors
        try:
            statement.frame(statement.plain_frames()).collect(engine="in-memory")
        except (Exception, pl.exceptions.PanicException):  # noqa: BLE001  # likewise
            return error
        return Outcome(verdict="undetermined", message=f"only the streaming engine fails: {error!r:.300}")
    try:
        memory = statement.frame(statement.plain_frames()).collect(engine="in-memory")
    except (Exception, pl.exceptions.PanicException) as error:  # noqa: BLE001  # likewise
        return Outcome(verdict="undetermined", message=f"only the in-memory engine fails: {error!r:.300}")
    message = difference(streaming, memory, ordered=statement.ordered)
    if message is not None:
        return Outcome(verdict="undetermined", message=f"Polars' engines disagree: {message}")
    return streaming


def run_over_files(statement: Statement) -> pl.DataFrame | BaseException:
    """Give what Polars alone answers where the frames are Parquet files instead of rows in memory."""
    with tempfile.TemporaryDirectory() as folder:
        frames = {}
        for alias, table in statement.tables.items():
            path = f"{folder}/{alias}.parquet"
            table.frame.write_parquet(path)
            frames[alias] = pl.scan_parquet(path)
        try:
            return statement.frame(frames).collect(engine="streaming")
        except (Exception, pl.exceptions.PanicException) as error:  # noqa: BLE001  # any of Polars' errors
            return error
