"""All use of private and unstable interfaces of Polars, which a contract test pins to the locked version.

The private arguments of `scan_parquet` are those of Polars' own `polars/io/iceberg/_dataset.py`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
from polars._utils.cloud import prepare_cloud_plan
from polars.io.scan_options.cast_options import ScanCastOptions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import NoReturn

    import arro3.core as arrow

__all__ = [
    "ROWS_OF_A_SCAN",
    "each_batch",
    "is_called_by_script",
    "late_frame",
    "literal_list",
    "partition_by_key",
    "partition_by_size",
    "partition_by_text",
    "replan",
    "scan_files_by_name",
    "scan_iceberg_files",
    "scan_named_files",
    "scan_placeholder",
    "serialize_plan",
    "visit_numbered_plan",
    "visit_plan",
    "whole_batch",
]


_POLARS = str(Path(pl.__file__).parent)
_WORKER = str(Path(__file__).parents[1])
_MARK = "__nerium_mark"
# Polars numbers the rows of one scan with 32 bits.
ROWS_OF_A_SCAN = 1 << 31


def scan_iceberg_files(  # noqa: PLR0913  # one argument per fact of a plan
    paths: Sequence[str],
    *,
    arrow_schema: arrow.Schema,
    sizes: Sequence[int] | None = None,
    constants: Mapping[int, pl.Series] | None = None,
    defaults: Mapping[int, pl.Series] | None = None,
    masks: Callable[[pl.DataFrame], pl.DataFrame] | None = None,
    row_count: tuple[int, int] | None = None,
    row_index: str | None = None,
    use_statistics: bool = True,
) -> pl.LazyFrame:
    """Scan data files of one table: columns are found by field id, whatever they were named when a file was written.

    `constants` has one value per file, null for "in the file"; `row_count` is (rows in the files, rows deleted from
    them). `masks` is called when the files are read: it takes a column `path` and gives a column `selection_vector`,
    for each file a list with true for the rows that stay, or null where all of them stay. `row_index` names a column
    with the number of each row over all files, which filters and skipped row groups do not change. Polars must not
    `use_statistics` where a filter looks into a nested column: it finds them by name, and panics at dates in structs.
    """
    polars_schema = pl.Schema(arrow_schema)
    if not paths:
        return pl.LazyFrame(schema=polars_schema)
    return pl.scan_parquet(
        list(paths),
        glob=False,
        credential_provider=None,
        schema=polars_schema,
        row_index_name=row_index,
        use_statistics=use_statistics,
        cast_options=ScanCastOptions._default_iceberg(),  # noqa: SLF001
        missing_columns="insert",
        extra_columns="ignore",
        _column_mapping=("iceberg-column-mapping", arrow_schema),
        _default_values=("iceberg", (dict(constants or {}), dict(defaults or {}))),
        # Delta's takes deletes of any kind; Iceberg's applies all of a delete file to any data file it is given for.
        _deletion_files=None if masks is None else ("delta-deletion-vector", masks),
        _row_count=row_count,
        _source_sizes=None if sizes is None else list(sizes),
    )


def scan_files_by_name(  # noqa: PLR0913  # one argument per fact of a plan
    paths: Sequence[str],
    *,
    sizes: Sequence[int],
    row_count: tuple[int, int] | None,
    masks: Callable[[pl.DataFrame], pl.DataFrame] | None,
    row_index: str | None,
    use_statistics: bool,
) -> pl.LazyFrame:
    """Scan data files in which every column has the name and the type that it has in the first of them, or is missing.

    Polars looks into footers while it plans, and orders joins by the statistics that it finds there, only if it
    gets neither a schema nor field ids. The arguments are those of `scan_iceberg_files`.
    """
    return pl.scan_parquet(
        list(paths),
        glob=False,
        credential_provider=None,
        hive_partitioning=False,
        row_index_name=row_index,
        use_statistics=use_statistics,
        cast_options=ScanCastOptions._default_iceberg(),  # noqa: SLF001
        missing_columns="insert",
        extra_columns="ignore",
        _deletion_files=None if masks is None else ("delta-deletion-vector", masks),
        _row_count=row_count,
        _source_sizes=list(sizes),
    )


def scan_named_files(
    paths: Sequence[str],
    *,
    path_column: str,
    masks: Callable[[pl.DataFrame], pl.DataFrame] | None,
    row_index: str | None,
    use_statistics: bool,
) -> pl.LazyFrame:
    """Scan data files that all have the same columns, as they are, with a column more that says from which file."""
    return pl.scan_parquet(
        list(paths),
        glob=False,
        credential_provider=None,
        hive_partitioning=False,
        include_file_paths=path_column,
        row_index_name=row_index,
        use_statistics=use_statistics,
        _deletion_files=None if masks is None else ("delta-deletion-vector", masks),
    )


class _NotExecutedError(Exception):
    """A plan was visited, which is all that was wanted."""


def visit_plan(
    frame: pl.LazyFrame, visit: Callable[[Any], None], optimizations: pl.QueryOptFlags | None = None
) -> None:
    """Visit a plan: names and types resolved, nothing optimised unless it is asked for, and nothing executed.

    `visit` gets Polars' `NodeTraverser`, which cudf-polars translates plans with.
    """
    failures: list[BaseException] = []

    def end(traverser: Any, *_: object) -> NoReturn:  # noqa: ANN401  # a private class
        try:
            visit(traverser)
        except BaseException as error:  # noqa: BLE001  # raised again below, past Polars
            failures.append(error)
        else:
            failures.append(_NotExecutedError())
        raise _NotExecutedError

    flags = pl.QueryOptFlags.none() if optimizations is None else optimizations
    plan = replan(frame)._ldf.with_optimizations(flags._pyoptflags)  # noqa: SLF001
    try:
        plan.collect("in-memory", end)
    except pl.exceptions.ComputeError:
        match failures:
            case [_NotExecutedError()]:
                return
            case [failure]:
                raise failure from None
            case _:
                raise


def visit_numbered_plan(frame: pl.LazyFrame, visit: Callable[[Any, int], None]) -> None:
    """Do the same, not optimised, and give the number that the last expression before those of the plan has.

    Polars makes a plan more than once, and numbers the expressions of all of them. Those of the visited one come last.
    """
    mark = pl.LazyFrame().select(pl.lit(value=True).alias(_MARK))
    marked = pl.concat((mark, frame), how="horizontal")

    def visit_frame(traverser: Any) -> None:  # noqa: ANN401  # a private class
        traverser.set_node(traverser.get_node())
        number, root = traverser.get_inputs()
        traverser.set_node(number)
        (expression,) = traverser.get_exprs()
        traverser.set_node(root)
        visit(traverser, expression.node)

    visit_plan(marked, visit_frame)


def literal_list(literal: Any) -> list[Any] | None:  # noqa: ANN401  # a private class
    """Give the members of a list in a visited plan; None if it is not a list."""
    value = literal.value
    if isinstance(value, list):
        return value
    if type(value).__name__ != "PySeries":
        return None
    series = pl.Series._from_pyseries(value)  # noqa: SLF001
    lists = series if isinstance(series.dtype, pl.List) else series.implode()
    return lists.item().to_list() if len(lists) == 1 and lists.null_count() == 0 else None


def late_frame(placeholder: pl.LazyFrame, choose: Callable[[pl.LazyFrame, pl.Schema], pl.LazyFrame]) -> pl.LazyFrame:
    """Make a frame that stands for the one which `choose` gives each time Polars makes a plan of it."""
    return placeholder.pipe_with_schema(choose)


def is_called_by_script() -> bool:
    """Return whether a function that Polars calls was called by a script and not by the worker, on any thread."""
    frame = sys._getframe(1)  # noqa: SLF001  # the function itself
    while (caller := frame.f_back) is not None:
        frame = caller
        file = frame.f_code.co_filename
        if file.startswith(_WORKER):
            return False
        if not file.startswith(_POLARS):
            return True
    return True


def replan(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Give the same frame without the plan that Polars keeps once it was asked for its schema, late frames chosen."""
    return frame.pipe_with_schema(lambda same, _: same)


def scan_placeholder(schema: pl.Schema, placeholder: Callable[..., NoReturn]) -> pl.LazyFrame:
    """Make a frame that has a schema, and a Python object where others have files."""
    return pl.LazyFrame._scan_python_function(schema, placeholder)  # noqa: SLF001


def partition_by_text(folder: str, keys: Mapping[str, pl.Expr], *, bytes_per_file: int) -> Any:  # noqa: ANN401  # a private class
    """Do the same with folders that are named after the values of the keys, as Hive has them."""
    return pl.PartitionBy(folder, key=keys, include_key=False, approximate_bytes_per_file=bytes_per_file)


def serialize_plan(frame: pl.LazyFrame) -> bytes:
    """Write down a plan as the client sends it to a cluster: checked, not optimised, texts of SQL as they are."""
    plan = prepare_cloud_plan(frame)
    # With the flags of its optimisations, which the client wants apart.
    return plan[0] if isinstance(plan, tuple) else plan


def each_batch(
    frame: pl.LazyFrame, take: Callable[[pl.DataFrame], None], optimizations: pl.QueryOptFlags | None = None
) -> None:
    """Execute with the streaming engine and hand on each batch, in order; an empty result may have none.

    Polars' `collect_batches` ends as if all were well when the engine panics in the middle.
    """
    flags = optimizations or pl.QueryOptFlags()
    frame.sink_batches(take, maintain_order=True, engine="streaming", optimizations=flags)


def whole_batch(frame: pl.LazyFrame, take: Callable[[pl.DataFrame], None], optimizations: pl.QueryOptFlags) -> None:
    """Execute with the in-memory engine and hand on all rows at once.

    For few rows it needs less time than the streaming engine, which wakes its threads for every query.
    """
    take(frame.collect(engine="in-memory", optimizations=optimizations))


def partition_by_size(folder: str, *, bytes_per_file: int) -> Any:  # noqa: ANN401  # a private class
    """Give a sink a folder: it starts a new file when one has about this number of bytes in memory."""
    return pl.PartitionBy(folder, approximate_bytes_per_file=bytes_per_file)


def partition_by_key(
    folder: str, keys: Mapping[str, pl.Expr], *, bytes_per_file: int, name: Callable[[pl.DataFrame], str]
) -> Any:  # noqa: ANN401  # a private class
    """Do the same with files of their own for the rows of each key; `name` gets the key of a new file, one row."""
    return pl.PartitionBy(
        folder,
        key=keys,
        include_key=False,
        file_path_provider=lambda file: name(file.partition_keys),
        approximate_bytes_per_file=bytes_per_file,
    )
