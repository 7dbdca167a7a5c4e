"""Every filter is checked against Polars itself, row by row: no row that Polars keeps may be pruned."""

from __future__ import annotations

import datetime as dt
import functools
import itertools
import math
import operator
import struct
import uuid
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from nerium_worker.iceberg.predicate import LONGEST_LIST
from nerium_worker.iceberg.types import polars_schema
from nerium_worker.polars_plan.unstable import scan_placeholder
from nerium_worker.protocol.job import TableDescription
from nerium_worker.scan.placeholder import Placeholder
from nerium_worker.scan.pushdown import pushdown

if TYPE_CHECKING:
    from collections.abc import Callable

UTC = dt.timezone.utc
UUIDS = [str(uuid.UUID(int=1)), str(uuid.UUID(int=2**127))]
COLUMNS: dict[str, tuple[Any, Any, list[Any]]] = {
    "i": ("int", pl.Int32, [-(2**31), -1, 0, 1, 2, 2**31 - 1]),
    "l": ("long", pl.Int64, [-(2**63), -1, 0, 1, 2, 2**63 - 1]),
    "f": ("double", pl.Float64, [-math.inf, -1.5, -0.0, 0.0, 0.1, 2.0, math.inf, math.nan]),
    "g": ("float", pl.Float32, [-math.inf, -1.5, -0.0, 0.0, 0.1, 2.0, math.inf, math.nan]),
    "b": ("boolean", pl.Boolean, [True, False]),
    "s": ("string", pl.String, ["", "a", "ab", "b", "ä", "\U0001f33a", "\uffff"]),
    "d": ("date", pl.Date, [dt.date(1, 1, 1), dt.date(1969, 12, 31), dt.date(2020, 1, 1), dt.date(9999, 12, 31)]),
    "t": ("time", pl.Time, [dt.time(0), dt.time(1, 2, 3, 4), dt.time(23, 59, 59, 999999)]),
    "ts": ("timestamp", pl.Datetime("us"), [dt.datetime(1969, 1, 1), dt.datetime(2020, 1, 1), dt.datetime(2020, 1, 1, 0, 0, 0, 1)]),  # noqa: DTZ001
    "tz": ("timestamptz", pl.Datetime("us", "UTC"), [dt.datetime(1969, 1, 1, tzinfo=UTC), dt.datetime(2020, 1, 1, tzinfo=UTC)]),
    "tn": ("timestamp_ns", pl.Datetime("ns"), [-1_500, -1_000, -1, 0, 1, 999, 1_000, 1_500, 2_000]),
    "n": ("decimal(9, 2)", pl.Decimal(9, 2), [Decimal("-1.50"), Decimal("0.00"), Decimal("1.25"), Decimal("1.50")]),
    "y": ("binary", pl.Binary, [b"", b"\x00", b"a", b"\xff"]),
    "u": ("uuid", pl.String, UUIDS),
    "x.y": ("string", pl.String, ["a", "b"]),
}  # fmt: skip
SCHEMA = {
    "type": "struct",
    "fields": [
        *(
            {"id": number, "name": name, "required": False, "type": type_}
            for number, (name, (type_, _, _)) in enumerate(COLUMNS.items(), 1)
        ),
        {
            "id": 100,
            "name": "st",
            "required": False,
            "type": {"type": "struct", "fields": [{"id": 101, "name": "q", "required": False, "type": "int"}]},
        },
    ],
}
HEIGHT = 11


def frame() -> pl.DataFrame:
    columns = {
        name: pl.Series([*values, *itertools.repeat(None, HEIGHT - len(values))], dtype=dtype, strict=False)
        for name, (_, dtype, values) in COLUMNS.items()
    }
    structs = [{"q": 1}, {"q": 5}, {"q": None}, None]
    nested = pl.Series(structs * 2 + [None] * 3, dtype=pl.Struct({"q": pl.Int32}))
    return pl.DataFrame({**columns, "st": nested})


def pushed(predicate: pl.Expr) -> Any:
    table = TableDescription(handle=0, name="t", schema=SCHEMA)
    placeholder = scan_placeholder(polars_schema(SCHEMA), Placeholder(0, "t"))
    uses = pushdown(placeholder.filter(predicate), {0: table}).uses
    return uses[0][0].expression if 0 in uses else False


def total_order(value: float) -> tuple[bool, float, bool]:
    """As `Double.compare`: -0.0 before 0.0, NaN last."""
    return math.isnan(value), 0.0 if math.isnan(value) else value, math.copysign(1, value) > 0


def decoded(type_: str, value: Any) -> Any:
    match type_:
        case "double" | "float":
            exact = value if type_ == "double" else struct.unpack("<f", struct.pack("<f", value))[0]
            assert exact == value
            return total_order(value)
        case "date":
            return dt.date.fromisoformat(value)
        case "time":
            return dt.time.fromisoformat(value)
        case "timestamp" | "timestamptz":
            assert value.endswith("+00:00") == (type_ == "timestamptz")
            return dt.datetime.fromisoformat(value)
        case "uuid":
            return value
        case "binary":
            return bytes.fromhex(value)
        case "string":
            return value.encode()
        case "decimal(9, 2)":
            assert len(value.split(".")[1]) == 2
            return Decimal(value)
        case _:
            return value


def might_match(expression: Any, row: dict[str, Any]) -> bool:
    """Evaluate as Iceberg does for a file that holds nothing but this row."""
    match expression:
        case None:
            return True
        case bool():
            return expression
        case {"type": "and" | "or" as joined, "left": left, "right": right}:
            both = might_match(left, row), might_match(right, row)
            return all(both) if joined == "and" else any(both)
    term, operator = expression["term"], str(expression["type"])
    value = row["st"] and row["st"]["q"] if term == "st.q" else row[term]
    nan = isinstance(value, float) and math.isnan(value)
    if operator in {"is-null", "not-null", "is-nan", "not-nan"}:
        return {"is-null": value is None, "not-null": value is not None, "is-nan": nan, "not-nan": not nan}[operator]
    if value is None or nan:
        # No bounds: only what asks for difference can match.
        return operator in ("not-eq", "not-in", "not-starts-with")
    type_ = "int" if term == "st.q" else COLUMNS[term][0]
    own: Any = total_order(value) if type_ in {"double", "float"} else value.encode() if type_ == "string" else value
    if operator in {"in", "not-in"}:
        return (own in [decoded(type_, other) for other in expression["values"]]) == (operator == "in")
    other = decoded(type_, expression["value"])
    matches: dict[str, Callable[[], bool]] = {
        "eq": lambda: own == other,
        "not-eq": lambda: own != other,
        "lt": lambda: own < other,
        "lt-eq": lambda: own <= other,
        "gt": lambda: own > other,
        "gt-eq": lambda: own >= other,
        "starts-with": lambda: own.startswith(other),
        "not-starts-with": lambda: not own.startswith(other),
    }
    return matches[operator]()


def assert_keeps_every_row(predicate: pl.Expr) -> Any:
    expression = pushed(predicate)
    # Python's datetime has no nanoseconds.
    kept = frame().filter(predicate).with_columns(pl.col("tn").to_physical())
    lost = [row for row in kept.to_dicts() if not might_match(expression, row)]
    assert not lost, f"{predicate} as {expression} loses {lost}"
    return expression


def literal(name: str, value: Any) -> pl.Expr:
    return pl.lit(value, dtype=COLUMNS[name][1])


COMPARISONS: dict[str, Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    "eq": lambda column, value: column == value,
    "ne": lambda column, value: column != value,
    "lt": lambda column, value: column < value,
    "le": lambda column, value: column <= value,
    "gt": lambda column, value: column > value,
    "ge": lambda column, value: column >= value,
    "eq_missing": lambda column, value: column.eq_missing(value),
    "ne_missing": lambda column, value: column.ne_missing(value),
    "mirrored": lambda column, value: value > column,
    "between": lambda column, value: column.is_between(value, value),
    "open_between": lambda column, value: column.is_between(value, value, closed="none"),
}


@pytest.mark.parametrize("name", COLUMNS)
@pytest.mark.parametrize("comparison", COMPARISONS)
def test_a_comparison_and_its_negation_lose_no_row(name: str, comparison: str) -> None:
    for value in COLUMNS[name][2]:
        predicate = COMPARISONS[comparison](pl.col(name), literal(name, value))
        assert_keeps_every_row(predicate)
        assert_keeps_every_row(~predicate)


@pytest.mark.parametrize("name", COLUMNS)
def test_membership_and_null_tests_lose_no_row(name: str) -> None:
    _, dtype, values = COLUMNS[name]
    column = pl.col(name)
    for members in (values, values[:1], [values[-1], None], [None]):
        for nulls_equal in (False, True):
            predicate = column.is_in(
                pl.Series([members], dtype=pl.List(dtype), strict=False).item(), nulls_equal=nulls_equal
            )
            assert_keeps_every_row(predicate)
            assert_keeps_every_row(~predicate)
    for predicate in (column.is_null(), column.is_not_null()):
        assert assert_keeps_every_row(predicate) is not None
        assert_keeps_every_row(~predicate)


@pytest.mark.parametrize(
    "predicate",
    [
        pl.col("s").str.starts_with("a"),
        pl.col("s").str.starts_with(""),
        pl.col("s").str.starts_with("\U0001f33a"),
        pl.col("f").is_nan(),
        pl.col("f").is_not_nan(),
        pl.col("b"),
        pl.col("st").struct.field("q") > 3,
        pl.col("st").struct.field("q").is_null(),
        pl.col("st").struct.field("q").eq_missing(5),
        pl.col("st").struct.field("q").ne_missing(5),
        pl.col("st").is_null(),
        pl.col("l") + 1 > 1,
        pl.col("l") > pl.col("i"),
        pl.col("i") > 1.5,
        pl.col("i") > 5_000_000_000,
        pl.col("d") > dt.datetime(2019, 12, 31, 12),  # noqa: DTZ001
        pl.col("ts") > dt.date(2020, 1, 1),
        pl.col("ts").cast(pl.Date) == dt.date(2020, 1, 1),
        pl.col("tz") > dt.datetime(2019, 12, 31, 23, tzinfo=dt.timezone(dt.timedelta(hours=-1))),
        pl.col("tz") > pl.lit("2020-01-01T00:00:00+00:00").str.to_datetime("%+"),
        pl.col("tz") <= pl.lit("2020-01-01T00:00:00.000001+00:00").str.to_datetime("%+"),
        pl.col("tz") == pl.lit("2020-01-01T01:00:00+01:00").str.to_datetime("%+"),
        pl.col("tz") > pl.lit("2020-01-01T12:00:00+00:00").str.to_date("%+"),
        pl.col("d") == pl.lit("2020-01-01T12:00:00+00:00").str.to_date("%+"),
        pl.col("n") > 1,
        pl.col("n") == pl.lit(Decimal("1.505")),
        pl.col("n") < 1.3,
        pl.col("g") == 0.1,
        pl.col("f") > pl.col("g"),
        pl.col("d").is_in([dt.date(2020, 1, 1)]) | (pl.col("l") > 1),
        (pl.col("l") > 1) & (pl.col("l") + 1 > 1),
        (pl.col("l") > 1) | (pl.col("l") + 1 > 1),
        ~((pl.col("l") > 1) & (pl.col("l") + 1 > 1)),
        ~((pl.col("l") > 1) | (pl.col("l") + 1 > 1)),
        ~((pl.col("f") < 1) & (pl.col("s") == "a")),
        ~((pl.col("f") < 1) | pl.col("s").is_null()),
        (pl.col("l") > 1).xor(pl.col("b")),
        pl.when(pl.col("b")).then(pl.col("l") > 1).otherwise(pl.col("l") < 1),
        (pl.col("l") > 1).fill_null(value=True),
        (pl.col("l") > 1).is_null(),
        (pl.col("l") > 1) == pl.lit(value=False),
        pl.col("s").is_in(["a", "b"]).is_null(),
        pl.lit(value=True),
        pl.lit(value=False),
        pl.col("l").is_in(range(LONGEST_LIST + 1)),
        pl.col("f").is_in([float(number) for number in range(LONGEST_LIST + 1)]),
        pl.col("s").is_in([chr(number) for number in range(97, 98 + LONGEST_LIST)]),
        pl.col("n").is_in([Decimal(number) for number in range(LONGEST_LIST + 1)]),
        pl.col("x.y") == "a",
        pl.col("i").cast(pl.Int64).is_in([1, 2, 5_000_000_000]),
        pl.col("i").cast(pl.Int64).is_between(0, 5_000_000_000),
        pl.col("i").cast(pl.Decimal(38, 0)) > pl.lit(Decimal("1.5")),
        pl.col("i").cast(pl.Decimal(38, 0)) >= pl.lit(Decimal("1.0")),
        pl.col("l").cast(pl.Int32, strict=False) > 1,
        pl.col("g").cast(pl.Float64) > 1.5,
        pl.col("g").cast(pl.Float64) >= 0.1,
        pl.col("g").cast(pl.Float64) <= 0.0,
        pl.col("g").cast(pl.Float64).is_in([0.0, 2.0]),
        pl.col("g").cast(pl.Float64).is_nan(),
        pl.col("f").cast(pl.Float32) == 2.0,
    ],
    ids=str,
)
def test_a_filter_and_its_negation_lose_no_row(predicate: pl.Expr) -> None:
    assert_keeps_every_row(predicate)
    assert_keeps_every_row(~predicate)


def test_pairs_joined_by_and_or_and_not_lose_no_row() -> None:
    leaves = [
        pl.col("l") > 0,
        pl.col("f") >= 0.0,
        pl.col("f") != 2.0,
        pl.col("s").is_in(["a", "b"]),
        pl.col("b"),
        pl.col("d").is_null(),
        pl.col("l") % 2 == 0,
        pl.col("ts") <= dt.datetime(2020, 1, 1),  # noqa: DTZ001
    ]
    for left, right in itertools.product(leaves, repeat=2):
        for predicate in (~left | right, ~(left & ~right)):
            assert_keeps_every_row(predicate)


@pytest.mark.parametrize(
    ("predicate", "expected"),
    [
        (pl.col("l") > 1, {"type": "gt", "term": "l", "value": 1}),
        (1 > pl.col("l"), {"type": "lt", "term": "l", "value": 1}),  # noqa: SIM300
        (~(pl.col("l") > 1), {"type": "lt-eq", "term": "l", "value": 1}),
        (pl.col("d") == dt.date(2020, 1, 1), {"type": "eq", "term": "d", "value": "2020-01-01"}),
        (pl.col("ts") < dt.datetime(2020, 1, 1), {"type": "lt", "term": "ts", "value": "2020-01-01T00:00:00.000000"}),  # noqa: DTZ001
        (
            pl.col("tz") < dt.datetime(2020, 1, 1, tzinfo=UTC),
            {"type": "lt", "term": "tz", "value": "2020-01-01T00:00:00.000000+00:00"},
        ),
        (pl.col("t") < dt.time(1, 2, 3), {"type": "lt-eq", "term": "t", "value": "01:02:03.000000"}),
        (pl.col("n") < Decimal("-0.5"), {"type": "lt", "term": "n", "value": "-0.50"}),
        (pl.col("y") == b"\xff", {"type": "eq", "term": "y", "value": "FF"}),
        (pl.col("u") == UUIDS[0], None),
        (pl.col("s").is_in(["a", "b"]), {"type": "in", "term": "s", "values": ["a", "b"]}),
        (pl.col("s").str.starts_with("a"), {"type": "starts-with", "term": "s", "value": "a"}),
        (pl.col("st").struct.field("q") == 1, {"type": "eq", "term": "st.q", "value": 1}),
        (pl.col("st").is_not_null(), {"type": "not-null", "term": "st"}),
        (~pl.col("b"), {"type": "eq", "term": "b", "value": False}),
        (
            pl.col("f") > 1,
            {
                "type": "or",
                "left": {"type": "gt", "term": "f", "value": 1.0},
                "right": {"type": "is-nan", "term": "f"},
            },
        ),
        (pl.col("i").cast(pl.Int64).is_in([1, 2]), {"type": "in", "term": "i", "values": [1, 2]}),
        (pl.col("g").cast(pl.Float64) < 1.5, {"type": "lt", "term": "g", "value": 1.5}),
        (pl.col("g").cast(pl.Float64) < 0.1, None),
        (pl.col("g").cast(pl.Float64) < 1e40, None),
        (pl.col("l").cast(pl.Int32, strict=False) == 1, None),
        (pl.col("u") > UUIDS[0], None),
        (pl.col("f").eq(math.nan), None),
        (pl.col("f") < math.inf, None),
        (pl.col("l") % 2 == 0, None),
        (pl.col("tn") == pl.lit(1500, dtype=pl.Datetime("ns")), None),
        (pl.col("tn") > dt.datetime(2020, 1, 1), None),  # noqa: DTZ001
        (pl.col("t").is_in([dt.time(1)]), {"type": "in", "term": "t", "values": ["01:00:00.000000"]}),
        (~pl.col("t").is_in([dt.time(1)]), None),
        (
            pl.col("tz") > pl.lit("2020-01-01T00:00:00+00:00").str.to_datetime("%+"),
            {"type": "gt", "term": "tz", "value": "2020-01-01T00:00:00.000000+00:00"},
        ),
    ],
    ids=str,
)
def test_says_what_iceberg_reads(predicate: pl.Expr, expected: Any) -> None:
    assert pushed(predicate) == expected


def test_leaves_out_what_cannot_be_said_from_a_conjunction_only() -> None:
    known, unknown = pl.col("l") > 1, pl.col("l") % 2 == 0
    assert pushed(known & unknown) == {"type": "gt", "term": "l", "value": 1}
    assert pushed(known | unknown) is None
    assert pushed(~(known & unknown)) is None
    assert pushed(~(known | unknown)) == {"type": "lt-eq", "term": "l", "value": 1}


def test_a_long_list_becomes_a_range() -> None:
    expression = pushed(pl.col("l").is_in([7, *range(1000)]))
    assert expression == {
        "type": "and",
        "left": {"type": "gt-eq", "term": "l", "value": 0},
        "right": {"type": "lt-eq", "term": "l", "value": 999},
    }


def depth(expression: Any) -> int:
    return 1 + max(depth(expression["left"]), depth(expression["right"])) if "left" in expression else 1


def test_a_chain_of_comparisons_is_balanced() -> None:
    comparisons = [(pl.col("l") > number) | pl.col("b") for number in range(900)]
    assert depth(pushed(functools.reduce(operator.and_, comparisons))) < 20


def test_a_filter_of_thousands_of_comparisons_is_left_to_polars() -> None:
    comparisons = [(pl.col("l") > number) | pl.col("b") for number in range(5000)]
    assert pushed(functools.reduce(operator.and_, comparisons)) is None


def test_an_expression_too_large_for_a_frame_is_left_to_polars() -> None:
    assert pushed(pl.col("s") == "x" * 1000) is not None
    assert pushed(pl.col("s") == "x" * 300_000) is None
