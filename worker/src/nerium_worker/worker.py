"""Runs one job: builds its frame, executes it, and reports the outcome."""

from __future__ import annotations

import contextlib
import functools
import shutil
import traceback
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl

from nerium_worker.lineage.of_frame import with_lineage, with_lineage_of_all
from nerium_worker.modes import comparisons, load, polars_job, script_errors, spark_job, sql
from nerium_worker.modes.convert import convert
from nerium_worker.modes.explain import explain
from nerium_worker.modes.files.calls import FileCall
from nerium_worker.modes.files.frames import files_frame, require_readable, unreadable_file
from nerium_worker.modes.functions.clock import CLOCK
from nerium_worker.modes.messages import polars_message
from nerium_worker.modes.parameters import Given, bind_statement
from nerium_worker.modes.planned import PlannedFrame
from nerium_worker.modes.script import script_frame
from nerium_worker.modes.statements import ddl, insert, metadata
from nerium_worker.modes.statements.classify import CreateTableAs, Insert, RowChange, classify, parseable
from nerium_worker.modes.statements.run import change_rows
from nerium_worker.modes.statements.session import Session, ask_change
from nerium_worker.modes.views import decode_view, full_name, view_frame
from nerium_worker.output import result, write
from nerium_worker.polars_plan import unstable
from nerium_worker.protocol.errors import Failure, LakeError, log
from nerium_worker.protocol.job import Convert, Gather, Load, Query, Script, decode_job, decode_table
from nerium_worker.scan.lake import Lake

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from pyiceberg.catalog import Catalog

    from nerium_worker.modes.planned import PreparedQueries
    from nerium_worker.protocol.channel import Asks
    from nerium_worker.protocol.job import Job, TableDescription, Work


def run(
    message: dict[str, Any], asks: Asks, root: Path, queries: PreparedQueries
) -> tuple[dict[str, Any], bytes | memoryview]:
    """Run a job to its `result` or `failed` message; never raises."""
    environment = message.get("env", {})
    try:
        return _run(message, asks, root, queries)
    except Failure as failure:
        return failure.masked(environment).message(), b""
    except BaseException as error:  # noqa: BLE001  # whatever it is, the control plane waits for an answer
        log(traceback.format_exc())
        failed = Failure("worker", f"The worker failed: {type(error).__name__}: {error}")
        return failed.masked(environment).message(), b""


def _run(
    message: dict[str, Any], asks: Asks, root: Path, queries: PreparedQueries
) -> tuple[dict[str, Any], bytes | memoryview]:
    CLOCK.restart()
    job = decode_job(message)
    match job.work:
        case Convert() as work:
            return convert(work, root / "data", root / "out")
        case Gather() as work:
            return spark_job.gather(work, job.limits, root / "data", root / "out")
        case Load() as work:
            return _load(work, job, asks, root)
        case Query(statements=True) as work:
            match classify(work.sql):
                case Insert() | CreateTableAs() as statement:
                    statement = _bound(statement, work)
                    job = replace(job, work=Query(sql=statement.source))
                    if not job.explain:
                        return _add_rows(statement, job, asks, root)
                case RowChange() as change:
                    return _change_rows(change, work, job, asks, root)
                case ddl.Command() | ddl.CreateView() as statement:
                    return _command(statement, work, job, asks, root)
                case ddl.OfQuery() as statement:
                    asked = replace(work, sql=statement.query)
                    return _answer(statement, asked, job, asks, root)
    planned = queries.find(message) or _plan(job, asks, root)
    header, payload = _run_planned(job, planned, asks, root)
    if header["type"] == "result" and not planned.lake.views:
        queries.keep(message, planned)
    return header, payload


def _plan(job: Job, asks: Asks, root: Path) -> PlannedFrame:
    lake = Lake(asks, root / "data", job.plans)
    described = lake.remote_frame if job.distributed == "polars" else lake.frame
    given = {alias: described(table) for alias, table in job.tables.items()}
    frame, tables = _frame(job, given, lake, described, asks)
    return PlannedFrame(frame=frame, tables=tables, lake=lake)


def _run_planned(job: Job, planned: PlannedFrame, asks: Asks, root: Path) -> tuple[dict[str, Any], bytes | memoryview]:
    try:
        header, payload = _execute(job, planned, asks, root)
    except Failure:
        raise
    except BaseException as error:  # also Polars' panics
        if "PARQUET:field_id" in str(error):
            raise _missing_ids(planned.lake) from error
        if (failure := unreadable_file(error, planned.lake)) is not None:
            raise failure from error
        raise _execution_failure(error, job.work, planned.frame, planned.tables) from error
    if isinstance(job.work, Query) and header["type"] == "result" and job.destination is None:
        header = {**header, "deterministic": not planned.lake.views and sql.is_deterministic(job.work.sql)}
    return with_lineage(header, planned.frame, job.work, planned.lake) if job.lineage else header, payload


def _bound(statement: Insert | CreateTableAs, work: Query) -> Insert | CreateTableAs:
    """Give a statement that writes rows with the values of its parameters."""
    if isinstance(statement, CreateTableAs):
        # Polars' parser does not read all that may be before the query.
        return replace(statement, source=bind_statement(statement.source, _given(work)))
    bound = classify(bind_statement(work.sql, _given(work)))
    return bound if isinstance(bound, Insert) else statement


def _given(work: Query) -> Given:
    return Given(params=work.params, is_required=work.statements)


def _add_rows(
    statement: Insert | CreateTableAs, job: Job, asks: Asks, root: Path
) -> tuple[dict[str, Any], bytes | memoryview]:
    """Write the rows of a query to the table that the statement names."""
    lake = Lake(asks, root / "data")
    given = {alias: lake.frame(table) for alias, table in job.tables.items()}
    scan = _scan(job, lake, lake.frame, asks)
    match statement:
        case Insert():
            kind = "overwrite" if statement.overwrite else "append"
            table = decode_table(ask_change(asks, statement.table, kind)["table"])
            rows = insert.inserted(statement, table, given, scan)
        case CreateTableAs():
            kind = "replace" if statement.replace else "create"
            answer = ask_change(
                asks, statement.table, kind, if_not_exists=statement.if_not_exists, create=statement.create
            )
            if answer["exists"]:
                return result.nothing()
            rows = insert.created(statement.source, given, scan)
    changing = replace(
        job, destination=statement.table, limits=replace(job.limits, max_rows=0, overflow="truncate", pages=None)
    )
    planned = PlannedFrame(frame=rows.frame, tables=rows.tables, lake=lake)
    try:
        return _run_planned(changing, planned, asks, root)
    except Failure as failure:
        raise _unfit(rows, lake) or failure from failure


def _change_rows(
    statement: RowChange, work: Query, job: Job, asks: Asks, root: Path
) -> tuple[dict[str, Any], bytes | memoryview]:
    """Change rows of the table that the statement names."""
    if job.explain:
        raise Failure(
            "sql", f"{statement.kind.upper()} can't be explained.", hint="Explain a SELECT with its condition."
        )
    text = bind_statement(parseable(work.sql), _given(work))
    bound = classify(text)
    lake = Lake(asks, root / "data")
    frames = {alias: lake.frame(table) for alias, table in job.tables.items()}
    session = Session(
        lake=lake,
        asks=asks,
        out=root / "out",
        limits=replace(job.limits, max_rows=0, overflow="truncate", pages=None),
        given=job.tables,
        frames=frames,
        scan=_scan(job, lake, lake.frame, asks),
    )
    try:
        outcome = change_rows(bound if isinstance(bound, RowChange) else statement, session)
    except Failure:
        raise
    except BaseException as error:  # also Polars' panics
        if "PARQUET:field_id" in str(error):
            raise _missing_ids(lake) from error
        if (failure := unreadable_file(error, lake)) is not None:
            raise failure from error
        raise _execution_failure(error, Query(sql=text), pl.LazyFrame(), frames) from error
    header = outcome.header
    if job.lineage and outcome.frames:
        header = with_lineage_of_all(header, outcome.frames, lake, literal_frames=True)
    return header, outcome.payload


def _command(
    statement: ddl.Command | ddl.CreateView, work: Query, job: Job, asks: Asks, root: Path
) -> tuple[dict[str, Any], bytes | memoryview]:
    """Have the control plane execute a statement, and return its rows."""
    if work.params and not isinstance(statement, ddl.CreateView):
        raise Failure("sql", "The statement takes no parameters.", hint="Write the values into its text.")
    lake = Lake(asks, root / "data")
    # The query of a view must not read the view that it is to be.
    within = (full_name(statement.message["view"], job.catalog),) if isinstance(statement, ddl.CreateView) else ()
    rows = metadata.commanded(statement, job, asks, _scan(job, lake, lake.frame, asks, within))
    out = root / "out"
    header, payload = result.message(result.collect(rows, job.limits, out), job.limits, out)
    return {**header, "deterministic": False}, payload


def _answer(
    statement: ddl.OfQuery, asked: Query, job: Job, asks: Asks, root: Path
) -> tuple[dict[str, Any], bytes | memoryview]:
    """Answer a question about a query as if it were a query."""
    if job.distributed is not None:
        raise Failure("sql", "The statement runs in the sandbox only.", hint="Send it without compute.")
    lake = Lake(asks, root / "data")
    given = {alias: lake.frame(table) for alias, table in job.tables.items()}
    scan = _scan(job, lake, lake.frame, asks)
    frame, tables = metadata.of_query(
        statement.kind, sql.query_frame(asked.sql, given, scan, _given(asked)), asked.sql, lake
    )
    planned = PlannedFrame(frame=frame, tables=tables, lake=lake)
    return _run_planned(replace(job, work=asked), planned, asks, root)


def _unfit(rows: insert.Rows, lake: Lake) -> Failure | None:
    """Find the value that does not fit the table, where that is why the execution failed."""
    with contextlib.suppress(Exception):
        return rows.assignments.failure(lake.open(rows.source), lake.optimizations())
    return None


def _load(work: Load, job: Job, asks: Asks, root: Path) -> tuple[dict[str, Any], bytes | memoryview]:
    """Write an uploaded file to the destination, or show its head where there is none."""
    scratch = root / "out" / "upload"
    lake = Lake(asks, root / "data")
    upload: load.Upload | None = None
    try:
        upload = load.load(work, root / "data", scratch)
        planned = PlannedFrame(frame=upload.frame, tables={}, lake=lake, uuids=upload.uuids)
        header, payload = _execute(job, planned, asks, root)
        upload.require_all(header["rows"])
    except (Failure, LakeError) as error:
        raise error if isinstance(error, Failure) else error.failure("engine") from error
    except (Exception, pl.exceptions.PanicException) as error:
        raise load.load_failure(error, work, upload) from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return {**header, "sniffed": upload.sniffed} if job.destination is None else header, payload


def _execute(job: Job, planned: PlannedFrame, asks: Asks, root: Path) -> tuple[dict[str, Any], bytes | memoryview]:
    frame, lake = planned.frame, planned.lake
    match job.distributed:
        case "spark":
            return spark_job.translate(frame, job, asks, lake, root / "out")
        case "polars":
            return polars_job.prepare(frame, job, asks, lake, root / "out")
    if job.explain:
        return explain(lake.open(frame), lake)
    if job.destination is not None:
        return write.write(frame, job.limits, lake, root / "out", planned.uuids)
    rows = planned.rows()
    engine = unstable.whole_batch if _is_small(job.work, lake) else unstable.each_batch
    execute = functools.partial(engine, optimizations=lake.optimizations())
    collected = result.collect(rows, job.limits, root / "out", asks.progress, execute)
    return result.message(collected, job.limits, root / "out")


def _is_small(work: Work, lake: Lake) -> bool:
    """Return whether the in-memory engine needs no more memory than the streaming engine.

    A script's own functions get a batch or all rows, so its engine does not depend on the size of tables.
    """
    return isinstance(work, Query) and lake.reads_little() and not lake.views and not sql.may_expand_lists(work.sql)


def _frame(
    job: Job,
    tables: Mapping[str, pl.LazyFrame],
    lake: Lake,
    described: Callable[[TableDescription], pl.LazyFrame],
    asks: Asks,
) -> tuple[pl.LazyFrame, Mapping[str, pl.LazyFrame]]:
    """Build the frame of a job; return it with the frames of its tables."""
    scan = _scan(job, lake, described, asks)

    def catalog() -> Catalog:
        from nerium_worker.modes.catalog import ScriptCatalog  # noqa: PLC0415  # it imports PyIceberg

        return ScriptCatalog(job.catalog, asks)

    match job.work:
        case Query() as work:
            return sql.query_frame(work.sql, tables, scan, _given(work))
        case Script() as script:
            return script_frame(script, scan=scan, tables=tables, catalog=catalog), tables
        case Load() | Convert() | Gather():
            raise ValueError("its files have no frame")


def _scan(
    job: Job,
    lake: Lake,
    described: Callable[[TableDescription], pl.LazyFrame],
    asks: Asks,
    views: tuple[str, ...] = (),
) -> Callable[[str | FileCall], pl.LazyFrame]:
    by_name = {table.name: table for table in job.tables.values()}

    @functools.cache
    def read(name: str | FileCall, within: tuple[str, ...]) -> pl.LazyFrame:
        if isinstance(name, FileCall):
            require_readable(name, within, job)
            return files_frame(name, lake, asks)
        known = by_name.get(name) or by_name.get(f"{job.catalog}.{name}")
        if known is not None:
            return described(known)
        answer = asks.ask("table", name=name)[0]
        if "view" not in answer:
            return described(decode_table(answer["table"]))
        view = decode_view(answer["view"])
        lake.views.append(view.name)
        return view_frame(view, read, within)

    def scan(name: str | FileCall) -> pl.LazyFrame:
        """Describe reading a table or a view of the lake: `namespace.table` or `catalog.namespace.table`."""
        if not isinstance(name, (str, FileCall)):
            raise TypeError(f"scan() takes the name of a table, like 'namespace.table', not {name!r}")
        return read(name, views)

    return scan


def _missing_ids(lake: Lake) -> Failure:
    """Explain a file that Polars finds no column in; it does not say which."""
    return Failure(
        "engine",
        f"A data file has no Iceberg field ids for some of its columns, in a table among: {', '.join(lake.names())}.",
        hint="Another engine wrote it: set the table's property schema.name-mapping.default, which maps names to ids.",
    )


def _execution_failure(
    error: BaseException, work: Work, frame: pl.LazyFrame, tables: Mapping[str, pl.LazyFrame]
) -> Failure:
    match error, work:
        case LakeError(), _:
            return error.failure("engine")
        case _, Script(env=environment):
            return script_errors.failure(error, "engine", environment)
        case Exception(), Query(sql=text) if (
            failure := sql.text_failure(error, text, _given(work), frame, tables)
        ) is not None:
            return failure
        case _, Query(sql=text):
            log(traceback.format_exc())
            return sql.engine_failure(error, text, tables)
        case _:
            log(traceback.format_exc())
            said = comparisons.without_statistics(polars_message(error))
            return Failure("engine", f"Polars failed: {said.splitlines()[0]}", details=said)
