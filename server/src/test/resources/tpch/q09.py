amount = pl.col("l_extendedprice") * (1 - pl.col("l_discount")) - pl.col("ps_supplycost") * pl.col("l_quantity")
result = (
    scan("default.part")
    .filter(pl.col("p_name").str.contains("green", literal=True))
    .join(scan("default.partsupp"), left_on="p_partkey", right_on="ps_partkey")
    .join(
        scan("default.lineitem"), left_on=["p_partkey", "ps_suppkey"], right_on=["l_partkey", "l_suppkey"]
    )
    .join(scan("default.orders"), left_on="l_orderkey", right_on="o_orderkey")
    .join(scan("default.supplier"), left_on="ps_suppkey", right_on="s_suppkey")
    .join(scan("default.nation"), left_on="s_nationkey", right_on="n_nationkey")
    .group_by(nation="n_name", o_year=pl.col("o_orderdate").dt.year())
    .agg(sum_profit=amount.sum())
    .sort("nation", "o_year", descending=[False, True])
)
