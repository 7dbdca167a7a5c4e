from __future__ import annotations

from typing import Any

import pytest

from nerium_worker.modes.statements import ddl
from nerium_worker.modes.statements.ddl import Command
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


def created(**fields: object) -> dict[str, object]:
    return {
        "kind": "create_ref",
        "table": "sales.orders",
        "name": "audit",
        "type": "branch",
        "mode": "create",
        "snapshot": None,
        "branch": None,
        "max_ref_age_ms": None,
        "min_snapshots_to_keep": None,
        "max_snapshot_age_ms": None,
        **fields,
    }


def test_reads_branches_and_tags_as_spark_writes_them() -> None:
    assert command("ALTER TABLE sales.orders CREATE BRANCH audit") == created()
    assert command(
        "alter table sales.orders create or replace branch `a b/c` as of version 9223372036854775807 retain 7 days"
        " with snapshot retention 2 snapshots 3 hours;"
    ) == created(
        name="a b/c",
        mode="replace",
        snapshot="9223372036854775807",
        max_ref_age_ms=604_800_000,
        min_snapshots_to_keep=2,
        max_snapshot_age_ms=10_800_000,
    )
    assert command("ALTER TABLE sales.orders CREATE BRANCH audit WITH SNAPSHOT RETENTION 5 SNAPSHOTS") == created(
        min_snapshots_to_keep=5
    )
    assert command("ALTER TABLE sales.orders CREATE BRANCH audit WITH SNAPSHOT RETENTION 5 MINUTES") == created(
        max_snapshot_age_ms=300_000
    )
    assert command("ALTER TABLE sales.orders CREATE TAG IF NOT EXISTS audit RETAIN 365 DAYS") == created(
        type="tag", mode="if_not_exists", max_ref_age_ms=31_536_000_000
    )
    assert command('ALTER TABLE sales.orders DROP TAG IF EXISTS "o\'x"') == {
        "kind": "drop_ref",
        "table": "sales.orders",
        "name": "o'x",
        "type": "tag",
        "if_exists": True,
    }


def test_reads_branches_as_trino_writes_them() -> None:
    assert command("CREATE OR REPLACE BRANCH audit IN TABLE sales.orders FROM other") == created(
        mode="replace", branch="other"
    )
    assert command("CREATE BRANCH IF NOT EXISTS audit IN TABLE sales.orders") == created(mode="if_not_exists")
    assert command("DROP BRANCH audit IN TABLE sales.orders") == {
        "kind": "drop_ref",
        "table": "sales.orders",
        "name": "audit",
        "type": "branch",
        "if_exists": False,
    }
    assert command("SHOW BRANCHES IN TABLE lake.sales.orders") == {
        "kind": "show_refs",
        "table": "lake.sales.orders",
        "type": "branch",
    }
    assert command("SHOW TAGS FROM orders") == {"kind": "show_refs", "table": "default.orders", "type": "tag"}


@pytest.mark.parametrize(
    "sql",
    [
        'ALTER BRANCH main IN TABLE sales.orders FAST FORWARD TO "a b"',
        'FAST FORWARD BRANCH main IN TABLE sales.orders TO "a b"',
        "CALL system.fast_forward('sales.orders', 'main', 'a b')",
        "CALL system.fast_forward(table => 'sales.orders', branch => 'main', to => 'a b');",
    ],
)
def test_reads_each_spelling_of_a_fast_forward(sql: str) -> None:
    assert command(sql) == {"kind": "fast_forward", "table": "sales.orders", "branch": "main", "to": "a b"}


def test_a_procedure_of_a_catalog_is_for_its_tables() -> None:
    for table, full in {"t": "lake.default.t", "s.t": "lake.s.t", "other.s.t": "other.s.t"}.items():
        assert command(f"CALL lake.system.fast_forward('{table}', 'main', 'x')")["table"] == full


@pytest.mark.parametrize(
    ("sql", "error"),
    [
        (
            "ALTER TABLE t CREATE BRANCH x RETAIN 7",
            "Line 1: found the end of the text, expected DAYS, HOURS or MINUTES, at least 1.",
        ),
        (
            "ALTER TABLE t CREATE BRANCH x AS OF VERSION 9223372036854775808",
            "Line 1: found '9223372036854775808', expected the id of a snapshot.",
        ),
        ("CREATE BRANCH x", "Line 1: found the end of the text, expected IN TABLE and the name of a table."),
        (
            "CALL system.expire_snapshots('t')",
            "CALL system.expire_snapshots is not available: the only procedure is system.fast_forward.",
        ),
        (
            "ALTER TABLE t CREATE TAG x WITH SNAPSHOT RETENTION 1 DAYS",
            "Line 1: found 'WITH', expected the end of the statement.",
        ),
    ],
)
def test_names_what_was_expected(sql: str, error: str) -> None:
    assert refusal(sql) == error
