"""Statements that other engines have and this server does not, each with what is there instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nerium_worker.modes.statements.tokens import first_word
from nerium_worker.protocol.errors import Failure

if TYPE_CHECKING:
    from nerium_worker.modes.statements.tokens import TokenReader

_RIGHTS = (
    "An API key has scopes: ./nerium keys create NAME --scope read. Every key with the scope read can read every table."
)
_TRANSACTIONS = (
    "Each statement is one atomic commit, and there are no others. To check changes before readers see them, write to a"
    " branch and fast-forward main to it."
)
_CATALOGS = "The operator configures catalogs. A name has three parts: catalog.schema.table."
_FILES = "./nerium load SCHEMA.TABLE FILE loads a file into a table."
_SETTINGS = "A statement is a request of its own, without a session. Options are fields of the request."
_STATISTICS = "Iceberg's metadata has the statistics that queries use. SUMMARIZE shows those of columns."
_SNAPSHOTS = "./nerium table expire SCHEMA.TABLE and ./nerium table remove-orphans SCHEMA.TABLE remove old files."
_COMPACTION = "./nerium table compact SCHEMA.TABLE rewrites small files, sorted by the table's order."
_METADATA = "Queries read the current metadata of each table: nothing has to be refreshed."
_CACHE = "The server caches results and files by itself."
_PARAMETERS = "Send the statement with its values as params: $name or ?."
_PROGRAMS = "Mode `script` executes Python: loops, variables and functions."

_SUBSTITUTES = {
    **dict.fromkeys(("GRANT", "REVOKE", "DENY"), _RIGHTS),
    **dict.fromkeys(("BEGIN", "START", "COMMIT", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE", "LOCK"), _TRANSACTIONS),
    **dict.fromkeys(("ATTACH", "DETACH", "USE"), _CATALOGS),
    **dict.fromkeys(("COPY", "LOAD", "IMPORT"), _FILES),
    **dict.fromkeys(
        ("EXPORT", "UNLOAD"), "./nerium polars SQL --format csv prints the rows of a query; arrow is another format."
    ),
    **dict.fromkeys(("SET", "RESET", "PRAGMA", "INSTALL"), _SETTINGS),
    "ANALYZE": _STATISTICS,
    **dict.fromkeys(("VACUUM", "CHECKPOINT"), _SNAPSHOTS),
    **dict.fromkeys(("OPTIMIZE", "REORG", "CLUSTER"), _COMPACTION),
    **dict.fromkeys(("REFRESH", "MSCK", "REPAIR"), _METADATA),
    **dict.fromkeys(("CACHE", "UNCACHE", "CLEAR"), _CACHE),
    **dict.fromkeys(("PREPARE", "EXECUTE", "DEALLOCATE"), _PARAMETERS),
    **dict.fromkeys(("DECLARE", "DO", "IF", "LOOP", "WHILE", "RETURN"), _PROGRAMS),
    **dict.fromkeys(("REPLACE", "UPSERT"), "MERGE INTO updates the rows that are there, and inserts the others."),
    "UNDROP": "DROP TABLE keeps the files of a table, unless PURGE deletes them, but no statement restores it.",
    "RESTORE": "./nerium table rollback SCHEMA.TABLE --to-snapshot ID makes an earlier snapshot current.",
    "KILL": "./nerium runs cancel RUN cancels a run.",
    "RENAME": "ALTER TABLE name RENAME TO other.",
}
_PROCEDURES = {
    **dict.fromkeys(("rewrite_data_files", "rewrite_position_delete_files", "rewrite_manifests"), _COMPACTION),
    **dict.fromkeys(("expire_snapshots", "remove_orphan_files"), _SNAPSHOTS),
    **dict.fromkeys(
        ("rollback_to_snapshot", "rollback_to_timestamp", "set_current_snapshot", "cherrypick_snapshot"),
        "./nerium table rollback SCHEMA.TABLE --to-snapshot ID, or --to-timestamp, makes an earlier snapshot current.",
    ),
    "publish_changes": "FAST FORWARD BRANCH main IN TABLE name TO branch publishes a branch.",
    "ancestors_of": 'SELECT * FROM "SCHEMA.TABLE$history" lists the snapshots.',
}
_CREATED = {
    **dict.fromkeys(("FUNCTION", "MACRO", "PROCEDURE"), _PROGRAMS),
    **dict.fromkeys(
        ("TEMP", "TEMPORARY", "LOCAL", "GLOBAL"), "WITH name AS (SELECT ...) names rows within a statement."
    ),
    "MATERIALIZED": "CREATE TABLE name AS SELECT ... keeps the rows of a query, CREATE VIEW the query.",
    **dict.fromkeys(
        ("INDEX", "UNIQUE"), "Iceberg skips files by their statistics: PARTITIONED BY and SORTED BY make them useful."
    ),
    **dict.fromkeys(("USER", "ROLE"), _RIGHTS),
    **dict.fromkeys(("CATALOG", "CONNECTION", "EXTERNAL"), _CATALOGS),
    **dict.fromkeys(("SEQUENCE", "TYPE", "TRIGGER", "DOMAIN"), "Iceberg has none."),
    "SECRET": "The operator gives the server the keys of object stores.",
}


def require_available(text: str) -> None:
    """Refuse a statement that begins with a word of another engine's."""
    word = first_word(text)
    if word in _SUBSTITUTES:
        raise Failure("sql", f"{word} is not available.", hint=_SUBSTITUTES[word])


def unavailable_procedure(name: str) -> Failure:
    """Give the refusal of a procedure."""
    error = f"CALL {name[:60]} is not available: the only procedure is system.fast_forward."
    return Failure("sql", error, hint=_PROCEDURES.get(name.lower().rpartition(".")[2]))


def require_creatable(reader: TokenReader) -> None:
    """Refuse to create what this server does not have; the reader is behind CREATE."""
    word = reader.next.value.upper()
    if word in _CREATED:
        raise reader.refusal(f"CREATE {word}", _CREATED[word])
