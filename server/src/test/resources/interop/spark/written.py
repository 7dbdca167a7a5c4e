reads = []
for row in spark.sql("SHOW TABLES IN oleander.written").collect():
    # Spark has no type for a time of day.
    if row.tableName != "times":
        truth = read(f"oleander.written.{row.tableName}", "*", conditions(row.tableName), ())
        reads += requests(f"written.{row.tableName}", truth, "*")
answer({"reads": reads})
