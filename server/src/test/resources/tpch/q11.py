stock = (
    scan("default.partsupp")
    .join(scan("default.supplier"), left_on="ps_suppkey", right_on="s_suppkey")
    .join(scan("default.nation"), left_on="s_nationkey", right_on="n_nationkey")
    .filter(pl.col("n_name") == "GERMANY")
)
value = (pl.col("ps_supplycost") * pl.col("ps_availqty")).sum()
result = (
    stock.group_by("ps_partkey")
    .agg(value=value)
    .join(stock.select(total=value), how="cross")
    # The specification's fraction is 0.0001 / SF; exact in decimals.
    .filter(pl.col("value") * 10_000 > pl.col("total"))
    .select("ps_partkey", "value")
    .sort("value", descending=True)
)
