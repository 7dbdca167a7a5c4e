"""Reads Parquet and Arrow files, including types that Polars reads otherwise or not at all."""

from __future__ import annotations

import functools
import re
import zoneinfo
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from nerium_worker.polars_plan.dtypes import instance
from nerium_worker.protocol.errors import Failure
from nerium_worker.upload.text import require_names, what_it_is

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from polars.datatypes import DataType

_ARROW_FILE = b"ARROW1"
_PARQUET = b"PAR1"
_ANNOTATED = re.compile(r"\((?:List|Map)\)")
_NO_TABLE_TYPE = re.compile(r"\((Variant|Geometry|Geography)", re.IGNORECASE)
# Types of which some values are outside of the range that tables have.
_RANGED = re.compile(r"\btime(?:32|64)\[|\btimestamp\[m?s\b")
_TIMES_IN_A_DAY = {unit: 86_400 * 1_000**at for at, unit in enumerate(("s", "ms", "us", "ns"))}
# Tables have microseconds of 64 bits.
LAST_TIMESTAMPS = {"s": (2**63 - 1) // 1_000_000, "ms": (2**63 - 1) // 1_000}
EXACT_DIGITS = 38
_NANOSECONDS = 1000


@dataclass(frozen=True, kw_only=True)
class Columns:
    """A frame, and the number of rows that the file itself says it has, where it says so.

    `uuids`: the columns of UUIDs, which the frame has as bytes.
    """

    frame: pl.LazyFrame
    rows: int | None
    uuids: frozenset[str] = frozenset()


def parquet_frame(path: Path, scratch: Path) -> Columns:
    """Scan Parquet; a file that Polars would misread is rewritten by PyArrow."""
    import pyarrow as pa  # noqa: PLC0415  # slow to import, and only uploads need it
    import pyarrow.parquet as pq  # noqa: PLC0415

    _require_parquet(path)
    try:
        file = pq.ParquetFile(path)
        text = str(file.schema)
        found = file.schema_arrow
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise Failure(
            "load", "The upload can't be read as parquet: its footer is damaged.", details=str(error)
        ) from error
    with file:
        _require_known(text)
        schema = _readable_schema(found)
        ancient = [
            column.path
            for column in map(file.schema.column, range(len(file.schema)))
            if column.physical_type == "INT96"
        ]
        uuids = frozenset(
            column.name
            for column in map(file.schema.column, range(len(file.schema)))
            if column.logical_type.type == "UUID" and column.name == column.path
        )
        # The total of a footer may be wrong where the numbers of its groups are right.
        rows = sum(file.metadata.row_group(group).num_rows for group in range(file.metadata.num_row_groups))
        if ranged := _ranged_columns(schema):
            for batch in _batches(file.iter_batches(columns=ranged)):
                _require_in_range(batch)
        is_ordinary = not ancient and rows == file.metadata.num_rows and not _has_bare_repetition(text)
        if is_ordinary and schema is found and _is_read_alike(path, schema):
            return Columns(frame=_with_lists(pl.scan_parquet(path, glob=False)), rows=rows, uuids=uuids)
    unit = _unit(path, ancient) if ancient else "ns"
    with pq.ParquetFile(path, coerce_int96_timestamp_unit=unit) as again:
        target = _readable_schema(again.schema_arrow)
        anew = scratch / "anew.parquet"
        with pq.ParquetWriter(anew, target) as writer:
            for batch in _batches(again.iter_batches()):
                writer.write_batch(batch.cast(target))
    return Columns(frame=_with_lists(pl.scan_parquet(anew, glob=False)), rows=rows, uuids=uuids)


def _is_read_alike(path: Path, schema: Any) -> bool:  # noqa: ANN401  # a schema of PyArrow
    """Return whether Polars sees the types that PyArrow does: it takes some, such as unsigned ones, for others."""
    import pyarrow as pa  # noqa: PLC0415

    try:
        expected = pl.DataFrame(pa.Table.from_batches([], schema)).schema
        return bool(pl.scan_parquet(path, glob=False).collect_schema() == expected)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
        return False


def _require_parquet(path: Path) -> None:
    with path.open("rb") as file:
        head = file.read(16)
        file.seek(max(0, path.stat().st_size - 4))
        tail = file.read(4)
    if head.startswith(b"PARE") or tail == b"PARE":
        raise Failure("load", "The upload is an encrypted Parquet file, which can't be read.", hint="Decrypt it first.")
    if not head.startswith(_PARQUET):
        raise other("parquet", head)
    if tail != _PARQUET:
        raise cut_off("parquet", "its footer")


def other(format_: str, head: bytes) -> Failure:
    """Say that an upload begins like a file of another format."""
    known = what_it_is(head)
    if known is None:
        return Failure(
            "load",
            f"The upload can't be read as {format_}: it does not begin like one.",
            hint="Send the file as it is, with the Content-Type of its format; with curl by --data-binary.",
        )
    return Failure("load", f"The upload can't be read as {format_}: it is {known[0]}.", hint=f"{known[1]}.")


def cut_off(format_: str, where: str) -> Failure:
    """Say that an upload ends too early."""
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
            raise no_table_type(name, match[1].lower())


def no_table_type(column: str, type_: str) -> Failure:
    """Say that no table has the type of a column."""
    return Failure(
        "load",
        f"The column {column!r} of the upload has the type {type_}, which a table here can't hold.",
        hint="Convert the column before the upload, or leave it out.",
    )


def _has_bare_repetition(schema: str) -> bool:
    """Return whether a group repeats outside of a list or map: Polars finds no rows in such a file."""
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

    for column in batch.columns:
        for leaf in _leaves(column):
            if pa.types.is_timestamp(leaf.type):
                yield _integers(leaf)


def _leaves(array: Any) -> Iterator[Any]:  # noqa: ANN401  # an array
    import pyarrow as pa  # noqa: PLC0415

    if pa.types.is_struct(array.type):
        for part in array.flatten():
            yield from _leaves(part)
    elif pa.types.is_map(array.type):
        yield from _leaves(array.keys)
        yield from _leaves(array.items)
    elif pa.types.is_nested(array.type):
        yield from _leaves(array.flatten())
    elif isinstance(array, pa.DictionaryArray):
        yield from _leaves(array.dictionary)
    else:
        yield array


def _integers(array: Any) -> pl.Series:  # noqa: ANN401  # an array of times or timestamps
    import pyarrow as pa  # noqa: PLC0415

    width = pa.int32() if pa.types.is_time32(array.type) else pa.int64()
    return pl.Series(values=array.cast(width).drop_null(), dtype=pl.Int64)


def _ranged_columns(schema: Any) -> list[str]:  # noqa: ANN401  # a schema of PyArrow
    return [field.name for field in schema if _RANGED.search(str(field.type))]


def _require_in_range(batch: Any) -> None:  # noqa: ANN401  # a record batch
    """Refuse times and timestamps for which Polars reads null, and nanoseconds of times, which would be cut off."""
    import pyarrow as pa  # noqa: PLC0415

    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        for leaf in _leaves(column):
            if pa.types.is_time(leaf.type):
                unit = leaf.type.unit
                times = _integers(leaf)
                _refuse_time(name, times.filter(~times.is_between(0, _TIMES_IN_A_DAY[unit], closed="left")), unit)
                if unit == "ns":
                    _refuse_time(name, times.filter(times % _NANOSECONDS != 0), unit)
            elif pa.types.is_timestamp(leaf.type) and leaf.type.unit in LAST_TIMESTAMPS:
                unit = leaf.type.unit
                timestamps = _integers(leaf)
                last = LAST_TIMESTAMPS[unit]
                _refuse_timestamp(name, timestamps.filter(~timestamps.is_between(-last, last)), unit)


def _refuse_time(column: str, bad: pl.Series, unit: str) -> None:
    if not bad.is_empty():
        raise Failure(
            "load",
            f"The column {column!r} of the upload has the time {bad[0]:,} {unit}, and tables have the microseconds of a"
            " day.",
            hint="Write the column as integers, or round its times to microseconds from 00:00 to before 24:00.",
        )


def _refuse_timestamp(column: str, bad: pl.Series, unit: str) -> None:
    if not bad.is_empty():
        raise Failure(
            "load",
            f"The column {column!r} of the upload has the timestamp {bad[0]:,} {unit}, and tables have microseconds of"
            " 64 bits, of years up to 294,246.",
            hint="Write the column as integers, or its timestamps as microseconds.",
        )


def _with_lists(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Make lists of a fixed length ordinary ones, without the values that Polars keeps where a list is null."""
    schema = frame.collect_schema()
    return frame.with_columns(_lists(pl.col(name), dtype) for name, dtype in schema.items() if "Array" in str(dtype))


def _lists(value: pl.Expr, dtype: DataType) -> pl.Expr:
    match dtype:
        case pl.Array(inner=inner, size=size):
            # Taking the head leaves out the values of lists that are null.
            return value.arr.to_list().list.head(size).list.eval(_lists(pl.element(), instance(inner)))
        case pl.List(inner=inner):
            return value.list.eval(_lists(pl.element(), instance(inner)))
        case pl.Struct(fields=fields):
            parts = (_lists(value.struct.field(part.name), instance(part.dtype)).alias(part.name) for part in fields)
            return pl.when(value.is_not_null()).then(pl.struct(parts))
        case _:
            return value


def arrow_frame(path: Path, scratch: Path) -> Columns:
    """Scan an Arrow file, or a stream, which is put into a file first."""
    import pyarrow as pa  # noqa: PLC0415  # slow to import, and only uploads need it

    with path.open("rb") as file:
        head = file.read(16)
        file.seek(max(0, path.stat().st_size - len(_ARROW_FILE)))
        tail = file.read(len(_ARROW_FILE))
    is_file = head.startswith(_ARROW_FILE)
    if is_file and tail != _ARROW_FILE:
        raise cut_off("arrow", "its footer")
    if not is_file and what_it_is(head) is not None:
        raise other("arrow", head)
    try:
        with pa.memory_map(str(path)) as source:
            reader = pa.ipc.open_file(source) if is_file else pa.ipc.open_stream(source)
            found = reader.schema
            target = _readable_schema(found)
            ranged = _ranged_columns(target)
            uuids = frozenset(field.name for field in found if isinstance(field.type, pa.UuidType))
            if is_file and target is found:
                for batch in _record_batches(reader, is_file=True) if ranged else ():
                    _require_in_range(batch.select(ranged))
                return Columns(frame=_with_lists(pl.scan_ipc(path, glob=False)), rows=_count(reader), uuids=uuids)
            anew = scratch / "anew.arrow"
            rows = 0
            with pa.ipc.new_file(anew, target) as writer:
                for batch in _record_batches(reader, is_file=is_file):
                    rows += batch.num_rows
                    _require_in_range(batch.select(ranged))
                    writer.write_batch(batch.cast(target))
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise Failure(
            "load",
            "The upload can't be read as arrow: it is damaged, or ends too early.",
            details=str(error),
            hint="Send the whole file; with curl by --data-binary.",
        ) from error
    return Columns(frame=_with_lists(pl.scan_ipc(anew, glob=False)), rows=rows, uuids=uuids)


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
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise Failure(
            "load", "The upload can't be read as parquet: some of its rows are damaged.", details=str(error)
        ) from error


def _readable_schema(schema: Any) -> Any:  # noqa: ANN401  # a schema of PyArrow
    """Give the schema with types and zones that Polars knows, the same object where they all are.

    Refuses other types, and columns without a name of their own, by name.
    """
    import pyarrow as pa  # noqa: PLC0415

    target = pa.schema(_readable_fields(list(schema), ""), metadata=schema.metadata)
    return schema if target.equals(schema, check_metadata=True) else target


def _readable_fields(fields: list[Any], above: str) -> list[Any]:
    """Give fields, of the whole file or of the struct `above`, with types that Polars knows."""
    what, where = ("Field", f"in the column {above!r} of the upload") if above else ("Column", "of the upload")
    require_names((field.name for field in fields), what, where, "Give it one, or leave it out.")
    return [_readable_field(field, f"{above}.{field.name}" if above else field.name) for field in fields]


def _readable_field(field: Any, column: str) -> Any:  # noqa: ANN401  # a field of PyArrow
    """Leave out what makes a field one of a type that only its program knows: its values stay."""
    own = {key: value for key, value in (field.metadata or {}).items() if not key.startswith(b"ARROW:extension")}
    return field.with_type(_readable(field.type, column)).with_metadata(own or None)


def _readable(type_: Any, column: str) -> Any:  # noqa: ANN401  # types of PyArrow
    import pyarrow as pa  # noqa: PLC0415

    types = pa.types
    if isinstance(type_, pa.UuidType):
        return type_
    if isinstance(type_, pa.BaseExtensionType):
        return _readable(type_.storage_type, column)
    if types.is_timestamp(type_) and type_.tz is not None and type_.tz not in _zones():
        # A zone says only how instants are shown, and tables keep the instants.
        return pa.timestamp(type_.unit, "UTC")
    if types.is_struct(type_):
        if type_.num_fields == 0:
            raise no_table_type(column, "struct without fields")
        return pa.struct(_readable_fields(list(type_), column))
    if types.is_map(type_):
        return pa.map_(_readable(type_.key_type, f"{column}.key"), _readable(type_.item_type, f"{column}.value"))
    if types.is_list(type_) or types.is_large_list(type_) or types.is_fixed_size_list(type_):
        element = _readable(type_.value_type, f"{column}.element")
        return type_ if element == type_.value_type else pa.large_list(element)
    if types.is_dictionary(type_):
        return type_ if _readable(type_.value_type, column) == type_.value_type else type_.value_type
    is_wide = types.is_decimal(type_) and (type_.precision > EXACT_DIGITS or type_.scale < 0)
    is_view = types.is_list_view(type_) or types.is_large_list_view(type_)
    is_other = types.is_union(type_) or str(type_).endswith("_interval") or types.is_run_end_encoded(type_)
    if is_wide or is_view or is_other:
        raise no_table_type(column, str(type_))
    return pa.decimal128(type_.precision, type_.scale) if types.is_decimal256(type_) else type_


@functools.cache
def _zones() -> set[str]:
    # Walks through the files of all zones.
    return zoneinfo.available_timezones()
