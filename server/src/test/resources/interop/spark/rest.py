"""What Spark reads and writes through the server's REST catalog."""


def rows(query):
    return [list(row) for row in spark.sql(query).collect()]


seen = {"nerium": rows("SELECT sum(n) FROM lake.sp.nerium")}
for statement in (
    "CREATE TABLE lake.sp.t (n BIGINT, s STRING) USING iceberg PARTITIONED BY (s) TBLPROPERTIES ('write.merge.mode' = 'merge-on-read')",
    "INSERT INTO lake.sp.t VALUES (1, 'a'), (2, 'b'), (3, 'b')",
    "MERGE INTO lake.sp.t USING (SELECT 2 AS n) u ON t.n = u.n WHEN MATCHED THEN UPDATE SET s = 'z'",
    "DELETE FROM lake.sp.t WHERE n = 1",
    "ALTER TABLE lake.sp.t ADD COLUMN x INT",
    "CREATE TABLE lake.sp.made USING iceberg AS SELECT 7 AS x",
    "CREATE OR REPLACE TABLE lake.sp.made USING iceberg AS SELECT 8 AS y",
    "CREATE VIEW lake.sp.v AS SELECT n FROM lake.sp.t",
    "CREATE TABLE lake.sp.dropped (n BIGINT) USING iceberg",
    "DROP TABLE lake.sp.dropped PURGE",
    # Appends of the test come without a pause: on a busy machine, each of four attempts may meet one.
    "ALTER TABLE lake.sp.nerium SET TBLPROPERTIES ('commit.retry.num-retries' = '20')",
    "INSERT INTO lake.sp.nerium VALUES (100)",
):
    spark.sql(statement)
seen["view"] = rows("SELECT n FROM lake.sp.v ORDER BY n")
answer(seen)
