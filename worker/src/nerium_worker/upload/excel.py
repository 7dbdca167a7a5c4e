"""Reads one sheet of an Excel or OpenDocument workbook, with the types of its cells."""

from __future__ import annotations

import functools
import logging
import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any
from xml.parsers import expat

import polars as pl

from nerium_worker.protocol.errors import Failure
from nerium_worker.protocol.upload_options import Options
from nerium_worker.upload.fit import EXACT_DOUBLES, from_text, require_converted
from nerium_worker.upload.text import require_header, what_it_is

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from polars.datatypes import DataType

_DAMAGES = (zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError, ValueError, IndexError)
_ZIP = b"PK\x03\x04"
_OLD = b"\xd0\xcf\x11\xe0"
_LARGEST = 1 << 30
# The library makes room for each cell between the first and the last that is used.
_MOST_CELLS = 50_000_000
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})", re.IGNORECASE)
_LETTERS = 26
_BINARY = "xl/workbook.bin"
_BEGIN_SHEET, _END_SHEET_DATA, _ROW = b"\x81\x01", 0x92, 0
# Records of cells with values: numbers, errors, texts, and results of formulas.
_VALUES = range(2, 12)
_MORE = 0x80
_OPEN_PARTS = ("mimetype", "META-INF/manifest.xml", "content.xml")
_TIME_OF_CELL = re.compile(
    rb"""(<table:(?:covered-)?table-cell(?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*?\s+)office:time-value(?=\s*=)"""
)
_ISO_TIME = r"^(-?)P(?:(\d{1,6})D)?T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})(?:[.,](\d+))?S)?$"
_NO_OPTIONS = Options()
_ERRORS = {
    "NA": "#N/A",
    "Div0": "#DIV/0!",
    "Name": "#NAME?",
    "Null": "#NULL!",
    "Num": "#NUM!",
    "Ref": "#REF!",
    "Value": "#VALUE!",
}
_ERROR = re.compile(r"Error\((\w+)\)")
_MIXED = re.compile(r"__UNNAMED__(\d+)")
# The days on which times of a day are, by the two ways in which workbooks count days.
_NO_DAYS = ("1899-12-30", "1899-12-31", "1904-01-01")
_DAY = 24 * 3600
_SECOND = 1_000_000_000
_LISTED = 20
_HAS_VALUES = pl.any_horizontal(pl.all().is_not_null())


@dataclass(frozen=True, kw_only=True)
class _Cells:
    """The cells below the header: as text, and as their kinds; both have columns by number."""

    names: list[str]
    texts: pl.DataFrame
    kinds: pl.DataFrame


def excel_frame(
    path: Path,
    options: Options,
    scratch: Path,
    demanded: Mapping[str, tuple[DataType, str]],
    known: list[str] | None,
) -> tuple[pl.LazyFrame, dict[str, Any]]:
    """Read a sheet: each column has the type that is demanded of it, or that its cells have; else it is text."""
    _require_workbook(path)
    names, sheet, cells = _read(_named_by_its_format(path, scratch), options, known)
    columns: list[pl.Series] = []
    for number, name in enumerate(cells.names):
        value = _cast(cells.kinds.to_series(number), cells.texts.to_series(number))
        columns.append((_text(value) if name in demanded else value).alias(name))
    frame = pl.DataFrame(columns).lazy()
    conversions = {
        name: from_text(pl.col(name), demanded[name][0], options) for name in cells.names if name in demanded
    }
    require_converted(frame, conversions, demanded)
    frame = frame.with_columns(conversion.value.alias(name) for name, conversion in conversions.items())
    return frame, {"sheet": sheet, "sheets": names, "header": options.header}


def _require_workbook(path: Path) -> None:
    with path.open("rb") as file:
        head = file.read(16)
    if head.startswith(_ZIP):
        try:
            with zipfile.ZipFile(path) as archive:
                _require_small(archive)
                _require_near(archive)
        except (*_DAMAGES, NotImplementedError, RuntimeError) as error:
            raise _unreadable(error) from error
    elif not head.startswith(_OLD):
        known = what_it_is(head)
        it = "does not begin like one" if known is None else f"is {known[0]}"
        raise Failure(
            "load",
            f"The upload can't be read as an Excel workbook: it {it}.",
            hint="Send the file with the Content-Type of its format: CSV as text/csv.",
        )


def _require_small(archive: zipfile.ZipFile) -> None:
    size = sum(entry.file_size for entry in archive.infolist())
    if size > _LARGEST:
        raise Failure(
            "load",
            f"The workbook has {size:,} bytes when it is unpacked, and at most {_LARGEST:,} are read.",
            hint="Save the sheet as CSV, and send that.",
        )


def _require_near(archive: zipfile.ZipFile) -> None:
    """Refuse a sheet with values far apart. A sheet need not declare the range that it uses, and may be wrong."""
    read = _read_binary_sheet if _BINARY in archive.namelist() else _read_sheet
    for entry in archive.infolist():
        used = _Used()
        with archive.open(entry) as file:
            read(file, used)
        if used.cells() > _MOST_CELLS:
            raise _far_apart(
                f"A sheet of the workbook uses the cells {used}, {used.cells():,} with the empty ones between them, and"
                f" at most {_MOST_CELLS:,} are read."
            )


def _far_apart(error: str) -> Failure:
    return Failure(
        "load",
        error,
        hint="A cell far from the others may be set: delete the rows and columns behind the data, or save the sheet as"
        " CSV.",
    )


@dataclass(kw_only=True)
class _Used:
    """The first and the last row and column with a value; all are 0 where there is none."""

    top: int = 0
    bottom: int = 0
    left: int = 0
    right: int = 0

    def add(self, row: int, column: int) -> None:
        self.top, self.bottom = min(self.top or row, row), max(self.bottom, row)
        self.left, self.right = min(self.left or column, column), max(self.right, column)

    def cells(self) -> int:
        return (self.bottom - self.top + 1) * (self.right - self.left + 1)

    def __str__(self) -> str:
        return f"{_letters(self.left)}{self.top}:{_letters(self.right)}{self.bottom}"


class _NotASheet(Exception):
    """Another part of a workbook."""


def _read_sheet(file: IO[bytes], used: _Used) -> None:
    """Find the cells with values in XML; a cell without a place is beside the one before, as is a row."""
    row = cell_row = column = 0
    is_sheet = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal row, cell_row, column, is_sheet
        if not is_sheet:
            if name.rpartition(":")[2] != "worksheet":
                raise _NotASheet
            is_sheet = True
        match name.rpartition(":")[2]:
            case "row":
                row, column = int(attributes.get("r", row + 1)), 0
            case "c":
                place = _PLACE.fullmatch(attributes.get("r", ""))
                cell_row, column = (row, column + 1) if place is None else (int(place[2]), _number(place[1].upper()))
            case "v" | "is":
                used.add(cell_row, column)

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    try:
        parser.ParseFile(file)
    except _NotASheet:
        return
    except expat.ExpatError:
        if is_sheet:
            raise


def _read_binary_sheet(file: IO[bytes], used: _Used) -> None:
    """Find the cells with values in the records of the binary format: a type, a length, and as many bytes."""
    data = file.read()
    at = row = type_ = 0
    while data.startswith(_BEGIN_SHEET) and at < len(data) and type_ != _END_SHEET_DATA:
        type_, at = _packed(data, at)
        length, at = _packed(data, at)
        number = int.from_bytes(data[at : at + 4], "little")
        if type_ == _ROW:
            row = number + 1
        elif type_ in _VALUES:
            used.add(row, number + 1)
        at += length


def _packed(data: bytes, at: int) -> tuple[int, int]:
    """Read a number of which each byte has seven bits; give where it ends."""
    number = shift = 0
    while True:
        byte = data[at]
        number |= byte % _MORE << shift
        at, shift = at + 1, shift + 7
        if byte < _MORE:
            return number, at


def _letters(number: int) -> str:
    """Give the letters of a column."""
    before, last = divmod(number - 1, _LETTERS)
    return (_letters(before) if before else "") + chr(ord("A") + last)


@functools.cache
def _number(letters: str) -> int:
    """Give the number of a column."""
    return functools.reduce(lambda number, letter: number * _LETTERS + ord(letter) - ord("A") + 1, letters, 0)


def _named_by_its_format(path: Path, scratch: Path) -> Path:
    """Give an OpenDocument workbook the name of its format, without which the library reports no cause of a failure.

    Its times are dates then: the library gives the text of these only.
    """
    if not zipfile.is_zipfile(path):
        return path
    with zipfile.ZipFile(path) as archive:
        if not set(_OPEN_PARTS) <= set(archive.namelist()):
            return path
        parts = {name: archive.read(name) for name in _OPEN_PARTS}
    anew = scratch / "anew.ods"
    with zipfile.ZipFile(anew, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, _TIME_OF_CELL.sub(rb"\1office:date-value", data))
    return anew


def _unreadable(error: BaseException) -> Failure:
    text = str(error)
    if "ell limit" in text:
        return _far_apart("A sheet of the workbook uses cells that are too far apart.")
    if "assword" in text or "ncrypt" in text:
        return Failure("load", "The workbook is protected by a password.", hint="Save it without one.")
    return Failure(
        "load",
        "The upload can't be read as an Excel workbook: it is damaged, ends too early, or is another kind of file.",
        details=text,
        hint="Send the whole file; with curl by --data-binary. Else save the sheet as CSV.",
    )


def _read(path: Path, options: Options, known: list[str] | None) -> tuple[list[str], str, _Cells]:
    import fastexcel  # noqa: PLC0415  # only uploads of workbooks need it

    # It logs each column without values.
    logging.getLogger("fastexcel").setLevel(logging.ERROR)
    try:
        reader = fastexcel.read_excel(path)
        names = reader.sheet_names
        sheet = _choose(names, options.sheet)
        return names, sheet, _cells(reader, sheet, names, options, known)
    except (Failure, MemoryError, KeyboardInterrupt):
        raise
    except BaseException as error:  # also panics of the library
        raise _unreadable(error) from error


def _choose(names: list[str], wanted: str | None) -> str:
    if not names:
        raise Failure("load", "The workbook has no sheets.")
    if wanted is None:
        return names[0]
    if wanted in names:
        return wanted
    if wanted.isdecimal() and 1 <= int(wanted) <= len(names):
        return names[int(wanted) - 1]
    raise Failure("load", f"The workbook has no sheet {wanted!r}.", hint=f"Its sheets are: {_list(names)}.")


def _list(names: list[str]) -> str:
    return ", ".join(map(repr, names[:_LISTED])) + (", ..." if len(names) > _LISTED else "")


def _cells(reader: Any, sheet: str, names: list[str], options: Options, known: list[str] | None) -> _Cells:  # noqa: ANN401  # untyped
    loaded = reader.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string")
    batch, errors = loaded.to_arrow_with_errors() if loaded.height else (None, None)
    rows = pl.DataFrame() if batch is None else pl.DataFrame(pl.from_arrow(batch))
    filled = [] if batch is None else rows.select(_HAS_VALUES).to_series().arg_true().to_list()
    if not filled:
        raise Failure(
            "load",
            f"The sheet {sheet!r} is empty.",
            hint=f"Choose another with sheet=. The sheets are: {_list(names)}.",
        )
    start = filled[0] + options.skip_lines
    header = start if options.header else None
    first = start + options.header
    _require_no_errors(errors, rows, first, header, options)
    texts = rows.slice(first)
    kinds = _kinds(reader, sheet, first, texts)
    titles = list(rows.row(header)) if header is not None and header < rows.height else [None] * rows.width
    used = [
        number for number, title in enumerate(titles) if title or texts.to_series(number).null_count() < texts.height
    ]
    if options.nulls:
        texts = texts.with_columns(pl.when(~pl.all().is_in(list(options.nulls))).then(pl.all()))
    texts, kinds = texts.select(texts.columns[number] for number in used), kinds[:, used]
    given = texts.select(_HAS_VALUES).to_series()
    return _Cells(
        names=_names([titles[number] for number in used], known, options),
        texts=texts.filter(given),
        kinds=kinds.filter(given),
    )


def _names(titles: list[str | None], known: list[str] | None, options: Options) -> list[str]:
    if options.header:
        names = [title or "" for title in titles]
        require_header(names)
        return names
    if known is None:
        return [f"column_{number}" for number in range(1, len(titles) + 1)]
    if len(known) != len(titles):
        raise Failure("load", f"The sheet has {len(titles):,} columns and no header, and the table has {len(known):,}.")
    return known


def _require_no_errors(errors: Any, rows: pl.DataFrame, first: int, header: int | None, options: Options) -> None:  # noqa: ANN401  # untyped
    for error in () if errors is None else errors.errors:
        row, column = error.position
        name = rows.item(header, column) if header is not None else column + 1
        match = _ERROR.search(error.detail)
        shown = _ERRORS.get(match[1], match[1]) if match else error.detail
        if row >= (first if header is None else header) and shown not in options.nulls:
            raise Failure(
                "load",
                f"Row {row - first + 1:,} has the error {shown} in the column {name!r}.",
                hint="Rows are counted from 1, without the header. Correct the formula, or read such cells as nulls:"
                f" null={shown} (in an address: null={shown.replace('#', '%23')}).",
            )


def _kinds(reader: Any, sheet: str, first: int, texts: pl.DataFrame) -> pl.DataFrame:  # noqa: ANN401  # untyped
    """Read the cells with their types; a column of several that have nothing in common is text."""
    mixed: dict[int | str, str] = {}
    kinds = texts if not texts.height else None
    while kinds is None:
        kinds = _kinds_but(reader, sheet, first, mixed)
    return kinds


def _kinds_but(reader: Any, sheet: str, first: int, mixed: dict[int | str, str]) -> pl.DataFrame | None:  # noqa: ANN401  # untyped
    """Read the cells with their types but for mixed columns; None where it finds another one of these."""
    import fastexcel  # noqa: PLC0415

    try:
        loaded = reader.load_sheet(
            sheet, header_row=None, skip_rows=first, schema_sample_rows=None, dtypes=mixed or None
        )
        return pl.DataFrame(loaded.to_polars())
    except fastexcel.UnsupportedColumnTypeCombinationError as error:
        match = _MIXED.search(str(error))
        if match is None or int(match[1]) in mixed:
            raise
        mixed[int(match[1])] = "string"
        return None


def _cast(value: pl.Series, text: pl.Series) -> pl.Series:
    """Give a column the type that all of its cells have, text where they have not one."""
    if text.null_count() == len(text):
        return text.cast(pl.String)
    if value.dtype == pl.Date or (value.dtype == pl.Datetime and text.str.contains("T", literal=True).any()):
        return _iso(text)
    if value.null_count() != text.null_count() or (value.dtype.is_numeric() and text.is_in(["true", "false"]).any()):
        return text
    match value.dtype:
        case pl.Boolean():
            return value
        case pl.Float64():
            is_whole = ((value % 1 == 0) & (value.abs() < EXACT_DOUBLES)).all()
            return value.cast(pl.Int64) if is_whole else value
        case pl.Int64():
            return value
        case pl.Datetime():
            return _moments(value)
        case pl.Duration():
            return _durations(value.cast(pl.Duration("ns")).cast(pl.Int64))
        case _:
            return text


def _moments(value: pl.Series) -> pl.Series:
    days = value.dt.date().cast(pl.String)
    if days.is_in(_NO_DAYS).all(ignore_nulls=True):
        return value.dt.time()
    is_day = (value.dt.time().cast(pl.Int64) == 0).all()
    return value.dt.date() if is_day else value.cast(pl.Datetime("us"))


def _iso(text: pl.Series) -> pl.Series:
    """Read dates, timestamps or times of ISO 8601, which OpenDocument has; text where there are several of these."""
    texts = pl.DataFrame({"text": text})
    for dtype in (pl.Date(), pl.Datetime("us")):
        value = texts.select(from_text(pl.col("text"), dtype, _NO_OPTIONS).value).to_series()
        if value.null_count() == text.null_count():
            return value
    if not text.str.contains(_ISO_TIME).all(ignore_nulls=True):
        return text
    parts = text.str.extract_groups(_ISO_TIME).struct.unnest()
    parts.columns = ["sign", "days", "hours", "minutes", "seconds", "fraction"]
    days, hours, minutes, seconds = (pl.col(name).cast(pl.Int64).fill_null(0) for name in parts.columns[1:5])
    # A cell has a double, whose last digits are not those that were written.
    fraction = pl.col("fraction").fill_null("").str.pad_end(7, "0").str.slice(0, 7).cast(pl.Int64)
    microseconds = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000_000 + (fraction + 5) // 10
    sign = pl.col("sign").replace_strict({"": 1, "-": -1}, return_dtype=pl.Int64)
    return _durations(parts.select(sign * microseconds * 1_000).to_series())


def _durations(nanoseconds: pl.Series) -> pl.Series:
    """Give times of a day; longer ones as a workbook shows them, such as 30:00:00, with the fraction that they have."""
    if ((nanoseconds >= 0) & (nanoseconds < _DAY * _SECOND)).all():
        return nanoseconds.cast(pl.Time)
    size = pl.col("ns").abs()
    seconds = size // _SECOND
    fraction = (size % _SECOND).cast(pl.String).str.zfill(9).str.strip_chars_end("0")
    parts = pl.DataFrame({"ns": nanoseconds}).select(
        pl.format(
            "{}{}:{}:{}{}",
            pl.when(pl.col("ns") < 0).then(pl.lit("-")).otherwise(pl.lit("")),
            seconds // 3600,
            (seconds // 60 % 60).cast(pl.String).str.zfill(2),
            (seconds % 60).cast(pl.String).str.zfill(2),
            pl.when(fraction == "").then(pl.lit("")).otherwise("." + fraction),
        )
    )
    return parts.to_series()


def _text(value: pl.Series) -> pl.Series:
    """Write values as CSV has them, to be read as the type that is demanded."""
    match value.dtype:
        case pl.Datetime():
            return value.dt.strftime("%Y-%m-%d %H:%M:%S%.f")
        case pl.Time():
            return value.dt.strftime("%H:%M:%S%.f")
        case _:
            return value.cast(pl.String)
