"""What a job leaves in the private /tmp of its worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nerium_worker.__main__ import empty

if TYPE_CHECKING:
    from pathlib import Path


def test_the_next_job_finds_nothing_of_the_last_one(tmp_path: Path) -> None:
    scratch, kept = tmp_path / "tmp", tmp_path / "kept"
    (scratch / "folder" / "deeper").mkdir(parents=True)
    (scratch / "folder" / "spilled").write_text("rows")
    (scratch / "file").write_text("rows")
    kept.mkdir()
    (kept / "file").write_text("stays")
    (scratch / "link").symlink_to(kept)

    empty(scratch)

    assert list(scratch.iterdir()) == []
    assert (kept / "file").read_text() == "stays"


def test_where_there_is_no_private_tmp_nothing_is_removed(tmp_path: Path) -> None:
    empty(tmp_path / "tmp")

    assert list(tmp_path.iterdir()) == []
