from __future__ import annotations

import warnings

import pytest
from nerium_submitter.errors import Refused
from nerium_submitter.spark.gate import check
from random_plans import random_plan
from snippets import snippets
from tables import leaves, names

from nerium_worker.spark import translate


def test_what_is_translated_passes_the_gate() -> None:
    frames = leaves()
    tables = {f"t{handle}" for handle in names()}
    with warnings.catch_warnings():
        # What Polars advises about a snippet is no matter here.
        warnings.simplefilter("ignore")
        plans = [case.frame(frames) for case in snippets() if case.ending != "refused"]
    plans += [random_plan(seed, frames) for seed in range(50)]
    for plan in plans:
        statement = translate(plan, names())
        assert check(statement.sql, tables) == list(statement.schema)
    assert len(plans) > 250


@pytest.mark.parametrize("forged", ["SELECT * FROM `secret`", "DROP TABLE `t0`"])
def test_what_is_forged_does_not(forged: str) -> None:
    with pytest.raises(Refused):
        check(forged, {"t0"})
