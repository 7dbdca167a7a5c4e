"""Finds, adds and removes nested fields of Iceberg schemas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from nerium_worker.scan.internal_fields import private_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import TypeAlias

Field: TypeAlias = "Mapping[str, Any]"


def struct_fields(type_: Any) -> Sequence[Field] | None:  # noqa: ANN401  # JSON
    """Give the fields of a struct, None for another type."""
    match type_:
        case {"type": "struct", "fields": fields}:
            return fields  # type: ignore[no-any-return]  # JSON
        case _:
            return None


def path_to(fields: Sequence[Field], field_id: int) -> list[Field]:
    """Find a field at the top or inside structs: the structs around it, and itself; empty when it is not there."""
    for field in fields:
        if field["id"] == field_id:
            return [field]
        if inner := path_to(struct_fields(field["type"]) or (), field_id):
            return [field, *inner]
    return []


def with_field(fields: Sequence[Field], added: Field) -> list[Field]:
    """Add a field that is alone inside its structs, unless it is there, under a name of our own."""
    for position, field in enumerate(fields):
        if field["id"] == added["id"]:
            return [*fields[:position], _with_inner(field, added), *fields[position + 1 :]]
    return [*fields, {**added, "name": private_name(f"field_{added['id']}"), "required": False}]


def _with_inner(field: Field, added: Field) -> Field:
    inner, more = struct_fields(field["type"]), struct_fields(added["type"])
    if inner is None or not more:
        return field
    return {**field, "type": {**field["type"], "fields": with_field(inner, more[0])}}


def column(path: Sequence[Field]) -> pl.Expr:
    """Read the field at the end of a path."""
    expression = pl.col(path[0]["name"])
    for field in path[1:]:
        expression = expression.struct.field(field["name"])
    return expression


def narrow(field: Field, extended: Field) -> pl.Expr:
    """Take what `with_field` added inside a column away again."""
    return _narrow(pl.col(field["name"]), field["type"], extended["type"]).alias(field["name"])


def _narrow(value: pl.Expr, type_: Any, extended: Any) -> pl.Expr:  # noqa: ANN401  # JSON
    if type_ == extended:
        return value
    extended_types = {field["id"]: field["type"] for field in extended["fields"]}
    parts = [
        _narrow(value.struct.field(field["name"]), field["type"], extended_types[field["id"]]).alias(field["name"])
        for field in type_["fields"]
    ]
    return pl.when(value.is_not_null()).then(pl.struct(parts))
