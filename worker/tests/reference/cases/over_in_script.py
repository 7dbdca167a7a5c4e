# tables: t=*
result = scan(params["t"]).with_columns(w=pl.col("c").sum().over("d")).select("a", "w", "c")
