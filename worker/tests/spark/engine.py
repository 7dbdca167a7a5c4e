"""A Spark in a process of its own, and what its rows are in Polars."""

from __future__ import annotations

import datetime as dt
import json
import os
import pickle
import struct
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from nerium_worker.polars_plan.dtypes import instance

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars.datatypes import DataType

    from nerium_worker.spark import SparkStatement

PYTHON = os.environ.get("NERIUM_SPARK_PYTHON")
JAVA = os.environ.get("NERIUM_SPARK_JAVA")
_LENGTH = struct.Struct(">I")


class SparkError(Exception):
    """A statement failed."""


class Engine:
    """One Spark, which runs one statement after another."""

    def __init__(self, folder: Path) -> None:
        assert PYTHON is not None
        assert JAVA is not None
        self._folder = folder
        self._log = (folder / "spark.log").open("wb")
        self._process = subprocess.Popen(
            [PYTHON, str(Path(__file__).with_name("spark_process.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            cwd=folder,
            env={**os.environ, "JAVA_HOME": JAVA, "TZ": "UTC", "SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": PYTHON},
        )

    def add(self, tables: Mapping[str, pl.DataFrame], files: int = 2) -> None:
        """Store tables, each in several files, as a table of the lake is."""
        folders = {}
        for name, rows in tables.items():
            folder = self._folder / name
            folder.mkdir()
            size = max(1, -(-rows.height // files))
            for index in range(files):
                rows.slice(index * size, size).write_parquet(folder / f"{index}.parquet")
            folders[name] = str(folder)
        self._ask({"tables": folders})

    def run(self, statement: SparkStatement) -> pl.DataFrame:
        """Run a statement."""
        rows = self._ask({"sql": statement.sql})
        columns = {}
        for index, (name, dtype) in enumerate(statement.schema.items()):
            values = [row[index] for row in rows]
            columns[name] = pl.Series(name, [_value(each, dtype) for each in values], dtype=dtype)
        return pl.DataFrame(columns)

    def close(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(60)
        self._process.stdout.close()
        self._log.close()

    def _ask(self, message: dict[str, Any]) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(message).encode() + b"\n")
        self._process.stdin.flush()
        length = self._process.stdout.read(_LENGTH.size)
        if len(length) < _LENGTH.size:
            raise RuntimeError(f"Spark ended: {(self._folder / 'spark.log').read_text(errors='replace')[-4000:]}")
        rows, error = pickle.loads(self._process.stdout.read(_LENGTH.unpack(length)[0]))  # noqa: S301  # our own process
        if error is not None:
            raise SparkError(error)
        return rows


def _value(value: Any, dtype: DataType) -> Any:
    """Give a value of Spark's the form that Polars takes for the type."""
    if value is None:
        return None
    match dtype:
        case pl.List(inner=inner):
            return [_value(each, instance(inner)) for each in value]
        case pl.Struct(fields=fields):
            return {field.name: _value(each, instance(field.dtype)) for field, each in zip(fields, value, strict=True)}
        case pl.Datetime(time_zone=str()):
            return value.replace(tzinfo=dt.timezone.utc)
        case _ if dtype.is_integer():
            return int(value)
        case _:
            return value
