"""The 22 queries of TPC-H, and the 22 scripts: all are translated, and some of their statements are kept to be read.

`NERIUM_GOLDEN=write` writes the kept ones anew.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import polars as pl
import pytest

from nerium_worker.native import scan_placeholder
from nerium_worker.placeholder import Placeholder
from nerium_worker.spark import translate

TEXTS = Path(__file__).parents[3] / "server" / "src" / "test" / "resources" / "tpch"
GOLDEN = Path(__file__).parent / "golden"
KEPT = ["q01.sql", "q03.py", "q04.sql", "q06.sql", "q08.sql", "q13.py", "q18.sql", "q21.sql", "q22.py"]
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
        leaves[table] = scan_placeholder(schema, Placeholder(handle))
    return leaves


def _statement(name: str) -> str:
    text = (TEXTS / name).read_text()
    leaves = _leaves()
    if name.endswith(".sql"):
        return translate(pl.SQLContext(leaves).execute(text, eager=False), NAMES).sql
    scope = {"pl": pl, "scan": lambda table: leaves[table.removeprefix("default.")]}
    exec(text, scope)  # noqa: S102  # the tests' own texts
    return translate(scope["result"].lazy(), NAMES).sql  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", [f"q{number:02}.{kind}" for number in range(1, 23) for kind in ("sql", "py")])
def test_all_are_translated(name: str) -> None:
    assert re.search(r"`t\d`", _statement(name))


@pytest.mark.parametrize("name", KEPT)
def test_statements_are_those_that_are_kept(name: str) -> None:
    # Polars numbers its own columns through the life of a process.
    statement = re.sub(r"(_SQL_)\d+", r"\1N", _statement(name)) + "\n"
    kept = GOLDEN / f"{name.replace('.', '-')}.sql"
    if os.environ.get("NERIUM_GOLDEN") == "write":
        kept.write_text(statement)
    assert statement == kept.read_text()
