"""What Nerium is asked about a table, and the rows that another reader of the table found."""

import struct


def requests(name, truth, select):
    """Questions about a table.

    truth: names of the columns; all rows; conditions in SQL; filters in Polars; for each of both, which rows meet it
    """
    columns, rows, conditions, expressions, met = truth

    def kept(n):
        return [row for row, keep in zip(rows, met[n]) if keep]

    listed = "*" if select == "*" else ", ".join(quote(column) for column in columns)
    yield request(name, f"SELECT {listed} FROM t", rows)
    yield request(name, "SELECT count(*) AS n FROM t", [[len(rows)]])
    for n in range(0, len(columns), 3):
        yield request(name, f"SELECT {quote(columns[n])} FROM t", [[row[n]] for row in rows])
    for n, condition in enumerate(conditions, len(name)):
        # Each in one of three forms, which differ in the columns that are read: all, none of them, one other.
        match n % 3:
            case 0:
                yield request(name, f"SELECT {listed} FROM t WHERE {condition}", kept(n - len(name)))
            case 1:
                yield request(name, f"SELECT count(*) AS n FROM t WHERE {condition}", [[len(kept(n - len(name)))]])
            case 2:
                yield request(name, f"SELECT {quote(columns[-1])} FROM t WHERE {condition}", [[row[-1]] for row in kept(n - len(name))])
    filters = list(enumerate(expressions, len(conditions)))
    if filters:
        # One script for all of them, because each starts a worker of its own.
        frames = [f"scan({name!r}).filter({expression}).with_columns(pl.lit({n}, pl.Int64).alias('which filter'))" for n, expression in filters]
        script = f"from datetime import *\nresult = pl.concat([{', '.join(frames)}])"
        yield {"table": name, "text": script, "mode": "script", "rows": [[*row, n] for n, _ in filters for row in kept(n)]}


def request(name, sql, rows):
    return {"table": name, "text": sql, "mode": "query", "rows": rows}


def quote(column):
    return '"' + column.replace('"', '""') + '"'


def shortest_float(value):
    """The fewest digits that name this 32-bit float."""
    for digits in range(1, 10):
        if struct.pack("f", text := float(f"{value:.{digits}g}")) == struct.pack("f", value):
            return text
