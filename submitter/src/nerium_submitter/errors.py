"""Errors that end a run."""

from __future__ import annotations


class Refused(Exception):
    """What a worker wrote may not go to the cluster."""


class Unsupported(Refused):
    """The cluster does not support the request of a user."""


class ConnectionLostError(Exception):
    """The cluster does not answer."""


class StatementError(Exception):
    """The cluster refused or failed to run what it was given."""
