"""Lake tables as lazy frames, whose files are planned when Polars knows what it will read."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

from nerium_worker.errors import Failure, NotExecutingError
from nerium_worker.iceberg_types import polars_schema
from nerium_worker.native import (
    LazyFrameResolver,
    ResolvedLazyFrameProps,
    scan_placeholder,
    serialized_filters,
)
from nerium_worker.notes import all_columns, unplanned_filter
from nerium_worker.placeholder import Placeholder
from nerium_worker.plan import decode_plan
from nerium_worker.predicate import conjunction
from nerium_worker.scan import scan

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import polars as pl
    from polars.lazyframe.resolver import FilterExpr

    from nerium_worker.channel import Asks
    from nerium_worker.job import TableDescription
    from nerium_worker.notes import Note
    from nerium_worker.plan import Plan


def sent_name(handle: int) -> str:
    """Name a table in a plan that is sent away."""
    return f"nerium-table-{handle};"


_READ = "read"
_LOOKED_AT = "looked at"


class Lake:
    """The tables of one job. They can be read once `open` was called: a script only describes what to read."""

    def __init__(self, asks: Asks, data: Path) -> None:
        self._asks = asks
        self._data = data
        self._is_open = False
        self.is_looked_at = False
        self.notes: list[Note] = []
        self._handles: dict[str, int] = {}
        self._tables: list[TableDescription] = []

    def open(self) -> None:
        """Let frames read, from now on to the end of the job."""
        self._is_open = True

    @contextlib.contextmanager
    def looked_at(self) -> Iterator[None]:
        """Let plans be made without their tables' files: nothing is asked."""
        self.is_looked_at = True
        try:
            yield
        finally:
            self.is_looked_at = False

    def frame(self, table: TableDescription) -> pl.LazyFrame:
        """Make the lazy frame of a table."""
        self._handles[table.name] = table.handle
        self._tables.append(table)
        # Polars names a resolver after its class, in the texts of plans.
        named: type[TableResolver] = type(table.name, (TableResolver,), {})
        frame = named(self, table).lazy()
        # Polars keeps a schema it was told. Where it asks for one first in `map_groups`, it waits for itself for ever.
        frame.collect_schema()
        return frame

    def handles(self) -> Mapping[str, int]:
        """Give the handle of each table that the job reads, by its name."""
        return self._handles

    def tables(self) -> Sequence[TableDescription]:
        """Give the tables of which there are frames."""
        return self._tables

    def names(self) -> list[str]:
        """Name the tables that the job reads."""
        return sorted(self._handles)

    def sent(self, table: TableDescription) -> pl.LazyFrame:
        """Scan all of a table whose data files are elsewhere."""
        plan = self.plan(table, filters=[], limit=None, columns=None)
        if plan.layouts:
            raise Failure(
                "engine",
                f"The cluster can't read {table.name}: some of its data files have no field ids.",
                hint="Compact or overwrite the table first, or send distributed: false.",
            )
        fields = table.schema["fields"]
        flat = all(isinstance(field["type"], str) for field in fields)
        return scan(replace(plan, statistics=flat, remote=True), fields)

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
        self._note(table, columns, has_filters=bool(filters), is_planned=expression is not None or limit is not None)
        answer, payload = self._asks.ask(
            "plan", table=table.handle, filter=expression, limit=None if filters else limit, columns=columns
        )
        return decode_plan(answer, payload, str(self._data))

    def _note(self, table: TableDescription, columns: list[str] | None, *, has_filters: bool, is_planned: bool) -> None:
        count = len(table.schema["fields"])
        if columns is None or len(columns) == count:
            self.notes.append(all_columns(table.handle, count))
        if has_filters and not is_planned:
            self.notes.append(unplanned_filter(table.handle))

    def candidates(self, filters: list[str], table: TableDescription) -> tuple[Plan, bool]:
        """Ask for the destination's files in which rows to replace may lie, and whether rows of them are deleted."""
        answer, payload = self._asks.ask("candidates", filter=conjunction(filters, table.schema))
        return decode_plan(answer, payload, str(self._data)), answer["deletes"]


class TableResolver(LazyFrameResolver):
    """Answers Polars with the files of one table; called from several of Polars' threads at once."""

    def __init__(self, lake: Lake, table: TableDescription) -> None:
        self._lake = lake
        self._table = table
        self._schema = polars_schema(table.schema)

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
        existing_resolved_version_key: str | None,
    ) -> tuple[pl.LazyFrame | None, ResolvedLazyFrameProps]:
        """Scan the files that are left after projection, filters and limit."""
        # A snapshot never changes: what was answered once is right, unless the plan was only looked at.
        version = _LOOKED_AT if self._lake.is_looked_at else _READ
        properties = ResolvedLazyFrameProps(version_key=version)
        if existing_resolved_version_key == version:
            return None, properties
        if self._lake.is_looked_at:
            return scan_placeholder(self._schema, Placeholder(self._table.handle)), properties
        columns = None if projection is None else list(dict.fromkeys([*projection, *filter_columns]))
        plan = self._lake.plan(self._table, filters=serialized_filters(filters), limit=limit, columns=columns)
        fields = self._table.schema["fields"]
        nested = any(field["name"] in filter_columns and not isinstance(field["type"], str) for field in fields)
        return scan(replace(plan, statistics=not nested, filtered=bool(filters)), fields), properties

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        """Be a name in plans that are sent away."""
        return str, (sent_name(self._table.handle),)

    def cse_eq(self, other: object) -> bool:
        """Two frames of one pinned table read the same rows, so a table that is named twice is read once."""
        return isinstance(other, TableResolver) and self._table.handle == other._table.handle  # noqa: SLF001
