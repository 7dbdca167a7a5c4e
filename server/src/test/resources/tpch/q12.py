from datetime import date

urgent = pl.col("o_orderpriority").is_in(["1-URGENT", "2-HIGH"])
result = (
    scan("default.lineitem")
    .filter(
        pl.col("l_shipmode").is_in(["MAIL", "SHIP"]),
        pl.col("l_commitdate") < pl.col("l_receiptdate"),
        pl.col("l_shipdate") < pl.col("l_commitdate"),
        pl.col("l_receiptdate") >= date(1994, 1, 1),
        pl.col("l_receiptdate") < date(1995, 1, 1),
    )
    .join(scan("default.orders"), left_on="l_orderkey", right_on="o_orderkey")
    .group_by("l_shipmode")
    .agg(high_line_count=urgent.sum(), low_line_count=(~urgent).sum())
    .sort("l_shipmode")
)
