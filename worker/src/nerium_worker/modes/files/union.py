"""The rows of several files as one frame, whose columns have one type in all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from nerium_worker.modes.messages import listed
from nerium_worker.protocol.errors import Failure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from polars.datatypes import DataType

# All whole numbers up to here are doubles.
_EXACT_DOUBLES = 2**53
_MOST_DIGITS = 38


@dataclass(frozen=True, kw_only=True)
class File:
    """A file, its path as the user knows it, and its rows."""

    path: str
    frame: pl.LazyFrame
    schema: pl.Schema

    def has_values(self, column: str) -> bool:
        """Return whether any row has a value in a column."""
        return bool(self.frame.select(pl.col(column).is_not_null().any()).collect(engine="streaming").item())

    def has_rounded(self, column: str) -> bool:
        """Return whether a whole number of a column is not exact as a double."""
        value = pl.col(column)
        outside = ~value.is_between(-_EXACT_DOUBLES, _EXACT_DOUBLES)
        return bool(self.frame.select(outside.any()).collect(engine="streaming").item())


def union(files: Sequence[File], *, by_name: bool) -> pl.LazyFrame:
    """Give the rows of files, in their order; raises `Failure` for columns that differ.

    `by_name`: a file may lack columns that others have, whose values are null then.
    """
    first = files[0]
    if all(file.schema == first.schema for file in files):
        return first.frame if len(files) == 1 else pl.concat([file.frame for file in files])
    names = list(dict.fromkeys(name for file in files for name in file.schema))
    if not by_name:
        _require_columns(files, names)
    types = {name: _common_type(name, [file for file in files if name in file.schema]) for name in names}
    return pl.concat(
        [
            file.frame.select(_column(file.schema.get(name), name, dtype) for name, dtype in types.items())
            for file in files
        ]
    )


def _column(found: DataType | None, name: str, wanted: DataType) -> pl.Expr:
    if found == wanted:
        return pl.col(name)
    return pl.lit(None, dtype=wanted).alias(name) if found is None else pl.col(name).cast(wanted)


def _require_columns(files: Sequence[File], names: Sequence[str]) -> None:
    for name in names:
        lacking = next((file for file in files if name not in file.schema), None)
        if lacking is not None:
            having = next(file for file in files if name in file.schema)
            raise Failure(
                "engine",
                f"The files have different columns: '{having.path}' has the column {name!r}, and '{lacking.path}' has"
                f" {listed(lacking.schema.names())}.",
                hint="Read them with union_by_name=true, which gives nulls for columns that a file lacks, or read fewer"
                " files.",
            )


def _common_type(name: str, files: Sequence[File]) -> DataType:
    """Give the type that holds the values of a column in all files exactly."""
    types = list(dict.fromkeys(file.schema[name] for file in files))
    if len(types) == 1:
        return types[0]
    valued = [file for file in files if file.has_values(name)] or list(files[:1])
    types = list(dict.fromkeys(file.schema[name] for file in valued))
    if len(types) == 1:
        return types[0]
    common = _widest(types)
    rounds = common in (pl.Float64(), pl.Float32()) and any(
        file.has_rounded(name) for file in valued if not file.schema[name].is_float()
    )
    if common is None or rounds:
        raise _different(name, valued)
    return common


def _widest(types: Sequence[DataType]) -> DataType | None:
    """Give the one of some types that has all values of the others; None if there is none."""
    if all(dtype.is_numeric() for dtype in types):
        return _widest_number(types)
    if all(dtype in (pl.Date(), pl.Datetime("ms"), pl.Datetime("us")) for dtype in types):
        return pl.Datetime("us")
    if all(isinstance(dtype, (pl.String, pl.Categorical, pl.Enum)) for dtype in types):
        return pl.String()
    return None


def _widest_number(types: Sequence[DataType]) -> DataType | None:
    if any(dtype.is_float() for dtype in types):
        # A decimal is a double in a few cases only.
        return None if any(isinstance(dtype, pl.Decimal) for dtype in types) else pl.Float64()
    if all(dtype.is_integer() for dtype in types) and pl.UInt64() not in types:
        return pl.Int64()
    digits, scale = 20, 0
    for dtype in types:
        if isinstance(dtype, pl.Decimal):
            digits, scale = max(digits, (dtype.precision or 0) - dtype.scale), max(scale, dtype.scale)
    # A value that has too many digits then ends the execution.
    return pl.Decimal(min(digits + scale, _MOST_DIGITS), scale)


def _different(name: str, files: Sequence[File]) -> Failure:
    first = files[0]
    other = next(file for file in files if file.schema[name] != first.schema[name])
    return Failure(
        "engine",
        f"The column {name!r} has the type {first.schema[name]} in '{first.path}', and {other.schema[name]} in"
        f" '{other.path}'.",
        hint=f"Read files with text with types={{'{name}': 'VARCHAR'}}, or the files apart, each with a CAST.",
    )
