"""Statements whose result is merged into a table like the one that they read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import polars as pl

from reference.sql import name_of
from reference.statement import PRELUDE, Statement

if TYPE_CHECKING:
    import random

    from reference.tables import Table

# Ids from here on are new to every table.
_NEW_IDS = 20_000


def merge_statement(rng: random.Random, table: Table, target: Table, mode: Literal["query", "script"]) -> Statement:
    """Some rows of the table with changed values, some of them under a new id, with the columns in any order."""
    schema = target.frame.schema
    names = list(schema)
    rng.shuffle(names)
    if rng.random() < 0.3:
        names.remove(next(name for name in names if name != table.key))
    remainder = rng.randrange(5)
    shift = rng.choice([0, 0, _NEW_IDS])
    texts = [_sql_item, _plan_item]
    items = [texts[mode == "script"](rng, name, schema[name], table.key, shift) for name in names]
    if mode == "query":
        text = f"SELECT {', '.join(items)} FROM t WHERE {name_of(table.key)} % 5 = {remainder}"
        if rng.random() < 0.3:
            text += f" QUALIFY ROW_NUMBER() OVER (PARTITION BY d ORDER BY {name_of(table.key)}) <= 9"
    else:
        rest = f".filter(pl.col({table.key!r}) % 5 == {remainder}).select({', '.join(items)})"
        text = f'{PRELUDE}result = scan(params["t"]){rest}\n'
    return Statement(mode=mode, text=text, tables={"t": table}, ordered=False, constructs=frozenset({"merge"}))


def _sql_item(rng: random.Random, name: str, dtype: pl.DataType, key: str, shift: int) -> str:
    column = name_of(name)
    if name == key:
        return f"{column} + {shift} AS {column}" if shift else column
    if rng.random() < 0.6:
        return column
    if dtype == pl.Int64:
        return f"SUM({column}) OVER (PARTITION BY d) AS {column}"
    if dtype == pl.String:
        return f"UPPER({column}) AS {column}"
    if dtype == pl.Float64:
        return f"COALESCE({column}, 0.25) AS {column}"
    if dtype == pl.Date:
        return f"{column} + INTERVAL '1 day' AS {column}"
    return column


def _plan_item(rng: random.Random, name: str, dtype: pl.DataType, key: str, shift: int) -> str:
    column = f"pl.col({name!r})"
    if name == key:
        return f"{column} + {shift}"
    if rng.random() < 0.6:
        return column
    if dtype == pl.Int64:
        return f"{column}.sum().over('d')"
    if dtype == pl.String:
        return f"{column}.str.to_uppercase()"
    if dtype == pl.Float64:
        return f"{column}.fill_null(0.25)"
    if dtype == pl.Date:
        return f"{column}.dt.offset_by('1d')"
    return column
