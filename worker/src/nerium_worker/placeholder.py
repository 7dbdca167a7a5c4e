"""What stands for the files of a table while a plan is only looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn


@dataclass(frozen=True)
class Placeholder:
    """The scan of a table that is never read."""

    handle: int

    def __call__(self, *_: object) -> NoReturn:
        """Refuse to be read."""
        raise NotImplementedError(f"table {self.handle} is looked at, not read")
