"""A run on a cluster, which can be cancelled."""

from __future__ import annotations

import contextlib
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from nerium_submitter.errors import StatementError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a run is: stages that are complete, tasks of all stages, and bytes that were read."""

    stages: int
    stages_complete: int
    tasks: int = 0
    tasks_complete: int = 0
    bytes_read: int = 0


class Run:
    """A run that may be cancelled from another thread, also before it has begun."""

    def __init__(self, message: Mapping[str, Any], progress: Callable[[Progress], None]) -> None:
        self.message = message
        self.progress = progress
        self.is_cancelled = False
        self._lock = threading.Lock()
        self._end: Callable[[], None] | None = None

    @contextlib.contextmanager
    def ended_by(self, end: Callable[[], None]) -> Iterator[None]:
        """Let a cancel reach what the run has on the cluster; a run that was cancelled does not end well."""
        with self._lock:
            self._end = end
            if self.is_cancelled:
                raise StatementError("cancelled")
        try:
            yield
        finally:
            with self._lock:
                self._end = None
        if self.is_cancelled:
            raise StatementError("cancelled")

    def cancel(self) -> None:
        """End what the run has on the cluster."""
        with self._lock:
            self.is_cancelled = True
            end = self._end
        if end is not None:
            with contextlib.suppress(Exception):
                end()


class Engine(Protocol):
    """A cluster, by its vendor's client; each method is called on a thread of its own."""

    def probe(self) -> str:
        """Give the version of what answers."""

    def run(self, run: Run) -> Mapping[str, Any]:
        """Execute a run, and return the fields of its final message."""

    def close(self) -> None:
        """Give back what is rented."""
