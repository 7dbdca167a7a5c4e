from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from nerium_worker.modes import volatility
from nerium_worker.modes.sql import is_deterministic

if TYPE_CHECKING:
    from control_plane import ControlPlane

# Of SQL dialects: each has another value or other rows when it is called again.
VOLATILE = [
    "now()",
    "NOW()",
    "current_date",
    "current_time",
    "current_timestamp",
    "current_timestamp(3)",
    "localtime",
    "localtimestamp",
    "clock_timestamp()",
    "statement_timestamp()",
    "transaction_timestamp()",
    "getdate()",
    "sysdate()",
    "today()",
    "unix_timestamp()",
    "random()",
    "rand()",
    "rand(1)",
    "setseed(0.5)",
    "uuid()",
    "gen_random_uuid()",
    "newid()",
    "nextval('s')",
    "shuffle(a)",
    "sample(a)",
    "current_user",
    "session_user",
    "version()",
    "pg_sleep(1)",
    "any_function_that_is_not_known(a)",
    "abs.random()",
    "schema.abs(a)",
]


@pytest.mark.parametrize("call", VOLATILE)
@pytest.mark.parametrize(
    "text",
    [
        "SELECT {} FROM t",
        "SELECT abs(round({}, 2)) AS x FROM t",
        "SELECT a FROM t WHERE a = {}",
        "SELECT a FROM t ORDER BY {}",
        "WITH c AS (SELECT {} AS x FROM t) SELECT * FROM c",
        "SELECT a FROM t WHERE a IN (SELECT {} FROM t)",
        "SELECT CASE WHEN a > 1 THEN {} ELSE a END AS x FROM t",
        "SELECT sum(a) OVER (PARTITION BY {}) AS x FROM t",
        "SELECT a FROM t GROUP BY a HAVING max(a) > {}",
        "SELECT a FROM t UNION ALL SELECT {} FROM t",
        "SELECT a FROM t JOIN u ON t.a = {}",
    ],
)
def test_a_volatile_call_makes_a_statement_volatile_wherever_it_is(text: str, call: str) -> None:
    assert not is_deterministic(text.format(call))


@pytest.mark.parametrize(
    "text",
    [
        "SELECT a FROM t TABLESAMPLE (10 PERCENT)",
        "SELECT a FROM t TABLESAMPLE BERNOULLI (10) REPEATABLE (1)",
        "SELECT a FROM t SAMPLE 10",
        "SELECT a FROM (SELECT * FROM t TABLESAMPLE (10 ROWS)) AS s",
    ],
)
def test_a_sample_makes_a_statement_volatile(text: str) -> None:
    assert not is_deterministic(text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM t",
        "SELECT a, count(*) AS n FROM t GROUP BY a ORDER BY n LIMIT 3",
        "SELECT a FROM t LIMIT 1",
        "SELECT now, uuid, random AS sample FROM t",
        "SELECT CAST(a AS BIGINT) + 1, a::DOUBLE, EXTRACT(YEAR FROM d), d AT TIME ZONE 'UTC', d - INTERVAL '1 day' FROM t",
        "SELECT SUBSTRING(s FROM 1 FOR 2), TRIM(s), POSITION('a' IN s), CEIL(x), FLOOR(x) FROM t",
        "SELECT row_number() OVER (ORDER BY a) AS r, LAG(a) OVER (ORDER BY a) AS l FROM t",
        'SELECT "ABS"(a), Abs(a), ABS(a) FROM t',
        "SELECT 'now()' AS text FROM t -- random()",
    ],
)
def test_other_statements_are_deterministic(text: str) -> None:
    assert is_deterministic(text)


# What Polars names in its source: `PolarsSQLFunctions::try_from_sql` of its crate polars-sql.
@pytest.mark.parametrize("function", sorted(volatility.STABLE))
def test_each_listed_function_is_one_of_polars(function: str) -> None:
    assert _is_known(function)


def test_polars_has_no_function_that_is_volatile() -> None:
    names = {call.split("(")[0].lower() for call in VOLATILE if "." not in call}
    assert [name for name in sorted(names) if _is_known(name)] == []


def _is_known(function: str) -> bool:
    try:
        pl.SQLContext(t=pl.LazyFrame({"a": [1]})).execute(f'SELECT "{function}"() FROM t', eager=True)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        return "unsupported function" not in str(error)
    return True


def test_a_result_says_whether_its_statement_is_deterministic(lake: ControlPlane) -> None:
    assert lake.query("SELECT upper(species) AS s FROM flowers").header["deterministic"] is True


def test_the_result_of_a_script_does_not_say_it(lake: ControlPlane) -> None:
    assert "deterministic" not in lake.script("result = scan('default.flowers').head(1)").header
