"""`python -m reference URL KEY FOLDER --seed N --count M`: run the fixed cases and random statements against a server."""

from __future__ import annotations

import argparse
import random
import sys
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from reference.cases import load_cases
from reference.generate import MERGE, generate, tasks
from reference.report import Report
from reference.retail import load_retail, retail_statements
from reference.run import Runner, Target
from reference.server import Server
from reference.tables import load_tables

if TYPE_CHECKING:
    from collections.abc import Callable

    from reference.cases import Case
    from reference.generate import Task
    from reference.statement import Statement

# The server has two processors in common with this program.
_THREADS = 3


def main() -> int:
    """Give 1 where anything differs."""
    arguments = _arguments()
    # Polars warns that it can't check whether a column is sorted.
    warnings.simplefilter("ignore")
    tables = load_tables(arguments.folder, Server(arguments.url, arguments.key))
    report = Report(arguments.folder, arguments.seed)
    for problem in tables.problems:
        report.add_problem(problem)
    targets = {
        kind: Target(table=table, lock=threading.Lock(), rows=[table.frame]) for kind, table in tables.targets.items()
    }
    local = threading.local()

    def runner() -> Runner:
        if not hasattr(local, "runner"):
            local.runner = Runner(Server(arguments.url, arguments.key), str(threading.get_ident()))
        kept: Runner = local.runner
        return kept

    def run_retail(name: str, statement: Statement) -> None:
        report.add(statement, runner().run(statement, "inline"), f"retail-{name}")

    def run_case(case: Case) -> None:
        if case.status is None:
            outcome = runner().run(case.statement, case.way)
        else:
            outcome = runner().refuse(case.statement, case.way, case.status)
        report.add(case.statement, outcome, case.name)

    def run_task(number: int, task: Task) -> None:
        rng = random.Random(f"{arguments.seed}:{number}")
        statement = generate(rng, tables, task)
        report.add_task(task, statement)
        if statement is None:
            return
        if task.construct == MERGE:
            outcome = runner().merge(statement, targets[task.table.kind])
        else:
            saved = rng.random() < arguments.saved
            outcome = runner().run(statement, rng.choice(["overwrite", "append"]) if saved else "inline")
        report.add(statement, outcome, f"{arguments.seed}-{number}")

    calls: list[Callable[[], None]] = []
    if arguments.only is None:
        retail = load_retail(Server(arguments.url, arguments.key))
        calls += [lambda pair=pair: run_retail(*pair) for pair in retail_statements(retail)]  # type: ignore[misc]
        calls += [lambda case=case: run_case(case) for case in load_cases(tables)]  # type: ignore[misc]
    for number, task in enumerate(tasks(random.Random(arguments.seed), tables, arguments.count)):
        if arguments.only in (None, number) and arguments.mode in (None, task.mode):
            calls.append(lambda number=number, task=task: run_task(number, task))  # type: ignore[misc]
    with ThreadPoolExecutor(_THREADS) as pool:
        for future in [pool.submit(call) for call in calls]:
            future.result()
    for target in targets.values() if arguments.only is None else ():
        changed = runner().compact(target)
        if changed is not None:
            report.add_problem(changed)
    return report.finish(arguments.count)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="reference", description=__doc__)
    parser.add_argument("url")
    parser.add_argument("key", help="of the scope write")
    parser.add_argument("folder", type=Path, help="with tables.json and the frames")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=1000, help="random statements, after the fixed cases")
    parser.add_argument("--saved", type=float, default=0.12, help="share of statements that go to a table")
    parser.add_argument("--mode", choices=["query", "script"], help="run only one kind of random statements")
    parser.add_argument("--only", type=int, help="number of the one statement to run")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
