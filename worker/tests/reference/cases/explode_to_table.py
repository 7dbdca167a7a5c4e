# tables: t=*
# way: overwrite
result = scan(params["t"]).explode("e").select("a", "b", "c")
