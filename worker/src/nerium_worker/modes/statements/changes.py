"""Executes the SELECTs of a statement that changes rows, and reports the change."""

from __future__ import annotations

import contextlib
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from nerium_worker.modes.statements.assignment import Assignments
from nerium_worker.output import result
from nerium_worker.output.defaults import written_default
from nerium_worker.output.row_changes import save_numbers
from nerium_worker.output.write import FOLDER, head, write_files
from nerium_worker.protocol.errors import Failure, LakeError
from nerium_worker.protocol.table_schema import UNREADABLE
from nerium_worker.scan.internal_fields import ROW

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

    from typing_extensions import Self

    from nerium_worker.modes.statements.selects import TargetName
    from nerium_worker.modes.statements.session import Session
    from nerium_worker.scan.nested_fields import Field

_SCRATCH = "changes"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The `result` message of a statement, and the frames that its rows come from, for their lineage."""

    header: dict[str, Any]
    payload: memoryview
    frames: Sequence[pl.LazyFrame]


class Change:
    """A change of the rows of one table, which the control plane knows of."""

    def __init__(self, name: TargetName, session: Session) -> None:
        self._session = session
        self.table = session.change(name, "rows")
        self.target = session.lake.target(self.table)
        self._answer = session.lake.describe_destination(self.table.schema)
        self._assigned: list[tuple[Assignments, pl.LazyFrame]] = []
        self._planning = contextlib.ExitStack()
        self._scratch = session.out / _SCRATCH
        self._numbers: list[pl.Series] = []
        self._updated = 0
        self._inserted = 0

    def __enter__(self) -> Self:
        """Begin without the files of an earlier statement, which may have failed."""
        shutil.rmtree(self._scratch, ignore_errors=True)
        # Only its own executions read tables: a frame that is asked for its schema does not.
        self._planning.enter_context(self._session.lake.planning_only())
        return self

    def __exit__(self, _: type[BaseException] | None, error: BaseException | None, __: TracebackType | None) -> None:
        """Leave no other files than the change; explain a value that does not fit, where Polars failed for it."""
        unfit = self._unfit() if isinstance(error, Exception) and not isinstance(error, (Failure, LakeError)) else None
        self._planning.close()
        shutil.rmtree(self._scratch, ignore_errors=True)
        if unfit is not None:
            raise unfit from error

    def _unfit(self) -> Failure | None:
        lake = self._session.lake
        for assignments, frame in self._assigned:
            with contextlib.suppress(Exception):
                opened = lake.open_target(frame)
                with lake.executing():
                    found = assignments.failure(opened, lake.optimizations())
                if found is not None:
                    return found
        return None

    def assigned(self, frame: pl.LazyFrame, values: Mapping[str, str | None]) -> pl.LazyFrame:
        """Give rows of the table, with their numbers if the frame has them.

        `values`: the column of the frame for columns of the table, None for the default. The frame has every other
        column of the table under its own name.
        """
        types = frame.collect_schema()
        assignments = Assignments()
        self._assigned.append((assignments, frame))
        columns = []
        for field in self.table.schema["fields"]:
            name = field["name"]
            if name not in values:
                columns.append(pl.col(name))
            elif (value := values[name]) is None:
                columns.append(self._default(field).alias(name))
            else:
                columns.append(assignments.assign(pl.col(value), types[value], field))
        return frame.select(*([ROW] if ROW in types else []), *columns)

    def _default(self, field: Field) -> pl.Expr:
        if field["required"] and field.get("write-default") is None:
            raise Failure(
                "sql", f"The table requires a value in the column {field['name']!r}, for which it has no default."
            )
        return written_default(field)

    def require_whole_rows(self) -> None:
        """Refuse to write rows again that have a column whose values can't be read."""
        for field in self.table.schema["fields"]:
            if UNREADABLE in field:
                raise Failure(
                    "engine",
                    f"The column {field['name']!r} of {self.table.name} has the type {field[UNREADABLE]}, which Nerium"
                    " can't write, so no rows of the table can be updated.",
                )

    def collect(self, frame: pl.LazyFrame) -> pl.DataFrame:
        """Execute a frame whose result is small."""
        opened = self._session.lake.open_target(frame)
        with self._session.lake.executing():
            return opened.collect(engine="streaming", optimizations=self._session.lake.optimizations())

    def stored_source(self, frame: pl.LazyFrame, number: str) -> pl.LazyFrame:
        """Execute a frame once that does not read the target, and give its rows from a file, with their numbers."""
        return self._sink(self._session.lake.open(frame).with_row_index(number), "source")

    def stored(
        self, frame: pl.LazyFrame, name: str, *, whole_rows: bool = False, every_row: bool = False
    ) -> pl.LazyFrame:
        """Execute a frame once, and give its rows from a file.

        Frames that follow read other rows of the target than this one if it is of `every_row`, and other columns if
        it is of `whole_rows`.
        """
        return self._sink(self._session.lake.open_target(frame, whole_rows=whole_rows, every_row=every_row), name)

    def _sink(self, opened: pl.LazyFrame, name: str) -> pl.LazyFrame:
        self._scratch.mkdir(exist_ok=True)
        path = self._scratch / f"{name}.arrow"
        optimizations = self._session.lake.optimizations()
        with self._session.lake.executing():
            opened.sink_ipc(path, compression="lz4", engine="streaming", optimizations=optimizations)
        return pl.scan_ipc(path)

    def remove(self, numbers: pl.Series, *, updated: bool) -> None:
        """Take rows away; of those that are `updated`, the change has new versions."""
        self._numbers.append(numbers)
        self._updated += len(numbers) if updated else 0

    def insert(self, rows: int) -> None:
        """Count rows that come and have no earlier version."""
        self._inserted += rows

    def outcome(self, rows: pl.LazyFrame | None, frames: Sequence[pl.LazyFrame]) -> Outcome:
        """Write the rows that come, and describe the change."""
        out, limits, schema = self._session.out, self._session.limits, self._answer["schema"]
        files = []
        if rows is not None:
            opened = self._session.lake.open_target(rows)
            with self._session.lake.executing():
                files = write_files(opened, self._answer, out, self._session.lake.optimizations())
        total = sum(file["rows"] for file in files)
        if total != self._updated + self._inserted:
            raise Failure(
                "worker",
                f"The statement would write {total:,} rows for {self._updated:,} that it updates and {self._inserted:,}"
                " that it inserts; nothing was changed.",
            )
        numbers = pl.concat(self._numbers or [pl.Series(ROW, [], pl.Int64)]).sort()
        returned = head(out / FOLDER, files, schema, limits)
        header, payload = result.message(result.collect(returned, limits, out), limits, out)
        replaced = {"file": save_numbers(numbers, out), "rows": len(numbers), "updated": self._updated}
        written = {"files": files, "replaced": replaced}
        return Outcome(header={**header, "rows": total, "written": written}, payload=payload, frames=frames)


def require_once(numbers: pl.Series, statement: str) -> None:
    """Refuse to change one row several times."""
    if numbers.n_unique() < len(numbers):
        raise Failure(
            "sql",
            f"{statement} would change a row of the table more than once, because several rows of the other tables"
            " match it; nothing was changed.",
            hint="Let one row match each row of the table, for example with GROUP BY, DISTINCT or one more condition.",
        )
