"""Starts a worker in gVisor, a kernel in user space that answers its system calls."""

from __future__ import annotations

import json
import os
import resource
from pathlib import Path
from typing import Any, NoReturn

from nerium_spawner.mounts import environment, system_mounts

_NAMESPACES = ("pid", "ipc", "uts", "mount", "network")
_CAPABILITIES = ("bounding", "effective", "inheritable", "permitted", "ambient")
_PRIVATE = ["nosuid", "nodev"]


def write_bundle(order: dict[str, Any]) -> None:
    """Write what the worker sees as an OCI bundle, beside its folders and out of its sight."""
    bundle = Path(order["bundle"])
    root = bundle / "root"
    root.mkdir(parents=True)
    mounts, links = system(order)
    for name, target in links.items():
        (root / name.lstrip("/")).symlink_to(target)
    written = config(order, root, mounts)
    for mount in written["mounts"]:
        make_place(root, mount)
    (bundle / "config.json").write_text(json.dumps(written), encoding="utf-8")
    state = bundle / "state"
    state.mkdir(mode=0o700)
    if order["uid"] is not None:
        os.chown(state, order["uid"], order["uid"])


def system(order: dict[str, Any]) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """Translate bubblewrap's view of the system: mounts, and links by their name."""
    words = iter(system_mounts(order))
    mounts, links = [], {}
    for word in words:
        source, place = next(words), next(words)
        if word == "--symlink":
            links[place] = source
        else:
            mounts.append(bind(source, place, "ro"))
    return mounts, links


def make_place(root: Path, mount: dict[str, Any]) -> None:
    """Make what is mounted over: the worker's account can't."""
    place = root / mount["destination"].lstrip("/")
    if mount["type"] == "bind" and not Path(mount["source"]).is_dir():
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch()
    elif not place.is_dir():
        place.mkdir(parents=True, exist_ok=True)


def bind(source: str, place: str, access: str) -> dict[str, Any]:
    """Show a folder or a file of the host."""
    return {"destination": place, "type": "bind", "source": source, "options": ["rbind", access, *_PRIVATE]}


def tmpfs(place: str, *options: str) -> dict[str, Any]:
    """Make a folder in memory."""
    return {"destination": place, "type": "tmpfs", "source": "tmpfs", "options": [*_PRIVATE, *options]}


def config(order: dict[str, Any], root: Path, shown: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the bundle's configuration (OCI runtime specification)."""
    limits = {
        "RLIMIT_CORE": 0,
        "RLIMIT_FSIZE": order["fileSize"],
        "RLIMIT_NOFILE": order["maxOpenFiles"],
        "RLIMIT_NPROC": order["maxProcesses"],
    }
    return {
        "ociVersion": "1.2.0",
        "hostname": "nerium",
        "root": {"path": str(root), "readonly": True},
        "process": {
            # Root without any capability, in a user namespace whose root is the worker's account: other ids can't
            # make files in the worker's folder.
            "user": {"uid": 0, "gid": 0},
            "args": [order["python"], "-s", "-B", "-m", order["module"]],
            "env": [f"{name}={value}" for name, value in environment(order).items()],
            "cwd": "/tmp",  # noqa: S108, its own
            "noNewPrivileges": True,
            "capabilities": {name: [] for name in _CAPABILITIES},
            "rlimits": [{"type": name, "soft": value, "hard": value} for name, value in limits.items()],
        },
        "mounts": [
            {"destination": "/proc", "type": "proc", "source": "proc"},
            tmpfs("/dev", "mode=755", "ro"),
            tmpfs("/dev/shm", f"size={order['shmSize']}", "mode=1777"),  # noqa: S108
            tmpfs("/tmp", f"size={order['tmpSize']}", "mode=1777"),  # noqa: S108
            *shown,
            bind(order["data"], "/job/data", "ro"),
            bind(order["out"], "/job/out", "rw"),
        ],
        "linux": {"namespaces": [{"type": kind} for kind in _NAMESPACES]},
    }


def become(order: dict[str, Any]) -> NoReturn:
    """Become runsc, which is held by the limits inside: those of its own process would stop its kernel."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    bundle = Path(order["bundle"])
    command = [
        order["runsc"],
        *("--root", str(bundle / "state")),
        "--rootless",
        "--network=none",
        # The worker's groups were joined before; runsc's own would need rights that the account has not.
        "--ignore-cgroups",
        "--overlay2=root:memory",
        "--platform=systrap",
        "run",
        *("-bundle", str(bundle)),
        "worker",
    ]
    os.execve(order["runsc"], command, {})  # noqa: S606, it becomes what it starts
