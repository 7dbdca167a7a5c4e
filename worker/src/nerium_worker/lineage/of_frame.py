"""Attaches lineage and notes to the message of a result; `plan.py` derives them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from nerium_worker.lineage.column import NOTHING, UNKNOWN, together
from nerium_worker.lineage.frame import Frame
from nerium_worker.lineage.message import lineage_message
from nerium_worker.lineage.plan import Plan
from nerium_worker.polars_plan.notes import notes_message
from nerium_worker.polars_plan.unstable import visit_numbered_plan
from nerium_worker.protocol.errors import log
from nerium_worker.protocol.frames import LONGEST_HEADER
from nerium_worker.protocol.job import Query, Script

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from nerium_worker.polars_plan.notes import Note
    from nerium_worker.polars_plan.views import Traverser
    from nerium_worker.protocol.job import Work
    from nerium_worker.scan.lake import Lake

# In characters, of the header that the lineage travels in.
_LONGEST = 512 * 1024
_ROOM_FOR_NOTES = 16 * 1024


def with_lineage(header: dict[str, Any], frame: pl.LazyFrame, work: Work, lake: Lake) -> dict[str, Any]:
    """Add `lineage` and `notes` to a message; a run is none the worse for a plan that can't be followed."""
    if not isinstance(work, (Query, Script)):
        return header
    # A script's frames in memory may hold anything; those of a query are its own VALUES.
    return with_lineage_of_all(header, [frame], lake, literal_frames=isinstance(work, Query))


def with_lineage_of_all(
    header: dict[str, Any], frames: Sequence[pl.LazyFrame], lake: Lake, *, literal_frames: bool
) -> dict[str, Any]:
    """Do the same for rows that come from several frames, each of which may have some of the columns."""
    try:
        plans = [follow_plan(frame, lake, literal_frames=literal_frames) for frame in frames]
        followed = _together([plan for plan, _ in plans])
        notes = [note for _, found in plans for note in found]
        room = min(_LONGEST, LONGEST_HEADER - _ROOM_FOR_NOTES - len(json.dumps(header)))
        # Columns of the destination that the result lacks have no inputs.
        others = UNKNOWN if header.get("written") is None else NOTHING
        lineage = lineage_message(followed, header["columns"], room, others=others)
    except BaseException as error:  # noqa: BLE001  # also Polars' panics
        log(f"No column lineage: {type(error).__name__}: {error}\n")
        return header
    told = {**header, "notes": [*header.get("notes", ()), *notes_message([*notes, *lake.notes])]}
    return told if lineage is None else {**told, "lineage": lineage}


def _together(frames: Sequence[Frame]) -> Frame:
    if len(frames) == 1:
        return frames[0]
    names = dict.fromkeys(name for frame in frames for name in frame.columns)
    return Frame(
        columns={name: together(frame.columns[name] for frame in frames if name in frame.columns) for name in names},
        rows=together(frame.rows for frame in frames),
    )


def lineage_of(frame: pl.LazyFrame, lake: Lake, *, literal_frames: bool) -> Frame:
    """Follow the columns of a frame; asks nothing, reads nothing. See `Plan` for `literal_frames`."""
    return follow_plan(frame, lake, literal_frames=literal_frames)[0]


def follow_plan(frame: pl.LazyFrame, lake: Lake, *, literal_frames: bool) -> tuple[Frame, list[Note]]:
    """Do the same, and return the notes about the plan, too."""
    followed: list[tuple[Frame, list[Note]]] = []

    def follow(traverser: Traverser, first: int) -> None:
        plan = Plan(traverser, first=first, literal_frames=literal_frames)
        followed.append((plan.frame(), plan.notes))

    with lake.planning_only():
        visit_numbered_plan(frame, follow)
    return followed[0]
