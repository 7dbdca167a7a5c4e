"""The functions that become computed columns: expressions of Polars that its SQL can't say.

Each of them is null where one of its values is null.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import polars as pl

from nerium_worker.modes.functions import hashes, intervals, json_values
from nerium_worker.modes.functions.computation import Arguments, Computation, failing, require, text_of
from nerium_worker.modes.functions.patterns import PatternError, read_pattern, read_replacement

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from nerium_worker.modes.functions.computation import Value
    from nerium_worker.modes.functions.patterns import Pattern

_MOST_ARGUMENTS = 4


_Read: TypeAlias = "Callable[[Arguments], Computation]"


@dataclass(frozen=True, kw_only=True)
class ComputedFunction:
    """A function with its names; `counts`: how many arguments it takes; `usage`: how it is called."""

    names: tuple[str, ...]
    counts: range
    usage: str
    meaning: str
    read: _Read


def _pattern(arguments: Arguments, options: str = "") -> Pattern:
    try:
        return read_pattern(arguments.text(1, "pattern"), options)
    except PatternError as error:
        raise arguments.failure(f"has a pattern that {error}") from error


def _regexp_replace(arguments: Arguments) -> Computation:
    options = arguments.text(3, "options") if len(arguments) == _MOST_ARGUMENTS else ""
    pattern = _pattern(arguments, options.replace("g", ""))
    try:
        replacement = read_replacement(arguments.text(2, "replacement"), pattern.groups)
    except PatternError as error:
        raise arguments.failure(f"has a replacement that {error}") from error

    def build(values: Sequence[Value]) -> pl.Expr:
        text = text_of(values[0], arguments.name)
        # Polars takes a replacement as it is where the pattern has letters only.
        sought = f"(?:{pattern.text})" if "$" in replacement else pattern.text
        if "g" in options:
            return text.str.replace_all(sought, replacement)
        return text.str.replace(sought, replacement)

    return Computation(name=arguments.name, values=(arguments.each[0],), steps=[build])


def _group(arguments: Arguments, pattern: Pattern) -> int:
    group = arguments.integer(2, "group") if len(arguments) > 2 else 0  # noqa: PLR2004
    if not 0 <= group <= pattern.groups:
        raise arguments.failure(f"takes a group of its pattern, from 0 to {pattern.groups}, and not {group}")
    return group


def _regexp_extract(arguments: Arguments) -> Computation:
    pattern = _pattern(arguments, arguments.text(3, "options") if len(arguments) == _MOST_ARGUMENTS else "")
    group = _group(arguments, pattern)

    def build(values: Sequence[Value]) -> pl.Expr:
        text = text_of(values[0], arguments.name)
        # Where nothing matches, the result is an empty text, but null for null.
        return text.str.head(0) + pl.concat_str(text.str.extract(pattern.text, group), pl.lit(""), ignore_nulls=True)

    return Computation(name=arguments.name, values=(arguments.each[0],), steps=[build])


def _regexp_extract_all(arguments: Arguments) -> Computation:
    pattern = _pattern(arguments, arguments.text(3, "options") if len(arguments) == _MOST_ARGUMENTS else "")
    group = _group(arguments, pattern)
    steps = _matches(arguments, pattern)
    if group > 0:
        if pattern.has_places:
            raise arguments.failure("takes a group only of a pattern without ^, $ and \\b, which match a place")
        # In a match by itself, the pattern has the same groups: it finds no place that was not there.
        found = pl.element().str.extract(pattern.text, group)
        steps = [*steps, lambda values: values[-1].expression.list.eval(found)]
    return Computation(name=arguments.name, values=(arguments.each[0],), steps=steps)


def _regexp_count(arguments: Arguments) -> Computation:
    pattern = _pattern(arguments)
    return Computation(
        name=arguments.name,
        values=(arguments.each[0],),
        steps=[*_matches(arguments, pattern), lambda values: values[-1].expression.list.len().cast(pl.Int64)],
    )


def _matches(arguments: Arguments, pattern: Pattern) -> Sequence[Callable[[Sequence[Value]], pl.Expr]]:
    """Give the matches of a pattern; engines find empty ones at different places, so these fail."""
    if pl.select(pl.lit("").str.contains(pattern.text)).item():
        raise arguments.failure("has a pattern that matches an empty text")

    def matches(values: Sequence[Value]) -> pl.Expr:
        return text_of(values[0], arguments.name).str.extract_all(pattern.text)

    def checked(values: Sequence[Value]) -> pl.Expr:
        text, found = (value.expression for value in values)
        empty = failing(f"{arguments.name}() has an empty match in", pl.when(found.list.contains("")).then(text))
        return pl.when(empty.is_null()).then(found)

    return [matches, checked]


def _make_date(arguments: Arguments) -> Computation:
    def build(values: Sequence[Value]) -> pl.Expr:
        for value in values:
            require(value, arguments.name, value.dtype.is_integer() or value.dtype == pl.Null, "integers")
        year, month, day = (value.expression.cast(pl.Int32) for value in values)
        return pl.date(year, month, day)

    return Computation(name=arguments.name, values=tuple(arguments.each), steps=[build])


def _regexp_full_match(arguments: Arguments) -> Computation:
    pattern = _pattern(arguments, arguments.text(2, "options") if len(arguments) > 2 else "")  # noqa: PLR2004

    def build(values: Sequence[Value]) -> pl.Expr:
        return text_of(values[0], arguments.name).str.contains(rf"\A(?:{pattern.text})\z")

    return Computation(name=arguments.name, values=(arguments.each[0],), steps=[build])


def _function(names: str, counts: range, usage: str, meaning: str, read: _Read) -> ComputedFunction:
    first, *others = names.split()
    return ComputedFunction(names=(first, *others), counts=counts, usage=usage, meaning=meaning, read=read)


COMPUTED: tuple[ComputedFunction, ...] = (
    _function(
        "regexp_replace",
        range(3, 5),
        "regexp_replace(text, pattern, replacement, options)",
        "the text with the first match of the pattern replaced, or all of them with the option `g`; in the replacement,"
        r" `\1` is a group of the pattern, and `\0` the whole match",
        _regexp_replace,
    ),
    _function(
        "regexp_extract",
        range(2, 5),
        "regexp_extract(text, pattern, group, options)",
        "the first match of the pattern, or of a group of it; an empty text if nothing matches",
        _regexp_extract,
    ),
    _function(
        "regexp_extract_all",
        range(2, 5),
        "regexp_extract_all(text, pattern, group, options)",
        "a list of the matches of the pattern, or of a group of each, which is null in a match that the group has no"
        " part in; a pattern with `^`, `$` or `\\b` has no groups here",
        _regexp_extract_all,
    ),
    _function(
        "regexp_count",
        range(2, 3),
        "regexp_count(text, pattern)",
        "how many matches of the pattern the text has",
        _regexp_count,
    ),
    _function(
        "regexp_full_match",
        range(2, 4),
        "regexp_full_match(text, pattern, options)",
        "whether the whole text matches the pattern",
        _regexp_full_match,
    ),
    _function(
        "json_extract_string json_extract_path_text ->>",
        range(2, 3),
        "json_extract_string(json, path)",
        "the value at a path as text; null where there is none, where it is JSON's null, and for a text that is not"
        " JSON",
        json_values.text_at,
    ),
    _function(
        "json_extract json_extract_path ->",
        range(2, 3),
        "json_extract(json, path)",
        "the JSON at a path as text, in which texts have quotes; null where there is none, and for a text that is not"
        " JSON",
        json_values.json_at,
    ),
    _function(
        "json_value",
        range(2, 3),
        "json_value(json, path)",
        "the value at a path as text, without quotes as in standard SQL; null where there is none, and where it is"
        " JSON's null, an object or an array",
        json_values.scalar_at,
    ),
    _function("md5", range(1, 2), "md5(text)", "the MD5 hash of the text in UTF-8, in hexadecimal digits", hashes.md5),
    _function("sha1", range(1, 2), "sha1(text)", "the SHA-1 hash", hashes.sha1),
    _function("sha256", range(1, 2), "sha256(text)", "the SHA-256 hash", hashes.sha256),
    _function(
        "make_date",
        range(3, 4),
        "make_date(year, month, day)",
        "the date of three integers; the run fails at a date that does not exist, even in a CASE that does not choose"
        " it",
        _make_date,
    ),
    _function(
        "date_add",
        range(2, 3),
        "date_add(time, interval)",
        "the time and an interval, whose size may be a value of the row, as in `ts + INTERVAL (n) DAY` and"
        " `ts + n * INTERVAL '1 day'`; a date stays a date if nothing less than a day is added",
        intervals.date_add,
    ),
    _function(
        "date_sub",
        range(2, 3),
        "date_sub(time, interval)",
        "the time without an interval, as in `ts - INTERVAL (n) MONTH`",
        intervals.date_sub,
    ),
)
BY_NAME: Mapping[str, ComputedFunction] = {name: function for function in COMPUTED for name in function.names}
STABLE = frozenset(BY_NAME) | intervals.MAKERS
