"""Reads the assignments of SET."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nerium_worker.modes.messages import nearest_name
from nerium_worker.modes.statements.selects import require_row_expression
from nerium_worker.protocol.errors import Failure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from nerium_worker.modes.statements.selects import TargetName
    from nerium_worker.modes.syntax import Ast
    from nerium_worker.protocol.job import TableDescription


def read_assignments(written: Ast, name: TargetName, table: TableDescription) -> Mapping[str, Ast | None]:
    """Give the values that SET assigns to columns of the table; None for DEFAULT."""
    values: dict[str, Ast | None] = {}
    for target, value in _pairs(written):
        column = find_column(_parts(target), name, table)
        if column in values:
            raise Failure("sql", f"SET assigns two values to the column {column!r}.")
        values[column] = None if is_default(value) else value
        require_row_expression(value, "SET")
    return values


def is_default(value: Ast) -> bool:
    """Return whether a value is the word DEFAULT."""
    match value:
        case {"Identifier": {"value": str(word), "quote_style": None}}:
            return word.upper() == "DEFAULT"
        case _:
            return False


def find_column(parts: Sequence[str], name: TargetName, table: TableDescription) -> str:
    """Give the column of the table that a statement names."""
    *qualifier, column = parts
    columns = [field["name"] for field in table.schema["fields"]]
    if qualifier and tuple(qualifier) not in {name.qualifier, name.parts[-1:]}:
        if parts[0] in columns:
            raise Failure(
                "sql",
                f"A statement can't set the field {'.'.join(parts)!r} of a column alone.",
                hint=f"Assign the whole column {parts[0]!r}.",
            )
        raise Failure("sql", f"{'.'.join(parts)!r} is not a column of the table that the statement changes.")
    if column not in columns:
        raise Failure(
            "sql",
            f"The table {table.name} has no column {column!r}.",
            hint=nearest_name(column, columns, "column"),
        )
    return column


def _pairs(written: Ast) -> Iterator[tuple[Ast, Ast]]:
    for assignment in written:
        match assignment["target"], assignment["value"]:
            case {"ColumnName": column}, value:
                yield column, value
            case {"Tuple": [*columns]}, {"Tuple": [*values]} if len(columns) == len(values):
                yield from zip(columns, values, strict=True)
            case _:
                raise Failure(
                    "sql",
                    "SET assigns a list of columns values that it does not list.",
                    hint="Write one value for each column: SET a = ..., b = ...",
                )


def _parts(column: Ast) -> list[str]:
    return [part["Identifier"]["value"] for part in column if "Identifier" in part]
