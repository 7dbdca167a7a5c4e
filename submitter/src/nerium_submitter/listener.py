"""Checks that a cluster listens: its clients retry for minutes where nothing does."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

from nerium_submitter.errors import ConnectionLostError


def require_listener(url: str, default_port: int, seconds: float) -> None:
    """Look before a client does."""
    address = urlsplit(url)
    port = address.port or default_port
    try:
        with socket.create_connection((address.hostname, port), timeout=seconds):
            pass
    except OSError as error:
        raise ConnectionLostError(f"nothing answers at {address.hostname}:{port}: {error}") from error
