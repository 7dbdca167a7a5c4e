"""The frame of a job with its plan, which the next job with the same query over the same files executes again."""

from __future__ import annotations

import json
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nerium_worker.modes import sql

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from nerium_worker.scan.lake import Lake

_MOST_QUERIES = 64
# In characters of a query, its values, its tables and its plans.
_LONGEST_KEY = 256 * 1024


@dataclass(kw_only=True)
class PlannedFrame:
    """A frame over tables of the lake, whose files are fetched when its rows are wanted.

    `uuids`: its columns of text that a new table has as UUIDs.
    """

    frame: pl.LazyFrame
    tables: Mapping[str, pl.LazyFrame]
    lake: Lake
    uuids: frozenset[str] = frozenset()
    _rows: pl.LazyFrame | None = None

    def rows(self) -> pl.LazyFrame:
        """Give the frame that can be executed."""
        if self._rows is None:
            self._rows = self.lake.open_rows(self.frame)
        return self._rows


class PreparedQueries:
    """The latest queries of one worker; a job finds one by everything that its plan depends on.

    Only jobs that bring the plans of all their tables find one. A job that has to report its lineage, or has to ask, is
    planned from its text. Only deterministic statements are kept, because Polars computes values while it plans.
    """

    def __init__(self) -> None:
        self._queries: OrderedDict[str, PlannedFrame] = OrderedDict()

    def find(self, message: Mapping[str, Any]) -> PlannedFrame | None:
        """Return the query of a job that was executed before over the same files."""
        key = _key(message)
        if key is None or key not in self._queries:
            return None
        self._queries.move_to_end(key)
        return self._queries[key]

    def keep(self, message: Mapping[str, Any], query: PlannedFrame) -> None:
        """Keep a query that was executed, if a later job may find it."""
        key = _key(message)
        if key is None or key in self._queries:
            return
        if not query.lake.is_prepared() or not sql.is_deterministic(message["query"]):
            return
        # Polars keeps the plan of a frame whose schema it was asked for, and the footers in it.
        query.rows().collect_schema()
        self._queries[key] = query
        if len(self._queries) > _MOST_QUERIES:
            self._queries.popitem(last=False)


def _key(message: Mapping[str, Any]) -> str | None:
    if not message.get("plans") or message.get("lineage", True) or message.get("explain") or message["destination"]:
        return None
    key = json.dumps([message["query"], message.get("params"), message["tables"], message["plans"]])
    return key if len(key) <= _LONGEST_KEY else None
