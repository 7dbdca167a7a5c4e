"""Runs a statement that changes rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nerium_worker.modes.statements.delete import delete
from nerium_worker.modes.statements.merge import merge
from nerium_worker.modes.statements.truncate import truncate
from nerium_worker.modes.statements.update import update

if TYPE_CHECKING:
    from nerium_worker.modes.statements.changes import Outcome
    from nerium_worker.modes.statements.classify import RowChange
    from nerium_worker.modes.statements.session import Session


def change_rows(statement: RowChange, session: Session) -> Outcome:
    """Run a statement that was classified."""
    match statement.kind:
        case "Update":
            return update(statement.parts, statement.with_, session)
        case "Delete":
            return delete(statement.parts, statement.with_, session)
        case "Merge":
            return merge(statement.parts, statement.with_, session)
        case "Truncate":
            return truncate(statement.parts, session)
        case kind:
            raise ValueError(f"{kind} changes no rows")
