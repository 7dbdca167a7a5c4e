"""Rows of Arrow tables as Nerium's JSON writes them."""

import base64, math

import pyarrow as pa


def wired(table):
    """The rows of an Arrow table."""
    columns = [[wire(value, field.type) for value in column.to_pylist()] for column, field in zip(table.columns, table.schema)]
    return [list(row) for row in zip(*columns)] if columns else []


def wire(value, kind):
    match kind:
        case _ if value is None:
            return None
        case _ if pa.types.is_struct(kind):
            return {field.name: wire(value[field.name], field.type) for field in kind}
        case _ if pa.types.is_map(kind):
            return [{"key": wire(k, kind.key_type), "value": wire(v, kind.item_type)} for k, v in value]
        case _ if pa.types.is_list(kind) or pa.types.is_large_list(kind):
            return [wire(item, kind.value_type) for item in value]
        case _ if pa.types.is_floating(kind) and not math.isfinite(value):
            return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
        case _ if kind == pa.float32():
            return shortest_float(value)
        case _ if pa.types.is_decimal(kind):
            return f"{value:.{kind.scale}f}"
        case _ if isinstance(value, bytes):
            return base64.b64encode(value).decode()
        case _ if pa.types.is_timestamp(kind):
            return value.replace(tzinfo=None).isoformat(timespec="microseconds") + ("+00:00" if kind.tz else "")
        case _ if pa.types.is_date(kind):
            return value.isoformat()
        case _ if pa.types.is_time(kind):
            return value.isoformat(timespec="microseconds") + "000"
        case _:
            return value


def reads_of(table, scan, conditions):
    """Questions about a table; `scan` gives the Arrow table of the rows that meet a condition, or of all."""
    everything = scan(None)
    rows = wired(everything)
    yield request(table, "SELECT * FROM t", rows)
    yield request(table, "SELECT count(*) AS n FROM t", [[len(rows)]])
    for condition in conditions:
        yield request(table, f"SELECT * FROM t WHERE {condition}", wired(scan(condition)))
