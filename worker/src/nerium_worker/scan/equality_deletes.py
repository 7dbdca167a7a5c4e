"""Applies equality delete files: rows with the deleted values are left out.

Iceberg's rule (spec, scan planning): a row is deleted when a delete file has its values in the fields that the file
compares, the file is of the row's partition or of all, and it is newer than the row's data file. So of equal deletes
only the newest counts, and one join per set of fields decides for all data files together and keeps the rows' order.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import polars as pl

from nerium_worker.iceberg.types import arrow_schema
from nerium_worker.polars_plan.unstable import scan_iceberg_files
from nerium_worker.scan.internal_fields import PARTITION, SEQUENCE, private_name
from nerium_worker.scan.nested_fields import column, narrow, path_to, with_field

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from nerium_worker.scan.nested_fields import Field
    from nerium_worker.scan.scan_plan import EqualityDeletes, EqualityFile

_NEWEST = private_name("newest")


def fields_to_scan(fields: Sequence[Field], deletes: EqualityDeletes) -> list[Field]:
    """Give the columns that a scan must have for the deletes to apply: dropped ones too, and where each row stands."""
    for key in deletes.keys.values():
        fields = with_field(fields, key)
    return [*fields, SEQUENCE, PARTITION]


def without_deleted(
    frame: pl.LazyFrame,
    fields: Sequence[Field],
    deletes: EqualityDeletes,
    *,
    literal: bool = False,
    others: Sequence[str] = (),
) -> pl.LazyFrame:
    """Leave out the deleted rows of a scan of `fields_to_scan`, and the columns that it had for that.

    `literal`: the deletes are read at once and become part of the frame. `others`: further columns that stay.
    """
    scanned = fields_to_scan(fields, deletes)
    files = sorted(deletes.files, key=_kind)
    for _, group in groupby(files, key=_kind):
        group_files = list(group)
        newest = _newest(group_files, deletes)
        frame = _left(frame, scanned, group_files, newest.collect(engine="streaming").lazy() if literal else newest)
    extended = {field["id"]: field for field in scanned}
    return frame.select([*(narrow(field, extended[field["id"]]) for field in fields), *others])


def _kind(file: EqualityFile) -> tuple[tuple[int, ...], bool]:
    return file.fields, file.partition is None


def _newest(files: Sequence[EqualityFile], deletes: EqualityDeletes) -> pl.LazyFrame:
    """Read delete files that compare the same fields: the newest of equal deletes."""
    written: list[Field] = []
    for field in files[0].fields:
        written = with_field(written, deletes.keys[field])
    values = _values(written, files[0].fields)
    return (
        scan_iceberg_files(
            [file.file for file in files],
            arrow_schema=arrow_schema({"fields": [*written, SEQUENCE, PARTITION]}),
            constants={
                SEQUENCE["id"]: pl.Series([file.sequence for file in files], dtype=pl.Int64),
                PARTITION["id"]: pl.Series([file.partition for file in files], dtype=pl.Int64),
            },
        )
        .with_columns(**values)
        .group_by(_keys(files, values))
        .agg(pl.col(SEQUENCE["name"]).max().alias(_NEWEST))
    )


def _keys(files: Sequence[EqualityFile], values: Collection[str]) -> list[str]:
    """Name what must be equal, all files being of one partition each or all of every partition."""
    return [*([] if files[0].partition is None else [PARTITION["name"]]), *values]


def _left(
    frame: pl.LazyFrame, scanned: Sequence[Field], files: Sequence[EqualityFile], newest: pl.LazyFrame
) -> pl.LazyFrame:
    """Apply delete files that compare the same fields."""
    values = _values(scanned, files[0].fields)
    # Polars keeps the order of the left side, if asked to.
    joined = frame.with_columns(**values).join(
        newest, on=_keys(files, values), how="left", nulls_equal=True, maintain_order="left"
    )
    deleted = pl.col(_NEWEST) > pl.col(SEQUENCE["name"])
    return joined.filter(deleted.is_null() | ~deleted).drop(_NEWEST, *values)


def _values(fields: Sequence[Field], compared: Sequence[int]) -> dict[str, pl.Expr]:
    """Give the expressions that must be equal, by private names: the values, and flags where equal values differ.

    For Iceberg's readers, a missing struct differs from a struct of nulls, and -0.0 from 0.0; a join finds them equal.
    """
    values: dict[str, pl.Expr] = {}
    for number in compared:
        path = path_to(fields, number)
        value = column(path)
        values[private_name(f"value_{number}")] = value
        if path[-1]["type"] in {"float", "double"}:
            values[private_name(f"sign_{number}")] = (value == 0) & (1 / value < 0)
        for depth in range(1, len(path)):
            values[private_name(f"null_{path[depth - 1]['id']}")] = column(path[:depth]).is_null()
    return values
