"""Functions that Polars' SQL does not have: DuckDB is the reference for their values."""

from __future__ import annotations

import datetime as dt
import random
import re
from typing import TYPE_CHECKING

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from nerium_worker.modes.functions.clock import CLOCK
from nerium_worker.modes.functions.library import FUNCTIONS
from nerium_worker.modes.sql import is_deterministic, query_frame
from nerium_worker.modes.volatility import STABLE
from nerium_worker.protocol.errors import Failure
from sql_functions import EXAMPLES, PAGE, POLARS, page, result_of

if TYPE_CHECKING:
    from control_plane import ControlPlane

COUNT = 200
UNITS = ("microsecond", "millisecond", "second", "minute", "hour", "day", "week", "month", "quarter", "year")


def random_rows(seed: int) -> pl.DataFrame:
    """Rows of all types with nulls, before and after 1970; `k` has each value once."""
    chosen = random.Random(seed)  # noqa: S311  # rows

    def moment() -> dt.datetime | None:
        micros = chosen.randrange(-(10**16), 10**16)
        return chosen.choice([None, *[dt.datetime(1970, 1, 1) + dt.timedelta(microseconds=micros)] * 9])  # noqa: DTZ001

    def of(*values: object) -> list[object]:
        return [chosen.choice(values) for _ in range(COUNT)]

    rows = pl.DataFrame(
        {
            "k": chosen.sample(range(10_000), COUNT),
            "g": of(1, 2, 3, 4),
            "n": of(None, 0, *range(-50, 50)),
            "b": of(*(None, True, False)),
            "s": of(None, "", "abc", "Abc9", "héé", "x.y"),
            "t": pl.Series([moment() for _ in range(COUNT)], dtype=pl.Datetime("us")),
            "u": pl.Series([moment() for _ in range(COUNT)], dtype=pl.Datetime("us")),
        }
    )
    return rows.with_columns(
        d=pl.col("t").dt.date(),
        e=pl.col("u").dt.date().reverse(),
        z=pl.col("t").dt.replace_time_zone("UTC"),
        y=pl.col("u").dt.replace_time_zone("UTC"),
    )


def by_nerium(sql: str, rows: pl.DataFrame) -> pl.DataFrame:
    return query_frame(sql, {"q": rows.lazy()}, pl.LazyFrame)[0].collect()


def by_duckdb(sql: str, rows: pl.DataFrame) -> pl.DataFrame:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.register("q", rows)
        return connection.execute(sql).pl()


EXPRESSIONS = [
    *(f"date_trunc('{unit}', {column})" for unit in UNITS for column in "tzd"),
    *(
        f"date_diff('{unit}', {first}, {second})"
        for unit in UNITS
        if unit != "week"
        for first, second in ("tu", "zy", "de", "td")
    ),
    *(f"{name}({column})" for name in ("last_day", "dayname", "monthname") for column in "tdz"),
    *(f"{name}({column})" for name in ("epoch", "epoch_ms", "epoch_us") for column in "td"),
    *(
        f"strftime({column}, '{part}')"
        for column in "td"
        for part in (*(f"%{letter}" for letter in "YymdjaAbBhuwUWVGx%"), "%-d", "%-m", "%-j", "%-y", "ä%%d", "it''s %Y")
    ),
    *(
        f"strftime({column}, '{part}')"
        for column in "tz"
        for part in (
            *(f"%{letter}" for letter in "HIMSpfgnXTc"),
            "%-H",
            "%-I",
            "%-M",
            "%-S",
            "%H%%f",
            "%Y-%m-%d %H:%M:%S.%f",
        )
    ),
    "datetrunc('days', u)",
    "datediff('Month', u, t)",
    "date_trunc('month', date_trunc('day', t)) < date_trunc('year', u)",
    "regexp_matches(s, 'b.')",
    "ucase(s)",
    "lcase(s)",
    "strlen(s)",
    *(
        f"to_timestamp({value})"
        for value in ("n", "n * 1000003", "n / 7.0", "n * 123456.654321", "1732206349000167 / 1000000 + n")
    ),
]
# Formats of other engines, with the one of DuckDB that has the same parts.
FORMATS = [
    ("to_char(t, 'YYYY-MM-DD HH24:MI:SS')", "%Y-%m-%d %H:%M:%S"),
    ("to_char(t, 'yyyymmdd hh24miss')", "%Y%m%d %H%M%S"),
    ("to_char(d, 'DD.MM.YY, DDD')", "%d.%m.%y, %j"),
    ("to_char(t, 'HH12:MI PM, HH.US')", "%I:%M %p, %I.%f"),
    ("to_char(t, 'SS.MS')", "%S.%g"),
    ("to_char(d, 'Dy, DD Mon YYYY')", "%a, %d %b %Y"),
    ("to_char(d, 'FMDay FMDD FMMonth')", "%A %-d %B"),
    ("to_char(d, 'IYYY-\"W\"IW-ID')", "%G-W%V-%u"),
    ("to_char(t, 'FMHH24/FMHH12/FMMM \"it''s 5%\"')", "%-H/%-I/%-m it''s 5%%"),
    ("date_format(t, '%Y-%m-%d %H:%i:%s.%f')", "%Y-%m-%d %H:%M:%S.%f"),
    ("date_format(t, '%W %M %e %Y %T')", "%A %B %-d %Y %H:%M:%S"),
    ("date_format(t, '%c/%e/%y %l:%i %p')", "%-m/%-d/%y %-I:%M %p"),
    ("date_format(t, '%r %k %h %a %b %j %x-%v %%')", "%I:%M:%S %p %-H %I %a %b %j %G-%V %%"),
    ("date_format(t, 'yyyy-MM-dd HH:mm:ss.SSSSSS')", "%Y-%m-%d %H:%M:%S.%f"),
    ("date_format(d, 'EEE, d MMM yy')", "%a, %-d %b %y"),
    ("date_format(d, 'EEEE dd MMMM uuuu DDD')", "%A %d %B %Y %j"),
    ("date_format(t, 'yyyyMMdd''T''hh:mm a h:m:s.SSS')", "%Y%m%dT%I:%M %p %-I:%-M:%-S.%g"),
    ("date_format(t, 'H '''' ''it''''s'' M')", "%-H '' it''s %-m"),
]
AGGREGATES = [
    "arg_max(t, k)",
    "arg_min(s, k)",
    "max_by(n, k)",
    "arg_max(k, n * 10000 + k)",
    "count_if(b)",
    "count_if(n > 1) FILTER (WHERE b)",
    "bool_and(b)",
    "bool_and(n > -60)",
    "bool_or(n > 60)",
    "bool_or(b) FILTER (WHERE n > 0)",
    "any_value(b)",
    "list(s ORDER BY k)",
    "quantile_cont(n, 0.25)",
    "median(n)",
]


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_each_row_has_the_value_of_duckdb(expression: str) -> None:
    sql = f"SELECT k, {expression} AS r FROM q ORDER BY k"
    for seed in range(3):
        rows = random_rows(seed)
        ours, theirs = by_nerium(sql, rows), by_duckdb(sql, rows)
        # Polars multiplies by the reciprocal where it divides by a number.
        assert_frame_equal(ours.cast({"r": theirs.schema["r"]}), theirs, rel_tol=1e-15, abs_tol=0)


@pytest.mark.parametrize(("expression", "equal"), FORMATS)
def test_a_format_of_another_engine_has_its_parts(expression: str, equal: str) -> None:
    for seed in range(3):
        rows = random_rows(seed)
        column = expression[expression.index("(") + 1]
        theirs = by_duckdb(f"SELECT k, strftime({column}, '{equal}') AS r FROM q ORDER BY k", rows)
        assert_frame_equal(by_nerium(f"SELECT k, {expression} AS r FROM q ORDER BY k", rows), theirs)


@pytest.mark.parametrize(
    ("call", "part"),
    [
        ("to_char(t, 'YYYY-MM-DDTHH24')", "T"),
        ("to_char(t, 'Day')", "D"),
        ("to_char(t, 'SSSS')", "SSSS"),
        ("to_char(t, 'Y,YYY')", "Y"),
        ("to_char(t, 'MON')", "M"),
        ("to_char(t, '\"open')", '"'),
        ("date_format(t, '%D')", "%D"),
        ("date_format(t, '%U')", "%U"),
        ("date_format(t, '%Y %')", "%"),
        ("date_format(t, 'yyyyy')", "yyyyy"),
        ("date_format(t, 'dddd')", "dddd"),
        ("date_format(t, 'YYYY')", "YYYY"),
        ("date_format(t, '[HH]')", "["),
        ("date_format(t, 'HH ''open')", "'"),
        ("strftime(t, '%H%z')", "%z"),
    ],
)
def test_a_part_of_a_format_that_would_mean_something_else_is_refused(call: str, part: str) -> None:
    with pytest.raises(Failure, match=re.escape(f"has a format that has {part}, which")):
        by_nerium(f"SELECT {call} FROM q", random_rows(0))


@pytest.mark.parametrize("name", ["strftime", "to_char", "date_format"])
def test_a_format_is_not_empty(name: str) -> None:
    with pytest.raises(Failure, match="has a format that is empty"):
        by_nerium(f"SELECT {name}(t, '') FROM q", random_rows(0))


def test_a_format_stands_anywhere() -> None:
    rows = pl.DataFrame({"t": [dt.date(2026, 2, 17), dt.date(2026, 1, 1)]})
    sql = "SELECT to_char(max(t), 'YYYY') AS a FROM q GROUP BY date_format(t, '%c') ORDER BY strftime(max(t), '%x')"
    assert by_nerium(sql, rows).rows() == [("2026",), ("2026",)]


@pytest.mark.parametrize("expression", AGGREGATES)
@pytest.mark.parametrize("group", ["g", "g + 10", "1"])
def test_each_group_has_the_value_of_duckdb(expression: str, group: str) -> None:
    sql = f"SELECT {group} AS h, {expression} AS r FROM q GROUP BY {group} ORDER BY h"
    if group == "1":
        sql = f"SELECT {expression} AS r FROM q"
    for seed in range(3):
        rows = random_rows(seed)
        ours, theirs = by_nerium(sql, rows), by_duckdb(sql, rows)
        # DuckDB's count_if is a sum of large integers.
        is_count = expression.startswith("count_if")
        assert ours.equals(theirs.cast({"r": pl.Int64}) if is_count else theirs), (seed, ours, theirs)


def test_a_table_without_rows_has_no_value_and_a_count_of_zero() -> None:
    rows = random_rows(0).clear()
    [values] = by_nerium(
        f"SELECT {', '.join(f'{each} AS c{n}' for n, each in enumerate(AGGREGATES))} FROM q", rows
    ).rows()
    assert values == tuple(0 if each.startswith("count_if") else None for each in AGGREGATES)


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda each: each.names[0])
def test_each_name_has_the_value_of_the_first(function: object) -> None:
    first, *others = function.names  # type: ignore[attr-defined]
    for other in others:
        example = EXAMPLES[first].replace(f"{first}(", f"{other}(", 1)
        assert result_of(example) == result_of(EXAMPLES[first])


def test_the_page_has_each_function_with_a_result_that_is_right() -> None:
    assert PAGE.read_text() == page()


def test_the_page_has_all_functions_of_polars() -> None:
    assert POLARS.keys() == STABLE
    assert all(name in example.lower() for name, example in POLARS.items())


def test_now_is_the_same_in_the_whole_run_and_later_in_the_next(lake: ControlPlane) -> None:
    sql = "SELECT now() AS a, current_timestamp AS b, localtimestamp AS c, current_date AS d, today() AS e"
    begun = dt.datetime.now(dt.UTC)
    [first] = lake.query(sql).frame().rows()
    [second] = lake.query(sql).frame().rows()
    assert begun <= first[0] < second[0] <= dt.datetime.now(dt.UTC)
    assert first[1] == first[0]
    assert first[2] == first[0].replace(tzinfo=None)
    assert first[3] == first[4] == first[0].date()


def test_a_script_has_one_time_in_all_of_its_statements(lake: ControlPlane) -> None:
    code = "result = pl.concat([sql('SELECT now() AS r').collect() for _ in range(3)]).unique()"
    assert lake.script(code).frame().height == 1


@pytest.mark.parametrize("call", ["now()", "current_date", "localtimestamp", "CURRENT_TIMESTAMP"])
def test_the_result_of_a_time_is_not_kept(lake: ControlPlane, call: str) -> None:
    assert not lake.query(f"SELECT {call} AS r").header["deterministic"]
    assert not is_deterministic(f"SELECT * FROM q WHERE t < {call}")
    assert is_deterministic("SELECT date_trunc('month', t), arg_max(k, n) FROM q GROUP BY 1")


def test_a_call_is_found_in_every_place() -> None:
    rows = random_rows(0)
    sql = """
        WITH months AS (SELECT Date_Trunc('month', q.t) AS m, n FROM q), "now" AS (SELECT 1 AS one)
        SELECT m, sum(CASE WHEN nvl(n, 0) > (SELECT min(nvl(n, 5)) FROM q) THEN 1 ELSE 0 END) AS c
        FROM months JOIN "now" ON one = 1
        WHERE m IS NOT NULL AND date_trunc('year', m) < m GROUP BY m HAVING any_value(n) IS NOT NULL
        ORDER BY date_trunc('month', m) DESC
    """
    reference = sql.replace("nvl", "ifnull")
    assert by_nerium(sql, rows).rows() == [(m, int(c)) for m, c in by_duckdb(reference, rows).rows()]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT 'now()' AS r FROM q LIMIT 1", "now()"),
        ("SELECT 'é, date_trunc(', iif(TRUE, 'a,)b', 'x') AS r FROM q LIMIT 1", "a,)b"),
        ("SELECT /* now( */ iif(TRUE, -- no, )\n 1, 2) AS r FROM q LIMIT 1", 1),
        ("SELECT max(now) AS r FROM (SELECT 7 AS now FROM q) AS x", 7),
        ("SELECT nvl(NULL, 'it''s') AS r FROM q LIMIT 1", "it's"),
    ],
)
def test_quotes_and_comments_stay_as_they_are(sql: str, expected: object) -> None:
    assert by_nerium(sql, random_rows(0))["r"][0] == expected


@pytest.mark.parametrize(
    ("sql", "line", "error"),
    [
        ("SELECT date_trunc('moth', t) FROM q", 1, "Line 1: date_trunc() has no unit 'moth'."),
        ("SELECT\n date_diff('week', t, u) FROM q", 2, "Line 2: date_diff() has no unit 'week'."),
        ("SELECT date_trunc(s, t) FROM q", 1, "Line 1: The first argument of date_trunc() is not a unit."),
        ("SELECT date_trunc('day') FROM q", 1, "Line 1: This call of date_trunc() is not available."),
        ("SELECT now(3) FROM q", 1, "Line 1: This call of now() is not available."),
        ("SELECT any_value(n) OVER (PARTITION BY g) FROM q", 1, "Line 1: This call of any_value() with FILTER or OVER is not available."),
        ("SELECT iif(b, $$a,b$$) FROM q", 1, "Line 1: The arguments of iif() could not be read."),
        ("SELECT iif(b, $$a$$, $$b,c$$) FROM q", 1, "Line 1: The arguments of iif() could not be read."),
        ("SELECT count_if(DISTINCT b) FROM q", None, "The statement calls a function with arguments that it does not take."),
        ("SELECT " + "date_trunc('quarter', " * 9 + "t" + ")" * 9 + " FROM q", 1, "Line 1: date_trunc() contains too many calls."),
    ],
)  # fmt: skip
def test_a_call_that_it_does_not_take_is_refused(sql: str, line: int | None, error: str) -> None:
    with pytest.raises(Failure) as raised:
        by_nerium(sql, random_rows(0))
    assert (raised.value.kind, raised.value.line, raised.value.error) == ("sql", line, error)
    assert raised.value.hint


@pytest.mark.parametrize(
    "call", ["bool_and(n)", "count_if(n)", "iif(n, 1, 2)", "epoch_ms(n)", "last_day(n)", "date_trunc('day', n)", "date_diff('day', n, t)"]
)  # fmt: skip
def test_a_number_is_no_truth_value_and_no_time(call: str) -> None:
    with pytest.raises(pl.exceptions.PolarsError):
        by_nerium(f"SELECT {call} AS r FROM q", random_rows(0))


def test_an_error_behind_a_call_has_its_line(lake: ControlPlane) -> None:
    header = lake.query("SELECT date_trunc('month',\n day\n), nosuch\nFROM flowers").header
    assert (header["type"], header["line"]) == ("failed", 3)
    assert "nosuch" in header["error"]


def test_the_clock_starts_with_the_run() -> None:
    before = CLOCK.start
    CLOCK.restart()
    assert CLOCK.start > before
