from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from control_plane import ControlPlane

EXAMPLES = Path(__file__).parents[2] / "spec" / "protocol" / "examples"


def test_runs_a_script_over_lake_tables(lake: ControlPlane) -> None:
    source = "flowers = scan(params['table'])\nresult = flowers.filter(pl.col('size') > 2).select('species')"
    reply = lake.script(source, params={"table": "oleander.flowers"})
    assert reply.frame().rows() == [("virginica",)]
    assert [ask["what"] for ask in reply.asks] == ["table", "plan"]
    assert reply.asks[0]["name"] == "oleander.flowers"


def test_scans_a_table_once_by_its_name(lake: ControlPlane) -> None:
    reply = lake.script("result = scan('flowers').join(scan('flowers'), on='species').select('size')")
    assert reply.frame().height == 5
    assert [ask["what"] for ask in reply.asks] == ["table", "plan"]


def test_has_the_aliases_in_scope(lake: ControlPlane) -> None:
    source = "result = f.join(globals()['my table'], on='size', how='inner').select(pl.len())"
    assert lake.script(source, tables={"f": "flowers", "my table": "flowers"}).frame().item() == 5


def test_is_the_main_module(lake: ControlPlane) -> None:
    source = "def main():\n    return pl.DataFrame({'a': [1]})\nif __name__ == '__main__':\n    result = main()"
    assert lake.script(source).frame().item() == 1


def test_prints_go_to_the_log(lake: ControlPlane) -> None:
    source = "import os, sys\nprint('from print')\nos.write(1, b'from below\\n')\nprint('err', file=sys.stderr)\nresult = pl.DataFrame()"
    assert lake.script(source).frame().shape == (0, 0)
    assert "from print\nfrom below\nerr\n" in lake.log_text()


def test_a_frame_without_rows_or_columns_is_fine(lake: ControlPlane) -> None:
    reply = lake.script("result = pl.LazyFrame()")
    assert (reply.header["rows"], reply.header["columns"]) == (0, [])


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("pass", "The script did not assign `result`."),
        ("result = None", "The script assigned None to `result`."),
        ("result = pl.Series([1])", "`result` is a Series (Int64), not a frame."),
        ("result = pl.col('a')", "`result` is an expression, not a frame."),
        ("result = [1]", "`result` is of the type list, not a frame."),
        ("result = pl.DataFrame({'o': [object()]})", "Column 'o' of the result holds Python objects"),
    ],
)
def test_takes_a_frame_as_the_result(lake: ControlPlane, source: str, error: str) -> None:
    header = lake.script(source).header
    assert header["kind"] == "result"
    assert header["error"].startswith(error)
    assert header["hint"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = 1\ny = foo", {"error": "NameError at line 2: name 'foo' is not defined", "line": 2}),
        ("x = (1", {"error": "SyntaxError at line 1: '(' was never closed", "line": 1}),
        ("x = 1\x00", {"line": None}),
        ("def f():\n    raise KeyError('a')\nf()", {"error": "KeyError at line 2: 'a'", "line": 2}),
        ("raise ValueError", {"error": "ValueError at line 1"}),
        ("raise ValueError('one\\ntwo')", {"error": "ValueError at line 1: one"}),
        ("import sys\nsys.exit(3)", {"error": "The script ended itself with sys.exit(3) at line 2."}),
        ("raise KeyboardInterrupt", {"error": "KeyboardInterrupt at line 1"}),
        ("def f(): f()\nf()", {"line": 1}),
        ("import nothing_here", {"error": "ModuleNotFoundError at line 1: No module named 'nothing_here'"}),
        ("pl.DataFrame({'a': [1]}).select('b')", {"error": 'ColumnNotFoundError at line 1: unable to find column "b"; valid columns: ["a"]'}),
        ("scan('nope')", {"error": "LakeError at line 1: There is no table nope.", "hint": "Did you mean default.flowers?"}),
        ("scan(3)", {"error": "TypeError at line 1: scan() takes the name of a table, like 'namespace.table', not 3"}),
        ("raise ValueError('\\ud800')", {"error": "ValueError at line 1: \\ud800"}),
    ],
)  # fmt: skip
def test_tells_the_line_and_the_message(lake: ControlPlane, source: str, expected: dict[str, Any]) -> None:
    header = lake.script(source).header
    assert header["kind"] == "script"
    assert {name: header[name] for name in expected} == expected
    assert "nerium_worker/" not in header["details"]
    assert "site-packages" not in header["details"]


def test_an_import_that_fails_lists_what_is_installed(lake: ControlPlane) -> None:
    header = lake.script("def f():\n    import nothing_here.part\nf()").header
    assert header["line"] == 2
    assert header["hint"].startswith("Installed are: ")
    assert ", numpy, " in header["hint"]
    assert header["hint"].endswith("or by pip in the environment of nerium-server.")


def test_a_name_that_a_package_lacks_is_told_with_the_version(lake: ControlPlane) -> None:
    header = lake.script("from numpy import nothing_here").header
    assert header["error"] == "ImportError at line 1: cannot import name 'nothing_here' from 'numpy'"
    assert header["hint"] == f"numpy {version('numpy')} is installed."
    assert "site-packages" not in header["details"]


@pytest.mark.parametrize(
    "start",
    [
        "import multiprocessing as m; m.Process(target=print).start()",
        "import multiprocessing as m; m.Pool(1).map(abs, [1])",
        "import multiprocessing as m; m.get_context('spawn').Pool(1)",
        "import multiprocessing as m; m.get_context('forkserver').Process(target=print).start()",
        "import multiprocessing as m; m.Manager()",
        "from concurrent.futures import ProcessPoolExecutor as P; P(1).submit(abs, 1).result()",
        "from multiprocessing.context import SpawnProcess as P; P(target=print).start()",
    ],
)
def test_multiprocessing_is_refused_by_name(lake: ControlPlane, start: str) -> None:
    header = lake.script(start).header
    assert header["error"] == "MultiprocessingError at line 1: a script can't start processes by `multiprocessing`."
    assert "concurrent.futures.ThreadPoolExecutor" in header["hint"]
    assert "nerium_worker" not in header["error"]


def test_a_pool_of_threads_works(lake: ControlPlane) -> None:
    source = "from multiprocessing.pool import ThreadPool\nwith ThreadPool(2) as pool:\n    result = pl.DataFrame({'a': pool.map(abs, [-1])})"
    assert lake.script(source).frame().item() == 1


def test_a_deep_script_is_an_error_of_the_script(lake: ControlPlane) -> None:
    assert lake.script("x = " + "(" * 100_000).header["kind"] == "script"


def test_shows_the_lines_of_the_whole_chain(lake: ControlPlane) -> None:
    source = "try:\n    {}['a']\nexcept KeyError as error:\n    raise ValueError('b') from error"
    details = lake.script(source).header["details"]
    assert "{}['a']" in details
    assert "raise ValueError('b') from error" in details
    assert details in lake.log_text()


@pytest.mark.parametrize(
    "change",
    [
        "map_batches(lambda frame: frame.join(flowers.collect(), on='species'))",
        "select(pl.col('size').map_batches(lambda sizes: sizes + len(flowers.collect()), return_dtype=pl.Float64))",
        "select(pl.col('size').map_elements(lambda size: size + len(flowers.collect()), return_dtype=pl.Float64))",
        "group_by('species').map_groups(lambda group: flowers.collect(), schema={'size': pl.Float64})",
        "pipe_with_schema(lambda frame, _: frame.join(flowers.collect().lazy(), on='species'))",
        "pipe_with_schema(lambda frame, _: frame.join(flowers.collect(engine='streaming').lazy(), on='species'))",
    ],
)
def test_refuses_to_execute_a_lake_frame_in_a_callback(lake: ControlPlane, change: str) -> None:
    header = lake.script(
        f"flowers = scan('flowers')\nresult = flowers.filter(pl.col('size') > 2)\\\n    .{change}"
    ).header
    assert header["type"] == "failed"
    assert header["kind"] == "script"
    # Polars forgets the line of a callback that it calls while it plans.
    where = "" if "with_schema" in change else " at line 3"
    assert header["error"] == f"`.collect()`{where}: Nerium executes frames of lake tables itself."


def test_a_script_may_ask_for_the_schema_and_the_plan_of_its_frame(lake: ControlPlane) -> None:
    reply = lake.script("""
frame = scan('flowers').filter(pl.col('size') > 2).select('species')
assert frame.collect_schema() == {'species': pl.String}
print(frame.explain())
result = frame
""")
    assert reply.frame().rows() == [("virginica",)]
    assert len(reply.plans()) == 1


@pytest.mark.parametrize(
    "call",
    [
        "collect()",
        "collect(engine='streaming')",
        "sink_parquet('x.parquet')",
        "sink_csv('x.csv')",
        "remote()",
        "show()",
        "describe()",
        "collect_batches().__next__()",
    ],
)
def test_refuses_to_execute_a_lake_frame_inside_the_script(lake: ControlPlane, call: str) -> None:
    header = lake.script(f"frame = scan('flowers')\nframe.{call}\nresult = frame").header
    assert header["kind"] == "script"
    assert header["line"] == 2
    assert header["error"].endswith("at line 2: Nerium executes frames of lake tables itself.")
    assert header["hint"] == "Leave the frame lazy and assign it to `result`."
    if "batches" not in call:
        assert header["error"].startswith(f"`.{call.split('(', maxsplit=1)[0]}()`")


def test_lets_a_script_look_at_schemas_and_collect_frames_of_its_own(lake: ControlPlane) -> None:
    source = "names = scan('flowers').collect_schema().names()\nresult = pl.LazyFrame({'n': names}).collect()"
    reply = lake.script(source)
    assert reply.frame()["n"].to_list() == ["size", "species", "day"]
    assert reply.plans() == []


def test_names_the_line_of_a_column_that_is_missing_at_the_end(lake: ControlPlane) -> None:
    header = lake.script("frame = scan('flowers')\nframe = frame.select(\n    'sise',\n)\nresult = frame").header
    assert header["kind"] == "engine"
    assert header["line"] == 3
    assert header["error"].startswith('ColumnNotFoundError at line 3: unable to find column "sise"')
    assert "Resolved plan" not in header["details"]


def test_names_the_line_of_a_function_that_polars_calls(lake: ControlPlane) -> None:
    source = (
        "def f(x):\n    return 1 // 0\nresult = pl.LazyFrame({'a': [1]}).select(pl.col('a').map_elements(f, pl.Int64))"
    )
    header = lake.script(source).header
    assert (header["kind"], header["line"]) == ("engine", 2)
    assert header["error"] == "ZeroDivisionError at line 2: integer division or modulo by zero"


@pytest.mark.parametrize("alias", ["pl", "scan", "params", "catalog"])
def test_an_alias_may_not_hide_what_a_script_has(lake: ControlPlane, alias: str) -> None:
    header = lake.script("result = pl.DataFrame()", tables={alias: "flowers"}).header
    assert header["error"] == f"The alias {alias!r} would hide what a script has by that name: choose another."


def test_gives_a_real_catalog_when_it_is_touched(lake: ControlPlane) -> None:
    metadata = json.loads((EXAMPLES / "answer-metadata.json").read_text())["metadata"]
    lake.metadata["default.flowers"] = metadata
    source = """
import sys
before = "pyiceberg" in sys.modules
def names():
    return [field.name for field in catalog.load_table("default.flowers").schema().fields]
class Lazy:
    tables = [table for table in globals()["catalog"].list_tables("default")]
from pyiceberg.catalog import Catalog
values = [before, isinstance(catalog, Catalog), names(), Lazy.tables, catalog.list_namespaces(), catalog.name,
          catalog.table_exists("default.flowers"), catalog.table_exists(("default", "a.b")),
          catalog.namespace_exists("default"), catalog.namespace_exists("nope")]
result = pl.DataFrame({"value": [str(value) for value in values]})
"""
    assert lake.script(source).frame()["value"].to_list() == [
        "False",
        "True",
        "['sepal_length', 'species']",
        "[('default', 'flowers'), ('default', 'empty')]",
        "[('default',), ('telemetry',)]",
        "oleander",
        "True",
        "False",
        "True",
        "False",
    ]


def test_changes_of_the_catalog_are_asked_for_and_may_be_refused(lake: ControlPlane) -> None:
    reply = lake.script("catalog.drop_table('default.flowers')")
    assert reply.asks[-1]["method"] == "DELETE"
    assert reply.asks[-1]["path"] == "/v1/oleander/namespaces/default/tables/flowers"
    assert reply.header["error"] == "ForbiddenError at line 1: ForbiddenException: The key 'k' has the scope read."


def test_rows_do_not_come_through_the_catalog(lake: ControlPlane) -> None:
    source = "catalog.load_table('default.flowers').io.new_input('file:///etc/passwd')"
    assert "read rows with scan(...)" in lake.script(source).header["error"]


def test_a_script_may_close_and_replace_its_streams(lake: ControlPlane) -> None:
    source = "import sys\nsys.stderr.close()\nsys.stdout = None\nraise ValueError('still told')"
    header = lake.script(source).header
    assert header["error"] == "ValueError at line 4: still told"
    assert "still told" in lake.log_text()


def test_standard_input_of_a_script_is_empty(lake: ControlPlane) -> None:
    source = "import os, sys\nresult = pl.DataFrame({'a': [os.read(0, 10) + open('/dev/stdin', 'rb').read()]})"
    assert lake.script(source).frame().item() == b""


def test_gets_the_environment_variables_of_the_request(lake: ControlPlane) -> None:
    source = "result = pl.DataFrame({'a': [env['A']], 'b': [env.get('B')], 'names': [repr(env)]})"
    reply = lake.script(source, env={"A": "ä€ ", "B": "two\nlines"})
    assert reply.frame().rows() == [("ä€ ", "two\nlines", "Environment(A, B)")]


def test_the_next_job_does_not_have_them(lake: ControlPlane) -> None:
    lake.script("result = pl.DataFrame({'a': [env['A']]})", env={"A": "hidden"})
    header = lake.script("result = pl.DataFrame({'a': [env['A']]})").header
    assert header["error"].startswith("KeyError at line 1: ")
    assert "does not name the environment variable 'A'" in header["error"]


@pytest.mark.parametrize(
    "source",
    [
        "raise ValueError('no access with ' + env['A'])",
        "raise KeyError(env['A'])",
        "raise ValueError('x' * 1020 + env['A'] * 9 + 'x' * 70_000)",
        "raise ValueError('x' * 32_700 + env['A'] * 9 + 'x' * 70_000)",
        "result = pl.DataFrame({'a': [env['A']]}).lazy().select(pl.col('a').cast(pl.Int64))",
    ],
)
def test_a_failure_has_no_value_and_no_part_of_one(lake: ControlPlane, source: str) -> None:
    header = lake.script(source, env={"A": "zq 'hid\\den' \"value\"\nsecond line"}).header
    text = header["error"] + header["details"]
    assert header["type"] == "failed"
    assert "***" in text
    assert not any(part in text for part in ("zq", "hid", "second", '"val'))


def test_short_values_are_not_masked(lake: ControlPlane) -> None:
    assert lake.script("raise ValueError(env['A'])", env={"A": "abc"}).header["error"].endswith(": abc")
