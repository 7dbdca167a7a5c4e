from datetime import date

customer = ["c_custkey", "c_name", "c_acctbal", "c_phone", "n_name", "c_address", "c_comment"]
orders = scan("default.orders").filter(
    pl.col("o_orderdate") >= date(1993, 10, 1), pl.col("o_orderdate") < date(1994, 1, 1)
)
result = (
    scan("default.customer")
    .join(orders, left_on="c_custkey", right_on="o_custkey")
    .join(scan("default.lineitem").filter(pl.col("l_returnflag") == "R"), left_on="o_orderkey", right_on="l_orderkey")
    .join(scan("default.nation"), left_on="c_nationkey", right_on="n_nationkey")
    .group_by(customer)
    .agg(revenue=(pl.col("l_extendedprice") * (1 - pl.col("l_discount"))).sum())
    .select("c_custkey", "c_name", "revenue", "c_acctbal", "n_name", "c_address", "c_phone", "c_comment")
    .sort("revenue", descending=True)
    .head(20)
)
