"""Conditions on the tables that Nerium wrote, which Spark, DuckDB and PyIceberg read alike."""

CONDITIONS = ["id = 7", "id > 40", "id IN (3, 9, 1000)", "i < -3", "i = 0", "i IS NULL", "s = 'bü1'", "s < 'b'", "s IS NULL", "s IS NOT NULL", "p = 1.50", "p < 0",
    "day = DATE '1969-12-31'", "day < DATE '1970-01-01'", "day IS NULL", "d > 3", "d IS NULL", "s = 'cü2' AND i > 0"]


def conditions(table):
    return CONDITIONS if table not in ("values", "nested") else ["id > 1", "id IS NULL"]
