"""Lineage in the format of a message."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from nerium_worker.lineage.column import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nerium_worker.lineage.column import Column
    from nerium_worker.lineage.frame import Frame


def lineage_message(
    frame: Frame, names: Sequence[str], longest: int, *, others: Column = UNKNOWN
) -> dict[str, Any] | None:
    """Give the lineage of these columns in at most `room` characters of JSON; the rest is unknown. None without any.

    `others` is the lineage of columns that the frame doesn't have.
    """
    fields = [_field(name, frame.columns.get(name, others)) for name in names]
    rows, is_complete = _inputs(frame.rows), not frame.rows.unknown
    message = _message(fields, rows, complete=is_complete)
    if _size(message) <= longest:
        return message
    fields_without = [_field(name, UNKNOWN) for name in names]
    room = longest - _size(_message(fields_without, [], complete=False))
    if room < 0:
        return None
    fitting = []
    for field, without in zip(fields, fields_without, strict=True):
        cost = _size(field) - _size(without)
        fitting.append(field if cost <= room else without)
        room -= cost if cost <= room else 0
    return (
        _message(fitting, rows, complete=is_complete) if _size(rows) <= room else _message(fitting, [], complete=False)
    )


def _message(fields: list[dict[str, Any]], rows: list[dict[str, Any]], *, complete: bool) -> dict[str, Any]:
    return {"fields": fields, "dataset": rows, "complete": complete}


def _size(part: object) -> int:
    return len(json.dumps(part))


def _field(name: str, column: Column) -> dict[str, Any]:
    return {"name": name, "unknown": column.unknown, "inputs": _inputs(column)}


def _inputs(column: Column) -> list[dict[str, Any]]:
    return [
        {
            "table": field.table,
            "field": ".".join(field.path),
            "transformations": [step._asdict() for step in sorted(steps)],
        }
        for field, steps in sorted(column.all_inputs().items())
    ]
