for format in ("avro", "orc"):
    refuse(
        f"{format} files",
        f"CREATE TABLE {{t}} (id INT, s STRING) USING iceberg TBLPROPERTIES ('write.format.default' = '{format}')",
        "INSERT INTO {t} VALUES (1, 'a')",
        says=[format.upper(), f"{format} files"],
    )

refuse(
    "parquet and avro",
    "CREATE TABLE {t} (id INT) USING iceberg",
    "INSERT INTO {t} VALUES (1)",
    "ALTER TABLE {t} SET TBLPROPERTIES ('write.format.default' = 'avro')",
    "INSERT INTO {t} VALUES (2)",
    says=["AVRO"],
)

refuse(
    "variant",
    "CREATE TABLE {t} (id INT, v VARIANT) USING iceberg TBLPROPERTIES ('format-version' = '3')",
    "INSERT INTO {t} SELECT 1, parse_json('{\"a\": 1}')",
    says=["variant", "'v'"],
)

refuse(
    "variant inside",
    "CREATE TABLE {t} (id INT, s STRUCT<a: ARRAY<VARIANT>>) USING iceberg TBLPROPERTIES ('format-version' = '3')",
    says=["variant", "'s.a.element'"],
)
