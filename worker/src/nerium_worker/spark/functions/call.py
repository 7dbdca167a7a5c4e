"""A call of a function on values of one row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nerium_worker.spark.unsupported import refuse

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from polars.datatypes import DataType

    from nerium_worker.spark.expr.durations import Let
    from nerium_worker.spark.expression_sql import Term

    Function: TypeAlias = "Callable[[Call], Term | str]"


@dataclass(frozen=True, kw_only=True)
class Call:
    """A function by its name in the plan, with its options and inputs, and the type of its result.

    `let` names an expression that is to be repeated.
    """

    name: str
    options: tuple[Any, ...]
    inputs: tuple[Term, ...]
    dtype: DataType
    let: Let

    def sql(self, index: int = 0) -> str:
        """Give an input."""
        return self.inputs[index].sql

    def named(self, index: int = 0) -> str:
        """Give an input that may be repeated."""
        return self.let(self.inputs[index].sql)

    def constant(self, index: int) -> Any:  # noqa: ANN401  # any value of a plan
        """Give the value of an input that must be known."""
        constant = self.inputs[index].constant
        if constant is None:
            refuse(self.label, "an argument of it must be a constant")
        return constant.value

    @property
    def label(self) -> str:
        """Name the function as a script does."""
        return label_of(self.name)


_NAMESPACES = {
    "StringFunction": "str.",
    "TemporalFunction": "dt.",
    "ListFunction": "list.",
    "StructFunction": "struct.",
}


def label_of(name: str) -> str:
    """Name a function of a plan as a script does: `StringFunction.PadStart` is `str.pad_start`."""
    family, _, last = name.rpartition(".")
    snake = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in last).lstrip("_")
    return _NAMESPACES.get(family, "") + snake
