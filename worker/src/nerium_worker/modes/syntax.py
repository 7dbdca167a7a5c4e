"""Reads, walks and writes the trees of JSON that the parser makes of statements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqloxide

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeAlias

# A tree of JSON, as the parser gives it.
Ast: TypeAlias = "Any"

# Tokens have nothing but a place, too, and quotes around a name change no tree.
_PLACES = {"span", "select_token", "wildcard_token", "with_token"}
_NOWHERE = {"start": {"line": 0, "column": 0}, "end": {"line": 0, "column": 0}}
# Functions of Polars SQL whose value for one row depends on other rows, though no window says so.
AGGREGATES = frozenset(
    """
    approx_quantile array_agg avg columns corr count covar covar_pop covar_samp cume_dist
    dense_rank first first_value group_concat grouping grouping_id lag last last_value lead listagg max median min
    nth_value ntile percent_rank quantile_cont quantile_disc rank row_number stddev stddev_samp stdev stdev_samp
    string_agg sum total unnest var var_samp variance
    """.split()  # noqa: SIM905  # one name per line would be forty lines
)


def objects(node: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401  # a tree of JSON
    """Give all objects of a tree, at every depth."""
    pending = [node]
    while pending:
        match pending.pop():
            case list() | tuple() as items:
                pending.extend(items)
            case dict() as fields:
                yield fields
                pending.extend(fields.values())


def is_query(node: Ast) -> bool:
    """Return whether a node is a query, which may be within an expression."""
    return isinstance(node, dict) and "body" in node and "order_by" in node


def without_places(node: Ast) -> Ast:
    """Give a tree without the places in the text, to compare it with others."""
    match node:
        case list() | tuple():
            return [without_places(each) for each in node]
        case dict():
            return {key: without_places(value) for key, value in node.items() if key not in _PLACES}
        case _:
            return node


def identifier(name: str) -> Ast:
    """Give a quoted identifier."""
    return {"value": name, "quote_style": '"', "span": _NOWHERE}


def parsed(text: str) -> Ast:
    """Parse one statement."""
    [statement] = sqloxide.parse_sql(sql=text, dialect="generic")
    return statement


def parsed_expression(text: str) -> Ast:
    """Parse an expression."""
    return parsed(f"SELECT {text}")["Query"]["body"]["Select"]["projection"][0]["UnnamedExpr"]


def written(statement: Ast) -> str:
    """Write a parsed statement as text."""
    [text] = sqloxide.restore_ast(ast=[statement])
    return str(text)


def written_expression(expression: Ast) -> str:
    """Write an expression as text."""
    statement = parsed("SELECT 1")
    statement["Query"]["body"]["Select"]["projection"] = [{"UnnamedExpr": expression}]
    return written(statement).removeprefix("SELECT ")
