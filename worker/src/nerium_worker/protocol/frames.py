"""Frames of the protocol: two lengths, a JSON header, a payload."""

from __future__ import annotations

import json
import os
import struct
import threading
from typing import TYPE_CHECKING, Any

from nerium_worker.protocol.errors import Failure

if TYPE_CHECKING:
    from typing import BinaryIO

LENGTHS = struct.Struct(">II")

# In bytes: the control plane ends a worker that sends more.
LONGEST_HEADER = 2 * 1024 * 1024


def read_frame(stream: BinaryIO) -> tuple[dict[str, Any], bytes] | None:
    """Read one frame; None at the end of the stream, also when it ends inside a frame."""
    lengths = stream.read(LENGTHS.size)
    if len(lengths) < LENGTHS.size:
        return None
    header_length, payload_length = LENGTHS.unpack(lengths)
    header = stream.read(header_length)
    payload = stream.read(payload_length) if payload_length else b""
    if len(header) < header_length or len(payload) < payload_length:
        return None
    return json.loads(header), payload


class FrameWriter:
    """Writes frames to a file descriptor; safe to use from several threads."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lock = threading.Lock()

    def write(self, header: dict[str, Any], payload: bytes | memoryview = b"") -> None:
        """Write one frame whole, never interleaved with another thread's; raises `Failure` for too long a header."""
        text = json.dumps(header, separators=(",", ":"), allow_nan=False).encode()
        if len(text) > LONGEST_HEADER:
            # Lists of files and texts of failures have limits of their own; columns don't.
            raise Failure(
                "limit",
                f"The run has too many columns: their names and types take {len(text):,} bytes,"
                f" more than the limit of {LONGEST_HEADER:,}.",
                hint="Select fewer columns, or give them shorter names.",
            )
        head = LENGTHS.pack(len(text), len(payload)) + text
        with self._lock:
            if len(payload) == 0:
                self._write_all(memoryview(head))
                return
            written = os.writev(self._descriptor, [head, payload])
            if written < len(head):
                self._write_all(memoryview(head)[written:])
                written = len(head)
            self._write_all(memoryview(payload)[written - len(head) :])

    def _write_all(self, rest: memoryview) -> None:
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]
