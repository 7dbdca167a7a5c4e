"""The exception that ends a job, and the texts of errors for the user."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING, Literal

from nerium_worker.protocol.secrets import mask

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, TypeAlias

Kind: TypeAlias = "Literal['sql', 'script', 'result', 'limit', 'engine', 'load', 'worker']"

# A message header has a limit of 1 MiB; an error that needs more than this has said enough.
DETAILS_LIMIT = 64 * 1024
SENTENCE_LIMIT = 2 * 1024


class Failure(Exception):
    """The job failed: `kind` says whose fault it is, see `failed` in the protocol."""

    def __init__(
        self, kind: Kind, error: str, *, details: str | None = None, line: int | None = None, hint: str | None = None
    ) -> None:
        super().__init__(error)
        self.kind = kind
        self.error = error
        self.details = details
        self.line = line
        self.hint = hint

    def masked(self, environment: Mapping[str, str]) -> Failure:
        """Give the same failure without values of environment variables in its texts."""
        return Failure(
            self.kind,
            mask(self.error, environment),
            details=None if self.details is None else mask(self.details, environment),
            line=self.line,
            hint=None if self.hint is None else mask(self.hint, environment),
        )

    def message(self) -> dict[str, Any]:
        """Make the header of the `failed` message."""
        return {
            "type": "failed",
            "kind": self.kind,
            "error": shorten(self.error, SENTENCE_LIMIT),
            "details": None if self.details is None else shorten(self.details, DETAILS_LIMIT),
            "line": self.line,
            "hint": None if self.hint is None else shorten(self.hint, SENTENCE_LIMIT),
        }


class LakeError(LookupError):
    """The control plane refused what was asked; in a script it is raised where the script asked."""

    def __init__(self, error: str, *, details: str | None = None, hint: str | None = None) -> None:
        super().__init__(error if hint is None else f"{error} {hint}")
        self.error = error
        self.details = details
        self.hint = hint

    def failure(self, kind: Kind, *, line: int | None = None) -> Failure:
        """Give the failure of a job that ends because of the refusal."""
        return Failure(kind, self.error, details=self.details, line=line, hint=self.hint)


class NotExecutingError(RuntimeError):
    """A lake frame was executed by the script; only the worker's own execution may read tables."""


def log(text: str) -> None:
    """Write to the run's log, past `sys.stderr`, which a script may have closed or replaced."""
    with contextlib.suppress(Exception):
        sys.stdout.flush()
    with contextlib.suppress(OSError):
        os.write(2, f"{text.rstrip()}\n".encode("utf-8", "backslashreplace"))


def shorten(text: str, limit: int) -> str:
    """Cut in the middle: the head says what failed, the tail of a traceback says why."""
    # A lone surrogate has no UTF-8 form and would break the frame.
    clean = text.encode("utf-8", "backslashreplace").decode()
    if len(clean) <= limit:
        return clean
    half = limit // 2
    return f"{clean[:half]}\n... {len(clean) - 2 * half:,} characters left out ...\n{clean[-half:]}"
