"""Converts columns of data files with older or foreign schemas to the schema of the table."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import polars as pl

from nerium_worker.iceberg.single_value import series
from nerium_worker.iceberg.types import UUID_BYTES, polars_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nerium_worker.scan.nested_fields import Field

UUID_EXAMPLE = "550e8400-e29b-41d4-a716-446655440000"
_UUID = "^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"


def convert(stored: Field | None, field: Field, read: Callable[[str], pl.Expr]) -> pl.Expr:
    """Give a field of the table from a field of the file, which `read` reads by name; None where the file lacks it."""
    if stored is not None:
        return _value(read(stored["name"]), stored["type"], field["type"]).cast(dtype(field))
    default = field.get("initial-default")
    return pl.lit(None, dtype=dtype(field)) if default is None else pl.lit(series(field, [default])).first()


def dtype(field: Field) -> pl.DataType:
    """Give the type that a scan of the table has for a field."""
    return polars_schema({"fields": [field]})[field["name"]]


def _value(value: pl.Expr, stored: Any, wanted: Any) -> pl.Expr:  # noqa: ANN401  # JSON
    if _alike(stored, wanted):
        return value
    match stored, wanted:
        case _ if _is_uuid(stored, wanted):
            return uuid_text(value)
        case {"type": "struct"}, {"type": "struct"}:
            return _struct(value, stored["fields"], wanted["fields"])
        case {"type": "list"}, {"type": "list"}:
            return value.list.eval(_value(pl.element(), stored["element"], wanted["element"]))
        case {"type": "map"}, {"type": "map"}:
            return value.map.entries().list.eval(_struct(pl.element(), _entry(stored), _entry(wanted)))
        case _:
            return value


def _struct(value: pl.Expr, stored: Sequence[Field], wanted: Sequence[Field]) -> pl.Expr:
    by_id = {field["id"]: field for field in stored}
    parts = [convert(by_id.get(field["id"]), field, value.struct.field).alias(field["name"]) for field in wanted]
    return pl.when(value.is_not_null()).then(pl.struct(parts))


def _entry(type_: Any) -> list[Field]:  # noqa: ANN401  # JSON
    return [
        {"id": type_[f"{part}-id"], "name": part, "required": False, "type": type_[part]} for part in ("key", "value")
    ]


def _alike(stored: Any, wanted: Any) -> bool:  # noqa: ANN401  # JSON
    """Say whether a cast does all that there is to do."""
    match stored, wanted:
        case {"type": "struct", "fields": some}, {"type": "struct", "fields": others}:
            return len(some) == len(others) and all(
                one["id"] == other["id"] and one["name"] == other["name"] and _alike(one["type"], other["type"])
                for one, other in zip(some, others, strict=True)
            )
        case {"type": "list"}, {"type": "list"}:
            return _alike(stored["element"], wanted["element"])
        case {"type": "map"}, {"type": "map"}:
            return _alike(stored["key"], wanted["key"]) and _alike(stored["value"], wanted["value"])
        case _:
            return isinstance(stored, str) and isinstance(wanted, str) and not _is_uuid(stored, wanted)


def _is_uuid(stored: Any, wanted: Any) -> bool:  # noqa: ANN401  # JSON
    return bool(stored == UUID_BYTES and wanted == "uuid")


def uuid_text(value: pl.Expr) -> pl.Expr:
    """Write the bytes of a UUID as its canonical text."""
    digits = value.bin.encode("hex")
    ends = [0, 8, 12, 16, 20, 32]
    groups = [digits.str.slice(start, end - start) for start, end in itertools.pairwise(ends)]
    return pl.concat_str(groups, separator="-")


def is_uuid(text: pl.Expr) -> pl.Expr:
    """Return whether a text is the canonical text of a UUID, in letters of either case."""
    return text.str.contains(_UUID)


def uuid_bytes(text: pl.Expr) -> pl.Expr:
    """Give the bytes of a UUID; no bytes, which no file of UUIDs takes, for a text that is none."""
    octets = text.str.replace_all("-", "", literal=True).str.decode("hex", strict=False)
    return pl.when(is_uuid(text)).then(octets).when(text.is_not_null()).then(pl.lit(b""))
