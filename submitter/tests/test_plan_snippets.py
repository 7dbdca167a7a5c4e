"""Every construct that is known of: what passes the gate gives, as a plan that was sent, what it gives here."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from snippets import snippets
from tables import TABLES

from nerium_submitter.errors import Unsupported
from nerium_submitter.polars.gate import Place, assemble
from test_plan_gate import named_frame, root

if TYPE_CHECKING:
    from pathlib import Path

    from snippets import Snippet

_NUMBERS = {name: number for number, name in enumerate(TABLES)}
# What chance decides; and where Polars itself answers one way here and another way there, written down or not.
_NOT_COMPARED = ("sample", "shuffle", ".mode()", "a.interpolate()", "left join b on a.n < b.n")


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lake")
    for name, table in TABLES.items():
        table.write_parquet(folder / f"{name}.parquet")
    return folder


def _tables() -> dict[str, pl.LazyFrame]:
    return {name: named_frame(f"nerium-table-{number};", TABLES[name].schema) for name, number in _NUMBERS.items()}


def _sent(snippet: Snippet, lake: Path, out: Path) -> pl.DataFrame:
    frame = snippet.frame(_tables())
    plans = {
        number: pl.scan_parquet(
            [f"s3://nerium/{name}"], schema=TABLES[name].schema, glob=False, credential_provider=None
        ).serialize()
        for name, number in _NUMBERS.items()
    }
    places = {f"s3://nerium/{name}": Place(uri=str(lake / f"{name}.parquet"), store=[]) for name in _NUMBERS}
    plan = assemble(root(frame), plans, places, Place(uri=f"{out}/", store=[]))
    pl.LazyFrame.deserialize(io.BytesIO(plan)).collect()
    files = sorted(out.glob("*.parquet"))
    return pl.read_parquet(files) if files else pl.DataFrame(schema=frame.collect_schema())


def test_plans_do_what_frames_do(lake: Path, tmp_path: Path) -> None:
    here = {name: table.lazy() for name, table in TABLES.items()}
    counts = {"same": 0, "python": 0, "fails": 0}
    for number, snippet in enumerate(snippets()):
        if any(word in snippet.text for word in _NOT_COMPARED):
            continue
        try:
            expected = snippet.frame(here).collect()
        except Exception:  # noqa: BLE001  # whatever it is: the plan fails, too, or is not even made
            counts["fails"] += 1
            continue
        out = tmp_path / str(number)
        out.mkdir()
        try:
            found = _sent(snippet, lake, out)
        except Unsupported:
            counts["python"] += 1
            continue
        assert_frame_equal(found, expected, check_row_order=False)
        counts["same"] += 1
    assert counts == {"same": 602, "python": 3, "fails": 20}
