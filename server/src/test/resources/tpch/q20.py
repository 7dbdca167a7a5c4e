from datetime import date

forest = scan("default.part").filter(pl.col("p_name").str.starts_with("forest"))
shipped = (
    scan("default.lineitem")
    .filter(pl.col("l_shipdate") >= date(1994, 1, 1), pl.col("l_shipdate") < date(1995, 1, 1))
    .group_by("l_partkey", "l_suppkey")
    .agg(quantity=pl.col("l_quantity").sum())
)
surplus = (
    scan("default.partsupp")
    .join(forest, left_on="ps_partkey", right_on="p_partkey", how="semi")
    .join(shipped, left_on=["ps_partkey", "ps_suppkey"], right_on=["l_partkey", "l_suppkey"])
    .filter(pl.col("ps_availqty") * 2 > pl.col("quantity"))
)
result = (
    scan("default.supplier")
    .join(surplus, left_on="s_suppkey", right_on="ps_suppkey", how="semi")
    .join(scan("default.nation").filter(pl.col("n_name") == "CANADA"), left_on="s_nationkey", right_on="n_nationkey")
    .select("s_name", "s_address")
    .sort("s_name")
)
