MERGE_ON_READ = "'write.delete.mode' = 'merge-on-read', 'write.update.mode' = 'merge-on-read', 'write.merge.mode' = 'merge-on-read'"
DELETES = ["id < 20", "id = 7", "id BETWEEN 30 AND 40", "id IN (1, 2, 3, 55)", "s IS NULL", "s = 'v5'", "d < 3", "k = 'b'", "k <> 'b' AND id > 90",
    "id > 1000", "k IS NULL"]
# Two files a commit, so that deletes meet several files; nulls and NaN among the values.
INSERT = """INSERT INTO {t} SELECT /*+ REPARTITION(2) */ id, CASE WHEN id % 10 = 3 THEN NULL ELSE concat('v', id) END,
    CASE WHEN id % 7 = 0 THEN double('NaN') ELSE id / 10 END, CASE id % 3 WHEN 0 THEN 'a' WHEN 1 THEN 'b' END FROM range(NUMBERS)"""


def rows(numbers):
    return INSERT.replace("NUMBERS", numbers)


def deleted(name, version, more="", partitioned=""):
    """A table that lived through every kind of merge-on-read change, in several rounds."""
    table(
        name,
        f"CREATE TABLE {{t}} (id BIGINT, s STRING, d DOUBLE, k STRING) USING iceberg {partitioned} "
        f"TBLPROPERTIES ('format-version' = '{version}', {MERGE_ON_READ} {more})",
        rows("100"),
        "DELETE FROM {t} WHERE id % 7 = 1",
        rows("100, 130"),
        "UPDATE {t} SET s = concat('new ', s), d = -d WHERE id % 11 = 2",
        "DELETE FROM {t} WHERE id % 13 = 0",
        """MERGE INTO {t} AS o USING (SELECT id * 5 AS id FROM range(30)) AS u ON o.id = u.id
            WHEN MATCHED AND u.id < 50 THEN DELETE WHEN MATCHED THEN UPDATE SET s = 'merged' WHEN NOT MATCHED THEN INSERT (id, s, d, k) VALUES (u.id, 'added', NULL, 'c')""",
        where=DELETES,
        versions=[("VERSION AS OF {s0}", "@{s0}"), ("VERSION AS OF {s1}", "@{s1}"), ("VERSION AS OF {s3}", "@{s3}"),
            ("TIMESTAMP AS OF '{at2}'", "@{at2}Z")],
    )


deleted("positions by file", 2, ", 'write.delete.granularity' = 'file'")
deleted("positions by partition", 2, ", 'write.delete.granularity' = 'partition'")
deleted("positions in partitions", 2, ", 'write.delete.granularity' = 'partition'", "PARTITIONED BY (k)")
deleted("vectors", 3)
deleted("vectors in partitions", 3, partitioned="PARTITIONED BY (k, bucket(3, id))")

table(
    "positions then vectors",
    f"CREATE TABLE {{t}} (id BIGINT, s STRING, d DOUBLE, k STRING) USING iceberg TBLPROPERTIES ('format-version' = '2', {MERGE_ON_READ}, 'write.delete.granularity' = 'partition')",
    rows("100"),
    "DELETE FROM {t} WHERE id % 7 = 1",
    "ALTER TABLE {t} SET TBLPROPERTIES ('format-version' = '3')",
    "DELETE FROM {t} WHERE id % 7 = 2",
    rows("100, 110"),
    "DELETE FROM {t} WHERE id IN (3, 105, 109)",
    where=DELETES,
    versions=[("VERSION AS OF {s1}", "@{s1}")],
)

table(
    "upgraded from v1",
    "CREATE TABLE {t} (id BIGINT, s STRING, d DOUBLE, k STRING) USING iceberg TBLPROPERTIES ('format-version' = '1')",
    rows("30"),
    f"ALTER TABLE {{t}} SET TBLPROPERTIES ('format-version' = '2', {MERGE_ON_READ})",
    "DELETE FROM {t} WHERE id % 7 = 1",
    where=["id < 20", "s IS NULL"],
)

table(
    "a file deleted whole by positions",
    f"CREATE TABLE {{t}} (id BIGINT, s STRING, d DOUBLE, k STRING) USING iceberg TBLPROPERTIES ({MERGE_ON_READ})",
    rows("10"),
    "DELETE FROM {t} WHERE id < 5 OR s IS NULL",
    "DELETE FROM {t} WHERE id >= 5 AND concat(s, k) <> ''",
    "DELETE FROM {t} WHERE concat(s, 'x') <> ''",
    where=["id = 1"],
)

table(
    "deletes of nested rows",
    f"CREATE TABLE {{t}} (id BIGINT, s STRUCT<a: INT, l: ARRAY<STRING>>, m MAP<STRING, INT>) USING iceberg TBLPROPERTIES ('format-version' = '3', {MERGE_ON_READ})",
    "INSERT INTO {t} SELECT /*+ REPARTITION(1) */ id, named_struct('a', CAST(id AS INT), 'l', array(NULL, concat('x', id))), map('k', CAST(id AS INT)) FROM range(50)",
    "DELETE FROM {t} WHERE s.a % 2 = 0",
    "UPDATE {t} SET s.l = array('changed') WHERE id = 9",
    where=["id < 10", "s.a = 9"],
)

# A thousand rows in row groups and pages of a few: positions have to be counted over what a filter skips.
table(
    "many row groups",
    f"CREATE TABLE {{t}} (id BIGINT, s STRING, d DOUBLE, k STRING) USING iceberg TBLPROPERTIES ('format-version' = '2', {MERGE_ON_READ}, "
    "'write.parquet.row-group-size-bytes' = '2000', 'write.parquet.page-row-limit' = '20', 'write.parquet.row-group-check-min-record-count' = '50', "
    "'write.parquet.row-group-check-max-record-count' = '60')",
    "INSERT INTO {t} SELECT /*+ REPARTITION(1) */ id, concat('v', id), id / 10, 'a' FROM range(1000)",
    "DELETE FROM {t} WHERE id % 50 = 49 OR id BETWEEN 400 AND 470",
    "UPDATE {t} SET s = 'u' WHERE id IN (0, 999, 500)",
    where=["id >= 900", "id BETWEEN 390 AND 480", "id = 999", "id = 449", "id = 471", "s = 'u'", "d > 99.7"],
)
