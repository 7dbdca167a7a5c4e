"""Says in the user's terms what Polars, or the parser, says about a statement."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqloxide

from nerium_worker.modes.messages import nearest_name
from nerium_worker.modes.substitutes import CLAUSES, FUNCTIONS
from nerium_worker.modes.volatility import STABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_WHERE = re.compile(r" at Line: (\d+), Column: (\d+)$")
_VERSION = re.compile(
    r"\b(?:FOR\s+)?(?:SYSTEM_)?(VERSION|TIMESTAMP|TIME)\s+AS\s+OF\s+(?:TIMESTAMP\s+)?('[^']*'|\w+)", re.IGNORECASE
)
_CONTEXT = re.compile(
    r"\n+(?:This error occurred in the following|You might want to try:|while evaluating).*", re.DOTALL
)
_NODE = re.compile(r"\b[A-Z]\w+(?: \{|\(\[?[A-Z]\w+)|Some\(")
_INTERNAL = re.compile(r"_POLARS|^(?:literal|scalar|)$")
# Names of Rust's types in Polars.
_TYPES = {"str": "String", "bool": "Boolean", "binary": "Binary", "date": "Date", "time": "Time", "null": "Null"}
# Names of parsed expressions that Polars does not have, as the user writes them.
_EXPRESSIONS = {
    "AtTimeZone": "AT TIME ZONE",
    "SimilarTo": "SIMILAR TO",
    "Tuple": "A row of several columns",
    "Struct": "STRUCT",
    "Dictionary": "STRUCT",
    "Map": "MAP",
}
_PARTS = (
    "century, day, decade, dow, doy, epoch, hour, isodow, isoweek, isoyear, microsecond, millennium, millisecond,"
    " minute, month, nanosecond, quarter, second, time, week, year"
)


@dataclass(frozen=True, kw_only=True)
class Description:
    """A message for the user; `details` are None where they would only repeat it."""

    error: str
    details: str | None = None
    hint: str | None = None
    line: int | None = None


@dataclass(frozen=True, kw_only=True)
class _Statement:
    sql: str
    columns: Callable[[], Sequence[str]]
    message: str


def describe(message: str, sql: str, columns: Callable[[], Sequence[str]]) -> Description:
    """Describe a message about a statement, whose tables have these columns."""
    statement = _Statement(sql=sql, columns=columns, message=message)
    first = message.splitlines()[0]
    for pattern, rule in _RULES:
        match = re.search(pattern, first)
        if match is not None:
            return rule(match, statement)
    return Description(error=_without_nodes(first), details=without_internals(message))


def no_field(name: str, sql: str) -> Description:
    """Describe a field that no struct has."""
    return Description(
        error=f"The value before '{name}' is not a struct with a field of this name.",
        hint="-> and . read fields of structs. Write ->> '$.name' for JSON in a text.",
        line=line_of(sql, name),
    )


def without_internals(message: str) -> str | None:
    """Leave out expressions of Polars and of its parser; None where nothing is left but the first line."""
    text = _CONTEXT.sub("", message).strip()
    rest = text.splitlines()[1:]
    return None if not rest or _NODE.search(text) is not None else text


def line_of(sql: str, name: str) -> int | None:
    """Find the first line of a statement that has a column or function of a name."""
    try:
        parsed = sqloxide.parse_sql(sql=sql, dialect="generic")
    except ValueError:
        return None
    return min(_lines(parsed, name), default=None)


def _lines(parsed: Any, name: str) -> Iterator[int]:  # noqa: ANN401  # a tree of JSON
    pending = [parsed]
    while pending:
        match pending.pop():
            case {"value": str(value), "quote_style": _, "span": {"start": {"line": line}}}:
                if value.casefold() == name.casefold() and line > 0:
                    yield line
            case dict() as fields:
                pending.extend(fields.values())
            case list() | tuple() as items:
                pending.extend(items)


def _without_nodes(line: str) -> str:
    """Cut a sentence before the first piece of a parsed statement."""
    found = _NODE.search(line)
    return line if found is None else line[: found.start()].rstrip(" :'`") or "The statement is not supported"


def counted(number: int, what: str) -> str:
    """Give a number with its noun."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def type_name(rust: str) -> str:
    """Name a type as Polars' users know it."""
    short = rust.strip("`")
    if re.fullmatch(r"[iuf]\d+", short):
        return {"i": "Int", "u": "UInt", "f": "Float"}[short[0]] + short[1:]
    if match := re.fullmatch(r"(datetime|duration|list|array|decimal|struct)(\[.*\])?", short):
        unit = "" if match[1] in {"datetime", "duration"} else match[2] or ""
        return match[1].capitalize() + unit
    return _TYPES.get(short, short)


def _no_column(match: re.Match[str], statement: _Statement) -> Description:
    name = match["name"]
    known = statement.columns()
    table = match.groupdict().get("table")
    error = f"There is no column '{name}'." if table is None else f"The table '{table}' has no column '{name}'."
    if _is_alias(statement.sql, name):
        hint = (
            f"Only the result has the name '{name}': repeat its expression here, or put the query into FROM (...) AS q."
        )
    else:
        hint = nearest_name(name, [each for each in known if each != name], "column")
    return Description(error=error, hint=hint, line=line_of(statement.sql, name))


def _is_alias(sql: str, name: str) -> bool:
    return re.search(rf'\bAS\s+"?{re.escape(name)}"?(?![\w"])', sql, re.IGNORECASE) is not None


def _no_function(match: re.Match[str], statement: _Statement) -> Description:
    name = match["name"]
    substitute = FUNCTIONS.get(name.lower())
    close = difflib.get_close_matches(name.lower(), STABLE, n=1, cutoff=0.75)
    if substitute is not None:
        hint = substitute.hint
    elif close:
        hint = f"Did you mean the function {close[0]}()?"
    else:
        hint = "docs/sql-errors.md has the functions of other engines, and what to write instead."
    error = f"The function {name}() is not available."
    return Description(error=error, hint=hint, line=line_of(statement.sql, name))


def _not_available(what: str, statement: _Statement | None = None, *, name: str | None = None) -> Description:
    line = None if statement is None or name is None else line_of(statement.sql, name)
    return Description(error=f"{what} is not available.", hint=CLAUSES[what].hint, line=line)


def _expression(match: re.Match[str], statement: _Statement) -> Description:
    what = _EXPRESSIONS.get(match["kind"])
    found = re.search(r"Location\((\d+),", match.string)
    line = None if found is None or found[1] == "0" else int(found[1])
    if what is None:
        words = " ".join(re.findall(r"[A-Z][a-z]*", match["kind"])).upper()
        return Description(
            error=f"{words} is not available in a query.", line=line, hint="Mode `script` has all of Polars."
        )
    described = _not_available(what, statement)
    return Description(error=described.error, hint=described.hint, line=line)


def _conversion(match: re.Match[str], statement: _Statement) -> Description:
    source, target, column, values = (match[each] for each in ("source", "target", "column", "values"))
    to = f"can't be converted from {type_name(source)} to {type_name(target)}"
    if _INTERNAL.search(column):
        error = f"The value {values.strip('[]')} {to}."
    else:
        error = f"{match['count']} values of the column '{column}' {to}, such as {values.strip('[]')}."
    hint = "TRY_CAST(... AS ...) gives null for such values."
    if type_name(target).startswith(("Datetime", "Date", "Time")):
        hint = "Give the format of the text: strptime(s, '%d.%m.%Y'). TRY_CAST(... AS DATE) gives null for other text."
    line = None if _INTERNAL.search(column) else line_of(statement.sql, column)
    return Description(error=error, hint=hint, line=line)


def _operation(match: re.Match[str], statement: _Statement) -> Description:
    name = re.sub(r"[`'()]", "", match["name"]).strip()
    function = {"rounding": "round", "explode": "unnest", "nanosecond": "extract"}.get(name, name)
    dtype = type_name(match["type"])
    if name == "nanosecond":
        hint = "Convert it first: extract(epoch FROM CAST(day AS TIMESTAMP))."
    elif dtype == "String":
        hint = "Convert the text to a type that it takes, such as CAST(s AS DOUBLE) or CAST(s AS DATE)."
    else:
        hint = "Convert the value to a type that it takes, with CAST."
    return Description(
        error=f"The function {function}() does not take values of the type {dtype}.",
        hint=hint,
        line=line_of(statement.sql, function),
    )


def _arithmetic(match: re.Match[str], statement: _Statement) -> Description:
    sides = [_operand(match[side], match[f"{side}_type"]) for side in ("left", "right")]
    column = next((each for each in re.findall(r"column '(.*?)'", match.string)), None)
    return Description(
        error=f"Arithmetic is not possible with {sides[0]} and {sides[1]}.".replace(
            "the value 0 of the type a int literal", "a sign"
        ),
        hint="Convert text to a number, CAST(s AS DOUBLE), or write || to join texts.",
        line=None if column is None else line_of(statement.sql, column),
    )


def _operand(text: str, type_: str) -> str:
    value = re.search(r"dyn \w+: (.*?)`", text)
    if value is not None:
        return f"the number {value[1]}"
    return f"{f'the {text}' if text.startswith('column') else 'a value'} of the type {type_name(type_)}"


def _join_keys(match: re.Match[str], statement: _Statement) -> Description:
    names = [("an expression" if _INTERNAL.search(match[side]) else repr(match[side])) for side in ("left", "right")]
    sides = [
        f"{named} ({type_name(match[f'{side}_type'])})" for named, side in zip(names, ("left", "right"), strict=True)
    ]
    name = next((match[side] for side in ("left", "right") if not _INTERNAL.search(match[side])), "")
    return Description(
        error=f"The condition of the join compares {sides[0]} with {sides[1]}.",
        hint="Convert one of them with CAST, so that both have one type.",
        line=line_of(statement.sql, name),
    )


def _wrong_type(match: re.Match[str], statement: _Statement) -> Description:
    name, wanted, got = match["column"], match["wanted"], type_name(match["type"])
    what = "A value" if _INTERNAL.search(name) else f"The column '{name}'"
    hints = {"Boolean": "Write a comparison, such as n > 0.", "String": f"Convert it: CAST({name} AS VARCHAR)."}
    return Description(
        error=f"{what} has the type {got}, where the type {wanted} is needed.",
        hint=hints.get(wanted, f"Convert it to {wanted} with CAST."),
        line=line_of(statement.sql, name),
    )


def _moment(text: str) -> str:
    """Write a date or a timestamp as a version of a table."""
    moment = text.replace(" UTC", "Z").replace(" ", "T", 1)
    return moment if "T" in moment else f"{moment}T00:00:00Z"


def _syntax(match: re.Match[str], statement: _Statement) -> Description:
    text = match["text"]
    place = _WHERE.search(text)
    said = _WHERE.sub("", text).rstrip(".")
    version = _VERSION.search(statement.sql)
    if version is not None:
        of = version[2].strip("'")
        at = of if version[1].upper() == "VERSION" else _moment(of)
        hint: str | None = f'Put the version into the quoted name: FROM "default.flowers@{at}".'
    elif "MATCH_CONDITION" in said:
        return _not_available("ASOF JOIN")
    elif re.search(r"\bUSING\s+SAMPLE\b", statement.sql, re.IGNORECASE):
        return _not_available("USING SAMPLE")
    else:
        hint = _syntax_hint(said)
    said = (
        said.replace("Expected: ", "expected ").replace("found: EOF", "and the text ends").replace("found: ", "found ")
    )
    if place is None:
        line = statement.sql.rstrip().count("\n") + 1
        return Description(error=f"The statement can't be read: {said}.", hint=hint, line=line)
    where = f"line {place[1]}, column {place[2]}"
    return Description(error=f"The statement can't be read at {where}: {said}.", hint=hint, line=int(place[1]))


def _syntax_hint(said: str) -> str:
    if "Unterminated string" in said or "close delimiter" in said:
        return "Write a quote within a text twice: 'it''s'."
    if "expected: end of statement" in said.lower():
        return "Look for a misspelled word before it, a missing comma, or a missing AND."
    if "found: EOF" in said:
        return "Complete the statement."
    return 'A query begins with SELECT, WITH or VALUES. A name that is a word of SQL is double-quoted: "order".'


def _statement(_: re.Match[str], statement: _Statement) -> Description:
    kind = re.search(r"\n(\w+)", statement.message)
    words = " ".join(re.findall(r"[A-Z][a-z]*", kind[1])).upper() if kind else "This statement"
    return Description(error=f"{words} is not a query.", hint="Mode `query` takes one SELECT, WITH or set operation.")


def _said(error: str, hint: str) -> Callable[[re.Match[str], _Statement], Description]:
    """Say a sentence in which the groups of the pattern stand."""
    return lambda match, statement: Description(
        error=match.expand(error),
        hint=match.expand(hint),
        line=line_of(statement.sql, match["at"]) if "at" in match.re.groupindex else None,
    )


def _clause(name: str) -> Callable[[re.Match[str], _Statement], Description]:
    return lambda _, __: _not_available(name)


_RULES: tuple[tuple[str, Callable[[re.Match[str], _Statement], Description]], ...] = (
    (r"^sql parser error: (?P<text>.*)", _syntax),
    (r'^unable to find column "(?P<name>.*?)"', _no_column),
    (r"^no column named '(?P<name>.*?)' found in table '(?P<table>.*?)'", _no_column),
    (
        r"^no table or struct column named '(?P<at>.*?)' found",
        _said(r"There is no table, alias or struct '\g<at>'.", "Use a name or an alias that FROM has."),
    ),
    (r"^unsupported function '(?P<name>.*?)'", _no_function),
    (
        r'^ambiguous reference to column "(?P<at>.*?)" \(use one of: (?P<names>.*)\)',
        _said(r"The column '\g<at>' is in several tables.", r"Write one of: \g<names>."),
    ),
    (
        r"^'(?P<at>.*?)' should participate in the GROUP BY clause or an aggregate function",
        _said(
            r"The column '\g<at>' is neither in GROUP BY nor in an aggregate function.",
            r"Add it to GROUP BY, or choose a value of each group: max(\g<at>), first(\g<at>).",
        ),
    ),
    (
        r"^aggregate function calls cannot be nested",
        _said(
            "An aggregate function is within another one.",
            "Compute the inner one in a subquery: FROM (SELECT ...) AS q.",
        ),
    ),
    (
        r"^VALUES clause expects literals",
        _said(
            "VALUES has another value than a literal.",
            "Write a query for each row: SELECT 1, [2, 3] UNION ALL SELECT 4, [5].",
        ),
    ),
    (r"^no function matches the given name and arguments: `count\(DISTINCT", _clause("COUNT of several columns")),
    (
        r"^no function matches the given name and arguments: `(?P<call>(?P<at>\w+)\(.*\))`",
        _said(r"The function \g<at>() does not take these arguments: \g<call>.", "Change their number."),
    ),
    (r"^(?P<name>.+?) (?:\('\w+'\) )?operation not supported for dtype (?P<type>`.*?`)", _operation),
    (
        (
            r"^arithmetic on dtypes (?P<left_type>.+?) and (?P<right_type>.+?) is not allowed"
            r" \(lhs: (?P<left>.+), rhs: (?P<right>.+)\)"
        ),
        _arithmetic,
    ),
    (
        (
            r"^conversion from (?P<source>`.*?`) to (?P<target>`.*?`) failed in column '(?P<column>.*?)' for"
            r" (?P<count>\d+) out of \d+ values: (?P<values>\[.*\])"
        ),
        _conversion,
    ),
    (
        r'^datatype "?(?P<type>.*?)"? is not currently supported',
        _said(
            r"The type \g<type> is not available.",
            "The types are: BOOLEAN, TINYINT, SMALLINT, INT, BIGINT, HUGEINT, REAL, DOUBLE, DECIMAL(p, s), VARCHAR,"
            " DATE, TIME, TIMESTAMP, INTERVAL, BYTEA, and lists such as INT[].",
        ),
    ),
    (
        r"^could not find an appropriate format to parse (?P<what>\w+?)s?,",
        _said(
            r"A text is no \g<what> that can be read.",
            "Write it as '2026-01-31', or give the format: strptime(s, '%d.%m.%Y'). TRY_CAST gives null for others.",
        ),
    ),
    (
        r"^filter predicate must be of type `Boolean`, got `(?P<type>.*?)`",
        _said(
            r"The condition has the type \g<type>, and is neither true nor false.", "Write a comparison, such as n > 0."
        ),
    ),
    (
        (
            r"^invalid series dtype: expected `(?P<wanted>.*?)`, got (?P<type>`.*?`)"
            r" for series with name `(?P<column>.*?)`"
        ),
        _wrong_type,
    ),
    (
        r"^expected List data type for list operation, got: (?P<type>\w+)",
        _said(r"A list is needed, and the value has the type \g<type>.", "A part of a text: substr(s, 1, 1)."),
    ),
    (
        r"^(?P<at>\w+) requires an OVER clause",
        _said(r"The function \g<at>() needs OVER.", r"Write OVER behind it: \g<at>(...) OVER (ORDER BY n)."),
    ),
    (
        r"^named window '(?P<at>.*?)' was not found",
        _said(r"There is no window '\g<at>'.", r"Define it behind FROM: WINDOW \g<at> AS (ORDER BY n)."),
    ),
    (r"with window frame 'RANGE .*' is not supported", _clause("RANGE BETWEEN")),
    (r"'WITHIN GROUP' is not currently supported", _clause("WITHIN GROUP")),
    (r"^(?P<what>I?LIKE ANY) is not a supported syntax", lambda match, _: _not_available(match["what"])),
    (r"`LATERAL` clause is not supported", _clause("LATERAL")),
    (r"recursive CTEs are not supported", _clause("WITH RECURSIVE")),
    (r"`FETCH` with `PERCENT` is not supported", _clause("FETCH with PERCENT")),
    (r"`TOP` clause is not supported", _clause("TOP")),
    (r"^operator BitwiseXor is not currently supported", _clause("The operator ^")),
    (r"^expression (?P<kind>\w+)(?: \{|\()", _expression),
    (
        r"^EXTRACT/DATE_PART does not support '(?P<part>.*?)' part",
        _said(r"There is no part '\g<part>' of a date.", f"The parts are: {_PARTS}."),
    ),
    (
        r"^(?P<call>[A-Z_]+) expects (?P<wanted>.*?) arguments? \(found (?P<found>\d+)\)",
        lambda match, statement: Description(
            error=f"The function {match['call'].lower()}() has {counted(int(match['found']), 'argument')}.",
            hint=f"It takes {match['wanted'].replace('-', ' to ')}.",
            line=line_of(statement.sql, match["call"]),
        ),
    ),
    (
        r"^invalid DATE literal '(?P<text>.*?)'",
        _said(r"'\g<text>' is not a date.", "Write a date as DATE '2026-01-31'."),
    ),
    (
        r"aggregation 'item' expected no or a single value, got (?P<count>\d+) values",
        _said(
            r"A subquery that is used as one value has \g<count> rows.",
            "Choose one: SELECT max(n), or LIMIT 1. To compare with all: n IN (SELECT ...), n > (SELECT max(n) ...).",
        ),
    ),
    (
        (
            r"^datatypes of join keys don't match - `(?P<left>.*?)`: (?P<left_type>.+?) on left does not match"
            r" `(?P<right>.*?)`: (?P<right_type>.+?) on right"
        ),
        _join_keys,
    ),
    (
        r"^unsupported SQL join constraint",
        _said("A join has no condition.", "Write ON a.id = b.id, USING (id), or CROSS JOIN."),
    ),
    (
        r"^projections contained duplicate output name '(?P<at>.*?)'",
        _said(r"Two columns of the result have the name '\g<at>'.", "Give each result column its own name with AS."),
    ),
    (
        r'^"(?P<at>.*?)" not found',
        _said(
            r"DISTINCT ON has the column '\g<at>', which SELECT does not have.", r"Add \g<at> to the columns of SELECT."
        ),
    ),
    (
        r"^SQL subquery returns more than one column",
        _said("A subquery has several columns where one value or one column is needed.", "Select one column in it."),
    ),
    (
        r"^UNION requires equal number of columns",
        _said("The queries of a UNION have different numbers of columns.", "Select as many columns in each of them."),
    ),
    (
        r"^`FOR UPDATE/SHARE` locking clause is not supported",
        _said("FOR UPDATE is not available.", "Leave it out: a query reads one snapshot of each table."),
    ),
    (
        r"^NTILE expects a positive integer",
        _said("The function ntile() takes a whole number from 1.", "Write ntile(4) OVER (ORDER BY n)."),
    ),
    (
        r"^numeric literal (?P<number>\d+) needs more than 38 digits",
        _said("A number has more than 38 digits.", "Write it with an exponent: 1.5e40."),
    ),
    (
        r"^(?P<clause>ORDER|GROUP) BY ordinal value must refer to a valid column; found (?P<number>\S+)",
        _said(r"\g<clause> BY \g<number> is not the number of a column of SELECT.", "Write the name of the column."),
    ),
    (
        r"^invalid value for ROUND decimals \((?P<value>.*)\)",
        _said(r"The function round() takes a number of digits, and not \g<value>.", "Write round(n, 2)."),
    ),
    (
        r"^LIKE/ILIKE pattern must be a string literal; found (?P<value>.*)",
        _said(
            r"LIKE takes a pattern in quotes, and not \g<value>.",
            "Write LIKE 'a%', or give a parameter: LIKE $pattern.",
        ),
    ),
    (
        r"^unit: '(?P<unit>.*?)' not supported",
        _said(
            r"There is no unit '\g<unit>' of an interval.",
            "The units are: year, quarter, month, week, day, hour, minute, second, and parts of a second.",
        ),
    ),
    (
        r"^HAVING clause not valid outside of GROUP BY",
        _said("HAVING needs GROUP BY.", "Write the condition behind WHERE, or add GROUP BY."),
    ),
    (
        r"^non-numeric arguments for LIMIT/OFFSET/FETCH are not supported|^LIMIT/FETCH conversion error",
        _said("LIMIT and OFFSET take a whole number.", "Write a number, or a parameter: LIMIT $n."),
    ),
    (
        r"^[&|] not allowed on (?P<left>\S+) and (?P<right>\S+)",
        _said("AND and OR need conditions on both sides.", "Write comparisons, such as n > 0."),
    ),
    (
        r"^- not allowed on (?P<type>\S+) and duration",
        lambda match, _: Description(
            error=f"A date or timestamp is needed, and the value has the type {type_name(match['type'])}.",
            hint="Write CAST(... AS DATE) or CAST(... AS TIMESTAMP) around it.",
        ),
    ),
    (
        r"^regex error",
        lambda _, statement: Description(
            error="The regular expression is wrong.",
            details=_CONTEXT.sub("", statement.message).strip(),
            hint="Write a backslash before a character that stands for itself: '\\('.",
        ),
    ),
    (
        r"^assertion failed: \*precision",
        _said("A decimal has 1 to 38 digits.", "Write DECIMAL(38, 2) or fewer digits."),
    ),
    (
        r"^invalid json/struct path-extract definition",
        _said("The operator -> takes the name of a field.", "Write the name of a field of a struct: s -> 'name'."),
    ),
    (r"^statement type is not supported", _statement),
)
