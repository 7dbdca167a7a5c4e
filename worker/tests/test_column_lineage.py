from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lineage_truth import Case, cases, found

if TYPE_CHECKING:
    from pathlib import Path

CASES = cases()


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::polars.exceptions.PolarsInefficientMapWarning")
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_follows_columns_as_a_person_does(case: Case, tmp_path: Path) -> None:
    told, columns = found(case, tmp_path)
    assert sorted(told - case.facts) == []
    assert sorted(case.facts - told) == []
    assert columns == case.columns
