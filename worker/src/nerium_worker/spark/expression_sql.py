"""Expressions of Spark SQL, each with its type in Polars."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from polars.datatypes import DataType


@dataclass(frozen=True)
class Constant:
    """A value that the plan itself holds."""

    value: Any


@dataclass(frozen=True, kw_only=True)
class Term:
    """One expression; `digits` is the precision that Spark gives a decimal, which Polars mostly calls 38.

    `is_uniform`: it has one value in all rows.
    """

    sql: str
    dtype: DataType
    digits: int | None = None
    constant: Constant | None = None
    is_uniform: bool = False

    def precision(self) -> int:
        """Return the digits of a decimal, or of an integer as a decimal."""
        return digits_of(self.dtype) if self.digits is None else self.digits


_INTEGER_DIGITS: dict[type[DataType], int] = {
    pl.Int8: 3,
    pl.UInt8: 3,
    pl.Int16: 5,
    pl.UInt16: 5,
    pl.Int32: 10,
    pl.UInt32: 10,
    pl.Int64: 19,
    pl.UInt64: 20,
}


def digits_of(dtype: DataType) -> int:
    """Return the digits that a type can have."""
    if isinstance(dtype, pl.Decimal):
        return dtype.precision or 38
    return _INTEGER_DIGITS[dtype.base_type()]
