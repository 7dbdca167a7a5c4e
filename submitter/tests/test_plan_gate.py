"""Plans that may go to a cluster of Polars, and all others."""

from __future__ import annotations

import base64
import io
import zlib
from typing import TYPE_CHECKING, Any, NoReturn

import msgpack
import polars as pl
import pytest
from polars._utils.cloud import prepare_cloud_plan

from nerium_submitter.errors import Refused, Unsupported
from nerium_submitter.polars.gate import Place, assemble
from nerium_submitter.polars.plan_document import unpack

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SCHEMA = {"n": pl.Int64, "s": pl.String}
STAGING = "s3://nerium/staging/"
HEAD = len(b"DSL_VERSION") + 4 + 64
STORE = [["AccessKeyId", "vended"], ["Token", "for a while"]]
PLACES = {f"s3://nerium/f{n}": Place(uri=f"s3://lake/t/f{n}.parquet", store=STORE) for n in range(3)}
TARGET = Place(uri="s3://lake/t/run/", store=STORE)


class Named:
    """What a worker has in place of a table's files: a name is all that is written down of it."""

    def __init__(self, written: object) -> None:
        self.written = written

    def __call__(self, *_: object) -> NoReturn:
        raise AssertionError("it is not read here")

    def __reduce__(self) -> tuple[type, tuple[object]]:
        return str, (self.written,)


def named_frame(written: object = "nerium-table-0;", schema: pl.Schema | None = None) -> pl.LazyFrame:
    return pl.LazyFrame._scan_python_function(schema or pl.Schema(SCHEMA), Named(written))  # noqa: SLF001


class Print:
    """What a script could have put into a plan: it does something when it is loaded."""

    def __reduce__(self) -> tuple[Callable[..., None], tuple[str]]:
        return print, ("nerium-table-0; was loaded",)


def root(frame: pl.LazyFrame, target: object = None) -> bytes:
    folder = pl.PartitionBy(STAGING, approximate_bytes_per_file=1 << 30) if target is None else target
    plan: Any = prepare_cloud_plan(frame.sink_parquet(folder, credential_provider=None, lazy=True))  # type: ignore[call-overload]
    return plan[0] if isinstance(plan, tuple) else plan


def files(*names: str, **more: object) -> bytes:
    options: dict[str, Any] = {"credential_provider": None, **more}
    return pl.scan_parquet([f"s3://nerium/{name}" for name in names], schema=SCHEMA, glob=False, **options).serialize()


def changed(plan: bytes, change: Callable[[Any], object]) -> bytes:
    tree = msgpack.unpackb(plan[HEAD:], strict_map_key=False)
    change(tree)
    return plan[:HEAD] + msgpack.packb(tree)


def union(tree: dict[str, Any]) -> dict[str, Any]:
    return next(slot["value"]["Union"] for slot in tree["dsl_plans"] if slot["value"] and "Union" in slot["value"])


T = named_frame()
GOOD = files("f0", "f1")


def gate(plan: bytes, table: bytes = GOOD) -> bytes:
    return assemble(plan, {0: table}, PLACES, TARGET)


def test_an_assembled_plan_does_what_was_meant(tmp_path: Path) -> None:
    pl.DataFrame({"n": [1, 2], "s": ["a", "ü"]}).write_parquet(tmp_path / "a.parquet")
    pl.DataFrame({"n": [3, 2], "s": [None, "b"]}).write_parquet(tmp_path / "b.parquet")
    places = {
        "s3://nerium/f0": Place(uri=str(tmp_path / "a.parquet"), store=[]),
        "s3://nerium/f1": Place(uri=str(tmp_path / "b.parquet"), store=[]),
    }
    query = pl.SQLContext(t=T).execute(
        "SELECT a.n, b.s FROM t AS a JOIN t AS b ON a.n = b.n WHERE a.n > 1", eager=False
    )
    more = query.join(pl.LazyFrame({"n": [2, 3], "v": ["two", "three"]}), on="n").with_columns(
        x=pl.lit(pl.Series([1.5]))
    )
    out = tmp_path / "out"
    out.mkdir()

    plan = assemble(root(more), {0: GOOD}, places, Place(uri=f"{out}/", store=[]))
    pl.LazyFrame.deserialize(io.BytesIO(plan)).collect()

    rows = pl.read_parquet(out / "*.parquet").sort("n", "s", nulls_last=True).rows()
    assert rows == [
        (2, "b", "two", 1.5),
        (2, "b", "two", 1.5),
        (2, "ü", "two", 1.5),
        (2, "ü", "two", 1.5),
        (3, None, "three", 1.5),
    ]


def test_a_plan_has_the_stores_keys_and_no_others() -> None:
    theirs = {"aws_access_key_id": "theirs", "aws_endpoint_url": "http://theirs"}

    plan = gate(root(T), files("f0", storage_options=theirs))

    assert b"theirs" not in plan
    assert b"for a while" in plan
    assert b"s3://lake/t/f0.parquet" in plan
    assert b"s3://lake/t/run/" in plan
    assert b"s3://nerium" not in plan


@pytest.mark.parametrize(
    "frame",
    [
        T.filter(pl.col("n") > 1).group_by("s").agg(pl.col("n").sum(), pl.len()).sort("n", descending=True).head(3),
        T.with_columns(x=pl.col("n").rank().over("s"), y=pl.col("s").str.replace_all("a", "b")),
        T.join_asof(T, on="n").unique().unpivot(index="n"),
        pl.concat([T, named_frame().select("n", s=pl.lit("AnonymousFunction"))]),
        T.filter(pl.col("n").is_in(list(range(20)))).select(pl.nth(0), b=pl.lit(bytes(20)), c=pl.lit(2**100)),
        T.select(pl.struct("n", Python="s").alias("PythonScan")).unnest("PythonScan"),
        T.select(pl.col("s").str.strptime(pl.Datetime("us", "UTC"), "%Y").dt.convert_time_zone("Europe/Berlin")),
        pl.SQLContext(t=T).execute(
            "WITH u AS (SELECT n FROM t) SELECT * FROM t WHERE n IN (SELECT n FROM u)", eager=False
        ),
    ],
)
def test_what_polars_does_passes(frame: pl.LazyFrame) -> None:
    assert gate(root(frame)).startswith(b"DSL_VERSION")


@pytest.mark.parametrize(
    "frame",
    [
        T.select(pl.col("n").map_elements(lambda n: n, return_dtype=pl.Int64)),
        T.select(pl.col("n").map_batches(lambda n: n, return_dtype=pl.Int64)),
        T.map_batches(lambda frame: frame),
        T.select(pl.fold(pl.lit(0), lambda a, b: a + b, [pl.col("n")])),
        T.select(pl.reduce(lambda a, b: a + b, [pl.col("n"), pl.col("n")])),
        T.select(pl.all().name.map(lambda name: name + "x")),
        T.select(pl.col("n").rolling_map(lambda values: values[0], 2)),
        T.select(pl.struct("n").name.map_fields(lambda name: name)),
        T.select(pl.cum_fold(pl.lit(0), lambda a, b: a + b, [pl.col("n")])),
    ],
)
def test_python_is_for_one_machine(frame: pl.LazyFrame) -> None:
    with pytest.raises(Unsupported, match="Python function"):
        gate(root(frame))


def test_a_plugin_is_none_of_polars_functions() -> None:
    plugin = pl.plugins.register_plugin_function(
        plugin_path=pl.__file__, function_name="system", args=[pl.col("n")], use_abs_path=True
    )
    with pytest.raises(Unsupported, match="FfiPlugin"):
        gate(root(T.select(plugin)))


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_parquet('s3://other/secret.parquet')",
        "SELECT * FROM t WHERE n IN (SELECT n FROM read_csv('/etc/passwd'))",
        "WITH u AS (SELECT * FROM scan_parquet('s3://other/x')) SELECT * FROM u",
        "SELECT * FROM t JOIN read_json('x') AS u ON t.n = u.n",
        "SELECT * FROM t; SELECT * FROM t",
        "CREATE TABLE x AS SELECT * FROM t",
        "DROP TABLE t",
        "SELECT * INTO x FROM t",
        "SHOW TABLES",
        "this is no sql",
    ],
)
def test_a_text_of_sql_is_one_query_over_tables(sql: str) -> None:
    def forge(tree: dict[str, Any]) -> None:
        for slot in tree["dsl_plans"]:
            if slot["value"] and "SQL" in slot["value"]:
                slot["value"]["SQL"]["query"] = sql

    plan = root(pl.SQLContext(t=T).execute("SELECT * FROM t", eager=False))
    with pytest.raises(Refused):
        gate(changed(plan, forge))


SCAN = pl.scan_parquet("s3://other/secret.parquet", schema=SCHEMA, credential_provider=None)


@pytest.mark.parametrize(
    "plan",
    [
        root(SCAN),
        root(T.join(SCAN, on="n")),
        root(pl.scan_csv("s3://other/secret.csv", schema=SCHEMA, credential_provider=None)),
        root(T, "s3://other/place.parquet"),
        root(T, pl.PartitionBy("s3://other/place/", approximate_bytes_per_file=1)),
        root(T, pl.PartitionBy("s3://other/", key="s")),
        root(T, pl.PartitionBy(STAGING, key="s", file_path_provider=lambda _: "s3://other/x.parquet")),
        root(named_frame("nerium-table-1;")),
        root(named_frame("t")),
        T.serialize(),
        SCAN.serialize(),
        b"",
        b"DSL_VERSION",
        root(T)[:-1],
        root(T) + b"\x00",
        root(T)[:HEAD] + b"\x81\xa4root\xc0",
        changed(root(T), lambda tree: tree["root"].update(idx=0)),
        changed(root(T), lambda tree: tree["root"].update(idx=-1)),
        changed(root(T), lambda tree: tree["root"].update(idx="1")),
        changed(root(T), lambda tree: tree["dsl_plans"][2]["value"]["Sink"]["input"].update(idx=2)),
        changed(root(T), lambda tree: tree["dsl_plans"][2]["value"]["Sink"]["input"].update(idx=99)),
        changed(root(T), lambda tree: tree["dsl_plans"][2]["value"].update(Scan={})),
        changed(root(T), lambda tree: tree["dsl_plans"][1].update(value={"PythonScan": {}})),
        changed(root(T), lambda tree: tree["dsl_plans"][1].update(value={"IR": {}})),
        root(pl.concat([T, SCAN])),
        root(pl.concat([T, T.select(pl.all()), SCAN.select(pl.all())])),
        root(pl.concat([SCAN, named_frame("nerium-table-1;")])),
        root(pl.concat([T, named_frame("nerium-table-1;")])),
        root(pl.concat([T.select("n"), SCAN.select("s")], how="horizontal")),
        changed(root(pl.concat([T, T])), lambda tree: union(tree)["inputs"][1].update(Scan={})),
        changed(root(T), lambda tree: tree["dataframes"].append({"value": [{"Object": 1}], "version": 1})),
        changed(root(T), lambda tree: tree["dataframes"].append({"value": [[1, 256]], "version": 1})),
        changed(root(T), lambda tree: tree["dsl_plans"].append({"value": None, "version": 0, "more": 1})),
        changed(root(T), lambda tree: tree["dsl_plans"][2]["value"]["Sink"].update(more={"Python": b""})),
    ],
)
def test_a_forged_plan_is_refused(plan: bytes) -> None:
    with pytest.raises(Refused):
        gate(plan)


@pytest.mark.parametrize(
    "table",
    [
        files("f9"),
        files("../f0"),
        SCAN.serialize(),
        pl.scan_parquet(["s3://nerium/f*"], schema=SCHEMA, glob=True, credential_provider=None).serialize(),
        pl.scan_csv("s3://nerium/f0", schema=SCHEMA, credential_provider=None).serialize(),
        files("f0", include_file_paths="path"),
        files("f0", _deletion_files=("delta-deletion-vector", lambda files: files)),
        files("f0", credential_provider=lambda: ({}, None)),
        root(T),
        T.serialize(),
        pl.SQLContext(t=SCAN).execute("SELECT * FROM t", eager=False).serialize(),
    ],
)
def test_a_forged_table_is_refused(table: bytes) -> None:
    with pytest.raises(Refused):
        gate(root(T), table)


def test_what_a_plan_has_pickled_is_never_loaded(capsys: pytest.CaptureFixture[str]) -> None:
    gate(root(named_frame(Print())))

    assert not capsys.readouterr().out


def test_plans_are_of_one_version() -> None:
    other = bytearray(GOOD)
    other[HEAD - 1] ^= 1

    with pytest.raises(Refused, match="versions"):
        gate(root(T), bytes(other))


def test_the_files_of_one_scan_lie_in_one_store() -> None:
    places = {**PLACES, "s3://nerium/f1": Place(uri="s3://b/f1", store=[["Token", "another"]])}

    with pytest.raises(Refused, match="several stores"):
        assemble(root(T), {0: GOOD}, places, TARGET)


@pytest.mark.parametrize(
    "text",
    [
        "no base64",
        base64.b64encode(b"no zlib").decode(),
        base64.b64encode(zlib.compress(b"x" * 100)[:-5]).decode(),
        base64.b64encode(zlib.compress(bytes(65 << 20))).decode(),
    ],
)
def test_what_can_not_be_unpacked_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        unpack(text)
