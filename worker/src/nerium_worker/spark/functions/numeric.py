"""Translates functions of numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import polars as pl

from nerium_worker.spark.expr import decimals
from nerium_worker.spark.expr.arithmetic import as_double, ceil, floor, truncate_quotient
from nerium_worker.spark.expr.comparison import check_comparable
from nerium_worker.spark.expression_sql import Term
from nerium_worker.spark.types import is_float, is_integer, is_unsigned, spark_type
from nerium_worker.spark.unsupported import NOT_TRANSLATED, refuse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nerium_worker.spark.functions.call import Call, Function

_INFINITY = "CAST('Infinity' AS DOUBLE)"
_NAN = "CAST('NaN' AS DOUBLE)"
_LOGARITHMS = {2.0: "log2", 10.0: "log10", math.e: "ln"}
_GREATEST_POWER = 8
_MOST_PLACES = 15
_DOUBLES = {
    "arccos": "acos",
    "arcsin": "asin",
    "arctan": "atan",
    "cbrt": "cbrt",
    "cos": "cos",
    "cosh": "cosh",
    "degrees": "degrees",
    "exp": "exp",
    "radians": "radians",
    "sin": "sin",
    "sinh": "sinh",
    "sqrt": "sqrt",
    "tan": "tan",
    "tanh": "tanh",
}


def _cast_result(call: Call, sql: str) -> str:
    return sql if isinstance(call.dtype, pl.Float64) else f"CAST({sql} AS {spark_type(call.dtype)})"


def _of_double(call: Call) -> str:
    if not is_float(call.dtype):
        refuse(call.label, NOT_TRANSLATED)
    return _cast_result(call, f"{_DOUBLES[call.name]}({as_double(call.inputs[0])})")


def _absolute(call: Call) -> Term | str:
    value = call.inputs[0]
    if isinstance(value.dtype, pl.Duration) or is_unsigned(value.dtype):
        return f"abs({value.sql})" if isinstance(value.dtype, pl.Duration) else value.sql
    return Term(sql=f"abs({value.sql})", dtype=call.dtype, digits=value.digits)


def _negate(call: Call) -> Term | str:
    value = call.inputs[0]
    if is_unsigned(value.dtype):
        refuse("negate", f"of {value.dtype} it is not translated: cast it first")
    return Term(sql=f"(- {value.sql})", dtype=call.dtype, digits=value.digits)


def _sign(call: Call) -> str:
    if isinstance(call.dtype, pl.Decimal):
        refuse("sign", "of a decimal it is not translated")
    return _cast_result(call, f"sign({as_double(call.inputs[0])})")


def _round(call: Call) -> Term | str:
    value = call.inputs[0]
    places, mode = call.options[0], str(call.options[1])
    if is_integer(value.dtype):
        return value.sql
    if isinstance(value.dtype, pl.Decimal) and isinstance(call.dtype, pl.Decimal):
        return _round_decimal(value, call.dtype, places, mode)
    if not isinstance(value.dtype, pl.Float64) or places > _MOST_PLACES:
        refuse("round", f"of {value.dtype} to {places} places it is not translated")
    factor = f"CAST('1e{places}' AS DOUBLE)"
    number = call.let(f"({value.sql} * {factor})" if places else value.sql)
    if mode == "half_to_even":
        whole = f"rint({number})"
    else:
        size = call.let(f"abs({number})")
        down = call.let(floor(size, value.dtype))
        whole = f"({down} + CASE WHEN {size} - {down} >= 0.5D THEN 1 ELSE 0 END) * sign({number})"
        whole = f"CASE WHEN abs({number}) < 4503599627370496D THEN {whole} ELSE {number} END"
    return f"({whole} / {factor})" if places else whole


def _round_decimal(value: Term, dtype: pl.Decimal, places: int, mode: str) -> Term:
    name = "bround" if mode == "half_to_even" else "round"
    wanted = min(places, decimals.scale(value))
    digits = min(38, value.precision() + 1)
    sql = f"CAST({name}({value.sql}, {wanted}) AS DECIMAL({digits},{dtype.scale}))"
    return Term(sql=sql, dtype=dtype, digits=digits)


def _whole(call: Call) -> Term | str:
    value = call.inputs[0]
    if is_integer(value.dtype):
        return value.sql
    if isinstance(value.dtype, pl.Decimal) and isinstance(call.dtype, pl.Decimal):
        digits = min(38, value.precision() + 1)
        sql = f"CAST({call.name}({value.sql}) AS DECIMAL({digits},{call.dtype.scale}))"
        return Term(sql=sql, dtype=call.dtype, digits=digits)
    rounded = floor if call.name == "floor" else ceil
    return rounded(call.named(), value.dtype)


def _logarithm(call: Call) -> str:
    base = call.inputs[1]
    if base.constant is None or not isinstance(base.constant.value, (int, float)) or base.constant.value <= 1:
        refuse("log", "its base must be a constant above one")
    number = call.let(as_double(call.inputs[0]))
    name = _LOGARITHMS.get(float(base.constant.value))
    of = f"{name}({number})" if name else f"ln({number}) / ln({as_double(base)})"
    return _cast_result(call, _beyond_zero(number, "0", of))


def _logarithm_of_more(call: Call) -> str:
    number = call.let(as_double(call.inputs[0]))
    return _cast_result(call, _beyond_zero(number, "-1", f"log1p({number})"))


def _beyond_zero(number: str, zero: str, logarithm: str) -> str:
    """Say what SQL has null for: logarithms of zero and of less."""
    below = f"WHEN {number} = {zero} THEN -{_INFINITY} WHEN {number} < {zero} THEN {_NAN}"
    return f"CASE WHEN {number} > {zero} THEN {logarithm} {below} END"


def _power(call: Call) -> str:
    base, exponent = call.inputs
    power = exponent.constant.value if exponent.constant is not None else None
    if is_float(call.dtype) and power is not None:
        if power == 0.5:  # noqa: PLR2004
            return _cast_result(call, f"sqrt({as_double(base)})")
        return _cast_result(call, f"power({as_double(base)}, {as_double(exponent)})")
    if (
        base.dtype == call.dtype
        and spark_type(call.dtype) in ("INT", "BIGINT")
        and not is_unsigned(call.dtype)
        and isinstance(power, int)
        and 0 <= power <= _GREATEST_POWER
    ):
        number = call.named()
        if power == 0:
            return f"CASE WHEN {number} IS NOT NULL THEN CAST(1 AS {spark_type(call.dtype)}) END"
        return f"({' * '.join([number] * power)})"
    return refuse("pow", f"{base.dtype} to the power of {exponent.dtype} is not translated: use a constant or floats")


def _clip(call: Call) -> Term | str:
    has_low, has_high = call.options
    value = call.named()
    cases = []
    if isinstance(call.dtype, pl.Decimal):
        refuse("clip", "of decimals it is not translated")
    if is_float(call.dtype):
        cases.append(f"WHEN isnan({value}) THEN {value}")
    bounds = list(call.inputs[1:])
    for comparison, given in (("<", has_low), (">", has_high)):
        if given:
            bound = bounds.pop(0)
            if bound.constant is None or bound.constant.value is None or bound.constant.value != bound.constant.value:
                refuse("clip", "its bounds must be constants")
            limit = f"CAST({bound.sql} AS {spark_type(call.dtype)})"
            cases.append(f"WHEN {value} {comparison} {limit} THEN {limit}")
    return f"CASE {' '.join(cases)} ELSE {value} END"


def _extreme(name: str) -> Function:
    def write(call: Call) -> Term | str:
        for each in call.inputs[1:]:
            check_comparable(call.inputs[0], each)
        if len(call.inputs) == 1:
            return call.inputs[0]
        digits = max(each.precision() for each in call.inputs) if isinstance(call.dtype, pl.Decimal) else None
        if not is_float(call.dtype):
            listed = ", ".join(each.sql for each in call.inputs)
            return Term(sql=f"{name}({listed})", dtype=call.dtype, digits=digits)
        values = [call.let(each.sql) for each in call.inputs]
        numbers = ", ".join(f"CASE WHEN NOT isnan({each}) THEN {each} END" for each in values)
        return f"coalesce({name}({numbers}), greatest({', '.join(values)}))"

    return write


def _total(call: Call) -> str:
    if not (is_integer(call.dtype) or is_float(call.dtype)) or not call.options[0] or is_unsigned(call.dtype):
        refuse("sum_horizontal", f"of {call.dtype} it is not translated")
    declared = spark_type(call.dtype)
    zero = f"CAST(0 AS {declared})"
    summands = (f"coalesce(CAST({each.sql} AS {declared}), {zero})" for each in call.inputs)
    return f"CAST(({' + '.join(summands)}) AS {declared})"


def _average(call: Call) -> str:
    if not call.options[0] or not isinstance(call.dtype, pl.Float64):
        refuse("mean_horizontal", NOT_TRANSLATED)
    values = [call.let(as_double(each)) for each in call.inputs]
    total = " + ".join(f"coalesce({each}, CAST(0 AS DOUBLE))" for each in values)
    count = " + ".join(f"CASE WHEN {each} IS NULL THEN 0 ELSE 1 END" for each in values)
    return f"(({total}) / nullif({count}, 0))"


def _truncate_quotient(call: Call) -> str:
    _check_integers(call.inputs, call)
    return truncate_quotient(call.named(0), call.named(1), call.dtype)


def _truncate_rest(call: Call) -> str:
    _check_integers(call.inputs, call)
    return f"CAST(({call.sql(0)} % {call.sql(1)}) AS {spark_type(call.dtype)})"


def _check_integers(inputs: Sequence[Term], call: Call) -> None:
    if not all(is_integer(each.dtype) for each in inputs):
        refuse("operator %", f"of {inputs[0].dtype} is not translated" if call.name == "trunc_rem" else NOT_TRANSLATED)


FUNCTIONS: dict[str, Function] = {
    **dict.fromkeys(_DOUBLES, _of_double),
    "abs": _absolute,
    "atan2": lambda call: _cast_result(call, f"atan2({as_double(call.inputs[0])}, {as_double(call.inputs[1])})"),
    "ceil": _whole,
    "clip": _clip,
    "decimal_div": lambda call: decimals.divide(call.let, call.inputs[0], call.inputs[1], call.dtype),
    "decimal_mul": lambda call: decimals.multiply(call.let, call.inputs[0], call.inputs[1], call.dtype),
    "floor": _whole,
    "log": _logarithm,
    "log1p": _logarithm_of_more,
    "max_horizontal": _extreme("greatest"),
    "mean_horizontal": _average,
    "min_horizontal": _extreme("least"),
    "negate": _negate,
    "pow": _power,
    "round": _round,
    "sign": _sign,
    "sum_horizontal": _total,
    "trunc_int_div": _truncate_quotient,
    "trunc_rem": _truncate_rest,
}
