from datetime import date

day = date(1995, 3, 15)
result = (
    scan("default.customer")
    .filter(pl.col("c_mktsegment") == "BUILDING")
    .join(scan("default.orders").filter(pl.col("o_orderdate") < day), left_on="c_custkey", right_on="o_custkey")
    .join(scan("default.lineitem").filter(pl.col("l_shipdate") > day), left_on="o_orderkey", right_on="l_orderkey")
    .group_by(pl.col("o_orderkey").alias("l_orderkey"), "o_orderdate", "o_shippriority")
    .agg(revenue=(pl.col("l_extendedprice") * (1 - pl.col("l_discount"))).sum())
    .select("l_orderkey", "revenue", "o_orderdate", "o_shippriority")
    .sort("revenue", "o_orderdate", descending=[True, False])
    .head(10)
)
