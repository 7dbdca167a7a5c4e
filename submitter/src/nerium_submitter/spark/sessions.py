"""Keeps sessions of a Spark Connect server: each serves one run at a time, and is reused after a success.

To executors a new session is a class loader of its own: they fetch the cluster's jars, and load and compile all of
their classes, once more.
"""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING

import grpc
from pyspark.errors import PySparkException
from pyspark.sql.connect.client.retries import DefaultPolicy
from pyspark.sql.connect.session import SparkSession

if TYPE_CHECKING:
    from collections.abc import Iterator

# Settings on which a statement relies, see `translate` of the worker, and settings that prevent access to files.
_SETTINGS = {
    "spark.sql.ansi.enabled": "false",
    "spark.sql.caseSensitive": "true",
    "spark.sql.runSQLOnFiles": "false",
    "spark.sql.session.timeZone": "UTC",
}
_RETRIES = 3


class Sessions:
    """Those of one server."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._lock = threading.Lock()
        self._idle: list[SparkSession] = []

    @contextlib.contextmanager
    def borrow(self) -> Iterator[SparkSession]:
        """Lend a session, which nobody uses again unless the block ends well."""
        session = self._take_idle() or self._open()
        try:
            yield session
        except BaseException:
            _stop(session)
            raise
        session.clearProgressHandlers()
        with self._lock:
            self._idle.append(session)

    def close(self) -> None:
        """Stop all that are idle; the others end with their runs."""
        while (session := self._next()) is not None:
            _stop(session)

    def _take_idle(self) -> SparkSession | None:
        """Give one that the server still knows: it forgets what is idle for long, and all when it starts."""
        while (session := self._next()) is not None:
            with contextlib.suppress(PySparkException, grpc.RpcError):
                session.conf.get(next(iter(_SETTINGS)))
                return session
            _stop(session)
        return None

    def _next(self) -> SparkSession | None:
        with self._lock:
            return self._idle.pop() if self._idle else None

    def _open(self) -> SparkSession:
        session = SparkSession.builder.remote(self._url).create()
        session.client.set_retry_policies([DefaultPolicy(max_retries=_RETRIES, max_backoff=1000)])
        for key, value in _SETTINGS.items():
            session.conf.set(key, value)
        return session


def _stop(session: SparkSession) -> None:
    with contextlib.suppress(Exception):
        session.stop()
