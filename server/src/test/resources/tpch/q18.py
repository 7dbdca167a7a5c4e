large = (
    scan("default.lineitem")
    .group_by("l_orderkey")
    .agg(quantity=pl.col("l_quantity").sum())
    .filter(pl.col("quantity") > 300)
)
result = (
    scan("default.orders")
    .join(large, left_on="o_orderkey", right_on="l_orderkey")
    .join(scan("default.customer"), left_on="o_custkey", right_on="c_custkey")
    .select("c_name", pl.col("o_custkey").alias("c_custkey"), "o_orderkey", "o_orderdate", "o_totalprice", "quantity")
    .sort("o_totalprice", "o_orderdate", descending=[True, False])
    .head(100)
)
