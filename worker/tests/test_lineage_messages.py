"""Lineage in the worker's messages: where it is, what it costs, and that no run fails for it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from lineage_truth import NobodyAnswers
from nerium_worker.lineage.column import Column, of_table
from nerium_worker.lineage.frame import Frame
from nerium_worker.lineage.message import lineage_message
from nerium_worker.lineage.of_frame import lineage_of, with_lineage
from nerium_worker.lineage.transformation import AGGREGATION, CONDITIONAL, FILTER, IDENTITY, chain, mask
from nerium_worker.protocol.job import Query
from nerium_worker.scan.lake import Lake

if TYPE_CHECKING:
    from pathlib import Path

    from control_plane import ControlPlane, Reply


def told(reply: Reply) -> dict[str, str]:
    """Give each column's inputs as text, those of the rows under `rows`."""
    lineage = reply.header["lineage"]
    texts = {field["name"]: text(field["inputs"]) + " ?" * field["unknown"] for field in lineage["fields"]}
    return {**texts, "rows": text(lineage["dataset"]) + " ?" * (not lineage["complete"])}


def text(inputs: list[dict[str, Any]]) -> str:
    return ", ".join(f"{each['table']}.{each['field']} {step['subtype']}" for each in inputs for step in each["transformations"])  # fmt: skip


def test_a_query_tells_where_its_columns_come_from(lake: ControlPlane) -> None:
    reply = lake.query("SELECT species, max(size) AS size FROM flowers WHERE day > DATE '2020-01-01' GROUP BY species")
    assert told(reply) == {"species": "1.species IDENTITY", "size": "1.size AGGREGATION", "rows": "1.day FILTER, 1.species GROUP_BY"}  # fmt: skip
    assert len(reply.asks) == 1


@pytest.mark.parametrize(
    "sql", ["SELECT * FROM flowers", "SELECT a.* FROM flowers AS a JOIN flowers AS b ON a.size = b.size"]
)
def test_nothing_is_asked_a_second_time(lake: ControlPlane, sql: str) -> None:
    reply = lake.query(sql)
    assert reply.header["lineage"]["complete"]
    assert len(reply.asks) == 1


def test_a_count_from_the_metadata_has_no_inputs(lake: ControlPlane) -> None:
    reply = lake.query("SELECT count(*) AS n FROM flowers")
    assert told(reply) == {"n": "", "rows": ""}
    assert [ask["what"] for ask in reply.asks] == ["count"]


def test_a_script_tells_it_too(lake: ControlPlane) -> None:
    reply = lake.script(
        "result = scan('flowers').filter(pl.col('size') > 1).select(n=pl.col('species').str.len_chars())"
    )
    assert told(reply) == {"n": "1.species TRANSFORMATION", "rows": "1.size FILTER"}
    assert [ask["what"] for ask in reply.asks] == ["table", "plan"]


def test_what_is_written_has_the_lineage_of_the_result(lake: ControlPlane) -> None:
    names = {"species": "string", "size": "float", "more": "int"}
    fields = [{"id": number, "name": name, "required": False, "type": type_} for number, (name, type_) in enumerate(names.items(), 1)]  # fmt: skip
    lake.target = {"type": "struct", "schema-id": 0, "fields": fields}
    reply = lake.query("SELECT size, upper(species) AS species FROM flowers", destination="oleander.t", result={"overflow": "truncate"})  # fmt: skip
    lake.target = None
    assert told(reply) == {"species": "1.species TRANSFORMATION", "size": "1.size IDENTITY", "more": "", "rows": ""}


def test_an_explained_query_tells_it(lake: ControlPlane) -> None:
    reply = lake.query("SELECT species FROM flowers ORDER BY size", explain=True)
    assert told(reply) == {"species": "1.species IDENTITY", "rows": "1.size SORT"}


def test_an_upload_has_none(lake: ControlPlane) -> None:
    (lake.root / "data" / "upload.csv").write_text("a\n1\n")
    reply = lake.run({"mode": "load", "load": {"file": "upload.csv", "format": "csv"}})
    assert reply.header["rows"] == 1
    assert "lineage" not in reply.header


def test_a_message_is_none_the_worse_for_a_plan_that_cannot_be_followed(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    header = {"type": "result", "columns": ["a"]}
    frame = pl.LazyFrame({"a": [1]}).select("b")
    assert with_lineage(header, frame, Query(sql=""), Lake(NobodyAnswers(), tmp_path)) == header
    assert "No column lineage: ColumnNotFoundError" in capfd.readouterr().err


def test_a_callback_of_the_script_that_fails_the_second_time_fails_no_run(lake: ControlPlane) -> None:
    reply = lake.script("""
calls = []
def once(frame, schema):
    calls.append(schema)
    if len(calls) > 1:
        raise SystemExit
    return frame
result = scan('flowers').pipe_with_schema(once)
""")
    assert reply.header["type"] in {"result", "failed"}
    assert reply.header.get("kind") != "worker"


def test_a_resolver_of_the_script_itself_stops_nothing(lake: ControlPlane) -> None:
    reply = lake.script("""
from polars.lazyframe.resolver import LazyFrameResolver, ResolvedLazyFrameProps
class Mine(LazyFrameResolver):
    def schema(self):
        return {'a': pl.Float64}
    def resolve_lazyframe(self, **_):
        return pl.LazyFrame({'a': [1.0]}), ResolvedLazyFrameProps(version_key=None)
result = Mine().lazy().join(scan('flowers'), left_on='a', right_on='size', how='left').select('a', 'species')
""")
    assert told(reply) == {"a": " ?", "species": "1.species IDENTITY", "rows": "1.size JOIN ?"}


def test_long_sums_and_long_plans_are_followed(tmp_path: Path) -> None:
    frame = pl.LazyFrame({"a": [1]})
    lake = Lake(NobodyAnswers(), tmp_path)
    for _ in range(400):
        frame = frame.with_columns(a=pl.col("a") + 1).filter(pl.col("a") > 0)
    assert lineage_of(frame, lake, literal_frames=True).columns["a"] == Column()
    total = pl.lit(0)
    for _ in range(400):
        total = total + pl.col("a")
    assert lineage_of(frame.select(total), lake, literal_frames=True).columns["literal"] == Column()


def test_what_has_no_room_is_unknown() -> None:
    names = [f"c{number}" for number in range(100)]
    frame = Frame(columns={name: of_table(1, name) for name in names}, rows=of_table(1, "c0").through(FILTER))
    whole = lineage_message(frame, names, 1 << 20)
    assert whole is not None
    assert whole["complete"]
    assert not any(field["unknown"] for field in whole["fields"])
    part = lineage_message(frame, names, 8000)
    assert part is not None
    assert len(json.dumps(part)) <= 8000
    assert not part["complete"]
    assert 0 < sum(field["unknown"] for field in part["fields"]) < 100
    assert all(field["unknown"] != bool(field["inputs"]) for field in part["fields"])
    assert lineage_message(frame, names, 1000) is None


def test_a_chain_is_named_after_its_strongest_step() -> None:
    assert chain(IDENTITY, AGGREGATION) == AGGREGATION
    assert chain(AGGREGATION, IDENTITY) == AGGREGATION
    assert chain(CONDITIONAL, AGGREGATION) == CONDITIONAL
    assert chain(CONDITIONAL, FILTER) == FILTER
    assert chain(mask(AGGREGATION), IDENTITY) == mask(AGGREGATION)
    assert chain(mask(AGGREGATION), FILTER) == mask(FILTER)


def kinds(reply: Reply) -> list[str]:
    return [note["kind"] for note in reply.header["notes"]]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("scan('flowers').filter(pl.col('size') > 1).select('species')", []),
        ("scan('flowers')", ["all-columns"]),
        ("scan('flowers').select(pl.col('species').map_elements(len, return_dtype=pl.Int64))", ["python-function"]),
        ("scan('flowers').select('size').map_batches(lambda frame: frame)", ["python-function"]),
        ("scan('flowers').select('size').join(scan('flowers').select('species'), how='cross')", ["cross-join"]),
        ("scan('flowers').select('size').join(scan('flowers').select('species'), how='cross').filter(pl.col('size') > 2)", ["cross-join"]),
        ("scan('flowers').select('size').join(scan('flowers').select(m=pl.col('size').max()), how='cross')", []),
        ("scan('flowers').select('size').join_where(scan('flowers').select(other='size'), pl.col('size') < pl.col('other'))", []),
        ("scan('flowers').filter(pl.col('species').str.len_chars() > 2).select('species')", ["unplanned-filter"]),
    ],
)  # fmt: skip
def test_tells_what_stands_out_in_the_plan(lake: ControlPlane, source: str, expected: list[str]) -> None:
    assert kinds(lake.script(f"result = {source}")) == expected


def test_an_explained_plan_tells_what_is_held_in_memory(lake: ControlPlane) -> None:
    reply = lake.script("result = scan('flowers').map_batches(lambda frame: frame)", explain=True)
    assert kinds(reply) == ["in-memory", "python-function", "all-columns"]
    assert reply.header["notes"][0]["detail"] == "The node in-memory-map holds all its rows in memory."
