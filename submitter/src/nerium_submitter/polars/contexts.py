"""Clusters that are rented by size: each is started when it is first wanted, and taken again while it is there."""

from __future__ import annotations

import contextlib
import threading
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from polars_cloud import ComputeContext

Size: TypeAlias = "tuple[str | None, int | None]"


class Contexts:
    """One cluster of each instance type and number of machines; what stands idle, the service stops by itself."""

    def __init__(self, make: Callable[[Size], ComputeContext]) -> None:
        self._make = make
        self._started: dict[Size, ComputeContext] = {}
        self._locks: dict[Size, threading.Lock] = defaultdict(threading.Lock)

    def ready(self, size: Size) -> ComputeContext:
        """Give a cluster that takes queries; waits while it starts."""
        # Two runs that want the same start one.
        with self._locks[size]:
            context = self._started.get(size)
            if context is None or not context.get_status().is_available():
                self._started.pop(size, None)
                context = self._make(size)
                context.start(wait=True)
                self._started[size] = context
            return context

    def stop(self) -> None:
        """Stop all that were started here."""
        for context in list(self._started.values()):
            with contextlib.suppress(Exception):
                context.stop()
