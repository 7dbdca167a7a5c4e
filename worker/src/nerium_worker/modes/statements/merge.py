"""`MERGE INTO table USING source ON ... WHEN ...`: rows that match are updated or deleted, others are inserted.

The source is executed once, and its rows are numbered. The join is executed once, too: its result is the pairs of rows
that match, each with the number of the first clause that holds for it. All other steps read these two files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from nerium_worker.modes.sql import query_frame
from nerium_worker.modes.statements.changes import Change, require_once
from nerium_worker.modes.statements.merge_clauses import read_clauses
from nerium_worker.modes.statements.selects import (
    both,
    column_of,
    equal,
    first_that_holds,
    named_item,
    require_no_clauses,
    require_row_expression,
    select,
    select_all,
    table_item,
    target_name,
    used_names,
)
from nerium_worker.modes.statements.source import source_name
from nerium_worker.output.merge import near
from nerium_worker.scan.internal_fields import ROW, private_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from nerium_worker.modes.statements.changes import Outcome
    from nerium_worker.modes.statements.merge_clauses import Clause, Kind
    from nerium_worker.modes.statements.selects import TargetName
    from nerium_worker.modes.statements.session import Session
    from nerium_worker.modes.statements.source import SourceName
    from nerium_worker.modes.syntax import Ast

_SOURCE_ROW = private_name("source_row")
_CLAUSE = private_name("clause")
_CHOSEN = private_name("chosen")


def merge(statement: Ast, with_: Ast | None, session: Session) -> Outcome:
    """Run a parsed MERGE."""
    require_no_clauses(statement, "MERGE", {"output": "RETURNING"})
    name = target_name(statement["table"], with_, "MERGE INTO")
    require_row_expression(statement["on"], "ON")
    with Change(name, session) as change:
        return _Merge(statement, with_, session, name, change).outcome()


class _Merge:
    """One MERGE, whose table the control plane knows of."""

    def __init__(self, statement: Ast, with_: Ast | None, session: Session, name: TargetName, change: Change) -> None:
        self._session = session
        self._change = change
        self._name = name
        self._on = statement["on"]
        self._with = with_
        self._item = table_item(statement["table"])
        self._given_source = table_item(statement["source"])
        read, _ = query_frame(select_all(self._given_source, with_), session.frames, session.scan)
        columns = read.collect_schema().names()
        self._source_name = source_name(statement["source"], columns)
        self._clauses = read_clauses(statement["clauses"], name, change.table, self._source_name)
        if self._updates("Matched") or self._updates("NotMatchedBySource"):
            change.require_whole_rows()
        used = used_names([self._on, [clause.parts() for each in self._clauses.values() for clause in each]])
        self._source = change.stored_source(
            read if used is None else read.select([column for column in columns if column in used] or columns[:1]),
            _SOURCE_ROW,
        )
        self._rows: list[pl.LazyFrame] = []

    def _updates(self, kind: Kind) -> bool:
        return any(clause.values for clause in self._clauses[kind])

    def outcome(self) -> Outcome:
        """Execute the steps, and report the change."""
        pairs = self._pairs()
        self._change_matched(pairs)
        self._insert(pairs)
        self._change_unmatched(pairs)
        return self._change.outcome(pl.concat(self._rows) if self._rows else None, list(self._lineage()))

    def _pairs(self) -> pl.LazyFrame:
        """Execute the join: one row per pair of rows that match, with the number of the clause that holds for it."""
        target = self._change.target
        if not self._clauses["NotMatchedBySource"]:
            target = target.filter(*self._near())
        text = self._select(
            {
                ROW: self._name.column(ROW),
                _SOURCE_ROW: self._source_name.column(_SOURCE_ROW),
                _CLAUSE: _first(self._clauses["Matched"]),
            },
            [self._item, self._source_name.item],
            self._on,
        )
        return self._change.stored(
            self._session.rows(text, target, self._source),
            "pairs",
            whole_rows=self._updates("Matched"),
            every_row=bool(self._clauses["NotMatchedBySource"]),
        )

    def _near(self) -> Iterator[pl.Expr]:
        """Say which rows of the table may match, by the columns that ON finds equal."""
        types = self._change.target.collect_schema()
        for column, key in self._source_name.equal_columns(self._on, self._name, types.names()):
            keys = self._source.select(pl.col(key).alias(column)).unique().collect(engine="streaming").to_series()
            if keys.dtype.is_integer() and types[column].is_integer():
                keys = keys.cast(types[column], strict=False).drop_nulls()
            if keys.dtype != types[column] or keys.dtype.is_nested() or keys.dtype.is_float():
                continue
            if (condition := near(keys)) is not None:
                yield condition

    def _change_matched(self, pairs: pl.LazyFrame) -> None:
        clauses = self._clauses["Matched"]
        acting = [number for number, clause in enumerate(clauses) if not clause.does_nothing]
        found = pairs.filter(pl.col(_CLAUSE).is_in(acting)).select(ROW, _CLAUSE).collect(engine="streaming")
        require_once(found[ROW], "MERGE")
        for number in acting:
            numbers = found.filter(pl.col(_CLAUSE) == number)[ROW]
            values = clauses[number].values
            if values is not None and len(numbers):
                chosen = pairs.filter(pl.col(_CLAUSE) == number).select(ROW, _SOURCE_ROW)
                items = [self._item, self._source_name.item]
                self._add(values, chosen, items, self._change.target, self._source)
            self._change.remove(numbers, updated=values is not None)

    def _insert(self, pairs: pl.LazyFrame) -> None:
        clauses = self._clauses["NotMatched"]
        if not clauses:
            return
        unmatched = _without(self._source, pairs, _SOURCE_ROW)
        columns = {_SOURCE_ROW: self._source_name.column(_SOURCE_ROW), _CLAUSE: _first(clauses)}
        text = self._select(columns, [self._source_name.item])
        found = self._change.stored(self._session.rows(text, unmatched), "unmatched")
        for number, clause in enumerate(clauses):
            chosen = found.filter(pl.col(_CLAUSE) == number).select(_SOURCE_ROW)
            rows = int(chosen.select(pl.len()).collect().item())
            if rows and not clause.does_nothing:
                self._add(clause.values or {}, chosen, [self._source_name.item], self._source)
                self._change.insert(rows)

    def _change_unmatched(self, pairs: pl.LazyFrame) -> None:
        clauses = self._clauses["NotMatchedBySource"]
        if not clauses:
            return
        unmatched = _without(self._change.target, pairs, ROW)
        columns = {ROW: self._name.column(ROW), _CLAUSE: _first(clauses)}
        frame = self._session.rows(self._select(columns, [self._item]), unmatched)
        found = self._change.stored(frame, "unmatched-by-source")
        for number, clause in enumerate(clauses):
            chosen = found.filter(pl.col(_CLAUSE) == number).select(ROW)
            numbers = chosen.collect(engine="streaming").to_series()
            if clause.does_nothing or not len(numbers):
                continue
            if clause.values is not None:
                self._add(clause.values, chosen, [self._item], self._change.target)
            self._change.remove(numbers, updated=clause.values is not None)

    def _add(
        self, values: Mapping[str, Ast | None], chosen: pl.LazyFrame, items: Sequence[Ast], *frames: pl.LazyFrame
    ) -> None:
        """Build the rows that a clause writes: `chosen` has the numbers of the rows for which it holds."""
        columns = {column: private_name(f"value_{number}") for number, column in enumerate(values)}
        read = {columns[column]: value for column, value in values.items() if value is not None}
        owners: dict[str, TargetName | SourceName] = {ROW: self._name, _SOURCE_ROW: self._source_name}
        keys = chosen.collect_schema().names()
        text = self._select(
            {**read, **self._kept(values), keys[0]: owners[keys[0]].column(keys[0])},
            [*items, named_item(_CHOSEN)],
            both(*(equal(owners[key].column(key), column_of(_CHOSEN, key)) for key in keys)),
        )
        frame = self._session.rows(text, *frames, chosen)
        assigned = {column: columns[column] if value is not None else None for column, value in values.items()}
        self._rows.append(self._change.assigned(frame, assigned).drop(ROW, strict=False))

    def _kept(self, values: Mapping[str, Ast | None]) -> Mapping[str, Ast]:
        fields = self._change.table.schema["fields"]
        return {field["name"]: self._name.column(field["name"]) for field in fields if field["name"] not in values}

    def _select(self, values: Mapping[str, Ast], items: Sequence[Ast], condition: Ast | None = None) -> str:
        return select(values, items, condition, self._with)

    def _lineage(self) -> Iterator[pl.LazyFrame]:
        """Give frames whose columns come from where those of the change come from; nothing executes them."""
        target, row = self._change.target, {ROW: self._name.column(ROW)}
        pair = [self._item, self._given_source]
        yield self._session.rows(self._select(row, pair, self._on), target)
        for clause in self._clauses["Matched"]:
            conditions = [self._on, *([] if clause.condition is None else [clause.condition])]
            yield self._session.rows(self._select(self._read(clause) or row, pair, both(*conditions)), target)
        for clause in self._clauses["NotMatchedBySource"]:
            values = self._read(clause) or row
            yield self._session.rows(self._select(values, [self._item], clause.condition), target)
        for clause in self._clauses["NotMatched"]:
            values = {column: value for column, value in (clause.values or {}).items() if value is not None}
            if values:
                yield self._session.rows(self._select(values, [self._given_source], clause.condition))

    def _read(self, clause: Clause) -> Mapping[str, Ast]:
        if clause.values is None or clause.does_nothing:
            return {}
        assigned = {column: value for column, value in clause.values.items() if value is not None}
        return {**assigned, **self._kept(clause.values)}


def _without(rows: pl.LazyFrame, pairs: pl.LazyFrame, number: str) -> pl.LazyFrame:
    """Leave out the rows that are in a pair."""
    if pairs.select(number).head(1).collect().is_empty():
        # Polars panics at some plans with a join of an empty file.
        return rows
    return rows.join(pairs.select(number).unique(), on=number, how="anti")


def _first(clauses: Sequence[Clause]) -> Ast:
    return first_that_holds([clause.condition for clause in clauses])
