"""What the spawner lets a worker have."""

from __future__ import annotations

import json
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from nerium_spawner import __main__ as spawner
from nerium_spawner import gvisor, syscalls
from nerium_spawner.mounts import environment, libraries, links_to_python, own_python
from nerium_spawner.probe import VARIABLES

ORDER = {
    "provider": "bubblewrap",
    "bwrap": "/opt/bwrap",
    "runsc": "/opt/runsc",
    "python": "/opt/runtime/python/bin/python3",
    "runtime": "/opt/runtime",
    "basePrefix": "/usr",
    "worker": "/opt/runtime/worker",
    "data": "/home/jobs/1/data",
    "out": "/home/jobs/1/out",
    "tmpSize": 1024,
    "shmSize": 512,
    "module": "nerium_worker",
    "command": "nerium",
    "threads": 2,
    "uid": None,
    "fileSize": 4096,
    "maxOpenFiles": 256,
    "maxProcesses": 64,
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


def test_a_worker_sees_libraries_python_and_its_runtime_and_nothing_else() -> None:
    bound = mounts(spawner.bubblewrap_arguments(ORDER, None))

    shown = {place for place in bound if not place.startswith("/proc/")}
    assert {"/opt/runtime", "/job/data", "/job/out"} < shown
    assert shown.isdisjoint({"/", "/bin", "/etc", "/sys", "/usr", "/usr/bin", "/usr/share"})
    assert all(bound[place] == "--ro-bind /dev/null" for place in bound if place.startswith("/proc/"))


@pytest.mark.parametrize(
    ("libc", "shown"),
    [
        (f"lib/{platform.machine()}-linux-gnu", {f"lib/{platform.machine()}-linux-gnu", "lib64", "lib/locale"}),
        ("lib64", {"lib64", "lib/locale"}),
        ("lib", {"lib", "lib64", "lib/locale"}),
        ("elsewhere", {".", "lib64", "lib/locale"}),
    ],
)
def test_libraries_are_found_where_each_system_has_them(tmp_path: Path, libc: str, shown: set[str]) -> None:
    for folder in ("lib64", "lib/locale", libc):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
    (tmp_path / libc / "libc.so.6").touch()

    assert {str(folder.relative_to(tmp_path)) for folder in libraries(tmp_path)} == shown


def test_a_python_outside_of_the_system_is_shown_whole() -> None:
    assert own_python(Path("/home/me/.pyenv/versions/3.13.1")) == [Path("/home/me/.pyenv/versions/3.13.1")]


def test_a_virtual_environment_finds_its_python_by_links_outside_of_it(tmp_path: Path) -> None:
    for folder in ("environment/bin", "usr/bin"):
        (tmp_path / folder).mkdir(parents=True)
    program = tmp_path / "usr/bin/python3.11"
    program.touch()
    system = tmp_path / "usr/bin/python3"
    system.symlink_to("python3.11")
    own = tmp_path / "environment/bin/python3"
    own.symlink_to(system)
    python = tmp_path / "environment/bin/python"
    python.symlink_to("python3")

    assert links_to_python(python, [tmp_path / "environment", program]) == ["--symlink", str(program), str(system)]
    assert links_to_python(program, [program]) == []


def test_nothing_can_be_written_to_the_folder_of_devices() -> None:
    arguments = spawner.bubblewrap_arguments(ORDER, None)

    assert arguments[arguments.index("/dev/shm") - 2] == "512"
    assert arguments[arguments.index("--remount-ro") + 1] == "/dev"


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


def test_the_environment_has_ten_variables_and_none_of_the_servers() -> None:
    assert environment(ORDER) == {
        "HOME": "/tmp",
        "LANG": "C.UTF-8",
        "COMMAND_NAME": "nerium",
        "OPENBLAS_NUM_THREADS": "2",
        "PATH": "/usr/bin",
        "POLARS_MAX_THREADS": "2",
        "PYTHONPATH": "/opt/runtime/worker",
        "TMPDIR": "/tmp",
        "TZ": "UTC",
        "_RJEM_MALLOC_CONF": "muzzy_decay_ms:10000",
    }


def test_the_check_of_the_sandbox_knows_each_variable() -> None:
    assert environment(ORDER).keys() <= VARIABLES


def test_a_filter_is_passed_by_its_descriptor() -> None:
    arguments = spawner.bubblewrap_arguments(ORDER, 7)

    assert arguments[arguments.index("--seccomp") + 1] == "7"


def test_the_filter_is_a_program_of_whole_instructions(tmp_path: Path) -> None:
    syscalls.write(tmp_path / "filter.bpf")

    size = (tmp_path / "filter.bpf").stat().st_size
    assert size > 8 * len(syscalls.ALLOWED)
    assert size % 8 == 0


def test_orders_that_are_not_known_are_refused() -> None:
    program = Path(spawner.__file__).parent
    done = subprocess.run([sys.executable, "-I", program, "stop"], capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert done.stderr.startswith("usage: nerium_spawner start ORDER")


def test_gvisor_shows_what_bubblewrap_shows(tmp_path: Path) -> None:
    gvisor.write_bundle({**ORDER, "bundle": str(tmp_path / "bundle")})

    config = json.loads((tmp_path / "bundle" / "config.json").read_text())
    binds = {mount["destination"]: mount for mount in config["mounts"] if mount["type"] == "bind"}
    bound = mounts(spawner.bubblewrap_arguments(ORDER, None))
    assert set(binds) == {place for place in bound if not place.startswith("/proc/")}
    assert [place for place, mount in binds.items() if "rw" in mount["options"]] == ["/job/out"]
    assert config["root"]["readonly"]
    assert not any(config["process"]["capabilities"].values())
    assert {limit["type"]: limit["hard"] for limit in config["process"]["rlimits"]}["RLIMIT_NPROC"] == 64
