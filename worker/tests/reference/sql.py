"""Random SQL over one table and its partners: selects that are stacked on each other."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from reference.columns import Columns, columns_of
from reference.generator import Generator
from reference.statement import Statement, sql_frame, sql_literal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


_PLAIN_NAME = re.compile(r"[a-z]{1,2}\d*")
_RESERVED = {"in", "on", "as", "by", "is", "or", "no"}
_MOST_ROWS = 4000


@dataclass(frozen=True, kw_only=True)
class Relation:
    """What a FROM clause may name, with the CTEs before it."""

    source: str
    alias: str
    columns: Columns
    ctes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Select:
    """The text of a select without its CTEs; `key` as in `Columns`."""

    text: str
    key: tuple[str, ...] | None
    ctes: tuple[str, ...] = ()
    ordered: bool = False
    # Columns whose names are the relation's but whose values are not.
    fresh: bool = False


class SqlGenerator(Generator):
    """Makes one statement that has a construct, over a table."""

    @classmethod
    def constructs(cls) -> list[str]:
        return list(_CONSTRUCTS)

    def statement(self, construct: str) -> Statement:
        """Raise whatever Polars raises where a part of the statement can't be."""
        relation = self._base("t")
        chain = [construct]
        if self._rng.random() < 0.8:
            chain.insert(self._rng.randrange(2), self._rng.choice(list(_CONSTRUCTS)))
        for position, name in enumerate(chain):
            select = _CONSTRUCTS[name](self, relation)
            self._constructs.add(name)
            if position < len(chain) - 1:
                relation = self._derived(relation, select)
        types = self._types(_text(select))
        if not select.ordered and select.key and self._rng.random() < 0.3:
            select = self._sorted(select, types)
        return Statement(
            mode="query",
            text=_text(select),
            tables=self._tables,
            ordered=select.ordered,
            constructs=frozenset(self._constructs),
        )

    # ------------------------------------------------------------------------------------------------ relations

    def _base(self, alias: str) -> Relation:
        return Relation(source=alias, alias=alias, columns=columns_of(self._tables[alias]))

    def _derived(self, relation: Relation, select: Select) -> Relation:
        """Make a subquery or a CTE of a select."""
        columns = relation.columns.but(self._types(_text(select)), select.key, fresh=select.fresh)
        name = self._name("q")
        if self._rng.random() < 0.5:
            self._constructs.add("cte")
            return Relation(source=name, alias=name, columns=columns, ctes=(*select.ctes, f"{name} AS ({select.text})"))
        return Relation(source=f"({select.text}) AS {name}", alias=name, columns=columns, ctes=select.ctes)

    def _types(self, text: str) -> Mapping[str, pl.DataType]:
        frames = {alias: table.frame.clear().lazy() for alias, table in self._tables.items()}
        return dict(sql_frame(text, frames).collect_schema())

    def _partner(self, *, small: bool = False) -> Relation:
        return self._base(self._partner_alias(small=small, but={"t"}))

    # ---------------------------------------------------------------------------------------------- expressions

    def _value(self, columns: Columns, name: str) -> str:
        value = sql_literal(columns.value(name, self._rng))
        dtype = columns.types[name]
        if isinstance(dtype, pl.Time):
            return f"CAST('{columns.value(name, self._rng)}' AS TIME)"
        return value

    def _number(self, relation: Relation, depth: int = 2) -> str:
        """A number that is exact."""
        columns, rng = relation.columns, self._rng
        candidates = columns.summable or columns.integers
        column = name_of(self._one(candidates))
        if depth == 0 or columns.types[self._plain(column)].is_decimal():
            return column
        match rng.randrange(9):
            case 0:
                return f"{column} + {rng.choice([1, 2, 10])}"
            case 1:
                return f"{column} * 2"
            case 2:
                return f"COALESCE({column}, 0)"
            case 3:
                return f"CASE WHEN {self._predicate(relation, 0)} THEN {column} ELSE 0 END"
            case 4 if columns.texts:
                return f"LENGTH({name_of(self._one(columns.texts))})"
            case 5 if columns.dates:
                part = rng.choice(["year", "month", "day", "dow"])
                return f"EXTRACT({part} FROM {name_of(self._one(columns.dates))})"
            case 6 if columns.integer_lists:
                return f"ARRAY_LENGTH({name_of(self._one(columns.integer_lists))})"
            case 7:
                return f"ABS({column})"
            case _:
                return column

    @staticmethod
    def _plain(column: str) -> str:
        return column.rpartition(".")[2].strip('"')

    def _expression(self, relation: Relation) -> str:
        """A value of any type."""
        columns, rng = relation.columns, self._rng
        match rng.randrange(16):
            case 0 if columns.texts:
                column = name_of(self._one(columns.texts))
                return rng.choice(
                    [
                        f"UPPER({column})",
                        f"{column} || '-'",
                        f"SUBSTR({column}, 1, 2)",
                        f"REPLACE({column}, 'a', 'q')",
                        f"COALESCE({column}, 'none')",
                        f"LEFT({column}, 1)",
                        f"CONCAT({column}, '/', {name_of(self._one(columns.flat))})",
                        f"NULLIF({column}, 'x')",
                    ]
                )
            case 1 if columns.dates:
                column = name_of(self._one(columns.dates))
                return rng.choice([f"{column} + INTERVAL '3 days'", f"STRFTIME({column}, '%Y-%m')"])
            case 2 if columns.moments:
                column = name_of(self._one(columns.moments))
                return rng.choice([f"CAST({column} AS DATE)", f"EXTRACT(hour FROM {column})"])
            case 3 if columns.numbers:
                column = name_of(self._one(columns.numbers))
                target = rng.choice(["DOUBLE", "VARCHAR"])
                return f"CAST({column} AS {target})"
            case 4 if columns.integers:
                return f"CAST({name_of(self._one(columns.integers))} AS VARCHAR)"
            case 5 if columns.structs:
                return self._struct_field(relation)
            case 6 if columns.integer_lists:
                return self._list(relation)
            case 7:
                one, other = (name_of(self._one(columns.flat)) for _ in range(2))
                return f"CASE WHEN {self._predicate(relation, 1)} THEN {one} WHEN {other} IS NULL THEN {one} END"
            case 8:
                return f"({self._predicate(relation, 1)})"
            case 9 if len(columns.integers) > 1:
                one, other = (name_of(name) for name in rng.sample(columns.integers, 2))
                return f"{rng.choice(['GREATEST', 'LEAST'])}({one}, {other})"
            case 10 | 11:
                return name_of(self._one(columns.names))
            case _:
                return self._number(relation)

    def _struct_field(self, relation: Relation) -> str:
        name = self._one(relation.columns.structs)
        inner, dtype = self._rng.choice(relation.columns.fields(name))
        path = f'{name_of(name)}."{inner}"'
        if isinstance(dtype, pl.Struct) and self._rng.random() < 0.7:
            path += f'."{self._rng.choice(dtype.fields).name}"'
        return path

    def _list(self, relation: Relation) -> str:
        column = name_of(self._one(relation.columns.integer_lists))
        return self._rng.choice(
            [
                f"ARRAY_SUM({column})",
                f"ARRAY_LENGTH({column})",
                f"ARRAY_CONTAINS({column}, 5)",
                f"ARRAY_REVERSE({column})",
                f"{column}[1]",
                f"ARRAY_GET({column}, 2)",
                f"ARRAY_UPPER({column})",
            ]
        )

    def _predicate(self, relation: Relation, depth: int = 1) -> str:
        if depth > 0 and self._rng.random() < 0.35:
            one, other = self._predicate(relation, depth - 1), self._predicate(relation, depth - 1)
            return self._rng.choice([f"({one} AND {other})", f"({one} OR {other})", f"NOT ({one})"])
        return self._atom(relation)

    def _atom(self, relation: Relation) -> str:
        columns, rng = relation.columns, self._rng
        name = self._one([n for n in columns.flat if columns.types[n] != pl.Binary])
        column, dtype = name_of(name), columns.types[name]
        if rng.random() < 0.12 or (isinstance(dtype, pl.Datetime) and dtype.time_zone):
            return f"{column} IS {rng.choice(['', 'NOT '])}NULL"
        if dtype == pl.Boolean:
            return rng.choice([column, f"NOT {column}", f"{column} IS NOT TRUE", f"{column} = FALSE"])
        value = self._value(columns, name)
        if dtype == pl.String and rng.random() < 0.5:
            text = str(columns.value(name, rng)).replace("'", "''")
            return rng.choice(
                [
                    f"STARTS_WITH({column}, '{text[:1]}')",
                    f"{column} LIKE '{text[:1]}%'",
                    f"{column} NOT LIKE '%{text[-1:]}'",
                    f"ENDS_WITH({column}, '{text[-1:]}')",
                    f"{column} ILIKE '{text}'",
                    f"LENGTH({column}) > 2",
                ]
            )
        match rng.randrange(8):
            case 0:
                others = ", ".join([value, self._value(columns, name)])
                return f"{column} {rng.choice(['', 'NOT '])}IN ({others})"
            case 1 if dtype.is_numeric() or dtype.is_temporal():
                return f"{column} BETWEEN {value} AND {self._value(columns, name)}"
            case 2:
                # Polars takes what follows, AND and OR too, for a part of the value.
                return f"({column} IS {rng.choice(['', 'NOT '])}DISTINCT FROM {value})"
            case 3 if columns.structs:
                return f"{self._struct_field(relation)} IS NOT NULL"
            case 4 if columns.integer_lists:
                return f"ARRAY_CONTAINS({name_of(self._one(columns.integer_lists))}, {rng.randrange(10)})"
            case _:
                return f"{column} {rng.choice(['=', '<>', '<', '<=', '>', '>='])} {value}"

    # -------------------------------------------------------------------------------------------------- clauses

    def _from(self, relation: Relation, chance: float = 0.35) -> str:
        where = ""
        if self._rng.random() < chance:
            self._constructs.add("filter")
            where = f" WHERE {self._predicate(relation)}"
        return f"FROM {relation.source}{where}"

    def _kept(self, relation: Relation, most: int = 4) -> tuple[list[str], tuple[str, ...] | None]:
        """Columns that are passed on in any order, usually the key with them."""
        columns = relation.columns
        others = [name for name in columns.names if name not in (columns.key or ())]
        chosen = self._some(others, most) if others else []
        key = columns.key
        if key is not None and self._rng.random() < 0.85:
            for name in key:
                chosen.insert(self._rng.randint(0, len(chosen)), name)
        else:
            key = None
        return chosen or columns.names[:1], key

    def _select(
        self, relation: Relation, items: list[str], rest: str, key: tuple[str, ...] | None, **more: bool
    ) -> Select:
        return Select(text=f"SELECT {', '.join(items)} {rest}", key=key, ctes=relation.ctes, **more)

    def _with(self, relation: Relation, computed: list[str], rest: str) -> Select:
        """Select computed columns among some that are passed on."""
        kept, key = self._kept(relation)
        items = [name_of(name) for name in kept]
        for item in computed:
            items.insert(self._rng.randint(0, len(items)), item)
        return self._select(relation, items, rest, key)

    def _sorted(self, select: Select, types: Mapping[str, pl.DataType]) -> Select:
        """Order the rows totally, and perhaps cut."""
        self._constructs.add("order-limit")
        assert select.key is not None
        flat = [name for name, dtype in types.items() if not dtype.is_nested() and dtype != pl.Null]
        first = [name for name in self._some(flat, 2) if name not in select.key]
        order = [f"{name_of(name)} {self._direction()}" for name in (*first, *select.key)]
        limit = self._rng.choice(["", "", " LIMIT 20", " LIMIT 7 OFFSET 3", " OFFSET 5"])
        name = self._name("o")
        text = f"SELECT * FROM ({select.text}) AS {name} ORDER BY {', '.join(order)}{limit}"
        return replace(select, text=text, ordered=True)

    def _direction(self) -> str:
        return self._rng.choice(["", "ASC", "DESC"]) + self._rng.choice(["", " NULLS FIRST", " NULLS LAST"])

    # ------------------------------------------------------------------------------------------------ constructs

    def plain_select(self, relation: Relation) -> Select:
        computed = [f"{self._expression(relation)} AS {self._name('v')}" for _ in range(self._rng.randint(0, 3))]
        return self._with(relation, computed, self._from(relation, 0.5))

    def filters(self, relation: Relation) -> Select:
        return self._with(relation, [], f"FROM {relation.source} WHERE {self._predicate(relation, 2)}")

    def _aggregate(self, relation: Relation) -> str:
        columns = relation.columns
        number = self._number(relation, 1)
        any_flat = name_of(self._one(columns.flat))
        extreme = name_of(self._one(columns.extremes))
        return self._rng.choice(
            [
                f"SUM({number})",
                f"MIN({number})",
                f"MAX({extreme})",
                f"COUNT({any_flat})",
                "COUNT(*)",
                f"AVG({name_of(self._one(columns.integers))})",
                f"MIN({extreme})",
            ]
        )

    def _partition(self, relation: Relation) -> str:
        names = self._some(relation.columns.groups, 2)
        return "PARTITION BY " + ", ".join(name_of(name) for name in names)

    def _total_order(self, relation: Relation) -> str:
        columns = relation.columns
        if columns.key is None:
            raise LookupError("the rows have no order")
        first = [name for name in self._some(columns.flat, 1) if name not in columns.key and self._rng.random() < 0.5]
        descending = self._rng.choice(["", " DESC"])
        return "ORDER BY " + ", ".join(name_of(name) + descending for name in (*first, *columns.key))

    def windows_bare(self, relation: Relation) -> Select:
        computed = [
            f"{self._aggregate(relation)} OVER ({self._rng.choice([self._partition(relation), ''])}) AS {self._name('w')}"
            for _ in range(self._rng.randint(1, 2))
        ]
        return self._with(relation, computed, self._from(relation))

    def _ordered_function(self, relation: Relation) -> str:
        columns = relation.columns
        any_flat = name_of(self._one(columns.flat))
        number = name_of(self._one(columns.summable or columns.integers))
        return self._rng.choice(
            [
                f"SUM({number})",
                f"SUM({number})",
                f"COUNT({any_flat})",
                "ROW_NUMBER()",
                "RANK()",
                "DENSE_RANK()",
                f"LAG({any_flat})",
                f"LEAD({any_flat}, 2)",
                f"FIRST_VALUE({any_flat})",
                f"LAST_VALUE({any_flat})",
                f"MIN({number})",
                f"MAX({number})",
                "NTILE(3)",
            ]
        )

    def windows_ordered(self, relation: Relation) -> Select:
        computed = []
        for _ in range(self._rng.randint(1, 2)):
            partition = self._partition(relation) + " " if self._rng.random() < 0.75 else ""
            frame = self._rng.choice(["", "", " ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"])
            function = self._ordered_function(relation)
            if frame and not function.startswith(("SUM", "COUNT", "MIN", "MAX")):
                frame = ""
            over = f"OVER ({partition}{self._total_order(relation)}{frame})"
            computed.append(f"{function} {over} AS {self._name('w')}")
        return self._with(relation, computed, self._from(relation))

    def windows_named(self, relation: Relation) -> Select:
        one, two = self._name("win"), self._name("win")
        computed = [
            f"{self._aggregate(relation)} OVER {one} AS {self._name('w')}",
            f"{self._ordered_function(relation)} OVER {two} AS {self._name('w')}",
        ]
        windows = f"WINDOW {one} AS ({self._partition(relation)}), "
        windows += self._rng.choice(
            [
                f"{two} AS ({self._partition(relation)} {self._total_order(relation)})",
                f"{two} AS ({one} {self._total_order(relation)})",
                f"{two} AS ({self._total_order(relation)})",
            ]
        )
        return self._with(relation, computed, f"{self._from(relation)} {windows}")

    def qualify(self, relation: Relation) -> Select:
        rank = f"ROW_NUMBER() OVER ({self._partition(relation)} {self._total_order(relation)})"
        name = self._name("r")
        if self._rng.random() < 0.5:
            return self._with(
                relation, [f"{rank} AS {name}"], f"{self._from(relation)} QUALIFY {name} <= {self._rng.randint(1, 3)}"
            )
        return self._with(relation, [], f"{self._from(relation)} QUALIFY {rank} <= {self._rng.randint(1, 3)}")

    def unnest(self, relation: Relation) -> Select:
        column = name_of(self._one(relation.columns.lists))
        name = self._name("u")
        kept, _ = self._kept(relation)
        kept = [item for item in kept if name_of(item) != column]
        items = [name_of(item) for item in kept]
        if self._rng.random() < 0.5 and "." not in column:
            items.insert(self._rng.randint(0, len(items)), name)
            rest = f"FROM {relation.source} CROSS JOIN UNNEST({column}) AS {self._name('l')}({name})"
            if self._rng.random() < 0.4:
                rest += f" WHERE {name} IS NOT NULL"
            return self._select(relation, items, rest, None)
        items.insert(self._rng.randint(0, len(items)), f"UNNEST({column}) AS {name}")
        return self._select(relation, items, self._from(relation), None)

    def aggregates(self, relation: Relation) -> Select:
        columns = relation.columns
        groups = self._some(columns.groups, 2)
        keys = [name_of(name) for name in groups]
        values = [f"{self._aggregate(relation)} AS {self._name('g')}" for _ in range(self._rng.randint(1, 3))]
        if columns.integers and self._rng.random() < 0.3:
            values.append(f"COUNT(DISTINCT {name_of(self._one(columns.flat))}) AS {self._name('g')}")
        if self._rng.random() < 0.15:
            return self._select(relation, values, self._from(relation), None, fresh=True)
        items = [*keys, *values]
        self._rng.shuffle(items)
        having = " HAVING COUNT(*) > 2" if self._rng.random() < 0.3 else ""
        kind = self._rng.random()
        by = ", ".join(keys)
        if kind < 0.15:
            return self._select(relation, items, f"{self._from(relation)} GROUP BY ROLLUP({by})", None, fresh=True)
        rest = f"{self._from(relation)} GROUP BY {by if kind < 0.85 else 'ALL'}{having}"
        return self._select(relation, items, rest, tuple(groups))

    def distinct(self, relation: Relation) -> Select:
        columns = relation.columns
        if columns.key is not None and self._rng.random() < 0.4:
            first = self._one(columns.groups)
            others = [name for name in self._kept(relation)[0] if name != first]
            items = ", ".join(name_of(name) for name in (first, *others))
            order = ", ".join(name_of(name) for name in (first, *columns.key))
            # Sorted by columns that are selected.
            items += "".join(f", {name_of(name)}" for name in columns.key if name not in (first, *others))
            text = f"SELECT DISTINCT ON ({name_of(first)}) {items} {self._from(relation)} ORDER BY {order}"
            return Select(text=text, key=(first,), ctes=relation.ctes)
        names = self._some(columns.groups + columns.texts[:1], 3)
        names = list(dict.fromkeys(names))
        chosen = ", ".join(name_of(name) for name in names)
        return Select(text=f"SELECT DISTINCT {chosen} {self._from(relation)}", key=tuple(names), ctes=relation.ctes)

    def joins(self, kind: str) -> Callable[[Relation], Select]:
        def join(relation: Relation) -> Select:
            partner = self._partner(small=kind == "CROSS")
            left, right = self._join_columns(relation.columns, partner.columns)
            kept, key = self._kept(relation, 3)
            taken = self._some(partner.columns.names, 2)
            items = [f"{relation.alias}.{name_of(name)}" for name in kept]
            if kind not in ("SEMI", "ANTI"):
                for name in taken:
                    item = f"{partner.alias}.{name_of(name)} AS {self._name('j')}"
                    items.insert(self._rng.randint(0, len(items)), item)
            condition = f" ON {relation.alias}.{name_of(left)} = {partner.alias}.{name_of(right)}"
            if kind == "CROSS":
                condition = ""
            elif kind in ("INNER", "LEFT") and self._rng.random() < 0.3:
                narrowed = self._atom(replace(partner, source=partner.alias))
                condition += f" AND {_qualified(narrowed, partner)}"
            rest = f"FROM {relation.source} {kind} JOIN {partner.source}{condition}"
            if kind in ("INNER", "LEFT", "SEMI", "ANTI") and self._rng.random() < 0.3:
                name = self._one(relation.columns.flat)
                rest += f" WHERE {relation.alias}.{name_of(name)} IS NOT NULL"
            unique = right in (partner.columns.key or ()) and kind in ("INNER", "LEFT")
            return self._select(relation, items, rest, key if unique or kind in ("SEMI", "ANTI") else None)

        return join

    def _join_columns(self, left: Columns, right: Columns) -> tuple[str, str]:
        """Columns of one type; the unique one of the partner where it is large."""
        pairs = [
            (one, other)
            for other in (right.key or ()) + ("d",)
            for one in left.flat
            if other in right.types and left.types[one] == right.types[other]
        ]
        if len(right) > 5:
            pairs = [pair for pair in pairs if pair[1] in (right.key or ())]
        if not pairs:
            raise LookupError("the tables have no columns of one type")
        return self._rng.choice(pairs)

    def join_using(self, relation: Relation) -> Select:
        partner = self._partner(small=self._rng.random() < 0.5)
        common = [name for name in ("id", "d") if name in relation.columns.types and name in partner.columns.types]
        if len(partner.columns) > 5:
            common = [name for name in common if name in (partner.columns.key or ())]
        name = self._one([n for n in common if relation.columns.types[n] == partner.columns.types[n]])
        kept = [other for other in self._kept(relation, 3)[0] if other != name]
        items = [f"{relation.alias}.{name_of(other)}" for other in kept]
        items.insert(self._rng.randint(0, len(items)), name_of(name))
        taken = self._one([other for other in partner.columns.names if other != name])
        items.insert(self._rng.randint(0, len(items)), f"{partner.alias}.{name_of(taken)} AS {self._name('j')}")
        kind = self._rng.choice(["INNER", "LEFT", "FULL"])
        rest = f"FROM {relation.source} {kind} JOIN {partner.source} USING ({name_of(name)})"
        return self._select(relation, items, rest, None)

    def join_unequal(self, relation: Relation) -> Select:
        partner = self._partner(small=True)
        left = self._one(relation.columns.integers)
        items = [f"{relation.alias}.{name_of(name)}" for name in self._kept(relation, 2)[0]]
        items.append(f"{partner.alias}.label AS {self._name('j')}")
        condition = f"{relation.alias}.{name_of(left)} < {partner.alias}.w"
        if self._rng.random() < 0.6 and relation.columns.types.get("d") == pl.String:
            condition = f"{relation.alias}.d = {partner.alias}.d AND {condition}"
        return self._select(relation, items, f"FROM {relation.source} JOIN {partner.source} ON {condition}", None)

    def subquery_scalar(self, relation: Relation) -> Select:
        partner = self._partner()
        number = name_of(self._one(partner.columns.integers))
        inner = f"(SELECT {self._rng.choice(['MAX', 'MIN', 'COUNT'])}({number}) {self._from(partner)})"
        if self._rng.random() < 0.5:
            return self._with(relation, [f"{inner} AS {self._name('v')}"], self._from(relation))
        column = name_of(self._one(relation.columns.integers))
        return self._with(relation, [], f"FROM {relation.source} WHERE {column} < {inner}")

    def subquery_in(self, relation: Relation) -> Select:
        partner = self._partner()
        left, right = self._join_columns(relation.columns, partner.columns)
        inner = f"SELECT {name_of(right)} {self._from(partner)}"
        negated = self._rng.choice(["", "NOT "])
        return self._with(relation, [], f"FROM {relation.source} WHERE {name_of(left)} {negated}IN ({inner})")

    def subquery_exists(self, relation: Relation) -> Select:
        partner = self._partner()
        left, right = self._join_columns(relation.columns, partner.columns)
        condition = f"{partner.alias}.{name_of(right)} = {relation.alias}.{name_of(left)}"
        negated = self._rng.choice(["", "NOT "])
        inner = f"SELECT 1 FROM {partner.source} WHERE {condition}"
        return self._with(relation, [], f"FROM {relation.source} WHERE {negated}EXISTS ({inner})")

    def subquery_correlated(self, relation: Relation) -> Select:
        partner = self._partner()
        left, right = self._join_columns(relation.columns, partner.columns)
        number = f"{partner.alias}.{name_of(self._one(partner.columns.integers))}"
        condition = f"{partner.alias}.{name_of(right)} = {relation.alias}.{name_of(left)}"
        inner = f"(SELECT {self._rng.choice(['MAX', 'MIN', 'SUM'])}({number}) FROM {partner.source} WHERE {condition})"
        if self._rng.random() < 0.6:
            return self._with(relation, [f"{inner} AS {self._name('v')}"], f"FROM {relation.source}")
        column = f"{relation.alias}.{name_of(self._one(relation.columns.integers))}"
        return self._with(relation, [], f"FROM {relation.source} WHERE {column} < {inner}")

    def set_operations(self, kind: str) -> Callable[[Relation], Select]:
        def combine(relation: Relation) -> Select:
            columns = relation.columns
            names = self._some(columns.flat, 3)
            partner = relation
            for _ in range(3):
                other = self._partner()
                if all(other.columns.types.get(name) == columns.types[name] for name in names):
                    partner = other
            items = ", ".join(name_of(name) for name in names)
            sides = [f"SELECT {items} {self._from(side, 0.6)}" for side in (relation, partner)]
            word = self._rng.choice([f"{kind} ALL", kind]) if kind == "UNION" else kind
            text = f" {word} ".join(sides)
            return Select(text=text, key=None if "ALL" in word else tuple(names), ctes=relation.ctes)

        return combine

    def order_limit(self, relation: Relation) -> Select:
        select = self.plain_select(relation)
        if select.key is None:
            raise LookupError("the rows have no order")
        return self._sorted(select, self._types(_text(select)))

    def stars(self, relation: Relation) -> Select:
        columns = relation.columns
        others = [name for name in columns.names if name not in (columns.key or ())]
        left_out = self._some(others, 3)
        number = self._one([name for name in columns.summable if name not in left_out])
        text = self._rng.choice(
            [
                f"* EXCLUDE ({', '.join(name_of(name) for name in left_out)})",
                f"* REPLACE ({name_of(number)} AS {name_of(number)})",
                f"* RENAME ({name_of(number)} AS renamed)",
                f"COLUMNS('^(.|id)$'), {self._number(relation)} AS {self._name('v')}",
                f"*, {self._expression(relation)} AS {self._name('v')}",
            ]
        )
        return self._select(relation, [text], self._from(relation), columns.key)

    def structs(self, relation: Relation) -> Select:
        items = [f"{self._struct_field(relation)} AS {self._name('v')}" for _ in range(self._rng.randint(1, 2))]
        return self._with(relation, items, self._from(relation))

    def lists(self, relation: Relation) -> Select:
        if relation.columns.integer_lists and self._rng.random() < 0.7:
            items = [f"{self._list(relation)} AS {self._name('v')}" for _ in range(self._rng.randint(1, 2))]
            return self._with(relation, items, self._from(relation))
        columns = relation.columns
        group = name_of(self._one(columns.groups))
        item = name_of(self._one(columns.flat))
        aggregate = f"ARRAY_AGG({item} {self._total_order(relation)})"
        text = f"{group}, {aggregate} AS {self._name('v')}"
        return self._select(relation, [text], f"{self._from(relation)} GROUP BY {group}", None)

    def cases(self, relation: Relation) -> Select:
        branches = " ".join(
            f"WHEN {self._predicate(relation)} THEN {sql_literal(label)}"
            for label in ("one", "two", "three")[: self._rng.randint(1, 3)]
        )
        item = f"CASE {branches} ELSE 'none' END AS {self._name('v')}"
        return self._with(relation, [item], self._from(relation))

    def casts(self, relation: Relation) -> Select:
        columns = relation.columns
        items = []
        for _ in range(self._rng.randint(1, 3)):
            name = self._one(columns.flat)
            dtype = columns.types[name]
            targets = ["VARCHAR"]
            if dtype.is_integer():
                targets += ["DOUBLE", "BIGINT", "DECIMAL(18, 2)"]
            elif dtype.is_temporal() and dtype != pl.Time:
                targets += ["DATE"] if isinstance(dtype, pl.Datetime) else ["TIMESTAMP"]
            elif dtype == pl.String:
                targets = ["VARCHAR", "INTEGER"]
            elif dtype.is_decimal():
                targets += ["DOUBLE"]
            elif dtype == pl.Binary:
                targets = ["BYTEA"]
            target = self._rng.choice(targets)
            function = "TRY_CAST" if dtype == pl.String or self._rng.random() < 0.2 else "CAST"
            items.append(f"{function}({name_of(name)} AS {target}) AS {self._name('v')}")
        return self._with(relation, items, self._from(relation))


def _text(select: Select) -> str:
    return f"WITH {', '.join(select.ctes)} {select.text}" if select.ctes else select.text


def name_of(name: str) -> str:
    """Quote a name where that is needed."""
    if _PLAIN_NAME.fullmatch(name) and name not in _RESERVED:
        return name
    return '"' + name.replace('"', '""') + '"'


def _qualified(predicate: str, relation: Relation) -> str:
    """Put the alias before every column name of a predicate over one relation."""
    for name in relation.columns.names:
        pattern = re.escape(name_of(name))
        predicate = re.sub(rf"(?<![\w.'\"]){pattern}(?![\w('\"])", f"{relation.alias}.{name_of(name)}", predicate)
    return predicate


def _join_of(kind: str) -> Callable[[SqlGenerator, Relation], Select]:
    return lambda generator, relation: generator.joins(kind)(relation)


def _set_of(kind: str) -> Callable[[SqlGenerator, Relation], Select]:
    return lambda generator, relation: generator.set_operations(kind)(relation)


_CONSTRUCTS: dict[str, Callable[[SqlGenerator, Relation], Select]] = {
    "select": SqlGenerator.plain_select,
    "filter": SqlGenerator.filters,
    "window-bare": SqlGenerator.windows_bare,
    "window-ordered": SqlGenerator.windows_ordered,
    "window-named": SqlGenerator.windows_named,
    "qualify": SqlGenerator.qualify,
    "unnest": SqlGenerator.unnest,
    "aggregate": SqlGenerator.aggregates,
    "distinct": SqlGenerator.distinct,
    "join-inner": _join_of("INNER"),
    "join-left": _join_of("LEFT"),
    "join-right": _join_of("RIGHT"),
    "join-full": _join_of("FULL"),
    "join-cross": _join_of("CROSS"),
    "join-semi": _join_of("SEMI"),
    "join-anti": _join_of("ANTI"),
    "join-using": SqlGenerator.join_using,
    "join-unequal": SqlGenerator.join_unequal,
    "subquery-scalar": SqlGenerator.subquery_scalar,
    "subquery-in": SqlGenerator.subquery_in,
    "subquery-exists": SqlGenerator.subquery_exists,
    "subquery-correlated": SqlGenerator.subquery_correlated,
    "union": _set_of("UNION"),
    "intersect": _set_of("INTERSECT"),
    "except": _set_of("EXCEPT"),
    "order-limit": SqlGenerator.order_limit,
    "star": SqlGenerator.stars,
    "struct": SqlGenerator.structs,
    "list": SqlGenerator.lists,
    "case": SqlGenerator.cases,
    "cast": SqlGenerator.casts,
}
