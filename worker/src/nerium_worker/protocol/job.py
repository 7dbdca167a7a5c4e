"""Decodes jobs that the control plane sends."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from nerium_worker.protocol.secrets import Environment
from nerium_worker.protocol.table_schema import present
from nerium_worker.protocol.upload_options import Options, decode_options

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import TypeAlias


@dataclass(frozen=True, kw_only=True)
class Query:
    """Mode `query`: one SQL statement with its values, which only reads unless `statements` is set."""

    sql: str
    params: Mapping[str, Any] | Sequence[Any] = field(default_factory=dict)
    statements: bool = False


@dataclass(frozen=True, kw_only=True)
class Script:
    """Mode `script`: Python source that assigns `result`.

    `env`: the values of the environment variables that it gets.
    """

    source: str
    params: Mapping[str, str]
    env: Environment = field(default_factory=Environment, repr=False)


@dataclass(frozen=True, kw_only=True)
class Load:
    """Mode `load`: an uploaded file, its path below the data folder.

    `more`: files of the same format, whose rows follow. `schema`: of the table that the rows are added to, None for a
    new one.
    """

    file: str
    format: str
    options: Options = field(default_factory=Options)
    schema: Mapping[str, Any] | None = None
    more: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Convert:
    """Mode `convert`: the pages of a result, their paths below the data folder, which become one Parquet file."""

    files: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Gather:
    """Mode `gather`: files that a cluster wrote, their paths below the data folder, and a frame with their types.

    `has_ids`: their columns have the ids of `iceberg_schema` and names of Avro's.
    """

    files: Sequence[str]
    has_ids: bool
    frame: str


Work: TypeAlias = "Query | Script | Load | Convert | Gather"


@dataclass(frozen=True, kw_only=True)
class TableDescription:
    """A table pinned to a snapshot; `schema` is Iceberg's own JSON."""

    handle: int
    name: str
    schema: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Pages:
    """How much of a result goes into one file, where it is kept and not returned."""

    rows: int
    bytes: int


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Limits of the result that comes back; without `pages` it is one stream."""

    max_rows: int
    max_bytes: int
    pipe_bytes: int
    overflow: Literal["fail", "truncate"]
    pages: Pages | None = None


@dataclass(frozen=True, kw_only=True)
class Job:
    """One job: what to run, over which tables, and where the result goes.

    `explain`: it is only planned; `lineage`: it reports the origin of its columns; `distributed`: for a
    cluster of this kind; `plans`: asks `plan` that it would send, with their answers.
    """

    run: str
    catalog: str
    work: Work
    tables: Mapping[str, TableDescription]
    destination: str | None
    limits: Limits
    explain: bool = False
    lineage: bool = True
    distributed: Literal["spark", "polars"] | None = None
    plans: Sequence[Mapping[str, Any]] = ()


def decode_table(message: Mapping[str, Any]) -> TableDescription:
    """Decode a table description."""
    return TableDescription(handle=message["handle"], name=message["name"], schema=present(message["schema"]))


def decode_job(message: Mapping[str, Any]) -> Job:
    """Decode a `job` message."""
    limits = message["result"]
    pages = limits.get("pages")
    return Job(
        run=message["run"],
        catalog=message["catalog"],
        work=_decode_work(message),
        tables={entry["alias"]: decode_table(entry["table"]) for entry in message.get("tables") or ()},
        destination=message.get("destination"),
        limits=Limits(
            max_rows=limits["maxRows"],
            max_bytes=limits["maxBytes"],
            pipe_bytes=limits["pipeBytes"],
            overflow=limits["overflow"],
            pages=None if pages is None else Pages(rows=pages["rows"], bytes=pages["bytes"]),
        ),
        explain=message.get("explain", False),
        lineage=message.get("lineage", True),
        distributed=message.get("distributed"),
        plans=message.get("plans", ()),
    )


def _decode_work(message: Mapping[str, Any]) -> Work:
    match message["mode"]:
        case "query":
            return Query(
                sql=message["query"],
                params=message.get("params") or {},
                statements=message.get("statements", False),
            )
        case "script":
            return Script(
                source=message["script"],
                params=dict(message.get("params") or {}),
                env=message.get("env") or Environment(),
            )
        case "load":
            load = message["load"]
            return Load(
                file=load["file"],
                format=load["format"],
                options=decode_options(load.get("options", {})),
                schema=load.get("schema"),
                more=tuple(load.get("more", ())),
            )
        case "convert":
            return Convert(files=tuple(message["convert"]["files"]))
        case "gather":
            gather = message["gather"]
            return Gather(files=tuple(gather["files"]), has_ids=gather["fieldIds"], frame=gather["frame"])
        case mode:
            raise ValueError(f"unknown mode of a job: {mode!r}")
