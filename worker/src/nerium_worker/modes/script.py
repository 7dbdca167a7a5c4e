"""Mode `script`: runs the user's Python and takes the frame that it leaves in `result`."""

from __future__ import annotations

import builtins
import contextlib
import linecache
import sys
import traceback
from typing import TYPE_CHECKING, Any

import polars as pl

from nerium_worker.modes import script_errors
from nerium_worker.modes.parameters import values_of_python
from nerium_worker.modes.processes import refuse_multiprocessing
from nerium_worker.modes.script_errors import FILE_NAME
from nerium_worker.modes.sql import query_frame
from nerium_worker.protocol.errors import Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import CodeType

    from pyiceberg.catalog import Catalog

    from nerium_worker.modes.sql import Scan
    from nerium_worker.protocol.job import Script

_RESULT_HINT = "Assign a Polars LazyFrame or DataFrame to `result`."


class Scope(dict[str, Any]):
    """The script's globals, where `catalog` is made at its first use: importing PyIceberg takes over a second."""

    def __init__(self, names: Mapping[str, Any], catalog: Callable[[], Catalog]) -> None:
        super().__init__(names)
        self._catalog = catalog

    def __missing__(self, name: str) -> Any:  # noqa: ANN401  # globals hold anything
        if name != "catalog":
            raise KeyError(name)
        self[name] = self._catalog()
        return self[name]


def script_frame(
    script: Script,
    *,
    scan: Scan,
    tables: Mapping[str, pl.LazyFrame],
    catalog: Callable[[], Catalog],
) -> pl.LazyFrame:
    """Run a script and take its `result`; raises `Failure` of kind `script` or `result`."""

    def sql(
        query: str, values: Mapping[str, Any] | Sequence[Any] = (), /, **frames: pl.LazyFrame | pl.DataFrame
    ) -> pl.LazyFrame:
        """Describe the result of a SELECT over tables of the lake, and over frames by the names of the arguments.

        `values`: of its parameters, by name for `$name`, in order for `?`.
        """
        given = {name: frame.lazy() for name, frame in frames.items()}
        try:
            frame, _ = query_frame(query, {**tables, **given}, scan, values_of_python(values))
        except Failure as failure:
            text = failure.error if failure.hint is None else f"{failure.error} {failure.hint}"
            raise pl.exceptions.SQLInterfaceError(text) from failure
        return frame

    given = {"pl": pl, "scan": scan, "params": dict(script.params)}
    if script.env or "env" not in tables:
        given["env"] = script.env
    for alias in tables:
        if alias in {*given, "catalog"}:
            raise Failure("script", f"The alias {alias!r} would hide what a script has by that name: choose another.")
    names = {"__name__": "__main__", "__builtins__": builtins, "sql": sql, **given, **tables}
    code = _compile(script.source)
    scope = Scope(names, catalog)
    refuse_multiprocessing()
    try:
        exec(code, scope)  # noqa: S102  # the sandbox around this process is what makes it safe
    except BaseException as error:  # also SystemExit, KeyboardInterrupt and Polars' panics
        raise script_errors.failure(error, "script", script.env) from error
    finally:
        # A script's worker is killed after its answer: what is in the buffer would be lost.
        with contextlib.suppress(Exception):
            sys.stdout.flush()
    return _result(scope)


def _compile(source: str) -> CodeType:
    # So that tracebacks show the text of the lines.
    linecache.cache[FILE_NAME] = (len(source), None, source.splitlines(keepends=True), FILE_NAME)
    try:
        return compile(source, FILE_NAME, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        details = "".join(traceback.format_exception_only(type(error), error)).strip()
        line = error.lineno if isinstance(error, SyntaxError) else None
        where = "" if line is None else f" at line {line}"
        text = error.msg if isinstance(error, SyntaxError) else str(error) or "the script is nested too deeply"
        raise Failure("script", f"{type(error).__name__}{where}: {text}", details=details, line=line) from error


def _result(scope: Mapping[str, Any]) -> pl.LazyFrame:
    match scope.get("result"):
        case pl.LazyFrame() as frame:
            return frame
        case pl.DataFrame() as frame:
            return frame.lazy()
        case None if "result" not in scope:
            raise Failure("result", "The script did not assign `result`.", hint=_RESULT_HINT)
        case None:
            raise Failure("result", "The script assigned None to `result`.", hint=_RESULT_HINT)
        case pl.Series() as series:
            hint = "Make it a frame first: result = ....to_frame()."
            raise Failure("result", f"`result` is a Series ({series.dtype}), not a frame.", hint=hint)
        case pl.Expr():
            raise Failure(
                "result", "`result` is an expression, not a frame.", hint="Select it: result = frame.select(...)."
            )
        case other:
            raise Failure("result", f"`result` is of the type {type(other).__name__}, not a frame.", hint=_RESULT_HINT)
