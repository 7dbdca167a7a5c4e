"""Refuses every plan that reads other files than the run's own, and puts their locations and keys into the others.

Plans were written in the sandbox, where a script may have forged them, and they run with the rights of the cluster.
Nothing that is in them is ever loaded here. They may hold Polars' own nodes and functions, none that calls Python or a
plugin; they read files by names that the control plane made up, and write in one place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nerium_submitter.errors import Refused, Unsupported
from nerium_submitter.polars.allowed import WORDS
from nerium_submitter.polars.plan_document import Document, decode
from nerium_submitter.polars.statement import require_query

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_STAGING = "s3://nerium/staging/"
_PLACES = {"PythonScan", "SQL", "Scan", "Sink"}
_TABLE = re.compile(rb"nerium-table-(\d{1,9});")
_NODES = WORDS & {
    *("Cache", "DataFrameScan", "Distinct", "Filter", "Gather", "GroupBy", "HConcat", "HStack", "Join", "MapFunction"),
    *("MatchToSchema", "MergeSorted", "Pivot", "PythonScan", "Scan", "Select", "Sink", "Slice", "Sort", "SQL", "Union"),
}
_PYTHON = {
    *("AnonymousFunction", "Callback", "Map", "MapFieldNames", "OpaquePython", "PipeWithDtype", "PipeWithSchema"),
    *("Python", "callback"),
}
# Where bytes are values. Elsewhere they are a Python function, pickled.
_VALUES = {
    *("Array", "Binary", "ByIndex", "Decimal", "Int", "Int128", "List", "Series", "Struct", "UInt128", "categories"),
    *("indices", "inner", "source_sizes"),
}
_FEW = 8
_CALLS_PYTHON = "it calls a Python function, and a cluster runs Polars' own only"
# Options about files that are not checked before they are read.
_NO_SUCH_OPTIONS = ("include_file_paths", "deletion_files", "table_statistics", "resolve_heavy_sources")


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where something lies: an address, and the store's settings with the keys that open it, as Polars writes them."""

    uri: str
    store: Sequence[Any]


def assemble(root: bytes, tables: Mapping[int, bytes], files: Mapping[str, Place], staging: Place) -> bytes:
    """Make one plan of a run's plan and those of its tables; raises `Refused`."""
    plan = decode(root)
    grafts = {number: _table(decode(table), files) for number, table in tables.items()}
    sink = plan.nodes[plan.root] or {}
    placeholders = []
    for kind, node in _check(plan):
        if kind == "PythonScan":
            placeholders.append((node, _find_table(node, grafts)))
        elif kind == "Scan":
            raise Refused("it reads files by itself")
        elif kind == "Sink" and node is not sink:
            raise Refused("it writes on its way")
    _aim(sink, staging)
    for node, number in placeholders:
        plan.graft(node, grafts[number])
    return plan.encode()


def _table(plan: Document, files: Mapping[str, Place]) -> Document:
    """Check the plan of a table, and say where its files are."""
    for kind, node in _check(plan):
        if kind != "Scan":
            raise Refused(f"the plan of a table has a node of kind {kind}")
        _open(node["Scan"], files)
    return plan


def _check(plan: Document) -> list[tuple[str, dict[str, Any]]]:
    """Check all that a plan has, and give the nodes that read or write: some have their inputs inside of them."""
    found: list[tuple[str, dict[str, Any]]] = []
    for node in plan.nodes:
        if node is not None:
            kind = next(iter(node), "nothing")
            if len(node) != 1 or kind not in _NODES:
                raise Unsupported(_python(kind) or f"{kind[:100]} is not a node of a Polars cluster")
            _look_into(node, found)
    for kind, node in found:
        if len(node) != 1:
            raise Refused(f"a node of kind {kind} is something else, too")
        if kind == "SQL":
            require_query(node["SQL"].get("query"))
    _require_frames(plan)
    return [(kind, node) for kind, node in found if kind != "SQL"]


def _python(word: str) -> str | None:
    return _CALLS_PYTHON if word in _PYTHON else None


def _find_table(node: Mapping[str, Any], grafts: Mapping[int, Document]) -> int:
    """Find which table a frame of the lake is: its Python object is a name, and is not looked at any closer."""
    try:
        name = _TABLE.search(bytes(node["PythonScan"]["options"]["scan_fn"]))
    except (KeyError, TypeError, ValueError) as error:
        raise Refused("it reads something else than a table") from error
    if name is None:
        raise Unsupported(_CALLS_PYTHON)
    if int(name[1]) not in grafts:
        raise Refused("it reads a table that the run has not")
    return int(name[1])


def _open(scan: dict[str, Any], files: Mapping[str, Place]) -> None:
    try:
        arguments = scan["unified_scan_args"]
        names = [path["inner"] for path in scan["sources"]["Paths"]]
        if set(scan["sources"]) != {"Paths"} or set(scan["scan_type"]) != {"Parquet"} or arguments["glob"]:
            raise Refused("it reads other files than Parquet")
        if any(arguments[option] is not None for option in _NO_SUCH_OPTIONS):
            raise Refused("it reads its files in another way")
    except (KeyError, TypeError) as error:
        raise Refused("a scan can't be read") from error
    if not all(isinstance(name, str) and name in files for name in names):
        raise Refused("it reads a file that the run has not")
    stores = [files[name].store for name in names]
    if any(store != stores[0] for store in stores):
        raise Refused("the files of one scan lie in several stores")
    scan["sources"] = {"Paths": [{"inner": files[name].uri} for name in names]}
    arguments["cloud_options"] = _options(stores[0])


def _aim(root: Mapping[str, Any], staging: Place) -> None:
    """Say where the rows go."""
    try:
        payload = root["Sink"]["payload"]
        sink = payload["Partitioned"]
        if (
            set(payload) != {"Partitioned"}
            or sink["base_path"] != {"inner": _STAGING}
            or set(sink["file_format"]) != {"Parquet"}
            or sink["file_path_provider"] is not None
            or sink["unified_sink_args"]["sinked_paths_callback"] is not None
        ):
            raise Refused("it writes elsewhere")
    except (KeyError, TypeError) as error:
        raise Refused("it does not say what it writes") from error
    sink["base_path"] = {"inner": staging.uri}
    sink["unified_sink_args"]["cloud_options"] = _options(staging.store)


def _options(store: Sequence[Any]) -> dict[str, Any]:
    return {
        "file_cache_ttl": 2,
        "config": {"Aws": list(store)},
        "retry_config": dict.fromkeys(
            ("max_retries", "retry_timeout", "retry_init_backoff", "retry_max_backoff", "retry_base_multiplier")
        ),
        "rate_limit_config": {
            which: dict.fromkeys(("init_rate", "floor_rate", "ceiling_rate")) for which in ("read", "write")
        },
        "credential_provider": None,
    }


def _look_into(value: Any, found: list[tuple[str, dict[str, Any]]]) -> None:  # noqa: ANN401  # a tree of MessagePack
    """Let pass what has known words only, and bytes only as values; collect what reads or writes."""
    pending: list[tuple[str | int, Any]] = [("", value)]
    while pending:
        word, value = pending.pop()
        if word not in _VALUES and (isinstance(value, bytes) or (isinstance(value, list) and _may_be_bytes(value))):
            raise Unsupported(_CALLS_PYTHON)
        if isinstance(value, list):
            pending.extend((word, inner) for inner in value)
        elif isinstance(value, dict):
            for key, inner in value.items():
                if not isinstance(key, int) and key not in WORDS:
                    raise Unsupported(_python(key) or f"{str(key)[:100]} is nothing that a cluster of Polars does")
                if key in _PLACES:
                    if not isinstance(inner, dict):
                        raise Refused(f"a node of kind {key} is none")
                    found.append((str(key), value))
                if key != "PythonScan":
                    pending.extend((key, part) for part in _inner(key, inner, value))


def _may_be_bytes(values: list[Any]) -> bool:
    return len(values) > _FEW and all(isinstance(value, int) for value in values) and _are_bytes(values)


def _inner(key: str | int, value: Any, around: Mapping[str | int, Any]) -> Sequence[Any]:  # noqa: ANN401  # a tree of MessagePack
    """Give what of a value is yet to be looked at: columns have names of their own where a schema lists them."""
    if not isinstance(value, dict):
        return [value]
    if key == "fields" and around.keys() == {"fields", "metadata"}:
        return list(value.values())
    if key == "metadata" and all(isinstance(text, str) for text in value.values()):
        return []
    return [value]


def _require_frames(plan: Document) -> None:
    """Frames that a plan has in it are bytes of Arrow."""
    for frame in plan.frames:
        for part in frame or ():
            if not isinstance(part, (bytes, list)) or (isinstance(part, list) and not _are_bytes(part)):
                raise Refused("a frame of the plan is none")


def _are_bytes(values: list[Any]) -> bool:
    try:
        bytes(values)
    except (TypeError, ValueError):
        return False
    return True
