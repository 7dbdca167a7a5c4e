from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from comparison import differences
from random_plans import random_plan
from sampling import sampled
from tables import frames, leaves, names

from nerium_worker.spark import UnsupportedError, translate

if TYPE_CHECKING:
    from engine import Engine

PLANS = 150


@pytest.mark.parametrize("seed", sampled(range(PLANS)))
def test_random_plans_give_the_rows_that_polars_gives(seed: int, spark: Engine) -> None:
    statement = translate(random_plan(seed, leaves()), names())
    expected = random_plan(seed, frames()).collect()
    assert differences(expected, spark.run(statement)) is None, statement.sql


def test_no_random_plan_is_refused() -> None:
    assert [refusal for seed in range(4 * PLANS) if (refusal := _refusal(seed))] == []


def _refusal(seed: int) -> str | None:
    try:
        translate(random_plan(seed, leaves()), names())
    except UnsupportedError as error:
        return f"{seed}: {error}"
    return None
