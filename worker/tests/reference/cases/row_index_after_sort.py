# tables: t=*
# rows: ordered
result = scan(params["t"]).with_row_index().sort("id").select("index", "a", "d", "c", "b")
