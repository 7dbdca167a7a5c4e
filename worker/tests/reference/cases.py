"""Fixed cases: every failure that was found, as a file that says over which kinds of table it runs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from reference.statement import Statement

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reference.tables import Table, Tables

FOLDER = Path(__file__).parent / "cases"
_HEADER = re.compile(r"^(?:--|#) (tables|rows|way|status): (.*)$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Case:
    """One case over one choice of tables, and where its rows go."""

    name: str
    statement: Statement
    way: Literal["inline", "overwrite", "append"]
    # That the request must get, where no table can hold the result.
    status: int | None = None


def load_cases(tables: Tables, folder: Path = FOLDER) -> Iterator[Case]:
    """Read all files, each once for every table that its header allows.

    The header's lines, as comments: `tables: t=plain, p1=partner` names kinds, and `t=*` is every kind in turn;
    `rows: ordered` says that the text determines the order of its rows; `way: overwrite` writes them to a table;
    `status: 400` says that this must be refused, though Polars can run the text.
    """
    for path in sorted(folder.iterdir()):
        if path.suffix not in {".sql", ".script"}:
            continue
        text = path.read_text()
        header = dict(_HEADER.findall(text))
        for chosen in _choices(header["tables"], tables):
            statement = Statement(
                mode="query" if path.suffix == ".sql" else "script",
                text=text,
                tables=chosen,
                ordered=header.get("rows") == "ordered",
                constructs=frozenset(),
            )
            status = int(header["status"]) if "status" in header else None
            yield Case(name=path.stem, statement=statement, way=_way(header.get("way", "inline")), status=status)


def case_text(statement: Statement, way: str, note: str) -> str:
    """Write a statement as the text of a case."""
    mark = "--" if statement.mode == "query" else "#"
    kinds = ", ".join(f"{alias}={table.kind}" for alias, table in statement.tables.items())
    lines = [f"{mark} {' '.join(note.split())[:200]}", f"{mark} tables: {kinds}"]
    if statement.ordered:
        lines.append(f"{mark} rows: ordered")
    if way != "inline":
        lines.append(f"{mark} way: {way}")
    return "\n".join([*lines, statement.text.rstrip(), ""])


def _way(text: str) -> Literal["inline", "overwrite", "append"]:
    match text:
        case "inline" | "overwrite" | "append":
            return text
        case _:
            raise ValueError(f"way is {text!r}: expected inline, overwrite or append")


def _choices(header: str, tables: Tables) -> Iterator[Mapping[str, Table]]:
    named = dict(pair.strip().split("=") for pair in header.split(","))
    for table in tables.read if "*" in named.values() else tables.read[:1]:
        yield {alias: table if kind == "*" else tables.of_kind(kind) for alias, kind in named.items()}
