"""Lake tables as lazy frames, whose files are planned when Polars knows what it will read."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import polars as pl

from nerium_worker.errors import NotExecutingError
from nerium_worker.iceberg_types import arrow_schema
from nerium_worker.native import LazyFrameResolver, scan_iceberg_files, serialized_filters
from nerium_worker.predicate import conjunction
from nerium_worker.single_value import series

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from polars.lazyframe.resolver import FilterExpr

    from nerium_worker.channel import Asks
    from nerium_worker.job import TableDescription


class Lake:
    """The tables of one job. They can be read once `open` was called: a script only describes what to read."""

    def __init__(self, asks: Asks, data: Path) -> None:
        self._asks = asks
        self._data = data
        self._is_open = False

    def open(self) -> None:
        """Let frames read, from now on to the end of the job."""
        self._is_open = True

    def frame(self, table: TableDescription) -> pl.LazyFrame:
        """Make the lazy frame of a table."""
        return TableResolver(self, table).lazy()

    def plan(
        self, table: TableDescription, *, filters: list[str], limit: int | None, columns: list[str] | None
    ) -> pl.LazyFrame:
        """Ask for the files that a scan needs, and scan them."""
        if not self._is_open:
            raise NotExecutingError(
                f"Nerium executes frames of lake tables itself, and {table.name} was read by the script"
            )
        # Polars applies a limit before the filters beside it: files that hold none of the filters' rows still count.
        expression = conjunction(filters, table.schema) if limit is None else None
        answer, payload = self._asks.ask(
            "plan", table=table.handle, filter=expression, limit=None if filters else limit, columns=columns
        )
        return _scan(table, self._data, pl.read_ipc_stream(io.BytesIO(payload)), (answer["rows"], answer["deleted"]))


def _scan(table: TableDescription, data: Path, plan: pl.DataFrame, row_count: tuple[int, int]) -> pl.LazyFrame:
    fields = table.schema["fields"]
    return scan_iceberg_files(
        [str(data / path) for path in plan["path"]],
        sizes=plan["bytes"].to_list(),
        schema=arrow_schema(table.schema),
        constants={field["id"]: _constants(field, plan) for field in fields if _constant_name(field) in plan.columns},
        defaults={
            field["id"]: series(field, [field["initial-default"]])
            for field in fields
            if field.get("initial-default") is not None
        },
        deletes={
            index: [str(data / path) for path in paths]
            for index, paths in enumerate(plan["deletes"].to_list())
            if paths
        },
        row_count=row_count,
    )


def _constant_name(field: dict[str, Any]) -> str:
    return f"constant-{field['id']}"


def _constants(field: dict[str, Any], plan: pl.DataFrame) -> pl.Series:
    texts = plan[_constant_name(field)].to_list()
    return series(field, [None if text is None else json.loads(text) for text in texts])


class TableResolver(LazyFrameResolver):
    """Answers Polars with the files of one table; called from several of Polars' threads at once."""

    def __init__(self, lake: Lake, table: TableDescription) -> None:
        self._lake = lake
        self._table = table
        self._schema = pl.Schema(arrow_schema(table.schema))

    def schema(self) -> pl.Schema:
        """Give the columns of the pinned snapshot."""
        return self._schema

    def resolve_lazyframe(  # noqa: PLR0913  # the signature is Polars'
        self,
        *,
        projection: list[str] | None,
        limit: int | None,
        filters: list[FilterExpr],
        filter_columns: list[str],
        filter_drop_columns_idx: int | None,  # noqa: ARG002
        existing_resolved_version_key: str | None,  # noqa: ARG002  # a snapshot never changes
    ) -> pl.LazyFrame:
        """Scan the files that are left after projection, filters and limit."""
        columns = None if projection is None else list(dict.fromkeys([*projection, *filter_columns]))
        return self._lake.plan(self._table, filters=serialized_filters(filters), limit=limit, columns=columns)

    def cse_eq(self, other: object) -> bool:
        """Two frames of one pinned table read the same rows, so a table that is named twice is read once."""
        return isinstance(other, TableResolver) and self._table.handle == other._table.handle  # noqa: SLF001
