"""Mode `query`: one SQL statement that reads the tables that it was given, or that it names, and nothing else."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import polars as pl
import sqloxide

from nerium_worker.modes import comparisons, volatility
from nerium_worker.modes.files.calls import locate_calls, read_call
from nerium_worker.modes.functions import calls, computed, library, made_items, rewriting
from nerium_worker.modes.functions.columns import with_computed_columns
from nerium_worker.modes.functions.computation import failed_computation
from nerium_worker.modes.messages import name_here, nearest_name, polars_message
from nerium_worker.modes.parameters import NO_VALUES, bind, find_placeholders
from nerium_worker.modes.relations import Relations, find_relations, is_file_call
from nerium_worker.modes.sql_errors import describe, line_of, no_field, without_internals
from nerium_worker.modes.substitutes import CLAUSES, FUNCTIONS
from nerium_worker.modes.syntax import objects, parsed
from nerium_worker.modes.tokens import without_forms_of_duckdb
from nerium_worker.protocol.errors import Failure, LakeError
from nerium_worker.scan.internal_fields import is_private, private_name, without_private_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import TypeAlias

    from nerium_worker.modes.parameters import Given, Placeholder
    from nerium_worker.modes.relations import Relation
    from nerium_worker.modes.sql_errors import Description
    from nerium_worker.modes.sql_values import SqlValue
    from nerium_worker.protocol.errors import Kind

# Gives the frame of a table by its name in the lake; the worker's own also gives that of a `FileCall`.
Scan: TypeAlias = "Callable[[Any], pl.LazyFrame]"
# Relations that a FROM clause may contain. Others are table functions (`TableFunction`, `Function`, `JsonTable`, ...).
_RELATIONS = {"Table", "Derived", "NestedJoin", "UNNEST"}
_STATEMENTS_IN_QUERIES = {"Insert", "Update", "Delete", "Merge"}
# Functions whose result has at most one row for each row of their arguments.
_ROW_FUNCTIONS = (volatility.STABLE - {"unnest"}) | library.STABLE | computed.STABLE
_TABLES = "name tables of the lake, such as default.flowers."
_ZONED_LITERAL = re.compile(r"with timezone|WITH TIME ZONE|TIMESTAMPTZ|invalid TIMESTAMP literal")
_PLACEHOLDER_AS_NAME = re.compile(r"Expected: .*, found: ([$:]\w*|\?\d*) at Line: (\d+), Column: (\d+)$")
_RELATION = re.compile(r"relation '(.*)' was not found", re.DOTALL)
_FORM_OF_DUCKDB = re.compile(r"\bIN\s*\[|\bRESERVOIR\s*\(", re.IGNORECASE)
_CALL = re.compile(r"(?:This call of )?(\w+)\(\)")
_FILE_NAME = re.compile(r"\.(parquet|csv|tsv|json|ndjson|jsonl)(?:\.gz|\.zst)?$", re.IGNORECASE)
_ENDINGS = {"tsv": "csv", "jsonl": "ndjson"}


@dataclass(frozen=True, kw_only=True)
class _Checked:
    """A parsed statement, or the message of the parser where it could not be parsed.

    `text`: as it was parsed, every word on its place.
    `statement`: as it is parsed, if it has parameters or calls functions that Polars does not have. `is_computed`:
    whether it has calls that become columns.
    """

    text: str
    unparsed: str | None
    deterministic: bool
    may_expand_lists: bool
    relations: Relations
    placeholders: tuple[Placeholder, ...] = ()
    has_functions: bool = False
    is_computed: bool = False
    statement: Any = None


@dataclass(frozen=True, kw_only=True)
class _Bound:
    """A statement as it was sent, and with the literals that it was given for its parameters."""

    sql: str
    text: str
    relations: Relations
    unparsed: str | None = None
    is_computed: bool = False
    values: Mapping[Placeholder, SqlValue] = field(default_factory=dict)

    def parameter(self, written: str) -> Placeholder | None:
        """Find the parameter whose literal a message shows."""
        return next((each for each, value in self.values.items() if written == comparisons.shown(value.bare)), None)


def query_frame(
    sql: str,
    frames: Mapping[str, pl.LazyFrame],
    scan: Scan,
    given: Given = NO_VALUES,
    reference: Callable[[Relation], str] = lambda relation: relation.reference,
) -> tuple[pl.LazyFrame, Mapping[str, pl.LazyFrame]]:
    """Build the frame of a statement; return it with the frames of its tables.

    A name that is not one of `frames` is a table of the lake, for which `scan` gives the frame by its `reference`.
    Raises `Failure` of kind `sql` when the text isn't one SELECT over these tables. Whether its columns exist shows
    when it is executed, see `text_failure`: to resolve it here too would cost every small query a tenth of its time.
    """
    statement = _bound(sql, given)
    frames = {**frames, **_named(statement.relations.tables, frames, scan, reference)}
    try:
        frame = _planned(statement.relations.rewrite(statement.text), frames, is_computed=statement.is_computed)
    except Failure as failure:
        raise _with_line(failure, sql) from failure
    except Exception as error:
        raise _failure(error, statement, frames) from error
    if statement.unparsed is not None:
        raise _unparsed(statement.unparsed, sql)
    return frame, frames


def _planned(sql: str, frames: Mapping[str, pl.LazyFrame], *, is_computed: bool) -> pl.LazyFrame:
    if is_computed:
        sql, frames = with_computed_columns(sql, frames)
    return pl.SQLContext(frames).execute(sql, eager=False)


def _with_line(failure: Failure, sql: str) -> Failure:
    """Give a refusal of a function the line on which it is called."""
    named = _CALL.match(failure.error)
    failure.line = failure.line or (None if named is None else line_of(sql, named[1]))
    return failure


def _bound_text(sql: str, given: Given) -> _Bound:
    """Give a statement for messages about it, also one that changes a table, whose parameters are bound already."""
    try:
        return _bound(sql, given)
    except Failure:
        return _Bound(sql=sql, text=sql, relations=Relations())


def _bound(sql: str, given: Given) -> _Bound:
    checked = _check(sql)
    is_unused = given.is_required and given.params and checked.unparsed is None
    text, statement, relations = checked.text, checked.statement, checked.relations
    if checked.placeholders or is_unused:
        text, statement = bind(text, checked.statement, checked.placeholders, given)
    if checked.has_functions:
        text, statement = _without_calls(text, statement)
    if text is not checked.text and relations.have_parts:
        relations = _relations(text, statement)
    values = {each: given.values[each.name] for each in checked.placeholders}
    return _Bound(
        sql=sql,
        text=text,
        relations=relations,
        unparsed=checked.unparsed,
        is_computed=checked.is_computed,
        values=values,
    )


def _without_calls(sql: str, statement: Any) -> tuple[str, Any]:  # noqa: ANN401  # trees of JSON
    """Write the calls of functions that Polars does not have by those that it has."""
    text = rewriting.rewrite(sql, statement["Query"])
    try:
        rewritten = parsed(text)
    except ValueError as error:
        message = "The statement calls a function with arguments that it does not take."
        raise Failure("sql", message, details=str(error), hint="docs/sql-functions.md has the arguments.") from error
    return text, rewritten


def _relations(sql: str, statement: Any) -> Relations:  # noqa: ANN401  # a tree of JSON
    return locate_calls(sql, statement, find_relations(statement["Query"]))


def rows_frame(
    sql: str,
    first: Sequence[pl.LazyFrame],
    frames: Mapping[str, pl.LazyFrame],
    scan: Scan,
) -> pl.LazyFrame:
    """Build the frame of a SELECT that stands for a part of a statement.

    `first`: the frames of the first tables in its FROM there, and not where the statement reads them elsewhere.
    """
    checked = _check(sql)
    sql, relations = checked.text, checked.relations
    if checked.has_functions:
        sql, statement = _without_calls(sql, checked.statement)
        relations = _relations(sql, statement)
    replaced = relations.outermost()[: len(first)]
    if checked.unparsed is not None or len(replaced) < len(first):
        raise Failure("sql", "The statement could not be checked, so it is not run.", details=checked.unparsed)
    if (name := relations.repeated_name()) is not None:
        raise Failure(
            "sql", f"Two tables of the statement have the name {name!r}.", hint="Give one of them an alias with AS."
        )
    names = {table: private_name(f"table_{number}") for number, table in enumerate(replaced)}
    others = [table for table in relations.tables if table not in names]
    every = {**frames, **_named(others, frames, scan), **dict(zip(names.values(), first, strict=True))}
    try:
        frame = _planned(relations.rewrite(sql, names), every, is_computed=checked.is_computed)
        frame.collect_schema()
    except Failure as failure:
        raise _with_line(failure, sql) from failure
    except Exception as error:
        raise _failure(error, _Bound(sql=sql, text=sql, relations=relations), every) from error
    return frame


def _named(
    relations: Iterable[Relation],
    frames: Mapping[str, pl.LazyFrame],
    scan: Scan,
    reference: Callable[[Relation], str] = lambda relation: relation.reference,
) -> dict[str, pl.LazyFrame]:
    """Give the frames of the tables that a statement names, and that it was not given."""
    named: dict[str, pl.LazyFrame] = {}
    for table in relations:
        if table.key in frames or table.key in named:
            continue
        if table.call is not None:
            named[table.key] = scan(read_call(table))
            continue
        try:
            named[table.key] = scan(reference(table))
        except LakeError as error:
            if len(table.parts) > 1:
                failure = error.failure("sql", line=table.span.start[0])
                failure.hint = failure.hint or name_here(table.parts)
                raise failure from error
            is_alias = frames and not table.is_qualified
            hint = nearest_name(table.key, list(frames), "table") if is_alias else error.error
            message = f"relation '{table.key}' was not found"
            raise Failure("sql", message, line=table.span.start[0], hint=hint) from error
    return named


def resolved(frame: pl.LazyFrame, sql: str, frames: Mapping[str, pl.LazyFrame]) -> pl.Schema:
    """Give the columns of the frame of a statement; raises `Failure` of kind `sql` where one does not exist."""
    try:
        return frame.collect_schema()
    except Exception as error:
        raise _failure(error, _bound_text(sql, NO_VALUES), frames) from error


def is_deterministic(sql: str) -> bool:
    """Return whether a statement that was checked has the same result each time it reads the same rows."""
    return _check(sql).deterministic


def has_parameters(sql: str) -> bool:
    """Return whether a statement has parameters."""
    return bool(_check(sql).placeholders)


def may_expand_lists(sql: str) -> bool:
    """Return whether a statement that was checked may make rows of the members of lists."""
    return _check(sql).may_expand_lists


def text_failure(
    error: Exception, sql: str, given: Given, frame: pl.LazyFrame, frames: Mapping[str, pl.LazyFrame]
) -> Failure | None:
    """Return whether a query that failed has a wrong text: then it fails without data, too."""
    if comparisons.is_refused(polars_message(error)):
        # Types that have no order together have none in any row.
        return _failure(error, _bound_text(sql, given), frames)
    try:
        frame.collect_schema()
    except Exception as wrong:  # noqa: BLE001  # any of Polars' errors
        return _failure(wrong, _bound_text(sql, given), frames)
    return None


def engine_failure(error: BaseException, sql: str, frames: Mapping[str, pl.LazyFrame]) -> Failure:
    """Describe what failed while rows were read and computed."""
    message = comparisons.without_statistics(polars_message(error))
    if (problem := failed_computation(message)) is not None:
        return Failure("engine", problem)
    described = describe(message, sql, lambda: _columns(frames))
    if described.error == message.splitlines()[0]:
        described = replace(described, error=f"Polars failed: {described.error}")
    return _failure_of(described, "engine")


@functools.lru_cache(maxsize=256)
def _check(sql: str) -> _Checked:
    """Refuse what is not one query over tables."""
    try:
        sql, statements = _parsed(sql)
    except ValueError as error:
        # Polars has the same parser and says it better, with the position.
        return _Checked(
            text=sql, unparsed=str(error), deterministic=False, may_expand_lists=True, relations=Relations()
        )
    if len(statements) != 1:
        raise _unsupported(f"A query is one statement, and this text has {len(statements)}.")
    match statements[0]:
        case {"Query": query}:
            for refusal in _refusals(query):
                raise _unsupported(refusal)
            placeholders = find_placeholders(query)
            has_functions = rewriting.has_calls(query)
            is_computed = calls.is_changed(query)
            relations = _relations(sql, statements[0])
            return _Checked(
                text=sql,
                unparsed=None,
                # Files may change.
                deterministic=not relations.have_calls and not volatility.is_volatile(query),
                may_expand_lists=not _ROW_FUNCTIONS.issuperset(volatility.called_functions(query)),
                relations=relations,
                placeholders=placeholders,
                has_functions=has_functions,
                is_computed=is_computed,
                statement=statements[0] if placeholders or has_functions else None,
            )
        case str() as name:
            raise _not_a_query(name)
        case statement:
            raise _not_a_query(next(iter(statement)))


def _parsed(sql: str) -> tuple[str, list[Any]]:
    """Parse a text; return it in the form that the parser takes."""
    try:
        return sql, sqloxide.parse_sql(sql=sql, dialect="generic")
    except ValueError as error:
        if _FORM_OF_DUCKDB.search(sql) is None:
            raise
        try:
            other = without_forms_of_duckdb(sql)
            return other, sqloxide.parse_sql(sql=other, dialect="generic")
        except (ValueError, Failure):
            raise error from None


def _refusals(node: Any) -> Iterator[str]:  # noqa: ANN401  # a tree of JSON
    """Look through the whole tree: subqueries and CTE bodies can hold statements and table functions too."""
    for fields in objects(node):
        for key, value in fields.items():
            if isinstance(value, (dict, list, tuple)):
                yield from _refusal(key, value)


def _refusal(key: str, value: Any) -> Iterator[str]:  # noqa: ANN401  # a tree of JSON
    match key, value:
        case "into", {"name": _}:
            yield "SELECT INTO writes a table: set a destination instead."
        case "Table", {"args": dict(), "alias": alias} if is_file_call(value):
            if alias is not None and alias["columns"]:
                yield f"{_call_of(value['name'])} with names of columns is not available: rename them in SELECT."
        case "Table", {"args": dict()} if made_items.series_name({key: value}) is not None:
            pass
        case "Table", {"args": dict(), "name": [*parts]} if (name := _call_of(parts)[:-2].lower()) in FUNCTIONS:
            error = f"The table function {_call_of(parts)} is not available."
            raise Failure("sql", error, hint=FUNCTIONS[name].hint)
        case "Table", {"args": dict(), "name": [*parts]}:
            yield f"The table function {_call_of(parts)} is not available: {_TABLES}"
        case "Table", {"table_name": str(name), "schema_name": str(schema)}:
            wrong = f"TABLE {schema}.{name} is not available."
            raise Failure("sql", wrong, hint=f"Write SELECT * FROM {schema}.{name}.")  # noqa: S608  # a hint
        case "NestedJoin", {"alias": dict()}:
            # Polars takes columns of other tables for those in the parentheses.
            raise Failure(
                "sql",
                "A join in parentheses has no name.",
                hint="Write it as a query: JOIN (SELECT a.id, b.x FROM a JOIN b ON a.id = b.id) AS j.",
            )
        case "relation", {"Pivot": _} | {"Unpivot": _}:
            clause = next(iter(value)).upper()
            raise Failure("sql", f"{clause} is not available.", hint=CLAUSES[clause].hint)
        case "relation", dict() if not _RELATIONS.issuperset(value):
            yield f"{next(iter(value))} is not available in FROM: {_TABLES}"
        case _, dict() if key in _STATEMENTS_IN_QUERIES:
            yield f"{key.upper()} changes data: a query only reads. To write rows, set a destination."


def _function_of(name: str) -> str | None:
    """Hint at the function that reads a file of a name; None if it is not like the name of a file."""
    if (file := _FILE_NAME.search(name)) is None:
        return None
    ending = file[1].lower()
    return f"A file is read by a function: read_{_ENDINGS.get(ending, ending)}('{name}')."


def _call_of(parts: list[Any]) -> str:
    return ".".join(part["Identifier"]["value"] for part in parts if "Identifier" in part) + "()"


def _unsupported(error: str) -> Failure:
    return Failure("sql", error, hint="Mode `query` takes one SELECT, WITH or set operation.")


def _not_a_query(name: str) -> Failure:
    words = {"ExplainTable": "DESCRIBE"}.get(name) or " ".join(re.findall(r"[A-Z][a-z]*", name)).upper() or name
    return _unsupported(f"{words} is not a query.")


def _unparsed(message: str, sql: str) -> Failure:
    """Describe a statement that the parser refuses."""
    if (name := _PLACEHOLDER_AS_NAME.search(message)) is not None:
        error = f"A parameter can't stand for a name: {name[1]} at line {name[2]}, column {name[3]}."
        return Failure("sql", error, line=int(name[2]), hint="Write the name into the statement.")
    described = describe(message.splitlines()[-1].strip(), sql, list)
    return _failure_of(replace(described, error=f"The statement could not be checked. {described.error}"))


def _failure_of(described: Description, kind: Kind = "sql") -> Failure:
    return Failure(kind, described.error, details=described.details, line=described.line, hint=described.hint)


def _failure(error: Exception, statement: _Bound, frames: Mapping[str, pl.LazyFrame]) -> Failure:
    message = without_private_names(polars_message(error))
    if comparisons.is_refused(message):
        return _comparison_failure(message, statement, frames)
    if _PLACEHOLDER_AS_NAME.search(message) is not None:
        return _unparsed(message, statement.sql)
    if isinstance(error, pl.exceptions.StructFieldNotFoundError):
        return _failure_of(no_field(message, statement.sql))
    if (relation := _RELATION.search(message)) is not None:
        hint = _function_of(relation[1]) or nearest_name(
            relation[1], [name for name in frames if not is_private(name)], "table"
        )
        return Failure("sql", message, line=line_of(statement.sql, relation[1]), hint=hint)
    if _ZONED_LITERAL.search(message):
        literal = re.match(r"invalid TIMESTAMP literal ('.*')", message)
        error_text = f"{literal[1]} is not a timestamp." if literal else "SQL has no timestamps with a time zone."
        return Failure("sql", error_text, hint=comparisons.hint("created_at", pl.Datetime(time_zone="UTC")))
    return _failure_of(describe(message, statement.sql, lambda: _columns(frames)))


def _comparison_failure(message: str, statement: _Bound, frames: Mapping[str, pl.LazyFrame]) -> Failure:
    details = comparisons.without_statistics(message)
    schema = {name: dtype for frame in frames.values() for name, dtype in frame.collect_schema().items()}
    found = comparisons.find_refused(statement.text, schema)
    if found is not None:
        column, written = found.column, found.written
        parameter = statement.parameter(written)
    elif (shown := comparisons.find_operands(message)) is not None:
        (column, written), parameter = shown, None
    else:
        return _failure_of(describe(details, statement.sql, lambda: _columns(frames)))
    dtype = schema.get(column)
    return Failure(
        "sql",
        comparisons.sentence(column, dtype, written if parameter is None else f"{parameter.where}, {written}"),
        details=without_internals(details),
        line=line_of(statement.sql, column) if parameter is None else parameter.line,
        hint=comparisons.hint(column, dtype),
    )


def _columns(frames: Mapping[str, pl.LazyFrame]) -> list[str]:
    return [name for frame in frames.values() for name in frame.collect_schema() if not is_private(name)]
