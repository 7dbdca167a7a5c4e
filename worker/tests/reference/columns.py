"""What the generators know about the columns of a table or of an intermediate result."""

from __future__ import annotations

import datetime as dt
import decimal
import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Mapping

    from polars.datatypes import DataTypeClass

    from reference.tables import Table

_SMALL = (1, 2, 3, 5, 7, 10)


@dataclass(frozen=True, kw_only=True)
class Columns:
    """Types by name, the columns that are unique together, and values that occur."""

    types: Mapping[str, pl.DataType]
    # None where rows may be equal, or nothing that is known tells them apart.
    key: tuple[str, ...] | None
    # Floats whose sums do not depend on the order of addition.
    exact: frozenset[str]
    samples: Mapping[str, list[Any]] = field(default_factory=dict)

    def but(self, types: Mapping[str, pl.DataType], key: tuple[str, ...] | None, *, fresh: bool = False) -> Columns:
        """Describe a result of these columns; with `fresh`, no column is what one of the same name was."""
        kept = {name for name, dtype in types.items() if not fresh and self.types.get(name) == dtype}
        if key is not None and not set(key) <= set(types):
            key = None
        samples = {name: values for name, values in self.samples.items() if name in kept}
        return Columns(types=dict(types), key=key, exact=self.exact & kept, samples=samples)

    def without_key(self) -> Columns:
        return replace(self, key=None)

    def __len__(self) -> int:
        return len(self.types)

    @property
    def names(self) -> list[str]:
        return list(self.types)

    def of(self, test: Callable[[pl.DataType], bool]) -> list[str]:
        return [name for name, dtype in self.types.items() if test(dtype)]

    @property
    def integers(self) -> list[str]:
        return self.of(lambda dtype: dtype.is_integer() and dtype not in (pl.Int128, pl.UInt128))

    @property
    def summable(self) -> list[str]:
        """Numbers with exact sums."""
        return [
            name
            for name, dtype in self.types.items()
            if name not in (self.key or ()) and (dtype.is_integer() or dtype.is_decimal() or name in self.exact)
        ]

    @property
    def numbers(self) -> list[str]:
        return self.of(lambda dtype: dtype.is_numeric())

    @property
    def texts(self) -> list[str]:
        return self.of(lambda dtype: dtype == pl.String)

    @property
    def dates(self) -> list[str]:
        return self.of(lambda dtype: dtype == pl.Date)

    @property
    def moments(self) -> list[str]:
        return self.of(lambda dtype: isinstance(dtype, pl.Datetime))

    @property
    def truths(self) -> list[str]:
        return self.of(lambda dtype: dtype == pl.Boolean)

    @property
    def lists(self) -> list[str]:
        """Lists of numbers or texts."""
        return self.of(
            lambda dtype: (
                isinstance(dtype, pl.List) and isinstance(dtype.inner, pl.DataType) and not dtype.inner.is_nested()
            )
        )

    @property
    def integer_lists(self) -> list[str]:
        return [name for name in self.lists if _inner(self.types[name]).is_integer()]

    @property
    def any_lists(self) -> list[str]:
        return self.of(lambda dtype: isinstance(dtype, pl.List))

    @property
    def structs(self) -> list[str]:
        return self.of(lambda dtype: isinstance(dtype, pl.Struct))

    @property
    def flat(self) -> list[str]:
        """Columns that can be compared."""
        return self.of(lambda dtype: not dtype.is_nested() and dtype != pl.Null)

    @property
    def extremes(self) -> list[str]:
        """Columns with a smallest value: which one is of floats with NaN, Polars' engines do not agree."""
        return [name for name in self.flat if not self.types[name].is_float() or name in self.exact]

    @property
    def groups(self) -> list[str]:
        """Columns with few values first, never the key alone."""
        few = [name for name in ("d", "flag", "a", "day") if name in self.types and not self.types[name].is_nested()]
        return few or [name for name in self.flat if name not in (self.key or ())] or self.flat

    def fields(self, name: str) -> list[tuple[str, pl.DataType]]:
        dtype = self.types[name]
        return [(f.name, _dtype(f.dtype)) for f in dtype.fields] if isinstance(dtype, pl.Struct) else []

    def value(self, name: str, rng: random.Random) -> Any:
        """Choose a value that the column has, or one of its type."""
        values = self.samples.get(name)
        if values and rng.random() < 0.9:
            return rng.choice(values)
        return _any_value(self.types[name], rng)


def columns_of(table: Table) -> Columns:
    frame = table.frame
    exact = {
        name
        for name, dtype in frame.schema.items()
        if dtype.is_float() and (name in {"c", "f"} or frame[name].drop_nulls().is_empty())
    }
    samples: dict[str, list[Any]] = {}
    for name, dtype in frame.schema.items():
        if not dtype.is_nested() and dtype not in (pl.Binary, pl.Null):
            values = frame[name].drop_nulls().head(40).to_list()
            samples[name] = [value for value in values if not (isinstance(value, float) and not math.isfinite(value))]
    return Columns(types=dict(frame.schema), key=(table.key,), exact=frozenset(exact), samples=samples)


def _inner(dtype: pl.DataType) -> pl.DataType:
    return _dtype(dtype.inner) if isinstance(dtype, pl.List) else dtype


def _dtype(dtype: pl.DataType | DataTypeClass) -> pl.DataType:
    return dtype if isinstance(dtype, pl.DataType) else dtype()


def _any_value(dtype: pl.DataType, rng: random.Random) -> Any:
    if dtype.is_integer():
        return rng.choice(_SMALL)
    if dtype.is_float():
        return rng.randrange(-40, 40) / 4
    if dtype.is_decimal():
        return decimal.Decimal(rng.randrange(-5000, 5000)).scaleb(-2)
    if dtype == pl.Boolean:
        return rng.random() < 0.5
    if dtype == pl.Date:
        return dt.date(2026, 1, 20) + dt.timedelta(days=rng.randrange(40))
    if isinstance(dtype, pl.Datetime):
        zone = dt.timezone.utc if dtype.time_zone else None
        return dt.datetime(2025, 12, 31, tzinfo=zone) + dt.timedelta(hours=rng.randrange(100))
    if dtype == pl.Time:
        return dt.time(rng.randrange(24), 30)
    return rng.choice(["", "a", "x", "x1", "zz", "ü"])
