"""The 22 queries of TPC-H and the 22 scripts, as plans over tables that are not there."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from nerium_worker.polars_plan.unstable import scan_placeholder
from nerium_worker.scan.placeholder import Placeholder

TEXTS = Path(__file__).parents[3] / "server" / "src" / "test" / "resources" / "tpch"
MONEY, KEY = pl.Decimal(15, 2), pl.Int64
COLUMNS = {
    "customer": "custkey name address nationkey phone acctbal mktsegment comment",
    "lineitem": "orderkey partkey suppkey linenumber quantity extendedprice discount tax returnflag linestatus shipdate"
    " commitdate receiptdate shipinstruct shipmode comment",
    "nation": "nationkey name regionkey comment",
    "orders": "orderkey custkey orderstatus totalprice orderdate orderpriority clerk shippriority comment",
    "part": "partkey name mfgr brand type size container retailprice comment",
    "partsupp": "partkey suppkey availqty supplycost comment",
    "region": "regionkey name comment",
    "supplier": "suppkey name address nationkey phone acctbal comment",
}
PREFIXES = {"partsupp": "ps"}
NUMBERS = {"linenumber": pl.Int32, "shippriority": pl.Int32, "size": pl.Int32, "availqty": pl.Int32}
AMOUNTS = {"acctbal", "quantity", "extendedprice", "discount", "tax", "totalprice", "retailprice", "supplycost"}
NAMES = dict(enumerate(COLUMNS))
"""The tables by their handles."""
TPCH = [f"q{number:02}.{kind}" for number in range(1, 23) for kind in ("sql", "py")]


def _dtype(column: str) -> pl.DataType | type[pl.DataType]:
    if column.endswith("key"):
        return KEY
    if column.endswith("date"):
        return pl.Date
    return MONEY if column in AMOUNTS else NUMBERS.get(column, pl.String)


def _leaves() -> dict[str, pl.LazyFrame]:
    leaves = {}
    for handle, table in NAMES.items():
        prefix = PREFIXES.get(table, table[0])
        schema = pl.Schema({f"{prefix}_{column}": _dtype(column) for column in COLUMNS[table].split()})
        leaves[table] = scan_placeholder(schema, Placeholder(handle, table))
    return leaves


def plan(name: str) -> pl.LazyFrame:
    """Build the plan of a text, such as `q01.sql` or `q01.py`."""
    text = (TEXTS / name).read_text()
    leaves = _leaves()
    if name.endswith(".sql"):
        return pl.SQLContext(leaves).execute(text, eager=False)
    scope = {"pl": pl, "scan": lambda table: leaves[table.removeprefix("default.")]}
    exec(text, scope)  # noqa: S102  # the tests' own texts
    return scope["result"].lazy()  # type: ignore[attr-defined, no-any-return]
