"""Reads deletion vectors: a Roaring bitmap of deleted positions in a blob of a Puffin file (Iceberg spec v3)."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

import polars as pl

from nerium_worker.protocol.errors import Failure

if TYPE_CHECKING:
    from pyroaring import BitMap64

MAGIC = b"\xd1\xd3\x39\x64"
_LENGTH = struct.Struct(">I")


def positions(path: str, *, offset: int, size: int, rows: int) -> pl.Series:
    """Read the positions of a vector with a stated number of rows."""
    with open(path, "rb") as file:  # noqa: PTH123  # one call fewer per data file
        file.seek(offset)
        blob = file.read(size)
    bitmap = decode(blob)
    if len(bitmap) != rows:
        raise _corrupt(f"it deletes {len(bitmap)} rows where the table's metadata says {rows}")
    return pl.Series(bitmap.to_array(), dtype=pl.UInt64)


def decode(blob: bytes) -> BitMap64:
    """Decode a blob: length of magic and bitmap, magic, bitmap in the portable 64-bit format, CRC-32 of both."""
    from pyroaring import BitMap64  # noqa: PLC0415  # few tables have vectors

    if len(blob) < 2 * _LENGTH.size + len(MAGIC):
        raise _corrupt(f"its blob has {len(blob)} bytes")
    content = blob[_LENGTH.size : -_LENGTH.size]
    (length,) = _LENGTH.unpack_from(blob)
    (checksum,) = _LENGTH.unpack_from(blob, len(blob) - _LENGTH.size)
    if length != len(content):
        raise _corrupt(f"its blob says that it has {length} bytes of content and has {len(content)}")
    if not content.startswith(MAGIC):
        raise _corrupt(f"its blob starts with {content[: len(MAGIC)].hex()} where {MAGIC.hex()} was expected")
    if zlib.crc32(content) != checksum:
        raise _corrupt("the checksum of its blob is wrong")
    try:
        return BitMap64.deserialize(content[len(MAGIC) :])
    except (ValueError, IndexError) as error:
        raise _corrupt(f"its bitmap can't be read ({error})") from error


def _corrupt(why: str) -> Failure:
    return Failure(
        "engine",
        "A deletion vector of the table is corrupt, so its deleted rows are unknown.",
        details=f"The deletion vector can't be used: {why}.",
        hint="Rewrite the deletes with the program that wrote them.",
    )
