r"""Writes regular expressions of RE2, which DuckDB has, as those of Polars that match the same.

Both find the leftmost match in linear time. They differ in classes such as `\w`, which RE2 takes for ASCII, and in a
few characters that mean something in one of them only. A part that has no equal is refused.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import polars as pl

_CLASSES = {"d": "0-9", "w": "0-9A-Za-z_", "s": r"\t\n\f\r "}
# Escapes that mean the same in both.
_EQUAL_ESCAPES = frozenset("Aafnrtvz")
_REPETITION = re.compile(r"\{\d+(?:,\d*)?\}")
_GROUP = re.compile(r"\((?:\?(?:P<\w+>|[imsU]*(?:-[imsU]+)?[:)]))?")
_PROPERTY = re.compile(r"\\[pP](?:[A-Z]|\{\^?\w+\})")
_HEX = re.compile(r"\\x(?:[0-9A-Fa-f]{2}|\{[0-9A-Fa-f]{1,6}\})")
_POSIX = re.compile(r"\[:\^?[a-z]+:\]")
_LONGEST = 10_000


class PatternError(Exception):
    """A pattern that can't be written for Polars; its message is the end of a sentence."""


class Pattern(NamedTuple):
    """A pattern of Polars, and how many groups it has; `has_places`: a part of it matches a place, such as `^`."""

    text: str
    groups: int
    has_places: bool = False


def read_pattern(text: str, options: str = "") -> Pattern:
    """Translate a pattern of RE2; raises `PatternError`. `options`: letters of DuckDB, without `g`."""
    flags = _flags(options)
    has_places = False
    if "l" in options:
        pattern = re.sub(r"([^\w\s])", r"\\\1", text)
    else:
        if len(text) > _LONGEST:
            raise PatternError(f"has more than {_LONGEST:,} characters")
        translation = _Translation(text)
        pattern = "".join(translation.parts())
        has_places = translation.has_places
    pattern = f"(?{flags}){pattern}" if flags else pattern
    try:
        fields = pl.select(pl.lit("").str.extract_groups(pattern)).to_series().dtype
        pl.select(pl.lit("").str.contains(pattern))
    except pl.exceptions.PolarsError as error:
        raise PatternError(f"is not a regular expression: {str(error).splitlines()[-1].strip()}") from error
    return Pattern(pattern, len(fields.fields) if isinstance(fields, pl.Struct) else 0, has_places)


def _flags(options: str) -> str:
    flags = ""
    for option in options:
        match option:
            case "c":
                flags = flags.replace("i", "")
            case "i" if "i" not in flags:
                flags += "i"
            case "s" if "s" not in flags:
                flags += "s"
            case "l" | "i" | "s":
                pass
            case _:
                raise PatternError(f"has the option {option!r}: expected c, i, l or s")
    return flags


class _Translation:
    """Reads one pattern from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self.has_places = False

    def parts(self) -> list[str]:
        """Give the parts of the pattern of Polars."""
        parts = []
        while self._at < len(self._text):
            parts.append(self._next())
        return parts

    def _next(self) -> str:
        match self._text[self._at]:
            case "\\":
                return self._escape(in_class=False)
            case "[":
                return self._class()
            case "(":
                return self._group()
            case "{":
                return self._repetition()
            case "}":
                return self._take(1, "\\}")
            case character:
                self.has_places |= character in "^$"
                return self._take(1, character)

    def _take(self, count: int, written: str) -> str:
        self._at += count
        return written

    def _group(self) -> str:
        group = _GROUP.match(self._text, self._at)
        if group is None or (group[0] == "(" and self._text[self._at + 1 : self._at + 2] == "?"):
            raise PatternError(f"has a group at character {self._at + 1} that is not available")
        return self._take(len(group[0]), group[0])

    def _repetition(self) -> str:
        repetition = _REPETITION.match(self._text, self._at)
        if repetition is None:
            return self._take(1, "\\{")
        return self._take(len(repetition[0]), repetition[0])

    def _escape(self, *, in_class: bool) -> str:
        rest = self._text[self._at : self._at + 2]
        if len(rest) == 1:
            raise PatternError("ends with a backslash")
        for whole in (_PROPERTY, _HEX):
            if (found := whole.match(self._text, self._at)) is not None:
                return self._take(len(found[0]), found[0])
        letter = rest[1]
        if letter.lower() in _CLASSES:
            return self._take(2, self._perl_class(letter, in_class=in_class))
        self.has_places |= letter in "bAz"
        if letter == "b" and not in_class and self._text[self._at + 2 : self._at + 3] != "{":
            return self._take(2, r"(?-u:\b)")
        if letter in _EQUAL_ESCAPES and not (in_class and letter in "Az"):
            return self._take(2, rest)
        if letter.isascii() and not letter.isalnum():
            # A backslash before these means a place between words, and in RE2 the character.
            return self._take(2, letter if letter in "<>_ " or not letter.isprintable() else rest)
        raise PatternError(f"has {rest} at character {self._at + 1}, which is not available")

    def _perl_class(self, letter: str, *, in_class: bool) -> str:
        characters = _CLASSES[letter.lower()]
        if in_class and letter.isupper():
            raise PatternError(f"has \\{letter} in brackets, at character {self._at + 1}: write its characters")
        return characters if in_class else f"[{'^' if letter.isupper() else ''}{characters}]"

    def _class(self) -> str:
        parts = [self._take(1, "[")]
        if self._text[self._at : self._at + 1] == "^":
            parts.append(self._take(1, "^"))
        if self._text[self._at : self._at + 1] == "]":
            parts.append(self._take(1, "\\]"))
        while (character := self._text[self._at : self._at + 1]) != "]":
            parts.append(self._member(character))
        return "".join([*parts, self._take(1, "]")])

    def _member(self, character: str) -> str:
        match character:
            case "":
                raise PatternError("has a [ without its ]")
            case "\\":
                return self._escape(in_class=True)
            case "[" if (posix := _POSIX.match(self._text, self._at)) is not None:
                return self._take(len(posix[0]), posix[0])
            case "-" if self._text[self._at + 1 : self._at + 2] == "-":
                raise PatternError(f"has -- in brackets, at character {self._at + 1}: write \\-")
            case "[" | "&" | "~" | "^":
                return self._take(1, f"\\{character}")
            case _:
                return self._take(1, character)


def read_replacement(text: str, groups: int) -> str:
    r"""Translate a replacement, in which `\1` is a group; raises `PatternError`."""
    parts = []
    characters = iter(text)
    for character in characters:
        if character == "$":
            parts.append("$$")
        elif character != "\\":
            parts.append(character)
        else:
            parts.append(_reference(next(characters, ""), groups))
    return "".join(parts)


def _reference(behind: str, groups: int) -> str:
    match behind:
        case "\\":
            return "\\"
        case _ if behind.isascii() and behind.isdigit() and int(behind) <= groups:
            return f"${{{behind}}}"
        case _ if behind.isascii() and behind.isdigit():
            raise PatternError(f"has \\{behind}, and the pattern has {groups} group{'' if groups == 1 else 's'}")
        case _:
            raise PatternError("has a backslash that is neither \\\\ nor before a digit")
