from datetime import date

price = pl.col("l_extendedprice") * (1 - pl.col("l_discount"))
result = (
    scan("default.lineitem")
    .filter(pl.col("l_shipdate") <= date(1998, 9, 2))
    .group_by("l_returnflag", "l_linestatus")
    .agg(
        sum_qty=pl.col("l_quantity").sum(),
        sum_base_price=pl.col("l_extendedprice").sum(),
        sum_disc_price=price.sum(),
        sum_charge=(price * (1 + pl.col("l_tax"))).sum(),
        avg_qty=pl.col("l_quantity").mean(),
        avg_price=pl.col("l_extendedprice").mean(),
        avg_disc=pl.col("l_discount").mean(),
        count_order=pl.len(),
    )
    .sort("l_returnflag", "l_linestatus")
)
