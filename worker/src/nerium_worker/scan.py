"""The rows of a plan: its data files, without what was deleted from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from nerium_worker.equality_deletes import scanned_fields, without_deleted
from nerium_worker.iceberg_types import arrow_schema
from nerium_worker.native import scan_iceberg_files
from nerium_worker.position_deletes import deletion_masks
from nerium_worker.private_fields import PARTITION, SEQUENCE
from nerium_worker.single_value import series

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nerium_worker.nested import Field
    from nerium_worker.plan import Plan


def scan(plan: Plan, fields: Sequence[Field]) -> pl.LazyFrame:
    """Read the rows of a plan in the columns of a table, in the order of the plan's files."""
    if plan.equality is None:
        return _stored(plan, fields)
    return without_deleted(_stored(plan, scanned_fields(fields, plan.equality)), fields, plan.equality)


def _stored(plan: Plan, fields: Sequence[Field]) -> pl.LazyFrame:
    scopes = {
        field["id"]: plan.files[column].cast(pl.Int64)
        for field, column in ((SEQUENCE, "sequence"), (PARTITION, "partition"))
        if column in plan.files.columns
    }
    return scan_iceberg_files(
        plan.paths(),
        sizes=plan.files["bytes"].to_list(),
        arrow_schema=arrow_schema({"fields": fields}),
        constants={**plan.constants(fields), **scopes},
        defaults={
            field["id"]: series(field, [field["initial-default"]])
            for field in fields
            if field.get("initial-default") is not None
        },
        masks=deletion_masks(plan),
        row_count=plan.row_count,
    )
