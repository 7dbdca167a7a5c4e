"""What the generators of SQL and of scripts have in common: a source of chance, and the tables of one statement."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Collection

    from reference.tables import Table, Tables


class Generator:
    """Makes one statement over the table `t` and its partners."""

    def __init__(self, rng: random.Random, tables: Tables, table: Table) -> None:
        self._rng = rng
        self._all = tables
        self._tables = {"t": table}
        self._constructs: set[str] = set()
        self._counter = 0

    def _partner_alias(self, *, small: bool, but: Collection[str] = ()) -> str:
        """Name another table, or the same once more; under an alias that is not among `but`."""
        number = self._rng.random()
        if small or number < 0.5:
            table = self._all.partner
        elif number < 0.75:
            table = self._tables["t"]
        else:
            table = self._rng.choice(self._all.read)
        for alias, known in self._tables.items():
            if known is table and alias not in but:
                return alias
        alias = f"p{len(self._tables)}"
        self._tables[alias] = table
        return alias

    def _name(self, prefix: str) -> str:
        self._counter += 1
        return f"{prefix}{self._counter}"

    def _some(self, names: list[str], most: int) -> list[str]:
        """Some of the names, in any order."""
        return self._rng.sample(names, min(len(names), self._rng.randint(1, most)))

    def _one(self, names: list[str]) -> str:
        if not names:
            raise LookupError("there is no such column")
        return self._rng.choice(names)
