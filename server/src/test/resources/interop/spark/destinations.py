"""Tables that Nerium is to write into, with what no request can ask for: partitions, a sort order, versions, metrics."""

COLUMNS = "id BIGINT, i INT, s STRING, p DECIMAL(9,2), day DATE, at TIMESTAMP_NTZ, tz TIMESTAMP, d DOUBLE"
SPECS = {
    "by_identity": "PARTITIONED BY (s, day)",
    "by_bucket": "PARTITIONED BY (bucket(3, id), bucket(2, s))",
    "by_truncate": "PARTITIONED BY (truncate(5, i), truncate(1, s), truncate(100, p))",
    "by_time": "PARTITIONED BY (months(day), hours(at), years(tz))",
    "by_day_v1": "PARTITIONED BY (days(tz)) TBLPROPERTIES ('format-version' = '1')",
    "by_day_v3": "PARTITIONED BY (days(at), i) TBLPROPERTIES ('format-version' = '3')",
    "unpartitioned": "TBLPROPERTIES ('write.parquet.compression-codec' = 'snappy', 'write.metadata.metrics.default' = 'truncate(2)')",
}
spark.sql("CREATE NAMESPACE IF NOT EXISTS oleander.written")
for name, spec in SPECS.items():
    spark.sql(f"CREATE TABLE oleander.written.{name} ({COLUMNS}) USING iceberg {spec}")
spark.sql(f"CREATE TABLE oleander.written.ordered ({COLUMNS}) USING iceberg PARTITIONED BY (bucket(2, i))")
spark.sql("ALTER TABLE oleander.written.ordered WRITE ORDERED BY s DESC NULLS LAST, truncate(10, id)")
spark.sql(f"CREATE TABLE oleander.written.respecified ({COLUMNS}) USING iceberg PARTITIONED BY (s)")
spark.sql("INSERT INTO oleander.written.respecified (id, s) VALUES (-1, 'old'), (-2, NULL)")
spark.sql("ALTER TABLE oleander.written.respecified REPLACE PARTITION FIELD s WITH truncate(1, s)")
answer(sorted([*SPECS, "ordered", "respecified"]))
