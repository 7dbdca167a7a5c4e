PRIMITIVES = """id BIGINT NOT NULL, bo BOOLEAN, i INT, f FLOAT, d DOUBLE, p9 DECIMAL(9,2), p18 DECIMAL(18,0), p38 DECIMAL(38,10),
    s STRING, x BINARY, day DATE, ntz TIMESTAMP_NTZ, tz TIMESTAMP"""
ROWS = """
    (1, true, 7, 0.5, 0.1, 1.50, 999999999999999999, 9999999999999999999999999999.0123456789, 'a', X'00FF',
        DATE'2024-02-29', TIMESTAMP_NTZ'2024-02-29 12:30:00.000001', TIMESTAMP'2024-02-29 12:30:00.000001Z'),
    (2, false, -2147483648, float('NaN'), double('NaN'), -9999999.99, -999999999999999999, -0.0000000001, 'ü𝄞 "q" ''', X'',
        DATE'1969-12-31', TIMESTAMP_NTZ'1969-12-31 23:59:59.999999', TIMESTAMP'1969-12-31 23:59:59.999999Z'),
    (3, true, 2147483647, float('-Infinity'), double('Infinity'), 0.00, 0, 0, '', X'61',
        DATE'0001-01-01', TIMESTAMP_NTZ'0001-01-01 00:00:00', TIMESTAMP'0001-02-01 00:00:00Z'),
    (4, NULL, 0, float('-0.0'), double('-0.0'), 9999999.99, 1, 1, 'A', X'FF',
        DATE'9999-12-31', TIMESTAMP_NTZ'9999-12-31 23:59:59.999999', TIMESTAMP'9999-12-01 23:59:59.999999Z'),
    (5, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)"""
CONDITIONS = [
    "bo", "NOT bo", "bo IS NULL", "i = 7", "i < 0", "i <> 7", "i IN (7, 0)", "i NOT IN (7, 0)", "i BETWEEN 0 AND 7", "i IS NOT NULL",
    "f > 0", "f = 0.0", "f <= 0.5", "d > 0", "d = 0.0", "d < 0.5", "d <> 0.5", "NOT (d > 0)", "NOT (d <= 0.5)", "d IS NULL",
    "p9 = 1.50", "p9 < 0", "p18 >= 1", "p38 > 0.5", "p38 = 1", "s = 'a'", "s < 'b'", "s LIKE 'ü%'", "s NOT LIKE 'a%'", "s IN ('', 'A')",
    ("x = X'61'", "x = x'61'"), ("x > X'61'", "x > x'61'"), "day = DATE '2024-02-29'", "day < DATE '1970-01-01'",
    "day BETWEEN DATE '0001-01-01' AND DATE '1969-12-31'", "day IN (DATE '9999-12-31', DATE '0001-01-01')", "day IS NULL",
    ("ntz = TIMESTAMP_NTZ'2024-02-29 12:30:00.000001'", "ntz = TIMESTAMP '2024-02-29 12:30:00.000001'"),
    ("ntz < TIMESTAMP_NTZ'1970-01-01'", "ntz < TIMESTAMP '1970-01-01 00:00:00'"),
    ("ntz <> TIMESTAMP_NTZ'1969-12-31 23:59:59.999999'", "ntz <> TIMESTAMP '1969-12-31 23:59:59.999999'"),
    "i > 0 AND s = 'a' OR day IS NULL", "NOT (i > 0 OR s = 'A')", "i IS NULL AND bo IS NULL", "i / 2.0 > 3", "id % 2 = 1 AND i >= 0",
]
SCRIPTS = [
    ("tz >= TIMESTAMP'1970-01-01 00:00:00Z'", "pl.col('tz') >= datetime(1970, 1, 1, tzinfo=timezone.utc)"),
    ("tz = TIMESTAMP'2024-02-29 12:30:00.000001Z'", "pl.col('tz') == datetime(2024, 2, 29, 13, 30, 0, 1, timezone(timedelta(hours=1)))"),
]
for version in (1, 2, 3):
    table(
        f"primitives v{version}",
        f"CREATE TABLE {{t}} ({PRIMITIVES}) USING iceberg TBLPROPERTIES ('format-version' = '{version}')",
        f"INSERT INTO {{t}} VALUES {ROWS}",
        where=CONDITIONS if version == 2 else CONDITIONS[::5],
        scripts=SCRIPTS if version == 2 else (),
    )

table(
    "one file each",
    f"CREATE TABLE {{t}} ({PRIMITIVES}) USING iceberg PARTITIONED BY (id)",
    f"INSERT INTO {{t}} VALUES {ROWS}",
    where=CONDITIONS,
    scripts=SCRIPTS,
)

PRECISIONS = [(p, s) for p in (1, 2, 4, 9, 10, 18, 19, 20, 28, 37, 38) for s in sorted({0, p // 2, p})]
table(
    "decimals",
    f"CREATE TABLE {{t}} (id INT, {', '.join(f'd{p}_{s} DECIMAL({p},{s})' for p, s in PRECISIONS)}) USING iceberg",
    *(
        f"INSERT INTO {{t}} SELECT {row}, " + ", ".join(
            f"CAST('{sign}{'9' * (p - s)}.{'9' * s}' AS DECIMAL({p},{s}))" if sign else f"CAST({row} - 3 AS DECIMAL({p},{s}))"
            for p, s in PRECISIONS)
        for row, sign in ((1, "+"), (2, "-"), (3, ""))
    ),
    where=[f"d{p}_{s} < 0" for p, s in PRECISIONS[::4]] + ["d9_4 = 99999.9999", "d38_19 > 0.5", "d38_0 <> 0"],
)

table(
    "far dates",
    "CREATE TABLE {t} (id INT, day DATE, ntz TIMESTAMP_NTZ, tz TIMESTAMP) USING iceberg",
    """INSERT INTO {t} SELECT id, date_from_unix_date(days), timestamp_micros(micros)::TIMESTAMP_NTZ, timestamp_micros(micros)
        FROM VALUES (1, 2932897, 253402300800000000), (2, -719529, -62167305600000000), (3, 100000000, 9000000000000000000),
            (4, -100000000, -9000000000000000000), (5, 0, 0) AS v(id, days, micros)""",
    select="""id, CAST(day AS STRING) AS day, concat(replace(CAST(ntz AS STRING), ' ', 'T'), '.000000') AS ntz,
        concat(replace(CAST(tz AS STRING), ' ', 'T'), '.000000+00:00') AS tz""",
)

table(
    "nested",
    """CREATE TABLE {t} (id INT, l ARRAY<INT>, ll ARRAY<ARRAY<STRING>>, s STRUCT<a: BIGINT, b: STRUCT<c: STRING, d: ARRAY<DATE>>>,
        m MAP<STRING, INT>, ls ARRAY<STRUCT<x: INT, y: STRING>>, ms MAP<INT, STRUCT<v: DECIMAL(10,2), w: ARRAY<DOUBLE>>>,
        lm ARRAY<MAP<STRING, ARRAY<INT>>>, sm STRUCT<m: MAP<STRING, STRING>, n: TIMESTAMP>) USING iceberg""",
    """INSERT INTO {t} VALUES
        (1, array(1, NULL), array(array('a'), NULL, array()), named_struct('a', 1, 'b', named_struct('c', 'x', 'd', array(DATE'2024-01-01'))),
            map('k', 1, 'n', NULL), array(named_struct('x', 1, 'y', 'p'), NULL, named_struct('x', NULL, 'y', NULL)),
            map(7, named_struct('v', 1.25, 'w', array(0.5, NULL)), 8, NULL), array(map('q', array(1)), NULL, map()),
            named_struct('m', map('a', NULL), 'n', TIMESTAMP'2024-01-01 00:00:00Z')),
        (2, array(), array(), named_struct('a', NULL, 'b', NULL), map(), array(), map(), array(), named_struct('m', map(), 'n', NULL)),
        (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
        (4, array(NULL), array(NULL), named_struct('a', 5, 'b', named_struct('c', NULL, 'd', NULL)), map('z', NULL), array(NULL),
            map(1, NULL), array(NULL), named_struct('m', NULL, 'n', NULL))""",
    where=["id > 2", "l IS NULL", "s IS NULL", "s IS NOT NULL", "m IS NULL", "ls IS NULL", ("s.a = 5", "s.a = 5"), ("s.b IS NULL AND s IS NOT NULL", "s.b IS NULL AND s IS NOT NULL"),
        ("s.b.c = 'x'", "s.b.c = 'x'")],
)

table(
    "structs alone",
    "CREATE TABLE {t} (s STRUCT<a: INT, b: STRUCT<c: INT>>) USING iceberg TBLPROPERTIES ('format-version' = '3')",
    """INSERT INTO {t} SELECT /*+ REPARTITION(1) */ * FROM VALUES (named_struct('a', 1, 'b', named_struct('c', 2))), (NULL),
        (named_struct('a', NULL, 'b', NULL)), (named_struct('a', NULL, 'b', named_struct('c', NULL)))""",
    where=["s IS NULL", "s.b IS NULL", "s.a IS NULL"],
)

table(
    "required",
    """CREATE TABLE {t} (id INT NOT NULL, s STRUCT<a: INT NOT NULL, b: STRING> NOT NULL, l ARRAY<INT> NOT NULL) USING iceberg""",
    "INSERT INTO {t} VALUES (1, named_struct('a', 1, 'b', NULL), array(1, 2)), (2, named_struct('a', 2, 'b', 'x'), array())",
    where=["s.a = 2", "id IS NULL", "id IS NOT NULL"],
)

table("no snapshot", "CREATE TABLE {t} (id INT, s STRUCT<a: INT>, m MAP<STRING, INT>) USING iceberg", where=["id = 1", "id IS NULL"])
table(
    "no rows",
    "CREATE TABLE {t} (id INT, s STRING) USING iceberg TBLPROPERTIES ('format-version' = '1')",
    "INSERT INTO {t} SELECT 1, 'x' WHERE false",
    where=["id = 1"],
)
table(
    "all deleted",
    "CREATE TABLE {t} (id INT, s STRING) USING iceberg",
    "INSERT INTO {t} VALUES (1, 'a'), (2, 'b')",
    "TRUNCATE TABLE {t}",
    where=["id = 1"],
)

table(
    "Ünï \"çødé\" 表.$x@y",
    "CREATE TABLE {t} (`Größe €` INT, `a.b` STRING, `with \"quotes\"` STRING, `UPPER` INT, `lower case` INT, `表` STRUCT<`x.y`: INT, `ž`: STRING>) "
    "USING iceberg PARTITIONED BY (`a.b`)",
    "INSERT INTO {t} VALUES (1, 'p/q=r', 'x', 2, 3, named_struct('x.y', 4, 'ž', 'z')), (NULL, NULL, NULL, NULL, NULL, NULL), (5, 'ü %20', 'y', 6, 7, NULL)",
    where=[("`Größe €` > 1", '"Größe €" > 1'), ("`a.b` = 'p/q=r'", "\"a.b\" = 'p/q=r'"), ("`a.b` IS NULL", '"a.b" IS NULL'), ("`UPPER` = 6", '"UPPER" = 6'),
        ("`a.b` LIKE 'ü%'", "\"a.b\" LIKE 'ü%'")],
)
