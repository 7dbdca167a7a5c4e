"""Questions to a lineage graph of 100,000 edges."""

from __future__ import annotations

import random
import time
import uuid
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from server import running
from small import quantiles

if TYPE_CHECKING:
    from server import Client

LAYERS, JOBS_PER_LAYER, INPUTS = 20, 500, 9


def measure(requests: int) -> dict[str, Any]:
    """Report 10,000 jobs with nine inputs and one output each, then ask for random datasets."""
    choice = random.Random(7)  # noqa: S311  # the same graph each time
    with running() as server:
        client = server.client()
        begun = time.perf_counter()
        for layer in range(1, LAYERS + 1):
            for job in range(JOBS_PER_LAYER):
                client.post("/api/v1/lineage", _event(layer, job, choice))
        reported = time.perf_counter() - begun
        print(f"\n## Lineage graph of {LAYERS * JOBS_PER_LAYER * (INPUTS + 1):,} edges\n")
        print(f"10,000 events reported in {reported:.1f} s\n")
        print("| question | p50 ms | p99 ms | nodes, median |\n|---|---|---|---|")
        figures = {"reported_s": reported}
        for name, more in {
            "upstream, depth 1": "&direction=upstream&depth=1",
            "both, depth 2": "&direction=both&depth=2",
            "upstream, depth 5": "&direction=upstream&depth=5",
        }.items():
            figures[name] = _ask(client, name, more, min(requests, 200), choice)
        return figures


def _event(layer: int, job: int, choice: random.Random) -> dict[str, Any]:
    inputs = choice.sample(range(JOBS_PER_LAYER), INPUTS)
    return {
        "eventType": "COMPLETE",
        "eventTime": datetime.now(timezone.utc).isoformat(),
        "producer": "https://example.org/bench",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {"runId": str(uuid.uuid4())},
        "job": {"namespace": "bench", "name": f"job-{layer}-{job}"},
        "inputs": [_dataset(layer - 1, one) for one in inputs],
        "outputs": [_dataset(layer, job)],
    }


def _dataset(layer: int, number: int) -> dict[str, str]:
    return {"namespace": "s3://bench", "name": f"table-{layer}-{number}"}


def _ask(client: Client, name: str, more: str, questions: int, choice: random.Random) -> dict[str, Any]:
    times, nodes = [], []
    for _ in range(questions):
        dataset = f"table-{choice.randrange(8, LAYERS)}-{choice.randrange(JOBS_PER_LAYER)}"
        begun = time.perf_counter()
        answer = client.get(f"/api/v1/lineage/graph?namespace=s3://bench&name={dataset}{more}")
        times.append(time.perf_counter() - begun)
        nodes.append(answer.count(b'"type":"'))
    found = quantiles(times)
    median = sorted(nodes)[len(nodes) // 2]
    print(f"| {name} | {found['p50_ms']:.1f} | {found['p99_ms']:.1f} | {median} |", flush=True)
    return {**found, "nodes": median}
