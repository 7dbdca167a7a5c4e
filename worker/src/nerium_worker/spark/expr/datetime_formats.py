"""Translates formats of dates from strftime to Java, where both read and write alike."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nerium_worker.spark.unsupported import refuse

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
_READ = {"Y", "m", "d", "H", "M", "S"}


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How a text is read: the pattern for Java, what surely fits it, and what may fit it to a more generous reader."""

    pattern: str
    sure: str
    doubtful: str


def translate_writing(format_: str, node: str) -> str:
    """Translate a format that dates are written in."""
    if "%" not in format_:
        refuse(node, f"the format {format_!r} is not translated: use one like '%Y-%m-%d'")
    pieces: list[str] = []
    letters = ""
    for code, letter in _tokens(format_, node):
        letters += "%" if code == "%" else letter
        if code and code != "%":
            if code not in _WRITTEN:
                refuse(node, f"%{code} in the format {format_!r} is not translated")
            pieces += [_quote(letters), _WRITTEN[code]]
            letters = ""
    return "".join([*pieces, _quote(letters)])


def translate_reading(format_: str, node: str) -> Reading:
    """Translate a format that dates are read in."""
    pattern, sure, doubtful = "", "", ""
    tokens = _tokens(format_, node)
    for index, (code, letter) in enumerate(tokens):
        if code and code not in _READ:
            refuse(node, f"the format {format_!r} is not translated: use %Y, %m, %d, %H, %M and %S")
        if not code:
            pattern, sure, doubtful = (
                pattern + _quote(letter),
                sure + re.escape(letter),
                f"{doubtful}\\s*{re.escape(letter)}",
            )
            continue
        stands_alone = not any(near[0] for near in tokens[max(index - 1, 0) : index + 2] if near is not tokens[index])
        digits = "[0-5]" if code in "MS" else "[0-9]"
        is_short = stands_alone and code != "Y"
        pattern += _WRITTEN[code][:1] if is_short else _WRITTEN[code]
        sure += f"{digits}{'?' if is_short else ''}[0-9]" if code != "Y" else "[0-9]{4}"
        doubtful += "\\s*[+-]?[0-9]+"
    if not {"Y", "m", "d"} <= {code for code, _ in tokens}:
        refuse(node, f"the format {format_!r} does not give a whole date")
    return Reading(pattern=pattern, sure=f"^{sure}\\z", doubtful=f"^{doubtful}\\z")


def _tokens(format_: str, node: str) -> list[tuple[str, str]]:
    for code, long in _SHORT.items():
        format_ = format_.replace(f"%{code}", long)
    tokens: list[tuple[str, str]] = _TOKEN.findall(format_)
    if sum(len(letter) or len(code) + 1 for code, letter in tokens) != len(format_):
        refuse(node, f"the format {format_!r} is not translated")
    return tokens


def _quote(letters: str) -> str:
    """Quote what stands for itself."""
    return "'" + letters.replace("'", "''") + "'" if letters else ""
