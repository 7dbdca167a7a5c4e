# Random filters, each over the table, where it may reach the files, and over all of its rows, which it can't pass.
import datetime as dt
import decimal
import operator
import random

rng = random.Random(params["seed"])
table = scan(params["table"])
schema = table.collect_schema()
rows = table.map_batches(lambda frame: frame, predicate_pushdown=False, schema=schema)
COMPARISONS = (operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge)
TEXTS = ("", "a", "A", "ü", "a b", "漢字", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaz")


def leaves(expression, dtype):
    """Yield the comparable columns, and the comparable fields of structs."""
    if isinstance(dtype, pl.Struct):
        for field in dtype.fields:
            yield from leaves(expression.struct.field(field.name), field.dtype)
    elif not dtype.is_nested():
        yield expression, dtype


columns = [leaf for name, dtype in schema.items() for leaf in leaves(pl.col(name), dtype)]


def value(dtype):
    """Give a value near those that the table has."""
    if dtype.is_decimal():
        return decimal.Decimal(rng.randrange(-110, 110)).scaleb(-dtype.scale)
    if dtype.is_integer():
        return rng.choice((*range(-4, 5), 2**31 - 1))
    if dtype.is_float():
        return rng.choice((0.0, -0.0, 1.5, -2.25, 7.0, 1e30, float("nan"), float("inf"), float("-inf")))
    if dtype == pl.Boolean:
        return rng.random() < 0.5
    if dtype == pl.Date:
        return dt.date(1969, 12, 29) + dt.timedelta(days=rng.randrange(7))
    if dtype == pl.Time:
        return rng.choice((dt.time(23, 59, 59), dt.time(23, 59, 59, 1), dt.time(1, 2, 3, 4)))
    if isinstance(dtype, pl.Datetime):
        at = dt.datetime(1969, 12, 31, 21) + dt.timedelta(hours=rng.randrange(7), microseconds=rng.randrange(2))
        return at.replace(tzinfo=dt.timezone.utc) if dtype.time_zone else at
    if dtype == pl.Binary:
        return rng.choice((b"", b"\0", b"\0\0", b"\1\1\xff", b"\xff"))
    return rng.choice(TEXTS)


def literal(dtype):
    return pl.lit(pl.Series([value(dtype)], dtype=dtype)).first() if dtype == pl.Binary else pl.lit(value(dtype), dtype)


def test():
    column, dtype = rng.choice(columns)
    kind = rng.randrange(6)
    if kind == 0:
        return rng.choice((column.is_null(), column.is_not_null()))
    if kind == 1:
        return column.is_in([value(dtype) for _ in range(3)])
    if kind == 2:
        return column.is_between(literal(dtype), literal(dtype), closed=rng.choice(("both", "left", "none")))
    if kind == 3 and dtype == pl.String:
        return column.str.starts_with(rng.choice(TEXTS)[: rng.randrange(4)])
    return rng.choice(COMPARISONS)(column, literal(dtype))


def condition(depth):
    kind = rng.randrange(6) if depth else 0
    if kind == 3:
        return ~condition(depth - 1)
    if kind == 4:
        return condition(depth - 1) & condition(depth - 1)
    if kind == 5:
        return condition(depth - 1) | condition(depth - 1)
    return test()


parts = []
for number in range(30):
    where = condition(3)
    print(number, where)
    parts += [
        frame.filter(where).select(pl.lit(number).alias("filter"), pl.lit(side).alias("side"), pl.struct(pl.all()))
        for side, frame in (("table", table), ("rows", rows))
    ]
result = pl.concat(parts)
