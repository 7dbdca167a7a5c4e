"""Computes the lineage of joins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nerium_worker.lineage.column import together
from nerium_worker.lineage.expressions import Expressions
from nerium_worker.lineage.frame import Frame
from nerium_worker.lineage.subqueries import is_subquery, of_values
from nerium_worker.lineage.transformation import CONDITIONAL, FILTER, JOIN, TRANSFORMATION
from nerium_worker.polars_plan.notes import cross_join
from nerium_worker.polars_plan.views import kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nerium_worker.lineage.column import Column
    from nerium_worker.polars_plan.hidden import HiddenOperands
    from nerium_worker.polars_plan.nodes import Node
    from nerium_worker.polars_plan.notes import Note
    from nerium_worker.polars_plan.views import View

_ROWS_OF_THE_LEFT = {"Semi", "Anti"}
_LITERAL = "_POLARS_"


def join(view: View, hidden: HiddenOperands, left: Frame, right: Frame) -> Frame:
    """Give the lineage of a join."""
    how, _, _, suffix, coalesces, _ = view.options
    name = how if isinstance(how, str) else how[0]
    pairs = _pairs(hidden, view, how) if coalesces else []
    both = _both(left, right, suffix)
    keys = [*_keys(view, hidden, left, right), *(column.through(JOIN) for column in _groups(how, left, right))]
    decision = together((right.rows, *keys, *_residual(view, hidden, both)))
    rows = together((left.rows, decision))
    if name in _ROWS_OF_THE_LEFT:
        return Frame(columns=left.columns, rows=rows)
    if not pairs:
        return Frame(columns=both.columns, rows=rows, sides=both.sides if name == "Cross" else None)
    kept = dict(left.columns)
    if name == "Full":
        kept |= {key: _either(kept[key], right.columns[other]) for key, other in pairs}
    if name == "Right":
        kept = {key: column for key, column in kept.items() if key not in dict(pairs)}
        return Frame(columns=_both(Frame(columns=kept), right, suffix).columns, rows=rows)
    merged = {other for _, other in pairs}
    added = {other: column for other, column in right.columns.items() if other not in merged}
    if name == "Left" and is_subquery(added):
        # A row of the left side has one value of the subquery: none is added or removed.
        values = of_values(Frame(columns=added, rows=decision))
        return Frame(columns={**kept, **values.columns}, rows=left.rows)
    return Frame(columns=_both(Frame(columns=kept), Frame(columns=added), suffix).columns, rows=rows)


def conditions(sides: Mapping[str, int] | None, expressions: Expressions, predicate: int) -> list[Column]:
    """Give what a predicate compares: a comparison between both sides of a join is a part of it, others are filters."""
    if sides is None:
        return [expressions.column(predicate).through(FILTER)]
    return [
        expressions.column(comparison).through(
            JOIN if len({sides.get(name) for name in expressions.names(comparison)}) > 1 else FILTER
        )
        for comparison in expressions.comparisons(predicate)
    ]


def _both(left: Frame, right: Frame, suffix: str) -> Frame:
    """Put the columns side by side, as a join names them."""
    named = {other + suffix if other in left.columns else other: column for other, column in right.columns.items()}
    sides = dict(left.sides) if left.sides else dict.fromkeys(left.columns, 0)
    first = max(sides.values(), default=-1) + 1
    inner = right.sides or {}
    sides |= {name: first + inner.get(other, 0) for name, other in zip(named, right.columns, strict=True)}
    return Frame(columns={**left.columns, **named}, sides=sides)


def _keys(view: View, hidden: HiddenOperands, left: Frame, right: Frame) -> list[Column]:
    lefts = Expressions(hidden, left.columns, view.input_left)
    rights = Expressions(hidden, right.columns, view.input_right)
    keys = []
    for key, other in zip(view.left_on, view.right_on, strict=True):
        # A comparison with a literal in the ON of SQL, or with the value of a subquery.
        is_literal = any(each.output_name.startswith(_LITERAL) for each in (key, other))
        step = FILTER if is_literal or right.is_single else JOIN
        keys += [lefts.column(key.node).through(step), rights.column(other.node).through(step)]
    return keys


def _residual(view: View, hidden: HiddenOperands, both: Frame) -> list[Column]:
    """Give what else an ON compares, which is not among the keys."""
    predicates = hidden.traverser.get_exprs()[len(view.left_on) + len(view.right_on) :]
    expressions = Expressions(hidden, both.columns, view.input_left)
    return [column for each in predicates for column in conditions(both.sides, expressions, each.node)]


def _groups(how: str | tuple[Any, ...], left: Frame, right: Frame) -> list[Column]:
    """Give the columns that an asof join compares exactly."""
    match how:
        case ("AsOf", _, _, _, left_by, right_by, *_):
            return [
                *(left.columns[name] for name in left_by or ()),
                *(right.columns[name] for name in right_by or ()),
            ]
        case _:
            return []


def _pairs(hidden: HiddenOperands, view: View, how: str | tuple[Any, ...]) -> list[tuple[str, str]]:
    """Name the keys that become one column of the result; a key that is computed does not."""
    pairs = []
    for key, other in zip(view.left_on, view.right_on, strict=True):
        views = [Expressions(hidden, {}, view.input_left).view(side.node) for side in (key, other)]
        if all(kind(side) == "Column" for side in views):
            pairs.append((views[0].name, views[1].name))
    match how:
        case ("AsOf", _, _, _, [*left_by], [*right_by], *_):
            pairs += zip(left_by, right_by, strict=True)
    return pairs


def _either(column: Column, other: Column) -> Column:
    values = together((column, other))
    return together((values.through(TRANSFORMATION), values.through(CONDITIONAL)))


def cross_joins(nodes: Sequence[Node], frames: Mapping[int, Frame], hidden: HiddenOperands) -> list[Note]:
    """Note the products of frames that no condition compares; one side of a single row multiplies nothing."""
    by_number = {node.number: node for node in nodes}
    products = {node.number for node in nodes if _is_product(node, by_number, hidden)}
    for node in nodes:
        if kind(node.view) == "Filter" and _compares_sides(node, frames, hidden):
            below = node
            while kind(below.view) == "Filter":
                below = by_number[below.inputs[0]]
            products.discard(below.number)
    # The last one of successive cross joins gets the note.
    inner = {number for product in products for number in by_number[product].inputs}
    return [cross_join() for _ in products - inner]


def _is_product(node: Node, nodes: Mapping[int, Node], hidden: HiddenOperands) -> bool:
    if kind(node.view) != "Join" or node.view.options[0] != "Cross":
        return False
    hidden.traverser.set_node(node.number)
    return not hidden.traverser.get_exprs() and not any(_has_one_row(nodes[side], hidden) for side in node.inputs)


def _has_one_row(node: Node, hidden: HiddenOperands) -> bool:
    return kind(node.view) == "Select" and all(
        kind(Expressions(hidden, {}, node.number).view(each.node)) in {"Agg", "Len", "Literal"}
        for each in node.view.expr
    )


def _compares_sides(node: Node, frames: Mapping[int, Frame], hidden: HiddenOperands) -> bool:
    sides = frames[node.inputs[0]].sides
    if sides is None:
        return False
    expressions = Expressions(hidden, {}, node.inputs[0])
    return any(
        len({sides.get(name) for name in expressions.names(comparison)}) > 1
        for comparison in expressions.comparisons(node.view.predicate.node)
    )
