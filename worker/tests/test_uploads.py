"""Uploaded files: each is read as what it says, or refused in words that say where it is not."""

from __future__ import annotations

import codecs
import datetime as dt
import decimal
import gzip
import io
import json
import random
import uuid
from typing import TYPE_CHECKING, Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from nerium_worker.modes.load import load, load_failure
from nerium_worker.protocol.errors import Failure
from nerium_worker.protocol.job import Load
from nerium_worker.protocol.upload_options import Options

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

UTC = dt.timezone.utc
TEXTS = {"type": "list", "element-id": 50, "element": "string", "element-required": False}
UUID = uuid.UUID("550e8400-e29b-41d4-a716-446655440000")
POINT = {
    "type": "struct",
    "fields": [
        {"id": 60, "name": "x", "required": False, "type": "double"},
        {"id": 61, "name": "on", "required": False, "type": "date"},
    ],
}


def table(**columns: Any) -> dict[str, Any]:
    """Make a schema; a type with an exclamation mark is required."""
    fields = [
        {"id": number, "name": name, "required": str(type_).endswith("!"), "type": _bare(type_)}
        for number, (name, type_) in enumerate(columns.items(), 1)
    ]
    return {"type": "struct", "schema-id": 0, "fields": fields}


def _bare(type_: Any) -> Any:
    return type_.rstrip("!") if isinstance(type_, str) else type_


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., pl.DataFrame]:
    def read(data: bytes | str, format_: str, schema: dict[str, Any] | None = None, **options: Any) -> pl.DataFrame:
        (tmp_path / "upload").write_bytes(data.encode() if isinstance(data, str) else data)
        work = Load(file="upload", format=format_, options=Options(**options), schema=schema)
        upload = load(work, tmp_path, tmp_path / "scratch")
        rows = upload.frame.collect(engine="streaming")
        upload.require_all(rows.height)
        return rows

    return read


Read = "Callable[..., pl.DataFrame]"

CSV: list[tuple[bytes | str, dict[str, list[Any]]]] = [
    ("a,b\n\n1,2\n\n", {"a": [1], "b": [2]}),
    ("a,b\r\n1,2\r\n\r\n3,4\r\n", {"a": [1, 3], "b": [2, 4]}),
    ("a\n1\n\n2\n", {"a": [1, None, 2]}),
    ("a,b\r1,2\r3,4\r", {"a": [1, 3], "b": [2, 4]}),
    ('a,b\r1,"x\ry"\r2,z\r', {"a": [1, 2], "b": ["x\ry", "z"]}),
    ('a,b\n1,"x\n\n\ny"\n\n\n2,z\n', {"a": [1, 2], "b": ["x\n\n\ny", "z"]}),
    ("id\tname\n1\tx\n", {"id": [1], "name": ["x"]}),
    ("a|b\n1|2\n", {"a": [1], "b": [2]}),
    ("a;b\n1;2,5\n", {"a": [1], "b": ["2,5"]}),
    ("sep=;\na;b\n1;2\n", {"a": [1], "b": [2]}),
    ("a\n1;2\n3\n", {"a": ["1;2", "3"]}),
    ("a\n01234\n1\n", {"a": ["01234", "1"]}),
    ("a\n" + "1\n" * 6000 + "01234\n", {"a": ["1"] * 6000 + ["01234"]}),
    ("a\n" + "1\n" * 6000 + "1.5\n", {"a": [1.0] * 6000 + [1.5]}),
    ("a,b\n" + ",1\n" * 6000 + "x,1\n", {"a": [None] * 6000 + ["x"], "b": [1] * 6001}),
    ("a\n+4917\n", {"a": ["+4917"]}),
    ("a\n99999999999999999999\n1\n", {"a": [decimal.Decimal(99999999999999999999), decimal.Decimal(1)]}),
    ("a\n1.5\n99999999999999999999\n", {"a": ["1.5", "99999999999999999999"]}),
    ("a\n" + "9" * 50 + "\n", {"a": ["9" * 50]}),
    ("a\n1e400\n1\n", {"a": ["1e400", "1"]}),
    ("a\n1e300\n-inf\n", {"a": [1e300, float("-inf")]}),
    ("a\nTrue\nFALSE\n", {"a": [True, False]}),
    ("a\n01/02/2020\n", {"a": ["01/02/2020"]}),
    ("a\n2020-01-31\n", {"a": [dt.date(2020, 1, 31)]}),
    ("a\n2020-01-31\n2020-13-01\n", {"a": ["2020-01-31", "2020-13-01"]}),
    ("a\n2020-01-01 10:00:00.1234560\n", {"a": [dt.datetime(2020, 1, 1, 10, 0, 0, 123456)]}),  # noqa: DTZ001
    ("a\n2020-01-01T00:00:00+01:00\n", {"a": [dt.datetime(2019, 12, 31, 23, tzinfo=UTC)]}),
    ("a\n12:00:01\n", {"a": [dt.time(12, 0, 1)]}),
    ("a\n12:00:01.0000010\n", {"a": [dt.time(12, 0, 1, 1)]}),
    ("a\n12:00:01.0000001\n", {"a": ["12:00:01.0000001"]}),
    ('a,b\n"1",""\n"",""\n', {"a": [1, None], "b": ["", ""]}),
    ("a,b\n", {"a": [], "b": []}),
    ('"a ""b""",c\n1,2\n', {'a "b"': [1], "c": [2]}),
    ('a,b\n5" x,1\n6" y,2\n', {"a": ['5" x', '6" y'], "b": [1, 2]}),
    ('a,b\n1,5"\n2,x"y\n3,"z""z"\n', {"a": [1, 2, 3], "b": ['5"', 'x"y', 'z"z']}),
    ('a,b\n1, "x"\n2,"p\nq,""r"""\n', {"a": [1, 2], "b": [' "x"', 'p\nq,"r"']}),
    (codecs.BOM_UTF8 + b"a,b\n1,2\n", {"a": [1], "b": [2]}),
    ("a,b\n1,\u00fc\n".encode("utf-16"), {"a": [1], "b": ["\u00fc"]}),
    (gzip.compress(b"a,b\n1,2\n") + gzip.compress(b"3,4\n"), {"a": [1, 3], "b": [2, 4]}),
    (zstandard.compress(b"a,b\n1,2\n"), {"a": [1], "b": [2]}),
]


@pytest.mark.parametrize(("data", "expected"), CSV)
def test_csv_is_read_as_it_is_written(read: Any, data: bytes | str, expected: dict[str, list[Any]]) -> None:
    assert read(data, "csv").to_dict(as_series=False) == expected


def test_nanoseconds_of_text_are_kept(read: Any) -> None:
    assert read("a\n2020-01-01 00:00:00.123456789\n", "csv")["a"].to_physical().to_list() == [1577836800123456789]


@pytest.mark.parametrize(
    ("data", "options", "expected"),
    [
        ("a,b\n1\n2,3\n", {"ragged": "pad"}, [(1, None), (2, 3)]),
        ("a,b\n1\n2,3,4\n", {"ragged": "truncate"}, [(1, None), (2, 3)]),
        ("1,2\n3,4\n", {"header": False}, [(1, 2), (3, 4)]),
        ("x\ny\na,b\n1,2\n", {"skip_lines": 2}, [(1, 2)]),
        ("a,b\n#c\n1,2\n", {"comment": "#"}, [(1, 2)]),
        ("a,b\nNA,-\n1,2\n", {"nulls": ("NA", "-")}, [(None, None), (1, 2)]),
        ("a;b\n1,5;2\n", {"decimal_comma": True}, [(1.5, 2)]),
        ("a;b\n1.500;1,5\n2;0,5\n", {"decimal_comma": True}, [("1.500", 1.5), ("2", 0.5)]),
        ("a\n31.12.2024\n", {"date_format": "%d.%m.%Y"}, [(dt.date(2024, 12, 31),)]),
        ("a\n31.12.2024 23:59\n", {"timestamp_format": "%d.%m.%Y %H:%M"}, [(dt.datetime(2024, 12, 31, 23, 59),)]),  # noqa: DTZ001
        (
            "a\n2024-12-31T23:59:58+01:00\n",
            {"timestamp_format": "%Y-%m-%dT%H:%M:%S%#z"},
            [(dt.datetime(2024, 12, 31, 22, 59, 58, tzinfo=UTC),)],
        ),
        ("a\n2024-12\n", {"date_format": "%Y-%m"}, [(dt.date(2024, 12, 1),)]),
        ("a\n23h59\n", {"time_format": "%Hh%M"}, [(dt.time(23, 59),)]),
        ("a,b\n1,2\n", {"types": {"a": "string", "b": "double"}}, [("1", 2.0)]),
        ("a,b\n'x,y',2\n", {"quote": "'"}, [("x,y", 2)]),
        ('a,b\n5" x,1\n6" y,2\n', {"quote": ""}, [('5" x', 1), ('6" y', 2)]),
        ("a,b\n1;2,3\n", {"separator": ";"}, [("1;2,3",)]),
        ("a,b\n1,\u00fc\n".encode("cp1252"), {"encoding": "windows-1252"}, [(1, "\u00fc")]),
        ("a,b\n1,\u00fc\n".encode("utf-16-be"), {"encoding": "utf-16"}, [(1, "\u00fc")]),
    ],
)
def test_csv_is_read_as_the_user_says(read: Any, data: bytes | str, options: dict[str, Any], expected: Any) -> None:
    if options.get("separator") == ";":
        with pytest.raises(Failure, match=r"Row 2 .* has 2 fields, and the header has 1"):
            read(data, "csv", **options)
        return
    assert read(data, "csv", **options).rows() == expected


TYPED = table(id="long", amount="double", day="date", name="string")


@pytest.mark.parametrize(
    ("schema", "data", "expected"),
    [
        (TYPED, "id,amount,day,name\n2,2,2024-01-02,007\n", [(2, 2.0, dt.date(2024, 1, 2), "007")]),
        (TYPED, "id,amount,day,name\n4,,,\n", [(4, None, None, None)]),
        (TYPED, "id,amount,day,name\n", []),
        (table(d="decimal(10,2)"), "d\n1.550\n1e1\n2\n", [(decimal.Decimal(t),) for t in ("1.55", "10", "2")]),
        (table(t="timestamp"), "t\n2024-01-01\n2024-01-01T10:00\n", [(dt.datetime(2024, 1, 1),), (dt.datetime(2024, 1, 1, 10),)]),  # noqa: DTZ001
        (table(i="int"), "i\n007\n", [(7,)]),
    ],
)  # fmt: skip
def test_csv_has_the_types_of_its_table(read: Any, schema: Any, data: str, expected: Any) -> None:
    assert read(data, "csv", schema).rows() == expected


def test_a_file_without_header_has_the_columns_of_its_table(read: Any) -> None:
    assert read("1,2,2024-01-01,x\n", "csv", TYPED, header=False).columns == ["id", "amount", "day", "name"]
    with pytest.raises(Failure, match="2 columns and no header, and the table has 4"):
        read("1,2\n", "csv", TYPED, header=False)


@pytest.mark.parametrize(
    ("data", "format_", "schema", "error"),
    [
        ("a,b\n1\n2,3\n", "csv", None, "Row 2 of the file, counted with the header, has 1 field, and the header has 2."),
        ("a,b\n2,\n1,2,3\n", "csv", None, "Row 3 of the file, counted with the header, has 3 fields, and the header has 2."),
        ("a,b\n1,x\n1,\u00fc\n".encode("cp1252"), "csv", None, "Line 3 of the upload has a byte that is not UTF-8, at byte 3 of the line."),
        ("a\nx\0y\n", "csv", None, "The upload has a NUL byte at byte 4"),
        ("a,b\n1,2\n".encode("utf-16-le"), "csv", None, "The upload looks like UTF-16 text without a mark."),
        ('a,b\n1,"x"\n2,"y\n', "csv", None, "a quote in line 3 is never closed, or is in the middle of a field"),
        ('a,b\n1,"p\nq"\n2,"the "y""\n', "csv", None, "a quote in line 4 is never closed, or is in the middle of a field"),
        ('a\n"x\\"y\\"z""\n', "csv", None, "a quote in line 2 is never closed, or is in the middle of a field"),
        ('"a "b" c"\n1\n', "csv", None, "a quote in line 1 is never closed, or is in the middle of a field"),
        ('"a\n\nb\n', "csv", None, "a quote in line 1 is never closed, or is in the middle of a field"),
        (b"a|\xe2\x82(\n1|2\n", "csv", None, "Line 1 of the upload has a byte that is not UTF-8, at byte 3 of the line."),
        ("a,b1,23,4", "csv", None, "The upload is one line, 4 columns, without a line end: it has no rows."),
        ("", "csv", None, "The upload has no text"),
        ("a,b,a\n1,2,3\n", "csv", None, "Columns 1 and 3 of the header have the same name, 'a'."),
        (",a\n0,1\n", "csv", None, "Column 1 of the header has no name."),
        ("a,b,\n1,2,\n", "csv", None, "Column 3 of the header has no name."),
        (b"PK\x03\x04...", "csv", None, "The upload is a ZIP archive or an Excel workbook, not CSV."),
        (gzip.compress(b"a,b\n1,2\n" * 1000)[:-20], "csv", None, "compressed by gzip, and is damaged or ends too early"),
        (zstandard.compress(b"a,b\n1,2\n" * 1000)[:-5], "csv", None, "compressed by zstd, and is damaged or ends too early"),
        ("id,amount\n1,1\n2,x\n", "csv", TYPED, "Row 2 has the value 'x' in the column 'amount', which is double in the table."),
        ("d\n1.555\n", "csv", table(d="decimal(10,2)"), "Row 1 has the value '1.555' in the column 'd'"),
        ("i\n3000000000\n", "csv", table(i="int"), "Row 1 has the value '3000000000' in the column 'i', which is int in the table."),
        ("t\n2024-01-01 00:00:00.1234567\n", "csv", table(t="timestamp"), "Row 1 has the value '2024-01-01 00:00:00.1234567'"),
        ("t\n12:00:01.0000001\n", "csv", table(t="time"), "Row 1 has the value '12:00:01.0000001' in the column 't'"),
        ("t\n2024-01-01 00:00:00\n", "csv", table(t="timestamptz"), "in the column 't', which is timestamptz in the table"),
        ("id\n1\n\n", "csv", table(id="long!"), "Row 2 has no value in the column 'id', which is required in the table."),
        ('{"a":"x"}\n{"a":"\\ud83d"}\n', "ndjson", None, "Line 2 of the upload has the escape \\ud83d, half of a surrogate pair"),
        ('{"a":"\\udc00"}\n', "ndjson", None, "Line 1 of the upload has the escape \\udc00"),
        ('{"a":1}\n{"a":\n', "ndjson", None, "Line 2 of the upload is not JSON: expecting value at character 6."),
        ('{"a":1}\n[]\n', "ndjson", None, "Line 2 of the upload has a list where an object was expected."),
        ('{"a":true}\n{"a":1}\n', "ndjson", None, "Line 2 of the upload has a number in the column 'a', which is a boolean in line 1"),
        ('{"a":[1]}\n{"a":1}\n', "ndjson", None, "Line 2 of the upload has a number in the column 'a', which is a list in line 1"),
        ('{"a":1}\n{"a":1,"a":2}\n', "ndjson", None, "Line 2 of the upload has the key 'a' twice in one object."),
        ('{"a":1}\n' * 600_000 + '{"a":1,"a":2}\n', "ndjson", None, "Line 600,001 of the upload has the key 'a' twice in one object."),
        ('[{"b":{"c":1,"c":1}}]', "json", None, "Row 1 of the upload has the key 'c' twice in one object."),
        ('{"a":1}{"a":2}\n', "ndjson", None, "Line 1 of the upload has several objects in one line."),
        ('{"a":NaN}\n', "ndjson", None, "Line 1 of the upload has the value NaN, which is not JSON."),
        ('{"a":1e400}\n', "ndjson", None, "Line 1 of the upload has the number 1e400, which is too large."),
        ('{"a":' + "9" * 50 + "}\n", "ndjson", None, "Line 1 of the upload has a number of 50 digits, more than 38."),
        ('{"a":' + "[" * 100_000, "ndjson", None, "Line 1 of the upload is nested too deep to be read."),
        (b'{"a":"x\xe9"}\n', "ndjson", None, "Line 1 of the upload has a byte that is not UTF-8"),
        ("{}\n", "ndjson", None, "The upload has no columns: its objects are empty."),
        ('{"a":{}}\n', "ndjson", None, "Column 'a' has only empty objects"),
        ('{"d":1.255}\n', "ndjson", table(d="decimal(10,2)"), "Row 1 has the value '1.255' in the column 'd'"),
        ('{"p":{"on":"2024-01-01"}}\n{"p":{"on":"q"}}\n', "ndjson", table(p=POINT), "Row 2 has the value {'on': 'q'} in the column 'p'"),
        ('{"id":1}\n{"id":null}\n', "ndjson", table(id="long!"), "Row 2 has no value in the column 'id'"),
        ("[]", "json", None, "The upload is an empty list"),
        ('[{"a":1}', "json", None, "The upload ends inside of its list"),
        ('[{"a":1},\n{"a":\n}]', "json", None, "Line 3 of the upload is not JSON"),
        ('[{"a":true},\n{"a":1}]', "json", None, "Row 2 of the upload has a number in the column 'a', which is a boolean in row 1"),
        ("a,b\n1,2\n", "parquet", None, "The upload can't be read as parquet: it does not begin like one."),
        (b"x", "arrow", None, "The upload can't be read as arrow"),
        (b"x", "avro", None, "The upload can't be read as avro: it does not begin like one."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(
    read: Any, data: bytes | str, format_: str, schema: Any, error: str
) -> None:
    with pytest.raises(Failure) as caught:
        read(data, format_, schema)
    assert caught.value.kind == "load"
    assert error in caught.value.error


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"date_format": "%Q"}, "dateFormat is '%Q', in which no date can be written."),
        ({"date_format": "DD.MM.YYYY"}, "dateFormat is 'DD.MM.YYYY', in which no date can be written."),
        ({"date_format": "%H:%M"}, "dateFormat is '%H:%M', in which no date can be written."),
        ({"timestamp_format": "%"}, "timestampFormat is '%', in which no timestamp can be written."),
        ({"time_format": "%d.%m.%Y"}, "timeFormat is '%d.%m.%Y', in which no time can be written."),
    ],
)
@pytest.mark.parametrize(("data", "format_"), [("a\nx\n", "csv"), ('{"a":"x"}\n', "ndjson")])
def test_a_format_that_says_nothing_is_refused(read: Any, data: str, format_: str, options: Any, error: str) -> None:
    with pytest.raises(Failure) as caught:
        read(data, format_, **options)
    assert caught.value.error == error


def test_numbers_with_a_point_do_not_fit_where_the_comma_is_for_decimals(read: Any) -> None:
    with pytest.raises(Failure, match=r"Row 1 has the value '1\.5' in the column 'a', which is double in the table"):
        read("a;b\n1.5;x\n", "csv", table(a="double"), decimal_comma=True)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ('{"a":0.5}\n{"a":9007199254740993}\n', [("0.5",), ("9007199254740993",)]),
        ('{"a":0.5}\n{"a":-12345678901234567890}\n{"a":null}\n', [("0.5",), ("-12345678901234567890",), (None,)]),
        ('{"a":0.5}\n{"a":100000000000000000000}\n{"a":9.123456789012345e18}\n', [(0.5,), (1e20,), (9.123456789012345e18,)]),
        ('{"a":0.5,"b":1}\n{"a":12345678901234567.5,"b":9007199254740993}\n', [(0.5, 1), (12345678901234567.5, 2**53 + 1)]),
        ('{"l":[0.5,9007199254740993],"m":[0.5,1]}\n', [(["0.5", "9007199254740993"], [0.5, 1.0])]),
        ('{"s":{"x":0.5,"t":"q"}}\n{"s":{"x":9007199254740993,"t":"r"}}\n', [({"x": "0.5", "t": "q"},), ({"x": "9007199254740993", "t": "r"},)]),
    ],
)  # fmt: skip
def test_whole_numbers_beside_fractions_keep_their_digits(read: Any, data: str, expected: Any) -> None:
    assert read(data, "ndjson").rows() == expected


@pytest.mark.parametrize(
    ("data", "schema", "expected"),
    [
        ('{"a":1}\n' * 100_001 + '{"a":2,"b":"x"}\n', None, None),
        ('{"a":"\\ud83d\\ude00 \\\\ud83d"}\n', None, [("\U0001f600 \\ud83d",)]),
        ('{"a":-1}\n{"a":18446744073709551615}\n', None, [(decimal.Decimal(-1),), (decimal.Decimal(2**64 - 1),)]),
        ('{"a":null,"b":[],"c":{"d":[{"e":null}]}}\n', None, [(None, [], {"d": [{"e": None}]})]),
        ('\ufeff{"a":1}\r{"a":2}\r', None, [(1,), (2,)]),
        ('{"note":null,"tags":["b"]}\n{"note":7,"tags":[]}\n', table(note="string", tags=TEXTS), [(None, ["b"]), ("7", [])]),
        ('{"d":1.10}\n{"d":2}\n{"d":"3.5"}\n', table(d="decimal(10,2)"), [(decimal.Decimal(t),) for t in ("1.1", "2", "3.5")]),
        ('{"t":"2024-01-01T10:00:00Z","u":"10:30"}\n', table(t="timestamptz", u="time"), [(dt.datetime(2024, 1, 1, 10, tzinfo=UTC), dt.time(10, 30))]),
        ('{"p":{"x":1,"on":"2024-01-01"}}\n{"p":null}\n', table(p=POINT), [({"x": 1.0, "on": dt.date(2024, 1, 1)},), (None,)]),
    ],
)  # fmt: skip
def test_json_lines_keep_every_key_and_value(read: Any, data: str, schema: Any, expected: Any) -> None:
    rows = read(data, "ndjson", schema).rows()
    assert rows == expected if expected is not None else rows[-1] == (2, "x")


@pytest.mark.parametrize(
    "data",
    ['[{"a": 1,\n "b": "x"},\n{"a":2}]', '\n[ {"a":1,"b":"x"} , {"a":2} ]\n', '{"a":1,"b":"x"} {"a":2}'],
)
def test_a_list_of_objects_has_its_rows(read: Any, data: str) -> None:
    assert read(data, "json").rows() == [(1, "x"), (2, None)]


@pytest.mark.parametrize("format_", ["ndjson", "json"])
def test_lists_and_objects_are_text_where_the_user_says_so(read: Any, format_: str) -> None:
    rows = ['{"a":[1, "x\\u00e9\\""],"b":{"c":{"d":1.5}}}', '{"a":[],"b":null}', '{"b":{}}', '{"a":"text"}']
    data = "\n".join(rows) if format_ == "ndjson" else f"[{','.join(rows)}]"
    frame = read(data, format_, types={"a": "string", "b": "string"})
    assert frame.schema == {"a": pl.String, "b": pl.String}
    assert [text and json.loads(text) for text in frame["a"].to_list()[:3]] == [[1, 'x\u00e9"'], [], None]
    assert frame["a"][3] == "text"
    assert [text and json.loads(text) for text in frame["b"]] == [{"c": {"d": 1.5}}, None, {}, None]


@pytest.mark.parametrize(
    ("data", "types", "error"),
    [
        ('{"a":[1]}', {"a": "long"}, "The column 'a' of the upload has lists, which are not long as the request says."),
        ('{"a":{"b":1}}', {"a": "date"}, "The column 'a' of the upload has objects, which are not date as the request"),
        ('{"a":{"b":1}}', {"a.b": "int"}, "The upload has no column 'a.b', whose type the request says."),
        ('{"a":[1]}', {"a": "list<int>"}, "The type of the column 'a' is 'list<int>': choose boolean, int,"),
    ],
)
def test_types_that_lists_and_objects_cannot_have_are_refused(
    read: Any, data: str, types: dict[str, str], error: str
) -> None:
    with pytest.raises(Failure) as caught:
        read(data, "ndjson", types=types)
    assert error in caught.value.error


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ('{"a":1,"":2}', "Column 2 of the upload has no name."),
        ('{"a":{"b":1,"":2}}', "Field 2 in the column 'a' of the upload has no name."),
        ('{"a":[{"b":{"":2}}]}', "Field 1 in the column 'a.element.b' of the upload has no name."),
    ],
)
def test_keys_of_json_without_a_name_are_refused_with_their_place(read: Any, data: str, error: str) -> None:
    for text, format_ in ((data, "ndjson"), (f"[{data}]", "json")):
        with pytest.raises(Failure) as caught:
            read(text, format_)
        assert caught.value.error == error


def test_columns_of_json_come_in_the_order_of_their_keys(read: Any) -> None:
    names = [f"{number * 7919 % 1000}" for number in range(100)]
    row = ",".join(f'"{name}":1' for name in names)
    assert read(f"{{{row}}}\n" * 2 + '{"last":1}\n', "ndjson").columns == [*names, "last"]
    assert read('[{"b":1},{"b":2,"a":3,"c":{"z":1,"y":2}}]', "json").columns == ["b", "a", "c"]


def test_a_long_list_is_read_in_parts(read: Any) -> None:
    rows = ",".join(f'{{"a":{number},"t":"{"x" * 1000}"}}' for number in range(10_000))
    assert read(f"[{rows}]", "json")["a"].to_list() == list(range(10_000))


def parquet(columns: dict[str, Any], **options: Any) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out, **options)
    return out.getvalue()


def arrow(array: Any, new: Any = pa.ipc.new_file) -> bytes:
    out = io.BytesIO()
    batch = pa.record_batch([array], names=["a"])
    with new(out, batch.schema) as writer:
        writer.write_batch(batch)
    return out.getvalue()


OLD = {"use_deprecated_int96_timestamps": True, "store_schema": False}


def test_old_timestamps_of_every_year_are_kept(read: Any) -> None:
    years = [dt.datetime(9999, 12, 31), dt.datetime(1000, 1, 1), None]  # noqa: DTZ001
    assert read(parquet({"t": pa.array(years, pa.timestamp("us"))}, **OLD), "parquet")["t"].to_list() == years
    assert read(parquet({"t": [years]}, **OLD), "parquet")["t"].to_list() == [years]
    fine = read(parquet({"t": pa.array([1, 1001], pa.timestamp("ns"))}, **OLD), "parquet")["t"]
    assert fine.to_physical().to_list() == [1, 1001]


@pytest.mark.parametrize("zone", ["-02:15", "+01:00", "Mars/Olympus", "Europe/Berlin", "GMT+5"])
def test_a_zone_changes_no_instant(read: Any, zone: str) -> None:
    instants = pa.array([0, 1], pa.timestamp("us", zone))
    for data, format_ in ((parquet({"a": instants}), "parquet"), (arrow(instants), "arrow")):
        assert read(data, format_)["a"].to_physical().to_list() == [0, 1]


def test_a_list_without_annotation_is_not_lost(tmp_path: Path) -> None:
    from nerium_worker.upload.columnar import _has_bare_repetition  # noqa: PLC0415

    pq.write_table(
        pa.table({"l": [[1]], "m": pa.array([[("k", 1)]], pa.map_(pa.string(), pa.int32()))}), tmp_path / "p"
    )
    assert not _has_bare_repetition(str(pq.ParquetFile(tmp_path / "p").schema))
    bare = "required group field_id=-1 m {\n  optional group field_id=-1 p {\n    repeated group field_id=-1 phone {\n"
    assert _has_bare_repetition(bare)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (arrow(pa.array([(1, 2, 3)], pa.month_day_nano_interval())), "The column 'a' of the upload has the type month_day_nano_interval"),
        (arrow(pa.array([[(1, 2, 3)]], pa.list_(pa.month_day_nano_interval()))), "The column 'a.element' of the upload has the type"),
        (arrow(pa.UnionArray.from_dense(pa.array([0], pa.int8()), pa.array([0], pa.int32()), [pa.array([1])])), "The column 'a' of the upload has the type dense_union"),
        (arrow(pa.array([decimal.Decimal("1" * 45)], pa.decimal256(50, 2))), "The column 'a' of the upload has the type decimal256(50, 2)"),
        (arrow(pa.array([[1]], pa.list_view(pa.int64()))), "The column 'a' of the upload has the type list_view"),
        (arrow(pa.array([1], pa.duration("us"))), "Column 'a' has the type Duration"),
        (arrow(pa.array([86_400_000_000], pa.time64("us"))), "The column 'a' of the upload has the time 86,400,000,000 us, and tables have the microseconds of a day."),
        (arrow(pa.array([[-1]], pa.list_(pa.time32("s"))), pa.ipc.new_stream), "The column 'a' of the upload has the time -1 s"),
        (arrow(pa.StructArray.from_arrays([pa.array([1]), pa.array([2])], names=["b", "b"])), "Fields 1 and 2 in the column 'a' of the upload have the same name, 'b'."),
        (arrow(pa.StructArray.from_arrays([pa.array([1]), pa.array([2])], names=["b", ""])), "Field 2 in the column 'a' of the upload has no name."),
        (arrow(pa.StructArray.from_arrays([], names=[], mask=pa.array([False]))), "The column 'a' of the upload has the type struct without fields"),
        (arrow(pa.array([1])).replace(b"\0\x01\0\0\0a\0", b"\0\x01\0\0\0\xff\0"), "it is damaged"),
        (arrow(pa.array(range(1000)))[:-100], "it ends before its footer"),
        (arrow(pa.array(range(1000)), pa.ipc.new_stream)[:-100], "it is damaged, or ends too early"),
    ],
)  # fmt: skip
def test_arrow_that_no_table_holds_is_refused_by_name(read: Any, data: bytes, error: str) -> None:
    with pytest.raises(Failure) as caught:
        read(data, "arrow")
    assert error in caught.value.error


@pytest.mark.parametrize(
    ("names", "error"),
    [
        (["a", ""], "Column 2 of the upload has no name."),
        (["a", "b", "a"], "Columns 1 and 3 of the upload have the same name, 'a'."),
    ],
)
@pytest.mark.parametrize("format_", ["parquet", "arrow"])
def test_columns_without_a_name_of_their_own_are_refused(read: Any, format_: str, names: list[str], error: str) -> None:
    plain = pa.table([[1]] * len(names), names=names)
    with pytest.raises(Failure, match=error):
        read(written(plain, format_), format_)
    fields = pa.StructArray.from_arrays([pa.array([1])] * len(names), names=names)
    nested = error.replace("Column", "Field").replace(" of", " in the column 's' of")
    with pytest.raises(Failure, match=nested):
        read(written(pa.table({"s": fields}), format_), format_)


@pytest.mark.parametrize("format_", ["parquet", "arrow", "avro", "csv", "ndjson"])
def test_odd_names_come_back(read: Any, format_: str) -> None:
    names = ["a", "A", "a.b", 'q"x', "it's", "`t`", "line\nend", "\u00fc\U0001f33a", " x ", "select", "1st", "a,b;c"]
    if format_ == "avro":
        names = ["a", "A", "_b"]
    frame = pl.DataFrame({name: [number] for number, name in enumerate(names)})
    out = io.BytesIO()
    writers: dict[str, Any] = {
        "parquet": frame.write_parquet,
        "arrow": frame.write_ipc,
        "avro": frame.write_avro,
        "csv": frame.write_csv,
        "ndjson": frame.write_ndjson,
    }
    writers[format_](out)
    assert read(out.getvalue(), format_).equals(frame)


def written(table: Any, format_: str) -> bytes:
    out = io.BytesIO()
    if format_ == "parquet":
        pq.write_table(table, out)
    else:
        with pa.ipc.new_file(out, table.schema) as writer:
            writer.write_table(table)
    return out.getvalue()


def test_parquet_that_is_cut_off_or_something_else_is_refused(read: Any) -> None:
    whole = parquet({"a": [1, 2]})
    for data, error in (
        (whole[:-10], "it ends before its footer"),
        (gzip.compress(whole), "it is compressed by gzip"),
        (b"PAR1PAR1", "its footer is damaged"),
    ):
        with pytest.raises(Failure, match=error):
            read(data, "parquet")
    with pytest.raises(Failure, match="The upload is a Parquet file, not CSV"):
        read(whole, "csv")
    with pytest.raises(Failure, match=r"has the type decimal\d*\(50, 2\)"):
        read(parquet({"a": pa.array([decimal.Decimal("1" * 45)], pa.decimal256(50, 2))}), "parquet")


def test_columns_of_one_name_are_refused(read: Any) -> None:
    same = pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"])
    out, written = io.BytesIO(), io.BytesIO()
    pq.write_table(same, out)
    with pa.ipc.new_stream(written, same.schema) as writer:
        writer.write_table(same)
    for data, format_ in ((out, "parquet"), (written, "arrow")):
        with pytest.raises(Failure, match="Columns 1 and 2 of the upload have the same name, 'a'"):
            read(data.getvalue(), format_)


def test_parquet_with_times_outside_of_a_day_is_refused(read: Any) -> None:
    assert read(parquet({"t": pa.array([0, 86_399_999, None], pa.time32("ms"))}), "parquet")["t"].null_count() == 1
    assert read(parquet({"t": pa.array([1000], pa.time64("ns"))}), "parquet")["t"].to_list() == [dt.time(microsecond=1)]
    for unit, time in (("ms", -1), ("us", 86_400_000_000), ("ns", -5), ("ns", 1001)):
        type_ = pa.time32(unit) if unit == "ms" else pa.time64(unit)
        with pytest.raises(Failure, match="The column 't' of the upload has the time"):
            read(
                parquet({"t": pa.array([time, None], pa.int32() if unit == "ms" else pa.int64()).view(type_)}),
                "parquet",
            )


def test_values_of_types_that_only_a_program_knows_are_kept(read: Any) -> None:
    text = pa.ExtensionArray.from_storage(pa.json_(), pa.array(['{"b":1}', None]))
    named = pa.field("a", pa.int8(), metadata={"ARROW:extension:name": "nobody.knows", "ARROW:extension:metadata": ""})
    unknown = pa.table({"a": pa.array([1, None], pa.int8())}, schema=pa.schema([named]))
    out = io.BytesIO()
    with pa.ipc.new_file(out, unknown.schema) as writer:
        writer.write_table(unknown)
    assert read(parquet({"a": text}), "parquet").to_dict(as_series=False) == {"a": ['{"b":1}', None]}
    assert read(arrow(text), "arrow").to_dict(as_series=False) == {"a": ['{"b":1}', None]}
    assert read(out.getvalue(), "arrow").to_dict(as_series=False) == {"a": [1, None]}
    out = io.BytesIO()
    pq.write_table(unknown, out)
    assert read(out.getvalue(), "parquet").to_dict(as_series=False) == {"a": [1, None]}


def test_lists_of_a_fixed_length_are_lists_without_what_null_ones_hide(read: Any, tmp_path: Path) -> None:
    values = pa.array([1, 2, None, None, None, 4], pa.int32())
    fixed = pa.FixedSizeListArray.from_arrays(values, 2, mask=pa.array([False, True, False]))
    nested = pa.StructArray.from_arrays([fixed], names=["f"])
    for data, format_ in ((parquet({"a": fixed, "b": nested}), "parquet"), (arrow(fixed), "arrow")):
        frame = read(data, format_)
        assert frame["a"].to_list() == [[1, 2], None, [None, 4]]
        assert frame["a"].dtype == pl.List(pl.Int32())
        frame.write_parquet(tmp_path / "written")
        assert pq.ParquetFile(tmp_path / "written").metadata.row_group(0).column(0).statistics.null_count == 1
    assert read(parquet({"b": nested}), "parquet")["b"].to_list() == [{"f": [1, 2]}, {"f": None}, {"f": [None, 4]}]


def test_the_rows_of_parquet_are_those_of_its_groups(read: Any) -> None:
    data = parquet({"a": [1, 2, 3]})
    footer = len(data) - 8 - int.from_bytes(data[-8:-4], "little")
    # The total, in the footer's third field, is a zigzag integer of one byte: 3 is 6.
    at = data.index(b"\x16\x06\x19", footer)
    wrong = data[:at] + b"\x16\x00\x19" + data[at + 3 :]
    assert pq.ParquetFile(io.BytesIO(wrong)).metadata.num_rows == 0
    assert read(wrong, "parquet")["a"].to_list() == [1, 2, 3]


def uuids(format_: str) -> bytes:
    values = pa.array([UUID.bytes, None], pa.binary(16)).cast(pa.uuid())
    struct = pa.StructArray.from_arrays([values], names=["id"])
    return written(
        pa.table({"id": values, "s": struct, "b": pa.array([b"0123456789abcdef"] * 2, pa.binary(16))}), format_
    )


@pytest.mark.parametrize("format_", ["parquet", "arrow"])
@pytest.mark.parametrize(
    ("schema", "expected", "new"),
    [
        (None, [str(UUID), None], {"id"}),
        (table(id="string"), [str(UUID), None], set()),
        (table(id="uuid"), [UUID.bytes, None], set()),
        (table(id="binary"), [UUID.bytes, None], set()),
        (table(b="binary"), [str(UUID), None], {"id"}),
    ],
)
def test_uuids_are_those_of_the_file(tmp_path: Path, format_: str, schema: Any, expected: Any, new: set[str]) -> None:
    (tmp_path / "upload").write_bytes(uuids(format_))
    upload = load(Load(file="upload", format=format_, schema=schema), tmp_path, tmp_path / "scratch")
    frame = upload.frame.collect(engine="streaming")
    assert frame["id"].to_list() == expected
    assert upload.uuids == new
    assert frame["s"].to_list() == [{"id": UUID.bytes}, {"id": None}]
    assert frame["b"].to_list() == [b"0123456789abcdef"] * 2


def test_types_that_polars_takes_for_others_are_read_as_they_are(read: Any) -> None:
    halves = pa.array([-2.0, None], pa.float16())
    frame = read(parquet({"a": halves}, store_schema=False), "parquet")
    assert frame.to_dict(as_series=False) == {"a": [-2.0, None]}
    assert frame.schema["a"].is_float()


def test_an_ordinary_file_is_read_where_it_is(tmp_path: Path) -> None:
    columns = {"i": [1], "t": ["x"], "n": [[{"d": dt.date(2026, 1, 1)}]], "z": pa.array([0], pa.timestamp("us", "UTC"))}
    (tmp_path / "upload").write_bytes(parquet(columns))
    load(Load(file="upload", format="parquet"), tmp_path, tmp_path / "scratch")
    assert list((tmp_path / "scratch").iterdir()) == []


def test_a_column_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    data = parquet(
        {"good": ["a", "b"], "bad": ["qqqq", "rrrr"], "last": [1, 2]}, use_dictionary=False, compression="none"
    )
    (tmp_path / "upload").write_bytes(data.replace(b"qqqq", b"\xff\xff\xff\xff"))
    work = Load(file="upload", format="parquet")
    upload = load(work, tmp_path, tmp_path / "scratch")
    with pytest.raises(pl.exceptions.PolarsError) as caught:
        upload.frame.collect(engine="streaming")
    failure = load_failure(caught.value, work, upload)
    assert failure.error == "The column 'bad' of the upload can't be read as parquet: it has text that is not UTF-8."


def test_columns_of_nulls_take_the_type_of_the_table(read: Any) -> None:
    nothing = arrow(pa.nulls(2))
    assert read(nothing, "arrow").schema == {"a": pl.String()}
    assert read(nothing, "arrow", table(a="date")).schema == {"a": pl.Date()}


def test_fewer_rows_than_the_file_has_are_never_taken(tmp_path: Path) -> None:
    (tmp_path / "upload").write_bytes(parquet({"a": [1, 2]}))
    upload = load(Load(file="upload", format="parquet"), tmp_path, tmp_path / "scratch")
    with pytest.raises(Failure, match="The upload has 2 rows, and 1 of them could be read: nothing was written"):
        upload.require_all(1)


def test_avro_is_read(read: Any) -> None:
    out = io.BytesIO()
    frame = pl.DataFrame({"a": [1, 2], "b": ["x", None]})
    frame.write_avro(out)
    assert read(out.getvalue(), "avro").equals(frame)
    for compression in ("deflate", "snappy"):
        frame.write_avro(out := io.BytesIO(), compression=compression)
        assert read(out.getvalue(), "avro").equals(frame)


def test_avro_of_another_compression_is_refused(read: Any) -> None:
    pl.DataFrame({"a": [1, 2]}).write_avro(out := io.BytesIO(), compression="snappy")
    known, other = b"\x14avro.codec\x0csnappy", b"\x14avro.codec\x0abzip2"
    assert known in out.getvalue()
    with pytest.raises(Failure, match="The upload can't be read as avro: its blocks are compressed by 'bzip2'"):
        read(out.getvalue().replace(known, other), "avro")


def avro(rows: int, **options: Any) -> bytes:
    out = io.BytesIO()
    frame = pl.DataFrame({"a": range(rows), "b": ["text"] * rows}, schema={"a": pl.Int64, "b": pl.String})
    frame.write_avro(out, **options)
    return out.getvalue()


@pytest.mark.parametrize("cut", [1, 10, 16, 17, 60])
def test_avro_that_is_cut_off_is_refused(read: Any, cut: int) -> None:
    for data in (avro(1000)[:-cut], avro(1000)[: 40 + cut]):
        with pytest.raises(Failure, match="The upload can't be read as avro: it ends before the end of a block"):
            read(data, "avro")


def test_avro_that_is_damaged_is_refused(read: Any) -> None:
    data = bytearray(avro(1000))
    data[-1] ^= 1
    with pytest.raises(Failure, match="The upload can't be read as avro: it is damaged before byte"):
        read(bytes(data), "avro")
    data = bytearray(avro(1000, compression="deflate"))
    data[-40:-20] = bytes(20)
    with pytest.raises(Failure, match="The upload can't be read as avro: it is damaged, or has types"):
        read(bytes(data), "avro")


def test_avro_of_several_blocks_has_all_rows(read: Any) -> None:
    one = avro(3)
    mark = one[-16:]
    block = one[one.index(mark) + 16 :]
    rows = read(one + block + block, "avro")
    assert rows["a"].to_list() == [0, 1, 2] * 3
    assert read(avro(0), "avro").height == 0


def encoded(value: Any) -> bytes:
    """Encode a value as Avro has it: numbers as long, texts, and the bytes of anything else as they are."""
    if isinstance(value, str):
        return encoded(len(value.encode())) + value.encode()
    if isinstance(value, int):
        number, parts = (value << 1) ^ (value >> 63), []
        while number > 0x7F:
            parts.append(number & 0x7F | 0x80)
            number >>= 7
        return bytes([*parts, number])
    return bytes(value)


def avro_of(type_: Any, *rows: Any) -> bytes:
    """Write a file with one column; each row is a value, or the parts of one."""
    schema = json.dumps({"type": "record", "name": "r", "fields": [{"name": "c", "type": type_}]})
    parts = [b"".join(map(encoded, row if isinstance(row, tuple) else (row,))) for row in rows]
    block = b"".join(parts)
    mark = bytes(16)
    return (
        b"Obj\x01"
        + encoded(1)
        + encoded("avro.schema")
        + encoded(schema)
        + b"\0"
        + mark
        + (encoded(len(rows)) + encoded(len(block)) + block + mark if rows else b"")
    )


def logical(type_: str, logical_type: str, **more: Any) -> dict[str, Any]:
    return {"type": type_, "logicalType": logical_type, **more}


NANOS = logical("long", "timestamp-nanos")
LOCAL_NANOS = logical("long", "local-timestamp-nanos")
MILLIS = logical("long", "timestamp-millis")
FIXED = {"type": "fixed", "name": "f", "size": 3}
FIXED_DECIMAL = logical("fixed", "decimal", name="d", size=3, precision=5, scale=2)
COLOURS = {"type": "enum", "name": "e", "symbols": ["red", "green"]}
PAIR = {"type": "record", "name": "p", "fields": [{"name": "t", "type": NANOS}, {"name": "n", "type": "int"}]}


@pytest.mark.parametrize(
    ("type_", "rows", "dtype", "expected"),
    [
        (NANOS, [1_600_000_000_000_000_001, -1], pl.Datetime("ns", "UTC"), [1_600_000_000_000_000_001, -1]),
        (LOCAL_NANOS, [1], pl.Datetime("ns"), [1]),
        (["null", NANOS], [(1, 5), 0], pl.Datetime("ns", "UTC"), [5, None]),
        ([NANOS, "null"], [(0, 5), 1], pl.Datetime("ns", "UTC"), [5, None]),
        (MILLIS, [1, -1], pl.Datetime("ms", "UTC"), [1, -1]),
        (logical("int", "time-millis"), [0, 86_399_999], pl.Time, [0, 86_399_999_000_000]),
        (["null", logical("long", "time-micros")], [(1, 86_399_999_999), 0], pl.Time, [86_399_999_999_000, None]),
        (FIXED_DECIMAL, [b"\x00\x00\x7b", b"\xff\xff\x85"], pl.Decimal(5, 2), [123, -123]),
        (["null", FIXED_DECIMAL], [(1, b"\x00\x00\x7b"), 0], pl.Decimal(5, 2), [123, None]),
        (logical("bytes", "decimal", precision=5, scale=2), [(1, b"\x85")], pl.Decimal(5, 2), [-123]),
        (FIXED, [b"abc"], pl.Binary, [b"abc"]),
        (COLOURS, [1, 0], pl.String, ["green", "red"]),
        (["null", COLOURS], [(1, 1), 0], pl.String, ["green", None]),
        ({"type": "array", "items": NANOS}, [(2, 7, 8, 0), 0], pl.List(pl.Datetime("ns", "UTC")), [[7, 8], []]),
        ({"type": "array", "items": COLOURS}, [(1, 1, 0)], pl.List(pl.String), [["green"]]),
        ({"type": {"type": "string", "avro.java.string": "String"}}, ["x"], pl.String, ["x"]),
        (logical("long", "of-another-program"), [3], pl.Int64, [3]),
    ],
)
def test_logical_types_of_avro_are_read(read: Any, type_: Any, rows: Any, dtype: Any, expected: Any) -> None:
    column = read(avro_of(type_, *rows), "avro")["c"]
    assert column.dtype == dtype
    assert column.to_physical().to_list() == expected
    empty = read(avro_of(type_), "avro")["c"]
    assert empty.dtype == dtype
    assert empty.to_list() == []


def test_types_inside_of_records_and_maps_of_avro_are_read(read: Any) -> None:
    instant = dt.datetime(1970, 1, 1, 0, 0, 0, 1, tzinfo=UTC)
    assert read(avro_of(["null", PAIR], (1, 1000, 2), 0), "avro")["c"].to_list() == [{"t": instant, "n": 2}, None]
    map_ = {"type": "map", "values": ["null", PAIR]}
    rows = read(avro_of(map_, (2, "a", 1, 1000, 2, "b", 0, 0), 0), "avro")
    assert rows["c"].dtype == pl.Map(pl.String, pl.Struct({"t": pl.Datetime("ns", "UTC"), "n": pl.Int32}))
    assert rows["c"].to_list() == [{"a": {"t": instant, "n": 2}, "b": None}, {}]


def test_names_of_types_in_avro_stand_for_the_types(read: Any) -> None:
    inner = {
        "type": "record",
        "name": "in.space.p",
        "fields": [{"name": "a", "type": COLOURS}, {"name": "b", "type": "e"}],
    }
    both = {
        "type": "record",
        "name": "q",
        "fields": [{"name": "x", "type": inner}, {"name": "y", "type": ["null", "in.space.p"]}],
    }
    assert read(avro_of(both, (0, 1, 1, 1, 0)), "avro")["c"].to_list() == [
        {"x": {"a": "red", "b": "green"}, "y": {"a": "green", "b": "red"}}
    ]


@pytest.mark.parametrize(
    ("type_", "row", "error"),
    [
        (
            logical("fixed", "duration", name="d", size=12),
            b"0" * 12,
            "The column 'c' of the upload has the type duration",
        ),
        (logical("bytes", "big-decimal"), "x", "The column 'c' of the upload has the type big-decimal"),
        (logical("bytes", "decimal", precision=50), "x", "The column 'c' of the upload has the type decimal(50, 0)"),
        (
            FIXED_DECIMAL | {"size": 20},
            b"0" * 20,
            "The column 'c' of the upload has the type decimal(5, 2) of 20 bytes",
        ),
        (["null", "int", "string"], 0, "The column 'c' of the upload has the type union of null and int and string"),
        ({"type": "array", "items": "null"}, 0, "The column 'c.element' of the upload has the type null"),
        (
            {"type": "record", "name": "p", "fields": []},
            b"",
            "The column 'c' of the upload has the type record without",
        ),
        ({"type": "array", "items": "r"}, 0, "its schema is damaged, or has a type that contains itself"),
        ({"type": "array"}, 0, "its schema is damaged, or has a type that contains itself"),
        (
            logical("int", "time-millis"),
            86_400_000,
            "Row 1 has the value 86400000 in the column 'c', which is time-millis",
        ),
        (logical("long", "time-micros"), -1, "Row 1 has the value -1 in the column 'c', which is time-micros"),
        (
            {"type": "array", "items": logical("long", "time-micros")},
            (1, -1, 0),
            "Row 1 has the value [-1] in the column",
        ),
        (MILLIS, 2**62, "in the column 'c', which is timestamp-millis in the file."),
        (FIXED_DECIMAL, b"\x7f\xff\xff", "in the column 'c', which is decimal(5, 2) in the file."),
        (
            logical("string", "uuid"),
            "no-uuid",
            "Row 1 has the value 'no-uuid' in the column 'c', which is uuid in the file",
        ),
        (COLOURS, 5, "The column 'c' of the upload can't be read as avro: it is damaged"),
    ],
)
def test_avro_that_no_table_holds_is_refused_by_name(tmp_path: Path, type_: Any, row: Any, error: str) -> None:
    (tmp_path / "upload").write_bytes(avro_of(type_, row))
    work = Load(file="upload", format="avro")
    with pytest.raises(Failure) as caught:  # noqa: PT012, what is read lazily fails later
        upload = load(work, tmp_path, tmp_path / "scratch")
        try:
            upload.frame.collect()
        except pl.exceptions.PolarsError as polars_error:
            raise load_failure(polars_error, work, upload) from polars_error
    assert error in caught.value.error


@pytest.mark.parametrize(
    ("type_", "value", "expected"),
    [
        (logical("string", "uuid"), str(UUID), str(UUID)),
        (logical("fixed", "uuid", name="u", size=16), UUID.bytes, str(UUID)),
    ],
)
def test_uuids_of_avro_are_uuids(tmp_path: Path, type_: Any, value: Any, expected: str) -> None:
    (tmp_path / "upload").write_bytes(avro_of(["null", type_], (1, value), 0))
    upload = load(Load(file="upload", format="avro"), tmp_path, tmp_path / "scratch")
    assert upload.uuids == {"c"}
    assert upload.frame.collect()["c"].to_list() == [expected, None]
    for known in ("string", "uuid"):
        upload = load(Load(file="upload", format="avro", schema=table(c=known)), tmp_path, tmp_path / "scratch")
        assert upload.uuids == set()
        [one, none] = upload.frame.collect()["c"].to_list()
        assert none is None
        assert one == (value if known == "uuid" else expected)


@pytest.mark.parametrize(
    ("format_", "unit", "value", "error"),
    [
        ("arrow", "s", 2**62, "has the timestamp 4,611,686,018,427,387,904 s, and tables have microseconds"),
        ("arrow", "s", 2**44, "has the timestamp 17,592,186,044,416 s, and tables have microseconds"),
        ("arrow", "ms", -(2**62), "has the timestamp -4,611,686,018,427,387,904 ms, and tables have microseconds"),
        ("parquet", "ms", -(2**62), "has the timestamp -4,611,686,018,427,387,904 ms, and tables have microseconds"),
    ],
)
def test_timestamps_without_microseconds_are_refused(
    read: Any, format_: str, unit: str, value: int, error: str
) -> None:
    rows = pa.table({"a": pa.array([None, [value]], pa.list_(pa.timestamp(unit)))})
    with pytest.raises(Failure) as caught:
        read(written(rows, format_), format_)
    assert f"The column 'a' of the upload {error}" in caught.value.error


UGLY = [
    "",
    " ",
    "007",
    "-",
    '"',
    "'",
    ",",
    ";",
    "\n",
    "\r",
    "\t",
    "NA",
    "null",
    "\u00fc\U0001f33a",
    "a,b\n\nc",
    "1e5",
    "true",
]


@pytest.mark.parametrize("seed", range(40))
def test_random_frames_come_back(read: Any, seed: int) -> None:
    """Polars' own writer is the referee: what it wrote must be read as it was, whatever the dialect."""
    chance = random.Random(seed)  # noqa: S311
    size = chance.randint(1, 60)

    def some(value: Callable[[], Any]) -> list[Any]:
        return [None if chance.random() < 0.2 else value() for _ in range(size)]

    frame = pl.DataFrame(
        {
            "id": list(range(size)),
            "text": ["x", *(chance.choice(UGLY) for _ in range(size - 1))],
            "big": some(lambda: chance.randint(-(2**63), 2**63 - 1)),
            "double": some(lambda: chance.choice([0.1, 1e300, -2.5e-10, float(chance.randint(0, 99))])),
            "day": some(lambda: dt.date(chance.randint(1, 9999), 2, 28)),
            "at": some(lambda: dt.datetime(chance.randint(1, 9999), 1, 1, 1, 2, 3, chance.randint(0, 999_999))),  # noqa: DTZ001
            "yes": some(lambda: chance.random() < 0.5),
        },
        schema_overrides={
            "big": pl.Int64,
            "double": pl.Float64,
            "day": pl.Date,
            "at": pl.Datetime("us"),
            "yes": pl.Boolean,
        },
    )
    schema = table(id="long", text="string", big="long", double="double", day="date", at="timestamp", yes="boolean")
    separator = chance.choice(",;\t|")
    text = frame.write_csv(
        separator=separator, line_terminator=chance.choice(["\n", "\r\n"]), quote_style="non_numeric"
    )
    assert read(text, "csv", schema, separator=separator).equals(frame)
    assert read(text, "csv", separator=separator).select("id", "text").equals(frame.select("id", "text"))
    assert read(frame.write_ndjson(), "ndjson", schema).equals(frame)
    for format_, write in (
        ("parquet", frame.write_parquet),
        ("arrow", frame.write_ipc),
        ("arrow", frame.write_ipc_stream),
    ):
        out = io.BytesIO()
        write(out)
        assert read(out.getvalue(), format_).equals(frame)
