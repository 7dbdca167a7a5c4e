from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from nerium_worker.iceberg.schema_of_frame import iceberg_schema
from nerium_worker.iceberg.single_value import series
from nerium_worker.iceberg.types import arrow_schema, polars_schema


def field(number: int, name: str, type_: Any) -> dict[str, Any]:
    return {"id": number, "name": name, "required": False, "type": type_}


LIST = {"type": "list", "element-id": 2, "element": "date", "element-required": False}
MAP = {"type": "map", "key-id": 2, "key": "string", "value-id": 3, "value": "int", "value-required": False}
STRUCT = {"type": "struct", "fields": [field(2, "a", "date"), field(3, "b", "int")]}


@pytest.mark.parametrize(
    ("type_", "dtype"),
    [
        ("boolean", pl.Boolean),
        ("int", pl.Int32),
        ("long", pl.Int64),
        ("float", pl.Float32),
        ("double", pl.Float64),
        ("decimal(38,2)", pl.Decimal(38, 2)),
        ("decimal(9, 0)", pl.Decimal(9, 0)),
        ("date", pl.Date),
        ("time", pl.Time),
        ("timestamp", pl.Datetime("us")),
        ("timestamptz", pl.Datetime("us", "UTC")),
        ("timestamp_ns", pl.Datetime("ns")),
        ("timestamptz_ns", pl.Datetime("ns", "UTC")),
        ("string", pl.String),
        ("uuid", pl.String),
        ("fixed[4]", pl.Binary),
        ("binary", pl.Binary),
        ("unknown", pl.Null),
        (LIST, pl.List(pl.Date)),
        (MAP, pl.Map(pl.String, pl.Int32)),
        (STRUCT, pl.Struct({"a": pl.Date, "b": pl.Int32})),
    ],
    ids=str,
)
def test_every_iceberg_type_is_a_type_of_polars(type_: Any, dtype: pl.DataType) -> None:
    assert polars_schema({"fields": [field(1, "c", type_)]}) == {"c": dtype}


def test_an_iceberg_type_that_polars_lacks_is_named() -> None:
    with pytest.raises(ValueError, match="column 'c' has the Iceberg type 'variant', which Polars can't read"):
        arrow_schema({"fields": [field(1, "c", "variant")]})


@pytest.mark.parametrize("type_", ["int", "long", "float", "double", "boolean", "string", "binary", "date", "time", "timestamp", "timestamptz", "decimal(9, 2)", LIST, MAP, STRUCT], ids=str)  # fmt: skip
def test_a_type_survives_the_way_through_polars(type_: Any) -> None:
    schema = {"type": "struct", "schema-id": 0, "fields": [field(1, "c", type_)]}
    assert iceberg_schema(polars_schema(schema)) == schema


@pytest.mark.parametrize(
    ("type_", "values", "expected"),
    [
        ("date", ["1969-12-31", None], [dt.date(1969, 12, 31), None]),
        ("time", ["10:11:12", "10:11:12.000013"], [dt.time(10, 11, 12), dt.time(10, 11, 12, 13)]),
        ("timestamp", ["2020-01-01T00:00:00", "2020-01-01T00:00:00.000001"], [dt.datetime(2020, 1, 1), dt.datetime(2020, 1, 1, 0, 0, 0, 1)]),  # noqa: DTZ001
        ("timestamptz", ["2020-01-01T00:00:00.1+00:00", None], [dt.datetime(2020, 1, 1, 0, 0, 0, 100_000, dt.timezone.utc), None]),
        ("decimal(9, 2)", ["1.50"], [Decimal("1.50")]),
        ("uuid", ["00000000-0000-0000-0000-0000000000FF"], ["00000000-0000-0000-0000-0000000000ff"]),
        ("fixed[2]", ["00FF"], [b"\x00\xff"]),
        ("binary", ["", "00ff"], [b"", b"\x00\xff"]),
        ("long", [2**63 - 1, None], [2**63 - 1, None]),
        ("double", ["Infinity", "-Infinity", 1, None], [float("inf"), float("-inf"), 1.0, None]),
        ("boolean", [True, False], [True, False]),
        ("string", ["\U0001f33a"], ["\U0001f33a"]),
        (LIST, [["2020-01-01", None]], [[dt.date(2020, 1, 1), None]]),
        (STRUCT, [{"2": "2020-01-01"}], [{"a": dt.date(2020, 1, 1), "b": None}]),
    ],
    ids=str,
)  # fmt: skip
def test_single_values_become_a_series_of_the_columns_type(type_: Any, values: list[Any], expected: list[Any]) -> None:
    result = series(field(1, "c", type_), values)
    assert result.dtype == polars_schema({"fields": [field(1, "c", type_)]})["c"]
    assert result.to_list() == expected


def test_nanoseconds_of_single_values_are_kept() -> None:
    result = series(field(1, "c", "timestamp_ns"), ["1970-01-01T00:00:00.000000001"])
    assert result.to_physical().to_list() == [1]
