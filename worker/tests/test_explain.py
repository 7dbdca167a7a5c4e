from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from control_plane import ControlPlane, Reply


def explained(reply: Reply) -> dict[str, Any]:
    assert reply.header["type"] == "explained", reply.header
    texts: dict[str, Any] = json.loads(reply.payload)
    return texts


def test_a_query_is_planned_and_not_executed(lake: ControlPlane) -> None:
    reply = lake.query("SELECT species, COUNT(*) AS n FROM flowers WHERE size > 1 GROUP BY species", explain=True)
    texts = explained(reply)
    assert reply.header["columns"] == ["species", "n"]
    assert reply.header["dtypes"][0] == "String"
    assert "AGGREGATE" in texts["plan"]
    assert "SELECTION" in texts["plan"]
    assert str(lake.root) not in texts["plan"] + texts["graph"]
    assert "Parquet SCAN [oleander.flowers, oleander.flowers]" in texts["plan"]
    assert texts["graph"].startswith("digraph")
    assert len(reply.plans()) >= 1


def test_a_script_runs_up_to_its_result(lake: ControlPlane) -> None:
    reply = lake.script("print('planned')\nresult = pl.LazyFrame({'a': [1]}).filter(pl.col('a') > 1)", explain=True)
    assert "FILTER" in explained(reply)["plan"]


def test_a_wrong_text_fails_as_it_does_when_it_is_executed(lake: ControlPlane) -> None:
    header = lake.query("SELECT nothing FROM flowers", explain=True).header
    assert header["type"] == "failed"
    assert header["kind"] == "sql"
