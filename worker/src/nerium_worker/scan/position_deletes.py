"""Applies position delete files and deletion vectors.

Polars takes them as masks, for which it asks when it executes: a count from the metadata never reads one. But it then
filters whole files only after the masks. Under a filter the rows are numbered instead, and the numbers of deleted rows
are looked up afterwards: so Polars still skips row groups and reads the other columns only where the filter holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from nerium_worker.iceberg.types import arrow_schema
from nerium_worker.polars_plan.unstable import scan_iceberg_files
from nerium_worker.scan import deletion_vector
from nerium_worker.scan.internal_fields import FILE, private_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nerium_worker.scan.scan_plan import Plan

# Iceberg spec, reserved field ids.
_PATH: dict[str, Any] = {"id": 2147483546, "name": "file_path", "required": True, "type": "string"}
_POSITION: dict[str, Any] = {"id": 2147483545, "name": "pos", "required": True, "type": "long"}
_STAYS = private_name("stays")
_ALL_STAY = pl.Series([None], dtype=pl.List(pl.Boolean))


def deletes_positions(plan: Plan) -> bool:
    """Return whether rows are deleted by position."""
    return not {"deletes", "shared-deletes", "vector"}.isdisjoint(plan.files.columns)


def deletion_masks(plan: Plan) -> Callable[[pl.DataFrame], pl.DataFrame] | None:
    """Give Polars what says which rows of a data file stay; None where no row is deleted by position."""
    if not deletes_positions(plan):
        return None
    files = plan.files.with_columns(path=pl.Series(plan.paths(), dtype=pl.String))

    def masks(requested: pl.DataFrame) -> pl.DataFrame:
        wanted = requested.join(files, on="path", how="left", maintain_order="left").with_row_index("number")
        positions = _positions(plan, wanted)
        kept = [_mask(plan, file, positions.get(file["number"])) for file in wanted.iter_rows(named=True)]
        return pl.concat(kept, rechunk=True).to_frame("selection_vector")

    return masks


def without_deleted_numbers(frame: pl.LazyFrame, plan: Plan, row_index: str, *, keeps: bool = False) -> pl.LazyFrame:
    """Leave out the deleted rows of a scan that numbers the rows of all files of the plan.

    The numbers too, unless the frame `keeps` them.
    """
    deleted = _deleted_numbers(plan, row_index)
    if plan.remote:
        # Where the files are, row numbers may have more bits than here.
        numbered = frame.cast({row_index: pl.Int64})
        return numbered.join(deleted.lazy(), on=row_index, how="anti", maintain_order="left").drop(row_index)
    rows = int(plan.files["rows"].sum())
    stays = pl.ones(rows, dtype=pl.Boolean, eager=True).scatter(deleted[row_index], False)  # noqa: FBT003  # a value
    # A lookup in bits costs a tenth of a join.
    looked_up = pl.col(row_index).map_batches(stays.gather, return_dtype=pl.Boolean, is_elementwise=True)
    if keeps:
        return frame.with_columns(looked_up.alias(_STAYS)).filter(pl.col(_STAYS)).drop(_STAYS)
    return frame.with_columns(looked_up).filter(pl.col(row_index)).drop(row_index)


def _deleted_numbers(plan: Plan, row_index: str) -> pl.DataFrame:
    files = plan.files.with_row_index("number")
    first = files.lazy().select("number", "rows", first=pl.col("rows").cum_sum() - pl.col("rows"))
    position = pl.col(_POSITION["name"])
    return (
        pl.concat([*_read(plan, files), *_vectors(plan, files)])
        .join(first.cast({"number": pl.Int64}), on="number")
        .filter(position < pl.col("rows"))
        .select((pl.col("first") + position).alias(row_index))
        .collect(engine="streaming")
    )


def _mask(plan: Plan, file: Mapping[str, Any], positions: pl.Series | None) -> pl.Series:
    """Say for each row of a data file whether it stays, in one list; null when all stay."""
    if file.get("vector") is not None:
        positions = _vector(plan, file)
    if positions is None:
        return _ALL_STAY
    rows = file["rows"]
    stays = pl.ones(rows, dtype=pl.Boolean, eager=True)
    return stays.scatter(positions.filter(positions < rows), False).implode()  # noqa: FBT003  # a value


def _positions(plan: Plan, files: pl.DataFrame) -> dict[int, pl.Series]:
    """Read the delete files, each once: the positions that they hold, by the number of the data file."""
    deleted = _read(plan, files)
    if not deleted:
        return {}
    by_file = pl.concat(deleted).group_by("number").agg(_POSITION["name"]).collect(engine="streaming")
    return dict(zip(by_file["number"].to_list(), by_file[_POSITION["name"]], strict=True))


def _read(plan: Plan, files: pl.DataFrame) -> list[pl.LazyFrame]:
    return [
        read(plan, files)
        for column, read in (("deletes", _own), ("shared-deletes", _shared_deletes))
        if column in files.columns
    ]


def _vectors(plan: Plan, files: pl.DataFrame) -> list[pl.LazyFrame]:
    if "vector" not in files.columns:
        return []
    found = [
        _vector(plan, file)
        .cast(pl.Int64)
        .to_frame(_POSITION["name"])
        .with_columns(number=pl.lit(file["number"], pl.Int64))
        for file in files.drop_nulls("vector").iter_rows(named=True)
    ]
    return [pl.concat(found).lazy().select("number", _POSITION["name"])] if found else []


def _vector(plan: Plan, file: Mapping[str, Any]) -> pl.Series:
    return deletion_vector.positions(
        plan.path(file["vector"]), offset=file["vector-offset"], size=file["vector-bytes"], rows=file["vector-rows"]
    )


def _own(plan: Plan, files: pl.DataFrame) -> pl.LazyFrame:
    pairs = files.select("number", delete="deletes").explode("delete").drop_nulls("delete")
    return _scan(plan, pairs["delete"], [_POSITION], numbers=pairs["number"])


def _shared_deletes(plan: Plan, files: pl.DataFrame) -> pl.LazyFrame:
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
