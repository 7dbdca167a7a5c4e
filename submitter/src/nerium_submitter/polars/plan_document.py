"""Reads and writes plans as Polars does: a head with the version, and a tree in MessagePack with references."""

from __future__ import annotations

import base64
import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgpack

from nerium_submitter.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAGIC = b"DSL_VERSION"
_HASH = 64
# The version as a number, and the digest of what the nodes look like.
_HEAD = len(_MAGIC) + struct.calcsize("<I") + _HASH
_LONGEST = 64 << 20
_REFERENCE = {"idx", "version"}


@dataclass(frozen=True, kw_only=True)
class Document:
    """The nodes of a plan and the frames in it, each at the place that references mean; the first place is empty."""

    head: bytes
    nodes: list[dict[str, Any] | None]
    frames: list[list[Any] | None]
    root: int

    def encode(self) -> bytes:
        """Write it as Polars does."""
        tree = {
            "root": _reference(self.root),
            "dataframes": [_slot(frame) for frame in self.frames],
            "dsl_plans": [_slot(node) for node in self.nodes],
        }
        packed: bytes = msgpack.packb(tree)
        return self.head + packed

    def graft(self, node: dict[str, Any], other: Document) -> None:
        """Make a node the root of another document, and put all else that it has behind what is here."""
        if other.head != self.head:
            raise Refused("the plans are of different versions of Polars")
        nodes, frames = len(self.nodes), len(self.frames)
        moved = [None if one is None else _move(one, nodes, frames) for one in other.nodes]
        self.nodes.extend(moved)
        self.frames.extend(other.frames)
        node.clear()
        node.update(moved[other.root] or {})


def unpack(text: str) -> bytes:
    """Unpack a plan that a worker packed, as long as it does not become too large."""
    unpacking = zlib.decompressobj()
    try:
        plan = unpacking.decompress(base64.b64decode(text), _LONGEST)
    except (ValueError, zlib.error) as error:
        raise Refused("the plan can't be unpacked") from error
    if not unpacking.eof:
        raise Refused("the plan is too large, or cut off")
    return plan


def decode(plan: bytes) -> Document:
    """Read a plan; raises `Refused` where it is none."""
    head, body = plan[:_HEAD], plan[_HEAD:]
    if not head.startswith(_MAGIC):
        raise Refused("it is not a plan of Polars")
    try:
        tree = msgpack.unpackb(body, strict_map_key=False)
        document = Document(
            head=head,
            nodes=list(_values(tree["dsl_plans"], dict)),
            frames=list(_values(tree["dataframes"], list)),
            root=tree["root"]["idx"],
        )
    except (ValueError, TypeError, KeyError, RecursionError, msgpack.UnpackException) as error:
        raise Refused("the plan can't be read") from error
    for node in document.nodes:
        _require_references(node, document)
    _require_tree(document)
    return document


def _values(slots: list[dict[str, Any]], kind: type) -> Iterator[Any]:
    for slot in slots:
        if set(slot) != {"value", "version"} or not (slot["value"] is None or isinstance(slot["value"], kind)):
            raise ValueError("a slot has something else")
        yield slot["value"]


def _slot(value: dict[str, Any] | list[Any] | None) -> dict[str, Any]:
    return {"value": value, "version": 0 if value is None else 1}


def _reference(place: int) -> dict[str, int]:
    return {"idx": place, "version": 1}


def _is_reference(value: Any) -> bool:  # noqa: ANN401  # a tree of MessagePack
    return isinstance(value, dict) and value.keys() == _REFERENCE


def references(node: Any) -> Iterator[int]:  # noqa: ANN401  # a tree of MessagePack
    """Give the places of the nodes that a node takes its rows from."""
    if _is_reference(node):
        yield node["idx"]
    elif isinstance(node, dict):
        for key, value in node.items():
            if key != "df":
                yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def _move(node: Any, nodes: int, frames: int) -> Any:  # noqa: ANN401  # a tree of MessagePack
    """Copy a node with all references further back; only those called `df` mean frames."""
    if isinstance(node, list):
        return [_move(value, nodes, frames) for value in node]
    if not isinstance(node, dict):
        return node
    if _is_reference(node):
        return _reference(node["idx"] + nodes)
    return {
        key: _reference(value["idx"] + frames) if key == "df" and _is_reference(value) else _move(value, nodes, frames)
        for key, value in node.items()
    }


def _require_references(node: dict[str, Any] | None, document: Document) -> None:
    for place in references(node):
        if not isinstance(place, int) or not 0 < place < len(document.nodes) or document.nodes[place] is None:
            raise Refused("a node of the plan is missing")


def _require_tree(document: Document) -> None:
    """Refuse a plan that goes round in circles, or that has no root."""
    if not isinstance(document.root, int) or not 0 < document.root < len(document.nodes):
        raise Refused("the plan has no root")
    under_way: set[int] = set()
    done: set[int] = set()
    stack = [(document.root, iter(references(document.nodes[document.root])))]
    under_way.add(document.root)
    while stack:
        place, rest = stack[-1]
        below = next(rest, None)
        if below is None:
            under_way.discard(place)
            done.add(place)
            stack.pop()
        elif below in under_way:
            raise Refused("the plan goes round in circles")
        elif below not in done:
            under_way.add(below)
            stack.append((below, iter(references(document.nodes[below]))))
