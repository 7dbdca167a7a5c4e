"""Writes a statement without the calls of functions that Polars does not have.

The parser finds the calls, so that no text in quotes or comments is one. The arguments stay as the user wrote them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nerium_worker.modes.functions.call import Call
from nerium_worker.modes.functions.library import BY_NAME
from nerium_worker.modes.relations import line_starts
from nerium_worker.modes.syntax import objects
from nerium_worker.modes.tokens import nested, tokenize
from nerium_worker.protocol.errors import Failure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from nerium_worker.modes.tokens import Token

# In characters: the arguments of a call appear in its expression several times.
_LONGEST = 256 * 1024
# The words behind a call that belong to it.
_SUFFIXES = {"FILTER", "OVER", "WITHIN"}


def has_calls(query: Any) -> bool:  # noqa: ANN401  # a tree of JSON
    """Return whether a parsed query calls one of the functions."""
    return next(_positions(query), None) is not None


def rewrite(sql: str, query: Any) -> str:  # noqa: ANN401  # a tree of JSON
    """Write the calls of a statement by Polars' functions, on the lines that they are on; raises `Failure`."""
    starts = line_starts(sql)
    counts = {starts[line - 1] + column - 1: count for line, column, count in _positions(query)}
    tokens = tokenize(sql)
    calls = {token.start: _call(tokens, number) for number, token in enumerate(tokens) if token.start in counts}
    for call in calls.values():
        if len(call.arguments) != counts.pop(call.start):
            raise call.failure(f"The arguments of {call.name}() could not be read.", "Write them in single quotes.")
    if counts:
        raise Failure("sql", "The calls of functions could not be read.", hint="Write texts in single quotes.")
    return _written(sql, calls)


def _positions(query: Any) -> Iterator[tuple[int, int, int]]:  # noqa: ANN401  # a tree of JSON
    """Give the line and column of each call, and how many arguments it has."""
    for fields in objects(query):
        match fields.get("Function"):
            case {"name": [{"Identifier": {"value": str(name), "quote_style": None, "span": span}}], "args": args} if (
                name.lower() in BY_NAME
            ):
                count = len(args["List"]["args"]) if isinstance(args, dict) and "List" in args else 0
                yield span["start"]["line"], span["start"]["column"], count


def _call(tokens: Sequence[Token], at: int) -> Call:
    """Read a call, whose name is the token `at`."""
    arguments: list[list[Token]] = []
    end = at + 1
    if tokens[end].value == "(":
        for token, depth in nested(tokens[end:]):
            end += 1
            if depth == 0 and token.value == ")":
                break
            if depth == 1 and token.kind == "symbol" and token.value == ",":
                arguments.append([])
            elif depth > 0:
                if not arguments:
                    arguments.append([])
                arguments[-1].append(token)
    behind = tokens[min(end, len(tokens) - 1)]
    return Call(
        name=tokens[at].value.lower(),
        tokens=tokens[at:end],
        arguments=arguments,
        suffix=behind.kind == "word" and behind.value.upper() in _SUFFIXES,
    )


def _written(sql: str, calls: Mapping[int, Call]) -> str:
    parts = []
    end = 0
    for call in calls.values():
        if call.start >= end:
            parts += [sql[end : call.start], _written_call(sql, call, calls)]
            end = call.end
    return "".join([*parts, sql[end:]])


def _written_call(sql: str, call: Call, calls: Mapping[int, Call]) -> str:
    function = BY_NAME[call.name]
    text = function.write(call, [_written_argument(sql, argument, calls) for argument in call.arguments])
    if text is None:
        where = " with FILTER or OVER" if call.suffix else ""
        usage = function.usage.replace(function.names[0], call.name, 1)
        raise call.failure(f"This call of {call.name}(){where} is not available.", f"Write {usage}.")
    if len(text) > _LONGEST:
        raise call.failure(f"{call.name}() contains too many calls.", "Compute its arguments in a subquery.")
    # The text behind it stays on its line.
    return text + "\n" * (sql.count("\n", call.start, call.end) - text.count("\n"))


def _written_argument(sql: str, tokens: Sequence[Token], calls: Mapping[int, Call]) -> str:
    """Write an argument in one line, without comments."""
    parts = []
    end = tokens[0].start
    for token in tokens:
        if token.start < end:
            continue
        inner = calls.get(token.start)
        parts.append(" " if token.start > end else "")
        parts.append(sql[token.start : token.end] if inner is None else _written_call(sql, inner, calls).rstrip("\n"))
        end = token.end if inner is None else inner.end
    return "".join(parts)
