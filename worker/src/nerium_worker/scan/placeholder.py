"""The placeholder for the files of a table while a plan is only analysed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from nerium_worker.protocol.errors import NotExecutingError

# In place of the handle of the table whose rows a statement changes; handles are not negative.
TARGET = -1


@dataclass(frozen=True)
class Placeholder:
    """The scan of a table that is not read: a script executed its frame by itself.

    `is_target`: its rows have numbers, because the statement changes them.
    """

    handle: int
    name: str
    is_target: bool = False

    @property
    def key(self) -> int:
        """Distinguish the use of the table as target from its other uses."""
        return TARGET if self.is_target else self.handle

    def __call__(self, *_: object) -> NoReturn:
        """Refuse to be read."""
        raise NotExecutingError(f"{self.name} is a table of the lake, whose frames Nerium executes itself")

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        """Be a name in plans that are sent away."""
        return str, (remote_table_name(self.handle),)


def remote_table_name(handle: int) -> str:
    """Name a table in a plan that is sent away."""
    return f"nerium-table-{handle};"
