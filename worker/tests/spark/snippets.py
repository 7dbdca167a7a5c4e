"""The snippets: one plan a line, of Polars or of its SQL, each with how it ends.

`! ` before a line says that it is refused, `? ` that its statement fails where Polars, more generous, answers; the others
give exactly what Polars gives, or fail as it does.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import polars as pl
from tables import INF, NAN

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TypeAlias

Ending: TypeAlias = 'Literal["exact", "refused", "fails"]'

FOLDER = Path(__file__).parent / "snippets"
_ENDINGS: Mapping[str, Ending] = {"! ": "refused", "? ": "fails"}
_NAMES = {"D": Decimal, "INF": INF, "NAN": NAN, "c": pl.col, "dt": dt, "pl": pl, "zone": zoneinfo.ZoneInfo}


@dataclass(frozen=True, kw_only=True)
class Snippet:
    """One plan; `kind` is the heading that it stands under."""

    text: str
    kind: str
    ending: Ending

    def frame(self, frames: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
        """Build it over frames."""
        if self.text.startswith(("select ", "with ")):
            return pl.SQLContext(dict(frames)).execute(self.text, eager=False)
        frame: pl.LazyFrame = eval(self.text, {**frames, **_NAMES})  # noqa: S307  # the tests' own texts
        return frame


def snippets() -> list[Snippet]:
    """Read all of them."""
    found = []
    for file in sorted(FOLDER.glob("*.txt")):
        kind = file.stem
        for line in file.read_text().splitlines():
            if line.startswith("# "):
                kind = line[2:]
            elif line:
                ending = _ENDINGS.get(line[:2], "exact")
                text = line if ending == "exact" else line[2:]
                found.append(Snippet(text=text, kind=kind, ending=ending))
    return found
