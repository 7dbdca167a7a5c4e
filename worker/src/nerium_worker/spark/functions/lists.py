"""Translates functions of lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from nerium_worker.polars_plan.dtypes import instance
from nerium_worker.spark.types import is_float, is_integer, is_unsigned, spark_type
from nerium_worker.spark.unsupported import NOT_TRANSLATED, refuse

if TYPE_CHECKING:
    from polars.datatypes import DataType

    from nerium_worker.spark.functions.call import Call, Function


def _inner(call: Call, index: int = 0) -> DataType:
    dtype = call.inputs[index].dtype
    if not isinstance(dtype, pl.List):
        refuse(call.label, f"of {dtype} it is not translated")
    return instance(dtype.inner)


def _length(call: Call) -> str:
    return f"CAST(array_size({call.sql()}) AS {spark_type(call.dtype)})"


def _sum(call: Call) -> str:
    inner = _inner(call)
    if not (is_integer(inner) or is_float(inner)) or is_unsigned(call.dtype):
        refuse(call.label, f"of {inner} it is not translated")
    declared = spark_type(call.dtype)
    zero = f"CAST(0 AS {declared})"
    return f"aggregate({call.sql()}, {zero}, (total, x) -> CAST(total + coalesce(x, {zero}) AS {declared}))"


def _mean(call: Call) -> str:
    inner = _inner(call)
    if not (is_integer(inner) or is_float(inner)) or not isinstance(call.dtype, pl.Float64):
        refuse(call.label, f"of {inner} it is not translated")
    values = call.let(f"filter({call.sql()}, x -> x IS NOT NULL)")
    total = f"aggregate({values}, CAST(0 AS DOUBLE), (total, x) -> total + CAST(x AS DOUBLE))"
    return f"CASE WHEN array_size({values}) > 0 THEN {total} / array_size({values}) END"


def _extreme(name: str) -> Function:
    def write(call: Call) -> str:
        inner = _inner(call)
        if is_float(inner) or isinstance(inner, (pl.List, pl.Struct)):
            refuse(call.label, f"of {inner} it is not translated")
        return f"{name}({call.sql()})"

    return write


def _item(call: Call) -> str:
    is_null_beyond = call.options[0]
    index = call.constant(1)
    values = call.named()
    if not isinstance(index, int):
        refuse(call.label, "its index must be a constant")
    value = f"try_element_at({values}, {index + 1 if index >= 0 else index})"
    if is_null_beyond:
        return value
    needed = index + 1 if index >= 0 else -index
    error = "raise_error('list.get is beyond the end of a list')"
    return f"CASE WHEN array_size({values}) < {needed} THEN {error} ELSE {value} END"


def _contains(call: Call) -> str:
    inner = _inner(call)
    if inner != call.inputs[1].dtype or isinstance(inner, (pl.List, pl.Struct)):
        refuse(call.label, f"{call.inputs[1].dtype} is not what a {call.inputs[0].dtype} holds: cast it")
    item = call.named(1)
    if call.options[0]:
        return f"exists({call.sql()}, x -> x <=> {item})"
    return f"CASE WHEN {item} IS NOT NULL THEN exists({call.sql()}, x -> coalesce(x = {item}, FALSE)) END"


def _sort(call: Call) -> str:
    descending, nulls_last = call.options[:2]
    if isinstance(_inner(call), (pl.List, pl.Struct)):
        refuse(call.label, "of nested values it is not translated")
    values = call.named()
    present = f"sort_array(filter({values}, x -> x IS NOT NULL), {'FALSE' if descending else 'TRUE'})"
    missing = f"filter({values}, x -> x IS NULL)"
    return f"concat({present}, {missing})" if nulls_last else f"concat({missing}, {present})"


def _slice(call: Call) -> str:
    offset, length = call.constant(1), call.constant(2)
    values = call.named()
    if not isinstance(offset, int) or offset < 0:
        refuse(call.label, "from the end it is not translated")
    count = f"array_size({values})" if length is None else str(min(length, (1 << 31) - 1))
    return f"slice({values}, {offset + 1}, {count})"


def _join(call: Call) -> str:
    separator = call.constant(1)
    if not isinstance(separator, str):
        refuse(call.label, "its separator must be a constant")
    values = call.named()
    text = f"array_join({values}, {call.sql(1)})"
    return text if call.options[0] else f"CASE WHEN NOT exists({values}, x -> x IS NULL) THEN {text} END"


def _concatenate(call: Call) -> str:
    if not isinstance(call.dtype, pl.List):
        refuse(call.label, NOT_TRANSLATED)
    inner = instance(call.dtype.inner)
    lists = []
    for each in call.inputs:
        if each.dtype == call.dtype:
            lists.append(each.sql)
        elif each.dtype == inner:
            lists.append(f"array({each.sql})")
        else:
            refuse(call.label, f"{each.dtype} is not what a {call.dtype} holds: cast it")
    return f"concat({', '.join(lists)})"


FUNCTIONS: dict[str, Function] = {
    "ListFunction.Concat": _concatenate,
    "ListFunction.Contains": _contains,
    "ListFunction.DropNulls": lambda call: f"filter({call.sql()}, x -> x IS NOT NULL)",
    "ListFunction.Get": _item,
    "ListFunction.Join": _join,
    "ListFunction.Length": _length,
    "ListFunction.Max": _extreme("array_max"),
    "ListFunction.Mean": _mean,
    "ListFunction.Min": _extreme("array_min"),
    "ListFunction.Slice": _slice,
    "ListFunction.Sort": _sort,
    "ListFunction.Sum": _sum,
}
