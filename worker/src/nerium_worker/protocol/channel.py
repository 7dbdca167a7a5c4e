"""Exchanges messages with the control plane: jobs in, requests out, responses back to the thread that asked."""

from __future__ import annotations

import itertools
import os
import queue
import threading
import traceback
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, Protocol

from nerium_worker.protocol.errors import LakeError, log
from nerium_worker.protocol.frames import read_frame
from nerium_worker.protocol.secrets import decode_environment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import BinaryIO, TypeAlias

    from nerium_worker.protocol.frames import FrameWriter

Message: TypeAlias = "tuple[dict[str, Any], bytes]"


class Asks(Protocol):
    """Sends asks to the control plane and returns its answers; reports progress."""

    def ask(self, what: str, **fields: object) -> Message:
        """Ask and wait for the answer; raises `LakeError` when the control plane refuses."""

    def ask_all(self, what: str, asks: Sequence[Mapping[str, object]]) -> list[Message]:
        """Ask several things of one kind at once and wait for all answers, in the order of the asks."""

    def progress(self, rows: int) -> None:
        """Return how many rows the result has so far."""


class Channel:
    """Asks and jobs over one pair of pipes; `ask` may be called from any thread.

    One thread does all the reading: answers arrive in any order, and the threads that wait for them are Polars' own. It
    also notices at once when the control plane is gone, whatever the job is doing.
    """

    def __init__(self, stream: BinaryIO, writer: FrameWriter) -> None:
        self._stream = stream
        self._writer = writer
        self._ids = itertools.count(1)
        self._waiting: dict[int, Future[Message]] = {}
        self._jobs: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()

    def start(self) -> None:
        """Start to read."""
        threading.Thread(target=self._read, name="protocol", daemon=True).start()

    def send(self, header: dict[str, Any], payload: bytes | memoryview = b"") -> None:
        """Send a message that has no answer."""
        self._writer.write(header, payload)

    def next_job(self) -> dict[str, Any]:
        """Wait for the next job; its `env` has the values."""
        return self._jobs.get()

    def ask(self, what: str, **fields: object) -> Message:
        """Ask and wait for the answer; raises `LakeError` when the control plane refuses."""
        return _answer(self._send_ask(what, fields))

    def ask_all(self, what: str, asks: Sequence[Mapping[str, object]]) -> list[Message]:
        """Ask several things of one kind at once and wait for all answers, in the order of the asks."""
        return [_answer(asked) for asked in [self._send_ask(what, fields) for fields in asks]]

    def _send_ask(self, what: str, fields: Mapping[str, object]) -> Future[Message]:
        number = next(self._ids)
        future: Future[Message] = Future()
        self._waiting[number] = future
        self._writer.write({"type": "ask", "id": number, "what": what, **fields})
        return future

    def progress(self, rows: int) -> None:
        """Return how many rows the result has so far."""
        self._writer.write({"type": "progress", "rows": rows})

    def _read(self) -> None:
        try:
            while (message := read_frame(self._stream)) is not None:
                self._dispatch(*message)
        except Exception:  # noqa: BLE001  # a broken conversation can't go on
            log(traceback.format_exc())
            os._exit(1)
        # Nobody is left to work for: no cleanup is worth the wait, and threads of the script may never end.
        os._exit(0)

    def _dispatch(self, header: dict[str, Any], payload: bytes) -> None:
        match header:
            case {"type": "answer", "id": int(number)}:
                self._waiting.pop(number).set_result((header, payload))
            case {"type": "job"}:
                self._jobs.put({**header, "env": decode_environment(header.get("env", ()), payload)})
            case _:
                raise ValueError(f"unknown message from the control plane: {header.get('type')!r}")


def _answer(asked: Future[Message]) -> Message:
    header, payload = asked.result()
    match header:
        case {"error": {"error": str(error)} as refusal}:
            raise LakeError(error, details=refusal.get("details"), hint=refusal.get("hint"))
        case _:
            return header, payload
