# tables: t=*
result = scan(params["t"]).explode("e").select("a", "b", "c").group_by("a").agg(pl.col("c").sum())
