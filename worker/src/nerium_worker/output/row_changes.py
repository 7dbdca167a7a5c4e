"""Writes what a statement does to the rows of a table: the numbers of the rows that go, and the rows that come."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

FILE_NAME = "replaced"


def save_numbers(numbers: pl.Series, out: Path) -> str:
    """Write row numbers, which ascend, each as 8 bytes, little-endian; return the name of the file."""
    with (out / FILE_NAME).open("wb") as file:
        for part in numbers.to_frame().iter_slices():
            array("q", part.to_series().to_list()).tofile(file)
    return FILE_NAME
