"""`UPDATE table SET ... [FROM ...] [WHERE ...]`: new versions of the rows that match."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from nerium_worker.modes.statements.assignments import read_assignments
from nerium_worker.modes.statements.changes import Change, require_once
from nerium_worker.modes.statements.selects import require_no_clauses, require_row_expression, select, target_name
from nerium_worker.protocol.errors import Failure
from nerium_worker.scan.internal_fields import ROW, private_name

if TYPE_CHECKING:
    from nerium_worker.modes.statements.changes import Outcome
    from nerium_worker.modes.statements.session import Session
    from nerium_worker.modes.syntax import Ast

_REFUSED = {"returning": "RETURNING", "or": "OR", "limit": "LIMIT"}


def update(statement: Ast, with_: Ast | None, session: Session) -> Outcome:
    """Run a parsed UPDATE."""
    require_no_clauses(statement, "UPDATE", _REFUSED)
    if statement["table"]["joins"]:
        raise Failure(
            "sql",
            "UPDATE names one table, whose rows are updated.",
            hint="Name other tables after FROM: UPDATE t SET x = s.x FROM s WHERE t.id = s.id.",
        )
    name = target_name(statement["table"]["relation"], with_, "UPDATE")
    if statement["selection"] is not None:
        require_row_expression(statement["selection"], "WHERE")
    others = [] if statement["from"] is None else next(iter(statement["from"].values()))
    with Change(name, session) as change:
        change.require_whole_rows()
        values = read_assignments(statement["assignments"], name, change.table)
        # A name of its own for each value: a condition reads the columns of the table, whatever is assigned to them.
        columns = {column: private_name(f"value_{number}") for number, column in enumerate(values)}
        kept = [field["name"] for field in change.table.schema["fields"] if field["name"] not in values]
        text = select(
            {
                ROW: name.column(ROW),
                **{columns[column]: value for column, value in values.items() if value is not None},
                **{column: name.column(column) for column in kept},
            },
            [statement["table"], *others],
            statement["selection"],
            with_,
        )
        frame = session.rows(text, change.target)
        assigned = {column: columns[column] if value is not None else None for column, value in values.items()}
        rows = change.stored(change.assigned(frame, assigned), "updated")
        numbers = rows.select(ROW).collect().to_series()
        require_once(numbers, "UPDATE")
        change.remove(numbers, updated=True)
        read = [pl.col(value).alias(column) for column, value in assigned.items() if value is not None]
        return change.outcome(rows.drop(ROW), [frame.select(*read, *kept)])
