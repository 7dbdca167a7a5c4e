"""Translates nodes without inputs: tables of the run, and small frames of the script."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from nerium_worker.scan.placeholder import Placeholder
from nerium_worker.spark.literals import literal
from nerium_worker.spark.nodes.select import filter_rows
from nerium_worker.spark.quoting import quote
from nerium_worker.spark.relation import Column, Relation, ascending
from nerium_worker.spark.types import spark_type
from nerium_worker.spark.unsupported import UnsupportedError

if TYPE_CHECKING:
    from nerium_worker.polars_plan.nodes import Node
    from nerium_worker.polars_plan.views import View
    from nerium_worker.spark.context import Translation

_MOST_ROWS = 1_000


def table(translation: Translation, view: View, node: Node, schema: pl.Schema) -> Relation:
    """Read a table of the run."""
    placeholder, _, _, predicate, row_count = view.options
    if not isinstance(placeholder, Placeholder) or placeholder.handle not in translation.tables:
        raise UnsupportedError(node="scan of another source", reason="a distributed run reads the lake's tables only")
    if row_count is not None:
        raise UnsupportedError(node="head", reason="a table has no first rows: sort it first")
    name = f"t{placeholder.handle}"
    translation.read[name] = translation.tables[placeholder.handle]
    for column, dtype in schema.items():
        _check_stored(column, dtype)
    columns = {column: Column(dtype=dtype) for column, dtype in schema.items()}
    listed = ", ".join(map(quote, columns)) or "1 AS `__0`"
    relation = Relation(name=translation.statement.query(f"SELECT {listed} FROM {quote(name)}"), columns=columns)
    return relation if predicate is None else filter_rows(translation, predicate[1], node.number, relation)


def values(translation: Translation, view: View, schema: pl.Schema) -> Relation:
    """Write a small frame of the script itself."""
    frame = pl.DataFrame._from_pydf(view.df)  # noqa: SLF001  # the traverser gives no other
    if not schema and frame.height == 1:
        return Relation(name=translation.statement.query("SELECT 1 AS `__0`"), columns={})
    frame = frame.select(schema.names())
    if frame.height > _MOST_ROWS:
        raise UnsupportedError(
            node="frame in memory", reason=f"it has {frame.height:,} rows, and {_MOST_ROWS:,} at most can be sent along"
        )
    key = ascending(translation.statement.column())
    rows = [
        [literal(value, dtype).sql for value, dtype in zip(row, schema.dtypes(), strict=True)] for row in frame.rows()
    ]
    listed = ", ".join(f"({', '.join([str(number), *row])})" for number, row in enumerate(rows))
    types = [f"CAST({quote(name)} AS {spark_type(dtype)}) AS {quote(name)}" for name, dtype in schema.items()]
    if listed:
        names = ", ".join(map(quote, [key.name, *schema]))
        sql = f"SELECT {', '.join([quote(key.name), *types])} FROM VALUES {listed} AS v({names})"
    else:
        nulls = [f"{literal(None, dtype).sql} AS {quote(name)}" for name, dtype in schema.items()]
        sql = f"SELECT {', '.join([key.column('0'), *nulls])} WHERE FALSE"
    columns = {name: Column(dtype=dtype) for name, dtype in schema.items()}
    return Relation(name=translation.statement.query(sql), columns=columns, order=(key,))


def _check_stored(name: str, dtype: pl.DataType) -> None:
    if dtype.is_unsigned_integer() or isinstance(dtype, (pl.Duration, pl.Null)):
        raise UnsupportedError(node=f"column {name!r} of type {dtype}", reason="tables of the lake have no such type")
    spark_type(dtype)
