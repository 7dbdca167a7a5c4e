"""Processor time of the server for a small query over a kept-alive connection, by HTTPS against HTTP."""

from __future__ import annotations

import ssl
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from server import running
from small import QUERY
from start import server_cpu_seconds

if TYPE_CHECKING:
    from server import Server

# Until Java has compiled what small queries use.
WARM_UP = 4_000
ROUNDS = 5
# Events and records are written some time after the response.
SETTLE_SECONDS = 1.5


def measure(requests: int) -> dict[str, Any]:
    """Alternate between a server of each kind, and take the best round of each."""
    with tempfile.TemporaryDirectory(prefix="nerium-bench-") as folder:
        certificate, key = _certificate(Path(folder))
        files = f"http:\n  tls:\n    certificate: {certificate}\n    key: {key}\n"
        trust = ssl.create_default_context(cafile=certificate)
        with running() as plain, running(files) as secured:
            kinds: list[tuple[str, Server, ssl.SSLContext | None]] = [
                ("http", plain, None),
                ("https", secured, trust),
            ]
            figures = {}
            for name, query in (
                ("executed", QUERY),
                ("cached", {**QUERY, "cache": True}),
            ):
                for _, server, tls in kinds:
                    _milliseconds(server, tls, query, WARM_UP)
                turns = [
                    {kind: _milliseconds(server, tls, query, requests) for kind, server, tls in kinds}
                    for _ in range(ROUNDS)
                ]
                figures[name] = {kind: min(turn[kind] for turn in turns) for kind, _, _ in kinds}
    print("\n## HTTPS\n\n| | http | https |\n|---|---|---|")
    for name in ("executed", "cached"):
        print(f"| server ms of a query, {name} | {figures[name]['http']:.2f} | {figures[name]['https']:.2f} |")
    return figures


def _certificate(folder: Path) -> tuple[Path, Path]:
    certificate, key = folder / "tls.crt", folder / "tls.key"
    subject = [
        "-subj",
        "/CN=localhost",
        "-addext",
        "subjectAltName=IP:127.0.0.1",
        "-days",
        "2",
    ]
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    command = [
        "openssl",
        "req",
        "-x509",
        *kind,
        "-keyout",
        key,
        "-out",
        certificate,
        *subject,
    ]
    subprocess.run(command, check=True, capture_output=True)
    return certificate, key


def _milliseconds(server: Server, tls: ssl.SSLContext | None, query: dict[str, Any], count: int) -> float:
    """Return the processor time of the server for one query of a connection that stays open."""
    client = server.client(tls)
    client.run(query)
    before = server_cpu_seconds(server.process.pid)
    for _ in range(count):
        client.run(query)
    time.sleep(SETTLE_SECONDS)
    spent = server_cpu_seconds(server.process.pid) - before
    client.close()
    return spent / count * 1e3
