def scan(name):
    location = catalog.load_table(name).metadata_location.removeprefix("file://")
    return lambda condition: connection.sql(f"SELECT * FROM iceberg_scan('{location}')" + (f" WHERE {condition}" if condition else "")).to_arrow_table()


connection.sql("SET TimeZone = 'UTC'")
answer({"reads": [
    read for _, name in catalog.list_tables("written") for read in reads_of(f"written.{name}", scan(f"written.{name}"), conditions(name))
]})
