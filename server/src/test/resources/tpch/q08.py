from datetime import date

customers = (
    scan("default.region")
    .filter(pl.col("r_name") == "AMERICA")
    .join(scan("default.nation"), left_on="r_regionkey", right_on="n_regionkey")
    .join(scan("default.customer"), left_on="n_nationkey", right_on="c_nationkey")
    .select("c_custkey")
)
volume = pl.col("l_extendedprice") * (1 - pl.col("l_discount"))
result = (
    scan("default.part")
    .filter(pl.col("p_type") == "ECONOMY ANODIZED STEEL")
    .join(scan("default.lineitem"), left_on="p_partkey", right_on="l_partkey")
    .join(scan("default.orders"), left_on="l_orderkey", right_on="o_orderkey")
    .filter(pl.col("o_orderdate").is_between(date(1995, 1, 1), date(1996, 12, 31)))
    .join(customers, left_on="o_custkey", right_on="c_custkey", how="semi")
    .join(scan("default.supplier"), left_on="l_suppkey", right_on="s_suppkey")
    .join(scan("default.nation"), left_on="s_nationkey", right_on="n_nationkey")
    .group_by(o_year=pl.col("o_orderdate").dt.year())
    .agg(mkt_share=volume.filter(pl.col("n_name") == "BRAZIL").sum().cast(pl.Float64) / volume.sum())
    .sort("o_year")
)
