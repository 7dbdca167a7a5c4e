"""The changes of ALTER TABLE and COMMENT ON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nerium_worker.modes.relations import table_reference
from nerium_worker.modes.statements.columns import TypeReader, read_constraints, read_default
from nerium_worker.modes.statements.layout import (
    read_column,
    read_key,
    read_list,
    read_members,
    read_order,
    read_properties,
    read_transform,
    read_value,
)
from nerium_worker.modes.statements.unavailable import require_alterable
from nerium_worker.modes.tokens import TokenReader
from nerium_worker.protocol.errors import Failure

if TYPE_CHECKING:
    from collections.abc import Mapping

_ACTIONS = (
    "ADD COLUMN, DROP COLUMN, RENAME COLUMN, ALTER COLUMN, RENAME TO, ADD PARTITION FIELD, DROP PARTITION FIELD,"
    " REPLACE PARTITION FIELD, WRITE, SET TBLPROPERTIES or UNSET TBLPROPERTIES"
)
_OF_COLUMNS = "TYPE, FIRST, AFTER, COMMENT, SET NOT NULL, DROP NOT NULL, SET DEFAULT or DROP DEFAULT"
_MOST_PARTS = 4
_COLUMN_NAME = "the name of a column"


def read_alteration(reader: TokenReader) -> list[dict[str, Any]]:
    """Read what follows ALTER TABLE and the name of the table."""
    require_alterable(reader)
    if reader.accept("ADD", "PARTITION", "FIELD"):
        return [{"action": "add_partition_field", "field": read_transform(reader), "name": _alias(reader)}]
    if reader.accept("DROP", "PARTITION", "FIELD"):
        return [{"action": "drop_partition_field", "field": read_transform(reader)}]
    if reader.accept("REPLACE", "PARTITION", "FIELD"):
        field = read_transform(reader)
        reader.expect("WITH")
        by = read_transform(reader)
        return [{"action": "replace_partition_field", "field": field, "by": by, "name": _alias(reader)}]
    if reader.accept("ADD"):
        return _add_columns(reader)
    if reader.accept("DROP"):
        return _drop_columns(reader)
    if reader.accept("RENAME"):
        reader.accept("COLUMN")
        column = read_column(reader, _COLUMN_NAME)
        reader.expect("TO")
        return [{"action": "rename_column", "column": column, "to": reader.name("the new name of the column")}]
    if reader.accept_one(("ALTER", "CHANGE")):
        reader.accept("COLUMN")
        return [_alter_column(reader)]
    if reader.accept("WRITE"):
        return [_write_order(reader)]
    if reader.sees("SET", "PROPERTIES") and not reader.sees("SET", "PROPERTIES", "("):
        return [_set_properties(reader)]
    if reader.accept("SET", "TBLPROPERTIES") or reader.accept("SET", "PROPERTIES"):
        return [{"action": "set_properties", "properties": read_properties(reader)}]
    if reader.accept("UNSET"):
        return [_unset_properties(reader)]
    raise reader.failure(_ACTIONS)


def read_comment_on(reader: TokenReader) -> dict[str, Any]:
    """Read what follows COMMENT ON: the comment of a table, or of a column, which NULL removes."""
    what = reader.accept_one(("TABLE", "COLUMN"))
    if what is None:
        raise reader.failure("TABLE or COLUMN")
    line = reader.next.line
    parts = reader.parts("the name of a table" if what == "TABLE" else "the name of a table, a dot, and a column")
    reader.expect("IS")
    comment = None if reader.accept("NULL") else reader.string("a string or NULL")
    if what == "TABLE":
        table, change = parts, _table_comment(comment)
    else:
        if not 1 < len(parts) <= _MOST_PARTS:
            raise Failure(
                "sql",
                f"Line {line}: found '{'.'.join(parts)[:60]}', expected the name of a table, a dot, and a column.",
                line=line,
            )
        table, change = parts[:-1], {"action": "set_doc", "column": parts[-1], "doc": comment}
    return {"kind": "alter_table", "table": table_reference(table), "if_exists": False, "changes": [change]}


def _table_comment(comment: str | None) -> dict[str, Any]:
    if comment is None:
        return {"action": "unset_properties", "keys": ["comment"], "if_exists": True}
    return {"action": "set_properties", "properties": {"comment": comment}}


def _alias(reader: TokenReader) -> str | None:
    return reader.name("the name of the partition field") if reader.accept("AS") else None


def _add_columns(reader: TokenReader) -> list[dict[str, Any]]:
    if reader.accept_one(("COLUMN", "COLUMNS")) is None and reader.next.kind == "symbol" and not reader.sees("("):
        raise reader.failure("COLUMN or PARTITION FIELD")
    if_not_exists = reader.accept("IF", "NOT", "EXISTS")

    def column(reader: TokenReader) -> dict[str, Any]:
        name = read_column(reader, _COLUMN_NAME)
        type_ = TypeReader(reader).read()
        found = read_constraints(reader, type_)
        position = _position(reader)
        found |= read_constraints(reader, type_)
        return {
            "action": "add_column",
            "column": name,
            "type": type_,
            "required": found.get("required", False),
            "doc": found.get("doc"),
            "default": found.get("default"),
            "position": position,
            "if_not_exists": if_not_exists,
        }

    return read_list(reader, column) if reader.sees("(") else read_members(reader, column, None)


def _position(reader: TokenReader) -> dict[str, Any] | None:
    if reader.accept("FIRST"):
        return {"first": True}
    return {"after": reader.name("the column before it")} if reader.accept("AFTER") else None


def _drop_columns(reader: TokenReader) -> list[dict[str, Any]]:
    if reader.accept_one(("COLUMN", "COLUMNS")) is None and (reader.next.kind == "symbol" or reader.sees("PARTITION")):
        raise reader.failure("COLUMN or PARTITION FIELD")
    if_exists = reader.accept("IF", "EXISTS")

    def column(reader: TokenReader) -> dict[str, Any]:
        return {"action": "drop_column", "column": read_column(reader, _COLUMN_NAME), "if_exists": if_exists}

    return read_list(reader, column) if reader.sees("(") else read_members(reader, column, None)


def _alter_column(reader: TokenReader) -> dict[str, Any]:
    column = read_column(reader, _COLUMN_NAME)
    if reader.accept("SET", "NOT", "NULL"):
        return {"action": "set_required", "column": column, "required": True}
    if reader.accept("DROP", "NOT", "NULL"):
        return {"action": "set_required", "column": column, "required": False}
    if reader.accept("DROP", "DEFAULT"):
        return {"action": "drop_default", "column": column}
    if reader.accept("SET", "DEFAULT"):
        # The type of the column is that of the table.
        return {"action": "set_default", "column": column, "literal": reader.rest()}
    if reader.accept("COMMENT"):
        return {"action": "set_doc", "column": column, "doc": reader.string("the comment of the column")}
    if reader.accept("TYPE") or reader.accept("SET", "DATA", "TYPE") or reader.accept("SET", "TYPE"):
        return {"action": "set_type", "column": column, "type": TypeReader(reader).read()}
    position = _position(reader)
    if position is not None:
        return {"action": "move_column", "column": column, "position": position}
    raise reader.failure(_OF_COLUMNS)


def with_default(change: dict[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """Give a `set_default` the value of its literal, in the type that the column has in the table's schema."""
    field: Mapping[str, Any] | None = {"type": schema}
    for name in change["column"].split("."):
        type_ = {} if field is None else field["type"]
        fields = type_.get("fields", []) if isinstance(type_, dict) else []
        field = next((each for each in fields if each["name"] == name), None)
    column = {"column": change["column"]}
    if field is None:
        # The control plane knows the nearest name.
        return {"action": "drop_default", **column}
    reader = TokenReader(change["literal"])
    value = read_default(reader, field["type"])
    reader.expect_end()
    if value is None:
        return {"action": "drop_default", **column}
    return {"action": "set_default", **column, "type": field["type"], "default": value}


def _write_order(reader: TokenReader) -> dict[str, Any]:
    """Read a sort order, which implies a distribution of rows in Spark's words."""
    if reader.accept("UNORDERED"):
        return {"action": "write_order", "order": [], "distribution": "none"}
    by_partition = reader.accept("DISTRIBUTED", "BY", "PARTITION")
    distribution = "hash" if by_partition else "range"
    is_local = reader.accept("LOCALLY")
    if by_partition and not is_local and not reader.sees("ORDERED"):
        return {"action": "write_order", "order": [], "distribution": distribution}
    reader.expect("ORDERED", "BY")
    order = read_list(reader, read_order) if reader.sees("(") else read_members(reader, read_order, None)
    if is_local and not by_partition:
        return {"action": "write_order", "order": order, "distribution": None}
    return {"action": "write_order", "order": order, "distribution": distribution}


def _set_properties(reader: TokenReader) -> dict[str, Any]:
    """Read properties as Trino writes them: those of its own have names."""
    reader.expect("SET", "PROPERTIES")

    def property_(reader: TokenReader) -> dict[str, Any]:
        if reader.sees("PARTITIONING"):
            raise reader.refusal("partitioning", "ADD PARTITION FIELD and DROP PARTITION FIELD change it.")
        if reader.sees("SORTED_BY"):
            raise reader.refusal("sorted_by", "WRITE ORDERED BY changes it.")
        key = (
            "format-version" if reader.accept("FORMAT_VERSION") else reader.string("format_version, or a key in quotes")
        )
        reader.expect("=")
        return {key: read_value(reader)}

    properties: dict[str, str] = {}
    for each in read_members(reader, property_, None):
        properties |= each
    return {"action": "set_properties", "properties": properties}


def _unset_properties(reader: TokenReader) -> dict[str, Any]:
    reader.expect("TBLPROPERTIES")
    if_exists = reader.accept("IF", "EXISTS")
    keys = [member["key"] for member in read_list(reader, lambda reader: {"key": read_key(reader)})]
    return {"action": "unset_properties", "keys": keys, "if_exists": if_exists}
