"""Lake tables as lazy frames, whose files are planned when Polars knows what it will read."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from nerium_worker.errors import NotExecutingError
from nerium_worker.iceberg_types import arrow_schema
from nerium_worker.native import LazyFrameResolver, scan_iceberg_files, serialized_filters
from nerium_worker.predicate import conjunction
from nerium_worker.single_value import series

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
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
        self._handles: dict[str, int] = {}

    def open(self) -> None:
        """Let frames read, from now on to the end of the job."""
        self._is_open = True

    def frame(self, table: TableDescription) -> pl.LazyFrame:
        """Make the lazy frame of a table."""
        self._handles[table.name] = table.handle
        # Polars names a resolver after its class, in the texts of plans.
        named: type[TableResolver] = type(table.name, (TableResolver,), {})
        return named(self, table).lazy()

    def row_count(self, name: str) -> int | None:
        """Count the rows of a table from its metadata; None where that can't be exact."""
        answer, _ = self._asks.ask("count", table=self._handles[name])
        rows: int | None = answer["rows"]
        return rows

    def plan(
        self, table: TableDescription, *, filters: list[str], limit: int | None, columns: list[str] | None
    ) -> Plan:
        """Ask for the files that a scan needs."""
        if not self._is_open:
            raise NotExecutingError(f"{table.name} is a table of the lake, whose frames Nerium executes itself")
        # Polars applies a limit before the filters beside it: files that hold none of the filters' rows still count.
        expression = conjunction(filters, table.schema) if limit is None else None
        answer, payload = self._asks.ask(
            "plan", table=table.handle, filter=expression, limit=None if filters else limit, columns=columns
        )
        files = pl.read_ipc_stream(io.BytesIO(payload))
        return Plan(files=files, row_count=(answer["rows"], answer["deleted"]), data=str(self._data))


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One row per data file: path, bytes, rows, deletes, and `constant-<field id>` for partition values."""

    files: pl.DataFrame
    row_count: tuple[int, int]
    data: str

    def paths(self) -> list[str]:
        """Name the data files as the sandbox shows them."""
        return [f"{self.data}/{path}" for path in self.files["path"].to_list()]

    def deletes(self) -> dict[int, list[str]]:
        """Name the delete files of those data files that have any, by the position of the data file."""
        lists = enumerate(self.files["deletes"].to_list())
        return {index: [f"{self.data}/{path}" for path in paths] for index, paths in lists if paths}

    def constants(self, fields: Sequence[Mapping[str, Any]]) -> dict[int, pl.Series]:
        """Give the partition values that stand for columns, by field id."""
        named = {f"constant-{field['id']}": field for field in fields}
        return {
            field["id"]: series(
                field, [None if text is None else json.loads(text) for text in self.files[name].to_list()]
            )
            for name, field in named.items()
            if name in self.files.columns
        }


class TableResolver(LazyFrameResolver):
    """Answers Polars with the files of one table; called from several of Polars' threads at once."""

    def __init__(self, lake: Lake, table: TableDescription) -> None:
        self._lake = lake
        self._table = table
        self._arrow_schema = arrow_schema(table.schema)
        self._schema = pl.Schema(self._arrow_schema)

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
        plan = self._lake.plan(self._table, filters=serialized_filters(filters), limit=limit, columns=columns)
        fields = self._table.schema["fields"]
        return scan_iceberg_files(
            plan.paths(),
            sizes=plan.files["bytes"].to_list(),
            arrow_schema=self._arrow_schema,
            polars_schema=self._schema,
            constants=plan.constants(fields),
            defaults={
                field["id"]: series(field, [field["initial-default"]])
                for field in fields
                if field.get("initial-default") is not None
            },
            deletes=plan.deletes(),
            row_count=plan.row_count,
        )

    def cse_eq(self, other: object) -> bool:
        """Two frames of one pinned table read the same rows, so a table that is named twice is read once."""
        return isinstance(other, TableResolver) and self._table.handle == other._table.handle  # noqa: SLF001
