"""Files of other projects, put into tables through HTTP, and compared with what PyArrow, DuckDB and Python read."""

from __future__ import annotations

import csv
import gzip
import http.client
import io
import itertools
import json
import math
import re
import tempfile
import threading
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import duckdb_extension_avro
import openpyxl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
import zstandard
from server import new_run_id, running
from tpch import ARROW

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from server import Client

_ARROW_FILE = "application/vnd.apache.arrow.file"
TYPES = {
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "ndjson": "application/x-ndjson",
    "jsonl": "application/x-ndjson",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
    "arrow": _ARROW_FILE,
    "feather": _ARROW_FILE,
    "ipc": _ARROW_FILE,
    "arrow_file": _ARROW_FILE,
    "stream": _ARROW_FILE,
    "avro": "application/avro",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# Files without an ending, which were made to break readers.
BROKEN = {"parquet/fuzzing": "parquet", "arrow-ipc-file": "arrow", "arrow-ipc-stream": "arrow", "csv/fuzzing": "csv"}
CLASSES = ("correct", "clear 400", "unclear 400", "wrong", "500")
# Codes with the status 400 that are not about the file.
_FAILED = {"WORKER_CRASHED", "WORKER_PROTOCOL_ERROR", "TIMED_OUT"}
_PLACE = re.compile(
    r"\b(?:columns?|fields?|row|line|byte|sheet) ['\"\d]|content.type"
    r"|The body is missing|memory of its tier|The upload (?:is|has|ends|looks like|can't be read as \w+:)",
    re.IGNORECASE,
)
# Messages of libraries for programmers are not clear.
_RAW = re.compile(
    r"rust|panick|thrift|Err\(|Error\(|Error \{|InvalidOperation|ComputeError|out[- ]of[- ]spec"
    r"|malformed: expected|codec can't decode|not yet implemented|internal error|set POLARS_|pass `|`pl\.|\.\.\. was ",
    re.IGNORECASE,
)
_CLIENTS = 2
# Files that Nerium reads and the other readers do not, each with its reason.
EXPLAINED = {
    "datasets/data-matlab-excel-example.xlsx": "the name 'X'; openpyxl keeps a line feed behind it, which the workbook"
    " does not say is to be preserved",
    "arrow-testing/data/avro/int128_decimal.avro": "the decimals, of which DuckDB gives the bytes",
    "arrow-testing/data/avro/timestamp_logical_types.avro": "DuckDB refuses local timestamps, which are read right",
    "duckdb/data/csv/afl/24.csv": "of a fuzzer: the header is one quoted field of three lines, so that there is one"
    " column; PyArrow reads the same with a comma",
    "duckdb/data/parquet-testing/afl/5.parquet": "of a fuzzer: PyArrow runs over the end of its first page, where"
    " twelve dates in order are read; all others agree",
    "duckdb/data/parquet-testing/plaintext_footer_crypto_metadata.parquet": "its one value, 42; the metadata says that"
    " it is encrypted, and it is not",
}


@dataclass(frozen=True, kw_only=True)
class File:
    """A file, its path below the folder of checkouts, and what its ending says."""

    path: Path
    name: str
    format: str


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a file: its class, and what the server said or what differs."""

    file: str
    format: str
    found: str
    detail: str
    seconds: float
    peak_mib: float


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A file as one reader reads it: values by column, and how a value of Nerium's is compared with one of them."""

    reader: str
    columns: dict[str, Sequence[Any]]
    equal: Callable[[Any, Any], bool]
    is_ordered: bool = True


def measure(folder: Path, checkout: Path | None, part: int) -> dict[str, Any]:
    """Upload the files with a known ending below a folder of checkouts, or every nth of them, two at once."""
    files = [
        File(path=path, name=str(path.relative_to(folder)), format=kind)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and (kind := _format(path, folder))
    ][::part]
    if not files:
        raise SystemExit(f"no files in {folder}: see bench/README.md for the repositories to clone there")
    local = threading.local()
    with running(**({} if checkout is None else {"nerium": checkout / "nerium"})) as server:

        def one(table: str, file: File) -> Outcome:
            if not hasattr(local, "client"):
                local.client = server.client()
            begun = time.perf_counter()
            try:
                return _outcome(local.client, table, file)
            except (OSError, http.client.HTTPException) as error:
                del local.client
                return Outcome(
                    file=file.name,
                    format=file.format,
                    found="500",
                    detail=f"no answer: {error!r}",
                    seconds=time.perf_counter() - begun,
                    peak_mib=0,
                )

        with ThreadPoolExecutor(_CLIENTS) as pool:
            outcomes = list(pool.map(one, (f"file_{number}" for number in range(len(files))), files))
    _print(outcomes)
    return {
        "files": len(outcomes),
        "classes": Counter(outcome.found for outcome in outcomes),
        "others": [vars(outcome) for outcome in outcomes if outcome.found not in ("correct", "clear 400")],
    }


def _format(path: Path, folder: Path) -> str | None:
    if ".git" in path.parts:
        return None
    if not path.suffix:
        below = str(path.relative_to(folder))
        return next((kind for part, kind in BROKEN.items() if part in below), None)
    return next((kind for kind in TYPES if re.search(rf"\.{kind}(\.gz|\.zst)?$", path.name.lower())), None)


def _outcome(client: Client, table: str, file: File) -> Outcome:
    begun = time.perf_counter()
    run = new_run_id()
    url = f"/api/v1/catalogs/oleander/namespaces/default/tables/{table}"
    status, body = client.try_put(url, file.path.read_bytes(), TYPES[file.format], run)
    seconds = time.perf_counter() - begun
    answer = json.loads(body)
    if status == 200:  # noqa: PLR2004
        found, detail = _judged(client, table, file)
    elif status >= 500 or answer.get("code") in _FAILED:  # noqa: PLR2004
        found, detail = "500", f"{status} {answer}"
    else:
        text = f"{answer.get('error')} {answer.get('hint') or ''}"
        is_clear = _PLACE.search(text) is not None and _RAW.search(text) is None
        found, detail = ("clear 400" if is_clear else "unclear 400"), f"{status} {answer.get('code')}: {text}"
    return Outcome(
        file=file.name,
        format=file.format,
        found=found,
        detail=detail[:1000],
        seconds=seconds,
        peak_mib=_peak(client, run),
    )


def _peak(client: Client, run: str) -> float:
    try:
        return (json.loads(client.get(f"/api/v2/runs/{run}"))["peak_memory_bytes"] or 0) / (1 << 20)
    except RuntimeError:
        # Refused before it was a run.
        return 0


def _judged(client: Client, table: str, file: File) -> tuple[str, str]:
    """Read the table back, and look for a reader that has the same values in the file."""
    try:
        stream = client.run(
            {"mode": "query", "query": "SELECT * FROM t", "tables": [f"t=default.{table}"]}, accept=ARROW
        )
    except RuntimeError as error:
        return ("500" if str(error).startswith("5") else "wrong"), f"uploaded, and can't be read: {error}"
    ours = _columns(pa.ipc.open_stream(io.BytesIO(stream)).read_all())
    differences = []
    for read in READERS[file.format]:
        try:
            readings = list(read(file.path))
        except Exception as error:  # noqa: BLE001  # whatever a reader has against the file
            differences.append(f"{read.__name__.lstrip('_')}: {type(error).__name__} {str(error)[:150]}")
            continue
        for reading in readings:
            if (difference := _difference(ours, reading)) is None:
                return "correct", f"as {reading.reader}"
            differences.append(f"{reading.reader}: {difference}")
    if (reason := EXPLAINED.get(file.name)) is not None:
        return "correct", f"explained: {reason}"
    return "wrong", " | ".join(differences)


def _difference(ours: dict[str, Sequence[Any]], reading: Reading) -> str | None:
    """Say where two readings differ first; rows may come in another order."""
    if ours.keys() != reading.columns.keys() or (reading.is_ordered and list(ours) != list(reading.columns)):
        return f"columns {list(ours)[:20]} are not {list(reading.columns)[:20]}"
    counts = [{len(values) for values in columns.values()} for columns in (ours, reading.columns)]
    if counts[0] != counts[1]:
        return f"rows {counts[0]} are not {counts[1]}"
    for name, values in ours.items():
        for row, (mine, other) in enumerate(zip(values, reading.columns[name], strict=True)):
            if not (mine is other or reading.equal(mine, other)):
                if Counter(map(repr, zip(*ours.values(), strict=True))) == Counter(
                    map(repr, zip(*reading.columns.values(), strict=True))
                ):
                    return None
                return f"{name!r} row {row + 1}: {mine!r:.100} is not {other!r:.100}"
    return None


# Values as Python has them: times in nanoseconds, dictionaries and extensions as what they stand for, maps as lists.


def _columns(table: pa.Table) -> dict[str, Sequence[Any]]:
    names = table.schema.names
    if len(set(names)) < len(names):
        raise ValueError("two columns have the same name")
    return {name: [value for chunk in table[name].chunks for value in _values(chunk)] for name in names}


def _values(array: pa.Array) -> list[Any]:
    kind = array.type
    if isinstance(kind, pa.BaseExtensionType):
        return _values(array.storage)
    if pa.types.is_dictionary(kind):
        dictionary = _values(array.dictionary)
        return [None if at is None else dictionary[at] for at in array.indices.to_pylist()]
    if pa.types.is_run_end_encoded(kind):
        return _values(pc.run_end_decode(array))
    if pa.types.is_struct(kind):
        parts = [_values(part) for part in array.flatten()]
        names = [field.name for field in kind]
        rows = zip(*parts, strict=True) if parts else itertools.repeat((), len(array))
        return [
            dict(zip(names, row, strict=True)) if valid else None
            for row, valid in zip(rows, array.is_valid().to_pylist(), strict=True)
        ]
    if pa.types.is_map(kind):
        pairs = [
            {"key": key, "value": value}
            for key, value in zip(
                _values(_within(array, array.keys)), _values(_within(array, array.items)), strict=True
            )
        ]
        return _cut(array, pairs)
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return _cut(array, _values(_within(array, array.values)))
    if pa.types.is_fixed_size_list(kind) or pa.types.is_list_view(kind) or pa.types.is_large_list_view(kind):
        return [None if not one.is_valid else _values(one.values) for one in array]
    if pa.types.is_temporal(kind) and not pa.types.is_interval(kind):
        return _instants(array)
    return array.to_pylist()


def _within(array: pa.Array, inner: pa.Array) -> pa.Array:
    first, last = array.offsets[0].as_py(), array.offsets[-1].as_py()
    return inner.slice(first, last - first) if len(array.offsets) > 1 else inner.slice(0, 0)


def _cut(array: pa.Array, values: list[Any]) -> list[Any]:
    offsets = array.offsets.to_pylist()
    first = offsets[0] if offsets else 0
    valid = array.is_valid().to_pylist()
    return [
        values[begin - first : end - first] if is_valid else None
        for begin, end, is_valid in zip(offsets, offsets[1:], valid, strict=False)
    ]


@dataclass(frozen=True)
class Instant:
    """A point on the calendar or of a day, in nanoseconds: of UTC where `is_utc`."""

    nanoseconds: int
    is_utc: bool = False
    is_day: bool = False

    def __repr__(self) -> str:
        if self.is_day:
            return f"day {self.nanoseconds // 86_400_000_000_000}"
        return f"{self.nanoseconds} ns{' UTC' if self.is_utc else ''}"


def _instants(array: pa.Array) -> list[Any]:
    kind = array.type
    width = pa.int32() if kind.bit_width == 32 else pa.int64()  # noqa: PLR2004
    numbers = array.view(width).to_pylist()
    is_day = pa.types.is_date32(kind)
    factor = 86_400_000_000_000 if is_day else 1_000_000
    if not pa.types.is_date(kind):
        factor = {"s": 1_000_000_000, "ms": 1_000_000, "us": 1_000, "ns": 1}[kind.unit]
    is_utc = pa.types.is_timestamp(kind) and kind.tz is not None
    return [None if number is None else Instant(number * factor, is_utc, is_day) for number in numbers]


def _same(mine: Any, other: Any) -> bool:  # noqa: ANN401
    """Compare values of files that say their types: widened numbers and UUIDs as text are the same."""
    if mine is None or other is None:
        return mine is other
    if isinstance(mine, bool) or isinstance(other, bool):
        return mine is other
    if isinstance(mine, float) and isinstance(other, float):
        return mine == other or (math.isnan(mine) and math.isnan(other))
    if isinstance(mine, dict) and isinstance(other, dict):
        return mine.keys() == other.keys() and all(_same(value, other[key]) for key, value in mine.items())
    if isinstance(mine, list) and isinstance(other, list):
        return len(mine) == len(other) and all(map(_same, mine, other))
    if isinstance(mine, str) and isinstance(other, bytes):
        return len(other) == 16 and mine == str(uuid.UUID(bytes=other))  # noqa: PLR2004
    return bool(mine == other)


def _same_but_zone(mine: Any, other: Any) -> bool:  # noqa: ANN401
    """Compare values of Avro, whose timestamps are instants, which DuckDB does not say."""
    if isinstance(mine, Instant) and isinstance(other, Instant):
        return mine.nanoseconds == other.nanoseconds
    return _same(mine, other)


# Text, by what is written in the file: whatever type a value got, it must be what the text says.

_WHOLE = re.compile(r"-?(0|[1-9]\d*)")


def _as_written(mine: Any, text: Any) -> bool:  # noqa: ANN401
    """Compare a value with the text of a field; an empty field is null, or may be an empty text."""
    if text is None or text == "":
        return mine is None or mine == ""
    if mine is None or isinstance(mine, str):
        return bool(mine == text)
    if isinstance(mine, bool):
        return bool(text.lower() == str(mine).lower())
    if isinstance(mine, Instant):
        return _instant(text, mine) == mine
    if isinstance(mine, int):
        return _WHOLE.fullmatch(text) is not None and int(text) == mine
    try:
        if isinstance(mine, Decimal):
            return Decimal(text) == mine
        number = float(text)
    except (InvalidOperation, ValueError):
        return False
    return number == mine or (math.isnan(number) and math.isnan(mine))


def _instant(text: str, like: Instant) -> Instant | None:
    """Read a date, a time or a timestamp of ISO 8601."""
    found = re.fullmatch(
        r"(?:(\d{4}-\d\d-\d\d)(?:[ T]|$))?(?:(\d\d:\d\d)(:\d\d)?(\.\d+)?)?(Z|[+-]\d\d(?::?\d\d)?)?", text
    )
    if found is None:
        return None
    day, minute, second, fraction, zone = found.groups()
    try:
        base = datetime.fromisoformat(f"{day or '1970-01-01'}T{minute or '00:00'}{second or ':00'}{zone or '+00:00'}")
    except ValueError:
        return None
    whole = (base - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)
    digits = (fraction or ".0")[1:].ljust(9, "0")
    if digits[9:].strip("0"):
        return None
    return Instant(whole * 1_000_000_000 + int(digits[:9]), zone is not None, like.is_day)


def _as_cell(mine: Any, cell: Any) -> bool:  # noqa: ANN401
    """Compare a value with a cell; a column with cells of several kinds is text, but for the text nan among numbers."""
    if mine is None or cell is None or isinstance(mine, bool) or isinstance(cell, bool):
        return mine is cell or (isinstance(mine, str) and mine == str(cell).lower())
    if isinstance(cell, (date, clock)):
        return _as_written(mine, cell.isoformat().replace("T", " "))
    if isinstance(mine, str) and not isinstance(cell, str):
        return _is_number(mine) and Decimal(mine) == Decimal(str(cell))
    return bool(mine == cell) or (isinstance(mine, float) and math.isnan(mine) and cell == "nan")


def _as_json(mine: Any, value: Any) -> bool:  # noqa: ANN401
    """Compare a value with one of JSON: a key that is not there is null, and an object without values is null.

    A column that has texts beside others is text, with the JSON of the others.
    """
    if isinstance(mine, str) and isinstance(value, (dict, list)):
        try:
            return bool(json.loads(mine, parse_float=Decimal) == value)
        except ValueError:
            return False
    if isinstance(value, dict):
        if mine is None or isinstance(mine, dict):
            own = mine or {}
            return all(_as_json(own.get(key), item) for key, item in value.items()) and all(
                key in value or _as_json(item, None) for key, item in own.items()
            )
        return False
    if value is None:
        return mine is None or (isinstance(mine, dict) and all(_as_json(item, None) for item in mine.values()))
    if isinstance(value, list):
        return isinstance(mine, list) and len(mine) == len(value) and all(map(_as_json, mine, value))
    if isinstance(value, str):
        return bool(mine == value)
    if isinstance(mine, str):
        return mine == str(value).lower() if isinstance(value, bool) else _is_number(mine) and Decimal(mine) == value
    if isinstance(value, bool) or isinstance(mine, bool):
        return mine is value
    if not isinstance(mine, (int, float, Decimal)):
        return False
    # An integer that no double has would be another number.
    return mine == value if isinstance(value, int) else float(mine) == float(value)


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", text) is not None


# Readers.


def _plain(path: Path) -> bytes:
    """Unpack, and decode what a mark says is UTF-16."""
    data = path.read_bytes()
    if data.startswith(b"\x1f\x8b"):
        data = gzip.decompress(data)
    elif data.startswith(b"\x28\xb5\x2f\xfd"):
        data = zstandard.ZstdDecompressor().stream_reader(data).read()
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        data = data.decode("utf-16").encode()
    return data.removeprefix(b"\xef\xbb\xbf")


def _csv(path: Path) -> Iterator[Reading]:
    """Read by DuckDB, and with the separator that it finds by PyArrow and Python."""
    data = _plain(path)
    said = re.match(rb"sep=(.)\r?\n", data)
    if said:
        data = data[said.end() :]
    is_tsv = ".tsv" in path.name.lower()
    separator = "\t" if is_tsv else said[1].decode() if said else ""
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        file.write(data)
        file.flush()
        option = f", delim = '{separator}'" if separator else ""
        try:
            with duckdb.connect() as connection:
                sniffed = connection.execute(
                    f"SELECT Delimiter FROM sniff_csv('{file.name}', sample_size = -1{option})"
                ).fetchone()
                assert sniffed is not None
                separator = separator or sniffed[0]
                table = connection.execute(
                    f"FROM read_csv('{file.name}', all_varchar = true, header = true, sample_size = -1{option})"
                ).to_arrow_table()
            yield Reading(reader="DuckDB", columns=_columns(table), equal=_as_written)
        except (duckdb.Error, UnicodeDecodeError):
            pass
    # DuckDB may sniff a separator that is inside of the values.
    usual = max(",;|\t", key=lambda one: data.split(b"\n", 1)[0].count(one.encode()))
    for candidate in dict.fromkeys((separator or usual, usual)) if not (is_tsv or said) else (separator,):
        if len(candidate) == 1 and candidate != "\0":
            yield from _by_arrow(data, candidate)
            yield from _by_python(data, candidate)


def _by_arrow(data: bytes, separator: str) -> Iterator[Reading]:
    parse = pa.csv.ParseOptions(delimiter=separator, newlines_in_values=True)
    try:
        names = pa.csv.open_csv(io.BytesIO(data), parse_options=parse).schema.names
        table = pa.csv.read_csv(
            io.BytesIO(data),
            parse_options=parse,
            convert_options=pa.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
        )
        yield Reading(reader=f"PyArrow with {separator!r}", columns=_columns(table), equal=_as_written)
    except (pa.ArrowException, ValueError):
        pass


def _by_python(data: bytes, separator: str) -> Iterator[Reading]:
    try:
        rows = list(csv.reader(io.StringIO(data.decode(), newline=""), delimiter=separator, strict=True))
    except (UnicodeDecodeError, csv.Error):
        return
    while rows and not rows[0]:
        del rows[0]
    if not rows:
        return
    header, *rows = rows
    # An empty line is a null of the one column, else no row.
    rows = [row or [""] for row in rows] if len(header) == 1 else [row for row in rows if row]
    if len(set(header)) == len(header) and all(len(row) == len(header) for row in rows):
        columns = {name: [row[at] for row in rows] for at, name in enumerate(header)}
        yield Reading(reader=f"Python with {separator!r}", columns=columns, equal=_as_written)


def _json(path: Path) -> Iterator[Reading]:
    """Read by Python, which keeps numbers as they are written: a list of objects, or objects in a row."""
    text = _plain(path).decode()
    decoder = json.JSONDecoder(parse_float=Decimal)
    space = re.compile(r"[ \t\r\n]*")
    documents: list[Any] = []
    at = space.match(text).end()  # type: ignore[union-attr]
    while at < len(text):
        document, at = decoder.raw_decode(text, at)
        documents.append(document)
        at = space.match(text, at).end()  # type: ignore[union-attr]
    rows = documents[0] if len(documents) == 1 and isinstance(documents[0], list) else documents
    if not all(isinstance(row, dict) for row in rows):
        raise ValueError("not only objects")
    names = dict.fromkeys(key for row in rows for key in row)
    columns = {name: [row.get(name) for row in rows] for name in names}
    yield Reading(reader="Python", columns=columns, equal=_as_json, is_ordered=False)


def _parquet(path: Path) -> Iterator[Reading]:
    yield Reading(reader="PyArrow", columns=_columns(pq.ParquetFile(path).read()), equal=_same)
    # The old timestamps of years that nanoseconds do not reach.
    file = pq.ParquetFile(path, coerce_int96_timestamp_unit="us")
    yield Reading(reader="PyArrow with microseconds", columns=_columns(file.read()), equal=_same)


def _parquet_by_duckdb(path: Path) -> Iterator[Reading]:
    with duckdb.connect() as connection:
        table = connection.execute("FROM read_parquet(?)", [str(path)]).to_arrow_table()
    yield Reading(reader="DuckDB", columns=_columns(table), equal=_same)


def _arrow(path: Path) -> Iterator[Reading]:
    with path.open("rb") as file:
        is_file = file.read(6) == b"ARROW1"
    reader = pa.ipc.open_file(path) if is_file else pa.ipc.open_stream(path)
    yield Reading(reader="PyArrow", columns=_columns(reader.read_all()), equal=_same)


def _avro(path: Path) -> Iterator[Reading]:
    with duckdb.connect() as connection:
        connection.load_extension(str(next(Path(duckdb_extension_avro.__path__[0]).rglob("*.duckdb_extension"))))
        table = connection.execute("FROM read_avro(?)", [str(path)]).to_arrow_table()
    yield Reading(reader="DuckDB", columns=_columns(table), equal=_same_but_zone)


def _excel(path: Path) -> Iterator[Reading]:
    """Read the first sheet, without rows and columns that have no value."""
    sheet = openpyxl.load_workbook(path, data_only=True).worksheets[0]
    rows = [row for row in sheet.iter_rows(values_only=True) if any(cell is not None for cell in row)]
    header, *rows = rows
    columns = {
        str(title): [row[at] for row in rows]
        for at, title in enumerate(header)
        if title is not None or any(row[at] is not None for row in rows)
    }
    yield Reading(reader="openpyxl", columns=columns, equal=_as_cell)


_TEXT, _PARQUET, _IPC = (_csv,), (_parquet, _parquet_by_duckdb), (_arrow,)
READERS: dict[str, tuple[Callable[[Path], Iterator[Reading]], ...]] = {
    "csv": _TEXT,
    "tsv": _TEXT,
    "ndjson": (_json,),
    "jsonl": (_json,),
    "json": (_json,),
    "parquet": _PARQUET,
    "arrow": _IPC,
    "feather": _IPC,
    "ipc": _IPC,
    "arrow_file": _IPC,
    "stream": _IPC,
    "avro": (_avro,),
    "xlsx": (_excel,),
}


def _print(outcomes: Sequence[Outcome]) -> None:
    print(f"\n## {len(outcomes):,} files of other projects\n")
    print(f"| | files | {' | '.join(CLASSES)} |\n|---|{'---|' * (len(CLASSES) + 1)}")
    repositories = sorted({outcome.file.split("/")[0] for outcome in outcomes})
    for repository in [*repositories, ""]:
        mine = [outcome for outcome in outcomes if outcome.file.startswith(f"{repository}/" if repository else "")]
        counts = Counter(outcome.found for outcome in mine)
        print(f"| {repository or 'all'} | {len(mine):,} | {' | '.join(f'{counts[found]:,}' for found in CLASSES)} |")
    slowest = max(outcomes, key=lambda outcome: outcome.seconds)
    largest = max(outcomes, key=lambda outcome: outcome.peak_mib)
    print(
        f"\nslowest: {slowest.file}, {slowest.seconds:.1f} s; most memory: {largest.file}, {largest.peak_mib:.0f} MiB\n"
    )
    for outcome in outcomes:
        if outcome.found not in ("correct", "clear 400"):
            print(f"- {outcome.found}: {outcome.file}: {outcome.detail[:300]}")
