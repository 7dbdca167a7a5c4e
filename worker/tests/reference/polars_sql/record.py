"""A plugin of pytest that records the statements of Polars' own SQL tests, each with the frames that it reads.

In `py-polars` of a checkout of Polars, with this folder in PYTHONPATH and Polars as installed:
`STATEMENTS=statements.jsonl python -m pytest -p record -p no:cacheprovider -o addopts= tests/unit/sql`
"""

from __future__ import annotations

import base64
import io
import json
import os
import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest

_execute = pl.SQLContext.execute
_test = [""]
_frames: dict[str, int] = {}
_statements: dict[tuple[str, str], dict[str, Any]] = {}


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> None:
    _test[0] = item.nodeid.removeprefix("tests/unit/sql/").partition("[")[0]


def _recorded(context: pl.SQLContext[Any], query: Any, *, eager: bool | None = None) -> Any:
    if isinstance(query, str):
        frames = {}
        for name in context.tables():
            if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", query):
                frames[name] = _number(_execute(context, f'SELECT * FROM "{name}"', eager=True))
        _statements.setdefault((query, json.dumps(frames)), {"test": _test[0], "sql": query, "frames": frames})
    return _execute(context, query, eager=eager)


def _number(frame: pl.DataFrame) -> int:
    data = io.BytesIO()
    frame.write_ipc(data, compression="zstd")
    return _frames.setdefault(base64.b64encode(data.getvalue()).decode(), len(_frames))


def pytest_sessionfinish() -> None:
    lines = [{"frame": number, "ipc": ipc} for ipc, number in _frames.items()] + [*_statements.values()]
    Path(os.environ["STATEMENTS"]).write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))


pl.SQLContext.execute = _recorded  # type: ignore[assignment,method-assign]
