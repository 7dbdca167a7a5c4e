"""Converts uploaded text to UTF-8 with line feeds. A file that has both is read in place."""

from __future__ import annotations

import codecs
import mmap
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nerium_worker.protocol.errors import Failure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from nerium_worker.protocol.upload_options import Options

CHUNK = 4 << 20
_ZSTD = b"\x28\xb5\x2f\xfd"
_GZIP = b"\x1f\x8b"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_FOREIGN = (
    (
        b"PK\x03\x04",
        "a ZIP archive or an Excel workbook",
        "Unpack it; send a workbook as application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    (b"\xd0\xcf\x11\xe0", "an old Office document", "Send a workbook as application/vnd.ms-excel"),
    (b"PAR1", "a Parquet file", "Send it as application/vnd.apache.parquet"),
    (b"ARROW1", "an Arrow file", "Send it as application/vnd.apache.arrow.file"),
    (b"Obj\x01", "an Avro file", "Send it as application/avro"),
    (b"ORC", "an ORC file", "Convert it to Parquet"),
    (b"BZh", "compressed by bzip2", "Unpack it, or compress it by gzip or zstd"),
    (b"\xfd7zXZ", "compressed by xz", "Unpack it, or compress it by gzip or zstd"),
    (b"SQLite format 3", "an SQLite database", "Export the table as CSV"),
    (b"%PDF", "a PDF document", "Export the table as CSV"),
)


@dataclass(frozen=True, kw_only=True)
class Text:
    """A file of UTF-8, and what it was made of."""

    path: Path
    encoding: str = "utf-8"
    compression: str | None = None
    has_quotes: bool = False
    has_escapes: bool = False
    has_blank_lines: bool = False
    has_lone_returns: bool = False
    has_line_end: bool = False
    is_empty: bool = False


def what_it_is(head: bytes) -> tuple[str, str] | None:
    """Name the format that a file begins like, and what to do with it."""
    for magic, name, advice in _FOREIGN:
        if head.startswith(magic):
            return name, advice
    if head.startswith(_GZIP):
        return "compressed by gzip", "Send the file that is inside"
    if head.startswith(_ZSTD):
        return "compressed by zstd", "Send the file that is inside"
    return None


def prepare(source: Path, options: Options, scratch: Path, *, format_: str) -> Text:
    """Prepare text that Polars reads like other readers; raise `Failure` for a file that is not text."""
    plain, compression = _unpack(source, scratch)
    with plain.open("rb") as file:
        head = file.read(CHUNK)
    if (foreign := _foreign(head)) is not None:
        raise Failure("load", f"The upload is {foreign[0]}, not {format_.upper()}.", hint=f"{foreign[1]}.")
    encoding, bom = _encoding(head, options)
    if encoding != "utf-8" or (bom and format_ != "csv"):
        plain = _recode(plain, scratch, encoding, bom)
    text = _survey(plain, encoding, compression)
    if not text.has_lone_returns:
        return text
    quote = options.quote.encode() if format_ == "csv" else b""
    return replace(text, path=_store(_normalize(text.path, quote), scratch / "lines"))


def _foreign(head: bytes) -> tuple[str, str] | None:
    return what_it_is(head) if not head.startswith((_GZIP, _ZSTD)) else ("compressed twice", "Unpack it once")


def chunks(path: Path) -> Iterator[bytes]:
    """Read a file in parts."""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def _unpack(source: Path, scratch: Path) -> tuple[Path, str | None]:
    with source.open("rb") as file:
        magic = file.read(4)
    compression = compression_of(magic)
    if compression is None:
        return source, None
    return _store(decompressed(source, compression), scratch / "unpacked"), compression


def compression_of(head: bytes) -> str | None:
    """Name the compression of a file that begins with these bytes."""
    return "gzip" if head.startswith(_GZIP) else "zstd" if head.startswith(_ZSTD) else None


def decompressed(source: Path, compression: str) -> Iterator[bytes]:
    """Give the content of a compressed file in parts; raises `Failure` if it is damaged."""
    import pyarrow as pa  # noqa: PLC0415  # slow to import, and few uploads need it

    try:
        with pa.input_stream(str(source), compression=compression) as file:
            while chunk := file.read(CHUNK):
                yield chunk
    except OSError as error:
        if error.errno is not None:
            # Not of the data, but of this machine, such as a full disk.
            raise
        raise _damaged_upload(compression) from error


def _damaged_upload(compression: str) -> Failure:
    return Failure(
        "load",
        f"The upload is compressed by {compression}, and is damaged or ends too early.",
        hint="Send the whole file; with curl by --data-binary.",
    )


def _store(parts: Iterable[bytes], path: Path) -> Path:
    with path.open("wb") as file:
        for part in parts:
            file.write(part)
    return path


def _encoding(head: bytes, options: Options) -> tuple[str, bytes]:
    """Find the encoding, and the mark that the text begins with."""
    bom, marked = next(((bom, name) for bom, name in _BOMS if head.startswith(bom)), (b"", None))
    if options.encoding is None and marked is None and (wide := _wide(head)) is not None:
        raise Failure(
            "load", "The upload looks like UTF-16 text without a mark.", hint=f"Send it with encoding={wide}."
        )
    if options.encoding in (None, "utf-8") or marked not in (None, "utf-8"):
        return marked or "utf-8", bom
    if options.encoding == "utf-16":
        return _wide(head) or "utf-16-le", bom
    return options.encoding or "utf-8", bom


def _wide(head: bytes) -> str | None:
    """Detect UTF-16 by its NUL bytes: text of any language has line ends and digits."""
    sample = head[:4096]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    few = max(2, len(sample) // 20)
    if odd >= few and even == 0:
        return "utf-16-le"
    return "utf-16-be" if even >= few and odd == 0 else None


def _recode(source: Path, scratch: Path, encoding: str, bom: bytes) -> Path:
    def parts() -> Iterator[bytes]:
        decoder = codecs.getincrementaldecoder(encoding)()
        skip = len(bom) if encoding != "utf-32" else 0
        try:
            for chunk in chunks(source):
                yield decoder.decode(chunk[skip:]).encode()
                skip = 0
            yield decoder.decode(b"", final=True).encode()
        except UnicodeError as error:
            raise Failure(
                "load",
                f"The upload is not {encoding} text: it has bytes that stand for no character.",
                hint="Send it with the encoding that it has: utf-8, utf-16, windows-1252 or iso-8859-1.",
            ) from error

    return _store(parts(), scratch / "recoded")


def _survey(path: Path, encoding: str, compression: str | None) -> Text:
    """Look through the whole file for what Polars reads otherwise than others do."""
    found = dict.fromkeys((b'"', b"\\u", b"\n\n", b"\n\r\n", b"\n", b"\r"), False)
    lone = False
    is_empty = True
    before = b""
    for number, chunk in enumerate(chunks(path)):
        part = before + chunk
        for mark, known in found.items():
            found[mark] = known or mark in part
        lone = lone or (found[b"\r"] and part.count(b"\r") - part.endswith(b"\r") != part.count(b"\r\n"))
        is_empty = is_empty and not chunk.strip()
        if (at := chunk.find(b"\0")) >= 0:
            raise Failure(
                "load",
                f"The upload has a NUL byte at byte {number * CHUNK + at + 1:,}: it is not plain text, or is damaged.",
                hint="Remove the byte, or send the file as the format that it has.",
            )
        before = chunk[-2:] if not chunk.endswith(b"\r") else chunk[-1:]
    lone = lone or before.endswith(b"\r")
    return Text(
        path=path,
        encoding=encoding,
        compression=compression,
        has_quotes=found[b'"'],
        has_escapes=found[b"\\u"],
        has_blank_lines=found[b"\n\n"] or found[b"\n\r\n"] or lone,
        has_lone_returns=lone,
        has_line_end=found[b"\n"] or found[b"\r"],
        is_empty=is_empty,
    )


def _normalize(path: Path, quote: bytes) -> Iterator[bytes]:
    """Make every line end a line feed; what is quoted stays as it is."""
    is_quoted = False
    held = b""
    for chunk in chunks(path):
        # A carriage return and its line feed stay together.
        whole, held = (chunk[:-1], b"\r") if (chunk := held + chunk).endswith(b"\r") else (chunk, b"")
        parts = whole.split(quote) if quote else [whole]
        for number, part in enumerate(parts):
            if number:
                is_quoted = not is_quoted
                yield quote
            yield part if is_quoted else part.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if held:
        yield held if is_quoted else b"\n"


def without_blank_lines(path: Path, options: Options, scratch: Path) -> Path:
    """Drop empty lines outside of quotes, which a file of several columns has no row for."""
    quote = options.quote.encode()

    def parts() -> Iterator[bytes]:
        is_quoted = False
        at_start = True
        for chunk in chunks(path):
            for number, part in enumerate(chunk.split(quote) if quote else [chunk]):
                if number:
                    is_quoted = not is_quoted
                    at_start = False
                    yield quote
                if is_quoted or not part:
                    yield part
                else:
                    kept = re.sub(rb"(\r?\n)(?:\r?\n)+", rb"\1", part)
                    yield kept.lstrip(b"\r\n") if at_start else kept
                    at_start = part.endswith(b"\n")

    return _store(parts(), scratch / "rows")


def with_quoted_quotes(path: Path, options: Options, scratch: Path) -> Path:
    """Quote fields that have quotes in them and none around.

    Raises `Failure` where a quoted field is not closed, or goes on behind its end.
    """
    quote, separator = options.quote.encode(), re.escape((options.separator or ",").encode())
    mark = re.escape(quote)
    comment = rb"^" + re.escape(options.comment.encode()) + rb"[^\r\n]*+|" if options.comment else b""
    field = re.compile(
        comment
        + rb"(?:(?<=[%b\r\n])|\A)%b(?:[^%b]++|%b%b)*+%b(?=[%b\r\n]|\Z)" % (separator, *[mark] * 5, separator)
        + rb"|(?P<bare>[^%b\r\n%b]*+%b[^%b\r\n]*+)" % (separator, mark, mark, separator),
        re.MULTILINE,
    )

    def parts() -> Iterator[bytes]:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            at = sum(len(file.readline()) for _ in range(options.skip_lines))
            yield data[:at]
            for found in field.finditer(data, at):
                if (bare := found["bare"]) is None:
                    continue
                if bare.startswith(quote):
                    raise _open_quote(data[: found.start()].count(b"\n") + 1, options)
                yield data[at : found.start()]
                yield quote + bare.replace(quote, quote * 2) + quote
                at = found.end()
            yield data[at:]

    return _store(parts(), scratch / "quoted")


def _open_quote(line: int, options: Options) -> Failure:
    return Failure(
        "load",
        f"The upload can't be read as CSV: a quote in line {line:,} is never closed, or is in the middle of a field.",
        hint=f"Double the character {options.quote!r} inside of quoted fields, or send the file with quote= (empty)"
        " if it quotes nothing, or with the separator that it has.",
    )


def require_header(header: list[str]) -> None:
    """Refuse columns without a name, and those of one name, of which Polars would rename all but the first."""
    require_names(
        header,
        "Column",
        "of the header",
        "Give it one, or leave the column out. It may be an index, which pandas leaves out with to_csv(index=False),"
        " or a separator too many at the end of the lines.",
    )


def require_names(names: Iterable[str], what: str, where: str, hint: str) -> None:
    """Refuse columns or fields without a name, which the hint is for, and those of one name."""
    first: dict[str, int] = {}
    for number, name in enumerate(names, 1):
        if not name:
            raise Failure("load", f"{what} {number:,} {where} has no name.", hint=hint)
        if first.setdefault(name, number) != number:
            raise Failure(
                "load",
                f"{what}s {first[name]:,} and {number:,} {where} have the same name, {name!r}.",
                hint="Rename one of them.",
            )


def no_utf8(line: int, byte: int, hint: str) -> Failure:
    """Say where a text is not in the encoding that it is read in."""
    return Failure(
        "load", f"Line {line:,} of the upload has a byte that is not UTF-8, at byte {byte:,} of the line.", hint=hint
    )


def first_invalid(path: Path) -> tuple[int, int] | None:
    """Find the line and byte of the first byte that is not UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    lines, start, before = 1, 0, 0
    for chunk in chunks(path):
        held = len(decoder.getstate()[0])
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError as error:
            valid = chunk[: max(0, error.start - held)]
            lines += valid.count(b"\n")
            if (last := valid.rfind(b"\n")) >= 0:
                start = before + last + 1
            return lines, before + len(valid) - start + 1
        lines += chunk.count(b"\n")
        if (last := chunk.rfind(b"\n")) >= 0:
            start = before + last + 1
        before += len(chunk)
    return None if not decoder.getstate()[0] else (lines, before - start)
