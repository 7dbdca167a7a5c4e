"""Several uploaded files in one commit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

if TYPE_CHECKING:
    from control_plane import ControlPlane, Reply


def together(lake: ControlPlane, format_: str, *files: str | pl.DataFrame, **load: Any) -> Reply:
    names = [f"upload-{number}" for number in range(len(files))]
    for name, file in zip(names, files, strict=True):
        path = lake.root / "data" / name
        if isinstance(file, str):
            path.write_text(file)
        else:
            file.write_parquet(path)
    work = {"file": names[0], "more": names[1:], "format": format_, **load}
    return lake.run(
        {"mode": "load", "load": work, "destination": "oleander.default.t", "result": {"overflow": "truncate"}}
    )


def test_the_rows_of_all_files_are_written(lake: ControlPlane) -> None:
    reply = together(lake, "csv", "a,t\n1,x\n", "t,a\ny,2\n,3\n", "a,t\n")
    assert reply.frame().equals(pl.DataFrame({"a": [1, 2, 3], "t": ["x", "y", None]}))


def test_the_first_file_decides_the_types(lake: ControlPlane) -> None:
    assert together(lake, "csv", "a\nx\n", "a\n1\n").frame()["a"].to_list() == ["x", "1"]
    assert together(lake, "csv", "a\n1.5\n", "a\n2\n").frame()["a"].to_list() == [1.5, 2.0]


def test_files_of_columns_have_the_same_types(lake: ControlPlane) -> None:
    frame = pl.DataFrame({"a": [1], "l": [[1]]})
    assert together(lake, "parquet", frame, frame).frame().equals(pl.concat([frame, frame]))


@pytest.mark.parametrize(
    ("format_", "files", "error"),
    [
        ("csv", ["a\n1\n", "a\n2\n", "a\nx\n"], "File 3 of 3: "),
        ("csv", ["a,b\n1,2\n", "a\n2\n"], "File 2 of 2: It lacks the column 'b' of the first file."),
        ("csv", ["a\n1\n", "a,b\n1,2\n"], "File 2 of 2: It has the column 'b', which the first file lacks."),
        ("csv", ["a\n1\n", 'a\n"2\n'], "File 2 of 2: "),
        (
            "parquet",
            [pl.DataFrame({"a": [1]}), pl.DataFrame({"a": [1.5]})],
            "File 2 of 2: Its column 'a' is Float64, and Int64 in the first file.",
        ),
        ("parquet", [pl.DataFrame({"a": [1]}), "PAR1"], "File 2 of 2: The upload can't be read as parquet: "),
    ],
)
def test_a_file_that_does_not_fit_is_named(lake: ControlPlane, format_: str, files: list[Any], error: str) -> None:
    header = together(lake, format_, *files).header
    assert (header["type"], header["kind"]) == ("failed", "load")
    assert header["error"].startswith(error)
