from datetime import date

revenue = pl.col("l_extendedprice") * (1 - pl.col("l_discount"))
result = (
    scan("default.lineitem")
    .filter(pl.col("l_shipdate") >= date(1995, 9, 1), pl.col("l_shipdate") < date(1995, 10, 1))
    .join(scan("default.part"), left_on="l_partkey", right_on="p_partkey")
    .select(promo_revenue=100.0 * revenue.filter(pl.col("p_type").str.starts_with("PROMO")).sum() / revenue.sum())
)
