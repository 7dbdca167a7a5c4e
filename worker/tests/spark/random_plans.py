"""Plans by chance: the same seed gives the same plan, over the tables or over what stands for them.

Numbers are such that sums of them are exact in any order, and what is chosen by order is ordered by a unique column,
so that there is one right answer.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_How = Literal["inner", "left", "semi", "anti"]
_HOWS: list[_How] = ["inner", "left", "semi", "anti"]
_AGGREGATES: Mapping[str, tuple[str, ...]] = {
    "int": ("sum", "min", "max", "count", "n_unique", "null_count", "len"),
    "float": ("sum", "min", "max", "count", "n_unique"),
    "text": ("min", "max", "count", "n_unique"),
    "bool": ("sum", "count"),
    "date": ("min", "max", "n_unique"),
}
_RESULTS = {"count": "int", "n_unique": "int", "null_count": "int", "len": "int"}
_WORDS = ["red", "green", "blue", "", "x", "ä"]


@dataclass
class _Growing:
    chance: random.Random
    frame: pl.LazyFrame
    kinds: dict[str, str]
    """What each column holds; `id` is unique as long as it is there."""
    count: int = 0

    def name(self) -> str:
        self.count += 1
        return f"c{self.count}"

    def column(self, kind: str) -> str | None:
        names = [name for name, other in self.kinds.items() if other == kind]
        return self.chance.choice(names) if names else None


def random_plan(seed: int, frames: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Make the plan of a seed."""
    chance = random.Random(seed)  # noqa: S311  # repeated, not secret
    kinds = {"id": "int", "g": "text", "v": "int", "p": "float", "day": "date"}
    plan = _Growing(chance, frames["w"], kinds)
    for _ in range(chance.randint(2, 5)):
        chance.choice(_STEPS)(plan, frames)
    return plan.frame


def _number(plan: _Growing, depth: int) -> pl.Expr:
    chance = plan.chance
    name = plan.column("int")
    match chance.randrange(9) if depth else chance.randrange(2):
        case 0:
            return pl.lit(chance.choice([-3, -1, 0, 1, 2, 7]), dtype=pl.Int64)
        case 1:
            return pl.lit(5, dtype=pl.Int64) if name is None else pl.col(name).cast(pl.Int64)
        case 2:
            return _number(plan, depth - 1) + _number(plan, depth - 1)
        case 3:
            return _number(plan, depth - 1) * chance.choice([-2, 2, 3])
        case 4:
            return _number(plan, depth - 1) // chance.choice([-3, 2, 5])
        case 5:
            return _number(plan, depth - 1) % chance.choice([-3, 4, 0])
        case 6:
            return (
                pl.when(_condition(plan, depth - 1)).then(_number(plan, depth - 1)).otherwise(_number(plan, depth - 1))
            )
        case 7:
            return _number(plan, depth - 1).fill_null(chance.randint(-2, 2))
        case _:
            text = plan.column("text")
            return _number(plan, 0) if text is None else pl.col(text).str.len_chars().cast(pl.Int64)


def _float(plan: _Growing, depth: int) -> pl.Expr:
    chance = plan.chance
    name = plan.column("float")
    match chance.randrange(6) if depth else chance.randrange(2):
        case 0:
            return pl.lit(chance.choice([0.5, -1.25, 4.0, float("nan"), float("inf")]))
        case 1:
            return pl.lit(0.25) if name is None else pl.col(name)
        case 2:
            return _float(plan, depth - 1) + _number(plan, depth - 1)
        case 3:
            return (_float(plan, depth - 1) * chance.choice([0.5, 2.0])).abs()
        case 4:
            return pl.when(_condition(plan, depth - 1)).then(_float(plan, depth - 1))
        case _:
            return _float(plan, depth - 1).fill_null(1.5).clip(-100, 100)


def _text(plan: _Growing, depth: int) -> pl.Expr:
    chance = plan.chance
    name = plan.column("text")
    value = pl.lit(chance.choice(_WORDS)) if name is None else pl.col(name)
    if not depth:
        return value
    inner = _text(plan, depth - 1)
    return chance.choice(
        [
            value,
            inner.str.to_uppercase(),
            inner + chance.choice(_WORDS),
            inner.str.slice(1, 2),
            inner.str.replace_all("e", "3", literal=True),
            inner.fill_null("none"),
            pl.concat_str(inner, value, separator="-"),
        ]
    )


def _condition(plan: _Growing, depth: int) -> pl.Expr:
    chance = plan.chance
    depth = max(depth, 0)
    match chance.randrange(9) if depth else chance.randrange(5):
        case 0:
            number = chance.randint(-5, 15)
            return chance.choice([_number(plan, depth) > number, _number(plan, depth) <= number])
        case 1:
            return _float(plan, depth) >= chance.choice([0.0, 2.5, 6.25])
        case 2:
            return _text(plan, depth).is_in(chance.sample(_WORDS, 3))
        case 3:
            return _number(plan, depth).is_null()
        case 4:
            return _number(plan, depth) == _number(plan, depth)
        case 5:
            return _condition(plan, depth - 1) & _condition(plan, depth - 1)
        case 6:
            return _condition(plan, depth - 1) | _condition(plan, depth - 1)
        case 7:
            return ~_condition(plan, depth - 1)
        case _:
            return _text(plan, depth - 1).eq_missing(_text(plan, depth - 1))


_MAKERS: Mapping[str, Callable[[_Growing, int], pl.Expr]] = {
    "int": _number,
    "float": _float,
    "text": _text,
    "bool": _condition,
}


def _filter(plan: _Growing, _: Mapping[str, pl.LazyFrame]) -> None:
    plan.frame = plan.frame.filter(_condition(plan, 2))


def _compute(plan: _Growing, _: Mapping[str, pl.LazyFrame]) -> None:
    new = {plan.name(): plan.chance.choice(list(_MAKERS)) for _ in range(plan.chance.randint(1, 3))}
    plan.frame = plan.frame.with_columns(**{name: _MAKERS[kind](plan, 2) for name, kind in new.items()})
    plan.kinds |= new


def _group(plan: _Growing, _: Mapping[str, pl.LazyFrame]) -> None:
    chance = plan.chance
    keys = chance.sample(list(plan.kinds), min(len(plan.kinds), chance.randint(1, 2)))
    aggregates, kinds = {}, {key: plan.kinds[key] for key in keys}
    for _number in range(chance.randint(1, 3)):
        name, column = plan.name(), chance.choice(list(plan.kinds))
        kind = plan.kinds[column]
        how = chance.choice(_AGGREGATES[kind])
        value = pl.col(column)
        if chance.random() < 0.3:
            value = value.filter(_condition(plan, 1))
        aggregates[name] = getattr(value, how)()
        kinds[name] = "int" if kind == "bool" else _RESULTS.get(how, kind)
    plan.frame = plan.frame.group_by(keys).agg(**aggregates)
    plan.kinds = {name: kind for name, kind in kinds.items() if name != "id"} | ({"id": "int"} if "id" in keys else {})


def _join(plan: _Growing, frames: Mapping[str, pl.LazyFrame]) -> None:
    chance = plan.chance
    key, other = plan.column(kind := chance.choice(["int", "text"])), "n" if kind == "int" else "k"
    if key is None:
        return
    first, second = plan.name(), plan.name()
    right = frames["b"].select(pl.col(other).alias(first), pl.col("q").alias(second))
    how: _How = chance.choice(_HOWS)
    left = plan.frame.with_columns(pl.col(key).cast(pl.Int64)) if kind == "int" else plan.frame
    plan.frame = left.join(right, left_on=key, right_on=first, how=how, nulls_equal=chance.random() < 0.3)
    if how in ("inner", "left"):
        plan.kinds[second] = "float"
        plan.kinds.pop("id", None)
        plan.frame = plan.frame.drop("id", strict=False)


def _window(plan: _Growing, _: Mapping[str, pl.LazyFrame]) -> None:
    chance = plan.chance
    key, value = chance.choice(list(plan.kinds)), plan.column("int")
    if value is None:
        return
    name = plan.name()
    number = pl.col(value).cast(pl.Int64)
    choices = [number.sum().over(key), number - number.max().over(key), pl.len().over(key).cast(pl.Int64)]
    if "id" in plan.kinds:
        choices += [
            number.shift(chance.choice([-1, 1, 2])).over(key, order_by="id"),
            number.cum_sum().over(key, order_by="id", descending=chance.random() < 0.5),
            number.rank("dense", descending=chance.random() < 0.5).over(key).cast(pl.Int64),
        ]
    plan.frame = plan.frame.with_columns(chance.choice(choices).alias(name))
    plan.kinds[name] = "int"


def _top(plan: _Growing, _: Mapping[str, pl.LazyFrame]) -> None:
    chance = plan.chance
    if "id" not in plan.kinds:
        return
    by = chance.choice(list(plan.kinds))
    descending, nulls_last = [chance.random() < 0.5, False], [chance.random() < 0.5, False]
    by_two = plan.frame.sort(by, "id", descending=descending, nulls_last=nulls_last)
    plan.frame = plan.frame.sort("id") if by == "id" else by_two
    plan.frame = plan.frame.slice(chance.choice([0, 0, 3]), chance.randint(3, 20))


def _distinct(plan: _Growing, _: Mapping[str, pl.LazyFrame]) -> None:
    names = plan.chance.sample(list(plan.kinds), plan.chance.randint(1, len(plan.kinds)))
    plan.frame = plan.frame.select(names).unique()
    plan.kinds = {name: plan.kinds[name] for name in names}


def _twice(plan: _Growing, _: Mapping[str, pl.LazyFrame]) -> None:
    plan.frame = pl.concat([plan.frame, plan.frame.filter(_condition(plan, 1))])
    plan.kinds = {"old id" if name == "id" else name: kind for name, kind in plan.kinds.items()}
    plan.frame = plan.frame.rename({"id": "old id"}, strict=False)


_STEPS = [_filter, _compute, _compute, _group, _join, _window, _top, _distinct, _twice]
