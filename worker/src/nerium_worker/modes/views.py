"""Views: in a query, the name of a view stands for the rows of the view's own query."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from nerium_worker.modes.relations import quoted_part, table_reference
from nerium_worker.modes.sql import query_frame, resolved
from nerium_worker.protocol.errors import Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import polars as pl

    from nerium_worker.modes.files.calls import FileCall
    from nerium_worker.modes.relations import Relation

_DEEPEST = 16
_OWN_DIALECTS = ("nerium", "polars")
# The part of a name before its version, in parts.
_PARTS = re.compile(r'"(?:[^"]|"")*"|[^."@$]+|(?P<end>[@$].*)')


@dataclass(frozen=True, kw_only=True)
class View:
    """A view as the control plane describes it.

    `texts`: its query in dialects that may be read, each with the dialect's name. `catalog` and `namespace`: where
    names of fewer parts in the text are.
    """

    name: str
    columns: Sequence[str]
    texts: Sequence[tuple[str, str]]
    catalog: str
    namespace: str


def decode_view(message: Mapping[str, Any]) -> View:
    """Decode the description of a view."""
    return View(
        name=message["name"],
        columns=tuple(message["columns"]),
        texts=tuple((text["dialect"], text["sql"]) for text in message["texts"]),
        catalog=message["catalog"],
        namespace=message["namespace"],
    )


def view_frame(
    view: View, scan: Callable[[str | FileCall, tuple[str, ...]], pl.LazyFrame], within: tuple[str, ...]
) -> pl.LazyFrame:
    """Give the rows of a view.

    `scan` gives the rows of what its query names, with the names of the views around it; `within` are those around
    this view, the outermost first.
    """
    if view.name in within:
        path = " names ".join([*within[within.index(view.name) :], view.name])
        raise Failure("sql", f"The view {view.name} names itself: {path}.", hint="Create one of the views again.")
    if len(within) >= _DEEPEST:
        raise Failure("sql", f"The view {view.name} is nested in {_DEEPEST} others, which is the limit.")
    (first, sql), *others = view.texts
    try:
        return _frame(view, sql, scan, within)
    except Failure as failure:
        if others:
            return view_frame(replace(view, texts=others), scan, within)
        wrote = "" if first in _OWN_DIALECTS else f", which another engine wrote in the dialect {first},"
        raise Failure(
            failure.kind,
            f"The view {view.name}{wrote} can't be read: {failure.error}",
            details=failure.details,
            hint=failure.hint or "Create the view again, with CREATE OR REPLACE VIEW.",
        ) from failure


def _frame(
    view: View, sql: str, scan: Callable[[str | FileCall, tuple[str, ...]], pl.LazyFrame], within: tuple[str, ...]
) -> pl.LazyFrame:
    def reference(relation: Relation) -> str:
        return _reference(relation.parts, view)

    frame, tables = query_frame(sql, {}, lambda name: scan(name, (*within, view.name)), reference=reference)
    columns = resolved(frame, sql, tables).names()
    if len(columns) != len(view.columns):
        raise Failure(
            "sql",
            f"Its query has {len(columns)} columns now, and the view was created with {len(view.columns)}"
            f" ({', '.join(view.columns)}).",
        )
    if columns == list(view.columns):
        return frame
    # By their places: names of the view may be names of other columns of the query.
    return frame.rename(dict(zip(columns, view.columns, strict=True)))


def _reference(parts: tuple[str, ...], view: View) -> str:
    """Write the full name of what a view's text names."""
    match parts:
        case [name] if "." not in name:
            return table_reference((view.catalog, view.namespace, name))
        case [name]:
            # A whole name in one pair of quotes.
            return full_name(name, view.catalog)
        case [_, _]:
            return table_reference((view.catalog, *parts))
        case _:
            return table_reference(parts)


def full_name(name: str, catalog: str) -> str:
    """Write the full name of a table or a view that may be named without its catalog."""
    levels = 0
    for part in _PARTS.finditer(name):
        if part["end"] is not None:
            break
        levels += 1
    return f"{quoted_part(catalog)}.{name}" if levels == 2 else name  # noqa: PLR2004
