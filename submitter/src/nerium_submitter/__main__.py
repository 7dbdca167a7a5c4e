"""Takes runs as lines of JSON on stdin, and reports the progress and the end of each as lines of JSON on stdout.

The first line has the kind of the cluster and its address: `{"backend", ...}`, see the engines. Then come
`{"do": "run", "id", ...}`, `{"do": "cancel", "id"}` and `{"do": "probe", "id"}`. Each but `cancel` is answered by
`{"id", "event": "ended"}` or by `{"id", "event": "failed", "kind", "error"}`, whose kind is `refused` or `unsupported`
(by the gate), `statement`, `lost` or `submitter`; meanwhile may come `{"id", "event": "progress"}`.
"""

from __future__ import annotations

import dataclasses
import json
import os
import sys
import threading
from typing import TYPE_CHECKING, Any

from nerium_submitter.errors import ConnectionLostError, Refused, StatementError, Unsupported
from nerium_submitter.run import Run

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nerium_submitter.run import Engine

_LONGEST_ERROR = 16_000


class Submitter:
    """The runs under way."""

    def __init__(self, engine: Engine, out: int) -> None:
        self._engine = engine
        self._out = out
        self._lock = threading.Lock()
        self._runs: dict[str, Run] = {}

    def take(self, message: dict[str, Any]) -> None:
        """Begin, or cancel."""
        name = message["id"]
        match message["do"]:
            case "run":
                run = self._runs[name] = Run(
                    message, lambda progress: self._tell(name, "progress", **dataclasses.asdict(progress))
                )
                self._begin(name, lambda: self._engine.run(run))
            case "probe":
                self._begin(name, lambda: {"version": self._engine.probe()})
            case "cancel" if (run := self._runs.get(name)) is not None:
                # A cluster that says nothing keeps the caller.
                threading.Thread(target=run.cancel, daemon=True).start()

    def _begin(self, name: str, work: Callable[[], Mapping[str, Any]]) -> None:
        threading.Thread(target=self._answer, args=(name, work), daemon=True).start()

    def _answer(self, name: str, work: Callable[[], Mapping[str, Any]]) -> None:
        try:
            self._tell(name, "ended", **work())
        except Unsupported as error:
            self._fail(name, "unsupported", error)
        except Refused as error:
            self._fail(name, "refused", error)
        except ConnectionLostError as error:
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


def _engine(setting: Mapping[str, Any]) -> Engine:
    """Load the client of the one engine that this environment has."""
    match setting["backend"]:
        case "spark-connect":
            from nerium_submitter.spark.cluster import SparkConnect  # noqa: PLC0415

            return SparkConnect(setting)
        case "polars-on-prem":
            from nerium_submitter.polars.clusters import OnPrem  # noqa: PLC0415

            return OnPrem(setting)
        case "polars-cloud":
            from nerium_submitter.polars.clusters import Cloud  # noqa: PLC0415

            return Cloud(setting)
        case backend:
            raise ValueError(f"unknown backend: {backend!r}")


def main() -> None:
    """Serve until stdin ends."""
    out = os.dup(1)
    # The output of libraries must not reach the protocol.
    os.dup2(2, 1)
    setting = json.loads(sys.stdin.readline())
    # Clients look there for credentials as soon as they are loaded.
    os.environ.update(setting.get("environment", {}))
    engine = _engine(setting)
    submitter = Submitter(engine, out)
    for line in sys.stdin:
        submitter.take(json.loads(line))
    engine.close()
    # Threads that wait for a silent cluster would keep the process.
    os._exit(0)


if __name__ == "__main__":
    main()
