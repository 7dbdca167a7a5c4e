"""The transformations of Polars' functions; a function that is not listed transforms all its inputs, row by row."""

from __future__ import annotations

from nerium_worker.lineage.transformation import (
    AGGREGATION,
    IDENTITY,
    SORT,
    TRANSFORMATION,
    WINDOW,
    Transformation,
    mask,
)

# Values are taken as they are; which rows, or in which order, is another matter.
_SELECTING = {
    "drop_nans",
    "drop_nulls",
    "gather_every",
    "rechunk",
    "reverse",
    "sample",
    "set_sorted",
    "shuffle",
    "top_k",
    "unique",
}
# Values of several rows become one value.
_COMBINING = {
    "all",
    "any",
    "arg_max",
    "arg_min",
    "argwhere",
    "corr",
    "cum_max",
    "cum_min",
    "cum_prod",
    "cum_sum",
    "diff",
    "entropy",
    "hist",
    "index_of",
    "interpolate",
    "kurtosis",
    "max",
    "mean",
    "min",
    "mode",
    "pct_change",
    "peak_max",
    "peak_min",
    "product",
    "quantile",
    "skew",
    "value_counts",
    "BooleanFunction.All",
    "BooleanFunction.Any",
    "BooleanFunction.HasNulls",
    "BooleanFunction.IsDuplicated",
    "BooleanFunction.IsFirstDistinct",
    "BooleanFunction.IsLastDistinct",
    "BooleanFunction.IsSorted",
    "BooleanFunction.IsUnique",
}
_COUNTING = {"approx_n_unique", "cum_count", "null_count", "unique_counts"}
_COMBINING_FAMILIES = ("RollingFunction.", "EwmFunction.")
_HASHING = {"hash"}
_RANKING = {"rank", "rle_id", "RollingFunction.Rank"}

COUNTING_AGGREGATIONS = {"count", "n_unique"}
PICKING_AGGREGATIONS = {"first", "first_non_null", "item", "last", "last_non_null"}
CONDITIONAL_FUNCTIONS = {"coalesce", "fill_null"}
# They run code that the plan does not show.
OPAQUE_FUNCTIONS = {"ffi_plugin"}


def steps_of(name: str, inputs: int) -> list[Transformation]:
    """Say what a function does to each of its inputs."""
    match name:
        case "max_by" | "min_by":
            return [AGGREGATION, *[SORT] * (inputs - 1)]
        case "top_k_by":
            return [IDENTITY, TRANSFORMATION, *[SORT] * (inputs - 2)]
        case "interpolate_by":
            return [AGGREGATION, *[WINDOW] * (inputs - 1)]
        case _ if name.startswith("RollingFunctionBy.") or name in {"EwmFunction.MeanBy", "EwmFunction.SumBy"}:
            return [AGGREGATION, *[WINDOW] * (inputs - 1)]
        case _:
            return [_step(name)] * inputs


def _step(name: str) -> Transformation:
    if name in _SELECTING:
        return IDENTITY
    if name in _RANKING:
        # As of SQL's RANK: where a row stands, not what it holds.
        return WINDOW
    if name in _HASHING:
        return mask(TRANSFORMATION)
    if name in _COUNTING:
        return mask(AGGREGATION)
    if name in _COMBINING or name.startswith(_COMBINING_FAMILIES):
        return AGGREGATION
    return TRANSFORMATION
