from datetime import date

orders = scan("default.orders").filter(
    pl.col("o_orderdate") >= date(1994, 1, 1), pl.col("o_orderdate") < date(1995, 1, 1)
)
result = (
    scan("default.region")
    .filter(pl.col("r_name") == "ASIA")
    .join(scan("default.nation"), left_on="r_regionkey", right_on="n_regionkey")
    .join(scan("default.customer"), left_on="n_nationkey", right_on="c_nationkey")
    .join(orders, left_on="c_custkey", right_on="o_custkey")
    .join(scan("default.lineitem"), left_on="o_orderkey", right_on="l_orderkey")
    .join(scan("default.supplier"), left_on=["l_suppkey", "n_nationkey"], right_on=["s_suppkey", "s_nationkey"])
    .group_by("n_name")
    .agg(revenue=(pl.col("l_extendedprice") * (1 - pl.col("l_discount"))).sum())
    .sort("revenue", descending=True)
)
