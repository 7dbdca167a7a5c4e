"""Columns that the worker adds to scans for itself, and removes before a user sees them.

Iceberg reserves the ids above 2147483447 for metadata columns; ids just below are too many to be a user's.
"""

from __future__ import annotations

import re
from typing import Any

_PREFIX = "__nerium_"
_IN_LIST = re.compile(rf', "{_PREFIX}\w+"')


def private_field(number: int, name: str) -> dict[str, Any]:
    """Describe a column of whole numbers, as Iceberg's schema JSON does."""
    return {"id": 2147483000 + number, "name": private_name(name), "required": False, "type": "long"}


def private_name(name: str) -> str:
    """Give a name that no column of a table has."""
    return f"{_PREFIX}{name}__"


def is_private(name: str) -> bool:
    """Return whether a column is one of the worker's own."""
    return name.startswith(_PREFIX)


def without_private_names(text: str) -> str:
    """Leave columns of the worker's own out of the lists of columns in a text."""
    return _IN_LIST.sub("", text)


FILE = private_field(0, "file")
SEQUENCE = private_field(1, "sequence")
PARTITION = private_field(2, "partition")
# The number of a row over all files of a plan, deleted rows counted.
ROW = private_name("row")
