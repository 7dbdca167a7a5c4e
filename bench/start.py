"""From the start of the server to its first answer, the memory of what idles, and commands of the command line."""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import time
from pathlib import Path
from typing import Any

from server import NERIUM, running
from small import QUERY

_MIB = 1024
_COMMANDS = 10


def measure() -> dict[str, Any]:
    """Start a server five times on a new home; the first start may have to create the AOT cache."""
    starts = []
    commands: dict[str, list[float]] = {"help_s": [], "query_s": []}
    for _ in range(5):
        with running() as server:
            server.client().run(QUERY)
            answered = time.perf_counter() - server.started
            starts.append({"ready_s": server.ready_seconds, "first_answer_s": answered})
            time.sleep(5)
            memory = _memory(server.process.pid)
            sql = ["polars", "SELECT count(*) AS n FROM f", "--table", "f=default.flowers", "--no-cache"]
            for _ in range(_COMMANDS):
                commands["help_s"].append(_seconds("--help"))
                commands["query_s"].append(_seconds(*sql, "--home", str(server.home)))
    best = min(starts, key=lambda one: one["first_answer_s"])
    print("\n## Start and memory\n")
    print(f"start to ready {best['ready_s']:.2f} s, to the response to the first query {best['first_answer_s']:.2f} s (best of 5)")
    print(f"idle server: RSS {memory['server_mib']:.0f} MiB")
    for worker in memory["workers"]:
        print(f"idle worker: RSS {worker['rss_mib']:.0f} MiB, of which its own (PSS) {worker['pss_mib']:.0f} MiB")
    for name, figure in (("--help", "help_s"), ("polars, one query", "query_s")):
        times = commands[figure]
        print(f"./nerium {name}: best {min(times):.2f} s, median {statistics.median(times):.2f} s of {len(times)}")
    return {"starts": starts, "memory": memory, "commands": commands}


def _seconds(*words: str) -> float:
    begun = time.perf_counter()
    subprocess.run([NERIUM, *words], check=True, capture_output=True)
    return time.perf_counter() - begun


def _memory(server: int) -> dict[str, Any]:
    return {"server_mib": int(_status(server, "VmRSS")) / _MIB, "workers": worker_processes(server)}


def worker_processes(server: int) -> list[dict[str, float]]:
    """Find the Python processes of a server's workers, with their memory and the processor seconds that they took."""
    workers = [pid for pid in _below(server) if "nerium_worker" in _command(pid) and "bwrap" not in _command(pid)]
    return [
        {
            "pid": pid,
            "rss_mib": int(_status(pid, "VmRSS") or 0) / _MIB,
            "pss_mib": _pss(pid) / _MIB,
            "cpu_s": _cpu_seconds(pid),
        }
        for pid in workers
    ]


def peak_mib(server: int) -> float:
    """Return the peak memory of a server's JVM."""
    return max(int(_status(pid, "VmHWM") or 0) for pid in _below(server) if "nerium_worker" not in _command(pid)) / _MIB


def server_cpu_seconds(server: int) -> float:
    """Return what the server itself took of the processors."""
    return _cpu_seconds(server)


def cpu_seconds(server: int) -> float:
    """Sum up what the processes below a server took of the processors."""
    return sum(_cpu_seconds(pid) for pid in _below(server) - {server})


def _below(server: int) -> set[int]:
    parents = {pid: int(_status(pid, "PPid") or 0) for pid in _processes()}
    below = {server}
    while more := {pid for pid, parent in parents.items() if parent in below and pid not in below}:
        below |= more
    return below


def _processes() -> list[int]:
    return [
        int(folder.name)
        for folder in Path("/proc").iterdir()
        if folder.name.isdigit() and _status(int(folder.name), "PPid")
    ]


def _status(pid: int, name: str) -> str:
    try:
        found = re.search(rf"^{name}:\s*(\d+)", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    except OSError:
        return ""
    return found[1] if found else ""


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def _cpu_seconds(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    # Fields 14 and 15, of which the third is the first after the name.
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _pss(pid: int) -> int:
    try:
        found = re.search(r"^Pss:\s*(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    except OSError:
        return 0
    return int(found[1]) if found else 0
