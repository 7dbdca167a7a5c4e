"""The functions, each with the expression that its calls become."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from nerium_worker.modes.functions import time_formats
from nerium_worker.modes.functions.clock import CLOCK
from nerium_worker.modes.functions.time_formats import FormatError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from nerium_worker.modes.functions.call import Call

_MICROSECONDS = {
    "microsecond": 1,
    "millisecond": 1_000,
    "second": 1_000_000,
    "minute": 60_000_000,
    "hour": 3_600_000_000,
    "day": 86_400_000_000,
}
_UNITS = (*_MICROSECONDS, "week", "month", "quarter", "year")

_Write: TypeAlias = "Callable[[Call, Sequence[str]], str | None]"


def _epoch(argument: str) -> str:
    """Write the microseconds since 1970 of a date or timestamp."""
    return f"CAST(CAST({_time(argument)} AS TIMESTAMP) AS BIGINT)"


def _time(argument: str) -> str:
    """Write an argument so that it fails unless it is a date or timestamp: a number would be cast to one."""
    return f"(({argument}) - CAST(0 AS INTERVAL))"


def _above(number: str, size: int) -> str:
    """Write how far a number is above the next multiple of `size` below it: `%` has the sign of the number."""
    return f"(({number} % {size} + {size}) % {size})"


def _unit(call: Call, units: Sequence[str] = _UNITS) -> str:
    """Read the unit, which is the first argument; raises `Failure`."""
    match call.arguments[0]:
        case [token] if token.kind == "string":
            unit = token.value.lower().removesuffix("s")
            if unit in units:
                return unit
            hint = f"The units are {', '.join(units[:-1])} and {units[-1]}."
            raise call.failure(f"{call.name}() has no unit '{token.value}'.", hint)
        case _:
            hint = f"Write it in single quotes, as in {call.name}('month', ...)."
            raise call.failure(f"The first argument of {call.name}() is not a unit.", hint)


def _date_trunc(call: Call, arguments: Sequence[str]) -> str | None:
    if len(arguments) != 2:  # noqa: PLR2004
        return None
    value = arguments[1]
    unit = _unit(call)
    size = min(_MICROSECONDS.get(unit, _MICROSECONDS["day"]), _MICROSECONDS["day"])
    micros = _above(_epoch(value), size)
    days = {"week": f"(date_part('isodow', {value}) - 1)", "year": f"(dayofyear({value}) - 1)"}
    days |= dict.fromkeys(("month", "quarter"), f"(day({value}) - 1)")
    if unit in days:
        micros += f" + CAST({days[unit]} AS BIGINT) * {_MICROSECONDS['day']}"
    start = f"({value} - CAST({micros} AS INTERVAL))"
    if unit != "quarter":
        return start
    behind = f"month({value}) % 3"
    return (
        f"(CASE WHEN {behind} = 1 THEN {start} WHEN {behind} = 2 THEN {start} - INTERVAL '1 month'"
        f" ELSE {start} - INTERVAL '2 months' END)"
    )


def _date_diff(call: Call, arguments: Sequence[str]) -> str | None:
    if len(arguments) != 3:  # noqa: PLR2004
        return None

    def number(argument: str) -> str:
        match unit:
            case "day":
                return f"CAST(CAST({_time(argument)} AS DATE) AS BIGINT)"
            case "month":
                return f"CAST(year({argument}) * 12 + month({argument}) AS BIGINT)"
            case "quarter":
                return f"CAST(year({argument}) * 4 + quarter({argument}) AS BIGINT)"
            case "year":
                return f"CAST(year({argument}) AS BIGINT)"
            case _:
                size = _MICROSECONDS[unit]
                return f"({_epoch(argument)} - {_above(_epoch(argument), size)}) // {size}"

    unit = _unit(call, [unit for unit in _UNITS if unit != "week"])
    return f"({number(arguments[2])} - {number(arguments[1])})"


def _last_day(_: Call, arguments: Sequence[str]) -> str | None:
    if len(arguments) != 1:
        return None
    day = f"CAST({_time(arguments[0])} AS DATE)"
    return f"({day} + (1 - day({day})) + INTERVAL '1 month' - INTERVAL '1 day')"


def _any_value(call: Call, arguments: Sequence[str]) -> str | None:
    if len(arguments) != 1 or call.suffix:
        return None
    return f"first({arguments[0]}) FILTER (WHERE ({arguments[0]}) IS NOT NULL)"


def _list(call: Call, arguments: Sequence[str]) -> str | None:
    if len(arguments) != 1 or call.suffix:
        return None
    return f"(CASE WHEN count(*) > 0 THEN array_agg({arguments[0]}) END)"


def _at_extreme(order: str) -> _Write:
    def write(call: Call, arguments: Sequence[str]) -> str | None:
        if len(arguments) != 2 or call.suffix:  # noqa: PLR2004
            return None
        value, key = arguments
        known = f"({value}) IS NOT NULL AND ({key}) IS NOT NULL"
        return f"array_get(array_agg({value} ORDER BY {key} {order}) FILTER (WHERE {known}), 1)"

    return write


def _template(count: int, text: str) -> _Write:
    """Write a call by a text in which `{0}`, `{1}`, ... are its arguments."""
    return lambda _, arguments: text.format(*arguments) if len(arguments) == count else None


def _renamed(name: str) -> _Write:
    return lambda _, arguments: f"{name}({', '.join(arguments)})"


def _formatted(read: Callable[[str], str]) -> _Write:
    """Write a time by a format of Polars that `read` gives for the one in the call."""

    def write(call: Call, arguments: Sequence[str]) -> str | None:
        if len(arguments) != 2:  # noqa: PLR2004
            return None
        match call.arguments[1]:
            case [token] if token.kind == "string":
                hint = "docs/sql-functions.md has the parts of formats."
                if not token.value:
                    raise call.failure(f"{call.name}() has a format that is empty.", hint)
                try:
                    written = read(token.value).replace("'", "''")
                except FormatError as error:
                    raise call.failure(f"{call.name}() has a format that {error}.", hint) from error
                return f"strftime({arguments[0]}, '{written}')"
            case _:
                raise call.failure(f"{call.name}() takes a format in single quotes.", f"Write {call.name}(ts, '...').")

    return write


def _now(time: dt.datetime) -> str:
    return f"timestamp('{time.isoformat(timespec='microseconds')}', '%+')"


def _today(time: dt.datetime) -> str:
    return f"DATE '{time.date().isoformat()}'"


def _local(time: dt.datetime) -> str:
    return f"TIMESTAMP '{time.replace(tzinfo=None).isoformat(sep=' ', timespec='microseconds')}'"


@dataclass(frozen=True, kw_only=True)
class Function:
    """A function with its names, the first of which is in the examples; `usage`: how it is called."""

    names: tuple[str, ...]
    usage: str
    meaning: str
    write: _Write
    is_stable: bool = True


def _function(names: str, usage: str, meaning: str, write: _Write) -> Function:
    first, *others = names.split()
    return Function(names=(first, *others), usage=usage, meaning=meaning, write=write)


def _of_time(names: str, meaning: str, write: Callable[[dt.datetime], str]) -> Function:
    """Describe a function of the time at which the run started."""
    first, *others = names.split()
    return Function(
        names=(first, *others),
        usage=f"{first}()",
        meaning=meaning,
        write=lambda _, arguments: None if arguments else write(CLOCK.start),
        is_stable=False,
    )


FUNCTIONS: tuple[Function, ...] = (
    _function(
        "date_trunc datetrunc",
        "date_trunc(unit, time)",
        f"the start of the unit that the date or timestamp is in: {', '.join(_UNITS)}; a date stays a date",
        _date_trunc,
    ),
    _function(
        "date_diff datediff",
        "date_diff(unit, from, to)",
        "how many starts of the unit lie between two dates or timestamps; the units of `date_trunc` without week",
        _date_diff,
    ),
    _function(
        "strftime",
        "strftime(time, format)",
        "the time as text, by the format of DuckDB; a format of Polars that DuckDB does not have works, too",
        _formatted(time_formats.of_strftime),
    ),
    _function(
        "to_char",
        "to_char(time, format)",
        "the time as text, by a format of PostgreSQL",
        _formatted(time_formats.of_to_char),
    ),
    _function(
        "date_format",
        "date_format(time, format)",
        "the time as text, by a format of MySQL and Trino, which has `%`, or of Spark",
        _formatted(time_formats.of_date_format),
    ),
    _function("last_day", "last_day(time)", "the last day of the month, a date", _last_day),
    _function(
        "dayname day_name", "dayname(time)", "the name of the day in English", _template(1, "strftime({0}, '%A')")
    ),
    _function(
        "monthname month_name",
        "monthname(time)",
        "the name of the month in English",
        _template(1, "strftime({0}, '%B')"),
    ),
    _function(
        "epoch",
        "epoch(time)",
        "seconds since 1970, a double",
        lambda _, arguments: f"(CAST({_epoch(arguments[0])} AS DOUBLE) / 1000000)" if len(arguments) == 1 else None,
    ),
    _function(
        "epoch_ms",
        "epoch_ms(time)",
        "milliseconds since 1970, an integer",
        lambda _, arguments: f"({_epoch(arguments[0])} // 1000)" if len(arguments) == 1 else None,
    ),
    _function(
        "epoch_us",
        "epoch_us(time)",
        "microseconds since 1970, an integer",
        lambda _, arguments: _epoch(arguments[0]) if len(arguments) == 1 else None,
    ),
    _function(
        "to_timestamp",
        "to_timestamp(seconds)",
        "the time that is a number of seconds after 1970, with a time zone",
        _template(
            1,
            "(timestamp('1970-01-01T00:00:00+00:00', '%+') + CAST(CAST(round(({0}) * 1e6, 0) AS BIGINT) AS INTERVAL))",
        ),
    ),
    _of_time("now current_timestamp getdate sysdate", "the time at which the run started, with a time zone", _now),
    _of_time("localtimestamp", "the time at which the run started, in UTC without a time zone", _local),
    _of_time("current_date today curdate", "the day on which the run started, in UTC", _today),
    _function("any_value arbitrary", "any_value(value)", "the first value that is not null", _any_value),
    _function(
        "arg_max argmax max_by",
        "arg_max(value, key)",
        "the value of the row with the largest key; rows in which one of them is null do not count",
        _at_extreme("DESC"),
    ),
    _function(
        "arg_min argmin min_by", "arg_min(value, key)", "the value of the row with the smallest key", _at_extreme("ASC")
    ),
    _function("list", "list(value)", "a list of all values, null ones too; null if there is no row", _list),
    _function(
        "count_if countif",
        "count_if(condition)",
        "how many rows have the condition",
        _template(1, "count(CASE WHEN {0} THEN 1 END)"),
    ),
    _function(
        "sum_if sumif",
        "sum_if(value, condition)",
        "the sum of the rows that have the condition",
        _template(2, "sum(CASE WHEN {1} THEN {0} END)"),
    ),
    _function(
        "bool_and every logical_and",
        "bool_and(condition)",
        "whether all rows have it",
        _template(1, "min(CASE WHEN {0} THEN TRUE WHEN NOT ({0}) THEN FALSE END)"),
    ),
    _function(
        "bool_or logical_or",
        "bool_or(condition)",
        "whether a row has it",
        _template(1, "max(CASE WHEN {0} THEN TRUE WHEN NOT ({0}) THEN FALSE END)"),
    ),
    _function(
        "approx_count_distinct approx_distinct ndv",
        "approx_count_distinct(value)",
        "the exact count of the different values",
        _template(1, "count(DISTINCT {0})"),
    ),
    _function(
        "regexp_matches regexp_contains rlike",
        "regexp_matches(text, pattern)",
        "whether a part of the text has the pattern",
        _renamed("regexp_like"),
    ),
    _function("startswith", "startswith(text, prefix)", "`starts_with`", _renamed("starts_with")),
    _function("endswith", "endswith(text, suffix)", "`ends_with`", _renamed("ends_with")),
    _function("ucase to_upper", "ucase(text)", "`upper`", _renamed("upper")),
    _function("lcase to_lower", "lcase(text)", "`lower`", _renamed("lower")),
    _function("char_len", "char_len(text)", "`char_length`", _renamed("char_length")),
    _function("strlen", "strlen(text)", "`octet_length`, the bytes in UTF-8", _renamed("octet_length")),
    _function("nvl", "nvl(value, otherwise)", "`coalesce`", _renamed("coalesce")),
    _function(
        "nvl2",
        "nvl2(value, known, unknown)",
        "the second, or the third where the first is null",
        _template(3, "(CASE WHEN ({0}) IS NOT NULL THEN {1} ELSE {2} END)"),
    ),
    _function(
        "iif",
        "iif(condition, then, otherwise)",
        "CASE WHEN",
        _template(3, "(CASE WHEN {0} THEN {1} ELSE {2} END)"),
    ),
    _function("zeroifnull", "zeroifnull(number)", "0 where it is null", _template(1, "coalesce({0}, 0)")),
    _function("nullifzero", "nullifzero(number)", "null where it is 0", _template(1, "nullif({0}, 0)")),
    _function("isnull", "isnull(value)", "`value IS NULL`", _template(1, "(({0}) IS NULL)")),
)
BY_NAME = {name: function for function in FUNCTIONS for name in function.names}
STABLE = frozenset(name for name, function in BY_NAME.items() if function.is_stable)
