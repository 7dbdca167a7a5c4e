"""`TRUNCATE [TABLE] table`, and `DELETE FROM table` without a condition: all rows go, and no file is read for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from nerium_worker.modes.statements.changes import Outcome
from nerium_worker.modes.statements.selects import require_no_clauses, table_of, target_name
from nerium_worker.output import result
from nerium_worker.output.write import FOLDER, head
from nerium_worker.protocol.errors import Failure

if TYPE_CHECKING:
    from nerium_worker.modes.statements.selects import TargetName
    from nerium_worker.modes.statements.session import Session
    from nerium_worker.modes.syntax import Ast

_REFUSED = {
    "partitions": "PARTITION",
    "identity": "RESTART or CONTINUE IDENTITY",
    "cascade": "CASCADE or RESTRICT",
    "on_cluster": "ON CLUSTER",
    "if_exists": "IF EXISTS",
}


def truncate(statement: Ast, session: Session) -> Outcome:
    """Run a parsed TRUNCATE."""
    require_no_clauses(statement, "TRUNCATE", _REFUSED)
    tables = statement["table_names"]
    if len(tables) != 1 or tables[0]["only"] or tables[0]["has_asterisk"]:
        raise Failure("sql", "TRUNCATE names one table.", hint="Write one statement for each table.")
    return truncate_table(target_name(table_of(tables[0]["name"]), None, "TRUNCATE"), session)


def truncate_table(name: TargetName, session: Session) -> Outcome:
    """Take all rows of a table away."""
    table, lake = session.change(name, "truncate"), session.lake
    answer = lake.describe_destination(table.schema)
    rows = lake.open_rows(lake.frame(table).select(pl.len()))
    count = rows.collect(engine="streaming", optimizations=lake.optimizations()).item()
    returned = head(session.out / FOLDER, [], answer["schema"], session.limits)
    header, payload = result.message(result.collect(returned, session.limits, session.out), session.limits, session.out)
    written = {"files": [], "replaced": None, "truncated": count}
    return Outcome(header={**header, "written": written}, payload=payload, frames=[])
