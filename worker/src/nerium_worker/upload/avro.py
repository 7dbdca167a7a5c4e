"""Reads Avro files: Polars reads their values, and a logical type that it does not know is applied here."""

from __future__ import annotations

import io
import json
import shutil
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, BinaryIO

import polars as pl

from nerium_worker.protocol.errors import Failure
from nerium_worker.upload.columnar import EXACT_DIGITS, LAST_TIMESTAMPS, Columns, cut_off, no_table_type, other
from nerium_worker.upload.fit import Conversion, Demand, each_element, each_field, require
from nerium_worker.upload.text import require_names

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from polars.datatypes import DataType

_MAGIC = b"Obj\x01"
# Length of the marker at the end of the header and of each block.
_MARK = 16
# Seven bits of a number are in each byte, and one that says whether more follow.
_MORE = 0x80
_LONGEST_LONG = 63
_CODECS = ("null", "deflate", "snappy")
_LONGEST_TEXT = 4 << 20
_SCHEMA = b"avro.schema"
_NULL = "null"
_UUID_BYTES = 16
# The longest decimals that Polars reads.
_DECIMAL_BYTES = 16
_PRIMITIVES = {
    "boolean": pl.Boolean(),
    "int": pl.Int32(),
    "long": pl.Int64(),
    "float": pl.Float32(),
    "double": pl.Float64(),
    "bytes": pl.Binary(),
    "string": pl.String(),
}


def avro_frame(path: Path, scratch: Path) -> Columns:
    """Read Avro, which Polars holds in memory."""
    with path.open("rb") as file:
        head = file.read(16)
        if not head.startswith(_MAGIC):
            raise other("avro", head)
        file.seek(len(_MAGIC))
        metadata = _metadata(file)
        _require_codec(metadata)
        begin = file.tell()
        rows = _count_rows(file)
        said = _require_record(metadata)
        schema = _resolved_schema(said)
        types = {one["name"]: _type(one["type"], one["name"]) for one in schema["fields"]}
        wire = _with_wires(schema, types)
        if wire is not said:
            path = scratch / "anew.avro"
            file.seek(begin)
            _write_anew(path, metadata | {_SCHEMA: json.dumps(wire).encode()}, file)
    try:
        frame = pl.read_avro(path).lazy()
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise Failure(
            "load",
            "The upload can't be read as avro: it is damaged, or has types or a compression that are not known here.",
            details=str(error),
            hint="Write the file again without compression, or as Parquet.",
        ) from error
    uuids = frozenset(one["name"] for one in schema["fields"] if _is_uuid(one["type"]))
    return Columns(frame=_converted(frame, types), rows=rows, uuids=uuids)


def _require_codec(metadata: Mapping[bytes, bytes]) -> None:
    codec = metadata.get(b"avro.codec", b"null").decode(errors="replace")
    if codec not in _CODECS:
        # Polars takes blocks of unknown compression for plain ones.
        raise Failure(
            "load",
            f"The upload can't be read as avro: its blocks are compressed by {codec!r}.",
            hint=f"Write the file again with one of {', '.join(_CODECS)}.",
        )


def _converted(frame: pl.LazyFrame, types: Mapping[str, _Type]) -> pl.LazyFrame:
    conversions = {name: type_.convert(pl.col(name)) for name, type_ in types.items() if type_.convert is not None}
    require(
        frame,
        {
            name: [Demand(is_bad=conversion.is_bad, wanted=f"{', '.join(types[name].ranged)} in the file")]
            for name, conversion in conversions.items()
            if conversion.is_bad is not None
        },
    )
    return frame.with_columns(conversion.value.alias(name) for name, conversion in conversions.items())


# The schema.


def _require_record(metadata: Mapping[bytes, bytes]) -> Any:  # noqa: ANN401  # JSON
    try:
        schema = json.loads(metadata[_SCHEMA])
    except (KeyError, ValueError, RecursionError) as error:
        raise _bad_schema(error) from error
    if not isinstance(schema, dict) or schema.get("type") != "record":
        raise Failure(
            "load",
            "The upload can't be read as avro: its values are not records, whose fields would be the columns.",
            hint="Write a record for each row.",
        )
    return schema


def _resolved_schema(said: Any) -> Any:  # noqa: ANN401  # JSON
    """Give a schema in which each name of a type is replaced by the type, the same object where there is none."""
    try:
        schema = _resolved(said, "", {})
        _require_own_names(schema, "")
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise _bad_schema(error) from error
    return schema


def _bad_schema(error: BaseException) -> Failure:
    return Failure(
        "load",
        "The upload can't be read as avro: its schema is damaged, or has a type that contains itself.",
        details=f"{type(error).__name__}: {error}",
        hint="Read the file with the program that made it, and write it again.",
    )


def _resolved(schema: Any, space: str, known: dict[str, Any]) -> Any:  # noqa: ANN401  # JSON
    """Resolve names: `known` has the types that came before, so that a type inside of itself is a `KeyError`."""
    match schema:
        case str():
            return schema if schema in _PRIMITIVES or schema == _NULL else _known(schema, space, known)
        case list():
            return _unless_same(schema, [_resolved(one, space, known) for one in schema])
        case {"type": "record", "fields": fields}:
            name, inner = _full_name(schema, space)
            types = [_resolved(one["type"], inner, known) for one in fields]
            parts = _unless_same(
                fields,
                [
                    one if one["type"] is type_ else {"name": one["name"], "type": type_}
                    for one, type_ in zip(fields, types, strict=True)
                ],
            )
            known[name] = schema if parts is fields else {**schema, "fields": parts}
            return known[name]
        case {"type": "array", "items": items}:
            inner = _resolved(items, space, known)
            return schema if inner is items else {**schema, "items": inner}
        case {"type": "map", "values": values}:
            inner = _resolved(values, space, known)
            return schema if inner is values else {**schema, "values": inner}
        case {"type": "enum" | "fixed"}:
            known[_full_name(schema, space)[0]] = schema
            return schema
        case {"type": str(name)} if name in _PRIMITIVES:
            return schema
        case _:
            return _resolved(schema["type"], space, known)


def _unless_same(old: list[Any], new: list[Any]) -> list[Any]:
    return old if all(one is other for one, other in zip(old, new, strict=True)) else new


def _full_name(schema: Mapping[str, Any], space: str) -> tuple[str, str]:
    """Give the full name of a type, and the namespace of the names inside of it."""
    name = schema["name"] if "." in schema["name"] else f"{schema.get('namespace', space)}.{schema['name']}"
    return name.lstrip("."), name.rpartition(".")[0]


def _known(name: str, space: str, known: Mapping[str, Any]) -> Any:  # noqa: ANN401  # JSON
    full = name if "." in name else f"{space}.{name}".lstrip(".")
    return known[full] if full in known else known[name]


def _require_own_names(schema: Any, above: str) -> None:  # noqa: ANN401  # JSON
    """Refuse names of columns and fields that are empty, or not their own."""
    match schema:
        case list():
            for one in schema:
                _require_own_names(one, above)
        case {"type": "record", "fields": fields}:
            what, where = ("Field", f"in the column {above!r} of the upload") if above else ("Column", "of the upload")
            require_names((one["name"] for one in fields), what, where, "Give it one, or leave it out.")
            for one in fields:
                _require_own_names(one["type"], f"{above}.{one['name']}" if above else one["name"])
        case {"type": "array", "items": inner} | {"type": "map", "values": inner}:
            _require_own_names(inner, above)


def _is_uuid(schema: Any) -> bool:  # noqa: ANN401  # JSON
    match schema:
        case list():
            return any(map(_is_uuid, schema))
        case {"type": "string", "logicalType": "uuid"}:
            return True
        case {"type": "fixed", "logicalType": "uuid", "size": size}:
            return bool(size == _UUID_BYTES)
        case _:
            return False


# Types.


@dataclass(frozen=True, kw_only=True)
class _Type:
    """A type of a file.

    `wire` is a schema by which Polars reads its bytes, the file's own object where it can. `dtype` is the type of the
    values after `convert`, which is None where Polars reads them right. `ranged` names the logical types that not all
    bytes are values of.
    """

    wire: Any
    dtype: DataType
    convert: Callable[[pl.Expr], Conversion] | None = None
    ranged: tuple[str, ...] = ()

    def of(self, value: pl.Expr) -> Conversion:
        return Conversion(value=value) if self.convert is None else self.convert(value)


def _type(schema: Any, column: str) -> _Type:  # noqa: ANN401  # JSON
    match schema:
        case "null":
            raise no_table_type(column, _NULL)
        case str():
            return _Type(wire=schema, dtype=_PRIMITIVES[schema])
        case list():
            return _union(schema, column)
        case {"type": "record"}:
            return _record(schema, column)
        case {"type": "array", "items": items}:
            return _array(schema, _type(items, f"{column}.element"))
        case {"type": "map", "values": values}:
            return _map(_type(values, f"{column}.value"))
        case {"type": "enum", "symbols": symbols}:
            # Polars reads symbols of a column without nulls only; their numbers are in the file.
            return _Type(
                wire="int",
                dtype=pl.String(),
                convert=lambda value: Conversion(
                    value=value.replace_strict(range(len(symbols)), symbols, return_dtype=pl.String)
                ),
            )
        case {"logicalType": "decimal"}:
            return _decimal(schema, column)
        case _:
            return _scalar(schema, column)


def _union(schemas: list[Any], column: str) -> _Type:
    others = [one for one in schemas if one != _NULL]
    if len(schemas) != 2 or len(others) != 1:  # noqa: PLR2004
        named = " and ".join(one if isinstance(one, str) else str(one["type"]) for one in schemas)
        raise no_table_type(column, f"union of {named}")
    type_ = _type(others[0], column)
    wires = _unless_same(schemas, [one if one == _NULL else type_.wire for one in schemas])
    return replace(type_, wire=wires)


def _record(schema: Mapping[str, Any], column: str) -> _Type:
    types = {one["name"]: _type(one["type"], f"{column}.{one['name']}") for one in schema["fields"]}
    if not types:
        raise no_table_type(column, "record without fields")
    convert = None
    if any(type_.convert is not None for type_ in types.values()):

        def convert(value: pl.Expr) -> Conversion:
            return each_field(value, {name: type_.of(value.struct.field(name)) for name, type_ in types.items()})

    return _Type(
        wire=_with_wires(schema, types),
        dtype=pl.Struct({name: type_.dtype for name, type_ in types.items()}),
        convert=convert,
        ranged=tuple(one for type_ in types.values() for one in type_.ranged),
    )


def _with_wires(schema: Mapping[str, Any], types: Mapping[str, _Type]) -> Any:  # noqa: ANN401  # JSON
    """Give a record with the types by which Polars reads its fields, the same object where they are its own."""
    fields = schema["fields"]
    parts = [
        one if types[one["name"]].wire is one["type"] else {"name": one["name"], "type": types[one["name"]].wire}
        for one in fields
    ]
    return schema if _unless_same(fields, parts) is fields else {**schema, "fields": parts}


def _array(schema: Mapping[str, Any], element: _Type) -> _Type:
    return _Type(
        wire=schema if element.wire is schema["items"] else {"type": "array", "items": element.wire},
        dtype=pl.List(element.dtype),
        convert=None if element.convert is None else lambda value: each_element(value, element.of(pl.element())),
        ranged=element.ranged,
    )


def _map(value: _Type) -> _Type:
    """Read a map as a list of its entries, which has the same bytes."""
    fields = [{"name": "key", "type": "string"}, {"name": "value", "type": value.wire}]
    dtype = pl.Map(pl.String(), value.dtype)

    def convert(whole: pl.Expr) -> Conversion:
        entry = pl.element()
        parts = {"key": Conversion(value=entry.struct.field("key")), "value": value.of(entry.struct.field("value"))}
        entries = each_element(whole, each_field(entry, parts))
        return replace(entries, value=entries.value.cast(dtype))

    return _Type(
        wire={"type": "array", "items": {"type": "record", "name": "entry", "fields": fields}},
        dtype=dtype,
        convert=convert,
        ranged=value.ranged,
    )


def _decimal(schema: Mapping[str, Any], column: str) -> _Type:
    precision, scale = schema.get("precision", 0), schema.get("scale", 0)
    bytes_ = schema.get("size", 0)
    if not 0 < precision <= EXACT_DIGITS or not 0 <= scale <= precision or bytes_ > _DECIMAL_BYTES:
        raise no_table_type(column, f"decimal({precision}, {scale}){f' of {bytes_} bytes' if bytes_ else ''}")
    least, largest = (pl.lit(sign * (10**precision - 1), dtype=pl.Int128) for sign in (-1, 1))
    return _Type(
        wire=schema,
        dtype=pl.Decimal(precision, scale),
        convert=lambda value: Conversion(value=value, is_bad=~value.to_physical().is_between(least, largest)),
        ranged=(f"decimal({precision}, {scale})",),
    )


def _scalar(schema: Mapping[str, Any], column: str) -> _Type:
    logical = schema.get("logicalType")
    zone = None if str(logical).startswith("local") else "UTC"
    match schema["type"], logical:
        case "fixed", "duration":
            raise no_table_type(column, "duration")
        case "bytes", "big-decimal":
            raise no_table_type(column, "big-decimal")
        case "int", "date":
            return _Type(wire=schema, dtype=pl.Date())
        case "int", "time-millis":
            return _time("int", logical, 1_000_000)
        case "long", "time-micros":
            return _time("long", logical, 1_000)
        case "long", "timestamp-millis" | "local-timestamp-millis":
            last, dtype = LAST_TIMESTAMPS["ms"], pl.Datetime("ms", zone)
            return _Type(
                wire="long",
                dtype=dtype,
                convert=lambda value: Conversion(value=value.cast(dtype), is_bad=~value.is_between(-last, last)),
                ranged=(str(logical),),
            )
        case "long", "timestamp-micros" | "local-timestamp-micros":
            return _Type(wire=schema, dtype=pl.Datetime("us", zone))
        case "long", "timestamp-nanos" | "local-timestamp-nanos":
            dtype = pl.Datetime("ns", zone)
            return _Type(wire="long", dtype=dtype, convert=lambda value: Conversion(value=value.cast(dtype)))
        case "fixed", _:
            return _Type(wire=schema, dtype=pl.Binary())
        case kind, _:
            return _Type(wire=schema, dtype=_PRIMITIVES[kind])


def _time(wire: str, logical: str, nanoseconds: int) -> _Type:
    day = 86_400_000_000_000 // nanoseconds
    return _Type(
        wire=wire,
        dtype=pl.Time(),
        convert=lambda value: Conversion(
            value=(value.cast(pl.Int64) * nanoseconds).cast(pl.Time),
            is_bad=~value.is_between(0, day, closed="left"),
        ),
        ranged=(logical,),
    )


# The file.


def _metadata(file: BinaryIO) -> dict[bytes, bytes]:
    metadata = {}
    while count := _long(file):
        if count < 0:
            # The size of the entries in bytes follows.
            _long(file)
        for _ in range(abs(count)):
            key = _bytes(file, _long(file))
            metadata[key] = _bytes(file, _long(file))
    return metadata


def _write_anew(path: Path, metadata: Mapping[bytes, bytes], rest: BinaryIO) -> None:
    """Write a file that has other metadata before its blocks."""
    with path.open("wb") as file:
        file.write(_MAGIC + _encoded(len(metadata)))
        for key, value in metadata.items():
            file.write(_encoded(len(key)) + key + _encoded(len(value)) + value)
        file.write(_encoded(0))
        shutil.copyfileobj(rest, file)


def _encoded(count: int) -> bytes:
    """Encode a number that is not negative."""
    count <<= 1
    parts = bytearray()
    while count >= _MORE:
        parts.append(count % _MORE | _MORE)
        count //= _MORE
    parts.append(count)
    return bytes(parts)


def _count_rows(file: BinaryIO) -> int:
    """Count the rows that the blocks of a file say they have; the file must end where a block does."""
    mark = _bytes(file, _MARK)
    rows = 0
    while first := file.read(1):
        file.seek(-len(first), io.SEEK_CUR)
        rows += (count := _long(file))
        _skip(file, _long(file))
        if count < 0 or _bytes(file, _MARK) != mark:
            raise Failure(
                "load",
                f"The upload can't be read as avro: it is damaged before byte {file.tell():,}.",
                hint="Send the file as it is; with curl by --data-binary.",
            )
    return rows


def _long(file: BinaryIO) -> int:
    value = shift = 0
    while True:
        [byte] = _bytes(file, 1)
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < _MORE or shift > _LONGEST_LONG:
            return (value >> 1) ^ -(value & 1)


def _skip(file: BinaryIO, count: int) -> None:
    if count > 0:
        file.seek(count - 1, io.SEEK_CUR)
        _bytes(file, 1)


def _bytes(file: BinaryIO, count: int) -> bytes:
    found = file.read(count) if 0 <= count <= _LONGEST_TEXT else b""
    if len(found) < count or count < 0:
        raise cut_off("avro", "the end of a block")
    return found
