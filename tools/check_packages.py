"""Check a list of packages for scripts, before any of them is fetched: `check_packages.py LIST WORKERS_LOCK`.

Each requirement has one version and hashes, and comes from the index that pip and uv are configured for: whoever
reviewed the list knows which files it means. The worker's own packages keep their versions.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_HASH = re.compile(r"\s--hash=sha256:[0-9a-f]{64}(?=\s|$)")
_PINNED = re.compile(r"(?P<name>[A-Za-z0-9][\w.-]*)(\[[\w., -]*\])? *== *(?P<version>[\w.!+-]+) *(;.*)?")
SHOWN = 80
_ADVICE = "Write the list by: uv pip compile --generate-hashes --constraint worker/requirements.lock IN -o FILE"


class ListError(Exception):
    """A line of the list is not allowed."""


def main(arguments: list[str]) -> int:
    """Return 0 if the list may be installed."""
    listed, lock = map(Path, arguments)
    try:
        check(listed.read_text(encoding="utf-8"), lock.read_text(encoding="utf-8"))
    except (ListError, OSError, UnicodeDecodeError) as error:
        print(f"nerium: {listed}: {error}", file=sys.stderr)
        return 1
    return 0


def check(text: str, lock: str) -> None:
    """Raise `ListError` for the first line that is not allowed."""
    own: dict[str, list[str]] = {}
    for _, line in requirements(lock):
        name, version = pinned(line)
        own.setdefault(name, []).append(version)
    found = False
    for number, line in requirements(text):
        found = True
        try:
            name, version = pinned(line)
        except ListError as error:
            raise ListError(f"line {number} is '{shortened(line)}': {error}") from None
        if version not in own.get(name, [version]):
            raise ListError(
                f"line {number} has {name} {version}: the worker needs {name} {' or '.join(own[name])}. {_ADVICE}"
            )
    if not found:
        raise ListError(f"it names no package. {_ADVICE}")


def requirements(text: str) -> Iterator[tuple[int, str]]:
    """Yield each requirement, of one or several lines, with the number of its first line."""
    begun, parts = 0, list[str]()
    for number, physical in enumerate(text.splitlines(), 1):
        line = re.sub(r"(^|\s)#.*", "", physical).rstrip()
        begun = begun if parts else number
        parts.append(line.removesuffix("\\"))
        if not line.endswith("\\"):
            whole = " ".join(parts).strip()
            parts = []
            if whole:
                yield begun, whole
    if "".join(parts).strip():
        yield begun, " ".join(parts).strip()


def pinned(line: str) -> tuple[str, str]:
    """Return name and version of a requirement that has a version and hashes, and nothing else."""
    if line.startswith("-"):
        raise ListError("options are not allowed in it, nor editable packages, nor other lists.")
    if "://" in line or re.match(r"[./~]", line) or re.search(r"\s@|@\s", line.partition(";")[0]):
        raise ListError("expected a name, not a URL or a path.")
    requirement = _HASH.sub("", line).strip()
    if "--hash" in requirement or " --" in requirement:
        raise ListError("after the version only '--hash=sha256:' with 64 hexadecimal digits is allowed.")
    match = _PINNED.fullmatch(requirement)
    if match is None:
        raise ListError(f"expected one version, such as 'name==1.2.3'. {_ADVICE}")
    if requirement == line:
        raise ListError(f"it has no hash. {_ADVICE}")
    return re.sub(r"[-_.]+", "-", match["name"]).lower(), match["version"]


def shortened(line: str) -> str:
    """Return the beginning of a line, for a message."""
    return line if len(line) <= SHOWN else f"{line[:SHOWN]} ..."


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
