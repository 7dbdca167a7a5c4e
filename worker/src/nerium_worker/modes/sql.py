"""Mode `query`: one SQL statement that reads the tables that it was given, or that it names, and nothing else."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl
import sqloxide

from nerium_worker.modes import comparisons, volatility
from nerium_worker.modes.messages import nearest_column, nearest_name, polars_message
from nerium_worker.modes.parameters import NO_VALUES, bind, find_placeholders
from nerium_worker.modes.relations import Relations, find_relations
from nerium_worker.protocol.errors import Failure, LakeError
from nerium_worker.scan.internal_fields import is_private, private_name, without_private_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from nerium_worker.modes.parameters import Given, Placeholder
    from nerium_worker.modes.relations import Relation
    from nerium_worker.modes.sql_values import SqlValue

# Relations that a FROM clause may contain. Others are table functions (`TableFunction`, `Function`, `JsonTable`, ...).
_RELATIONS = {"Table", "Derived", "NestedJoin", "UNNEST"}
_STATEMENTS_IN_QUERIES = {"Insert", "Update", "Delete", "Merge"}
# Functions whose result has at most one row for each row of their arguments.
_ROW_FUNCTIONS = volatility.STABLE - {"unnest"}
_TABLES = "name tables of the lake, such as default.flowers."
_POSITION = re.compile(r"at Line: (\d+), Column: \d+")
_ZONED_LITERAL = re.compile(r"with timezone|WITH TIME ZONE|TIMESTAMPTZ|invalid TIMESTAMP literal")
_PLACEHOLDER_AS_NAME = re.compile(r"Expected: .*, found: ([$:]\w*|\?\d*) at Line: (\d+), Column: (\d+)$")
_RELATION = re.compile(r"relation '(.*)' was not found", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class _Checked:
    """A parsed statement, or the message of the parser where it could not be parsed.

    `statement`: as it is parsed, if it has parameters.
    """

    unparsed: str | None
    deterministic: bool
    may_expand_lists: bool
    relations: Relations
    placeholders: tuple[Placeholder, ...] = ()
    statement: Any = None


@dataclass(frozen=True, kw_only=True)
class _Bound:
    """A statement with the literals that it was given for its parameters."""

    text: str
    relations: Relations
    unparsed: str | None = None
    values: Mapping[Placeholder, SqlValue] = field(default_factory=dict)

    def parameter(self, written: str) -> Placeholder | None:
        """Find the parameter whose literal a message shows."""
        return next((each for each, value in self.values.items() if written == comparisons.shown(value.bare)), None)


def query_frame(
    sql: str,
    frames: Mapping[str, pl.LazyFrame],
    scan: Callable[[str], pl.LazyFrame],
    given: Given = NO_VALUES,
) -> tuple[pl.LazyFrame, Mapping[str, pl.LazyFrame]]:
    """Build the frame of a statement; return it with the frames of its tables.

    A name that is not one of `frames` is a table of the lake, for which `scan` gives the frame.
    Raises `Failure` of kind `sql` when the text isn't one SELECT over these tables. Whether its columns exist shows
    when it is executed, see `text_failure`: to resolve it here too would cost every small query a tenth of its time.
    """
    statement = _bound(sql, given)
    frames = {**frames, **_named(statement.relations.tables, frames, scan)}
    try:
        frame = pl.SQLContext(frames).execute(statement.relations.rewrite(statement.text), eager=False)
    except Exception as error:
        raise _failure(error, statement, frames) from error
    if statement.unparsed is not None:
        raise _unparsed(statement.unparsed)
    return frame, frames


def _bound(sql: str, given: Given) -> _Bound:
    checked = _check(sql)
    if not checked.placeholders and not (given.is_required and given.params):
        return _Bound(text=sql, relations=checked.relations, unparsed=checked.unparsed)
    text, statement = bind(sql, checked.statement, checked.placeholders, given)
    values = {each: given.values[each.name] for each in checked.placeholders}
    relations = find_relations(statement["Query"]) if checked.relations.have_parts else checked.relations
    return _Bound(text=text, relations=relations, values=values)


def rows_frame(
    sql: str,
    first: Sequence[pl.LazyFrame],
    frames: Mapping[str, pl.LazyFrame],
    scan: Callable[[str], pl.LazyFrame],
) -> pl.LazyFrame:
    """Build the frame of a SELECT that stands for a part of a statement.

    `first`: the frames of the first tables in its FROM there, and not where the statement reads them elsewhere.
    """
    checked = _check(sql)
    relations = checked.relations
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
        frame = pl.SQLContext(every).execute(relations.rewrite(sql, names), eager=False)
        frame.collect_schema()
    except Exception as error:
        raise _failure(error, _Bound(text=sql, relations=relations), every) from error
    return frame


def _named(
    relations: Iterable[Relation], frames: Mapping[str, pl.LazyFrame], scan: Callable[[str], pl.LazyFrame]
) -> dict[str, pl.LazyFrame]:
    """Give the frames of the tables that a statement names, and that it was not given."""
    named: dict[str, pl.LazyFrame] = {}
    for table in relations:
        if table.key in frames or table.key in named:
            continue
        try:
            named[table.key] = scan(table.reference)
        except LakeError as error:
            if len(table.parts) > 1:
                raise Failure("sql", error.error, details=error.details, hint=error.hint) from error
            is_alias = frames and not table.is_qualified
            hint = nearest_name(table.key, list(frames), "table") if is_alias else error.error
            message = f"relation '{table.key}' was not found"
            raise Failure("sql", message, details=message, hint=hint) from error
    return named


def resolved(frame: pl.LazyFrame, sql: str, frames: Mapping[str, pl.LazyFrame]) -> pl.Schema:
    """Give the columns of the frame of a statement; raises `Failure` of kind `sql` where one does not exist."""
    try:
        return frame.collect_schema()
    except Exception as error:
        raise _failure(error, _bound(sql, NO_VALUES), frames) from error


def is_deterministic(sql: str) -> bool:
    """Return whether a statement that was checked has the same result each time it reads the same rows."""
    return _check(sql).deterministic


def may_expand_lists(sql: str) -> bool:
    """Return whether a statement that was checked may make rows of the members of lists."""
    return _check(sql).may_expand_lists


def text_failure(
    error: Exception, sql: str, given: Given, frame: pl.LazyFrame, frames: Mapping[str, pl.LazyFrame]
) -> Failure | None:
    """Return whether a query that failed has a wrong text: then it fails without data, too."""
    if comparisons.is_refused(polars_message(error)):
        # Types that have no order together have none in any row.
        return _failure(error, _bound(sql, given), frames)
    try:
        frame.collect_schema()
    except Exception as wrong:  # noqa: BLE001  # any of Polars' errors
        return _failure(wrong, _bound(sql, given), frames)
    return None


@functools.lru_cache(maxsize=256)
def _check(sql: str) -> _Checked:
    """Refuse what is not one query over tables."""
    try:
        statements = sqloxide.parse_sql(sql=sql, dialect="generic")
    except ValueError as error:
        # Polars has the same parser and says it better, with the position.
        return _Checked(unparsed=str(error), deterministic=False, may_expand_lists=True, relations=Relations())
    if len(statements) != 1:
        raise _unsupported(f"A query is one statement, and this text has {len(statements)}.")
    match statements[0]:
        case {"Query": query}:
            for refusal in _refusals(query):
                raise _unsupported(refusal)
            placeholders = find_placeholders(query)
            return _Checked(
                unparsed=None,
                deterministic=not volatility.is_volatile(query),
                may_expand_lists=not _ROW_FUNCTIONS.issuperset(volatility.called_functions(query)),
                relations=find_relations(query),
                placeholders=placeholders,
                statement=statements[0] if placeholders else None,
            )
        case str() as name:
            raise _not_a_query(name)
        case statement:
            raise _not_a_query(next(iter(statement)))


def _refusals(node: Any) -> Iterator[str]:  # noqa: ANN401  # a tree of JSON
    """Walk the whole tree: subqueries and CTE bodies can hold statements and table functions too."""
    pending = [node]
    while pending:
        node = pending.pop()
        if isinstance(node, (list, tuple)):
            pending.extend(node)
        if not isinstance(node, dict):
            continue
        for key, value in node.items():
            if isinstance(value, (dict, list, tuple)):
                pending.append(value)
                yield from _refusal(key, value)


def _refusal(key: str, value: Any) -> Iterator[str]:  # noqa: ANN401  # a tree of JSON
    match key, value:
        case "into", {"name": _}:
            yield "SELECT INTO writes a table: set a destination instead."
        case "Table", {"args": dict(), "name": [*parts]}:
            yield f"The table function {_call_of(parts)} is not available: {_TABLES}"
        case "relation", dict() if not _RELATIONS.issuperset(value):
            yield f"{next(iter(value))} is not available in FROM: {_TABLES}"
        case _, dict() if key in _STATEMENTS_IN_QUERIES:
            yield f"{key.upper()} changes data: a query only reads. To write rows, set a destination."


def _call_of(parts: list[Any]) -> str:
    return ".".join(part["Identifier"]["value"] for part in parts if "Identifier" in part) + "()"


def _unsupported(error: str) -> Failure:
    return Failure("sql", error, hint="Mode `query` takes one SELECT, WITH or set operation.")


def _not_a_query(name: str) -> Failure:
    words = " ".join(re.findall(r"[A-Z][a-z]*", name)).upper() or name
    return _unsupported(f"{words} is not a query.")


def _line(message: str) -> int | None:
    position = _POSITION.search(message)
    return None if position is None else int(position[1])


def _unparsed(message: str) -> Failure:
    """Describe a statement that the parser refuses."""
    if (name := _PLACEHOLDER_AS_NAME.search(message)) is not None:
        error = f"A parameter can't stand for a name: {name[1]} at line {name[2]}, column {name[3]}."
        return Failure("sql", error, details=message, line=int(name[2]), hint="Write the name into the statement.")
    return Failure("sql", "The statement could not be checked, so it is not run.", details=message, line=_line(message))


def _failure(error: Exception, statement: _Bound, frames: Mapping[str, pl.LazyFrame]) -> Failure:
    message = without_private_names(polars_message(error))
    if comparisons.is_refused(message):
        return _comparison_failure(message, statement, frames)
    if _PLACEHOLDER_AS_NAME.search(message) is not None:
        return _unparsed(message)
    hint = nearest_column(message, lambda: _columns(frames))
    if (relation := _RELATION.search(message)) is not None:
        hint = nearest_name(relation[1], list(frames), "table")
    elif isinstance(error, pl.exceptions.DuplicateError):
        hint = "Give each result column its own name with AS."
    elif _ZONED_LITERAL.search(message):
        hint = comparisons.hint("created_at", pl.Datetime(time_zone="UTC"))
    return Failure("sql", message.splitlines()[0], details=message, line=_line(message), hint=hint)


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
        return Failure("sql", details.splitlines()[0], details=details)
    dtype = schema.get(column)
    return Failure(
        "sql",
        comparisons.sentence(column, dtype, written if parameter is None else f"{parameter.where}, {written}"),
        details=details,
        line=None if parameter is None else parameter.line,
        hint=comparisons.hint(column, dtype),
    )


def _columns(frames: Mapping[str, pl.LazyFrame]) -> list[str]:
    return [name for frame in frames.values() for name in frame.collect_schema() if not is_private(name)]
