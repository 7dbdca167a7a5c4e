"""The referee itself: what it calls different, and what its statements are over rows that are made here."""

import datetime as dt
import random
from decimal import Decimal

import polars as pl
import pytest

from reference.cases import case_text, load_cases
from reference.compare import as_stored, difference
from reference.generate import generate, tasks
from reference.run import Outcome, run_alone
from reference.tables import Table, Tables

FRAME = pl.DataFrame({"a": [1, 2, 2], "x": [float("nan"), None, 0.5], "l": [[1], [], None]})


def _tables() -> Tables:
    size = 60
    days = [dt.date(2026, 1, 1 + number % 28) for number in range(size)]
    frame = pl.DataFrame(
        {
            "id": [number * 7 % 61 for number in range(size)],
            "a": [number % 9 if number % 8 else None for number in range(size)],
            "d": ["xyz"[number % 3] for number in range(size)],
            "c": [number / 4 for number in range(size)],
            "e": [list(range(number % 4)) for number in range(size)],
            "m": [Decimal(number).scaleb(-2) for number in range(size)],
            "day": days,
            "flag": [number % 2 == 0 for number in range(size)],
            "st": [{"p": number, "q": "u"} for number in range(size)],
        }
    ).with_columns(ts=pl.col("day").cast(pl.Datetime("us")))
    partner = frame.select("id", "d", "day", label="d", w="a").head(9)
    table = Table(kind="made", reference="default.made", key="id", frame=frame)
    small = Table(kind="partner", reference="default.partner", key="id", frame=partner)
    return Tables(read=(table,), targets={"made": table}, partner=small)


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (FRAME.select("x", "a", "l"), "columns ['x', 'a', 'l'], expected ['a', 'x', 'l']"),
        (FRAME.cast({"a": pl.Int32}), "column 'a' has the type Int32, expected Int64"),
        (FRAME.head(2), "2 rows, expected 3"),
        (FRAME.with_columns(a=pl.Series([1, 1, 2])), "row 1 is (1, None, []), expected (2, 0.5, None)"),
        (FRAME.with_columns(x=pl.Series([0.0, None, 0.5])), "row 0 is (1, 0.0, [1]), expected (1, 'NaN', [1])"),
        (FRAME.with_columns(l=pl.Series([[1], None, None])), "row 2 is (2, None, None), expected (2, None, [])"),
    ],
)
def test_tells_the_first_difference(other: pl.DataFrame, message: str) -> None:
    assert difference(FRAME, other, ordered=False) == message


def test_compares_the_order_of_rows_only_where_it_is_determined() -> None:
    assert difference(FRAME, FRAME.reverse(), ordered=False) is None
    assert difference(FRAME, FRAME.reverse(), ordered=True) is not None
    assert difference(FRAME, FRAME.clone(), ordered=True) is None


def test_expects_the_types_that_a_table_gives_back() -> None:
    frame = FRAME.select(
        small=pl.col("a").cast(pl.UInt8), index=pl.col("a").cast(pl.UInt32), list=pl.col("l").cast(pl.List(pl.Int16))
    )

    stored = as_stored(frame)

    assert stored is not None
    assert stored.schema == {"small": pl.Int32, "index": pl.Int64, "list": pl.List(pl.Int32)}
    assert as_stored(pl.DataFrame({"n": [None]})) is None
    assert as_stored(pl.DataFrame({"": [1]})) is None


def test_makes_statements_that_polars_runs() -> None:
    tables = _tables()
    outcomes = []
    for number, task in enumerate(tasks(random.Random(7), tables, 150)):
        statement = generate(random.Random(f"7:{number}"), tables, task)
        assert statement is not None, task
        outcomes.append(isinstance(run_alone(statement), (pl.DataFrame, Outcome)))

    assert sum(outcomes) >= 0.9 * len(outcomes)


def test_makes_the_same_statement_of_the_same_seed() -> None:
    tables = _tables()
    (task,) = tasks(random.Random(3), tables, 1)

    texts = [generate(random.Random("3:0"), tables, task) for _ in range(2)]

    assert texts[0] == texts[1]


def test_a_difference_is_a_case() -> None:
    tables = _tables()
    (task,) = tasks(random.Random(3), tables, 1)
    statement = generate(random.Random("3:0"), tables, task)
    assert statement is not None
    text = case_text(statement, "overwrite", "a note\nof two lines")
    assert "tables: t=made" in text
    assert text.rstrip().endswith(statement.text.rstrip())


def test_the_fixed_cases_have_tables() -> None:
    tables = _tables()
    named = [Table(kind=kind, reference="", key="id", frame=FRAME) for kind in ("plain", "nanoseconds")]

    cases = load_cases(Tables(read=(*tables.read, *named), targets={}, partner=tables.partner))

    assert {case.name for case in cases} >= {"qualify", "row_index", "unnest_order_of_columns"}
