"""Rows that are deleted by their position in a data file: position delete files and deletion vectors.

Polars asks for them when it executes, not when it plans: a count from the metadata never reads one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from nerium_worker import deletion_vector
from nerium_worker.iceberg_types import arrow_schema
from nerium_worker.native import scan_iceberg_files
from nerium_worker.private_fields import FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nerium_worker.plan import Plan

# Iceberg spec, reserved field ids.
_PATH: dict[str, Any] = {"id": 2147483546, "name": "file_path", "required": True, "type": "string"}
_POSITION: dict[str, Any] = {"id": 2147483545, "name": "pos", "required": True, "type": "long"}


def deletion_masks(plan: Plan) -> Callable[[pl.DataFrame], pl.DataFrame] | None:
    """Give Polars what says which rows of a data file stay; None where no row is deleted by position."""
    if {"deletes", "shared-deletes", "vector"}.isdisjoint(plan.files.columns):
        return None
    files = plan.files.with_columns(path=pl.Series(plan.paths(), dtype=pl.String))

    def masks(requested: pl.DataFrame) -> pl.DataFrame:
        wanted = requested.join(files, on="path", how="left", maintain_order="left").with_row_index("number")
        positions = _positions(plan, wanted)
        kept = [_mask(plan, file, positions.get(file["number"])) for file in wanted.iter_rows(named=True)]
        return pl.DataFrame({"selection_vector": pl.Series(kept, dtype=pl.List(pl.Boolean))})

    return masks


def _mask(plan: Plan, file: Mapping[str, Any], positions: pl.Series | None) -> pl.Series | None:
    """Say for each row of a data file whether it stays; None when all stay."""
    if file.get("vector") is not None:
        positions = deletion_vector.positions(
            plan.path(file["vector"]), offset=file["vector-offset"], size=file["vector-bytes"], rows=file["vector-rows"]
        )
    if positions is None:
        return None
    rows = file["rows"]
    return pl.repeat(True, rows, dtype=pl.Boolean, eager=True).scatter(positions.filter(positions < rows), False)  # noqa: FBT003  # a value


def _positions(plan: Plan, files: pl.DataFrame) -> dict[int, pl.Series]:
    """Read the delete files, each once: the positions that they hold, by the number of the data file."""
    deleted = [
        read(plan, files)
        for column, read in (("deletes", _own), ("shared-deletes", _shared))
        if column in files.columns
    ]
    if not deleted:
        return {}
    by_file = pl.concat(deleted).group_by("number").agg(_POSITION["name"]).collect(engine="streaming")
    return dict(zip(by_file["number"].to_list(), by_file[_POSITION["name"]], strict=True))


def _own(plan: Plan, files: pl.DataFrame) -> pl.LazyFrame:
    pairs = files.select("number", delete="deletes").explode("delete").drop_nulls("delete")
    return _scan(plan, pairs["delete"], [_POSITION], numbers=pairs["number"])


def _shared(plan: Plan, files: pl.DataFrame) -> pl.LazyFrame:
    pairs = files.select("number", "location", delete="shared-deletes").explode("delete").drop_nulls("delete")
    deletes = pairs.select("delete").unique(maintain_order=True).with_row_index("file")
    rows = _scan(plan, deletes["delete"], [_PATH, _POSITION], numbers=deletes["file"]).rename({"number": "file"})
    named = pairs.join(deletes, on="delete").select("file", "number", pl.col("location").alias(_PATH["name"])).lazy()
    return rows.join(named.cast({"file": pl.Int64, "number": pl.Int64}), on=["file", _PATH["name"]]).select(
        "number", _POSITION["name"]
    )


def _scan(plan: Plan, deletes: pl.Series, fields: list[Mapping[str, Any]], *, numbers: pl.Series) -> pl.LazyFrame:
    schema = {"fields": [*fields, FILE]}
    return scan_iceberg_files(
        [plan.path(name) for name in deletes.to_list()],
        arrow_schema=arrow_schema(schema),
        constants={FILE["id"]: numbers.cast(pl.Int64)},
    ).select(pl.col(FILE["name"]).alias("number"), *(field["name"] for field in fields))
