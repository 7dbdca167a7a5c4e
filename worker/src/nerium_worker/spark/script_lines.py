"""Finds the line of a script that an unsupported node comes from."""

from __future__ import annotations

import re

_WORD = re.compile(r"[a-z_]{3,}")


def line_of(node: str, source: str) -> int | None:
    """Find the one line that calls the method a node is named after; None where there are several, or none."""
    words = _WORD.findall(node)
    if not words:
        return None
    call = re.compile(rf"\b{re.escape(words[-1])}\s*\(")
    lines = [number for number, line in enumerate(source.splitlines(), 1) if call.search(line)]
    return lines[0] if len(lines) == 1 else None
