"""Statements about the branches and tags of a table, as Spark and Trino write them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nerium_worker.modes.relations import table_reference
from nerium_worker.modes.statements.unavailable import unavailable_procedure
from nerium_worker.modes.tokens import TokenReader

if TYPE_CHECKING:
    from nerium_worker.modes.tokens import Token

_UNITS = {"DAYS": 86_400_000, "HOURS": 3_600_000, "MINUTES": 60_000}
_LARGEST = 2**63 - 1


def read_create(reader: TokenReader, kind: str, *, replaces: bool, table: str | None) -> dict[str, Any]:
    """Read `[IF NOT EXISTS] name` and what follows. `table`: of Spark's ALTER TABLE; None in Trino's statement."""
    mode = "replace" if replaces else "create"
    if not replaces and reader.accept("IF", "NOT", "EXISTS"):
        mode = "if_not_exists"
    name = _name(reader, kind)
    message: dict[str, Any] = {
        "kind": "create_ref",
        "name": name,
        "type": kind.lower(),
        "mode": mode,
        "snapshot": None,
        "branch": None,
        "max_ref_age_ms": None,
        "min_snapshots_to_keep": None,
        "max_snapshot_age_ms": None,
    }
    if table is None:
        message["table"] = _in_table(reader)
        if reader.accept("FROM"):
            message["branch"] = reader.name("the name of a branch")
        return message
    message["table"] = table
    if reader.accept("AS", "OF", "VERSION"):
        message["snapshot"] = str(_number(reader, "the id of a snapshot"))
    if reader.accept("RETAIN"):
        message["max_ref_age_ms"] = _age(reader, _number(reader, "a number of days, hours or minutes"))
    if kind == "BRANCH" and reader.accept("WITH", "SNAPSHOT", "RETENTION"):
        _read_snapshot_retention(reader, message)
    return message


def _read_snapshot_retention(reader: TokenReader, message: dict[str, Any]) -> None:
    number = _number(reader, "a number of snapshots, days, hours or minutes")
    if reader.accept("SNAPSHOTS"):
        message["min_snapshots_to_keep"] = number
        if reader.next.kind != "number":
            return
        number = _number(reader, "a number of days, hours or minutes")
    message["max_snapshot_age_ms"] = _age(reader, number)


def read_drop(reader: TokenReader, kind: str, *, table: str | None) -> dict[str, Any]:
    """Read `[IF EXISTS] name`, and the table where no ALTER TABLE named it."""
    if_exists = reader.accept("IF", "EXISTS")
    name = _name(reader, kind)
    return {
        "kind": "drop_ref",
        "name": name,
        "type": kind.lower(),
        "if_exists": if_exists,
        "table": _in_table(reader) if table is None else table,
    }


def read_alter_branch(reader: TokenReader) -> dict[str, Any]:
    """Read Trino's `ALTER BRANCH name IN TABLE table FAST FORWARD TO other`."""
    branch = reader.name("the name of a branch")
    table = _in_table(reader)
    reader.expect("FAST", "FORWARD", "TO")
    return _fast_forward(table, branch, reader.name("the name of a branch or tag"))


def read_fast_forward(reader: TokenReader) -> dict[str, Any]:
    """Read `FAST FORWARD BRANCH name IN TABLE table TO other`, behind its first word."""
    reader.expect("FORWARD", "BRANCH")
    branch = reader.name("the name of a branch")
    table = _in_table(reader)
    reader.expect("TO")
    return _fast_forward(table, branch, reader.name("the name of a branch or tag"))


def read_show(reader: TokenReader, kind: str) -> dict[str, Any]:
    """Read the table of `SHOW BRANCHES|TAGS`."""
    return {"kind": "show_refs", "type": kind.lower(), "table": _in_table(reader)}


def read_call(reader: TokenReader) -> dict[str, Any]:
    """Read Spark's `CALL [catalog.]system.fast_forward('table', 'branch', 'other')`, behind its first word."""
    parts = reader.parts("the procedure system.fast_forward")
    if [part.lower() for part in parts[-2:]] != ["system", "fast_forward"] or len(parts) > 3:  # noqa: PLR2004
        raise unavailable_procedure(".".join(parts))
    reader.expect("(")
    values = []
    for number, name in enumerate(("table", "branch", "to")):
        if number:
            reader.expect(",")
        reader.accept(name.upper(), "=>")
        values.append(reader.string(f"{name} as a string"))
    reader.expect(")")
    table, branch, to = values
    return _fast_forward(_called_table(table, parts[:-2]), branch, to)


def _called_table(name: str, catalog: tuple[str, ...]) -> str:
    """Give the table that a string names: in the catalog of the procedure, unless the string has one."""
    reader = TokenReader(name)
    parts = reader.parts("the name of a table")
    reader.expect_end()
    match catalog, parts:
        case [_], [_]:
            parts = (*catalog, "default", *parts)
        case [_], [_, _]:
            parts = (*catalog, *parts)
    return table_reference(parts)


def _fast_forward(table: str, branch: str, to: str) -> dict[str, Any]:
    return {"kind": "fast_forward", "table": table, "branch": branch, "to": to}


def _in_table(reader: TokenReader) -> str:
    if reader.accept_one(("IN", "FROM")) is None:
        raise reader.failure("IN TABLE and the name of a table")
    reader.accept("TABLE")
    return reader.table()


def _name(reader: TokenReader, kind: str) -> str:
    return reader.name(f"the name of a {kind.lower()}")


def _number(reader: TokenReader, what: str) -> int:
    token: Token = reader.next
    if token.kind != "number" or not token.value.isdecimal() or int(token.value) > _LARGEST:
        raise reader.failure(what)
    return int(reader.read().value)


def _age(reader: TokenReader, number: int) -> int:
    unit = reader.accept_one(tuple(_UNITS))
    if unit is None or number < 1 or number * _UNITS[unit] > _LARGEST:
        raise reader.failure("DAYS, HOURS or MINUTES, at least 1")
    return number * _UNITS[unit]
