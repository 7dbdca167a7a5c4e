"""Rows that answer a statement: descriptions and summaries of queries, plans as text, replies of the control plane."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from nerium_worker.iceberg.schema_of_frame import iceberg_schema
from nerium_worker.protocol.errors import Failure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from polars.datatypes import DataType

_SECONDS = "%Y-%m-%d %H:%M:%S%.f"


def texts(columns: Sequence[str], rows: Sequence[Sequence[str | None]]) -> pl.LazyFrame:
    """Give rows of texts."""
    return pl.LazyFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")


def described(schema: pl.Schema) -> pl.LazyFrame:
    """Give one row per column of a query, as DESCRIBE of a table does."""
    rows = [(name, type_name(name, dtype), "YES", None, None) for name, dtype in schema.items()]
    return texts(("column_name", "column_type", "null", "default", "comment"), rows)


def lines(text: str) -> pl.LazyFrame:
    """Give one row per line of a text."""
    return texts(("plan",), [(line,) for line in text.splitlines()])


def type_name(column: str, dtype: DataType) -> str:
    """Give the name of a type as CREATE TABLE takes it; the name in Polars where Iceberg has no such type."""
    try:
        [field] = iceberg_schema(pl.Schema({column: dtype}))["fields"]
    except Failure:
        return str(dtype)
    return _written(field["type"])


def _written(type_: Any) -> str:  # noqa: ANN401  # JSON
    match type_:
        case "long":
            return "bigint"
        case {"type": "list", "element": element}:
            return f"array<{_written(element)}>"
        case {"type": "map", "key": key, "value": value}:
            return f"map<{_written(key)}, {_written(value)}>"
        case {"type": "struct", "fields": fields}:
            inner = ", ".join(f"{_identifier(field['name'])}: {_written(field['type'])}" for field in fields)
            return f"struct<{inner}>"
        case _:
            return str(type_)


def _identifier(name: str) -> str:
    return name if name.isascii() and name.isidentifier() else '"' + name.replace('"', '""') + '"'


def summarized(frame: pl.LazyFrame, schema: pl.Schema) -> pl.LazyFrame:
    """Give one row per column with its values in short, as DuckDB's SUMMARIZE does."""
    rows = [_summary(name, dtype) for name, dtype in schema.items()]
    return frame.select(pl.concat_list(rows).alias("row")).explode("row").unnest("row")


def _summary(name: str, dtype: DataType) -> pl.Expr:
    column = pl.col(name)
    none = pl.lit(None, dtype=pl.String)
    is_ordered = not dtype.is_nested() and dtype not in (pl.Null, pl.Categorical, pl.Enum)
    number = column.cast(pl.Float64) if dtype.is_numeric() else pl.lit(None, dtype=pl.Float64)
    has_quartiles = dtype.is_numeric() or dtype.is_temporal()
    quartiles = {f"q{part}": _quartile(column, dtype, part / 100) if has_quartiles else none for part in (25, 50, 75)}
    fields: Mapping[str, pl.Expr] = {
        "column_name": pl.lit(name),
        "column_type": pl.lit(type_name(name, dtype)),
        "min": _text(column.min(), dtype) if is_ordered else none,
        "max": _text(column.max(), dtype) if is_ordered else none,
        "approx_unique": _unique(column, dtype),
        "avg": number.mean() if dtype.is_numeric() else number,
        "std": number.std() if dtype.is_numeric() else number,
        **quartiles,
        "count": pl.len().cast(pl.Int64),
        "null_percentage": (column.null_count() * 100 / pl.when(pl.len() > 0).then(pl.len())).round(2),
    }
    return pl.struct([value.alias(field) for field, value in fields.items()])


def _unique(column: pl.Expr, dtype: DataType) -> pl.Expr:
    if dtype == pl.Null:
        return pl.lit(0, dtype=pl.Int64)
    known = column.drop_nulls()
    exact = dtype.is_nested() or dtype.is_decimal()
    return (known.n_unique() if exact else known.approx_n_unique()).cast(pl.Int64)


def _quartile(column: pl.Expr, dtype: DataType, part: float) -> pl.Expr:
    value = (column.to_physical() if dtype.is_temporal() else column).quantile(part, "nearest")
    return _text(value.cast(pl.Int64).cast(dtype) if dtype.is_temporal() else value.cast(dtype), dtype)


def _text(value: pl.Expr, dtype: DataType) -> pl.Expr:
    match dtype:
        case pl.Datetime():
            return value.dt.to_string(_SECONDS)
        case pl.Duration():
            return value.dt.to_string("iso")
        case pl.Binary():
            return value.bin.encode("hex")
        case _:
            return value.cast(pl.String)
