"""The lineage of joins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nerium_worker.lineage.column import together
from nerium_worker.lineage.expressions import Expressions
from nerium_worker.lineage.frame import Frame
from nerium_worker.lineage.transformation import CONDITIONAL, JOIN, TRANSFORMATION
from nerium_worker.lineage.views import kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nerium_worker.lineage.column import Column
    from nerium_worker.lineage.views import Traverser, View

_ROWS_OF_THE_LEFT = {"Semi", "Anti"}


def joined(view: View, traverser: Traverser, left: Frame, right: Frame) -> Frame:
    """Give the lineage of a join."""
    how, _, _, suffix, coalesces, _ = view.options
    name = how if isinstance(how, str) else how[0]
    keys = [
        *_keys(traverser, left, view.input_left, view.left_on),
        *_keys(traverser, right, view.input_right, view.right_on),
        *_groups(how, left, right),
    ]
    rows = together((left.rows, right.rows, *(key.through(JOIN) for key in keys)))
    if name in _ROWS_OF_THE_LEFT:
        return Frame(columns=left.columns, rows=rows)
    columns, dropped = dict(left.columns), set()
    if coalesces:
        pairs = _pairs(traverser, view, how)
        dropped = {pair[1] for pair in pairs}
        if name == "Full":
            columns |= {key: _either(columns[key], right.columns[other]) for key, other in pairs}
        if name == "Right":
            dropped = set()
            for key, _ in pairs:
                del columns[key]
    named = {
        other + suffix if other in columns else other: column
        for other, column in right.columns.items()
        if other not in dropped
    }
    sides = _sides(left, right, named) if name == "Cross" else None
    return Frame(columns={**columns, **named}, rows=rows, sides=sides)


def _keys(traverser: Traverser, side: Frame, source: int, keys: list[View]) -> list[Column]:
    expressions = Expressions(traverser, side.columns, source)
    return [expressions.column(key.node) for key in keys]


def _groups(how: str | tuple[object, ...], left: Frame, right: Frame) -> list[Column]:
    """Give the columns that an asof join compares exactly."""
    match how:
        case ("AsOf", _, _, _, left_by, right_by, *_):
            return [
                *(left.columns[name] for name in left_by or ()),
                *(right.columns[name] for name in right_by or ()),
            ]
        case _:
            return []


def _pairs(traverser: Traverser, view: View, how: str | tuple[object, ...]) -> list[tuple[str, str]]:
    """Name the keys that become one column of the result; a key that is computed does not."""
    pairs = []
    for key, other in zip(view.left_on, view.right_on, strict=True):
        views = [traverser.view_expression(side.node) for side in (key, other)]
        if all(kind(side) == "Column" for side in views):
            pairs.append((views[0].name, views[1].name))
    match how:
        case ("AsOf", _, _, _, [*left_by], [*right_by], *_):
            pairs += zip(left_by, right_by, strict=True)
    return pairs


def _either(column: Column, other: Column) -> Column:
    values = together((column, other))
    return together((values.through(TRANSFORMATION), values.through(CONDITIONAL)))


def _sides(left: Frame, right: Frame, named: Mapping[str, Column]) -> dict[str, int]:
    sides = dict(left.sides) if left.sides else dict.fromkeys(left.columns, 0)
    first = max(sides.values(), default=-1) + 1
    inner = right.sides or {}
    return {
        **sides,
        **{name: first + inner.get(other, 0) for name, other in zip(named, right.columns, strict=True)},
    }
