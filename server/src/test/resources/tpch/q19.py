def offer(brand, containers, quantity, size):
    return (
        (pl.col("p_brand") == brand)
        & pl.col("p_container").is_in(containers)
        & pl.col("l_quantity").is_between(quantity, quantity + 10)
        & pl.col("p_size").is_between(1, size)
    )


result = (
    scan("default.lineitem")
    .filter(pl.col("l_shipmode").is_in(["AIR", "AIR REG"]), pl.col("l_shipinstruct") == "DELIVER IN PERSON")
    .join(scan("default.part"), left_on="l_partkey", right_on="p_partkey")
    .filter(
        offer("Brand#12", ["SM CASE", "SM BOX", "SM PACK", "SM PKG"], 1, 5)
        | offer("Brand#23", ["MED BAG", "MED BOX", "MED PKG", "MED PACK"], 10, 10)
        | offer("Brand#34", ["LG CASE", "LG BOX", "LG PACK", "LG PKG"], 20, 15)
    )
    .select(revenue=(pl.col("l_extendedprice") * (1 - pl.col("l_discount"))).sum())
)
