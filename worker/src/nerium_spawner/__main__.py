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
from typing import Any, NoReturn

if not __package__:
    # Started by its folder, which is then the first place for modules: the package lies above.
    sys.path.append(str(Path(__file__).parents[1]))
from nerium_spawner.mounts import environment, masks, system_mounts


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
        from nerium_spawner import gvisor  # noqa: PLC0415, only few servers need it

        gvisor.write_bundle(order)
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
            gvisor.become(order)
        case "none":
            limit_resources(order)
            run_unprotected(order)
        case _:
            limit_resources(order)
            os.execve(order["bwrap"], bubblewrap_arguments(order, seccomp_fd), {})


def die_with_parent() -> None:
    """Be killed by the kernel when the server's thread ends that started this process."""
    import ctypes  # noqa: PLC0415, not for every start

    set_parent_death_signal, sigkill = 1, 9
    ctypes.CDLL(None).prctl(set_parent_death_signal, sigkill)


def run_unprotected(order: dict[str, Any]) -> NoReturn:
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
            sys.path.append(site_packages)
            from nerium_spawner import syscalls  # noqa: PLC0415, needs the path

            syscalls.write(Path(file))
        case _:
            sys.exit("usage: nerium_spawner start ORDER | filter SITE_PACKAGES FILE")


if __name__ == "__main__":
    main()
