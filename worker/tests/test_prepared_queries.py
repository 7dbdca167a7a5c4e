"""Queries that run again with their plans: without an ask, and with the rows that they have when they are planned anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from test_protocol import validator

if TYPE_CHECKING:
    from control_plane import ControlPlane, Reply, Table

SCHEMA = {
    "type": "struct",
    "schema-id": 0,
    "fields": [
        {"id": 1, "name": "a", "required": False, "type": "long"},
        {"id": 2, "name": "s", "required": False, "type": "string"},
    ],
}


def plans(lake: ControlPlane, asks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Prepare the answers to the asks of an earlier run, as the control plane does."""
    prepared = []
    for ask in asks:
        answer, payload = lake.answer(ask)
        assert not payload
        prepared.append(
            {
                "ask": {name: ask[name] for name in ("table", "filter", "limit", "columns")},
                "answer": {name: value for name, value in answer.items() if name not in {"type", "id"}},
            }
        )
    return prepared


def again(lake: ControlPlane, sql: str, asks: list[dict[str, Any]], **changes: Any) -> Reply:
    return lake.query(sql, lineage=False, plans=plans(lake, asks), **changes)


def table(lake: ControlPlane, name: str, *frames: pl.DataFrame, schema: dict[str, Any] = SCHEMA) -> Table:
    return lake.add(name, schema, *frames)


def rows(*values: tuple[int | None, str | None]) -> pl.DataFrame:
    return pl.DataFrame(list(values), schema={"a": pl.Int64, "s": pl.String}, orient="row")


@pytest.fixture
def made(lake: ControlPlane) -> ControlPlane:
    table(lake, "made", rows((1, "x"), (2, None), (None, "y")), rows((4, "x")))
    table(lake, "other", rows((10, "x"), (20, "z")))
    return lake


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT s, sum(a) AS n FROM made GROUP BY s ORDER BY s",
        "SELECT * FROM made WHERE a = 4",
        "SELECT a FROM made WHERE s IS NULL",
        "SELECT a FROM made LIMIT 1",
        "SELECT made.a, other.a AS b FROM made JOIN other ON made.s = other.s ORDER BY made.a",
        "SELECT x.a FROM made x JOIN made y ON x.s = y.s WHERE x.a > 1 ORDER BY x.a",
        "SELECT a FROM made WHERE a > (SELECT min(a) FROM made) ORDER BY a",
        "SELECT a FROM made UNION ALL SELECT a FROM other ORDER BY a",
        "WITH c AS (SELECT s, max(a) AS m FROM made GROUP BY s) SELECT * FROM c ORDER BY m, s",
        "SELECT made.a FROM made CROSS JOIN (VALUES (1), (2)) AS v(x) ORDER BY made.a",
        "SELECT a, row_number() OVER (PARTITION BY s ORDER BY a) AS n FROM made ORDER BY a, n",
        "SELECT a FROM made WHERE a > 100",
    ],
)
def test_has_the_same_rows_without_an_ask(made: ControlPlane, sql: str) -> None:
    first = made.query(sql)
    assert first.plans()
    for _ in range(3):
        reply = again(made, sql, first.plans())
        assert reply.asks == []
        assert reply.frame().equals(first.frame())
        assert {**reply.header, "lineage": None, "notes": None} == {**first.header, "lineage": None, "notes": None}


def test_the_job_and_its_plans_follow_the_schema(made: ControlPlane) -> None:
    sql = "SELECT a FROM made WHERE a > 1 AND s LIKE 'x%'"
    message = made.message({"mode": "query", "query": sql, "tables": {"made": "made"}})
    validator().validate({**message, "plans": plans(made, made.query(sql).plans())})


def test_other_files_are_other_rows(made: ControlPlane) -> None:
    sql = "SELECT sum(a) AS n FROM made"
    asks = made.query(sql).plans()
    assert again(made, sql, asks).frame().item() == 7
    whole = made.tables["made"]
    removed = whole.files.pop()
    assert again(made, sql, asks).frame().item() == 3
    whole.files.append(removed)
    assert again(made, sql, asks).frame().item() == 7


def test_the_first_files_come_back(made: ControlPlane) -> None:
    sql = "SELECT a FROM made ORDER BY a"
    asks = made.query(sql).plans()
    first = made.tables["made"].files
    for files in (first, first[:1], first, first[1:], first):
        made.tables["made"].files = files
        expected = made.query(sql).frame()
        assert again(made, sql, asks).frame().equals(expected)


def test_a_column_that_was_renamed_and_back(made: ControlPlane) -> None:
    renamed = {**SCHEMA, "fields": [{**SCHEMA["fields"][0], "name": "b"}, SCHEMA["fields"][1]]}  # type: ignore[index]
    made_table = made.tables["made"]
    asks = made.query("SELECT a FROM made").plans()
    assert again(made, "SELECT a FROM made", asks).frame().columns == ["a"]
    made_table.schema = renamed
    reply = again(made, "SELECT a FROM made", asks)
    assert reply.header["kind"] == "sql"
    asks_of_b = made.query("SELECT b FROM made").plans()
    for _ in range(3):
        assert again(made, "SELECT b FROM made", asks_of_b).frame().to_dict(as_series=False) == {"b": [1, 2, None, 4]}
    made_table.schema = SCHEMA
    assert again(made, "SELECT a FROM made", asks).frame().columns == ["a"]


def test_one_text_over_tables_with_other_aliases(made: ControlPlane) -> None:
    sql = "SELECT sum(a) AS n FROM t"
    for name, total in (("made", 7), ("other", 30), ("made", 7)):
        asks = made.query(sql, tables={"t": name}).plans()
        for _ in range(3):
            assert again(made, sql, asks, tables={"t": name}).frame().item() == total


def test_asks_for_what_the_plans_do_not_have(made: ControlPlane) -> None:
    sql = "SELECT made.a FROM made JOIN other ON made.s = other.s WHERE made.a = 1"
    first = made.query(sql)
    reply = again(made, sql, first.plans()[:1])
    assert [ask["table"] for ask in reply.plans()] == [first.plans()[1]["table"]]
    assert reply.frame().equals(first.frame())


@pytest.mark.parametrize("change", [{"filter": True}, {"limit": 1}, {"columns": ["s"]}, {"table": 1}])
def test_does_not_use_a_plan_for_another_ask(made: ControlPlane, change: dict[str, Any]) -> None:
    sql = "SELECT sum(a) AS n FROM made WHERE a > 0"
    prepared = plans(made, made.query(sql).plans())
    changed = [{**plan, "ask": {**plan["ask"], **change}} for plan in prepared]
    for _ in range(3):
        reply = made.query(sql, lineage=False, plans=changed)
        assert len(reply.plans()) == 1
        assert reply.frame().item() == 7


def test_limits_of_the_result_are_those_of_each_job(made: ControlPlane) -> None:
    sql = "SELECT a FROM made ORDER BY a"
    asks = made.query(sql).plans()
    for _ in range(2):
        assert again(made, sql, asks).frame().height == 4
        assert again(made, sql, asks, result={"maxRows": 2, "overflow": "truncate"}).frame().height == 2
        assert again(made, sql, asks, result={"maxRows": 2}).header["kind"] == "limit"


def test_lineage_is_derived_from_the_text_again(made: ControlPlane) -> None:
    sql = "SELECT a FROM made"
    first = made.query(sql)
    again(made, sql, first.plans())
    again(made, sql, first.plans())
    reply = made.query(sql, plans=plans(made, first.plans()))
    assert reply.header["lineage"] == first.header["lineage"]
    assert reply.header["notes"] == first.header["notes"]


def test_an_execution_that_fails_says_why(made: ControlPlane) -> None:
    sql = "SELECT CAST(s AS BIGINT) AS n FROM made"
    asks = [
        {
            "id": 1,
            "what": "plan",
            "table": list(made.tables).index("made") + 1,
            "filter": None,
            "limit": None,
            "columns": ["s"],
        }
    ]
    first = made.query(sql)
    assert first.header["kind"] == "engine"
    for _ in range(2):
        assert again(made, sql, asks).header == first.header


def test_files_with_other_types_than_the_plan_says_are_read_by_ids(made: ControlPlane) -> None:
    sql = "SELECT sum(a) AS n FROM made"
    asks = made.query(sql).plans()
    made.tables["made"].stored = {**SCHEMA, "fields": [{**SCHEMA["fields"][0], "type": "int"}, SCHEMA["fields"][1]]}  # type: ignore[index]
    for _ in range(2):
        reply = again(made, sql, asks)
        assert [ask.get("byIds") for ask in reply.plans()] == [True]
        assert reply.frame().item() == 7


def test_many_queries_do_not_displace_a_right_result(made: ControlPlane) -> None:
    asks = made.query("SELECT sum(a) AS n FROM made").plans()
    for number in [*range(80), *range(80)]:
        assert again(made, f"SELECT sum(a) + {number} AS n FROM made", asks).frame().item() == 7 + number
