"""Finds the tables that a statement names, and replaces names of several parts by quoted ones, which Polars takes."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple

from nerium_worker.scan.internal_fields import private_name

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence

# A string in single quotes is the path of a file in other engines.
_NAME_QUOTES = (None, '"', "`")
_NEEDS_QUOTES = re.compile(r'[.@$ "]')
_SUFFIX = re.compile(r"[@$]")
# The functions in FROM that read files, with the format of the files; DuckDB has several names for each.
FILE_FUNCTIONS = {
    **dict.fromkeys(("read_parquet", "parquet_scan"), "parquet"),
    **dict.fromkeys(("read_csv", "read_csv_auto"), "csv"),
    **dict.fromkeys(("read_json", "read_json_auto"), "json"),
    **dict.fromkeys(("read_ndjson", "read_ndjson_auto"), "ndjson"),
}


class Span(NamedTuple):
    """A part of the text, in lines and columns that count from 1."""

    start: tuple[int, int]
    end: tuple[int, int]


_NOWHERE = Span((1, 1), (1, 1))


@dataclass(frozen=True, kw_only=True)
class Relation:
    """A name in FROM that is not one of a common table expression.

    `select`: the number of the SELECT whose FROM it is in. `alias`: the name that the statement gives it. `call`: the
    arguments as parsed, if it is a function that reads files.
    """

    parts: tuple[str, ...]
    span: Span
    select: int
    alias: str | None
    call: Mapping[str, Any] | None = field(default=None, compare=False)

    @property
    def key(self) -> str:
        """The name as one identifier, which is that of no other table."""
        if self.call is not None:
            return private_name("file_{}_{}".format(*self.span.start))
        return self.parts[0] if len(self.parts) == 1 else self.reference

    @property
    def is_qualified(self) -> bool:
        """Whether it names the namespace; a quoted text may be such a name as a whole."""
        return len(self.parts) > 1 or "." in self.parts[0]

    @property
    def reference(self) -> str:
        """The name of the table in the lake."""
        return table_reference(self.parts)


@dataclass(frozen=True, kw_only=True)
class _Qualifier:
    """The parts before a column's name, or before `.*`."""

    parts: tuple[str, ...]
    spans: tuple[Span, ...]
    select: int


@dataclass(frozen=True, kw_only=True)
class Relations:
    """The names of one statement."""

    tables: tuple[Relation, ...] = ()
    _qualifiers: tuple[_Qualifier, ...] = ()
    # The names that columns can be qualified by in each SELECT.
    _shown: tuple[tuple[int, str], ...] = ()

    @property
    def have_parts(self) -> bool:
        """Whether the text is changed where they are: a name has several parts, or is a call."""
        return any(len(table.parts) > 1 for table in self.tables) or self.have_calls

    @property
    def have_calls(self) -> bool:
        """Whether functions read files."""
        return any(table.call is not None for table in self.tables)

    def outermost(self) -> list[Relation]:
        """Give the tables in the FROM of the statement itself, in their order."""
        return sorted((table for table in self.tables if table.select == 1), key=lambda table: table.span)

    def repeated_name(self) -> str | None:
        """Give a name that two items of the FROM of the statement itself have."""
        aliases = self._aliases()
        renamed = [(table.select, table.parts[-1], alias) for table, alias in aliases.items() if table.alias is None]
        names = Counter(name for select, name in self._shown if select == 1)
        for select, name, alias in renamed:
            if select == 1 and name != alias:
                names[name] -= 1
                names[alias] += 1
        return next((name for name, count in names.items() if count > 1), None)

    def rewrite(self, sql: str, names: Mapping[Relation, str] | None = None) -> str:
        """Write the statement with one quoted identifier for each name of several parts.

        `names`: other names for some of the tables; the statement refers to their columns as before.
        """
        changes: dict[Span, str] = {}
        others = names or {}
        aliases = self._aliases(others)
        for table, alias in aliases.items():
            name = quote(others.get(table, table.key))
            changes[table.span] = name if table.alias else f"{name} AS {quote(alias)}"
        for qualifier in self._qualifiers:
            owner = _owner(qualifier, {table: alias for table, alias in aliases.items() if table.alias is None})
            if owner is not None:
                last = qualifier.spans[len(owner.parts) - 1]
                changes[Span(qualifier.spans[0].start, last.end)] = quote(aliases[owner])
        return replace_spans(sql, changes)

    def _aliases(self, others: Container[Relation] = ()) -> dict[Relation, str]:
        """Give the names of several parts with their aliases: the last part, unless another relation has that name.

        `others`: further tables to give.
        """
        taken = Counter(self._shown)
        return {
            table: table.alias or (table.parts[-1] if taken[table.select, table.parts[-1]] == 1 else table.key)
            for table in self.tables
            if len(table.parts) > 1 or table in others or table.call is not None
        }


def find_relations(query: Any) -> Relations:  # noqa: ANN401  # a tree of JSON
    """Find the tables of a parsed query, each name once for each place."""
    tables: list[Relation] = []
    qualifiers: list[_Qualifier] = []
    shown: list[tuple[int, str]] = []
    selects = 0
    numbered: dict[int, int] = {}
    pending: list[tuple[Any, frozenset[str], int]] = [(query, frozenset(), 0)]
    while pending:
        node, ctes, select = pending.pop()
        if isinstance(node, (list, tuple)):
            pending.extend((item, ctes, select) for item in node)
        if not isinstance(node, dict):
            continue
        if "projection" in node and "from" in node:
            selects += 1
            select = numbered.get(id(node), selects)
        match node:
            case {"body": {"Select": dict() as body}}:
                # The clauses behind a SELECT, such as ORDER BY, see its tables.
                selects += 1
                select = numbered[id(body)] = selects
        if isinstance(node.get("with"), dict):
            ctes = _push_ctes(node["with"], ctes, select, pending)
            node = {key: value for key, value in node.items() if key != "with"}
        match node:
            case {"Table": {"name": [*_], "args": args, "alias": _} as table} if args is None or is_file_call(table):
                tables.extend(_relation(table, ctes, select))
            case {"Table": {"table_name": str(name), "schema_name": None}} if name not in ctes:
                # `TABLE name` in a set operation, of which the parser gives no place.
                tables.append(Relation(parts=(name,), span=_NOWHERE, select=select, alias=None))
        shown.extend((select, name) for name in _shown_names(node))
        qualifiers.extend(_qualifiers(node, select))
        pending.extend((value, ctes, select) for value in node.values() if isinstance(value, (dict, list, tuple)))
    return Relations(tables=tuple(tables), _qualifiers=tuple(qualifiers), _shown=tuple(shown))


def is_file_call(table: Mapping[str, Any]) -> bool:
    """Return whether a table of a parsed statement, which has arguments, is a function that reads files."""
    match table.get("name"):
        case [{"Identifier": {"value": str(name)}}]:
            return name.lower() in FILE_FUNCTIONS
        case _:
            return False


def table_reference(parts: tuple[str, ...]) -> str:
    """Write the name of a table in the lake from its parts in a statement."""
    match parts:
        case [name]:
            return name if "." in name else f"default.{_reference_of_last(name)}"
        case _:
            return ".".join([*map(quoted_part, parts[:-1]), _reference_of_last(parts[-1])])


def full_name(names: Sequence[Mapping[str, Any]]) -> str:
    """Give the name of the table in the lake that a statement names."""
    return table_reference(tuple(name["Identifier"]["value"] for name in names))


def quote(name: str) -> str:
    """Write a name as a quoted identifier."""
    return '"' + name.replace('"', '""') + '"'


def _push_ctes(
    with_: dict[str, Any], ctes: frozenset[str], select: int, pending: list[tuple[Any, frozenset[str], int]]
) -> frozenset[str]:
    """Have the bodies of common table expressions visited, each with the names that it sees; return all names."""
    for cte in with_["cte_tables"]:
        name = cte["alias"]["name"]["value"]
        pending.append((cte["query"], ctes | {name} if with_["recursive"] else ctes, select))
        ctes |= {name}
    return ctes


def _relation(table: Mapping[str, Any], ctes: frozenset[str], select: int) -> Iterator[Relation]:
    names = table["name"]
    identifiers = [name["Identifier"] for name in names if "Identifier" in name]
    if len(identifiers) < len(names) or any(each["quote_style"] not in _NAME_QUOTES for each in identifiers):
        return
    parts = tuple(each["value"] for each in identifiers)
    if len(parts) == 1 and parts[0] in ctes and table["args"] is None:
        return
    alias = table["alias"]
    yield Relation(
        parts=parts,
        span=Span(_span(identifiers[0]).start, _span(identifiers[-1]).end),
        select=select,
        alias=None if alias is None else alias["name"]["value"],
        call=table["args"],
    )


def _qualifiers(node: dict[str, Any], select: int) -> Iterator[_Qualifier]:
    match node:
        case {"CompoundIdentifier": [*identifiers, _]}:
            pass
        case {"QualifiedWildcard": [{"ObjectName": [*names]}, *_]}:
            identifiers = [name["Identifier"] for name in names if "Identifier" in name]
        case _:
            return
    yield _Qualifier(
        parts=tuple(each["value"] for each in identifiers),
        spans=tuple(_span(each) for each in identifiers),
        select=select,
    )


def _shown_names(node: dict[str, Any]) -> Iterator[str]:
    """Give the name of an item of FROM: its alias, else its last part."""
    match node:
        case {"Table": {"alias": {"name": {"value": name}}}} | {"Derived": {"alias": {"name": {"value": name}}}}:
            yield name
        case {"Table": {"alias": None, "name": [*_, {"Identifier": {"value": name}}]}}:
            yield name


def _owner(qualifier: _Qualifier, aliases: Mapping[Relation, str]) -> Relation | None:
    """Find the table that a column is qualified by: of its own SELECT, else of another one, if there is no choice."""
    owners = [table for table in aliases if qualifier.parts[: len(table.parts)] == table.parts]
    own = [table for table in owners if table.select == qualifier.select]
    found = own or owners
    return found[0] if len({aliases[table] for table in found}) == 1 else None


def _span(identifier: dict[str, Any]) -> Span:
    return span_of(identifier["span"])


def span_of(message: Mapping[str, Any]) -> Span:
    """Decode a span as the parser writes it."""
    start, end = (message[side] for side in ("start", "end"))
    return Span((start["line"], start["column"]), (end["line"], end["column"]))


def line_starts(sql: str) -> list[int]:
    """Give the offset of each line."""
    return [0, *accumulate(len(line) + 1 for line in sql.split("\n"))]


def replace_spans(sql: str, changes: Mapping[Span, str]) -> str:
    """Replace parts of a text, none of which overlap."""
    starts = line_starts(sql)

    def at(place: tuple[int, int]) -> int:
        return starts[place[0] - 1] + place[1] - 1

    for span, text in sorted(changes.items(), reverse=True):
        sql = sql[: at(span.start)] + text + sql[at(span.end) :]
    return sql


def _reference_of_last(part: str) -> str:
    """Write the last part of a name, behind which there may be a metadata table and a version."""
    match = _SUFFIX.search(part)
    return quoted_part(part) if match is None else quoted_part(part[: match.start()]) + part[match.start() :]


def quoted_part(part: str) -> str:
    """Write a part of a name, in quotes where it needs them."""
    return quote(part) if _NEEDS_QUOTES.search(part) else part
