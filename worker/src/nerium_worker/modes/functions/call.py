"""A call of a function in the text of a statement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nerium_worker.protocol.errors import Failure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nerium_worker.modes.tokens import Token


@dataclass(frozen=True, kw_only=True)
class Call:
    """A call in the text: where it starts and ends, and its arguments without the outer spaces and comments.

    `tokens`: all that it consists of. `suffix`: whether FILTER or OVER follows.
    """

    name: str
    tokens: Sequence[Token]
    arguments: Sequence[Sequence[Token]]
    suffix: bool

    @property
    def start(self) -> int:
        """The position of its first character."""
        return self.tokens[0].start

    @property
    def end(self) -> int:
        """The position behind its last character."""
        return self.tokens[-1].end

    @property
    def line(self) -> int:
        """The line that it begins on."""
        return self.tokens[0].line

    def failure(self, error: str, hint: str) -> Failure:
        """Give the refusal of its arguments."""
        return Failure("sql", f"Line {self.line}: {error}", line=self.line, hint=hint)
