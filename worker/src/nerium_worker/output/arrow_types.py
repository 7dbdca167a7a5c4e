"""Maps Polars' types to types that every reader of Arrow knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from nerium_worker.polars_plan.dtypes import instance
from nerium_worker.protocol.errors import Failure

if TYPE_CHECKING:
    from typing import Any, TypeAlias

    from polars.datatypes import DataType

Encoding: TypeAlias = "str | dict[str, Any] | None"


def portable(dtype: DataType) -> tuple[DataType, Encoding]:
    """Choose the type that stands for a Polars type, and name the encoding where the two differ."""
    match dtype:
        case pl.Int128() | pl.UInt128():
            return pl.String(), "integer"
        case pl.Float16():
            return pl.Float32(), "float16"
        case pl.Categorical() | pl.Enum():
            return pl.String(), None
        case pl.List(inner=inner):
            stand_in, encoding = portable(instance(inner))
            return pl.List(stand_in), encoding and {"list": encoding}
        case pl.Array(inner=inner, size=size):
            stand_in, encoding = portable(instance(inner))
            return pl.Array(stand_in, size), encoding and {"list": encoding}
        case pl.Map(key=key, value=value):
            entries = pl.Struct({"key": instance(key), "value": instance(value)})
            stand_in, encoding = portable(entries)
            return (dtype, None) if stand_in == entries else (pl.List(stand_in), encoding and {"list": encoding})
        case pl.Struct(fields=fields):
            stand_ins = [portable(instance(field.dtype)) for field in fields]
            encodings = [encoding for _, encoding in stand_ins]
            named = {field.name: stand_in for field, (stand_in, _) in zip(fields, stand_ins, strict=True)}
            return pl.Struct(named), {"struct": encodings} if any(encodings) else None
        case _:
            return dtype, None


def reject_objects(schema: pl.Schema) -> None:
    """Refuse Python objects: they exist in this process only."""
    for name, dtype in schema.items():
        if "Object" in str(dtype):
            raise Failure(
                "result",
                f"Column {name!r} of the result holds Python objects, which have no place in a table.",
                hint=f"Convert it first, for example `pl.col({name!r}).map_elements(str, return_dtype=pl.String)`.",
            )


def portable_frame(frame: pl.DataFrame) -> tuple[pl.DataFrame, list[Encoding]]:
    """Cast each column to the type that stands for its own."""
    # Polars computes the schema again at each access.
    schema = frame.schema
    stand_ins = {name: portable(dtype) for name, dtype in schema.items()}
    casts = {name: dtype for name, (dtype, _) in stand_ins.items() if dtype != schema[name]}
    cast = frame.with_columns(frame[name].cast(dtype) for name, dtype in casts.items()) if casts else frame
    return cast, [encoding for _, encoding in stand_ins.values()]
