"""Translates functions of strings, which both engines count in code points and compare byte by byte."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from nerium_worker.spark.expr.regex import body, groups, java_pattern, leading_flags
from nerium_worker.spark.quoting import string
from nerium_worker.spark.types import is_integer, spark_type
from nerium_worker.spark.unsupported import NOT_TRANSLATED, refuse

if TYPE_CHECKING:
    from nerium_worker.spark.functions.call import Call, Function

# Unicode's white space, as a class of characters.
_SPACES = "[\\x09-\\x0d\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]"
_OPTIONAL_GROUP = re.compile(r"\)[?*]|\)\{0|\|")


def _pattern(call: Call, index: int = 1) -> str:
    pattern = call.constant(index)
    if not isinstance(pattern, str):
        refuse(call.label, "its pattern must be a constant text")
    return pattern


def _contains(call: Call) -> str:
    is_literal = call.options[0]
    if is_literal:
        return f"contains({call.sql(0)}, {call.sql(1)})"
    return f"({call.sql(0)} RLIKE {string(java_pattern(_pattern(call), call.label))})"


def _contains_any(call: Call) -> str:
    if call.options[0]:
        refuse("str.contains_any", "without regard to case it is not translated")
    parts = call.constant(1)
    if parts is None or None in parts:
        refuse("str.contains_any", "its patterns must be known")
    value = call.named()
    found = " OR ".join(f"contains({value}, {string(part)})" for part in parts)
    return f"({found})" if found else f"CASE WHEN {value} IS NOT NULL THEN FALSE END"


def _replace(call: Call) -> str:
    count, is_literal = call.options
    pattern, value = _pattern(call), call.constant(2)
    if not isinstance(value, str) or not pattern:
        refuse(call.label, "what it replaces, and by what, must be constant texts, and not empty")
    if is_literal and count == -1:
        return f"replace({call.sql()}, {string(pattern)}, {string(value)})"
    if count not in (1, -1):
        refuse(call.label, "another number of times than once or all it is not translated")
    if not is_literal and ("$" in value or groups(pattern)):
        refuse(call.label, "groups in its pattern or its value are not translated")
    escaped = value.replace("\\", "\\\\").replace("$", "\\$")
    inner = _exactly(pattern) if is_literal else body(pattern, call.label)
    flags = "" if is_literal else leading_flags(pattern)
    if count == -1:
        if _matches_nothing(pattern):
            refuse(call.label, "its pattern matches the empty text")
        return f"regexp_replace({call.sql()}, {string(f'(?Ud{flags}){inner}')}, {string(escaped)})"
    scope = "(?:" if is_literal or "s" in flags else "(?-s:"
    whole = f"(?Uds{flags})\\A(.*?){scope}{inner})(.*)\\z"
    return f"regexp_replace({call.sql()}, {string(whole)}, {string(f'$1{escaped}$2')})"


def _matches_nothing(pattern: str) -> bool:
    try:
        return re.search(pattern, "") is not None
    except re.error:
        return True


def _extract(call: Call) -> str:
    pattern, group = _pattern(call), call.options[0]
    if _OPTIONAL_GROUP.search(pattern) or group > groups(pattern):
        refuse("str.extract", "a group that may take no part in a match is null in Polars and empty in Spark")
    value, java = call.named(), string(java_pattern(pattern, call.label))
    return f"CASE WHEN {value} RLIKE {java} THEN regexp_extract({value}, {java}, {group}) END"


def _extract_all(call: Call) -> str:
    pattern = _pattern(call)
    if _matches_nothing(pattern):
        refuse(call.label, "its pattern matches the empty text")
    return f"regexp_extract_all({call.sql()}, {string(java_pattern(pattern, call.label))}, 0)"


def _matches(call: Call) -> str:
    is_literal = call.options[0]
    pattern = _pattern(call)
    if not pattern or (not is_literal and _matches_nothing(pattern)):
        refuse(call.label, "its pattern matches the empty text")
    java = _exactly(pattern) if is_literal else java_pattern(pattern, call.label)
    return f"CAST(regexp_count({call.sql()}, {string(java)}) AS {spark_type(call.dtype)})"


def _exactly(text: str) -> str:
    return re.sub(r"([\\.\[\]{}()*+?^$|])", r"\\\1", text)


def _found(call: Call) -> str:
    """Return at which byte a text begins."""
    is_literal = call.options[0]
    pattern = _pattern(call)
    if not pattern or (not is_literal and re.fullmatch(r"[\w\s,;:@!%&=<>\"'-]*", pattern) is None):
        refuse("str.find", "only constant texts are found: give literal=True")
    value = call.named()
    place = call.let(f"instr({value}, {string(pattern)})")
    return f"CASE WHEN {place} > 0 THEN CAST(octet_length(substring({value}, 1, {place} - 1)) AS BIGINT) END"


def _slice(call: Call) -> str:
    offset, length = call.inputs[1], call.inputs[2]
    value = call.named()
    is_open = isinstance(length.dtype, pl.Null) or (length.constant is not None and length.constant.value is None)
    if offset.constant is not None and isinstance(offset.constant.value, int):
        start = offset.constant.value
        if is_open:
            return f"substring({value}, {start + 1 if start >= 0 else start})"
        if start >= 0:
            count = f"least(CAST({length.sql} AS BIGINT), CAST(2147483647 AS BIGINT))"
            return f"substring({value}, {start + 1}, CAST({count} AS INT))"
        refuse("str.slice", "from the end with a length it is not translated")
    if not is_open:
        refuse("str.slice", "its offset must be a constant")
    start_sql = call.let(f"CAST({offset.sql} AS INT)")
    return (
        f"CASE WHEN {start_sql} >= 0 THEN substring({value}, {start_sql} + 1) ELSE substring({value}, {start_sql}) END"
    )


def _head(call: Call) -> str:
    count, value = call.constant(1), call.named()
    if count is None:
        refuse(call.label, "its length must be known")
    return (
        f"substring({value}, 1, {count})"
        if count >= 0
        else f"substring({value}, 1, greatest(char_length({value}) - {-count}, 0))"
    )


def _tail(call: Call) -> str:
    count, value = call.constant(1), call.named()
    if count is None:
        refuse(call.label, "its length must be known")
    if count == 0:
        return f"substring({value}, 1, 0)"
    return f"substring({value}, {-count})" if count > 0 else f"substring({value}, {-count + 1})"


def _strip(name: str) -> Function:
    def write(call: Call) -> str:
        characters = call.inputs[1].constant
        if characters is None:
            refuse(call.label, "what it strips must be a constant")
        if characters.value is None:
            start, end = f"\\A{_SPACES}+", f"{_SPACES}+\\z"
            patterns = {"BOTH": f"{start}|{end}", "LEADING": start, "TRAILING": end}
            return f"regexp_replace({call.sql()}, {string(patterns[name])}, '')"
        if not characters.value:
            return call.sql()
        return f"trim({name} {string(characters.value)} FROM {call.sql()})"

    return write


def _without_prefix(call: Call) -> str:
    prefix, value = _pattern(call), call.named()
    return (
        f"CASE WHEN startswith({value}, {string(prefix)}) THEN substring({value}, {len(prefix) + 1}) ELSE {value} END"
    )


def _without_suffix(call: Call) -> str:
    suffix, value = _pattern(call), call.named()
    kept = f"substring({value}, 1, char_length({value}) - {len(suffix)})"
    return f"CASE WHEN endswith({value}, {string(suffix)}) THEN {kept} ELSE {value} END"


def _pad(name: str) -> Function:
    def write(call: Call) -> str:
        length, value = call.constant(1), call.named()
        fill = call.options[0]
        if length is None or length > 10_000:  # noqa: PLR2004
            refuse(call.label, "its length must be known, and at most 10,000")
        return (
            f"CASE WHEN char_length({value}) < {length} THEN {name}({value}, {length}, {string(fill)}) ELSE {value} END"
        )

    return write


def _fill_with_zeros(call: Call) -> str:
    length, value = call.constant(1), call.named()
    if length is None or length > 10_000:  # noqa: PLR2004
        refuse(call.label, "its length must be known, and at most 10,000")
    signed = f"({value} RLIKE '^[+-]')"
    with_sign = f"substring({value}, 1, 1) || lpad(substring({value}, 2), {length - 1}, '0')"
    # Only digits, whose bytes and letters are as many.
    plain = f"CASE WHEN {signed} THEN {with_sign} ELSE lpad({value}, {length}, '0') END"
    error = "raise_error('zfill of a text with other letters than those of ASCII')"
    checked = f"CASE WHEN octet_length({value}) = char_length({value}) THEN {plain} ELSE {error} END"
    return f"CASE WHEN octet_length({value}) >= {length} THEN {value} WHEN {value} IS NOT NULL THEN {checked} END"


def _split(call: Call) -> str:
    if call.options[0]:
        refuse("str.split", "with inclusive=True it is not translated")
    separator = _pattern(call)
    if not separator:
        refuse("str.split", "at every letter it is not translated")
    return f"split({call.sql()}, {string(_exactly(separator))}, -1)"


def _split_exactly(call: Call) -> str:
    _, inclusive = call.options
    separator = _pattern(call)
    if inclusive or not separator or not isinstance(call.dtype, pl.Struct):
        refuse(call.label, "at every letter, or with inclusive=True, it is not translated")
    return _parts(call, call.let(f"split({call.sql()}, {string(_exactly(separator))}, -1)"))


def _split_at_most(call: Call) -> str:
    separator = _pattern(call)
    if not separator:
        refuse(call.label, "at every letter it is not translated")
    return _parts(call, call.let(f"split({call.sql()}, {string(_exactly(separator))}, {call.options[0]})"))


def _parts(call: Call, parts: str) -> str:
    if not isinstance(call.dtype, pl.Struct):
        refuse(call.label, NOT_TRANSLATED)
    members = (f"get({parts}, {index}) AS `{field.name}`" for index, field in enumerate(call.dtype.fields))
    return f"struct({', '.join(members)})"


def _join(call: Call) -> str:
    separator, ignores_nulls = call.options
    for each in call.inputs:
        if not isinstance(each.dtype, pl.String):
            refuse("concat_str", f"of {each.dtype} it is not translated: cast it to String")
    if ignores_nulls:
        return f"concat_ws({', '.join([string(separator), *(each.sql for each in call.inputs)])})"
    between = f" || {string(separator)} || " if separator else " || "
    return f"({between.join(each.sql for each in call.inputs)})"


def _format(call: Call) -> str:
    text, places = call.options
    parts, last = [], 0
    encoded = text.encode()
    for place, each in zip(places, call.inputs, strict=True):
        if not (isinstance(each.dtype, pl.String) or is_integer(each.dtype)):
            refuse("format", f"of {each.dtype} it is not translated: cast it to String")
        if place > last:
            parts.append(string(encoded[last:place].decode()))
        parts.append(f"CAST({each.sql} AS STRING)")
        last = place
    if last < len(encoded):
        parts.append(string(encoded[last:].decode()))
    return f"({' || '.join(parts)})"


def _encode(name: str) -> Function:
    def write(call: Call) -> str:
        binary = f"CAST({call.sql()} AS BINARY)"
        return f"lower(hex({binary}))" if name == "hex" else f"base64({binary})"

    return write


def _length(name: str) -> Function:
    return lambda call: f"CAST({name}({call.sql()}) AS {spark_type(call.dtype)})"


FUNCTIONS: dict[str, Function] = {
    "StringFunction.Base64Encode": _encode("base64"),
    "StringFunction.ConcatHorizontal": _join,
    "StringFunction.Contains": _contains,
    "StringFunction.ContainsAny": _contains_any,
    "StringFunction.CountMatches": _matches,
    "StringFunction.EndsWith": lambda call: f"endswith({call.sql(0)}, {call.sql(1)})",
    "StringFunction.Extract": _extract,
    "StringFunction.ExtractAll": _extract_all,
    "StringFunction.Find": _found,
    "StringFunction.Format": _format,
    "StringFunction.Head": _head,
    "StringFunction.HexEncode": _encode("hex"),
    "StringFunction.LenBytes": _length("octet_length"),
    "StringFunction.LenChars": _length("char_length"),
    "StringFunction.Lowercase": lambda call: f"lower({call.sql()})",
    "StringFunction.PadEnd": _pad("rpad"),
    "StringFunction.PadStart": _pad("lpad"),
    "StringFunction.Replace": _replace,
    "StringFunction.Slice": _slice,
    "StringFunction.Split": _split,
    "StringFunction.SplitExact": _split_exactly,
    "StringFunction.SplitN": _split_at_most,
    "StringFunction.StartsWith": lambda call: f"startswith({call.sql(0)}, {call.sql(1)})",
    "StringFunction.StripChars": _strip("BOTH"),
    "StringFunction.StripCharsEnd": _strip("TRAILING"),
    "StringFunction.StripCharsStart": _strip("LEADING"),
    "StringFunction.StripPrefix": _without_prefix,
    "StringFunction.StripSuffix": _without_suffix,
    "StringFunction.Tail": _tail,
    "StringFunction.Uppercase": lambda call: f"upper({call.sql()})",
    "StringFunction.ZFill": _fill_with_zeros,
}
