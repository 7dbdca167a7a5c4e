"""Tables are noted by `table`, made by `play`, and what Spark reads of each is handed to the test with Nerium's request for it.

In a statement {t} is the table's name in Spark, {s0}, {s1}, ... are the ids of its snapshots in the order of their commits,
and {at0}, {at1}, ... their times.
"""

import base64, math
from concurrent.futures import ThreadPoolExecutor

from pyspark.sql import types as T

NAMESPACE = "spark"
tables, refused = [], []


def refuse(name, *statements, says):
    """Notes a table that Nerium does not read, and what its answer says."""
    refused.append((name, statements, says))


def table(name, *statements, where=(), versions=(), scripts=(), select="*"):
    """Notes a table.

    where: conditions that both read alike, or pairs of (Spark's, Polars')
    versions: (Spark's clause, Nerium's suffix of the table's name) of older states and, with columns to select, metadata tables
    scripts: pairs of (Spark's condition, the expression in Polars) for what Polars SQL has no literal for
    select: Spark's columns, where Python could not hold the values as they are
    """
    tables.append((name, statements, where, versions, scripts, select))


def play():
    """Makes all tables, a few at a time because Spark leaves the cores idle between its steps, and hands over the reads."""
    spark.sql(f"CREATE NAMESPACE IF NOT EXISTS oleander.{NAMESPACE}")
    problems = []

    def attempt(making, noted):
        try:
            return making(*noted)
        except Exception as problem:
            # Without the frames of Spark's own.
            problems.append(f"{noted[0]}: {problem}".split("\n\tat ")[0])
            return []

    with ThreadPoolExecutor(3) as threads:
        reads = list(threads.map(lambda noted: attempt(made, noted), tables))
        refusals = list(threads.map(lambda noted: attempt(unreadable, noted), refused))
    if problems:
        raise RuntimeError("\n\n".join(problems))
    answer({"reads": [read for of_table in reads for read in of_table], "refusals": refusals})


def unreadable(name, statements, says):
    execute(name, statements)
    return {"table": f"{NAMESPACE}.{quote(name)}", "says": says}


def execute(name, statements):
    """Runs the statements that make a table; gives its name in Spark."""
    full = f"oleander.{NAMESPACE}.`{name.replace('`', '``')}`"
    for statement in statements:
        statement(full) if callable(statement) else spark.sql(filled(statement, full))
    return full


def made(name, statements, where, versions, scripts, select):
    """Makes a table; gives the reads of it."""
    full = execute(name, statements)
    snapshots = spark.sql(f"SELECT snapshot_id, committed_at FROM {full}.snapshots ORDER BY committed_at").collect() if versions else ()
    reads = []
    for clause, suffix, *columns in [("", ""), *versions]:
        source = filled(full + clause if clause.startswith(".") else f"{full} {clause}", full, snapshots)
        # An older state may have an older schema: the first condition is one for both.
        truth = read(source, *columns or [select], () if columns else where[:1] if clause else where, scripts)
        reads += requests(f"{NAMESPACE}.{quote(name)}{filled(suffix, full, snapshots)}", truth, *columns or [select])
    return reads


def filled(text, full, snapshots=()):
    text = text.replace("{t}", full)
    for number, (id, at) in enumerate(snapshots):
        text = text.replace(f"{{s{number}}}", str(id)).replace(f"{{at{number}}}", at.isoformat(timespec="milliseconds"))
    return text


def read(source, select, where, scripts):
    """All rows, and for each condition whether a row meets it: one job of Spark's for many questions."""
    conditions = [(c, c) if isinstance(c, str) else c for c in where]
    tests = [f"({spark_condition}) AS `?{n}`" for n, (spark_condition, _) in enumerate([*conditions, *scripts])]
    frame = spark.sql(f"SELECT {', '.join([select, *tests])} FROM {source}")
    fields = frame.schema.fields[: len(frame.schema.fields) - len(tests)]
    rows = [tuple(row) for row in frame.collect()]
    wired = [[wire(value, field.dataType) for value, field in zip(row, fields)] for row in rows]
    met = [[bool(row[len(fields) + n]) for row in rows] for n in range(len(tests))]
    return [field.name for field in fields], wired, [c for _, c in conditions], [e for _, e in scripts], met


def wire(value, kind):
    """Writes a value as Nerium's JSON does."""
    match kind:
        case _ if value is None:
            return None
        case T.StructType():
            return {field.name: wire(item, field.dataType) for field, item in zip(kind.fields, value)}
        case T.ArrayType():
            return [wire(item, kind.elementType) for item in value]
        case T.MapType():
            return [{"key": wire(k, kind.keyType), "value": wire(v, kind.valueType)} for k, v in value.items()]
        case T.FloatType() | T.DoubleType() if not math.isfinite(value):
            return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
        case T.FloatType():
            return shortest_float(value)
        case T.DecimalType():
            return f"{value:.{kind.scale}f}"
        case T.BinaryType():
            return base64.b64encode(value).decode()
        case T.TimestampNTZType():
            return value.isoformat(timespec="microseconds")
        case T.TimestampType():
            return value.isoformat(timespec="microseconds") + "+00:00"
        case T.DateType():
            return value.isoformat()
        case _:
            return value
