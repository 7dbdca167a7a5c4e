lineitem = scan("default.lineitem")
# One pass over all lines: how many suppliers an order has, and how many of them were late.
is_late = pl.col("l_receiptdate") > pl.col("l_commitdate")
blamed = (
    lineitem.join(
        scan("default.orders").filter(pl.col("o_orderstatus") == "F"),
        left_on="l_orderkey",
        right_on="o_orderkey",
        how="semi",
    )
    .group_by("l_orderkey")
    .agg(
        first=pl.col("l_suppkey").min(),
        last=pl.col("l_suppkey").max(),
        first_late=pl.col("l_suppkey").filter(is_late).min(),
        last_late=pl.col("l_suppkey").filter(is_late).max(),
    )
    .filter(pl.col("first") != pl.col("last"), pl.col("first_late") == pl.col("last_late"))
)
result = (
    scan("default.supplier")
    .join(
        scan("default.nation").filter(pl.col("n_name") == "SAUDI ARABIA"), left_on="s_nationkey", right_on="n_nationkey"
    )
    .join(lineitem.filter(is_late), left_on="s_suppkey", right_on="l_suppkey")
    .join(blamed, on="l_orderkey", how="semi")
    .group_by("s_name")
    .agg(numwait=pl.len())
    .sort("numwait", "s_name", descending=[True, False])
    .head(100)
)
