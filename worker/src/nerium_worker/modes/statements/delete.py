"""`DELETE FROM table [USING ...] [WHERE ...]`: the numbers of the rows that go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nerium_worker.modes.statements.changes import Change
from nerium_worker.modes.statements.selects import require_no_clauses, require_row_expression, select, target_name
from nerium_worker.modes.statements.truncate import truncate_table
from nerium_worker.protocol.errors import Failure
from nerium_worker.scan.internal_fields import ROW

if TYPE_CHECKING:
    from nerium_worker.modes.statements.changes import Outcome
    from nerium_worker.modes.statements.session import Session
    from nerium_worker.modes.syntax import Ast

_REFUSED = {"returning": "RETURNING", "order_by": "ORDER BY", "limit": "LIMIT", "tables": "tables before FROM"}


def delete(statement: Ast, with_: Ast | None, session: Session) -> Outcome:
    """Run a parsed DELETE."""
    require_no_clauses(statement, "DELETE", _REFUSED)
    [tables] = statement["from"].values()
    if len(tables) != 1 or tables[0]["joins"]:
        raise Failure(
            "sql",
            "DELETE FROM names one table, from which rows are deleted.",
            hint="Name other tables after USING: DELETE FROM t USING s WHERE t.id = s.id.",
        )
    name = target_name(tables[0]["relation"], with_, "DELETE")
    if statement["selection"] is None and not statement["using"]:
        return truncate_table(name, session)
    if statement["selection"] is not None:
        require_row_expression(statement["selection"], "WHERE")
    with Change(name, session) as change:
        text = select({ROW: name.column(ROW)}, [*tables, *(statement["using"] or ())], statement["selection"], with_)
        frame = session.rows(text, change.target)
        numbers = change.collect(frame).to_series()
        change.remove(numbers.unique(), updated=False)
        return change.outcome(None, [frame])
