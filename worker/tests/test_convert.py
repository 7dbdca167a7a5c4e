"""Mode `convert`: pages of a result become one Parquet file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from control_plane import ControlPlane, Reply


def convert(lake: ControlPlane, *pages: pl.DataFrame) -> Reply:
    names = [f"page-{number}.arrow" for number in range(len(pages))]
    for name, page in zip(names, pages, strict=True):
        page.write_ipc_stream(lake.root / "data" / name, compat_level=pl.CompatLevel.oldest())
    return lake.run({"mode": "convert", "convert": {"files": names}})


def test_the_rows_of_all_pages_are_in_one_file(lake: ControlPlane) -> None:
    frame = pl.DataFrame(
        {
            "n": [1, None, 3],
            "t": ["x", "", None],
            "l": [[1, None], [], None],
            "s": [{"a": 1}, None, {"a": None}],
            "z": pl.Series([0, None, 1], dtype=pl.Int64).cast(pl.Datetime("us", "Europe/Paris")),
            "d": pl.Series(["1.50", None, "-2"]).cast(pl.Decimal(10, 2)),
            "nothing": [None, None, None],
        }
    )
    reply = convert(lake, frame.head(2), frame.tail(1))
    assert reply.header["rows"] == reply.header["returned"] == 3
    assert reply.header["columns"] == frame.columns
    assert pl.read_parquet(lake.root / "out" / reply.header["file"]).equals(frame)


def test_a_result_without_rows_keeps_its_columns(lake: ControlPlane) -> None:
    empty = pl.DataFrame(schema={"n": pl.Int64, "t": pl.String})
    reply = convert(lake, empty)
    assert pl.read_parquet(lake.root / "out" / reply.header["file"]).equals(empty)


def test_a_page_that_is_cut_off_is_a_failure(lake: ControlPlane) -> None:
    page = lake.root / "data" / "page.arrow"
    pl.DataFrame({"n": range(100_000)}).write_ipc_stream(page, compat_level=pl.CompatLevel.oldest())
    page.write_bytes(page.read_bytes()[:100_000])
    header = lake.run({"mode": "convert", "convert": {"files": ["page.arrow"]}}).header
    assert header["error"] == "The rows can't be written as parquet."


def test_a_result_without_columns_is_a_file(lake: ControlPlane) -> None:
    reply = convert(lake, pl.DataFrame())
    assert pl.read_parquet(lake.root / "out" / reply.header["file"]).shape == (0, 0)
