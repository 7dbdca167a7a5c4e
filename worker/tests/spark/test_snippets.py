from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import polars as pl
import pytest
from comparison import differences, negative_zeros
from engine import SparkError
from sampling import sampled
from snippets import Snippet, snippets
from tables import frames, leaves, names

from nerium_worker.spark import UnsupportedError, translate

if TYPE_CHECKING:
    from engine import Engine

CASES = snippets()


def _cases(*endings: str) -> list[Snippet]:
    return [case for case in CASES if case.ending in endings]


@pytest.fixture(autouse=True)
def _quiet() -> None:
    # What Polars advises about a snippet is no matter here.
    warnings.simplefilter("ignore")


@pytest.mark.parametrize("case", _cases("refused"), ids=lambda case: case.text)
def test_refuses_with_the_node_and_a_reason(case: Snippet) -> None:
    with pytest.raises(UnsupportedError) as refused:
        translate(case.frame(leaves()), names())
    assert refused.value.node
    assert refused.value.reason


@pytest.mark.parametrize("case", sampled(_cases("exact")), ids=lambda case: case.text)
def test_gives_the_rows_that_polars_gives(case: Snippet, spark: Engine) -> None:
    statement = translate(case.frame(leaves()), names())
    try:
        expected = case.frame(frames()).collect()
    except pl.exceptions.PolarsError:
        with pytest.raises(SparkError):
            spark.run(statement)
        return
    assert statement.schema == expected.schema
    ordered = " ORDER BY " in statement.sql.splitlines()[-1]
    assert ordered or case.kind != "kept order"
    found = spark.run(statement)
    assert differences(expected, found, ordered=ordered) is None
    # Which of -0.0 and 0.0 stands for both in a group, or is their least, is not said.
    assert case.kind != "signs of zero" or negative_zeros(found) == negative_zeros(expected)


@pytest.mark.parametrize("case", _cases("fails"), ids=lambda case: case.text)
def test_fails_rather_than_to_give_other_rows(case: Snippet, spark: Engine) -> None:
    statement = translate(case.frame(leaves()), names())
    with pytest.raises(SparkError, match="USER_RAISED_EXCEPTION"):
        spark.run(statement)


def test_few_are_refused() -> None:
    assert len(CASES) >= 250
    assert len(_cases("refused")) < len(CASES) / 4
    assert len(_cases("fails")) <= 3
