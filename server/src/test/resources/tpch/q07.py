from datetime import date

nation = scan("default.nation").filter(pl.col("n_name").is_in(["FRANCE", "GERMANY"]))
result = (
    scan("default.lineitem")
    .filter(pl.col("l_shipdate").is_between(date(1995, 1, 1), date(1996, 12, 31)))
    .join(scan("default.supplier"), left_on="l_suppkey", right_on="s_suppkey")
    .join(nation.select("n_nationkey", supp_nation="n_name"), left_on="s_nationkey", right_on="n_nationkey")
    .join(scan("default.orders"), left_on="l_orderkey", right_on="o_orderkey")
    .join(scan("default.customer"), left_on="o_custkey", right_on="c_custkey")
    .join(nation.select("n_nationkey", cust_nation="n_name"), left_on="c_nationkey", right_on="n_nationkey")
    .filter(pl.col("supp_nation") != pl.col("cust_nation"))
    .group_by("supp_nation", "cust_nation", l_year=pl.col("l_shipdate").dt.year())
    .agg(revenue=(pl.col("l_extendedprice") * (1 - pl.col("l_discount"))).sum())
    .sort("supp_nation", "cust_nation", "l_year")
)
