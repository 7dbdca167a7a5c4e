from __future__ import annotations

import pytest

from nerium_submitter.errors import StatementError
from nerium_submitter.run import Run


def _run() -> Run:
    return Run({}, lambda _: None)


def test_a_cancel_ends_what_is_on_the_cluster() -> None:
    run, ended = _run(), []

    with pytest.raises(StatementError, match="cancelled"), run.ended_by(lambda: ended.append("ended")):
        run.cancel()

    assert ended == ["ended"]


def test_a_run_that_was_cancelled_before_does_not_begin() -> None:
    run, begun = _run(), []
    run.cancel()

    with pytest.raises(StatementError, match="cancelled"), run.ended_by(lambda: None):
        begun.append("begun")

    assert begun == []


def test_a_cancel_afterwards_reaches_nothing() -> None:
    run, ended = _run(), []
    with run.ended_by(lambda: ended.append("ended")):
        pass

    run.cancel()

    assert ended == []
