"""Tokens of a statement's text, for the statements that Polars' parser does not read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from nerium_worker.modes.relations import table_reference
from nerium_worker.protocol.errors import Failure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import TypeAlias

Kind: TypeAlias = "Literal['word', 'quoted', 'string', 'number', 'symbol', 'end']"

_TOKENS = re.compile(
    r"""
      (?P<space>\s+ | --[^\n]*)
    | (?P<comment>/\*)
    | (?P<word>(?:[^\W\d]|[@\#])[\w@$\#]*)
    | (?P<quoted>"(?:[^"]|"")*" | `(?:[^`]|``)*`)
    | (?P<string>'(?:[^']|'')*')
    | (?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)
    | (?P<symbol><=|>=|<>|!=|\|\||=>|::|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_NOT_A_LINE = re.compile(r"[^\n]")
_COMMENT_EDGE = re.compile(r"/\*|\*/")
_LONGEST_SHOWN = 60
OPENING = frozenset("([{")
CLOSING = frozenset(")]}")


class Token(NamedTuple):
    """A part of the text: `value` is a name or a string without its quotes; `start` and `end` count characters."""

    kind: Kind
    value: str
    start: int
    end: int
    line: int


def tokenize(sql: str) -> tuple[Token, ...]:
    """Split a text; the last token is the end. Raises `Failure` of kind `sql` for a quote or comment without an end."""
    return tuple(_tokens(sql))


def _tokens(sql: str) -> Iterator[Token]:
    at, line = 0, 1
    while at < len(sql):
        match = _TOKENS.match(sql, at)
        # The last alternative matches any character.
        assert match is not None  # noqa: S101
        text, kind = match[0], match.lastgroup
        end = _comment_end(sql, at, line) if kind == "comment" else match.end()
        match kind:
            case "word" | "number":
                yield Token(kind, text, at, end, line)
            case "quoted" | "string":
                yield Token(kind, text[1:-1].replace(text[0] * 2, text[0]), at, end, line)
            case "symbol":
                if text in "'\"`":
                    raise Failure("sql", f"Line {line}: the quote {text} is not closed.", line=line)
                yield Token("symbol", text, at, end, line)
        line += sql.count("\n", at, end)
        at = end
    yield Token("end", "", len(sql), len(sql), line)


def _comment_end(sql: str, start: int, line: int) -> int:
    """Find the end of a comment, in which others may be nested."""
    depth = 0
    for edge in _COMMENT_EDGE.finditer(sql, start):
        depth += 1 if edge[0] == "/*" else -1
        if depth == 0:
            return edge.end()
    raise Failure("sql", f"Line {line}: the comment /* is not closed.", line=line)


def nested(tokens: Iterable[Token]) -> Iterator[tuple[Token, int]]:
    """Give each token with the number of brackets around it; a bracket is outside of itself."""
    depth = 0
    for token in tokens:
        is_symbol = token.kind == "symbol"
        depth -= is_symbol and token.value in CLOSING
        yield token, depth
        depth += is_symbol and token.value in OPENING


def without_forms_of_duckdb(sql: str) -> str:
    """Write `x IN [1, 2]` as `x IN (1, 2)`, and `TABLESAMPLE RESERVOIR(10 ROWS)` without its method.

    All words keep their places.
    """
    characters = list(sql)
    tokens = tokenize(sql)
    opened: list[bool] = []
    before = None
    for number, token in enumerate(tokens):
        if before is not None and _is(before, "TABLESAMPLE") and _is_reservoir(tokens[number : number + 5]):
            characters[token.start : token.end] = " " * (token.end - token.start)
        if token.kind == "symbol" and token.value in OPENING:
            opened.append(token.value == "[" and before is not None and _is(before, "IN"))
            characters[token.start] = "(" if opened[-1] else token.value
        elif token.kind == "symbol" and token.value in CLOSING and opened and opened.pop():
            characters[token.start] = ")"
        before = token
    return "".join(characters)


def _is_reservoir(tokens: Sequence[Token]) -> bool:
    """Return whether tokens are a sample of a number of rows, and not of a part of them."""
    words = [token.value.upper() for token in tokens if token.kind in ("word", "symbol")]
    return words == ["RESERVOIR", "(", "ROWS", ")"]


def first_word(sql: str) -> str:
    """Give the first word of a text in capitals; empty where it begins with something else."""
    try:
        token = next(_tokens(sql))
    except Failure:
        return ""
    return token.value.upper() if token.kind == "word" else ""


class TokenReader:
    """Reads the tokens of one statement from left to right."""

    def __init__(self, sql: str) -> None:
        self._sql = sql
        self._tokens = tokenize(sql)
        self._at = 0

    @property
    def next(self) -> Token:
        """The token that is read next."""
        return self._tokens[self._at]

    def at_end(self) -> bool:
        """Return whether nothing is left but a semicolon."""
        rest = self._tokens[self._at :]
        return rest[0].kind == "end" or (rest[0].value == ";" and rest[1].kind == "end")

    def sees(self, *words: str) -> bool:
        """Return whether these keywords and symbols come next."""
        tokens = self._tokens[self._at : self._at + len(words)]
        return len(tokens) == len(words) and all(map(_is, tokens, words))

    def accept(self, *words: str) -> bool:
        """Read these keywords and symbols, if they come next."""
        found = self.sees(*words)
        if found:
            self._at += len(words)
        return found

    def accept_one(self, words: Sequence[str]) -> str | None:
        """Read one of these keywords and symbols, and return it."""
        return next((word for word in words if self.accept(word)), None)

    def expect(self, *words: str) -> None:
        """Read these keywords and symbols, one after the other."""
        for word in words:
            if not self.accept(word):
                raise self.failure(word)

    def expect_end(self) -> None:
        """Require that nothing is left but a semicolon."""
        if not self.at_end():
            raise self.failure("the end of the statement")

    def read(self) -> Token:
        """Read any token."""
        token = self.next
        if token.kind != "end":
            self._at += 1
        return token

    def name(self, what: str) -> str:
        """Read one identifier."""
        if self.next.kind not in ("word", "quoted"):
            raise self.failure(what)
        return self.read().value

    def parts(self, what: str) -> tuple[str, ...]:
        """Read identifiers with dots between them."""
        parts = [self.name(what)]
        while self.accept("."):
            parts.append(self.name(f"a name after the dot of {what}"))
        return tuple(parts)

    def table(self, what: str = "the name of a table") -> str:
        """Read the name of a table; return it as the control plane reads it."""
        return table_reference(self.parts(what))

    def string(self, what: str) -> str:
        """Read a string; Spark takes double quotes, too."""
        token = self.next
        if token.kind != "string" and self._sql[token.start : token.start + 1] != '"':
            raise self.failure(what)
        return self.read().value

    def integer(self, what: str) -> int:
        """Read a whole number without a sign."""
        token = self.next
        if token.kind != "number" or not token.value.isdecimal() or len(token.value) > 18:  # noqa: PLR2004
            raise self.failure(what)
        return int(self.read().value)

    def rest(self) -> str:
        """Read all that is left, on the lines and in the columns that it has in the text."""
        start = self.next.start
        self._at = len(self._tokens) - 1
        return _NOT_A_LINE.sub(" ", self._sql[:start]) + self._sql[start:]

    def refusal(self, what: str, hint: str) -> Failure:
        """Give the refusal of a clause that other engines have; `hint`: what is there instead."""
        line = self.next.line
        return Failure("sql", f"Line {line}: {what} is not available.", line=line, hint=hint)

    def failure(self, expected: str) -> Failure:
        """Give the refusal of the next token."""
        token = self.next
        found = "the end of the text" if token.kind == "end" else f"'{self._shown(token)}'"
        return Failure("sql", f"Line {token.line}: found {found}, expected {expected}.", line=token.line)

    def _shown(self, token: Token) -> str:
        text = self._sql[token.start : token.end]
        return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."


def _is(token: Token, word: str) -> bool:
    return token.kind in ("word", "symbol") and token.value.upper() == word
