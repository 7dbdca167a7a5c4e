"""Decodes scan plans that the control plane sends."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import polars as pl

from nerium_worker.iceberg.single_value import series
from nerium_worker.iceberg.types import as_stored, stored_schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


# Prefix of the names of files that a sandbox does not have.
ELSEWHERE = "s3://nerium/"
_FILES = {"path": pl.String, "bytes": pl.Int64, "rows": pl.Int64}


@dataclass(frozen=True, kw_only=True)
class EqualityFile:
    """A file whose rows name values: rows that have them are deleted where the scopes meet.

    `sequence` is older than the data files it spares; `partition` is None for a delete of all partitions.
    """

    file: str
    fields: tuple[int, ...]
    sequence: int
    partition: int | None


@dataclass(frozen=True, kw_only=True)
class EqualityDeletes:
    """Equality deletes of a plan; `keys` has, by id, each field that they compare, alone inside its structs."""

    files: Sequence[EqualityFile]
    keys: Mapping[int, Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One row per data file, in the columns that the protocol names; `row_count` is None where it is not known.

    `stored`: the first file's own columns as an Iceberg schema, where those of all files are found by these names.
    `statistics`: whether Polars may skip row groups by the files' own; `filtered`: whether it filters the scan;
    `remote`: whether its data files are elsewhere, and only their deletes can be read here.
    """

    files: pl.DataFrame
    row_count: tuple[int, int] | None = None
    equality: EqualityDeletes | None = None
    layouts: Sequence[Mapping[str, Any]] = ()
    stored: Mapping[str, Any] | None = None
    data: str = ""
    statistics: bool = True
    filtered: bool = False
    remote: bool = False

    def as_stored(self) -> Plan:
        """Give the plan with the types that values have in files."""
        equality = self.equality
        if equality is not None:
            equality = replace(equality, keys={number: as_stored(key) for number, key in equality.keys.items()})
        layouts = [stored_schema(layout) for layout in self.layouts]
        stored = None if self.stored is None else stored_schema(self.stored)
        return replace(self, equality=equality, layouts=layouts, stored=stored)

    def has_statistics(self) -> bool:
        """Return whether Polars finds statistics of the columns when it plans."""
        return self.stored is not None or self.files.is_empty()

    def is_native(self) -> bool:
        """Return whether Polars reads exactly the rows of the files, as it reads any others, or there are no files."""
        return self.has_statistics() and self.row_count is not None and self.row_count[1] == 0

    def path(self, name: str) -> str:
        """Give the path of a file of the plan, as the sandbox shows it; one that is elsewhere has a name of its own."""
        return name if name.startswith(ELSEWHERE) else f"{self.data}/{name}"

    def paths(self) -> list[str]:
        """Give the paths of the data files."""
        return [self.path(name) for name in self.files["path"].to_list()]

    def parts(self) -> Iterator[tuple[Mapping[str, Any] | None, Plan]]:
        """Divide into runs of files that are alike: by field ids (None), or by the schema that they have themselves."""
        for files in self.files.with_columns(run=pl.col("layout").rle_id()).partition_by("run", include_key=False):
            number = files["layout"][0]
            whole = None if self.row_count is None or self.row_count[1] else (int(files["rows"].sum()), 0)
            yield None if number < 0 else self.layouts[number], replace(self, files=files, row_count=whole)

    def constants(self, fields: Sequence[Mapping[str, Any]]) -> dict[int, pl.Series]:
        """Give the partition values that stand for columns, by field id."""
        named = {f"constant-{field['id']}": field for field in fields}
        return {
            field["id"]: series(
                field, [None if text is None else json.loads(text) for text in self.files[name].to_list()]
            )
            for name, field in named.items()
            if name in self.files.columns
        }


def decode_plan(answer: Mapping[str, Any], payload: bytes, data: str) -> Plan:
    """Decode the answer to a `plan`."""
    equality, deleted, files = answer.get("equality"), answer["deleted"], answer.get("files")
    return Plan(
        files=pl.read_ipc_stream(io.BytesIO(payload)) if files is None else pl.DataFrame(files, _FILES, orient="row"),
        row_count=None if deleted is None or equality is not None else (answer["rows"], deleted),
        equality=None if equality is None else _decode_equality(equality, data),
        layouts=answer.get("layouts", ()),
        stored=answer.get("stored"),
        data=data,
    )


def _decode_equality(message: Mapping[str, Any], data: str) -> EqualityDeletes:
    return EqualityDeletes(
        files=[
            EqualityFile(
                file=f"{data}/{entry['file']}",
                fields=tuple(sorted(entry["fields"])),
                sequence=entry["sequence"],
                partition=entry["partition"],
            )
            for entry in message["files"]
        ],
        keys={entry["field"]: entry["schema"]["fields"][0] for entry in message["keys"]},
    )
