"""Start one worker in its sandbox, or write the system call filter.

The control plane can't join a cgroup, change accounts or pass a file descriptor for a child that it starts; this
program does it and then becomes bubblewrap. It runs with the server's rights, so it uses the standard library alone
and takes its orders only from the server: ``start ORDER`` (JSON) or ``filter SITE_PACKAGES FILE``.
"""

import json
import os
import resource
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

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


def bubblewrap_arguments(order: dict[str, Any], seccomp_fd: int | None) -> list[str]:
    """Return the command line of bubblewrap: what the worker sees, and nothing else."""
    arguments = [
        order["bwrap"],
        "--unshare-all",
        "--unshare-user",
        "--disable-userns",
        "--die-with-parent",
        "--new-session",
        "--clearenv",
        *("--cap-drop", "ALL"),
        *("--hostname", "nerium"),
        *("--uid", "1000", "--gid", "1000"),
        *("--proc", "/proc"),
        *masks(Path("/proc")),
        *("--dev", "/dev"),
        *("--size", str(order["shmSize"]), "--tmpfs", "/dev/shm"),
        *("--remount-ro", "/dev"),
        # Before the other mounts, which may lie below it.
        *("--size", str(order["tmpSize"]), "--tmpfs", "/tmp"),
        *system_mounts(order),
        *("--dir", "/job"),
        *("--ro-bind", order["data"], "/job/data"),
        *("--bind", order["out"], "/job/out"),
        *("--chdir", "/tmp"),
        *("--remount-ro", "/"),
    ]
    for name, value in environment(order).items():
        arguments += ["--setenv", name, value]
    if seccomp_fd is not None:
        arguments += ["--seccomp", str(seccomp_fd)]
    return [*arguments, "--", order["python"], "-s", "-B", "-m", order["module"]]


def masks(proc: Path) -> list[str]:
    """Return an empty view of the files of /proc with facts about the host."""
    present = [proc / name for name in TELLS_OF_THE_HOST if (proc / name).exists()]
    return [word for file in present for word in ("--ro-bind", "/dev/null", str(file))]


def system_mounts(order: dict[str, Any]) -> list[str]:
    """Return read-only views of the system's libraries, Python and the worker."""
    paths = [*libraries(Path("/usr")), *own_python(Path(order["basePrefix"])), Path(order["runtime"])]
    shown = [path for path in dict.fromkeys(paths) if not any(path.is_relative_to(p) for p in paths if p != path)]
    mounts = [word for path in shown for word in ("--ro-bind", str(path), str(path))]
    for name in ("/lib", "/lib64"):
        path = Path(name)
        if path.is_symlink():
            mounts += ["--symlink", str(path.readlink()), name]
        elif path.exists():
            mounts += ["--ro-bind", name, name]
    return mounts


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
        "HOME": "/tmp",
        "LANG": "C.UTF-8",
        # numpy's library would start a thread for each processor of the machine.
        "OPENBLAS_NUM_THREADS": str(order["threads"]),
        "PATH": "/usr/bin",
        "POLARS_MAX_THREADS": str(order["threads"]),
        "PYTHONPATH": order["worker"],
        "TMPDIR": "/tmp",
        "TZ": "UTC",
    }


def limit_resources(order: dict[str, Any]) -> None:
    """Set the limits that a process has of its own, with or without cgroups."""
    limits = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: order["fileSize"],
        resource.RLIMIT_NOFILE: order["maxOpenFiles"],
        resource.RLIMIT_MEMLOCK: 1 << 20,
    }
    if order["memory"] is not None:
        limits[resource.RLIMIT_DATA] = order["memory"]
        limits[resource.RLIMIT_NPROC] = order["maxProcesses"]
    for limit, value in limits.items():
        resource.setrlimit(limit, (value, value))


def become(uid: int) -> None:
    """Give up the server's account for good."""
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def start(order: dict[str, Any]) -> None:
    """Join the cgroups, drop rights and descriptors, and become the program that isolates the worker."""
    os.umask(0o022)
    if order["provider"] == "gvisor":
        gvisor().write_bundle(order)
    for file in order["cgroups"]:
        Path(file).write_text(str(os.getpid()), encoding="ascii")
    seccomp_fd = None
    if order["provider"] == "bubblewrap" and Path(order["seccomp"]).exists():
        seccomp_fd = os.open(order["seccomp"], os.O_RDONLY)
        os.set_inheritable(seccomp_fd, True)
    if order["uid"] is not None:
        become(order["uid"])
    match order["provider"]:
        case "gvisor":
            die_with_parent()
            gvisor().become(order)
        case "none":
            limit_resources(order)
            unprotected(order)
        case _:
            limit_resources(order)
            os.execve(order["bwrap"], bubblewrap_arguments(order, seccomp_fd), {})


def gvisor() -> ModuleType:
    """Import what only few servers need."""
    sys.path.append(str(Path(__file__).parents[1]))
    from nerium_spawner import gvisor as module  # noqa: PLC0415, needs the path

    return module


def die_with_parent() -> None:
    """Be killed by the kernel when the server's thread ends that started this process."""
    import ctypes  # noqa: PLC0415, not for every start

    set_parent_death_signal, sigkill = 1, 9
    ctypes.CDLL(None).prctl(set_parent_death_signal, sigkill)


def unprotected(order: dict[str, Any]) -> NoReturn:
    """Become the worker itself, with nothing around it but the limits of its process and its account."""
    die_with_parent()
    os.setsid()
    root = str(Path(order["data"]).parent)
    command = [order["python"], "-s", "-B", "-m", order["module"], "--job-root", root]
    os.execve(order["python"], command, environment(order))


def main() -> None:
    """Do what the server ordered."""
    match sys.argv[1:]:
        case ["start", order]:
            start(json.loads(order))
        case ["filter", site_packages, file]:
            sys.path += [str(Path(__file__).parents[1]), site_packages]
            from nerium_spawner import syscalls  # noqa: PLC0415, needs the path

            syscalls.write(Path(file))
        case _:
            sys.exit("usage: nerium_spawner start ORDER | filter SITE_PACKAGES FILE")


if __name__ == "__main__":
    main()
