"""Explains a frame instead of executing it: no data is read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from nerium_worker.polars_plan.notes import in_memory, notes_message
from nerium_worker.protocol.errors import Failure

if TYPE_CHECKING:
    import polars as pl

    from nerium_worker.scan.lake import Lake

# The message has to fit a frame of the protocol.
_LONGEST_TEXT = 4 * 1024 * 1024


def explain(frame: pl.LazyFrame, lake: Lake) -> tuple[dict[str, Any], bytes]:
    """Give the `explained` message: the columns, the optimised plan as text, and its streaming nodes as a DOT graph.

    In place of a file the texts name its table.
    """
    optimizations = lake.optimizations()
    plan = frame.explain(engine="streaming", optimizations=optimizations)
    graph = (
        frame.show_graph(
            engine="streaming", plan_stage="physical", raw_output=True, show=False, optimizations=optimizations
        )
        or ""
    )
    schema = frame.collect_schema()
    texts = {"plan": lake.with_table_names(plan), "graph": lake.with_table_names(graph)}
    if sum(map(len, texts.values())) > _LONGEST_TEXT:
        raise Failure("limit", "The plan is too long to be shown.", hint="Read fewer tables, or write a shorter query.")
    header = {"type": "explained", "columns": schema.names(), "dtypes": [str(dtype) for dtype in schema.dtypes()]}
    return {**header, "notes": notes_message(in_memory(graph))}, json.dumps(texts).encode()
