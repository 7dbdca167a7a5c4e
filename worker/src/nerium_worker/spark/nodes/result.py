"""Writes the SELECT that gives the result of a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from nerium_worker.spark.quoting import quote
from nerium_worker.spark.types import DIGITS, spark_type
from nerium_worker.spark.unsupported import UnsupportedError

if TYPE_CHECKING:
    from nerium_worker.spark.context import Translation
    from nerium_worker.spark.relation import Column, Relation


def statement(translation: Translation, relation: Relation, schema: pl.Schema) -> str:
    """Write the whole statement, whose last SELECT has the rows of a relation in their order."""
    for name, dtype in schema.items():
        if isinstance(dtype, (pl.Duration, pl.Null)):
            raise UnsupportedError(
                node=f"column {name!r} of type {dtype}", reason="a result can't hold it: cast it first"
            )
    columns = ", ".join(_declare(name, relation.columns[name]) for name in schema)
    order = f" ORDER BY {', '.join(key.sql() for key in relation.order)}" if relation.order else ""
    return translation.statement.text(f"SELECT {columns} FROM {relation.name}{order}")


def _declare(name: str, column: Column) -> str:
    """Give a result column the type that its name in Polars says."""
    if column.digits is None or column.digits == (getattr(column.dtype, "precision", None) or DIGITS):
        return quote(name)
    return f"CAST({quote(name)} AS {spark_type(column.dtype)}) AS {quote(name)}"
