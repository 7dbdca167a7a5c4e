"""Queries and scripts with their lineage as a person tells it, in `lineage/*.txt`.

== name
the query or script
--
column <- SUBTYPE input input; SUBTYPE input      with ! after the subtype: masking
column <- SUBTYPE input; ?                        with ?: there may be more inputs
rows <- SUBTYPE input                             what decides about the rows
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from nerium_worker.lineage.of_frame import lineage_of
from nerium_worker.modes.script import script_frame
from nerium_worker.modes.sql import query_frame
from nerium_worker.protocol.job import Script, TableDescription
from nerium_worker.scan.lake import Lake

if TYPE_CHECKING:
    from typing import Any, NoReturn

    import polars as pl

    from nerium_worker.lineage.column import Column
    from nerium_worker.lineage.frame import Frame

FOLDER = Path(__file__).parent / "lineage"
TPCH = Path(__file__).parents[2] / "server" / "src" / "test" / "resources" / "tpch"
ROWS = "rows"
MORE = "?"
_HIDDEN = re.compile(r"\((.*?)\)")
_TYPES = {"l": "long", "d": "double", "s": "string", "i": "int", "t": "timestamp", "y": "date"}
_TABLES = {
    "people": "id:l name:s email:s age:i city:s tags:? address:?",
    "visits": "id:l person:l at:t cost:d kind:s",
    "shops": "shop:l city:s",
    "stock": "shop:l item:s n:i",
    "prices": "at:t kind:s price:d",
    "odd": 'größe:l 日本:l dot.ted:s quo"te:s',
    "part": "p_partkey:l p_name:s p_mfgr:s p_brand:s p_type:s p_size:i p_container:s p_retailprice:d p_comment:s",
    "supplier": "s_suppkey:l s_name:s s_address:s s_nationkey:l s_phone:s s_acctbal:d s_comment:s",
    "partsupp": "ps_partkey:l ps_suppkey:l ps_availqty:i ps_supplycost:d ps_comment:s",
    "customer": "c_custkey:l c_name:s c_address:s c_nationkey:l c_phone:s c_acctbal:d c_mktsegment:s c_comment:s",
    "orders": "o_orderkey:l o_custkey:l o_orderstatus:s o_totalprice:d o_orderdate:y o_orderpriority:s o_clerk:s "
    "o_shippriority:i o_comment:s",
    "lineitem": "l_orderkey:l l_partkey:l l_suppkey:l l_linenumber:i l_quantity:d l_extendedprice:d l_discount:d "
    "l_tax:d l_returnflag:s l_linestatus:s l_shipdate:y l_commitdate:y l_receiptdate:y l_shipinstruct:s l_shipmode:s "
    "l_comment:s",
    "nation": "n_nationkey:l n_name:s n_regionkey:l n_comment:s",
    "region": "r_regionkey:l r_name:s r_comment:s",
}
_ZIP = {"type": "struct", "fields": [{"id": 104, "name": "code", "required": False, "type": "int"}, {"id": 105, "name": "ext", "required": False, "type": "string"}]}  # fmt: skip
_NESTED: dict[str, Any] = {
    "tags": {"type": "list", "element-id": 101, "element": "string", "element-required": False},
    "address": {
        "type": "struct",
        "fields": [
            {"id": 102, "name": "street", "required": False, "type": "string"},
            {"id": 103, "name": "zip", "required": False, "type": _ZIP},
        ],
    },
}


class Fact(NamedTuple):
    """One input of one column, or of `ROWS`, and the part that it takes; without an input: there may be more."""

    output: str
    field: str
    subtype: str
    masking: bool = False


@dataclass(frozen=True)
class Case:
    """A query or script, and its truth: facts that can be found, and those that the plan hides."""

    name: str
    text: str
    is_script: bool
    facts: frozenset[Fact]
    hidden: frozenset[Fact]
    columns: tuple[str, ...]


class NobodyAnswers:
    """A control plane that must not be asked."""

    def ask(self, what: str, **_: object) -> NoReturn:
        raise AssertionError(f"asked for {what}")

    def ask_all(self, what: str, asks: object) -> NoReturn:
        raise AssertionError(f"asked for {what}: {asks}")

    def progress(self, rows: int) -> NoReturn:
        raise AssertionError(f"{rows} rows were read")


def cases() -> list[Case]:
    return [*_cases("tpch"), *_cases("queries"), *_cases("scripts"), *_cases("independent")]


def tables() -> dict[str, TableDescription]:
    return {
        name: TableDescription(handle=handle, name=f"lake.{name}", schema={"fields": _fields(columns)})
        for handle, (name, columns) in enumerate(_TABLES.items(), start=1)
    }


def made_frame(case: Case, lake: Lake, folder: Path) -> pl.LazyFrame:
    frames = {name: lake.frame(table) for name, table in tables().items()}
    if not case.is_script:
        return query_frame(case.text, frames, frames.__getitem__)[0]
    script = Script(source=case.text, params={"folder": str(folder)})

    def catalog() -> NoReturn:
        raise AssertionError

    return script_frame(script, scan=lambda name: frames[name.removeprefix("default.")], tables={}, catalog=catalog)


def found(case: Case, folder: Path) -> tuple[frozenset[Fact], tuple[str, ...]]:
    lake = Lake(NobodyAnswers(), folder)
    lineage = lineage_of(made_frame(case, lake, folder), lake, literal_frames=not case.is_script)
    return facts(lineage), tuple(lineage.columns)


def facts(lineage: Frame) -> frozenset[Fact]:
    columns = {**lineage.columns, ROWS: lineage.rows}
    return frozenset(fact for name, column in columns.items() for fact in _facts_of(name, column))


def _facts_of(name: str, column: Column) -> list[Fact]:
    names = {table.handle: short for short, table in tables().items()}
    inputs = [
        Fact(name, f"{names[field.table]}.{'.'.join(field.path)}", step.subtype, step.masking)
        for field, steps in column.all_inputs().items()
        for step in steps
    ]
    return [*inputs, Fact(name, "", MORE)] if column.unknown else inputs


def _cases(name: str) -> list[Case]:
    parts = re.split(r"^== ", (FOLDER / f"{name}.txt").read_text(), flags=re.MULTILINE)[1:]
    return [_case(part) for part in parts]


def _case(part: str) -> Case:
    head, truth = part.split("\n--\n")
    name, _, text = head.partition("\n")
    is_script = re.search(r"^result\b", text, flags=re.MULTILINE) is not None
    if (TPCH / name).is_file():
        text, is_script = (TPCH / name).read_text(), name.endswith(".py")
    lines = [line.partition(" <-") for line in truth.splitlines() if line]
    hidden = frozenset(
        fact for column, _, inputs in lines for part in _HIDDEN.findall(inputs) for fact in _told(column, part)
    )
    told = frozenset(fact for column, _, inputs in lines for fact in _told(column, _HIDDEN.sub("", inputs)))
    return Case(name, text, is_script, told, hidden, tuple(column for column, _, _ in lines if column != ROWS))


def _told(column: str, inputs: str) -> list[Fact]:
    told = []
    for part in inputs.split(";"):
        match part.split():
            case ["?"]:
                told.append(Fact(column, "", MORE))
            case [step, *fields]:
                told += [Fact(column, _full(field), step.rstrip("!"), step.endswith("!")) for field in fields]
    return told


def _full(field: str) -> str:
    """Give the name with its table, which TPC-H's columns don't need."""
    owners = [
        name
        for name, columns in _TABLES.items()
        if f"{field}:" in columns.split(":")[0] or f" {field}:" in f" {columns}"
    ]
    return f"{owners[0]}.{field}" if len(owners) == 1 and "_" in field else field


def _fields(columns: str) -> list[dict[str, Any]]:
    return [
        {"id": number, "name": name, "required": False, "type": _NESTED.get(name, _TYPES.get(kind))}
        for number, (name, _, kind) in enumerate((column.rpartition(":") for column in columns.split()), start=1)
    ]
