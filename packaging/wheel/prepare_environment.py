"""Check that workers can run from this virtual environment, and compile its bytecode if its installer did not.

Run by the environment's own Python. Workers see the environment read-only, so they can't compile anything themselves.
"""

from __future__ import annotations

import compileall
import contextlib
import os
import sys
import sysconfig
from importlib.util import cache_from_source
from pathlib import Path


def refusal(packages: Path) -> str | None:
    """Return why workers can't run from this environment."""
    settings = Path(sys.prefix, "pyvenv.cfg").read_text(encoding="utf-8").lower().replace(" ", "")
    if "include-system-site-packages=true" in settings:
        return "it uses packages of the system, which workers can't see: create it without --system-site-packages."
    if (packages / "polars" / "__init__.py").is_symlink():
        return (
            "its files are links to another folder, which workers can't see: install it without '--link-mode symlink'."
        )
    return None


def compile_bytecode(packages: Path) -> None:
    """Compile all packages, unless those that every worker imports are compiled."""
    modules = [
        packages / "polars" / "__init__.py",
        packages / "nerium_server" / "worker" / "nerium_worker" / "worker.py",
    ]
    if all(Path(cache_from_source(str(module))).exists() for module in modules):
        return
    if not os.access(packages, os.W_OK):
        command = f"{sys.executable} -m compileall -q {packages}"
        say(f"each worker starts slowly, because the packages are not compiled: run '{command}' once, as their owner.")
        return
    say("compiling the bytecode of the packages (once)")
    # Some packages carry files of other Python versions, which can't be compiled and are never imported.
    with contextlib.redirect_stdout(sys.stderr):
        compileall.compile_dir(packages, quiet=2, workers=0)


def say(text: str) -> None:
    """Print a message of the launcher."""
    print(f"nerium: {text}", file=sys.stderr)


def main() -> int:
    """Return 0 if workers can run from this environment."""
    packages = Path(sysconfig.get_path("purelib"))
    if reason := refusal(packages):
        say(f"the virtual environment {sys.prefix} does not fit Nerium: {reason}")
        return 1
    compile_bytecode(packages)
    return 0


if __name__ == "__main__":
    sys.exit(main())
