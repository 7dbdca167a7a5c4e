"""Runs statements in a Spark of its own, for `engine.py`: its Python has PySpark and nothing else.

Takes lines of JSON, each either `{"tables": {name: folder of Parquet files}}` or `{"sql": statement}`, and answers each
with a pickle of `(rows, None)` or `(None, error)`, its length before it.
"""

from __future__ import annotations

import json
import os
import pickle
import struct
import sys
from typing import Any

from pyspark.sql import Row, SparkSession

_SETTINGS = {
    "parquet.filter.columnindex.enabled": "false",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.driver.memory": "1g",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.ansi.enabled": "false",
    "spark.sql.caseSensitive": "true",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.codegen.wholeStage": "false",
    # The least and greatest of a column leave NaN out, and the tables of the tests are cached.
    "spark.sql.inMemoryColumnarStorage.partitionPruning": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.ui.retainedExecutions": "1",
    "spark.ui.enabled": "false",
}


def main() -> None:
    answers = os.fdopen(os.dup(1), "wb")
    # Whatever Spark prints is no answer.
    os.dup2(2, 1)
    builder = SparkSession.builder.master("local[2]")
    for key, value in _SETTINGS.items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("OFF")
    for line in sys.stdin:
        message = json.loads(line)
        try:
            answer: tuple[Any, str | None] = (_answer(spark, message), None)
        except Exception as error:  # noqa: BLE001  # whatever it is, the test waits for an answer
            answer = (None, str(error)[:4000])
        pickled = pickle.dumps(answer)
        answers.write(struct.pack(">I", len(pickled)) + pickled)
        answers.flush()


def _answer(spark: SparkSession, message: dict[str, Any]) -> list[Any]:
    for name, folder in message.get("tables", {}).items():
        spark.read.parquet(folder).createOrReplaceTempView(name)
        spark.sql(f"CACHE TABLE {name}")
    return [_plain(row) for row in spark.sql(message["sql"]).collect()] if "sql" in message else []


def _plain(value: object) -> object:
    if isinstance(value, Row):
        return tuple(_plain(each) for each in value)
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return bytes(value) if isinstance(value, bytearray) else value


main()
