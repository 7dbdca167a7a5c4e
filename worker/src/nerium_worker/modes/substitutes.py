"""SQL to write instead of functions and clauses of other engines that Polars' SQL does not have.

Each `sql` is a SELECT list, or a whole statement, over a table `t` with the columns `n` (a number), `s` (text), `day`,
`ts` (a timestamp), `l` (a list) and `id`. Tests execute all of them; docs/sql-errors.md shows them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_SCRIPT = "Mode `script` has it"


@dataclass(frozen=True, kw_only=True)
class Substitute:
    """SQL to write instead, or a sentence where SQL has nothing like it.

    `expression`: of Polars in a script, over the same columns.
    """

    sql: str | None = None
    sentence: str | None = None
    expression: str | None = None

    @property
    def hint(self) -> str:
        """The sentence for a message."""
        if self.expression is not None:
            return f"{_SCRIPT}: {self.expression}."
        return self.sentence or f"Write {self.sql}."


def _each(
    names: str, *, sql: str | None = None, sentence: str | None = None, expression: str | None = None
) -> Mapping[str, Substitute]:
    return dict.fromkeys(names.split(), Substitute(sql=sql, sentence=sentence, expression=expression))


_RANDOM = (
    "A statement has the same rows each time it reads the same tables. Mode `script` has random numbers, as in Python."
)

FUNCTIONS: Mapping[str, Substitute] = {
    **_each("trunc_date", sql="CAST(strftime(day, '%Y-%m-01') AS DATE)"),
    **_each("dateadd adddate timestampadd add_days", sql="day + INTERVAL '1 day'"),
    **_each("add_months", sql="day + INTERVAL '1 month'"),
    **_each("datesub subdate", sql="day - INTERVAL '1 day'"),
    **_each(
        "timestampdiff days_between",
        sql="(extract(epoch FROM ts) - extract(epoch FROM CAST(day AS TIMESTAMP))) / 86400",
    ),
    **_each("months_between", sql="year(ts) * 12 + month(ts) - year(day) * 12 - month(day)"),
    **_each(
        "current_time localtime",
        sentence="Write CAST(localtimestamp AS TIME).",
    ),
    **_each("format_datetime format_date", sql="strftime(day, '%Y-%m')"),
    **_each("to_date str_to_date parse_date", sql="date(s, '%d.%m.%Y')"),
    **_each("parse_datetime str_to_datetime", sql="strptime(s, '%d.%m.%Y')"),
    **_each("unix_timestamp to_unixtime to_unix_timestamp", sql="extract(epoch FROM ts)"),
    **_each("from_unixtime from_unix_timestamp", sql="CAST(n * 1000000 AS TIMESTAMP)"),
    **_each("weekofyear week_of_year", sql="week(day)"),
    **_each("day_of_week", sql="dayofweek(day)"),
    **_each("day_of_year", sql="dayofyear(day)"),
    **_each("decode", sql="CASE WHEN n > 1 THEN 'many' ELSE 'one' END"),
    **_each("safe_cast try_convert to_number try_to_number", sql="TRY_CAST(s AS DOUBLE)"),
    **_each("convert to_varchar tostring", sql="CAST(n AS VARCHAR)"),
    **_each("split str_split string_split", sql="string_to_array(s, ',')"),
    **_each("substring_index", sql="split_part(s, ',', 1)"),
    **_each("instr locate charindex", sql="strpos(s, 'a')"),
    **_each("len", sql="length(s)"),
    **_each("regexp", sql="regexp_like(s, '^a')"),
    **_each("contains", sql="strpos(s, 'a') > 0"),
    **_each("regexp_substr", sql="regexp_extract(s, '[0-9]+')"),
    **_each("json_query json_extract_scalar get_json_object", sql="json_extract_string(s, '$.name')"),
    **_each("sha2", sql="sha256(s)"),
    **_each("hash xxhash64 farm_fingerprint", expression="pl.col('s').hash()"),
    **_each("random rand uuid gen_random_uuid newid", sentence=_RANDOM),
    **_each("generate_series sequence range generate_array", sql="SELECT n FROM generate_series(1, 10) AS s(n)"),
    **_each("some", sql="max(n > 1)"),
    **_each("percentile percentile_cont approx_percentile quantile", sql="quantile_cont(n, 0.5)"),
    **_each("percentile_disc", sql="quantile_disc(n, 0.5)"),
    **_each("mode", sql="SELECT s, count(*) AS c FROM t GROUP BY s ORDER BY c DESC LIMIT 1"),
    **_each("skewness kurtosis", expression="pl.col('n').skew()"),
    **_each("collect_list array_concat_agg", sql="array_agg(s)"),
    **_each("collect_set", sql="array_agg(DISTINCT s)"),
    **_each("list_contains array_has list_has", sql="array_contains(l, 1)"),
    **_each("cardinality array_size list_length size", sql="array_length(l)"),
    **_each("element_at list_extract list_element", sql="array_get(l, 1)"),
    **_each("list_sum", sql="array_sum(l)"),
    **_each("list_distinct array_distinct", sql="array_unique(l)"),
    **_each("array_join", sql="array_to_string(l, ',')"),
    **_each("explode", sql="unnest(l)"),
    **_each("square", sql="power(n, 2)"),
    **_each("signum", sql="sign(n)"),
    **_each("e", sql="exp(1)"),
    **_each("format printf", sql="concat(s, '-', n)"),
    **_each("typeof", sentence="The response has the type of each column, in `column_types`."),
    **_each("row struct named_struct struct_pack", expression="pl.struct(a='n', b='s')"),
}

CLAUSES: Mapping[str, Substitute] = {
    "AT TIME ZONE": Substitute(
        expression="pl.col('ts').dt.replace_time_zone('UTC').dt.convert_time_zone('Europe/Paris')"
    ),
    "SIMILAR TO": Substitute(sql="SELECT s FROM t WHERE s ~ '^a.*b$'"),
    "A row of several columns": Substitute(
        sql="SELECT n FROM t WHERE EXISTS (SELECT 1 FROM t AS u WHERE u.n = t.n AND u.s = t.s)"
    ),
    "STRUCT": Substitute(expression="pl.struct(a='n', b='s')"),
    "MAP": Substitute(expression="pl.struct(a='n', b='s')"),
    "LIKE ANY": Substitute(sql="SELECT s FROM t WHERE s LIKE 'a%' OR s LIKE 'b%'"),
    "ILIKE ANY": Substitute(sql="SELECT s FROM t WHERE s ILIKE 'a%' OR s ILIKE 'b%'"),
    "LATERAL": Substitute(sql="SELECT t.n, u.s FROM t JOIN t AS u ON t.id = u.id"),
    "WITH RECURSIVE": Substitute(
        sentence="A loop in mode `script` joins step by step: sql(…) gives each step a frame."
    ),
    "PIVOT": Substitute(
        sql="SELECT sum(CASE WHEN s = 'a' THEN n END) AS a, sum(CASE WHEN s = 'b' THEN n END) AS b FROM t"
    ),
    "UNPIVOT": Substitute(
        sql="SELECT 'n' AS name, n AS value FROM t UNION ALL SELECT 'id' AS name, id AS value FROM t"
    ),
    "USING SAMPLE": Substitute(sql="SELECT * FROM t TABLESAMPLE BERNOULLI (10)"),
    "WITHIN GROUP": Substitute(sql="string_agg(s, ',' ORDER BY s)"),
    "RANGE BETWEEN": Substitute(sql="sum(n) OVER (ORDER BY day ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)"),
    "COUNT of several columns": Substitute(sql="SELECT count(*) FROM (SELECT DISTINCT n, s FROM t) AS q"),
    "> ALL": Substitute(sql="SELECT n FROM t WHERE n > (SELECT max(id) FROM t)"),
    "ASOF JOIN": Substitute(sentence="Mode `script` has it: left.join_asof(right, on='day')."),
    "The operator ^": Substitute(sql="power(n, 2)"),
    "FETCH with PERCENT": Substitute(sql="SELECT n FROM t ORDER BY n LIMIT 10"),
    "TOP": Substitute(sql="SELECT n FROM t ORDER BY n LIMIT 10"),
}
