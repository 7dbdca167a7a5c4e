"""Scans the data files of a scan plan, without deleted rows."""

from __future__ import annotations

import functools
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from nerium_worker.iceberg.single_value import series
from nerium_worker.iceberg.types import arrow_schema, as_stored, polars_schema
from nerium_worker.polars_plan.unstable import (
    ROWS_OF_A_SCAN,
    scan_files_by_name,
    scan_iceberg_files,
    scan_named_files,
)
from nerium_worker.scan.equality_deletes import fields_to_scan, without_deleted
from nerium_worker.scan.internal_fields import PARTITION, ROW, SEQUENCE, private_name
from nerium_worker.scan.position_deletes import deletes_positions, deletion_masks, without_deleted_numbers
from nerium_worker.scan.schema_evolution import convert, dtype

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nerium_worker.scan.nested_fields import Field
    from nerium_worker.scan.scan_plan import Plan


# Each takes a bit of memory.
_NUMBERED_ROWS = 1 << 28
# Polars keeps footers of the files of a scan.
_KEPT_SCANS = 64
_MOST_FILES_OF_KEPT_SCANS = 16
_PATH = private_name("path")


def scan(plan: Plan, fields: Sequence[Field], *, numbered: bool = False) -> pl.LazyFrame:
    """Read the rows of a plan in the columns of a table, in the order of the plan's files.

    `numbered`: with the number of each row over all files of the plan, deleted rows counted, in the column `ROW`.
    """
    # A column of the type unknown has nulls only, which are in no file.
    stored = [as_stored(field) for field in fields if field["type"] != "unknown"]
    frame = (_scan_numbered if numbered else _scan_plan)(plan.as_stored(), stored)
    if all(of_file is field for of_file, field in zip(stored, fields, strict=False)) and len(stored) == len(fields):
        return frame
    of_files = {field["id"]: field for field in stored}
    changed = [field for field in fields if of_files.get(field["id"]) is not field]
    values = (convert(of_files.get(field["id"]), field, pl.col).alias(field["name"]) for field in changed)
    return frame.with_columns(values).select([field["name"] for field in fields] + [ROW] * numbered)


def _scan_numbered(plan: Plan, fields: Sequence[Field]) -> pl.LazyFrame:
    """Read the rows that are left of files that are read by field ids, or by layouts, with their numbers."""
    scanned = fields if plan.equality is None else fields_to_scan(fields, plan.equality)
    parts = [_numbered_part(replace(plan, files=part), scanned) for part in numbered_parts(plan.files)]
    if not parts:
        return pl.LazyFrame(schema={**polars_schema({"fields": fields}), ROW: pl.Int64})
    frame = pl.concat(parts)
    return frame if plan.equality is None else without_deleted(frame, fields, plan.equality, others=(ROW,))


def _numbered_part(plan: Plan, fields: Sequence[Field]) -> pl.LazyFrame:
    layout = plan.files["layout"][0] if "layout" in plan.files.columns else -1
    if layout < 0:
        frame = _scan(plan, fields, masks=None, row_count=None, row_index=ROW)
    else:
        frame = _by_names(plan, plan.layouts[layout]["fields"], fields, row_index=ROW)
    if deletes_positions(plan):
        frame = without_deleted_numbers(frame, plan, ROW, keeps=True)
    return frame.select(*(field["name"] for field in fields), pl.col(ROW).cast(pl.Int64) + int(plan.files["first"][0]))


def numbered_parts(files: pl.DataFrame) -> list[pl.DataFrame]:
    """Divide the files of a plan so that one scan can number the rows of each part; `first` is a file's first row."""
    rows = pl.col("rows")
    layouts = pl.col("layout").rle_id() if "layout" in files.columns else pl.lit(0)
    return (
        files.with_columns(first=rows.cum_sum() - rows)
        .with_columns(part=pl.struct(layouts.alias("run"), (pl.col("first") // ROWS_OF_A_SCAN).alias("number")))
        .partition_by("part", maintain_order=True, include_key=False)
    )


def _scan_plan(plan: Plan, fields: Sequence[Field]) -> pl.LazyFrame:
    if plan.stored is not None:
        return _by_stored_names(plan, plan.stored["fields"], fields)
    if plan.equality is None:
        return _scan_stored(plan, fields)
    stored = _scan_stored(plan, fields_to_scan(fields, plan.equality))
    return without_deleted(stored, fields, plan.equality, literal=plan.remote)


class NotByNameError(Exception):
    """The files' columns have other types for Polars than their names and Iceberg's metadata say."""


def _by_stored_names(plan: Plan, stored: Sequence[Field], fields: Sequence[Field]) -> pl.LazyFrame:
    """Read files as Polars reads them by itself, and give their columns the names and types of the table."""
    frame = _without_deleted(plan, functools.partial(_scan_by_name, plan))
    if frame.collect_schema() != polars_schema({"fields": stored}):
        raise NotByNameError
    if [(field["name"], field["type"]) for field in stored] == [(field["name"], field["type"]) for field in fields]:
        return frame
    columns = {field["id"]: field for field in stored}
    values = [_value(columns.get(field["id"]), field).alias(field["name"]) for field in fields]
    if all(field["id"] in columns for field in fields):
        return frame.select(values)
    # A selection of constants alone has no row for each row of the files.
    return frame.with_columns(values).select(field["name"] for field in fields)


def _value(stored: Field | None, field: Field) -> pl.Expr:
    if stored is not None and stored["type"] == field["type"]:
        # A cast would hide the statistics of the column.
        return pl.col(stored["name"])
    return convert(stored, field, pl.col)


def _scan_by_name(
    plan: Plan,
    *,
    masks: Callable[[pl.DataFrame], pl.DataFrame] | None,
    row_count: tuple[int, int] | None,
    row_index: str | None,
) -> pl.LazyFrame:
    paths, sizes = tuple(plan.paths()), tuple(plan.files["bytes"].to_list())
    if masks is None and row_index is None and len(paths) <= _MOST_FILES_OF_KEPT_SCANS:
        return _kept_scan(paths, sizes, row_count, use_statistics=plan.statistics)
    return scan_files_by_name(
        paths,
        sizes=sizes,
        row_count=row_count,
        masks=masks,
        row_index=row_index,
        use_statistics=plan.statistics,
    )


@functools.lru_cache(maxsize=_KEPT_SCANS)
def _kept_scan(
    paths: tuple[str, ...], sizes: tuple[int, ...], row_count: tuple[int, int] | None, *, use_statistics: bool
) -> pl.LazyFrame:
    """Scan files whose footers are read once: the name of a file in a job's folder always has the same content."""
    return scan_files_by_name(
        paths, sizes=sizes, row_count=row_count, masks=None, row_index=None, use_statistics=use_statistics
    )


def _without_deleted(plan: Plan, scan_files: Callable[..., pl.LazyFrame], row_index: str | None = None) -> pl.LazyFrame:
    """Scan files without the rows that are deleted by position, by their numbers where a filter leaves out others."""
    few = plan.filtered and plan.files["rows"].sum() <= _NUMBERED_ROWS
    if (plan.remote or few) and deletes_positions(plan):
        return without_deleted_numbers(scan_files(masks=None, row_count=None, row_index=ROW), plan, ROW)
    return scan_files(masks=deletion_masks(plan), row_count=plan.row_count, row_index=row_index)


def _scan_stored(plan: Plan, fields: Sequence[Field]) -> pl.LazyFrame:
    if "layout" not in plan.files.columns:
        return by_ids(plan, fields)
    return pl.concat(
        by_ids(part, fields) if layout is None else _by_names(part, layout["fields"], fields)
        for layout, part in plan.parts()
    )


def _by_names(
    plan: Plan, stored: Sequence[Field], fields: Sequence[Field], *, row_index: str | None = None
) -> pl.LazyFrame:
    """Read files that all have one layout; with `row_index`, which numbers their rows, nothing is deleted from them."""
    constants, paths = _constants(plan, fields), plan.paths()
    columns = {field["id"]: field for field in stored}
    frame = scan_named_files(
        paths,
        path_column=_PATH,
        masks=deletion_masks(plan) if row_index is None else None,
        row_index=row_index,
        use_statistics=plan.statistics,
    )
    values = {}
    for field in fields:
        value = convert(columns.get(field["id"]), field, pl.col)
        if field["id"] not in columns and field["id"] in constants:
            value = pl.col(_PATH).replace_strict(paths, constants[field["id"]], return_dtype=dtype(field))
        values[field["name"]] = value
    return frame.with_columns(**values).select([*values, *([] if row_index is None else [row_index])])


def _constants(plan: Plan, fields: Sequence[Field]) -> dict[int, pl.Series]:
    scopes = {
        field["id"]: plan.files[column].cast(pl.Int64)
        for field, column in ((SEQUENCE, "sequence"), (PARTITION, "partition"))
        if column in plan.files.columns
    }
    return {**plan.constants(fields), **scopes}


def by_ids(plan: Plan, fields: Sequence[Field], *, row_index: str | None = None) -> pl.LazyFrame:
    """Read the rows of files that carry field ids; `row_index` as of `scan_iceberg_files`."""
    return _without_deleted(plan, functools.partial(_scan, plan, fields), row_index)


def _scan(
    plan: Plan,
    fields: Sequence[Field],
    *,
    masks: Callable[[pl.DataFrame], pl.DataFrame] | None,
    row_count: tuple[int, int] | None,
    row_index: str | None,
) -> pl.LazyFrame:
    return scan_iceberg_files(
        plan.paths(),
        sizes=plan.files["bytes"].to_list(),
        arrow_schema=arrow_schema({"fields": fields}),
        constants=_constants(plan, fields),
        defaults={
            field["id"]: series(field, [field["initial-default"]])
            for field in fields
            if field.get("initial-default") is not None
        },
        masks=masks,
        row_count=row_count,
        row_index=row_index,
        use_statistics=plan.statistics,
    )
