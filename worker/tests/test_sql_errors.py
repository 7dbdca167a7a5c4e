"""Messages about statements that are wrong, and what they propose instead."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from nerium_worker.modes.sql import query_frame
from nerium_worker.modes.substitutes import CLAUSES, FUNCTIONS, Substitute
from nerium_worker.modes.volatility import STABLE

if TYPE_CHECKING:
    from control_plane import ControlPlane

PAGE = Path(__file__).parents[2] / "docs" / "sql-errors.md"
# Words of Polars' code, of Rust and of Python, and names that no user gave.
INTERNAL = re.compile(
    r"panic|LazyFrame|PyErr|Expr\b|Some\(|Ident|Span|ValueWithSpan|dtype|dyn |`str`|`[iuf]\d+`|col\(|_POLARS|species_(?:min|max)|size_(?:min|max)"
    r"|strict_cast|rust|Traceback|nerium_worker|sqlparser|sql parser|\bseries\b|assertion"
)


def cases() -> list[tuple[str, str, str]]:
    """Read the statements, each with its line and error, and its hint."""
    blocks = (Path(__file__).parent / "sql_errors.txt").read_text().strip().split("\n\n")
    return [tuple(line.strip() for line in block.split("\n")) for block in blocks]  # type: ignore[misc]  # three lines


@pytest.mark.parametrize(("sql", "error", "hint"), cases())
def test_says_what_is_wrong_and_what_to_do(lake: ControlPlane, sql: str, error: str, hint: str) -> None:
    header = lake.query(sql.replace("\\n", "\n")).header
    assert header["type"] == "failed"
    assert f"{header['line'] or '-'}: {header['error']}" == error
    assert f"> {header['hint']}" == hint
    assert header["hint"]
    assert INTERNAL.search(f"{header['error']}\n{header['details'] or ''}") is None
    assert header["error"] not in (header["details"] or "")
    named = re.search(r"'(\w+)'", header["error"])
    assert named is None or f"Did you mean the column '{named[1]}'" not in header["hint"]


ROWS = pl.LazyFrame(
    {
        "n": [1, 2, None],
        "s": ["01.02.2026", "02.02.2026", None],
        "day": [dt.date(2026, 1, 31)] * 3,
        "ts": [dt.datetime(2026, 1, 31, 12)] * 3,  # noqa: DTZ001  # no zone
        "l": [[1, 2], [3], None],
        "id": [1, 2, 3],
    }
)


@pytest.mark.parametrize(("name", "substitute"), {**FUNCTIONS, **CLAUSES}.items())
def test_what_it_proposes_works(name: str, substitute: Substitute) -> None:
    assert name not in STABLE
    if substitute.sql is not None:
        is_whole = substitute.sql.startswith("SELECT")
        sql = substitute.sql if is_whole else f"SELECT {substitute.sql} AS x FROM t"
        assert query_frame(sql, {"t": ROWS}, pl.LazyFrame)[0].collect().width > 0
    if substitute.expression is not None:
        assert ROWS.select(eval(substitute.expression, {"pl": pl})).collect().height > 0  # noqa: S307  # our own table


@pytest.mark.parametrize("function", FUNCTIONS)
def test_polars_does_not_have_the_function(function: str) -> None:
    with pytest.raises(pl.exceptions.SQLInterfaceError, match=r"unsupported function|expression Struct"):
        pl.SQLContext({"t": ROWS}).execute(f"SELECT {function}(s) FROM t").collect_schema()


def test_the_page_has_each_of_them() -> None:
    rows: dict[Substitute, list[str]] = {}
    for name, substitute in {**FUNCTIONS, **CLAUSES}.items():
        rows.setdefault(substitute, []).append(f"`{name}`")
    table = "\n".join(f"| {', '.join(names)} | {_instead(substitute)} |" for substitute, names in rows.items())
    assert table in PAGE.read_text(), f"docs/sql-errors.md needs these rows:\n{table}"


def _instead(substitute: Substitute) -> str:
    if substitute.expression is not None:
        return f"in a script: `{substitute.expression}`"
    return substitute.sentence or f"`{substitute.sql}`"
