"""Finds the calls of functions in FROM that read files, and the ends of these calls in the text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from nerium_worker.modes.messages import nearest_name
from nerium_worker.modes.relations import FILE_FUNCTIONS, Span, is_file_call, line_starts, replace_spans
from nerium_worker.modes.syntax import parsed
from nerium_worker.protocol.errors import Failure
from nerium_worker.protocol.upload_options import Options

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from nerium_worker.modes.relations import Relation, Relations

_OPENING, _CLOSING = ("(", "[", "{"), (")", "]", "}")
# Brackets, and the texts and comments in which others may be.
_PARTS = re.compile(
    r"--[^\n]*|/\*.*?\*/|[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|\"[^\"]*\"|`[^`]*`|[()\[\]{}]", re.DOTALL
)
_TEXTS = ("SingleQuotedString", "EscapedStringLiteral", "DollarQuotedString")
# The options of each format by the names that DuckDB and the upload have for them; those of `_ALL` are for all formats.
_ALL = {"union_by_name": "union_by_name"}
_TEXT = {
    "encoding": "encoding",
    "dateformat": "date_format",
    "date_format": "date_format",
    "timestampformat": "timestamp_format",
    "timestamp_format": "timestamp_format",
    "timeformat": "time_format",
    "time_format": "time_format",
    "types": "types",
    "dtypes": "types",
}
_CSV = {
    "delim": "separator",
    "sep": "separator",
    "delimiter": "separator",
    "separator": "separator",
    "header": "header",
    "quote": "quote",
    "skip": "skip_lines",
    "comment": "comment",
    "nullstr": "nulls",
    "null": "nulls",
    "decimal_separator": "decimal_separator",
    "ragged": "ragged",
}
_OPTIONS: Mapping[str, Mapping[str, str]] = {
    "parquet": _ALL,
    "csv": {**_ALL, **_TEXT, **_CSV},
    "json": {**_ALL, **_TEXT, "format": "format"},
    "ndjson": {**_ALL, **_TEXT},
}
_WANTED = {
    "separator": "one character, such as ';'",
    "quote": "one character, or '' for none",
    "comment": "one character, such as '#'",
    "decimal_separator": "'.' or ','",
    "ragged": "'refuse', 'pad' or 'truncate'",
    "format": "'auto', 'array' or 'newline_delimited'",
    "header": "true or false",
    "union_by_name": "true or false",
    "skip_lines": "a whole number",
    "nulls": "a text, or a list of texts",
    "types": "types by column, such as {'id': 'BIGINT'}",
}
_JSON_FORMATS = {"auto": "auto", "array": "json", "newline_delimited": "ndjson", "nd": "ndjson"}
# Names of types in SQL, by the name that the upload has for them.
_TYPES = {
    name: type_
    for type_, names in {
        "boolean": "boolean bool logical",
        "int": "int integer int4 smallint int2 tinyint int1",
        "long": "bigint long int8",
        "float": "float real float4",
        "double": "double float8",
        "date": "date",
        "time": "time",
        "timestamp": "timestamp datetime",
        "timestamptz": "timestamptz",
        "timestamp_ns": "timestamp_ns",
        "timestamptz_ns": "timestamptz_ns",
        "string": "varchar string text char",
    }.items()
    for name in names.split()
}


@dataclass(frozen=True, kw_only=True)
class FileCall:
    """A call such as `read_csv('/data/*.csv', header=false)`.

    `format`: of the files; `json_format`: of files with JSON, which is found out if it is `auto`. `types`: names of
    Iceberg's types by column.
    """

    function: str
    paths: tuple[str, ...]
    format: str
    line: int = field(compare=False)
    union_by_name: bool = False
    json_format: str = "auto"
    settings: tuple[tuple[str, Any], ...] = ()
    types: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        """The paths as the user wrote them."""
        return ", ".join(self.paths)

    def options(self) -> Options:
        """Give the options for the reader of an upload."""
        return Options(**dict(self.settings), types=dict(self.types))


def locate_calls(sql: str, statement: Any, relations: Relations) -> Relations:  # noqa: ANN401  # a tree of JSON
    """Give the relations with the whole part of the text that each call has; raises `Failure`."""
    if not relations.have_calls:
        return relations
    ends = _ends(sql, [table.span for table in relations.tables if table.call is not None])
    spans = {table: Span(table.span.start, ends[table.span]) for table in relations.tables if table.call is not None}
    # Nothing but the arguments may be in these parts.
    bare = replace_spans(sql, {Span(table.span.end, span.end): "()" for table, span in spans.items()})
    try:
        without = parsed(bare)
    except ValueError:
        without = None
    if not _is_same(statement, without):
        raise _unchecked()
    tables = tuple(replace(table, span=spans.get(table, table.span)) for table in relations.tables)
    return replace(relations, tables=tables)


def _ends(sql: str, spans: Sequence[Span]) -> dict[Span, tuple[int, int]]:
    """Find the closing parenthesis of each call."""
    starts = line_starts(sql)
    ends: dict[Span, tuple[int, int]] = {}
    for span in spans:
        end = _closing(sql, starts[span.end[0] - 1] + span.end[1] - 1)
        line = sql.count("\n", 0, end)
        ends[span] = (line + 1, end - starts[line] + 1)
    return ends


def _closing(sql: str, start: int) -> int:
    """Find the end of the first parentheses behind a place; what is found is parsed again."""
    depth = 0
    for part in _PARTS.finditer(sql, start):
        depth += (part[0] in _OPENING) - (part[0] in _CLOSING)
        if part[0] in _CLOSING and depth == 0:
            return part.end()
    raise _unchecked()


def _unchecked() -> Failure:
    return Failure(
        "sql",
        "The arguments of a function that reads files could not be checked, so the statement is not run.",
        hint="Write paths and options as plain texts, such as read_csv('/data/a.csv', header=false).",
    )


def _is_same(one: Any, other: Any) -> bool:  # noqa: ANN401  # trees of JSON
    """Return whether two statements differ in positions and in the arguments of calls only."""
    pending = [(one, other)]
    while pending:
        left, right = pending.pop()
        match left, right:
            case dict(), dict():
                if left.keys() != right.keys():
                    return False
                is_call = isinstance(left.get("args"), dict) and is_file_call(left)
                if is_call and right["args"] != {"args": [], "settings": None}:
                    return False
                pending.extend(
                    (left[key], right[key]) for key in left if key != "span" and not (is_call and key == "args")
                )
            case ((list() | tuple()), (list() | tuple())):
                if len(left) != len(right):
                    return False
                pending.extend(zip(left, right, strict=True))
            case _ if left != right:
                return False
    return True


def read_call(relation: Relation) -> FileCall:
    """Read the arguments of a call; raises `Failure`."""
    call, line = relation.call, relation.span.start[0]
    assert call is not None  # noqa: S101  # relations of tables have no call
    function = relation.parts[0].lower()
    reader = _Arguments(function, line)
    format_ = FILE_FUNCTIONS[function]
    if call["settings"]:
        raise reader.failure("takes no SETTINGS")
    positional = [argument for argument in call["args"] if _named(argument) is None]
    if len(positional) != 1 or _named(call["args"][0]) is not None:
        raise reader.failure("takes one path, or one list of paths, before its options")
    paths = reader.paths(positional[0]["Unnamed"].get("Expr"))
    values: dict[str, Any] = {}
    known = _OPTIONS[format_]
    for name, value in (named for argument in call["args"] if (named := _named(argument)) is not None):
        if name.lower() not in known:
            raise reader.failure(f"has no option {name!r}", nearest_name(name, list(known), "option"))
        option = known[name.lower()]
        if option in values:
            raise reader.failure(f"has the option {name!r} twice, perhaps by another name")
        values[option] = reader.option(name, option, value)
    return _call(function, line, format_, paths, values)


def _call(function: str, line: int, format_: str, paths: tuple[str, ...], values: dict[str, Any]) -> FileCall:
    if values.pop("decimal_separator", ".") == ",":
        values["decimal_comma"] = True
    return FileCall(
        function=function,
        paths=paths,
        format=format_,
        line=line,
        union_by_name=values.pop("union_by_name", False),
        json_format=_JSON_FORMATS[values.pop("format", "auto")],
        types=tuple(values.pop("types", {}).items()),
        settings=tuple(values.items()),
    )


def _named(argument: Mapping[str, Any]) -> tuple[str, Any] | None:
    """Give the name and the value of an option, None for another argument."""
    match argument:
        case {"Unnamed": {"Expr": {"BinaryOp": {"left": {"Identifier": {"value": name}}, "op": "Eq", "right": value}}}}:
            return name, value
        case {"Named": {"name": {"value": name}, "arg": {"Expr": value}}}:
            return name, value
        case _:
            return None


class _Arguments:
    """Reads the arguments of one call."""

    def __init__(self, function: str, line: int) -> None:
        self._function = function
        self._line = line

    def failure(self, what: str, hint: str | None = None) -> Failure:
        """Refuse the call."""
        return Failure("sql", f"{self._function}() {what}.", line=self._line, hint=hint)

    def paths(self, value: Any) -> tuple[str, ...]:  # noqa: ANN401  # a tree of JSON
        """Read a path, or a list of paths."""
        several = _members(value)
        paths = [_text(value)] if several is None else [_text(each) for each in several]
        if not paths or any(path is None for path in paths):
            raise self.failure(
                "takes the path of a file in single quotes, or a list of paths",
                f"Write {self._function}('/data/file.{FILE_FUNCTIONS[self._function]}').",
            )
        return tuple(path for path in paths if path is not None)

    def option(self, name: str, option: str, value: Any) -> Any:  # noqa: ANN401  # trees of JSON
        """Read the value of an option."""
        read = self._types(value) if option == "types" else _option(option, value)
        if read is None:
            wanted = _WANTED.get(option, "a text")
            raise self.failure(f"has a value for {name} that is not allowed: expected {wanted}")
        return read

    def _types(self, value: Any) -> dict[str, str] | None:  # noqa: ANN401  # a tree of JSON
        match value:
            case {"Dictionary": [*fields]} if fields:
                entries = [(each["key"]["value"], each["value"]) for each in fields]
            case {"Map": {"entries": [*fields]}} if fields:
                entries = [(_text(each["key"]), each["value"]) for each in fields]
            case _:
                return None
        types: dict[str, str] = {}
        for column, type_ in entries:
            text = _text(type_)
            if column is None or text is None:
                return None
            types[column] = _type(text)
        return types


def _type(text: str) -> str:
    """Write a type of SQL as the upload does; another text is refused there, by the name of its column."""
    name = " ".join(text.lower().split())
    if name == "timestamp with time zone":
        return "timestamptz"
    return _TYPES.get(name, name.replace("numeric", "decimal", 1))


def _option(option: str, value: Any) -> Any:  # noqa: ANN401  # trees of JSON
    """Read a value of an option; None if it is not one."""
    text = _text(value)
    match option:
        case "header" | "union_by_name":
            return _boolean(value)
        case "skip_lines":
            return _number(value)
        case "nulls":
            several = _members(value)
            texts = [text] if several is None else [_text(each) for each in several]
            return None if any(each is None for each in texts) else tuple(texts)
        case "separator" | "comment":
            return text if text is not None and len(text) == 1 else None
        case "quote":
            return text if text is not None and len(text) <= 1 else None
        case "decimal_separator":
            return text if text in (".", ",") else None
        case "ragged":
            return text if text in ("refuse", "pad", "truncate") else None
        case "format":
            return text if text in _JSON_FORMATS else None
        case _:
            return text


def _literal(value: Any) -> Any:  # noqa: ANN401  # trees of JSON
    match value:
        case {"Value": {"value": literal}}:
            return literal
        case _:
            return None


def _text(value: Any) -> str | None:  # noqa: ANN401  # a tree of JSON
    literal = _literal(value)
    found = next((literal[kind] for kind in _TEXTS if isinstance(literal, dict) and kind in literal), None)
    if isinstance(found, dict):
        found = found.get("value")
    return found if isinstance(found, str) else None


def _boolean(value: Any) -> bool | None:  # noqa: ANN401  # a tree of JSON
    literal = _literal(value)
    found = literal.get("Boolean") if isinstance(literal, dict) else None
    return found if isinstance(found, bool) else None


def _number(value: Any) -> int | None:  # noqa: ANN401  # a tree of JSON
    match _literal(value):
        case {"Number": [str(digits), _]} if digits.isdecimal() and len(digits) <= 9:  # noqa: PLR2004
            return int(digits)
        case _:
            return None


def _members(value: Any) -> Iterator[Any] | None:  # noqa: ANN401  # a tree of JSON
    """Give the members of a list; None if it is not one."""
    match value:
        case {"Array": {"elem": [*members]}}:
            return iter(members)
        case _:
            return None
