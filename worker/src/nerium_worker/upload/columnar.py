"""Parquet, Arrow and Avro: files that say their types, some of which Polars reads otherwise or not at all."""

from __future__ import annotations

import functools
import io
import re
import zoneinfo
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

import polars as pl

from nerium_worker.errors import Failure
from nerium_worker.upload.text import what_it_is

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_ARROW_FILE = b"ARROW1"
_PARQUET = b"PAR1"
_AVRO = b"Obj\x01"
# What the header and each block end with.
_AVRO_MARK = 16
# Seven bits of a number are in each byte, and one that says whether more follow.
_MORE = 0x80
_LONGEST_LONG = 63
_ANNOTATED = re.compile(r"\((?:List|Map)\)")
_NO_TABLE_TYPE = re.compile(r"\((Variant|Geometry|Geography)", re.IGNORECASE)
_EXACT_DIGITS = 38
_NANOSECONDS = 1000


@dataclass(frozen=True, kw_only=True)
class Columns:
    """A frame, and the number of rows that the file itself says it has, where it says so."""

    frame: pl.LazyFrame
    rows: int | None


def parquet_frame(path: Path, scratch: Path) -> Columns:
    """Scan Parquet; a file that Polars would read wrong is written anew by PyArrow."""
    import pyarrow as pa  # noqa: PLC0415  # slow to import, and only uploads need it
    import pyarrow.parquet as pq  # noqa: PLC0415

    _require_parquet(path)
    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowException, OSError) as error:
        raise Failure(
            "load", "The upload can't be read as parquet: its footer is damaged.", details=str(error)
        ) from error
    with file:
        text = str(file.schema)
        _require_known(text)
        schema = _in_utc(file.schema_arrow)
        ancient = [
            column.path
            for column in map(file.schema.column, range(len(file.schema)))
            if column.physical_type == "INT96"
        ]
        rows = file.metadata.num_rows
        if not ancient and schema is file.schema_arrow and not _has_bare_repetition(text):
            return Columns(frame=pl.scan_parquet(path, glob=False), rows=rows)
    unit = _unit(path, ancient) if ancient else "ns"
    with pq.ParquetFile(path, coerce_int96_timestamp_unit=unit) as again:
        target = _in_utc(again.schema_arrow)
        anew = scratch / "anew.parquet"
        with pq.ParquetWriter(anew, target) as writer:
            for batch in _batches(again.iter_batches()):
                writer.write_batch(batch.cast(target))
    return Columns(frame=pl.scan_parquet(anew, glob=False), rows=rows)


def _require_parquet(path: Path) -> None:
    with path.open("rb") as file:
        head = file.read(16)
        file.seek(max(0, path.stat().st_size - 4))
        tail = file.read(4)
    if head.startswith(b"PARE") or tail == b"PARE":
        raise Failure("load", "The upload is an encrypted Parquet file, which can't be read.", hint="Decrypt it first.")
    if not head.startswith(_PARQUET):
        raise _other("parquet", head)
    if tail != _PARQUET:
        raise _cut_off("parquet", "its footer")


def _other(format_: str, head: bytes) -> Failure:
    known = what_it_is(head)
    if known is None:
        return Failure(
            "load",
            f"The upload can't be read as {format_}: it does not begin like one.",
            hint="Send the file as it is, with the Content-Type of its format; with curl by --data-binary.",
        )
    return Failure("load", f"The upload can't be read as {format_}: it is {known[0]}.", hint=f"{known[1]}.")


def _cut_off(format_: str, where: str) -> Failure:
    return Failure(
        "load",
        f"The upload can't be read as {format_}: it ends before {where}.",
        hint="The file is not whole, or was changed on its way: send all of it; with curl by --data-binary.",
    )


def _require_known(schema: str) -> None:
    """Refuse logical types that would be read as bare bytes."""
    for line in schema.splitlines():
        if (match := _NO_TABLE_TYPE.search(line)) is not None:
            name = line.strip().rstrip("{ ").split(" (")[0].split()[-1]
            raise _no_table_type(name, match[1].lower())


def _no_table_type(column: str, type_: str) -> Failure:
    return Failure(
        "load",
        f"The column {column!r} of the upload has the type {type_}, which a table here can't hold.",
        hint="Convert the column before the upload, or leave it out.",
    )


def _has_bare_repetition(schema: str) -> bool:
    """Tell whether a group repeats outside of a list or map: Polars finds no rows in such a file."""
    above: list[str] = []
    for line in schema.splitlines():
        depth = (len(line) - len(line.lstrip())) // 2
        del above[depth:]
        if line.lstrip().startswith("repeated ") and not (above and _ANNOTATED.search(above[-1])):
            return True
        above.append(line)
    return False


def _unit(path: Path, columns: list[str]) -> str:
    """Choose the unit that holds all timestamps of the old type INT96: microseconds, if they have no nanoseconds."""
    import pyarrow.parquet as pq  # noqa: PLC0415

    fine = wide = False
    with (
        pq.ParquetFile(path, coerce_int96_timestamp_unit="ns") as exact,
        pq.ParquetFile(path, coerce_int96_timestamp_unit="us") as coarse,
    ):
        names = sorted({column.split(".")[0] for column in columns})
        for nanoseconds, microseconds in zip(
            exact.iter_batches(columns=names), coarse.iter_batches(columns=names), strict=True
        ):
            for ours, others in zip(_timestamps(nanoseconds), _timestamps(microseconds), strict=True):
                is_inside = ours // _NANOSECONDS == others
                wide = wide or not is_inside.all()
                fine = fine or bool((ours.filter(is_inside) % _NANOSECONDS != 0).any())
    if fine and wide:
        raise Failure(
            "load",
            f"The column {names[0]!r} of the upload has timestamps of nanoseconds and others outside of the years 1678"
            " to 2261: no type of a table holds both.",
            hint="Write the file with timestamps of microseconds.",
        )
    return "ns" if fine else "us"


def _timestamps(batch: Any) -> Iterator[pl.Series]:  # noqa: ANN401  # a record batch
    """Give the timestamps of all columns, at every depth, as integers."""
    import pyarrow as pa  # noqa: PLC0415

    def leaves(array: Any) -> Iterator[Any]:  # noqa: ANN401  # an array
        if pa.types.is_struct(array.type):
            for part in array.flatten():
                yield from leaves(part)
        elif pa.types.is_map(array.type):
            yield from leaves(array.keys)
            yield from leaves(array.items)
        elif pa.types.is_nested(array.type):
            yield from leaves(array.flatten())
        elif pa.types.is_timestamp(array.type):
            yield array

    for column in batch.columns:
        for leaf in leaves(column):
            yield pl.Series(values=leaf.cast(pa.int64()).drop_null(), dtype=pl.Int64)


def arrow_frame(path: Path, scratch: Path) -> Columns:
    """Scan an Arrow file, or a stream, which is put into a file first."""
    import pyarrow as pa  # noqa: PLC0415  # slow to import, and only uploads need it

    with path.open("rb") as file:
        head = file.read(16)
        file.seek(max(0, path.stat().st_size - len(_ARROW_FILE)))
        tail = file.read(len(_ARROW_FILE))
    is_file = head.startswith(_ARROW_FILE)
    if is_file and tail != _ARROW_FILE:
        raise _cut_off("arrow", "its footer")
    if not is_file and what_it_is(head) is not None:
        raise _other("arrow", head)
    try:
        with pa.memory_map(str(path)) as source:
            reader = pa.ipc.open_file(source) if is_file else pa.ipc.open_stream(source)
            target = _in_utc(reader.schema)
            if is_file and target is reader.schema:
                return Columns(frame=pl.scan_ipc(path, glob=False), rows=_count(reader))
            anew = scratch / "anew.arrow"
            rows = 0
            with pa.ipc.new_file(anew, target) as writer:
                for batch in _record_batches(reader, is_file=is_file):
                    rows += batch.num_rows
                    writer.write_batch(batch.cast(target))
    except (pa.ArrowException, OSError) as error:
        raise Failure(
            "load",
            "The upload can't be read as arrow: it is damaged, or ends too early.",
            details=str(error),
            hint="Send the whole file; with curl by --data-binary.",
        ) from error
    return Columns(frame=pl.scan_ipc(anew, glob=False), rows=rows)


def _count(reader: Any) -> int:  # noqa: ANN401  # a reader of PyArrow
    return int(reader.count_rows())


def _record_batches(reader: Any, *, is_file: bool) -> Iterator[Any]:  # noqa: ANN401  # a reader of PyArrow
    if is_file:
        for number in range(reader.num_record_batches):
            yield reader.get_batch(number)
    else:
        yield from reader


def _batches(batches: Iterable[Any]) -> Iterator[Any]:
    import pyarrow as pa  # noqa: PLC0415

    try:
        yield from batches
    except (pa.ArrowException, OSError) as error:
        raise Failure(
            "load", "The upload can't be read as parquet: some of its rows are damaged.", details=str(error)
        ) from error


def _in_utc(schema: Any) -> Any:  # noqa: ANN401  # a schema of PyArrow
    """Give the schema with zones that Polars knows, the same object where they all are; refuse other types by name."""
    import pyarrow as pa  # noqa: PLC0415

    _require_names(schema.names, "The upload")
    fields = [field.with_type(_readable(field.type, field.name)) for field in schema]
    target = pa.schema(fields)
    return schema if target.equals(schema) else target


def _readable(type_: Any, column: str) -> Any:  # noqa: ANN401  # types of PyArrow
    import pyarrow as pa  # noqa: PLC0415

    types = pa.types
    if isinstance(type_, pa.BaseExtensionType):
        return type_ if _readable(type_.storage_type, column) == type_.storage_type else type_.storage_type
    if types.is_timestamp(type_) and type_.tz is not None and type_.tz not in _zones():
        # A zone says only how instants are shown, and tables keep the instants.
        return pa.timestamp(type_.unit, "UTC")
    if types.is_struct(type_):
        _require_names([field.name for field in type_], f"The column {column!r} of the upload")
        return pa.struct([field.with_type(_readable(field.type, f"{column}.{field.name}")) for field in type_])
    if types.is_map(type_):
        return pa.map_(_readable(type_.key_type, f"{column}.key"), _readable(type_.item_type, f"{column}.value"))
    if types.is_list(type_) or types.is_large_list(type_) or types.is_fixed_size_list(type_):
        element = _readable(type_.value_type, f"{column}.element")
        return type_ if element == type_.value_type else pa.large_list(element)
    if types.is_dictionary(type_):
        return type_ if _readable(type_.value_type, column) == type_.value_type else type_.value_type
    is_wide = types.is_decimal(type_) and (type_.precision > _EXACT_DIGITS or type_.scale < 0)
    is_view = types.is_list_view(type_) or types.is_large_list_view(type_)
    is_other = types.is_union(type_) or types.is_interval(type_) or types.is_run_end_encoded(type_)
    if is_wide or is_view or is_other:
        raise _no_table_type(column, str(type_))
    return pa.decimal128(type_.precision, type_.scale) if types.is_decimal256(type_) else type_


def _require_names(names: list[str], where: str) -> None:
    """Refuse what no table has, columns and fields without a name, and two of one name, which Polars does not read."""
    what = "column" if where == "The upload" else "field"
    first: dict[str, int] = {}
    for number, name in enumerate(names, 1):
        if not name:
            raise Failure(
                "load", f"{where} has a {what} without a name, number {number:,}.", hint="Give it one, or leave it out."
            )
        if first.setdefault(name, number) != number:
            raise Failure(
                "load",
                f"{where} has the {what} {name!r} twice, as numbers {first[name]:,} and {number:,}.",
                hint="Rename one of them, or leave it out.",
            )


@functools.cache
def _zones() -> set[str]:
    # Walks through the files of all zones.
    return zoneinfo.available_timezones()


def avro_frame(path: Path) -> Columns:
    """Read Avro, which Polars holds in memory."""
    with path.open("rb") as file:
        head = file.read(16)
        if not head.startswith(_AVRO):
            raise _other("avro", head)
        rows = _avro_rows(file)
    try:
        frame = pl.read_avro(path)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise Failure(
            "load",
            "The upload can't be read as avro: it is damaged, or has types or a compression that are not known here.",
            details=str(error),
            hint="Write the file anew without compression, or as Parquet.",
        ) from error
    return Columns(frame=frame.lazy(), rows=rows)


def _avro_rows(file: BinaryIO) -> int:
    """Count the rows that the blocks of a file say they have; the file must end where a block does."""
    file.seek(len(_AVRO))
    while count := _avro_long(file):
        if count < 0:
            # The size of the entries in bytes follows.
            _avro_long(file)
        for _ in range(2 * abs(count)):
            _avro_skip(file, _avro_long(file))
    mark = _avro_bytes(file, _AVRO_MARK)
    rows = 0
    while first := file.read(1):
        file.seek(-len(first), io.SEEK_CUR)
        rows += (count := _avro_long(file))
        _avro_skip(file, _avro_long(file))
        if count < 0 or _avro_bytes(file, _AVRO_MARK) != mark:
            raise Failure(
                "load",
                f"The upload can't be read as avro: it is damaged before byte {file.tell():,}.",
                hint="Send the file as it is; with curl by --data-binary.",
            )
    return rows


def _avro_long(file: BinaryIO) -> int:
    value = shift = 0
    while True:
        [byte] = _avro_bytes(file, 1)
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < _MORE or shift > _LONGEST_LONG:
            return (value >> 1) ^ -(value & 1)


def _avro_skip(file: BinaryIO, count: int) -> None:
    if count > 0:
        file.seek(count - 1, io.SEEK_CUR)
        _avro_bytes(file, 1)


def _avro_bytes(file: BinaryIO, count: int) -> bytes:
    found = file.read(count)
    if len(found) < count:
        raise _cut_off("avro", "the end of a block")
    return found
