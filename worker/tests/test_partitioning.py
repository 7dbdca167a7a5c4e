from __future__ import annotations

import struct
from decimal import Decimal
from typing import Any

import mmh3
import polars as pl
import pytest

from nerium_worker.iceberg.bucket import bucket
from nerium_worker.iceberg.partitioning import key_names, layout, sort_frame, tuples
from nerium_worker.iceberg.transforms import apply_transform

LARGEST = 2**31 - 1
SCHEMA = {
    "fields": [
        {"id": 1, "name": "x", "required": False, "type": "double"},
        {
            "id": 2,
            "name": "s",
            "required": False,
            "type": {"type": "struct", "fields": [{"id": 3, "name": "d", "required": False, "type": "decimal(9, 2)"}]},
        },
    ]
}


def hashed(values: list[Any], dtype: Any, type_: str) -> list[Any]:
    frame = pl.LazyFrame({"v": pl.Series(values, dtype=dtype)})
    return frame.select(bucket(pl.col("v"), type_, LARGEST).alias("b")).collect(engine="streaming")["b"].to_list()


def expected(octets: bytes) -> int:
    return int(mmh3.hash(octets) & LARGEST) % LARGEST


@pytest.mark.parametrize("value", [0, 1, -1, 34, 2**63 - 1, -(2**63)])
def test_hashes_integers_as_eight_bytes(value: int) -> None:
    assert hashed([value, None], pl.Int64, "long") == [expected(struct.pack("<q", value)), None]


@pytest.mark.parametrize("text", ["", "a", "abc", "iceberg", "ü\U0001f33a", "x" * 1001])
def test_hashes_texts_of_any_length(text: str) -> None:
    assert hashed([text, None, text + "!"], pl.String, "string") == [
        expected(text.encode()),
        None,
        expected(text.encode() + b"!"),
    ]


@pytest.mark.parametrize("unscaled", [0, 1, -1, 127, 128, -128, -129, 1420, 10**37, 1 - 10**38])
def test_hashes_decimals_as_their_shortest_bytes(unscaled: int) -> None:
    length = next(n for n in range(1, 17) if -(1 << (8 * n - 1)) <= unscaled < 1 << (8 * n - 1))
    octets = unscaled.to_bytes(length, "big", signed=True)
    assert hashed([Decimal(unscaled)], pl.Decimal(38, 0), "decimal(38, 0)") == [expected(octets)]


def test_truncates_downwards() -> None:
    frame = pl.DataFrame({"v": [-11, -10, -1, 0, 9, 10, None]})
    assert frame.select(apply_transform(pl.col("v"), "long", "truncate[10]"))["v"].to_list() == [
        -20,
        -10,
        -10,
        0,
        0,
        10,
        None,
    ]


def test_partition_tuples_are_single_value_json() -> None:
    spec = {
        "fields": [
            {"name": "x", "transform": "identity", "source-id": 1, "field-id": 1000},
            {"name": "d", "transform": "truncate[50]", "source-id": 3, "field-id": 1001},
            {"name": "v", "transform": "void", "source-id": 1, "field-id": 1002},
        ]
    }
    keys = layout(SCHEMA, spec, {"fields": []}).keys
    s = pl.struct(d=pl.Series([Decimal("10.65"), Decimal("-0.01"), None], dtype=pl.Decimal(9, 2)))
    frame = pl.DataFrame({"x": [float("nan"), -0.0, None]}).with_columns(s=s)
    values = frame.select(key.value.alias(name) for key, name in zip(keys, key_names(keys, frame.columns), strict=True))
    assert str(tuples(keys, values)) == str(
        [{"1000": "NaN", "1001": "10.50"}, {"1000": -0.0, "1001": "-0.50"}, {"1000": None, "1001": None}]
    )


def test_sorts_floats_as_iceberg_does() -> None:
    order = {"fields": [{"transform": "identity", "source-id": 1, "direction": "asc", "null-order": "nulls-last"}]}
    frame = pl.LazyFrame({"x": [0.0, float("nan"), None, -0.0, -1.0]})
    rows = sort_frame(frame, layout(SCHEMA, {"fields": []}, order)).collect()["x"].to_list()
    assert str(rows) == "[-1.0, -0.0, 0.0, nan, None]"


def test_no_key_is_named_like_a_column() -> None:
    assert key_names(layout(SCHEMA, {"fields": []}, {"fields": []}).keys, ["partition0"]) == []
