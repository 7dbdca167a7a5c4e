part = scan("default.part").filter(pl.col("p_brand") == "Brand#23", pl.col("p_container") == "MED BOX")
lines = scan("default.lineitem").join(part, left_on="l_partkey", right_on="p_partkey", how="semi")
few = lines.group_by("l_partkey").agg(limit=0.2 * pl.col("l_quantity").mean())
result = (
    lines.join(few, on="l_partkey")
    .filter(pl.col("l_quantity") < pl.col("limit"))
    .select(avg_yearly=pl.col("l_extendedprice").sum() / 7)
)
