"""The lineage of a frame over the tables of the lake."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from nerium_worker.errors import log
from nerium_worker.job import Query, Script
from nerium_worker.lineage.column import NOTHING, UNKNOWN
from nerium_worker.lineage.message import lineage_message
from nerium_worker.lineage.plan import Plan
from nerium_worker.native import visit_plan

if TYPE_CHECKING:
    import polars as pl

    from nerium_worker.job import Work
    from nerium_worker.lineage.frame import Frame
    from nerium_worker.resolver import Lake

# In characters, of the header that the lineage travels in.
_LONGEST = 512 * 1024
_LONGEST_HEADER = 2 * 1024 * 1024 - 16 * 1024


def with_lineage(header: dict[str, Any], frame: pl.LazyFrame, work: Work, lake: Lake) -> dict[str, Any]:
    """Add `lineage` to a `result` or `explained`; a run is none the worse for a plan that can't be followed."""
    if not isinstance(work, (Query, Script)):
        return header
    try:
        # A script's frames in memory may hold anything; those of a query are its own VALUES.
        followed = lineage_of(frame, lake, literal_frames=isinstance(work, Query))
        room = min(_LONGEST, _LONGEST_HEADER - len(json.dumps(header)))
        # What a destination has beside the result stays empty.
        others = UNKNOWN if header.get("written") is None else NOTHING
        lineage = lineage_message(followed, header["columns"], room, others=others)
    except BaseException as error:  # noqa: BLE001  # also Polars' panics
        log(f"No column lineage: {type(error).__name__}: {error}\n")
        return header
    return header if lineage is None else {**header, "lineage": lineage}


def lineage_of(frame: pl.LazyFrame, lake: Lake, *, literal_frames: bool) -> Frame:
    """Follow the columns of a frame; asks nothing, reads nothing. See `Plan` for `literal_frames`."""
    followed: list[Frame] = []
    with lake.looked_at():
        visit_plan(frame, lambda traverser: followed.append(Plan(traverser, literal_frames=literal_frames).frame()))
    return followed[0]
