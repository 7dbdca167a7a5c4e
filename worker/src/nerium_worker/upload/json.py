"""Reads JSON: one object per line, or a list of objects; each key of a row becomes a column."""

from __future__ import annotations

import contextlib
import json
import math
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, NoReturn

import polars as pl

from nerium_worker.polars_plan.dtypes import instance
from nerium_worker.protocol.errors import Failure
from nerium_worker.upload.fit import EXACT_DOUBLES, Demand, require, shape
from nerium_worker.upload.text import CHUNK, first_invalid, no_utf8, prepare

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from typing import TextIO

    from polars.datatypes import DataType

    from nerium_worker.protocol.upload_options import Options

_HALF = re.compile(rb"(?<!\\)(?:\\\\)*\\u[dD](?:[89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|[c-fC-F][0-9a-fA-F]{2})")
_PAIR = re.compile(rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")
_LONGEST_INTEGER = 38
# Decimal digits that a double keeps of any number.
_DIGITS = 15
_SPACE = " \t\r\n"


def json_frame(
    source: Path, options: Options, scratch: Path, demanded: Mapping[str, tuple[DataType, str]], format_: str
) -> tuple[pl.LazyFrame, dict[str, Any]]:
    """Read JSON; scalars of columns whose type is demanded are read as text, so that none is rounded on the way."""
    text = prepare(source, options, scratch, format_=format_)
    if text.is_empty:
        raise Failure("load", "The upload has no text: it must have a JSON object for each row.")
    if text.has_escapes:
        _require_whole_characters(text.path)
    path = text.path
    if format_ == "json":
        path = scratch / "rows"
        with path.open("w", encoding="utf-8", newline="") as file:
            file.writelines(_one_by_line(text.path))
        if path.stat().st_size == 0:
            raise Failure("load", "The upload is an empty list: it has no rows, and no columns.")
    try:
        found = _found(path, "Line {:,}" if format_ == "ndjson" else "Row {:,}")
        types = {
            name: _read_as(dtype, demanded[name][0]) if name in demanded else dtype for name, dtype in found.items()
        } | _nested_as_text(found, options)
        rows = pl.scan_ndjson(path, schema=pl.Schema(types))
        if texts := _find_rounded(path, rows, {name: dtype for name, dtype in types.items() if name not in demanded}):
            types |= texts
            rows = pl.scan_ndjson(path, schema=pl.Schema(types))
        frame = _cast(rows, types, options, demanded)
        # Rows that Polars can't read fail here, and not after half of the rows are written.
        frame.select(pl.all().null_count()).collect(engine="streaming")
    except Failure:
        raise
    except BaseException as error:
        if isinstance(error, (MemoryError, KeyboardInterrupt)):
            raise
        _explain(path, error, is_lines=format_ == "ndjson")
    return frame, {"encoding": text.encoding, "compression": text.compression}


def _found(path: Path, place: str) -> pl.Schema:
    found = pl.scan_ndjson(path, infer_schema_length=None).collect_schema()
    if not found:
        raise Failure("load", "The upload has no columns: its objects are empty.")
    return pl.Schema({name: found[name] for name in _names(path, place) if name in found} | found)


def _names(path: Path, place: str) -> list[str]:
    """Give the keys of all rows in their order, which Polars does not keep; refuse one that an object has twice.

    Polars reads the first of two values, others read the last.
    """
    names: dict[str, None] = {}

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(row := dict(pairs)) < len(pairs):
            [(name, _), *_] = (Counter(key for key, _ in pairs) - Counter(row.keys())).items()
            raise Failure(
                "load",
                f"{place.format(number)} of the upload has the key {name!r} twice in one object.",
                hint="Leave one of the two values out.",
            )
        return row

    decode = json.JSONDecoder(object_pairs_hook=once).decode
    for number, line in enumerate(_lines(path), 1):  # noqa: B007  # read by `once`
        # Polars refuses invalid JSON.
        with contextlib.suppress(ValueError, RecursionError, TypeError):
            names.update(dict.fromkeys(decode(line.decode().strip())))
    return list(names)


def _find_rounded(path: Path, rows: pl.LazyFrame, types: Mapping[str, DataType]) -> dict[str, DataType]:
    """Find the columns in which doubles would round a whole number, with text in place of doubles."""
    checks = {name: large for name, dtype in types.items() if (large := _is_large(pl.col(name), dtype)) is not None}
    if not checks:
        return {}
    row = rows.select(check.any().alias(name) for name, check in checks.items()).collect(engine="streaming")
    candidates = {name for name, is_large in row.row(0, named=True).items() if is_large}
    found: set[str] = set()
    # Polars gives no number as it is written, so Python reads them.
    for line in _lines(path) if candidates else ():
        values = json.loads(line) if line.strip() else {}
        found |= {name for name in candidates - found if _has_more_digits(values.get(name), types[name])}
    return {name: _doubles_as_text(types[name]) for name in found}


def _is_large(value: pl.Expr, dtype: DataType) -> pl.Expr | None:
    """Return whether any double of a value is too large to be an exact integer; None if it has no doubles."""
    match dtype:
        case pl.Float64():
            return (value.abs() >= EXACT_DOUBLES).fill_null(value=False)
        case pl.List(inner=inner):
            element = _is_large(pl.element(), instance(inner))
            return None if element is None else value.list.eval(element).list.any().fill_null(value=False)
        case pl.Struct(fields=fields):
            parts = [_is_large(value.struct.field(field.name), instance(field.dtype)) for field in fields]
            found = [part for part in parts if part is not None]
            return pl.any_horizontal(found) if found else None
        case _:
            return None


def _has_more_digits(value: Any, dtype: DataType) -> bool:  # noqa: ANN401  # JSON
    """Return whether a double stands for a whole number with more digits than each double keeps."""
    match dtype, value:
        case pl.Float64(), int():
            return len(str(abs(value)).rstrip("0")) > _DIGITS
        case pl.List(inner=inner), list():
            return any(_has_more_digits(element, instance(inner)) for element in value)
        case pl.Struct(fields=fields), dict():
            return any(_has_more_digits(value.get(field.name), instance(field.dtype)) for field in fields)
        case _:
            return False


def _doubles_as_text(dtype: DataType) -> DataType:
    match dtype:
        case pl.Float64():
            return pl.String()
        case pl.List(inner=inner):
            return pl.List(_doubles_as_text(instance(inner)))
        case pl.Struct(fields=fields):
            return pl.Struct({field.name: _doubles_as_text(instance(field.dtype)) for field in fields})
        case _:
            return dtype


def _cast(
    rows: pl.LazyFrame,
    types: Mapping[str, DataType],
    options: Options,
    demanded: Mapping[str, tuple[DataType, str]],
) -> pl.LazyFrame:
    columns: list[pl.Expr] = []
    demands: dict[str, list[Demand]] = {}
    for name, dtype in types.items():
        wanted, description = demanded.get(name) or (_guess(dtype), f"{_guess(dtype)}")
        column = pl.col(name)
        if isinstance(dtype, pl.Int128):
            value = column.cast(wanted, strict=False)
            is_bad: pl.Expr | None = column.is_not_null() & value.is_null()
        else:
            conversion = shape(column, dtype, wanted, options)
            value, is_bad = conversion.value, conversion.is_bad
        columns.append(value.alias(name))
        if is_bad is not None:
            demands[name] = [Demand(is_bad=is_bad, wanted=description)]
    require(rows, demands)
    return rows.select(columns)


def _guess(dtype: DataType) -> DataType:
    """Choose a type that a table can hold; what never had a value is text."""
    match dtype:
        case pl.Null():
            return pl.String()
        case pl.Int128():
            return pl.Decimal(_LONGEST_INTEGER, 0)
        case pl.List(inner=inner):
            return pl.List(_guess(instance(inner)))
        case pl.Struct(fields=fields):
            return pl.Struct({field.name: _guess(instance(field.dtype)) for field in fields})
        case _:
            return dtype


def _read_as(found: DataType, wanted: DataType) -> DataType:
    match found, wanted:
        case pl.List(inner=inner), pl.List(inner=element):
            return pl.List(_read_as(instance(inner), instance(element)))
        case pl.Struct(fields=fields), pl.Struct(fields=others):
            types = {field.name: instance(field.dtype) for field in others}
            return pl.Struct(
                {
                    field.name: _read_as(instance(field.dtype), types.get(field.name, instance(field.dtype)))
                    for field in fields
                }
            )
        case _ if found.is_nested() or wanted.is_nested() or wanted == pl.Binary() or found == pl.Null():
            return found
        case _:
            return pl.String()


def _nested_as_text(found: pl.Schema, options: Options) -> dict[str, DataType]:
    """Read objects and lists whose type the request says as JSON text; refuse another type than string for them."""
    nested = {name: type_ for name, type_ in options.types.items() if name in found and found[name].is_nested()}
    for name, type_ in nested.items():
        if type_ != "string":
            raise Failure(
                "load",
                f"The column {name!r} of the upload has {'lists' if isinstance(found[name], pl.List) else 'objects'},"
                f" which are not {type_} as the request says.",
                hint="A column of lists or objects can be read as string, which has their JSON text.",
            )
    return dict.fromkeys(nested, pl.String())


def _require_whole_characters(path: Path) -> None:
    """Refuse half of a surrogate pair, which no text can have and which Polars makes a NUL."""
    for number, line in enumerate(_lines(path), 1):
        if b"\\u" in line and (half := _HALF.search(_PAIR.sub(b"", line))) is not None:
            raise Failure(
                "load",
                f"Line {number:,} of the upload has the escape {half[0][-6:].decode()}, half of a surrogate pair,"
                " which is not a character.",
                hint="Write both halves, or the character itself in UTF-8.",
            )


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from file


def _one_by_line(path: Path) -> Iterator[str]:
    """Write each object of a list, or of several objects, in a line of its own, its numbers and texts as they are."""
    decoder = json.JSONDecoder()
    with path.open("r", encoding="utf-8", newline="") as file:
        text = _Growing(file, path)
        is_list = text.peek() == "["
        if is_list:
            text.at += 1
        is_first = True
        while (next_ := text.peek()) not in ("", "]"):
            if is_list and not is_first:
                if next_ != ",":
                    raise Failure("load", f"Line {text.line():,} of the upload has no comma between two rows.")
                text.at += 1
                text.peek()
            is_first = False
            yield text.object(decoder)
        if is_list and text.peek() != "]":
            raise Failure("load", "The upload ends inside of its list: it is not whole.")
        text.at += is_list
        if text.peek():
            raise Failure("load", f"Line {text.line():,} of the upload has more text behind the list.")


class _Growing:
    """A text that is read as far as it is needed."""

    def __init__(self, file: TextIO, path: Path) -> None:
        self._file = file
        self._path = path
        self._text = ""
        self._lines = 1
        self._ended = False
        self.at = 0

    def peek(self) -> str:
        """Give the next character that is not a space, empty at the end."""
        while True:
            while self.at < len(self._text) and self._text[self.at] in _SPACE:
                self.at += 1
            if self.at < len(self._text):
                return self._text[self.at]
            if not self._grow():
                return ""

    def line(self, at: int | None = None) -> int:
        """Give the number of the line of a place in the text."""
        return self._lines + self._text.count("\n", 0, self.at if at is None else at)

    def object(self, decoder: json.JSONDecoder) -> str:
        """Take the next object, in one line."""
        while True:
            try:
                value, end = decoder.raw_decode(self._text, self.at)
            except json.JSONDecodeError as error:
                if self._grow():
                    continue
                message = f"Line {self.line(error.pos):,} of the upload is not JSON: {_lower_first(error.msg)}."
                raise Failure("load", message) from error
            except RecursionError as error:
                raise Failure("load", "The upload is nested too deep to be read.") from error
            if not isinstance(value, dict):
                message = f"Line {self.line():,} of the upload has {_kind(value)} where an object was expected."
                raise Failure("load", message)
            row = self._text[self.at : end].replace("\r", " ").replace("\n", " ")
            self.at = end
            return f"{row}\n"

    def _grow(self) -> bool:
        if self._ended:
            return False
        try:
            # A row that is longer than what was read so far is not tried again for each few bytes of it.
            part = self._file.read(max(CHUNK, len(self._text)))
        except UnicodeDecodeError as error:
            raise _no_utf8(self._path) from error
        self._lines = self.line()
        self._text, self.at = self._text[self.at :] + part, 0
        self._ended = not part
        return not self._ended


def _no_utf8(path: Path) -> Failure:
    line, byte = first_invalid(path) or (1, 1)
    return no_utf8(line, byte, "JSON is UTF-8; send another encoding by name, for example encoding=windows-1252.")


def _explain(path: Path, error: BaseException, *, is_lines: bool) -> NoReturn:
    """Find the line that Polars stumbled over, and raise what is wrong with it."""
    if first_invalid(path) is not None:
        raise _no_utf8(path) from error
    where = "Line {:,} of the upload" if is_lines else "Row {:,} of the upload"
    kinds: dict[str, tuple[str, int]] = {}
    for number, line in enumerate(_lines(path), 1):
        if line.strip():
            what = _wrong(line.decode().strip(), kinds, number, where)
            if what is not None:
                raise Failure("load", f"{where.format(number)} {what[0]}.", hint=what[1]) from error
    raise Failure(
        "load",
        "The upload can't be read as JSON: its values have no common type, or are too large.",
        hint="Give a column of mixed values the type of text: type=NAME:string.",
    ) from error


def _wrong(line: str, kinds: dict[str, tuple[str, int]], number: int, where: str) -> tuple[str, str | None] | None:
    digits: list[int] = []

    def measure(text: str) -> int:
        digits.append(len(text.lstrip("-")))
        return 0

    try:
        value = json.loads(line, parse_constant=_refuse_constant, parse_int=measure, parse_float=_finite)
    except json.JSONDecodeError as wrong:
        if wrong.msg == "Extra data" and line[wrong.pos :].lstrip().startswith("{"):
            return (
                "has several objects in one line",
                "Separate them by line ends. curl takes line ends out of what --data and -d send: use --data-binary.",
            )
        return (
            f"is not JSON: {_lower_first(wrong.msg)} at character {wrong.colno:,}",
            "Write one JSON object in each line.",
        )
    except ValueError as wrong:
        return str(wrong), "Write null, or a text."
    except RecursionError:
        return "is nested too deep to be read", None
    if not isinstance(value, dict):
        return (
            f"has {_kind(value)} where an object was expected",
            "Write one JSON object in each line; send a list of objects as application/json.",
        )
    if (longest := max(digits, default=0)) > _LONGEST_INTEGER:
        return f"has a number of {longest:,} digits, more than {_LONGEST_INTEGER}", "Write it as a text."
    return _other_kind(value, "", kinds, number, where)


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"has the number {text[:40]}, which is too large")
    return number


def _refuse_constant(text: str) -> NoReturn:
    raise ValueError(f"has the value {text}, which is not JSON")


def _other_kind(
    value: Any,  # noqa: ANN401  # JSON
    path: str,
    kinds: dict[str, tuple[str, int]],
    number: int,
    where: str,
) -> tuple[str, str | None] | None:
    """Find a column that is of another kind here than in a line before."""
    if value is None:
        return None
    kind = _kind(value)
    known, first = kinds.setdefault(path, (kind, number))
    if known != kind:
        return (
            f"has {kind} in the column {path!r}, which is {known} in {where.format(first).lower()}",
            f"Make the values one kind, or read the column as text: type={path}:string.",
        )
    inner: list[tuple[str, Any]] = []
    if isinstance(value, dict):
        inner = [(f"{path}.{key}" if path else key, item) for key, item in value.items()]
    elif isinstance(value, list):
        inner = [(f"{path}.element", item) for item in value]
    return next((wrong for key, item in inner if (wrong := _other_kind(item, key, kinds, number, where))), None)


def _kind(value: Any) -> str:  # noqa: ANN401  # JSON
    match value:
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return "a list"
        case dict():
            return "an object"
        case _:
            return "null"


def _lower_first(message: str) -> str:
    return message[:1].lower() + message[1:]
