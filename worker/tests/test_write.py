from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import pyarrow.parquet as pq
import pytest

from control_plane import PROPERTIES, UNPARTITIONED, UNSORTED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from control_plane import ControlPlane, Reply


@pytest.fixture
def out(lake: ControlPlane) -> Iterator[Path]:
    """The folder that a job's files land in; the sandbox of each job has a fresh one."""
    folder = lake.root / "out" / "files"
    yield folder
    lake.target = None
    lake.spec, lake.order, lake.properties = UNPARTITIONED, UNSORTED, PROPERTIES
    for path in folder.glob("*"):
        path.unlink()
    if folder.exists():
        folder.rmdir()


def write(lake: ControlPlane, expression: str, **changes: Any) -> Reply:
    source = f"import datetime as dt\nresult = {expression}"
    return lake.script(source, destination="oleander.default.t", result={"overflow": "truncate"}, **changes)


def field(number: int, name: str, type_: Any, *, required: bool = False) -> dict[str, Any]:
    return {"id": number, "name": name, "required": required, "type": type_}


def schema(*fields: dict[str, Any]) -> dict[str, Any]:
    return {"type": "struct", "schema-id": 0, "fields": list(fields)}


def test_writes_parquet_and_returns_the_head(lake: ControlPlane, out: Path) -> None:
    reply = lake.query(
        "SELECT * FROM flowers", destination="oleander.default.t", result={"overflow": "truncate", "maxRows": 2}
    )
    assert reply.header["written"] == {
        "files": [{"name": "00000000.parquet", "rows": 4, "partition": {}}],
        "replaced": None,
    }
    assert (reply.header["rows"], reply.header["returned"]) == (4, 2)
    assert reply.frame()["size"].to_list() == [1.5, 2.5]
    assert pl.read_parquet(out / "00000000.parquet").height == 4
    assert [ask["what"] for ask in reply.asks] == ["write", "plan"]


def test_columns_whose_names_fit_into_no_message_are_refused(lake: ControlPlane) -> None:
    failed = write(lake, "pl.DataFrame({f'{i:0500}': [i] for i in range(6_000)})").header
    assert (failed["type"], failed["kind"]) == ("failed", "limit")
    assert failed["error"].startswith("The run has too many columns: their names and types take 3,")
    assert failed["error"].endswith("more than the limit of 2,097,152.")
    assert lake.query("SELECT count(*) AS n FROM flowers").frame()["n"].to_list() == [4]


def test_files_carry_field_ids_at_every_level(lake: ControlPlane, out: Path) -> None:
    lake.target = schema(
        field(7, "a", "long"),
        field(8, "s", {"type": "struct", "fields": [field(9, "x", "string"), field(10, "y", "int")]}),
        field(11, "l", {"type": "list", "element-id": 12, "element": "timestamptz", "element-required": False}),
        field(13, "m", {"type": "map", "key-id": 14, "key": "string", "value-id": 15, "value": "int", "value-required": False}),
    )  # fmt: skip
    frame = (
        "pl.DataFrame({'a': [1], 's': [{'x': 'a', 'y': 1}], 'l': [[dt.datetime(2020, 1, 1)]], 'm': [[{'key': 'k', 'value': 1}]]},"
        " schema_overrides={'m': pl.Map(pl.String, pl.Int32)}).with_columns(pl.col('l').list.eval(pl.element().dt.replace_time_zone('UTC')))"
    )
    assert write(lake, frame).header["type"] == "result"
    text = str(pq.read_metadata(out / "00000000.parquet").schema)
    for line in (
        "optional int64 field_id=7 a;",
        "optional group field_id=8 s {",
        "optional binary field_id=9 x (String);",
        "optional int32 field_id=10 y;",
        "optional group field_id=11 l (List) {",
        "optional int64 field_id=12 element (Timestamp(isAdjustedToUTC=true, timeUnit=microseconds",
        "optional group field_id=13 m (Map) {",
        "required binary field_id=14 key (String);",
        "optional int32 field_id=15 value;",
    ):
        assert line in text


def test_casts_to_the_types_of_the_table_in_its_order(lake: ControlPlane, out: Path) -> None:
    lake.target = schema(
        field(3, "c", "string"), field(1, "a", "long"), field(2, "b", "decimal(20, 0)"), field(4, "d", "time")
    )
    frame = "pl.DataFrame({'d': [dt.time(1, 2, 3)], 'b': [2**64 - 1], 'a': [1]}, schema={'d': pl.Time, 'b': pl.UInt64, 'a': pl.Int8})"
    reply = write(lake, frame)
    assert reply.frame().columns == ["c", "a", "b", "d"]
    metadata = pq.read_metadata(out / "00000000.parquet")
    assert "int64 field_id=4 d (Time(isAdjustedToUTC=false, timeUnit=microseconds))" in str(metadata.schema)
    assert "field_id=2 b (Decimal(precision=20, scale=0))" in str(metadata.schema)
    assert pl.read_parquet(out / "00000000.parquet").rows()[0][:3] == (None, 1, 2**64 - 1)
    assert metadata.row_group(0).column(1).statistics.min == 1
    assert metadata.row_group(0).column(1).compression == "ZSTD"


def test_instants_are_stored_in_utc(lake: ControlPlane, out: Path) -> None:
    frame = "pl.DataFrame({'t': [dt.datetime(2020, 7, 1, 12)]}).with_columns(pl.col('t').dt.replace_time_zone('Europe/Paris'))"
    reply = write(lake, frame)
    assert reply.asks[0]["schema"]["fields"][0]["type"] == "timestamptz"
    assert str(pl.read_parquet(out / "00000000.parquet")["t"].item()) == "2020-07-01 10:00:00+00:00"


@pytest.mark.parametrize(
    ("dtype", "expected"),
    [
        ("pl.Int8", "int"),
        ("pl.UInt16", "int"),
        ("pl.UInt32", "long"),
        ("pl.UInt64", "decimal(20, 0)"),
        ("pl.Float16", "float"),
        ("pl.Float64", "double"),
        ("pl.Boolean", "boolean"),
        ("pl.Categorical", "string"),
        ("pl.Enum(['a'])", "string"),
        ("pl.Binary", "binary"),
        ("pl.Date", "date"),
        ("pl.Time", "time"),
        ("pl.Datetime('ms')", "timestamp"),
        ("pl.Datetime('us', 'Asia/Tokyo')", "timestamptz"),
        ("pl.Datetime('ns')", "timestamp_ns"),
        ("pl.Datetime('ns', 'Asia/Tokyo')", "timestamptz_ns"),
        ("pl.Decimal(10, 2)", "decimal(10, 2)"),
        ("pl.List(pl.Int8)", {"type": "list", "element-id": 2, "element": "int", "element-required": False}),
        ("pl.Array(pl.String, 2)", {"type": "list", "element-id": 2, "element": "string", "element-required": False}),
        ("pl.Struct({'x': pl.Date})", {"type": "struct", "fields": [field(2, "x", "date")]}),
    ],
)
def test_describes_every_type_that_a_table_can_hold_and_writes_it(
    lake: ControlPlane, out: Path, dtype: str, expected: Any
) -> None:
    reply = write(lake, f"pl.DataFrame({{'c': [None]}}, schema={{'c': {dtype}}})")
    assert reply.asks[0]["schema"] == schema(field(1, "c", expected))
    assert reply.header["written"]["files"] == [{"name": "00000000.parquet", "rows": 1, "partition": {}}]
    assert pl.read_parquet(out / "00000000.parquet").rows() == [(None,)]


@pytest.mark.parametrize(
    ("dtype", "hint"),
    [
        ("pl.Duration('us')", "pl.col('c').dt.total_microseconds()"),
        ("pl.Int128", "pl.col('c').cast(pl.Decimal(38, 0))"),
        ("pl.Null", "pl.col('c').cast(pl.String)"),
        ("pl.List(pl.Duration('us'))", "pl.col('c.element').dt.total_microseconds()"),
    ],
)
def test_names_the_column_that_a_table_cannot_hold(lake: ControlPlane, out: Path, dtype: str, hint: str) -> None:
    header = write(lake, f"pl.DataFrame({{'c': []}}, schema={{'c': {dtype}}})").header
    assert header["kind"] == "result"
    assert header["hint"] == f"Cast it first: {hint}."
    assert not out.exists()


@pytest.mark.usefixtures("out")
def test_an_empty_result_lists_no_file(lake: ControlPlane) -> None:
    reply = write(lake, "pl.DataFrame({'a': []}, schema={'a': pl.Int8})")
    assert reply.header["written"] == {"files": [], "replaced": None}
    assert reply.frame().schema == {"a": pl.Int32}


def test_starts_a_new_file_at_the_target_size(lake: ControlPlane, out: Path) -> None:
    lake.properties = {**PROPERTIES, "compression": "snappy", "targetFileBytes": 1 << 20}
    reply = write(lake, "pl.LazyFrame({'a': range(1_500_000)})")
    files = reply.header["written"]["files"]
    assert len(files) > 1
    assert sum(file["rows"] for file in files) == 1_500_000
    values = pl.concat(pl.read_parquet(out / file["name"]) for file in files)["a"]
    assert values.to_list() == list(range(1_500_000))


@pytest.mark.usefixtures("out")
def test_a_value_that_does_not_fit_is_an_error(lake: ControlPlane) -> None:
    lake.target = schema(field(1, "a", "int"))
    header = write(lake, "pl.DataFrame({'a': [2**40]})").header
    assert header["kind"] == "engine"
    assert "conversion from `i64` to `i32` failed" in header["error"]


@pytest.mark.usefixtures("out")
def test_a_null_in_a_required_column_is_an_error(lake: ControlPlane) -> None:
    lake.target = schema(field(1, "a", "long", required=True))
    header = write(lake, "pl.DataFrame({'a': [1, None]})").header
    assert header["kind"] == "result"
    assert header["error"] == "Column 'a' of the result has a null, and the table requires a value in it."


def test_a_column_of_nulls_takes_the_type_of_the_table(lake: ControlPlane, out: Path) -> None:
    lake.target = schema(field(1, "a", "long"), field(2, "b", "date"))
    reply = write(lake, "pl.DataFrame({'a': [1], 'b': [None]})")
    types = {column["name"]: column["type"] for column in reply.asks[0]["schema"]["fields"]}
    assert types == {"a": "long", "b": "unknown"}
    assert pl.read_parquet(out / "00000000.parquet").schema == {"a": pl.Int64, "b": pl.Date}


@pytest.mark.parametrize("format_", ["parquet", "csv", "ndjson", "arrow", "arrow-stream"])
def test_loads_an_upload_of_each_format(lake: ControlPlane, out: Path, format_: str) -> None:
    path = lake.root / "data" / "upload-0"
    frame = pl.DataFrame({"a": [1, None], "s": ["x", "\U0001f33a"]})
    match format_:
        case "parquet":
            frame.write_parquet(path)
        case "csv":
            frame.write_csv(path)
        case "ndjson":
            frame.write_ndjson(path)
        case "arrow":
            frame.write_ipc(path)
        case _:
            frame.write_ipc_stream(path)
    load = {"file": path.name, "format": format_.removesuffix("-stream")}
    reply = lake.run(
        {"mode": "load", "load": load, "destination": "oleander.default.t", "result": {"overflow": "truncate"}}
    )
    assert reply.frame().equals(frame)
    assert pl.read_parquet(out / "00000000.parquet").equals(frame)


@pytest.mark.parametrize("format_", ["parquet", "ndjson", "arrow"])
def test_an_upload_of_another_format_is_told(lake: ControlPlane, out: Path, format_: str) -> None:
    (lake.root / "data" / "upload-1").write_text("not,that\n")
    load = {"file": "upload-1", "format": format_}
    header = lake.run({"mode": "load", "load": load, "destination": "oleander.default.t"}).header
    assert header["kind"] == "load"
    expected = (
        "Line 1 of the upload is not JSON: " if format_ == "ndjson" else f"The upload can't be read as {format_}: "
    )
    assert header["error"].startswith(expected)
    assert not list(out.glob("*"))
