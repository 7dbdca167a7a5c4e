"""Fills columns and fields that a result lacks with write defaults (table spec, "Default values"); encodes UUIDs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from nerium_worker.iceberg.single_value import series
from nerium_worker.iceberg.types import UUID_BYTES
from nerium_worker.polars_plan.dtypes import instance
from nerium_worker.scan.schema_evolution import dtype, uuid_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from polars.datatypes import DataType

    from nerium_worker.scan.nested_fields import Field


def written_default(field: Field) -> pl.Expr:
    """Give the value of a column that a result lacks: the write default, null where there is none."""
    default = field.get("write-default")
    return pl.lit(None, dtype=dtype(field)) if default is None else pl.lit(series(field, [default])).first()


def fill(value: pl.Expr, present: DataType, wanted: Any) -> pl.Expr:  # noqa: ANN401  # JSON
    """Give a column as files have it: UUIDs as bytes, with the fields that the table has a default for."""
    if wanted == UUID_BYTES and present == pl.String():
        return uuid_bytes(value)
    if not _has_default(wanted):
        return value
    match present, wanted:
        case pl.Struct(fields=fields), {"type": "struct"}:
            return _struct(value, {field.name: instance(field.dtype) for field in fields}, wanted["fields"])
        case pl.List(inner=inner), {"type": "list"}:
            return value.list.eval(fill(pl.element(), instance(inner), wanted["element"]))
        case pl.Map(key=key, value=inner), {"type": "map"}:
            entry = [
                {"id": wanted["key-id"], "name": "key", "required": True, "type": wanted["key"]},
                {"id": wanted["value-id"], "name": "value", "required": False, "type": wanted["value"]},
            ]
            types = {"key": instance(key), "value": instance(inner)}
            return value.map.entries().list.eval(_struct(pl.element(), types, entry))
        case _:
            return value


def _struct(value: pl.Expr, present: dict[str, DataType], wanted: Sequence[Field]) -> pl.Expr:
    parts = [
        fill(value.struct.field(name), present[name], field["type"]).cast(dtype(field)).alias(name)
        if (name := field["name"]) in present
        else written_default(field).alias(name)
        for field in wanted
    ]
    return pl.when(value.is_not_null()).then(pl.struct(parts))


def _has_default(type_: Any) -> bool:  # noqa: ANN401  # JSON
    match type_:
        case {"type": "struct", "fields": fields}:
            return any(field.get("write-default") is not None or _has_default(field["type"]) for field in fields)
        case {"type": "list"}:
            return _has_default(type_["element"])
        case {"type": "map"}:
            return _has_default(type_["key"]) or _has_default(type_["value"])
        case _:
            return False
