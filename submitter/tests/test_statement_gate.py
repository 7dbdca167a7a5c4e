from __future__ import annotations

import pytest

from nerium_submitter.errors import Refused
from nerium_submitter.spark.gate import check

TABLES = {"t0", "t7"}
HARMLESS = [
    "SELECT `a` FROM `t0`",
    "WITH n1 AS (SELECT `a` FROM `t0`),\nn2 AS (SELECT sum(`a`) AS `x` FROM n1 WHERE (`a` > 1))\nSELECT `x` FROM n2",
    "SELECT l.`a` FROM `t0` AS l LEFT ANTI JOIN `t7` AS r ON l.`a` <=> r.`a`",
    "SELECT `a` FROM `t0` UNION ALL SELECT `a` FROM `t7` ORDER BY `a` ASC NULLS FIRST LIMIT 3",
    "SELECT 'FROM `secret`; DROP TABLE t0 -- /* no' AS `x` FROM `t0`",
    r"SELECT 'it\'s', '\\', X'00FF' AS `a``b; --` FROM `t0`",
    "SELECT `v`.`x` FROM VALUES (1, 'a'), (2, NULL) AS v(`x`, `y`)",
    "SELECT filter(`l`, x -> x IS NOT NULL) AS `l`, 1.5E-3D, -1 FROM `t0`",
]
ELSEWHERE = [
    "SELECT * FROM `secret`",
    "SELECT * FROM `oleander`.`default`.`secret`",
    "SELECT * FROM secret",
    "SELECT * FROM parquet.`/etc`",
    "SELECT * FROM `parquet`.`/etc`",
    "SELECT * FROM `csv`.`/etc/passwd`",
    "SELECT * FROM `iceberg`.`/srv/lake/secret`",
    "SELECT `a` FROM `t0` WHERE `a` IN (SELECT `a` FROM `secret`)",
    "SELECT (SELECT max(`a`) FROM `secret`) AS `x` FROM `t0`",
    "SELECT `a` FROM `t0` UNION ALL SELECT `a` FROM `secret`",
    "WITH n1 AS (SELECT `a` FROM `secret`) SELECT `a` FROM n1",
    "WITH n1 AS (WITH n2 AS (SELECT `a` FROM `secret`) SELECT `a` FROM n2) SELECT `a` FROM n1",
    "SELECT `a` FROM `t0` JOIN `secret` ON TRUE",
    "SELECT `a` FROM `t0`, `secret`",
    "SELECT `a` FROM (SELECT `a` FROM `secret`) AS x",
    "TABLE `secret`",
    "FROM `secret`",
    "SELECT * FROM IDENTIFIER('secret')",
    "SELECT * FROM IDENTIFIER('sec' || 'ret')",
    "SELECT * FROM range(10)",
    "SELECT * FROM read_files('/etc')",
    "SELECT * FROM `t0.files`",
    "SELECT * FROM `t0`.`files`",
    "SELECT * FROM `t0` VERSION AS OF 1",
]
CALLS = [
    "SELECT java_method('java.lang.Runtime', 'getRuntime') FROM `t0`",
    "SELECT reflect('java.lang.System', 'getenv', 'AWS_SECRET_ACCESS_KEY') FROM `t0`",
    "SELECT try_reflect('java.lang.System', 'getenv') FROM `t0`",
    "SELECT `reflect`('java.lang.System', 'getenv') FROM `t0`",
    "SELECT REFLECT('java.lang.System', 'getenv') FROM `t0`",
    "SELECT input_file_name() FROM `t0`",
    "SELECT current_user() FROM `t0`",
    "SELECT current_catalog FROM `t0`",
    "SELECT xpath('<a/>', 'a') FROM `t0`",
    "SELECT session_user FROM `t0`",
    "SELECT TRANSFORM(`a`) USING 'cat /etc/passwd' AS (`a`) FROM `t0`",
    "SELECT MAP(`a`) USING 'cat' FROM `t0`",
    "SELECT `a` FROM `t0` LATERAL VIEW java_method('a', 'b') v AS `x`",
    "SELECT ai_query('x') FROM `t0`",
    "SELECT http_request('x') FROM `t0`",
    "SELECT version() FROM `t0`",
]
OTHER_STATEMENTS = [
    "",
    "   ",
    "DROP TABLE `t0`",
    "INSERT INTO `t0` VALUES (1)",
    "INSERT OVERWRITE DIRECTORY '/tmp/x' SELECT * FROM `t0`",
    "CREATE TABLE x AS SELECT * FROM `t0`",
    "CREATE FUNCTION f AS 'x' USING JAR '/tmp/x.jar'",
    "ADD JAR '/tmp/x.jar'",
    "SET spark.sql.runSQLOnFiles=true",
    "RESET",
    "USE oleander",
    "SHOW TABLES",
    "DESCRIBE `t0`",
    "EXPLAIN SELECT * FROM `t0`",
    "CACHE TABLE `t0`",
    "CALL system.expire()",
    "MERGE INTO `t0` USING `t7` ON TRUE WHEN MATCHED THEN DELETE",
    "DELETE FROM `t0`",
    "SELECT `a` FROM `t0`; SELECT `a` FROM `t0`",
    "SELECT `a` FROM `t0`; DROP TABLE `t0`",
    "BEGIN SELECT 1; END",
    "EXECUTE IMMEDIATE 'DROP TABLE t0'",
    "VALUES (1)",
]
DISGUISES = [
    "SELECT `a` FROM `t0` -- FROM `secret`",
    "SELECT `a` FROM `t0` /* x */",
    "SELECT /*+ BROADCAST(`t0`) */ `a` FROM `t0`",
    "SELECT `a` /*! , reflect('x') */ FROM `t0`",
    'SELECT "a" FROM `t0`',
    "SELECT r'\\' FROM `secret` WHERE 'x' = '' FROM `t0`",
    "SELECT R'\\', `a` FROM `t0`",
    "SELECT $$x$$ FROM `t0`",
    "SELECT ${env:SECRET} FROM `t0`",
    "SELECT :param FROM `t0`",
    "SELECT ? FROM `t0`",
    "SELECT `a` FROM `t0` |> WHERE TRUE",
    "SELECT 'open FROM `t0`",
    "SELECT `open FROM `t0",
    "SELECT 'a\\' FROM `t0`",
    "SELECT `a` FROM `t0`\x00",
    "SELECT `a`\u00a0FROM `t0`",
    "SELECT `a` FROM `t0`\u2028; DROP TABLE `t0`",
    "ＳＥＬＥＣＴ `a` FROM `t0`",
    "SELECT @@x FROM `t0`",
    "SELECT date'2020-01-01' FROM `t0`",
    "SELECT " + "(" * 5000 + "1" + ")" * 5000 + " FROM `t0`",
    "SELECT `a` FROM `t0` WHERE `a` = '" + "x" * (5 << 20) + "'",
]


@pytest.mark.parametrize("statement", HARMLESS)
def test_lets_pass_one_select_over_the_tables_of_the_run(statement: str) -> None:
    check(statement, TABLES)


@pytest.mark.parametrize(
    "name",
    ["a", "A", "a b", "größe", "\u540d", "\U0001f600", "1", "*", "a.b", "a`b", "``", "a,b", "sum(a)", "null", "x' -- "],
)
def test_names_the_columns(name: str) -> None:
    quoted = "`" + name.replace("`", "``") + "`"

    assert check(f"SELECT {quoted}, 1 AS `other` FROM `t0`", TABLES) == [name, "other"]
    assert check(f"SELECT max(`a`) AS {quoted} FROM `t0` UNION ALL SELECT `b` FROM `t7`", TABLES) == [name]


@pytest.mark.parametrize("statement", [*ELSEWHERE, *CALLS, *OTHER_STATEMENTS, *DISGUISES], ids=lambda text: text[:60])
def test_refuses_everything_else(statement: str) -> None:
    with pytest.raises(Refused):
        check(statement, TABLES)


@pytest.mark.parametrize("statement", HARMLESS)
def test_refuses_the_same_over_tables_of_others(statement: str) -> None:
    if "`t0`" in statement:
        with pytest.raises(Refused, match="not a table of the run"):
            check(statement, {"t1"})
