"""The words that a translated statement may have outside of names and strings."""

from __future__ import annotations

_LANGUAGE = """
    ALL AND ANTI ARRAY AS ASC BETWEEN BOTH BY CASE CAST CROSS CURRENT DESC DISTINCT ELSE END EXCEPT FALSE FIRST
    FOLLOWING FROM FULL GROUP HAVING IN INNER INTERSECT IS JOIN LAST LEADING LEFT LIKE LIMIT NOT NULL NULLS OFFSET ON
    OR ORDER OUTER OVER PARTITION PRECEDING RANGE RIGHT RLIKE ROW ROWS SELECT SEMI STRUCT THEN TRAILING TRUE UNBOUNDED
    UNION VALUES WHEN WHERE WITH YEAROFWEEK div
"""

_TYPES = """
    ARRAY BIGINT BINARY BOOLEAN DATE DECIMAL DOUBLE FLOAT INT SMALLINT STRING STRUCT TIMESTAMP TIMESTAMP_NTZ TINYINT
    VOID
"""

# Names of lambdas and of the two sides of a join.
_NAMES = "a b e i k l r t total v x y"

_FUNCTIONS = """
    abs acos add_months aggregate any_value array array_agg array_contains array_distinct array_except array_intersect
    array_join array_max array_min array_position array_size array_sort array_union arrays_overlap asin atan atan2 avg
    base64 bit_and bit_or bit_xor bitand bitor bool_and bool_or bround cbrt ceil char_length coalesce collect_list
    collect_set concat concat_ws contains corr cos cosh cot count count_if covar_pop covar_samp cume_dist date_add
    date_diff date_format date_from_unix_date date_sub date_trunc datediff dateadd day dayofmonth dayofweek dayofyear
    degrees dense_rank div element_at endswith every exists exp explode explode_outer expm1 extract factorial filter
    first first_value flatten floor forall from_utc_timestamp get greatest hex hour if ifnull inline inline_outer
    instr isnan isnotnull isnull kurtosis lag last last_day last_value lead least left length levenshtein ln locate
    log log10 log1p log2 lower lpad ltrim make_date make_dt_interval make_interval make_timestamp make_timestamp_ntz
    make_ym_interval map_from_arrays max max_by md5 median min min_by minute mod monotonically_increasing_id month
    months_between named_struct nanvl negative next_day nth_value ntile nullif nvl octet_length overlay percent_rank
    percentile pmod posexplode posexplode_outer positive pow power quarter radians raise_error rank regexp_count
    regexp_extract regexp_extract_all regexp_instr regexp_like regexp_replace regexp_substr repeat replace reverse
    right rint round row_number rpad rtrim second sequence sha1 sha2 shiftleft shiftright sign signum sin sinh size
    skewness slice some sort_array split split_part sqrt startswith std stddev stddev_pop stddev_samp struct substr
    substring substring_index sum tan tanh timestamp_micros timestamp_millis timestamp_seconds timestampadd
    timestampdiff to_date to_timestamp to_timestamp_ntz to_utc_timestamp transform translate trim trunc try_add
    try_cast try_divide try_element_at try_multiply try_subtract try_sum try_to_timestamp typeof unbase64 unhex
    unix_date unix_micros unix_millis unix_seconds upper var_pop var_samp variance weekday weekofyear when width_bucket
    year zip_with
"""

WORDS = frozenset(f"{_LANGUAGE} {_TYPES} {_NAMES} {_FUNCTIONS}".split())
"""In the very case in which the translator writes them."""
