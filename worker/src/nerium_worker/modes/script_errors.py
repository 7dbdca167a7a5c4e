"""Describes an exception to the user: the script's lines, the message, and what to do."""

from __future__ import annotations

import ast
import linecache
import traceback
from typing import TYPE_CHECKING

import polars as pl

from nerium_worker.modes.comparisons import find_operands, is_refused, without_statistics
from nerium_worker.modes.messages import missing_column, polars_message, without_plan
from nerium_worker.modes.packages import import_hint
from nerium_worker.modes.processes import MultiprocessingError
from nerium_worker.protocol.errors import DETAILS_LIMIT, Failure, LakeError, NotExecutingError, log, shorten
from nerium_worker.protocol.secrets import mask

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nerium_worker.protocol.errors import Kind

FILE_NAME = "<script>"
_OURS = "Nerium executes frames of lake tables itself"
_HINT = "Leave the frame lazy and assign it to `result`."
_PARALLEL = (
    "Polars works in parallel by itself. For other work use threads:"
    " concurrent.futures.ThreadPoolExecutor or multiprocessing.pool.ThreadPool."
)


def failure(error: BaseException, kind: Kind, environment: Mapping[str, str]) -> Failure:
    """Describe what a script raised, or what its frame raised when it was executed."""
    summary = _script_summary(error)
    details = "".join(summary.format())
    if isinstance(error, ImportError):
        details = _without_path(details, error)
    details = shorten(mask(without_statistics(without_plan(details)), environment), DETAILS_LIMIT)
    log(details)
    line = summary.stack[-1].lineno if summary.stack else _mentioning_line(error)
    where = "" if line is None else f" at line {line}"
    if _is_executed_by_script(error):
        return Failure("script", f"`{_called_method(error)}`{where}: {_OURS}.", details=details, line=line, hint=_HINT)
    text = _describe(polars_message(error))
    name = type(error).__name__
    match error:
        case LakeError():
            hint = error.hint
            return Failure(
                kind, f"{name}{where}: {error.error}", details=error.details or details, line=line, hint=hint
            )
        case ImportError():
            said = _without_path(text, error)
            return Failure(kind, f"{name}{where}: {said}", details=details, line=line, hint=import_hint(error))
        case MultiprocessingError():
            said = "a script can't start processes by `multiprocessing`."
            return Failure(kind, f"{name}{where}: {said}", details=details, line=line, hint=_PARALLEL)
        case SystemExit():
            return Failure(
                kind, f"The script ended itself with sys.exit({error.code!r}){where}.", details=details, line=line
            )
        case _ if text == name:
            return Failure(kind, f"{name}{where}", details=details, line=line)
        case _:
            return Failure(kind, f"{name}{where}: {text}", details=details, line=line)


def _without_path(text: str, error: ImportError) -> str:
    """Leave out where the module lies on the server."""
    return text.replace(f" ({error.path})", "")


def _describe(message: str) -> str:
    """Give the sentence of an error; of a comparison, with the column and the value."""
    said = without_statistics(message).splitlines()[0]
    shown = find_operands(message) if is_refused(message) else None
    return said if shown is None else f"The column {shown[0]!r} is compared with {shown[1]}: {said}"


def _script_summary(error: BaseException) -> traceback.TracebackException:
    summary = traceback.TracebackException.from_exception(error)
    pending = [summary]
    while pending:
        one = pending.pop()
        frames = [frame for frame in one.stack if frame.filename == FILE_NAME]
        one.stack = traceback.StackSummary.from_list(frames)
        # Exceptions of Polars or the worker in between do not help the user.
        one.__cause__ = one.__cause__ if one.__cause__ and _has_script_frames(one.__cause__) else None
        one.__context__ = one.__context__ if one.__context__ and _has_script_frames(one.__context__) else None
        pending.extend(other for other in (one.__cause__, one.__context__) if other)
    return summary


def _has_script_frames(summary: traceback.TracebackException) -> bool:
    return any(frame.filename == FILE_NAME for frame in summary.stack)


def _is_executed_by_script(error: BaseException) -> bool:
    if isinstance(error, ModuleNotFoundError) and "polars_cloud" in str(error):
        return any(frame.name == "remote" for frame in traceback.extract_tb(error.__traceback__))
    return isinstance(error, NotExecutingError)


def _called_method(error: BaseException) -> str:
    """Name the method of Polars that the script called."""
    frames = traceback.extract_tb(error.__traceback__)
    last = max((index for index, frame in enumerate(frames) if frame.filename == FILE_NAME), default=len(frames))
    name = next((frame.name for frame in frames[last + 1 :] if frame.name != "wrapper"), "collect")
    return f".{name}()" if name.isidentifier() else ".collect()"


def _mentioning_line(error: BaseException) -> int | None:
    """Find the one line that names the missing column: a lazy frame no longer knows where it was made."""
    if not isinstance(error, pl.exceptions.ColumnNotFoundError):
        return None
    column = missing_column(polars_message(error))
    tree = ast.parse("".join(linecache.getlines(FILE_NAME)))
    lines = {node.lineno for node in ast.walk(tree) if isinstance(node, ast.Constant) and node.value == column}
    return lines.pop() if len(lines) == 1 else None
