"""Uploaded workbooks: cells are read as what they are, or refused in words that say where they are not."""

from __future__ import annotations

import base64
import datetime as dt
import io
import re
import struct
import zipfile
import zlib
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import openpyxl
import polars as pl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from nerium_worker.modes.load import Upload, load
from nerium_worker.protocol.errors import Failure
from nerium_worker.protocol.job import Load
from nerium_worker.protocol.upload_options import Options

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

DAY = dt.date(2024, 2, 29)
NOON = dt.datetime(2024, 2, 29, 12, 30, 15, 600_000)  # noqa: DTZ001
# As much of an OpenDocument spreadsheet as a reader needs.
MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>"""
ODS = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">
<office:body><office:spreadsheet><table:table table:name="S">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"""


def workbook(*sheets: Sequence[Sequence[Any]], epoch: dt.datetime | None = None) -> bytes:
    """Make a workbook; a text like #N/A is an error."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    if epoch is not None:
        book.epoch = epoch
    for number, rows in enumerate(sheets, 1):
        sheet = book.create_sheet(f"Sheet {number}")
        for row in rows:
            sheet.append(list(row))
        for cell in (cell for row in sheet.iter_rows() for cell in row if str(cell.value).startswith("#")):
            cell.data_type = "e"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def table(**columns: str) -> dict[str, Any]:
    fields = [
        {"id": number, "name": name, "required": False, "type": type_}
        for number, (name, type_) in enumerate(columns.items(), 1)
    ]
    return {"type": "struct", "schema-id": 0, "fields": fields}


@pytest.fixture
def opened(tmp_path: Path) -> Callable[..., Upload]:
    def opened(data: bytes, schema: dict[str, Any] | None = None, **options: Any) -> Upload:
        (tmp_path / "upload").write_bytes(data)
        work = Load(file="upload", format="excel", options=Options(**options), schema=schema)
        return load(work, tmp_path, tmp_path / "scratch")

    return opened


Opened = "Callable[..., Upload]"


def columns(upload: Upload) -> dict[str, list[Any]]:
    return upload.frame.collect().to_dict(as_series=False)


@pytest.mark.parametrize(
    ("cells", "expected", "dtype"),
    [
        ([1, 2, None], [1, 2, None], pl.Int64()),
        ([1, 2.5], [1.0, 2.5], pl.Float64()),
        ([0.25, 1], [0.25, 1.0], pl.Float64()),
        ([1e300, 1], [1e300, 1.0], pl.Float64()),
        (["007", "1"], ["007", "1"], pl.String()),
        ([1, "x"], ["1", "x"], pl.String()),
        ([True, False], [True, False], pl.Boolean()),
        ([True, 2], ["true", "2"], pl.String()),
        ([DAY, dt.date(1900, 1, 1), None], [DAY, dt.date(1900, 1, 1), None], pl.Date()),
        ([DAY, NOON], [dt.datetime(2024, 2, 29), NOON], pl.Datetime("us")),  # noqa: DTZ001
        ([dt.time(1, 2, 3), dt.time(0)], [dt.time(1, 2, 3), dt.time(0)], pl.Time()),
        ([dt.timedelta(hours=1), dt.timedelta(minutes=5)], [dt.time(1), dt.time(0, 5)], pl.Time()),
        ([dt.timedelta(hours=30, seconds=5), dt.timedelta(0)], ["30:00:05", "0:00:00"], pl.String()),
        (
            [dt.timedelta(hours=30, seconds=5, milliseconds=250), dt.timedelta(0)],
            ["30:00:05.25", "0:00:00"],
            pl.String(),
        ),
        ([DAY, 1], ["2024-02-29 00:00:00", "1"], pl.String()),
        ([DAY, dt.timedelta(hours=1), "x"], ["2024-02-29 00:00:00", "1899-12-31 01:00:00", "x"], pl.String()),
        ([None, None], [None, None], pl.String()),
        (["\u00fc\U0001f33a\n", "a,b"], ["\u00fc\U0001f33a\n", "a,b"], pl.String()),
    ],
)
def test_cells_have_the_type_that_all_of_a_column_have(
    opened: Any, cells: list[Any], expected: list[Any], dtype: pl.DataType
) -> None:
    upload = opened(workbook([["n", "c"], *([number, cell] for number, cell in enumerate(cells))]))
    assert columns(upload) == {"n": list(range(len(cells))), "c": expected}
    assert upload.frame.collect_schema()["c"] == dtype


def test_days_are_counted_as_the_workbook_says(opened: Any) -> None:
    data = workbook([["d", "t"], [DAY, dt.time(1, 2)], [dt.date(1904, 1, 2), dt.time(0)]], epoch=CALENDAR_MAC_1904)
    assert columns(opened(data)) == {"d": [DAY, dt.date(1904, 1, 2)], "t": [dt.time(1, 2), dt.time(0)]}


def test_empty_rows_and_columns_are_left_out(opened: Any) -> None:
    data = workbook([[], [], [None, "a", None, "b"], [None, 1, None, "x"], [], [None, None, None, "y"], []])
    assert columns(opened(data)) == {"a": [1, None], "b": ["x", "y"]}


def test_the_first_sheet_is_read_or_the_one_that_is_named(opened: Any) -> None:
    data = workbook([["a"], [1]], [["a"], [2]])
    assert columns(opened(data)) == {"a": [1]}
    assert columns(opened(data, sheet="2")) == {"a": [2]}
    chosen = opened(data, sheet="Sheet 2")
    assert columns(chosen) == {"a": [2]}
    assert chosen.sniffed == {"sheet": "Sheet 2", "sheets": ["Sheet 1", "Sheet 2"], "header": True}
    with pytest.raises(Failure, match="The workbook has no sheet 'Other'") as caught:
        opened(data, sheet="Other")
    assert caught.value.hint == "Its sheets are: 'Sheet 1', 'Sheet 2'."


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"header": False}, {"column_1": ["a", "1", "2"], "column_2": ["b", "x", "NA"]}),
        ({"header": False, "skip_lines": 1}, {"column_1": [1, 2], "column_2": ["x", "NA"]}),
        ({"nulls": ("NA",)}, {"a": [1, 2], "b": ["x", None]}),
        ({"types": {"a": "string"}}, {"a": ["1", "2"], "b": ["x", "NA"]}),
        ({"types": {"a": "decimal(9,2)"}}, {"a": [Decimal(1), Decimal(2)], "b": ["x", "NA"]}),
    ],
)
def test_a_sheet_is_read_as_the_user_says(opened: Any, options: Any, expected: Any) -> None:
    assert columns(opened(workbook([["a", "b"], [1, "x"], [2, "NA"]]), **options)) == expected


def test_a_title_above_the_header_is_skipped(opened: Any) -> None:
    assert columns(opened(workbook([["Report"], ["a", "b"], [1, DAY]]), skip_lines=1)) == {"a": [1], "b": [DAY]}


@pytest.mark.parametrize(
    ("schema", "cells", "expected"),
    [
        ("double", [1, 2], [1.0, 2.0]),
        ("string", [1, 2.5, "007"], ["1", "2.5", "007"]),
        ("string", [1, 2], ["1", "2"]),
        ("string", [DAY], ["2024-02-29"]),
        ("int", ["007", "8"], [7, 8]),
        ("decimal(10, 2)", [1.1, 2], [Decimal("1.10"), Decimal("2.00")]),
        ("timestamp", [DAY, NOON], [dt.datetime(2024, 2, 29), NOON]),  # noqa: DTZ001
        ("timestamp", [DAY], [dt.datetime(2024, 2, 29)]),  # noqa: DTZ001
        ("date", ["2024-02-29", None], [DAY, None]),
        ("time", [dt.time(1)], [dt.time(1)]),
        ("boolean", [True, None], [True, None]),
        ("long", [None, None], [None, None]),
    ],
)
def test_a_sheet_has_the_types_of_its_table(opened: Any, schema: str, cells: list[Any], expected: list[Any]) -> None:
    rows = [[number, cell] for number, cell in enumerate(cells)]
    upload = opened(workbook([["n", "c"], *rows]), table(n="long", c=schema))
    assert columns(upload)["c"] == expected


@pytest.mark.parametrize(
    ("rows", "schema", "error"),
    [
        ([["a", "b"], [1, 2], [3, "#N/A"]], None, "Row 2 has the error #N/A in the column 'b'."),
        ([["a"], ["#DIV/0!"]], None, "Row 1 has the error #DIV/0! in the column 'a'."),
        ([["a", None], [1, 2]], None, "Column 2 of the header has no name."),
        ([["a", "b", "a"], [1, 2, 3]], None, "Columns 1 and 3 of the header have the same name, 'a'."),
        ([[]], None, "The sheet 'Sheet 1' is empty."),
        ([["n"], [1], ["x"]], {"n": "long"}, "Row 2 has the value 'x' in the column 'n', which is long in the table."),
        ([["n"], [1.5]], {"n": "long"}, "Row 1 has the value '1.5' in the column 'n', which is long in the table."),
        ([["n"], [NOON]], {"n": "date"}, "which is date in the table."),
    ],
)
def test_what_is_wrong_is_said_with_its_place(opened: Any, rows: Any, schema: Any, error: str) -> None:
    with pytest.raises(Failure) as caught:
        opened(workbook(rows), None if schema is None else table(**schema))
    assert caught.value.kind == "load"
    assert error in caught.value.error


def test_errors_are_nulls_where_the_user_says_so(opened: Any) -> None:
    assert columns(opened(workbook([["a", "b"], [1, 2], [3, "#N/A"]]), nulls=("#N/A",))) == {
        "a": [1, 3],
        "b": [2, None],
    }


def test_a_header_alone_has_no_rows(opened: Any) -> None:
    assert opened(workbook([["a", "b"]])).frame.collect().to_dict(as_series=False) == {"a": [], "b": []}


def open_document(*rows: str) -> bytes:
    """Make a spreadsheet of rows, each the XML of its cells."""
    out = io.BytesIO()
    body = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", MANIFEST)
        archive.writestr("content.xml", ODS.format(rows=body))
    return out.getvalue()


def cell(kind: str, value: str, more: str = "") -> str:
    attribute = {"float": "value"}.get(kind, f"{kind}-value")
    return f'<table:table-cell{more} office:value-type="{kind}" office:{attribute}="{value}"/>'


def one_column(*cells: str) -> bytes:
    return open_document(*(cell("string", "n") + cell("string", "c"), *(cell("float", "7") + one for one in cells)))


EMPTY_CELL = "<table:table-cell/>"
OTHER = ' table:formula="of:=[.A1]>3"'


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([cell("date", "2024-02-29"), EMPTY_CELL], [DAY, None]),
        ([cell("date", "2024-02-29T12:30:15.6")], [NOON]),
        ([cell("date", "2024-02-29T12:30:15.123456")], [NOON.replace(microsecond=123_456)]),
        ([cell("date", "2024-02-29T12:30:15.1234567")], ["2024-02-29T12:30:15.1234567"]),
        ([cell("time", "PT12H30M15S"), EMPTY_CELL], [dt.time(12, 30, 15), None]),
        ([cell("time", "PT12H30M15.599999999S", OTHER)], [dt.time(12, 30, 15, 600_000)]),
        ([cell("time", "PT30H00M00S"), cell("time", "-PT1M")], ["30:00:00", "-0:01:00"]),
        ([cell("time", "PT12H30M15S"), cell("string", "office:time-value=")], ["PT12H30M15S", "office:time-value="]),
        ([cell("time", "PT12H30M15S"), cell("float", "1")], ["PT12H30M15S", "1"]),
        ([cell("date", "2024-02-29"), cell("string", "2024-03-01")], ["2024-02-29", "2024-03-01"]),
        ([cell("string", "2024-02-29")], ["2024-02-29"]),
    ],
)
def test_cells_of_opendocument_have_their_types(opened: Any, cells: list[str], expected: list[Any]) -> None:
    assert columns(opened(one_column(*cells))) == {"n": [7] * len(cells), "c": expected}


def test_opendocument_has_the_types_that_are_demanded(opened: Any) -> None:
    data = one_column(cell("date", "2024-02-29"))
    assert columns(opened(data, table(n="long", c="timestamp")))["c"] == [dt.datetime(2024, 2, 29)]  # noqa: DTZ001
    assert columns(opened(data, types={"c": "string"}))["c"] == ["2024-02-29"]
    assert columns(opened(one_column(cell("time", "PT12H30M15S")), table(n="long", c="time")))["c"] == [
        dt.time(12, 30, 15)
    ]


# Written by xlwt 1.3.0, for Excel 97 to 2003: two sheets, of which the first has the cells below.
OLD = base64.b64decode(
    """
eNrtWE1IVFEU/u6d9+ZH/BnzhzSQQcrKFLQWlaBjQbmIxGpRVJBjMzChM8Y4i2xRls0yCFoVEQgWBGG16QcLElq0CIwigkhwCtq0KahoofM697
z3ptEMHChBed9wz7vn3Hvud9+95/7MezlZOj1yrzqNeWiDCxnDB3eOTVDy2YofVG4YKms/vZQMB8sKPi9NpFvHeNELj5pDNd9pSNzVJkgCHygd
xUl09scjgSXETu5DSKg+tAqNYk/iGqViVHG/VrE8zrKM5R2u+5hlO1susmylutPiMCaDnfXbrDg+JGu5rJikwAP2eceWZlTguYrjs5eEWVfHjs
SJUN9KKajRCjEKmuuOSDySUHoJbqAAGCQ0xmKN4XCNtho3aVRzTIFotCUWaxkYmEY5xcgovhsB4Ju9GTwNOPaltQuQ/edcu+cvdi9N8EJ2H83y
fPtlqQFDMLqFWhkplCClqRIPDkQjkWSgWZmm3LmmzTPYzueCzzwj4pROUUq6gHBokFZVKEmiv5ca2vOjL07mpqatOlmS0UiiQDnyJuSfswkV8d
IsJBkmRpUv5QXqp9eZufX11d6eruAxtgzxwWMeT+tU92HgnPIg52IuccFutZ49NrE8z62u4Xw1y3JaJPSs66qwMruHuc4FLq0jni2M18H1OfkN
lE993vewJvUxuJHyYx3p0+Vjb4MjqKUhCZO/+g2jQTSIq1cUHgXtp7A2simWVX9sal7pt/puWGdwCWbVaiWUsjQ1NToiq0lrrEzNRZorq2mkaV
lNJ023eMQ8nifUN8E8bpZHpOJRfoIZlPWMVJqLal5/JuGi8RbUehn6Jipvf1n7qV2XXt56VO8Uh2TOuRySWy/ISpNDMofH4pDMcb/F5JDMMf4+
0z3yJt3eJqlENULb/m8sRVyJrFyucSUWjCv13jyqWGhUHThw4MCBAwfLHIKvi+YVWePLmXlN8ljfdWYpZZzPJCsW+9FPvyT9C9yFOD0TGMwrfi
qhC7stsUgf+3uhwkFiT6AXPdyP3rzjl665Ivd9Fu3o/3dLKF/+TD79/M/8vwBZFChC
"""
)


def test_a_workbook_of_an_old_excel_is_read(opened: Any) -> None:
    assert columns(opened(zlib.decompress(OLD))) == {
        "n": [1, 2],
        "x": [1.5, 2.0],
        "t": ["K\u00f6ln", "007"],
        "day": [DAY, dt.date(1999, 12, 31)],
        "at": [dt.datetime(2024, 2, 29, 12, 30, 15), dt.datetime(1999, 12, 31, 1, 2, 3)],  # noqa: DTZ001
        "ok": [True, None],
    }
    assert columns(opened(zlib.decompress(OLD), sheet="Sheet 2", header=False)) == {"column_1": ["other"]}
    with pytest.raises(Failure, match="it is damaged, ends too early"):
        opened(zlib.decompress(OLD)[:2000])


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"a,b\n1,2\n", "it does not begin like one"),
        (b"PAR1....", "it is a Parquet file"),
        (b"PK\x03\x04....", "it is damaged, ends too early"),
        (workbook([["a"], [1]])[:-30], "it is damaged, ends too early"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "it is damaged, ends too early"),
    ],
)
def test_another_kind_of_file_is_refused(opened: Any, data: bytes, error: str) -> None:
    with pytest.raises(Failure) as caught:
        opened(data)
    assert f"The upload can't be read as an Excel workbook: {error}" in caught.value.error


def test_a_workbook_that_unpacks_to_much_is_refused_before(opened: Any) -> None:
    out = io.BytesIO(workbook([["a"], [1]]))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/bomb.xml", "w") as bomb:
        for _ in range(65):
            bomb.write(bytes(16 << 20))
    with pytest.raises(
        Failure, match=r"The workbook has 1,0..,...,... bytes when it is unpacked, and at most 1,073,741,824"
    ):
        opened(out.getvalue())


def far(*sheet_data: str) -> bytes:
    """Replace the rows of a workbook's sheet; it does not say which range it uses."""
    made, out = zipfile.ZipFile(io.BytesIO(workbook([["a"], [1]]))), io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in made.namelist():
            data = made.read(name)
            if name.startswith("xl/worksheets/"):
                data = re.sub(rb"<dimension[^>]*>", b"", data)
                data = re.sub(
                    rb"<sheetData>.*</sheetData>", f"<sheetData>{''.join(sheet_data)}</sheetData>".encode(), data
                )
            archive.writestr(name, data)
    return out.getvalue()


def binary_workbook(*cells: tuple[int, int]) -> bytes:
    """Make the sheet of a workbook in the binary format, each cell by its row and column."""

    def record(type_: int, data: bytes) -> bytes:
        return (
            (bytes([type_]) if type_ < 0x80 else bytes([type_ % 0x80 | 0x80, type_ >> 7])) + bytes([len(data)]) + data
        )

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.bin", b"")
        rows = [
            record(0, struct.pack("<I", row) + bytes(21)) + record(5, struct.pack("<IId", column, 0, 1.0))
            for row, column in cells
        ]
        archive.writestr("xl/worksheets/sheet1.bin", record(0x81, b"") + b"".join(rows) + record(0x92, b""))
    return out.getvalue()


TWO_CORNERS = (
    "A sheet of the workbook uses the cells A1:XFD1048576, 17,179,869,184 with the empty ones between them, and at most"
    " 50,000,000 are read."
)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (
            far('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
            TWO_CORNERS,
        ),
        (far("<row><c><v>1</v></c></row><row r='1048576'>", "<c/>" * 16383, "<c><v>1</v></c></row>"), TWO_CORNERS),
        (binary_workbook((0, 0), (1_048_575, 16_383)), TWO_CORNERS),
    ],
)
def test_cells_far_apart_are_named(opened: Any, data: bytes, error: str) -> None:
    with pytest.raises(Failure) as caught:
        opened(data)
    assert caught.value.error == error


def test_opendocument_with_cells_far_apart_is_refused(opened: Any) -> None:
    empty = '</table:table-row><table:table-row table:number-rows-repeated="1048574">' + EMPTY_CELL
    last = '<table:table-cell table:number-columns-repeated="16383"/>' + cell("float", "1")
    with pytest.raises(Failure, match="A sheet of the workbook uses cells that are too far apart"):
        opened(open_document(cell("string", "a") + empty, last))


def test_cells_without_a_value_take_no_room(opened: Any) -> None:
    rows = '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row><row r="2"><c r="A2"><v>1</v></c></row>'
    assert columns(opened(far(rows, '<row r="1048576"><c r="XFD1048576" s="0"/></row>'))) == {"a": [1]}
