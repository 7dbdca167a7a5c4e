"""Quotes names and strings for Spark SQL."""

from __future__ import annotations

import re

RESERVED = re.compile(r"__\d+")
"""Names of columns that a statement makes for itself."""
_SIMPLE = re.compile(r"`[^`]*`|\(?CAST\('?[^'()]*'? AS [A-Z0-9(),]+\)\)?|-?\d+|TRUE|FALSE")


def quote(name: str) -> str:
    """Quote a name."""
    return "`" + name.replace("`", "``") + "`"


def string(text: str) -> str:
    """Write a string literal."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def is_simple(sql: str) -> bool:
    """Return whether an expression is a column or a constant, which may be repeated at no cost."""
    return _SIMPLE.fullmatch(sql) is not None
