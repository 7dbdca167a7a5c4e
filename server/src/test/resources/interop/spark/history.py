table(
    "branches and tags",
    "CREATE TABLE {t} (id INT, s STRING) USING iceberg",
    "INSERT INTO {t} VALUES (1, 'a')",
    "ALTER TABLE {t} CREATE TAG `v1.0 first`",
    "INSERT INTO {t} VALUES (2, 'b')",
    "ALTER TABLE {t} CREATE BRANCH audit",
    "INSERT INTO {t}.branch_audit VALUES (3, 'on the branch')",
    "DELETE FROM {t}.branch_audit WHERE id = 1",
    "ALTER TABLE {t} ADD COLUMN added INT",
    "INSERT INTO {t} VALUES (4, 'd', 40)",
    "ALTER TABLE {t} CREATE TAG latest",
    where=["id > 1", "s = 'a'", "id = 3"],
    versions=[
        ("VERSION AS OF 'v1.0 first'", '@tag:"v1.0 first"'),
        ("VERSION AS OF 'latest'", "@tag:latest"),
        ("VERSION AS OF 'audit'", "@branch:audit"),
        ("VERSION AS OF 'main'", "@branch:main"),
        ("VERSION AS OF {s0}", "@{s0}"),
        ("VERSION AS OF {s3}", "@{s3}"),
        ("TIMESTAMP AS OF '{at0}'", "@{at0}Z"),
        ("TIMESTAMP AS OF '{at1}'", "@{at1}Z"),
        ("TIMESTAMP AS OF '2100-01-01'", "@2100-01-01T00:00:00Z"),
    ],
)

table(
    "rolled back",
    "CREATE TABLE {t} (id INT) USING iceberg",
    "INSERT INTO {t} VALUES (1)",
    "INSERT INTO {t} VALUES (2)",
    lambda full: spark.sql(
        f"CALL oleander.system.rollback_to_snapshot('{full}', "
        f"{spark.sql(f'SELECT snapshot_id FROM {full}.snapshots ORDER BY committed_at').first()[0]})"),
    "INSERT INTO {t} VALUES (3)",
    where=["id = 2"],
    versions=[("VERSION AS OF {s1}", "@{s1}")],
)

table(
    "replaced",
    "CREATE TABLE {t} (id INT, a STRING) USING iceberg PARTITIONED BY (a)",
    "INSERT INTO {t} VALUES (1, 'x')",
    "CREATE OR REPLACE TABLE {t} (a INT, z DATE) USING iceberg PARTITIONED BY (years(z))",
    "INSERT INTO {t} VALUES (5, DATE'2024-01-01')",
    where=["a IS NULL", "a = 5"],
    versions=[("VERSION AS OF {s0}", "@{s0}")],
)

table(
    "overwritten and expired",
    "CREATE TABLE {t} (id INT, k STRING) USING iceberg PARTITIONED BY (k)",
    "INSERT INTO {t} VALUES (1, 'a'), (2, 'b')",
    "INSERT OVERWRITE {t} VALUES (3, 'a')",
    lambda full: spark.conf.set("spark.sql.sources.partitionOverwriteMode", "static"),
    "DELETE FROM {t} WHERE k = 'b'",
    lambda full: spark.sql(f"CALL oleander.system.expire_snapshots(table => '{full}', older_than => TIMESTAMP '2100-01-01 00:00:00')"),
    "INSERT INTO {t} VALUES (9, NULL)",
    where=["k = 'a'", "k IS NULL"],
)

# The columns of the metadata tables that every engine takes from Iceberg itself.
table(
    "with metadata",
    "CREATE TABLE {t} (id INT, k STRING) USING iceberg PARTITIONED BY (k) TBLPROPERTIES ('write.delete.mode' = 'merge-on-read')",
    "INSERT INTO {t} VALUES (1, 'a'), (2, 'a'), (3, 'b')",
    "DELETE FROM {t} WHERE id = 1",
    "INSERT INTO {t} VALUES (4, NULL)",
    "ALTER TABLE {t} CREATE TAG marked",
    versions=[
        (".snapshots", "$snapshots", "committed_at, snapshot_id, parent_id, operation, manifest_list"),
        (".history", "$history", "made_current_at, snapshot_id, parent_id, is_current_ancestor"),
        (".files", "$files", "content, file_path, file_format, spec_id, record_count, file_size_in_bytes"),
        (".manifests", "$manifests", "content, path, length, partition_spec_id, added_snapshot_id, added_data_files_count"),
        (".refs", "$refs", "name, type, snapshot_id"),
        (".partitions", "$partitions", "spec_id, record_count, file_count, position_delete_record_count"),
    ],
)
