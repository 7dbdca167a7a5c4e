"""Random UPDATE, DELETE and MERGE statements against DuckDB on the same rows."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl
import pytest

from row_changes import ChangingTable, in_order, schema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from control_plane import ControlPlane

STATEMENTS = 120
TYPES = {
    "id": "long",
    "k": "int",
    "x": "long",
    "d": "decimal(12, 2)",
    "f": "double",
    "s": "string",
    "day": "date",
    "ts": "timestamp",
    "b": "boolean",
}
VALUES: dict[str, list[Any]] = {
    "id": [*range(12), None],
    "k": [-(2**31), -1, 0, 1, 2, 3, 2**31 - 1, None],
    "x": [2**53 + 1, -(2**63), 2**63 - 1, 0, 7, None],
    "d": [Decimal("0.00"), Decimal("-0.01"), Decimal("9999999999.99"), Decimal("1.50"), None],
    "f": [0.0, -0.0, float("nan"), float("inf"), 1e300, 1.5, None],
    "s": ["", "a", "A", "ä", "a'b", "%", None],
    "day": [dt.date(1, 1, 1), dt.date(1969, 12, 31), dt.date(2024, 2, 29), None],
    "ts": [dt.datetime(1970, 1, 1), dt.datetime(2024, 2, 29, 23, 59, 59, 999999), None],  # noqa: DTZ001
    "b": [True, False, None],
}
DTYPES = {
    "id": pl.Int64(),
    "k": pl.Int32(),
    "x": pl.Int64(),
    "d": pl.Decimal(12, 2),
    "f": pl.Float64(),
    "s": pl.String(),
    "day": pl.Date(),
    "ts": pl.Datetime("us"),
    "b": pl.Boolean(),
}
LITERALS = {
    "id": ["3", "7", "0", "11", "NULL"],
    "k": ["1", "0", "-1", "5"],
    "x": ["7", "0", "9007199254740993"],
    "d": ["1.50", "0.05", "2", "-1.05"],
    "f": ["1.5e0", "0.0e0", "-1e300"],
    "s": ["'a'", "''", "'ä'", "'it''s'"],
    "day": ["DATE '2024-02-29'", "DATE '1969-12-31'"],
    "ts": ["TIMESTAMP '2024-02-29 23:59:59.999999'"],
    "b": ["TRUE", "FALSE"],
}
# Those that are compared: DuckDB and Polars agree on the order of their values.
COMPARED = ["id", "k", "x", "d", "s", "day", "ts"]


# What it says of statements that it should be able to run.
_NOT_BY_DUCKDB = ("INTERNAL Error", "Not implemented Error")


class Generator:
    """Makes statements that change `t` and read `u`, which has the same columns."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311  # repeatable

    def frame(self, rows: int) -> pl.DataFrame:
        values = {name: [self._random.choice(values) for _ in range(rows)] for name, values in VALUES.items()}
        return pl.DataFrame(values, schema=DTYPES)

    def deleted(self, rows: int) -> list[int]:
        return sorted(self._random.sample(range(rows), self._random.randrange(rows // 2))) if rows else []

    def statement(self) -> str:
        make = self._random.choice([self._delete, self._update, self._update, self._merge, self._merge])
        return make()

    def _delete(self) -> str:
        if self._random.random() < 0.4:
            return f"DELETE FROM t USING u WHERE {self._join()}"
        return f"DELETE FROM t WHERE {self._condition('t')}"

    def _update(self) -> str:
        if self._random.random() < 0.3:
            sides = ("t", "v")
            source = f"(SELECT {self._one_row_each()} FROM u GROUP BY id) AS v"
            return f"UPDATE t SET {self._set(sides)} FROM {source} WHERE {self._join('v')}"
        return f"UPDATE t SET {self._set(('t',))} WHERE {self._condition('t')}"

    def _one_row_each(self) -> str:
        return ", ".join(["id", *(f"max({name}) AS {name}" for name in TYPES if name not in {"id", "f", "b"}),
                          "max(k) * 1.5e0 AS f", "max(k) > 1 AS b"])  # fmt: skip

    def _merge(self) -> str:
        source = f"(SELECT {self._one_row_each()} FROM u GROUP BY id) AS v"
        clauses = [self._matched, self._not_matched, self._not_matched_by_source]
        chosen = self._random.sample(clauses, self._random.randint(1, 3))
        return f"MERGE INTO t USING {source} ON {self._join('v')} " + " ".join(make() for make in chosen)

    def _matched(self) -> str:
        first = f"WHEN MATCHED AND {self._condition('t', 'v')} THEN {self._action(('t', 'v'))}"
        return self._maybe(first) + f"WHEN MATCHED THEN {self._action(('t', 'v'))}"

    def _not_matched_by_source(self) -> str:
        kind = "WHEN NOT MATCHED BY SOURCE"
        return self._maybe(f"{kind} AND {self._condition('t')} THEN {self._action(('t',))}") + (
            f"{kind} AND {self._condition('t')} THEN {self._action(('t',))}"
        )

    def _not_matched(self) -> str:
        names = self._random.sample(list(TYPES), self._random.randint(1, 4))
        values = ", ".join(self._value(name, ("v",)) for name in names)
        insert = f"INSERT ({', '.join(names)}) VALUES ({values})"
        first = f"WHEN NOT MATCHED AND {self._condition('v')} THEN INSERT (id) VALUES (v.id)"
        return self._maybe(first) + f"WHEN NOT MATCHED THEN {insert}"

    def _maybe(self, text: str) -> str:
        return f"{text} " if self._random.random() < 0.5 else ""

    def _action(self, sides: tuple[str, ...]) -> str:
        return "DELETE" if self._random.random() < 0.3 else f"UPDATE SET {self._set(sides)}"

    def _set(self, sides: tuple[str, ...]) -> str:
        names = self._random.sample(list(TYPES), self._random.randint(1, 3))
        return ", ".join(f"{name} = {self._value(name, sides)}" for name in names)

    def _value(self, name: str, sides: tuple[str, ...]) -> str:
        side = self._random.choice(sides)
        options = [f"{side}.{name}", self._random.choice(LITERALS[name]), "NULL",
                   f"CASE WHEN {self._condition(*sides)} THEN {side}.{name} ELSE {self._random.choice(LITERALS[name])} END",
                   f"coalesce({side}.{name}, {self._random.choice(LITERALS[name])})",
                   f"(SELECT max(u.{name}) FROM u)" if name in COMPARED else "NULL"]  # fmt: skip
        match name:
            case "id":
                options += [f"{side}.id + 1", f"{side}.k"]
            case "s":
                options += [f"upper({side}.s)", f"{side}.s || 'x'"]
            case "d":
                options += [f"{side}.id", f"CAST({side}.id * 1.05 AS DECIMAL(12, 2))", f"{side}.d * 0.05",
                            f"{side}.d * -0.995", f"{side}.id * 1.005", "-0.005"]  # fmt: skip
            case "f":
                options += [f"{side}.k", f"{side}.f * 2"]
        return self._random.choice(options)

    def _join(self, other: str = "u") -> str:
        equal = f"t.id = {other}.id"
        return equal if self._random.random() < 0.5 else f"{equal} AND {self._condition('t', other)}"

    def _condition(self, *sides: str, depth: int = 2) -> str:
        kind = self._random.random()
        if depth and kind < 0.3:
            operator = self._random.choice(["AND", "OR"])
            return f"({self._condition(*sides, depth=depth - 1)} {operator} {self._condition(*sides, depth=depth - 1)})"
        if depth and kind < 0.4:
            return f"NOT ({self._condition(*sides, depth=depth - 1)})"
        side, name = self._random.choice(sides), self._random.choice(COMPARED)
        column, literal = f"{side}.{name}", self._random.choice([each for each in LITERALS[name] if each != "NULL"])
        return self._random.choice([
            f"{column} {self._random.choice(['=', '<>', '<', '<=', '>', '>='])} {literal}",
            f"{column} IS NULL",
            f"{column} IS NOT NULL",
            f"{side}.b",
            f"{column} IN ({literal}, {self._random.choice(LITERALS[name])})",
            f"{column} BETWEEN {literal} AND {literal}",
            f"{side}.id IN (SELECT u.id FROM u WHERE u.k > 0)",
            f"{side}.id NOT IN (SELECT u.id FROM u WHERE u.k > 0 AND u.id IS NOT NULL)",
            f"{side}.id > (SELECT min(u.id) FROM u)",
            f"{side}.id = {self._random.choice(sides)}.k",
        ])  # fmt: skip


@pytest.fixture
def tables(lake: ControlPlane) -> Iterator[ControlPlane]:
    yield lake
    for name in ("default.t", "default.u"):
        lake.tables.pop(name, None)
    for path in (lake.root / "data").glob("default.*"):
        path.unlink()


@pytest.mark.parametrize("seed", range(STATEMENTS))
def test_changes_rows_as_duckdb_does(tables: ControlPlane, seed: int) -> None:
    made = Generator(seed)
    target = ChangingTable(tables, "default.t", schema(**TYPES), *(made.frame(rows) for rows in (5, 1, 17)))
    for file, rows in ((0, 5), (2, 17)):
        positions = made.deleted(rows)
        if positions:
            target.delete(file, *positions)
    source = ChangingTable(tables, "default.u", schema(**TYPES), made.frame(9))
    statement = made.statement()

    reply = target.change(statement)

    expected = _by_duckdb(statement, target.rows(), source.rows())
    if isinstance(expected, str) and expected.startswith(_NOT_BY_DUCKDB):
        return
    if isinstance(expected, str):
        assert reply.header["type"] == "failed", f"{statement}\n{expected}"
        return
    assert in_order(_comparable(target.after(reply))) == in_order(_comparable(expected)), statement


def _comparable(rows: pl.DataFrame) -> pl.DataFrame:
    """Make -0.0 of 0.0: DuckDB keeps the old one where an update sets the other."""
    return rows.with_columns(pl.when(pl.col("f") != 0).then("f").otherwise(pl.when(pl.col("f") == 0).then(0.0)))


def _by_duckdb(statement: str, target: pl.DataFrame, source: pl.DataFrame) -> pl.DataFrame | str:
    """Give the rows of the target after the statement, or DuckDB's error."""
    database = duckdb.connect()
    database.register("given_t", target)
    database.register("given_u", source)
    database.execute("CREATE TABLE t AS FROM given_t; CREATE TABLE u AS FROM given_u")
    try:
        database.execute(statement)
    except duckdb.Error as error:
        return str(error)
    finally:
        result = database.execute("FROM t").pl()
        database.close()
    return result.cast(target.schema)
