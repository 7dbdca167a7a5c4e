# A join of Polars with more rows than can be counted.
# ends: TIMED_OUT: *
# ends: OUT_OF_MEMORY: *
rows = pl.LazyFrame({'a': range(2_000_000)})
result = rows.join(rows, how='cross').join(rows, how='cross', suffix='_2').select(pl.sum_horizontal(pl.all()).max())
