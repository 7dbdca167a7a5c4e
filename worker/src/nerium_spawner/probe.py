"""Tries the attacks of a hostile script from inside a sandbox, and reports the outcome.

Reads one JSON object from stdin (what the server knows of the host and of the limits), prints one JSON object per
property, leaves a daemon behind, and waits to be killed.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import json
import mmap
import os
import resource
import signal
import socket
import stat
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# The variables of `environment`, and those that a shell and Python add.
VARIABLES = {
    *("HOME", "LANG", "OPENBLAS_NUM_THREADS", "PATH", "POLARS_MAX_THREADS", "PYTHONPATH", "TMPDIR", "TZ"),
    *("_RJEM_MALLOC_CONF", "COMMAND_NAME", "PWD", "LC_CTYPE"),
}
WRITABLE = {"/tmp", "/dev/shm", "/job/out"}
MEBIBYTE = 1 << 20


class Found(NamedTuple):
    """What came of one attempt."""

    state: str
    evidence: str


def verdict(holds: bool, evidence: str) -> Found:  # noqa: FBT001, the one thing that is judged
    """Return that a property is enforced, or that it is not."""
    return Found("enforced" if holds else "not enforced", evidence)


def own_status() -> dict[str, str]:
    """Return what the kernel says of this process."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def refusal(act: Callable[[], object]) -> str:
    """Return the name of the error that an attempt ended with, or an empty text where it worked."""
    try:
        act()
    except OSError as failure:
        return errno.errorcode.get(failure.errno or 0, str(failure))
    return ""


def namespaces(host: dict[str, Any]) -> Found:
    """Compare every namespace with that of the server."""
    shared = [kind for kind, name in host["namespaces"].items() if str(Path("/proc/self/ns", kind).readlink()) == name]
    if shared:
        return Found("not enforced", f"shared with the host: {', '.join(sorted(shared))}")
    return Found("enforced", f"own {', '.join(sorted(host['namespaces']))}")


def capabilities(_: dict[str, Any]) -> Found:
    """Look for any capability, and for a way to gain one."""
    status = own_status()
    sets = {name: int(status[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")}
    left = [name for name, value in sets.items() if value]
    holds = not left and status["NoNewPrivs"] == "1"
    return verdict(holds, f"{'no set has any' if not left else ', '.join(left)}; no_new_privs {status['NoNewPrivs']}")


def system_calls(_: dict[str, Any]) -> Found:
    """Call what no worker needs, by way of libc, and see which calls the filter lets through."""
    if own_status().get("Seccomp") != "2":
        return Found("not enforced", "no filter is loaded (libseccomp is missing on this machine)")
    libc = ctypes.CDLL(None, use_errno=True)

    def call(name: str, *arguments: int | None) -> str:
        ctypes.set_errno(0)
        getattr(libc, name)(*arguments)
        return errno.errorcode.get(ctypes.get_errno(), "done")

    answers = {
        "unshare": call("unshare", 0x10000000),
        "setns": call("setns", -1, 0),
        "mount": call("mount", None, None, None, 0, None),
        "ptrace": call("ptrace", 0, 0, 0, 0),
        "personality": call("personality", 0x0040000),
    }
    through = [name for name, answer in answers.items() if answer != "EPERM"]
    return verdict(not through, f"refused: {', '.join(answers)}" if not through else f"let through: {through}")


def network(_: dict[str, Any]) -> Found:
    """Look for interfaces and try to make sockets of other kinds than local ones."""
    lines = Path("/proc/net/dev").read_text(encoding="ascii").splitlines()[2:]
    interfaces = [line.partition(":")[0].strip() for line in lines]
    families = [socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK, socket.AF_PACKET, socket.AF_VSOCK]
    opened = []
    for family in families:
        with contextlib.suppress(OSError):
            socket.socket(family, socket.SOCK_RAW if family == socket.AF_PACKET else socket.SOCK_STREAM).close()
            opened.append(family.name)
    if set(interfaces) - {"lo"}:
        return Found("not enforced", f"interfaces: {', '.join(interfaces)}")
    if opened:
        return Found("weaker", f"no interface but lo, but sockets can be made: {', '.join(opened)}")
    return Found("enforced", "no interface but lo; only local sockets can be made")


def folders() -> Iterator[str]:
    """Return the folders of this view, but for those of the kernel."""
    for folder, names, _ in os.walk("/"):
        names[:] = [name for name in names if folder != "/" or name not in ("proc", "sys")]
        yield folder


def written(_: dict[str, Any]) -> Found:
    """Try to make a file in every folder."""
    places = set()
    for folder in folders():
        file = Path(folder, "nerium-probe")
        with contextlib.suppress(OSError):
            file.touch()
            file.unlink()
            places.add(folder)
    more = sorted(place for place in places if not any(Path(place).is_relative_to(own) for own in WRITABLE))
    return verdict(not more, f"only {', '.join(sorted(WRITABLE))}" if not more else f"also {', '.join(more[:5])}")


def host_files(host: dict[str, Any]) -> Found:
    """Try to read what belongs to the host or to the server, and look for programs that could change accounts."""
    paths = ["/etc/passwd", "/etc/shadow", "/etc/ssl", "/root", "/sys/kernel", "/var/log", host["home"], host["jobs"]]
    seen = [path for path in paths if not refusal(Path(path).stat)]
    raised = [
        entry.path
        for folder in folders()
        if not folder.startswith("/proc")
        for entry in entries(folder)
        if entry.is_file(follow_symlinks=False)
        and entry.stat(follow_symlinks=False).st_mode & (stat.S_ISUID | stat.S_ISGID)
        and not os.statvfs(entry.path).f_flag & os.ST_NOSUID
    ]
    if seen or raised:
        return Found("not enforced", f"seen: {', '.join((seen + raised)[:5])}")
    return Found("enforced", f"absent: {', '.join(paths[:6])}, the home; setuid has no effect")


def entries(folder: str) -> list[os.DirEntry[str]]:
    """Return what is in a folder, nothing where it is closed."""
    try:
        return list(os.scandir(folder))
    except OSError:
        return []


def kernel_files(_: dict[str, Any]) -> Found:
    """Try to write settings of the kernel, and check whether /proc shows facts about the host."""
    settings = ("/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/proc/sys/vm/drop_caches")
    opened = [path for path in settings if path_writes(path)]
    told = [name for name in ("cmdline", "keys", "modules", "partitions", "kcore") if first_byte(f"/proc/{name}")]
    if opened:
        return Found("not enforced", f"writable: {', '.join(opened)}")
    if told:
        return Found("weaker", f"settings can't be written, but /proc shows facts about the host: {', '.join(told)}")
    return Found("enforced", "settings can't be written; /proc does not show cmdline, keys, modules, partitions, kcore")


def path_writes(path: str) -> bool:
    """Whether a file that is the kernel's own can be opened to write."""
    opened = not refusal(lambda: os.close(os.open(path, os.O_WRONLY)))
    # A masked file is the null device.
    return opened and not stat.S_ISCHR(Path(path).stat().st_mode)


def first_byte(path: str) -> bytes:
    """Return the start of a file, nothing where it can't be read."""
    try:
        with Path(path).open("rb", buffering=0) as file:
            return file.read(1)
    except OSError:
        return b""


def inherited(_: dict[str, Any]) -> Found:
    """Look for variables and descriptors that came from the server."""
    variables = sorted(set(os.environ) - VARIABLES)
    descriptors = [int(entry.name) for entry in Path("/proc/self/fd").iterdir() if entry.exists()]
    more = [number for number in descriptors if number > 2]  # noqa: PLR2004, stdin, stdout and stderr
    evidence = f"{len(os.environ)} variables, descriptors {sorted(descriptors)}"
    return verdict(not variables and not more, evidence if not variables else f"variables: {', '.join(variables)}")


def session(_: dict[str, Any]) -> Found:
    """Look for a terminal, and for the session of the server."""
    terminal = not refusal(lambda: os.close(os.open("/dev/tty", os.O_RDWR)))
    own = os.getsid(0) != 0
    return verdict(own and not terminal, f"session {os.getsid(0)}, {'a' if terminal else 'no'} terminal")


def memory(host: dict[str, Any]) -> Found:
    """Take more memory than there may be, in a child."""
    limit = host["memory"]

    def take() -> None:
        block = mmap.mmap(-1, limit + 64 * MEBIBYTE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        for at in range(0, len(block), mmap.PAGESIZE):
            block[at] = 1

    ending = in_child(take)
    evidence = f"{ending} when it took more than {limit // MEBIBYTE} MiB"
    if not host["groups"]["memory"]:
        kind = "weaker" if ending != "worked" else "not enforced"
        return Found(kind, f"{evidence}; of each process alone, no control group")
    return verdict(ending == "killed by SIGKILL", evidence)


def in_child(act: Callable[[], object]) -> str:
    """Do something in a child, and say how the child ended."""
    child = os.fork()
    if child == 0:
        try:
            act()
        except (OSError, MemoryError):
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return f"killed by {signal.Signals(os.WTERMSIG(status)).name}"
    return "refused" if os.WEXITSTATUS(status) else "worked"


def processors(host: dict[str, Any]) -> Found:
    """Keep more processors busy than there may be, for a second."""
    if not host["groups"]["cpu"]:
        return Found("weaker", "no control group; only the threads of Polars are limited")
    allowed, wall = host["vcpus"], 1.0

    def burn() -> None:
        end = time.monotonic() + wall
        while time.monotonic() < end:
            pass

    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    children = [spawn(burn) for _ in range(allowed + 2)]
    for child in children:
        os.waitpid(child, 0)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / wall
    return verdict(used < allowed + 0.5, f"{allowed + 2} busy processes had {used:.1f} processors of {allowed}")


def spawn(act: Callable[[], object]) -> int:
    """Start a child that does something and ends."""
    child = os.fork()
    if child == 0:
        act()
        os._exit(0)
    return child


def processes(host: dict[str, Any]) -> Found:
    """Start more processes than there may be."""
    limit: int = host["maxProcesses"]
    children: list[int] = []
    try:
        while len(children) <= limit:
            children.append(spawn(lambda: time.sleep(60)))
        evidence = f"{len(children)} were started"
    except OSError as failure:
        evidence = f"{errno.errorcode[failure.errno or 0]} after {len(children)}, the limit is {limit}"
    for child in children:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    if len(children) > limit:
        return Found("not enforced", evidence)
    return (
        Found("enforced", evidence) if host["groups"]["pids"] else Found("weaker", f"{evidence}, of the whole account")
    )


def open_files(host: dict[str, Any]) -> Found:
    """Open more files than there may be."""
    limit: int = host["maxOpenFiles"]
    opened: list[int] = []
    try:
        while len(opened) <= limit:
            opened.append(os.open("/dev/null", os.O_RDONLY))
    except OSError as failure:
        return verdict(True, f"{errno.errorcode[failure.errno or 0]} after {len(opened)}, the limit is {limit}")  # noqa: FBT003
    finally:
        for descriptor in opened:
            os.close(descriptor)
    return Found("not enforced", f"{limit + 1} could be opened")


def private_memory_files(host: dict[str, Any]) -> Found:
    """Take more of /tmp and /dev/shm than there may be."""
    answers = {
        place: refusal(lambda place=place, size=size: allocate(Path(place, "nerium-probe"), size))  # type: ignore[misc]
        for place, size in (("/tmp", host["tmpSize"]), ("/dev/shm", host["shmSize"]))
    }
    return verdict(
        all(answers.values()), ", ".join(f"{place}: {answer or 'no limit'}" for place, answer in answers.items())
    )


def allocate(file: Path, size: int) -> None:
    """Allocate more than this for a file."""
    try:
        with file.open("wb") as out:
            os.posix_fallocate(out.fileno(), 0, size + MEBIBYTE)
    finally:
        file.unlink()


def file_size(host: dict[str, Any]) -> Found:
    """Make a file larger than one may be."""
    file = Path("/job/out/nerium-probe")

    def grow() -> None:
        try:
            with file.open("wb") as out:
                out.truncate(host["diskSize"] + 1)
        finally:
            file.unlink()

    answer = refusal(grow)
    return verdict(answer == "EFBIG", f"{answer or 'no refusal'} above {host['diskSize'] // MEBIBYTE} MiB")


PROPERTIES: dict[str, Callable[[dict[str, Any]], Found]] = {
    "namespaces": namespaces,
    "capabilities": capabilities,
    "system calls": system_calls,
    "network": network,
    "places to write": written,
    "files of the host": host_files,
    "kernel settings": kernel_files,
    "environment and descriptors": inherited,
    "session": session,
    "memory": memory,
    "processors": processors,
    "processes": processes,
    "open files": open_files,
    "/tmp and /dev/shm": private_memory_files,
    "size of a file": file_size,
}


def main() -> None:
    """Try everything; one attempt that fails unexpectedly does not hide the others."""
    host = json.loads(sys.stdin.readline())
    for name, attempt in PROPERTIES.items():
        try:
            found = attempt(host)
        except Exception as failure:  # noqa: BLE001, told as what it is
            found = Found("not enforced", f"could not be tried: {failure!r}")
        print(json.dumps({"property": name, "state": found.state, "evidence": found.evidence}), flush=True)  # noqa: T201
    if os.fork() == 0:
        os.setsid()
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    else:
        print(flush=True)  # noqa: T201
    time.sleep(60)


if __name__ == "__main__":
    main()
