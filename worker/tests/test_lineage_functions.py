from __future__ import annotations

import re
import warnings
from pathlib import Path

import polars as pl
import pytest

from lineage_functions import PAGE, SQL, Function, found, functions, page
from nerium_worker.modes.volatility import STABLE

FUNCTIONS = functions()
# Questions about an expression.
_NOT_LISTED = {"meta"}
# SELECT ALL (a) calls no function.
_WORDS_OF_SQL = {"all"}


@pytest.mark.parametrize(
    "function", [each for each in FUNCTIONS if each.lineage is not None], ids=lambda each: each.name
)
def test_a_function_has_the_lineage_of_its_line(function: Function) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert found(function) == function.lineage


def test_every_method_of_an_expression_is_listed() -> None:
    namespaces = _namespaces()
    methods = {name for name in dir(pl.Expr) if not name.startswith("_")} - namespaces
    nested = {
        f"{namespace}.{name}"
        for namespace in namespaces - _NOT_LISTED
        for name in dir(getattr(pl.col("a"), namespace))
        if not name.startswith("_")
    }
    module = {
        f"pl.{name}"
        for name in pl.__all__
        if getattr(getattr(pl, name), "__module__", "").startswith("polars.functions")
    }
    listed = {function.base() for function in FUNCTIONS if function.section != SQL}
    assert (methods | nested | module) ^ listed == set()


def test_every_function_of_sql_is_listed() -> None:
    listed = _sql_functions()
    assert listed >= STABLE
    python = {name for name in (*dir(pl.Expr), *pl.__all__) if name.isidentifier()}
    python |= {name for space in _namespaces() for name in dir(getattr(pl.col("a"), space))}
    assert {
        name for name in map(str.lower, python) if not name.startswith("_") and _is_in_sql(name)
    } - _WORDS_OF_SQL <= listed


def test_no_other_function_of_sql_is_in_the_library_of_polars() -> None:
    # The names by which the parser of Polars' SQL finds functions lie one after the other.
    library = Path(pl._plr.__file__).read_bytes()  # noqa: SLF001
    names = re.search(rb"__POLARS_CORR_([a-z0-9_]+)read_parquet", library)
    assert names is not None
    known = sorted(_sql_functions(), key=len, reverse=True)
    assert re.fullmatch("(" + "|".join(known) + ")+", names[1].decode())


def test_the_page_has_the_functions() -> None:
    assert PAGE.read_text() == page()


def _namespaces() -> set[str]:
    return set(pl.Expr._accessors)  # noqa: SLF001


def _sql_functions() -> set[str]:
    return {function.base() for function in FUNCTIONS if function.section == SQL and function.base().islower()}


def _is_in_sql(name: str) -> bool:
    try:
        pl.SQLContext(t=pl.LazyFrame({"a": [1]})).execute(f"SELECT {name}(a) FROM t").collect_schema()
    except pl.exceptions.PolarsError as error:
        # Types and words of the syntax are no functions.
        return not str(error).startswith(("unsupported function", "sql parser error", "expression Struct"))
    return True
