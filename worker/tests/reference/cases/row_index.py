# tables: t=*
result = scan(params["t"]).with_row_index().select("index", "d")
