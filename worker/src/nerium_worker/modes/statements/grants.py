"""Statements about rights: GRANT, REVOKE and SHOW GRANTS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nerium_worker.modes.tokens import TokenReader

_RIGHTS = ("READ", "WRITE", "CREATE", "DROP", "MANAGE")
# Names of rights that other engines have for reading.
_READ = ("SELECT", "USAGE")
_PARTS = {
    **dict.fromkeys(("INSERT", "UPDATE", "DELETE", "MERGE", "MODIFY", "TRUNCATE"), "WRITE covers all changes of rows."),
    **dict.fromkeys(("ALTER", "OWNERSHIP", "OWNER"), "MANAGE lets alter, maintain and grant."),
}
_SCHEMAS = ("SCHEMA", "NAMESPACE", "DATABASE")


def read_change(reader: TokenReader, kind: str) -> dict[str, Any]:
    """Read `rights ON object TO|FROM grantee`; `kind`: `grant` or `revoke`."""
    word = "TO" if kind == "grant" else "FROM"
    rights = _rights(reader)
    reader.expect("ON")
    on = _object(reader)
    reader.expect(word)
    message = {"kind": kind, "rights": rights, "on": on, "grantee": _grantee(reader)}
    if reader.sees("WITH", "GRANT", "OPTION"):
        raise reader.refusal("WITH GRANT OPTION", "MANAGE on an object lets grant rights on it.")
    return message


def read_show(reader: TokenReader) -> dict[str, Any]:
    """Read `[ON object] [TO|FOR grantee]` of SHOW GRANTS."""
    return {
        "kind": "show_grants",
        "on": _object(reader) if reader.accept("ON") else None,
        "grantee": _grantee(reader) if reader.accept_one(("TO", "FOR")) else None,
    }


def _rights(reader: TokenReader) -> list[str]:
    if reader.accept("ALL"):
        reader.accept("PRIVILEGES")
        return [right.lower() for right in _RIGHTS]
    rights = [_right(reader)]
    while reader.accept(","):
        rights.append(_right(reader))
    return rights


def _right(reader: TokenReader) -> str:
    for part, hint in _PARTS.items():
        if reader.sees(part):
            raise reader.refusal(f"The right {part}", hint)
    if (right := reader.accept_one(_RIGHTS)) is not None:
        return right.lower()
    if reader.accept_one(_READ) is not None:
        return "read"
    raise reader.failure("READ, WRITE, CREATE, DROP, MANAGE or ALL")


def _object(reader: TokenReader) -> dict[str, Any]:
    if reader.accept("ALL", "CATALOGS"):
        return {"kind": "all"}
    if reader.accept("CATALOG"):
        return {"kind": "catalog", "name": reader.name("the name of a catalog")}
    if reader.accept_one(_SCHEMAS) is not None:
        return {"kind": "schema", "name": list(reader.parts("the name of a schema"))}
    if reader.accept("LOCATION"):
        return {"kind": "location", "name": reader.string("the path of a folder as a string")}
    reader.accept_one(("TABLE", "VIEW"))
    return {"kind": "table", "name": reader.table("the name of a table or a view")}


def _grantee(reader: TokenReader) -> dict[str, Any]:
    if reader.accept("PUBLIC"):
        return {"kind": "public"}
    kind = reader.accept_one(("KEY", "GROUP"))
    if kind is None:
        raise reader.failure("KEY and a name, GROUP and a name, or PUBLIC")
    what = f"the name of a {kind.lower()}"
    name = reader.string(what) if reader.next.kind == "string" else reader.name(what)
    return {"kind": kind.lower(), "name": name}
