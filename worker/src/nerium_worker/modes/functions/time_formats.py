"""Writes formats of times as those of Polars: those of DuckDB, of PostgreSQL's `to_char`, of MySQL and of Spark.

A part of a format that means another thing in Polars, or nothing, is refused.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class FormatError(Exception):
    """A format that is not available; its message is the end of a sentence."""


# Parts of DuckDB that Polars writes in another way, or to which it gives another meaning.
_DUCKDB = {
    "%c": "%Y-%m-%d %H:%M:%S",
    "%f": "%6f",
    "%g": "%3f",
    "%n": "%9f",
    "%x": "%Y-%m-%d",
}
_MYSQL = {
    **{f"%{letter}": f"%{letter}" for letter in "YymdHIjabTpwr%S"},
    "%i": "%M",
    "%s": "%S",
    "%f": "%6f",
    "%W": "%A",
    "%M": "%B",
    "%e": "%-d",
    "%c": "%-m",
    "%k": "%-H",
    "%l": "%-I",
    "%h": "%I",
    "%v": "%V",
    "%x": "%G",
}
_TO_CHAR = {
    "YYYY": "%Y",
    "YY": "%y",
    "IYYY": "%G",
    "IW": "%V",
    "MM": "%m",
    "DDD": "%j",
    "DD": "%d",
    "ID": "%u",
    "HH24": "%H",
    "HH12": "%I",
    "HH": "%I",
    "MI": "%M",
    "SS": "%S",
    "MS": "%3f",
    "US": "%6f",
    "AM": "%p",
    "PM": "%p",
    "am": "%P",
    "pm": "%P",
    "Mon": "%b",
    "Dy": "%a",
    "FMMonth": "%B",
    "FMDay": "%A",
    "FMMM": "%-m",
    "FMDD": "%-d",
    "FMHH24": "%-H",
    "FMHH12": "%-I",
    "FMHH": "%-I",
    "yyyy": "%Y",
    "yy": "%y",
    "mm": "%m",
    "dd": "%d",
    "hh24": "%H",
    "hh12": "%I",
    "hh": "%I",
    "mi": "%M",
    "ss": "%S",
}
_SPARK = {
    "yyyy": "%Y",
    "uuuu": "%Y",
    "yy": "%y",
    "MMMM": "%B",
    "MMM": "%b",
    "MM": "%m",
    "M": "%-m",
    "dd": "%d",
    "d": "%-d",
    "DDD": "%j",
    "EEEE": "%A",
    "EEE": "%a",
    "EE": "%a",
    "E": "%a",
    "HH": "%H",
    "H": "%-H",
    "hh": "%I",
    "h": "%-I",
    "mm": "%M",
    "m": "%-M",
    "ss": "%S",
    "s": "%-S",
    "SSSSSS": "%6f",
    "SSS": "%3f",
    "a": "%p",
}


# Letters of `to_char` are read as far as they go; of Spark, a run of one letter is one part.
_TO_CHAR_PART = re.compile("|".join(sorted(_TO_CHAR, key=len, reverse=True)) + r'|"[^"\\]*"|[^A-Za-z"\\]')
_SPARK_PART = re.compile(r"([A-Za-z])\1*|'(?:[^']|'')*'|[^A-Za-z'{}#\[\]]", re.DOTALL)


def of_strftime(text: str) -> str:
    """Read a format of DuckDB's `strftime`; parts that only Polars has stay as they are."""
    if "%z" in re.findall("%.", text, flags=re.DOTALL):
        raise FormatError("has %z, which Polars writes in another way: write %:z, as in +01:00")
    return re.sub("%.", lambda part: _DUCKDB.get(part[0], part[0]), text, flags=re.DOTALL)


def of_to_char(text: str) -> str:
    """Read a format of PostgreSQL's `to_char`."""
    if "SSSS" in text:
        raise FormatError("has SSSS, which is not available")
    return _read(
        text, _TO_CHAR_PART, _TO_CHAR, 'texts are in "double quotes", and names are Mon, FMMonth, Dy and FMDay'
    )


def of_date_format(text: str) -> str:
    """Read a format of MySQL and Trino, which has %, or of Spark."""
    if "%" in text:
        return re.sub("%.?", lambda part: _known(_MYSQL, part[0], "%Y-%m-%d %H:%i:%s is one"), text, flags=re.DOTALL)
    return _read(text, _SPARK_PART, _SPARK, "yyyy-MM-dd HH:mm:ss is one")


def _read(text: str, part: re.Pattern[str], known: Mapping[str, str], hint: str) -> str:
    parts = []
    at = 0
    while at < len(text):
        found = part.match(text, at)
        if found is None:
            raise FormatError(f"has {text[at]}, which is not available: {hint}")
        at = found.end()
        parts.append(_written(found[0], known, hint))
    return "".join(parts)


def _written(part: str, known: Mapping[str, str], hint: str) -> str:
    if part.isascii() and part[0].isalpha():
        return _known(known, part, hint)
    if part == "''":
        return "'"
    text = part[1:-1].replace("''", "'") if part[0] in "\"'" else part
    return text.replace("%", "%%")


def _known(known: Mapping[str, str], part: str, hint: str) -> str:
    if part not in known:
        raise FormatError(f"has {part}, which is not available: {hint}")
    return known[part]
