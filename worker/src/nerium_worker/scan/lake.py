"""Tables as lazy frames, whose files are chosen after Polars has optimised the plan over placeholders.

A frame of a table is a leaf that Polars asks for its scan each time it makes a plan. Until `Lake.open` that is a
placeholder, which has a schema and can't be read: scripts describe with it what is to be read, and lineage is followed
over it. `open` learns from the plan over placeholders which rows and columns of each table are wanted, and fetches the
files that have them. From then on the leaf is Polars' own scan of exactly these files.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl

from nerium_worker.iceberg.types import polars_schema
from nerium_worker.polars_plan.notes import all_columns, unplanned_filter
from nerium_worker.polars_plan.unstable import is_called_by_script, late_frame, replan, scan_placeholder
from nerium_worker.protocol.errors import Failure
from nerium_worker.scan.internal_fields import ROW
from nerium_worker.scan.placeholder import TARGET, Placeholder
from nerium_worker.scan.pushdown import NOTHING, WHOLE, pushdown, together
from nerium_worker.scan.row_bound import most_rows
from nerium_worker.scan.scan import NotByNameError, scan
from nerium_worker.scan.scan_plan import decode_plan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from nerium_worker.polars_plan.notes import Note
    from nerium_worker.protocol.channel import Asks, Message
    from nerium_worker.protocol.job import TableDescription
    from nerium_worker.scan.pushdown import Pushdown, Use
    from nerium_worker.scan.scan_plan import Plan

# The largest value of the type of `pl.len`.
_LARGEST_COUNT = 2**32 - 1
# The streaming engine has about this number of rows in one batch, so it needs as much memory for them.
_FEW_ROWS = 100_000
_FEW_BYTES = 16 << 20


class Lake:
    """The tables of one job."""

    def __init__(self, asks: Asks, data: Path, plans: Sequence[Mapping[str, Any]] = ()) -> None:
        self._asks = asks
        self._prepared = plans
        self.data = data
        self._tables: dict[int, TableDescription] = {}
        self._target: TableDescription | None = None
        self._scans: dict[int, pl.LazyFrame] = {}
        # The rows of files outside of the lake, by handle, and the paths of these files by their names here.
        self._outside: dict[int, pl.LazyFrame] = {}
        self.paths: dict[str, str] = {}
        self._is_open = False
        self._is_planning = False
        self._orders_joins = True
        self._reads_little = False
        self._has_asked = False
        self._plans: list[tuple[TableDescription, Plan]] = []
        self.notes: list[Note] = []
        # The names of views that the job reads.
        self.views: list[str] = []

    def frame(self, table: TableDescription) -> pl.LazyFrame:
        """Make the lazy frame of a table."""
        self._tables[table.handle] = table
        return self._late_frame(table.handle, _placeholder(table))

    def outside(self, described: TableDescription, rows: pl.LazyFrame, paths: Mapping[str, str]) -> pl.LazyFrame:
        """Make the lazy frame of files outside of the lake, which are here already: paths by their names here."""
        self._tables[described.handle] = described
        self._outside[described.handle] = rows
        self.paths |= paths
        self._orders_joins = False
        placeholder = scan_placeholder(rows.collect_schema(), Placeholder(described.handle, described.name))
        return self._late_frame(described.handle, placeholder)

    def target(self, table: TableDescription) -> pl.LazyFrame:
        """Make the lazy frame of the table whose rows a statement changes; the column `ROW` has their numbers."""
        self._target = table
        # Neither its files nor those of the steps of a statement have statistics that Polars finds.
        self._orders_joins = False
        return self._late_frame(TARGET, _target_placeholder(table))

    def _late_frame(self, key: int, placeholder: pl.LazyFrame) -> pl.LazyFrame:
        def leaf(placeholder: pl.LazyFrame, _: pl.Schema) -> pl.LazyFrame:
            # A callback of the script would find only the rows that the run's own plan needs.
            if not self._is_open or self._is_planning or is_called_by_script():
                return placeholder
            if key not in self._scans:
                # The optimiser needed no row of the table, or did not show where it reads it.
                self._fetch({key: WHOLE})
            return self._scans[key]

        return late_frame(placeholder, leaf)

    def open(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        """Fetch the files that a frame reads, and give the frame that can be executed."""
        self._open(self._pushdown(frame))
        return replan(frame)

    def open_target(self, frame: pl.LazyFrame, *, whole_rows: bool = False, every_row: bool = False) -> pl.LazyFrame:
        """Do the same for one of several frames over the target, whose files the first of them chooses for all.

        `whole_rows`: the others read columns of the target that this one does not read; `every_row`: also rows.
        """
        wanted = self._pushdown(frame)
        uses = dict(wanted.uses)
        if whole_rows and TARGET in uses:
            uses[TARGET] = [replace(use, columns=None) for use in uses[TARGET]]
        if every_row:
            uses[TARGET] = [replace(WHOLE, filters_nested=not _is_flat(self._described(TARGET)))]
        if TARGET in self._scans:
            uses.pop(TARGET, None)
        self._open(replace(wanted, uses=uses))
        return replan(frame)

    def open_rows(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        """Do the same, but a plan that only counts the rows of a table may use the number in its metadata."""
        wanted = self._pushdown(frame)
        counted = None if wanted.counted in self._outside else wanted.counted
        rows = None if counted is None else self._row_count(counted)
        if rows is not None and rows <= _LARGEST_COUNT:
            schema = frame.collect_schema()
            self._reads_little = True
            return pl.LazyFrame({name: [rows] for name in schema}, schema=schema)
        self._open(wanted)
        return replan(frame)

    @contextlib.contextmanager
    def planning_only(self) -> Iterator[None]:
        """Let plans be made without their tables' files: nothing is asked."""
        with self._planning(is_planning=True):
            yield

    @contextlib.contextmanager
    def executing(self) -> Iterator[None]:
        """Do the opposite within."""
        with self._planning(is_planning=False):
            yield

    @contextlib.contextmanager
    def _planning(self, *, is_planning: bool) -> Iterator[None]:
        before, self._is_planning = self._is_planning, is_planning
        try:
            yield
        finally:
            self._is_planning = before

    def optimizations(self) -> pl.QueryOptFlags:
        """Give the optimisations for frames that are open.

        Polars may order joins only where it has statistics of the columns of every table: with row counts alone it
        believes joins on columns of few values to be small, and does them first.
        """
        return pl.QueryOptFlags() if self._orders_joins else pl.QueryOptFlags(join_order=False)

    def is_prepared(self) -> bool:
        """Return whether everything that the open frame reads came with the job."""
        return self._is_open and not self._has_asked

    def reads_little(self) -> bool:
        """Return whether the open frame has few rows at every step, however its conditions choose them.

        The tables' files must be read by names and have no deletes, so that the number of rows in them is known. Lists
        may be larger than any number of rows shows.
        """
        return self._reads_little

    def handles(self) -> Mapping[str, int]:
        """Give the handle of each table that the job reads, by its name."""
        return {table.name: table.handle for table in self._tables.values()}

    def columns(self, frame: pl.LazyFrame) -> Mapping[int, Sequence[str] | None]:
        """Name the columns of each table that a frame reads, None for all of them, by the table's handle."""
        return {handle: together(uses).columns for handle, uses in self._pushdown(frame).uses.items()}

    def tables(self) -> Sequence[TableDescription]:
        """Give the tables of which there are frames."""
        return list(self._tables.values())

    def names(self) -> list[str]:
        """Name the tables that the job reads."""
        return sorted(self.handles())

    def with_table_names(self, text: str) -> str:
        """Write the names of tables in place of those of their data files."""
        tables = {file: table.name for table, plan in self._plans for file in plan.files["path"]}
        names = {**tables, **self.paths}

        def name(found: re.Match[str]) -> str:
            return names.get(found[1], found[1])

        return re.sub(rf"{re.escape(str(self.data))}/([\w.-]+)", name, text)

    def remote_frame(self, table: TableDescription) -> pl.LazyFrame:
        """Make the frame of a table in a plan that is sent away: a name."""
        self._tables[table.handle] = table
        return _placeholder(table)

    def remote_scan(self, table: TableDescription) -> pl.LazyFrame:
        """Scan all of a table whose data files are elsewhere."""
        plan = self._decode(*self._asks.ask("plan", **_ask(table, WHOLE)))
        if plan.layouts:
            raise Failure(
                "engine",
                f"The cluster can't read {table.name}: some of its data files are not read by field ids alone.",
                hint="Compact or overwrite the table first, or send distributed: false.",
            )
        fields = table.schema["fields"]
        return scan(replace(plan, statistics=_is_flat(table), remote=True), fields)

    def select(self, table: TableDescription, select: Callable[[pl.LazyFrame], pl.LazyFrame]) -> pl.LazyFrame:
        """Scan a table for one selection from it, beside the frames of the job."""
        use = _use(table, select)
        return select(self._scan_all([(table, use)])[table.handle])

    def candidates(self, table: TableDescription, select: Callable[[pl.LazyFrame], pl.LazyFrame]) -> tuple[Plan, bool]:
        """Ask for the destination's files in which rows to replace may lie, and whether rows of them are deleted."""
        answer, payload = self._asks.ask("candidates", filter=_use(table, select).expression)
        return self._decode(answer, payload), answer["deletes"]

    def describe_destination(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """Ask for the schema and layout that files of the destination have, for a result of that schema."""
        answer, _ = self._asks.ask("write", schema=schema)
        return answer

    def _pushdown(self, frame: pl.LazyFrame) -> Pushdown:
        tables = self._tables if self._target is None else {**self._tables, TARGET: self._target}
        with self.planning_only():
            return pushdown(frame, tables) if tables else NOTHING

    def _open(self, wanted: Pushdown) -> None:
        # Two uses that Polars makes one are one here, too.
        self._fetch({handle: together(uses) for handle, uses in wanted.uses.items()})
        for handle, uses in wanted.uses.items():
            if handle not in self._outside:
                self.notes += _notes(self._described(handle), uses)
        self._reads_little = self._is_little(wanted)
        self._is_open = True

    def _is_little(self, wanted: Pushdown) -> bool:
        read = {table.handle: plan for table, plan in self._plans}
        if (
            wanted.bounds is None
            or self._target is not None
            or self._outside
            or not all(plan.is_native() for plan in read.values())
        ):
            return False
        if any(_reads_nested(self._tables[handle], use) for handle, uses in wanted.uses.items() for use in uses):
            return False
        size = sum(int(plan.files["bytes"].sum()) for plan in read.values())
        rows = {handle: int(plan.files["rows"].sum()) for handle, plan in read.items()}
        return size <= _FEW_BYTES and most_rows(wanted.bounds, rows) <= _FEW_ROWS

    def _described(self, key: int) -> TableDescription:
        table = self._target if key == TARGET else self._tables[key]
        if table is None:
            raise ValueError("a plan reads a target, and the statement has none")
        return table

    def _fetch(self, uses: Mapping[int, Use]) -> None:
        others = {handle: use for handle, use in uses.items() if handle != TARGET}
        self._scans |= self._scan_all(
            [(self._tables[handle], use) for handle, use in others.items() if handle not in self._outside]
        )
        for handle in self._outside.keys() & others.keys():
            self._scans[handle] = self._scan_outside(self._tables[handle], others[handle])
        if TARGET in uses:
            self._scans[TARGET] = self._scan_target(self._described(TARGET), uses[TARGET])

    def _scan_target(self, table: TableDescription, use: Use) -> pl.LazyFrame:
        self._has_asked = True
        columns = None if use.columns is None else [name for name in use.columns if name != ROW]
        plan = self._decode(*self._asks.ask("candidates", filter=use.expression, columns=columns))
        self._plans.append((table, plan))
        return scan(replace(plan, statistics=not use.filters_nested), table.schema["fields"], numbered=True)

    def _scan_all(self, uses: Sequence[tuple[TableDescription, Use]]) -> dict[int, pl.LazyFrame]:
        """Ask for the files of tables, and scan them."""
        answers = self._plan_all([_ask(table, use) for table, use in uses])
        return {
            table.handle: self._scan(table, use, self._decode(*answer))
            for (table, use), answer in zip(uses, answers, strict=True)
        }

    def _scan_outside(self, table: TableDescription, use: Use) -> pl.LazyFrame:
        """Report what is read of files, for the record of the run."""
        self._has_asked = True
        self._asks.ask("read", table=table.handle, filter=use.expression, columns=use.columns)
        return self._outside[table.handle]

    def _plan_all(self, asks: Sequence[Mapping[str, object]]) -> list[Message]:
        """Give the answers to asks: those that came with the job, and the others of the control plane."""
        prepared = [next((plan for plan in self._prepared if plan["ask"] == ask), None) for ask in asks]
        missing = [ask for ask, plan in zip(asks, prepared, strict=True) if plan is None]
        self._has_asked = self._has_asked or bool(missing)
        answers = iter(self._asks.ask_all("plan", missing))
        return [next(answers) if plan is None else (plan["answer"], b"") for plan in prepared]

    def _scan(self, table: TableDescription, use: Use, plan: Plan) -> pl.LazyFrame:
        self._plans.append((table, plan))
        read = replace(plan, statistics=not use.filters_nested, filtered=use.is_filtered)
        try:
            frame = scan(read, table.schema["fields"])
        except NotByNameError:
            # A writer wrote down types of its own in the files, which Polars believes first.
            self._has_asked = True
            by_ids = self._asks.ask("plan", **_ask(table, use), byIds=True)
            return self._scan(table, use, self._decode(*by_ids))
        self._orders_joins = self._orders_joins and plan.has_statistics()
        return frame

    def _decode(self, answer: dict[str, Any], payload: bytes) -> Plan:
        return decode_plan(answer, payload, str(self.data))

    def _row_count(self, handle: int) -> int | None:
        """Count the rows of a table from its metadata; None where that can't be exact."""
        self._has_asked = True
        answer, _ = self._asks.ask("count", table=handle)
        rows: int | None = answer["rows"]
        return rows


def _placeholder(table: TableDescription) -> pl.LazyFrame:
    return scan_placeholder(polars_schema(table.schema), Placeholder(table.handle, table.name))


def _target_placeholder(table: TableDescription) -> pl.LazyFrame:
    schema = pl.Schema({**polars_schema(table.schema), ROW: pl.Int64()})
    return scan_placeholder(schema, Placeholder(table.handle, table.name, is_target=True))


def _use(table: TableDescription, select: Callable[[pl.LazyFrame], pl.LazyFrame]) -> Use:
    """Return the use of a table by one selection from it."""
    return together(pushdown(select(_placeholder(table)), {table.handle: table}).uses[table.handle])


def _ask(table: TableDescription, use: Use) -> dict[str, object]:
    return {"table": table.handle, "filter": use.expression, "limit": use.limit, "columns": use.columns}


def _is_flat(table: TableDescription) -> bool:
    return all(isinstance(field["type"], str) for field in table.schema["fields"])


def _reads_nested(table: TableDescription, use: Use) -> bool:
    return any(
        not isinstance(field["type"], str) and (use.columns is None or field["name"] in use.columns)
        for field in table.schema["fields"]
    )


def _notes(table: TableDescription, uses: Sequence[Use]) -> Iterator[Note]:
    count = len(table.schema["fields"])
    if any(use.columns is None or len(use.columns) == count for use in uses):
        yield all_columns(table.handle, count)
    if any(use.is_filtered and use.expression is None for use in uses):
        yield unplanned_filter(table.handle)
