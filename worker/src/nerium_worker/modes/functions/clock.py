"""The time of the run."""

from __future__ import annotations

import datetime as dt


class Clock:
    """The time at which the run started, which is the same for all of its statements."""

    def __init__(self) -> None:
        self._start = dt.datetime.now(dt.timezone.utc)

    def restart(self) -> None:
        """Begin another run."""
        self._start = dt.datetime.now(dt.timezone.utc)

    @property
    def start(self) -> dt.datetime:
        """The time in UTC."""
        return self._start


CLOCK = Clock()
