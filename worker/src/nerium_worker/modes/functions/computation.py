"""What a call of a function computes for each row."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from nerium_worker.protocol.errors import Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nerium_worker.modes.syntax import Ast

_MARK = "nerium: "
_FAILED = re.compile(_MARK + r"([^\n]*?)\"[],]")
_LONGEST_SHOWN = 200


@dataclass(frozen=True, kw_only=True)
class Value:
    """A value of the rows, from which a column is computed."""

    expression: pl.Expr
    dtype: pl.DataType


@dataclass(frozen=True, kw_only=True)
class Computation:
    """The result of a call for each row: `values` are its parsed arguments that are of the rows.

    `steps`: expressions of these values and of the results of the steps before; the last one is the result.
    """

    name: str
    values: tuple[Ast, ...]
    steps: Sequence[Callable[[Sequence[Value]], pl.Expr]]


@dataclass(frozen=True, kw_only=True)
class Arguments:
    """The parsed arguments of a call; `constant` computes one that reads no column."""

    name: str
    usage: str
    each: Sequence[Ast]
    constant: Callable[[Ast], Any]

    def __len__(self) -> int:
        return len(self.each)

    def text(self, number: int, what: str) -> str:
        """Read an argument that is the same text in all rows."""
        value = self.constant(self.each[number])
        if not isinstance(value, str):
            raise self.failure(f"takes a text as its {what}, which is the same for all rows")
        return value

    def integer(self, number: int, what: str) -> int:
        """Read an argument that is the same integer in all rows."""
        value = self.constant(self.each[number])
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.failure(f"takes an integer as its {what}, which is the same for all rows")
        return value

    def failure(self, error: str) -> Failure:
        """Refuse the call."""
        return Failure("sql", f"{called(self.name)} {error}.", hint=f"Write {self.usage}.")


def called(name: str) -> str:
    """Write the name of a function or an operator for a message."""
    return f"{name}()" if name.isidentifier() else name if " " in name else f"The operator {name}"


def require(value: Value, name: str, is_right: bool, wanted: str) -> None:  # noqa: FBT001  # a property of the type
    """Refuse a value of another type than a function takes."""
    if not is_right:
        raise Failure(
            "sql",
            f"{called(name)} takes {wanted}, and the type of its argument is {value.dtype}.",
            hint="Write a CAST.",
        )


def text_of(value: Value, name: str) -> pl.Expr:
    """Give a value that has to be a text."""
    require(value, name, value.dtype in (pl.String, pl.Null), "a text")
    return value.expression.cast(pl.String)


def failing(problem: str, shown: pl.Expr) -> pl.Expr:
    """Give an expression that fails where a value is not null, and is null elsewhere; see `failed_computation`."""
    return pl.format(_MARK + problem + ": {}", shown).cast(pl.Int64)


def failed_value(problem: str, value: str) -> ValueError:
    """Give the error of a value for which Python has no result; see `failed_computation`."""
    shown = " ".join(value[:_LONGEST_SHOWN].split())
    return ValueError(f'{_MARK}{problem}: {shown}"]')


def failed_computation(message: str) -> str | None:
    """Find the problem of a value that failed in one of these ways in a message of Polars; None if it is another."""
    if "error deserializing JSON" in message:
        return "The JSON has an array of values of several kinds, beside a number with a fraction that is sought."
    found = _FAILED.search(message)
    return None if found is None else f"{found[1][:_LONGEST_SHOWN]}."
