"""Find the columns, filters and limit that Polars' optimiser needs of each table, before files are chosen.

Polars optimises the plan over placeholders of the tables. What it pushes down to a placeholder holds for the files of
the table, too: a row that a filter beside every use of the table leaves out changes no result.
"""

from __future__ import annotations

import contextlib
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from nerium_worker.iceberg.predicate import any_of, expression_of
from nerium_worker.polars_plan.nodes import PlanTooLargeError, read_nodes
from nerium_worker.polars_plan.unstable import visit_plan
from nerium_worker.polars_plan.views import kind, operands
from nerium_worker.scan.placeholder import Placeholder
from nerium_worker.scan.row_bound import row_bounds

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nerium_worker.iceberg.predicate import Expression
    from nerium_worker.polars_plan.nodes import Node
    from nerium_worker.polars_plan.views import Traverser, View
    from nerium_worker.protocol.job import TableDescription
    from nerium_worker.scan.row_bound import RowBound


@dataclass(frozen=True, kw_only=True)
class Use:
    """One place of a plan where a table is read.

    `columns` is None for all of them, those of the filter included otherwise. A `limit` is of a use without a filter.
    `expression` is what Iceberg can know of the filter, None where that is nothing. `filters_nested`: the filter looks
    into a column of a nested type.
    """

    columns: Sequence[str] | None
    limit: int | None
    is_filtered: bool
    expression: Expression | None
    filters_nested: bool


WHOLE = Use(columns=None, limit=None, is_filtered=False, expression=None, filters_nested=False)


@dataclass(frozen=True, kw_only=True)
class Pushdown:
    """All uses of each table in a plan, by its handle or `TARGET`.

    `counted` is the table of a plan that only counts its rows; `bounds` is None if nothing bounds the rows of the plan.
    """

    uses: Mapping[int, Sequence[Use]]
    counted: int | None
    bounds: Sequence[RowBound] | None


NOTHING = Pushdown(uses={}, counted=None, bounds=None)


def pushdown(frame: pl.LazyFrame, tables: Mapping[int, TableDescription]) -> Pushdown:
    """Optimise a frame over placeholders and read what reached each of them; asks nothing, reads nothing."""
    found: list[Pushdown] = []
    visit_plan(frame, lambda traverser: found.append(_read(traverser, tables)), pl.QueryOptFlags())
    return found[0]


def _read(traverser: Traverser, tables: Mapping[int, TableDescription]) -> Pushdown:
    try:
        nodes = read_nodes(traverser)
    except PlanTooLargeError:
        return NOTHING
    uses: dict[int, list[Use]] = {}
    for node in nodes:
        table = _table(node.view)
        if table is not None:
            uses.setdefault(table, []).append(_use(node.view, traverser, tables[table]))
    counted = None
    with contextlib.suppress(NotImplementedError):
        counted = _counted_table(nodes, traverser)
    return Pushdown(uses=uses, counted=counted, bounds=row_bounds(nodes, _table))


def _table(view: View) -> int | None:
    """Return which table a node reads: its handle, or `TARGET`."""
    if kind(view) == "PythonScan" and isinstance(placeholder := view.options[0], Placeholder):
        return placeholder.key
    return None


def _use(view: View, traverser: Traverser, table: TableDescription) -> Use:
    _, columns, _, predicate, limit = view.options
    if predicate is None:
        return Use(columns=columns, limit=limit, is_filtered=False, expression=None, filters_nested=False)
    # A limit chooses rows before the filter does: files that hold none of the filter's rows still count.
    expression = expression_of(predicate[1], traverser, table.schema) if limit is None else None
    names = _names(predicate[1], traverser)
    return Use(
        columns=columns,
        limit=None,
        is_filtered=True,
        expression=expression,
        filters_nested=any(
            (names is None or field["name"] in names) and not isinstance(field["type"], str)
            for field in table.schema["fields"]
        ),
    )


def _names(predicate: int, traverser: Traverser) -> set[str] | None:
    """Name the columns that an expression reads; None where Polars does not show all of it."""
    names, pending = set(), [predicate]
    while pending:
        try:
            view = traverser.view_expression(pending.pop())
        except (NotImplementedError, ValueError, OverflowError):
            return None
        inner = operands(view)
        if kind(view) == "Column":
            names.add(view.name)
        elif not inner and kind(view) not in {"Literal", "Len"}:
            return None
        pending += inner
    return names


def _counted_table(nodes: Sequence[Node], traverser: Traverser) -> int | None:
    """Recognise a plan that counts the rows of one table: each node has the one before it as its input."""
    scan, *rest = nodes
    table = _table(scan.view)
    if table is None or any(part is not None for part in scan.view.options[3:]):
        return None
    counts = list(itertools.dropwhile(lambda node: kind(node.view) == "SimpleProjection", rest))
    if not counts or kind(counts[0].view) != "Select" or not _consists_of("Len", counts[0].view.expr, traverser):
        return None
    return table if all(_only_renames(node.view, traverser) for node in counts[1:]) else None


def _only_renames(view: View, traverser: Traverser) -> bool:
    match kind(view):
        case "SimpleProjection":
            return True
        case "Select":
            return _consists_of("Column", view.expr, traverser)
        case "HStack":
            return _consists_of("Column", view.exprs, traverser)
        case _:
            return False


def _consists_of(what: str, expressions: Sequence[Any], traverser: Traverser) -> bool:
    """Return whether all expressions are of one kind, under other names and as wider integers."""
    for each in expressions:
        view = traverser.view_expression(each.node)
        while kind(view) == "Alias" or (kind(view) == "Cast" and view.dtype == pl.Int64()):
            view = traverser.view_expression(view.expr)
        if kind(view) != what:
            return False
    return True


def together(uses: Sequence[Use]) -> Use:
    """Give one use of a table that has the rows and columns of all of them."""
    if len(uses) == 1:
        return uses[0]
    limits = [use.limit for use in uses]
    is_filtered = all(use.is_filtered for use in uses)
    columns: dict[str, None] = {}
    for use in uses:
        columns |= dict.fromkeys(use.columns or ())
    return Use(
        columns=None if any(use.columns is None for use in uses) else list(columns),
        limit=None if None in limits else max(limit for limit in limits if limit is not None),
        is_filtered=is_filtered,
        expression=any_of(use.expression for use in uses) if is_filtered else None,
        filters_nested=any(use.filters_nested for use in uses),
    )
