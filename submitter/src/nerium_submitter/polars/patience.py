"""Calls of a client that may wait without end for a host that says nothing."""

from __future__ import annotations

import os
import threading
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYetError
from typing import TYPE_CHECKING, TypeVar

from nerium_submitter.errors import LostError

if TYPE_CHECKING:
    from collections.abc import Callable

_T = TypeVar("_T")
# After this many abandoned calls, the process exits; the server starts a new one.
_MOST_LOST = 64


class Patience:
    """Calls a function with a timeout."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._lost = 0

    def within(self, call: Callable[[], _T], seconds: float | None = None) -> _T:
        """Give what a call gives; raises `LostError` where it does not come back, or breaks the client."""
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
                self._lose()
                raise LostError(f"it took the connection and said nothing for {longest:g} s") from error
            raise
        except Exception:
            raise
        except BaseException as error:
            raise LostError(f"its answer can't be read: {error}") from error

    def _lose(self) -> None:
        self._lost += 1
        if self._lost > _MOST_LOST:
            os._exit(3)
