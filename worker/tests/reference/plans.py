"""Random expression plans as scripts: a chain of steps over `scan(params["t"])`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from reference.columns import Columns, columns_of
from reference.generator import Generator
from reference.statement import PRELUDE, Statement, python_literal, script_frame

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from reference.tables import Table, Tables


class PlanGenerator(Generator):
    """Makes one script that has a construct, over a table; raises what Polars raises where a step can't be."""

    def __init__(self, rng: random.Random, tables: Tables, table: Table) -> None:
        super().__init__(rng, tables, table)
        self._text = 'scan(params["t"])'
        self._columns = columns_of(table)
        # Whether the order of the rows is that of the scan, or of a sort by the key.
        self._scanned = True
        self._sorted = False

    @classmethod
    def constructs(cls) -> list[str]:
        return list(_CONSTRUCTS)

    def statement(self, construct: str) -> Statement:
        chain = [construct]
        while self._rng.random() < 0.65 and len(chain) < 4:
            chain.insert(self._rng.randint(0, len(chain)), self._rng.choice(list(_CONSTRUCTS)))
        for name in chain:
            _CONSTRUCTS[name](self)
            self._constructs.add(name)
        if self._rng.random() < 0.3 and self._columns.key:
            self._sort()
        if self._rng.random() < 0.75:
            self._narrow()
        return Statement(
            mode="script",
            text=f"{PRELUDE}result = {self._text}\n",
            tables=self._tables,
            ordered=self._sorted,
            constructs=frozenset(self._constructs),
        )

    # ---------------------------------------------------------------------------------------------------- steps

    def _step(
        self, call: str, key: tuple[str, ...] | None, *, keeps_order: bool, fresh: bool = False, whole: bool = False
    ) -> None:
        """Append a call, or replace the whole text; the types are Polars' own."""
        text = call if whole else f"{self._text}{call}"
        frames = {alias: table.frame.clear().lazy() for alias, table in self._tables.items()}
        types = script_frame(f"{PRELUDE}result = {text}", frames).collect_schema()
        self._text = text
        self._columns = self._columns.but(dict(types), key, fresh=fresh)
        self._scanned = self._scanned and keeps_order
        self._sorted = self._sorted and keeps_order

    def _sort(self, *first: str) -> None:
        key = self._key()
        flags = f"descending={self._rng.random() < 0.3}, nulls_last={self._rng.random() < 0.5}"
        names = [*dict.fromkeys((*first, *key))]
        if first:
            flags = "nulls_last=False"
        self._constructs.add("sort")
        self._step(f".sort({_names(names)}, {flags})", key, keeps_order=False)
        self._sorted = True

    def _narrow(self) -> None:
        """Select some columns in any order."""
        chosen = self._some(self._columns.names, 5)
        if self._columns.key and self._rng.random() < 0.6:
            chosen = [*chosen, *(name for name in self._columns.key if name not in chosen)]
            self._rng.shuffle(chosen)
        self._step(f".select({_names(chosen)})", self._columns.key, keeps_order=True)

    def _key(self) -> tuple[str, ...]:
        if not self._columns.key:
            raise LookupError("nothing tells the rows apart")
        return self._columns.key

    def _partner(self, *, small: bool = False) -> tuple[str, Columns]:
        alias = self._partner_alias(small=small)
        return alias, columns_of(self._tables[alias])

    # ---------------------------------------------------------------------------------------------- expressions

    def _number(self, depth: int = 1) -> str:
        columns, rng = self._columns, self._rng
        name = self._one(columns.summable or columns.integers)
        column = _column(name)
        if depth == 0 or columns.types[name].is_decimal():
            return column
        match rng.randrange(8):
            case 0:
                return f"({column} + {rng.choice([1, 2, 10])})"
            case 1:
                return f"({column} * 2)"
            case 2:
                return f"{column}.fill_null(0)"
            case 3:
                return f"pl.when({self._predicate(0)}).then({column}).otherwise(0)"
            case 4 if columns.texts:
                return f"{_column(self._one(columns.texts))}.str.len_chars()"
            case 5 if columns.dates:
                return f"{_column(self._one(columns.dates))}.dt.{rng.choice(['year', 'month', 'day', 'weekday'])}()"
            case 6 if columns.lists:
                return f"{_column(self._one(columns.lists))}.list.len()"
            case _:
                return column

    def _expression(self) -> str:
        columns, rng = self._columns, self._rng
        match rng.randrange(12):
            case 0 if columns.texts:
                column = _column(self._one(columns.texts))
                call = rng.choice(
                    [
                        "str.to_uppercase()",
                        "str.slice(0, 2)",
                        "str.replace_all('a', 'q')",
                        "fill_null('none')",
                        "str.split('a')",
                        "str.contains('a')",
                    ]
                )
                return f"{column}.{call}"
            case 1 if columns.dates:
                call = rng.choice(
                    ["dt.month_end()", "dt.offset_by('1mo')", "dt.strftime('%Y-%m')", "dt.truncate('1mo')"]
                )
                return f"{_column(self._one(columns.dates))}.{call}"
            case 2 if columns.moments:
                return f"{_column(self._one(columns.moments))}.{rng.choice(['dt.date()', 'dt.hour()', 'dt.epoch()'])}"
            case 3 if columns.integers:
                return f"{_column(self._one(columns.integers))}.cast(pl.{rng.choice(['Float64', 'String', 'Int64'])})"
            case 4 if len(columns.integers) > 1:
                return f"pl.max_horizontal({_names(rng.sample(columns.integers, 2))})"
            case 5:
                one, other = _column(self._one(columns.flat)), self._predicate(1)
                return f"pl.when({other}).then({one})"
            case 6:
                return f"({self._predicate(1)})"
            case 7 if columns.structs:
                return self._struct_field()
            case 8:
                return _column(self._one(columns.names))
            case _:
                return self._number()

    def _struct_field(self) -> str:
        name = self._one(self._columns.structs)
        inner, dtype = self._rng.choice(self._columns.fields(name))
        text = f"{_column(name)}.struct.field({inner!r})"
        if isinstance(dtype, pl.Struct):
            text += f".struct.field({self._rng.choice(dtype.fields).name!r})"
        return text

    def _predicate(self, depth: int = 1) -> str:
        if depth > 0 and self._rng.random() < 0.35:
            one, other = self._predicate(depth - 1), self._predicate(depth - 1)
            return self._rng.choice([f"(({one}) & ({other}))", f"(({one}) | ({other}))", f"~({one})"])
        return self._atom()

    def _atom(self) -> str:
        columns, rng = self._columns, self._rng
        name = self._one([n for n in columns.flat if columns.types[n] != pl.Binary])
        column, dtype = _column(name), columns.types[name]
        if rng.random() < 0.12:
            return f"{column}.{rng.choice(['is_null', 'is_not_null'])}()"
        if dtype == pl.Boolean:
            return rng.choice([column, f"~{column}", f"{column}.eq_missing(None)", f"{column} == False"])
        value = python_literal(columns.value(name, rng))
        if dtype == pl.String and rng.random() < 0.5:
            text = str(columns.value(name, rng))
            return rng.choice(
                [
                    f"{column}.str.starts_with({text[:1]!r})",
                    f"{column}.str.ends_with({text[-1:]!r})",
                    f"{column}.str.contains({text[:1]!r}, literal=True)",
                    f"{column}.str.len_chars() > 2",
                ]
            )
        match rng.randrange(7):
            case 0:
                nulls = rng.choice(["", ", nulls_equal=True"])
                return f"{column}.is_in([{value}, {python_literal(columns.value(name, rng))}]{nulls})"
            case 1 if dtype.is_numeric() or dtype.is_temporal():
                return f"{column}.is_between({value}, {python_literal(columns.value(name, rng))})"
            case 2:
                return f"{column}.{rng.choice(['eq_missing', 'ne_missing'])}({value})"
            case _:
                return f"({column} {rng.choice(['==', '!=', '<', '<=', '>', '>='])} {value})"

    def _aggregate(self) -> str:
        columns = self._columns
        column = _column(self._one(columns.flat))
        extreme = _column(self._one(columns.extremes))
        return self._rng.choice(
            [
                f"{self._number()}.sum()",
                f"{self._number()}.min()",
                f"{extreme}.max()",
                f"{extreme}.min()",
                f"{column}.count()",
                f"{column}.n_unique()",
                f"{_column(self._one(columns.integers))}.mean()",
                "pl.len()",
            ]
        )

    def _groups(self) -> list[str]:
        return self._some(self._columns.groups, 2)

    # ----------------------------------------------------------------------------------------------- constructs

    def selects(self) -> None:
        items = [f"{self._expression()}.alias({self._name('v')!r})" for _ in range(self._rng.randint(1, 3))]
        names = self._some(self._columns.names, 3)
        if self._columns.key:
            names = [*dict.fromkeys((*names, *self._columns.key))]
        items += [repr(name) for name in names]
        self._rng.shuffle(items)
        self._step(f".select({', '.join(items)})", self._columns.key, keeps_order=True)

    def computes(self) -> None:
        items = [f"{self._expression()}.alias({self._name('v')!r})" for _ in range(self._rng.randint(1, 3))]
        self._step(f".with_columns({', '.join(items)})", self._columns.key, keeps_order=True)

    def filters(self) -> None:
        self._step(f".filter({self._predicate(2)})", self._columns.key, keeps_order=True)

    def windows(self) -> None:
        items = [
            f"{self._aggregate()}.over({_names(self._groups())}).alias({self._name('w')!r})"
            for _ in range(self._rng.randint(1, 2))
        ]
        self._step(f".with_columns({', '.join(items)})", self._columns.key, keeps_order=True)

    def windows_ordered(self) -> None:
        key = self._key()
        items = []
        for _ in range(self._rng.randint(1, 2)):
            number = _column(self._one(self._columns.summable or self._columns.integers))
            column = _column(self._one(self._columns.flat))
            function = self._rng.choice(
                [
                    f"{number}.cum_sum()",
                    f"{column}.shift(1)",
                    f"{column}.first()",
                    f"{column}.last()",
                    f"{column}.cum_count()",
                    f"{column}.forward_fill()",
                    "pl.int_range(pl.len())",
                    f"{number}.diff()",
                ]
            )
            first = [name for name in self._some(self._columns.flat, 1) if name not in key and self._rng.random() < 0.4]
            order = f"order_by=[{_names([*first, *key])}]"
            items.append(f"{function}.over({_names(self._groups())}, {order}).alias({self._name('w')!r})")
        self._step(f".with_columns({', '.join(items)})", key, keeps_order=True)

    def windows_filter(self) -> None:
        number = self._number(0)
        extreme = self._rng.choice(["max", "min"])
        predicate = f"{number} == {number}.{extreme}().over({_names(self._groups())})"
        self._step(f".filter({predicate})", self._columns.key, keeps_order=True)

    def row_index(self) -> None:
        if not self._scanned and not self._sorted:
            self._sort()
        name = self._name("index")
        offset = self._rng.choice(["", ", offset=5"])
        self._step(f".with_row_index({name!r}{offset})", (name,), keeps_order=True)
        if self._rng.random() < 0.4:
            self._step(f".filter(pl.col({name!r}) >= {self._rng.randrange(9)})", (name,), keeps_order=True)

    def explode(self) -> None:
        if not self._columns.lists:
            self.lists()
        name = self._one(self._columns.lists)
        options = self._rng.choice(["", "", ", empty_as_null=False"])
        self._step(f".explode({name!r}{options})", None, keeps_order=True)
        # More rows of one id: no sort by it determines their order.
        self._sorted = False
        self._scanned = False

    def unpivot(self) -> None:
        integers = [name for name in self._columns.integers if name not in (self._columns.key or ())]
        if not integers:
            raise LookupError("no columns to unpivot")
        on = self._some(integers, 3)
        index = [*dict.fromkeys((*(self._columns.key or ()), *self._groups()))]
        index = [name for name in index if name not in on]
        variable, value = self._name("variable"), self._name("value")
        names = f"variable_name={variable!r}, value_name={value!r}"
        key = (*self._columns.key, variable) if self._columns.key else None
        self._step(f".unpivot(on=[{_names(on)}], index=[{_names(index)}], {names})", key, keeps_order=False)

    def pivot(self) -> None:
        rng, columns = self._rng, self._columns
        on = self._one([name for name in columns.texts if name == "d"] or columns.texts)
        values = [name for name in columns.summable if name != on]
        if not values:
            raise LookupError("no values to pivot")
        chosen = self._some(values, 1)
        index = self._one([name for name in columns.groups if name not in (on, *chosen)])
        kinds = sorted({str(columns.value(on, rng)) for _ in range(3)})
        function = rng.choice(["sum", "min", "max", "len"])
        call = f".pivot({on!r}, on_columns={kinds!r}, index={index!r}, values={chosen[0]!r}, aggregate_function={function!r})"
        self._step(call, (index,), keeps_order=False, fresh=True)

    def group_by(self) -> None:
        groups = self._groups()
        items = [f"{self._aggregate()}.alias({self._name('g')!r})" for _ in range(self._rng.randint(1, 3))]
        if self._columns.key and self._rng.random() < 0.3:
            column = _column(self._one(self._columns.flat))
            items.append(f"{column}.sort_by({_names(list(self._columns.key))}).alias({self._name('l')!r})")
        having = f".having(pl.len() > {self._rng.randint(1, 4)})" if self._rng.random() < 0.2 else ""
        call = f".group_by({_names(groups)}){having}.agg({', '.join(items)})"
        self._step(call, tuple(groups), keeps_order=False)

    def aggregates(self) -> None:
        items = [f"{self._aggregate()}.alias({self._name('g')!r})" for _ in range(self._rng.randint(1, 3))]
        self._step(f".select({', '.join(items)})", None, keeps_order=False, fresh=True)

    def unique(self) -> None:
        subset = self._groups()
        if self._columns.key and self._rng.random() < 0.5:
            self._sort()
            call = f".unique([{_names(subset)}], keep={self._rng.choice(['first', 'last'])!r}, maintain_order=True)"
            self._step(call, self._columns.key, keeps_order=True)
            return
        self._step(f".select({_names(subset)}).unique()", tuple(subset), keeps_order=False)

    def sorts(self) -> None:
        flat = [name for name in self._columns.flat if name not in self._key()]
        self._sort(*(self._some(flat, 1) if flat and self._rng.random() < 0.6 else []))

    def slices(self) -> None:
        if not self._sorted:
            self._sort()
        call = self._rng.choice(
            [".head(15)", ".tail(7)", ".slice(3, 20)", ".gather_every(3)", ".limit(10)", ".reverse()"]
        )
        self._step(call, self._columns.key, keeps_order=True)

    def head_of_scan(self) -> None:
        if not self._scanned:
            raise LookupError("the rows have no order")
        self._step(self._rng.choice([".head(15)", ".slice(5, 20)", ".tail(9)"]), self._columns.key, keeps_order=True)

    def top_k(self) -> None:
        call = (
            f".{self._rng.choice(['top_k', 'bottom_k'])}({self._rng.randint(1, 20)}, by=[{_names(list(self._key()))}])"
        )
        self._step(call, self._columns.key, keeps_order=False)

    def joins(self, how: str) -> None:
        alias, other = self._partner(small=how == "cross")
        taken = [*dict.fromkeys((*(other.key or ()), *self._some(other.names, 3)))]
        if how == "cross":
            self._step(f".join(scan(params[{alias!r}]).select({_names(taken)}), how='cross')", None, keeps_order=False)
            return
        pairs = [
            (one, name)
            for name in (other.key or ()) + ("d",)
            for one in self._columns.flat
            if name in other.types
            and other.types[name] == self._columns.types[one]
            and (len(other) <= 5 or name in (other.key or ()))
        ]
        if not pairs:
            raise LookupError("no columns to join by")
        left, right = self._rng.choice(pairs)
        taken = [*dict.fromkeys((*taken, right))]
        narrowed = f".select({_names(taken)})" if self._rng.random() < 0.6 else ""
        on = f"left_on={left!r}, right_on={right!r}"
        if left == right and self._rng.random() < 0.7:
            on = f"on={left!r}"
        # Nulls that equal nulls multiply the rows.
        options = ", coalesce=True" if how == "full" else ""
        suffix = f", suffix={self._name('_r')!r}" if how not in ("semi", "anti") else ""
        call = f".join(scan(params[{alias!r}]){narrowed}, {on}, how={how!r}{options}{suffix})"
        keeps_key = how in ("semi", "anti") or (how in ("inner", "left") and right in (other.key or ()))
        self._step(call, self._columns.key if keeps_key else None, keeps_order=False)

    def join_where(self) -> None:
        alias, _ = self._partner(small=True)
        column = self._one(self._columns.integers)
        right = f"scan(params[{alias!r}]).select(w_='w', label_='label')"
        call = f".join_where({right}, pl.col({column!r}) < pl.col('w_'))"
        self._step(call, None, keeps_order=False)

    def asof(self) -> None:
        alias, other = self._partner()
        left = self._one([name for name in self._columns.integers if self._columns.types[name] == pl.Int64])
        right = self._one([name for name in (other.key or ()) if other.types[name] == pl.Int64])
        key = self._key()
        order = [*dict.fromkeys((left, *key))]
        others = [name for name in self._some(other.names, 3) if name != right]
        taken = [repr(right), *(f"{name}__{self._counter}={name!r}" for name in others if name.isidentifier())]
        by = ""
        if self._columns.types.get("d") == pl.String and other.types.get("d") == pl.String and self._rng.random() < 0.4:
            by = ", by='d'"
            taken = [item for item in taken if not item.startswith("d__")] + ["'d'"]
        named = {item for item in taken if not item.startswith("'")}
        positional = [item for item in taken if item.startswith("'")]
        selected = f"scan(params[{alias!r}]).select({', '.join([*positional, *sorted(named)])}).sort({right!r})"
        strategy = self._rng.choice(["backward", "forward"])
        on = f"left_on={left!r}, right_on={right!r}{by}, strategy={strategy!r}"
        call = f".drop_nulls({left!r}).sort({_names(order)}).join_asof({selected}, {on}, suffix={self._name('_a')!r})"
        self._step(call, key, keeps_order=False)

    def group_by_dynamic(self) -> None:
        index, every = self._index()
        by = f", group_by={self._one(self._groups_but(index))!r}" if self._rng.random() < 0.4 else ""
        items = [f"{self._aggregate()}.alias({self._name('g')!r})" for _ in range(self._rng.randint(1, 2))]
        call = f".drop_nulls({index!r}).sort({index!r}).group_by_dynamic({index!r}, every={every!r}{by}).agg({', '.join(items)})"
        self._step(call, None, keeps_order=False, fresh=True)

    def rolling_groups(self) -> None:
        index, period = self._index()
        key = self._key()
        order = [*dict.fromkeys((index, *key))]
        items = [f"{self._aggregate()}.alias({self._name('g')!r})" for _ in range(self._rng.randint(1, 2))]
        call = f".drop_nulls({index!r}).sort({_names(order)}).rolling({index!r}, period={period!r}).agg({', '.join(items)})"
        self._step(call, None, keeps_order=False, fresh=True)

    def _index(self) -> tuple[str, str]:
        choices = [(name, "12h") for name in self._columns.moments]
        choices += [(name, "7d") for name in self._columns.dates]
        # Not along the ids of snapshots: Polars makes every window between two numbers.
        choices += [
            (name, "400i") for name in self._columns.key or () if name == "id" and name in self._columns.integers
        ]
        if not choices:
            raise LookupError("nothing to group along")
        return self._rng.choice(choices)

    def _groups_but(self, index: str) -> list[str]:
        return [name for name in self._columns.groups if name != index]

    def rolling_columns(self) -> None:
        if not self._sorted:
            self._sort()
        number = self._number(0)
        column = _column(self._one(self._columns.flat))
        items = [
            f"{item}.alias({self._name('r')!r})"
            for item in self._rng.sample(
                [
                    f"{number}.rolling_sum(3)",
                    f"{number}.rolling_max(4)",
                    f"{number}.rolling_min(2, min_samples=1)",
                    f"{number}.cum_sum()",
                    f"{column}.shift(2)",
                    f"{number}.diff()",
                    f"{column}.forward_fill()",
                ],
                2,
            )
        ]
        self._step(f".with_columns({', '.join(items)})", self._columns.key, keeps_order=True)

    def structs(self) -> None:
        rng = self._rng
        name = self._name("st")
        if self._columns.structs and rng.random() < 0.6:
            if rng.random() < 0.4:
                chosen = self._one(self._columns.structs)
                clash = {inner for inner, _ in self._columns.fields(chosen)} & set(self._columns.types)
                if not clash:
                    self._step(f".unnest({chosen!r})", self._columns.key, keeps_order=True)
                    return
            self._step(f".with_columns({self._struct_field()}.alias({name!r}))", self._columns.key, keeps_order=True)
            return
        made = f"pl.struct({_names(self._some(self._columns.names, 3))}).alias({name!r})"
        self._step(f".with_columns({made})", self._columns.key, keeps_order=True)
        if rng.random() < 0.5:
            inner = self._columns.fields(name)[0][0]
            field = f"pl.col({name!r}).struct.field({inner!r}).alias({self._name('v')!r})"
            self._step(f".with_columns({field})", self._columns.key, keeps_order=True)

    def lists(self) -> None:
        rng, columns = self._rng, self._columns
        name = self._name("l")
        if columns.integer_lists and rng.random() < 0.8:
            column = _column(self._one(columns.integer_lists))
            call = rng.choice(
                [
                    "list.sum()",
                    "list.max()",
                    "list.len()",
                    "list.get(0, null_on_oob=True)",
                    "list.eval(pl.element() * 2)",
                    "list.sort()",
                    "list.contains(5)",
                    "list.head(1)",
                    "list.reverse()",
                    "list.unique(maintain_order=True)",
                ]
            )
            self._step(f".with_columns({column}.{call}.alias({name!r}))", columns.key, keeps_order=True)
            return
        made = f"pl.concat_list({_names([self._one(columns.integers), self._one(columns.integers)])}).alias({name!r})"
        self._step(f".with_columns({made})", columns.key, keeps_order=True)

    def concat(self) -> None:
        names = self._some(self._columns.names, 4)
        alias, other = self._partner()
        how = self._rng.choice(["vertical", "diagonal"])
        if how == "vertical":
            side = f"{self._text}.select({_names(names)})"
            second = f"{self._text}.filter({self._predicate(1)}).select({_names(names)})"
        else:
            side = f"{self._text}.select({_names(names)})"
            common = [name for name in names if other.types.get(name) == self._columns.types[name]]
            extra = [name for name in other.names if name not in self._columns.types]
            chosen = [*common, *extra[:2]]
            if not chosen:
                raise LookupError("nothing in common")
            second = f"scan(params[{alias!r}]).select({_names(chosen)})"
        self._step(f"pl.concat([{side}, {second}], how={how!r})", None, keeps_order=False, whole=True)

    def concat_horizontal(self) -> None:
        key = self._key()
        names = [name for name in self._some(self._columns.names, 3) if name not in key]
        if not names:
            raise LookupError("only the key")
        self._sort()
        renamed = ", ".join(f"pl.col({name!r}).alias({self._name('h')!r})" for name in names)
        second = f"{self._text}.select({renamed})"
        kept = [*dict.fromkeys((*self._some(self._columns.names, 3), *key))]
        text = f"pl.concat([{self._text}.select({_names(kept)}), {second}], how='horizontal')"
        self._step(text, key, keeps_order=True, whole=True)

    def renames(self) -> None:
        key = self._columns.key or ()
        names = [name for name in self._some(self._columns.names, 3) if name not in key]
        if len(names) > 1 and self._rng.random() < 0.5:
            mapping = dict(zip(names, [*names[1:], names[0]], strict=True))
        else:
            mapping = {name: self._name("n") for name in names}
        self._step(f".rename({mapping!r})", self._columns.key, keeps_order=True, fresh=True)

    def excludes(self) -> None:
        key = self._columns.key or ()
        names = [name for name in self._some(self._columns.names, 3) if name not in key]
        if not names or len(names) == len(self._columns):
            raise LookupError("nothing to leave out")
        call = self._rng.choice([f".drop({_names(names)})", f".select(pl.exclude({_names(names)}))"])
        self._step(call, self._columns.key, keeps_order=True)

    def merges_sorted(self) -> None:
        key = self._key()
        if len(key) != 1:
            raise LookupError("merge_sorted takes one key")
        side = f"{self._text}.sort({key[0]!r})"
        second = f"{self._text}.filter({self._predicate(1)}).sort({key[0]!r})"
        self._step(f"{side}.merge_sorted({second}, key={key[0]!r})", None, keeps_order=False, whole=True)

    def updates(self) -> None:
        alias, other = self._partner(small=self._rng.random() < 0.5)
        key = self._key()
        common = [n for n in other.names if n not in key and self._columns.types.get(n) == other.types[n]]
        if key != other.key or not common:
            raise LookupError("nothing to update")
        chosen = [*key, self._one(common)]
        self._step(
            f".update(scan(params[{alias!r}]).select({_names(chosen)}), on={list(key)!r})", key, keeps_order=False
        )

    def sql(self) -> None:
        group = self._one(self._columns.groups)
        number = self._one(self._columns.summable or self._columns.integers)
        names = [*dict.fromkeys((*self._some(self._columns.names, 3), *(self._columns.key or ())))]
        items = ", ".join(f'"{name}"' for name in names)
        text = f'SELECT {items}, SUM("{number}") OVER (PARTITION BY "{group}") AS {self._name("w")} FROM self'
        self._step(f".sql({text!r})", self._columns.key, keeps_order=False)

    def nulls(self) -> None:
        call = self._rng.choice(
            [
                f".drop_nulls([{_names(self._some(self._columns.names, 2))}])",
                ".fill_null(0)",
                f".cast({{{self._one(self._columns.integers)!r}: pl.Float64}})",
                ".fill_nan(None)",
            ]
        )
        key = self._columns.key
        self._step(call, key, keeps_order=True, fresh=True)


def _column(name: str) -> str:
    return f"pl.col({name!r})"


def _names(names: list[str]) -> str:
    return ", ".join(repr(name) for name in names)


def _join(how: Any) -> Callable[[PlanGenerator], None]:
    return lambda generator: generator.joins(how)


_CONSTRUCTS: dict[str, Callable[[PlanGenerator], None]] = {
    "select": PlanGenerator.selects,
    "with-columns": PlanGenerator.computes,
    "filter": PlanGenerator.filters,
    "window-bare": PlanGenerator.windows,
    "window-ordered": PlanGenerator.windows_ordered,
    "window-filter": PlanGenerator.windows_filter,
    "row-index": PlanGenerator.row_index,
    "unnest": PlanGenerator.explode,
    "unpivot": PlanGenerator.unpivot,
    "pivot": PlanGenerator.pivot,
    "aggregate": PlanGenerator.group_by,
    "aggregate-all": PlanGenerator.aggregates,
    "distinct": PlanGenerator.unique,
    "order-limit": PlanGenerator.slices,
    "sort": PlanGenerator.sorts,
    "head": PlanGenerator.head_of_scan,
    "top-k": PlanGenerator.top_k,
    "join-inner": _join("inner"),
    "join-left": _join("left"),
    "join-right": _join("right"),
    "join-full": _join("full"),
    "join-cross": _join("cross"),
    "join-semi": _join("semi"),
    "join-anti": _join("anti"),
    "join-unequal": PlanGenerator.join_where,
    "join-asof": PlanGenerator.asof,
    "group-by-dynamic": PlanGenerator.group_by_dynamic,
    "rolling-group": PlanGenerator.rolling_groups,
    "rolling": PlanGenerator.rolling_columns,
    "struct": PlanGenerator.structs,
    "list": PlanGenerator.lists,
    "union": PlanGenerator.concat,
    "concat-horizontal": PlanGenerator.concat_horizontal,
    "rename": PlanGenerator.renames,
    "star": PlanGenerator.excludes,
    "merge-sorted": PlanGenerator.merges_sorted,
    "update": PlanGenerator.updates,
    "sql-in-script": PlanGenerator.sql,
    "nulls": PlanGenerator.nulls,
}
