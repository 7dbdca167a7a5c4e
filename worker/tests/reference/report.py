"""What a run found: differences as they come, and counts at the end."""

from __future__ import annotations

import threading
from collections import Counter
from typing import TYPE_CHECKING

from reference.cases import case_text

if TYPE_CHECKING:
    from pathlib import Path

    from reference.generate import Task
    from reference.run import Outcome
    from reference.statement import Statement

_ENOUGH = 20
# Constructs that count as one.
_FAMILIES = {
    **dict.fromkeys(("subquery-scalar", "subquery-in", "subquery-exists", "subquery-correlated"), "subquery"),
    **dict.fromkeys(("union", "intersect", "except"), "set-operation"),
}
_REQUIRED = {
    "aggregate",
    "case",
    "cast",
    "cte",
    "distinct",
    "filter",
    "group-by-dynamic",
    "join-anti",
    "join-asof",
    "join-cross",
    "join-full",
    "join-inner",
    "join-left",
    "join-right",
    "join-semi",
    "join-using",
    "list",
    "merge",
    "order-limit",
    "pivot",
    "qualify",
    "rolling",
    "rolling-group",
    "row-index",
    "set-operation",
    "struct",
    "subquery",
    "unnest",
    "unpivot",
    "window-bare",
    "window-named",
    "window-ordered",
}
# With so many random statements every pair of kind and construct has enough of them.
_COUNT_FOR_ALL = 20_000
_LEAST_ACCEPTED = 0.9


class Report:
    """Collects outcomes of several threads."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._folder = folder / "differences"
        self._folder.mkdir(exist_ok=True)
        for old in self._folder.iterdir():
            old.unlink()
        self._seed = seed
        self._lock = threading.Lock()
        self._verdicts: Counter[str] = Counter()
        self._ways: Counter[str] = Counter()
        self._pairs: Counter[tuple[str, str]] = Counter()
        self._different: Counter[tuple[str, str]] = Counter()
        self._tasks: Counter[tuple[str, str]] = Counter()
        self._ungenerated: Counter[tuple[str, str]] = Counter()
        self._modes: Counter[str] = Counter()
        self._notes: list[str] = []
        self._problems = 0

    def add_problem(self, text: str) -> None:
        """Count a difference that no statement found."""
        with self._lock:
            self._problems += 1
            print(f"DIFFERENT {text}", flush=True)

    def add_task(self, task: Task, statement: Statement | None) -> None:
        """Count what was tried, and what could not be made."""
        with self._lock:
            self._tasks[task.table.kind, task.construct] += 1
            if statement is None:
                self._ungenerated[task.table.kind, task.construct] += 1

    def add(self, statement: Statement, outcome: Outcome, label: str) -> None:
        """Count an outcome under every construct of the statement, and print a difference."""
        kind = statement.tables["t"].kind
        with self._lock:
            # A case runs over tables that have not its columns, too: that says nothing about the generators.
            if statement.constructs or outcome.verdict != "refused":
                self._verdicts[outcome.verdict] += 1
            if outcome.verdict in ("equal", "different"):
                self._ways[outcome.way] += 1
                self._modes[statement.mode] += 1
                for construct in statement.constructs:
                    self._pairs[kind, construct] += 1
            if outcome.verdict == "undetermined" and len(self._notes) < _ENOUGH:
                self._notes.append(f"{label} [{kind}] {outcome.message[:300]}\n    {statement.text}")
            if outcome.verdict == "different":
                for construct in statement.constructs or {"case"}:
                    self._different[kind, construct] += 1
                self._print(statement, outcome, label, kind)

    def _print(self, statement: Statement, outcome: Outcome, label: str, kind: str) -> None:
        path = self._folder / f"{label}-{kind}.{'sql' if statement.mode == 'query' else 'script'}"
        path.write_text(case_text(statement, outcome.way, outcome.message))
        constructs = " ".join(sorted(statement.constructs))
        tables = ", ".join(f"{alias}={table.reference}" for alias, table in statement.tables.items())
        print(
            f"DIFFERENT {label} [{kind}] {constructs} ({outcome.way}): {' '.join(outcome.message.split())[:400]}\n"
            f"    tables {tables}; as a case: {path}\n    {statement.text.strip()}",
            flush=True,
        )

    def finish(self, count: int) -> int:
        """Print the summary; gives the status of the process."""
        failed = self._verdicts["different"] + self._problems
        accepted = self._verdicts["equal"] + self._verdicts["different"]
        tried = sum(self._verdicts.values())
        self._table()
        for note in self._notes:
            print(f"undetermined: {note}")
        print(f"seed {self._seed}: {dict(self._verdicts)}; {dict(self._modes)}; {dict(self._ways)}")
        if tried and accepted + self._verdicts["undetermined"] < _LEAST_ACCEPTED * tried:
            print(f"FAILED: Polars alone runs only {accepted} of {tried} statements")
            failed += 1
        few = self._few()
        if count >= _COUNT_FOR_ALL and few:
            print(f"FAILED: fewer than {_ENOUGH} statements: {', '.join(sorted(few))}")
            failed += 1
        print(f"{failed} differences" if failed else "no differences")
        return 1 if failed else 0

    def _few(self) -> list[str]:
        """Name the pairs of kind and construct that have too few statements, though tables of that kind can have some."""
        numbers: Counter[tuple[str, str]] = Counter()
        possible: set[tuple[str, str]] = set()
        for (kind, construct), tried in self._tasks.items():
            family = _FAMILIES.get(construct, construct)
            numbers[kind, family] += self._pairs[kind, construct]
            if family in _REQUIRED and self._ungenerated[kind, construct] < tried:
                possible.add((kind, family))
        for kind in {kind for kind, _ in self._tasks}:
            numbers[kind, "cte"] = self._pairs[kind, "cte"]
            possible.add((kind, "cte"))
        return [
            f"{kind}/{family}: {numbers[kind, family]}" for kind, family in possible if numbers[kind, family] < _ENOUGH
        ]

    def _table(self) -> None:
        """One line per construct: the fewest and the most statements over one kind, and where it was different."""
        kinds = sorted({kind for kind, _ in self._pairs})
        for construct in sorted({construct for _, construct in self._pairs}):
            numbers = [self._pairs[kind, construct] for kind in kinds]
            without = [
                kind for kind in kinds if not self._pairs[kind, construct] and self._ungenerated[kind, construct]
            ]
            different = sum(self._different[kind, construct] for kind in kinds)
            print(
                f"{construct:20} {sum(numbers):6} statements, {min(numbers):4} to {max(numbers):4} per kind, "
                f"{different:5} different" + (f"; not over {', '.join(without)}" if without else "")
            )
        for kind in kinds:
            total = sum(number for (of, _), number in self._pairs.items() if of == kind)
            different = sum(number for (of, _), number in self._different.items() if of == kind)
            print(f"{kind:20} {total:6} uses of constructs, {different:5} different")
