"""Iceberg's types as Arrow's, with field ids, the way Polars reads and writes them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import arro3.core as arrow
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

FIELD_ID = "PARQUET:field_id"

# A type of our own: a UUID as it lies in files.
UUID_BYTES = "uuid bytes"

_PRIMITIVES = {
    "boolean": arrow.DataType.bool(),
    "int": arrow.DataType.int32(),
    "long": arrow.DataType.int64(),
    "float": arrow.DataType.float32(),
    "double": arrow.DataType.float64(),
    "date": arrow.DataType.date32(),
    "time": arrow.DataType.time64("us"),
    "timestamp": arrow.DataType.timestamp("us"),
    "timestamptz": arrow.DataType.timestamp("us", tz="UTC"),
    "timestamp_ns": arrow.DataType.timestamp("ns"),
    "timestamptz_ns": arrow.DataType.timestamp("ns", tz="UTC"),
    # Polars keeps 64-bit offsets only.
    "string": arrow.DataType.large_utf8(),
    "binary": arrow.DataType.large_binary(),
    # People write and read the canonical text; files have the bytes.
    "uuid": arrow.DataType.large_utf8(),
    UUID_BYTES: arrow.DataType.binary(16),
    "unknown": arrow.DataType.null(),
}
# The key for the real type of a field that is shown with nulls.
UNREADABLE = "unreadable-type"
_UNREADABLE = ("variant", "geometry", "geography")
_DECIMAL = re.compile(r"decimal\((\d+),\s*(\d+)\)")
_FIXED = re.compile(r"fixed\[(\d+)\]")


def arrow_schema(schema: Mapping[str, Any]) -> arrow.Schema:
    """Translate an Iceberg schema to Arrow, each field with its id, as Polars' column mapping and writer want it."""
    return arrow.Schema([_arrow_field(field) for field in schema["fields"]])


def presented(schema: Mapping[str, Any]) -> Mapping[str, Any]:
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


def stored_schema(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give the schema with the types that values have in files."""
    return {**schema, "fields": [as_stored(field) for field in schema["fields"]]}


def as_stored(field: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give a field with the types that its values have in files."""
    type_ = _stored_type(field["type"])
    return field if type_ == field["type"] else {**field, "type": type_}


def _stored_type(type_: Any) -> Any:  # noqa: ANN401  # JSON
    match type_:
        case "uuid":
            return UUID_BYTES
        case {"type": "struct", "fields": fields}:
            return {**type_, "fields": [as_stored(field) for field in fields]}
        case {"type": "list", "element": element}:
            return {**type_, "element": _stored_type(element)}
        case {"type": "map", "key": key, "value": value}:
            return {**type_, "key": _stored_type(key), "value": _stored_type(value)}
        case _:
            return type_


def polars_schema(schema: Mapping[str, Any]) -> pl.Schema:
    """Translate an Iceberg schema to the types that a scan of the table has."""
    return pl.Schema(arrow_schema(schema))


def decimal_type(name: str) -> tuple[int, int] | None:
    """Precision and scale of `decimal(p, s)`, None for another type."""
    match = _DECIMAL.fullmatch(name)
    return None if match is None else (int(match[1]), int(match[2]))


def fixed_type(name: str) -> int | None:
    """Length of `fixed[n]`, None for another type."""
    match = _FIXED.fullmatch(name)
    return None if match is None else int(match[1])


def _arrow_field(field: Mapping[str, Any]) -> arrow.Field:
    return _field(field["name"], field["type"], field["id"], required=field["required"])


def _field(name: str, type_: Any, field_id: int, *, required: bool) -> arrow.Field:  # noqa: ANN401  # JSON
    return arrow.Field(name, _arrow_type(name, type_), nullable=not required, metadata={FIELD_ID: str(field_id)})


def _arrow_type(name: str, type_: Any) -> arrow.DataType:  # noqa: ANN401  # JSON
    match type_:
        case {"type": "struct", "fields": fields}:
            return arrow.DataType.struct([_arrow_field(field) for field in fields])
        case {"type": "list", "element-id": int(number), "element": element, "element-required": bool(required)}:
            return arrow.DataType.large_list(_field("element", element, number, required=required))
        case {"type": "map"}:
            return arrow.DataType.map(
                _field("key", type_["key"], type_["key-id"], required=True),
                _field("value", type_["value"], type_["value-id"], required=type_["value-required"]),
                keys_sorted=False,
            )
        case str() if type_ in _PRIMITIVES:
            return _PRIMITIVES[type_]
        case str() if (decimal := decimal_type(type_)) is not None:
            return arrow.DataType.decimal128(*decimal)
        case str() if (length := fixed_type(type_)) is not None:
            return arrow.DataType.binary(length)
        case _:
            raise ValueError(f"column {name!r} has the Iceberg type {type_!r}, which Polars can't read")
