"""Statements about metadata: a text becomes a command for the control plane, which validates and executes it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from nerium_worker.modes.relations import quote, table_reference
from nerium_worker.modes.statements import grants, refs
from nerium_worker.modes.statements.alter import read_alteration, read_comment_on
from nerium_worker.modes.statements.columns import TypeReader, read_constraints
from nerium_worker.modes.statements.layout import (
    read_list,
    read_order,
    read_properties,
    read_texts,
    read_transform,
    read_value,
    refused_location,
)
from nerium_worker.modes.statements.unavailable import (
    require_creatable,
    require_explainable,
    require_no_constraint,
    require_shown,
)
from nerium_worker.modes.tokens import TokenReader, first_word
from nerium_worker.protocol.errors import Failure

if TYPE_CHECKING:
    from collections.abc import Callable

_SCHEMAS = ("SCHEMA", "NAMESPACE", "DATABASE")
_QUERIES = ("SELECT", "WITH", "VALUES", "FROM", "(")
_CLAUSES = "USING, PARTITIONED BY, SORTED BY, COMMENT, TBLPROPERTIES, WITH, AS or the end of the statement"
_SHOWN = (
    "CATALOGS, SCHEMAS, TABLES, VIEWS, COLUMNS, CREATE TABLE, CREATE VIEW, TBLPROPERTIES, PARTITIONS, BRANCHES,"
    " TAGS or GRANTS"
)
_REFS = ("BRANCH", "TAG")
_NO_ROWS = re.compile(r"\bWITH\s+(?:NO\s+)?DATA\s*;?\s*$", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Command:
    """A statement that the control plane executes alone."""

    message: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class CreateTableAs:
    """A new table with the rows of a query.

    `table`: the name as the control plane reads it. `mode`: `create`, `if_not_exists` or `replace`. `create`: what a
    `create_table` command has, without the schema.
    """

    table: str
    mode: str
    create: dict[str, Any]
    query: str


@dataclass(frozen=True, kw_only=True)
class CreateView:
    """A view: a `create_view` command without the schema of its query."""

    message: dict[str, Any]
    query: str


@dataclass(frozen=True, kw_only=True)
class OfQuery:
    """A question about a query. `kind`: `describe`, `explain`, `summarize` or `partitions`."""

    kind: str
    query: str


Statement: TypeAlias = "Command | CreateTableAs | CreateView | OfQuery"


def is_one(sql: str) -> bool:
    """Return whether a text begins as a statement about metadata does."""
    return first_word(sql) in _STATEMENTS


def parse(sql: str) -> Statement:
    """Read a statement about metadata.

    Raises `Failure` of kind `sql`, which names the token that was found, its line, and what was expected there.
    """
    reader = TokenReader(sql)
    statement = _statement(reader)
    reader.expect_end()
    return statement


def _statement(reader: TokenReader) -> Statement:
    for word, read in _STATEMENTS.items():
        if reader.accept(word):
            return read(reader)
    raise reader.failure(", ".join([*_STATEMENTS][:-1]) + f" or {[*_STATEMENTS][-1]}")


def _create(reader: TokenReader) -> Statement:
    replaces = reader.accept("OR", "REPLACE")
    if reader.accept("TABLE"):
        return _create_table(reader, replaces=replaces)
    if reader.accept("VIEW"):
        return _create_view(reader, replaces=replaces)
    if (kind := reader.accept_one(_REFS)) is not None:
        return Command(message=refs.read_create(reader, kind, replaces=replaces, table=None))
    if not replaces and reader.accept_one(_SCHEMAS):
        mode = _mode(reader, replaces=False)
        message = {"kind": "create_schema", "schema": _schema_name(reader), "mode": mode}
        if reader.sees("LOCATION") or reader.sees("WITH", "(", "LOCATION"):
            raise refused_location(reader)
        return Command(message=message)
    require_creatable(reader)
    raise reader.failure("TABLE, VIEW, BRANCH or TAG" if replaces else "TABLE, VIEW, SCHEMA, BRANCH or TAG")


def _mode(reader: TokenReader, *, replaces: bool) -> str:
    if replaces:
        return "replace"
    return "if_not_exists" if reader.accept("IF", "NOT", "EXISTS") else "create"


def _schema_name(reader: TokenReader) -> list[str]:
    return list(reader.parts("the name of a schema"))


def _create_table(reader: TokenReader, *, replaces: bool) -> Statement:
    mode = _mode(reader, replaces=replaces)
    table = reader.table()
    line = reader.next.line
    columns = _read_columns(reader) if reader.sees("(") else None
    create = _read_clauses(reader)
    if reader.accept("AS"):
        if columns is not None:
            raise Failure(
                "sql",
                f"Line {line}: found a list of columns, expected none: a table AS a query has the query's columns."
                " Name and cast them in the query.",
                line=line,
            )
        query = _query(reader)
        if _NO_ROWS.search(query):
            raise reader.refusal("WITH [NO] DATA", "AS SELECT ... LIMIT 0 makes a table without rows.")
        return CreateTableAs(table=table, mode=mode, create=create, query=query)
    if columns is None:
        raise reader.failure("a list of columns, or AS and a query")
    schema = {"type": "struct", "fields": columns}
    return Command(message={"kind": "create_table", "table": table, "mode": mode, **create, "schema": schema})


def _query(reader: TokenReader) -> str:
    if reader.at_end():
        raise reader.failure("a query")
    return reader.rest()


def _read_columns(reader: TokenReader) -> list[dict[str, Any]]:
    types = TypeReader(reader)

    def column(reader: TokenReader) -> dict[str, Any]:
        require_no_constraint(reader)
        name = reader.name("the name of a column")
        if reader.sees(",") or reader.sees(")"):
            raise reader.refusal(
                "A column without a type", "CREATE TABLE ... AS has the names of its query: AS SELECT x AS a."
            )
        type_ = types.read()
        found = read_constraints(reader, type_)
        require_no_constraint(reader)
        default = found.get("default")
        field = types.field(name, type_, required=found.get("required", False), doc=found.get("doc"))
        return field if default is None else {**field, "write-default": default}

    return read_list(reader, column)


def _read_clauses(reader: TokenReader) -> dict[str, Any]:
    """Read what follows the columns, each clause once."""
    create: dict[str, Any] = {"partitioning": [], "order": [], "properties": {}, "comment": None}
    seen: set[str] = set()

    def once(clause: str) -> None:
        if clause in seen:
            raise reader.failure(f"each clause once: there is a second {clause} before it")
        seen.add(clause)

    while True:
        if reader.accept("USING"):
            once("USING")
            if not reader.accept("ICEBERG"):
                raise reader.failure("ICEBERG, the only format of tables here")
        elif reader.accept("PARTITIONED", "BY"):
            once("PARTITIONED BY")
            create["partitioning"] = read_list(reader, read_transform)
        elif reader.accept("SORTED", "BY"):
            once("SORTED BY")
            create["order"] = read_list(reader, read_order)
        elif reader.accept("COMMENT"):
            once("COMMENT")
            create["comment"] = reader.string("the comment of the table")
        elif reader.accept("TBLPROPERTIES"):
            once("TBLPROPERTIES")
            create["properties"] |= read_properties(reader)
        elif reader.accept("WITH"):
            once("WITH")
            _read_with(reader, create)
        elif reader.sees("AS") or reader.at_end():
            return create
        elif reader.sees("LOCATION"):
            raise refused_location(reader)
        else:
            require_no_constraint(reader)
            raise reader.failure(_CLAUSES)


def _read_with(reader: TokenReader, create: dict[str, Any]) -> None:
    """Read properties as Trino and DuckDB write them; those with names of Trino's own are parts of the table."""
    reader.expect("(")
    while True:
        if reader.accept("PARTITIONING", "="):
            create["partitioning"] += read_texts(reader, read_transform)
        elif reader.accept("SORTED_BY", "="):
            create["order"] += read_texts(reader, read_order)
        elif reader.sees("LOCATION"):
            raise refused_location(reader)
        elif reader.accept("FORMAT_VERSION", "="):
            create["properties"]["format-version"] = read_value(reader)
        elif reader.accept("FORMAT", "="):
            if not (reader.next.kind == "string" and reader.next.value.upper() == "PARQUET"):
                raise reader.failure("'PARQUET', the only format of files that this server writes")
            reader.read()
        elif reader.next.kind == "word":
            raise reader.failure("partitioning, sorted_by, format, format_version, or the key of a property in quotes")
        else:
            key = reader.string("the key of a property")
            reader.expect("=")
            create["properties"][key] = read_value(reader)
        if not reader.accept(","):
            reader.expect(")")
            return


def _create_view(reader: TokenReader, *, replaces: bool) -> CreateView:
    mode = _mode(reader, replaces=replaces)
    view = reader.table("the name of a view")
    columns = _read_view_columns(reader) if reader.sees("(") else None
    comment = reader.string("the comment of the view") if reader.accept("COMMENT") else None
    properties = read_properties(reader) if reader.accept("TBLPROPERTIES") else {}
    if reader.sees("SECURITY"):
        raise reader.refusal("SECURITY", "A view is read with the rights of the key that queries it: omit it.")
    reader.expect("AS")
    message = {
        "kind": "create_view",
        "view": view,
        "mode": mode,
        "columns": columns,
        "comment": comment,
        "properties": properties,
    }
    return CreateView(message=message, query=_query(reader))


def _read_view_columns(reader: TokenReader) -> list[dict[str, Any]]:
    def column(reader: TokenReader) -> dict[str, Any]:
        name = reader.name("the name of a column")
        return {"name": name, "doc": reader.string("the comment of a column") if reader.accept("COMMENT") else None}

    return read_list(reader, column)


def _drop(reader: TokenReader) -> Command:
    if (kind := reader.accept_one(_REFS)) is not None:
        return Command(message=refs.read_drop(reader, kind, table=None))
    what = reader.accept_one(("TABLE", "VIEW", *_SCHEMAS))
    if what is None:
        raise reader.failure("TABLE, VIEW, SCHEMA, BRANCH or TAG")
    if_exists = reader.accept("IF", "EXISTS")
    if what in _SCHEMAS:
        schema = _schema_name(reader)
        cascade = reader.accept_one(("CASCADE", "RESTRICT")) == "CASCADE"
        message = {"kind": "drop_schema", "schema": schema, "if_exists": if_exists, "cascade": cascade}
        return Command(message=message)
    if what == "VIEW":
        view = reader.table("the name of a view")
        return Command(message={"kind": "drop_view", "view": view, "if_exists": if_exists})
    table = reader.table()
    return Command(
        message={"kind": "drop_table", "table": table, "if_exists": if_exists, "purge": reader.accept("PURGE")}
    )


def _alter(reader: TokenReader) -> Command | CreateView:
    if reader.accept("BRANCH"):
        return Command(message=refs.read_alter_branch(reader))
    if reader.accept("VIEW"):
        view = reader.table("the name of a view")
        if not reader.accept("AS"):
            raise reader.failure("AS and a query. CREATE OR REPLACE VIEW changes the rest of a view")
        return CreateView(message={"kind": "alter_view", "view": view, "columns": None}, query=_query(reader))
    if not reader.accept("TABLE"):
        raise reader.failure("TABLE, VIEW or BRANCH")
    if_exists = reader.accept("IF", "EXISTS")
    parts = reader.parts("the name of a table")
    table = table_reference(parts)
    if (message := _read_ref(reader, table)) is not None:
        return Command(message=message)
    if reader.accept("RENAME", "TO"):
        # A new name alone is one in the table's own schema, as in DuckDB and PostgreSQL.
        new = reader.parts("the new name of the table")
        to = table_reference((*parts[:-1], *new) if len(new) == 1 and "." not in new[0] else new)
        return Command(message={"kind": "rename_table", "table": table, "to": to, "if_exists": if_exists})
    changes = read_alteration(reader)
    return Command(message={"kind": "alter_table", "table": table, "if_exists": if_exists, "changes": changes})


def _read_ref(reader: TokenReader, table: str) -> dict[str, Any] | None:
    """Read what Spark's ALTER TABLE does to a branch or tag, if it does."""
    for kind in _REFS:
        if reader.accept("CREATE", "OR", "REPLACE", kind):
            return refs.read_create(reader, kind, replaces=True, table=table)
        if reader.accept("CREATE", kind):
            return refs.read_create(reader, kind, replaces=False, table=table)
        if reader.accept("DROP", kind):
            return refs.read_drop(reader, kind, table=table)
    return None


def _fast(reader: TokenReader) -> Command:
    return Command(message=refs.read_fast_forward(reader))


def _call(reader: TokenReader) -> Command:
    return Command(message=refs.read_call(reader))


def _comment(reader: TokenReader) -> Command:
    reader.expect("ON")
    return Command(message=read_comment_on(reader))


def _show(reader: TokenReader) -> Command | OfQuery:
    if reader.accept("CATALOGS"):
        return Command(message={"kind": "show_catalogs", "like": _like(reader)})
    if reader.accept_one([f"{word}S" for word in _SCHEMAS]):
        catalog = reader.name("the name of a catalog") if reader.accept_one(("IN", "FROM")) else None
        return Command(message={"kind": "show_schemas", "catalog": catalog, "like": _like(reader)})
    for what in ("TABLES", "VIEWS"):
        if reader.accept(what):
            schema = _schema_name(reader) if reader.accept_one(("IN", "FROM")) else None
            return Command(message={"kind": f"show_{what.lower()}", "schema": schema, "like": _like(reader)})
    if reader.accept("GRANTS"):
        return Command(message=grants.read_show(reader))
    if reader.accept("COLUMNS"):
        if reader.accept_one(("IN", "FROM")) is None:
            raise reader.failure("IN or FROM")
        return Command(message={"kind": "show_columns", "table": reader.table()})
    if reader.accept("CREATE", "TABLE"):
        return Command(message={"kind": "show_create_table", "table": reader.table()})
    if reader.accept("CREATE", "VIEW"):
        return Command(message={"kind": "show_create_view", "view": reader.table("the name of a view")})
    if reader.accept("TBLPROPERTIES"):
        table = reader.table()
        key = None
        if reader.accept("("):
            key = reader.string("the key of a property")
            reader.expect(")")
        return Command(message={"kind": "show_properties", "table": table, "key": key})
    for what, kind in (("BRANCHES", "branch"), ("TAGS", "tag")):
        if reader.accept(what):
            return Command(message=refs.read_show(reader, kind))
    if reader.accept("PARTITIONS"):
        name = quote(f"{reader.table()}$partitions")
        return OfQuery(kind="partitions", query=f"SELECT * FROM {name}")  # noqa: S608
    require_shown(reader)
    raise reader.failure(_SHOWN)


def _like(reader: TokenReader) -> str | None:
    """Read a pattern of SQL; Spark's has other characters, and would match nothing here."""
    if not reader.accept("LIKE"):
        return None
    token = reader.next
    pattern = reader.string("a pattern, in which % is any text and _ any character")
    if "*" in pattern or "|" in pattern:
        raise Failure(
            "sql",
            f"Line {token.line}: found the pattern '{pattern[:60]}', expected % for any text and _ for any character.",
            line=token.line,
        )
    return pattern


def _describe(reader: TokenReader) -> Command | OfQuery:
    if reader.accept("QUERY") or _sees_query(reader):
        return OfQuery(kind="describe", query=_query(reader))
    reader.accept("TABLE")
    is_extended = reader.accept_one(("EXTENDED", "FORMATTED")) is not None
    return Command(message={"kind": "describe", "table": reader.table(), "extended": is_extended})


def _explain(reader: TokenReader) -> OfQuery:
    require_explainable(reader)
    return OfQuery(kind="explain", query=_query(reader))


def _summarize(reader: TokenReader) -> OfQuery:
    if _sees_query(reader):
        return OfQuery(kind="summarize", query=_query(reader))
    reader.accept("TABLE")
    name = reader.rest()
    checked = TokenReader(name)
    checked.table()
    checked.expect_end()
    before = len(name) - len(name.lstrip())
    # A longer text than the user's, whose lines stay.
    return OfQuery(kind="summarize", query=f"{name[:before]}SELECT * FROM {name[before:]}")  # noqa: S608


def _sees_query(reader: TokenReader) -> bool:
    return any(reader.sees(word) for word in _QUERIES)


def _grant(reader: TokenReader) -> Command:
    return Command(message=grants.read_change(reader, "grant"))


def _revoke(reader: TokenReader) -> Command:
    return Command(message=grants.read_change(reader, "revoke"))


_STATEMENTS: dict[str, Callable[[TokenReader], Statement]] = {
    "CREATE": _create,
    "ALTER": _alter,
    "DROP": _drop,
    "COMMENT": _comment,
    "FAST": _fast,
    "CALL": _call,
    "GRANT": _grant,
    "REVOKE": _revoke,
    "SHOW": _show,
    "DESCRIBE": _describe,
    "DESC": _describe,
    "SUMMARIZE": _summarize,
    "EXPLAIN": _explain,
}
