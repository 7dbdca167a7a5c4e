from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from engine import JAVA, PYTHON, Engine
from tables import TABLES, names

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A Spark with the tables of the snippets."""
    if PYTHON is None or JAVA is None:
        message = (
            "Spark is missing: set NERIUM_SPARK_PYTHON=$(./nerium setup --spark) and NERIUM_SPARK_JAVA to a Java 17"
        )
        if os.environ.get("NERIUM_SPARK_REQUIRED"):
            pytest.fail(message)
        pytest.skip(message)
    engine = Engine(tmp_path_factory.mktemp("spark"))
    engine.add({f"t{handle}": TABLES[name] for handle, name in names().items()})
    yield engine
    engine.close()
