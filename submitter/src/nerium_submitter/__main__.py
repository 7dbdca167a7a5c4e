"""Takes runs as lines of JSON on stdin and tells of each, in lines of JSON on stdout, how it goes and how it ended.

The first line says how the cluster is reached: `{"url", "seconds"}`. Then come `{"do": "run", "id", "statement",
"tables", "staging"}`, `{"do": "cancel", "id"}` and `{"do": "probe", "id"}`. Each of them but `cancel` is answered by
`{"id", "event": "ended"}` or by `{"id", "event": "failed", "kind", "error"}`, whose kind is `refused` (by the gate),
`statement`, `lost` or `submitter`; meanwhile may come `{"id", "event": "progress"}`.
"""

from __future__ import annotations

import dataclasses
import json
import os
import sys
import threading
from typing import TYPE_CHECKING, Any

from nerium_submitter import gate
from nerium_submitter.cluster import Cluster, LostError, Run, StatementError, Table

if TYPE_CHECKING:
    from collections.abc import Callable

_LONGEST_ERROR = 16_000


class Submitter:
    """The runs under way."""

    def __init__(self, cluster: Cluster, out: int) -> None:
        self._cluster = cluster
        self._out = out
        self._lock = threading.Lock()
        self._runs: dict[str, Run] = {}

    def take(self, message: dict[str, Any]) -> None:
        """Begin, or cancel."""
        name = message["id"]
        match message["do"]:
            case "run":
                run = self._runs[name] = Run()
                threading.Thread(target=self._answer, args=(name, lambda: self._run(run, message)), daemon=True).start()
            case "probe":
                threading.Thread(target=self._answer, args=(name, self._probe), daemon=True).start()
            case "cancel" if (run := self._runs.get(name)) is not None:
                run.cancel()

    def _run(self, run: Run, message: dict[str, Any]) -> dict[str, Any]:
        tables = {name: Table(**table) for name, table in message["tables"].items()}
        gate.check(message["statement"], tables)
        self._cluster.run(
            run,
            statement=message["statement"],
            tables=tables,
            staging=message["staging"],
            progress=lambda progress: self._tell(message["id"], "progress", **dataclasses.asdict(progress)),
        )
        return {}

    def _probe(self) -> dict[str, Any]:
        return {"version": self._cluster.probe()}

    def _answer(self, name: str, work: Callable[[], dict[str, Any]]) -> None:
        try:
            self._tell(name, "ended", **work())
        except gate.Refused as error:
            self._fail(name, "refused", error)
        except LostError as error:
            self._fail(name, "lost", error)
        except StatementError as error:
            self._fail(name, "statement", error)
        except BaseException as error:  # noqa: BLE001  # whatever it is, the control plane waits for an answer
            self._fail(name, "submitter", error)
        finally:
            self._runs.pop(name, None)

    def _fail(self, name: str, kind: str, error: BaseException) -> None:
        text = str(error) or type(error).__name__
        self._tell(name, "failed", kind=kind, error=text[:_LONGEST_ERROR])

    def _tell(self, name: str, event: str, **facts: object) -> None:
        line = json.dumps({"id": name, "event": event, **facts}).encode() + b"\n"
        with self._lock:
            while line:
                line = line[os.write(self._out, line) :]


def main() -> None:
    """Serve until stdin ends."""
    out = os.dup(1)
    # Whatever a library prints is no answer.
    os.dup2(2, 1)
    setting = json.loads(sys.stdin.readline())
    submitter = Submitter(Cluster(setting["url"], setting["seconds"]), out)
    for line in sys.stdin:
        submitter.take(json.loads(line))
    # Threads that wait for a silent cluster would keep the process.
    os._exit(0)


if __name__ == "__main__":
    main()
