"""Translates the schema of a frame to an Iceberg schema."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import polars as pl

from nerium_worker.polars_plan.dtypes import instance
from nerium_worker.protocol.errors import Failure

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from polars.datatypes import DataType


def iceberg_schema(schema: pl.Schema, untyped: Iterable[str] = (), uuids: Container[str] = ()) -> dict[str, Any]:
    """Describe a result as an Iceberg schema; the ids are placeholders, the catalog assigns its own.

    `untyped` names further columns, of nothing but nulls, and `uuids` columns of text that are UUIDs.
    """
    ids = itertools.count(1)
    fields = [{**field, "type": "uuid"} if field["name"] in uuids else field for field in _fields(dict(schema), ids)]
    nothing = [{"id": next(ids), "name": name, "required": False, "type": "unknown"} for name in untyped]
    return {"type": "struct", "schema-id": 0, "fields": [*fields, *nothing]}


def _fields(columns: dict[str, DataType], ids: Iterator[int], within: str = "") -> list[dict[str, Any]]:
    numbered = [(name, dtype, next(ids)) for name, dtype in columns.items()]
    return [
        {"id": number, "name": name, "required": False, "type": _type(within + name, dtype, ids)}
        for name, dtype, number in numbered
    ]


def _type(column: str, dtype: DataType, ids: Iterator[int]) -> Any:  # noqa: ANN401  # JSON
    match dtype:
        case pl.Int8() | pl.Int16() | pl.Int32() | pl.UInt8() | pl.UInt16():
            return "int"
        case pl.UInt32() | pl.Int64():
            return "long"
        case pl.UInt64():
            return "decimal(20, 0)"
        case pl.Float16() | pl.Float32():
            return "float"
        case pl.Float64():
            return "double"
        case pl.Boolean():
            return "boolean"
        case pl.String() | pl.Categorical() | pl.Enum():
            return "string"
        case pl.Binary():
            return "binary"
        case pl.Date():
            return "date"
        case pl.Time():
            return "time"
        case pl.Datetime(time_unit="ms" | "us", time_zone=zone):
            return "timestamp" if zone is None else "timestamptz"
        case pl.Datetime(time_zone=zone):
            return "timestamp_ns" if zone is None else "timestamptz_ns"
        case pl.Decimal(precision=precision, scale=scale):
            return f"decimal({precision}, {scale})"
        case pl.List(inner=inner) | pl.Array(inner=inner):
            number = next(ids)
            return {
                "type": "list",
                "element-id": number,
                "element": _type(f"{column}.element", instance(inner), ids),
                "element-required": False,
            }
        case pl.Map(key=key, value=value):
            key_id, value_id = next(ids), next(ids)
            return {
                "type": "map",
                "key-id": key_id,
                "key": _type(f"{column}.key", instance(key), ids),
                "value-id": value_id,
                "value": _type(f"{column}.value", instance(value), ids),
                "value-required": False,
            }
        case pl.Struct(fields=fields):
            columns = {field.name: instance(field.dtype) for field in fields}
            return {"type": "struct", "fields": _fields(columns, ids, f"{column}.")}
        case _:
            raise no_place(column, dtype)


def no_place(column: str, dtype: DataType) -> Failure:
    """Say that no table has a column of this type."""
    match dtype:
        case pl.Duration():
            cast = ".dt.total_microseconds()"
        case pl.Int128() | pl.UInt128():
            cast = ".cast(pl.Decimal(38, 0))"
        case pl.Null():
            cast = ".cast(pl.String)"
        case _:
            cast = ".cast(...)"
    return Failure(
        "result",
        f"Column {column!r} has the type {dtype}, which an Iceberg table can't hold.",
        hint=f"Cast it first: pl.col({column!r}){cast}.",
    )
