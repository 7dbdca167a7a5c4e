"""Runs the worker over files instead of pipes: `python -m nerium_worker.bridge FOLDER`.

In `FOLDER/pipes`, `to-0`, `to-1`, … come from the control plane, each with its length (64 bits, big-endian) before it,
since an upload may be seen half; `from-0`, `from-1`, … go there, each with its kind before it: `o` output, `l` log, `x`
the exit code.
"""

from __future__ import annotations

import itertools
import os
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO

CHUNK = 8 << 20
_LENGTH = struct.Struct(">Q")
_LOOKS = (0.005, 0.2)
# The exit code of a shell for a process that a signal ended, without the number of the signal.
_SIGNALLED = 128


class Outbox:
    """Files that the control plane fetches in their order."""

    def __init__(self, pipes: Path) -> None:
        self._pipes = pipes
        self._numbers = itertools.count()
        self._lock = threading.Lock()

    def put(self, kind: bytes, content: bytes) -> None:
        """Make a file appear as a whole."""
        with self._lock:
            target = self._pipes / f"from-{next(self._numbers)}"
            draft = target.with_suffix(".part")
            draft.write_bytes(kind + content)
            draft.rename(target)

    def relay(self, kind: bytes, pipe: IO[bytes]) -> None:
        """Send on what a pipe brings, as soon as it does."""
        while content := os.read(pipe.fileno(), CHUNK):
            self.put(kind, content)


def feed(pipes: Path, pipe: IO[bytes]) -> None:
    """Give the worker what the control plane sends, until the worker ends."""
    for number in itertools.count():
        file = pipes / f"to-{number}"
        content = await_whole(file)
        file.unlink()
        try:
            pipe.write(content)
            pipe.flush()
        except BrokenPipeError:
            return


def await_whole(file: Path) -> bytes:
    """Wait until all of a file is there."""
    pause, longest = _LOOKS
    while True:
        content = file.read_bytes() if file.exists() else b""
        if len(content) >= _LENGTH.size and len(content) - _LENGTH.size == _LENGTH.unpack_from(content)[0]:
            return content[_LENGTH.size :]
        time.sleep(pause)
        pause = min(longest, pause * 1.5)


def main() -> int:
    """Run one worker to its end."""
    folder = Path(sys.argv[1]).resolve()
    command = [sys.executable, "-s", "-B", "-m", "nerium_worker", "--job-root", str(folder / "job")]
    outbox = Outbox(folder / "pipes")
    with subprocess.Popen(  # noqa: S603, the worker itself
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0
    ) as worker:
        assert worker.stdin is not None  # noqa: S101, for the type checker
        assert worker.stdout is not None  # noqa: S101
        assert worker.stderr is not None  # noqa: S101
        threading.Thread(target=feed, args=(folder / "pipes", worker.stdin), daemon=True).start()
        log = threading.Thread(target=outbox.relay, args=(b"l", worker.stderr), daemon=True)
        log.start()
        outbox.relay(b"o", worker.stdout)
        code = worker.wait()
        log.join(2)
    outbox.put(b"x", struct.pack(">i", code if code >= 0 else _SIGNALLED - code))
    return 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    # Not the interpreter's own end: the thread that waits for input would keep the pipes.
    os._exit(code)
