"""Lineage as it stands in a message."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from nerium_worker.lineage.column import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nerium_worker.lineage.column import Column
    from nerium_worker.lineage.frame import Frame


def lineage_message(frame: Frame, names: Iterable[str], longest: int) -> dict[str, Any] | None:
    """Give the lineage of these columns in so many characters of JSON: what has no room is unknown; None without any.

    A column that the frame doesn't have is one that the table adds, empty.
    """
    fields = [_field(name, frame.columns[name]) if name in frame.columns else _added(name) for name in names]
    message = {"fields": fields, "dataset": _inputs(frame.rows), "complete": not frame.rows.unknown}
    if len(json.dumps(message)) <= longest:
        return message
    message = {"fields": fields, "dataset": [], "complete": False}
    if len(json.dumps(message)) <= longest:
        return message
    message = {"fields": [_field(name, UNKNOWN) for name in names], "dataset": [], "complete": False}
    return message if len(json.dumps(message)) <= longest else None


def _field(name: str, column: Column) -> dict[str, Any]:
    return {"name": name, "unknown": column.unknown, "inputs": _inputs(column)}


def _added(name: str) -> dict[str, Any]:
    return {"name": name, "unknown": False, "inputs": []}


def _inputs(column: Column) -> list[dict[str, Any]]:
    return [
        {
            "table": field.table,
            "field": ".".join(field.path),
            "transformations": [step._asdict() for step in sorted(steps)],
        }
        for field, steps in sorted(column.inputs.items())
    ]
