"""The statement under construction: named subqueries and their columns."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from nerium_worker.spark.expression_sql import Term
from nerium_worker.spark.quoting import RESERVED, is_simple, quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from polars.datatypes import DataType

_QUERY_NAME = re.compile(r"\bn\d+\b")


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a relation; see `Term` for the fields besides its type."""

    dtype: DataType
    digits: int | None = None
    is_uniform: bool = False

    def term(self, name: str, alias: str = "") -> Term:
        """Read the column."""
        return Term(sql=alias + quote(name), dtype=self.dtype, digits=self.digits, is_uniform=self.is_uniform)


@dataclass(frozen=True, kw_only=True)
class SortKey:
    """A column that rows are ordered by; it need not be one that the user sees."""

    name: str
    descending: bool
    nulls_last: bool

    def sql(self) -> str:
        """Write it for ORDER BY."""
        return ordering(quote(self.name), descending=self.descending, nulls_last=self.nulls_last)

    def column(self, sql: str) -> str:
        """Write an expression as the column."""
        return f"{sql} AS {quote(self.name)}"


def ordering(sql: str, *, descending: bool, nulls_last: bool) -> str:
    """Write one key of an ORDER BY; engines differ about where nulls stand."""
    return f"{sql} {'DESC' if descending else 'ASC'} NULLS {'LAST' if nulls_last else 'FIRST'}"


@dataclass(frozen=True, kw_only=True)
class Relation:
    """A named subquery. `order` is how Polars has its rows ordered, where a plan says so."""

    name: str
    columns: Mapping[str, Column]
    order: tuple[SortKey, ...] = ()

    def without_order(self) -> Relation:
        """Forget the order, after nodes that do not keep it."""
        return replace(self, order=())

    def hidden(self) -> list[str]:
        """Name the columns that are there for the order only."""
        return [key.name for key in self.order if key.name not in self.columns]

    def select(self, names: Iterable[str] | None = None) -> str:
        """List columns, all unless they are named, and what the order needs."""
        return ", ".join(quote(name) for name in (*(self.columns if names is None else names), *self.hidden()))

    def total_order(self) -> list[str]:
        """List the keys, and then all other columns: rows that are still equal are the same row.

        A choice among ties is then the same wherever and however often it is made.
        """
        named = {key.name for key in self.order}
        ties = [quote(name) for name in self.columns if name not in named]
        return [*(key.sql() for key in self.order), *ties]


class Statement:
    """The subqueries, each written once, however often it is read."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._numbers = itertools.count(1)

    def query(self, sql: str) -> str:
        """Name a subquery."""
        return self._names.setdefault(sql, f"n{len(self._names) + 1}")

    def column(self) -> str:
        """Make the name of a column that only the statement knows."""
        return f"__{next(self._numbers)}"

    def text(self, last: str) -> str:
        """Write the whole statement: the subqueries that the last SELECT needs, in their order, and it."""
        queries = {name: sql for sql, name in self._names.items()}
        needed, pending = set[str](), [last]
        while pending:
            for name in _QUERY_NAME.findall(pending.pop()):
                if name in queries and name not in needed:
                    needed.add(name)
                    pending.append(queries[name])
        named = ",\n".join(f"{name} AS ({sql})" for name, sql in queries.items() if name in needed)
        return f"WITH {named}\n{last}" if named else last


def ascending(name: str) -> SortKey:
    """Order by a column that a statement makes for the order."""
    return SortKey(name=name, descending=False, nulls_last=False)


def without_ties(statement: Statement, relation: Relation) -> Relation:
    """Decide between rows that are equal in the order, so that what is made of one row stays together."""
    number = statement.column()
    numbered = f"SELECT *, monotonically_increasing_id() AS {quote(number)} FROM {relation.name}"
    return replace(relation, name=statement.query(numbered), order=(*relation.order, ascending(number)))


@dataclass(kw_only=True)
class _Layer:
    columns: dict[str, str] = field(default_factory=dict)
    aggregates: dict[str, str] = field(default_factory=dict)


class Stage:
    """Columns that expressions need beside those of their relation, computed before them, one layer over another."""

    def __init__(self, statement: Statement) -> None:
        self._statement = statement
        self._layers: list[_Layer] = []
        self._layer_of: dict[str, int] = {}

    def let(self, sql: str) -> str:
        """Name an expression, so that it can be repeated: long ones would double with each level."""
        return sql if is_simple(sql) else self.column(sql)

    def column(self, sql: str) -> str:
        """Compute an expression, also one with OVER, as a column."""
        return self._named(sql, "columns")

    def total(self, sql: str) -> str:
        """Compute an aggregate of all rows, as a column."""
        return self._named(sql, "aggregates")

    def _named(self, sql: str, kind: str) -> str:
        depth = 1 + max((self._layer_of.get(name, -1) for name in RESERVED.findall(sql)), default=-1)
        while len(self._layers) <= depth:
            self._layers.append(_Layer())
        for layer in self._layers:
            if sql in getattr(layer, kind):
                return quote(getattr(layer, kind)[sql])
        name = self._statement.column()
        getattr(self._layers[depth], kind)[sql] = name
        self._layer_of[name] = depth
        return quote(name)

    def over(self, relation: str) -> str:
        """Give the relation with all these columns."""
        for layer in self._layers:
            relation = self._statement.query(_with_layer(relation, layer))
        return relation


def _with_layer(relation: str, layer: _Layer) -> str:
    columns = [f"{sql} AS {quote(name)}" for sql, name in layer.columns.items()]
    source = relation
    if layer.aggregates:
        totals = ", ".join(f"{sql} AS {quote(name)}" for sql, name in layer.aggregates.items())
        source = f"{relation} CROSS JOIN (SELECT {totals} FROM {relation})"
    return f"SELECT {', '.join(['*', *columns])} FROM {source}"
