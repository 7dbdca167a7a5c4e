"""Keeps rented clusters by size: starts one on first use, and reuses it while it is available."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from polars_cloud import ComputeContext

    from nerium_submitter.polars.deadline import Deadline

Size: TypeAlias = "tuple[str | None, int | None]"

# Machines take minutes to start; a service that does not say so in this time does not say it at all.
_LONGEST_START = 15 * 60.0


class ClusterPool:
    """One cluster of each instance type and number of machines; what stands idle, the service stops by itself."""

    def __init__(self, make: Callable[[Size], ComputeContext], deadline: Deadline) -> None:
        self._make = make
        self._deadline = deadline
        self._started: dict[Size, ComputeContext] = {}
        self._locks: dict[Size, threading.Lock] = {}

    def ready(self, size: Size) -> ComputeContext:
        """Give a cluster that takes queries; waits while it starts."""
        # Two runs that want the same start one.
        with self._locks.setdefault(size, threading.Lock()):
            context = self._started.get(size)
            if context is None or not self._deadline.call(context.get_status).is_available():
                self._started.pop(size, None)
                context = self._deadline.call(lambda: self._make(size))
                self._start(context)
                self._started[size] = context
            return context

    def _start(self, context: ComputeContext) -> None:
        try:
            self._deadline.call(lambda: context.start(wait=True), _LONGEST_START)
        except BaseException:
            # It may be there one day, and nobody would use it.
            with contextlib.suppress(Exception):
                self._deadline.call(context.stop)
            raise

    def stop(self) -> None:
        """Stop all that were started here."""
        for context in list(self._started.values()):
            with contextlib.suppress(Exception):
                self._deadline.call(context.stop)
