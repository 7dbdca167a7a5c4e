"""Calls a client with a deadline, because it waits without end for a silent host."""

from __future__ import annotations

import os
import threading
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYetError
from typing import TYPE_CHECKING, TypeVar

from nerium_submitter.errors import ConnectionLostError

if TYPE_CHECKING:
    from collections.abc import Callable

_T = TypeVar("_T")
# After this many abandoned calls, the process exits; the server starts a new one.
_MAX_ABANDONED = 64


class Deadline:
    """Calls a function with a timeout."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._abandoned = 0

    def call(self, call: Callable[[], _T], seconds: float | None = None) -> _T:
        """Give what a call gives; raises `ConnectionLostError` where it does not come back, or breaks the client."""
        answer: Future[_T] = Future()

        def work() -> None:
            try:
                answer.set_result(call())
            except BaseException as error:  # noqa: BLE001  # also the client's panics
                answer.set_exception(error)

        threading.Thread(target=work, daemon=True).start()
        longest = self._seconds if seconds is None else seconds
        try:
            return answer.result(longest)
        except NotYetError as error:
            if not answer.done():
                self._abandon()
                raise ConnectionLostError(f"it took the connection and said nothing for {longest:g} s") from error
            raise
        except Exception:
            raise
        except BaseException as error:
            raise ConnectionLostError(f"its answer can't be read: {error}") from error

    def _abandon(self) -> None:
        self._abandoned += 1
        if self._abandoned > _MAX_ABANDONED:
            os._exit(3)
