"""Values that Python computes, once for each different text of a column: Polars has no expression for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable


def per_value(values: pl.Expr, function: Callable[[str], str | None]) -> pl.Expr:
    """Give a text for each text; null stays null. An exception of the function fails the run."""

    def compute(rows: pl.Series) -> pl.Series:
        different = rows.unique()
        if len(different) > len(rows) // 2:
            return _each(rows, function)
        return rows.replace_strict(different, _each(different, function), return_dtype=pl.String)

    return values.map_batches(compute, return_dtype=pl.String, is_elementwise=True)


def _each(rows: pl.Series, function: Callable[[str], str | None]) -> pl.Series:
    results = [None if value is None else function(value) for value in rows]
    return pl.Series(rows.name, results, dtype=pl.String)
