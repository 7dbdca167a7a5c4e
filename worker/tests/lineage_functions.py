"""The functions of Polars with their lineage, in `lineage/functions.txt`. Executed, it prints `docs/lineage-functions.md`.

== section
name (variant) | expression | lineage as in the other files, or - for a function that makes no expression of columns
"""

from __future__ import annotations

import sys
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from lineage_truth import FOLDER, NobodyAnswers
from nerium_worker.lineage.of_frame import lineage_of
from nerium_worker.protocol.job import TableDescription
from nerium_worker.scan.lake import Lake

if TYPE_CHECKING:
    from nerium_worker.lineage.column import Column

PAGE = Path(__file__).parents[2] / "docs" / "lineage-functions.md"
SQL = "Functions and operators of SQL"
_NONE = "-"
_ORDER = ("IDENTITY", "TRANSFORMATION", "AGGREGATION", "FILTER", "JOIN", "GROUP_BY", "SORT", "WINDOW", "CONDITIONAL")
_HEAD = """# Lineage of functions

The types of the inputs of each function and operator of Polars {version}, as [Lineage](lineage.md#columns) defines them. `!`: masking. `?`: there may be
more inputs. The examples use a table with the columns `i` and `j` (integers), `f` and `g` (floats), `s` and `u` (text), `b` and `c` (truth values), `d` (date),
`at` (timestamp), `z` (timestamp with a time zone), `tm` (time), `x` (binary), `l` and `m` (lists), `st` (struct) and `mp` (map). `a`, `sa`, `fa` and `ab` are arrays
of them, `k` a categorical, `du` a duration. A name in the examples of methods is `pl.col` of it. Functions without inputs, such as `pl.lit`, have no type.

`worker/tests/test_lineage_functions.py` derives the lineage of each example, and fails if Polars has a function that the table lacks.
To write this page: `cd worker/tests && PYTHONPATH=../src python lineage_functions.py`.
"""
_TYPES = {"i": "long", "j": "long", "f": "double", "g": "double", "s": "string", "u": "string", "b": "boolean", "c": "boolean", "d": "date", "at": "timestamp", "z": "timestamptz", "tm": "time", "x": "binary"}  # fmt: skip
_NESTED: dict[str, dict[str, Any]] = {
    "l": {"type": "list", "element-id": 101, "element": "long", "element-required": False},
    "m": {"type": "list", "element-id": 102, "element": "string", "element-required": False},
    "st": {
        "type": "struct",
        "fields": [
            {"id": 103, "name": "p", "required": False, "type": "long"},
            {"id": 104, "name": "q", "required": False, "type": "string"},
        ],
    },
    "mp": {"type": "map", "key-id": 105, "key": "string", "value-id": 106, "value": "long", "value-required": False},
}
_TABLE = TableDescription(
    handle=1,
    name="lake.t",
    schema={
        "fields": [
            {"id": number, "name": name, "required": False, "type": type_}
            for number, (name, type_) in enumerate({**_TYPES, **_NESTED}.items(), start=1)
        ]
    },
)


class Function(NamedTuple):
    """One line: a function, a use of it and the lineage of that; None for a function without."""

    section: str
    name: str
    example: str
    lineage: str | None

    def base(self) -> str:
        """Give the name without the variant."""
        return self.name.partition(" (")[0]


def functions() -> list[Function]:
    read, section = [], ""
    for line in (FOLDER / "functions.txt").read_text().splitlines():
        if line.startswith("== "):
            section = line.removeprefix("== ")
        elif " | " in line:
            name, _, rest = line.partition(" | ")
            example, _, lineage = rest.rpartition(" |")
            read.append(
                Function(section, name, example, lineage.strip()) if example else Function(section, name, "", None)
            )
    return read


def found(function: Function) -> str:
    """Derive the lineage of a function's example."""
    lake = Lake(NobodyAnswers(), Path())
    table = lake.frame(_TABLE)
    if function.section == SQL:
        frame = pl.SQLContext(t=table.with_columns(fa=pl.concat_arr("f", "g"))).execute(
            f"SELECT {function.example} FROM t"
        )
    else:
        frame = table.select(eval(function.example, _names()))  # noqa: S307  # of this repository
    lineage = lineage_of(frame, lake, literal_frames=function.section == SQL)
    return _text(next(iter(lineage.columns.values())))


def page() -> str:
    parts = [_HEAD.format(version=pl.__version__)]
    for section, members in groupby(functions(), lambda function: function.section):
        rows = [
            f"| `{each.name}` | `{each.example}` | {each.lineage} |" for each in members if each.lineage is not None
        ]
        parts.append(
            "\n".join(
                [f"## {section}", "| function | example | types of the inputs |", "|---|---|---|", *map(_escaped, rows)]
            )
        )
    return "\n".join(parts[:1]) + "\n" + "\n\n".join(parts[1:]) + "\n"


def _escaped(row: str) -> str:
    return row.replace("||", "\\|\\|")


def _names() -> dict[str, Any]:
    columns = {name: pl.col(name) for name in (*_TYPES, *_NESTED)}
    arrays = {
        "a": pl.col("l").list.to_array(2),
        "sa": pl.col("m").list.to_array(2),
        "fa": pl.concat_arr("f", "g"),
        "ab": pl.concat_arr("b", "c"),
    }
    return {
        **columns,
        **arrays,
        "pl": pl,
        "k": pl.col("s").cast(pl.Categorical),
        "du": pl.col("at") - pl.col("at").min(),
    }


def _text(column: Column) -> str:
    fields: dict[str, list[str]] = {}
    for field, steps in sorted(column.all_inputs().items()):
        for step in steps:
            fields.setdefault(step.subtype + "!" * step.masking, []).append(".".join(field.path))
    kinds = sorted(fields, key=lambda kind: _ORDER.index(kind.rstrip("!")))
    return "; ".join([" ".join([kind, *fields[kind]]) for kind in kinds] + ["?"] * column.unknown)


if __name__ == "__main__":
    sys.stdout.write(page())
