"""Reads CSV files: finds the separator, and for each column the first type that all of its values have."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl

from nerium_worker.protocol.errors import Failure
from nerium_worker.upload.fit import from_text, is_plain, require_converted
from nerium_worker.upload.text import (
    first_invalid,
    no_utf8,
    prepare,
    require_header,
    with_quoted_quotes,
    without_blank_lines,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from polars.datatypes import DataType

    from nerium_worker.protocol.upload_options import Options
    from nerium_worker.upload.text import Text

_SEPARATORS = (",", ";", "\t", "|")
_SNIFFED_BYTES = 256 * 1024
_SNIFFED_ROWS = 200
_SAMPLE_ROWS = 5_000
# Values of each column of the sample.
_LOOKED_AT = 20
_GUESSES: tuple[DataType, ...] = (
    pl.Boolean(),
    pl.Int64(),
    pl.Decimal(38, 0),
    pl.Float64(),
    pl.Date(),
    pl.Datetime("us"),
    pl.Datetime("ns"),
    pl.Datetime("us", "UTC"),
    pl.Datetime("ns", "UTC"),
    pl.Time(),
    pl.String(),
)
_CHECK_BLOCK = 16 << 20


def csv_frame(
    source: Path, options: Options, scratch: Path, demanded: Mapping[str, tuple[DataType, str]], known: list[str] | None
) -> tuple[pl.LazyFrame, dict[str, Any]]:
    """Read CSV as text, then each column as the type that is demanded of it, or that all of its values have.

    `demanded` has the type and its description by column, `known` the columns of the table that a file without a
    header is for.
    """
    text = prepare(source, options, scratch, format_="csv")
    if text.is_empty:
        raise Failure("load", "The upload has no text: a CSV file has at least a header.")
    options, first_lines = _sniff(text, options)
    _require_lines(text, first_lines, options)
    if options.header:
        _require_utf8(first_lines[0], text)
        require_header(first_lines[0])
    if text.has_blank_lines and len(first_lines[0]) > 1:
        text = replace(text, path=without_blank_lines(text.path, options, scratch))
    try:
        if options.quote and _has_odd_quotes(text, options):
            text = replace(text, path=with_quoted_quotes(text.path, options, scratch))
        rows = _name(_scan(text.path, options), first_lines[0], known, options)
        _require_rectangle(rows, text.path, options)
        frame = _cast(rows, options, demanded)
    except pl.exceptions.PolarsError as error:
        raise _explain(error, text, options) from error
    sniffed = {
        "separator": options.separator,
        "encoding": text.encoding,
        "compression": text.compression,
        "header": options.header,
    }
    return frame, sniffed


def _sniff(text: Text, options: Options) -> tuple[Options, list[list[str]]]:
    """Find the separator, and split the first lines by it."""
    with text.path.open("rb") as file:
        raw = file.read(_SNIFFED_BYTES)
    is_whole = len(raw) < _SNIFFED_BYTES
    sample = raw.decode("utf-8-sig", "replace")
    lines = sample.splitlines(keepends=True)[options.skip_lines :]
    if lines and lines[0].startswith("sep=") and len(lines[0].strip("\r\n")) == len("sep=") + 1:
        said = lines[0][len("sep=")]
        options = replace(options, separator=options.separator or said, skip_lines=options.skip_lines + 1)
        lines = lines[1:]
    if options.comment:
        lines = [line for line in lines if not line.startswith(options.comment)]
    candidates = [options.separator] if options.separator else list(_SEPARATORS)
    parsed = {separator: _split(lines, separator, options.quote, is_whole=is_whole) for separator in candidates}
    best = max(candidates, key=lambda separator: _evenness(parsed[separator]))
    if not parsed[best]:
        raise Failure("load", "The upload has no line to read: a CSV file has at least a header.")
    return replace(options, separator=best), parsed[best]


def _split(lines: list[str], separator: str, quote: str, *, is_whole: bool) -> list[list[str]]:
    reader = (
        csv.reader(lines, delimiter=separator, quotechar=quote)
        if quote
        else csv.reader(lines, delimiter=separator, quoting=csv.QUOTE_NONE)
    )
    rows: list[list[str]] = []
    try:
        for row in reader:
            if row:
                rows.append(row)
            if len(rows) > _SNIFFED_ROWS:
                break
    except csv.Error:
        # A field of more than 128 KiB: what was read so far has to do.
        return rows
    return rows if is_whole or len(rows) > _SNIFFED_ROWS else rows[:-1] or rows


def _evenness(rows: list[list[str]]) -> tuple[float, int]:
    """Return how well a separator divides the lines: into as many fields as the header has, and more than one."""
    if not rows or len(rows[0]) == 1:
        return (0.0, 0)
    even = sum(len(row) == len(rows[0]) for row in rows)
    return (even / len(rows) if even * 2 > len(rows) else 0.0, len(rows[0]))


def _require_lines(text: Text, rows: list[list[str]], options: Options) -> None:
    if not text.has_line_end and options.header:
        columns = len(rows[0])
        raise Failure(
            "load",
            f"The upload is one line, {columns:,} column{'s' if columns > 1 else ''}, without a line end:"
            " it has no rows.",
            hint="curl takes line ends out of what --data and -d send: use --data-binary.",
        )


def _require_utf8(header: list[str], text: Text) -> None:
    if any("\ufffd" in name for name in header) and (at := first_invalid(text.path)) is not None:
        raise _no_utf8(*at)


def _scan(path: Path, options: Options) -> pl.LazyFrame:
    return pl.scan_csv(
        path,
        glob=False,
        infer_schema=False,
        separator=options.separator or ",",
        quote_char=options.quote or None,
        has_header=options.header,
        skip_lines=options.skip_lines,
        comment_prefix=options.comment,
        null_values=list(options.nulls) or None,
        truncate_ragged_lines=options.ragged == "truncate",
    )


def _has_odd_quotes(text: Text, options: Options) -> bool:
    """Return whether there is a quote that neither surrounds a field nor is doubled: Polars refuses it, or loses it."""
    if options.quote == '"' and not text.has_quotes:
        return False
    quote = options.quote
    other = f"[^{re.escape(options.separator or ',')}{re.escape(quote)}\r]"
    mark = re.escape(quote)
    line = pl.col("line")
    return bool(
        pl.scan_lines(text.path, glob=False)
        .select(
            line.str.contains(f"{other}{mark}(?:{mark}{mark})*{other}").any()
            | (line.str.count_matches(quote, literal=True).sum() % 2 == 1)
        )
        .collect(engine="streaming")
        .item()
    )


def _name(rows: pl.LazyFrame, header: list[str], known: list[str] | None, options: Options) -> pl.LazyFrame:
    names = rows.collect_schema().names()
    if options.header:
        # Polars leaves the doubled quotes of a name doubled.
        differ = len(names) == len(header) and names != header
        return rows.rename(dict(zip(names, header, strict=True))) if differ else rows
    if known is None:
        return rows.rename({name: f"column_{number}" for number, name in enumerate(names, 1)})
    if len(known) != len(names):
        raise Failure("load", f"The upload has {len(names):,} columns and no header, and the table has {len(known):,}.")
    return rows.rename(dict(zip(names, known, strict=True)))


def _require_rectangle(rows: pl.LazyFrame, path: Path, options: Options) -> None:
    """Refuse short rows, which Polars fills with nulls: there is one only where the last column has a null."""
    names = rows.collect_schema().names()
    if options.ragged != "refuse" or len(names) == 1:
        return
    nulls = rows.select(pl.col(names[-1]).null_count()).collect(engine="streaming").item()
    if nulls and (uneven := _first_uneven(path, options)) is not None:
        raise _ragged_row(*uneven)


def _first_uneven(path: Path, options: Options) -> tuple[int, int, int] | None:
    """Find the first row with another number of fields than the header: its number, its fields, those expected."""
    from pyarrow import ArrowInvalid  # noqa: PLC0415  # slow to import, and few uploads need it
    from pyarrow import csv as arrow_csv  # noqa: PLC0415

    found: list[tuple[int, int, int]] = []

    def take(row: Any) -> str:  # noqa: ANN401  # PyArrow has no type for it
        is_comment = options.comment and row.text.startswith(options.comment)
        is_padded = options.ragged == "pad" and row.actual_columns < row.expected_columns
        if not (is_comment or is_padded or found):
            found.append((row.number, row.actual_columns, row.expected_columns))
        return "skip"

    try:
        reader = arrow_csv.open_csv(
            path,
            read_options=arrow_csv.ReadOptions(
                use_threads=False, block_size=_CHECK_BLOCK, skip_rows=options.skip_lines, autogenerate_column_names=True
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=options.separator or ",",
                quote_char=options.quote or False,
                newlines_in_values=True,
                invalid_row_handler=take,
            ),
            convert_options=arrow_csv.ConvertOptions(
                include_columns=["f0"], check_utf8=False, column_types={"f0": "binary"}
            ),
        )
        while not found and reader.read_next_batch() is not None:
            pass
    except (StopIteration, ArrowInvalid):
        pass
    return found[0] if found else None


def _ragged_row(number: int, actual: int, expected: int) -> Failure:
    fields = f"{actual:,} field{'' if actual == 1 else 's'}"
    return Failure(
        "load",
        f"Row {number:,} of the file, counted with the header, has {fields}, and the header has {expected:,}.",
        hint="Correct the row, or send the file with ragged=pad (short rows end with nulls) or ragged=truncate"
        " (long rows are cut, too).",
    )


def _cast(rows: pl.LazyFrame, options: Options, demanded: Mapping[str, tuple[DataType, str]]) -> pl.LazyFrame:
    names = rows.collect_schema().names()
    types = {name: demanded[name][0] for name in names if name in demanded}
    types |= _guess(rows, [name for name in names if name not in types], options)
    conversions = {name: from_text(pl.col(name), types[name], options) for name in names}
    require_converted(rows, conversions, demanded)
    return rows.with_columns(conversions[name].value.alias(name) for name in names if types[name] != pl.String())


def _guess(rows: pl.LazyFrame, names: list[str], options: Options) -> dict[str, DataType]:
    """Choose for each column the first type that has all of its values."""
    sample = rows.select(names).head(_SAMPLE_ROWS).collect(engine="streaming")
    guesses = _drop_leading(sample.lazy(), {name: _possible(sample[name], options) for name in names}, options)
    # Most columns are of the first type that fits their head: looking for one only is half the work.
    first = _keep_holding(rows, {name: several[:1] for name, several in guesses.items()}, options)
    types = {name: held[0] for name, held in first.items() if held}
    rest = {name: guesses[name][1:] for name in names if name not in types}
    return types | {name: held[0] for name, held in _keep_holding(rows, rest, options).items()}


def _possible(sample: pl.Series, options: Options) -> tuple[DataType, ...]:
    """Leave out types whose texts look otherwise: an expression for each type of thousands of columns takes minutes."""
    texts = sample.filter(sample != "").head(_LOOKED_AT).to_list()
    if not texts:
        return (pl.String(),)
    return tuple(dtype for dtype in _GUESSES if all(_looks_like(text, dtype, options) for text in texts))


def _looks_like(text: str, dtype: DataType, options: Options) -> bool:
    starts_as_number = text[0] in "+-.,0123456789"
    match dtype:
        case pl.Boolean():
            return text[0] in "tTfF"
        case pl.Int64() | pl.Decimal():
            return starts_as_number
        case pl.Float64():
            return starts_as_number or text[0] in "iInN"
        case pl.Date():
            return options.date_format is not None or (starts_as_number and "-" in text)
        case pl.Datetime():
            is_usual = options.date_format is None and options.timestamp_format is None
            return not is_usual or (starts_as_number and "-" in text)
        case pl.Time():
            return options.time_format is not None or ":" in text
        case _:
            return True


def _drop_leading(
    sample: pl.LazyFrame, guesses: Mapping[str, tuple[DataType, ...]], options: Options
) -> dict[str, tuple[DataType, ...]]:
    """Leave out types in front of the first that the sample has."""
    led: dict[str, tuple[DataType, ...]] = {}
    while len(led) < len(guesses):
        pending = {name: several for name, several in guesses.items() if name not in led}
        held = _keep_holding(sample, {name: several[:1] for name, several in pending.items()}, options)
        led |= {name: several for name, several in pending.items() if held[name]}
        guesses = {name: several if name in led else several[1:] for name, several in guesses.items()}
    return led


def _keep_holding(
    rows: pl.LazyFrame, guesses: Mapping[str, tuple[DataType, ...]], options: Options
) -> dict[str, tuple[DataType, ...]]:
    """Leave of the guessed types those that hold all values."""
    checks = [(name, dtype) for name, several in guesses.items() for dtype in several if dtype != pl.String()]
    if not checks:
        return dict(guesses)
    row = (
        rows.select(_all_fit(pl.col(name), dtype, options).alias(str(at)) for at, (name, dtype) in enumerate(checks))
        .collect(engine="streaming")
        .row(0)
    )
    fits = {check for check, fit in zip(checks, row, strict=True) if fit}
    return {
        name: tuple(dtype for dtype in several if dtype == pl.String() or (name, dtype) in fits)
        for name, several in guesses.items()
    }


def _all_fit(text: pl.Expr, dtype: DataType, options: Options) -> pl.Expr:
    """Return whether all values are of a type; a column without values is text."""
    given = pl.when(text != "").then(text)
    conversion = from_text(text, dtype, options)
    plain = is_plain(given, dtype, options).fill_null(value=True)
    assert conversion.is_bad is not None  # noqa: S101  # only text takes all
    return (~conversion.is_bad & plain).all() & given.is_not_null().any()


def _explain(error: Exception, text: Text, options: Options) -> Failure:
    """Say in the user's words what Polars stumbled over."""
    if (at := first_invalid(text.path)) is not None:
        return _no_utf8(*at)
    if "unclosed" not in str(error) and (uneven := _first_uneven(text.path, options)) is not None:
        return _ragged_row(*uneven)
    return Failure("load", f"The upload can't be read as CSV: {str(error).splitlines()[0]}")


def _no_utf8(line: int, byte: int) -> Failure:
    return no_utf8(line, byte, "Send the file with the encoding that it has, for example encoding=windows-1252.")
