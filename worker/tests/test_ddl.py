from __future__ import annotations

import json
import random
from typing import Any

import pytest

from nerium_worker.modes.statements import ddl
from nerium_worker.modes.statements.alter import with_default
from nerium_worker.modes.statements.classify import classify
from nerium_worker.modes.statements.ddl import Command, CreateTableAs, CreateView, OfQuery
from nerium_worker.modes.tokens import tokenize
from nerium_worker.protocol.errors import Failure


def command(sql: str) -> dict[str, Any]:
    statement = ddl.parse(sql)
    assert isinstance(statement, Command)
    return statement.message


def refusal(sql: str) -> str:
    with pytest.raises(Failure) as caught:
        ddl.parse(sql)
    assert caught.value.kind == "sql"
    return caught.value.error


def types(columns: str) -> list[Any]:
    fields = command(f"CREATE TABLE t ({columns})")["schema"]["fields"]
    return [field["type"] for field in fields]


def test_reads_a_new_table_as_spark_writes_it() -> None:
    assert command(
        "CREATE TABLE IF NOT EXISTS lake.sales.orders (id BIGINT NOT NULL COMMENT 'the ''id''', ts timestamptz)"
        " USING iceberg PARTITIONED BY (days(ts), bucket(16, id)) COMMENT 'of all shops'"
        " TBLPROPERTIES ('write.format.default'='parquet', 'format-version' = 2);"
    ) == {
        "kind": "create_table",
        "table": "lake.sales.orders",
        "mode": "if_not_exists",
        "partitioning": [
            {"transform": "day", "column": "ts"},
            {"transform": "bucket[16]", "column": "id"},
        ],
        "order": [],
        "properties": {"write.format.default": "parquet", "format-version": "2"},
        "comment": "of all shops",
        "schema": {
            "type": "struct",
            "fields": [
                {"id": 1, "name": "id", "required": True, "type": "long", "doc": "the 'id'"},
                {"id": 2, "name": "ts", "required": False, "type": "timestamptz"},
            ],
        },
    }


def test_reads_a_new_table_as_trino_writes_it() -> None:
    found = command(
        "create or replace table orders (id integer, name varchar, ts timestamp(6) with time zone)"
        " with (partitioning = ARRAY['day(ts)', 'bucket(id, 4)', 'name'],"
        " sorted_by = ARRAY['id', 'ts DESC NULLS FIRST'], format = 'PARQUET', format_version = 3)"
    )
    assert found["table"] == "default.orders"
    assert found["mode"] == "replace"
    assert [field["transform"] for field in found["partitioning"]] == ["day", "bucket[4]", "identity"]
    assert found["order"] == [
        {"transform": "identity", "column": "id", "direction": "asc", "nulls": "first"},
        {"transform": "identity", "column": "ts", "direction": "desc", "nulls": "first"},
    ]
    assert found["properties"] == {"format-version": "3"}


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("boolean", "boolean"),
        ("INT", "int"),
        ("bigint", "long"),
        ("real", "float"),
        ("double precision", "double"),
        ("decimal(9, 2)", "decimal(9, 2)"),
        ("numeric(9)", "decimal(9, 0)"),
        ("varchar", "string"),
        ("date", "date"),
        ("time(6)", "time"),
        ("timestamp", "timestamp"),
        ("timestamp without time zone", "timestamp"),
        ("TIMESTAMP_LTZ", "timestamptz"),
        ("timestamp(9) with time zone", "timestamptz_ns"),
        ("timestamp_ns", "timestamp_ns"),
        ("uuid", "uuid"),
        ("varbinary", "binary"),
        ("fixed(16)", "fixed[16]"),
        ("fixed[16]", "fixed[16]"),
        ("int[]", {"type": "list", "element-id": 1, "element": "int", "element-required": False}),
        ("array<int>", {"type": "list", "element-id": 1, "element": "int", "element-required": False}),
        (
            "map(varchar, int)",
            {"type": "map", "key-id": 1, "key": "string", "value-id": 2, "value": "int", "value-required": False},
        ),
        (
            "struct<a: int NOT NULL, b: array<string> COMMENT 'x'>",
            {
                "type": "struct",
                "fields": [
                    {"id": 1, "name": "a", "required": True, "type": "int"},
                    {
                        "id": 3,
                        "name": "b",
                        "required": False,
                        "type": {"type": "list", "element-id": 2, "element": "string", "element-required": False},
                        "doc": "x",
                    },
                ],
            },
        ),
        ('row("a b" int)', {"type": "struct", "fields": [{"id": 1, "name": "a b", "required": False, "type": "int"}]}),
    ],
)
def test_reads_types(text: str, type_: Any) -> None:
    assert types(f"x {text}") == [type_]


@pytest.mark.parametrize(
    ("definition", "value"),
    [
        ("int DEFAULT -7", -7),
        ("bigint DEFAULT 9223372036854775807", 9223372036854775807),
        ("double DEFAULT 1.5e3", 1500.0),
        ("decimal(5, 2) DEFAULT 12.5", "12.50"),
        ("decimal(2, 2) DEFAULT 0", "0.00"),
        ("boolean DEFAULT true", True),
        ("string DEFAULT 'it''s'", "it's"),
        ("date DEFAULT DATE '2020-02-29'", "2020-02-29"),
        ("time DEFAULT '10:11:12'", "10:11:12.000000"),
        ("timestamp DEFAULT TIMESTAMP '2020-01-02 03:04:05.6'", "2020-01-02T03:04:05.600000"),
        ("timestamptz DEFAULT '2020-01-02 03:04:05+01:00'", "2020-01-02T02:04:05.000000+00:00"),
        ("timestamp_ns DEFAULT '2020-01-02T03:04:05.123456789'", "2020-01-02T03:04:05.123456789"),
        ("uuid DEFAULT 'F79C3E09-677C-4BBD-A479-3F349CB785E7'", "f79c3e09-677c-4bbd-a479-3f349cb785e7"),
        ("binary DEFAULT X'0aff'", "0AFF"),
        ("fixed(2) DEFAULT X'0aff'", "0AFF"),
    ],
)
def test_reads_defaults(definition: str, value: Any) -> None:
    [field] = command(f"CREATE TABLE t (x {definition})")["schema"]["fields"]
    assert field["write-default"] == value


@pytest.mark.parametrize(
    "definition",
    [
        "int DEFAULT 2147483648",
        "int DEFAULT 1.0",
        "int DEFAULT 'a'",
        "float DEFAULT 1e39",
        "decimal(3, 1) DEFAULT 1.25",
        "decimal(3, 1) DEFAULT 123",
        "date DEFAULT '2020-02-30'",
        "date DEFAULT current_date",
        "timestamp DEFAULT '2020-01-01 00:00:00Z'",
        "timestamptz DEFAULT '2020-01-01 00:00:00'",
        "timestamp DEFAULT '2020-01-01 00:00:00.1234567'",
        "uuid DEFAULT 'x'",
        "fixed(2) DEFAULT X'0a'",
        "array<int> DEFAULT 1",
    ],
)
def test_refuses_defaults_of_another_type(definition: str) -> None:
    assert refusal(f"CREATE TABLE t (\nx {definition})").startswith("Line 2: found the default '")


def test_reads_a_table_of_a_query() -> None:
    found = ddl.parse("CREATE TABLE t PARTITIONED BY (truncate(4, name))\nAS SELECT 1 AS x")
    assert isinstance(found, CreateTableAs)
    assert found.mode == "create"
    assert found.create["partitioning"] == [{"transform": "truncate[4]", "column": "name"}]
    assert found.query.splitlines()[1] == "   SELECT 1 AS x"


def test_reads_a_view() -> None:
    found = ddl.parse("CREATE OR REPLACE VIEW sales.v (a COMMENT 'first', b) COMMENT 'x' AS\n SELECT 1, 2")
    assert isinstance(found, CreateView)
    assert found.query.splitlines()[1] == " SELECT 1, 2"
    assert found.message == {
        "kind": "create_view",
        "view": "sales.v",
        "mode": "replace",
        "columns": [{"name": "a", "doc": "first"}, {"name": "b", "doc": None}],
        "comment": "x",
        "properties": {},
    }


@pytest.mark.parametrize(
    ("sql", "kind", "query"),
    [
        ("EXPLAIN SELECT 1", "explain", "SELECT 1"),
        ("SUMMARIZE sales.t;", "summarize", "SELECT * FROM sales.t;"),
        ("SUMMARIZE SELECT 1", "summarize", "SELECT 1"),
        ("DESCRIBE SELECT 1", "describe", "SELECT 1"),
        ("SHOW PARTITIONS a.t", "partitions", 'SELECT * FROM "a.t$partitions"'),
        ("DESC QUERY VALUES (1)", "describe", "VALUES (1)"),
    ],
)
def test_reads_what_is_asked_of_a_query(sql: str, kind: str, query: str) -> None:
    found = ddl.parse(sql)
    assert isinstance(found, OfQuery)
    assert (found.kind, found.query.strip()) == (kind, query)


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("DROP TABLE IF EXISTS a.b PURGE", {"kind": "drop_table", "table": "a.b", "if_exists": True, "purge": True}),
        ("DROP VIEW v", {"kind": "drop_view", "view": "default.v", "if_exists": False}),
        ("CREATE SCHEMA IF NOT EXISTS a.b", {"kind": "create_schema", "schema": ["a", "b"], "mode": "if_not_exists"}),
        ("DROP NAMESPACE a", {"kind": "drop_schema", "schema": ["a"], "if_exists": False, "cascade": False}),
        ("DROP SCHEMA a RESTRICT", {"kind": "drop_schema", "schema": ["a"], "if_exists": False, "cascade": False}),
        ("DROP SCHEMA a CASCADE", {"kind": "drop_schema", "schema": ["a"], "if_exists": False, "cascade": True}),
        ("SHOW CATALOGS", {"kind": "show_catalogs", "like": None}),
        ("SHOW DATABASES FROM c LIKE 'a%'", {"kind": "show_schemas", "catalog": "c", "like": "a%"}),
        ("SHOW TABLES IN a.b", {"kind": "show_tables", "schema": ["a", "b"], "like": None}),
        ("SHOW VIEWS", {"kind": "show_views", "schema": None, "like": None}),
        ("SHOW COLUMNS FROM t", {"kind": "show_columns", "table": "default.t"}),
        ("SHOW CREATE TABLE t", {"kind": "show_create_table", "table": "default.t"}),
        ("SHOW CREATE VIEW v", {"kind": "show_create_view", "view": "default.v"}),
        ("SHOW TBLPROPERTIES t ('a')", {"kind": "show_properties", "table": "default.t", "key": "a"}),
        ("DESC EXTENDED a.t", {"kind": "describe", "table": "a.t", "extended": True}),
        (
            "ALTER TABLE t RENAME TO a.u",
            {"kind": "rename_table", "table": "default.t", "to": "a.u", "if_exists": False},
        ),
        (
            "ALTER TABLE c.a.t RENAME TO u",
            {"kind": "rename_table", "table": "c.a.t", "to": "c.a.u", "if_exists": False},
        ),
    ],
)
def test_reads_commands(sql: str, message: dict[str, Any]) -> None:
    assert command(sql) == message


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            "ADD COLUMN a.b int NOT NULL COMMENT 'x' DEFAULT 1 AFTER c",
            {
                "action": "add_column",
                "column": "a.b",
                "type": "int",
                "required": True,
                "doc": "x",
                "default": 1,
                "position": {"after": "c"},
                "if_not_exists": False,
            },
        ),
        (
            "ADD COLUMNS (b string FIRST)",
            {
                "action": "add_column",
                "column": "b",
                "type": "string",
                "required": False,
                "doc": None,
                "default": None,
                "position": {"first": True},
                "if_not_exists": False,
            },
        ),
        ("DROP a", {"action": "drop_column", "column": "a", "if_exists": False}),
        ("RENAME a TO b", {"action": "rename_column", "column": "a", "to": "b"}),
        (
            "SET PROPERTIES format_version = 3, 'a.b' = 'c'",
            {"action": "set_properties", "properties": {"format-version": "3", "a.b": "c"}},
        ),
        ("DROP COLUMN IF EXISTS a", {"action": "drop_column", "column": "a", "if_exists": True}),
        ("RENAME COLUMN a.b TO c", {"action": "rename_column", "column": "a.b", "to": "c"}),
        ("ALTER COLUMN a TYPE bigint", {"action": "set_type", "column": "a", "type": "long"}),
        ("ALTER a SET DATA TYPE bigint", {"action": "set_type", "column": "a", "type": "long"}),
        ("ALTER COLUMN a FIRST", {"action": "move_column", "column": "a", "position": {"first": True}}),
        ("ALTER COLUMN a COMMENT 'x'", {"action": "set_doc", "column": "a", "doc": "x"}),
        ("ALTER COLUMN a DROP DEFAULT", {"action": "drop_default", "column": "a"}),
        ("ALTER COLUMN a DROP NOT NULL", {"action": "set_required", "column": "a", "required": False}),
        (
            "ADD PARTITION FIELD bucket(8, id) AS shard",
            {"action": "add_partition_field", "field": {"transform": "bucket[8]", "column": "id"}, "name": "shard"},
        ),
        (
            "DROP PARTITION FIELD day(ts)",
            {"action": "drop_partition_field", "field": {"transform": "day", "column": "ts"}},
        ),
        (
            "REPLACE PARTITION FIELD ts_day WITH hours(ts)",
            {
                "action": "replace_partition_field",
                "field": {"transform": "identity", "column": "ts_day"},
                "by": {"transform": "hour", "column": "ts"},
                "name": None,
            },
        ),
        ("WRITE UNORDERED", {"action": "write_order", "order": [], "distribution": "none"}),
        (
            "WRITE LOCALLY ORDERED BY a DESC",
            {
                "action": "write_order",
                "order": [{"transform": "identity", "column": "a", "direction": "desc", "nulls": "last"}],
                "distribution": None,
            },
        ),
        ("WRITE DISTRIBUTED BY PARTITION", {"action": "write_order", "order": [], "distribution": "hash"}),
        ("SET TBLPROPERTIES ('a' = 'b', c.d 1)", {"action": "set_properties", "properties": {"a": "b", "c.d": "1"}}),
        ("UNSET TBLPROPERTIES IF EXISTS ('a')", {"action": "unset_properties", "keys": ["a"], "if_exists": True}),
    ],
)
def test_reads_changes(change: str, expected: dict[str, Any]) -> None:
    assert command(f"ALTER TABLE t {change}")["changes"] == [expected]


def test_reads_comments() -> None:
    assert command("COMMENT ON COLUMN s.t.c IS 'x'") == {
        "kind": "alter_table",
        "table": "s.t",
        "if_exists": False,
        "changes": [{"action": "set_doc", "column": "c", "doc": "x"}],
    }
    assert command("COMMENT ON TABLE t IS NULL")["changes"] == [
        {"action": "unset_properties", "keys": ["comment"], "if_exists": True}
    ]


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("CREATE TEMP TABLE t (a int)", "Line 1: CREATE TEMP is not available."),
        ("CREATE SOMETHING t (a int)", "Line 1: found 'SOMETHING', expected TABLE, VIEW, SCHEMA, BRANCH or TAG."),
        ("CREATE SCHEMA a LOCATION 'x'", "Line 1: LOCATION is not available."),
        ("CREATE SCHEMA a WITH (location = 'x')", "Line 1: LOCATION is not available."),
        ("ALTER TABLE t\nSET LOCATION 'x'", "Line 2: ALTER TABLE ... SET LOCATION is not available."),
        (
            "ALTER VIEW v RENAME TO w",
            "Line 1: found 'RENAME', expected AS and a query. CREATE OR REPLACE VIEW changes the rest of a view.",
        ),
        ("CREATE TABLE t", "Line 1: found the end of the text, expected a list of columns, or AS and a query."),
        (
            "CREATE TABLE t (a int)\nUSING parquet",
            "Line 2: found 'parquet', expected ICEBERG, the only format of tables here.",
        ),
        (
            "CREATE TABLE t (a int) LOCATION 's3://x'",
            "Line 1: LOCATION is not available.",
        ),
        (
            "CREATE TABLE t (a int) AS SELECT 1",
            "Line 1: found a list of columns, expected none: a table AS a query has the query's columns. Name and cast them in the query.",
        ),
        (
            "CREATE TABLE t (a variant)",
            "Line 1: found 'variant', expected a type that this server reads and writes; VARIANT is none.",
        ),
        (
            "CREATE TABLE t (a timestamp(3))",
            "Line 1: found timestamp(3), expected timestamp(6) or timestamp(9), the precisions of Iceberg.",
        ),
        (
            "CREATE TABLE t (a time with time zone)",
            "Line 1: found 'with', expected no time zone: Iceberg has one in timestamptz only.",
        ),
        (
            "CREATE TABLE t (a decimal(40, 2))",
            "Line 1: found decimal(40, 2), expected 1 to 38 digits, of which no more are fractional.",
        ),
        (
            "CREATE TABLE t (a int) PARTITIONED BY (zorder(a))",
            "Line 1: found '(', expected no transform of this name: a column, year(c), month(c), day(c), hour(c), bucket(n, c) or truncate(n, c).",
        ),
        (
            "CREATE TABLE t (a int) COMMENT 'a' COMMENT 'b'",
            "Line 1: found ''b'', expected each clause once: there is a second COMMENT before it.",
        ),
        (
            "CREATE TABLE t (a int) WITH (location = 'x')",
            "Line 1: LOCATION is not available.",
        ),
        ("DROP TABLE a; DROP TABLE b", "Line 1: found ';', expected the end of the statement."),
        ("ALTER TABLE t ADD\n5", "Line 2: found '5', expected the name of a column."),
        (
            "ALTER TABLE t ALTER COLUMN a SET x",
            "Line 1: found 'SET', expected TYPE, FIRST, AFTER, COMMENT, SET NOT NULL, DROP NOT NULL, SET DEFAULT or DROP DEFAULT.",
        ),
        ("SHOW TABLES LIKE 'a*'", "Line 1: found the pattern 'a*', expected % for any text and _ for any character."),
        ("DROP TABLE 'a'", "Line 1: found ''a'', expected the name of a table."),
        ('DROP TABLE "a', 'Line 1: the quote " is not closed.'),
        ("DROP TABLE a /* /* */", "Line 1: the comment /* is not closed."),
        (
            "DENY x",
            (
                "Line 1: found 'DENY', expected CREATE, ALTER, DROP, COMMENT, FAST, CALL, GRANT, REVOKE, SHOW, DESCRIBE,"
                " DESC, SUMMARIZE or EXPLAIN."
            ),
        ),
    ],
)
def test_names_the_token_the_line_and_what_is_expected(sql: str, message: str) -> None:
    assert refusal(sql) == message


DEFAULTED = {
    "type": "struct",
    "fields": [
        {"id": 1, "name": "n", "required": False, "type": "int"},
        {"id": 2, "name": "day", "required": False, "type": "date"},
        {
            "id": 3,
            "name": "st",
            "required": False,
            "type": {"type": "struct", "fields": [{"id": 4, "name": "p", "required": False, "type": "decimal(9, 2)"}]},
        },
    ],
}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("n SET DEFAULT -7;", {"action": "set_default", "column": "n", "type": "int", "default": -7}),
        (
            "day SET DEFAULT DATE '2024-02-29'",
            {"action": "set_default", "column": "day", "type": "date", "default": "2024-02-29"},
        ),
        (
            "st.p SET DEFAULT 1.5",
            {"action": "set_default", "column": "st.p", "type": "decimal(9, 2)", "default": "1.50"},
        ),
        ("n SET DEFAULT NULL", {"action": "drop_default", "column": "n"}),
        ("missing SET DEFAULT 1", {"action": "drop_default", "column": "missing"}),
    ],
)
def test_a_default_has_the_type_of_the_column(change: str, expected: dict[str, Any]) -> None:
    [read] = command(f"ALTER TABLE t ALTER COLUMN {change}")["changes"]
    assert with_default(read, DEFAULTED) == expected


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("n SET DEFAULT 'x'", "Line 2: found the default 'x', expected NULL or a literal of the type int."),
        (
            "n SET DEFAULT 3000000000",
            "Line 2: found the default '3000000000', expected NULL or a literal of the type int.",
        ),
        ("n SET DEFAULT 1 + 1", "Line 2: found '+', expected the end of the statement."),
        ("st SET DEFAULT 1", "Line 2: found the default '1', expected NULL or a literal of the type struct."),
    ],
)
def test_set_default_takes_a_literal_of_the_columns_type(change: str, message: str) -> None:
    [read] = command(f"ALTER TABLE t\nALTER COLUMN {change}")["changes"]
    with pytest.raises(Failure) as caught:
        with_default(read, DEFAULTED)
    assert caught.value.error == message


def test_a_view_gets_another_query() -> None:
    statement = ddl.parse("ALTER VIEW a.v AS SELECT 1 AS x")
    assert isinstance(statement, CreateView)
    assert statement.message == {"kind": "alter_view", "view": "a.v", "columns": None}
    assert statement.query.strip() == "SELECT 1 AS x"


@pytest.mark.parametrize(
    ("sql", "error", "hint"),
    [
        ("DENY SELECT ON t TO x", "DENY is not available.", "GRANT READ ON SCHEMA"),
        ("optimize t", "OPTIMIZE is not available.", "./nerium table compact"),
        ("VACUUM t", "VACUUM is not available.", "./nerium table expire"),
        ("BEGIN", "BEGIN is not available.", "branch"),
        ("COMMIT;", "COMMIT is not available.", "branch"),
        ("USE shop", "USE is not available.", "catalog.schema.table"),
        ("SET x = 1", "SET is not available.", "without a session"),
        ("PRAGMA x", "PRAGMA is not available.", "without a session"),
        ("ATTACH 'x.db'", "ATTACH is not available.", "The operator configures catalogs"),
        ("COPY t FROM 'x.csv'", "COPY is not available.", "./nerium load"),
        ("ANALYZE TABLE t COMPUTE STATISTICS", "ANALYZE is not available.", "SUMMARIZE"),
        ("REPLACE INTO t VALUES (1)", "REPLACE is not available.", "MERGE INTO"),
        ("-- a comment\nRefresh table t", "REFRESH is not available.", "nothing has to be refreshed"),
        (
            "CALL system.rewrite_data_files('t')",
            "CALL system.rewrite_data_files is not available: the only procedure is system.fast_forward.",
            "./nerium table compact",
        ),
        ("CREATE MATERIALIZED VIEW v AS SELECT 1", "Line 1: CREATE MATERIALIZED is not available.", "CREATE TABLE"),
        ("CREATE INDEX i ON t (a)", "Line 1: CREATE INDEX is not available.", "PARTITIONED BY"),
        ("REPLACE TABLE t AS SELECT 1", "REPLACE is not available.", "CREATE OR REPLACE TABLE"),
        ("COPY t TO 'x.csv'", "COPY is not available.", "--format csv"),
        ("TABLE shop.orders", "TABLE is not available.", "SELECT * FROM"),
        ("PIVOT t ON a USING sum(b)", "PIVOT is not available.", "CASE WHEN"),
        ("SHOW FUNCTIONS LIKE 'a%'", "Line 1: SHOW FUNCTIONS is not available.", "docs/sql-errors.md"),
        ("SHOW STATS FOR t", "Line 1: SHOW STATS is not available.", "SUMMARIZE"),
        ("EXPLAIN ANALYZE SELECT 1", "Line 1: An option of EXPLAIN is not available.", "without executing"),
        ("EXPLAIN (FORMAT JSON) SELECT 1", "Line 1: An option of EXPLAIN is not available.", "without executing"),
        ("CREATE TABLE t (a int PRIMARY KEY)", "Line 1: PRIMARY is not available.", "NOT NULL"),
        ("CREATE TABLE t (a int, UNIQUE (a))", "Line 1: UNIQUE is not available.", "NOT NULL"),
        ("CREATE TABLE t (a int GENERATED ALWAYS AS (1))", "Line 1: GENERATED is not available.", "NOT NULL"),
        ("CREATE TABLE t LIKE u", "Line 1: LIKE is not available.", "LIMIT 0"),
        ("CREATE TABLE t (LIKE u)", "Line 1: LIKE is not available.", "LIMIT 0"),
        (
            "CREATE TABLE t (a, b) AS SELECT 1, 2",
            "Line 1: A column without a type is not available.",
            "AS SELECT x AS a",
        ),
        ("CREATE TABLE t AS SELECT 1 AS a\nWITH NO DATA;", "Line 2: WITH [NO] DATA is not available.", "LIMIT 0"),
        ("CREATE VIEW v SECURITY INVOKER AS SELECT 1", "Line 1: SECURITY is not available.", "rights of the key"),
        (
            "ALTER TABLE t EXECUTE optimize",
            "Line 1: ALTER TABLE ... EXECUTE is not available.",
            "./nerium table compact",
        ),
        (
            "ALTER TABLE t SET AUTHORIZATION me",
            "Line 1: ALTER TABLE ... SET AUTHORIZATION is not available.",
            "GRANT READ",
        ),
        (
            "ALTER TABLE t SET IDENTIFIER FIELDS a",
            "Line 1: ALTER TABLE ... SET IDENTIFIER is not available.",
            "mergeKeys",
        ),
        ("ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)", "Line 1: ADD of a constraint is not available.", "NOT NULL"),
        (
            "ALTER TABLE t ADD IF NOT EXISTS PARTITION (a = 1)",
            "Line 1: ADD PARTITION (...) is not available.",
            "INSERT",
        ),
        (
            "ALTER TABLE t REPLACE BRANCH b",
            "Line 1: ALTER TABLE ... REPLACE is not available.",
            "CREATE OR REPLACE BRANCH",
        ),
        (
            "ALTER TABLE t SET PROPERTIES partitioning = ARRAY['a']",
            "Line 1: partitioning is not available.",
            "ADD PARTITION FIELD",
        ),
        ("INSERT INTO t BY NAME SELECT 1 AS a", "INSERT ... BY NAME is not available.", "Name the columns"),
        ("INSERT INTO t REPLACE WHERE a = 1 SELECT 1", "INSERT ... REPLACE WHERE is not available.", "branch"),
    ],
)
def test_statements_of_other_engines_name_what_is_there_instead(sql: str, error: str, hint: str) -> None:
    with pytest.raises(Failure) as caught:
        classify(sql)
    assert caught.value.error == error
    assert caught.value.hint is not None
    assert hint in caught.value.hint


def test_nested_types_have_a_limit() -> None:
    assert "at most 32 levels" in refusal("CREATE TABLE t (a " + "array<" * 100_000 + "int)")
    assert "at most 32 levels" in refusal("CREATE TABLE t (a int" + "[]" * 100_000 + ")")


def test_a_name_with_quotes_and_dots_is_kept() -> None:
    assert command('DROP TABLE "my lake"."a.b"."c ""d"""')["table"] == '"my lake"."a.b"."c ""d"""'
    assert command("DROP TABLE `a b`.c")["table"] == '"a b".c'


PIECES = [
    *(
        "CREATE",
        "OR",
        "REPLACE",
        "TABLE",
        "IF",
        "NOT",
        "EXISTS",
        "VIEW",
        "SCHEMA",
        "ALTER",
        "ADD",
        "DROP",
        "COLUMN",
        "RENAME",
        "TO",
    ),
    *(
        "PARTITION",
        "FIELD",
        "PARTITIONED",
        "BY",
        "bucket",
        "(",
        ")",
        "16",
        ",",
        "a",
        "b.c",
        '"q"',
        "'s'",
        "int",
        "struct",
        "<",
        ">",
        ":",
    ),
    *(
        "array",
        "map",
        "decimal",
        "DEFAULT",
        "NULL",
        "COMMENT",
        "ON",
        "IS",
        "TBLPROPERTIES",
        "=",
        "WITH",
        "WRITE",
        "ORDERED",
        "SET",
    ),
    *(
        "UNSET",
        "SHOW",
        "TABLES",
        "LIKE",
        "DESCRIBE",
        "SUMMARIZE",
        "EXPLAIN",
        "SELECT",
        ";",
        "AS",
        "1",
        "-",
        "--x\n",
        "/*",
        "*/",
        "'",
        '"',
        "`",
        "é",
        "\0",
        "🐘",
        "[",
        "]",
        "ARRAY",
        "timestamp",
        "X'0a'",
    ),
]


def random_text(seed: int) -> str:
    picker = random.Random(seed)  # noqa: S311  # a seed makes it repeatable
    if seed % 10 == 0:
        return "".join(chr(picker.randrange(1, 0x2FF)) for _ in range(picker.randint(0, 40)))
    start = picker.choice(["CREATE TABLE t (a ", "ALTER TABLE t ", "SHOW ", "CREATE VIEW v AS ", "", "", "COMMENT ON "])
    return start + picker.choice([" ", ""]).join(picker.choices(PIECES, k=picker.randint(0, 12)))


def test_any_text_is_a_statement_or_a_clear_failure() -> None:
    for text in map(random_text, range(5000)):
        refused: Failure | None = None
        try:
            json.dumps(getattr(ddl.parse(text), "message", {}))
        except Failure as failure:
            refused = failure
        assert refused is None or (refused.error.startswith("Line ") and refused.line is not None), text


def test_tokens_have_their_places() -> None:
    text = 'a -- b\n/* c /* d */ */ "e""f" \'g\''
    tokens = tokenize(text)
    assert [(token.kind, token.value, token.line) for token in tokens] == [
        ("word", "a", 1),
        ("quoted", 'e"f', 2),
        ("string", "g", 2),
        ("end", "", 2),
    ]
    assert text[tokens[1].start : tokens[1].end] == '"e""f"'


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        (
            "GRANT READ ON sales.orders TO KEY etl",
            {
                "kind": "grant",
                "rights": ["read"],
                "on": {"kind": "table", "name": "sales.orders"},
                "grantee": {"kind": "key", "name": "etl"},
            },
        ),
        (
            "grant select, write on schema lake.sales to group 'data-team';",
            {
                "kind": "grant",
                "rights": ["read", "write"],
                "on": {"kind": "schema", "name": ["lake", "sales"]},
                "grantee": {"kind": "group", "name": "data-team"},
            },
        ),
        (
            'REVOKE ALL PRIVILEGES ON CATALOG lake FROM KEY "read"',
            {
                "kind": "revoke",
                "rights": ["read", "write", "create", "drop", "manage"],
                "on": {"kind": "catalog", "name": "lake"},
                "grantee": {"kind": "key", "name": "read"},
            },
        ),
        (
            "GRANT MANAGE ON ALL CATALOGS TO PUBLIC",
            {"kind": "grant", "rights": ["manage"], "on": {"kind": "all"}, "grantee": {"kind": "public"}},
        ),
        (
            "GRANT READ ON LOCATION '/data/in' TO PUBLIC",
            {
                "kind": "grant",
                "rights": ["read"],
                "on": {"kind": "location", "name": "/data/in"},
                "grantee": {"kind": "public"},
            },
        ),
        ("SHOW GRANTS", {"kind": "show_grants", "on": None, "grantee": None}),
        (
            "SHOW GRANTS ON VIEW sales.v FOR GROUP g",
            {
                "kind": "show_grants",
                "on": {"kind": "table", "name": "sales.v"},
                "grantee": {"kind": "group", "name": "g"},
            },
        ),
    ],
)
def test_reads_grants(sql: str, message: dict[str, Any]) -> None:
    assert command(sql) == message


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("GRANT READ ON t", "Line 1: found the end of the text, expected TO."),
        ("GRANT FLY ON t TO PUBLIC", "Line 1: found 'FLY', expected READ, WRITE, CREATE, DROP, MANAGE or ALL."),
        ("GRANT INSERT ON t TO PUBLIC", "Line 1: The right INSERT is not available."),
        ("GRANT READ ON t TO etl", "Line 1: found 'etl', expected KEY and a name, GROUP and a name, or PUBLIC."),
        ("GRANT READ ON LOCATION x TO PUBLIC", "Line 1: found 'x', expected the path of a folder as a string."),
        ("GRANT READ ON t TO PUBLIC WITH GRANT OPTION", "Line 1: WITH GRANT OPTION is not available."),
        ("REVOKE READ ON t TO PUBLIC", "Line 1: found 'TO', expected FROM."),
    ],
)
def test_names_what_is_wrong_in_a_grant(sql: str, message: str) -> None:
    assert refusal(sql) == message
