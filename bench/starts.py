"""From a request to the first line of its script, with warm workers and without, against a plain bubblewrap start."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from server import NERIUM, running
from small import quantiles
from start import cpu_seconds, worker_processes

if TYPE_CHECKING:
    from collections.abc import Callable

    from server import Server

CONCURRENT = (1, 4, 20)
POOL = 20
# The script's first line reads the clock, which all processes of a machine share.
SCRIPT = {
    "mode": "script",
    "script": "import time\nfirst = time.monotonic()\nresult = pl.DataFrame({'first': [first]})",
}
PLAIN = "import time, polars\nprint(time.monotonic())"
# As many places as clients, so that what is measured is a start and not the queue.
SETTINGS = """
sandbox:
  pool: {{size: {warm}}}
  max-running: 20
  cpu-oversubscription: 20
  memory-oversubscription: 20
"""


def measure(rounds: int) -> dict[str, Any]:
    """Start 1, 4 and 20 scripts at once; a round is 20 starts."""
    figures: dict[str, Any] = {}
    with running(SETTINGS.format(warm=POOL)) as server:
        _settle(server, POOL)
        idle = worker_processes(server.process.pid)
        figures["idle_worker_pss_mib"] = sum(worker["pss_mib"] for worker in idle) / len(idle)
        _round(server, 4)
        _settle(server, POOL)
        figures["refill_cpu_s"] = _refill_cost(server)
        figures["pool warm"] = _figures(lambda n: _round(server, n), rounds, lambda: _settle(server, POOL))
    with running(SETTINGS.format(warm=0)) as server:
        _round(server, 4)
        figures["pool empty"] = _figures(lambda n: _round(server, n), rounds, lambda: None)
    figures["plain bwrap"] = _figures(_plain, rounds, lambda: None)
    _print(figures)
    return figures


def _figures(start: Callable[[int], list[float]], rounds: int, settle: Callable[[], None]) -> dict[str, Any]:
    figures = {}
    for concurrent in CONCURRENT:
        times: list[float] = []
        for _ in range(rounds):
            # As many starts as there are warm workers, however many at once.
            settle()
            for _ in range(POOL // concurrent):
                times += start(concurrent)
        figures[str(concurrent)] = {"starts": len(times), **quantiles(times)}
    return figures


def _round(server: Server, concurrent: int) -> list[float]:
    return _at_once(concurrent, lambda: _first_line(server))


def _first_line(server: Server) -> Callable[[], float]:
    client = server.client()

    def run() -> float:
        sent = time.monotonic()
        answer = json.loads(client.run(SCRIPT))
        client.close()
        return float(answer["results"]["rows"][0][0]) - sent

    return run


def _plain(concurrent: int) -> list[float]:
    return _at_once(concurrent, lambda: _bubblewrap)


def _bubblewrap() -> float:
    """Start what a worker is at least: Python with Polars, in every namespace."""
    python = Path(os.environ["NERIUM_DEV_PYTHON"])
    runtime = json.loads(Path(_runtime(), "runtime.json").read_text())
    mounts = ["--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]  # noqa: S108
    sent = time.monotonic()
    printed = subprocess.run(
        [runtime["bwrap"], "--unshare-all", "--die-with-parent", *mounts, "--", python, "-c", PLAIN],
        check=True,
        capture_output=True,
        text=True,
        env={"POLARS_MAX_THREADS": "2", "HOME": tempfile.gettempdir()},
    )
    return float(printed.stdout) - sent


def _runtime() -> str:
    return subprocess.run([NERIUM, "setup"], check=True, capture_output=True, text=True).stdout.strip()


def _at_once(concurrent: int, make: Callable[[], Callable[[], float]]) -> list[float]:
    actions = [make() for _ in range(concurrent)]
    barrier = threading.Barrier(concurrent)

    def start(action: Callable[[], float]) -> float:
        barrier.wait()
        return action()

    with ThreadPoolExecutor(concurrent) as threads:
        return list(threads.map(start, actions))


def _settle(server: Server, workers: int) -> None:
    """Wait until the pool is full and its last worker is warm."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        before = cpu_seconds(server.process.pid)
        time.sleep(0.5)
        ready = len(worker_processes(server.process.pid)) == workers
        if ready and cpu_seconds(server.process.pid) - before < 0.1:  # noqa: PLR2004  # within half a second
            return
    sys.stderr.write("the pool did not settle\n")


def _refill_cost(server: Server) -> float:
    """Processor seconds of the workers that are started for those that were used."""
    before = {worker["pid"] for worker in worker_processes(server.process.pid)}
    _round(server, 4)
    _settle(server, POOL)
    fresh = [worker for worker in worker_processes(server.process.pid) if worker["pid"] not in before]
    return sum(worker["cpu_s"] for worker in fresh) / max(1, len(fresh))


def _print(figures: dict[str, Any]) -> None:
    print("\n## Starts: from the request to the first line of the script\n")
    print("| at once | | p50 ms | p95 ms | p99 ms | starts |\n|---|---|---|---|---|---|")
    for concurrent in map(str, CONCURRENT):
        for name in ("pool warm", "pool empty", "plain bwrap"):
            one = figures[name][concurrent]
            print(
                f"| {concurrent} | {name} | {one['p50_ms']:.0f} | {one['p95_ms']:.0f} | {one['p99_ms']:.0f}"
                f" | {one['starts']} |"
            )
    print(f"\nidle worker: {figures['idle_worker_pss_mib']:.0f} MiB of its own (PSS)")
    print(f"one refill: {figures['refill_cpu_s']:.2f} s of a processor")
