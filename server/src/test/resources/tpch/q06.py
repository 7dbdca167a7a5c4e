from datetime import date
from decimal import Decimal

result = (
    scan("default.lineitem")
    .filter(
        pl.col("l_shipdate") >= date(1994, 1, 1),
        pl.col("l_shipdate") < date(1995, 1, 1),
        pl.col("l_discount").is_between(Decimal("0.05"), Decimal("0.07")),
        pl.col("l_quantity") < 24,
    )
    .select(revenue=(pl.col("l_extendedprice") * pl.col("l_discount")).sum())
)
