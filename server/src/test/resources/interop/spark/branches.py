"""What Spark sees of branches and tags, and what it does to them."""


def rows(query):
    return [list(row) for row in spark.sql(query).collect()]


TABLE = "oleander.br.t"
seen = {
    "refs": rows(f"SELECT name, type, max_reference_age_in_ms, min_snapshots_to_keep FROM {TABLE}.refs ORDER BY type, name"),
    "main": rows(f"SELECT * FROM {TABLE} ORDER BY x"),
    "audit": rows(f"SELECT * FROM {TABLE}.branch_audit ORDER BY x"),
    "slash": rows(f"SELECT x FROM {TABLE} VERSION AS OF 'a/b' ORDER BY x"),
    "tag": rows(f"SELECT * FROM {TABLE} VERSION AS OF 'v1' ORDER BY x"),
}
for statement in (
    f"ALTER TABLE {TABLE} ADD COLUMN y BIGINT",
    f"ALTER TABLE {TABLE} CREATE BRANCH spark AS OF VERSION {rows(f'SELECT snapshot_id FROM {TABLE}.refs WHERE name = ' + chr(39) + 'audit' + chr(39))[0][0]} RETAIN 7 DAYS",
    f"ALTER TABLE {TABLE} CREATE TAG done RETAIN 30 DAYS",
    f"INSERT INTO {TABLE}.branch_spark VALUES (9, 's', 90)",
    f"DELETE FROM {TABLE}.branch_spark WHERE x = 1",
):
    spark.sql(statement)
# The branch with the table's columns, the tag with its own.
seen["grown"] = [
    spark.sql(f"SELECT * FROM {TABLE}.branch_audit").columns,
    spark.sql(f"SELECT * FROM {TABLE} VERSION AS OF 'v1'").columns,
]
answer(seen)
