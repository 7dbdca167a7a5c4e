"""What Spark finds in a table with UUIDs that Nerium wrote; it adds one more."""

CONDITIONS = (
    "u = '00000000-0000-0000-0000-000000000001'",
    "u = 'f79c3e09-677c-4bbd-a479-3f349cb785e7'",
    "u = '550e8400-e29b-41d4-a716-446655440000'",
    "u IS NULL",
)
found = [[list(row) for row in spark.sql(f"SELECT n FROM lake.ids.t WHERE {condition}").collect()] for condition in CONDITIONS]
spark.sql("INSERT INTO lake.ids.t VALUES ('99999999-e29b-41d4-a716-446655440000', 5)")
answer({"found": found})
