"""The contract with the pinned Polars: what `native` uses and no public interface promises."""

from __future__ import annotations

import datetime as dt
import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

import nerium_worker
from control_plane import ControlPlane
from nerium_worker.iceberg.single_value import series
from nerium_worker.iceberg.types import arrow_schema
from nerium_worker.polars_plan.unstable import each_batch, late_frame, replan, scan_iceberg_files
from nerium_worker.protocol.errors import Failure

if TYPE_CHECKING:
    from collections.abc import Callable


def field(number: int, name: str, type_: Any, **more: Any) -> dict[str, Any]:
    return {"id": number, "name": name, "required": False, "type": type_, **more}


WRITTEN = {"fields": [field(1, "x", "int"), field(3, "st", {"type": "struct", "fields": [field(4, "q", "int")]})]}
# Renamed, widened, reordered and grown since the file was written.
EVOLVED = {
    "fields": [
        field(2, "kind", "string"),
        field(1, "y", "long"),
        field(3, "st", {"type": "struct", "fields": [field(5, "r", "string"), field(4, "p", "long")]}),
        field(6, "added", "decimal(9, 2)", **{"initial-default": "1.50"}),
    ]
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "data.parquet"
    rows = pl.LazyFrame(
        {"x": [1, 2, 3], "st": [{"q": 7}, {"q": None}, None]}, schema={"x": pl.Int32, "st": pl.Struct({"q": pl.Int32})}
    )
    rows.sink_parquet(path, arrow_schema=arrow_schema(WRITTEN))
    return path


def scan(file: Path, count: int = 1, **changes: Any) -> pl.LazyFrame:
    whole = {"row_count": (3 * count, 0), **changes}
    sizes = [file.stat().st_size] * count
    return scan_iceberg_files([str(file)] * count, sizes=sizes, arrow_schema=arrow_schema(EVOLVED), **whole)


def test_is_the_pinned_version() -> None:
    assert pl.__version__ == "2.0.0"


def test_the_private_arguments_are_there() -> None:
    assert {"_column_mapping", "_default_values", "_deletion_files", "_row_count", "_source_sizes"} <= set(
        inspect.signature(pl.scan_parquet).parameters
    )


def test_no_table_is_a_resolver() -> None:
    """Polars 2.0.0 gives wrong columns of a `LazyFrameResolver`, and its optimiser knows nothing of it."""
    sources = Path(nerium_worker.__file__).parent
    assert not [file for file in sources.rglob("*.py") if "resolver" in file.read_text().lower()]


def test_a_late_frame_is_chosen_each_time_a_plan_is_made() -> None:
    chosen = [pl.LazyFrame({"a": [1]}), pl.LazyFrame({"a": [2]})]
    frame = late_frame(pl.LazyFrame(schema={"a": pl.Int64}), lambda _, __: chosen[0])
    doubled = frame.select(pl.col("a") * 2)
    assert doubled.collect_schema() == {"a": pl.Int64}
    assert replan(doubled).collect().item() == 2
    chosen.reverse()
    assert replan(doubled).collect().item() == 4
    assert replan(doubled).collect(engine="streaming").item() == 4
    assert replan(doubled).explain() == chosen[0].select(pl.col("a") * 2).explain()


def test_finds_columns_by_field_id_whatever_their_names(file: Path) -> None:
    assert scan(file).collect().rows() == [
        (None, 1, {"r": None, "p": 7}, None),
        (None, 2, {"r": None, "p": None}, None),
        (None, 3, None, None),
    ]


def test_fills_constants_and_defaults(file: Path) -> None:
    kind, _, _, added = EVOLVED["fields"]
    frame = scan(
        file,
        2,
        constants={2: series(kind, ["a", None])},
        defaults={6: series(added, ["1.50"])},
    )
    assert frame.collect()["kind"].to_list() == ["a"] * 3 + [None] * 3
    assert frame.collect()["added"].cast(pl.Float64).to_list() == [1.5] * 6
    assert frame.filter(pl.col("kind") == "a").select(pl.len()).collect().item() == 3


def keep(*masks: list[bool] | None) -> Callable[[pl.DataFrame], pl.DataFrame]:
    def give(requested: pl.DataFrame) -> pl.DataFrame:
        assert requested.schema == {"path": pl.String}
        assert requested.height == len(masks)
        return pl.DataFrame({"selection_vector": pl.Series(masks, dtype=pl.List(pl.Boolean))})

    return give


def test_leaves_out_rows_that_a_mask_does_not_keep(file: Path) -> None:
    frame = scan(file, 3, masks=keep(None, [False, True, False], [True, True, False]), row_count=None)
    assert frame.collect()["y"].to_list() == [1, 2, 3, 2, 1, 2]
    assert frame.select(pl.len()).collect().item() == 6
    assert frame.filter(pl.col("y") > 1).head(3).collect(engine="streaming")["y"].to_list() == [2, 3, 2]
    assert frame.slice(2, 3).collect(engine="streaming")["y"].to_list() == [3, 2, 1]


def test_asks_for_no_mask_where_the_plan_has_the_count(file: Path) -> None:
    def never(_: pl.DataFrame) -> pl.DataFrame:
        raise AssertionError

    assert scan(file, masks=never, row_count=(3, 1)).select(pl.len()).collect().item() == 2


def test_an_error_of_a_mask_arrives_as_it_was_raised(file: Path) -> None:
    def corrupt(_: pl.DataFrame) -> pl.DataFrame:
        raise Failure("engine", "Corrupt.")

    with pytest.raises(Failure, match="Corrupt"):
        scan(file, masks=corrupt).collect(engine="streaming")


def test_counts_from_the_plan_alone(file: Path) -> None:
    frame = scan(file, row_count=(1000, 1))
    assert frame.select(pl.len()).collect().item() == 999


def test_no_file_is_an_empty_frame(file: Path) -> None:
    assert scan(file, 0).collect().schema == {
        "kind": pl.String,
        "y": pl.Int64,
        "st": pl.Struct({"r": pl.String, "p": pl.Int64}),
        "added": pl.Decimal(9, 2),
    }


def test_batches_come_in_order_and_an_empty_frame_has_no_rows() -> None:
    batches: list[pl.DataFrame] = []
    each_batch(pl.LazyFrame(schema={"a": pl.Int64}), batches.append, pl.QueryOptFlags())
    assert sum(batch.height for batch in batches) == 0
    each_batch(pl.LazyFrame({"a": range(300_000)}), batches.append, pl.QueryOptFlags())
    assert pl.concat(batches)["a"].to_list() == list(range(300_000))


def test_a_panic_of_the_engine_is_an_error(tmp_path: Path) -> None:
    """Polars 2.0.0 panics at the statistics of a date in a struct: it must never look like no rows."""
    rows = pl.DataFrame({"s": [{"k": "a", "v": {"at": dt.date(2020, 1, 1)}}]})
    rows.write_parquet(tmp_path / "dates.parquet")
    frame = pl.scan_parquet(tmp_path / "dates.parquet").filter(pl.col("s").struct.field("k") == "a")
    with pytest.raises(pl.exceptions.PanicException):
        each_batch(frame, lambda _: None, pl.QueryOptFlags())


def test_a_filter_in_a_struct_does_without_statistics(tmp_path: Path) -> None:
    fields: list[dict[str, Any]] = [
        {"id": 2, "name": "k", "required": False, "type": "string"},
        {"id": 3, "name": "at", "required": False, "type": "date"},
    ]
    schema = {
        "type": "struct",
        "fields": [{"id": 1, "name": "s", "required": False, "type": {"type": "struct", "fields": fields}}],
    }
    plane = ControlPlane(tmp_path)
    plane.add("t", schema, pl.DataFrame({"s": [{"k": "a", "at": dt.date(2020, 1, 1)}]}))
    assert plane.query("SELECT count(*) AS n FROM t WHERE s.k = 'a'").frame().rows() == [(1,)]
    assert plane.close() == 0


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("SELECT * FROM t", [(None, 1.5)] * 3),
        ("SELECT * FROM t WHERE c IS NULL", [(None, 1.5)] * 3),
        ("SELECT c FROM t", [(None,)] * 3),
        ("SELECT d FROM t WHERE c IS NULL AND d > 1", [(1.5,)] * 3),
        ("SELECT count(*) AS n FROM t WHERE d = 1.5", [(3,)]),
        ("SELECT count(c) AS n, count(*) AS m FROM t", [(0, 3)]),
        ("SELECT d, row_number() OVER (ORDER BY d) AS r FROM t", [(1.5, 1), (1.5, 2), (1.5, 3)]),
    ],
)
def test_a_file_without_any_column_of_the_table_has_all_its_rows(
    tmp_path: Path, file: Path, sql: str, rows: list[tuple[Any, ...]]
) -> None:
    plane = ControlPlane(tmp_path)
    (plane.root / "data" / file.name).hardlink_to(file)
    table = plane.add(
        "t", {"type": "struct", "fields": [field(7, "c", "long"), field(8, "d", "double", **{"initial-default": 1.5})]}
    )
    table.files = [{"path": file.name, "bytes": file.stat().st_size, "rows": 3}]
    table.stored = {"type": "struct", **WRITTEN}
    assert plane.query(sql).frame().rows() == rows
    assert plane.close() == 0


def test_a_file_is_read_by_the_names_that_it_has(tmp_path: Path, file: Path) -> None:
    """The table swapped the names of two columns, widened one and added one since."""
    plane = ControlPlane(tmp_path)
    (plane.root / "data" / file.name).hardlink_to(file)
    struct = {"type": "struct", "fields": [field(4, "q", "int")]}
    evolved = [field(9, "new", "string"), field(3, "x", struct), field(1, "st", "long")]
    table = plane.add("t", {"type": "struct", "fields": evolved})
    table.files = [{"path": file.name, "bytes": file.stat().st_size, "rows": 3}]
    table.stored = {"type": "struct", **WRITTEN}
    assert plane.query("SELECT st, new, x FROM t WHERE st > 1").frame().rows() == [
        (2, None, {"q": None}),
        (3, None, None),
    ]
    assert plane.query("SELECT * FROM t").header["dtypes"] == ["String", "Struct({'q': Int32})", "Int64"]
    assert plane.close() == 0


def test_a_file_that_polars_takes_for_another_is_asked_for_by_ids(tmp_path: Path) -> None:
    plane = ControlPlane(tmp_path)
    table = plane.add("t", {"type": "struct", "fields": [field(1, "a", "timestamptz")]})
    zoned = pl.LazyFrame({"a": [0]}).select(pl.col("a").cast(pl.Datetime("us", "Europe/Berlin")))
    path = plane.root / "data" / "zoned.parquet"
    zoned.sink_parquet(path)
    table.files = [{"path": path.name, "bytes": path.stat().st_size, "rows": 1}]
    table.stored = table.schema
    asks = plane.query("SELECT a FROM t").plans()
    assert [ask.get("byIds", False) for ask in asks] == [False, True]
    assert plane.close() == 0


def test_a_table_with_a_history_is_read_through_the_worker(tmp_path: Path, file: Path) -> None:
    plane = ControlPlane(tmp_path)
    (plane.root / "data" / file.name).hardlink_to(file)
    table = plane.add("t", {"type": "struct", **EVOLVED})
    size = file.stat().st_size
    table.files = [
        {"path": file.name, "bytes": size, "rows": 3, "constant-2": '"a"'},
        {"path": file.name, "bytes": size, "rows": 3, "constant-2": None},
    ]
    reply = plane.query("SELECT kind, y, added FROM t WHERE y > 1 ORDER BY kind, y")
    assert reply.frame().cast({"added": pl.String}).rows() == [
        ("a", 2, "1.50"),
        ("a", 3, "1.50"),
        (None, 2, "1.50"),
        (None, 3, "1.50"),
    ]
    assert plane.close() == 0
