"""Columns that the worker adds to scans for itself, and removes before a user sees them.

Iceberg reserves the ids above 2147483447 for metadata columns; ids just below are too many to be a user's.
"""

from __future__ import annotations

from typing import Any


def private_field(number: int, name: str) -> dict[str, Any]:
    """Describe a column of whole numbers, as Iceberg's schema JSON does."""
    return {"id": 2147483000 + number, "name": private_name(name), "required": False, "type": "long"}


def private_name(name: str) -> str:
    """Give a name that no column of a table has."""
    return f"__nerium_{name}__"


FILE = private_field(0, "file")
SEQUENCE = private_field(1, "sequence")
PARTITION = private_field(2, "partition")
