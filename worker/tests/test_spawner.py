"""What the spawner lets a worker have."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from nerium_spawner import __main__ as spawner
from nerium_spawner import syscalls

ORDER = {
    "bwrap": "/opt/bwrap",
    "python": "/opt/runtime/python/bin/python3",
    "runtime": "/opt/runtime",
    "basePrefix": "/usr",
    "worker": "/opt/runtime/worker",
    "data": "/home/jobs/1/data",
    "out": "/home/jobs/1/out",
    "tmpSize": 1024,
    "threads": 2,
}


def mounts(arguments: list[str]) -> dict[str, str]:
    """Return what is bound where, by its place in the sandbox."""
    return {
        arguments[at + 2]: f"{word} {arguments[at + 1]}"
        for at, word in enumerate(arguments)
        if word in ("--bind", "--ro-bind")
    }


def test_a_worker_writes_only_to_its_own_folder() -> None:
    bound = mounts(spawner.bubblewrap_arguments(ORDER, None))

    assert [place for place, source in bound.items() if source.startswith("--bind")] == ["/job/out"]
    assert bound["/job/out"] == "--bind /home/jobs/1/out"
    assert bound["/job/data"] == "--ro-bind /home/jobs/1/data"


def test_a_worker_sees_the_system_and_its_runtime_and_nothing_else() -> None:
    bound = mounts(spawner.bubblewrap_arguments(ORDER, None))

    assert set(bound) - {"/bin", "/lib", "/lib64"} == {"/usr", "/opt/runtime", "/job/data", "/job/out"}


def test_every_namespace_is_its_own_and_no_capability_is_left() -> None:
    arguments = spawner.bubblewrap_arguments(ORDER, None)

    for word in (
        "--unshare-all",
        "--unshare-user",
        "--disable-userns",
        "--die-with-parent",
        "--new-session",
        "--clearenv",
    ):
        assert word in arguments
    assert arguments[arguments.index("--cap-drop") + 1] == "ALL"


def test_the_environment_has_seven_variables_and_none_of_the_servers() -> None:
    assert spawner.environment(ORDER) == {
        "HOME": "/tmp",
        "LANG": "C.UTF-8",
        "PATH": "/usr/bin:/bin",
        "POLARS_MAX_THREADS": "2",
        "PYTHONPATH": "/opt/runtime/worker",
        "TMPDIR": "/tmp",
        "TZ": "UTC",
    }


def test_a_filter_is_passed_by_its_descriptor() -> None:
    arguments = spawner.bubblewrap_arguments(ORDER, 7)

    assert arguments[arguments.index("--seccomp") + 1] == "7"


def test_the_filter_is_a_program_of_whole_instructions(tmp_path: Path) -> None:
    syscalls.write(tmp_path / "filter.bpf")

    size = (tmp_path / "filter.bpf").stat().st_size
    assert size > 8 * len(syscalls.REFUSED) / 2
    assert size % 8 == 0


def test_orders_that_are_not_known_are_refused() -> None:
    program = Path(spawner.__file__).parent
    done = subprocess.run([sys.executable, "-I", program, "stop"], capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert done.stderr.startswith("usage: nerium_spawner start ORDER")
