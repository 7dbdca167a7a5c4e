"""The lineage of a frame of the lake."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nerium_worker.lineage.plan import Plan
from nerium_worker.native import visit_plan

if TYPE_CHECKING:
    import polars as pl

    from nerium_worker.lineage.frame import Frame
    from nerium_worker.resolver import Lake


def lineage_of(frame: pl.LazyFrame, lake: Lake, *, literal_frames: bool) -> Frame:
    """Follow the columns of a frame; asks nothing, reads nothing. See `Plan` for `literal_frames`."""
    followed: list[Frame] = []
    with lake.looked_at():
        visit_plan(frame, lambda traverser: followed.append(Plan(traverser, literal_frames=literal_frames).frame()))
    return followed[0]
