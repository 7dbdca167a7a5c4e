"""Statements that other engines have and this server does not, each with what is there instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nerium_worker.modes.substitutes import CLAUSES
from nerium_worker.modes.tokens import first_word, tokenize
from nerium_worker.protocol.command_name import COMMAND
from nerium_worker.protocol.errors import Failure

if TYPE_CHECKING:
    from nerium_worker.modes.tokens import TokenReader

_RIGHTS = (
    f"GRANT READ ON SCHEMA sales TO GROUP analysts grants rights to API keys and groups: {COMMAND} keys create NAME."
)
_TRANSACTIONS = (
    "Each statement is one atomic commit, and there are no others. To check changes before readers see them, write to a"
    " branch and fast-forward main to it."
)
_CATALOGS = "The operator configures catalogs. A name has three parts: catalog.schema.table."
_FILES = f"{COMMAND} load SCHEMA.TABLE FILE loads a file into a table."
_RESULTS = f"{COMMAND} polars SQL --format csv prints the rows of a query; arrow is another format."
_SETTINGS = "A statement is a request of its own, without a session. Options are fields of the request."
_STATISTICS = "Iceberg's metadata has the statistics that queries use. SUMMARIZE shows those of columns."
_SNAPSHOTS = f"{COMMAND} table expire SCHEMA.TABLE and {COMMAND} table remove-orphans SCHEMA.TABLE remove old files."
_COMPACTION = f"{COMMAND} table compact SCHEMA.TABLE rewrites small files, sorted by the table's order."
_METADATA = "Queries read the current metadata of each table: nothing has to be refreshed."
_CACHE = "The server caches results and files by itself."
_PARAMETERS = "Send the statement with its values as params: $name or ?."
_PROGRAMS = "Mode `script` executes Python: loops, variables and functions."

_SUBSTITUTES = {
    "DENY": _RIGHTS,
    **dict.fromkeys(("BEGIN", "START", "COMMIT", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE", "LOCK"), _TRANSACTIONS),
    **dict.fromkeys(("ATTACH", "DETACH", "USE"), _CATALOGS),
    **dict.fromkeys(("LOAD", "IMPORT"), _FILES),
    "COPY": f"{_FILES} {_RESULTS}",
    **dict.fromkeys(("EXPORT", "UNLOAD"), _RESULTS),
    **dict.fromkeys(("SET", "RESET", "PRAGMA", "INSTALL"), _SETTINGS),
    "ANALYZE": _STATISTICS,
    **dict.fromkeys(("VACUUM", "CHECKPOINT"), _SNAPSHOTS),
    **dict.fromkeys(("OPTIMIZE", "REORG", "CLUSTER"), _COMPACTION),
    **dict.fromkeys(("REFRESH", "MSCK", "REPAIR"), _METADATA),
    **dict.fromkeys(("CACHE", "UNCACHE", "CLEAR"), _CACHE),
    **dict.fromkeys(("PREPARE", "EXECUTE", "DEALLOCATE"), _PARAMETERS),
    **dict.fromkeys(("DECLARE", "DO", "IF", "LOOP", "WHILE", "RETURN"), _PROGRAMS),
    **dict.fromkeys(
        ("REPLACE", "UPSERT"),
        "MERGE INTO updates the rows that are there, and inserts the others. CREATE OR REPLACE TABLE replaces a table.",
    ),
    "TABLE": "SELECT * FROM name.",
    **{clause: CLAUSES[clause].hint for clause in ("PIVOT", "UNPIVOT")},
    "UNDROP": "DROP TABLE keeps the files of a table, unless PURGE deletes them, but no statement restores it.",
    "RESTORE": f"{COMMAND} table rollback SCHEMA.TABLE --to-snapshot ID makes an earlier snapshot current.",
    "KILL": f"{COMMAND} runs cancel RUN cancels a run.",
    "RENAME": "ALTER TABLE name RENAME TO other.",
}
_ROLLBACK = (
    f"{COMMAND} table rollback SCHEMA.TABLE --to-snapshot ID, or --to-timestamp, makes an earlier snapshot current."
)
_PROCEDURES = {
    **dict.fromkeys(("rewrite_data_files", "rewrite_position_delete_files", "rewrite_manifests"), _COMPACTION),
    **dict.fromkeys(("expire_snapshots", "remove_orphan_files"), _SNAPSHOTS),
    **dict.fromkeys(
        ("rollback_to_snapshot", "rollback_to_timestamp", "set_current_snapshot", "cherrypick_snapshot"),
        _ROLLBACK,
    ),
    "publish_changes": "FAST FORWARD BRANCH main IN TABLE name TO branch publishes a branch.",
    "ancestors_of": 'SELECT * FROM "SCHEMA.TABLE$history" lists the snapshots.',
}
_CONSTRAINTS = "A table of Iceberg has NOT NULL and DEFAULT, and no other constraints: omit it."
_CONSTRAINT_WORDS = (
    *("PRIMARY", "UNIQUE", "FOREIGN", "CHECK", "CONSTRAINT", "REFERENCES", "GENERATED", "AUTO_INCREMENT", "COLLATE"),
)
# The clauses of queries that end with BY.
_BEFORE_BY = {"ORDER", "GROUP", "PARTITION", "SORT", "CLUSTER", "DISTRIBUTE"}
_SHOWN = {
    **dict.fromkeys(("FUNCTIONS", "MACROS"), "docs/sql-errors.md has the functions of other engines."),
    **dict.fromkeys(("SESSION", "VARIABLES", "SETTINGS", "CURRENT"), _SETTINGS),
    "STATS": _STATISTICS,
    **dict.fromkeys(("ROLES", "USERS"), _RIGHTS),
    **dict.fromkeys(("PROCESSLIST", "QUERIES", "JOBS", "TRANSACTIONS"), f"{COMMAND} runs list lists the runs."),
    "SNAPSHOTS": 'SELECT * FROM "SCHEMA.TABLE$snapshots".',
    "INDEXES": "Iceberg has none.",
}
_ALTERED = {
    "RECOVER": _METADATA,
    "REPLACE": "ADD COLUMN and DROP COLUMN change columns, CREATE OR REPLACE BRANCH or TAG replaces one.",
    "EXECUTE": f"The maintenance of tables has commands: {COMMAND} table compact, expire, remove-orphans, rollback.",
    "OWNER": _RIGHTS,
    "ENABLE": "Iceberg has none.",
    "DISABLE": "Iceberg has none.",
    "CLUSTER": "WRITE ORDERED BY sorts the rows that are written.",
    "SWAP": "ALTER TABLE ... RENAME TO renames a table. A branch is published at once: FAST FORWARD BRANCH.",
}
_ALTERED_BY_SET = {
    "AUTHORIZATION": _RIGHTS,
    "OWNER": _RIGHTS,
    "IDENTIFIER": "A merge has its key in the field mergeKeys, and MERGE INTO in ON.",
    "LOCATION": "The catalog chooses the folder of each table: omit it.",
    "SCHEMA": "ALTER TABLE ... RENAME TO schema.name moves a table.",
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


def require_no_constraint(reader: TokenReader) -> None:
    """Refuse a constraint of a column or a table, and the columns of another table."""
    token = reader.next
    word = token.value.upper() if token.kind == "word" else ""
    if word in _CONSTRAINT_WORDS:
        raise reader.refusal(word, _CONSTRAINTS)
    if word == "LIKE":
        raise reader.refusal(
            "LIKE", "CREATE TABLE name AS SELECT * FROM other LIMIT 0 has the columns of another table."
        )


def require_shown(reader: TokenReader) -> None:
    """Refuse to show what other engines show; the reader is behind SHOW."""
    word = reader.next.value.upper()
    if word in _SHOWN:
        raise reader.refusal(f"SHOW {word}", _SHOWN[word])


def require_alterable(reader: TokenReader) -> None:
    """Refuse changes of tables that other engines have; the reader is behind the name of the table."""
    word = reader.next.value.upper()
    if word in _ALTERED and not reader.sees("REPLACE", "PARTITION"):
        raise reader.refusal(f"ALTER TABLE ... {word}", _ALTERED[word])
    if word == "SET":
        for other, hint in _ALTERED_BY_SET.items():
            if reader.sees("SET", other):
                raise reader.refusal(f"ALTER TABLE ... SET {other}", hint)
    for verb in ("ADD", "DROP"):
        if reader.sees(verb, "PARTITION", "(") or reader.sees(verb, "IF", "NOT", "EXISTS", "PARTITION", "("):
            hint = "The partitions of a table follow from its rows: INSERT adds them, DELETE ... WHERE removes them."
            raise reader.refusal(f"{verb} PARTITION (...)", hint)
        if any(reader.sees(verb, each) for each in _CONSTRAINT_WORDS):
            raise reader.refusal(f"{verb} of a constraint", _CONSTRAINTS)


def require_explainable(reader: TokenReader) -> None:
    """Refuse options of EXPLAIN; the reader is behind it."""
    options = ("ANALYZE", "EXTENDED", "FORMATTED", "VERBOSE", "CODEGEN", "COST", "LOGICAL")
    if any(reader.sees(word) for word in options) or any(
        reader.sees("(", word) for word in ("TYPE", "FORMAT", *options)
    ):
        hint = (
            "EXPLAIN and a query shows the plan without executing it. A run has a profile: GET /api/v2/runs/{run_id}."
        )
        raise reader.refusal("An option of EXPLAIN", hint)


def require_insertable(text: str) -> None:
    """Refuse forms of INSERT that no parser here reads."""
    words = [token.value.upper() if token.kind == "word" else "" for token in tokenize(text)]
    for before, first, second in zip(words, words[1:], words[2:], strict=False):
        if (first, second) == ("BY", "NAME") and before not in _BEFORE_BY:
            raise Failure(
                "sql", "INSERT ... BY NAME is not available.", hint="Name the columns: INSERT INTO t (a, b) ..."
            )
        if (first, second) == ("REPLACE", "WHERE"):
            hint = "Write to a branch: DELETE ... WHERE, INSERT, and FAST FORWARD BRANCH publish both at once."
            raise Failure("sql", "INSERT ... REPLACE WHERE is not available.", hint=hint)
