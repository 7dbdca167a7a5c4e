"""Translates functions of structs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from nerium_worker.spark.quoting import quote
from nerium_worker.spark.types import spark_type
from nerium_worker.spark.unsupported import NOT_TRANSLATED, refuse

if TYPE_CHECKING:
    from nerium_worker.spark.functions.call import Call, Function


def _field(call: Call) -> str:
    return f"({call.sql()}).{quote(call.options[0])}"


def _struct(call: Call) -> str:
    if not isinstance(call.dtype, pl.Struct):
        refuse(call.label, NOT_TRANSLATED)
    members = (
        f"CAST({each.sql} AS {spark_type(each.dtype)}) AS {quote(field.name)}"
        for each, field in zip(call.inputs, call.dtype.fields, strict=True)
    )
    return f"struct({', '.join(members)})"


def _rename(call: Call) -> str:
    return f"CAST({call.sql()} AS {spark_type(call.dtype)})"


FUNCTIONS: dict[str, Function] = {
    "StructFunction.FieldByName": _field,
    "StructFunction.RenameFields": _rename,
    "as_struct": _struct,
}
