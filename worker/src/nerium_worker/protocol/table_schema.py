"""The schema of a table as a job sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

# The key for the real type of a field that is shown with nulls.
UNREADABLE = "unreadable-type"
_UNREADABLE = ("variant", "geometry", "geography")


def present(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give the schema with columns of nulls where Polars has no type: the control plane refuses their use."""
    fields = schema["fields"]
    unreadable = {field["id"]: type_ for field in fields if (type_ := _unreadable(field["type"])) is not None}
    if not unreadable:
        return schema
    shown = [
        {**field, "type": "unknown", UNREADABLE: unreadable[field["id"]]} if field["id"] in unreadable else field
        for field in fields
    ]
    return {**schema, "fields": shown}


def _unreadable(type_: Any) -> str | None:  # noqa: ANN401  # JSON
    match type_:
        case {"type": "struct", "fields": fields}:
            inner = [field["type"] for field in fields]
        case {"type": "list", "element": element}:
            inner = [element]
        case {"type": "map", "key": key, "value": value}:
            inner = [key, value]
        case _:
            return str(type_) if str(type_).startswith(_UNREADABLE) else None
    return next((found for part in inner if (found := _unreadable(part)) is not None), None)
