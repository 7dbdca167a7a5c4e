from datetime import date

revenue = (
    scan("default.lineitem")
    .filter(pl.col("l_shipdate") >= date(1996, 1, 1), pl.col("l_shipdate") < date(1996, 4, 1))
    .group_by("l_suppkey")
    .agg(total_revenue=(pl.col("l_extendedprice") * (1 - pl.col("l_discount"))).sum())
    .filter(pl.col("total_revenue") == pl.col("total_revenue").max())
)
result = (
    scan("default.supplier")
    .join(revenue, left_on="s_suppkey", right_on="l_suppkey")
    .select("s_suppkey", "s_name", "s_address", "s_phone", "total_revenue")
    .sort("s_suppkey")
)
