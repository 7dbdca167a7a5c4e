"""What the statements of a job have to hand: its tables, the lake, and the control plane that makes the change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nerium_worker.modes.messages import name_here
from nerium_worker.modes.sql import rows_frame
from nerium_worker.protocol.errors import LakeError
from nerium_worker.protocol.job import decode_table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import polars as pl

    from nerium_worker.modes.sql import Scan
    from nerium_worker.modes.statements.selects import TargetName
    from nerium_worker.protocol.channel import Asks
    from nerium_worker.protocol.job import Limits, TableDescription
    from nerium_worker.scan.lake import Lake


@dataclass(frozen=True, kw_only=True)
class Session:
    """One job; `given`: the tables that it names by an alias."""

    lake: Lake
    asks: Asks
    out: Path
    limits: Limits
    given: Mapping[str, TableDescription]
    frames: Mapping[str, pl.LazyFrame]
    scan: Scan

    def change(self, name: TargetName, kind: str) -> TableDescription:
        """Announce the change of a table."""
        [*_, last] = name.parts
        given = self.given.get(last) if len(name.parts) == 1 else None
        answer = ask_change(self.asks, name.reference if given is None else given.name, kind)
        return decode_table(answer["table"])

    def rows(self, sql: str, *first: pl.LazyFrame) -> pl.LazyFrame:
        """Build the frame of a SELECT whose first tables are these."""
        return rows_frame(sql, first, self.frames, self.scan)


def ask_change(asks: Asks, table: str, kind: str, **options: object) -> dict[str, Any]:
    """Announce the change of a table to the control plane; raises `Failure` if that refuses it."""
    try:
        return asks.ask("change", table=table, kind=kind, **options)[0]
    except LakeError as error:
        failure = error.failure("sql")
        failure.hint = failure.hint or name_here(table.split("."))
        raise failure from error
