"""Tables that PyIceberg made, and what it reads of them."""

from datetime import date, datetime, timezone
from decimal import Decimal

import pyarrow.parquet as pq
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.transforms import parse_transform
from pyiceberg.types import DateType, DecimalType, DoubleType, LongType, NestedField, StringType, TimestampType, TimestamptzType

catalog.create_namespace("py")
CONDITIONS = ["id = 3", "id > 15", "s = 'v4'", "s is null", "d < 1", "p = 1.50", "day < '1970-01-01'", "day is null", "id in (1, 2, 100)", "d is not null and id < 5"]
reads = []


def rows(first, last):
    """Around the epoch, with nulls and NaN."""
    ids = range(first, last)
    return pa.table({
        "id": pa.array(ids, pa.int64()),
        "s": pa.array([None if n % 7 == 3 else f"v{n}" for n in ids]),
        "d": pa.array([float("nan") if n % 6 == 0 else n / 4 for n in ids]),
        "p": pa.array([Decimal(n - 10) * Decimal("0.50") for n in ids], pa.decimal128(9, 2)),
        "day": pa.array([None if n % 9 == 5 else date.fromordinal(719163 + (n - 10) * 17) for n in ids]),
        "at": pa.array([(n - 10) * 40_000_000_001 for n in ids], pa.timestamp("us")),
        "tz": pa.array([(n - 10) * 40_000_000_001 for n in ids], pa.timestamp("us", "UTC")),
    })


def asked(name, conditions=CONDITIONS):
    table = catalog.load_table(f"py.{name}")
    reads.extend(
        {**read, "text": read["text"].replace("day < '", "day < DATE '")}
        for read in reads_of(f"py.{name}", lambda condition: table.scan(*[condition] if condition else []).to_arrow(), conditions)
    )


table = catalog.create_table("py.rounds", rows(0, 1).schema)
table.append(rows(0, 20))
table.append(rows(20, 40))
table.delete("id >= 5 and id < 8")
table.overwrite(rows(10, 12), overwrite_filter="id in (10, 11, 30)")
table.upsert(pa.concat_tables([rows(1, 3).set_column(1, "s", pa.array(["up", "up"])), rows(100, 102)]), join_cols=["id"])
asked("rounds")

SCHEMA = Schema(
    NestedField(1, "id", LongType()), NestedField(2, "s", StringType()), NestedField(3, "d", DoubleType()), NestedField(4, "p", DecimalType(9, 2)),
    NestedField(5, "day", DateType()), NestedField(6, "at", TimestampType()), NestedField(7, "tz", TimestamptzType()))
# Other transforms than identity need a package of theirs that is not installed; Spark's tables have them all.
SPECS = {"identity": [("s", "identity"), ("day", "identity")], "several": [("p", "identity"), ("at", "identity"), ("tz", "identity"), ("id", "identity")]}
for name, fields in SPECS.items():
    ids = {field.name: field.field_id for field in SCHEMA.fields}
    spec = PartitionSpec(*(
        PartitionField(ids[column], 1000 + n, parse_transform(transform), f"{column}_{n}") for n, (column, transform) in enumerate(fields)))
    for version in (1, 2):
        table = catalog.create_table(f"py.{name}_v{version}", SCHEMA, partition_spec=spec, properties={"format-version": str(version)})
        table.append(rows(0, 20))
        table.delete("id = 2")
        asked(f"{name}_v{version}")

table = catalog.create_table("py.evolved", rows(0, 1).schema)
table.append(rows(0, 10))
with table.update_schema() as update:
    update.rename_column("s", "renamed")
    update.delete_column("d")
    update.move_first("day")
with table.update_schema() as update:
    update.add_column("d", StringType())
    update.add_column("s", LongType())
with table.update_spec() as update:
    update.add_field("renamed", parse_transform("identity"), "part")
table.append(rows(10, 12).rename_columns(["id", "renamed", "d", "p", "day", "at", "tz"]).set_column(2, "d", pa.array(["x", None])))
asked("evolved", ["id = 3", "renamed = 'v4'", "d is null", "d = 'x'", "s is null", "day < '1970-01-01'"])

# Files of pyarrow's own, without field ids.
files = [f"{HOME}/lake/added-{n}.parquet" for n in range(2)]
for n, file in enumerate(files):
    pq.write_table(rows(n * 10, n * 10 + 10), file)
for name in ("added", "added_and_evolved"):
    catalog.create_table(f"py.{name}", rows(0, 1).schema).add_files(files)
asked("added")
table = catalog.load_table("py.added_and_evolved")
with table.update_schema() as update:
    update.rename_column("s", "renamed")
table.append(rows(20, 22).rename_columns(["id", "renamed", "d", "p", "day", "at", "tz"]))
asked("added_and_evolved", ["renamed = 'v4'", "id > 15"])

answer({"reads": reads})
