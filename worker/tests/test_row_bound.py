from __future__ import annotations

import polars as pl
import pytest

from nerium_worker.modes.sql import may_expand_lists
from nerium_worker.polars_plan.unstable import scan_placeholder
from nerium_worker.protocol.job import TableDescription
from nerium_worker.scan.placeholder import Placeholder
from nerium_worker.scan.pushdown import pushdown
from nerium_worker.scan.row_bound import most_rows

FIELDS = [
    {"id": 1, "name": "a", "required": False, "type": "long"},
    {"id": 2, "name": "s", "required": False, "type": "string"},
    {
        "id": 3,
        "name": "l",
        "required": False,
        "type": {"type": "list", "element-id": 4, "element": "long", "element-required": False},
    },
]
SCHEMA = pl.Schema([("a", pl.Int64()), ("s", pl.String()), ("l", pl.List(pl.Int64))])
ROWS = {1: 300, 2: 20}


def bound(sql: str) -> int | None:
    tables = {
        name: TableDescription(handle=handle, name=name, schema={"fields": FIELDS})
        for handle, name in enumerate(("t", "u"), start=1)
    }
    frames = {name: scan_placeholder(SCHEMA, Placeholder(table.handle, name)) for name, table in tables.items()}
    frame = pl.SQLContext(frames).execute(sql, eager=False)
    bounds = pushdown(frame, {table.handle: table for table in tables.values()}).bounds
    return None if bounds is None else most_rows(bounds, ROWS)


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("SELECT a FROM t", 300),
        ("SELECT s, sum(a) AS n FROM t WHERE a > 1 GROUP BY s ORDER BY n DESC LIMIT 3", 300),
        ("SELECT DISTINCT s FROM t", 300),
        ("SELECT a, row_number() OVER (PARTITION BY s ORDER BY a) AS r FROM t", 300),
        ("SELECT a FROM t UNION ALL SELECT a FROM u", 320),
        ("SELECT t.a FROM t JOIN u ON t.s = u.s", 6000),
        ("SELECT t.a FROM t LEFT JOIN u ON t.s = u.s", 6000),
        ("SELECT t.a FROM t CROSS JOIN u", 6000),
        ("SELECT a FROM t WHERE s IN (SELECT s FROM u)", 6000),
        ("SELECT x.a, y.a AS b FROM t x JOIN t y ON x.s = y.s", 90_000),
        ("WITH c AS (SELECT s, sum(a) AS n FROM t GROUP BY s) SELECT x.n FROM c x, c y, c z", 27_000_000),
        ("SELECT (SELECT max(a) FROM u) AS m, a FROM t", 320),
    ],
)
def test_joins_multiply_rows_and_unions_add_them(sql: str, rows: int) -> None:
    assert bound(sql) == rows


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT unnest(l) FROM t",
        "SELECT t.a FROM t JOIN u ON t.a < u.a AND t.s = u.s",
        "SELECT * FROM t CROSS JOIN (VALUES (1), (2)) AS v(x)",
        "SELECT 1 AS one",
    ],
)
def test_other_plans_have_no_bound(sql: str) -> None:
    assert bound(sql) is None


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT unnest(string_to_array(s, ',')) FROM t",
        'SELECT a, "UNNEST"(l) FROM t',
        "SELECT pg.unnest(l) FROM t",
        "SELECT a FROM t WHERE a IN (SELECT unnest(l) FROM u)",
        "SELECT function_of_another_version(a) FROM t",
    ],
)
def test_an_expression_may_make_rows_of_a_list(sql: str) -> None:
    assert may_expand_lists(sql)


def test_other_functions_make_one_row_of_each() -> None:
    assert not may_expand_lists("SELECT array_agg(a) AS l, lower(s) FROM t GROUP BY s")
