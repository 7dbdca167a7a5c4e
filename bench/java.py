"""Runs a Java source against the server's classes."""

from __future__ import annotations

import os
import re
from pathlib import Path

from server import NERIUM

JAVA_VERSION = 25


def command(source: Path, *arguments: str, heap: str = "1g") -> list[str]:
    """Build the command line of a program beside this file, which the server was built for."""
    target = NERIUM.parent / "server" / "target"
    classes = f"{target}/nerium.jar:{target}/lib/*"
    logging = f"-Djava.util.logging.config.file={NERIUM.parent}/server/src/main/resources/logging.properties"
    options = ["--enable-native-access=ALL-UNNAMED", f"-Xmx{heap}", logging, "-cp", classes]
    return [_home() + "/bin/java", *options, str(source), *arguments]


def _home() -> str:
    """Find a JDK as new as the server needs, as the launcher does."""
    homes = [Path(os.environ.get("JAVA_HOME") or "/"), *Path("/usr/lib/jvm").glob("*")]
    for home in homes:
        release = home / "release"
        version = re.search(r'JAVA_VERSION="(\d+)', release.read_text()) if release.exists() else None
        if version is not None and int(version[1]) >= JAVA_VERSION:
            return str(home)
    raise SystemExit(f"a JDK of version {JAVA_VERSION} or later is missing: set JAVA_HOME")
