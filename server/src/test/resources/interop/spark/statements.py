"""The same statements by Spark and by Nerium, each of a table of its own: afterwards both are the same.

A case is a list of statements, which are compared one by one: whether they fail, and the table's schema, partition spec, sort order,
properties, branches, tags and rows. `{t}` is the table, `{o}` another one, `{v}` a view.
"""

import json
import random
import urllib.error
import urllib.request

URL = spark.conf.get("spark.sql.catalog.lake.uri").removesuffix("/iceberg")
KEY = spark.conf.get("spark.sql.catalog.lake.credential").removeprefix("spark:")
PLAIN = "CREATE TABLE {t} (id BIGINT NOT NULL, a INT, s STRING, d DATE, ts TIMESTAMP_LTZ, p DECIMAL(9, 2), st STRUCT<x: INT, y: STRING>) USING iceberg"
VERSION_3 = PLAIN + " TBLPROPERTIES ('format-version' = '3')"
ROWS = (
    "INSERT INTO {t} VALUES (1, 1, 'a', DATE '2024-02-29', NULL, 1.25, NULL), (2, NULL, NULL, NULL, NULL, NULL, NULL),"
    " (3, -7, 'ü', DATE '1969-12-31', NULL, -0.01, NULL), (4, 1, 'a', DATE '2024-03-01', NULL, 9999999.99, NULL)"
)
OTHER = "CREATE TABLE {o} (id BIGINT, n INT, v STRING) USING iceberg"
OTHER_ROWS = "INSERT INTO {o} VALUES (1, 10, 'one'), (2, NULL, 'two'), (9, 90, 'nine'), (NULL, 0, NULL)"

CASES = {
    "CREATE TABLE, types": [
        """CREATE TABLE {t} (a BOOLEAN, b TINYINT, c SMALLINT, d INT, e BIGINT, f FLOAT, g DOUBLE, h DECIMAL(38, 10), i STRING, j BINARY,
           k DATE, l TIMESTAMP_NTZ, m TIMESTAMP_LTZ, n STRUCT<a: INT NOT NULL COMMENT 'inner', b: STRUCT<c: STRING>>,
           o ARRAY<STRUCT<a: INT>>, p MAP<STRING, ARRAY<BIGINT>>) USING iceberg""",
    ],
    "CREATE TABLE, comments and NOT NULL": [
        "CREATE TABLE {t} (id BIGINT NOT NULL COMMENT 'a number', s STRING COMMENT '', `odd name` INT COMMENT 'it''s') USING iceberg COMMENT 'of both'",
        "CREATE TABLE {t} (id BIGINT) USING iceberg",
        "CREATE TABLE IF NOT EXISTS {t} (other STRING) USING iceberg",
    ],
    **{
        f"CREATE TABLE, PARTITIONED BY {transform}": [
            f"{PLAIN} PARTITIONED BY ({transform})",
            ROWS,
        ]
        for transform in ("s", "years(d)", "months(d)", "days(d)", "year(ts)", "month(ts)", "day(ts)", "hours(ts)", "hour(ts)", "bucket(16, id)", "bucket(3, s)",
                          "bucket(3, d)", "truncate(10, id)", "truncate(2, s)", "truncate(10, p)", "truncate(s, 2)", "s, days(d), bucket(4, id)", "st.x", "p")
    },
    "CREATE TABLE, refused transforms": [
        f"{PLAIN} PARTITIONED BY (hours(d))",
        f"{PLAIN} PARTITIONED BY (years(s))",
        f"{PLAIN} PARTITIONED BY (bucket(0, id))",
        f"{PLAIN} PARTITIONED BY (missing)",
        f"{PLAIN} PARTITIONED BY (days(d), months(d))",
        f"{PLAIN} PARTITIONED BY (truncate(3, d))",
    ],
    "CREATE TABLE, properties": [
        f"{PLAIN} TBLPROPERTIES ('format-version' = '2', 'write.target-file-size-bytes' = '1048576', 'a.b' = 'c', 'x' = '')",
    ],
    "CREATE TABLE, format version 1": [f"{PLAIN} TBLPROPERTIES ('format-version' = '1')", ROWS, "ALTER TABLE {t} SET TBLPROPERTIES ('format-version' = '2')"],
    "CREATE OR REPLACE TABLE": [
        f"{PLAIN} PARTITIONED BY (s) COMMENT 'first'",
        ROWS,
        "CREATE OR REPLACE TABLE {t} (s STRING, id BIGINT, k INT) USING iceberg PARTITIONED BY (bucket(2, id)) TBLPROPERTIES ('a' = 'b')",
        "INSERT INTO {t} VALUES ('again', 1, 2)",
        "CREATE OR REPLACE TABLE {t} (n INT) USING iceberg",
    ],
    "CREATE TABLE AS": [
        OTHER,
        OTHER_ROWS,
        "CREATE TABLE {t} USING iceberg PARTITIONED BY (v) COMMENT 'of a query' TBLPROPERTIES ('a' = 'b') AS SELECT id, v, n + 1 AS m, DATE '2026-01-31' AS d FROM {o}",
        "CREATE TABLE IF NOT EXISTS {t} USING iceberg AS SELECT 1 AS x",
        "CREATE TABLE {t} USING iceberg AS SELECT 1 AS x",
    ],
    "DROP TABLE": [PLAIN, ROWS, "DROP TABLE {t}", "DROP TABLE {t}", "DROP TABLE IF EXISTS {t}", PLAIN],
    "ALTER TABLE, ADD COLUMN": [
        PLAIN,
        ROWS,
        "ALTER TABLE {t} ADD COLUMN x DOUBLE",
        "ALTER TABLE {t} ADD COLUMN y STRING COMMENT 'new' FIRST",
        "ALTER TABLE {t} ADD COLUMN z INT AFTER a",
        "ALTER TABLE {t} ADD COLUMNS (k STRUCT<a: INT, b: ARRAY<STRING>>, l MAP<INT, STRING> COMMENT 'm')",
        "ALTER TABLE {t} ADD COLUMN st.z STRING COMMENT 'inner' AFTER x",
        "ALTER TABLE {t} ADD COLUMN st.first INT FIRST",
        "ALTER TABLE {t} ADD COLUMN x INT",
        "ALTER TABLE {t} ADD COLUMN no.such INT",
        "ALTER TABLE {t} ADD COLUMN q INT AFTER missing",
    ],
    "ALTER TABLE, DROP COLUMN": [
        f"{PLAIN} PARTITIONED BY (s)",
        ROWS,
        "ALTER TABLE {t} DROP COLUMN a",
        "ALTER TABLE {t} DROP COLUMN a",
        "ALTER TABLE {t} DROP COLUMN IF EXISTS a",
        "ALTER TABLE {t} DROP COLUMN st.x",
        "ALTER TABLE {t} DROP COLUMN s",
        "ALTER TABLE {t} DROP COLUMNS (d, p)",
    ],
    "ALTER TABLE, RENAME COLUMN": [
        f"{PLAIN} PARTITIONED BY (bucket(2, id))",
        ROWS,
        "ALTER TABLE {t} RENAME COLUMN id TO number",
        "ALTER TABLE {t} RENAME COLUMN st.y TO label",
        "ALTER TABLE {t} RENAME COLUMN a TO s",
        "ALTER TABLE {t} RENAME COLUMN missing TO b",
        "INSERT INTO {t} (number, a) VALUES (5, 5)",
    ],
    "ALTER TABLE, reorder": [
        PLAIN,
        ROWS,
        "ALTER TABLE {t} ALTER COLUMN p FIRST",
        "ALTER TABLE {t} ALTER COLUMN id AFTER s",
        "ALTER TABLE {t} ALTER COLUMN st.y FIRST",
        "ALTER TABLE {t} ALTER COLUMN a AFTER missing",
    ],
    "ALTER TABLE, widen": [
        "CREATE TABLE {t} (a INT, f FLOAT, p DECIMAL(9, 2), st STRUCT<x: INT>, s STRING) USING iceberg",
        "INSERT INTO {t} VALUES (1, 1.5, 1.25, NULL, 'x')",
        "ALTER TABLE {t} ALTER COLUMN a TYPE BIGINT",
        "ALTER TABLE {t} ALTER COLUMN f TYPE DOUBLE",
        "ALTER TABLE {t} ALTER COLUMN p TYPE DECIMAL(12, 2)",
        "ALTER TABLE {t} ALTER COLUMN st.x TYPE BIGINT",
        "ALTER TABLE {t} ALTER COLUMN a TYPE INT",
        "ALTER TABLE {t} ALTER COLUMN p TYPE DECIMAL(12, 3)",
        "ALTER TABLE {t} ALTER COLUMN s TYPE INT",
        "ALTER TABLE {t} ALTER COLUMN a TYPE STRING",
        "INSERT INTO {t} VALUES (9223372036854775807, 1e300, 9999999999.99, NULL, NULL)",
    ],
    "ALTER TABLE, comments and nullability": [
        PLAIN,
        "ALTER TABLE {t} ALTER COLUMN a COMMENT 'a comment'",
        "ALTER TABLE {t} ALTER COLUMN st.x COMMENT 'inner'",
        "COMMENT ON TABLE {t} IS 'of a table'",
        "ALTER TABLE {t} ALTER COLUMN id DROP NOT NULL",
        "ALTER TABLE {t} ALTER COLUMN a SET NOT NULL",
        "INSERT INTO {t} (id) VALUES (NULL)",
    ],
    "ALTER TABLE, partition fields": [
        f"{PLAIN} PARTITIONED BY (days(d))",
        ROWS,
        "ALTER TABLE {t} ADD PARTITION FIELD bucket(4, id)",
        "ALTER TABLE {t} ADD PARTITION FIELD truncate(2, s) AS start",
        "ALTER TABLE {t} ADD PARTITION FIELD truncate(s, 3)",
        "ALTER TABLE {t} ADD PARTITION FIELD bucket(4, id)",
        "ALTER TABLE {t} REPLACE PARTITION FIELD days(d) WITH months(d)",
        "ALTER TABLE {t} REPLACE PARTITION FIELD start WITH s AS label",
        "ALTER TABLE {t} DROP PARTITION FIELD bucket(4, id)",
        "ALTER TABLE {t} DROP PARTITION FIELD label",
        "ALTER TABLE {t} DROP PARTITION FIELD bucket(4, id)",
        "ALTER TABLE {t} ADD PARTITION FIELD bucket(4, id)",
        "ALTER TABLE {t} ADD PARTITION FIELD st.x",
        ROWS,
    ],
    "ALTER TABLE, partition fields of version 1": [
        f"{PLAIN} PARTITIONED BY (days(d)) TBLPROPERTIES ('format-version' = '1')",
        "ALTER TABLE {t} DROP PARTITION FIELD days(d)",
        "ALTER TABLE {t} ADD PARTITION FIELD months(d)",
        ROWS,
    ],
    "ALTER TABLE, sort order": [
        PLAIN,
        "ALTER TABLE {t} WRITE ORDERED BY id, ts DESC NULLS FIRST",
        "ALTER TABLE {t} WRITE ORDERED BY s ASC NULLS LAST",
        "ALTER TABLE {t} WRITE LOCALLY ORDERED BY a",
        "ALTER TABLE {t} WRITE DISTRIBUTED BY PARTITION LOCALLY ORDERED BY bucket(4, id), s",
        "ALTER TABLE {t} WRITE DISTRIBUTED BY PARTITION",
        "ALTER TABLE {t} WRITE ORDERED BY days(d) DESC, id",
        ROWS,
        "ALTER TABLE {t} WRITE UNORDERED",
        "ALTER TABLE {t} WRITE ORDERED BY missing",
    ],
    "ALTER TABLE, properties": [
        PLAIN,
        "ALTER TABLE {t} SET TBLPROPERTIES ('a.b' = 'c', d = 'e', 'write.target-file-size-bytes' = '1048576')",
        "ALTER TABLE {t} SET TBLPROPERTIES ('a.b' = 'd')",
        "ALTER TABLE {t} UNSET TBLPROPERTIES ('a.b')",
        "ALTER TABLE {t} UNSET TBLPROPERTIES IF EXISTS ('a.b', 'd')",
        "ALTER TABLE {t} SET TBLPROPERTIES ('format-version' = '3')",
        "ALTER TABLE {t} SET TBLPROPERTIES ('format-version' = '2')",
    ],
    "ALTER TABLE, many": [
        """CREATE TABLE {t} (id BIGINT NOT NULL COMMENT 'a number', a INT, f FLOAT, price DECIMAL(9, 2), s STRING, b BINARY, d DATE,
           local TIMESTAMP_NTZ, ts TIMESTAMP_LTZ, who STRUCT<name: STRING, zip: INT>, tags ARRAY<STRING>, m MAP<STRING, BIGINT>)
           USING iceberg PARTITIONED BY (days(ts), bucket(16, id), truncate(4, s)) COMMENT 'of Spark'""",
        "ALTER TABLE {t} ADD COLUMN who.city STRING COMMENT 'the town' AFTER name",
        "ALTER TABLE {t} ADD COLUMNS (x DOUBLE FIRST, y STRUCT<a: INT>)",
        "ALTER TABLE {t} RENAME COLUMN who.zip TO code",
        "ALTER TABLE {t} ALTER COLUMN price AFTER id",
        "ALTER TABLE {t} DROP COLUMNS (y, m)",
        "ALTER TABLE {t} ADD PARTITION FIELD hours(local) AS hour_of_day",
        "ALTER TABLE {t} REPLACE PARTITION FIELD days(ts) WITH months(ts)",
        "ALTER TABLE {t} DROP PARTITION FIELD s_trunc",
        "ALTER TABLE {t} WRITE ORDERED BY id, ts DESC NULLS FIRST",
        "ALTER TABLE {t} SET TBLPROPERTIES ('format-version' = '3')",
    ],
    "ALTER TABLE, rename": [PLAIN, ROWS, "ALTER TABLE {t} RENAME TO st.{moved}", "ALTER TABLE oleander.st.{moved} RENAME TO st.{last}"],
    "schemas": [
        "CREATE NAMESPACE IF NOT EXISTS oleander.st",
        "CREATE NAMESPACE oleander.st",
        "CREATE SCHEMA {schema}",
        "CREATE TABLE {schema}.t (id INT) USING iceberg",
        "DROP SCHEMA {schema}",
        "DROP TABLE {schema}.t",
        "DROP NAMESPACE {schema}",
        "DROP NAMESPACE {schema}",
        "DROP NAMESPACE IF EXISTS {schema}",
    ],
    "INSERT": [
        PLAIN,
        ROWS,
        "INSERT INTO {t} (s, id) VALUES ('named', 5)",
        "INSERT INTO {t} (a) VALUES (1)",
        "INSERT INTO {t} VALUES (1, 2)",
        "INSERT INTO {t} (id, missing) VALUES (1, 2)",
        "INSERT INTO {t} SELECT id + 10, a, upper(s), d, ts, p, st FROM {t}",
        "INSERT INTO {t} (id, p) VALUES (20, 1.005)",
        "INSERT INTO {t} (id, p) VALUES (21, -1.005), (22, 2.675), (23, -2.674999)",
        "INSERT INTO {t} (id, p) VALUES (24, 9999999.995)",
        "INSERT INTO {t} (id, p) VALUES (26, 7)",
        "INSERT INTO {t} (id, p) VALUES (27, 12345678)",
        "INSERT INTO {t} (id, a) VALUES (28, 3000000000)",
        "INSERT INTO {t} (id, ts) VALUES (33, TIMESTAMP '2026-01-31 12:00:00')",
        "INSERT INTO {t} (id, a) VALUES (34, true)",
        "INSERT INTO {t} (id, a) VALUES (35, '5')",
    ],
    "INSERT OVERWRITE": [f"{PLAIN}", ROWS, "INSERT OVERWRITE {t} SELECT id, a, s, d, ts, p, st FROM {t} WHERE id < 3"],
    "UPDATE": [
        PLAIN,
        ROWS,
        "UPDATE {t} SET a = a + 1 WHERE id > 1",
        "UPDATE {t} SET s = concat(s, '!'), a = NULL WHERE d >= DATE '2024-03-01'",
        "UPDATE {t} SET p = p * 1.1 WHERE p < 100",
        "UPDATE {t} SET p = p / 3 WHERE id = 1",
        "UPDATE {t} SET p = p * 10",
        "UPDATE {t} SET p = -0.005 WHERE id = 2",
        "UPDATE {t} AS q SET a = q.id WHERE q.id = 2",
        "UPDATE {t} SET id = NULL",
        "UPDATE {t} SET missing = 1",
        "UPDATE {t} SET a = 1, a = 2",
        "UPDATE {t} SET s = 'all'",
        "UPDATE {t} SET p = p + 0.005, a = 3 WHERE id IN (SELECT id FROM {t} WHERE a IS NOT NULL)",
    ],
    "DELETE": [
        PLAIN,
        ROWS,
        OTHER,
        OTHER_ROWS,
        "DELETE FROM {t} WHERE id IN (SELECT id FROM {o} WHERE n > 1)",
        "DELETE FROM {t} WHERE a = 1 OR s IS NULL",
        "DELETE FROM {t} WHERE missing = 1",
        "DELETE FROM {t} WHERE id = 1000",
        "DELETE FROM {t}",
    ],
    "MERGE": [
        PLAIN,
        ROWS,
        OTHER,
        OTHER_ROWS,
        "MERGE INTO {t} AS t USING {o} AS o ON t.id = o.id WHEN MATCHED AND o.n IS NULL THEN DELETE WHEN MATCHED THEN UPDATE SET s = o.v, a = o.n"
        " WHEN NOT MATCHED AND o.id IS NOT NULL THEN INSERT (id, s) VALUES (o.id, o.v)",
        "MERGE INTO {t} AS t USING (SELECT id, p * 1.1 AS p FROM {t}) AS o ON t.id = o.id WHEN MATCHED AND o.p < 100 THEN UPDATE SET p = o.p",
        "MERGE INTO {t} AS t USING {o} AS o ON t.id = o.id WHEN NOT MATCHED THEN INSERT (id, s) VALUES (o.id, o.v)",
        "MERGE INTO {t} AS t USING {o} AS o ON t.id = o.id WHEN NOT MATCHED BY SOURCE THEN DELETE",
    ],
    "TRUNCATE": [f"{PLAIN} PARTITIONED BY (s)", ROWS, "TRUNCATE TABLE {t}", ROWS],
    "row changes of version 3": [
        f"{PLAIN} PARTITIONED BY (bucket(2, id)) TBLPROPERTIES ('format-version' = '3')",
        ROWS,
        "UPDATE {t} SET a = 5 WHERE id = 1",
        "DELETE FROM {t} WHERE id = 2",
        "UPDATE {t} SET a = 6 WHERE id <> 3",
    ],
    "views": [
        OTHER,
        OTHER_ROWS,
        "CREATE VIEW {v} AS SELECT id, v FROM {o} WHERE n > 1",
        "CREATE VIEW {v} AS SELECT 1 AS x",
        "CREATE VIEW IF NOT EXISTS {v} AS SELECT 1 AS x",
        "CREATE OR REPLACE VIEW {v} (number, label) COMMENT 'of a query' AS SELECT id, v FROM {o}",
        "CREATE TABLE {t} USING iceberg AS SELECT * FROM {v}",
        "DROP VIEW {v}",
        "DROP VIEW {v}",
        "DROP VIEW IF EXISTS {v}",
    ],
    "branches and tags": [
        PLAIN,
        ROWS,
        "ALTER TABLE {t} CREATE BRANCH audit",
        "ALTER TABLE {t} CREATE BRANCH audit",
        "ALTER TABLE {t} CREATE BRANCH IF NOT EXISTS audit",
        "ALTER TABLE {t} CREATE BRANCH kept RETAIN 7 DAYS WITH SNAPSHOT RETENTION 2 SNAPSHOTS 1 DAYS",
        "ALTER TABLE {t} CREATE OR REPLACE BRANCH kept RETAIN 3 HOURS",
        "ALTER TABLE {t} CREATE TAG released RETAIN 365 DAYS",
        "ALTER TABLE {t} CREATE TAG released",
        ROWS,
        "ALTER TABLE {t} CREATE OR REPLACE TAG released",
        "ALTER TABLE {t} CREATE OR REPLACE BRANCH audit",
        "ALTER TABLE {t} DROP TAG audit",
        "ALTER TABLE {t} DROP BRANCH audit",
        "ALTER TABLE {t} DROP TAG IF EXISTS missing",
        "ALTER TABLE {t} DROP TAG missing",
        "ALTER TABLE {t} DROP BRANCH main",
        "ALTER TABLE {t} DROP TAG released",
    ],
}

# Properties that engines give to each table: who made it, and the compression of their files.
OWN = ("owner", "write.parquet.compression-codec")

# Statements with another outcome, each behind those that make its table; docs/sql.md has the reasons, in a line of this name.
DIFFERENT = {
    "`CREATE OR REPLACE TABLE ... AS` of a table that exists": [
        f"{PLAIN} PARTITIONED BY (s)",
        "CREATE OR REPLACE TABLE {t} USING iceberg AS SELECT 1 AS id, 'a' AS s",
    ],
    "`CREATE OR REPLACE TABLE ... AS` with a layout": [
        PLAIN,
        "CREATE OR REPLACE TABLE {t} USING iceberg PARTITIONED BY (id) AS SELECT 1 AS id",
    ],
    "`COMMENT ON TABLE ... IS NULL`": [f"{PLAIN} COMMENT 'x'", "COMMENT ON TABLE {t} IS NULL"],
    "comments of columns in `CREATE TABLE ... AS`": [
        "CREATE TABLE {o} (id BIGINT COMMENT 'x') USING iceberg",
        "CREATE TABLE {t} USING iceberg AS SELECT id FROM {o}",
    ],
    "`TIMESTAMP`": ["CREATE TABLE {t} (ts TIMESTAMP) USING iceberg"],
    "the name of a branch": [PLAIN, "ALTER TABLE {t} CREATE BRANCH b", "INSERT INTO {t}.branch_b SELECT * FROM {t}"],
    "a double with more digits for a decimal column": [PLAIN, "INSERT INTO {t} (id, p) VALUES (1, 1.005e0)"],
    "a fraction for an integer column": [PLAIN, "INSERT INTO {t} (id, a) VALUES (1, 2.5)"],
    "a number for a text column": [PLAIN, "INSERT INTO {t} (id, s) VALUES (1, 5)"],
    "text for a date column": [PLAIN, "INSERT INTO {t} (id, d) VALUES (1, '2026-01-31')"],
    "`ALTER TABLE ... ALTER COLUMN ... SET DEFAULT`": [VERSION_3, "ALTER TABLE {t} ALTER COLUMN a SET DEFAULT 5"],
    "`ALTER VIEW ... AS`": [OTHER, "CREATE VIEW {v} AS SELECT id FROM {o}", "ALTER VIEW {v} AS SELECT n FROM {o}"],
}

def by_spark(sql):
    try:
        spark.sql(sql)
    except Exception as error:
        return str(getattr(error, "java_exception", error))[:500] or "failed"


def sent(path, body=None):
    request = urllib.request.Request(
        URL + path, None if body is None else json.dumps(body).encode(), {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    )
    try:
        return json.load(urllib.request.urlopen(request)), None
    except urllib.error.HTTPError as error:
        return None, error.read().decode()


def by_nerium(sql):
    return sent("/api/v1/query", {"query": sql})[1]


def current(metadata, items, number, chosen):
    return next(item for item in metadata[items] if item[number] == metadata[chosen])


def names(side, number):
    own = {key: f"oleander.st.{side}_{key}_{number}" for key in ("t", "o", "v")}
    return {**own, "schema": f"oleander.{side}_{number}", "moved": f"{side}_moved_{number}", "last": f"{side}_t_{number}"}


def state(name):
    """What a table is: Iceberg's metadata without what two tables never share, and the rows of each branch and tag as Spark reads them."""
    found, failure = sent("/iceberg/v1/oleander/namespaces/st/tables/" + name.rpartition(".")[2])
    if failure is not None:
        return None
    metadata = found["metadata"]
    refs = {ref: {key: value for key, value in facts.items() if key != "snapshot-id"} for ref, facts in metadata.get("refs", {}).items()}
    return {
        "version": metadata["format-version"],
        "last column": metadata["last-column-id"],
        "last partition field": metadata["last-partition-id"],
        "schema": {key: value for key, value in current(metadata, "schemas", "schema-id", "current-schema-id").items() if key != "schema-id"},
        "spec": current(metadata, "partition-specs", "spec-id", "default-spec-id")["fields"],
        "order": current(metadata, "sort-orders", "order-id", "default-sort-order-id")["fields"],
        "properties": {key: value for key, value in metadata["properties"].items() if key not in OWN},
        "refs": refs,
        "rows": rows(name, metadata),
    }


READ = {}


def rows(name, metadata):
    """The rows of each branch and tag as Spark reads them, read again where the snapshots or the columns are others."""
    known = metadata["table-uuid"], metadata["current-schema-id"], json.dumps(metadata.get("refs", {}))
    if known not in READ:
        spark.sql(f"REFRESH TABLE {name}")
        READ[known] = {ref: sorted(map(repr, spark.sql(f"SELECT * FROM {name} VERSION AS OF '{ref}'").collect())) for ref in metadata.get("refs", {})}
    return READ[known]


def play(number, case, statements):
    sides = names("spark", number), names("nerium", number)
    for place, statement in enumerate(statements):
        failures = by_spark(statement.format(**sides[0])), by_nerium(statement.format(**sides[1]))
        states = [state(side["t"]) for side in sides]
        differing = [] if None in states else [part for part in states[0] if states[0][part] != states[1][part]]
        if [failure is None for failure in failures] in ([True, False], [False, True]) or (states[0] is None) != (states[1] is None) or differing:
            yield {
                "case": case,
                "place": place,
                "statement": statement,
                "failures": failures,
                "parts": {part: [each[part] for each in states] for part in differing},
            }
            if differing or None in states:
                return


def sampled(cases):
    """A third of the cases by the seed, or all of them where it is `full`."""
    kept = set(cases) if SAMPLE == "full" else set(random.Random(f"statements {SAMPLE}").sample(sorted(cases), len(cases) // 3))
    return [(number, name, statements) for number, (name, statements) in enumerate(cases.items()) if name in kept]


def compare():
    spark.sql("CREATE NAMESPACE IF NOT EXISTS oleander.st")
    cases = sampled(CASES)
    found = [each for number, case, statements in cases for each in play(number, case, statements)]
    # A listed statement differs, and none before it.
    listed = {name: list(play(len(CASES) + number, name, statements)) for number, name, statements in sampled(DIFFERENT)}
    same = [name for name, seen in listed.items() if [each["place"] for each in seen] != [len(DIFFERENT[name]) - 1]]
    answer({"statements": sum(len(statements) for _, _, statements in cases), "differences": found, "listed": list(DIFFERENT), "same": same})


compare()
