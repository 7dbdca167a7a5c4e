"""Mode `load`: reads an uploaded file as a frame."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import polars as pl

from nerium_worker.iceberg.schema_of_frame import iceberg_schema
from nerium_worker.iceberg.types import polars_schema
from nerium_worker.modes.messages import polars_message
from nerium_worker.polars_plan.dtypes import instance
from nerium_worker.protocol.errors import Failure
from nerium_worker.scan.schema_evolution import UUID_EXAMPLE, is_uuid, uuid_text
from nerium_worker.upload.avro import avro_frame
from nerium_worker.upload.columnar import arrow_frame, parquet_frame
from nerium_worker.upload.csv import csv_frame
from nerium_worker.upload.fit import Demand, require, require_formats, shape
from nerium_worker.upload.json import json_frame
from nerium_worker.upload.text import require_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from polars.datatypes import DataType

    from nerium_worker.protocol.job import Load
    from nerium_worker.upload.columnar import Columns

_TYPES = re.compile(r"boolean|int|long|float|double|date|time|timestamp(?:tz)?(?:_ns)?|string|decimal\(\d+,\s*\d+\)")
_COLUMNAR = ("parquet", "arrow", "avro")
_SAME = "Files of one commit have the same columns and types: load the others in a commit of their own."
_NAMELESS = "Give it one, or leave it out."


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A file as a frame, the number of rows that it says it has, and what was sniffed.

    `uuids`: columns of text that the file has as UUIDs, for which the table has no type.
    """

    frame: pl.LazyFrame
    rows: int | None
    sniffed: Mapping[str, Any]
    uuids: frozenset[str] = frozenset()

    def require_all(self, rows: int) -> None:
        """Refuse to write fewer rows than the file has."""
        if self.rows is not None and rows != self.rows:
            raise Failure(
                "load",
                f"The upload has {self.rows:,} rows, and {rows:,} of them could be read: nothing was written.",
                hint="The file has a structure that is not supported: write it again with another program.",
            )


def load(upload: Load, data: Path, scratch: Path) -> Upload:
    """Read the upload; raises `Failure` of kind `load` when it isn't of its format, or does not fit its table."""
    first = _read_file(upload, data / upload.file, scratch)
    return _together(upload, first, data, scratch) if upload.more else first


def _read_file(upload: Load, path: Path, scratch: Path) -> Upload:
    scratch.mkdir(exist_ok=True)
    try:
        loaded = _load(upload, path, scratch)
        _require_types(loaded.frame.collect_schema())
    except Failure:
        raise
    except (Exception, pl.exceptions.PanicException) as error:
        raise load_failure(error, upload) from error
    return loaded


def _together(upload: Load, first: Upload, data: Path, scratch: Path) -> Upload:
    """Put the rows of all files together. The first one decides the columns, and without a table their types."""
    schema = first.frame.collect_schema()
    has_types = upload.schema is not None or upload.format in _COLUMNAR
    typed = upload if has_types else replace(upload, schema=iceberg_schema(schema))
    loaded = [first]
    for number, file in enumerate(upload.more, 2):
        try:
            one = _read_file(typed, data / file, scratch / str(number))
            _require_same(schema, one.frame.collect_schema())
            _require_same_uuids(first, one)
        except Failure as failure:
            error = f"File {number} of {len(upload.more) + 1}: {failure.error}"
            raise Failure(failure.kind, error, details=failure.details, hint=failure.hint) from failure
        loaded.append(one)
    rows = [one.rows for one in loaded if one.rows is not None]
    return replace(
        first,
        frame=pl.concat([one.frame.select(schema.names()) for one in loaded]),
        rows=sum(rows) if len(rows) == len(loaded) else None,
    )


def _require_same(first: pl.Schema, other: pl.Schema) -> None:
    for name in first:
        if name not in other:
            raise Failure("load", f"It lacks the column {name!r} of the first file.", hint=_SAME)
    for name in other:
        if name not in first:
            raise Failure("load", f"It has the column {name!r}, which the first file lacks.", hint=_SAME)
    for name, dtype in first.items():
        if other[name] != dtype:
            raise Failure("load", f"Its column {name!r} is {other[name]}, and {dtype} in the first file.", hint=_SAME)


def _require_same_uuids(first: Upload, other: Upload) -> None:
    if first.uuids != other.uuids:
        raise Failure("load", "Its columns of the type uuid are not those of the first file.", hint=_SAME)


def load_failure(error: BaseException, upload: Load, loaded: Upload | None = None) -> Failure:
    """Say that the upload can't be read, and which column can't where it is a column."""
    message = polars_message(error)
    if upload.format not in _COLUMNAR:
        return Failure(
            "load", f"The upload can't be read as {upload.format}: {message.splitlines()[0]}", details=message
        )
    column = None if loaded is None else _first_unreadable(loaded.frame)
    which = "The upload" if column is None else f"The column {column!r} of the upload"
    why = (
        "has text that is not UTF-8"
        if "invalid utf-8" in message.lower()
        else "is damaged, or has a structure that is not supported"
    )
    return Failure(
        "load",
        f"{which} can't be read as {upload.format}: it {why}.",
        details=message,
        hint="Read the file with the program that made it, and write it again.",
    )


def _first_unreadable(frame: pl.LazyFrame) -> str | None:
    """Find the column by halves: a file may have thousands."""
    names = frame.collect_schema().names()
    if not names or is_readable(frame, names):
        return None
    while len(names) > 1:
        half = names[: len(names) // 2]
        names = names[len(half) :] if is_readable(frame, half) else half
    return names[0]


def is_readable(frame: pl.LazyFrame, names: list[str] | str) -> bool:
    """Return whether columns can be read to their end."""
    try:
        frame.select(pl.col(names).is_null().sum()).collect(engine="streaming")
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
        return False
    return True


def _load(upload: Load, path: Path, scratch: Path) -> Upload:
    demanded = _demands(upload)
    match upload.format:
        case "csv" | "ndjson" | "json" | "excel":
            frame, sniffed = _read(upload, path, scratch, demanded)
            _require_columns(upload, frame)
            return Upload(frame=_require_values(frame, upload), rows=None, sniffed=sniffed)
        case "parquet":
            columns = parquet_frame(path, scratch)
        case "arrow":
            columns = arrow_frame(path, scratch)
        case "avro":
            columns = avro_frame(path, scratch)
        case _:
            raise ValueError(f"unknown format: {upload.format!r}")
    types = {} if upload.schema is None else {field["name"]: field["type"] for field in upload.schema["fields"]}
    new = columns.uuids - types.keys()
    frame = _require_values(_uuids_as_text(_without_nothing(columns, upload, demanded), columns.uuids, types), upload)
    _require_uuids(frame, new)
    return Upload(frame=frame, rows=columns.rows, sniffed={}, uuids=new)


def _uuids_as_text(frame: pl.LazyFrame, uuids: Iterable[str], types: Mapping[str, Any]) -> pl.LazyFrame:
    """Write UUIDs as text where the table has text, or has no such column."""
    schema = frame.collect_schema()
    return frame.with_columns(
        uuid_text(pl.col(name)).alias(name)
        for name in uuids
        if types.get(name) in (None, "string") and schema[name] == pl.Binary()
    )


def _require_uuids(frame: pl.LazyFrame, names: Iterable[str]) -> None:
    """Refuse a text that is not a UUID, though its file says so."""
    wanted = f"uuid in the file, such as {UUID_EXAMPLE}"
    require(frame, {name: [Demand(is_bad=~is_uuid(pl.col(name)), wanted=wanted)] for name in names})


def _read(
    upload: Load, path: Path, scratch: Path, demanded: Mapping[str, tuple[DataType, str]]
) -> tuple[pl.LazyFrame, dict[str, Any]]:
    """Read a file whose values get their types here, and say what was found out about it."""
    known = None if upload.schema is None else [field["name"] for field in upload.schema["fields"]]
    if upload.format == "excel":
        from nerium_worker.upload.excel import excel_frame  # noqa: PLC0415  # not needed when a worker starts

        return excel_frame(path, upload.options, scratch, demanded, known)
    require_formats(upload.options)
    if upload.format == "csv":
        return csv_frame(path, upload.options, scratch, demanded, known)
    return json_frame(path, upload.options, scratch, demanded, upload.format)


def _demands(upload: Load) -> dict[str, tuple[DataType, str]]:
    """Give the types that columns must have: of the user, else of the table."""
    demanded: dict[str, tuple[DataType, str]] = {}
    if upload.schema is not None:
        types = {field["name"]: field["type"] for field in upload.schema["fields"]}
        demanded = {
            name: (dtype, f"{_type_name(types[name])} in the table")
            for name, dtype in polars_schema(upload.schema).items()
        }
    for name, type_ in upload.options.types.items():
        if _TYPES.fullmatch(type_) is None:
            raise Failure(
                "load",
                f"The type of the column {name!r} is {type_!r}: choose boolean, int, long, float, double,"
                " decimal(P,S), date, time, timestamp, timestamptz, timestamp_ns, timestamptz_ns or string.",
            )
        field = {"id": 1, "name": name, "required": False, "type": type_}
        demanded[name] = (polars_schema({"fields": [field]})[name], f"{type_} as the request says")
    return demanded


def _type_name(type_: Any) -> str:  # noqa: ANN401  # JSON
    return type_ if isinstance(type_, str) else str(type_["type"])


def _require_columns(upload: Load, frame: pl.LazyFrame) -> None:
    names = frame.collect_schema().names()
    missing = [name for name in upload.options.types if name not in names]
    if missing:
        raise Failure(
            "load",
            f"The upload has no column {missing[0]!r}, whose type the request says.",
            hint=f"Its columns are: {', '.join(names[:12])}{', ...' if len(names) > 12 else ''}.",  # noqa: PLR2004
        )


def _without_nothing(columns: Columns, upload: Load, demanded: Mapping[str, tuple[DataType, str]]) -> pl.LazyFrame:
    """Give columns that have only nulls, and no type of their own, that of the table, or text."""
    schema = columns.frame.collect_schema()
    changed = {name: dtype for name, dtype in schema.items() if "Null" in str(dtype)}
    wanted = {
        name: demanded[name][0] if name in demanded else _text_for_nothing(dtype) for name, dtype in changed.items()
    }
    return columns.frame.with_columns(
        shape(pl.col(name), changed[name], dtype, upload.options).value.alias(name) for name, dtype in wanted.items()
    )


def _text_for_nothing(dtype: DataType) -> DataType:
    match dtype:
        case pl.Null():
            return pl.String()
        case pl.List(inner=inner):
            return pl.List(_text_for_nothing(inner))  # type: ignore[arg-type]
        case _:
            return dtype


def _require_values(frame: pl.LazyFrame, upload: Load) -> pl.LazyFrame:
    """Refuse a null in a required column of the table, and an invalid text in a column of UUIDs."""
    if upload.schema is not None:
        present = frame.collect_schema()
        demands: dict[str, list[Demand]] = {}
        for field in upload.schema["fields"]:
            name = field["name"]
            if field["required"] and name in present:
                demand = Demand(is_bad=pl.col(name).is_null(), wanted="required in the table")
                demands.setdefault(name, []).append(demand)
            if field["type"] == "uuid" and present.get(name) == pl.String():
                demand = Demand(is_bad=~is_uuid(pl.col(name)), wanted=f"uuid in the table, such as {UUID_EXAMPLE}")
                demands.setdefault(name, []).append(demand)
        require(frame, demands)
    return frame


def _require_types(schema: pl.Schema) -> None:
    """Refuse names and types that no table has, in words of somebody who has a file and not a program."""
    require_names(schema, "Column", "of the upload", _NAMELESS)
    for name, dtype in schema.items():
        _require_field_names(dtype, name)
        if "Struct({})" in str(dtype):
            raise Failure(
                "load",
                f"Column {name!r} has only empty objects, which an Iceberg table can't hold.",
                hint="Leave the column out, or give the objects a field.",
            )
    try:
        iceberg_schema(schema)
    except Failure as failure:
        raise Failure(
            "load",
            failure.error,
            details=failure.details,
            hint="Convert the column before the upload, or leave it out.",
        ) from failure


def _require_field_names(dtype: DataType, column: str) -> None:
    match dtype:
        case pl.List(inner=inner):
            _require_field_names(instance(inner), f"{column}.element")
        case pl.Map(value=value):
            _require_field_names(instance(value), f"{column}.value")
        case pl.Struct(fields=fields):
            require_names(
                (field.name for field in fields), "Field", f"in the column {column!r} of the upload", _NAMELESS
            )
            for field in fields:
                _require_field_names(instance(field.dtype), f"{column}.{field.name}")
