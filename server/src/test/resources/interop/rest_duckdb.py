from importlib.resources import files

import duckdb

connection = duckdb.connect()
for name in ("httpfs", "avro", "iceberg"):
    [extension] = files(f"duckdb_extension_{name}").rglob("*.duckdb_extension")
    connection.load_extension(str(extension))
connection.sql(f"CREATE SECRET key (TYPE iceberg, TOKEN '{KEY}')")
connection.sql(f"ATTACH 'oleander' AS lake (TYPE iceberg, ENDPOINT '{URL}/iceberg', SECRET key)")


def rows(query):
    return connection.sql(query).fetchall()
