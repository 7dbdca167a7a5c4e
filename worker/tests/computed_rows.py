"""Random rows for the functions that become computed columns."""

from __future__ import annotations

import datetime as dt
import json
import random

import polars as pl

COUNT = 200
_TEXTS = (
    "", "a", "abc", "aab-abb", "foo bar", "Foo\nBar", "x1y22z333", "äöü ÄÖÜ", "日本語 text", "a.b.c", "$1 \\1", "_under_",
    "http://www.example.org/path/page?x=1", "https://example.org/", "no url", "\t tab\r\n", "😀 smile", "\u017f\u212a", "e\u0301",
    "٣ digits", "a" * 5000, "[brackets] {braces}", "--&&~~", "'quoted' \"double\"",
)  # fmt: skip


def _value(chosen: random.Random, depth: int) -> object:
    kinds = ["text", "integer", "large", "float", "bool", "null", "array", "object"]
    match chosen.choice(kinds if depth else kinds[:6]):
        case "text":
            return chosen.choice(
                [*_TEXTS, "null", "1", "true", "\u0000", "\u2028", "tab\there", 'quote"d', "back\\slash"]
            )
        case "integer":
            return chosen.randrange(-1000, 1000)
        case "large":
            return chosen.choice([2**53 + 1, -(2**53) - 1, 2**63 - 1, -(2**63), 2**64 - 1])
        case "float":
            return chosen.choice([round(chosen.uniform(-1e6, 1e6), 6), round(chosen.random(), 15), 1.5, -0.25, 100.0])
        case "bool":
            return chosen.random() < 0.5
        case "null":
            return None
        case "array":
            return [_value(chosen, depth - 1) for _ in range(chosen.randrange(4))]
        case _:
            return {
                name: _value(chosen, depth - 1)
                for name in chosen.sample(["a", "b", "c d", "e.f", "ü", "0"], chosen.randrange(5))
            }


def _json(chosen: random.Random) -> str | None:
    if chosen.random() < 0.1:
        return None
    top = {name: _value(chosen, 3) for name in ("a", "b", "c d", "e.f", "ü", "0") if chosen.random() < 0.8}
    value = top if chosen.random() < 0.8 else _value(chosen, 3)
    return json.dumps(value, ensure_ascii=chosen.random() < 0.5, indent=chosen.choice([None, None, 2]))


def _numbers(chosen: random.Random) -> str:
    """An object of doubles of all sizes, written in many ways."""
    written = ["{!r}", "{:.17g}", "{:.3e}", "{:.20f}", "{:g}", "{:.1f}"]

    def number() -> str:
        exponent = chosen.choice([0, 0, 1, 3, -3, -5, -6, -7, 14])
        return chosen.choice(written).format(chosen.uniform(-10, 10) * 10**exponent).replace("e+0", "e")

    texts = [
        number(),
        "-0.0",
        "-0",
        "0.0",
        "1e5",
        "0.30000000000000004",
        '"1.50"',
        '"1e5"',
        '"-0.0"',
        "1e-7",
        "1.0000000000000001",
    ]
    return "{" + ", ".join(f'"{name}": {chosen.choice([number(), *texts])}' for name in "ab") + "}"


def random_rows(seed: int) -> pl.DataFrame:
    """Rows of all types with nulls, before and after 1970; `k` has each value once."""
    chosen = random.Random(seed)  # noqa: S311  # rows

    def moment() -> dt.datetime | None:
        micros = chosen.randrange(-(10**16), 10**16)
        return chosen.choice([None, *[dt.datetime(1970, 1, 1) + dt.timedelta(microseconds=micros)] * 9])  # noqa: DTZ001

    def text() -> str | None:
        parts = [chosen.choice(_TEXTS) for _ in range(chosen.randrange(4))]
        return None if chosen.random() < 0.1 else "".join(parts)

    rows = pl.DataFrame(
        {
            "k": chosen.sample(range(10_000), COUNT),
            "g": [chosen.randrange(4) for _ in range(COUNT)],
            "n": pl.Series([chosen.choice([None, 0, *range(-40, 40)]) for _ in range(COUNT)], dtype=pl.Int64),
            "i": pl.Series([chosen.choice([None, *range(-9, 9)]) for _ in range(COUNT)], dtype=pl.Int32),
            "s": pl.Series([text() for _ in range(COUNT)], dtype=pl.String),
            "j": pl.Series([_json(chosen) for _ in range(COUNT)], dtype=pl.String),
            "f": [_numbers(chosen) for _ in range(COUNT)],
            "t": pl.Series([moment() for _ in range(COUNT)], dtype=pl.Datetime("us")),
        }
    )
    ends = [
        dt.date(2024, 1, 31),
        dt.date(2023, 1, 31),
        dt.date(2024, 2, 29),
        dt.date(1969, 12, 31),
        dt.date(2000, 3, 30),
        None,
    ]
    return rows.with_columns(
        d=pl.Series([chosen.choice(ends) for _ in range(COUNT)], dtype=pl.Date),
        z=pl.col("t").dt.replace_time_zone("UTC"),
    )
