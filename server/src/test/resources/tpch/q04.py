from datetime import date

late = scan("default.lineitem").filter(pl.col("l_commitdate") < pl.col("l_receiptdate"))
result = (
    scan("default.orders")
    .filter(pl.col("o_orderdate") >= date(1993, 7, 1), pl.col("o_orderdate") < date(1993, 10, 1))
    .join(late, left_on="o_orderkey", right_on="l_orderkey", how="semi")
    .group_by("o_orderpriority")
    .agg(order_count=pl.len())
    .sort("o_orderpriority")
)
