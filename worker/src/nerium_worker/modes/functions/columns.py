"""Computes calls of functions below the SELECT that they are in.

Polars' SQL takes no functions from outside. So a call becomes the name of a column that the item of FROM has besides,
whose columns are the arguments of the call: a frame with an expression of Polars. Columns of several items, and values
of groups, can't be computed there: these calls are refused.
"""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from nerium_worker.modes.functions.calls import has_calls, has_other_calls, read_call
from nerium_worker.modes.functions.computation import Value, called
from nerium_worker.modes.functions.from_items import find_items, joins_of
from nerium_worker.modes.functions.json_values import base, with_bound_operators
from nerium_worker.modes.functions.keys import as_column, is_one_of, repeated_keys
from nerium_worker.modes.functions.made_items import is_sampled, sampled, series, series_name
from nerium_worker.modes.sql_values import NotBindableError, value_of_python
from nerium_worker.modes.syntax import (
    AGGREGATES,
    identifier,
    is_query,
    objects,
    parsed,
    parsed_expression,
    without_places,
    written,
)
from nerium_worker.protocol.errors import Failure
from nerium_worker.scan.internal_fields import private_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from nerium_worker.modes.functions.computation import Computation
    from nerium_worker.modes.functions.from_items import Item
    from nerium_worker.modes.syntax import Ast

_OF_ROWS = object()


def with_computed_columns(sql: str, frames: Mapping[str, pl.LazyFrame]) -> tuple[str, Mapping[str, pl.LazyFrame]]:
    """Give a statement that names columns where it had calls, with the frames that have these columns.

    Each name of a table in the statement is one identifier. Raises `Failure`.
    """
    statement = with_bound_operators(parsed(sql))
    statements = _Statement(frames)
    statements.query(statement["Query"], ())
    text = written(statement)
    if has_other_calls(statement, statements.kept) or _compared(parsed(text)) != _compared(statement):
        raise Failure(
            "sql",
            "A function is called in a place where it can't be computed.",
            hint="Compute it in the SELECT list of a subquery or of WITH.",
        )
    return text, statements.frames


def _compared(statement: Ast) -> Ast:
    """Give a tree as it is compared: parentheses have made it already."""
    return without_places(_without_parentheses(with_bound_operators(statement)))


def _without_parentheses(node: Ast) -> Ast:
    match node:
        case {"Nested": inner}:
            return _without_parentheses(inner)
        case dict():
            return {key: _without_parentheses(value) for key, value in node.items()}
        case list():
            return [_without_parentheses(each) for each in node]
        case _:
            return node


class _Statement:
    """A statement whose queries are changed, and the frames that they name then."""

    def __init__(self, frames: Mapping[str, pl.LazyFrame]) -> None:
        self.frames = dict(frames)
        # Operators that Polars computes itself, without their places.
        self.kept: list[Ast] = []
        self._numbers = itertools.count(1)

    def query(self, query: Ast, ctes: Sequence[Ast]) -> None:
        """Change a query; `ctes`: the common table expressions that it sees."""
        if query["with"] is not None:
            for cte in query["with"]["cte_tables"]:
                self.query(cte["query"], ctes)
                ctes = (*ctes, cte)
        self._body(query["body"], query, ctes)

    def _body(self, body: Ast, query: Ast | None, ctes: Sequence[Ast]) -> None:
        match body:
            case {"Select": select}:
                _Select(self, select, query, ctes).change()
            case {"SetOperation": operation}:
                for side in ("left", "right"):
                    self._body(operation[side], None, ctes)
            case {"Query": inner}:
                self.query(inner, ctes)
            case _:
                pass

    def name(self, what: str) -> str:
        """Give a name that nothing else has."""
        return private_name(f"{what}_{next(self._numbers)}")

    def add(self, frame: pl.LazyFrame) -> str:
        """Add a frame; return its name."""
        name = self.name("computed")
        self.frames[name] = frame
        return name

    def rows(self, columns: Mapping[str, Ast], relation: Ast | None, ctes: Sequence[Ast]) -> pl.LazyFrame:
        """Give the rows of an item of FROM, and expressions over them by their names."""
        statement = parsed("SELECT * FROM t" if relation is not None else "SELECT 1")
        query = statement["Query"]
        if ctes:
            query["with"] = parsed("WITH a AS (SELECT 1) SELECT 1")["Query"]["with"]
            query["with"]["cte_tables"] = list(ctes)
        select = query["body"]["Select"]
        if relation is not None:
            select["from"][0]["relation"] = relation
        else:
            select["projection"].clear()
        select["projection"] += [
            {"ExprWithAlias": {"expr": expression, "alias": identifier(name)}} for name, expression in columns.items()
        ]
        return pl.SQLContext(self.frames).execute(written(statement), eager=False)


@dataclass(frozen=True, kw_only=True)
class _Column:
    """A computed column; `values`: the parsed arguments; `reads`: the columns of the item from which it is computed."""

    name: str
    level: int
    values: Sequence[Ast]
    reads: frozenset[str]
    computation: Computation


class _Source:
    """An item of FROM with the columns that are computed for it."""

    def __init__(self, statement: _Statement, item: Item, ctes: Sequence[Ast], constant: Callable[[Ast], Any]) -> None:
        self._statement = statement
        self._ctes = ctes
        self._constant = constant
        self._item = item
        self._frame: pl.LazyFrame | None = None
        self.name = item.name
        self.is_nullable = item.is_nullable
        self.columns: dict[str, _Column] = {}

    @property
    def is_changed(self) -> bool:
        """Whether FROM can't name it as it is."""
        return bool(self.columns) or is_sampled(self._item.relation) or series_name(self._item.relation) is not None

    def frame(self) -> pl.LazyFrame:
        """Give its rows without these columns."""
        if self._frame is None:
            self._frame = self._rows(self._item.relation)
        return self._frame

    def _rows(self, relation: Ast) -> pl.LazyFrame:
        if is_sampled(relation):
            [(kind, fields)] = relation.items()
            return sampled(self._rows({kind: {**fields, "sample": None}}), relation, self._constant)
        if series_name(relation) is not None:
            return series(relation, self._constant)
        match relation:
            case {
                "Table": {
                    "name": [{"Identifier": {"value": str(name)}}],
                    "args": None,
                    "alias": None | {"columns": []},
                }
            } if name in self._statement.frames and name not in [cte["alias"]["name"]["value"] for cte in self._ctes]:
                return self._statement.frames[name]
            case {"UNNEST": _}:
                return self._unnested(relation)
            case _:
                return self._statement.rows({}, relation, self._ctes)

    def _unnested(self, relation: Ast) -> pl.LazyFrame:
        try:
            return self._statement.rows({}, relation, self._ctes)
        except pl.exceptions.PolarsError as error:
            raise Failure(
                "sql",
                "A function may read a column of UNNEST over another table, which can't be computed here.",
                hint="Write the name of the table before columns of others, and UNNEST in a subquery for its own.",
            ) from error

    def has(self, column: str) -> bool:
        """Return whether it has a column."""
        return column in self.frame().collect_schema() or any(each.name == column for each in self.columns.values())

    def column(self, name: str) -> _Column | None:
        """Give the computed column of a name."""
        return next((each for each in self.columns.values() if each.name == name), None)

    def plain_column(self, expression: Ast) -> str | None:
        """Give the name of the column that an expression is; None if it is not one, such as a field of a struct."""
        match expression:
            case {"Identifier": {"value": str(name)}}:
                return name
            case {"CompoundIdentifier": [{"value": item}, {"value": str(name)}]} if item == self.name:
                return name
            case _:
                return None

    def type_of(self, value: Ast) -> pl.DataType:
        """Give the type of an expression over its columns."""
        return self._with_values(self.frame(), {"v": value}).collect_schema()["v"]

    def reads(self, name: str) -> frozenset[str]:
        """Give the columns from which one of its columns is computed, itself if it is not computed."""
        column = self.column(name)
        return frozenset([name]) if column is None else column.reads

    def replace(self) -> None:
        """Let FROM name the frame with the computed columns."""
        frame = self.frame()
        arguments: list[str] = []
        for level in range(1, 1 + max((each.level for each in self.columns.values()), default=0)):
            columns = [each for each in self.columns.values() if each.level == level]
            expressions = {
                self._statement.name("value"): value
                for each in columns
                for value in each.values
                if self.plain_column(value) is None
            }
            frame = self._with_values(frame, expressions)
            names = {json.dumps(without_places(value)): name for name, value in expressions.items()}
            arguments += expressions
            read = {
                each.name: [
                    self.plain_column(value) or names[json.dumps(without_places(value))] for value in each.values
                ]
                for each in columns
            }
            frame, others = _computed(
                frame, {each.name: each.computation for each in columns}, read, self._statement.name
            )
            arguments += others
        name = self._statement.add(frame.drop(arguments) if arguments else frame)
        table = _table(name, self.name or name)
        self._item.relation.clear()
        self._item.relation.update(table)

    def _with_values(self, frame: pl.LazyFrame, expressions: Mapping[str, Ast]) -> pl.LazyFrame:
        if not expressions:
            return frame
        name = self._statement.add(frame)
        table = _table(name, self.name or name)
        return self._statement.rows(expressions, table, ())


def _table(name: str, alias: str) -> Ast:
    relation = parsed("SELECT 1 FROM t AS a")["Query"]["body"]["Select"]["from"][0]["relation"]
    relation["Table"]["name"] = [{"Identifier": identifier(name)}]
    relation["Table"]["alias"]["name"] = identifier(alias)
    return relation


def _computed(
    frame: pl.LazyFrame,
    computations: Mapping[str, Computation],
    read: Mapping[str, list[str]],
    name: Callable[[str], str],
) -> tuple[pl.LazyFrame, list[str]]:
    """Add a column for each computation, from the columns that it reads; return the names of steps between, too."""
    between: list[str] = []
    for number in range(max(len(each.steps) for each in computations.values())):
        types = frame.collect_schema()
        added = []
        for column, computation in computations.items():
            if number >= len(computation.steps):
                continue
            values = [Value(expression=pl.col(each), dtype=types[each]) for each in read[column]]
            is_last = number == len(computation.steps) - 1
            result = column if is_last else name("step")
            added.append(computation.steps[number](values).alias(result))
            read[column].append(result)
            between += [] if is_last else [result]
        frame = frame.with_columns(added)
    return frame, between


class _Select:
    """A SELECT, with the clauses of its query that see its tables."""

    def __init__(self, statement: _Statement, select: Ast, query: Ast | None, ctes: Sequence[Ast]) -> None:
        self._statement = statement
        self._select = select
        self._query = query
        self._ctes = ctes
        self._sources: list[_Source] = []
        # The keys of groups, as they are compared; None if all rows have values of their own.
        self._keys: list[Ast] | None = None
        self._sees_values = False
        self._is_in_aggregate = False
        self._repeated_keys = repeated_keys(select)
        # The names that values without one got.
        self._taken: list[str] = []

    def change(self) -> None:
        """Change the SELECT."""
        select = self._select
        items = find_items(select["from"])
        for item in items:
            if "Derived" in item.relation:
                self._statement.query(item.relation["Derived"]["subquery"], self._ctes)
        self._sources = [_Source(self._statement, item, self._ctes, self._constant) for item in items]
        for join in joins_of(select["from"]):
            join["join_operator"] = self._expression(join["join_operator"])
        for clause in ("selection", "prewhere"):
            select[clause] = self._expression(select.get(clause))
        self._sees_values = True
        self._change_groups()
        self._sees_values = False
        select["projection"] = [self._projected(number, each) for number, each in enumerate(select["projection"], 1)]
        self._sees_values = True
        if has_calls(select["distinct"]):
            raise Failure(
                "sql",
                "A function that becomes a column can't be called in DISTINCT ON.",
                hint="Call it in the SELECT list of a subquery, and name its value in DISTINCT ON.",
            )
        for clause in ("having", "qualify", "named_window"):
            select[clause] = self._expression(select.get(clause))
        if self._query is not None:
            self._query["order_by"] = self._expression(self._query["order_by"])
        self._leave_out()
        for source in self._sources:
            if source.is_changed:
                source.replace()

    def _change_groups(self) -> None:
        match self._select["group_by"]:
            case {"Expressions": [[_, *_] as keys, _]}:
                self._require_no_alias(keys)
                keys[:] = [self._expression(key) for key in keys]
                self._keys = keys
            case other:
                self._select["group_by"] = self._expression(other)

    def _require_no_alias(self, keys: Sequence[Ast]) -> None:
        """Refuse a key that is the name of a column, and of another value in the SELECT list."""
        for name in (key["Identifier"]["value"] for key in keys if "Identifier" in key):
            value = self._values().get(name)
            if value is not None and has_calls(value) and any(source.has(name) for source in self._sources):
                raise Failure(
                    "sql",
                    f"GROUP BY {name} may be the column, or the value of that name in SELECT.",
                    hint="Give the value another name.",
                )

    def _values(self) -> Mapping[str, Ast]:
        return {
            each["ExprWithAlias"]["alias"]["value"]: each["ExprWithAlias"]["expr"]
            for each in self._select["projection"]
            if "ExprWithAlias" in each
        }

    def _projected(self, number: int, item: Ast) -> Ast:
        [(kind, value)] = item.items()
        name = value["alias"]["value"] if kind == "ExprWithAlias" else None
        keys = [] if self._keys is None else [without_places(key) for key in self._keys]
        is_key = any(_is_ordinal(key, number) or _is_name(key, name) for key in keys)
        before, self._is_in_aggregate = self._is_in_aggregate, is_key
        changed = self._expression(value)
        self._is_in_aggregate = before
        if kind == "UnnamedExpr" and changed != value:
            return {"ExprWithAlias": {"expr": changed, "alias": identifier(self._name_of(number, value))}}
        return {kind: changed}

    def _name_of(self, number: int, value: Ast) -> str:
        """Give a value the name that Polars would give it: that of the first column in it, with a number if need be."""
        name = next((names[-1]["value"] for names in _names(value)), "literal")
        shown = itertools.chain.from_iterable(map(self._shown, self._select["projection"]))
        before = [*self._taken, *shown]
        for each in (name, *(f"{name}:{count}" for count in range(1, number + 1))):
            if each not in before:
                self._taken.append(each)
                return each
        return name

    def _shown(self, item: Ast) -> list[str]:
        """Give the names that an item of the SELECT list has, as far as it has some without a call."""
        match item:
            case {"ExprWithAlias": {"alias": {"value": str(name)}}}:
                return [name]
            case {"UnnamedExpr": {"Identifier": {"value": str(name)}}}:
                return [name]
            case {"UnnamedExpr": {"CompoundIdentifier": [*_, {"value": str(name)}]}}:
                return [name]
            case {"Wildcard": _} | {"QualifiedWildcard": _}:
                return [each for source in self._sources for each in source.frame().collect_schema()]
            case _:
                return []

    def _expression(self, node: Ast) -> Ast:
        match node:
            case list():
                return [self._expression(each) for each in node]
            case dict() if is_query(node):
                self._statement.query(node, self._ctes)
                return node
            case dict() if (value := base(node)) is not None and self._is_struct(value):
                self._statement.kept += [without_places(each) for each in (node, *_operators_in(node))]
                return node
            case dict() if is_one_of(node, self._repeated_keys):
                return self._computed(node, as_column({"Nested": node}))
            case dict():
                computation = read_call(node, self._constant)
                if computation is not None:
                    return self._computed(node, computation)
                before = self._is_in_aggregate
                self._is_in_aggregate = before or _is_aggregate(node)
                changed = {key: self._expression(value) for key, value in node.items()}
                self._is_in_aggregate = before
                return changed
            case _:
                return node

    def _is_struct(self, value: Ast) -> bool:
        """Return whether a value is a struct, whose fields Polars' own operators take."""
        reads = list(self._named_columns(value))
        if has_calls(value) or len({id(source) for source, _ in reads}) != 1:
            return False
        return isinstance(reads[0][0].type_of(value), pl.Struct)

    def _constant(self, expression: Ast) -> Any:  # noqa: ANN401  # a value of SQL
        """Give the value of an expression that reads no column, and another object for others."""
        changed = self._expression(expression)
        if any(True for _ in _names(changed)):
            return _OF_ROWS
        return self._statement.rows({"v": changed}, None, ()).collect().item()

    def _argument(self, expression: Ast) -> Ast:
        repeated, self._repeated_keys = self._repeated_keys, []
        changed = self._expression(expression)
        self._repeated_keys = repeated
        return changed

    def _computed(self, node: Ast, computation: Computation) -> Ast:
        """Give the column that stands for a call."""
        values = [self._argument(_bare(value)) for value in computation.values]
        if not all(map(_is_of_rows, values)):
            raise self._refusal(computation, "is called of an aggregate, a window or a subquery")
        reads = [read for value in values for read in self._named_columns(value)]
        if not reads:
            return self._literal(computation, values)
        sources = {id(source): source for source, _ in reads}
        if len(sources) > 1:
            raise self._refusal(computation, "reads columns of several tables of its FROM")
        [source] = sources.values()
        if source.is_nullable and not all(map(_keeps_nulls, values)):
            raise self._refusal(computation, "has an expression as its argument, over a table of an outer join")
        key = json.dumps(without_places(node))
        if key not in source.columns:
            inner = [column for _, name in reads if (column := source.column(name)) is not None]
            source.columns[key] = _Column(
                name=self._statement.name("column"),
                level=1 + max((column.level for column in inner), default=0),
                values=values,
                reads=frozenset().union(*(source.reads(name) for _, name in reads)),
                computation=computation,
            )
        column = source.columns[key]
        expression = {"Identifier": identifier(column.name)}
        if self._keys is not None and not self._is_in_aggregate:
            self._add_key(source, column, expression, self._keys)
        return expression

    def _add_key(self, source: _Source, column: _Column, expression: Ast, keys: list[Ast]) -> None:
        """Let a value that is computed of keys be a key, too: it is the same in all rows of a group."""
        if any(without_places(each) == without_places(expression) for each in objects(keys)):
            return
        if any(_is_set(key) for key in keys):
            raise self._refusal(column.computation, "is called of a key of ROLLUP, CUBE or GROUPING SETS")
        missing = sorted(column.reads - self._plain_keys(source, keys))
        if missing:
            raise self._refusal(column.computation, f"reads {missing[0]!r}, which is not a key of GROUP BY")
        keys.append(expression)

    def _plain_keys(self, source: _Source, keys: Sequence[Ast]) -> set[str]:
        """Give the keys that are columns of an item of FROM, and not another value of that name."""
        plain = set()
        for key in keys:
            name = source.plain_column(key)
            is_qualified = "CompoundIdentifier" in key
            if name is not None and (is_qualified or (not self._is_other_value(name) and self._is_of(source, name))):
                plain.add(name)
        return plain

    def _is_of(self, source: _Source, name: str) -> bool:
        return [each for each in self._sources if each.has(name)] == [source]

    def _literal(self, computation: Computation, values: Sequence[Ast]) -> Ast:
        """Give the value of a call that reads no column."""
        columns = {self._statement.name("value"): value for value in values}
        rows = self._statement.rows(columns, None, ())
        result = self._statement.name("column")
        rows, _ = _computed(rows, {result: computation}, {result: list(columns)}, self._statement.name)
        value = rows.select(result).collect().item()
        try:
            literal = value_of_python(value.to_list() if isinstance(value, pl.Series) else value)
        except NotBindableError as error:
            raise self._refusal(computation, "is called of constants, and its value has no literal") from error
        return parsed_expression(literal.text)

    def _named_columns(self, expression: Ast) -> Iterator[tuple[_Source, str]]:
        """Give the columns that an expression names, with the items of FROM that have them."""
        for names in _names(expression):
            yield self._named_column([name["value"] for name in names])

    def _named_column(self, names: Sequence[str]) -> tuple[_Source, str]:
        named = [source for source in self._sources if len(names) > 1 and source.name == names[0]]
        if not named and self._sees_values and len(names) == 1 and self._is_other_value(names[0]):
            raise Failure(
                "sql",
                f"{names[0]} may be the column, or the value of that name in SELECT.",
                hint="Give the value another name.",
            )
        name = names[1 if named else 0]
        found = [source for source in named or self._sources if source.has(name)]
        if len(found) == 1:
            return found[0], name
        if found:
            raise Failure(
                "sql",
                f"The column {name!r} is in several tables.",
                hint="Write the name of the table before it: t.name.",
            )
        raise Failure(
            "sql",
            f"The argument {'.'.join(names)!r} of a function is not a column of a table in the FROM of its SELECT.",
            hint="Compute it in the SELECT list of a subquery or of WITH.",
        )

    def _is_other_value(self, name: str) -> bool:
        values = self._values()
        return name in values and all(source.plain_column(values[name]) != name for source in self._sources)

    def _refusal(self, computation: Computation, why: str) -> Failure:
        name = computation.name
        return Failure(
            "sql",
            f"{called(name)} can't be computed here: it {why}.",
            hint=f"Compute its argument in a subquery: SELECT {name}(x, ...) FROM (SELECT ... AS x FROM ...) AS q.",  # noqa: S608  # a hint
        )

    def _leave_out(self) -> None:
        """Leave the computed columns out of those that `*` stands for."""
        every = [column.name for source in self._sources for column in source.columns.values()]
        if not every:
            return
        if any(_is_choice_of_columns(fields) for fields in objects(self._select["projection"])):
            raise Failure(
                "sql", "COLUMNS is not possible beside this call of a function.", hint="Name the columns, or write *."
            )
        for item in self._select["projection"]:
            match item:
                case {"Wildcard": options}:
                    _exclude(options, every)
                case {"QualifiedWildcard": [{"ObjectName": [*_, {"Identifier": {"value": name}}]}, options]}:
                    _exclude(
                        options,
                        [
                            column.name
                            for each in self._sources
                            if each.name == name
                            for column in each.columns.values()
                        ],
                    )


def _exclude(options: Ast, names: Sequence[str]) -> None:
    if not names:
        return
    if options["opt_ilike"] is not None or options["opt_rename"] is not None:
        raise Failure(
            "sql",
            "SELECT * with ILIKE or RENAME is not possible beside this call of a function.",
            hint="Name the columns.",
        )
    given = [each for option in ("opt_exclude", "opt_except") for each in _excluded(options[option])]
    options["opt_except"] = None
    options["opt_exclude"] = {"Multiple": [*given, *map(identifier, names)]}


def _excluded(option: Ast) -> list[Ast]:
    match option:
        case {"Multiple": [*names]}:
            return names
        case {"Single": name}:
            return [name]
        case {"first_element": first, "additional_elements": [*others]}:
            return [first, *others]
        case _:
            return []


def _names(expression: Ast) -> Iterator[list[Ast]]:
    """Give the parts of each name of a column in an expression."""
    match expression:
        case list():
            for each in expression:
                yield from _names(each)
        case {"Identifier": name}:
            yield [name]
        case {"CompoundIdentifier": names}:
            yield names
        case {"Function": call}:
            yield from _names([value for key, value in call.items() if key != "name"])
        case dict():
            yield from _names([value for key, value in expression.items() if key != "data_type"])


def _bare(expression: Ast) -> Ast:
    """Leave out the parentheses around an expression."""
    return _bare(expression["Nested"]) if "Nested" in expression else expression


def _keeps_nulls(expression: Ast) -> bool:
    """Return whether an expression is null where the column in it is null."""
    match expression:
        case {"Identifier": _} | {"CompoundIdentifier": [_, _]}:
            return True
        case {"Nested": inner} | {"Cast": {"expr": inner}}:
            return _keeps_nulls(inner)
        case _:
            return False


def _is_aggregate(node: Ast) -> bool:
    match node:
        case {"Function": {"name": [{"Identifier": {"value": str(name)}}], "over": None}}:
            return name.lower() in AGGREGATES
        case _:
            return False


def _is_choice_of_columns(node: Ast) -> bool:
    match node:
        case {"Function": {"name": [{"Identifier": {"value": str(name)}}]}}:
            return name.lower() == "columns"
        case _:
            return False


def _is_of_rows(expression: Ast) -> bool:
    """Return whether an expression has a value for each row by itself: no aggregate, no window and no subquery."""
    return not any(
        is_query(fields) or _is_aggregate(fields) or (fields.get("Function") or {}).get("over") is not None
        for fields in objects(expression)
    )


def _operators_in(node: Ast) -> Iterator[Ast]:
    return (each for each in objects(node) if base(each) is not None)


def _is_set(key: Ast) -> bool:
    return not {"Rollup", "Cube", "GroupingSets"}.isdisjoint(key)


def _is_name(key: Ast, name: str | None) -> bool:
    match key:
        case {"Identifier": {"value": str(value)}}:
            return value == name
        case _:
            return False


def _is_ordinal(key: Ast, number: int) -> bool:
    match key:
        case {"Value": {"value": {"Number": [str(digits), _]}}}:
            return digits == str(number)
        case _:
            return False
