"""The same changes of rows by Spark and by Nerium, each of a table of its own with the same rows, as Spark reads them."""

import json
import urllib.error
import urllib.request

URL = spark.conf.get("spark.sql.catalog.lake.uri").removesuffix("/iceberg")
KEY = spark.conf.get("spark.sql.catalog.lake.credential").removeprefix("spark:")
COLUMNS = (
    "id BIGINT, k INT, d DECIMAL(20, 3), f DOUBLE, s STRING, day DATE, at TIMESTAMP, b BINARY, l ARRAY<BIGINT>,"
    " st STRUCT<a: INT, t: STRING>"
)
FIRST = """
    (1, 10, 1.500, DOUBLE('NaN'), 'a', DATE '2024-02-29', TIMESTAMP '2024-01-01 00:00:00.000001', X'00ff', ARRAY(1, NULL), NAMED_STRUCT('a', 1, 't', 'x')),
    (2, NULL, 99999999999999999.999, DOUBLE('-0.0'), '', NULL, NULL, X'', ARRAY(), NULL),
    (3, 30, -0.001, DOUBLE('Infinity'), NULL, DATE '0001-01-01', TIMESTAMP '1960-01-01 00:00:00', NULL, NULL, NAMED_STRUCT('a', NULL, 't', NULL)),
    (4, -2147483648, NULL, 1e300, 'ü', DATE '1969-12-31', TIMESTAMP '2100-01-01 00:00:00', X'01', ARRAY(9223372036854775807), NULL)"""
SECOND = """
    (5, 50, 5, 5e0, 'e', NULL, NULL, NULL, NULL, NULL), (6, 60, 6, 6e0, 'a', NULL, NULL, NULL, NULL, NULL),
    (NULL, 70, 7, NULL, 'n', NULL, NULL, NULL, NULL, NULL), (9, 90, 9, 9e0, 'gone', NULL, NULL, NULL, NULL, NULL)"""
SOURCE = "(1, 'one', 1), (2, 'two', NULL), (5, 'five', 5), (7, 'seven', 7), (NULL, 'null', 8)"
STATEMENTS = [
    "DELETE FROM {t} WHERE k > 20",
    "DELETE FROM {t} WHERE NOT (k > 20)",
    "DELETE FROM {t} WHERE s IN ('a', NULL) OR s IS NULL",
    "DELETE FROM {t} WHERE s NOT IN ('a', NULL)",
    "DELETE FROM {t} WHERE id IN (SELECT id FROM {s} WHERE v IS NOT NULL)",
    "DELETE FROM {t} AS q WHERE EXISTS (SELECT 1 FROM {s} AS u WHERE u.id = q.id)",
    "UPDATE {t} SET k = k + 1, s = upper(s) WHERE id <= 3",
    "UPDATE {t} SET id = k, k = id WHERE id IN (5, 6)",
    "UPDATE {t} SET d = 7, f = 2, k = NULL WHERE id = 1",
    "UPDATE {t} AS q SET s = CASE WHEN q.k IS NULL THEN 'none' ELSE 'some' END",
    "MERGE INTO {t} AS t USING {s} AS s ON t.id = s.id WHEN MATCHED AND s.v = 5 THEN DELETE"
    " WHEN MATCHED THEN UPDATE SET s = s.name, k = s.v WHEN NOT MATCHED THEN INSERT (id, s) VALUES (s.id, s.name)",
    "MERGE INTO {t} AS t USING {s} AS s ON t.id = s.id AND s.v > 1 WHEN MATCHED THEN UPDATE SET k = t.k + s.v"
    " WHEN NOT MATCHED AND s.v IS NULL THEN INSERT (id, s) VALUES (s.id, 'no value')"
    " WHEN NOT MATCHED BY SOURCE AND t.k > 20 THEN DELETE WHEN NOT MATCHED BY SOURCE THEN UPDATE SET s = 'left'",
    "MERGE INTO {t} AS t USING (SELECT max(id) AS id, count(*) AS n FROM {s}) AS s ON t.id = s.id - 1"
    " WHEN MATCHED THEN UPDATE SET k = CAST(s.n AS INT)",
    "MERGE INTO {t} AS t USING (SELECT * FROM {t} WHERE id = 1) AS s ON t.id = s.id + 1 WHEN MATCHED THEN UPDATE SET *"
    " WHEN NOT MATCHED THEN INSERT *",
    "MERGE INTO {t} AS t USING {s} AS s ON t.k = s.v * 10 WHEN MATCHED THEN DELETE",
    "MERGE INTO {t} AS t USING (SELECT 1 AS id UNION ALL SELECT 1) AS s ON t.id = s.id WHEN MATCHED THEN UPDATE SET k = 0",
    "UPDATE {t} SET k = 3000000000",
    "UPDATE {t} SET k = 'one'",
]


def make(name, version, partitioned):
    spark.sql(
        f"CREATE TABLE {name} ({COLUMNS}) USING iceberg {partitioned} TBLPROPERTIES ('format-version' = '{version}',"
        " 'write.delete.mode' = 'merge-on-read', 'write.update.mode' = 'merge-on-read', 'write.merge.mode' = 'merge-on-read')"
    )
    for rows in (FIRST, SECOND):
        spark.sql(f"INSERT INTO {name} SELECT /*+ COALESCE(1) */ * FROM VALUES {rows}")
    spark.sql(f"DELETE FROM {name} WHERE id = 9")


def by_spark(sql):
    try:
        spark.sql(sql)
    except Exception as error:
        return str(error).splitlines()[0] or "failed"


def by_nerium(sql):
    request = urllib.request.Request(
        f"{URL}/api/v1/query", json.dumps({"query": sql}).encode(), {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    )
    try:
        urllib.request.urlopen(request).read()
    except urllib.error.HTTPError as error:
        return error.read().decode()


def rows(name):
    return sorted(repr(row) for row in spark.table(name).collect())


spark.sql("CREATE TABLE oleander.default.src (id BIGINT, name STRING, v INT) USING iceberg")
spark.sql(f"INSERT INTO oleander.default.src VALUES {SOURCE}")
differences = []
for number, sql in enumerate(STATEMENTS):
    version, partitioned = (2, 3)[number % 2], ("", "PARTITIONED BY (s)", "PARTITIONED BY (bucket(3, id))")[number % 3]
    theirs, ours = (f"oleander.default.{side}_{number}" for side in ("theirs", "ours"))
    make(theirs, version, partitioned)
    make(ours, version, partitioned)
    failures = by_spark(sql.format(t=theirs, s="oleander.default.src")), by_nerium(sql.format(t=ours, s="default.src"))
    spark.sql(f"REFRESH TABLE {ours}")
    if (failures[0] is None) != (failures[1] is None) or rows(theirs) != rows(ours):
        differences.append({"sql": sql, "failures": failures, "spark": rows(theirs), "nerium": rows(ours)})
answer({"statements": len(STATEMENTS), "differences": differences})
