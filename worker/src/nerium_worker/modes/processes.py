"""Refuses to start processes by `multiprocessing` in scripts.

A forked process lacks the threads of Polars that hold its locks, and hangs; a spawned one does not find the script.
"""

from __future__ import annotations

import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import PathFinder
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType


class MultiprocessingError(RuntimeError):
    """A script, or a package that it uses, started a process by `multiprocessing`."""


def refuse_multiprocessing() -> None:
    """Make every start of a process raise; `multiprocessing.pool.ThreadPool`, which has threads, goes on working."""
    sys.meta_path.insert(0, _Refusal())


class _Refusal(MetaPathFinder):
    """Changes the module when it is imported: importing it beforehand would cost each script 8 ms."""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        """Find the one module that all kinds of processes come from."""
        if fullname != "multiprocessing.process":
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def execute_and_change(module: ModuleType) -> None:
                execute(module)
                module.BaseProcess.start = _refuse

            spec.loader.exec_module = execute_and_change  # type: ignore[method-assign]
        return spec


def _refuse(_process: object) -> NoReturn:
    raise MultiprocessingError("multiprocessing can't start processes here")
