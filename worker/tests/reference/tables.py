"""The tables under test, and the plain frames that have the same rows in the same order."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from pathlib import Path

    from reference.server import Server


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table: its kind, its name in a request, the column that is unique, and its rows."""

    kind: str
    reference: str
    key: str
    frame: pl.DataFrame


@dataclass(frozen=True, kw_only=True)
class Tables:
    """All tables of a server: those that are read, those that merges change (by kind), and a small one to join."""

    read: tuple[Table, ...]
    targets: dict[str, Table]
    partner: Table
    problems: list[str] = field(default_factory=list)

    def of_kind(self, kind: str) -> Table:
        """Find the table of a kind."""
        return next(table for table in (*self.read, self.partner) if table.kind == kind)


def load_tables(folder: Path, server: Server) -> Tables:
    """Read `tables.json` and the frames beside it, and put each frame's rows in the order of the table's scan."""
    problems: list[str] = []
    read: list[Table] = []
    targets: dict[str, Table] = {}
    for entry in json.loads((folder / "tables.json").read_text()):
        scanned = server.read(entry["reference"])
        if entry["role"] in ("metadata", "target"):
            # Nobody else reads metadata, and a run before this one may have merged into a target: its own rows are the
            # reference for every other statement.
            table = Table(kind=entry["kind"], reference=entry["reference"], key=entry["key"], frame=scanned)
        else:
            frame = pl.read_parquet(folder / entry["frame"])
            frame = frame.clear() if entry["empty"] else frame
            table = _table(entry, frame, scanned, problems)
        if entry["role"] == "target":
            targets[table.kind] = table
        else:
            read.append(table)
    partner = next(table for table in read if table.kind == "partner")
    read.remove(partner)
    return Tables(read=tuple(read), targets=targets, partner=partner, problems=problems)


def _table(entry: dict[str, str], frame: pl.DataFrame, scanned: pl.DataFrame, problems: list[str]) -> Table:
    """Give the frame the order of the scan; a scan with other rows or types is a difference already."""
    key = entry["key"]
    ordered = scanned.select(key).join(frame, on=key, how="left", maintain_order="left").select(frame.columns)
    if frame.schema != scanned.schema:
        problems.append(f"SELECT * FROM {entry['reference']}: the types are {scanned.schema}, expected {frame.schema}")
    elif frame.height != scanned.height or not ordered.equals(scanned):
        problems.append(f"SELECT * FROM {entry['reference']}: other rows than Iceberg's reader reads")
    if frame.height == ordered.height:
        frame = ordered
    return Table(kind=entry["kind"], reference=entry["reference"], key=key, frame=frame)
