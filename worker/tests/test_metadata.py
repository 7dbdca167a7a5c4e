"""Statements about metadata and views, through a worker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from control_plane import ControlPlane, Reply


def run(plane: ControlPlane, sql: str, **changes: Any) -> Reply:
    return plane.run({"mode": "query", "query": sql, "statements": True, **changes})


def rows(plane: ControlPlane, sql: str) -> list[tuple[Any, ...]]:
    return run(plane, sql).frame().rows()


def error(plane: ControlPlane, sql: str, **changes: Any) -> str:
    header = run(plane, sql, **changes).header
    assert header["type"] == "failed", header
    return str(header["error"])


@pytest.fixture
def flowers(lake: ControlPlane) -> Iterator[ControlPlane]:
    """Have a table that names of one part mean."""
    lake.tables["default.flowers"] = lake.tables["flowers"]
    yield lake
    del lake.tables["default.flowers"]
    lake.views.clear()


def view(name: str, sql: str, *columns: str, **changes: Any) -> dict[str, Any]:
    texts = [{"dialect": changes.pop("dialect", "nerium"), "sql": sql}]
    described = {"name": f"oleander.{name}", "columns": list(columns), "texts": texts}
    return {**described, "catalog": "oleander", "namespace": "default", **changes}


def test_questions_about_queries_take_parameters(flowers: ControlPlane) -> None:
    [summary] = run(flowers, "SUMMARIZE SELECT size FROM flowers WHERE size > ?", params=[2]).frame().to_dicts()
    assert (summary["min"], summary["count"]) == ("2.5", 1)
    assert "param" in error(flowers, "SUMMARIZE SELECT size FROM flowers WHERE size > ?")
    assert error(flowers, "DROP TABLE a.b", params=[2]) == "The statement takes no parameters."


def test_a_command_is_executed_by_the_control_plane(lake: ControlPlane) -> None:
    lake.command = {"columns": ["schema_name", "table_name"], "rows": [["a", "b"], ["a", None]]}
    reply = run(lake, "SHOW TABLES IN a")
    assert reply.frame().rows() == [("a", "b"), ("a", None)]
    assert reply.header["deterministic"] is False
    assert [ask["command"] for ask in reply.asks] == [{"kind": "show_tables", "schema": ["a"], "like": None}]


def test_a_command_without_rows_has_an_empty_result(lake: ControlPlane) -> None:
    lake.command = {"columns": [], "rows": []}
    reply = run(lake, "DROP TABLE a.b")
    assert reply.header["rows"] == 0
    assert reply.header["columns"] == []


@pytest.mark.parametrize("changes", [{"explain": True}, {"destination": "oleander.a.b"}, {"distributed": "spark"}])
def test_a_command_takes_nothing_that_queries_take(lake: ControlPlane, changes: dict[str, Any]) -> None:
    reply = run(lake, "DROP TABLE a.b", **changes)
    assert reply.header["error"] == "The statement is not a query, so it has no plan, no destination and no cluster."
    assert reply.asks == []


def test_the_mode_of_queries_takes_no_command(lake: ControlPlane) -> None:
    reply = lake.run({"mode": "query", "query": "DROP TABLE a.b", "statements": False})
    assert reply.header["error"] == "DROP is not a query."
    assert reply.asks == []


def test_a_view_is_created_with_the_schema_of_its_query(flowers: ControlPlane) -> None:
    reply = run(
        flowers, "CREATE VIEW v (kind COMMENT 'x', n) AS\n  SELECT species, count(*) FROM flowers GROUP BY species;"
    )
    assert reply.header["type"] == "result", reply.header
    command = reply.asks[-1]["command"]
    assert command["query"] == "SELECT species, count(*) FROM flowers GROUP BY species"
    assert [(field["name"], field["type"], field.get("doc")) for field in command["schema"]["fields"]] == [
        ("kind", "string", "x"),
        ("n", "long", None),
    ]


def test_questions_about_queries_are_answered(flowers: ControlPlane) -> None:
    assert rows(flowers, "DESCRIBE SELECT species AS s FROM flowers") == [("s", "string", "YES", None, None)]
    [summary] = run(flowers, "SUMMARIZE SELECT species FROM flowers").frame().to_dicts()
    assert (summary["min"], summary["max"], summary["count"], summary["null_percentage"]) == (
        "setosa",
        "virginica",
        4,
        25.0,
    )
    plan = "\n".join(line for (line,) in rows(flowers, "EXPLAIN SELECT species FROM flowers WHERE size > 1"))
    assert "default.flowers" in plan
    assert ".parquet" not in plan


def test_a_view_is_read_by_its_name(flowers: ControlPlane) -> None:
    flowers.views["default.kinds"] = view(
        "default.kinds", "SELECT species, count(*) AS c FROM flowers GROUP BY species", "kind", "n"
    )
    flowers.views["other.many"] = view("other.many", "SELECT kind FROM kinds WHERE n > 1", "kind")
    assert rows(flowers, "SELECT m.kind, k.n FROM other.many AS m JOIN kinds AS k ON m.kind = k.kind") == [
        ("setosa", 2)
    ]
    reply = run(flowers, "SELECT kind FROM other.many")
    assert reply.header["deterministic"] is False
    assert flowers.script("result = scan('other.many')").frame().rows() == [("setosa",)]


def test_names_of_a_view_are_those_of_its_own_schema(flowers: ControlPlane) -> None:
    flowers.views["other.v"] = view("other.v", "SELECT x FROM t", "x", catalog="lake", namespace="a.b")
    flowers.views["other.w"] = view("other.w", 'SELECT x FROM "s.u@tag:x"', "x", catalog="lake")
    flowers.views["other.z"] = view("other.z", "SELECT x FROM s.t", "x", catalog="lake")
    assert "relation 't' was not found" in error(flowers, "SELECT * FROM other.v")
    asked = [ask["name"] for ask in run(flowers, "SELECT * FROM other.v").asks]
    assert asked == ["other.v", 'lake."a.b".t']
    asked = [ask["name"] for ask in run(flowers, "SELECT * FROM other.w").asks]
    assert asked == ["other.w", "lake.s.u@tag:x"]
    asked = [ask["name"] for ask in run(flowers, "SELECT * FROM other.z").asks]
    assert asked == ["other.z", "lake.s.t"]


def test_views_in_a_circle_are_refused(flowers: ControlPlane) -> None:
    flowers.views["default.a"] = view("default.a", "SELECT x FROM b", "x")
    flowers.views["default.b"] = view("default.b", "SELECT x FROM a", "x")
    assert "names itself: oleander.default.a names oleander.default.b names oleander.default.a." in error(
        flowers, "SELECT * FROM a"
    )
    flowers.views["default.b"] = view("default.b", "SELECT x FROM flowers", "x")
    assert "names itself: oleander.default.b names oleander.default.a names oleander.default.b." in error(
        flowers, "CREATE OR REPLACE VIEW b AS SELECT x FROM a"
    )
    for number in range(20):
        flowers.views[f"default.v{number}"] = view(f"default.v{number}", f"SELECT x FROM v{number + 1}", "x")
    assert "is nested in 16 others, which is the limit." in error(flowers, "SELECT * FROM v0")


@pytest.mark.parametrize(
    ("sql", "part"),
    [
        ("DROP TABLE flowers", "DROP is not a query"),
        ("INSERT INTO flowers VALUES (1)", "INSERT"),
        ("SELECT nothing FROM flowers", "There is no column 'nothing'"),
        ("SELECT species, size FROM flowers", "Its query has 2 columns now, and the view was created with 1 (x)."),
        ("SELECT * FROM read_csv('/etc/passwd')", "can't read files, which read_csv() does."),
        ("not sql", "can't be read at line 1"),
    ],
)
def test_a_view_is_one_query_of_its_columns(flowers: ControlPlane, sql: str, part: str) -> None:
    flowers.views["default.v"] = view("default.v", sql, "x")
    message = error(flowers, "SELECT * FROM v")
    assert message.startswith("The view oleander.default.v can't be read: ")
    assert part in message
    flowers.views["default.v"] = view("default.v", sql, "x", dialect="spark")
    assert "which another engine wrote in the dialect spark, can't be read" in error(flowers, "SELECT * FROM v")


def test_a_text_that_can_be_read_is_preferred(flowers: ControlPlane) -> None:
    described = view("default.v", "SELECT LATERAL VIEW", "x", dialect="spark")
    described["texts"].append({"dialect": "trino", "sql": "SELECT 7 AS x"})
    flowers.views["default.v"] = described
    assert rows(flowers, "SELECT x FROM v") == [(7,)]
