"""Tables whose rows statements change, in a lake of the tests, with the rows that they have afterwards."""

from __future__ import annotations

import itertools
from array import array
from typing import TYPE_CHECKING, Any

import polars as pl

from nerium_worker.iceberg.types import arrow_schema

if TYPE_CHECKING:
    from collections.abc import Sequence

    from control_plane import ControlPlane, Reply

_NUMBERS = itertools.count(1000)
_NUMBER = "number of the row"
_DELETES = {
    "fields": [
        {"id": 2147483546, "name": "file_path", "required": True, "type": "string"},
        {"id": 2147483545, "name": "pos", "required": True, "type": "long"},
    ]
}


def schema(**types: Any) -> dict[str, Any]:
    """Describe columns, of which the type of a required one ends with `!`."""
    fields = [
        {
            "id": number,
            "name": name,
            "required": str(type_).endswith("!"),
            "type": type_.removesuffix("!") if isinstance(type_, str) else type_,
        }
        for number, (name, type_) in enumerate(types.items(), 1)
    ]
    return {"type": "struct", "schema-id": 0, "fields": fields}


class ChangingTable:
    """A table of a lake: its files, and the numbers of the rows in them that are deleted."""

    def __init__(self, lake: ControlPlane, name: str, described: dict[str, Any], *frames: pl.DataFrame) -> None:
        self._lake = lake
        self.name = name
        self.table = lake.add(name, described, *frames)
        for file in self.table.files:
            # A worker keeps what it has read from a file by its name.
            self._rename(file, f"{name}-{next(_NUMBERS)}.parquet")
        self._rows = pl.concat(frames).with_row_index(_NUMBER) if frames else None
        self._deleted: set[int] = set()

    def _rename(self, file: dict[str, Any], name: str) -> None:
        data = self._lake.root / "data"
        (data / file["path"]).rename(data / name)
        file["path"] = name

    def delete(self, file: int, *positions: int) -> None:
        """Delete rows of a file by a position delete file."""
        described = self.table.files[file]
        location = str(self._lake.root / "data" / described["path"])
        name = f"{self.name}-deletes-{next(_NUMBERS)}.parquet"
        deletes = pl.LazyFrame({"file_path": [location] * len(positions), "pos": list(positions)})
        deletes.sink_parquet(self._lake.root / "data" / name, arrow_schema=arrow_schema(_DELETES))
        described["deletes"] = [name]
        first = sum(each["rows"] for each in self.table.files[:file])
        self._deleted |= {first + position for position in positions}
        self.table.deleted = len(self._deleted)

    def rows(self) -> pl.DataFrame:
        """Give the rows that the table has."""
        assert self._rows is not None
        return self._rows.filter(~pl.col(_NUMBER).is_in(list(self._deleted))).drop(_NUMBER)

    def change(self, sql: str, **fields: Any) -> Reply:
        """Run a statement that changes this table."""
        return self._lake.query(sql, tables={}, statements=True, result={"overflow": "truncate"}, **fields)

    def numbers(self, reply: Reply) -> list[int]:
        """Give the numbers of the rows that a statement takes away."""
        assert reply.header["type"] == "result", reply.header
        found = array("q")
        found.frombytes((self._lake.root / "out" / reply.header["written"]["replaced"]["file"]).read_bytes())
        return found.tolist()

    def written(self, reply: Reply) -> pl.DataFrame:
        """Give the rows that a statement adds."""
        names = [file["name"] for file in reply.header["written"]["files"]]
        if not names:
            return self.rows().clear()
        return pl.concat(pl.read_parquet(self._lake.root / "out" / "files" / name) for name in names)

    def after(self, reply: Reply) -> pl.DataFrame:
        """Give the rows that the table has after a statement."""
        numbers = self.numbers(reply)
        assert numbers == sorted(set(numbers))
        assert self._deleted.isdisjoint(numbers)
        assert self._rows is not None
        left = self._rows.filter(~pl.col(_NUMBER).is_in([*self._deleted, *numbers])).drop(_NUMBER)
        return pl.concat([left, self.written(reply).cast(left.schema)])


def counts(reply: Reply) -> tuple[int, int, int]:
    """Give the number of rows that a statement updates, deletes and inserts."""
    replaced = reply.header["written"]["replaced"]
    return (
        replaced["updated"],
        replaced["rows"] - replaced["updated"],
        reply.header["rows"] - replaced["updated"],
    )


def in_order(frame: pl.DataFrame) -> Sequence[str]:
    """Give the rows in an order of their own, so that those of two frames can be compared."""
    return sorted(repr(row) for row in frame.rows())
