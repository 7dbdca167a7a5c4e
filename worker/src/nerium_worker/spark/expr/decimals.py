"""Computes decimals with the scale of Polars' plan. Spark silently drops digits of results that need more than 38."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from nerium_worker.spark.expression_sql import Term
from nerium_worker.spark.types import DIGITS, is_integer
from nerium_worker.spark.unsupported import refuse

if TYPE_CHECKING:
    from polars.datatypes import DataType

    from nerium_worker.spark.expr.durations import Let

# The digits after the point that Spark keeps at the cost of those before it, which then overflow and are noticed.
_KEPT_SCALE = 6
# A quotient of decimals has at least six digits after the point; this number remains before it.
_QUOTIENT_DIGITS = DIGITS - _KEPT_SCALE
# A dividend that may have fewer is refused, and not looked at row by row.
_FEWEST_DIGITS = 18


def scale(term: Term) -> int:
    """Return the digits after the point."""
    if isinstance(term.dtype, pl.Decimal):
        return term.dtype.scale
    if is_integer(term.dtype):
        return 0
    return refuse(f"decimal with {term.dtype}", "cast one of them")


def add(let: Let, symbol: str, left: Term, right: Term, dtype: DataType) -> Term:
    """Add or subtract."""
    left, right = _operand(left), _operand(right)
    places = max(scale(left), scale(right))
    digits = max(left.precision() - scale(left), right.precision() - scale(right)) + places + 1
    return _result(let, f"{left.sql} {symbol} {right.sql}", (left, right), digits, places, dtype)


def multiply(let: Let, left: Term, right: Term, dtype: DataType) -> Term:
    """Multiply, and round half to even where the plan has fewer digits after the point."""
    left, right = _operand(left), _operand(right)
    digits, places = left.precision() + right.precision() + 1, scale(left) + scale(right)
    return _result(let, f"{left.sql} * {right.sql}", (left, right), digits, places, dtype)


def _result(  # noqa: PLR0913, PLR0917  # what is known of a product
    let: Let, sql: str, inputs: tuple[Term, Term], digits: int, places: int, dtype: DataType
) -> Term:
    if not isinstance(dtype, pl.Decimal):
        refuse(f"arithmetic of decimals to {dtype}", "cast the decimals first")
    if digits > DIGITS and places > _KEPT_SCALE:
        refuse("arithmetic of decimals", f"the result may need {digits} digits, and Spark has {DIGITS}")
    exact = f"({sql})"
    if digits > DIGITS:
        exact = fail_on_overflow(let(exact), inputs)
    return round_to(Term(sql=exact, dtype=pl.Decimal(DIGITS, places), digits=min(digits, DIGITS)), dtype)


def fail_on_overflow(sql: str, inputs: tuple[Term, ...]) -> str:
    """Fail where Spark says null because there are too many digits: Polars fails, too."""
    given = " AND ".join(f"{each.sql} IS NOT NULL" for each in inputs)
    return f"coalesce({sql}, CASE WHEN {given} THEN raise_error('a decimal has more than {DIGITS} digits') END)"


def widen(term: Term, places: int) -> str:
    """Give a number all digits that there are, some of them after the point; fail where it has more before it."""
    wide = f"CAST({term.sql} AS DECIMAL({DIGITS},{places}))"
    return fail_on_overflow(wide, (term,))


def round_to(term: Term, dtype: pl.Decimal) -> Term:
    """Bring a decimal to the scale of a type."""
    places, wanted = scale(term), dtype.scale
    if places == wanted:
        return Term(sql=term.sql, dtype=dtype, digits=term.precision())
    if wanted > places:
        digits = term.precision() + wanted - places
        if digits > DIGITS:
            refuse("decimal", f"it may need {digits} digits, and Spark has {DIGITS}")
        return Term(sql=f"CAST({term.sql} AS DECIMAL({digits},{wanted}))", dtype=dtype, digits=digits)
    digits = min(DIGITS, term.precision() - places + wanted + 1)
    sql = f"CAST(bround({term.sql}, {wanted}) AS DECIMAL({digits},{wanted}))"
    return Term(sql=sql, dtype=dtype, digits=digits)


def divide(let: Let, left: Term, right: Term, dtype: DataType) -> Term:
    """Divide exactly, half to even: the whole multiples of the last place, and then the rest decides about rounding."""
    if not isinstance(dtype, pl.Decimal):
        refuse(f"division of decimals to {dtype}", "cast the decimals first")
    left, right = _operand(left), _operand(right)
    wanted, places = dtype.scale, scale(left)
    left = _narrow(let, left, _dividend_digits(wanted, places, scale(right)))
    shifted = left.precision() + wanted
    right = Term(sql=let(right.sql), dtype=right.dtype, digits=right.digits, constant=right.constant)
    number = let(
        f"CAST({left.sql} * CAST('1{'0' * wanted}' AS DECIMAL({wanted + 1},0)) AS DECIMAL({shifted},{places}))"
    )
    zero = "raise_error('division of a decimal by zero')"
    divisor = let(f"CASE WHEN {right.sql} = 0 THEN {zero} ELSE {right.sql} END")
    if right.constant is not None and right.constant.value:
        divisor = right.sql
    rest = let(f"({number} % {divisor})")
    digits = left.precision() - places + wanted + scale(right) + 1
    whole = let(f"CAST(({number} - {rest}) / {divisor} AS DECIMAL({digits},0))")
    away = f"CASE WHEN ({number} < 0) <> ({divisor} < 0) THEN -1 ELSE 1 END"
    twice, size = f"2 * abs({rest})", f"abs({divisor})"
    up = f"{twice} > {size} OR ({twice} = {size} AND {whole} % 2 <> 0)"
    number = f"({whole} + CASE WHEN {up} THEN {away} ELSE 0 END)"
    return Term(sql=_shift(let, number, digits, wanted), dtype=dtype, digits=digits)


def _shift(let: Let, number: str, digits: int, places: int) -> str:
    """Put the point of an integer before its last digits."""
    if places <= _KEPT_SCALE:
        return f"CAST({number} * {_unit(places)} AS DECIMAL({digits},{places}))"
    # A product would need more digits than there are: the digits before and after the point are moved separately.
    number = let(f"CAST({number} AS DECIMAL({digits},0))")
    power = f"CAST('1{'0' * places}' AS DECIMAL({places + 1},0))"
    after = let(f"({number} % {power})")
    before = f"CAST(({number} - {after}) / {power} AS DECIMAL({digits - places},0))"
    return f"CAST({before} + CAST({after} AS DECIMAL({places},0)) * {_unit(places)} AS DECIMAL({digits},{places}))"


def _dividend_digits(wanted: int, places: int, divisor_places: int) -> int:
    """Return how many digits a dividend may have, so that every step of an exact division has at most 38."""
    return min(DIGITS - wanted, _QUOTIENT_DIGITS - 1 + places - wanted - divisor_places)


def _narrow(let: Let, term: Term, digits: int) -> Term:
    """Take a number as one of fewer digits; sums have all 38 by their type, and seldom need them."""
    if term.precision() <= digits:
        return term
    if digits < _FEWEST_DIGITS:
        refuse("division of decimals", f"it needs more than {DIGITS} digits to be exact: cast to smaller decimals")
    value = let(term.sql)
    error = f"raise_error('a dividend has more than {digits} digits: cast to smaller decimals')"
    narrow = f"CAST({value} AS DECIMAL({digits},{scale(term)}))"
    sql = let(f"coalesce({narrow}, CASE WHEN {value} IS NOT NULL THEN {error} END)")
    return Term(sql=sql, dtype=term.dtype, digits=digits)


def _unit(places: int) -> str:
    return "1" if places == 0 else f"CAST('0.{'0' * (places - 1)}1' AS DECIMAL({places},{places}))"


def _operand(term: Term) -> Term:
    if isinstance(term.dtype, pl.Decimal):
        return term
    digits = term.precision()
    return Term(sql=f"CAST({term.sql} AS DECIMAL({digits},0))", dtype=pl.Decimal(digits, 0), digits=digits)
