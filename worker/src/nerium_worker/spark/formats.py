"""Formats of dates: those of strftime that Java can write and read alike."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nerium_worker.spark.refused import refuse

_TOKEN = re.compile(r"%(\.?\d?[A-Za-z%])|([^%])", re.DOTALL)
_WRITTEN = {
    "Y": "yyyy",
    "m": "MM",
    "d": "dd",
    "H": "HH",
    "M": "mm",
    "S": "ss",
    "y": "yy",
    "j": "DDD",
    "b": "MMM",
    "B": "MMMM",
    "a": "EEE",
    "A": "EEEE",
    "p": "a",
    "I": "hh",
    ".3f": ".SSS",
    ".6f": ".SSSSSS",
    "3f": "SSS",
    "6f": "SSSSSS",
}
_SHORT = {"F": "%Y-%m-%d", "T": "%H:%M:%S", "D": "%m/%d/%y", "R": "%H:%M"}
_READ = {"Y": 4, "m": 2, "d": 2, "H": 2, "M": 2, "S": 2}


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How a text is read: the pattern for Java, what surely fits it, and what may fit it to a more generous reader."""

    pattern: str
    sure: str
    doubtful: str


def writing(format_: str, node: str) -> str:
    """Translate a format that dates are written in."""
    return "".join(_written(code, letter, format_, node) for code, letter in _tokens(format_, node))


def reading(format_: str, node: str) -> Reading:
    """Translate a format that dates are read in."""
    pattern, sure, doubtful = "", "", ""
    for code, letter in _tokens(format_, node):
        if code and code not in _READ:
            refuse(node, f"the format {format_!r} is not translated: use %Y, %m, %d, %H, %M and %S")
        pattern += _WRITTEN[code] if code else _quoted(letter)
        sure += f"[0-9]{{{_READ[code]}}}" if code else re.escape(letter)
        doubtful += "\\s*[+-]?[0-9]+" if code else f"\\s*{re.escape(letter)}"
    if "yyyy" not in pattern or "MM" not in pattern or "dd" not in pattern:
        refuse(node, f"the format {format_!r} does not give a whole date")
    return Reading(pattern=pattern, sure=f"^{sure}\\z", doubtful=f"^{doubtful}\\s*\\z")


def _tokens(format_: str, node: str) -> list[tuple[str, str]]:
    for code, long in _SHORT.items():
        format_ = format_.replace(f"%{code}", long)
    tokens: list[tuple[str, str]] = _TOKEN.findall(format_)
    if sum(len(letter) or len(code) + 1 for code, letter in tokens) != len(format_):
        refuse(node, f"the format {format_!r} is not translated")
    return tokens


def _written(code: str, letter: str, format_: str, node: str) -> str:
    if code == "%":
        return "'%'"
    if code and code not in _WRITTEN:
        refuse(node, f"%{code} in the format {format_!r} is not translated")
    return _WRITTEN[code] if code else _quoted(letter)


def _quoted(letter: str) -> str:
    if letter == "'":
        return "''"
    return f"'{letter}'" if letter.isalpha() or letter in "[]{}#" else letter
