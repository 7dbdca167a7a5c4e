"""What a REST catalog adds to a small query: first and repeated, against the same table of the built-in catalog."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING, Any

from server import running
from small import SQL

if TYPE_CHECKING:
    from server import Client


def measure(requests: int) -> dict[str, Any]:
    """One server asks the other for its tables; both run on this machine."""
    with running() as other:
        (other.home / "key").write_text(other.key)
        settings = (
            f"catalogs:\n  other: {{type: rest, uri: 'http://127.0.0.1:{other.port}/iceberg', warehouse: oleander, "
            f"token-file: '{other.home}/key', folders: ['{other.home}/lake/warehouse']}}\n"
        )
        with running(settings) as server:
            client = server.client()
            # The worker's own first query is not the catalog's.
            _run(client, "default.flowers")
            first = _run(client, "other.default.flowers")
            own, rest = [], []
            for _ in range(requests):
                own.append(_run(client, "default.flowers"))
                rest.append(_run(client, "other.default.flowers"))
    figures = {"first_ms": first, "own_p50_ms": statistics.median(own), "rest_p50_ms": statistics.median(rest)}
    figures["added_p50_ms"] = figures["rest_p50_ms"] - figures["own_p50_ms"]
    print("\n## A table of a REST catalog\n\n| | ms |\n|---|---|")
    print(f"| first query, which opens the catalog and loads the table | {first:.1f} |")
    print(f"| repeated, p50 | {figures['rest_p50_ms']:.1f} |")
    print(f"| the same of the built-in catalog, p50 | {figures['own_p50_ms']:.1f} |")
    return figures


def _run(client: Client, table: str) -> float:
    begun = time.perf_counter()
    client.run({"mode": "query", "query": SQL, "tables": [f"flowers={table}"]})
    return (time.perf_counter() - begun) * 1000
