"""A fresh server on a free port with a home of its own, and a client of one connection."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import queue
import re
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

NERIUM = Path(__file__).resolve().parent.parent / "nerium"


class Client:
    """Posts workloads over one connection that stays open."""

    def __init__(self, port: int, key: str, tls: ssl.SSLContext | None = None) -> None:
        self._connection = (
            http.client.HTTPSConnection("127.0.0.1", port, timeout=600, context=tls)
            if tls
            else http.client.HTTPConnection("127.0.0.1", port, timeout=600)
        )
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        self._connection.connect()
        self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def run(self, workload: dict[str, Any], accept: str = "application/json", run: str = "") -> bytes:
        """Post a workload, under an id where one is given, and read the whole answer.

        It is executed although it may be cached, unless it has the field `cache`.
        """
        return self._send("POST", "/api/v1/warehouse/polars", {"cache": False, **workload}, accept, run).read()

    def drain(self, workload: dict[str, Any], accept: str) -> int:
        """Post a workload, and count the bytes of its answer without keeping them."""
        response = self._send("POST", "/api/v1/warehouse/polars", {"cache": False, **workload}, accept, "")
        buffer, count = bytearray(1 << 20), 0
        while read := response.readinto(buffer):
            count += read
        return count

    def get(self, path: str) -> bytes:
        """Read a path."""
        return self._send("GET", path, None, "application/json", "").read()

    def post(self, path: str, body: dict[str, Any]) -> bytes:
        """Post an object."""
        return self._send("POST", path, body, "application/json", "").read()

    def put(self, path: str, body: bytes | BinaryIO, media_type: str) -> bytes:
        """Put a file, streamed."""
        self._connection.request("PUT", path, body, {**self._headers, "Content-Type": media_type})
        return self._answer().read()

    def try_put(self, path: str, body: bytes, media_type: str, run: str) -> tuple[int, bytes]:
        """Put bytes under a run's id, and give the answer with its status, whatever that is."""
        headers = {**self._headers, "Content-Type": media_type, "X-Nerium-Run-Id": run}
        self._connection.request("PUT", path, body, headers)
        response = self._connection.getresponse()
        return response.status, response.read()

    def delete(self, path: str) -> bytes:
        """Delete what is there."""
        return self._send("DELETE", path, None, "application/json", "").read()

    def _send(
        self, method: str, path: str, body: dict[str, Any] | None, accept: str, run: str
    ) -> http.client.HTTPResponse:
        headers = {**self._headers, "Accept": accept, **({"X-Nerium-Run-Id": run} if run else {})}
        self._connection.request(method, path, None if body is None else json.dumps(body), headers)
        return self._answer()

    def _answer(self) -> http.client.HTTPResponse:
        response = self._connection.getresponse()
        if response.status != http.client.OK:
            raise RuntimeError(f"{response.status}: {response.read().decode()}")
        return response

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


@dataclass(frozen=True, kw_only=True)
class Server:
    """A running server; `ready_seconds` went by between its start and its word that it is ready."""

    process: subprocess.Popen[str]
    home: Path
    port: int
    key: str
    ready_seconds: float
    started: float = field(default_factory=time.perf_counter)

    def client(self, tls: ssl.SSLContext | None = None) -> Client:
        """Connect, with TLS if it is given."""
        return Client(self.port, self.key, tls)

    def load(self, table: str, file: Path) -> None:
        """Load a file with the launcher's own command."""
        access = ["--url", f"http://127.0.0.1:{self.port}", "--key", self.key]
        subprocess.run([NERIUM, "load", table, file, "--mode", "overwrite", *access], check=True, capture_output=True)


def new_run_id() -> str:
    """Make a UUID of version 7, which begins with the time."""
    return str(uuid.UUID(int=(int(time.time() * 1000) << 80) | (7 << 76) | (2 << 62) | uuid.uuid4().int >> 70))


@contextlib.contextmanager
def running(settings: str = "", nerium: Path = NERIUM) -> Iterator[Server]:
    """Start a server, of another checkout too, with settings as in `nerium.yaml`, and stop it at the end."""
    with home_of(settings) as home, serving(home, nerium=nerium) as server:
        yield server


@contextlib.contextmanager
def home_of(settings: str = "") -> Iterator[Path]:
    """Make a home for one server after the other, and remove it at the end."""
    home = Path(tempfile.mkdtemp(prefix="nerium-bench-"))
    home.chmod(0o755)
    (home / "nerium.yaml").write_text(settings)
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextlib.contextmanager
def serving(home: Path, key: str = "", nerium: Path = NERIUM) -> Iterator[Server]:
    """Start a server on a home, and stop it at the end; only the first server of a home prints a key."""
    # Set up before the clock starts: a first use builds the server.
    environment = {name: value for name, value in os.environ.items() if name != "NERIUM_RUNTIME"}
    subprocess.run([nerium, "--help"], check=True, capture_output=True, env=environment)
    begun = time.perf_counter()
    process = subprocess.Popen(
        [nerium, "serve", "--home", home, "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    try:
        yield _await_ready(process, home, key, begun)
    finally:
        process.terminate()
        process.wait(60)


def _await_ready(process: subprocess.Popen[str], home: Path, key: str, begun: float) -> Server:
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    for stream in (process.stdout, process.stderr):
        threading.Thread(target=_pump, args=(stream, lines), daemon=True).start()
    seen, port, ready = "", 0, 0.0
    while not (port and key):
        try:
            line = lines.get(timeout=120)
        except queue.Empty:
            raise RuntimeError(f"the server did not become ready:\n{seen}") from None
        seen += line
        if found := re.match(r"Nerium is ready on https?://\S+:(\d+)", line):
            port, ready = int(found[1]), time.perf_counter() - begun
        if not key and (found := re.match(r"    (\S+)$", line)):
            key = Path(found[1]).read_text().strip()
    return Server(process=process, home=home, port=port, key=key, ready_seconds=ready, started=begun)


def _pump(stream: Any, lines: queue.SimpleQueue[str]) -> None:  # noqa: ANN401  # a text stream
    for line in stream:
        lines.put(line)
    lines.put("(end of a stream)\n")
