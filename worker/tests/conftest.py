from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from control_plane import ControlPlane

if TYPE_CHECKING:
    from collections.abc import Iterator

pytest_plugins = ["spark_fixture"]

FLOWERS = {
    "type": "struct",
    "schema-id": 0,
    "fields": [
        {"id": 1, "name": "size", "required": False, "type": "double"},
        {"id": 2, "name": "species", "required": False, "type": "string"},
        {"id": 3, "name": "day", "required": False, "type": "date"},
    ],
}


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """A worker that is reused by a module, over `flowers` in two files and `empty` in none."""
    plane = ControlPlane(tmp_path_factory.mktemp("job"))
    day = pl.date(2020, 1, pl.int_range(1, 4))
    rows = pl.DataFrame({"size": [1.5, 2.5, None], "species": ["setosa", "virginica", None]}).with_columns(day=day)
    plane.add("flowers", FLOWERS, rows, rows.head(1))
    plane.add("empty", FLOWERS)
    yield plane
    assert plane.close() == 0
