"""The transformations of Polars' functions, by the names that visited plans have for them.

`docs/lineage-functions.md` has them by the names that users write. Inputs of a function that is not listed are unknown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nerium_worker.lineage.column import Column, together
from nerium_worker.lineage.transformation import (
    AGGREGATION,
    CONDITIONAL,
    FILTER,
    IDENTITY,
    SORT,
    TRANSFORMATION,
    WINDOW,
    Transformation,
    mask,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

_COUNT = mask(AGGREGATION)
# Each group has functions, and the step of their first input, and of the others if that is another step.
_STEPS: dict[str, tuple[Transformation, Transformation]] = {}


def _add(first: Transformation, names: str, others: Transformation | None = None) -> None:
    _STEPS.update(dict.fromkeys(names.split(), (first, first if others is None else others)))


_add(IDENTITY, "concat drop_nans drop_nulls gather_every rechunk reverse row_encode set_sorted shuffle top_k unique")
_add(IDENTITY, "repeat sample", FILTER)
_add(
    TRANSFORMATION,
    """
    abs arccos arccosh arcsin arcsinh arctan arctanh as_list atan2 bin_intervals cbrt ceil clip cos cosh cot cut degrees
    erf erfc exp floor log log1p max_horizontal mean_horizontal min_horizontal negate pow radians reinterpret
    repeat_by replace replace_strict reshape round round_sig_figs shift shift_and_fill sign sin sinh sqrt
    sum_horizontal tan tanh to_physical trunc_int_div trunc_rem truncate
    """,
)
# A visited plan has only these names of functions that Polars does not show.
_add(TRANSFORMATION, "business list.to_map map.contains_key map.entries map.get map.keys map.len map.values")
_add(
    AGGREGATION,
    """
    approx_quantile_estimate approx_quantile_sketch arg_max arg_min arg_unique argwhere bin_intervals_uniform
    bin_quantiles bin_quantiles_uniform corr cum_max cum_min cum_prod cum_sum diff entropy hist interpolate kurtosis
    mode pct_change peak_max peak_min product qcut quantile skew
    BitwiseFunction.And BitwiseFunction.Or BitwiseFunction.Xor
    BooleanFunction.All BooleanFunction.Any BooleanFunction.HasNulls BooleanFunction.IsDuplicated
    BooleanFunction.IsEmpty BooleanFunction.IsFirstDistinct BooleanFunction.IsLastDistinct BooleanFunction.IsSorted
    BooleanFunction.IsUnique
    StringFunction.ConcatVertical
    """,
)
_add(AGGREGATION, "index_of search_sorted", TRANSFORMATION)
_add(AGGREGATION, "max_by min_by", SORT)
_add(AGGREGATION, "interpolate_by EwmFunction.MeanBy EwmFunction.SumBy", WINDOW)
_add(_COUNT, "approx_n_unique cum_count null_count rle_id unique_counts")
_add(mask(TRANSFORMATION), "hash")
# As of SQL's RANK: where a row stands, not what it holds.
_add(WINDOW, "bin_ranks bin_ranks_uniform rank RollingFunction.Rank RollingFunctionBy.RankBy")

_FAMILIES = {
    "ArrayFunction.": (TRANSFORMATION, TRANSFORMATION),
    "BitwiseFunction.": (TRANSFORMATION, TRANSFORMATION),
    "BooleanFunction.": (TRANSFORMATION, TRANSFORMATION),
    "EwmFunction.": (AGGREGATION, AGGREGATION),
    "ListFunction.": (TRANSFORMATION, TRANSFORMATION),
    "RangeFunction.": (TRANSFORMATION, TRANSFORMATION),
    "RollingFunction.": (AGGREGATION, AGGREGATION),
    "RollingFunctionBy.": (AGGREGATION, WINDOW),
    "StringFunction.": (TRANSFORMATION, TRANSFORMATION),
    "StructFunction.": (TRANSFORMATION, TRANSFORMATION),
    "TemporalFunction.": (TRANSFORMATION, TRANSFORMATION),
    "binary expr": (TRANSFORMATION, TRANSFORMATION),
    "categorical expr": (TRANSFORMATION, TRANSFORMATION),
    "extension expr": (TRANSFORMATION, TRANSFORMATION),
}
# The values that `fill_null` takes from other rows as they are; others are computed from all of them.
_FILLS_FROM_ROWS = {"forward", "backward"}
_FILLS_FROM_NOTHING = {"zero", "one"}

COUNTING_AGGREGATIONS = {"count", "n_unique"}
PICKING_AGGREGATIONS = {"first", "first_non_null", "item", "last", "last_non_null"}
CONDITIONAL_FUNCTIONS = {"coalesce", "fill_null"}


def steps_of(name: str, inputs: int) -> list[Transformation] | None:
    """Say what a function does to each of its inputs; None if that is not known."""
    match name:
        case "top_k_by":
            return [IDENTITY, TRANSFORMATION, *[SORT] * (inputs - 2)]
        case "extend_constant":
            return [IDENTITY, IDENTITY, FILTER]
        case _:
            family = next((steps for start, steps in _FAMILIES.items() if name.startswith(start)), None)
            steps = _STEPS.get(name, family)
            return None if steps is None else [steps[0], *[steps[1]] * (inputs - 1)]


def fill(value: Column, strategy: str) -> Column:
    """Give the column that `fill_null` makes, which selects between a value and one that the strategy finds."""
    found = value if strategy in _FILLS_FROM_ROWS else value.through(AGGREGATION)
    values = value if strategy in _FILLS_FROM_NOTHING else together((value, found))
    return select(values, [value])


def select(values: Column, conditions: Sequence[Column]) -> Column:
    """Give the column of one of several values, which conditions select."""
    return together((values.through(TRANSFORMATION), *(each.through(CONDITIONAL) for each in conditions)))


def members(name: str, value: Column, fields: Sequence[str]) -> dict[str, Column]:
    """Give the members of the structs of values and counts that a function makes."""
    steps = (IDENTITY, _COUNT) if name == "value_counts" else (_COUNT, IDENTITY)
    return {field: value.through(step) for field, step in zip(fields, steps, strict=True)}
