"""`python -m reference.polars_sql URL KEY --seed N --count M`: run statements of Polars' own tests by names in their text.

Each frame is a table of a namespace of its own, and the text has its name in FROM with the namespace before it. The rest
of the text stays: it refers to columns by the frame's name. The result must be that of Polars alone on the frames.
"""

from __future__ import annotations

import argparse
import base64
import io
import json
import random
import re
import sys
import warnings
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import polars as pl
import sqloxide

from reference.compare import as_stored
from reference.run import Runner
from reference.server import Server
from reference.statement import Statement
from reference.tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_FILE = Path(__file__).parent / "statements.jsonl"
# Functions that read files of the tests, which are gone.
_READS_FILES = re.compile(r"\bread_\w+\(", re.IGNORECASE)
# What Polars runs and a query here does not: a join in parentheses, and TABLE with a name of several parts.
_REFUSED = re.compile(r"A join in parentheses has no name\.|TABLE \S+ is not available\.")

Verdict = Literal[
    "equal", "different", "undetermined", "refused", "refused by Polars, too", "not a query", "other types"
]


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """A statement of Polars' tests. `frames`: their numbers by their names."""

    test: str
    sql: str
    frames: Mapping[str, int]


class Tables:
    """The frames as tables, each made when a statement first reads it."""

    def __init__(self, server: Server, texts: Mapping[int, str]) -> None:
        self._server = server
        self._texts = texts
        self._made: dict[tuple[str, int], Table | None] = {}

    def table(self, name: str, number: int) -> Table | None:
        """Give the table of a frame; None where no table can have its types."""
        if (name, number) not in self._made:
            self._made[name, number] = self._make(name, number)
        return self._made[name, number]

    def _make(self, name: str, number: int) -> Table | None:
        frame = as_stored(pl.read_ipc(base64.b64decode(self._texts[number])))
        if frame is None or not frame.width:
            return None
        data = io.BytesIO()
        frame.write_parquet(data)
        namespace = f"frame_{number}"
        self._server.replace(namespace, name, data.getvalue())
        return Table(kind=name, reference=f"{namespace}.{name}", key="", frame=frame)


def main() -> int:
    """Give 1 where a result differs, or where a statement is refused that Polars runs, but for those that are listed."""
    arguments = _arguments()
    warnings.simplefilter("ignore")
    recorded, texts = _read()
    server = Server(arguments.url, arguments.key)
    tables, runner = Tables(server, texts), Runner(server, "polars")
    verdicts: Counter[str] = Counter()
    for statement in _sample(recorded, arguments.seed, arguments.count):
        verdict, message = _run(statement, tables, runner, server)
        verdicts[verdict] += 1
        if verdict in ("different", "undetermined") or arguments.verbose:
            print(f"{verdict.upper()} {statement.test}: {' '.join(message.split())[:400]}\n    {statement.sql.strip()}")
    print(f"seed {arguments.seed}: {sum(verdicts.values())} of {len(recorded)} statements: {dict(verdicts)}")
    return 1 if verdicts["different"] or not verdicts["equal"] else 0


def _run(recorded: Recorded, tables: Tables, runner: Runner, server: Server) -> tuple[Verdict, str]:
    parsed = _parse(recorded.sql)
    if parsed is None or "Query" not in parsed or _READS_FILES.search(recorded.sql):
        reply = server.query(recorded.sql, {})
        if 400 <= reply.status < 500 and "PanicException" not in reply.text:
            return "not a query", reply.text
        return "different", f"{reply.status} {reply.text}"
    found = {name: tables.table(name, number) for name, number in recorded.frames.items()}
    made = {name: table for name, table in found.items() if table is not None}
    if len(made) < len(found):
        return "other types", "of a frame"
    statement = Statement(
        mode="query",
        text=recorded.sql,
        tables=made,
        ordered=parsed["Query"]["order_by"] is not None,
        constructs=frozenset(),
        named=_with_namespaces(recorded.sql, parsed, {name: table.reference for name, table in made.items()}),
    )
    if _has_128_bits(statement):
        return "other types", "of the result"
    outcome = runner.run(statement, "inline")
    match outcome.verdict:
        case "refused":
            return "refused by Polars, too", outcome.message
        case "different" if _REFUSED.search(outcome.message):
            return "refused", outcome.message
        case verdict:
            return verdict, outcome.message


def _has_128_bits(statement: Statement) -> bool:
    """Return whether the result has integers that Arrow does not have."""
    try:
        types = statement.frame(statement.plain_frames()).collect_schema().dtypes()
    except pl.exceptions.PolarsError:
        return False
    return any(dtype in (pl.Int128, pl.UInt128) for dtype in types)


def _parse(sql: str) -> Any:  # a tree of JSON
    try:
        statements = sqloxide.parse_sql(sql=sql, dialect="generic")
    except ValueError:
        return None
    return statements[0] if len(statements) == 1 else None


def _with_namespaces(sql: str, parsed: Any, names: Mapping[str, str]) -> str:  # a tree of JSON
    """Write the namespace before each name in FROM that is of a frame."""
    lines = sql.split("\n")
    for line, column, name in sorted(_places(parsed, names, frozenset()), reverse=True):
        text = lines[line - 1]
        namespace = names[name].partition(".")[0]
        lines[line - 1] = f"{text[: column - 1]}{namespace}.{text[column - 1 :]}"
    text = "\n".join(lines)
    # The parser gives no place of these.
    return re.sub(r"\bTABLE (\w+)", lambda found: f"TABLE {names.get(found[1], found[1])}", text)


def _places(
    node: Any, names: Mapping[str, str], ctes: frozenset[str]
) -> Iterator[tuple[int, int, str]]:  # a tree of JSON
    """Find the names of frames in FROM, with line and column; a common table expression hides a frame."""
    match node:
        case list():
            for each in node:
                yield from _places(each, names, ctes)
        case dict():
            with_ = node.get("with")
            if isinstance(with_, dict) and "cte_tables" in with_:
                for cte in with_["cte_tables"]:
                    yield from _places(cte["query"], names, ctes)
                    ctes |= {cte["alias"]["name"]["value"]}
            match node:
                case {"Table": {"name": [{"Identifier": {"value": str(name), "span": span}}], "args": None}} if (
                    name in names and name not in ctes
                ):
                    yield span["start"]["line"], span["start"]["column"], name
            for key, each in node.items():
                if key != "with":
                    yield from _places(each, names, ctes)


def _read() -> tuple[Sequence[Recorded], Mapping[int, str]]:
    lines = [json.loads(line) for line in _FILE.read_text().splitlines()]
    texts = {line["frame"]: line["ipc"] for line in lines if "frame" in line}
    return [Recorded(**line) for line in lines if "sql" in line], texts


def _sample(recorded: Sequence[Recorded], seed: int, count: int | None) -> Sequence[Recorded]:
    if count is None or count >= len(recorded):
        return recorded
    return random.Random(seed).sample(recorded, count)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="reference.polars_sql", description=__doc__)
    parser.add_argument("url")
    parser.add_argument("key", help="of the scope write")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, help="statements; all of them by default")
    parser.add_argument("--verbose", action="store_true", help="print every statement")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
