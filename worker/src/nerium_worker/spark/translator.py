"""A visited plan, node by node, each a subquery over those below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from nerium_worker.polars_plan.nodes import PlanTooLargeError, read_nodes
from nerium_worker.polars_plan.views import kind
from nerium_worker.scan.placeholder import Placeholder
from nerium_worker.spark.literals import literal
from nerium_worker.spark.nodes import reshape
from nerium_worker.spark.nodes.group_by import grouped
from nerium_worker.spark.nodes.join import OUTER, joined
from nerium_worker.spark.nodes.order import distinct, sliced, sorted_by
from nerium_worker.spark.nodes.select import filtered, projected, selected, with_columns
from nerium_worker.spark.quoting import RESERVED, quoted
from nerium_worker.spark.relation import Column, Relation, Statement, ascending
from nerium_worker.spark.types import DIGITS, spark_type
from nerium_worker.spark.unsupported import NOT_TRANSLATED, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nerium_worker.polars_plan.nodes import Node
    from nerium_worker.polars_plan.views import Traverser, View

_MOST_ROWS = 1_000


class Plan:
    """One plan; `read` names the tables that its statement reads."""

    def __init__(self, traverser: Traverser, tables: Mapping[int, str]) -> None:
        self.traverser = traverser
        self.text = Statement()
        self.read: dict[str, str] = {}
        self._tables = tables
        self._nodes: list[Node] = []
        self._caches: dict[int, Relation] = {}

    def statement(self) -> tuple[str, pl.Schema]:
        """Give the statement and the types of its columns."""
        try:
            self._nodes = read_nodes(self.traverser)
        except PlanTooLargeError as error:
            raise Refused("plan", str(error)) from error
        made: dict[int, Relation] = {}
        for node in self._nodes:
            made[node.number] = self._relation(node, [made[number] for number in node.inputs])
        return self._last(made[self._nodes[-1].number], self.schema(self._nodes[-1].number))

    def schema(self, number: int) -> pl.Schema:
        """Give the columns of a node."""
        self.traverser.set_node(number)
        return pl.Schema(self.traverser.get_schema())

    def outer_keys(self) -> int:
        """Count the keys of outer joins."""
        views = [node.view for node in self._nodes if kind(node.view) == "Join"]
        return sum(len(view.left_on) for view in views if view.options[0] in OUTER)

    def _last(self, relation: Relation, schema: pl.Schema) -> tuple[str, pl.Schema]:
        for name, dtype in schema.items():
            if isinstance(dtype, (pl.Duration, pl.Null)):
                raise Refused(f"column {name!r} of type {dtype}", "a result can't hold it: cast it first")
        columns = ", ".join(_declared(name, relation.columns[name]) for name in schema)
        order = f" ORDER BY {', '.join(key.sql() for key in relation.order)}" if relation.order else ""
        return self.text.text(f"SELECT {columns} FROM {relation.name}{order}"), schema

    def _relation(self, node: Node, inputs: list[Relation]) -> Relation:
        view = node.view
        schema = self.schema(node.number)
        for name in schema:
            if RESERVED.fullmatch(name):
                raise Refused(f"column {name!r}", "such names are for the statement's own columns: rename it")
        match kind(view):
            case "PythonScan":
                return self._table(view, node, schema)
            case "DataFrameScan":
                return self._values(view, schema)
            case "Cache":
                return self._caches.setdefault(view.id_, inputs[0])
            case "SimpleProjection":
                return projected(self, inputs[0], schema)
            case "Filter":
                return filtered(self, view, node.inputs[0], inputs[0])
            case "Select":
                return selected(self, view, node.inputs[0], inputs[0])
            case "HStack":
                return with_columns(self, view, node.inputs[0], inputs[0], schema)
            case "GroupBy":
                return grouped(self, view, node.inputs[0], inputs[0])
            case "Join":
                return joined(self, view, node.inputs, inputs, schema)
            case "Sort":
                return sorted_by(self, view, node.inputs[0], inputs[0])
            case "Slice":
                return sliced(self, inputs[0], view.offset, view.len)
            case "Distinct":
                return distinct(self, view, inputs[0])
            case "Union":
                return reshape.union(self, view, inputs, schema)
            case "HConcat":
                return reshape.beside(self, view, inputs)
            case "MapFunction":
                return reshape.mapped(self, view, inputs[0], schema)
            case "Hidden":
                raise Refused("plan", f"Polars does not show a part of it: {view.answer}")
            case name:
                raise Refused(name, NOT_TRANSLATED)

    def _table(self, view: View, node: Node, schema: pl.Schema) -> Relation:
        placeholder, _, _, predicate, row_count = view.options
        if not isinstance(placeholder, Placeholder) or placeholder.handle not in self._tables:
            raise Refused("scan of another source", "a distributed run reads the lake's tables only")
        if row_count is not None:
            raise Refused("head", "a table has no first rows: sort it first")
        name = f"t{placeholder.handle}"
        self.read[name] = self._tables[placeholder.handle]
        for column, dtype in schema.items():
            _check_stored(column, dtype)
        columns = {column: Column(dtype=dtype) for column, dtype in schema.items()}
        listed = ", ".join(map(quoted, columns)) or "1 AS `__0`"
        table = Relation(name=self.text.query(f"SELECT {listed} FROM {quoted(name)}"), columns=columns)
        return table if predicate is None else filtered(self, predicate[1], node.number, table)

    def _values(self, view: View, schema: pl.Schema) -> Relation:
        """Write a small frame of the script itself."""
        frame = pl.DataFrame._from_pydf(view.df)  # noqa: SLF001  # the traverser gives no other
        if not schema and frame.height == 1:
            return Relation(name=self.text.query("SELECT 1 AS `__0`"), columns={})
        frame = frame.select(schema.names())
        if frame.height > _MOST_ROWS:
            raise Refused(
                "frame in memory", f"it has {frame.height:,} rows, and {_MOST_ROWS:,} at most can be sent along"
            )
        key = ascending(self.text.column())
        rows = [
            [literal(value, dtype).sql for value, dtype in zip(row, schema.dtypes(), strict=True)]
            for row in frame.rows()
        ]
        values = ", ".join(f"({', '.join([str(number), *row])})" for number, row in enumerate(rows))
        types = [f"CAST({quoted(name)} AS {spark_type(dtype)}) AS {quoted(name)}" for name, dtype in schema.items()]
        if values:
            listed = ", ".join(map(quoted, [key.name, *schema]))
            sql = f"SELECT {', '.join([quoted(key.name), *types])} FROM VALUES {values} AS v({listed})"
        else:
            nulls = [f"{literal(None, dtype).sql} AS {quoted(name)}" for name, dtype in schema.items()]
            sql = f"SELECT {', '.join([key.column('0'), *nulls])} WHERE FALSE"
        columns = {name: Column(dtype=dtype) for name, dtype in schema.items()}
        return Relation(name=self.text.query(sql), columns=columns, order=(key,))


def _check_stored(name: str, dtype: pl.DataType) -> None:
    if dtype.is_unsigned_integer() or isinstance(dtype, (pl.Duration, pl.Null)):
        raise Refused(f"column {name!r} of type {dtype}", "tables of the lake have no such type")
    spark_type(dtype)


def _declared(name: str, column: Column) -> str:
    """Give a result column the type that its name in Polars says."""
    if column.digits is None or column.digits == (getattr(column.dtype, "precision", None) or DIGITS):
        return quoted(name)
    return f"CAST({quoted(name)} AS {spark_type(column.dtype)}) AS {quoted(name)}"
