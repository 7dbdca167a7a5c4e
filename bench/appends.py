"""Sixteen clients append to one table at once."""

from __future__ import annotations

import json
import threading
import time
from typing import TYPE_CHECKING, Any

from server import running

if TYPE_CHECKING:
    from server import Server

CLIENTS = 16
EACH = 20


def measure() -> dict[str, Any]:
    """Append from all clients, then count what is there."""
    with running() as server:
        _append(server.client(), -1)
        begun = time.perf_counter()
        refused = _together(server)
        seconds = time.perf_counter() - begun
        rows = _rows(server)
    expected = CLIENTS * EACH + 1
    figures = {
        "commits": CLIENTS * EACH,
        "refused": len(refused),
        "seconds": seconds,
        "commits_per_s": CLIENTS * EACH / seconds,
        "rows_missing": expected - rows,
    }
    print(f"\n## {CLIENTS} appenders of {EACH} commits each, to one table\n")
    print(f"{figures['commits']} commits in {seconds:.1f} s: {figures['commits_per_s']:.1f} per second")
    print(f"rows: {rows} of {expected}; refused: {len(refused)}")
    if refused or rows != expected:
        raise RuntimeError(f"commits were lost or refused: {refused[:1]}")
    return figures


def _together(server: Server) -> list[str]:
    refused: list[str] = []

    def work(number: int) -> None:
        client = server.client()
        for i in range(EACH):
            try:
                _append(client, number * EACH + i)
            except RuntimeError as e:
                refused.append(str(e))
        client.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


def _append(client: Any, number: int) -> None:  # noqa: ANN401  # a client of server.py
    client.run({
        "mode": "query",
        "query": f"SELECT CAST({number} AS BIGINT) AS x FROM f LIMIT 1",
        "tables": ["f=default.flowers"],
        "destination": "default.appended",
        "saveMode": "append",
    })


def _rows(server: Server) -> int:
    query = "SELECT count(DISTINCT x) AS n FROM t"
    answer = server.client().run({"mode": "query", "query": query, "tables": ["t=default.appended"]})
    return int(json.loads(answer)["results"]["rows"][0][0])
