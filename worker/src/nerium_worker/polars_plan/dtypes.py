"""Helpers for types of Polars."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from polars.datatypes import DataType, DataTypeClass


def instance(dtype: DataType | DataTypeClass) -> DataType:
    """Make the type of a field an instance: Polars takes and gives classes too."""
    return dtype() if isinstance(dtype, type) else dtype
