"""Partitions and sorts the rows of a result as the table's partition spec and sort order say."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from nerium_worker.iceberg.single_value import json_values
from nerium_worker.iceberg.transforms import apply_transform, float_order, result_type
from nerium_worker.iceberg.types import UUID_BYTES, decimal_type, polars_schema

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

_EXACT = Context(prec=40)
TEXT_IS_EXACT = {"boolean", "date", "int", "long", "string"}


@dataclass(frozen=True, kw_only=True)
class Key:
    """What rows of one partition have in common: one field of the table's partition spec."""

    field_id: int
    type: str
    value: pl.Expr


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The partition keys of a table, none if it is not partitioned, and its sort order."""

    keys: Sequence[Key]
    by: Sequence[pl.Expr]
    descending: Sequence[bool]
    nulls_last: Sequence[bool]


def layout(schema: Mapping[str, Any], spec: Mapping[str, Any], order: Mapping[str, Any]) -> Layout:
    """Read a partition spec and a sort order, in Iceberg's own JSON."""
    sources = _sources(schema)
    fields = [field for field in spec["fields"] if field["transform"] != "void"]
    sorts = [field for field in order["fields"] if field["transform"] != "void"]
    return Layout(
        keys=[_key(field, sources) for field in fields],
        by=[_sort_value(field, sources) for field in sorts],
        descending=[field["direction"] == "desc" for field in sorts],
        nulls_last=[field["null-order"] == "nulls-last" for field in sorts],
    )


def sort_frame(frame: pl.LazyFrame, order: Layout) -> pl.LazyFrame:
    """Sort a frame as the table is, partition by partition, so that each file is done before the next begins."""
    if not order.by:
        return frame
    partitions = [key.value for key in order.keys]
    none = [False] * len(partitions)
    return frame.sort(
        [*partitions, *order.by],
        descending=[*none, *order.descending],
        nulls_last=[*none, *order.nulls_last],
        maintain_order=True,
    )


def key_names(keys: Sequence[Key], taken: Collection[str]) -> list[str]:
    """Name the keys as no column is named."""
    prefix = "partition"
    while any(name.startswith(prefix) for name in taken):
        prefix += "-"
    return [f"{prefix}{number}" for number in range(len(keys))]


def key_text(key: Key) -> pl.Expr:
    """Write the value of a key of `TEXT_IS_EXACT`, behind a letter that distinguishes an empty text from null."""
    dtype = polars_schema({"fields": [{"id": 0, "name": "key", "required": False, "type": key.type}]})["key"]
    return pl.lit("v") + key.value.cast(dtype).cast(pl.String)


def tuples(keys: Sequence[Key], values: pl.DataFrame) -> list[dict[str, Any]]:
    """Write partition tuples, one row each, as Iceberg's single-value JSON."""
    columns = [_tuple_values(key, values.to_series(number)) for number, key in enumerate(keys)]
    ids = [str(key.field_id) for key in keys]
    return [dict(zip(ids, row, strict=True)) for row in zip(*columns, strict=True)]


def _key(field: Mapping[str, Any], sources: Mapping[int, tuple[pl.Expr, str]]) -> Key:
    value, type_ = sources[field["source-id"]]
    transform = field["transform"]
    return Key(
        field_id=field["field-id"], type=result_type(type_, transform), value=apply_transform(value, type_, transform)
    )


def _sort_value(field: Mapping[str, Any], sources: Mapping[int, tuple[pl.Expr, str]]) -> pl.Expr:
    value, type_ = sources[field["source-id"]]
    if type_ in {"float", "double"}:
        return float_order(value, type_)
    return apply_transform(value, type_, field["transform"])


def _sources(schema: Mapping[str, Any]) -> dict[int, tuple[pl.Expr, str]]:
    """Find each primitive column, also within structs, by its field id."""
    found: dict[int, tuple[pl.Expr, str]] = {}
    open_fields = [(pl.col(field["name"]), field) for field in schema["fields"]]
    while open_fields:
        value, field = open_fields.pop()
        match field["type"]:
            case str() as type_:
                found[field["id"]] = (value, type_)
            case {"type": "struct", "fields": fields}:
                open_fields += [(value.struct.field(inner["name"]), inner) for inner in fields]
    return found


def _tuple_values(key: Key, values: pl.Series) -> list[Any]:
    if key.type == UUID_BYTES:
        return [None if value is None else str(uuid.UUID(bytes=value)) for value in values.to_list()]
    decimal = decimal_type(key.type)
    if decimal is not None:
        _, scale = decimal
        return [None if v is None else f"{Decimal(v).scaleb(-scale, _EXACT):f}" for v in values.to_list()]
    dtype = polars_schema({"fields": [{"id": 0, "name": "key", "required": False, "type": key.type}]})["key"]
    return json_values(values.reinterpret(dtype=dtype) if dtype.is_float() else values.cast(dtype))
