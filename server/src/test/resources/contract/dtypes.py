import datetime as dt
from decimal import Decimal

import polars as pl

MOMENT = dt.datetime(2026, 2, 28, 23, 59, 59, 123456)


def series(dtype, values):
    return pl.Series(values, dtype=dtype)


def zoned(unit, zone):
    # Before the epoch, in winter and in summer.
    moments = [dt.datetime(1969, 12, 31, 23, 59, 59, 999000), MOMENT, dt.datetime(2026, 7, 1)]
    utc = pl.Series(moments, dtype=pl.Datetime(unit)).dt.replace_time_zone("UTC")
    return utc.dt.convert_time_zone(zone)


def physical(dtype, values):
    return pl.Series(values, dtype=pl.Int64).cast(dtype)


entry = pl.Struct({"key": pl.String, "value": pl.Int128})
columns = {
    "int8": series(pl.Int8, [-128, 127]),
    "int16": series(pl.Int16, [-32768, 32767]),
    "int32": series(pl.Int32, [-(2**31), 2**31 - 1]),
    "int64": series(pl.Int64, [-(2**63), 2**63 - 1]),
    "int128": series(pl.Int128, [-(2**127), 2**127 - 1]),
    "uint8": series(pl.UInt8, [0, 255]),
    "uint16": series(pl.UInt16, [0, 65535]),
    "uint32": series(pl.UInt32, [0, 2**32 - 1]),
    "uint64": series(pl.UInt64, [2**53 + 1, 2**64 - 1]),
    "uint128": series(pl.UInt128, [0, 2**128 - 1]),
    "float16": series(pl.Float16, [0.1, 65504.0]),
    "float32": series(pl.Float32, [0.1, 3.4028235e38]),
    "float64": series(pl.Float64, [0.1, 2.2250738585072014e-308, 1.7976931348623157e308]),
    "float64_whole": series(pl.Float64, [1.0, -0.0, 1e22]),
    "float32_odd": series(pl.Float32, [float("nan"), float("inf"), float("-inf")]),
    "float64_odd": series(pl.Float64, [float("nan"), float("inf"), float("-inf")]),
    "boolean": series(pl.Boolean, [True, False]),
    "string": series(pl.String, ["", 'ü "😀" \\ \n\x00']),
    "binary": series(pl.Binary, [b"", b"\x00\xff\xfe"]),
    "decimal": series(pl.Decimal(38, 10), [Decimal("1.5"), Decimal("-" + "9" * 28 + "." + "9" * 10)]),
    "decimal_whole": series(pl.Decimal(38, 0), [Decimal("9" * 38), Decimal(0)]),
    "date": series(pl.Date, [dt.date(1, 1, 1), dt.date(9999, 12, 31)]),
    "date_far": physical(pl.Int32, [-1_000_000, 3_000_000, None]).cast(pl.Date),
    "time": physical(pl.Time, [0, 86_399_999_999_999, 1_000_000]),
    "datetime_ms": series(pl.Datetime("ms"), [dt.datetime(2026, 1, 1), MOMENT]),
    "datetime_us": series(pl.Datetime("us"), [dt.datetime(2026, 1, 1), MOMENT]),
    "datetime_ns": physical(pl.Datetime("ns"), [0, -1, 1_772_323_199_123_456_789]),
    "datetime_utc": zoned("us", "UTC"),
    "datetime_paris": zoned("ms", "Europe/Paris"),
    "datetime_kolkata": zoned("us", "Asia/Kolkata"),
    "datetime_new_york": zoned("ms", "America/New_York"),
    "duration_ms": physical(pl.Duration("ms"), [0, 90_061_001, -1]),
    "duration_us": physical(pl.Duration("us"), [1, -90_061_000_001, None]),
    "duration_ns": physical(pl.Duration("ns"), [1, 2**63 - 1, -(2**63)]),
    "categorical": series(pl.Categorical, ["a", "ü"]),
    "enum": series(pl.Enum(["low", "high"]), ["high", "low"]),
    "null": series(pl.Null, [None]),
    "list": series(pl.List(pl.Int64), [[1, None], []]),
    "list_of_lists": series(pl.List(pl.List(pl.Float64)), [[[float("nan")], None, []], []]),
    "list_of_int128": series(pl.List(pl.Int128), [[2**100], [None]]),
    "list_of_dates": series(pl.List(pl.Datetime("ms")), [[MOMENT], []]),
    "array": series(pl.Array(pl.Int16, 2), [[1, 2], [None, 4]]),
    "array_of_arrays": series(pl.Array(pl.Array(pl.String, 1), 2), [[["a"], ["b"]], [[None], ["c"]]]),
    "struct": series(pl.Struct({"a": pl.Int64, "b": pl.String}), [{"a": 1, "b": "x"}, {"a": None, "b": None}]),
    "struct_nested": series(
        pl.Struct({"d": pl.Decimal(10, 2), "s": pl.Struct({"l": pl.List(pl.Binary)})}),
        [{"d": Decimal("1.20"), "s": {"l": [b"\xff", None]}}, {"d": None, "s": None}],
    ),
    "struct_empty": series(pl.Struct({}), [{}]),
    "list_of_structs": series(pl.List(entry), [[{"key": "a", "value": 2**100}, None], []]),
    "list_of_enums": series(pl.List(pl.Enum(["low", "high"])), [["high", None], []]),
    "list_empty": series(pl.List(pl.Null), [[]]),
    "map": series(pl.Map(pl.String, pl.Int64), [[{"key": "a", "value": 1}, {"key": "b", "value": None}], []]),
    "map_of_int128": series(pl.Map(pl.String, pl.Int128), [[{"key": "a", "value": 2**100}], []]),
}
result = pl.DataFrame({name: column.extend_constant(None, 3 - len(column)) for name, column in columns.items()})
