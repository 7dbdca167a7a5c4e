"""Shortens Polars' messages, and finds the name that the user may have meant."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_PLAN = re.compile(
    r"\n+(?:Resolved plan until failure:|This error occurred with the following context stack:).*", re.DOTALL
)
_COLUMN = re.compile(
    r"^(?:unable to find column|field not found:|no column named)\s*[\"']([^\"']+)[\"']|^\"([^\"]+)\" not found"
)
_SHOWN = 12

# Places where other engines keep metadata: the last part but one of a name, or the last one.
_METADATA_SCHEMAS = {
    "information_schema": "SHOW SCHEMAS, SHOW TABLES, SHOW COLUMNS FROM name and DESCRIBE name list them.",
    "pg_catalog": "SHOW SCHEMAS, SHOW TABLES, SHOW COLUMNS FROM name and DESCRIBE name list them.",
}
_METADATA_TABLES = {
    *("snapshots", "history", "files", "manifests", "partitions", "refs", "entries", "all_data_files", "data_files"),
    *("delete_files", "metadata_log_entries", "position_deletes"),
}


def without_plan(text: str) -> str:
    """Leave out the plan that Polars appends to its messages."""
    return _PLAN.sub("", text).strip()


def polars_message(error: BaseException) -> str:
    """Give the message of an error without the plan that Polars appends to it."""
    return without_plan(str(error)) or type(error).__name__


def missing_column(message: str) -> str | None:
    """Name the column that Polars did not find."""
    match = _COLUMN.search(message)
    return None if match is None else match[1] or match[2]


def nearest_name(name: str, names: Sequence[str], what: str) -> str:
    """Hint at the nearest of some names, or list them."""
    if not names:
        return f"There is no {what} here."
    folded = {other.casefold(): other for other in names}
    close = difflib.get_close_matches(name.casefold(), folded, n=1)
    if close:
        return f"Did you mean the {what} {folded[close[0]]!r}?"
    return f"The {what}s are: {listed(list(dict.fromkeys(names)))}."


def listed(names: Sequence[str]) -> str:
    """List names, of many only the first ones."""
    return f"{', '.join(names[:_SHOWN])}{', ...' if len(names) > _SHOWN else ''}"


def name_here(parts: Sequence[str]) -> str | None:
    """Give what to write for a name as another engine has it; None for a name that is not one of those."""
    if len(parts) > 1 and parts[-2].lower() in _METADATA_SCHEMAS:
        return _METADATA_SCHEMAS[parts[-2].lower()]
    if len(parts) > 2 and (parts[-1].lower() in _METADATA_TABLES):  # noqa: PLR2004
        return f'Write "{".".join(parts[:-1])}${parts[-1].lower()}".'
    kind, _, name = parts[-1].partition("_")
    if len(parts) > 2 and kind in ("branch", "tag") and name:  # noqa: PLR2004
        return f'Write "{".".join(parts[:-1])}@{kind}:{name}".'
    return None
