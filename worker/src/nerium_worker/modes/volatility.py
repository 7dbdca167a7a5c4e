"""Decides whether a SQL statement gives a result of the same rows each time it reads the same tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nerium_worker.modes.functions import computed, library
from nerium_worker.modes.syntax import objects

if TYPE_CHECKING:
    from collections.abc import Iterator

# The functions of Polars SQL whose value depends on their arguments only. Names that are not listed count as volatile,
# such as `random`, `now`, `uuid` and `current_timestamp`, which another version of Polars may have.
STABLE = frozenset(
    """
    abs acos acosd approx_quantile array_agg array_contains array_dot_product array_get array_inner_product
    array_length array_lower array_mean array_reverse array_sum array_to_string array_unique array_upper asin
    asind atan atan2 atan2d atand avg bit_and bit_count bit_length bit_not bit_or bit_xor bitand bitcount bitnot
    bitor bitxor cbrt ceil ceiling char_length character_length coalesce columns concat concat_ws corr cos cosd
    cot cotd count covar covar_pop covar_samp cume_dist date date_part datetime day dayofmonth dayofweek dayofyear
    degrees dense_rank div ends_with erf erfc exp first first_value floor greatest group_concat grouping
    grouping_id hour if ifnull initcap lag last last_value lead least left length listagg ln log log10 log1p log2
    lower lpad ltrim max median min minute mod month normalize nth_value ntile nullif octet_length percent_rank pi
    pow power quantile_cont quantile_disc quarter radians rank regexp_like replace reverse right round row_number
    rpad rtrim second sign sin sind split_part sqrt starts_with stddev stddev_samp stdev stdev_samp strftime
    string_agg string_to_array strpos strptime substr sum tan tand time timestamp total trunc truncate unnest
    upper var var_samp variance week xor year
    """.split()  # noqa: SIM905  # one name per line would be two hundred lines
)
_DETERMINISTIC = STABLE | library.STABLE | computed.STABLE


def is_volatile(node: Any) -> bool:  # noqa: ANN401  # a tree of JSON
    """Return whether a parsed statement calls an unknown or volatile function, or reads a random part of a table."""
    return any(fields.get("sample") is not None for fields in objects(node)) or not _DETERMINISTIC.issuperset(
        called_functions(node)
    )


def called_functions(node: Any) -> Iterator[str]:  # noqa: ANN401  # a tree of JSON
    """Give the functions that a parsed statement calls, by names in lower case, or as JSON if a name has parts."""
    for fields in objects(node):
        match fields.get("Function"):
            case {"name": [{"Identifier": {"value": str(name)}}]}:
                yield name.lower()
            case None:
                pass
            case call:
                yield str(call)
