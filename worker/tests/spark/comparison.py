"""Whether two results are the same rows; floats that were added in another order may differ in their last digits."""

from __future__ import annotations

import math
from typing import Any

import polars as pl


def differences(expected: pl.DataFrame, found: pl.DataFrame, *, ordered: bool = False) -> str | None:
    """Say how two results differ."""
    if expected.schema != found.schema:
        return f"schema {dict(found.schema)} is not {dict(expected.schema)}"
    if expected.height != found.height:
        return f"{found.height} rows instead of {expected.height}"
    narrow = pl.Float32 in expected.dtypes
    rows, others = expected.rows(), found.rows()
    if not ordered:
        rows, others = sorted(rows, key=_key), sorted(others, key=_key)
    wrong = [
        (row, other) for row, other in zip(rows, others, strict=True) if not _same(row, other, 1e-6 if narrow else 1e-9)
    ]
    return f"{wrong[0][1]} instead of {wrong[0][0]} ({len(wrong)} rows)" if wrong else None


def negative_zeros(rows: pl.DataFrame) -> list[list[bool]]:
    """Tell which floats are -0.0."""
    floats = rows.select(pl.selectors.float())
    return [[value == 0 and math.copysign(1, value) < 0 for value in row] for row in floats.rows()]


def _key(value: Any) -> Any:
    match value:
        case None:
            return (0,)
        case float():
            return (2,) if math.isnan(value) else (1, f"{value + 0.0:.6g}")
        case tuple() | list():
            return (3, *(_key(each) for each in value))
        case dict():
            return (4, *(_key(each) for each in value.values()))
        case _:
            return (5, str(value))


def _same(one: Any, other: Any, tolerance: float) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        both_nan = math.isnan(one) and math.isnan(other)
        return both_nan or one == other or math.isclose(one, other, rel_tol=tolerance, abs_tol=1e-12)
    if isinstance(one, (tuple, list)) and isinstance(other, (tuple, list)):
        return len(one) == len(other) and all(_same(*pair, tolerance) for pair in zip(one, other, strict=True))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key], tolerance) for key in one)
    return type(one) is type(other) and bool(one == other)
