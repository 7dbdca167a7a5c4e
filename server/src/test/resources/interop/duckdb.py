from importlib.resources import files

import duckdb
from pyiceberg.catalog.sql import SqlCatalog

catalog = SqlCatalog("oleander", uri=f"sqlite:///{HOME}/lake/catalog.db", warehouse=f"file://{HOME}/lake/warehouse")
connection = duckdb.connect()
for name in ("avro", "iceberg"):
    [extension] = files(f"duckdb_extension_{name}").rglob("*.duckdb_extension")
    connection.load_extension(str(extension))


def rows(table, query):
    """Runs a query in which {t} stands for the scan of a table's current metadata file."""
    location = catalog.load_table(table).metadata_location.removeprefix("file://")
    return connection.sql(query.format(t=f"iceberg_scan('{location}')")).fetchall()
