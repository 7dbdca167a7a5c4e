COLUMNS = "id BIGINT, i INT, p DECIMAL(9,2), s STRING, x BINARY, day DATE, ntz TIMESTAMP_NTZ, tz TIMESTAMP, bo BOOLEAN"
# Around the epoch, where division that rounds toward zero goes wrong.
ROWS = """INSERT INTO {t} SELECT id, CAST(id - 10 AS INT), CAST((id - 10) * 1.37 AS DECIMAL(9,2)), concat(chr(CAST(97 + id % 5 AS INT)), 'ü', id),
    encode(concat('b', id), 'utf-8'), date_add(DATE'1970-01-01', CAST((id - 10) * 17 AS INT)),
    timestamp_micros((id - 10) * 40000000001)::TIMESTAMP_NTZ, timestamp_micros((id - 10) * 40000000001), id % 2 = 0 FROM range(20)"""
NULLS = "INSERT INTO {t} (id) VALUES (100), (101)"
FILTERS = [
    "id = 7", "id IN (1, 100)", "i < 0", "i = -1", "i BETWEEN -3 AND 3", "i IS NULL", "p < 0", "p = -1.37", "p IN (0, 1.37)", "s LIKE 'aü%'", "s = 'bü11'", "s < 'c'", "s IS NULL",
    ("x = encode('b3', 'utf-8')", "x = x'6233'"), "day = DATE '1969-12-15'", "day < DATE '1970-01-01'", "day IS NULL", "day > DATE '1970-03-01'",
    ("ntz < TIMESTAMP_NTZ'1970-01-01'", "ntz < TIMESTAMP '1970-01-01 00:00:00'"),
    ("ntz >= TIMESTAMP_NTZ'1970-01-01 11:06:40'", "ntz >= TIMESTAMP '1970-01-01 11:06:40'"),
    ("ntz = TIMESTAMP_NTZ'1969-12-31 12:53:19.999999'", "ntz = TIMESTAMP '1969-12-31 12:53:19.999999'"), "bo", "NOT bo", "bo IS NULL",
]
SCRIPTS = [("tz < TIMESTAMP'1970-01-01 00:00:00Z'", "pl.col('tz') < datetime(1970, 1, 1, tzinfo=timezone.utc)")]


def partitioned(spec, version=2, extra=()):
    table(
        f"by {spec}"[:60],
        f"CREATE TABLE {{t}} ({COLUMNS}) USING iceberg PARTITIONED BY ({spec}) TBLPROPERTIES ('format-version' = '{version}')",
        ROWS,
        NULLS,
        where=FILTERS,
        scripts=SCRIPTS if "tz" in spec else (),
    )


partitioned("day")
partitioned("p, bo", version=1)
partitioned("s, x")
partitioned("ntz, i")
partitioned("tz", version=3)
partitioned("bucket(4, id), bucket(3, s)")
partitioned("bucket(3, i), bucket(3, p), bucket(3, day)", version=1)
partitioned("bucket(3, tz), bucket(3, ntz), bucket(3, x)")
partitioned("truncate(3, i), truncate(50, p)")
partitioned("truncate(2, s), truncate(2, x)", version=3)
partitioned("truncate(10, id)")
partitioned("years(day), months(ntz)")
partitioned("days(tz)", version=1)
partitioned("hours(ntz), years(tz)")
partitioned("hours(tz), months(day)", version=3)

for version in (1, 2):
    table(
        f"partitions changed v{version}",
        f"CREATE TABLE {{t}} ({COLUMNS}) USING iceberg TBLPROPERTIES ('format-version' = '{version}')",
        ROWS,
        "ALTER TABLE {t} ADD PARTITION FIELD days(day)",
        ROWS.replace("range(20)", "range(20, 30)"),
        "ALTER TABLE {t} REPLACE PARTITION FIELD days(day) WITH months(day)",
        "ALTER TABLE {t} ADD PARTITION FIELD bucket(4, id) AS shard",
        "ALTER TABLE {t} ADD PARTITION FIELD bo",
        ROWS.replace("range(20)", "range(30, 40)"),
        "ALTER TABLE {t} DROP PARTITION FIELD shard",
        "ALTER TABLE {t} DROP PARTITION FIELD bo",
        ROWS.replace("range(20)", "range(40, 50)"),
        NULLS,
        where=FILTERS,
        versions=[("VERSION AS OF {s1}", "@{s1}")],
    )

table(
    "partition column renamed and dropped",
    f"CREATE TABLE {{t}} ({COLUMNS}) USING iceberg PARTITIONED BY (s, i)",
    ROWS,
    "ALTER TABLE {t} RENAME COLUMN s TO name",
    "ALTER TABLE {t} DROP PARTITION FIELD i",
    "ALTER TABLE {t} DROP COLUMN i",
    "ALTER TABLE {t} ADD COLUMN i STRING",
    "INSERT INTO {t} (id, name, i) VALUES (200, 'x', 'y')",
    where=["name = 'bü11'", "name LIKE 'aü%'", "i IS NULL", "i = 'y'", "name IS NULL"],
)

table(
    "identity widened",
    "CREATE TABLE {t} (id INT, f FLOAT, p DECIMAL(5,2)) USING iceberg PARTITIONED BY (id, f, p)",
    "INSERT INTO {t} VALUES (1, 0.1, 1.5), (-2, 0.5, -2.25), (NULL, float('NaN'), NULL)",
    "ALTER TABLE {t} ALTER COLUMN id TYPE BIGINT",
    "ALTER TABLE {t} ALTER COLUMN f TYPE DOUBLE",
    "ALTER TABLE {t} ALTER COLUMN p TYPE DECIMAL(12,2)",
    "INSERT INTO {t} VALUES (3000000000, 0.1, 1234567890.12)",
    where=["id = 1", "id < 0", "id > 2", "id IS NULL", "f > 0.3", "f < 0.3", "p = 1.50", "p > 2", "p IS NULL"],
)

table(
    "nested partition source",
    "CREATE TABLE {t} (id INT, s STRUCT<k: STRING, v: STRUCT<at: DATE>>) USING iceberg PARTITIONED BY (s.k, months(s.v.at))",
    "INSERT INTO {t} VALUES (1, named_struct('k', 'a', 'v', named_struct('at', DATE'2024-01-31'))), (2, named_struct('k', NULL, 'v', NULL)), (3, NULL), (4, named_struct('k', 'b', 'v', named_struct('at', DATE'1969-12-31')))",
    where=["s.k = 'a'", "s.k IS NULL", "s.v.at < DATE '1970-01-01'"],
)

table(
    "sorted",
    f"CREATE TABLE {{t}} ({COLUMNS}) USING iceberg PARTITIONED BY (bo)",
    "ALTER TABLE {t} WRITE ORDERED BY bo, s DESC NULLS LAST, bucket(4, id)",
    ROWS,
    NULLS,
    where=FILTERS[:8],
)

table(
    "rewritten",
    f"CREATE TABLE {{t}} ({COLUMNS}) USING iceberg TBLPROPERTIES ('write.delete.mode' = 'merge-on-read')",
    ROWS,
    "DELETE FROM {t} WHERE id % 3 = 0",
    NULLS,
    lambda full: spark.sql(f"CALL oleander.system.rewrite_data_files(table => '{full}', strategy => 'sort', sort_order => 'zorder(id, s)', options => map('rewrite-all', 'true'))"),
    ROWS.replace("range(20)", "range(20, 25)"),
    lambda full: spark.sql(f"CALL oleander.system.rewrite_manifests('{full}')"),
    where=FILTERS[:8],
    versions=[("VERSION AS OF {s1}", "@{s1}")],
)
