"""A proxy in front of an object store, in a process of its own: it delays each request, and counts requests and bytes.

It copies responses inside the kernel, so that it costs little of the processors that the store and its clients share.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLOCK = 1 << 20
_METHODS = (b"GET ", b"HEAD ", b"PUT ", b"POST ", b"DELETE ")


@dataclass(frozen=True, kw_only=True)
class Gate:
    """A running proxy."""

    port: int
    process: subprocess.Popen[str]

    def count(self, delay: float) -> tuple[int, int]:
        """Return requests and response bytes since the last call, and delay later requests by `delay` seconds."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(delay, file=self.process.stdin, flush=True)
        requests, answered = json.loads(self.process.stdout.readline())
        return requests, answered


@contextlib.contextmanager
def gate_of(port: int) -> Iterator[Gate]:
    """Start the proxy of a port of this machine, and stop it at the end."""
    process = subprocess.Popen(
        [sys.executable, __file__, str(port)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield Gate(port=int(process.stdout.readline()), process=process)
    finally:
        process.kill()
        process.wait(60)


@dataclass(kw_only=True)
class _Counts:
    delay: float = 0
    requests: int = 0
    answered: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, requests: int, answered: int) -> None:
        with self.lock:
            self.requests += requests
            self.answered += answered

    def take(self) -> list[int]:
        with self.lock:
            taken = [self.requests, self.answered]
            self.requests = self.answered = 0
            return taken


def _serve(target: int) -> None:
    counts = _Counts()
    listener = socket.create_server(("127.0.0.1", 0), backlog=512)
    print(listener.getsockname()[1], flush=True)
    threading.Thread(target=_accept, args=(listener, target, counts), daemon=True).start()
    for line in sys.stdin:
        counts.delay = float(line)
        print(json.dumps(counts.take()), flush=True)


def _accept(listener: socket.socket, target: int, counts: _Counts) -> None:
    while True:
        client, _ = listener.accept()
        store = socket.create_connection(("127.0.0.1", target))
        for end in (client, store):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=_pass_requests, args=(client, store, counts), daemon=True).start()
        threading.Thread(target=_pass_responses, args=(store, client, counts), daemon=True).start()


def _pass_requests(client: socket.socket, store: socket.socket, counts: _Counts) -> None:
    with contextlib.suppress(OSError):
        while data := client.recv(_BLOCK):
            if data.startswith(_METHODS):
                counts.add(1, 0)
                time.sleep(counts.delay)
            store.sendall(data)
    with contextlib.suppress(OSError):
        store.shutdown(socket.SHUT_WR)


def _pass_responses(store: socket.socket, client: socket.socket, counts: _Counts) -> None:
    out, into = os.pipe()
    fcntl.fcntl(into, fcntl.F_SETPIPE_SZ, _BLOCK)
    with contextlib.suppress(OSError):
        while taken := os.splice(store.fileno(), into, _BLOCK):
            counts.add(0, taken)
            while taken:
                taken -= os.splice(out, client.fileno(), taken)
    os.close(out)
    os.close(into)
    for end in (client, store):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
