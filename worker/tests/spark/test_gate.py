from __future__ import annotations

import sys
import warnings
from pathlib import Path

import pytest
from random_plans import random_plan
from snippets import snippets
from tables import leaves, names

from nerium_worker.spark import translate

sys.path.append(str(Path(__file__).parents[3] / "submitter" / "src"))


def test_what_is_translated_passes_the_gate() -> None:
    from nerium_submitter.gate import check  # noqa: PLC0415  # of a program of its own

    frames = leaves()
    tables = {f"t{handle}" for handle in names()}
    with warnings.catch_warnings():
        # What Polars advises about a snippet is no matter here.
        warnings.simplefilter("ignore")
        plans = [case.frame(frames) for case in snippets() if case.ending != "refused"]
    plans += [random_plan(seed, frames) for seed in range(50)]
    for plan in plans:
        check(translate(plan, names()).sql, tables)
    assert len(plans) > 250


@pytest.mark.parametrize("forged", ["SELECT * FROM `secret`", "DROP TABLE `t0`"])
def test_what_is_forged_does_not(forged: str) -> None:
    from nerium_submitter.gate import Refused, check  # noqa: PLC0415

    with pytest.raises(Refused):
        check(forged, {"t0"})
