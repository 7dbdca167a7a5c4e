"""`python -m reference URL KEY FOLDER --seed N --count M`: run the fixed cases and random statements against a server."""

from __future__ import annotations

import argparse
import random
import sys
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from reference.cases import load_cases
from reference.generate import MERGE, generate, tasks
from reference.report import Report
from reference.run import Runner, Target
from reference.server import Server
from reference.tables import load_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from reference.cases import Case
    from reference.generate import Task
    from reference.tables import Tables

# The server shares the processors of a small machine with this program.
_THREADS = 3


class Session:
    """One run of the program: what it runs, each part on any thread."""

    def __init__(self, arguments: argparse.Namespace, tables: Tables, report: Report) -> None:
        self._arguments = arguments
        self._tables = tables
        self._report = report
        self._local = threading.local()
        self._targets = {
            kind: Target(table=table, lock=threading.Lock(), rows=[table.frame])
            for kind, table in tables.targets.items()
        }

    def parts(self) -> Iterator[Callable[[], None]]:
        """Yield the fixed statements, then the random ones."""
        arguments = self._arguments
        if arguments.only is None:
            yield from (partial(self._run_case, case) for case in load_cases(self._tables))
        for number, task in enumerate(tasks(random.Random(arguments.seed), self._tables, arguments.count)):
            if arguments.only in (None, number) and arguments.mode in (None, task.mode):
                yield partial(self._run_task, number, task)

    def compact(self) -> None:
        """Compact every table that merges changed: the rows stay."""
        for target in self._targets.values():
            problem = self._runner().compact(target)
            if problem is not None:
                self._report.add_problem(problem)

    def _run_case(self, case: Case) -> None:
        if case.status is None:
            outcome = self._runner().run(case.statement, case.way)
        else:
            outcome = self._runner().refuse(case.statement, case.way, case.status)
        self._report.add(case.statement, outcome, case.name)

    def _run_task(self, number: int, task: Task) -> None:
        rng = random.Random(f"{self._arguments.seed}:{number}")
        statement = generate(rng, self._tables, task)
        self._report.add_task(task, statement)
        if statement is None:
            return
        if task.construct == MERGE:
            outcome = self._runner().merge(statement, self._targets[task.table.kind])
        else:
            saved = rng.random() < self._arguments.saved
            outcome = self._runner().run(statement, rng.choice(["overwrite", "append"]) if saved else "inline")
        self._report.add(statement, outcome, f"{self._arguments.seed}-{number}")

    def _runner(self) -> Runner:
        """Give the runner of this thread, which keeps its connection."""
        if not hasattr(self._local, "runner"):
            self._local.runner = Runner(self._server(), str(threading.get_ident()))
        runner: Runner = self._local.runner
        return runner

    def _server(self) -> Server:
        return Server(self._arguments.url, self._arguments.key)


def main() -> int:
    """Give 1 where anything differs."""
    arguments = _arguments()
    # Polars warns that it can't check whether a column is sorted.
    warnings.simplefilter("ignore")
    tables = load_tables(arguments.folder, Server(arguments.url, arguments.key))
    report = Report(arguments.folder, arguments.seed)
    for problem in tables.problems:
        report.add_problem(problem)
    session = Session(arguments, tables, report)
    with ThreadPoolExecutor(_THREADS) as pool:
        for future in [pool.submit(part) for part in session.parts()]:
            future.result()
    if arguments.only is None:
        session.compact()
    # Statements of one mode are no measure of how many there are of each construct.
    return report.finish(arguments.count if arguments.mode is None else 0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="reference", description=__doc__)
    parser.add_argument("url")
    parser.add_argument("key", help="of the scope write")
    parser.add_argument("folder", type=Path, help="with tables.json and the frames")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=400, help="random statements, after the fixed ones")
    parser.add_argument("--saved", type=float, default=0.12, help="share of statements whose rows go to a table")
    parser.add_argument("--mode", choices=["query", "script"], help="run random statements of one mode only")
    parser.add_argument("--only", type=int, help="number of the one statement to run")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
