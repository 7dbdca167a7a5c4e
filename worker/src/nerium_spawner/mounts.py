"""The folders, files and environment variables of the host that a worker sees."""

import os
import sys
from pathlib import Path
from typing import Any

TELLS_OF_THE_HOST = (
    "buddyinfo",
    "cmdline",
    "config.gz",
    "diskstats",
    "interrupts",
    "iomem",
    "ioports",
    "kallsyms",
    "kcore",
    "key-users",
    "keys",
    "kmsg",
    "latency_stats",
    "locks",
    "modules",
    "mtrr",
    "pagetypeinfo",
    "partitions",
    "sched_debug",
    "schedstat",
    "slabinfo",
    "softirqs",
    "swaps",
    "sysrq-trigger",
    "timer_list",
    "vmallocinfo",
    "zoneinfo",
)


def masks(proc: Path) -> list[str]:
    """Return an empty view of the files of /proc with facts about the host."""
    present = [proc / name for name in TELLS_OF_THE_HOST if (proc / name).exists()]
    return [word for file in present for word in ("--ro-bind", "/dev/null", str(file))]


def system_mounts(order: dict[str, Any]) -> list[str]:
    """Return read-only views of the system's libraries, Python and the worker."""
    paths = [*libraries(Path("/usr")), *own_python(Path(order["basePrefix"])), Path(order["runtime"])]
    shown = [path for path in dict.fromkeys(paths) if not any(path.is_relative_to(p) for p in paths if p != path)]
    mounts = [word for path in shown for word in ("--ro-bind", str(path), str(path))]
    mounts += links_to_python(Path(order["python"]), shown)
    for name in ("/lib", "/lib64"):
        path = Path(name)
        if path.is_symlink():
            mounts += ["--symlink", str(path.readlink()), name]
        elif path.exists():
            mounts += ["--ro-bind", name, name]
    return mounts


def links_to_python(link: Path, shown: list[Path]) -> list[str]:
    """Return the links outside of what is shown that lead from a virtual environment to the program of Python."""
    links = []
    while link.is_symlink():
        target = Path(os.path.normpath(link.parent / link.readlink()))
        if not any(link.is_relative_to(path) for path in shown):
            links += ["--symlink", str(target), str(link)]
        link = target
    return links


def libraries(usr: Path) -> list[Path]:
    """Return the folders of the shared libraries: of Debian, of Fedora, or of systems that have only one."""
    multiarch = getattr(sys.implementation, "_multiarch", "") or f"{os.uname().machine}-linux-gnu"
    folders = (usr / "lib" / multiarch, usr / "lib64", usr / "lib")
    home = next((folder for folder in folders if (folder / "libc.so.6").exists()), usr)
    # The loader, the locale C.UTF-8 and the time zones.
    parts = [home, usr / "lib64", usr / "lib" / "locale", usr / "share" / "zoneinfo"]
    return [part for part in parts if part.is_dir() and not part.is_symlink()]


def own_python(prefix: Path) -> list[Path]:
    """Return Python's own files: of a system's Python its parts, of any other its whole folder."""
    if prefix not in (Path("/usr"), Path("/usr/local")):
        return [prefix]
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    executable = Path(getattr(sys, "_base_executable", sys.executable)).resolve()
    parts = [executable, prefix / "lib" / version, prefix / sys.platlibdir / version]
    parts += [prefix / "bin" / version, *(prefix / "lib").glob("libpython3*.so*")]
    return [part for part in dict.fromkeys(parts) if part.exists() and not part.is_symlink()]


def environment(order: dict[str, Any]) -> dict[str, str]:
    """Return the whole environment of a worker."""
    return {
        # Polars' allocator marks free memory, and gives it back to the kernel later.
        # The kernel takes it earlier if it is short; else the next query has no page faults.
        "_RJEM_MALLOC_CONF": "muzzy_decay_ms:10000",
        "HOME": "/tmp",
        "LANG": "C.UTF-8",
        "COMMAND_NAME": order["command"],
        # numpy's library would start a thread for each processor of the machine.
        "OPENBLAS_NUM_THREADS": str(order["threads"]),
        "PATH": "/usr/bin",
        "POLARS_MAX_THREADS": str(order["threads"]),
        "PYTHONPATH": order["worker"],
        "TMPDIR": "/tmp",
        "TZ": "UTC",
    }
