"""The 22 queries of TPC-H, and the 22 scripts: all are translated, and some of their statements are kept to be read.

`NERIUM_GOLDEN=write` writes the kept ones anew.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from tpch_plans import NAMES, TPCH, plan

from nerium_worker.spark import translate

GOLDEN = Path(__file__).parent / "golden"
KEPT = ["q01.sql", "q03.py", "q04.sql", "q06.sql", "q08.sql", "q13.py", "q18.sql", "q21.sql", "q22.py"]


@pytest.mark.parametrize("name", TPCH)
def test_all_are_translated(name: str) -> None:
    assert re.search(r"`t\d`", translate(plan(name), NAMES).sql)


@pytest.mark.parametrize("name", KEPT)
def test_statements_are_those_that_are_kept(name: str) -> None:
    # Polars numbers its own columns through the life of a process.
    statement = re.sub(r"(_SQL_)\d+", r"\1N", translate(plan(name), NAMES).sql) + "\n"
    kept = GOLDEN / f"{name.replace('.', '-')}.sql"
    if os.environ.get("NERIUM_GOLDEN") == "write":
        kept.write_text(statement)
    assert statement == kept.read_text()
