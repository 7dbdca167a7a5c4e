from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from control_plane import ControlPlane


def test_is_ready_and_says_its_versions(lake: ControlPlane) -> None:
    assert lake.ready["protocol"] == 1
    assert lake.ready["polars"] == "2.0.0"
    assert lake.ready["threads"] == 2


def test_runs_a_query_over_the_files_of_a_table(lake: ControlPlane) -> None:
    reply = lake.query("SELECT species, count(*) AS n FROM flowers GROUP BY species ORDER BY n DESC, species")
    assert reply.frame().rows() == [("setosa", 2), ("virginica", 1), (None, 1)]
    assert reply.header == {
        "type": "result",
        "rows": 3,
        "columns": ["species", "n"],
        "dtypes": ["String", "Int64"],
        "encodings": [None, None],
        "returned": 3,
        "file": None,
        "written": None,
        "deterministic": True,
        "lineage": {
            "fields": [
                {"name": "species", "unknown": False, "inputs": [species(("DIRECT", "IDENTITY"))]},
                {"name": "n", "unknown": False, "inputs": []},
            ],
            "dataset": [species(("INDIRECT", "GROUP_BY"), ("INDIRECT", "SORT"))],
            "complete": True,
        },
        "notes": [],
    }


def species(*steps: tuple[str, str]) -> dict[str, Any]:
    transformations = [{"type": kind, "subtype": subtype, "masking": False} for kind, subtype in steps]
    return {"table": 1, "field": "species", "transformations": transformations}


def test_asks_for_what_the_query_reads_only(lake: ControlPlane) -> None:
    reply = lake.query("SELECT species FROM flowers WHERE day = DATE '2020-01-02'")
    assert reply.frame().rows() == [("virginica",)]
    (plan,) = reply.plans()
    assert sorted(plan["columns"]) == ["day", "species"]
    assert "2020-01-02" in str(plan["filter"])
    assert plan["limit"] is None


def test_asks_for_the_rows_that_suffice(lake: ControlPlane) -> None:
    reply = lake.query("SELECT species FROM flowers LIMIT 2")
    assert reply.frame().height == 2
    assert reply.plans()[0]["limit"] == 2


def test_a_limit_below_a_filter_is_no_limit_of_the_filtered_rows(lake: ControlPlane) -> None:
    reply = lake.query("SELECT * FROM (SELECT * FROM flowers LIMIT 3) AS f WHERE f.size IS NULL")
    assert reply.frame().height == 1
    assert reply.plans()[0]["filter"] is None


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT count(*) AS n FROM flowers",
        "SELECT COUNT(1) AS n FROM flowers",
        "WITH x AS (SELECT * FROM flowers) SELECT count(*) AS n FROM x",
        "SELECT count(*) AS n FROM (SELECT size FROM flowers) x",
    ],
)
def test_counts_rows_without_reading_a_file(lake: ControlPlane, sql: str) -> None:
    reply = lake.query(sql)
    assert reply.frame().rows() == [(4,)]
    assert reply.header["dtypes"] == ["Int64"]
    assert [ask["what"] for ask in reply.asks if ask["what"] != "table"] == ["count"]


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("SELECT count(size) AS n FROM flowers", 3),
        ("SELECT count(*) AS n FROM flowers WHERE size > 2", 1),
        ("SELECT count(*) AS n FROM (SELECT * FROM flowers LIMIT 3) x", 3),
        ("SELECT count(*) AS n FROM (SELECT DISTINCT species FROM flowers) x", 3),
        ("SELECT count(*) AS n FROM (SELECT * FROM flowers UNION ALL SELECT * FROM flowers) x", 8),
        ("SELECT count(*) AS n FROM flowers, empty", 0),
    ],
)
def test_reads_where_metadata_does_not_say_the_count(lake: ControlPlane, sql: str, rows: int) -> None:
    reply = lake.query(sql)
    assert reply.frame().rows() == [(rows,)]
    assert "count" not in [ask["what"] for ask in reply.asks]


def test_reads_to_count_where_rows_were_deleted(lake: ControlPlane) -> None:
    lake.tables["flowers"].deleted = 1
    reply = lake.query("SELECT count(*) AS n FROM flowers")
    lake.tables["flowers"].deleted = 0
    assert [ask["what"] for ask in reply.asks] == ["count", "plan"]


@pytest.mark.parametrize("result", ["select(pl.len())", "select(n=pl.len())", "select('size').select(pl.len())"])
def test_a_script_counts_rows_without_reading_a_file(lake: ControlPlane, result: str) -> None:
    reply = lake.script(f"result = scan('flowers').{result}")
    assert reply.frame().rows() == [(4,)]
    assert reply.header["dtypes"] == ["UInt32"]
    assert [ask["what"] for ask in reply.asks if ask["what"] != "table"] == ["count"]


def test_plans_a_table_once_that_a_query_names_twice(lake: ControlPlane) -> None:
    reply = lake.query("SELECT a.size FROM flowers a JOIN flowers b ON a.species = b.species WHERE a.size = 2.5")
    assert reply.frame().rows() == [(2.5,)]
    assert len(reply.plans()) == 1


def test_plans_two_tables_of_a_join(lake: ControlPlane) -> None:
    reply = lake.query("SELECT f.size FROM flowers f LEFT JOIN empty e ON f.species = e.species")
    assert reply.frame().height == 4
    assert sorted(plan["table"] for plan in reply.plans()) == [1, 2]


def test_an_empty_table_keeps_its_schema(lake: ControlPlane) -> None:
    reply = lake.query("SELECT * FROM empty")
    assert reply.frame().rows() == []
    assert reply.header["dtypes"] == ["Float64", "String", "Date"]


@pytest.mark.parametrize("alias", ["my table", "x.y", "blüte", "select", 'quo"te', "a@b", "\U0001f33a"])
def test_takes_odd_aliases(lake: ControlPlane, alias: str) -> None:
    quoted = alias.replace('"', '""')
    reply = lake.query(f'SELECT count(*) FROM "{quoted}"', tables={alias: "flowers"})
    assert reply.frame().item() == 4


def test_reads_one_table_under_two_aliases(lake: ControlPlane) -> None:
    reply = lake.query("SELECT count(*) FROM a CROSS JOIN b", tables={"a": "flowers", "b": "flowers"})
    assert reply.frame().item() == 16


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1 AS x",
        "VALUES (1), (2)",
        "WITH f AS (SELECT * FROM flowers) SELECT * FROM f UNION ALL SELECT * FROM f",
        "(SELECT size FROM flowers)",
        "SELECT size FROM flowers;",
        "/* c */ SELECT size -- d\nFROM flowers",
        "SELECT * FROM unnest([1, 2]) AS u(x)",
        "SELECT size FROM flowers WHERE size = (SELECT max(size) FROM flowers)",
        "SELECT f.size FROM (flowers f CROSS JOIN empty e)",
    ],
)
def test_accepts_what_reads(lake: ControlPlane, sql: str) -> None:
    assert lake.query(sql).header["type"] == "result"


@pytest.mark.parametrize(
    ("sql", "error"),
    [
        ("DELETE FROM flowers", "DELETE is not a query."),
        ("TRUNCATE TABLE flowers", "TRUNCATE is not a query."),
        ("DROP TABLE flowers", "DROP is not a query."),
        ("CREATE TABLE z AS SELECT 1", "CREATE TABLE is not a query."),
        ("INSERT INTO flowers VALUES (1)", "INSERT is not a query."),
        ("UPDATE flowers SET size = 1", "UPDATE is not a query."),
        ("SHOW TABLES", "SHOW TABLES is not a query."),
        ("EXPLAIN SELECT 1", "EXPLAIN is not a query."),
        ("COMMIT", "COMMIT is not a query."),
        ("SELECT 1; SELECT 2", "A query is one statement, and this text has 2."),
        ("", "A query is one statement, and this text has 0."),
        ("-- nothing", "A query is one statement, and this text has 0."),
        ("SELECT size INTO z FROM flowers", "SELECT INTO writes a table: set a destination instead."),
        ("WITH x AS (SELECT 1) DELETE FROM flowers", "DELETE changes data"),
        ("WITH x AS (INSERT INTO flowers VALUES (1)) SELECT * FROM x", "INSERT changes data"),
        ("SELECT * FROM (DELETE FROM flowers) AS x", "DELETE changes data"),
        ("SELECT EXISTS (DELETE FROM flowers)", "DELETE changes data"),
        ("SELECT * FROM scan_parquet('/etc/passwd')", "The table function scan_parquet() is not available"),
        ("SELECT * FROM flowers, READ_IPC('x.csv') AS r", "The table function READ_IPC() is not available"),
        ("SELECT * FROM a.read_csv('x.csv')", "The table function a.read_csv() is not available"),
        ("SELECT * FROM flowers WHERE size IN (SELECT a FROM scan_csv('x'))", "The table function scan_csv() is"),
        ("WITH x AS (SELECT * FROM read_ipc('x')) SELECT 1", "The table function read_ipc() is not available"),
        ("SELECT 1 UNION SELECT * FROM read_ipc('x')", "The table function read_ipc() is not available"),
        ("SELECT * FROM (flowers CROSS JOIN scan_csv('x'))", "The table function scan_csv() is not available"),
        (
            "SELECT size IS NOT DISTINCT FROM (SELECT a FROM scan_csv('x')) FROM flowers",
            "The table function scan_csv() is",
        ),
        ("SELECT * FROM TABLE(read_csv('x'))", "TableFunction is not available in FROM"),
        ("SELECT * FROM LATERAL read_csv('x') AS r", "Function is not available in FROM"),
        ("SELECT * FROM 'data/flowers-0.parquet'", "relation 'data/flowers-0.parquet' was not found"),
    ],
)
def test_refuses_what_does_more_than_read_tables(lake: ControlPlane, sql: str, error: str) -> None:
    reply = lake.query(sql)
    assert reply.header["type"] == "failed"
    assert reply.header["kind"] == "sql"
    assert reply.header["error"].startswith(error)
    assert reply.asks == []


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT size\nFRM flowers WHERE", {"line": 2}),
        (
            "SELECT * FROM flower",
            {"error": "relation 'flower' was not found", "hint": "Did you mean the table 'flowers'?"},
        ),
        ("SELECT * FROM zzz", {"hint": "The tables are: flowers, empty."}),
        ("SELECT sise FROM flowers", {"hint": "Did you mean the column 'size'?"}),
        ("SELECT size, size FROM flowers", {"hint": "Give each result column its own name with AS."}),
    ],
)
def test_tells_what_is_wrong_with_the_text(lake: ControlPlane, sql: str, expected: dict[str, Any]) -> None:
    header = lake.query(sql).header
    assert header["kind"] == "sql"
    assert {name: header[name] for name in expected} == expected
    assert header["details"] is None


def test_a_failure_of_the_engine_is_no_failure_of_the_text(lake: ControlPlane) -> None:
    header = lake.query("SELECT CAST(species AS INT) FROM flowers").header
    assert header["kind"] == "engine"
    assert "setosa" in header["error"]


def test_a_refused_plan_ends_the_job_with_its_reason(lake: ControlPlane) -> None:
    describe = lake.describe
    lake.describe = lambda name: {**describe(name), "handle": 99}  # type: ignore[method-assign]
    try:
        header = lake.query("SELECT * FROM flowers").header
    finally:
        lake.describe = describe  # type: ignore[method-assign]
    assert header["kind"] == "engine"
    assert header["error"] == "There is no table 99."
