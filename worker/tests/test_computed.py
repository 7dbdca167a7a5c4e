"""Functions that become computed columns: DuckDB is the reference for their values."""

from __future__ import annotations

import datetime as dt
import functools
import json
import random
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from computed_rows import random_rows
from nerium_worker.modes.functions.patterns import PatternError, read_pattern
from nerium_worker.modes.sql import query_frame
from nerium_worker.protocol.errors import Failure


def by_nerium(sql: str, rows: pl.DataFrame) -> pl.DataFrame:
    return query_frame(sql, {"q": rows.lazy()}, pl.LazyFrame)[0].collect()


if TYPE_CHECKING:
    from control_plane import ControlPlane


@functools.cache
def rows_of(seed: int) -> pl.DataFrame:
    return random_rows(seed)


@functools.cache
def reference(seed: int) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.register("rows_of_seed", rows_of(seed))
    connection.execute("CREATE TABLE q AS SELECT * FROM rows_of_seed")
    return connection


PATTERNS = [
    "a", "a+", "b*", "", "^", "$", "^a|c$", "(a)(b)?", "(a|b)+", "[^a-z]", "[abc]", r"\d+", r"\w+", r"\W", r"\s+", r"\S+", r"\bb",
    r"[\d.]+", r"[\s_]", r"(?i)foo", r"(?s)foo.bar", r"foo.bar", r"(?m)^bar$", r"(?U)a+", "a{2,3}", "a{,2}", "{b", "x}", r"\.", r"\$",
    "[[:alpha:]]+", "[]a]", "[a&&b]", "[~~-]", "[[a]", r"\<", r"\_", "ä", r"\pL+", r"\p{Greek}", r"[^\x00-\x7F]+", r"\x{65E5}", "日",
    "https?://(?:www\\.)?([^/]+)/.*", "(?P<x>[a-z])b", "a.*?b", r"\Aa", r"c\z", "(?i)k", "(?i)S", r"(?i)\w+", "[^\\n]+", r"[\-a]", "(a)|b",
    "[a^]", r"\t", "()", "(|a)+",
]  # fmt: skip
# Patterns that match an empty text.
EMPTY = ["b*", "", "^", "$", "(?m)^bar$", "a{,2}", "()", "(|a)+"]
JSON_PATHS = [
    "$.a",
    "$.b",
    "$.a.b",
    "$.a[0]",
    "$[0]",
    "$.a[1].b",
    '$."c d"',
    '$."e.f"',
    "$.ü",
    "a",
    "c d",
    "/a/b",
    "$",
    "$.0",
]
EXPRESSIONS = [
    *(f"regexp_replace(s, '{pattern}', '{to}'{options})" for pattern in PATTERNS for to in ("", "<\\0>", "$1\\\\") for options in ("", ", 'g'")),
    *(f"regexp_extract(s, '{pattern}')" for pattern in PATTERNS),
    *(f"regexp_full_match(s, '{pattern}')" for pattern in PATTERNS),
    *(f"regexp_extract_all(s, '{pattern}')" for pattern in PATTERNS if pattern not in EMPTY),
    "regexp_extract_all(s, '([a-z])(\\d)?', 2)",
    "regexp_extract_all(s, '(a)(b*)', 2)",
    "regexp_extract_all(s, '([a-z]+)|(\\d+)', 1)",
    "regexp_extract_all(s, '(?i)(f)(?:oo)?|(b)', 2)",
    "regexp_extract_all(s, 'FOO|(B)', 1, 'i')",
    "regexp_extract_all(s, '(o)\\$?', 0)",
    "regexp_replace(s, '(a)(b)', '\\2\\1', 'g')",
    "regexp_replace(s, 'FOO', 'x', 'i')",
    "regexp_replace(s, 'foo.bar', 'x', 'si')",
    "regexp_replace(s, '.', 'x', 'lg')",
    "regexp_replace(s, 'a.b', 'x', 'l')",
    "regexp_extract(s, '(a)(b)?', 2)",
    "regexp_extract(s, '([a-z]+)://([^/]+)', 2)",
    "regexp_extract(s, 'FOO', 0, 'i')",
    *(f"j ->> '{path}'" for path in JSON_PATHS),
    *(f"CAST(json_extract({column}, '{path}') AS VARCHAR)" for column in "jf" for path in JSON_PATHS),
    "CAST((j -> 'a') -> 'b' AS VARCHAR)",
    "CAST(json_extract(json_extract(j, '$.a'), '$[0]') AS VARCHAR)",
    "json_extract(j -> 'a', '$.b') ->> 'c d'",
    "CAST(json_extract(j, '$.a') AS VARCHAR) = '\"abc\"'",
    "upper(CAST(j -> '$.b' AS VARCHAR))",
    *(f"{name}({text})" for name in ("md5", "sha1", "sha256") for text in ("s", "'ä' || s", "concat(s, CAST(n AS VARCHAR))")),
    "json_extract_string(j, '$.a')",
    "(j -> 'a') ->> 'b'",
    "j -> 'a' ->> 0",
    "json_extract(j, '$.a') ->> '$.b'",
    "j ->> 0",
    "(j ->> 'a' = 'abc') OR (j ->> 'b' IN ('1', 'true'))",
    "(j ->> 'a' LIKE 'a%') AND (j ->> 'b' IS NOT NULL)",
    "j ->> 'a' || '-' || (j ->> 'b')",
    "j ->> 'a' BETWEEN 'a' AND 'b'",
    "j -> 'a' ->> 'b' = 'abc'",
    "j -> 'a' -> 'b' ->> 'c d'",
    "j ->> '$.a'::VARCHAR",
    "q.j -> 'a' ->> 'b' IS NULL",
    "f ->> '$.a'",
    "f ->> 'b'",
    "'[' || (f ->> 'a') || ']' ->> '$[0]'",
    *(
        f"CAST({column} {sign} {interval} AS {type_})"
        for column, type_ in (("t", "TIMESTAMP"), ("d", "TIMESTAMP"))
        for sign in "+-"
        for interval in (
            "INTERVAL (n) DAY", "INTERVAL (n) MONTH", "INTERVAL (n) YEAR", "n * INTERVAL '1 week'", "INTERVAL '1 month 2 days 3 hours' * i",
            "to_hours(n)", "to_minutes(i)", "to_seconds(n)", "INTERVAL (n + 1) QUARTER", "INTERVAL 3 DAY", "INTERVAL (n) MILLISECONDS",
        )
    ),
    *(f"z {sign} {interval}" for sign in "+-" for interval in ("INTERVAL (n) MONTH", "n * INTERVAL '1 week'", "to_hours(n)")),
    "make_date(2000 + n, abs(i) + 1, 28)",
    "make_date(2024, 2, i + 15)",
    "CAST(DATE '2024-01-31' + INTERVAL (n) MONTH AS TIMESTAMP)",
    "CAST(date_add(d, INTERVAL (n) DAY) AS TIMESTAMP)",
]  # fmt: skip


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_each_row_has_the_value_of_duckdb(expression: str) -> None:
    sql = f"SELECT k, {expression} AS r FROM q ORDER BY k"
    for seed in range(2):
        assert_frame_equal(by_nerium(sql, rows_of(seed)), reference(seed).execute(sql).pl())


@pytest.mark.parametrize("path", JSON_PATHS)
def test_json_value_is_the_text_of_a_scalar_as_in_the_standard(path: str) -> None:
    # That of DuckDB has the quotes of JSON.
    reference_sql = f"""
        SELECT k, CASE WHEN json_type(j, '{path}') NOT IN ('OBJECT', 'ARRAY') THEN j ->> '{path}' END AS r
        FROM q ORDER BY k
    """  # a test
    for seed in range(2):
        ours = by_nerium(f"SELECT k, json_value(j, '{path}') AS r FROM q ORDER BY k", rows_of(seed))
        assert_frame_equal(ours, reference(seed).execute(reference_sql).pl())


JSON_TEXTS = [
    '{"a": 1e20, "b": 1e21, "c": 1e-6, "d": 1.5e-7, "e": 1.5e22, "f": 123456789012345680000.5, "g": 1e-400, "h": -1e-400}',
    '{"a": 1e400, "b": -1e400, "c": 123456789012345678901234, "d": -0, "e": -0.0, "f": 1E+5, "g": 0.1e1, "h": 9007199254740993.0}',
    '{"a": 1, "a": 2, "b": {"a": [], "a": {}}}',
    '["\\u0000\\u001f\\u007f\\b\\f\\n\\r\\t\\/\\"\\\\", "\\ud83d\\ude00", "\\u2028", "日本"]',
    ' { "" : [ ] , "x" : { } } ',
    '"text"',
    "null",
    "true",
    "5",
]  # fmt: skip


@pytest.mark.parametrize("text", JSON_TEXTS)
def test_the_json_of_a_document_has_the_digits_and_escapes_of_duckdb(text: str) -> None:
    rows = pl.DataFrame({"j": [text]})
    for path in ("$", "$.a", "$.b", "$[0]"):
        [(expected,)] = duckdb.execute("SELECT CAST(json_extract(?, ?) AS VARCHAR)", [text, path]).fetchall()
        frame, _ = query_frame(f"SELECT json_extract(j, '{path}') AS r FROM q", {"q": rows.lazy()}, pl.LazyFrame)
        assert frame.collect().item() == expected


def test_numbers_of_all_sizes_are_written_as_by_duckdb() -> None:
    chosen = random.Random(1)  # noqa: S311  # rows
    numbers = [chosen.uniform(-10, 10) * 10.0 ** chosen.randrange(-320, 308) for _ in range(5000)]
    rows = pl.DataFrame({"k": range(5000), "j": [f"[{number!r}]" for number in numbers]})
    sql = "SELECT k, CAST(json_extract(j, '$[0]') AS VARCHAR) AS r FROM q ORDER BY k"
    with duckdb.connect() as connection:
        connection.register("q", rows)
        assert_frame_equal(by_nerium(sql, rows), connection.execute(sql).pl())


@pytest.mark.parametrize(
    "text", ["", "[1,2", '{"a": 1}x', '["\\ud800"]', "{'a': 1}", "nul", "[01]", "NaN", "\ufeff1", '["\x01"]']
)
def test_a_text_that_is_not_json_has_no_values(text: str) -> None:
    rows = pl.DataFrame({"j": [text, "[0]"]})
    sql = "SELECT json_extract(j, '$') AS a, json_extract(j, '$[0]') AS b, json_value(j, '$[0]') AS c FROM q"
    assert by_nerium(sql, rows).rows() == [(None, None, None), ("[0]", "0", "0")]


@pytest.mark.parametrize("function", ["json_extract", "json_value"])
def test_json_that_is_nested_too_deeply_fails(function: str, lake: ControlPlane) -> None:
    header = lake.query(
        f"SELECT {function}(repeat, '$') AS r FROM (SELECT '{'[' * 100_000}' || species AS repeat FROM flowers) AS q"
    ).header
    assert (header["type"], header["kind"]) == ("failed", "engine")
    assert header["error"].startswith("The JSON is nested too deeply: [[[[")


def test_a_function_that_python_computes_is_refused_on_a_cluster(lake: ControlPlane) -> None:
    header = lake.query("SELECT md5(species) AS h FROM flowers", distributed="spark").header
    assert (header["type"], header["kind"]) == ("failed", "sql")
    assert header["error"] == "The cluster can't run a function of Python: Spark does not have it."
    assert header["hint"] == "Send distributed: false to run it on one machine."


@pytest.mark.parametrize("count", [0, 1, 2, 50])
def test_a_value_that_repeats_is_computed_as_each_other(count: int) -> None:
    rows = pl.DataFrame({"s": [None, "a", "b"] * count}, schema={"s": pl.String})
    values = by_nerium("SELECT s, md5(s) AS r FROM q", rows).rows()
    known = {None: None, "a": "0cc175b9c0f1b6a831c399e269772661", "b": "92eb5ffee6ae2fec3ad71c777531578f"}
    assert values == [(text, known[text]) for text in rows["s"]]


T = {
    "id": [1, 2, 3, None],
    "s": ["a-1", "b-2", None, "a-4"],
    "u": ["x", "x", "y", None],
    "odd name": ["q1", "q2", None, "q4"],
    'x"y': ["1a", "2b", "3c", "4d"],
    "st": [{"f": "a9"}, {"f": None}, None, {"f": "b8"}],
}
OTHER = {"id": [1, 1, 3, 9], "s": ["c-7", "d-8", "e-9", None], "v": [10, 20, 30, 40]}
STATEMENTS = (Path(__file__).parent / "computed_statements.txt").read_text().splitlines()


@pytest.mark.parametrize("sql", STATEMENTS)
def test_each_statement_has_the_rows_of_duckdb(sql: str) -> None:
    t, o = pl.DataFrame(T), pl.DataFrame(OTHER)
    ours = query_frame(sql, {"t": t.lazy(), "o": o.lazy()}, pl.LazyFrame)[0].collect()
    with duckdb.connect() as connection:
        connection.register("t", t)
        connection.register("o", o)
        theirs = connection.execute(sql.replace("nvl(", "ifnull(").replace("iif(", "if(")).pl()
    assert ours.columns == theirs.columns
    assert ours.rows() == theirs.rows()


@pytest.mark.parametrize(
    ("sql", "names"),
    [
        ("SELECT regexp_extract(s, '.') FROM t", ["s"]),
        ("SELECT s, regexp_extract(s, '.'), id, regexp_extract(s, '.$') FROM t", ["s", "s:1", "id", "s:2"]),
        ("SELECT regexp_extract(s, '.'), s FROM t", ["s:1", "s"]),
        ("SELECT *, regexp_extract(u, '.') FROM t", ["id", "s", "u", "odd name", 'x"y', "st", "u:1"]),
        ("SELECT regexp_extract('a', '.'), upper(regexp_extract(u, '.')) FROM t", ["literal", "u"]),
        ("SELECT id, id - 1, count(*) AS c FROM t GROUP BY id, id - 1", ["id", "id:1", "c"]),
    ],
)
def test_a_value_without_a_name_gets_that_of_its_first_column(sql: str, names: list[str]) -> None:
    assert query_frame(sql, {"t": pl.LazyFrame(T)}, pl.LazyFrame)[0].collect().columns == names


@pytest.mark.parametrize(
    ("sql", "error"),
    [
        ("SELECT regexp_replace(max(s), '-', '') FROM t", "regexp_replace() can't be computed here: it is called of an aggregate, a window or a subquery."),
        ("SELECT regexp_replace(t.s || o.s, '-', '') FROM t JOIN o ON t.id = o.id", "regexp_replace() can't be computed here: it reads columns of several tables of its FROM."),
        ("SELECT regexp_replace(coalesce(o.s, 'x'), '-', '') FROM t LEFT JOIN o ON t.id = o.id", "regexp_replace() can't be computed here: it has an expression as its argument, over a table of an outer join."),
        ("SELECT id FROM t WHERE EXISTS (SELECT 1 FROM o WHERE regexp_extract(t.s, '.') = o.s)", "The argument 't.s' of a function is not a column of a table in the FROM of its SELECT."),
        ("SELECT id FROM t WHERE EXISTS (SELECT 1 FROM o WHERE regexp_extract(u, '.') = o.s)", "The argument 'u' of a function is not a column of a table in the FROM of its SELECT."),
        ("SELECT regexp_replace(s, '-', '') FROM t JOIN o ON t.id = o.id", "The column 's' is in several tables."),
        ("SELECT regexp_replace(s, u, '') FROM t", "regexp_replace() takes a text as its pattern, which is the same for all rows."),
        ("SELECT regexp_replace(s, '(', '') FROM t", None),
        ("SELECT regexp_replace(s, '-', '\\1') FROM t", "regexp_replace() has a replacement that has \\1, and the pattern has 0 groups."),
        ("SELECT regexp_replace(s) FROM t", "This call of regexp_replace() is not available."),
        ("SELECT regexp_replace(id, '-', '') FROM t", "regexp_replace() takes a text, and the type of its argument is Int64."),
        ("SELECT regexp_extract(s, '-') OVER () FROM t", "This call of regexp_extract() is not available."),
        ("SELECT u, regexp_extract(s, '.') AS r FROM t GROUP BY u", "regexp_extract() can't be computed here: it reads 's', which is not a key of GROUP BY."),
        ("SELECT regexp_extract(o.s, '.') AS r FROM t JOIN o ON t.id = o.id GROUP BY t.s", "regexp_extract() can't be computed here: it reads 's', which is not a key of GROUP BY."),
        ("SELECT regexp_extract(x, '.') FROM t CROSS JOIN UNNEST(t.odd) AS u(x)", "A function may read a column of UNNEST over another table, which can't be computed here."),
        ("SELECT COLUMNS('.*') FROM t WHERE regexp_extract(s, '.') = 'a'", "COLUMNS is not possible beside this call of a function."),
        ("SELECT DISTINCT ON (regexp_extract(s, '.')) s FROM t", "A function that becomes a column can't be called in DISTINCT ON."),
        ("SELECT s, regexp_extract(s, '.') AS r FROM t GROUP BY ROLLUP (s)", "regexp_extract() can't be computed here: it is called of a key of ROLLUP, CUBE or GROUPING SETS."),
        ("SELECT regexp_extract(s, '.') AS s, count(*) FROM t GROUP BY s", "GROUP BY s may be the column, or the value of that name in SELECT."),
        ("SELECT upper(s) AS s FROM t ORDER BY regexp_extract(s, '.')", "s may be the column, or the value of that name in SELECT."),
        ("SELECT md5(id) FROM t", "md5() takes a text, and the type of its argument is Int64."),
        ("SELECT json_value(id, '$.a') FROM t", "json_value() takes a text, and the type of its argument is Int64."),
        ("SELECT regexp_extract_all(s, '^(a)', 1) FROM t", "regexp_extract_all() takes a group only of a pattern without ^, $ and \\b, which match a place."),
        ("SELECT regexp_extract_all(s, '(a)', 2) FROM t", "regexp_extract_all() takes a group of its pattern, from 0 to 1, and not 2."),
        ("SELECT id FROM t TABLESAMPLE (-1 ROWS)", "TABLESAMPLE takes a number of rows from 0 to 100,000,000."),
        ("SELECT id FROM t TABLESAMPLE (1.5 ROWS)", "TABLESAMPLE takes a number of rows from 0 to 100,000,000."),
        ("SELECT id FROM t TABLESAMPLE BERNOULLI (1 ROWS)", "This TABLESAMPLE is not available."),
        ("SELECT s ->> s || 'b' FROM t", "The operator ->> takes a path, which is the same for all rows, such as '$.name[0]'."),
        ("SELECT s ->> '$.*' FROM t", "The operator ->> has the path '$.*', which can't be read at character 2: a path has names and places, such as $.name[0]."),
        ("SELECT s ->> -1 FROM t", "The operator ->> has the path -1, which counts from the end of an array, which is not available."),
        ("SELECT s ->> u FROM t", "The operator ->> takes a path, which is the same for all rows, such as '$.name[0]'."),
    ],
)  # fmt: skip
def test_a_call_that_cannot_be_computed_is_refused(sql: str, error: str | None) -> None:
    with pytest.raises(Failure) as raised:
        query_frame(sql, {"t": pl.LazyFrame(T), "o": pl.LazyFrame(OTHER)}, pl.LazyFrame)[0].collect_schema()
    assert raised.value.kind == "sql"
    assert error is None or raised.value.error == error
    assert raised.value.hint


@pytest.mark.parametrize(
    "pattern",
    ["a\\", "\\Q.\\E", "\\C", "[\\W]", "[a--b]", "(?x)a", "(?=a)", "(?<x>a)", "\\1", "[a", "\\b{start}"],
)
def test_a_pattern_that_means_something_else_in_polars_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        read_pattern(pattern)


SERIES = [
    "generate_series(1, 10)",
    "generate_series(10, 1)",
    "generate_series(10, 1, -3)",
    "generate_series(-5, 5, 2)",
    "generate_series(3)",
    "range(3)",
    "range(1, 10, 4)",
    "range(5, 0, -2)",
    "generate_series(DATE '2026-01-30', DATE '2026-03-02', INTERVAL 1 DAY)",
    "generate_series(DATE '1969-01-28', DATE '1970-03-28', INTERVAL '1 month')",
    "range(TIMESTAMP '2026-01-30 01:02:03', TIMESTAMP '2026-01-31 01:02:03', INTERVAL 90 MINUTE)",
    "range(DATE '2026-01-01', DATE '2026-01-01', INTERVAL '1 day 1 hour')",
]


@pytest.mark.parametrize("series", SERIES)
def test_a_series_has_the_values_of_duckdb(series: str) -> None:
    sql = f"SELECT n, count(*) OVER () AS c FROM {series} AS s(n) ORDER BY n"
    assert_frame_equal(by_nerium(sql, rows_of(0)), duckdb.sql(sql).pl())


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("SELECT * FROM range(2)", [(0,), (1,)]),
        ("SELECT range FROM range(2) AS r", [(0,), (1,)]),
        ("SELECT a.n, b.n AS m FROM generate_series(1, 2) AS a(n) CROSS JOIN range(2) AS b(n) ORDER BY 1, 2", [(1, 0), (1, 1), (2, 0), (2, 1)]),
        ("SELECT n, v FROM generate_series(0, 2) AS s(n) LEFT JOIN (SELECT 1 AS v) AS x ON v = n ORDER BY n", [(0, None), (1, 1), (2, None)]),
        ("WITH s AS (SELECT n * 2 AS n FROM range(3) AS r(n)) SELECT sum(n) AS t FROM s", [(6,)]),
        ("SELECT DATE '2024-01-31' + INTERVAL (n) MONTH AS d FROM range(2) AS s(n)", [(dt.date(2024, 1, 31),), (dt.date(2024, 2, 29),)]),
        ("SELECT count(*) AS c FROM generate_series(1, 1 + 2)", [(3,)]),
        ("SELECT id FROM (SELECT 1 AS id) AS t WHERE id IN (SELECT n FROM range(5) AS r(n))", [(1,)]),
    ],
)  # fmt: skip
def test_a_series_is_an_item_of_from(sql: str, rows: list[tuple[object, ...]]) -> None:
    assert query_frame(sql, {}, pl.LazyFrame)[0].collect().rows() == rows


@pytest.mark.parametrize(
    "call", ["range(1, 5, 0)", "range('a')", "range(1000000000)", "range(1, 2, 3, 4)", "range(NULL)", "range(1) AS s(a, b)",
             "generate_series(DATE '2024-01-31', DATE '2024-05-31', INTERVAL 1 MONTH)", "range(DATE '2024-01-31', 5, INTERVAL 1 DAY)",
             "range(DATE '2024-01-01', DATE '2024-05-31', INTERVAL '-1 day')", "generate_series(DATE '2024-01-01', DATE '2024-05-31')"]
)  # fmt: skip
def test_a_series_that_it_does_not_have_is_refused(call: str) -> None:
    with pytest.raises(Failure) as raised:
        query_frame(f"SELECT * FROM {call}", {}, pl.LazyFrame)
    assert raised.value.hint


def sampled(clause: str, rows: int = 100_000) -> pl.Series:
    frame = pl.LazyFrame({"id": pl.int_range(rows, eager=True)})
    return query_frame(f"SELECT id FROM t TABLESAMPLE {clause}", {"t": frame}, pl.LazyFrame)[0].collect()["id"]


def test_a_sample_has_about_the_part_that_is_asked_for() -> None:
    # Five standard deviations of a binomial distribution.
    for percent in (1, 10, 50, 99.5):
        share = percent / 100
        expected, deviation = 100_000 * share, (100_000 * share * (1 - share)) ** 0.5
        for seed in range(5):
            chosen = sampled(f"BERNOULLI ({percent}) REPEATABLE ({seed})")
            assert abs(len(chosen) - expected) < 5 * deviation
            assert chosen.is_sorted()
            # Neither the first nor the second half is preferred.
            assert abs(len(chosen.filter(chosen < 50_000)) - expected / 2) < 5 * deviation
    assert len(sampled("BERNOULLI (0)")) == 0
    assert len(sampled("(100 PERCENT)")) == 100_000


def test_a_sample_is_repeatable() -> None:
    first = sampled("BERNOULLI (10) REPEATABLE (1)")
    assert first.equals(sampled("BERNOULLI (10) REPEATABLE (1)"))
    assert not first.equals(sampled("BERNOULLI (10) REPEATABLE (2)"))
    assert not sampled("BERNOULLI (10)").equals(sampled("BERNOULLI (10)"))


@pytest.mark.parametrize(
    "clause", ["10 ROWS", "(10 ROWS)", "(5 + 5 ROWS)", "reservoir(10 ROWS)", "RESERVOIR (10 rows)"]
)
def test_a_sample_has_the_number_of_rows_that_is_asked_for(clause: str) -> None:
    chosen = [sampled(f"{clause} REPEATABLE ({seed})") for seed in range(50)]
    assert {len(each) for each in chosen} == {10}
    assert all(each.is_sorted() and each.is_unique().all() for each in chosen)
    assert chosen[1].equals(sampled(f"{clause} REPEATABLE (1)"))
    # Five standard deviations of a binomial distribution.
    assert abs(sum(len(each.filter(each < 50_000)) for each in chosen) - 250) < 5 * 125**0.5
    assert not sampled(clause).equals(sampled(clause))


def test_a_sample_of_more_rows_than_there_are_has_them_all() -> None:
    assert sampled("(10 ROWS)", 5).to_list() == [0, 1, 2, 3, 4]
    assert sampled("(10 ROWS)", 0).to_list() == []
    assert sampled("(0 ROWS)").to_list() == []


def test_a_sample_of_rows_is_taken_before_the_filter(lake: ControlPlane) -> None:
    sql = "SELECT count(*) AS c FROM t TABLESAMPLE (100 ROWS) REPEATABLE (1) WHERE id < 500"
    frame = pl.LazyFrame({"id": pl.int_range(1000, eager=True)})
    assert 20 < query_frame(sql, {"t": frame}, pl.LazyFrame)[0].collect().item() < 80
    sql = "SELECT count(*) AS c FROM flowers TABLESAMPLE (1 ROWS) REPEATABLE ({}) WHERE species = 'setosa'"
    replies = [lake.query(sql.format(seed)) for seed in range(20)]
    assert {reply.frame().item() for reply in replies} == {0, 1}
    assert not replies[0].header["deterministic"]


def test_system_chooses_whole_blocks() -> None:
    blocks = (sampled("SYSTEM (30) REPEATABLE (1)") // 2048).value_counts()
    assert 1 < len(blocks) < 40
    assert set(blocks["count"]) <= {2048, 100_000 % 2048}


def test_a_sample_is_taken_before_the_filter_and_is_not_kept(lake: ControlPlane) -> None:
    reply = lake.query(
        "SELECT count(*) AS c FROM flowers TABLESAMPLE BERNOULLI (100) REPEATABLE (1) WHERE species IS NOT NULL"
    )
    assert reply.frame().rows() == [(3,)]
    assert not reply.header["deterministic"]
    sql = "SELECT a.id FROM t AS a TABLESAMPLE BERNOULLI (10) REPEATABLE (1) JOIN t AS b TABLESAMPLE BERNOULLI (10) REPEATABLE (1) ON a.id = b.id"
    frame = pl.LazyFrame({"id": pl.int_range(1000, eager=True)})
    assert 50 < query_frame(sql, {"t": frame}, pl.LazyFrame)[0].collect().height < 200


def test_a_filter_on_another_column_still_leaves_out_files(lake: ControlPlane) -> None:
    reply = lake.query("SELECT regexp_replace(species, 'a', 'b') AS r FROM flowers WHERE day = DATE '2020-01-02'")
    assert reply.frame().rows() == [("virginicb",)]
    (plan,) = reply.plans()
    assert sorted(plan["columns"]) == ["day", "species"]
    assert "2020-01-02" in str(plan["filter"])


def test_columns_that_no_call_reads_are_not_read(lake: ControlPlane) -> None:
    reply = lake.query("SELECT count(*) AS c FROM flowers WHERE regexp_extract(species, '^s') = 's'")
    assert reply.frame().rows() == [(2,)]
    assert reply.plans()[0]["columns"] == ["species"]
    assert reply.header["deterministic"]


def test_a_value_that_fails_is_named(lake: ControlPlane) -> None:
    header = lake.query(r"SELECT regexp_extract_all(species, '\b') AS r FROM flowers").header
    assert (header["type"], header["error"]) == ("failed", "regexp_extract_all() has an empty match in: setosa.")


def test_a_date_that_does_not_exist_fails(lake: ControlPlane) -> None:
    header = lake.query("SELECT make_date(2023, 2, n) AS r FROM generate_series(28, 29) AS s(n)").header
    assert (header["type"], header["kind"]) == ("failed", "engine")
    assert "2023, 2, 29" in header["error"]


def test_a_script_and_parameters_have_the_functions(lake: ControlPlane) -> None:
    code = (
        "result = sql(\"SELECT regexp_replace(s, $p, 'x') AS r FROM f\", {'p': 'a+'}, f=pl.LazyFrame({'s': ['caat']}))"
    )
    assert lake.script(code).frame().rows() == [("cxt",)]
    sql = "SELECT regexp_extract(species, $p) AS r FROM flowers WHERE day = $d"
    reply = lake.query(sql, params={"p": "^..", "d": {"type": "date", "value": "2020-01-02"}})
    assert reply.frame().rows() == [("vi",)]


EVENTS = [
    "SELECT j ->> '$.commit.collection' AS event, count() AS n FROM events GROUP BY event ORDER BY n DESC, event",
    ("SELECT j ->> '$.commit.collection' AS event, count() AS n, count(DISTINCT j ->> '$.did') AS users FROM events"
    " WHERE (j ->> '$.kind' = 'commit') AND (j ->> '$.commit.operation' = 'create') GROUP BY event ORDER BY n DESC, event"),
    ("SELECT j ->> '$.commit.collection' AS event, hour(to_timestamp(CAST(j ->> '$.time_us' AS BIGINT) / 1000000)) AS h, count() AS n FROM events"
    " WHERE (j ->> '$.kind' = 'commit') AND (j ->> '$.commit.collection' IN ['post', 'like']) GROUP BY event, h ORDER BY h, event"),
    ("SELECT j ->> '$.did'::VARCHAR AS who, epoch_us(to_timestamp(CAST(min(j ->> '$.time_us') AS BIGINT) / 1000000)) AS first FROM events"
    " WHERE (j ->> '$.commit.collection' = 'post') GROUP BY who ORDER BY first, who LIMIT 3"),
    ("SELECT j ->> '$.did' AS who, date_diff('milliseconds', to_timestamp(CAST(min(j ->> '$.time_us') AS BIGINT) / 1000000),"
    " to_timestamp(CAST(max(j ->> '$.time_us') AS BIGINT) / 1000000)) AS span FROM events GROUP BY who ORDER BY span DESC, who LIMIT 3"),
]  # fmt: skip


@pytest.mark.parametrize("sql", EVENTS)
def test_statements_in_the_manner_of_jsonbench_have_the_rows_of_duckdb(sql: str) -> None:
    chosen = random.Random(1)  # noqa: S311  # rows

    def event() -> str:
        time = 1_732_206_349_000_167 + chosen.randrange(10**12)
        commit = {
            "operation": chosen.choice(["create", "delete"]),
            "collection": chosen.choice(["post", "like", "follow"]),
        }
        rest = {"kind": "identity"} if chosen.random() < 0.2 else {"kind": "commit", "commit": commit}
        return json.dumps({"did": f"did:{chosen.randrange(50)}", "time_us": time, **rest})

    rows = pl.DataFrame({"j": [event() for _ in range(1000)]})
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.register("events", rows)
        theirs = connection.execute(sql).fetchall()
    assert query_frame(sql, {"events": rows.lazy()}, pl.LazyFrame)[0].collect().rows() == theirs


@pytest.mark.parametrize("value", ["st -> 'f'", "st ->> 'f'", "t.st -> 'f'", "(st -> 'f') || 'x'", "st -> 'f' = 'a9'"])
def test_a_field_of_a_struct_is_taken_as_before(value: str) -> None:
    sql = f"SELECT {value} AS r, id FROM t WHERE regexp_extract(u, '.') <> 'z' ORDER BY id"
    rows = query_frame(sql, {"t": pl.LazyFrame(T)}, pl.LazyFrame)[0].collect()["r"].to_list()
    fields = ["a9", None, None]
    if "||" in value:
        assert rows == [None if field is None else f"{field}x" for field in fields]
    else:
        assert rows == ([True, None, None] if "=" in value else fields)
