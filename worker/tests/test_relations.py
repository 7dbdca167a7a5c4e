"""Names of tables in the text of a statement."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from lineage_truth import cases, tables
from nerium_worker.iceberg.types import polars_schema
from nerium_worker.modes.sql import query_frame
from nerium_worker.protocol.errors import Failure, LakeError

if TYPE_CHECKING:
    from control_plane import ControlPlane

LAKE = {
    "default.t": 1,
    "sales.t": 2,
    "sales.orders": 3,
    "prod.orders": 4,
    "lake.sales.orders": 5,
    "sales.orders$snapshots": 6,
    "sales.orders@tag:audited": 7,
    'sales."a.b"': 8,
    'sales."a b"': 9,
    '"x.y".t': 10,
    "sales.orders@branch:dev": 11,
    'default."odd name"': 12,
    "sales.a.b": 13,
}


def scan(name: str) -> pl.LazyFrame:
    if name not in LAKE:
        raise LakeError(f"There is no table {name!r}.")
    return pl.LazyFrame({"id": [LAKE[name]], "s": [{"id": -LAKE[name]}]})


def rows(sql: str, **frames: pl.LazyFrame) -> list[Any]:
    return query_frame(sql, frames, scan)[0].collect().rows()


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT id FROM t", [(1,)]),
        ("SELECT t.id FROM t", [(1,)]),
        ("SELECT id FROM sales.t", [(2,)]),
        ("SELECT t.id FROM sales.t", [(2,)]),
        ("SELECT sales.t.id FROM sales.t", [(2,)]),
        ("SELECT sales.t.s.id FROM sales.t", [(-2,)]),
        ("SELECT t.s.id FROM sales.t", [(-2,)]),
        ("SELECT o.id FROM sales.orders AS o", [(3,)]),
        ("SELECT id FROM sales.t WHERE id IS DISTINCT FROM (SELECT max(orders.id) FROM sales.orders)", [(2,)]),
        ("SELECT o.id FROM sales.orders o", [(3,)]),
        ("SELECT orders.id FROM lake.sales.orders", [(5,)]),
        ("SELECT lake.sales.orders.id FROM lake.sales.orders", [(5,)]),
        ("SELECT sales.orders.* EXCLUDE (s) FROM sales.orders", [(3,)]),
        ('SELECT orders.id FROM "sales"."orders"', [(3,)]),
        ("SELECT orders.id FROM `sales`.`orders`", [(3,)]),
        ("SELECT id FROM sales.orders$snapshots", [(6,)]),
        ('SELECT id FROM "sales.orders$snapshots"', [(6,)]),
        ('SELECT id FROM "sales.orders@tag:audited"', [(7,)]),
        ('SELECT "sales.orders@tag:audited".id FROM "sales.orders@tag:audited"', [(7,)]),
        ('SELECT id FROM sales."orders@tag:audited"', [(7,)]),
        ('SELECT o.id FROM sales."orders@branch:dev" AS o', [(11,)]),
        ('SELECT id FROM sales."a.b"', [(8,)]),
        ('SELECT "a b".id FROM sales."a b"', [(9,)]),
        ('SELECT t.id FROM "x.y".t', [(10,)]),
        ('SELECT id FROM "odd name"', [(12,)]),
        # Two tables of the same last name.
        ("SELECT sales.orders.id AS a, prod.orders.id AS b FROM sales.orders CROSS JOIN prod.orders", [(3, 4)]),
        ("SELECT sales.t.id AS a, t.id AS b FROM sales.t CROSS JOIN t", [(2, 1)]),
        ("SELECT a.id AS a, b.id AS b FROM sales.t AS a CROSS JOIN sales.t AS b", [(2, 2)]),
        ("SELECT orders.id FROM prod.orders WHERE orders.id NOT IN (SELECT orders.id FROM sales.orders)", [(4,)]),
        ("SELECT id FROM sales.orders UNION ALL SELECT orders.id FROM prod.orders ORDER BY id", [(3,), (4,)]),
        ('SELECT x.id AS a, y.id AS b FROM sales."a.b" AS x CROSS JOIN sales.a.b AS y', [(8, 13)]),
        ('SELECT sales."a.b".id AS a, sales.a.b.id AS b FROM sales."a.b" CROSS JOIN sales.a.b', [(8, 13)]),
        (
            """SELECT sales.t.id FROM sales.t CROSS JOIN (SELECT -9 AS id UNION ALL SELECT 9 AS id) AS t
            WHERE t.id IN (SELECT 9 AS n FROM sales.t WHERE sales.t.id = 2) ORDER BY sales.t.id""",
            [(2,)],
        ),
        # Common table expressions hide tables, in their scope.
        ("WITH t AS (SELECT 100 AS id FROM t) SELECT id FROM t", [(100,)]),
        ("WITH t AS (SELECT id + 100 AS id FROM t) SELECT id FROM t", [(101,)]),
        ("WITH t AS (SELECT id FROM sales.orders) SELECT t.id FROM t", [(3,)]),
        ("WITH a AS (SELECT id FROM sales.t), b AS (SELECT id FROM a) SELECT b.id FROM b", [(2,)]),
        ("WITH t AS (SELECT 9 AS id FROM t) SELECT t.id AS a, sales.t.id AS b FROM t CROSS JOIN sales.t", [(9, 2)]),
        ("SELECT id FROM (SELECT id FROM sales.t) AS t", [(2,)]),
        ("SELECT t.id AS a, sales.t.id AS b FROM (SELECT 9 AS id) AS t CROSS JOIN sales.t", [(9, 2)]),
        # Texts and comments are not names.
        ("SELECT 'FROM sales.t' AS x, id FROM sales.t -- FROM prod.orders", [("FROM sales.t", 2)]),
        ("SELECT\n 'é🌺' AS x,\n\tsales.t.id\nFROM /* 🌺 */ sales.t\nWHERE sales.t.id = 2", [("é🌺", 2)]),
        ("SELECT 1 AS one", [(1,)]),
        (
            "SELECT x.id AS a, t.id AS b, o.id AS c FROM (t AS x JOIN sales.t ON x.id < t.id) JOIN prod.orders AS o ON o.id > x.id",
            [(1, 2, 4)],
        ),
    ],
)
def test_names_are_tables_of_the_lake(sql: str, expected: list[Any]) -> None:
    assert rows(sql) == expected


def test_a_table_alone_is_one_of_the_lake() -> None:
    assert sorted(id_ for id_, _ in rows("SELECT * FROM sales.t UNION ALL TABLE t")) == [1, 2]


def test_given_frames_hide_tables() -> None:
    given = pl.LazyFrame({"id": [99]})
    assert rows("SELECT id FROM t", t=given) == [(99,)]
    assert rows("SELECT t.id FROM sales.t", **{"sales.t": given}) == [(99,)]
    assert rows("SELECT t.id AS a, sales.t.id AS b FROM t CROSS JOIN sales.t", t=given) == [(99, 2)]


@pytest.mark.parametrize(
    ("sql", "error", "hint"),
    [
        ("SELECT * FROM flower", "relation 'flower' was not found", "There is no table 'default.flower'."),
        ("SELECT * FROM sales.flower", "There is no table 'sales.flower'.", None),
        ("SELECT * FROM a.b.c.d", "There is no table 'a.b.c.d'.", None),
        ("SELECT * FROM t WHERE id IN (SELECT id FROM nobody.t)", "There is no table 'nobody.t'.", None),
        (
            "WITH a AS (SELECT id FROM b), b AS (SELECT 1 AS id) SELECT id FROM a",
            "relation 'b' was not found",
            "There is no table 'default.b'.",
        ),
    ],
)
def test_unknown_names_are_told(sql: str, error: str, hint: str | None) -> None:
    with pytest.raises(Failure) as caught:
        rows(sql)
    assert caught.value.error == error
    assert caught.value.hint == hint


def test_a_query_asks_for_the_tables_that_it_names(lake: ControlPlane) -> None:
    lake.add("default.named", lake.tables["flowers"].schema)
    reply = lake.run({"mode": "query", "query": "SELECT count(*) AS n FROM named", "tables": {}})
    assert [ask["name"] for ask in reply.asks if ask["what"] == "table"] == ["default.named"]
    assert reply.frame().rows() == [(0,)]


def test_a_script_selects_from_tables_and_frames(lake: ControlPlane) -> None:
    source = """
frame = pl.DataFrame({"x": [1, 2]})
result = sql("SELECT f.x, count(*) AS n FROM f CROSS JOIN b GROUP BY f.x ORDER BY f.x", f=frame, b=scan("flowers"))
"""
    assert lake.script(source).frame()["x"].to_list() == [1, 2]
    header = lake.script("x = 1\nresult = sql('SELECT * FROM nothing_here')").header
    assert header["line"] == 2
    assert "relation 'nothing_here' was not found" in header["error"]


EMPTY = {name: pl.LazyFrame(schema=polars_schema(table.schema)) for name, table in tables().items()}
QUERIES = [case for case in cases() if not case.is_script]


def plan(sql: str, frames: dict[str, pl.LazyFrame], namespace: str) -> tuple[pl.Schema, str]:
    frame, _ = query_frame(sql, frames, lambda name: EMPTY[name.removeprefix(f"{namespace}.")])
    return frame.collect_schema(), frame.explain()


@pytest.mark.parametrize("sql", [case.text for case in QUERIES], ids=[case.name for case in QUERIES])
def test_a_named_table_is_read_like_a_given_one(sql: str) -> None:
    schema, given = plan(sql, EMPTY, "nobody")
    ctes = set(re.findall(r"(?:WITH|,)\s+(\w+)\s+AS\s*\(", sql, re.IGNORECASE))
    known = "|".join(sorted(EMPTY.keys() - ctes, key=len, reverse=True))
    qualified = re.sub(rf"(\b(?:FROM|JOIN)\s+)({known})\b(?!\s*\.)", r"\1sales.\2", sql, flags=re.IGNORECASE)
    for named_schema, named in (plan(sql, {}, "default"), plan(qualified, EMPTY, "sales")):
        assert named_schema == schema
        # Some plans have a number in their text that differs each time.
        assert named == given or plan(sql, EMPTY, "nobody")[1] != given


@pytest.mark.parametrize(
    ("sql", "error"),
    [
        # Polars alone gives the id of `x` for all of them.
        (
            "SELECT x.id, t.id, o.id FROM t AS x JOIN (sales.t JOIN prod.orders AS o ON t.id < o.id) AS j ON x.id < t.id",
            "A join in parentheses has no name.",
        ),
        ("SELECT id FROM t UNION ALL TABLE sales.t", "TABLE sales.t is not available."),
    ],
)
def test_refuses_what_polars_takes_for_other_tables(sql: str, error: str) -> None:
    with pytest.raises(Failure) as caught:
        rows(sql)
    assert caught.value.error == error
    assert caught.value.hint is not None


@pytest.mark.parametrize(
    ("sql", "hint"),
    [
        ("SELECT * FROM shop.t.snapshots", 'Write "shop.t$snapshots".'),
        ("SELECT * FROM shop.t.branch_audit", 'Write "shop.t@branch:audit".'),
        ("SELECT * FROM c.shop.t.tag_x", 'Write "c.shop.t@tag:x".'),
        ("SELECT * FROM information_schema.tables", "SHOW TABLES"),
        ("SELECT * FROM lake.information_schema.columns", "SHOW COLUMNS"),
    ],
)
def test_names_of_other_engines_have_a_hint(sql: str, hint: str) -> None:
    with pytest.raises(Failure) as caught:
        rows(sql)
    assert caught.value.hint is not None
    assert hint in caught.value.hint
