from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import polars as pl
import pyarrow as pa
import pytest

if TYPE_CHECKING:
    from control_plane import ControlPlane, Reply


def result_of(lake: ControlPlane, expression: str, **changes: Any) -> Reply:
    return lake.script(f"import datetime as dt\nfrom decimal import Decimal\nresult = {expression}", **changes)


@pytest.mark.parametrize(
    ("series", "dtype", "encoding", "values"),
    [
        ("pl.Series([2**127 - 1, -2**127, None], dtype=pl.Int128)", "Int128", "integer", [str(2**127 - 1), str(-(2**127)), None]),
        ("pl.Series([2**128 - 1], dtype=pl.UInt128)", "UInt128", "integer", [str(2**128 - 1)]),
        ("pl.Series([2**64 - 1], dtype=pl.UInt64)", "UInt64", None, [2**64 - 1]),
        ("pl.Series([1.5, None], dtype=pl.Float16)", "Float16", "float16", [1.5, None]),
        ("pl.Series(['a', None], dtype=pl.Categorical)", "Categorical", None, ["a", None]),
        ("pl.Series(['a', None], dtype=pl.Enum(['a', 'b']))", "Enum(categories=['a', 'b'])", None, ["a", None]),
        ("pl.Series([[2**100, None], None], dtype=pl.List(pl.Int128))", "List(Int128)", {"list": "integer"}, [[str(2**100), None], None]),
        ("pl.Series([[2**100]], dtype=pl.Array(pl.Int128, 1))", "Array(Int128, shape=(1,))", {"list": "integer"}, [[str(2**100)]]),
        ("pl.Series([[[1]]], dtype=pl.List(pl.List(pl.UInt128)))", "List(List(UInt128))", {"list": {"list": "integer"}}, [[["1"]]]),
        ("pl.Series([{'a': 1, 'b': 'x'}, None], dtype=pl.Struct({'a': pl.Int128, 'b': pl.Categorical}))", "Struct({'a': Int128, 'b': Categorical})", {"struct": ["integer", None]}, [{"a": "1", "b": "x"}, None]),
        ("pl.Series([{'b': 'x'}], dtype=pl.Struct({'b': pl.Categorical}))", "Struct({'b': Categorical})", None, [{"b": "x"}]),
        ("pl.Series([[{'h': 1.5}]], dtype=pl.List(pl.Struct({'h': pl.Float16})))", "List(Struct({'h': Float16}))", {"list": {"struct": ["float16"]}}, [[{"h": 1.5}]]),
        ("pl.Series([[{'key': 'a', 'value': 2**100}]], dtype=pl.Map(pl.String, pl.Int128))", "Map(String, Int128)", {"list": {"struct": [None, "integer"]}}, [[{"key": "a", "value": str(2**100)}]]),
        ("pl.Series([None, None])", "Null", None, [None, None]),
        ("pl.Series([Decimal('-1.50')])", "Decimal(precision=38, scale=2)", None, None),
        ("pl.Series([b'\\x00\\xff'])", "Binary", None, [b"\x00\xff"]),
        ("pl.Series([dt.timedelta(microseconds=1)])", "Duration(time_unit='us')", None, None),
        ("pl.Series([dt.datetime(2020, 1, 1)], dtype=pl.Datetime('ns', 'Europe/Paris'))", "Datetime(time_unit='ns', time_zone='Europe/Paris')", None, None),
        ("pl.Series(['\U0001f33a', '', 'x' * 100])", "String", None, ["\U0001f33a", "", "x" * 100]),
    ],
)  # fmt: skip
def test_every_type_travels_in_types_that_all_arrow_readers_know(
    lake: ControlPlane, series: str, dtype: str, encoding: Any, values: list[Any] | None
) -> None:
    reply = result_of(lake, f"{series}.alias('c').to_frame()")
    assert reply.header["dtypes"] == [dtype]
    assert reply.header["encodings"] == [encoding]
    table = pa.ipc.open_stream(io.BytesIO(reply.payload)).read_all()
    assert "view" not in str(table.schema)
    assert "dictionary" not in str(table.schema)
    if values is not None:
        assert pl.DataFrame(table)["c"].to_list() == values


def test_a_result_over_the_row_limit_is_counted_and_not_returned(lake: ControlPlane) -> None:
    header = result_of(lake, "pl.LazyFrame({'a': range(1_000_001)})").header
    assert header["kind"] == "limit"
    assert header["error"] == (
        "The result has 1,000,001 rows (about 7.6 MiB): more than the inline limit of 1,000 rows."
    )
    assert header["hint"].startswith("Set a destination")


def test_a_result_over_the_byte_limit_is_refused_too(lake: ControlPlane) -> None:
    header = result_of(lake, "pl.DataFrame({'a': ['x' * 2_000_000]})").header
    assert header["error"] == "The result has 1 row (about 1.9 MiB): more than the inline limit of 1.0 MiB."


def test_a_result_of_exactly_the_limit_is_returned(lake: ControlPlane) -> None:
    reply = result_of(lake, "pl.LazyFrame({'a': range(1000)})")
    assert reply.frame()["a"].to_list() == list(range(1000))


def test_a_truncated_result_keeps_its_first_rows_and_the_count_of_all(lake: ControlPlane) -> None:
    reply = result_of(lake, "pl.LazyFrame({'a': range(500_000)})", result={"overflow": "truncate", "maxRows": 7})
    assert reply.frame()["a"].to_list() == list(range(7))
    assert (reply.header["rows"], reply.header["returned"]) == (500_000, 7)


def test_a_truncated_result_stays_below_the_byte_limit(lake: ControlPlane) -> None:
    reply = result_of(lake, "pl.LazyFrame({'a': range(500)})", result={"overflow": "truncate", "maxBytes": 800})
    assert reply.frame()["a"].to_list() == list(range(100))
    assert reply.header["rows"] == 500


def test_truncating_to_nothing_keeps_the_schema(lake: ControlPlane) -> None:
    reply = result_of(lake, "pl.LazyFrame({'a': [1]})", result={"overflow": "truncate", "maxRows": 0})
    assert reply.frame().schema == {"a": pl.Int64}
    assert (reply.header["rows"], reply.header["returned"]) == (1, 0)


def test_a_larger_result_travels_as_a_file(lake: ControlPlane) -> None:
    reply = result_of(lake, "pl.LazyFrame({'a': range(1000)})", result={"pipeBytes": 100})
    assert reply.header["file"] == "result.arrow"
    assert reply.payload == b""
    file = lake.root / "out" / "result.arrow"
    assert pl.read_ipc_stream(file)["a"].to_list() == list(range(1000))
    file.unlink()


def test_keeps_the_order_of_rows(lake: ControlPlane) -> None:
    frame = "pl.LazyFrame({'a': range(300_000)}).sort('a', descending=True)"
    reply = result_of(lake, frame, result={"maxRows": 10**6, "maxBytes": 1 << 24, "pipeBytes": 1 << 24})
    assert reply.frame()["a"].to_list() == list(range(299_999, -1, -1))


def test_duplicate_names_of_a_lazy_result_are_told(lake: ControlPlane) -> None:
    header = result_of(lake, "pl.LazyFrame({'a': [1]}).select('a', pl.col('a'))").header
    assert header["kind"] == "engine"
    assert header["error"].startswith("DuplicateError: ")
    assert "'a'" in header["error"]


def test_long_details_are_cut_in_the_middle(lake: ControlPlane) -> None:
    header = lake.script("raise ValueError('x' * 1_000_000)").header
    assert len(header["details"]) < 70_000
    assert "characters left out" in header["details"]


def test_a_schema_too_large_for_a_frame_is_told(lake: ControlPlane) -> None:
    header = result_of(lake, "pl.DataFrame({str(i) * 2000: [1] for i in range(100, 200)})").header
    assert header["kind"] == "limit"
    assert header["error"] == "The result has 100 columns, whose names and types are too long to return."


PAGED = {"maxRows": 10**9, "maxBytes": 1 << 40, "pipeBytes": 100, "pages": {"rows": 1000, "bytes": 1 << 20}}


def test_a_kept_result_is_divided_into_pages_of_so_many_rows(lake: ControlPlane) -> None:
    reply = result_of(lake, "pl.LazyFrame({'a': range(250_500)})", result=PAGED)
    pages = reply.header["pages"]
    assert [page["rows"] for page in pages] == [1000] * 250 + [500]
    assert (reply.header["rows"], reply.header["returned"], reply.header["file"]) == (250_500, 250_500, None)
    rows = [value for page in pages for value in pl.read_ipc_stream(lake.root / "out" / page["file"])["a"]]
    assert rows == list(range(250_500))


def test_wide_rows_make_pages_of_fewer_rows(lake: ControlPlane) -> None:
    limits = {**PAGED, "pages": {"rows": 10**6, "bytes": 10_000}}
    reply = result_of(lake, "pl.concat([pl.LazyFrame({'a': ['x' * 20_000]})] * 5)", result=limits)
    assert [page["rows"] for page in reply.header["pages"]] == [1] * 5


def test_a_small_kept_result_travels_in_the_message(lake: ControlPlane) -> None:
    reply = result_of(lake, "pl.LazyFrame({'a': [1]})", result={**PAGED, "pipeBytes": 1 << 20})
    assert "pages" not in reply.header
    assert reply.frame()["a"].to_list() == [1]


def test_a_kept_result_over_its_limit_is_refused(lake: ControlPlane) -> None:
    header = result_of(lake, "pl.LazyFrame({'a': range(5000)})", result={**PAGED, "maxRows": 2000}).header
    assert header["error"] == "The result has 5,000 rows (about 39.1 KiB): more than the limit of 2,000 rows."
