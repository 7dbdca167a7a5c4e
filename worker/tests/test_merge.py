from __future__ import annotations

import datetime as dt
from array import array
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from nerium_worker.iceberg.types import arrow_schema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from control_plane import ControlPlane, Reply

NAME = "merged"


@pytest.fixture(autouse=True)
def clean(lake: ControlPlane) -> Iterator[None]:
    yield
    lake.merge = lake.target = None
    lake.tables.pop(NAME, None)
    for path in (lake.root / "data").glob(f"{NAME}-*"):
        path.unlink()


def schema(**types: str) -> dict[str, Any]:
    fields = [
        {"id": number, "name": name, "required": False, "type": type_}
        for number, (name, type_) in enumerate(types.items(), 1)
    ]
    return {"type": "struct", "schema-id": 0, "fields": fields}


def merge(lake: ControlPlane, expression: str, keys: list[str], *frames: pl.DataFrame, **types: str) -> Reply:
    """Merge an expression into a table of one file per frame."""
    lake.target = schema(**types)
    lake.add(NAME, lake.target, *frames)
    lake.merge = {"keys": keys, "table": lake.describe(NAME)}
    source = f"import datetime as dt\nfrom decimal import Decimal\nresult = {expression}"
    return lake.script(source, destination=f"oleander.{NAME}", result={"overflow": "truncate"})


def numbers(lake: ControlPlane, reply: Reply) -> list[int]:
    assert reply.header["type"] == "result", reply.header
    found = array("q")
    found.frombytes((lake.root / "out" / reply.header["written"]["replaced"]["file"]).read_bytes())
    return found.tolist()


def test_numbers_the_matched_rows_over_all_files(lake: ControlPlane) -> None:
    frames = [pl.DataFrame({"id": [1, 2, 3]}), pl.DataFrame({"id": [4, 5]}), pl.DataFrame({"id": [6, 2]})]
    reply = merge(lake, "pl.DataFrame({'id': [5, 2, 9]})", ["id"], *frames, id="long")
    assert numbers(lake, reply) == [1, 4, 6]
    assert reply.header["written"]["replaced"]["rows"] == 3
    assert reply.header["written"]["replaced"]["updated"] == 2


def test_asks_for_files_with_the_keys_alone(lake: ControlPlane) -> None:
    few = merge(lake, "pl.DataFrame({'id': [5, 2]})", ["id"], pl.DataFrame({"id": [1]}), id="long")
    [ask] = [ask for ask in few.asks if ask["what"] == "candidates"]
    assert ask["filter"]["type"] == "in"
    assert sorted(ask["filter"]["values"]) == [2, 5]
    many = merge(lake, "pl.LazyFrame({'id': range(10, 1000)})", ["id"], pl.DataFrame({"id": [1]}), id="long")
    [ask] = [ask for ask in many.asks if ask["what"] == "candidates"]
    assert ask["filter"] == {
        "type": "and",
        "left": {"type": "gt-eq", "term": "id", "value": 10},
        "right": {"type": "lt-eq", "term": "id", "value": 999},
    }


def test_counts_only_rows_that_live_as_updated(lake: ControlPlane) -> None:
    lake.target = schema(id="long")
    table = lake.add(NAME, lake.target, pl.DataFrame({"id": [1, 2, 3]}))
    data = str(lake.root / "data" / table.files[0]["path"])
    ids = {"fields": [{"id": 2147483546, "name": "file_path", "required": True, "type": "string"},
                      {"id": 2147483545, "name": "pos", "required": True, "type": "long"}]}  # fmt: skip
    deletes = pl.LazyFrame({"file_path": [data], "pos": [1]})
    deletes.sink_parquet(lake.root / "data" / f"{NAME}-deletes.parquet", arrow_schema=arrow_schema(ids))
    table.files[0]["deletes"], table.deleted = [f"{NAME}-deletes.parquet"], 1
    lake.merge = {"keys": ["id"], "table": lake.describe(NAME)}

    reply = lake.script(
        "result = pl.DataFrame({'id': [2, 3, 4]})", destination=f"oleander.{NAME}", result={"overflow": "truncate"}
    )

    assert numbers(lake, reply) == [1, 2]
    assert reply.header["written"]["replaced"]["updated"] == 1


@pytest.mark.parametrize(
    ("type_", "values", "wanted"),
    [
        ("boolean", [True, False], "[False]"),
        ("int", [-(2**31), 7, 2**31 - 1], "pl.Series([2**31 - 1], dtype=pl.Int32)"),
        ("long", [2**53 + 1, 2**53], "[2**53]"),
        ("decimal(38, 2)", [Decimal("123456789012345678901234567890.12"), Decimal("123456789012345678901234567890.13")],
         "[Decimal('123456789012345678901234567890.13')]"),
        ("string", ["a", "a ", "A", "ü", ""], "['']"),
        ("binary", [b"\x00", b"\x00\x00", b"\xff"], "[b'\\xff']"),
        ("date", [dt.date(1, 1, 1), dt.date(1969, 12, 31)], "[dt.date(1969, 12, 31)]"),
        ("time", [dt.time(0, 0), dt.time(23, 59, 59, 999999)], "[dt.time(23, 59, 59, 999999)]"),
        ("timestamp", [dt.datetime(2024, 1, 1, 0, 0, 0, 1), dt.datetime(2024, 1, 1, 0, 0, 0, 2)],  # noqa: DTZ001
         "[dt.datetime(2024, 1, 1, 0, 0, 0, 2)]"),
        ("timestamptz", [dt.datetime(1960, 1, 1, tzinfo=dt.timezone.utc), dt.datetime(1960, 1, 1, 1, tzinfo=dt.timezone.utc)],
         "[dt.datetime(1960, 1, 1, 1, tzinfo=dt.timezone.utc)]"),
    ],
    ids=lambda case: case if isinstance(case, str) else "",
)  # fmt: skip
def test_compares_keys_of_every_type_exactly(lake: ControlPlane, type_: str, values: list[Any], wanted: str) -> None:
    dtypes: dict[str, Any] = {
        "decimal(38, 2)": pl.Decimal(38, 2),
        "int": pl.Int32,
        "timestamptz": pl.Datetime("us", "UTC"),
    }
    table = pl.DataFrame({"k": pl.Series(values, dtype=dtypes.get(type_))})
    reply = merge(lake, f"pl.DataFrame({{'k': {wanted}}})", ["k"], table, k=type_)
    assert numbers(lake, reply) == [len(values) - 1]


def test_refuses_keys_that_are_there_twice(lake: ControlPlane) -> None:
    frame = "pl.DataFrame({'id': [1, 2, 1, 3, 3, 3, 4, 4, 5, 5], 's': ['x'] * 10})"
    header = merge(lake, frame, ["id", "s"], pl.DataFrame({"id": [1], "s": ["x"]}), id="long", s="string").header
    assert header["kind"] == "result"
    assert header["error"] == (
        "The result has 4 keys in more than one row, and a merge needs one row for each key: "
        "id=1, s='x' (2 rows); id=3, s='x' (3 rows); id=4, s='x' (2 rows); ..."
    )
    assert header["hint"] == (
        "Keep one row of each, such as the last: result.unique(subset=['id', 's'], keep='last', maintain_order=True)."
    )


def test_refuses_a_null_in_a_key(lake: ControlPlane) -> None:
    header = merge(lake, "pl.DataFrame({'id': [1, None]})", ["id"], pl.DataFrame({"id": [1]}), id="long").header
    assert header["error"] == ("The key column 'id' is null in 1 row of the result: null equals nothing, also no key.")


def test_looks_for_nothing_in_a_new_table(lake: ControlPlane) -> None:
    lake.merge = {"keys": ["id"], "table": None}
    reply = lake.script(
        "result = pl.DataFrame({'id': [1]})", destination="oleander.default.new", result={"overflow": "truncate"}
    )
    assert reply.header["written"]["replaced"] is None
    assert [ask["what"] for ask in reply.asks] == ["write"]


def test_row_numbers_do_not_depend_on_skipped_row_groups(lake: ControlPlane) -> None:
    ids = pl.DataFrame({"id": range(500_000)})
    reply = merge(lake, "pl.LazyFrame({'id': range(400_001, 900_000, 1000)})", ["id"], ids, ids + 500_000, id="long")
    assert numbers(lake, reply) == list(range(400_001, 900_000, 1000))


def test_numbers_rows_beyond_what_one_scan_can_count(monkeypatch: pytest.MonkeyPatch) -> None:
    from nerium_worker.scan import scan as module  # noqa: PLC0415

    monkeypatch.setattr(module, "ROWS_OF_A_SCAN", 4)
    files = pl.DataFrame({"rows": [3, 3, 3]})
    assert [part["first"].to_list() for part in module.numbered_parts(files)] == [[0, 3], [6]]
