"""Files outside of the lake in statements, with DuckDB as the reference."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import random
import zoneinfo
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from control_plane import ControlPlane

TABLE = {
    "type": "struct",
    "fields": [
        {"id": 1, "name": "id", "required": False, "type": "long"},
        {"id": 2, "name": "name", "required": False, "type": "string"},
    ],
}


@pytest.fixture
def folder(lake: ControlPlane, tmp_path: Path) -> Iterator[Path]:
    lake.outside = tmp_path
    yield tmp_path
    lake.outside = None


def rows(plane: ControlPlane, sql: str, **fields: Any) -> list[tuple[Any, ...]]:
    return plane.query(sql, **fields).frame().rows()


def failure(plane: ControlPlane, sql: str) -> dict[str, Any]:
    header = plane.query(sql).header
    assert header["type"] == "failed", header
    return header


def random_frame(rng: random.Random, height: int) -> pl.DataFrame:
    """Give rows with nulls, decimals, timestamps with zones, nested values and text of any script."""
    texts = ["", "a,b", 'quo"ted', "two\nlines", "größe", "数", "NULL", "0", "007", " x ", "🦆", None]
    moment = dt.datetime(2026, 10, 25, tzinfo=zoneinfo.ZoneInfo("UTC"))

    def some(make: Any) -> list[Any]:
        return [None if rng.random() < 0.2 else make() for _ in range(height)]

    return pl.DataFrame(
        {
            "id": pl.Series(some(lambda: rng.randint(-(2**62), 2**62)), dtype=pl.Int64),
            "small": pl.Series(some(lambda: rng.randint(-100, 100)), dtype=pl.Int16),
            "price": pl.Series(
                some(lambda: Decimal(rng.randint(-(10**17), 10**17)).scaleb(-4)), dtype=pl.Decimal(20, 4)
            ),
            "ratio": pl.Series(some(rng.random), dtype=pl.Float64),
            "is_new": pl.Series(some(lambda: rng.random() < 0.5), dtype=pl.Boolean),
            "name": pl.Series(some(lambda: rng.choice(texts)), dtype=pl.String),
            "day": pl.Series(some(lambda: dt.date(1969, 12, 30) + dt.timedelta(rng.randint(0, 40_000))), dtype=pl.Date),
            "moment": pl.Series(
                some(lambda: moment + dt.timedelta(microseconds=rng.randint(0, 10**15))),
                dtype=pl.Datetime("us", "UTC"),
            ),
            "local": pl.Series(
                some(lambda: dt.datetime(2026, 1, 1) + dt.timedelta(seconds=rng.randint(0, 10**9))),  # noqa: DTZ001
                dtype=pl.Datetime("us"),
            ),
            "tags": pl.Series(
                some(lambda: [rng.choice(texts) for _ in range(rng.randint(0, 3))]), dtype=pl.List(pl.String)
            ),
            "nested": pl.Series(
                some(lambda: {"x": rng.choice([None, 1, 2]), "y": {"z": rng.choice(texts)}}),
                dtype=pl.Struct({"x": pl.Int64, "y": pl.Struct({"z": pl.String})}),
            ),
        }
    )


def referee(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(":memory:") as connection:
        connection.execute("SET TimeZone='UTC'")
        connection.execute(f"SET file_search_path='{folder}'")
        return connection.execute(sql).pl().rows()


def in_utc(value: Any) -> Any:
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        return value.astimezone(dt.timezone.utc)
    return value


def plain(found: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return [tuple(in_utc(value) for value in row) for row in found]


@pytest.mark.parametrize("seed", range(6))
def test_parquet_has_the_rows_that_duckdb_reads(lake: ControlPlane, folder: Path, seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311
    for number in range(3):
        random_frame(rng, rng.choice([0, 1, 50])).write_parquet(folder / f"{number}.parquet", row_group_size=7)
    for sql in (
        "SELECT * FROM read_parquet('*.parquet')",
        "SELECT id, nested FROM read_parquet('*.parquet') WHERE small > 10",
        "SELECT name, count(*) AS n, sum(price) AS p FROM read_parquet(['2.parquet', '0.parquet']) GROUP BY name ORDER BY name",
        "SELECT max(moment) AS a, min(day) AS d FROM read_parquet('[01].parquet') WHERE day > DATE '2000-01-01'",
        "SELECT count(*) AS n FROM read_parquet('*.parquet') WHERE name = 'größe' OR name IS NULL",
    ):
        assert plain(rows(lake, sql)) == plain(referee(folder, sql)), sql


@pytest.mark.parametrize("seed", range(6))
def test_csv_has_the_values_that_were_written(lake: ControlPlane, folder: Path, seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311
    written = [random_frame(rng, rng.choice([0, 20, 50])).drop("tags", "nested") for _ in range(3)]
    for number, frame in enumerate(written):
        frame.write_csv(folder / f"{number}.csv", quote_style="non_numeric")
    types = "{'id': 'BIGINT', 'small': 'BIGINT', 'price': 'DECIMAL(20, 4)', 'ratio': 'DOUBLE', 'is_new': 'BOOLEAN', 'day': 'DATE'}"
    found = lake.query(
        f"SELECT id, small, price, ratio, is_new, name, day FROM read_csv('*.csv', types={types})"
    ).frame()
    expected = pl.concat(written).select("id", "small", "price", "ratio", "is_new", "name", "day")
    # A CSV file does not tell an empty text from none.
    assert (
        found.with_columns(pl.col("name").fill_null("")).rows()
        == expected.with_columns(pl.col("small").cast(pl.Int64), pl.col("name").fill_null("")).rows()
    )


@pytest.mark.parametrize("seed", range(6))
def test_json_has_the_values_that_duckdb_reads(lake: ControlPlane, folder: Path, seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311
    frame = random_frame(rng, 30).select("id", "ratio", "is_new", "name", "tags", "nested")
    (folder / "lines.json").write_text("".join(f"{json.dumps(row)}\n" for row in frame.to_dicts()))
    (folder / "list.json").write_text(json.dumps(frame.to_dicts(), indent=1))
    for sql in ("SELECT * FROM read_json('lines.json')", "SELECT * FROM read_json('list.json')"):
        assert rows(lake, sql) == referee(folder, sql), sql
    assert rows(lake, "SELECT * FROM read_ndjson('lines.json')") == frame.rows()
    assert rows(lake, "SELECT * FROM read_json('list.json', format='array')") == frame.rows()


@pytest.mark.parametrize(
    ("text", "call"),
    [
        ("a,b\n1,x\n2,\n", "read_csv('f')"),
        (
            "1;1,5\n2;2,5\n",
            "read_csv('f', header=false, delim=';', decimal_separator=',', types={'column_2': 'DOUBLE'})",
        ),
        ("# c\na|b\n1|'x|y'\n", "read_csv('f', sep='|', quote='''', comment='#')"),
        ("skipped\na,b\n1,NA\n", "read_csv('f', skip=1, nullstr='NA')"),
        ("a,b\n-,1\n?,2\n", "read_csv('f', nullstr=['-', '?'])"),
        ("a\n31.12.2025\n", "read_csv('f', dateformat='%d.%m.%Y')"),
        ("a\n31.12.2025 23:59\n", "read_csv('f', timestampformat='%d.%m.%Y %H:%M')"),
        ("a\n007\n", "read_csv('f', types={'a': 'VARCHAR'})"),
        ("a,b\n1,x\n", "read_csv_auto('f')"),
        ("a,b\n", "read_csv('f')"),
    ],
)
def test_options_mean_what_they_mean_to_duckdb(lake: ControlPlane, folder: Path, text: str, call: str) -> None:
    (folder / "f").write_text(text)
    expected = referee(folder, f"SELECT * FROM {call.replace('column_2', 'column1')}")
    assert rows(lake, f"SELECT * FROM {call}") == expected


def test_reads_compressed_text_and_files_without_the_usual_ending(lake: ControlPlane, folder: Path) -> None:
    (folder / "a.csv.gz").write_bytes(gzip.compress(b"a\n1\n2\n"))
    (folder / "rows").write_bytes(gzip.compress(b'{"a": 1}\n{"a": 2}\n'))
    assert rows(lake, "SELECT a FROM read_csv('a.csv.gz')") == [(1,), (2,)]
    assert rows(lake, "SELECT a FROM read_json('rows')") == [(1,), (2,)]
    assert rows(lake, "SELECT a FROM read_ndjson('rows')") == [(1,), (2,)]


def test_the_same_call_is_read_once(lake: ControlPlane, folder: Path) -> None:
    (folder / "a.csv").write_text("id\n1\n")
    reply = lake.query("SELECT x.id FROM read_csv('a.csv') AS x\nJOIN read_csv('a.csv') AS y ON x.id = y.id")
    assert reply.frame().rows() == [(1,)]
    assert [ask["what"] for ask in reply.asks] == ["files", "read"]


def test_names_and_aliases_qualify_columns(lake: ControlPlane, folder: Path) -> None:
    (folder / "a.csv").write_text("id,x\n1,a\n2,b\n")
    (folder / "b.csv").write_text("id,y\n2,c\n")
    for sql in (
        "SELECT read_csv.id, b.y FROM read_csv('a.csv') JOIN read_csv('b.csv') AS b ON read_csv.id = b.id",
        "SELECT * FROM (SELECT id FROM read_csv('a.csv')) AS q WHERE id IN (SELECT id FROM read_csv('b.csv'))",
        "WITH c AS (SELECT * FROM read_csv('a.csv')) SELECT c.id, (SELECT max(y) FROM read_csv('b.csv')) AS m FROM c",
        "SELECT id FROM read_csv('a.csv') UNION ALL SELECT id FROM read_csv('b.csv')",
        "SELECT read_csv.id FROM read_csv\n(/* ) */ 'a.csv', -- )\nheader = true, nullstr = ') --')\nWHERE x = 'a'",
        "SELECT id FROM READ_CSV(E'a.csv') AS \"read csv\" WHERE \"read csv\".x = ')'",
    ):
        assert sorted(rows(lake, sql)) == sorted(referee(folder, sql)), sql


def test_a_path_may_have_any_character(lake: ControlPlane, folder: Path) -> None:
    for name in ("it's.csv", 'a "b".csv', "größe 数.csv", "%2e%2e.csv", "a;b--c.csv", "back\\slash.csv"):
        (folder / name).write_text("a\n1\n")
        quoted = name.replace("'", "''")
        assert rows(lake, f"SELECT a FROM read_csv('{quoted}')") == [(1,)], name
        assert lake.query("SELECT a FROM read_csv($path)", params={"path": name}).frame().rows() == [(1,)], name


def test_parameters_are_paths_and_no_more(lake: ControlPlane, folder: Path) -> None:
    (folder / "a.csv").write_text("a\n1\n")
    (folder / "b.csv").write_text("a\n2\n")
    sql = "SELECT a FROM read_csv($paths) WHERE a > $least"
    assert rows(lake, sql, params={"paths": ["a.csv", "b.csv"], "least": 1}) == [(2,)]
    assert rows(lake, sql, params={"paths": "a.csv", "least": 0}) == [(1,)]
    assert rows(lake, "SELECT a FROM read_csv(?)", params=["a.csv"]) == [(1,)]
    reply = lake.query("SELECT a FROM read_csv($path)", params={"path": 1})
    assert reply.header["error"] == "read_csv() takes the path of a file in single quotes, or a list of paths."


def test_the_control_plane_gets_the_columns_and_the_filter(lake: ControlPlane, folder: Path) -> None:
    pl.DataFrame({"a": [1, 2], "b": ["x", "y"], "c": [0, 0]}).write_parquet(folder / "a.parquet")
    reply = lake.query("SELECT b FROM read_parquet('a.parquet') WHERE a = 2")
    assert reply.frame().rows() == [("y",)]
    files, read = reply.asks
    assert files == {**files, "what": "files", "function": "read_parquet", "paths": ["a.parquet"]}
    assert read["filter"] == {"type": "eq", "term": "a", "value": 2}
    assert set(read["columns"]) == {"a", "b"}
    assert not reply.header["deterministic"]
    [field] = reply.header["lineage"]["fields"]
    assert field["inputs"][0]["field"] == "b"


def test_explain_names_the_path_and_reads_what_is_needed(lake: ControlPlane, folder: Path) -> None:
    pl.DataFrame({"a": [1, 2], "b": ["x", "y"], "c": [0, 0]}).write_parquet(folder / "a.parquet")
    reply = lake.query("SELECT b FROM read_parquet('a.parquet') WHERE a = 2", explain=True)
    plan = json.loads(reply.payload)["plan"]
    assert "Parquet SCAN [a.parquet]" in plan
    assert "PROJECT 2/3 COLUMNS" in plan
    assert 'SELECTION: col("a") == 2' in plan


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("a\n1\n", "a\n1.5\n", [1.0, 1.5]),
        ("a\n1\n", "a\n\n", [1, None]),
        ("a,b\nx,1\n", "b,a\n2,y\n", ["x", "y"]),
        (
            "a\n2026-01-01\n",
            "a\n2026-01-01 10:00:00\n",
            [dt.datetime(2026, 1, 1), dt.datetime(2026, 1, 1, 10)],  # noqa: DTZ001
        ),
        ("a\n1\n", "a\n12345678901234567890\n", [Decimal(1), Decimal(12345678901234567890)]),
        ("a\n", "a\n1\n", [1]),
    ],
)
def test_a_column_has_one_type_in_all_files(
    lake: ControlPlane, folder: Path, first: str, second: str, expected: list[Any]
) -> None:
    (folder / "1.csv").write_text(first)
    (folder / "2.csv").write_text(second)
    assert [row[0] for row in rows(lake, "SELECT a FROM read_csv('*.csv')")] == expected


@pytest.mark.parametrize(
    ("first", "second"),
    [("a\n1\n", "a\nx\n"), ("a\n9007199254740993\n", "a\n1.5\n"), ("a\ntrue\n", "a\n1\n"), ("a\n10:00\n", "a\n1\n")],
)
def test_a_column_of_two_types_is_refused(lake: ControlPlane, folder: Path, first: str, second: str) -> None:
    (folder / "1.csv").write_text(first)
    (folder / "2.csv").write_text(second)
    said = failure(lake, "SELECT a FROM read_csv('*.csv')")
    assert said["error"].startswith("The column 'a' has the type ")
    assert "'1.csv'" in said["error"]
    assert rows(lake, "SELECT a FROM read_csv('*.csv', types={'a': 'VARCHAR'})") == [
        (text.split("\n")[1],) for text in (first, second)
    ]


def test_files_with_other_columns_are_refused_or_read_by_name(lake: ControlPlane, folder: Path) -> None:
    (folder / "1.csv").write_text("a,b\n1,x\n")
    (folder / "2.csv").write_text("c,a\ny,2\n")
    said = failure(lake, "SELECT * FROM read_csv('*.csv')")
    assert said["error"] == "The files have different columns: '1.csv' has the column 'b', and '2.csv' has c, a."
    assert "union_by_name=true" in said["hint"]
    sql = "SELECT a, b, c FROM read_csv('*.csv', union_by_name=true)"
    assert rows(lake, sql) == referee(folder, sql) == [(1, "x", None), (2, None, "y")]


def test_parquet_files_of_other_types_are_read_exactly(lake: ControlPlane, folder: Path) -> None:
    pl.DataFrame({"a": pl.Series([1], dtype=pl.Int32), "d": [Decimal("1.5")]}).write_parquet(folder / "1.parquet")
    pl.DataFrame({"d": [Decimal("1.25")], "a": pl.Series([2**60 + 1], dtype=pl.Int64)}).write_parquet(
        folder / "2.parquet"
    )
    assert rows(lake, "SELECT * FROM read_parquet('*.parquet')") == [(1, Decimal("1.50")), (2**60 + 1, Decimal("1.25"))]
    pl.DataFrame({"a": [float("inf")], "d": [Decimal(1)]}).write_parquet(folder / "3.parquet")
    said = failure(lake, "SELECT * FROM read_parquet('*.parquet')")
    assert "'a' has the type Int32 in '1.parquet'" in said["error"]


def test_a_decimal_with_too_many_digits_for_the_common_type_ends_the_query(lake: ControlPlane, folder: Path) -> None:
    for number, (value, scale) in enumerate([(Decimal(10**36), 1), (Decimal("0.25"), 2)]):
        frame = pl.DataFrame({"d": pl.Series([value], dtype=pl.Decimal(38, scale))})
        frame.write_parquet(folder / f"{number}.parquet")
    assert failure(lake, "SELECT d FROM read_parquet('*.parquet')")["kind"] == "engine"


@pytest.mark.parametrize(
    ("call", "error"),
    [
        ("read_csv()", "read_csv() takes one path, or one list of paths, before its options."),
        ("read_csv('a', 'b')", "read_csv() takes one path, or one list of paths, before its options."),
        ("read_csv(header=true, 'a')", "read_csv() takes one path, or one list of paths, before its options."),
        ("read_csv([])", "read_csv() takes the path of a file in single quotes, or a list of paths."),
        ('read_csv("a.csv")', "read_csv() takes the path of a file in single quotes, or a list of paths."),
        ("read_csv('a' || 'b')", "read_csv() takes the path of a file in single quotes, or a list of paths."),
        ("read_csv((SELECT 'a'))", "read_csv() takes the path of a file in single quotes, or a list of paths."),
        ("read_csv('a', heder=true)", "read_csv() has no option 'heder'."),
        ("read_parquet('a', header=true)", "read_parquet() has no option 'header'."),
        ("read_csv('a', header='yes')", "read_csv() has a value for header that is not allowed: expected true or false."),
        ("read_csv('a', delim=';;')", "read_csv() has a value for delim that is not allowed: expected one character, such as ';'."),
        ("read_csv('a', sep=';', delim=',')", "read_csv() has the option 'delim' twice, perhaps by another name."),
        ("read_csv('a', types={'a': 1})", "read_csv() has a value for types that is not allowed: expected types by column, such as {'id': 'BIGINT'}."),
        ("read_json('a', format='xml')", "read_json() has a value for format that is not allowed: expected 'auto', 'array' or 'newline_delimited'."),
        ("read_csv('a') AS t(b)", "read_csv() with names of columns is not available: rename them in SELECT."),
        ("read_csv(E'it\\'s ) a', header=true)", "no such file"),
    ],
)  # fmt: skip
def test_refuses_arguments(lake: ControlPlane, call: str, error: str) -> None:
    reply = lake.query(f"SELECT 1 AS one\nFROM {call}")
    if error == "no such file":
        assert reply.header["error"] == "read_csv() can't read 'it's ) a': this server has no locations for files."
        return
    assert reply.header["error"] == error
    assert reply.asks == []


@pytest.mark.parametrize(
    ("content", "call", "error"),
    [
        (b"a,b\n1,2\n3\n", "read_csv('f', types={'a': 'INT'})", "The file 'f' can't be read: Row 3 of the file, counted with the header, has 1 field, and the header has 2."),
        (b"a\nx\n", "read_csv('f', types={'a': 'INT'})", "The file 'f' can't be read: Row 1 has the value 'x' in the column 'a', which is int by the option types."),
        (b"a\nx\n", "read_csv('f', types={'b': 'INT'})", "The file 'f' has no column 'b', which the option types names."),
        (b"a\nx\n", "read_csv('f', types={'a': 'BLOB'})", "The file 'f' can't be read: The type of the column 'a' is 'blob': choose boolean"),
        (b"a\n\xe9\n", "read_csv('f')", "Line 2 of the file 'f' has a byte that is not UTF-8, at byte 1 of the line."),
        (b"", "read_csv('f')", "The file 'f' has no text: a CSV file has at least a header."),
        (b"", "read_json('f')", "The file 'f' has no text"),
        (b"[]", "read_json('f')", "The file 'f' is an empty list: it has no rows, and no columns."),
        (b'{"a": 1}\n{"a": \n', "read_ndjson('f')", "Line 2 of the file 'f' is not JSON"),
        (b"", "read_parquet('f')", "The file 'f' can't be read as parquet: it does not begin like one."),
        (b"PAR1PAR1", "read_parquet('f')", "The file 'f' can't be read as parquet: its footer is damaged."),
        (b"a\n1\n", "read_parquet('f')", "The file 'f' can't be read as parquet: it does not begin like one."),
        (b"PAR1 PAR1", "read_csv('f')", "The file 'f' is a Parquet file, not CSV."),
    ],
)  # fmt: skip
def test_names_the_file_that_is_wrong(lake: ControlPlane, folder: Path, content: bytes, call: str, error: str) -> None:
    (folder / "f").write_bytes(content)
    said = failure(lake, f"SELECT 1 AS one\nFROM {call}")
    assert said["error"].startswith(error)
    assert said["kind"] == "engine"
    assert said["line"] == 2
    assert "upload" not in said["error"] + (said["hint"] or "")
    assert "curl" not in (said["hint"] or "")


def test_a_damaged_page_is_found_when_it_is_read(lake: ControlPlane, folder: Path) -> None:
    frame = pl.DataFrame({"a": range(1000)})
    frame.write_parquet(folder / "1.parquet", compression="uncompressed")
    data = bytearray((folder / "1.parquet").read_bytes())
    data[4:40] = b"\xff" * 36
    (folder / "2.parquet").write_bytes(data)
    said = failure(lake, "SELECT sum(a) AS s FROM read_parquet('*.parquet')")
    assert said["error"] == "The file '2.parquet' can't be read as parquet: it is damaged."


def test_statements_write_the_rows(lake: ControlPlane, folder: Path) -> None:
    lake.add("into", TABLE, pl.DataFrame({"id": [1, 2], "name": ["one", "two"]}))
    (folder / "a.csv").write_text("id,name\n2,zwei\n3,drei\n")

    def written(sql: str) -> list[tuple[Any, ...]]:
        lake.target = TABLE
        reply = lake.run({"mode": "query", "query": sql, "statements": True, "destination": None})
        assert reply.header["type"] == "result", reply.header
        files = [lake.root / "out" / "files" / file["name"] for file in reply.header["written"]["files"]]
        return sorted(pl.read_parquet(files).rows()) if files else []

    try:
        assert written("INSERT INTO into SELECT * FROM read_csv('a.csv')") == [(2, "zwei"), (3, "drei")]
        merge = "MERGE INTO into USING read_csv('a.csv') {} ON into.id = {}.id WHEN MATCHED THEN UPDATE SET *"
        for alias, name in (("AS s", "s"), ("", "read_csv")):
            assert written(f"{merge.format(alias, name)} WHEN NOT MATCHED THEN INSERT *") == [(2, "zwei"), (3, "drei")]
        assert written("UPDATE into SET name = 'x' WHERE id IN (SELECT id FROM read_csv('a.csv'))") == [(2, "x")]
    finally:
        lake.target = None


def test_scripts_read_files_by_sql(lake: ControlPlane, folder: Path) -> None:
    (folder / "a.csv").write_text("id\n1\n2\n")
    source = "result = sql('SELECT * FROM read_csv($f)', {'f': 'a.csv'}).filter(pl.col('id') > 1)"
    assert lake.script(source).frame().rows() == [(2,)]
    refused = lake.script("result = sql(\"SELECT * FROM read_csv('a.csv', x=1)\")")
    assert refused.header["error"].endswith("read_csv() has no option 'x'. The options are: union_by_name, encoding, dateformat, date_format, timestampformat, timestamp_format, timeformat, time_format, types, dtypes, delim, sep, ....")  # fmt: skip


def test_neither_views_nor_clusters_read_files(lake: ControlPlane) -> None:
    reply = lake.run(
        {"mode": "query", "query": "SELECT * FROM read_csv('a.csv')", "tables": {}, "distributed": "spark"}
    )
    assert reply.header["error"] == "A cluster can't read the files of read_csv()."
    reply = lake.run({"mode": "query", "statements": True, "query": "CREATE VIEW v AS SELECT * FROM read_csv('a.csv')"})
    assert reply.header["error"].endswith("can't read files, which read_csv() does.")


@pytest.mark.parametrize(
    ("path", "function"), [("x.parquet", "read_parquet"), ("x.CSV.gz", "read_csv"), ("x.jsonl", "read_ndjson")]
)
def test_a_path_in_from_is_told_the_function(lake: ControlPlane, path: str, function: str) -> None:
    said = failure(lake, f"SELECT * FROM '{path}'")
    assert said["error"] == f"relation '{path}' was not found"
    assert said["hint"] == f"A file is read by a function: {function}('{path}')."
