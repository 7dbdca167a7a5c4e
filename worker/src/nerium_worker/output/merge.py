"""Finds the rows of a table that a merge replaces, by their keys."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import polars as pl

from nerium_worker.iceberg.predicate import LONGEST_LIST
from nerium_worker.iceberg.types import as_stored
from nerium_worker.output.row_changes import save_numbers
from nerium_worker.protocol.errors import Failure
from nerium_worker.protocol.job import decode_table
from nerium_worker.scan.scan import by_ids, numbered_parts
from nerium_worker.scan.schema_evolution import convert

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from nerium_worker.protocol.job import TableDescription
    from nerium_worker.scan.lake import Lake
    from nerium_worker.scan.scan_plan import Plan

_SHOWN = 3


@dataclass(frozen=True, kw_only=True)
class Merge:
    """The key columns of a merge, and the table at the start of the run; None if it is new."""

    keys: list[str]
    table: TableDescription | None


def decode_merge(message: Mapping[str, Any]) -> Merge:
    """Decode the `merge` of a `write` answer."""
    table = message["table"]
    return Merge(keys=message["keys"], table=None if table is None else decode_table(table))


def find_replaced(merge: Merge, written: pl.LazyFrame, lake: Lake, out: Path) -> dict[str, Any] | None:
    """Check the keys that were written, and leave in `out` the numbers of the rows that they replace."""
    keys = written.select(merge.keys).collect(engine="streaming")
    _require_filled(keys)
    _require_distinct(keys)
    if merge.table is None or keys.is_empty():
        return None
    return _Search(lake, merge.table, keys).save(out)


def _require_filled(keys: pl.DataFrame) -> None:
    for name, count in keys.null_count().row(0, named=True).items():
        if count:
            rows = "1 row" if count == 1 else f"{count:,} rows"
            raise Failure(
                "result",
                f"The key column {name!r} is null in {rows} of the result: null equals nothing, also no key.",
                hint=f"Fill it, or leave these rows out: result.filter(pl.col({name!r}).is_not_null()).",
            )


def _require_distinct(keys: pl.DataFrame) -> None:
    count = " rows with this key"
    names = keys.columns
    repeated = keys.lazy().group_by(names).agg(pl.len().alias(count)).filter(pl.col(count) > 1)
    found = repeated.collect(engine="streaming")
    if found.is_empty():
        return
    shown = "; ".join(
        ", ".join(f"{name}={value!r}" for name, value in zip(names, row, strict=False)) + f" ({row[-1]:,} rows)"
        for row in found.sort(names).head(_SHOWN).rows()
    )
    number = "1 key" if found.height == 1 else f"{found.height:,} keys"
    raise Failure(
        "result",
        f"The result has {number} in more than one row, and a merge needs one row for each key: {shown}"
        f"{'; ...' if found.height > _SHOWN else '.'}",
        hint="Keep one row of each, such as the last: "
        f"result.unique(subset={names}, keep='last', maintain_order=True).",
    )


class _Search:
    """The search for keys in one table."""

    def __init__(self, lake: Lake, table: TableDescription, keys: pl.DataFrame) -> None:
        self._lake = lake
        self._table = table
        self._keys = keys
        self._names = keys.columns
        self._near = [condition for name in self._names if (condition := near(keys[name])) is not None]
        # Longer than the name of any key, so none of them.
        self._row = f"row of {' '.join(self._names)}"
        self._key = f"key of {' '.join(self._names)}"

    def save(self, out: Path) -> dict[str, Any]:
        """Write the numbers of the matched rows, in order, each as 8 bytes, little-endian."""
        plan, has_deletes = self._lake.candidates(self._table, self._near_keys)
        matched = self._match(plan)
        return {
            "file": save_numbers(matched[self._row], out),
            "rows": matched.height,
            "updated": self._live() if has_deletes else matched[self._key].n_unique(),
        }

    def _match(self, plan: Plan) -> pl.DataFrame:
        keys = self._keys.lazy().with_row_index(self._key)
        found = [
            self._physical(plan, part).join(keys, on=self._names, how="inner") for part in numbered_parts(plan.files)
        ]
        if not found:
            return pl.DataFrame(schema={self._row: pl.Int64, self._key: pl.UInt32})
        return pl.concat(found).select(self._row, self._key).sort(self._row).collect(engine="streaming")

    def _physical(self, plan: Plan, files: pl.DataFrame) -> pl.LazyFrame:
        """Scan the keys as they lie in the files, deleted or not, with each row's number within the plan."""
        part = replace(plan, files=files, row_count=(int(files["rows"].sum()), 0))
        fields = [field for field in self._table.schema["fields"] if field["name"] in self._names]
        stored = [as_stored(field) for field in fields]
        scan = by_ids(part, stored, row_index=self._row)
        texts = [
            convert(of_file, field, pl.col).alias(field["name"])
            for of_file, field in zip(stored, fields, strict=True)
            if of_file is not field
        ]
        number = pl.col(self._row).cast(pl.Int64) + int(files["first"][0])
        return scan.with_columns(texts).filter(*self._near).with_columns(number)

    def _near_keys(self, table: pl.LazyFrame) -> pl.LazyFrame:
        return table.filter(*self._near).select(self._names)

    def _live(self) -> int:
        """Count the keys that rows have which nothing deleted so far."""
        live = self._lake.select(self._table, self._near_keys)
        both = self._keys.lazy().join(live, on=self._names, how="semi")
        return int(both.select(pl.len()).collect(engine="streaming").item())


def near(keys: pl.Series) -> pl.Expr | None:
    """Say which rows may have one of these keys, in a form that also leaves out files and row groups."""
    distinct = keys.unique()
    if len(distinct) <= LONGEST_LIST:
        return pl.col(keys.name).is_in(distinct.implode())
    if isinstance(keys.dtype, pl.Datetime) and keys.dtype.time_unit == "ns":
        # Python's datetime, in which bounds are written, has no nanoseconds.
        return None
    low, high = (pl.lit(bound, dtype=keys.dtype) for bound in (keys.min(), keys.max()))
    return pl.col(keys.name).is_between(low, high)
