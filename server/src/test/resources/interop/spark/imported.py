"""Tables over Parquet that was there before them: no field ids in the files, names stand for them."""

SOURCE = """SELECT id, CAST(id AS INT) AS i, concat('v', id) AS s, id / 4 AS d, CAST(id * 1.5 AS DECIMAL(9,2)) AS p, date_add(DATE'1970-01-01', CAST(id AS INT)) AS day,
    timestamp_micros(id * 1000001) AS tz, timestamp_micros(id * 1000001)::TIMESTAMP_NTZ AS ntz, named_struct('a', id, 'b', array(concat('x', id), NULL)) AS st,
    map('k', id) AS m, array(named_struct('q', id), NULL) AS l, CASE WHEN id % 2 = 0 THEN 'even' ELSE 'odd' END AS kind FROM range(20)"""
IMPORTED = ["id = 3", "id > 15", "s = 'v4'", "s IS NULL", "d < 1", "p = 4.50", "day > DATE '1970-01-10'", "kind = 'odd'", "st.a = 3", "i IN (1, 2)",
    ("ntz < TIMESTAMP_NTZ'1970-01-01 00:00:05'", "ntz < TIMESTAMP '1970-01-01 00:00:05'")]


def parquet(folder, source=SOURCE, partitions=()):
    """Files as a job that knows nothing of Iceberg leaves them."""
    path = f"{HOME}/lake/imported/{folder}"
    spark.sql(source).write.mode("overwrite").partitionBy(*partitions).option("parquet.field.id.write.enabled", "false").parquet(path)
    return path


def add(folder, **options):
    return lambda full: spark.sql(f"CALL oleander.system.add_files(table => '{full}', source_table => '`parquet`.`{parquet(folder, **options)}`')")


COLUMNS = """id BIGINT, i INT, s STRING, d DOUBLE, p DECIMAL(9,2), day DATE, tz TIMESTAMP, ntz TIMESTAMP_NTZ, st STRUCT<a: BIGINT, b: ARRAY<STRING>>,
    m MAP<STRING, BIGINT>, l ARRAY<STRUCT<q: BIGINT>>, kind STRING"""

table("files added", f"CREATE TABLE {{t}} ({COLUMNS}) USING iceberg", add("plain"), where=IMPORTED)
table(
    "files added to partitions",
    f"CREATE TABLE {{t}} ({COLUMNS}) USING iceberg PARTITIONED BY (kind)",
    add("hive", partitions=["kind"]),
    "INSERT INTO {t} (id, s, kind) VALUES (100, 'own', 'odd'), (101, 'own', NULL)",
    where=[*IMPORTED, "kind IS NULL", "kind = 'even' AND id > 3"],
)
table(
    "files added and evolved",
    f"CREATE TABLE {{t}} ({COLUMNS}) USING iceberg TBLPROPERTIES ('format-version' = '2', 'write.delete.mode' = 'merge-on-read')",
    add("evolved"),
    "ALTER TABLE {t} RENAME COLUMN s TO renamed",
    "ALTER TABLE {t} RENAME COLUMN st.a TO renamed",
    "ALTER TABLE {t} ALTER COLUMN i TYPE BIGINT",
    "ALTER TABLE {t} DROP COLUMN d",
    # Of the types that they had: a name that is used again stands for the new column, also in the old files.
    "ALTER TABLE {t} ADD COLUMNS (d DOUBLE, s STRING, st.c STRING)",
    "INSERT INTO {t} (id, d, s) VALUES (100, 7.5, 'new')",
    "DELETE FROM {t} WHERE id % 4 = 1",
    where=["renamed = 'v4'", "d IS NULL", "s = 'v4'", "st.renamed = 3", "i > 17", "id = 100"],
)
table(
    "files with fewer and more columns",
    "CREATE TABLE {t} (id BIGINT, missing STRING, st STRUCT<missing: INT, a: BIGINT>) USING iceberg",
    add("other", source="SELECT id, 'surplus' AS surplus, named_struct('z', 1, 'a', id) AS st FROM range(5)"),
    where=["missing IS NULL", "id = 2", "st.a = 3"],
)


def snapshot(full):
    """An Iceberg table over the files of a table of Spark's own."""
    source = "spark_catalog.default.source"
    spark.sql(f"CREATE TABLE {source} USING parquet PARTITIONED BY (kind) LOCATION '{HOME}/lake/imported/{NAMESPACE}' AS {SOURCE}")
    spark.sql(f"CALL oleander.system.snapshot(source_table => '{source}', table => '{full}')")
    spark.sql(f"DROP TABLE {source}")


table("snapshot of a Spark table", snapshot, "INSERT INTO {t} (id, kind) VALUES (500, 'odd')", where=IMPORTED)
