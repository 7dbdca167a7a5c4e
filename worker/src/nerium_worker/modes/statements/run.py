"""Runs a statement that changes rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nerium_worker.modes.statements.delete import delete
from nerium_worker.modes.statements.merge import merge
from nerium_worker.modes.statements.merge_clauses import parseable
from nerium_worker.modes.statements.selects import parsed
from nerium_worker.modes.statements.truncate import truncate
from nerium_worker.modes.statements.update import update

if TYPE_CHECKING:
    from nerium_worker.modes.statements.changes import Outcome
    from nerium_worker.modes.statements.session import Session


def change_rows(text: str, session: Session) -> Outcome | None:
    """Run a statement; None if it changes no rows."""
    statement, with_ = parsed(parseable(text)), None
    match statement:
        case {"Query": {"with": with_, "body": {"Update": inner} | {"Delete": inner} | {"Merge": inner}}}:
            statement = inner
    match statement:
        case {"Update": parts}:
            return update(parts, with_, session)
        case {"Delete": parts}:
            return delete(parts, with_, session)
        case {"Truncate": parts}:
            return truncate(parts, session)
        case {"Merge": parts}:
            return merge(parts, with_, session)
        case _:
            return None
