"""Writes a result as Parquet files that can be committed to an Iceberg table unchanged."""

from __future__ import annotations

import itertools
import json
import shutil
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from nerium_worker.iceberg.partitioning import key_names, layout, sort_frame, tuples
from nerium_worker.iceberg.schema_of_frame import iceberg_schema, no_place
from nerium_worker.iceberg.types import UUID_BYTES, arrow_schema, as_stored, fixed_type, polars_schema, stored_schema
from nerium_worker.output import merge
from nerium_worker.output.arrow_types import reject_objects
from nerium_worker.output.defaults import fill, written_default
from nerium_worker.output.result import collect, message
from nerium_worker.polars_plan import unstable
from nerium_worker.protocol.errors import Failure, shorten
from nerium_worker.scan.internal_fields import private_name
from nerium_worker.scan.schema_evolution import UUID_EXAMPLE, convert, is_uuid

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    from nerium_worker.iceberg.partitioning import Layout
    from nerium_worker.protocol.job import Limits
    from nerium_worker.scan.lake import Lake

FOLDER = "files"
# Polars measures rows in memory: about four times their compressed size in Parquet.
_MEMORY_PER_FILE_BYTE = 4
# The list of files travels in the header of a frame.
_LONGEST_LIST = 3 * 512 * 1024
_SUFFIX = ".parquet"
_WIDTHS = {
    pl.Boolean: 1,
    pl.Int32: 4,
    pl.Float32: 4,
    pl.Date: 4,
    pl.Int64: 8,
    pl.Float64: 8,
    pl.Datetime: 8,
    pl.Time: 8,
}
_USUAL_WIDTH = 16
_ROW = private_name("row")


def write(
    frame: pl.LazyFrame, limits: Limits, lake: Lake, out: Path, uuids: Container[str] = ()
) -> tuple[dict[str, Any], memoryview]:
    """Write the frame below `out` and describe it in a `result` message, with the head of the rows.

    `uuids`: columns of text that the table, if it is new, has as UUIDs.
    """
    schema = frame.collect_schema()
    reject_objects(schema)
    # A column of nothing but nulls is of any type: it is asked for without one, and becomes what the table has.
    typed = pl.Schema((name, dtype) for name, dtype in schema.items() if dtype != pl.Null())
    if schema and not typed:
        raise no_place(schema.names()[0], pl.Null())
    untyped = (name for name in schema if name not in typed)
    answer = lake.describe_destination(iceberg_schema(typed, untyped, uuids))
    known = {field["name"] for field in answer["schema"]["fields"]}
    for name in schema.keys() - typed.keys() - known:
        raise no_place(name, pl.Null())
    opened = lake.open(frame)
    files = write_files(opened, answer, out, lake.optimizations())
    folder = out / FOLDER
    returned = head(folder, files, answer["schema"], limits)
    header, payload = message(collect(returned, limits, out), limits, out)
    written: dict[str, Any] = {"files": files, "replaced": None}
    if answer["merge"] is not None:
        own = read_rows([folder / file["name"] for file in files], answer["schema"])
        written["replaced"] = merge.find_replaced(merge.decode_merge(answer["merge"]), own, lake, out)
    return {**header, "rows": sum(file["rows"] for file in files), "written": written}, payload


def write_files(
    opened: pl.LazyFrame, answer: Mapping[str, Any], out: Path, optimizations: pl.QueryOptFlags
) -> list[dict[str, Any]]:
    """Write the rows of a frame below `out` as the answer to a `write` describes; give the `files` of `written`."""
    folder = out / FOLDER
    # A reused worker may have failed here before; what it left must not be counted.
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    stored = stored_schema(answer["schema"])
    order = layout(stored, answer["spec"], answer["order"])
    rows = sort_frame(conform(opened, stored), order)
    try:
        files = _sink(rows, order, {**answer, "schema": stored}, folder, optimizations)
    except pl.exceptions.SchemaError as error:
        if "nullable is false" in str(error):
            _explain_null(rows, answer["schema"], optimizations, error)
        raise
    except pl.exceptions.ComputeError as error:
        if "mismatching length" in str(error):
            _explain_length(opened, stored, optimizations, error)
        raise
    _reject_too_many(files)
    return files


def _explain_null(
    rows: pl.LazyFrame, schema: Mapping[str, Any], optimizations: pl.QueryOptFlags, error: Exception
) -> None:
    """Name the required column that has a null; Polars does not say which it is."""
    required = [field["name"] for field in schema["fields"] if field["required"]]
    if not required:
        return
    has_null = rows.select(pl.col(required).is_null().any()).collect(engine="streaming", optimizations=optimizations)
    for name, found in zip(required, has_null.row(0), strict=True):
        if found:
            raise Failure(
                "result",
                f"Column {name!r} of the result has a null, and the table requires a value in it.",
                hint=f"Leave these rows out, for example by .drop_nulls({name!r}), or give them a value.",
            ) from error


def _explain_length(
    frame: pl.LazyFrame, stored: Mapping[str, Any], optimizations: pl.QueryOptFlags, error: Exception
) -> None:
    """Name the value that is not a UUID, or has another length than its column; Polars names neither column nor row."""
    present = frame.collect_schema()
    for field in stored["fields"]:
        name, type_ = field["name"], field["type"]
        length = 16 if type_ == UUID_BYTES else fixed_type(str(type_))
        if length is None or name not in present:
            continue
        is_text = present[name] == pl.String()
        is_bad = ~is_uuid(pl.col(name)) if is_text else pl.col(name).bin.size() != length
        bad = frame.select(name).with_row_index(_ROW).filter(is_bad).head(1)
        for row, value in bad.collect(engine="streaming", optimizations=optimizations).rows():
            wanted = (
                f"uuid in the table, such as {UUID_EXAMPLE}"
                if is_text
                else f"{'uuid' if type_ == UUID_BYTES else type_} in the table: {length} bytes, and it has {len(value)}"
            )
            raise Failure(
                "result",
                f"Row {row + 1:,} of the result has the value {shorten(repr(value), 100)} in the column {name!r},"
                f" which is {wanted}.",
                hint="Rows are counted from 1. Correct the value, or leave the row out, or replace it by null.",
            ) from error


def conform(frame: pl.LazyFrame, schema: Mapping[str, Any]) -> pl.LazyFrame:
    """Give the frame the columns of a stored schema in its order and types; the write default where it has none."""
    present, types = frame.collect_schema(), polars_schema(schema)
    return frame.select(
        fill(pl.col(name), present[name], field["type"]).cast(types[name]).alias(name)
        if (name := field["name"]) in present
        else written_default(field).alias(name)
        for field in schema["fields"]
    )


def _sink(
    frame: pl.LazyFrame, order: Layout, answer: Mapping[str, Any], folder: Path, optimizations: pl.QueryOptFlags
) -> list[dict[str, Any]]:
    """Write the files; return the name, rows and partition of each file with rows."""
    keys: list[pl.DataFrame] = []
    sunk: list[tuple[str, int]] = []
    frame.sink_parquet(
        _partitions(f"{folder}/", order, keys, frame, bytes_per_file(answer["properties"])),
        **file_format(answer["schema"], answer["properties"]),
        maintain_order=True,
        engine="streaming",
        optimizations=optimizations,
        sinked_paths_callback=lambda files: sunk.extend((Path(file.path).name, file.num_rows) for file in files.paths),
    )
    partitions = tuples(order.keys, pl.concat(keys)) if keys else []
    return [
        {"name": name, "rows": rows, "partition": partitions[int(name.removesuffix(_SUFFIX))] if keys else {}}
        for name, rows in sorted(sunk)
        if rows
    ]


def file_format(schema: Mapping[str, Any], properties: Mapping[str, Any]) -> dict[str, Any]:
    """Give the arguments of a Parquet sink for files of a table."""
    return {
        "arrow_schema": arrow_schema(schema),
        "compression": properties["compression"],
        "compression_level": properties["compressionLevel"],
        "row_group_size": _rows_per_group(schema, properties["rowGroupBytes"]),
        "data_page_size": properties["pageBytes"],
        "statistics": True,
    }


def bytes_per_file(properties: Mapping[str, Any]) -> int:
    """Give the bytes in memory of a file of a table, as Polars measures them."""
    size: int = properties["targetFileBytes"]
    return size * _MEMORY_PER_FILE_BYTE


def _partitions(folder: str, order: Layout, keys: list[pl.DataFrame], frame: pl.LazyFrame, size: int) -> Any:  # noqa: ANN401  # a private class of Polars
    """Divide rows into files, named by number; `keys` becomes the key of each."""
    if not order.keys:
        return unstable.partition_by_size(folder, bytes_per_file=size)
    names = key_names(order.keys, frame.collect_schema())
    values = {name: key.value for name, key in zip(names, order.keys, strict=True)}
    lock = threading.Lock()

    def next_name(key: pl.DataFrame) -> str:
        with lock:
            keys.append(key)
            return f"{len(keys) - 1:08}{_SUFFIX}"

    return unstable.partition_by_key(folder, values, bytes_per_file=size, name=next_name)


def _rows_per_group(schema: Mapping[str, Any], size: int | None) -> int | None:
    """Translate the size of a row group to rows, which is what Polars takes, by the usual width of each type."""
    if size is None:
        return None
    widths = (_WIDTHS.get(dtype.base_type(), _USUAL_WIDTH) for dtype in polars_schema(schema).dtypes())
    return max(1, size // sum(widths))


def _reject_too_many(files: Sequence[Mapping[str, Any]]) -> None:
    if len(json.dumps(files)) > _LONGEST_LIST:
        raise Failure(
            "limit",
            f"The result falls into {len(files):,} files, more than one write can have.",
            hint="Write it in parts, each with fewer of the table's partitions.",
        )


def head(folder: Path, files: Sequence[Mapping[str, Any]], schema: Mapping[str, Any], limits: Limits) -> pl.LazyFrame:
    """Read back the first rows, so that the reply shows what the table holds and the query runs once."""
    before = itertools.accumulate((file["rows"] for file in files), initial=0)
    names = [file["name"] for file, rows in zip(files, before, strict=False) if rows < limits.max_rows]
    return read_rows([folder / name for name in names], schema).head(limits.max_rows)


def read_rows(paths: Sequence[Path], schema: Mapping[str, Any]) -> pl.LazyFrame:
    """Read written files back, in the table's own types."""
    if not paths:
        return pl.LazyFrame(schema=polars_schema(schema))
    frame = pl.scan_parquet(list(paths), glob=False)
    return frame.select(convert(as_stored(field), field, pl.col).alias(field["name"]) for field in schema["fields"])
